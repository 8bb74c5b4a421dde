"""POST /evaluate: for integration testers, whatever record they have."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from itertools import chain

from flask import Blueprint, Response, request

from cds.hooks.errors import QueryInvalid
from cds.hooks.shapes import Asked
from cds.web.body import is_ndjson, read_json_body, read_ndjson_body
from cds.web.runtime import Runtime

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def evaluate_routes(runtime: Runtime) -> Blueprint:
    """The route for testers."""
    routes = Blueprint("evaluate", __name__)

    @routes.post("/evaluate")
    def evaluate() -> Response:
        asked = _asked(runtime)
        if is_ndjson():
            return _lines(runtime, asked)
        body = runtime.engine.evaluate(read_json_body(runtime.max_body), **asked)
        return Response(body, content_type="application/json")

    return routes


def _lines(runtime: Runtime, asked: Asked) -> Response:
    """The answers as they come. The first is waited for, so that an error can still have its status."""
    lines = runtime.engine.evaluate_ndjson(read_ndjson_body(runtime.max_body), **asked)
    first = next(lines, b"")
    return Response(_ended(chain((first,), lines)), content_type="application/x-ndjson")


def _ended(lines: Iterator[bytes]) -> Iterator[bytes]:
    return (line if line.endswith(b"\n") or not line else line + b"\n" for line in lines)


def _asked(runtime: Runtime) -> Asked:
    chosen = _as_of()
    return Asked(
        today=chosen or runtime.clock(),
        symptom=_choice("symptom", "recorded", "assumed"),
        patient=_patient(),
        validate=_choice("validate", "false", "true") == "true",
        is_day_fixed=chosen is not None,
    )


def _as_of() -> date | None:
    text = _single("asOf")
    if text is None:
        return None
    try:
        return date.fromisoformat(text) if _DAY.fullmatch(text) else _not_a_day()
    except ValueError:
        return _not_a_day()


def _not_a_day() -> date:
    raise QueryInvalid("asOf", "a day such as 2026-11-20")


def _choice(name: str, default: str, other: str) -> str:
    value = _single(name)
    if value is None:
        return default
    if value not in (default, other):
        raise QueryInvalid(name, f"{default} or {other}")
    return value


def _single(name: str) -> str | None:
    """A query parameter; one that comes twice is refused, as the two may differ."""
    values = request.args.getlist(name)
    if len(values) > 1:
        raise QueryInvalid(name, "given once")
    return values[0] if values else None


def _patient() -> str | None:
    return request.headers.get("CDS-Patient", "").strip().removeprefix("Patient/") or None
