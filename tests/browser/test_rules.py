"""/rules in Chromium: a clinician finds a rule, reads what it asks and sees that nobody has reviewed it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement

from tests.browser.screen import DESKTOP, PHONE, Screen
from tests.browser.serving import served
from tests.conftest import ROOT

AWAY = "https://example.org/guideline"
CAUDA_EQUINA = "/rules/cauda-equina"


def in_view(screen: Screen, element: WebElement) -> bool:
    """Whether the top of an element can be seen without scrolling."""
    top: float = screen.run("return arguments[0].getBoundingClientRect().top", element)
    return -1 < top < screen.run("return innerHeight")


def follow(screen: Screen, text: str) -> None:
    """Click the link of this text."""
    screen.chrome.find_element(By.LINK_TEXT, text).click()


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_a_rule_is_found_by_the_links_of_the_pages(screen: Screen, width: int) -> None:
    screen.width(width)
    screen.open("/")
    follow(screen, "Rules\n/rules")
    screen.wait(lambda chrome: chrome.current_url.endswith("/rules"))
    screen.chrome.find_element(By.PARTIAL_LINK_TEXT, "Tests (").click()
    screen.wait(lambda _: in_view(screen, screen.find("#test h2")))
    screen.chrome.find_element(By.PARTIAL_LINK_TEXT, "Red flags (").click()
    screen.wait(lambda _: in_view(screen, screen.find("#red_flag h2")))
    follow(screen, "Cauda equina syndrome")
    screen.wait(lambda chrome: chrome.current_url.endswith(CAUDA_EQUINA))
    assert screen.find("h1").text == "Cauda equina syndrome"
    follow(screen, "Red flags")
    screen.wait(lambda chrome: chrome.current_url.endswith("/rules#red_flag"))


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
@pytest.mark.parametrize("path", ["/rules", CAUDA_EQUINA])
def test_that_nobody_has_reviewed_it_is_seen_without_scrolling(screen: Screen, path: str, width: int) -> None:
    screen.width(width)
    screen.open(path)
    notice = screen.find("aside[role=note]")
    assert "have not been reviewed by a clinician" in notice.text
    assert notice.is_displayed()
    assert in_view(screen, notice)


def test_the_list_of_contents_leads_to_each_part(screen: Screen) -> None:
    screen.open(CAUDA_EQUINA)
    links = screen.all(".toc a")
    assert len(links) > 5
    for link in links:
        screen.run("scrollTo(0, 0)")
        part = screen.find(link.get_attribute("href").replace(screen.site + CAUDA_EQUINA, ""))
        link.click()
        screen.wait(lambda _, part=part: screen.run("return document.querySelector(':target') === arguments[0]", part))
        assert in_view(screen, part) or screen.run("return scrollY + innerHeight >= document.body.scrollHeight - 1")


def test_what_a_rule_asks_is_read_without_a_click_and_its_parts_with_one(screen: Screen) -> None:
    screen.open(CAUDA_EQUINA)
    first = screen.find("#when details[open]")
    assert first.find_element(By.TAG_NAME, "li").is_displayed()
    inner = first.find_element(By.TAG_NAME, "details")
    part = inner.find_element(By.TAG_NAME, "li")
    assert not part.is_displayed()
    inner.find_element(By.TAG_NAME, "summary").click()
    screen.wait(lambda _: part.is_displayed())
    assert part.text


def test_the_criterion_that_a_link_names_is_shown(screen: Screen) -> None:
    screen.open(CAUDA_EQUINA)
    link = next(link for link in screen.all('#when a[href^="#c-"]') if link.is_displayed())
    name = link.text
    link.click()
    target = screen.wait(lambda chrome: chrome.find_element(By.CSS_SELECTOR, ":target"))
    assert target.find_element(By.TAG_NAME, "b").text == name
    assert in_view(screen, target)


def test_a_source_elsewhere_is_marked_and_learns_nothing_of_the_reader(screen: Screen, tmp_path: Path) -> None:
    """No source of the project has an address yet; one of a site's own may."""
    rules = shutil.copytree(ROOT / "rules", tmp_path / "rules")
    sources = rules / "sources.yaml"
    sources.write_text(sources.read_text("utf-8").replace("girft-ces: {", f'girft-ces: {{url: "{AWAY}", ', 1), "utf-8")
    with served(CDS_RULES=str(rules)) as address:
        screen = Screen(screen.chrome, address)
        screen.open(CAUDA_EQUINA)
        link = screen.find(f'#sources a[href="{AWAY}"]')
        assert set(link.get_attribute("rel").split()) == {"external", "noopener", "noreferrer"}
        assert screen.run("return getComputedStyle(arguments[0], '::after').content", link).startswith('" ↗"')
        assert screen.audit() == []
