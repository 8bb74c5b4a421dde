"""Every page in Chromium: nothing amiss on phone, desk and paper, by day and by night, and no call to elsewhere."""

from __future__ import annotations

from base64 import b64decode
from http.client import HTTPConnection
from urllib.parse import quote, urlsplit

import pytest

from cds.knowledge.rule_views import GENERAL, KINDS
from tests.browser.screen import DESKTOP, PHONE, Screen
from tests.rulebook import knowledge

RULES = {kind: [id_ for id_, d in sorted(knowledge().documents.items()) if d.data["kind"] == kind] for kind in KINDS}
RULES[GENERAL] = [GENERAL]
ONE_OF_EACH = [f"/rules/{ids[0]}" for ids in RULES.values()]
MAIN = ["/", "/rules", "/docs"]

FAULTY = """
<style>p{color:#999;background:#fff} div{width:3000px} pre{width:9ch;overflow:auto}</style><h1>One</h1><h1>Two</h1>
<h4 id="x">Skips</h4><p id="x">Pale</p><img src="data:,"><input><button></button><pre>does not fit into it</pre>
<div>Wide</div><a href="#none">nowhere</a><a href="http://127.0.0.1:9/">away</a>
"""
ITS_FAULTS = [
    "no title", "no language", "2 headings of the first level", "0 main parts",
    "a heading of level 4 after one of level 1",
    "pixels wide", "over the edge", "an image without words", "a control without a label", "nothing to call it by",
    "scrolls, but not by the keyboard", "the id x stands twice", "leads nowhere", "leads away without external",
    "leads away without noopener", "leads away without a mark", "contrast 2.85, needed 4.5",
]  # fmt: skip


def test_the_audit_finds_every_fault_that_it_looks_for(screen: Screen) -> None:
    screen.chrome.get(f"data:text/html,{quote(FAULTY)}")
    found = screen.audit()
    assert [fault for fault in ITS_FAULTS if not any(fault in problem for problem in found)] == []


def test_a_call_away_and_a_breach_of_the_policy_are_noticed(screen: Screen) -> None:
    """Said of a page of somebody else, as no page of ours does it: else the tests below could be deaf."""
    policy = '<meta http-equiv="Content-Security-Policy" content="script-src \'none\'">'
    page = f'{policy}<script>1</script><img src="{screen.site}/health/live">'
    screen.chrome.get(f"data:text/html,{quote(page)}")
    assert f"{screen.site}/health/live" in screen.requests()
    assert any("Content Security Policy" in line for line in screen.console())


def shown(screen: Screen, path: str) -> list[str]:
    """What is wrong with a page as the screen shows it now."""
    screen.open(path)
    return [f"{path}: {problem}" for problem in screen.audit()]


def quiet(screen: Screen) -> bool:
    """Nothing was complained of, and nothing but this service was asked."""
    asked = {f"{url.scheme}://{url.netloc}" for url in map(urlsplit, screen.requests()) if url.scheme != "about"}
    return screen.console() == [] and asked == {screen.site}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_no_kind_of_page_has_a_fault(screen: Screen, width: int, scheme: str) -> None:
    screen.width(width)
    screen.media(scheme=scheme)
    assert [problem for path in [*MAIN, *ONE_OF_EACH] for problem in shown(screen, path)] == []
    assert quiet(screen)


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
@pytest.mark.parametrize("path", MAIN)
def test_a_command_to_copy_stands_there_whole(screen: Screen, path: str, width: int) -> None:
    screen.width(width)
    screen.open(path)
    cut = "return [...document.querySelectorAll('pre')].filter(e => e.scrollWidth > e.clientWidth).length"
    assert screen.run(cut) == 0


@pytest.mark.parametrize("kind", RULES)
def test_no_page_of_a_rule_has_a_fault_on_a_phone(screen: Screen, kind: str) -> None:
    screen.width(PHONE)
    assert [problem for id_ in RULES[kind] for problem in shown(screen, f"/rules/{id_}")] == []
    assert quiet(screen)


@pytest.mark.parametrize("path", [*MAIN, "/rules/cauda-equina"])
def test_the_night_is_dark(screen: Screen, path: str) -> None:
    ground = "return getComputedStyle(document.body).backgroundColor"
    screen.open(path)
    light = screen.run(ground)
    screen.media(scheme="dark")
    assert (light, screen.run(ground)) == ("rgb(246, 248, 248)", "rgb(15, 24, 27)")


def test_no_link_is_dead(screen: Screen) -> None:
    links: set[str] = set()
    for path in [*MAIN, *ONE_OF_EACH]:
        screen.open(path)
        links |= screen.links()
    assert len(links) > 100
    assert [link for link in sorted(links) if status(link) != 200] == []


def status(url: str) -> int:
    """What the service answers there. Redirects are not followed: a page should link to where things are."""
    parts = urlsplit(url)
    assert parts.hostname is not None
    connection = HTTPConnection(parts.hostname, parts.port, timeout=10)
    connection.request("GET", parts.path + (f"?{parts.query}" if parts.query else ""))
    with connection.getresponse() as answer:
        answer.read()
        connection.close()
        return answer.status


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/", "/rules", "/docs", "/rules/cauda-equina"])
def test_on_paper_a_page_is_dark_on_white_and_keeps_its_notice(screen: Screen, path: str, scheme: str) -> None:
    screen.open(path)
    screen.media("print", scheme)
    assert screen.audit() == []
    assert screen.run("return getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert screen.find("aside").is_displayed()
    assert all(not nav.is_displayed() for nav in screen.all("nav, .toc, form, button"))
    assert b64decode(screen.chrome.execute_cdp_cmd("Page.printToPDF", {})["data"]).startswith(b"%PDF-")


def test_on_paper_nothing_stays_folded(screen: Screen) -> None:
    screen.open("/rules/cauda-equina")
    is_shown = "return [...document.querySelectorAll('details:not([open]) li')].map((item) => item.checkVisibility())"
    on_screen = screen.run(is_shown)
    assert len(on_screen) > 20
    assert not any(on_screen)
    screen.media("print")
    assert all(screen.run(is_shown))
