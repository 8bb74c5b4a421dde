"""Criteria about the person, the symptom that opened the gate, and outcomes of earlier strata."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from cds.domain import truth as t
from cds.domain.criteria import Sight
from cds.domain.record import Finding
from cds.domain.scene import Scene
from cds.domain.truth import NOT_MET, Evidence, Truth, Unknown, Verdict, unknown
from cds.domain.when import Span, Window, add_months, dated


class MoreThanFacts:
    """Looks at the person, the symptom or earlier outcomes."""

    __slots__ = ()
    must: ClassVar[None] = None
    beyond: ClassVar[str] = ""

    @property
    def sight(self) -> Sight:
        """What it looks at beyond facts."""
        return Sight(frozenset(), frozenset({self.beyond}))


@dataclass(frozen=True, slots=True)
class Age(MoreThanFacts):
    """Completed years of age, at least and below; judged three-valued on the birth date's interval."""

    at_least: int | None = None
    below: int | None = None

    beyond: ClassVar[str] = "person"

    def judge(self, scene: Scene) -> Verdict:
        """Compare birthdays with the day."""
        birth = scene.record.person.birth
        truths = []
        if self.at_least is not None:
            truths.append(_aged(birth, self.at_least, scene.today))
        if self.below is not None:
            truths.append(_aged(birth, self.below, scene.today).inverted)
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

    beyond: ClassVar[str] = "person"

    def judge(self, scene: Scene) -> Verdict:
        """Compare; other and absent values are unknown."""
        sex = scene.record.person.sex
        if sex not in ("male", "female"):
            return unknown(Unknown.MISSING)
        return t.MET if sex == self.value else NOT_MET


@dataclass(frozen=True, slots=True)
class Deceased(MoreThanFacts):
    """The patient is recorded as dead."""

    beyond: ClassVar[str] = "person"

    def judge(self, scene: Scene) -> Verdict:
        """Read the person."""
        return t.MET if scene.record.person.is_deceased else NOT_MET


@dataclass(frozen=True, slots=True)
class NotSupplied(MoreThanFacts):
    """One of these prefetch lists did not come whole, so that its silence says nothing."""

    lists: tuple[str, ...]

    beyond: ClassVar[str] = "supply"

    def judge(self, scene: Scene) -> Verdict:
        """Look at what came."""
        return NOT_MET if scene.record.has_whole(self.lists) else t.MET


@dataclass(frozen=True, slots=True)
class PatternIs(MoreThanFacts):
    """One of these patterns holds (an outcome of the pattern stratum)."""

    ids: tuple[str, ...]

    beyond: ClassVar[str] = "pattern"

    def judge(self, scene: Scene) -> Verdict:
        """Look the patterns up."""
        best = max((scene.patterns.get(i, NOT_MET) for i in self.ids), default=NOT_MET, key=lambda found: found.truth)
        return NOT_MET if best.truth is Truth.NOT_MET else best


@dataclass(frozen=True, slots=True)
class FlagIs(MoreThanFacts):
    """One of these red flags is up, at warning or above; unknown where a rule that could raise it is not in use."""

    ids: tuple[str, ...]

    beyond: ClassVar[str] = "flag"

    def judge(self, scene: Scene) -> Verdict:
        """Look the flags up."""
        hits = [scene.flags[i] for i in self.ids if i in scene.flags]
        if hits:
            return t.any_of(hits)
        return NOT_MET if scene.unused_flags.isdisjoint(self.ids) else unknown(Unknown.UNUSED)


@dataclass(frozen=True, slots=True)
class CauseIs(MoreThanFacts):
    """One of these causes (or any, when none is named) stands in one of these tiers.

    Unknown where the rule of such a cause is not in use.
    """

    ids: tuple[str, ...]
    tiers: tuple[str, ...]

    beyond: ClassVar[str] = "cause"

    def judge(self, scene: Scene) -> Verdict:
        """Look the tiers up."""
        names = self.ids or tuple(scene.tiers)
        if any(scene.tiers.get(name) in self.tiers for name in names):
            return t.MET
        unused = scene.unused_causes
        return unknown(Unknown.UNUSED) if unused and not unused.isdisjoint(self.ids or unused) else NOT_MET


@dataclass(frozen=True, slots=True)
class SymptomIs(MoreThanFacts):
    """Something about the symptom that opened the gate: site, side, onset, tempo.

    `new_within` and `older_than` look at `since` (onset, or first record when no onset); `onset_known` asks that each
    symptom (with `modifiers`: each that they describe) has an onset, but for those that only the reason of a visit
    tells again. `sides` holds "one", "both", "unknown".
    """

    sites: frozenset[str] = frozenset()
    sides: frozenset[str] = frozenset()
    modifiers: frozenset[str] = frozenset()
    new_within: Window | None = None
    older_than: Window | None = None
    onset_known: bool = False

    beyond: ClassVar[str] = "symptom"

    def judge(self, scene: Scene) -> Verdict:
        """Any symptom fact that answers; the side is that of all symptom facts together."""
        if self.sides and scene.side.extent not in self.sides:
            return NOT_MET
        if not scene.symptoms:
            return self._of_assumed(scene)
        if self.onset_known and not _are_dated(self._described(scene.symptoms)):
            return NOT_MET
        return t.any_of([self._judge_one(fact, scene.today) for fact in scene.symptoms])

    def _described(self, symptoms: Sequence[Finding]) -> Sequence[Finding]:
        return [fact for fact in symptoms if self.modifiers & fact.modifiers] if self.modifiers else symptoms

    def _of_assumed(self, scene: Scene) -> Verdict:
        """Of an assumed symptom side and onset are unknown; words about it are none where the lists came whole."""
        if self.modifiers and scene.record.has_whole(("conditions",)):
            return NOT_MET
        return t.MET if self.sides and self._only_sides() else unknown(Unknown.MISSING)

    def _only_sides(self) -> bool:
        return not (self.sites or self.modifiers or self.new_within or self.older_than or self.onset_known)

    def _only_old(self) -> bool:
        """Whether only its age is asked: of a symptom told in words the date is as good as of any other."""
        return self.older_than is not None and not (self.sites or self.modifiers)

    def _judge_one(self, fact: Finding, today: int) -> Verdict:
        if (self.sites and not self.sites & fact.sites) or (self.modifiers and not self.modifiers & fact.modifiers):
            return NOT_MET
        evidence = (Evidence("", fact),)
        truth = dated(fact.since, self.new_within, self.older_than, today)
        if truth is Truth.UNKNOWN:
            return unknown(Unknown.DATE, evidence)
        return NOT_MET if truth is Truth.NOT_MET else Verdict(Truth.MET, evidence, fact.weak and not self._only_old())


def _are_dated(symptoms: Sequence[Finding]) -> bool:
    """Whether each symptom has an onset; the reason of a visit counts where there is nothing else."""
    listed = [fact for fact in symptoms if fact.source != "Encounter"]
    return not any(fact.onset.is_open for fact in listed or symptoms)
