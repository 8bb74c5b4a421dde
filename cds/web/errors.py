"""Errors on the wire: always JSON, an OperationOutcome of fixed text. One table says which error has which status."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask, Response
from werkzeug.exceptions import HTTPException

from cds.hooks import errors

STATUS: dict[type[errors.HookError], int] = {
    errors.BodyEmpty: 400,
    errors.BodyNotDecodable: 400,
    errors.BodyTooLarge: 413,
    errors.UnsupportedMediaType: 415,
    errors.NotJson: 400,
    errors.NotAnObject: 400,
    errors.FieldMissing: 400,
    errors.FieldInvalid: 400,
    errors.SeveralProblems: 400,
    errors.WrongHook: 400,
    errors.UnknownService: 404,
    errors.UnknownRule: 404,
    errors.QueryInvalid: 400,
    errors.PatientMismatch: 400,
    errors.SeveralPatients: 400,
    errors.PatientNotFound: 400,
    errors.NothingReadable: 422,
    errors.RequiredDataMissing: 412,
}

# Status of the web server's own errors -> FHIR issue code and fixed text.
_TRANSPORT: dict[int, tuple[str, str]] = {
    400: ("invalid", "The request could not be read."),
    404: ("not-found", "There is nothing at this address."),
    405: ("not-supported", "This address does not answer that method; the Allow header names those that it answers."),
    408: ("timeout", "The request did not arrive in time."),
    413: ("too-long", "The request is larger than this service reads."),
    414: ("too-long", "The address is longer than this service reads."),
    415: ("not-supported", "This kind of body is not read here."),
    431: ("too-long", "The headers are larger than this service reads."),
}
_OTHER = ("processing", "The request could not be handled.")
_FAILED = ("exception", "The service failed. Nothing was decided; this is not an answer without guidance.")
_PASSED_ON = ("Allow", "Retry-After")


def outcome(issues: Iterable[tuple[str, str, tuple[str, ...]]]) -> bytes:
    """An OperationOutcome as JSON, from (issue code, text, positions)."""
    return json.dumps({"resourceType": "OperationOutcome", "issue": [_issue(*issue) for issue in issues]}).encode()


def _issue(code: str, text: str, expression: tuple[str, ...]) -> dict[str, Any]:
    where = {"expression": list(expression)} if expression else {}
    return {"severity": "error", "code": code, "diagnostics": text, **where}


def register_errors(app: Flask, report: Callable[[Exception], None]) -> None:
    """Make every error of the app an OperationOutcome; `report` is told of failures, which have status 500."""

    def on_failure(error: Exception) -> Response:
        report(error)
        return _response(500, [(*_FAILED, ())])

    app.register_error_handler(errors.HookError, _on_hook_error)
    app.register_error_handler(HTTPException, _on_http_error)
    app.register_error_handler(Exception, on_failure)


def _on_hook_error(error: errors.HookError) -> Response:
    response = _response(STATUS[type(error)], [(p.issue_code, p.text, p.expression) for p in error.problems])
    if isinstance(error, errors.UnsupportedMediaType):
        response.headers["Accept-Encoding"] = "gzip"
    return response


def _on_http_error(error: HTTPException) -> Response:
    status = error.code or 500
    response = _response(status, [(*_TRANSPORT.get(status, _OTHER), ())])
    for name, value in error.get_headers():
        if name in _PASSED_ON:
            response.headers[name] = value
    return response


def _response(status: int, issues: Iterable[tuple[str, str, tuple[str, ...]]]) -> Response:
    return Response(outcome(issues), status, mimetype="application/json")
