"""What the readers of one patient's resources share: the record being filled, the day, the words, the rest."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, tzinfo
from functools import lru_cache

from cds.domain.record import Fact, Finding, PatientRecord, Supply, Trouble, file
from cds.domain.when import OPEN, Span, parse_span
from cds.fhir import wire
from cds.fhir.bundles import Found
from cds.fhir.concepts import ConceptReader
from cds.fhir.references import Library

# Of a date or a status word: what is longer is cut, so that what is remembered stays small.
_LONGEST = 64
_FIRST_DAY = date(2, 1, 1).toordinal()
_NEVER = date(9999, 1, 1).toordinal()
_OFFSET = re.compile(r"(?:[zZ]|[+-]\d\d:?\d\d)\s*$")


@dataclass(slots=True)
class Desk:
    """Everything a reader of one resource may use; facts are filed in `record`.

    `is_day_open`: nobody said in which zone the site lies, so that a plain date one day ahead may be today there.
    """

    words: ConceptReader
    record: PatientRecord
    library: Library
    today: int
    zone: tzinfo | None = None
    encounter_id: str | None = None
    has_dispenses: bool = False
    # prescriptions whose status says that they go on
    active_orders: set[str] = field(default_factory=set)
    is_day_open: bool = False
    # the resource being read, and findings of this call by resource, for what later points at them
    found: Found = field(default_factory=lambda: Found(wire.OperationOutcome(), ""))
    by_resource: dict[int, list[Finding]] = field(default_factory=dict)
    # of observations that have a problem header (GP Connect), by id: its status, its onset and its end
    headed: dict[str, tuple[str, Span, Span]] = field(default_factory=dict)
    # of members of panels and reports, by resource: the names that say something of them
    above: dict[int, tuple[str, ...]] = field(default_factory=dict)
    # older ids of the patient, before records were merged
    merged: frozenset[str] = frozenset()

    @property
    def ref(self) -> str:
        """How evidence names the resource being read."""
        return name_of(self.found)

    def span(self, text: str | None) -> Span:
        """A FHIR date or dateTime as days."""
        return read_span(text, self.zone, self.today, is_open=self.is_day_open) if text else OPEN

    def first(self, *texts: str | None) -> Span:
        """The first of several dates that says anything."""
        for text in texts:
            if text:
                read = _read_span if len(text) <= _LONGEST else read_span
                span = read(text, self.zone, self.today, is_open=self.is_day_open)
                if span is not OPEN:
                    return span
        return OPEN

    def period(self, period: wire.Period | None) -> Span:
        """From the earliest start to the latest end."""
        if period is None:
            return OPEN
        start, end = self.span(period.start), self.span(period.end)
        if end.latest is None:
            return start
        return Span(start.earliest, end.latest)

    def is_future(self, *spans: Span) -> bool:
        """Whether every date that is known lies wholly after the day."""
        is_ahead = False
        for span in spans:
            if span.earliest is not None and span.earliest > self.today:
                is_ahead = True
            elif not span.is_open:
                return False
        return is_ahead

    def passes_over(self, *spans: Span) -> bool:
        """The same, and it is counted: an entry of days to come says nothing yet."""
        if not self.is_future(*spans):
            return False
        self.count("future")
        return True

    def is_ahead(self, span: Span) -> bool:
        """Whether a day may lie after today: what is planned or over only then is not so yet."""
        if span.earliest is None:
            return False
        begins_late = self.is_day_open and span.earliest == self.today and span.latest != self.today
        return span.earliest > self.today or begins_late

    def count(self, what: str) -> None:
        """Add one to a count."""
        counts = self.record.counts
        counts[what] = counts.get(what, 0) + 1

    def file(self, fact: Fact) -> None:
        """Put a fact of the patient's own into the record."""
        self.record.add(fact)
        self.count("facts")

    def file_family(self, finding: Finding) -> None:
        """Put what a relative has on its own shelf; it is never the patient's."""
        file(self.record.family, finding)
        self.count("facts")

    def file_denied(self, finding: Finding) -> None:
        """Put what the record says is not there on its own shelf: it answers a question and is evidence of nothing."""
        file(self.record.denied, finding)
        self.count("facts")

    def set_aside(self, why: str) -> None:
        """Name the resource being read as one that could not be used."""
        self.record.troubles.append(Trouble(type(self.found.resource).__name__, self.found.where, why))

    def leave_open(self, need: str, why: str) -> None:
        """Name it so, and let nothing follow from what else is missing in the list under a prefetch key."""
        self.set_aside(why)
        if self.record.supply.get(need, Supply.GIVEN).is_whole:
            self.record.supply[need] = Supply.UNREADABLE


def read_span(text: str, zone: tzinfo | None, today: int = 0, *, is_open: bool = False) -> Span:
    """A date as days; the first and the last year of the calendar stand for "not known" in many systems.

    Where no zone is known, a date without an offset that begins the day after `today` may be either day when the day
    `is_open`: somewhere on earth it has begun. A moment with an offset that falls on the day after in UTC is today
    where it was written so: in the evening west of Greenwich.
    """
    return _read_span(text if len(text) <= _LONGEST else text.strip()[:_LONGEST], zone, today, is_open=is_open)


@lru_cache(maxsize=8192)
def _read_span(text: str, zone: tzinfo | None, today: int, *, is_open: bool) -> Span:
    span = parse_span(text, zone)
    if span.earliest is None or span.earliest < _FIRST_DAY or span.earliest >= _NEVER:
        return OPEN
    if not today or span.earliest != today + 1:
        return span
    if _OFFSET.search(text[10:]):
        written = parse_span(text.strip()[:10])
        return written if zone is None and written.latest == today else span
    return Span(today, span.latest) if is_open else span


def name_of(found: Found) -> str:
    """Type and id, or type and position where there is no id."""
    kind = type(found.resource).__name__
    if found.owner:
        return f"{found.owner}#{(found.resource.id or kind).lstrip('#')}"
    if found.resource.id:
        return f"{kind}/{found.resource.id}"
    return f"{kind} (entry {found.entry + 1})" if found.entry >= 0 else kind


def status_of(text: str | None) -> str:
    """A status word as it should have been written."""
    return _status_of(text[:_LONGEST]) if text else ""


@lru_cache(maxsize=512)
def _status_of(text: str) -> str:
    return text.strip().lower().replace("_", "-").replace(" ", "-")
