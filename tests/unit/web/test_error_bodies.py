"""Errors on the wire."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from cds.hooks import errors
from cds.hooks.errors import HookError
from cds.web.errors import STATUS

SECRET = "Mrs-Example-1234"
SERVICE_URL = "/cds-services/spoken-service"


def every_error() -> list[HookError]:
    return [
        errors.BodyEmpty(),
        errors.BodyNotDecodable(),
        errors.BodyTooLarge(5),
        errors.UnsupportedMediaType(),
        errors.NotJson(),
        errors.NotJson(7),
        errors.NotAnObject(),
        errors.FieldMissing("hook"),
        errors.FieldInvalid("context.patientId", "the id of a Patient"),
        errors.SeveralProblems([errors.FieldMissing("hook"), errors.FieldMissing("context")]),
        errors.WrongHook(["patient-view", "x.y"]),
        errors.UnknownService(),
        errors.UnknownRule(),
        errors.QueryInvalid("asOf", "a day"),
        errors.PatientMismatch(),
        errors.SeveralPatients(3),
        errors.PatientNotFound(),
        errors.NothingReadable(),
        errors.RequiredDataMissing(["conditions"]),
    ]


def assert_is_outcome(answer: TestResponse) -> list[dict[str, Any]]:
    """The answer is an OperationOutcome as JSON; returns its issues."""
    assert answer.mimetype == "application/json"
    body = json.loads(answer.data)
    assert body["resourceType"] == "OperationOutcome"
    for issue in body["issue"]:
        assert issue["severity"] == "error"
        assert issue["code"]
        assert issue["diagnostics"]
        assert issue.get("expression") != []
    issues: list[dict[str, Any]] = body["issue"]
    assert issues
    return issues


def test_every_error_class_has_a_status() -> None:
    classes = {type(error) for error in every_error()}
    defined = {c for c in vars(errors).values() if isinstance(c, type) and issubclass(c, HookError)} - {HookError}
    assert classes == defined == set(STATUS)


@pytest.mark.parametrize("error", every_error(), ids=lambda error: type(error).__name__)
def test_an_error_is_told_as_an_operation_outcome(client: FlaskClient, engine: Any, error: HookError) -> None:
    engine.failure = error
    answer = client.post(SERVICE_URL, json={})
    issues = assert_is_outcome(answer)
    assert answer.status_code == STATUS[type(error)]
    assert [issue["diagnostics"] for issue in issues] == [problem.text for problem in error.problems]


def test_several_problems_of_an_envelope_are_told_at_once(client: FlaskClient) -> None:
    issues = assert_is_outcome(client.post(SERVICE_URL, json={"context": {"patientId": ""}}))
    assert [issue["expression"] for issue in issues] == [["hook"], ["hookInstance"], ["context.patientId"]]


def test_a_failure_is_told_without_its_message_or_place(client: FlaskClient, engine: Any) -> None:
    engine.failure = RuntimeError(SECRET)
    answer = client.post(SERVICE_URL, json={})
    assert answer.status_code == 500
    [issue] = assert_is_outcome(answer)
    assert issue["code"] == "exception"
    assert SECRET not in answer.text
    assert "Traceback" not in answer.text
    assert ".py" not in answer.text


def test_a_failure_is_logged_with_its_place_and_without_its_message(
    client: FlaskClient, engine: Any, log: io.StringIO
) -> None:
    engine.failure = RuntimeError(SECRET)
    engine.failure.__cause__ = ValueError(SECRET)
    client.post(SERVICE_URL, json={})
    failure = json.loads(log.getvalue().splitlines()[0])
    assert failure["error"] == "RuntimeError"
    assert any("conftest.py" in frame for frame in failure["where"])
    assert SECRET not in log.getvalue()


@pytest.mark.parametrize("path", ["/", "/nowhere", "/cds-services/a/b", "/cds-services/spoken-service/feedback"])
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "PATCH", "TRACE", "BREW"])
def test_a_route_that_does_not_answer_says_so_in_json(client: FlaskClient, method: str, path: str) -> None:
    answer = client.open(path, method=method)
    if answer.status_code == 200:
        return
    assert answer.status_code in (404, 405)
    assert_is_outcome(answer)


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("POST", "/cds-services", {"GET", "HEAD", "OPTIONS"}),
        ("DELETE", "/cds-services", {"GET", "HEAD", "OPTIONS"}),
        ("GET", SERVICE_URL, {"POST", "OPTIONS"}),
        ("HEAD", SERVICE_URL, {"POST", "OPTIONS"}),
        ("GET", "/evaluate", {"POST", "OPTIONS"}),
        ("POST", "/health/live", {"GET", "HEAD", "OPTIONS"}),
    ],
)
def test_a_wrong_method_is_told_which_ones_are_answered(
    client: FlaskClient, method: str, path: str, allowed: set[str]
) -> None:
    answer = client.open(path, method=method)
    assert answer.status_code == 405
    assert set(answer.headers["Allow"].split(", ")) == allowed


@pytest.mark.parametrize("path", ["//cds-services", "/cds-services/", "//cds-services//", "/cds-services"])
def test_double_and_trailing_slashes_are_read_as_one_without_redirect(client: FlaskClient, path: str) -> None:
    answer = client.get("/", environ_overrides={"PATH_INFO": path})
    assert answer.status_code == 200
    assert "services" in answer.get_json()


@pytest.mark.parametrize("path", ["//cds-services/spoken-service", "/cds-services//spoken-service/"])
def test_a_call_survives_double_and_trailing_slashes(client: FlaskClient, call: dict[str, Any], path: str) -> None:
    answer = client.post("/", json=call, environ_overrides={"PATH_INFO": path})
    assert answer.status_code == 200
