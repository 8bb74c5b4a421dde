"""Courses of a drug against the onset of a symptom: windows, partial dates, and what adds up."""

from __future__ import annotations

import pytest

from cds.domain import courses as c
from cds.domain.criteria_facts import TakesDrug
from cds.domain.record import Exposure, Finding, PatientRecord, Route, Supply
from cds.domain.scene import Drug, Scene
from cds.domain.truth import Truth
from cds.domain.when import OPEN, Span, Window, parse_span
from tests.settled import SETTLED

TODAY = parse_span("2026-11-20").latest or 0
MONTH = Window(days=30)
YEAR = Window(months=12)


def day(text: str) -> Span:
    return parse_span(text) if text else OPEN


def exposure(start: str, end: str = "", *, current: bool = False, mg: float | None = None) -> Exposure:
    return Exposure(
        "MedicationStatement/1",
        "a drug",
        "drug",
        ("drug",),
        day(start),
        day(end),
        current,
        Route.SYSTEMIC,
        mg_per_day=mg,
    )


def course(start: str, end: str = "", *, current: bool = False) -> c.Course:
    return c.courses_of([exposure(start, end, current=current)], TODAY, SETTLED.merge_within)[0]


def scene_of(*exposures: Exposure, onset: str) -> Scene:
    record = PatientRecord(supply=dict.fromkeys(("medicationStatements", "medicationRequests"), Supply.GIVEN))
    for taken in exposures:
        record.add(taken)
    symptom = Finding("Condition/1", "numb", ("numb",), onset=day(onset), recorded=day("2026-07-01"))
    return Scene(record, TODAY, SETTLED, {"drug": Drug("drug", "drug", Window(months=6))}, symptoms=[symptom])


@pytest.mark.parametrize(
    ("start", "onset", "truth"),
    [
        ("2026-05-02", "2026-06-01", Truth.MET),
        ("2026-05-01", "2026-06-01", Truth.NOT_MET),
        ("2026-05", "2026-06-01", Truth.UNKNOWN),
        ("2026-05-02", "2026-06", Truth.UNKNOWN),
        ("", "2026-06-01", Truth.UNKNOWN),
    ],
)
def test_an_onset_is_soon_only_within_the_window_of_the_first_dose(start: str, onset: str, truth: Truth) -> None:
    assert c.began_soon(course(start, "2026-08-01"), day(onset), MONTH) is truth


def test_started_within_asks_for_both_the_look_back_and_the_start() -> None:
    soon = TakesDrug(("drug",), timing="fits", started_within=MONTH)
    assert soon.judge(scene_of(exposure("2026-05-20", "2026-05-27"), onset="2026-06-01")).truth is Truth.MET
    assert soon.judge(scene_of(exposure("2026-01-20", "2026-05-27"), onset="2026-06-01")).truth is Truth.NOT_MET
    assert soon.judge(scene_of(exposure("2026-06-02", "2026-06-27"), onset="2026-06-01")).truth is Truth.NOT_MET


def test_a_known_onset_never_uses_the_window_of_an_unknown_one() -> None:
    """20 months after the last dose: an unknown onset may fit within 36 months, a known one does not."""
    old = course("2024-04-01", "2024-10-01")
    assert c.onset_may_fit(old, OPEN, day("2026-07-01"), Window(months=36), SETTLED.attributed_within) is Truth.MET
    assert (
        c.onset_may_fit(old, day("2026-06-01"), day("2026-07-01"), Window(months=36), SETTLED.attributed_within)
        is Truth.NOT_MET
    )


def test_an_onset_known_by_its_year_may_fit() -> None:
    assert (
        c.onset_may_fit(
            course("2026-03-01", "2026-05-31"), day("2026"), day("2026-07-01"), YEAR, SETTLED.attributed_within
        )
        is Truth.MET
    )


def test_an_undated_course_may_fit_only_while_it_goes_on() -> None:
    assert (
        c.onset_may_fit(course("", current=True), OPEN, day("2026-07-01"), YEAR, SETTLED.attributed_within) is Truth.MET
    )
    assert c.onset_may_fit(course(""), OPEN, day("2026-07-01"), YEAR, SETTLED.attributed_within) is Truth.UNKNOWN


def test_grams_add_within_twelve_months_only() -> None:
    dates = [("2025-01-01", "2025-01-10"), ("2026-05-10", "2026-05-19")]
    far = c.courses_of([exposure(start, end, mg=3000) for start, end in dates], TODAY, SETTLED.merge_within)
    near = c.courses_of(
        [exposure("2026-01-01", "2026-01-10", mg=3000), exposure(*dates[1], mg=3000)], TODAY, SETTLED.merge_within
    )
    assert c.total_grams(far, SETTLED.add_within) == (30, 30)
    assert c.total_grams(near, SETTLED.add_within) == (60, 60)


def test_grams_stay_unknown_when_a_dose_or_a_date_is_missing() -> None:
    dosed = exposure("2026-05-10", "2026-05-19", mg=3000)
    assert (
        c.total_grams(
            c.courses_of([dosed, exposure("2026-01-01", "2026-01-10")], TODAY, SETTLED.merge_within), SETTLED.add_within
        )
        is None
    )
    assert (
        c.total_grams(c.courses_of([dosed, exposure("", mg=3000)], TODAY, SETTLED.merge_within), SETTLED.add_within)
        is None
    )


def test_days_of_an_undated_course_add_nothing() -> None:
    assert c.total_days(
        c.courses_of([exposure("2026-05-10", "2026-05-19"), exposure("")], TODAY, SETTLED.merge_within),
        SETTLED.add_within,
    ) == (10, 10)
