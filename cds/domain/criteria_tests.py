"""Criteria about tests: done, or on order."""

from __future__ import annotations

from dataclasses import dataclass

from cds.domain import truth as t
from cds.domain.criteria import OverSets
from cds.domain.criteria_facts import answered
from cds.domain.record import Fact, Procedure, Result
from cds.domain.scene import Scene, is_opposite
from cds.domain.truth import NOT_MET, Truth, Verdict
from cds.domain.when import Span, Window, dated, within


@dataclass(frozen=True, slots=True)
class WasDone(OverSets):
    """A test or procedure of these sets was done: a readable result, a report, a procedure or a completed order.

    `after_onset`: only if done later than this after the symptom began. `then_symptom_within`: only if the symptom
    began on that day or within this after it. `coded`: only with this outcome; one that is not told is unknown.
    `site`: "not-elsewhere", what was examined is not known to be another part of the body. `not_of`: not a report
    whose conclusion says one of these modifiers, and no finding or part of the leg. `denied`: an observation that
    denies its finding was an examination for it; otherwise "pacemaker: no" tells of none.
    """

    sets: tuple[str, ...]
    within: Window | None = None
    older_than: Window | None = None
    after_onset: Window | None = None
    then_symptom_within: Window | None = None
    same_side: bool = False
    coded: frozenset[str] = frozenset()
    site: str = ""
    not_of: frozenset[str] = frozenset()
    denied: bool = False
    needs: tuple[str, ...] = ("observations", "procedures", "diagnosticReports")

    def judge(self, scene: Scene) -> Verdict:
        """Look through results, reports and procedures."""
        shelves = (scene.record.results, scene.record.procedures)
        facts: list[Fact] = [f for shelf in shelves for name in self.sets for f in shelf.get(name, ())]
        facts += [f for name in self.sets for f in scene.record.orders.get(name, ()) if f.status == "completed"]
        verdicts = [v for f in facts if (v := self._judge_one(f, scene)) is not NOT_MET]
        return t.any_of(verdicts) if verdicts else scene.absent(self.needs)

    def _judge_one(self, fact: Fact, scene: Scene) -> Verdict:
        if getattr(fact, "problem", "") or (self.same_side and is_opposite(fact.side, scene.side)):
            return NOT_MET
        if self._is_denied(fact, scene):
            return NOT_MET
        if (self.site and scene.is_elsewhere(_sites(fact))) or self._is_of_others(fact, scene):
            return NOT_MET
        truth = dated(fact.when, self.within, self.older_than, scene.today)
        truth = min(truth, self._is_in_order(fact.when, scene), self._ended_so(fact))
        return answered(truth, fact, fact.weak)

    def _is_denied(self, fact: Fact, scene: Scene) -> bool:
        """Whether an observation only answers "no" to what is asked for."""
        if self.denied or not isinstance(fact, Result):
            return False
        return any(d.ref == fact.ref for name in self.sets for d in scene.record.denied.get(name, ()))

    def _is_of_others(self, fact: Fact, scene: Scene) -> bool:
        if not isinstance(fact, Procedure) or self.not_of.isdisjoint(fact.modifiers):
            return False
        return not fact.concluded and fact.sites.isdisjoint(scene.lower_sites)

    def _ended_so(self, fact: Fact) -> Truth:
        outcome: frozenset[str] = getattr(fact, "coded", frozenset())
        if not self.coded or self.coded & outcome:
            return Truth.MET
        return Truth.NOT_MET if outcome else Truth.UNKNOWN

    def _is_in_order(self, when: Span, scene: Scene) -> Truth:
        """Of several symptoms one suffices; without a known onset it cannot be told."""
        late = scene.onsets.later(when, self.after_onset) if self.after_onset else Truth.MET
        first = scene.onsets.followed(when, self.then_symptom_within) if self.then_symptom_within else Truth.MET
        return min(late, first)


def _sites(fact: Fact) -> frozenset[str]:
    sites: frozenset[str] = getattr(fact, "sites", frozenset())
    return sites


@dataclass(frozen=True, slots=True)
class WasOrdered(OverSets):
    """A test or referral of these sets is on order; with `completed`, was ordered and the order is completed.

    `site`: "not-elsewhere", as of a test that was done.
    """

    sets: tuple[str, ...]
    within: Window | None = None
    same_side: bool = False
    completed: bool = False
    site: str = ""
    needs: tuple[str, ...] = ("serviceRequests",)

    def judge(self, scene: Scene) -> Verdict:
        """Look through open (or completed) orders; an undated one counts."""
        orders = [f for name in self.sets for f in scene.record.orders.get(name, ())]
        facts = [f for f in orders if (f.status == "completed") is self.completed]
        verdicts = []
        for fact in facts:
            if (self.same_side and is_opposite(fact.side, scene.side)) or (
                self.site and scene.is_elsewhere(fact.sites)
            ):
                continue
            known_old = self.within and within(fact.when, self.within, scene.today) is Truth.NOT_MET
            verdicts.append(NOT_MET if known_old else answered(Truth.MET, fact, fact.weak))
        return t.any_of(verdicts) if verdicts else scene.absent(self.needs)
