"""Dates as intervals: a partial date is a span of days, and a comparison that it cannot decide is unknown.

Days are proleptic Gregorian ordinals (`datetime.date.toordinal`), which compare and subtract cheaply.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache

from cds.domain.truth import Truth

_PARTIAL = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$")


@dataclass(frozen=True, slots=True)
class Span:
    """A day known to lie between `earliest` and `latest`, both included; None is open."""

    earliest: int | None = None
    latest: int | None = None

    @property
    def is_open(self) -> bool:
        """Whether nothing at all is known of the day."""
        return self.earliest is None and self.latest is None

    @property
    def is_day(self) -> bool:
        """Whether the day is known exactly."""
        return self.earliest is not None and self.earliest == self.latest


OPEN = Span()


@dataclass(frozen=True, slots=True)
class Window:
    """A length of time in calendar months and days, such as "12 months" or "28 days"."""

    months: int = 0
    days: int = 0

    def before(self, day: int) -> int:
        """The first day that is still within this window of `day` (the boundary day counts)."""
        return add_months(day, -self.months) - self.days

    def after(self, day: int) -> int:
        """The last day that is still within this window after `day`."""
        return add_months(day, self.months) + self.days

    def __add__(self, other: Window) -> Window:
        return Window(self.months + other.months, self.days + other.days)


_UNITS = {"day": (0, 1), "week": (0, 7), "month": (1, 0), "year": (12, 0)}


def parse_window(text: str) -> Window:
    """Read "12 months", "4 weeks", "1 year", and "less than 5 years", which leaves the boundary day out.

    Raises:
        ValueError: when the text is not a whole number and a unit.
    """
    match = re.fullmatch(r"(less than )?(\d+) (day|week|month|year)s?", text)
    if match is None:
        raise ValueError(f"not a length of time: {text!r}")
    months, days = _UNITS[match[3]]
    return Window(int(match[2]) * months, int(match[2]) * days - bool(match[1]))


@lru_cache(maxsize=65536)
def add_months(day: int, months: int) -> int:
    """Calendar months later (or earlier); the 31st becomes the last day of a shorter month."""
    if not months:
        return day
    start = date.fromordinal(day)
    index = start.year * 12 + start.month - 1 + months
    year, month = divmod(index, 12)
    if not 1 <= year <= date.max.year:
        return 1 if months < 0 else date.max.toordinal()
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(start.day, last)).toordinal()


def whole_months(first: int, last: int) -> int:
    """Calendar months that have passed between two days: one from 31 January to 28 February."""
    start, end = date.fromordinal(first), date.fromordinal(last)
    months = (end.year - start.year) * 12 + end.month - start.month
    return months - (add_months(first, months) > last)


@lru_cache(maxsize=65536)
def parse_span(text: str, zone: tzinfo | None = None) -> Span:
    """Read a FHIR date, dateTime or instant, partial or full, as the span of days it may mean.

    A time with an offset is the day in `zone` (UTC when None); a text that is no date gives an open span.
    """
    text = text.strip()
    match = _PARTIAL.match(text)
    if match is not None:
        return _partial(match)
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00").replace("z", "+00:00"))
    except ValueError:
        # "2026-01-019" is no date; its first ten characters are another day
        return OPEN if text[10:11].isdigit() else _partial(_PARTIAL.match(text[:10]))
    if moment.tzinfo is not None:
        moment = _shift(moment, zone)
    day = moment.toordinal()
    return Span(day, day)


def _shift(moment: datetime, zone: tzinfo | None) -> datetime:
    try:
        return moment.astimezone(zone) if zone else moment - (moment.utcoffset() or timedelta())
    except OverflowError:
        return moment


def _partial(match: re.Match[str] | None) -> Span:
    if match is None:
        return OPEN
    year, month, day = int(match[1]), match[2], match[3]
    try:
        if day:
            exact = date(year, int(month), int(day)).toordinal()
            return Span(exact, exact)
        if month:
            last = calendar.monthrange(year, int(month))[1]
            return Span(date(year, int(month), 1).toordinal(), date(year, int(month), last).toordinal())
        return Span(date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal())
    except (ValueError, calendar.IllegalMonthError):
        return OPEN


def within(span: Span, window: Window, today: int) -> Truth:
    """Whether the day lies within `window` before `today`; the boundary day counts."""
    edge = window.before(today)
    if span.latest is not None and span.latest < edge:
        return Truth.NOT_MET
    if span.earliest is not None and span.earliest >= edge:
        return Truth.MET
    return Truth.UNKNOWN


def dated(span: Span, new_within: Window | None, older_than: Window | None, today: int) -> Truth:
    """Whether a day lies within one window and outside another; a window that is None asks nothing."""
    new = within(span, new_within, today) if new_within else Truth.MET
    old = within(span, older_than, today).inverted if older_than else Truth.MET
    return min(new, old)


def before(first: Span, second: Span) -> Truth:
    """Whether `first` is a day strictly before `second`."""
    if first.latest is not None and second.earliest is not None and first.latest < second.earliest:
        return Truth.MET
    if first.earliest is not None and second.latest is not None and first.earliest >= second.latest:
        return Truth.NOT_MET
    return Truth.UNKNOWN


def show(span: Span) -> str:
    """The day as it may be printed: 2026-08-12, 2026-08, 2026, "before 2026-08-12" or an empty text."""
    if span.earliest is not None and span.latest is not None:
        return _show_known(span.earliest, span.latest)
    if span.latest is not None:
        return f"by {date.fromordinal(span.latest).isoformat()}"
    return f"from {date.fromordinal(span.earliest).isoformat()}" if span.earliest is not None else ""


@lru_cache(maxsize=65536)
def _show_known(earliest: int, latest: int) -> str:
    first, last = date.fromordinal(earliest), date.fromordinal(latest)
    if earliest == latest:
        return first.isoformat()
    if first.day == 1 and last.day == calendar.monthrange(last.year, last.month)[1]:
        if (first.year, first.month) == (last.year, last.month):
            return first.isoformat()[:7]
        if first.year == last.year and (first.month, last.month) == (1, 12):
            return str(first.year)
    return f"{first.isoformat()} to {last.isoformat()}"
