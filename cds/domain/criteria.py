"""The kinds of criterion: named questions about a person, each answered met, not met or unknown with evidence.

A criterion is compiled once from a rule file and judged many times. Here are the combining kinds;
those about facts stand in `criteria_facts.py`, `criteria_results.py` and `criteria_tests.py`, those about the person,
the symptom and earlier strata in `criteria_person.py`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import NamedTuple, Protocol

from cds.domain import truth as t
from cds.domain.scene import Scene
from cds.domain.truth import NOT_MET, Evidence, Truth, Unknown, Verdict


class Sight(NamedTuple):
    """What a criterion may look at: value sets, and beyond facts "pattern", "flag", "cause", "person", "symptom"."""

    sets: frozenset[str] = frozenset()
    beyond: frozenset[str] = frozenset()

    def __or__(self, other: Sight) -> Sight:
        return Sight(self.sets | other.sets, self.beyond | other.beyond)

    @property
    def alone(self) -> frozenset[str] | None:
        """The sets, when nothing else is looked at: without a fact of theirs what was supplied decides the answer."""
        return None if self.beyond else self.sets


class Criterion(Protocol):
    """Anything that can be judged against a scene."""

    @property
    def sight(self) -> Sight:
        """All that it may look at."""
        ...

    @property
    def must(self) -> frozenset[str] | None:
        """Sets of which some fact must be on record for it ever to be met; None when it can be met without one."""
        ...

    def judge(self, scene: Scene) -> Verdict:
        """Answer the question for the person in the scene."""
        ...


class OverSets:
    """What all criteria share that look up facts of value sets, and nothing else without one."""

    __slots__ = ()
    sets: tuple[str, ...]

    @property
    def sight(self) -> Sight:
        """The sets it looks up."""
        return Sight(self.must)

    @property
    def must(self) -> frozenset[str]:
        """The same sets: without a fact of theirs it is not met, or unknown."""
        return frozenset(self.sets)


def sight_of(criteria: Iterable[Criterion | None]) -> Sight:
    """What several criteria look at together."""
    return reduce(or_, (c.sight for c in criteria if c is not None), Sight())


def must_of(alternatives: Iterable[Criterion | None]) -> frozenset[str] | None:
    """Sets of which some fact must be on record for any of several criteria to be met; None stands for never."""
    parts = [criterion.must for criterion in alternatives if criterion is not None]
    return None if any(part is None for part in parts) else frozenset().union(*(p for p in parts if p is not None))


@dataclass(slots=True)
class Named:
    """A criterion with a name; judged once per scene, its evidence carries the name."""

    name: str
    inner: Criterion
    points: str = ""
    cite: tuple[str, ...] = ()
    text: str = ""
    sight: Sight = field(init=False)
    _alone: frozenset[str] | None = field(init=False)

    def __post_init__(self) -> None:
        self.sight = self.inner.sight
        self._alone = self.sight.alone

    @property
    def must(self) -> frozenset[str] | None:
        """As the inner criterion."""
        return self.inner.must

    def judge(self, scene: Scene) -> Verdict:
        """Answer from the memo, or judge the inner criterion once."""
        key = id(self)
        found = scene.memo.get(key)
        if found is None:
            is_blank = self._alone is not None and self._alone.isdisjoint(scene.names)
            found = scene.blank(self, self._judge) if is_blank else self._judge(scene)
            scene.memo[key] = found
        return found

    def _judge(self, scene: Scene) -> Verdict:
        verdict = self.inner.judge(scene)
        if not verdict.evidence or all(e.criterion for e in verdict.evidence):
            return verdict
        evidence = tuple(e if e.criterion else Evidence(self.name, e.fact, e.by) for e in verdict.evidence)
        return Verdict(verdict.truth, evidence, verdict.weak, verdict.shaded, verdict.reason)


@dataclass(slots=True)
class OverMembers:
    """What all criteria share that combine others."""

    members: tuple[Criterion, ...]
    sight: Sight = field(init=False)
    _alone: frozenset[str] | None = field(init=False)

    def __post_init__(self) -> None:
        self.sight = sight_of(self.members)
        self._alone = self.sight.alone

    @property
    def must(self) -> frozenset[str] | None:
        """Of the members together: one of them has to be met."""
        return must_of(self.members)

    def judge(self, scene: Scene) -> Verdict:
        """Judge the members, or remember what follows from what was supplied alone."""
        is_blank = self._alone is not None and self._alone.isdisjoint(scene.names)
        return scene.blank(self, self._judge) if is_blank else self._judge(scene)

    def _judge(self, scene: Scene) -> Verdict:
        raise NotImplementedError


@dataclass(slots=True)
class AllOf(OverMembers):
    """Every member is met; judged until one is not."""

    @property
    def must(self) -> frozenset[str] | None:
        """Of the one member that asks for the fewest: all have to be met."""
        return min((m for member in self.members if (m := member.must) is not None), key=len, default=None)

    def _judge(self, scene: Scene) -> Verdict:
        verdicts = []
        for member in self.members:
            verdict = member.judge(scene)
            if verdict.truth is Truth.NOT_MET:
                return verdict
            verdicts.append(verdict)
        return t.all_of(verdicts)


@dataclass(slots=True)
class AnyOf(OverMembers):
    """At least one member is met; all are judged, so that all evidence is shown."""

    def _judge(self, scene: Scene) -> Verdict:
        verdicts = [v for m in self.members if (v := m.judge(scene)).truth is not Truth.NOT_MET]
        return t.any_of(verdicts) if verdicts else NOT_MET


@dataclass(slots=True)
class AtLeast(OverMembers):
    """At least `count` of the members are met."""

    count: int

    def _judge(self, scene: Scene) -> Verdict:
        return t.at_least(self.count, [m.judge(scene) for m in self.members])


@dataclass(frozen=True, slots=True)
class Not:
    """The member is known not to be met."""

    member: Criterion

    @property
    def sight(self) -> Sight:
        """As the member."""
        return self.member.sight

    @property
    def must(self) -> None:
        """None: it is met by what is not there."""
        return None

    def judge(self, scene: Scene) -> Verdict:
        """Invert; unknown stays unknown."""
        return t.not_(self.member.judge(scene))


@dataclass(frozen=True, slots=True)
class May:
    """Met or unknown, where a matching fact exists but cannot decide (contract §4.2).

    `may: {not: X}` holds unless X is known by firm facts: what cannot be told never blocks a red flag.
    """

    member: Criterion

    @property
    def sight(self) -> Sight:
        """As the member."""
        return self.member.sight

    @property
    def must(self) -> frozenset[str] | None:
        """As the member: what cannot decide is a fact as well."""
        return self.member.must

    def judge(self, scene: Scene) -> Verdict:
        """Turn an undecided fact into a weak "met"; missing data and unreadable values stay unknown."""
        if isinstance(self.member, Not):
            return NOT_MET if self.member.member.judge(scene).is_firm else t.MET
        verdict = self.member.judge(scene)
        if verdict.truth is Truth.UNKNOWN and not (verdict.evidence and verdict.reason != Unknown.UNREADABLE):
            return verdict
        return t.may(verdict)
