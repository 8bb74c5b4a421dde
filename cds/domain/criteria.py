"""The kinds of criterion: named questions about a person, each answered met, not met or unknown with evidence.

A criterion is compiled once from a rule file and judged many times. The kinds about facts (finding, result,
exposure, test done or ordered) stand in `criteria_facts.py` and `criteria_results.py`; here are the combining ones
and those about the person, the symptom and earlier strata.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import ClassVar, Protocol

from cds.domain import truth as t
from cds.domain.record import Finding, Side
from cds.domain.scene import Scene
from cds.domain.truth import NOT_MET, Evidence, Truth, Unknown, Verdict, unknown
from cds.domain.when import Span, Window, add_months, within


class Criterion(Protocol):
    """Anything that can be judged against a scene.

    `reads` are the value sets whose facts it looks at; None when it also looks at the person, the symptom or earlier
    outcomes. When the record has no fact of any of them the answer depends on what was supplied alone.
    """

    @property
    def reads(self) -> frozenset[str] | None:
        """The value sets whose facts decide; None when more than facts decides."""
        ...

    def judge(self, scene: Scene) -> Verdict:
        """Answer the question for the person in the scene."""
        ...


def reads_of(members: Iterable[Criterion]) -> frozenset[str] | None:
    """What several criteria read together."""
    parts = [member.reads for member in members]
    return None if any(part is None for part in parts) else frozenset().union(*(p for p in parts if p is not None))


@dataclass(slots=True)
class Named:
    """A criterion with a name; judged once per scene, its evidence carries the name."""

    name: str
    inner: Criterion
    points: str = ""
    cite: tuple[str, ...] = ()
    text: str = ""
    reads: frozenset[str] | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.reads = self.inner.reads

    def judge(self, scene: Scene) -> Verdict:
        """Answer from the memo, or judge the inner criterion once."""
        found = scene.memo.get(id(self))
        if found is None:
            blank = self.reads is not None and self.reads.isdisjoint(scene.names)
            found = scene.blank(self, self._judge) if blank else self._judge(scene)
            scene.memo[id(self)] = found
        return found

    def _judge(self, scene: Scene) -> Verdict:
        verdict = self.inner.judge(scene)
        if not verdict.evidence:
            return verdict
        if all(e.criterion for e in verdict.evidence):
            evidence = verdict.evidence
        else:
            evidence = tuple(e if e.criterion else Evidence(self.name, e.fact) for e in verdict.evidence)
        return Verdict(verdict.truth, evidence, verdict.weak, verdict.shaded, verdict.reason, verdict.decided_by or self.name)


@dataclass(slots=True)
class AllOf:
    """Every member is met."""

    members: tuple[Criterion, ...]
    reads: frozenset[str] | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.reads = reads_of(self.members)

    def judge(self, scene: Scene) -> Verdict:
        """Judge members until one is not met."""
        if self.reads is not None and self.reads.isdisjoint(scene.names):
            return scene.blank(self, self._judge)
        return self._judge(scene)

    def _judge(self, scene: Scene) -> Verdict:
        verdicts = []
        for member in self.members:
            verdict = member.judge(scene)
            if verdict.truth is Truth.NOT_MET:
                return verdict
            verdicts.append(verdict)
        return t.all_of(verdicts)


@dataclass(slots=True)
class AnyOf:
    """At least one member is met; all are judged, so that all evidence is shown."""

    members: tuple[Criterion, ...]
    reads: frozenset[str] | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.reads = reads_of(self.members)

    def judge(self, scene: Scene) -> Verdict:
        """Judge every member."""
        if self.reads is not None and self.reads.isdisjoint(scene.names):
            return scene.blank(self, self._judge)
        return self._judge(scene)

    def _judge(self, scene: Scene) -> Verdict:
        verdicts = [v for m in self.members if (v := m.judge(scene)).truth is not Truth.NOT_MET]
        return t.any_of(verdicts) if verdicts else NOT_MET


@dataclass(frozen=True, slots=True)
class Not:
    """The member is known not to be met."""

    member: Criterion

    @property
    def reads(self) -> frozenset[str] | None:
        """As the member."""
        return self.member.reads

    def judge(self, scene: Scene) -> Verdict:
        """Invert; unknown stays unknown."""
        return t.not_(self.member.judge(scene))


@dataclass(frozen=True, slots=True)
class AtLeast:
    """At least `count` of the members are met."""

    count: int
    members: tuple[Criterion, ...]

    @property
    def reads(self) -> frozenset[str] | None:
        """As the members together."""
        return reads_of(self.members)

    def judge(self, scene: Scene) -> Verdict:
        """Judge every member and count."""
        return t.at_least(self.count, [m.judge(scene) for m in self.members])


@dataclass(frozen=True, slots=True)
class May:
    """Met or unknown, where a matching fact exists but cannot decide (contract §4.2).

    `may: {not: X}` holds unless X is known by firm facts: what cannot be told never blocks a red flag.
    """

    member: Criterion

    @property
    def reads(self) -> frozenset[str] | None:
        """As the member."""
        return self.member.reads

    def judge(self, scene: Scene) -> Verdict:
        """Turn an undecided fact into a weak "met"; missing data and unreadable values stay unknown."""
        if isinstance(self.member, Not):
            return NOT_MET if self.member.member.judge(scene).is_firm else t.MET
        verdict = self.member.judge(scene)
        if verdict.truth is Truth.UNKNOWN and not (verdict.evidence and verdict.reason != Unknown.UNREADABLE):
            return verdict
        return t.may(verdict)


class MoreThanFacts:
    """Looks at the person, the symptom or earlier outcomes, so what it reads says nothing."""

    __slots__ = ()
    reads: ClassVar[None] = None


@dataclass(frozen=True, slots=True)
class Age(MoreThanFacts):
    """Completed years of age, at least and below; judged three-valued on the birth date's interval."""

    at_least: int | None = None
    below: int | None = None

    def judge(self, scene: Scene) -> Verdict:
        """Compare birthdays with the day."""
        birth = scene.record.person.birth
        truths = []
        if self.at_least is not None:
            truths.append(_aged(birth, self.at_least, scene.today))
        if self.below is not None:
            truths.append(Truth(2 - _aged(birth, self.below, scene.today)))
        worst = min(truths)
        if worst is Truth.MET:
            return Verdict(Truth.MET, (Evidence("", scene.person_fact),))
        return unknown(Unknown.AGE) if worst is Truth.UNKNOWN else NOT_MET


