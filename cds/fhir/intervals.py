"""From when to when a drug was taken, as one resource records it."""

from __future__ import annotations

from dataclasses import dataclass

from cds.domain.record import Taken
from cds.domain.when import OPEN, Span
from cds.fhir import wire
from cds.fhir.desk import Desk
from cds.fhir.dosage import Regimen

# A supply that has run out is taken to be renewed for as long again, and for at least a month.
SLACK_DAYS = 30


@dataclass(slots=True)
class Course:
    """What one resource says of the exposure, whichever drug it is. Its status may say that it goes on or is over."""

    taken: Taken = Taken.TAKEN
    weak: bool = False
    is_going_on: bool = False
    is_over: bool = False
    start: Span = OPEN
    end: Span = OPEN
    known_by: Span = OPEN
    supply_days: int | None = None


def interval_of(
    desk: Desk, resource: wire.Resource, course: Course, regimen: Regimen
) -> tuple[Span, Span, bool] | None:
    """First and last day, and whether it goes on; None when it lies wholly after the day."""
    start, end = course.start, course.end
    if regimen.bounds is not None:
        bounds_start = desk.span(regimen.bounds.start)
        start = bounds_start if not bounds_start.is_open else start
        end = desk.span(regimen.bounds.end) if end.is_open else end
    if start.is_open and not course.known_by.is_open:
        start = Span(None, course.known_by.latest)
    if desk.is_ahead(start):
        return None
    if end.is_open and regimen.days is not None:
        end = plus(start, regimen.days)
    if end.is_open and course.supply_days is not None:
        return _supplied(desk, start, course)
    if end.is_open:
        return _open_ended(desk, resource, start, course)
    return _ended(desk, start, end, course)


def plus(start: Span, days: int) -> Span:
    """The last day of so many days."""
    if start.earliest is None or start.latest is None:
        return OPEN
    return Span(start.earliest + days - 1, start.latest + days - 1)


def _ended(desk: Desk, start: Span, end: Span, course: Course) -> tuple[Span, Span, bool]:
    """A known end; one after the day means that it still went on, unless the status says that it is over."""
    if end.earliest is not None and end.earliest >= desk.today:
        if course.is_over:
            return start, _until(start, desk.today), False
        return start, Span(desk.today, desk.today), course.taken is Taken.TAKEN
    latest = min(end.latest, desk.today) if end.latest is not None else desk.today
    return start, Span(end.earliest, latest), False


def _supplied(desk: Desk, start: Span, course: Course) -> tuple[Span, Span, bool]:
    """A supply runs out, but an active order may be renewed: it counts as going on for as long again."""
    days = course.supply_days or 0
    end = plus(start, days)
    if course.is_going_on and (end.latest is None or end.latest + max(days, SLACK_DAYS) >= desk.today):
        return start, Span(desk.today, desk.today), True
    return _ended(desk, start, end, course) if not end.is_open else (start, _until(start, desk.today), False)


def _open_ended(desk: Desk, resource: wire.Resource, start: Span, course: Course) -> tuple[Span, Span, bool]:
    """Without an end: still going on when active, else ended between the last known dose and the day."""
    if course.is_going_on:
        return start, Span(desk.today, desk.today), True
    return start, _until(start, _status_day(desk, resource, start)), False


def _until(start: Span, latest: int) -> Span:
    known = start.earliest if start.earliest is not None else start.latest
    return Span(known, latest) if known is not None else OPEN


def _status_day(desk: Desk, resource: wire.Resource, start: Span) -> int:
    """The day by which the last status was written, when it is known and makes sense; else the day itself."""
    stated = resource.date_asserted if isinstance(resource, wire.MedicationStatement) else None
    written = resource.meta.last_updated if resource.meta is not None else None
    for text in (stated, written):
        day = desk.span(text).latest
        if day is not None and day <= desk.today and (start.latest is None or day >= start.latest):
            return day
    return desk.today
