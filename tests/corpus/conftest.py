"""One app for the whole corpus, and its payloads."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.fuzz.service import Service


@dataclass(frozen=True)
class Payload:
    """One file of the corpus."""

    name: str
    body: bytes

    @property
    def data(self) -> Any:
        return json.loads(self.body)


@pytest.fixture(scope="session")
def service() -> Service:
    """The app with the real rules."""
    return Service()


@pytest.fixture(scope="session")
def documents(shared_corpus: Path) -> list[Payload]:
    """Bundles, search results and single resources."""
    return [
        payload for folder in ("bundles", "searchsets", "resources") for payload in _payloads(shared_corpus, folder)
    ]


@pytest.fixture(scope="session")
def calls(shared_corpus: Path) -> list[Payload]:
    """Hook requests."""
    return _payloads(shared_corpus, "hooks")


@pytest.fixture(scope="session")
def exports(shared_corpus: Path) -> list[Payload]:
    """Files of one resource a line."""
    return _payloads(shared_corpus, "ndjson")


def _payloads(corpus: Path, folder: str) -> list[Payload]:
    paths = sorted(path for path in (corpus / folder).iterdir() if path.is_file())
    assert paths, f"the corpus has nothing under {folder}"
    return [Payload(f"{folder}/{path.name}", path.read_bytes()) for path in paths]
