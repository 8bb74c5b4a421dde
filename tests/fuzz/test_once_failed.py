"""What mutated requests brought to light, as small as it gets."""

from __future__ import annotations

import gc
import json
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest

from tests.fuzz import rewriting as rw
from tests.fuzz.content import without_uuids
from tests.fuzz.examples import Resource, about
from tests.fuzz.service import NDJSON, Service, read, read_lines

PATIENT = {"resourceType": "Patient", "id": "p", "birthDate": "1961-05-04"}
UNREADABLE = {"resourceType": "Condition", "id": "bad", "subject": {"reference": "Patient/bad"}, "code": 7}


def numb_foot(patient: str = "p") -> Resource:
    code = {"coding": [{"system": "http://snomed.info/sct", "code": "309538000"}]}
    condition = {"resourceType": "Condition", "id": f"{patient}-numb", "onsetDateTime": "2026-09-01", "code": code}
    return about(patient, {**condition, "subject": None})


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_the_first_and_the_last_day_of_the_calendar_are_days(service: Service, day: str) -> None:
    """Ages were counted up year by year until the day was passed: on the last day that never ended."""
    for born in ("1961-05-04", "0001-01-01", day):
        chart = rw.bundle([{**PATIENT, "birthDate": born}, {**numb_foot(), "onsetDateTime": day}])
        answer = read(service.post(f"/evaluate?asOf={day}", chart))
        assert answer["explain"]["asOf"] == day
        assert answer["explain"]["gate"]["answer"] == "met"


def metronidazole(number: int = 0, **members: Any) -> Resource:
    drug = {"medicationCodeableConcept": {"text": "metronidazole 500 mg"}, "subject": None, **members}
    return about("p", {"resourceType": "MedicationStatement", "id": f"m{number}", **drug})


def test_a_course_that_may_last_to_the_end_of_the_calendar_is_told(service: Service) -> None:
    """Whether a span is whole months was asked of the day after its last."""
    until_then = metronidazole(status="completed", effectivePeriod={"start": "2026-10-01", "end": "9999-12-31"})
    assert read(service.post("/evaluate?asOf=9999-12-31", rw.bundle([PATIENT, numb_foot(), until_then])))["cards"]


def lines(service: Service, *resources: Any) -> list[Any]:
    body = b"\n".join(json.dumps(resource).encode() for resource in resources)
    return read_lines(service.post("/evaluate", body, NDJSON))


def test_a_drug_that_was_stopped_on_an_unknown_day_is_no_failure(service: Service) -> None:
    for status in ("completed", "stopped", "unknown"):
        chart = rw.bundle([PATIENT, numb_foot(), metronidazole(status=status)])
        assert service.evaluate(chart)["cards"]


def test_a_patient_of_whom_nothing_can_be_read_costs_the_others_nothing(service: Service) -> None:
    [expected] = lines(service, PATIENT, numb_foot())
    for order in ([UNREADABLE, PATIENT, numb_foot()], [PATIENT, numb_foot(), UNREADABLE]):
        answers = {line["patient"]: line for line in lines(service, *order)}
        assert without_uuids(answers["Patient/p"]["cards"]) == without_uuids(expected["cards"])
        unread = answers["Patient/bad"]
        assert [card["extension"]["org.heel-numbness-cds"]["card"] for card in unread["cards"]] == ["data-gap"]
        assert [issue["code"] for issue in unread["issues"]["issue"]][:1] == ["processing"]


def test_lines_of_which_none_can_be_read_are_refused(service: Service) -> None:
    answer = service.post("/evaluate", json.dumps(UNREADABLE).encode() + b"\n{", NDJSON)
    assert answer.status_code == 422
    assert read(answer)["issue"]


def test_a_drug_recorded_many_times_without_dates_is_judged_once(service: Service) -> None:
    """Each record used to be added up anew for each other: 3,000 of them took half a minute."""
    once = service.evaluate(rw.bundle([PATIENT, numb_foot(), metronidazole(status="stopped")]))
    many = [metronidazole(number, status="stopped") for number in range(1_000)]
    often = service.evaluate(rw.bundle([PATIENT, numb_foot(), *many]))
    assert _causes(often) == _causes(once)


def test_a_long_text_in_the_place_of_an_icd_code_is_judged_at_once(service: Service) -> None:
    """Each of its beginnings was looked up: 100,000 characters took six seconds, ten times as many ten minutes."""
    code = {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": f"E11.9{'9' * 1_000_000}"}]}
    answer = service.evaluate(rw.bundle([PATIENT, numb_foot(), {**numb_foot(), "id": "c", "code": code}]))
    assert "cause.diabetic-peripheral-neuropathy" in {cause for cause, _ in _causes(answer)}


def _text(words: str) -> Resource:
    return {"text": words}


LONG_MEMBERS: dict[str, Callable[[str], Resource]] = {
    "date": lambda long: {**numb_foot(), "recordedDate": long},
    "status": lambda long: {**numb_foot(), "clinicalStatus": _text(long)},
    "code": lambda long: {
        **numb_foot(),
        "code": {"coding": [{"system": long, "code": long, "display": f"numb {long}"}]},
    },
    "words": lambda long: {**numb_foot(), "code": _text(f"numb foot {long}"), "note": [_text(f"numb {long}")]},
    "unit": lambda long: {
        **numb_foot(),
        "resourceType": "Observation",
        "code": _text("vitamin B12"),
        "valueQuantity": {"value": 1, "unit": long},
    },
    "course": lambda long: {**metronidazole(status=long), "dosage": [{"text": long, "route": _text(long)}]},
}


@pytest.mark.parametrize("member", LONG_MEMBERS)
def test_long_texts_are_forgotten_after_the_call(service: Service, member: str) -> None:
    """What is remembered, to be fast, was counted, not measured: thousands of dates of any length fill a worker."""

    def send(number: int) -> None:
        words = LONG_MEMBERS[member](f"{number} {'x' * 100_000}")
        service.evaluate(rw.bundle([PATIENT, numb_foot(), {**words, "id": "long"}]))

    send(0)
    gc.collect()
    tracemalloc.start()
    for number in (1, 2, 3, 0):
        send(number)
    gc.collect()
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < 100_000


def _causes(evaluation: Any) -> list[tuple[str, str]]:
    cards = [card["extension"]["org.heel-numbness-cds"] for card in evaluation["cards"]]
    return [(cause["cause"], cause["tier"]) for card in cards for cause in card.get("differential", ())]
