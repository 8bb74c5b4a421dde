"""Headers of every response, CORS among them."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

URL = "/cds-services/spoken-service"
ORIGIN = "https://ehr.example.org"
PREFLIGHT = {
    "Origin": ORIGIN,
    "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": "authorization,content-type",
}


@pytest.mark.parametrize("path", ["/cds-services", URL, "/evaluate", "/explain/spoken-service", "/health/ready", "/"])
def test_a_preflight_is_answered_on_every_route(client: FlaskClient, path: str) -> None:
    answer = client.options(path, headers=PREFLIGHT)
    assert answer.status_code in (200, 204)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    allowed = answer.headers["Access-Control-Allow-Headers"].lower()
    assert "authorization" in allowed
    assert "content-type" in allowed
    assert answer.headers["Access-Control-Allow-Methods"] == answer.headers["Allow"]


def test_credentials_are_never_allowed(client: FlaskClient) -> None:
    assert "Access-Control-Allow-Credentials" not in client.options(URL, headers=PREFLIGHT).headers


@pytest.mark.parametrize(("path", "status"), [("/cds-services", 200), ("/nowhere", 404), (URL, 405)])
def test_errors_carry_the_cors_headers_as_well(client: FlaskClient, path: str, status: int) -> None:
    answer = client.get(path, headers={"Origin": ORIGIN})
    assert answer.status_code == status
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_a_failure_carries_the_cors_headers_as_well(client: FlaskClient, engine: Any) -> None:
    engine.failure = RuntimeError()
    answer = client.post(URL, json={}, headers={"Origin": ORIGIN})
    assert answer.status_code == 500
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_an_origin_on_the_list_is_named_and_the_answer_varies(make_app: Any) -> None:
    client = make_app(CDS_CORS_ORIGINS=f"{ORIGIN},https://other.example.org").test_client()
    answer = client.get("/cds-services", headers={"Origin": ORIGIN})
    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert "Origin" in answer.headers["Vary"]


def test_an_origin_that_is_not_on_the_list_gets_no_permission(make_app: Any) -> None:
    client = make_app(CDS_CORS_ORIGINS=ORIGIN).test_client()
    answer = client.options(URL, headers={**PREFLIGHT, "Origin": "https://evil.example.com"})
    assert not [name for name, _ in answer.headers if name.startswith("Access-Control")]
    assert "Origin" in answer.headers["Vary"]


def test_no_origin_is_allowed_when_none_is_set(make_app: Any) -> None:
    client = make_app(CDS_CORS_ORIGINS="none").test_client()
    answer = client.get("/cds-services", headers={"Origin": ORIGIN})
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_a_public_page_may_reach_a_private_address_when_its_browser_asks(client: FlaskClient) -> None:
    answer = client.options(URL, headers={**PREFLIGHT, "Access-Control-Request-Private-Network": "true"})
    assert answer.headers["Access-Control-Allow-Private-Network"] == "true"


@pytest.mark.parametrize("path", [URL, "/evaluate", "/explain/spoken-service"])
def test_answers_with_patient_content_are_not_to_be_stored(
    client: FlaskClient, call: dict[str, Any], path: str
) -> None:
    answer = client.post(path, json=call)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/cds-services", "/nowhere", "/"])
def test_every_response_tells_the_browser_to_be_strict(client: FlaskClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Content-Security-Policy"].count("default-src 'none'")


def test_an_answer_without_a_body_is_not_called_html(client: FlaskClient) -> None:
    assert "Content-Type" not in client.options("/cds-services").headers
