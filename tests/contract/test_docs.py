"""GET /docs: every route of the contract can be tried on it, and nothing comes from or goes elsewhere."""

from __future__ import annotations

import io
import re
import shlex
from dataclasses import dataclass, field
from html.parser import HTMLParser

import pytest
from flask import Flask
from flask.testing import FlaskClient

from cds.app import create_app
from cds.settings import load
from cds.web.headers import source_hash
from tests.contract.records import TODAY
from tests.contract.test_openapi import CONTRACT


@dataclass
class Form:
    """What one form would send as it stands: the page's script does just this."""

    method: str
    path: str
    fields: dict[str, str] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    body: str = ""


class Forms(HTMLParser):
    """The forms of the page, with the values that they begin with."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._select = self._option = self._example = ""
        self._in_body = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(given["data-method"], given["data-path"]))
        elif tag == "input":
            self.forms[-1].fields[given["name"]] = given["value"]
        elif tag == "select":
            self._select = given["name"]
        elif tag == "option":
            self._option, self._example = "chosen" if "selected" in given else "offered", given.get("data-example", "")
        self._in_body = tag == "textarea"

    def handle_data(self, data: str) -> None:
        if self._in_body:
            self.forms[-1].body = data.removeprefix("\n")
        elif self._option and self._select == "type":
            self.forms[-1].types[data] = self._example
        elif self._option == "chosen":
            self.forms[-1].fields[self._select] = data
        self._option, self._in_body = "", False


def forms(client: FlaskClient) -> list[Form]:
    parser = Forms()
    parser.feed(client.get("/docs").text)
    return parser.forms


def operations() -> set[tuple[str, str]]:
    return {(m.upper(), path) for path, item in CONTRACT["paths"].items() for m in item if m in ("get", "post")}


def test_every_route_of_the_contract_has_a_form(client: FlaskClient) -> None:
    assert {(form.method, form.path) for form in forms(client)} >= operations()


def test_every_form_as_it_stands_is_answered(client: FlaskClient) -> None:
    for form in forms(client):
        path = form.path
        for name, value in form.fields.items():
            path = path.replace(f"{{{name}}}", value)
        for kind, body in (form.types or {"": ""}).items():
            headers = {"Content-Type": kind} if kind else {}
            answer = client.open(path, method=form.method, data=body or None, headers=headers)
            assert answer.status_code == 200, (form.method, path, kind, answer.text[:300])


def test_the_body_that_a_form_begins_with_is_the_example_of_its_first_type(client: FlaskClient) -> None:
    with_body = [form for form in forms(client) if form.types]
    assert len(with_body) == len([o for o in operations() if o[0] == "POST"])
    for form in with_body:
        assert form.body == next(iter(form.types.values()))


def test_every_command_can_be_run_as_it_stands(client: FlaskClient) -> None:
    page = client.get("/docs").text
    for text in re.findall(r"<pre[^>]*><code>(curl .*?)</code>", page, re.DOTALL):
        plain = text.replace("&#39;", "'").replace("&#34;", '"').replace("&amp;", "&").replace("&lt;", "<")
        words = shlex.split(plain.replace("\\\n", " "))
        url = words[2].removeprefix("http://127.0.0.1:8080")
        options = dict(zip(words[3::2], words[4::2], strict=True))
        kind = options.get("-H", "").removeprefix("Content-Type: ")
        answer = client.open(
            url, method="POST" if "-d" in options else "GET", data=options.get("-d"), content_type=kind
        )
        assert answer.status_code == 200, words[:3]


def test_the_page_has_one_script_and_one_style_of_its_own_and_calls_this_service_only(client: FlaskClient) -> None:
    answer = client.get("/docs")
    page = answer.text
    assert page.count("<script") == page.count("<style") == 1
    assert not re.search(r"<img|<link|<iframe|src=|@import|url\(|\bon\w+=\"|\bstyle=|action=", page)
    script = page.partition("<script>")[2].partition("</script>")[0]
    style = page.partition("<style>")[2].partition("</style>")[0]
    policy = dict(part.split(" ", 1) for part in answer.headers["Content-Security-Policy"].split("; "))
    assert policy["script-src"] == f"'{source_hash(script)}'"
    assert policy["style-src"] == f"'{source_hash(style)}'"
    assert policy["connect-src"] == "'self'"
    assert (policy["default-src"], policy["form-action"], policy["base-uri"]) == ("'none'", "'none'", "'none'")
    assert not re.search(r"https?://", script)


def test_the_script_shows_answers_as_text_only(client: FlaskClient) -> None:
    """An answer holds words of a record: as markup they could do anything."""
    script = client.get("/docs").text.partition("<script>")[2]
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacent|document\.write|eval\(|localStorage|sessionStorage", script
    )


@pytest.fixture
def without_testing() -> Flask:
    """The app as it runs where the routes for testers are off."""
    return create_app(load({"CDS_AS_OF": TODAY, "CDS_TESTER": "off"}), log_stream=io.StringIO())


def test_routes_that_are_switched_off_are_not_offered(without_testing: Flask) -> None:
    offered = {form.path for form in forms(without_testing.test_client())}
    assert not offered & {"/evaluate", "/explain/{id}", "/"}
    assert {"/cds-services/{id}", "/rules"} <= offered


@pytest.mark.parametrize("path", ["/rules", "/rules/abi", "/docs"])
def test_rules_and_contract_are_there_without_the_routes_for_testers(without_testing: Flask, path: str) -> None:
    answer = without_testing.test_client().get(path)
    assert answer.status_code == 200
    assert 'href="/"' not in answer.text


@pytest.mark.parametrize(("page", "links"), [("/", ["/rules", "/docs", "/openapi.yaml", "/cds-services"])])
def test_the_first_page_links_to_the_others(client: FlaskClient, page: str, links: list[str]) -> None:
    text = client.get(page).text
    assert [link for link in links if f'href="{link}"' not in text] == []
