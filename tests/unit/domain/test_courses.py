"""Drug courses: merged, counted, related to an onset."""

from __future__ import annotations

from datetime import date

import pytest

from cds.domain import courses as c
from cds.domain.record import Exposure, Route, Taken
from cds.domain.truth import Truth
from cds.domain.when import OPEN, Span, parse_span, parse_window
from tests.settled import SETTLED

TODAY = date(2026, 11, 20).toordinal()
MONTH = parse_window("30 days")


def _taken(start: str = "", end: str = "", **more: object) -> Exposure:
    span = {"start": parse_span(start) if start else OPEN, "end": parse_span(end) if end else OPEN}
    return Exposure("MedicationStatement/1", "metronidazole", "metronidazole", ("metronidazole",), **span, **more)  # type: ignore[arg-type]


def _courses(*exposures: Exposure) -> list[c.Course]:
    return c.courses_of(exposures, TODAY, SETTLED.merge_within)


@pytest.mark.parametrize(("second", "count"), [("2026-06-29", 1), ("2026-06-30", 2)])
def test_courses_at_most_fourteen_days_apart_merge(second: str, count: int) -> None:
    found = _courses(_taken("2026-06-01", "2026-06-15"), _taken(second, "2026-07-10"))
    assert len(found) == count


def test_the_same_drug_in_three_resources_is_one_exposure() -> None:
    (course,) = _courses(*[_taken("2026-06-01", "2026-06-28") for _ in range(3)])
    assert course.days == (28, 28)


def test_local_forms_and_drugs_not_taken_are_no_exposure() -> None:
    assert (
        _courses(_taken("2026-06-01", "2026-06-28", route=Route.LOCAL), _taken("2026-06-01", taken=Taken.NOT_TAKEN))
        == []
    )


def test_an_unknown_end_makes_the_days_an_interval() -> None:
    exposure = _taken("2026-10-01")
    exposure.end = Span(parse_span("2026-10-01").earliest, TODAY)
    (course,) = _courses(exposure)
    assert course.days == (1, 51)
    assert c.at_least(c.total_days([course], SETTLED.add_within), 28) is Truth.UNKNOWN


def test_days_add_within_twelve_months_of_the_last_course() -> None:
    found = _courses(
        _taken("2024-01-01", "2024-01-31"), _taken("2026-02-01", "2026-02-14"), _taken("2026-09-01", "2026-09-14")
    )
    assert c.total_days(found, SETTLED.add_within) == (28, 28)


def test_grams_need_every_dose() -> None:
    dosed = _taken("2026-06-01", "2026-06-28", mg_per_day=1500.0)
    assert c.total_grams(_courses(dosed), SETTLED.add_within) == (42.0, 42.0)
    assert c.total_grams(_courses(dosed, _taken("2026-09-01", "2026-09-10")), SETTLED.add_within) is None


def test_each_day_has_its_own_dose_and_one_told_twice_counts_once() -> None:
    low, high = (
        _taken("2026-06-01", "2026-06-20", mg_per_day=500.0),
        _taken("2026-06-21", "2026-06-30", mg_per_day=2000.0),
    )
    assert c.total_grams(_courses(low, high, high), SETTLED.add_within) == (30.0, 30.0)


def test_days_whose_dose_nobody_told_may_be_of_the_highest() -> None:
    untold, told = _taken("2026-06-01", "2026-06-20"), _taken("2026-06-21", "2026-06-30", mg_per_day=2000.0)
    assert c.total_grams(_courses(untold, told), SETTLED.add_within) == (20.0, 60.0)


def test_only_the_days_of_a_dose_count_for_it() -> None:
    small, large = (
        _taken("2026-01-01", "2026-06-20", mg_per_day=10.0),
        _taken("2026-06-21", "2026-06-30", mg_per_day=50.0),
    )
    (course,) = c.dosed(_courses(small, large), 50, TODAY, SETTLED.merge_within)
    assert course.days == (10, 10)
    assert c.dosed(_courses(small), 50, TODAY, SETTLED.merge_within) == []


@pytest.mark.parametrize(
    ("onset", "fits", "before", "late"),
    [
        ("2026-05-31", Truth.NOT_MET, Truth.MET, Truth.NOT_MET),
        ("2026-06-01", Truth.MET, Truth.NOT_MET, Truth.NOT_MET),
        ("2026-07-28", Truth.MET, Truth.NOT_MET, Truth.NOT_MET),
        ("2026-07-29", Truth.NOT_MET, Truth.NOT_MET, Truth.MET),
        ("2026", Truth.UNKNOWN, Truth.UNKNOWN, Truth.UNKNOWN),
    ],
)
def test_an_onset_fits_from_the_first_dose_to_the_end_of_the_look_back(
    onset: str, fits: Truth, before: Truth, late: Truth
) -> None:
    (course,) = _courses(_taken("2026-06-01", "2026-06-28"))
    assert c.onset_fits(course, parse_span(onset), MONTH) is fits
    assert c.began_before(course, parse_span(onset)) is before
    assert c.began_after(course, parse_span(onset), MONTH) is late


def test_an_undated_drug_still_taken_may_fit_and_one_no_longer_taken_cannot_be_told() -> None:
    (current,) = _courses(_taken(is_current=True))
    (past,) = _courses(_taken())
    recorded = parse_span("2026-10-01")
    assert c.onset_may_fit(current, OPEN, recorded, MONTH, SETTLED.attributed_within) is Truth.MET
    assert c.onset_may_fit(past, OPEN, recorded, MONTH, SETTLED.attributed_within) is Truth.UNKNOWN


def test_a_drug_begun_after_the_first_record_cannot_fit_an_unknown_onset() -> None:
    (course,) = _courses(_taken("2026-10-02", "2026-10-20"))
    assert (
        c.onset_may_fit(
            course,
            Span(None, parse_span("2026-10-01").latest),
            parse_span("2026-10-01"),
            MONTH,
            SETTLED.attributed_within,
        )
        is Truth.NOT_MET
    )
