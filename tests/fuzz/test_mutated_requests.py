"""Whatever is sent, the answer is JSON and no failure; cards are cards and errors are OperationOutcomes."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from hypothesis import given, note, settings
from hypothesis import strategies as st

from tests.conftest import FUZZ_EXAMPLES
from tests.fuzz import examples
from tests.fuzz.mutations import Pool, Spoiler, encoded, garbled, pool_of
from tests.fuzz.service import JSON, NDJSON, SERVICES, Service, assert_sound

_CALLS = [f"/{route}/{name}" for route in ("cds-services", "explain") for name in SERVICES]
_EVALUATE = ["/evaluate", "/evaluate", "/evaluate?symptom=assumed", "/evaluate?validate=true"]
_EVALUATE += [f"/evaluate?symptom=assumed&asOf={day}" for day in ("0001-01-01", "2024-02-29", "9999-12-31")]
_SHOWN = 3_000
_LARGE = 60_000


@cache
def pool() -> Pool:
    return pool_of(json.loads(body) for body in (*examples.requests(), *examples.bundles()))


@cache
def payloads(corpus: Path) -> tuple[bytes, ...]:
    """The smaller payloads of the corpus; lines are laid together as a Bundle."""
    paths = sorted(path for path in corpus.rglob("*.*json") if path.stat().st_size < _LARGE)
    return tuple(_as_bundle(path.read_bytes()) if path.suffix == ".ndjson" else path.read_bytes() for path in paths)


def _as_bundle(lines: bytes) -> bytes:
    entries = [{"resource": json.loads(line)} for line in lines.splitlines() if line.strip()]
    return json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}).encode()


@settings(max_examples=FUZZ_EXAMPLES)
@given(seed=st.integers(0, 2**64 - 1), spoilings=st.integers(1, 8))
def test_no_mutated_request_makes_the_service_fail(service: Service, seed: int, spoilings: int) -> None:
    random = Random(seed)
    path, body, content_type = _mutated(random, spoilings)
    note(f"POST {path} ({content_type}) {body[:_SHOWN]!r}")
    assert_sound(service.post(path, body, content_type))


def _mutated(random: Random, spoilings: int) -> tuple[str, bytes, str]:
    is_call = random.random() < 0.6
    document: Any = json.loads(random.choice(examples.requests() if is_call else examples.bundles()))
    spoiler = Spoiler(random, pool())
    for _ in range(spoilings):
        document = spoiler.spoil(document)
    is_lines = not is_call and random.random() < 0.2
    body = _lines(document) if is_lines else encoded(document)
    if random.random() < 0.05:
        body = garbled(body, random)
    path = random.choice(_CALLS + _EVALUATE if is_call else _EVALUATE + _CALLS[:1])
    return ("/evaluate", body, NDJSON) if is_lines else (path, body, JSON)


def _lines(bundle: Any) -> bytes:
    """A chart as Bulk Data, as far as it can still be taken apart."""
    entries = bundle.get("entry")
    resources = [e.get("resource") if isinstance(e, dict) else e for e in entries] if isinstance(entries, list) else []
    return b"\n".join(encoded(resource) for resource in resources or [bundle])


@settings(max_examples=FUZZ_EXAMPLES // 10)
@given(seed=st.integers(0, 2**64 - 1), spoilings=st.integers(1, 8))
def test_no_mutated_payload_of_the_corpus_makes_the_service_fail(
    service: Service, shared_corpus: Path, seed: int, spoilings: int
) -> None:
    random = Random(seed)
    document: Any = json.loads(random.choice(payloads(shared_corpus)))
    spoiler = Spoiler(random, pool())
    for _ in range(spoilings):
        document = spoiler.spoil(document)
    path = random.choice([*_CALLS, *_EVALUATE] if "hook" in document else _EVALUATE)
    body = encoded(document)
    note(f"POST {path} {body[:_SHOWN]!r}")
    assert_sound(service.post(path, body))
