"""A patient's record as the rules see it: a few typed facts, indexed once by value set.

Facts are plain data. Every fact names the resource it came from (`ref`), a short printable `label`, and whether it
is weak (rules.md §0: weak statuses, findings known from text alone). Long because every kind of fact has the same few
printable properties; there is no other logic in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from cds.domain.quantity import Quantity
from cds.domain.when import OPEN, Span, show


class Side(Enum):
    """Where in the body, left or right. UNKNOWN stays unknown: it decides nothing."""

    LEFT = "left"
    RIGHT = "right"
    BOTH = "both"
    UNKNOWN = "unknown"

    @property
    def extent(self) -> str:
        """How many sides, as rules ask for it: "one", "both" or "unknown"."""
        return self.value if self in (Side.BOTH, Side.UNKNOWN) else "one"


class Route(Enum):
    """How a drug got into the body, as far as it matters for toxicity.

    NASAL stands in texts and codes only: of a vitamin that replaces it is systemic, of anything else local.
    """

    SYSTEMIC = "systemic"
    LOCAL = "local"
    NASAL = "nasal"
    UNKNOWN = "unknown"


class Taken(Enum):
    """Whether an exposure happened."""

    TAKEN = "taken"
    NOT_TAKEN = "not taken"
    PLANNED = "planned"


class Supply(Enum):
    """What came under a prefetch key (contract §2, completeness)."""

    GIVEN = "given"
    NONE = "none"
    NOT_SUPPLIED = "not supplied"
    FAILED = "failed"
    CUT_SHORT = "cut short"
    UNREADABLE = "unreadable"

    @property
    def is_whole(self) -> bool:
        """Whether absence from this list means "none found in the record"."""
        return self in (Supply.GIVEN, Supply.NONE)


@dataclass(slots=True)
class Finding:
    """A symptom, sign or diagnosis: from a Condition, or an Observation that says "present".

    `onset` is the recorded onset (open when none); `recorded` the day it was first written down. `status` is
    "active", "past" or "remission". `suspected` marks rule-out and query wording. `sites`
    holds site ids of the lexicon ("foot", "heel", "hand"); `modifiers` holds `mod.*` and `sym.*` ids read from text.
    `source` is the resource type. `of_visit` marks a reason of the current encounter. `titles` name a bare code, for
    each of its value sets. `preliminary` means that the resource itself counts weakly, whatever its words say.
    `own_modifiers` are those of the modifiers that are said of this finding and of no other.
    """

    ref: str
    label: str
    sets: tuple[str, ...]
    status: str = "active"
    onset: Span = OPEN
    recorded: Span = OPEN
    ended: Span = OPEN
    side: Side = Side.UNKNOWN
    sites: frozenset[str] = frozenset()
    modifiers: frozenset[str] = frozenset()
    weak: bool = False
    text_only: bool = False
    suspected: bool = False
    source: str = "Condition"
    of_visit: bool = False
    titles: Mapping[str, str] = field(default_factory=dict)
    preliminary: bool = False
    own_modifiers: frozenset[str] = frozenset()

    @property
    def since(self) -> Span:
        """When it began as the rules count "new": the onset, or the first record when no onset is known.

        An onset known by month or year only ends no later than a record that was made in it (rules.md §0).
        """
        onset, recorded = self.onset, self.recorded
        if onset.is_open or onset.is_day:
            return recorded if onset.is_open else onset
        if recorded.latest is None or onset.latest is None or onset.earliest is None:
            return onset
        return Span(onset.earliest, recorded.latest) if onset.earliest <= recorded.latest < onset.latest else onset

    @property
    def began(self) -> Span:
        """Onset as an interval (rules.md §0): its latest end is the earliest of onset and first record."""
        latest = [d for d in (self.onset.latest, self.recorded.latest) if d is not None]
        return Span(self.onset.earliest, min(latest) if latest else None)

    @property
    def is_undated(self) -> bool:
        """Neither an onset nor a record date."""
        return self.onset.is_open and self.recorded.is_open

    @property
    def date(self) -> str:
        """The printed date."""
        if not self.onset.is_open:
            return show(self.onset)
        return f"recorded on {show(self.recorded)}" if not self.recorded.is_open else ""

    @property
    def words(self) -> str:
        """What a card prints of it."""
        return self.label

    @property
    def when(self) -> Span:
        """The interval that lookbacks compare and cards print: the onset as it is told, or the first record."""
        return self.recorded if self.onset.is_open else self.onset


class Printed:
    """What a card prints of a fact with one time of its own."""

    __slots__ = ()
    label: str
    when: Span

    @property
    def date(self) -> str:
        """The printed date."""
        return show(self.when)

    @property
    def words(self) -> str:
        """The name as it is recorded."""
        return self.label


@dataclass(slots=True)
class Result(Printed):
    """A measured or coded value. `value` None and `coded` empty means it cannot be read (`problem` says why).

    `coded` holds answer ids: "positive", "negative", "present", "absent", "normal", "abnormal" and value-set ids of
    a coded value. `flag` is the laboratory's own "high", "low", "normal" or "" (from interpretation or range).
    `by_value`: only a value tells; a flag or a word alone settles nothing.
    """

    ref: str
    label: str
    sets: tuple[str, ...]
    value: Quantity | None = None
    shown: str = ""
    coded: frozenset[str] = frozenset()
    flag: str = ""
    when: Span = OPEN
    side: Side = Side.UNKNOWN
    weak: bool = False
    text_only: bool = False
    problem: str = ""
    by_value: bool = False

    @property
    def is_readable(self) -> bool:
        """Whether some value can be compared."""
        has_value = self.value is not None and self.value.unit is not None
        return has_value or (not self.by_value and bool(self.coded or self.flag))

    @property
    def words(self) -> str:
        """What a card prints of it: analyte and value as reported."""
        return f"{self.label} {self.shown}".strip()


@dataclass(slots=True)
class Exposure:
    """One drug as one resource records it: an interval from `start` to `end`, possibly still going on.

    `drug` is the value set id of the ingredient. `mg_per_day` None is unknown. `mg_at_once` is the dose of one intake
    where nothing tells how often it is taken.
    """

    ref: str
    label: str
    drug: str
    sets: tuple[str, ...]
    start: Span = OPEN
    end: Span = OPEN
    is_current: bool = False
    route: Route = Route.UNKNOWN
    taken: Taken = Taken.TAKEN
    mg_per_day: float | None = None
    weak: bool = False
    text_only: bool = False
    source: str = "MedicationStatement"
    mg_at_once: float | None = None

    @property
    def date(self) -> str:
        """The printed interval."""
        start, end = show(self.start), "" if self.is_current else show(self.end)
        if start and " to " in end:
            return f"from {start}, end not recorded"
        if start and end and start != end:
            return f"{start} to {end}"
        if start:
            return f"since {start}" if self.is_current else start
        return "dates not recorded" if not end else f"until {end}"

    @property
    def words(self) -> str:
        """What a card prints of it."""
        return self.label

    @property
    def is_one_dose(self) -> bool:
        """Whether it was given on one day only, as an infusion is."""
        return self.source == "MedicationAdministration" and not self.is_current and self.start == self.end

    @property
    def when(self) -> Span:
        """The interval that lookbacks compare: the last day of exposure."""
        return self.end if not self.end.is_open else self.start

    @property
    def side(self) -> Side:
        """Drugs have no side."""
        return Side.UNKNOWN


@dataclass(slots=True)
class Procedure(Printed):
    """Something done: a Procedure, a DiagnosticReport, an imaging study with its conclusion.

    `coded` holds answer ids of its outcome ("normal", "abnormal", "positive") where the whole of it says no more,
    `concluded` the findings that its conclusion speaks of, denied ones too, `modifiers` what it says beside them;
    `told` is the first sentence of that conclusion.
    """

    ref: str
    label: str
    sets: tuple[str, ...]
    when: Span = OPEN
    side: Side = Side.UNKNOWN
    sites: frozenset[str] = frozenset()
    weak: bool = False
    text_only: bool = False
    source: str = "Procedure"
    coded: frozenset[str] = frozenset()
    concluded: frozenset[str] = frozenset()
    modifiers: frozenset[str] = frozenset()
    told: str = ""


@dataclass(slots=True)
class Order(Printed):
    """A request for a test or referral. `status` is "active", "draft" or "completed"."""

    ref: str
    label: str
    sets: tuple[str, ...]
    status: str = "active"
    when: Span = OPEN
    side: Side = Side.UNKNOWN
    weak: bool = False
    text_only: bool = False
    sites: frozenset[str] = frozenset()


Fact = Finding | Result | Exposure | Procedure | Order
SHELVES = ("findings", "results", "exposures", "procedures", "orders", "family", "denied")


@dataclass(slots=True)
class Person:
    """The patient as far as rules look: birth interval, sex, death."""

    id: str = ""
    birth: Span = OPEN
    sex: str = ""
    is_deceased: bool = False


@dataclass(slots=True)
class Trouble:
    """One resource or list that could not be read, named by type and position, never by value or id."""

    what: str
    where: str
    why: str


@dataclass(slots=True)
class PatientRecord:
    """Everything the rules may ask about one patient on one day. `denied` holds what the record says is not there.

    `unanswered` names the prefetch keys under which something came that is no FHIR at all.
    """

    person: Person = field(default_factory=Person)
    findings: dict[str, list[Finding]] = field(default_factory=dict)
    results: dict[str, list[Result]] = field(default_factory=dict)
    exposures: dict[str, list[Exposure]] = field(default_factory=dict)
    procedures: dict[str, list[Procedure]] = field(default_factory=dict)
    orders: dict[str, list[Order]] = field(default_factory=dict)
    family: dict[str, list[Finding]] = field(default_factory=dict)
    denied: dict[str, list[Finding]] = field(default_factory=dict)
    supply: dict[str, Supply] = field(default_factory=dict)
    unanswered: set[str] = field(default_factory=set)
    troubles: list[Trouble] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    _own: dict[type, dict[str, list[Any]]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        self._own = {
            Finding: self.findings, Result: self.results, Exposure: self.exposures, Procedure: self.procedures,
            Order: self.orders,
        }  # fmt: skip

    def add(self, fact: Fact) -> None:
        """File a fact of the patient's own under every value set that it belongs to."""
        file(self._own[type(fact)], fact)

    def shelves(self) -> dict[str, dict[str, list[Fact]]]:
        """Every kind of fact by its name, each filed by value set."""
        return {name: getattr(self, name) for name in SHELVES}

    def settle(self) -> None:
        """Put the facts of every shelf in one order, the newest first, in whatever order they were sent."""
        for shelf in self.shelves().values():
            for facts in shelf.values():
                if len(facts) > 1:
                    facts.sort(key=_place)

    def names(self) -> frozenset[str]:
        """Every value set of which the record has a fact."""
        return frozenset(name for shelf in self.shelves().values() for name in shelf)

    def has_whole(self, needs: Iterable[str]) -> bool:
        """Whether every one of these lists came whole, so that absence means "none found in the record"."""
        return all(self.supply.get(need, Supply.NOT_SUPPLIED).is_whole for need in needs)


def file(shelf: dict[str, list[Any]], fact: Fact) -> None:
    """Put a fact on a shelf, under every value set that it belongs to."""
    for name in fact.sets:
        filed = shelf.get(name)
        if filed is None:
            shelf[name] = [fact]
        else:
            filed.append(fact)


def _place(fact: Fact) -> tuple[int, str, str]:
    when = fact.when
    return -(when.latest or when.earliest or 0), fact.ref, fact.label
