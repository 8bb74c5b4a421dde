"""An app around a fake engine: the routes are tested without rules."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from cds.app import assemble
from cds.hooks.catalogue import Catalogue, build_catalogue
from cds.hooks.errors import SeveralPatients
from cds.hooks.request import parse_call
from cds.settings import load

SERVICE = "spoken-service"
CATALOGUE = {
    "cds_hooks_version": "3.0.0",
    "services": [
        {
            "id": SERVICE,
            "hook": "patient-view",
            "symptom": "recorded",
            "title": "A service",
            "description": "Says <nothing> & no more.",
            "usage_requirements": "None.",
        }
    ],
}


STATUS = {"state": "not-reviewed", "text": "not clinically reviewed"}
HEAD = {"rulebook": {"version": "1.2.3", "digest": "sha256:abc"}, "notice": "Nobody has reviewed this."}


@dataclass
class FakeAnswer:
    """What the fake engine says."""

    body: bytes = b'{"cards":[]}'
    counters: dict[str, int] = field(default_factory=dict)


class FakeViews:
    """One rule."""

    def index(self) -> dict[str, Any]:
        rule = {"id": "a", "title": "<Rule> & more", "version": "1.0.0", "status": STATUS}
        return {**HEAD, "groups": [{"kind": "cause", "rules": [rule]}]}

    def view(self, id_: str) -> dict[str, Any] | None:
        about = {"id": "a", "kind": "cause", "title": "<Rule> & more", "version": "1.0.0", "status": STATUS}
        sources = [{"id": "seed:000 L1", "citation": "<cited>"}]
        return {**HEAD, **about, "review": {}, "sources": sources} if id_ == "a" else None


@dataclass
class FakeEngine:
    """Parses the envelope like the real one and remembers what it was asked."""

    catalogue: Catalogue
    rulebook_version: str = "1.2.3"
    digest: str = "sha256:abc"
    governance: dict[str, Any] = field(
        default_factory=lambda: {"unapproved": "show", "rules": 3, "approved": 1, "outdated": []}
    )
    answer: FakeAnswer = field(default_factory=FakeAnswer)
    failure: Exception | None = None
    views: FakeViews = field(default_factory=FakeViews)
    asked: list[dict[str, Any]] = field(default_factory=list)

    def call(self, service_id: str, body: bytes, today: date) -> FakeAnswer:
        self._remember(service_id=service_id, body=body, today=today)
        self.catalogue.service(service_id)
        parse_call(body)
        return self.answer

    def explain(self, service_id: str, body: bytes, today: date) -> bytes:
        self._remember(service_id=service_id, body=body, today=today)
        self.catalogue.service(service_id)
        return b'{"facts":[]}'

    def evaluate(self, body: bytes, **options: Any) -> bytes:
        self._remember(body=body, **options)
        return b'{"cards":[]}'

    def evaluate_ndjson(self, body: bytes, **options: Any) -> Iterator[bytes]:
        self._remember(body=body, **options)
        for line in body.splitlines():
            if line == b"several":
                raise SeveralPatients(2)
            yield json.dumps({"read": len(line)}).encode()

    def _remember(self, **what: Any) -> None:
        self.asked.append(what)
        if self.failure is not None:
            raise self.failure


@pytest.fixture
def engine() -> FakeEngine:
    """The engine of the app under test."""
    return FakeEngine(build_catalogue(CATALOGUE, {"patient": "Patient/{{context.patientId}}"}))


@pytest.fixture
def log() -> io.StringIO:
    """What the app under test logs."""
    return io.StringIO()


@pytest.fixture
def make_app(engine: FakeEngine, log: io.StringIO) -> Callable[..., Flask]:
    """Makes an app from CDS_ settings."""

    def make(**environ: str) -> Flask:
        return assemble(load({"CDS_AS_OF": "2026-11-20", **environ}), engine, log)

    return make


@pytest.fixture
def client(make_app: Callable[..., Flask]) -> FlaskClient:
    """A client of an app with the default settings and a fixed day."""
    return make_app().test_client()


@pytest.fixture
def call() -> dict[str, Any]:
    """The smallest call of the service."""
    return {"hook": "patient-view", "hookInstance": "1", "context": {"patientId": "p"}}
