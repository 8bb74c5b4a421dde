"""No patient data in a log line, a metric, an error, a header or an id, whatever is sent and whatever goes wrong."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from cds.hooks import call_service
from cds.hooks.ids import KINDS
from tests.fuzz import examples
from tests.fuzz.service import NDJSON, SERVICES, Service, assert_sound, read, read_lines
from tests.privacy import planting
from tests.privacy.planting import ANY, CALLS, CANARIES, STEM

CALL_ROUTES = [f"/{route}/{name}" for route in ("cds-services", "explain") for name in SERVICES]
RECORD_ROUTES = ["/evaluate", "/evaluate?symptom=assumed"]
LOGGED = {"method", "route", "status", "ms", "bytes_in", "bytes_out", "counters", "event", "level", "timestamp"}
_UUID = re.compile(r'"uuid": ?"([^"]+)"')
_UUID_HEAD = 12


def assert_clean(text: Any, where: str) -> None:
    found = [canary for canary in CANARIES if canary in str(text).lower()]
    assert not found, f"{where} holds {found}: {str(text)[:500]}"


def check(service: Service, answer: TestResponse, where: str) -> None:
    """The answer itself: errors and headers, and in cards the ids and what is said of unreadable data."""
    assert_sound(answer)
    assert_clean(answer.headers, f"the headers of {where}")
    if answer.status_code != 200:
        assert_clean(answer.text, f"the error of {where}")
        return
    for body in read_lines(answer) if answer.mimetype == "application/x-ndjson" else [read(answer)]:
        assert_clean(body.get("issues"), f"the issues of {where}")
    assert {uuid.replace("-", "")[:_UUID_HEAD] for uuid in _UUID.findall(answer.text)} <= heads(service)


def heads(service: Service) -> set[str]:
    """How an id may begin: the kind of card and the digest of the rules. All that follows is chance."""
    digest = read(service.get("/health/ready"))["rulebook"]["digest"].removeprefix("sha256:")[:8]
    return {f"{number:04x}{digest}" for number in range(len(KINDS))}


def assert_silent(service: Service, capfd: pytest.CaptureFixture[str]) -> None:
    """What was written anywhere meanwhile: the log, the metrics, standard output and standard error."""
    log = service.log.getvalue()
    assert_clean(log, "the log")
    for line in map(json.loads, log.splitlines()):
        assert set(line) <= LOGGED, line
    assert_clean(service.get("/metrics").text, "the metrics")
    output = capfd.readouterr()
    assert_clean(output.out, "standard output")
    assert_clean(output.err, "standard error")
    assert "Traceback" not in output.err + log


def test_no_canary_of_an_example_gets_out(service: Service, capfd: pytest.CaptureFixture[str]) -> None:
    for number, body in enumerate(examples.requests()):
        call = planting.planted(json.loads(body))
        # both services explain in the same words: they take turns
        routes = [*(f"/cds-services/{name}" for name in SERVICES), f"/explain/{SERVICES[number % 2]}", "/evaluate"]
        for name, broken in CALLS.items():
            for route in routes:
                check(service, service.post(route, broken(call)), f"{route}, {name}")
    for body in examples.bundles():
        chart = planting.planted(json.loads(body))
        for name, broken in ANY.items():
            for route in RECORD_ROUTES:
                check(service, service.post(route, broken(chart)), f"{route}, {name}")
    assert_silent(service, capfd)


def test_no_canary_gets_out_when_a_chart_is_validated(service: Service, capfd: pytest.CaptureFixture[str]) -> None:
    for body in examples.bundles()[::7]:
        chart = planting.planted(json.loads(body))
        for name, broken in ANY.items():
            check(service, service.post("/evaluate?validate=true", broken(chart)), f"validation, {name}")
    assert_silent(service, capfd)


def test_no_canary_of_the_corpus_gets_out(
    service: Service, shared_corpus: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    for path in sorted(shared_corpus.rglob("*.*json")):
        if path.suffix == ".ndjson":
            body = planting.planted_lines(path.read_bytes())
            check(service, service.post("/evaluate", body, NDJSON), path.name)
            check(service, service.post("/evaluate", body[: len(body) // 2], NDJSON), path.name)
            continue
        document = planting.planted(json.loads(path.read_bytes()))
        is_call = path.parent.name == "hooks"
        for name in CALLS if is_call else ("whole", "cut off", "wrong types", "unknown types"):
            for route in [*CALL_ROUTES, "/evaluate"] if is_call else ["/evaluate"]:
                check(service, service.post(route, CALLS[name](document)), f"{path.name}, {name}")
    assert_silent(service, capfd)


def test_no_canary_of_an_address_or_a_header_gets_out(service: Service, capfd: pytest.CaptureFixture[str]) -> None:
    chart = planting.planted(json.loads(examples.bundles()[0]))
    paths = (f"/{STEM}", f"/cds-services/{STEM}", f"/cds-services/{SERVICES[0]}/{STEM}", f"/explain/{STEM}")
    queries = (f"asOf={STEM}", f"symptom={STEM}", f"validate={STEM}", f"{STEM}=1")
    for path in (*paths, *(f"/evaluate?{query}" for query in queries)):
        check(service, service.post(path, chart), path.replace(STEM, "…"))
    for name in ("CDS-Patient", "Origin", "User-Agent", "Authorization", "X-Request-ID", "Content-Encoding", "Accept"):
        check(service, service.post("/evaluate", chart, headers={name: STEM}), name)
    for content_type in (f"text/{STEM}", STEM, f"application/json; charset={STEM}"):
        check(service, service.post("/evaluate", chart, content_type), "a content type")
    assert_silent(service, capfd)


def test_no_canary_of_a_packed_body_gets_out(service: Service, capfd: pytest.CaptureFixture[str]) -> None:
    packed = gzip.compress(json.dumps(planting.planted(json.loads(examples.bundles()[0]))).encode())
    for body in (packed, packed[:-9], packed[:100], STEM.encode()):
        check(service, service.post("/evaluate", body, headers={"Content-Encoding": "gzip"}), "a packed body")
    assert_silent(service, capfd)


def test_a_failure_of_ours_tells_nothing_of_the_patient(
    service: Service, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_book: Any, record: Any, *_: Any, **__: Any) -> None:
        raise KeyError(f"{STEM} {record!r}")

    monkeypatch.setattr(call_service, "evaluate", fail)
    for route, body in ((CALL_ROUTES[0], examples.requests()[0]), ("/evaluate", examples.bundles()[0])):
        answer = service.post(route, planting.planted(json.loads(body)))
        assert answer.status_code == 500
        assert_clean(answer.text, "the error")
        assert_clean(answer.headers, "the headers")
    assert_clean(service.log.getvalue(), "the log")
    assert_clean("".join(capfd.readouterr()), "the output")
