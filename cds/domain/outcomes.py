"""What the rules conclude for one person: plain data that cards are composed from."""

from __future__ import annotations

from dataclasses import dataclass, field

from cds.domain.record import Finding
from cds.domain.rule import ActionRule, CauseRule, Level, MedicationRule, Question, RedFlagRule, TestRule
from cds.domain.truth import Evidence, Truth, Verdict

SUPPORTED, POSSIBLE, TO_EXCLUDE = "supported", "possible", "to-exclude"
TIERS = (SUPPORTED, POSSIBLE, TO_EXCLUDE)


@dataclass(slots=True)
class Gate:
    """Whether the service may speak, and why not. `truth` is that of "a current symptom is recorded"."""

    truth: Truth
    assumed: bool = False
    deceased: bool = False
    child: bool = False
    comfort: bool = False
    age_unknown: bool = False

    @property
    def is_open(self) -> bool:
        """Whether anything may be shown at all."""
        return not self.deceased and (self.truth is Truth.MET or self.assumed)


@dataclass(slots=True)
class RaisedFlag:
    """A red flag that is up, at the level that was met. In comfort care its `indicator` is lowered."""

    rule: RedFlagRule
    level: Level
    indicator: str
    evidence: tuple[Evidence, ...]

    @property
    def flag(self) -> str:
        """Its id."""
        return self.level.flag

    @property
    def title(self) -> str:
        """What is printed: the level's own title, or that of the rule."""
        return self.level.title or self.rule.title

    @property
    def order(self) -> int:
        """Its place among those of the same indicator: the level's own, or that of the rule."""
        return self.rule.order if self.level.order is None else self.level.order


@dataclass(slots=True)
class Scored:
    """One piece of evidence with the points that it brought."""

    item: Evidence
    points: int


@dataclass(slots=True)
class CauseOutcome:
    """A ranked cause. `points` is the sum of the evidence's points and the adjustments.

    `unsettled` are the facts that should have assessed what is still to be excluded, and could not.
    """

    rule: CauseRule
    tier: str
    points: int
    evidence: list[Scored]
    against: list[tuple[str, tuple[Evidence, ...]]]
    adjustments: list[tuple[str, int]]
    subcauses: list[str]
    line: str
    conflicting: bool = False
    is_warning: bool = False
    text_only: bool = False
    unsettled: tuple[Evidence, ...] = ()


@dataclass(slots=True)
class SetAside:
    """A cause that was considered and contradicted."""

    rule: CauseRule
    because: str
    evidence: tuple[Evidence, ...]


@dataclass(slots=True)
class TestOutcome:
    """A test that is due. `when`: emergency, now, if-unexplained. `ordered` are its open orders, in an emergency.

    `confirms`: a result that is there already, which therefore does not stand for it.
    """

    rule: TestRule
    when: str
    because: str
    evidence: tuple[Evidence, ...]
    offered: str
    notes: list[str] = field(default_factory=list)
    is_barred: bool = False
    ordered: tuple[Evidence, ...] = ()
    is_second_line: bool = False
    confirms: bool = False


@dataclass(slots=True)
class TestState:
    """A test that is not offered: resulted, ordered, or not indicated, with the reason or the fact."""

    rule: TestRule
    state: str
    because: str
    evidence: tuple[Evidence, ...]


@dataclass(slots=True)
class MedicationOutcome:
    """A drug for the medication card."""

    rule: MedicationRule
    cause: CauseOutcome
    drug: str
    evidence: list[Evidence]
    is_warning: bool
    interactions: list[tuple[str, tuple[Evidence, ...]]]


@dataclass(slots=True)
class Outcomes:
    """Everything concluded for one person on one day."""

    today: int
    gate: Gate
    symptoms: list[Finding] = field(default_factory=list)
    patterns: dict[str, Verdict] = field(default_factory=dict)
    flags: list[RaisedFlag] = field(default_factory=list)
    causes: list[CauseOutcome] = field(default_factory=list)
    set_aside: list[SetAside] = field(default_factory=list)
    past_exposures: list[tuple[CauseRule, tuple[Evidence, ...]]] = field(default_factory=list)
    tests: list[TestOutcome] = field(default_factory=list)
    done: list[TestState] = field(default_factory=list)
    not_indicated: list[TestState] = field(default_factory=list)
    medications: list[MedicationOutcome] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    actions: list[tuple[ActionRule, RaisedFlag]] = field(default_factory=list)
    first_line: Verdict | None = None
