"""/rules and /rules/{id} as a browser and a program see them."""

from __future__ import annotations

import base64
import hashlib
import re

import pytest
from flask.testing import FlaskClient

PATHS = ["/rules", "/rules/a"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    ("query", "accept", "kind"),
    [
        ("", None, "text/html"),
        ("", "*/*", "text/html"),
        ("", "text/html,application/xhtml+xml,*/*;q=0.8", "text/html"),
        ("", "application/json", "application/json"),
        ("", "application/json, text/html;q=0.5", "application/json"),
        ("", "image/png", "text/html"),
        ("?format=json", "text/html", "application/json"),
        ("?format=html", "application/json", "text/html"),
    ],
)
def test_the_query_decides_then_the_accept_header(
    client: FlaskClient, path: str, query: str, accept: str | None, kind: str
) -> None:
    answer = client.get(path + query, headers={"Accept": accept} if accept else {})
    assert (answer.status_code, answer.mimetype) == (200, kind)
    assert "Accept" in answer.headers["Vary"]


@pytest.mark.parametrize("path", PATHS)
def test_another_format_is_refused(client: FlaskClient, path: str) -> None:
    answer = client.get(f"{path}?format=xml")
    assert answer.status_code == 400
    assert answer.get_json()["resourceType"] == "OperationOutcome"


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_an_unknown_rule_is_an_error_as_json(client: FlaskClient, accept: str) -> None:
    answer = client.get("/rules/nothing-of-that-name", headers={"Accept": accept})
    assert (answer.status_code, answer.mimetype) == (404, "application/json")
    assert answer.get_json()["issue"][0]["diagnostics"] == "There is no rule with this id. GET /rules lists them."


@pytest.mark.parametrize("path", PATHS)
def test_a_page_runs_no_script_and_loads_nothing(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert not re.search(r"<script|<img|<link|<iframe|<form|src=|@import|url\(|\bon\w+=|\bstyle=", answer.text)
    style = answer.text.partition("<style>")[2].partition("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith(f"style-src 'sha256-{digest}'; default-src 'none';")
    assert "unsafe" not in policy


@pytest.mark.parametrize("path", PATHS)
def test_what_rules_say_is_text_and_no_markup(client: FlaskClient, path: str) -> None:
    text = client.get(path).text
    assert "&lt;Rule&gt; &amp; more" in text
    assert "<Rule>" not in text


@pytest.mark.parametrize("path", PATHS)
def test_a_page_says_that_nobody_reviewed_the_rules(client: FlaskClient, path: str) -> None:
    text = client.get(path).text
    assert "Nobody has reviewed this." in text
    assert "not clinically reviewed" in text