def _aged(birth: Span, years: int, today: int) -> Truth:
    edge = add_months(today, -12 * years)
    if birth.latest is not None and birth.latest <= edge:
        return Truth.MET
    return Truth.NOT_MET if birth.earliest is not None and birth.earliest > edge else Truth.UNKNOWN


@dataclass(frozen=True, slots=True)
class Sex(MoreThanFacts):
    """Administrative gender as recorded."""

    value: str

    def judge(self, scene: Scene) -> Verdict:
        """Compare; other and absent values are unknown."""
        sex = scene.record.person.sex
        if sex not in ("male", "female"):
            return unknown(Unknown.MISSING)
        return t.MET if sex == self.value else NOT_MET


@dataclass(frozen=True, slots=True)
class Deceased(MoreThanFacts):
    """The patient is recorded as dead."""

    def judge(self, scene: Scene) -> Verdict:
        """Read the person."""
        return t.MET if scene.record.person.is_deceased else NOT_MET


@dataclass(frozen=True, slots=True)
class NotSupplied:
    """One of these prefetch lists did not come whole, so that its silence says nothing."""

    lists: tuple[str, ...]
    reads: ClassVar[frozenset[str]] = frozenset()

    def judge(self, scene: Scene) -> Verdict:
        """Look at what came."""
        return NOT_MET if scene.record.has_whole(self.lists) else t.MET


