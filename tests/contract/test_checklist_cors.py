"""CDS Hooks checklist §9 H: CORS, with the real app. The number in each name is the checklist's."""

from __future__ import annotations

import io

import pytest
from flask.testing import FlaskClient

from cds.app import create_app
from cds.settings import load
from tests.contract.records import SPEAKS_WHEN_RECORDED, call

SERVICE = f"/cds-services/{SPEAKS_WHEN_RECORDED}"
ORIGIN = {"Origin": "https://sandbox.example.org"}


@pytest.mark.parametrize(("path", "method"), [(SERVICE, "POST"), ("/cds-services", "GET"), ("/evaluate", "POST")])
def test_187_and_188_a_preflight_needs_no_token_and_allows_the_call(
    client: FlaskClient, path: str, method: str
) -> None:
    asks = {"Access-Control-Request-Method": method, "Access-Control-Request-Headers": "authorization,content-type"}
    answer = client.options(path, headers={**ORIGIN, **asks})
    assert answer.status_code in (200, 204)
    assert answer.headers["Access-Control-Allow-Origin"] in ("*", ORIGIN["Origin"])
    assert method in answer.headers["Access-Control-Allow-Methods"]
    allowed = answer.headers["Access-Control-Allow-Headers"].lower()
    assert "authorization" in allowed
    assert "content-type" in allowed


def test_189_answers_and_errors_carry_the_origin(client: FlaskClient) -> None:
    answers = [
        client.get("/cds-services", headers=ORIGIN),
        client.post(SERVICE, json=call(), headers=ORIGIN),
        client.post(SERVICE, data=b"", headers=ORIGIN),
        client.get("/nowhere", headers=ORIGIN),
        client.get(SERVICE, headers=ORIGIN),
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 400, 404, 405]
    assert {answer.headers["Access-Control-Allow-Origin"] for answer in answers} == {"*"}


def test_190_an_origin_that_is_not_allowed_gets_no_permission() -> None:
    app = create_app(load({"CDS_CORS_ORIGINS": "https://ehr.example.org"}), log_stream=io.StringIO())
    answer = app.test_client().get("/cds-services", headers=ORIGIN)
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_191_credentials_are_never_allowed(client: FlaskClient) -> None:
    assert "Access-Control-Allow-Credentials" not in client.get("/cds-services", headers=ORIGIN).headers


def test_043_an_error_is_called_json_also_when_a_preflight_meets_it(client: FlaskClient) -> None:
    refused = client.options("/nowhere", headers=ORIGIN)
    assert (refused.status_code, refused.content_type) == (404, "application/json")
    assert refused.get_json()["resourceType"] == "OperationOutcome"
    answered = client.options(SERVICE, headers=ORIGIN)
    assert (answered.data, answered.content_type) == (b"", None)
