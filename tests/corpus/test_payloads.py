"""Real payloads, over HTTP: none makes the service fail, and each resource is counted as read or named."""

from __future__ import annotations

import json
from random import Random
from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.corpus.conftest import Payload
from tests.corpus.counting import fewest_and_most, named, patients, resources
from tests.fuzz import rewriting as rw
from tests.fuzz.content import clinical_content
from tests.fuzz.service import NDJSON, PATIENT_VIEW, SERVICES, Service, assert_sound, read, read_lines


@pytest.fixture(autouse=True)
def _without_a_failure_in_the_log(service: Service) -> Any:
    service.log.truncate(0)
    yield
    log = service.log.getvalue()
    assert "Traceback" not in log
    assert '"failure"' not in log


def assert_accounted_for(evaluation: Any, payload: Payload, found: list[dict[str, Any]]) -> None:
    """Every resource was read or is named."""
    accounted = evaluation["explain"]["counts"]["resources"] + len(named(evaluation))
    fewest, most = fewest_and_most(found)
    assert fewest <= accounted <= most + len(named(evaluation)), payload.name


def is_refused(answer: TestResponse, payload: Payload) -> bool:
    """Whether nothing could be evaluated, for a reason that the payload gives."""
    data = payload.data
    if answer.status_code == 200:
        return False
    assert_sound(answer)
    if answer.status_code == 422:
        assert not list(resources(data)), payload.name
    else:
        assert answer.status_code == 400, payload.name
        assert isinstance(data, list) or len(patients(data)) > 1, payload.name
    return True


def test_every_document_is_evaluated_and_its_resources_are_accounted_for(
    service: Service, documents: list[Payload]
) -> None:
    for payload in documents:
        answer = service.post("/evaluate", payload.body)
        if not is_refused(answer, payload):
            assert_sound(answer)
            assert_accounted_for(read(answer), payload, list(resources(payload.data)))


def test_of_several_patients_the_header_chooses_each(service: Service, documents: list[Payload]) -> None:
    several = [payload for payload in documents if len(patients(payload.data)) > 1]
    assert several
    for payload in several:
        ids = patients(payload.data)
        refusal = service.post("/evaluate", payload.body)
        assert refusal.status_code == 400
        assert f" {len(ids)} patients" in read(refusal)["issue"][0]["diagnostics"]
        for id_ in ids:
            answer = service.post("/evaluate", payload.body, headers={"CDS-Patient": f"Patient/{id_}"})
            assert answer.status_code == 200
            assert_sound(answer)
        assert service.post("/evaluate", payload.body, headers={"CDS-Patient": "nobody"}).status_code == 400


def test_every_export_is_evaluated_patient_by_patient(service: Service, exports: list[Payload]) -> None:
    for payload in exports:
        found = [json.loads(line) for line in payload.body.splitlines() if line.strip()]
        answer = service.post("/evaluate", payload.body, NDJSON)
        assert answer.status_code == 200
        assert_sound(answer)
        lines = read_lines(answer)
        accounted = sum(line["explain"]["counts"]["resources"] + len(named(line)) for line in lines)
        assert accounted >= fewest_and_most(found)[0], payload.name
        for line in lines[:3]:
            chosen = service.post("/evaluate", payload.body, NDJSON, {"CDS-Patient": line["patient"]})
            expected = clinical_content(line)
            assert [clinical_content(one) for one in read_lines(chosen)] == [expected] or line["patient"] == "Patient/"


def test_every_hook_request_is_evaluated_and_its_resources_are_accounted_for(
    service: Service, calls: list[Payload]
) -> None:
    for payload in calls:
        answer = service.post("/evaluate", payload.body)
        assert_sound(answer)
        if answer.status_code == 200:
            prefetch = payload.data.get("prefetch") or {}
            assert_accounted_for(read(answer), payload, [r for value in prefetch.values() for r in resources(value)])


@pytest.mark.parametrize("path", [f"/{route}/{name}" for route in ("cds-services", "explain") for name in SERVICES])
def test_every_hook_request_is_answered_by_the_services(service: Service, calls: list[Payload], path: str) -> None:
    answered = 0
    for payload in calls:
        for body in (payload.data, {**payload.data, "hook": "patient-view"}):
            answer = service.post(path, body)
            assert_sound(answer)
            assert answer.status_code in (200, 400, 412), payload.name
            answered += answer.status_code == 200
    assert answered


def test_a_hook_of_another_kind_is_refused(service: Service, calls: list[Payload]) -> None:
    others = [payload for payload in calls if payload.data.get("hook") not in ("patient-view", None)]
    assert others
    for payload in others:
        assert service.post(f"/cds-services/{PATIENT_VIEW}", payload.body).status_code == 400, payload.name


def test_a_real_chart_says_the_same_however_it_is_packed(service: Service, documents: list[Payload]) -> None:
    random = Random(0)
    for payload in documents:
        found = list(resources(payload.data))
        kinds = [resource["resourceType"] for resource in found]
        if kinds.count("Patient") == 1 and all(resource.get("id") for resource in found):
            expected = _assumed(service, rw.bundle(found))
            packed = rw.bundled_anew(rw.shuffled(rw.repeated(found, random), random), random)
            assert _assumed(service, packed) == expected, payload.name


def _assumed(service: Service, body: Any) -> Any:
    """What is said of a chart when a symptom is taken as given: more than when most charts are silent."""
    return clinical_content(read(service.post("/evaluate?symptom=assumed", body)))