@dataclass(frozen=True, slots=True)
class PatternIs(MoreThanFacts):
    """One of these patterns holds (an outcome of the pattern stratum)."""

    ids: tuple[str, ...]

    def judge(self, scene: Scene) -> Verdict:
        """Look the patterns up."""
        best = max((scene.patterns.get(i, Truth.NOT_MET) for i in self.ids), default=Truth.NOT_MET)
        return NOT_MET if best is Truth.NOT_MET else Verdict(best, tuple(Evidence("", f) for f in scene.symptoms))


@dataclass(frozen=True, slots=True)
class FlagIs(MoreThanFacts):
    """One of these red flags is up, at warning or above."""

    ids: tuple[str, ...]

    def judge(self, scene: Scene) -> Verdict:
        """Look the flags up."""
        hits = [scene.flags[i] for i in self.ids if i in scene.flags]
        return t.any_of(hits) if hits else NOT_MET


@dataclass(frozen=True, slots=True)
class CauseIs(MoreThanFacts):
    """One of these causes (or any, when none is named) stands in one of these tiers."""

    ids: tuple[str, ...]
    tiers: tuple[str, ...]
    set_aside: bool = False

    def judge(self, scene: Scene) -> Verdict:
        """Look the tiers up."""
        names = self.ids or tuple(scene.tiers)
        met = any(scene.tiers.get(name) in self.tiers for name in names)
        return t.MET if met or (self.set_aside and any(n in scene.set_aside for n in names)) else NOT_MET


@dataclass(frozen=True, slots=True)
class SymptomIs(MoreThanFacts):
    """Something about the symptom that opened the gate: site, side, onset, tempo.

    `new_within` and `older_than` look at `since` (onset, or first record when no onset); `onset_older_than` only at a
    recorded onset. `sides` holds "one", "both", "unknown".
    """

    sites: frozenset[str] = frozenset()
    sides: frozenset[str] = frozenset()
    modifiers: frozenset[str] = frozenset()
    new_within: Window | None = None
    older_than: Window | None = None
    undated: bool = False

    def judge(self, scene: Scene) -> Verdict:
        """Any symptom fact that answers; the side is that of all symptom facts together."""
        if self.sides and _side_word(scene.side) not in self.sides:
            return NOT_MET
        if not scene.symptoms:
            return self._of_assumed(scene)
        return t.any_of([self._judge_one(fact, scene.today) for fact in scene.symptoms])

    def _of_assumed(self, scene: Scene) -> Verdict:
        """Of an assumed symptom side and onset are unknown; words about it are none where the lists came whole."""
        if self.modifiers and scene.record.has_whole(("conditions",)):
            return NOT_MET
        return t.MET if self.sides and self._only_sides() else unknown(Unknown.MISSING)

    def _only_sides(self) -> bool:
        return not (self.sites or self.modifiers or self.new_within or self.older_than or self.undated)

    def _judge_one(self, fact: Finding, today: int) -> Verdict:
        if (self.sites and not self.sites & fact.sites) or (self.modifiers and not self.modifiers & fact.modifiers):
            return NOT_MET
        if self.undated and not fact.is_undated:
            return NOT_MET
        evidence = (Evidence("", fact),)
        dated = _dated(fact.since, self.new_within, self.older_than, today)
        if dated is Truth.UNKNOWN:
            return unknown(Unknown.DATE, evidence)
        return NOT_MET if dated is Truth.NOT_MET else Verdict(Truth.MET, evidence, fact.weak)


def _dated(span: Span, new_within: Window | None, older_than: Window | None, today: int) -> Truth:
    new = within(span, new_within, today) if new_within else Truth.MET
    old = Truth(2 - within(span, older_than, today)) if older_than else Truth.MET
    return min(new, old)


def _side_word(side: Side) -> str:
    return {Side.BOTH: "both", Side.UNKNOWN: "unknown"}.get(side, "one")
