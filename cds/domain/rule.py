"""The rule kinds: gate, pattern, red flag, cause, test, action, medication, question. Plain, immutable, compiled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cds.domain.criteria import Criterion, Named
from cds.domain.scene import Drug
from cds.domain.settled import Settled


@dataclass(frozen=True, slots=True)
class Rule:
    """What every rule has. `criteria` are its named criteria in file order."""

    id: str
    version: str
    title: str
    sources: tuple[str, ...]
    criteria: Mapping[str, Named]


@dataclass(frozen=True, slots=True)
class GateRule(Rule):
    """One question of the gate. `effect`: open, silence, child, comfort."""

    effect: str = "open"
    when: Criterion | None = None


@dataclass(frozen=True, slots=True)
class PatternRule(Rule):
    """One pattern of the symptom, such as both feet or one side."""

    pattern: str = ""
    when: Criterion | None = None


@dataclass(frozen=True, slots=True)
class Level:
    """One way a red flag can stand: the first whose `when` is met names the flag, its indicator and its words."""

    flag: str
    indicator: str
    when: Criterion
    summary: str
    line: str
    actions: tuple[str, ...]
    tests: tuple[str, ...]
    order: int | None = None
    title: str = ""


@dataclass(frozen=True, slots=True)
class RedFlagRule(Rule):
    """Findings that need action now, whatever the diagnosis."""

    order: int = 100
    levels: tuple[Level, ...] = ()
    unless: Criterion | None = None
    asks: tuple[tuple[str, Criterion], ...] = ()


@dataclass(frozen=True, slots=True)
class Because:
    """A condition with the reason that is printed when it is met. `told` are the criteria that placeholders name.

    `confirms`: of a test, that it confirms a result, which therefore does not stand for it.
    """

    when: Criterion
    because: str
    told: tuple[Named, ...] = ()
    confirms: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that holds when its condition is met; None always holds."""

    when: Criterion | None
    value: str


@dataclass(frozen=True, slots=True)
class CauseRule(Rule):
    """One candidate diagnosis of the differential."""

    cause: str = ""
    stage: int = 1
    supported_when: Criterion | None = None
    possible_when: Criterion | None = None
    to_exclude_when: Criterion | None = None
    assessed_when: Criterion | None = None
    set_aside_when: tuple[Because, ...] = ()
    against: tuple[Because, ...] = ()
    subcauses: tuple[Choice, ...] = ()
    fits: tuple[str, ...] = ()
    misfits: tuple[str, ...] = ()
    no_misfit_when: Criterion | None = None
    timing: Criterion | None = None
    treated: Criterion | None = None
    conflict: Criterion | None = None
    harm: bool = False
    harm_when: Criterion | None = None
    dangerous: bool = False
    lines: Mapping[str, str] = field(default_factory=dict)
    line_when: tuple[Choice, ...] = ()
    warning_tiers: tuple[str, ...] = ()
    warning_when: Criterion | None = None
    past_exposure_when: Criterion | None = None
    asks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TestRule(Rule):
    """One test of the work-up: when it is due, when it is not, when it is already there."""

    test: str = ""
    name: str = ""
    order_rank: int = 100
    offered: str = "order"
    offered_in_emergency: str = ""
    now_when: tuple[Because, ...] = ()
    unexplained_when: tuple[Because, ...] = ()
    not_indicated_when: tuple[Because, ...] = ()
    contraindicated_when: tuple[Because, ...] = ()
    withheld_when: tuple[Because, ...] = ()
    done_when: Criterion | None = None
    ordered_when: Criterion | None = None
    repeat_when: Criterion | None = None
    rides_with: str = ""
    note_when: tuple[Because, ...] = ()
    resource: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class ActionRule(Rule):
    """One action: a referral or a contact, offered as a draft ServiceRequest or Task."""

    action: str = ""
    name: str = ""
    order_rank: int = 0
    resource: Mapping[str, Any] | None = None
    replaced_by: tuple[str, ...] = ()
    """Actions beside which this one asks for nothing more."""


@dataclass(frozen=True, slots=True)
class MedicationRule(Rule):
    """What the medication card says of one drug cause. Never an instruction to stop, start or change."""

    cause: str = ""
    line: str = ""
    action: str = ""
    interactions: tuple[Because, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """What only the clinician can know.

    `settled_when` met means the record answers it already, `first_when` that the record makes it pressing. A standing
    question fills up what is left, where `standing_when` holds.
    """

    id: str
    text: str
    rank: int
    standing: bool
    settled_when: Criterion | None = None
    first_when: Criterion | None = None
    standing_when: Criterion | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """A citation: what is printed of it, where it is, how far the facts taken from it were verified (P, S, K ...)."""

    id: str
    label: str
    citation: str
    url: str = ""
    verified: str = ""


@dataclass(frozen=True, slots=True)
class Unused:
    """Rules that a site has not in use, with the flags (ids and indicators) and causes that only they conclude."""

    rules: tuple[Rule, ...] = ()
    flags: frozenset[str] = frozenset()
    causes: frozenset[str] = frozenset()

    @property
    def red_flags(self) -> tuple[RedFlagRule, ...]:
        """Those of them that are red flags."""
        return tuple(rule for rule in self.rules if isinstance(rule, RedFlagRule))


@dataclass(frozen=True, slots=True)
class Rulebook:
    """All loaded rules in their strata, immutable after start-up.

    `approved`: rules whose version the site's committee has approved; `signed`: those of them that a card may call so,
    because all they rest on is approved too. `unused`: rules that are not in use here.
    """

    version: str
    digest: str
    gates: tuple[GateRule, ...]
    patterns: tuple[PatternRule, ...]
    red_flags: tuple[RedFlagRule, ...]
    causes: tuple[CauseRule, ...]
    tests: tuple[TestRule, ...]
    actions: Mapping[str, ActionRule]
    medications: tuple[MedicationRule, ...]
    questions: Mapping[str, Question]
    sources: Mapping[str, Source]
    drugs: Mapping[str, Drug]
    settled: Settled
    first_line_complete: Criterion
    wording: Mapping[str, Any]
    lower_sites: frozenset[str]
    other_sites: frozenset[str]
    # The value sets whose results some criterion asks for.
    measured: frozenset[str] = frozenset()
    approved: frozenset[str] = frozenset()
    signed: frozenset[str] = frozenset()
    unused: Unused = field(default_factory=Unused)
    # Which lists came whole -> answers of criteria whose facts a record has none of. At most 2**11 keys.
    # Not carried over when a rulebook is copied with another rule: the keys are identities of criteria.
    blanks: dict[tuple[bool, ...], dict[int, Any]] = field(init=False, default_factory=dict)
    # What `silence` remembers: rules known to say nothing under given circumstances, what each rule looks at, and the
    # facts without which it is silent.
    silences: dict[tuple[Any, ...], set[int]] = field(init=False, default_factory=dict)
    sights: dict[int, Any] = field(init=False, default_factory=dict)
    musts: dict[int, frozenset[str] | None] = field(init=False, default_factory=dict)

    def rules(self) -> tuple[Rule, ...]:
        """Every rule, in the order of judgement."""
        groups = (self.gates, self.patterns, self.red_flags, self.causes, self.tests)
        return tuple(r for g in groups for r in g) + tuple(self.actions.values()) + self.medications
