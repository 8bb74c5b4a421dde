"""Courses of a drug: what several resources record of one exposure, merged, counted and related to an onset."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise

from cds.domain.record import Exposure, Route, Taken
from cds.domain.truth import Truth
from cds.domain.when import OPEN, Span, Window


@dataclass(frozen=True, slots=True)
class Course:
    """An unbroken exposure to one drug. `days` is (fewest, most) days of exposure; None is unknown."""

    drug: str
    start: Span
    end: Span
    is_current: bool
    facts: tuple[Exposure, ...]
    days: tuple[int, int] | None
    weak: bool

    @property
    def is_undated(self) -> bool:
        """Whether no day of it is recorded."""
        return self.start.is_open

    def mg_per_day(self) -> float | None:
        """The highest recorded daily dose in milligrams, or None when none is recorded."""
        doses = [fact.mg_per_day for fact in self.facts if fact.mg_per_day is not None]
        return max(doses) if doses else None

    def grams(self) -> tuple[float, float] | None:
        """Fewest and most grams: each day's highest told dose; days without one may be of the highest of all."""
        highest, last = self.mg_per_day(), self.end.latest
        if highest is None or self.days is None:
            return None
        sure = [
            (f.start.latest, last if f.is_current else f.end.earliest or f.start.latest, f.mg_per_day or 0)
            for f in self.facts
        ]
        most = [
            (
                f.start.earliest or self.start.earliest,
                last if f.is_current else f.end.latest or last,
                f.mg_per_day or highest,
            )
            for f in self.facts
        ]
        return _grams(sure), _grams(most)


def courses_of(exposures: Iterable[Exposure], today: int, merge_within: Window) -> list[Course]:
    """Merge the systemic, taken exposures to one drug into courses, oldest first; undated ones stay alone.

    What begins at most `merge_within` after the end of another belongs to it (rules.md §0).
    """
    taken = [e for e in exposures if e.taken is Taken.TAKEN and e.route is not Route.LOCAL]
    dated = sorted((e for e in taken if not e.start.is_open or not e.end.is_open), key=_first_day)
    groups: list[list[Exposure]] = []
    reach = 0
    for exposure in dated:
        if groups and _first_day(exposure) <= merge_within.after(reach):
            groups[-1].append(exposure)
        else:
            groups.append([exposure])
            reach = 0
        reach = max(reach, _last_day(exposure, today))
    undated = [[e] for e in taken if e.start.is_open and e.end.is_open]
    return [_course(group, today) for group in groups + undated]


def _first_day(exposure: Exposure) -> int:
    for day in (exposure.start.earliest, exposure.start.latest, exposure.end.earliest, exposure.end.latest):
        if day is not None:
            return day
    return 0


def _last_day(exposure: Exposure, today: int) -> int:
    if exposure.is_current:
        return today
    for day in (exposure.end.latest, exposure.end.earliest, exposure.start.latest, exposure.start.earliest):
        if day is not None:
            return day
    return 0


def _course(group: list[Exposure], today: int) -> Course:
    start = _outer([e.start for e in group], min)
    current = any(e.is_current for e in group)
    ends = [Span(today, today) if e.is_current else e.end for e in group]
    end = _outer(ends, max)
    if start.is_open and not current:
        start = Span(None, end.latest)  # whenever it began, it was no later than the last dose
    return Course(group[0].drug, start, end, current, tuple(group), _days(start, end), all(e.weak for e in group))


def _outer(spans: list[Span], pick: Callable[[list[int]], int]) -> Span:
    known = [s for s in spans if not s.is_open]
    if not known:
        return OPEN
    earliest = [s.earliest for s in known if s.earliest is not None]
    latest = [s.latest for s in known if s.latest is not None]
    return Span(pick(earliest) if earliest else None, pick(latest) if latest else None)


def _days(start: Span, end: Span) -> tuple[int, int] | None:
    if start.earliest is None or end.latest is None:
        return None
    latest_start = start.latest if start.latest is not None else end.latest
    earliest_end = end.earliest if end.earliest is not None else latest_start
    return max(1, earliest_end - latest_start + 1), max(1, end.latest - start.earliest + 1)


def total_days(courses: Iterable[Course], within: Window) -> tuple[int, int] | None:
    """Fewest and most days of exposure in the time before the last one ended."""
    counted = [c.days for c in _adding(courses, within) if c.days is not None]
    return (sum(low for low, _ in counted), sum(high for _, high in counted)) if counted else None


def total_grams(courses: Iterable[Course], within: Window) -> tuple[float, float] | None:
    """Fewest and most grams in the same time; None when a dose or a date is missing."""
    counted = _adding(courses, within)
    parts = [c.grams() for c in counted]
    known = [part for part in parts if part is not None]
    return (sum(low for low, _ in known), sum(high for _, high in known)) if known and known == parts else None


