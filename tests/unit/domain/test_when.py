"""Dates as intervals."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cds.domain.truth import Truth
from cds.domain.when import OPEN, Span, add_months, before, parse_span, parse_window, show, whole_months, within

TODAY = date(2026, 11, 20).toordinal()


def _day(text: str) -> int:
    return date.fromisoformat(text).toordinal()


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026-08-12", "2026-08-12", "2026-08-12"),
        ("2026-02", "2026-02-01", "2026-02-28"),
        ("2024", "2024-01-01", "2024-12-31"),
        ("2026-11-19T23:30:00-05:00", "2026-11-20", "2026-11-20"),
        ("2026-11-20T00:30:00+02:00", "2026-11-19", "2026-11-19"),
        ("2026-11-20T08:00:00.123Z", "2026-11-20", "2026-11-20"),
        ("2026-11-20T08:00:00", "2026-11-20", "2026-11-20"),
    ],
)
def test_a_date_is_the_span_of_days_it_may_mean(text: str, first: str, last: str) -> None:
    assert parse_span(text) == Span(_day(first), _day(last))


@pytest.mark.parametrize(
    ("first", "last", "months"),
    [
        ("2024-11-20", "2026-11-20", 24),
        ("2024-11-21", "2026-11-20", 23),
        ("2026-02-20", "2026-11-20", 9),
        ("2026-01-31", "2026-02-28", 1),
        ("2026-01-31", "2026-02-27", 0),
        ("2026-11-20", "2026-11-20", 0),
    ],
)
def test_months_are_counted_by_the_calendar(first: str, last: str, months: int) -> None:
    assert whole_months(_day(first), _day(last)) == months


def test_a_time_is_the_day_of_the_service_s_zone() -> None:
    assert parse_span("2026-11-20T03:00:00Z", ZoneInfo("America/New_York")) == Span(
        _day("2026-11-19"), _day("2026-11-19")
    )


@pytest.mark.parametrize(
    "text", ["", "soon", "2026-13", "2026-01-019", "2026-01-190", "2026-02-30", "0000", "9999-99-99T99:99:99Z"]
)
def test_what_is_no_date_says_nothing(text: str) -> None:
    assert parse_span(text) == OPEN


@given(st.text(max_size=40))
def test_no_text_breaks_the_reading_of_dates(text: str) -> None:
    span = parse_span(text)
    assert span == OPEN or (span.earliest is not None and span.latest is not None and span.earliest <= span.latest)


@pytest.mark.parametrize(
    ("day", "window", "expected"),
    [
        ("2025-11-20", "12 months", Truth.MET),
        ("2025-11-19", "12 months", Truth.NOT_MET),
        ("2026-11-06", "14 days", Truth.MET),
        ("2026-11-05", "14 days", Truth.NOT_MET),
        ("2026-11", "28 days", Truth.MET),
        ("2026-10", "28 days", Truth.UNKNOWN),
        ("2025", "12 months", Truth.UNKNOWN),
        ("2021-11-20", "less than 5 years", Truth.NOT_MET),
        ("2021-11-21", "less than 5 years", Truth.MET),
        ("2026-10-23", "less than 28 days", Truth.NOT_MET),
        ("2026-10-24", "less than 28 days", Truth.MET),
    ],
)
def test_within_includes_the_boundary_day_and_knows_when_it_cannot_tell(day: str, window: str, expected: Truth) -> None:
    assert within(parse_span(day), parse_window(window), TODAY) is expected


def test_months_are_calendar_months() -> None:
    assert add_months(_day("2026-03-31"), -1) == _day("2026-02-28")
    assert add_months(_day("2024-01-31"), 1) == _day("2024-02-29")
    assert add_months(_day("0001-01-01"), -1) == 1


def test_before_is_unknown_when_the_spans_overlap() -> None:
    assert before(parse_span("2026-01"), parse_span("2026-02-01")) is Truth.MET
    assert before(parse_span("2026-01"), parse_span("2026-01-15")) is Truth.UNKNOWN
    assert before(parse_span("2026-02-01"), parse_span("2026-01")) is Truth.NOT_MET


@pytest.mark.parametrize("text", ["12", "12 parsecs", "-1 days", "1.5 months", "", "less 5 years", "at most 5 years"])
def test_a_window_is_a_whole_number_and_a_unit(text: str) -> None:
    with pytest.raises(ValueError, match="not a length of time"):
        parse_window(text)


@pytest.mark.parametrize("text", ["2026-08-12", "2026-02", "2024"])
def test_a_date_is_shown_as_it_was_recorded(text: str) -> None:
    assert show(parse_span(text)) == text


def test_a_half_open_span_says_so() -> None:
    assert show(Span(None, TODAY)) == "by 2026-11-20"
    assert show(Span(TODAY, None)) == "from 2026-11-20"
