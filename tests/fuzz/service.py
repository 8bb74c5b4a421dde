"""The real app behind a test client, and what every answer of it must be."""

from __future__ import annotations

import io
import json
from typing import Any, NoReturn

from flask import Flask
from werkzeug.test import TestResponse

from cds.app import create_app
from cds.hooks.card_schema import check_response
from cds.settings import load

TODAY = "2026-11-20"
PATIENT_VIEW = "heel-numbness-patient-view"
CONSULT = "heel-numbness-consult"
SERVICES = (PATIENT_VIEW, CONSULT)
JSON = "application/json"
NDJSON = "application/fhir+ndjson"


class Service:
    """The app with the real rules on a fixed day."""

    def __init__(self, **settings: str) -> None:
        self.log = io.StringIO()
        self.app: Flask = create_app(load({"CDS_AS_OF": TODAY, **settings}), log_stream=self.log)
        self._client = self.app.test_client()

    def post(
        self, path: str, body: Any, content_type: str = JSON, headers: dict[str, str] | None = None
    ) -> TestResponse:
        """Post bytes as they are, anything else as JSON."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self._client.post(path, data=data, content_type=content_type, headers=headers)

    def get(self, path: str) -> TestResponse:
        return self._client.get(path)

    def evaluate(self, body: Any, **headers: str) -> Any:
        """What /evaluate answers to one record that it must be able to read."""
        answer = self.post("/evaluate", body, headers=headers)
        assert answer.status_code == 200, answer.text
        return read(answer)


def read(answer: TestResponse) -> Any:
    """The body as strict JSON: NaN and Infinity are none."""
    return json.loads(answer.data, parse_constant=_refuse)


def read_lines(answer: TestResponse) -> list[Any]:
    """The lines of an answer in NDJSON."""
    return [json.loads(line, parse_constant=_refuse) for line in answer.data.splitlines()]


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def assert_sound(answer: TestResponse) -> None:
    """Never a failure, always JSON, an error is an OperationOutcome, cards are cards."""
    assert answer.status_code < 500
    if answer.status_code != 200:
        assert answer.mimetype == JSON
        assert_outcome(read(answer))
    elif answer.mimetype == "application/x-ndjson":
        for line in read_lines(answer):
            _assert_evaluation(line)
    else:
        assert answer.mimetype == JSON
        _assert_content(read(answer))


def assert_outcome(body: Any) -> None:
    """An OperationOutcome with at least one issue that says something."""
    assert body["resourceType"] == "OperationOutcome"
    assert body["issue"]
    assert all(issue["severity"] and issue["code"] and issue["diagnostics"] for issue in body["issue"])


def _assert_content(body: Any) -> None:
    """A service answers cards, /evaluate cards with what goes with them, /explain the judgement."""
    if "issues" in body:
        _assert_evaluation(body)
    elif "cards" in body:
        assert check_response(body) == {}
    else:
        assert {"gate", "facts", "rules", "completeness"} <= set(body)


def _assert_evaluation(body: Any) -> None:
    assert check_response({"cards": body["cards"]}) == {}
    assert (body["silence"] is None) == bool(body["cards"])
    assert_outcome(body["issues"])
