"""Scores that a record holds as single answers: their total is the result that rules ask for."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import bundle, observation
from tests.unit.fhir.conftest import Read

DAY = "2026-09-01"
LOINC = "http://loinc.org"
OFTEN, MUCH, HEAVY = "LOINC#68518-0", "LOINC#68519-8", "LOINC#68520-6"


def coded(code: str) -> dict[str, Any]:
    return {"coding": [{"system": LOINC, "code": code}]}


def answers(*, often: str = "LA18929-2", much: str = "LA15695-2", day: str = DAY) -> list[Any]:
    """Four points for how often, one for how much, none for six or more."""
    said = ((OFTEN, often), (MUCH, much), (HEAVY, "LA6270-8"))
    return [observation(code, valueCodeableConcept=coded(answer), effectiveDateTime=day) for code, answer in said]


def test_three_coded_answers_of_one_day_are_a_total(read: Read) -> None:
    (found,) = read(bundle(*answers())).results["audit-c-score"]
    assert found.value is not None
    assert (found.value.low, found.value.high) == (5, 5)
    assert found.shown == "5, the sum of its answers"
    assert found.label == "AUDIT-C total score"


def test_so_are_components_with_points(read: Read) -> None:
    parts = [{"code": coded(code.partition("#")[2]), "valueInteger": 1} for code in (OFTEN, MUCH, HEAVY)]
    panel = observation("LOINC#72109-2 AUDIT-C", component=parts, effectiveDateTime=DAY)
    (found,) = read(bundle(panel)).results["audit-c-score"]
    assert found.value is not None
    assert found.value.high == 3


def test_so_is_a_form(read: Read) -> None:
    said = {"/68518-0": "LA18929-2", "/68519-8": "LA15695-2", "/68520-6": "LA6270-8"}
    items = [{"linkId": k, "answer": [{"valueCoding": {"system": LOINC, "code": v}}]} for k, v in said.items()]
    form = {"resourceType": "QuestionnaireResponse", "id": "q", "status": "completed", "authored": DAY, "item": items}
    (found,) = read(bundle(form)).results["audit-c-score"]
    assert found.value is not None
    assert found.value.high == 5


@pytest.mark.parametrize(
    "told",
    [
        answers()[:2],
        [*answers()[:2], *answers(day="2026-09-02")[2:]],
        [*answers()[:2], observation(HEAVY, valueInteger=9, effectiveDateTime=DAY)],
    ],
)
def test_what_is_not_whole_or_cannot_be_read_has_no_total(read: Read, told: list[Any]) -> None:
    assert "audit-c-score" not in read(bundle(*told)).results


def test_a_total_that_was_written_down_is_not_summed_again(read: Read) -> None:
    total = observation("LOINC#75626-2 Total score [AUDIT-C]", "7 {score}", effectiveDateTime=DAY)
    (found,) = read(bundle(*answers(), total)).results["audit-c-score"]
    assert found.value is not None
    assert found.value.high == 7