def _grams(parts: list[tuple[int | None, int | None, float]]) -> float:
    """The grams of (first day, last day, milligrams a day), of overlapping ones the highest."""
    dated = [(first, last, dose) for first, last, dose in parts if first is not None and last is not None]
    edges = sorted({first for first, _, _ in dated} | {last + 1 for _, last, _ in dated})
    doses = (max((dose for first, last, dose in dated if first <= day <= last), default=0) for day in edges)
    return sum(dose * (until - day) for dose, (day, until) in zip(doses, pairwise(edges), strict=False)) / 1000


def dosed(courses: Iterable[Course], least: float, today: int, merge_within: Window) -> list[Course]:
    """The courses of those exposures alone whose daily dose is high enough.

    An exposure that tells no dose goes with its course; a course without any is kept, because it cannot be told.
    """
    kept: list[Course] = []
    for course in courses:
        highest = course.mg_per_day()
        if highest is None:
            kept.append(course)
        elif highest >= least:
            enough = (f for f in course.facts if f.mg_per_day is None or f.mg_per_day >= least)
            kept += courses_of(enough, today, merge_within)
    return kept


def taken_at_once(course: Course) -> float:
    """The largest intake in milligrams where nothing tells how often; none in a course with a daily dose."""
    return 0.0 if course.mg_per_day() is not None else max(fact.mg_at_once or 0.0 for fact in course.facts)


def _adding(courses: Iterable[Course], within: Window) -> list[Course]:
    """The courses of the time before the last one ended; undated ones are kept, because they may add."""
    listed = list(courses)
    ends = [c.end.latest for c in listed if c.end.latest is not None]
    edge = within.before(max(ends)) if ends else 0
    return [c for c in listed if c.end.latest is None or c.end.latest >= edge]


def at_least(bounds: tuple[float, float] | None, limit: float) -> Truth:
    """Whether an amount known only to lie between bounds reaches the limit."""
    if bounds is None:
        return Truth.UNKNOWN
    if bounds[0] >= limit:
        return Truth.MET
    return Truth.NOT_MET if bounds[1] < limit else Truth.UNKNOWN


def onset_fits(course: Course, onset: Span, look_back: Window) -> Truth:
    """Whether the symptom began after the course started and no later than `look_back` after it ended."""
    if began_before(course, onset) is Truth.MET or began_after(course, onset, look_back) is Truth.MET:
        return Truth.NOT_MET
    if course.start.latest is None or onset.earliest is None or onset.latest is None or course.end.earliest is None:
        return Truth.UNKNOWN
    fits = onset.earliest >= course.start.latest and onset.latest <= look_back.after(course.end.earliest)
    return Truth.MET if fits else Truth.UNKNOWN


def began_before(course: Course, onset: Span) -> Truth:
    """Whether the symptom is known to have begun before the first dose."""
    if onset.latest is not None and course.start.earliest is not None and onset.latest < course.start.earliest:
        return Truth.MET
    if onset.earliest is not None and course.start.latest is not None and onset.earliest >= course.start.latest:
        return Truth.NOT_MET
    return Truth.UNKNOWN


def began_after(course: Course, onset: Span, window: Window) -> Truth:
    """Whether the symptom is known to have begun later than `window` after the last dose."""
    if course.is_current:
        return Truth.NOT_MET
    if (
        onset.earliest is not None
        and course.end.latest is not None
        and onset.earliest > window.after(course.end.latest)
    ):
        return Truth.MET
    if (
        onset.latest is not None
        and course.end.earliest is not None
        and onset.latest <= window.after(course.end.earliest)
    ):
        return Truth.NOT_MET
    return Truth.UNKNOWN


def began_soon(course: Course, onset: Span, window: Window) -> Truth:
    """Whether the symptom began within `window` of the first dose."""
    start = course.start
    if onset.earliest is not None and start.latest is not None and onset.earliest > window.after(start.latest):
        return Truth.NOT_MET
    if onset.latest is not None and start.earliest is not None and onset.latest <= window.after(start.earliest):
        return Truth.MET
    return Truth.UNKNOWN


def onset_may_fit(course: Course, onset: Span, recorded: Span, window: Window, attributed: Window) -> Truth:
    """With an unknown onset: did the exposure begin before the symptom was first recorded, and end within `window`?

    An undated course counts when it is still going on ("dates not recorded", rules.md §0 Drugs).
    """
    if course.is_undated:
        return Truth.MET if course.is_current else Truth.UNKNOWN
    if onset.earliest is not None:
        # a recorded onset decides by itself; only a partial date leaves it open
        return Truth.MET if onset_fits(course, onset, attributed) is Truth.UNKNOWN else Truth.NOT_MET
    if began_before(course, recorded) is Truth.MET:
        return Truth.NOT_MET
    late = not course.is_current and recorded.earliest is not None and course.end.latest is not None
    return Truth.NOT_MET if late and (recorded.earliest or 0) > window.after(course.end.latest or 0) else Truth.MET
