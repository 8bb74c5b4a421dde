"""Criteria about measured and coded results: the latest valid one, thresholds by unit, agreement and conflict."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import combinations

from cds.domain import quantity as q
from cds.domain import truth as t
from cds.domain.criteria import Criterion, OverSets, Sight
from cds.domain.record import Result, Side
from cds.domain.scene import Scene, is_opposite
from cds.domain.truth import NOT_MET, Evidence, Truth, Unknown, Verdict, unknown
from cds.domain.when import Window, within

Compare = Callable[[q.Quantity, float], Truth]
_COMPARE: dict[str, Compare] = {
    "below": q.is_below, "at_most": q.is_at_most, "above": q.is_above, "at_least": q.is_at_least,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Limit:
    """One threshold: compared only with a value of the unit's dimension."""

    how: str
    value: float
    unit: q.Unit


@dataclass(frozen=True, slots=True)
class HasResult(OverSets):
    """The latest (or any) result of these sets within a lookback, tested against limits, flag or coded answer.

    `limits` holds alternatives by dimension; limits of the same dimension must all hold ("between"). `lab_first`
    decides on the laboratory's own flag where it gives one (rules.md §0 names the analytes). `count` results must
    agree; `apart` asks for that distance between two of them. `every_side` asks the question of each side that the
    symptom is on (of both when its side is not known), with results of that side only. `not_before` leaves out what is
    older than the facts of another criterion.
    """

    sets: tuple[str, ...]
    within: Window | None = None
    pick: str = "latest"
    limits: tuple[Limit, ...] = ()
    flag: str = ""
    lab_first: str = ""
    coded: frozenset[str] = frozenset()
    count: int = 1
    apart: Window | None = None
    same_side: bool = False
    every_side: bool = False
    risk: Criterion | None = None
    within_at_risk: Window | None = None
    not_before: Criterion | None = None
    needs: tuple[str, ...] = ("observations",)
    # unit symbol -> the limits that a value in it is held against
    chosen: dict[str, tuple[Limit, ...]] = field(default_factory=dict, init=False, compare=False, repr=False)

    def judge(self, scene: Scene) -> Verdict:
        """Pick the facts, test them, say why when undecided."""
        first = self._first_day(scene)
        facts = [f for n in self.sets for f in scene.record.results.get(n, ()) if (f.when.latest or first) >= first]
        if not self.every_side:
            return self._judge_facts(
                [f for f in facts if not (self.same_side and is_opposite(f.side, scene.side))], scene
            )
        sides = (scene.side,) if scene.side in (Side.LEFT, Side.RIGHT) else (Side.LEFT, Side.RIGHT)
        return t.all_of([self._judge_facts([f for f in facts if f.side in (s, Side.BOTH)], scene) for s in sides])

    def _first_day(self, scene: Scene) -> int:
        """The day before which results do not count."""
        evidence = self.not_before.judge(scene).evidence if self.not_before is not None else ()
        return max((e.fact.when.latest or 0 for e in evidence), default=0)

    def _judge_facts(self, facts: list[Result], scene: Scene) -> Verdict:
        if not facts:
            return scene.absent(self.needs)
        window = self._window(scene)
        dated = [(f, within(f.when, window, scene.today) if window else Truth.MET) for f in facts]
        recent: list[tuple[Result, Truth]] = [(f, truth) for f, truth in dated if truth is not Truth.NOT_MET]
        if not recent:
            return scene.absent(self.needs)
        if self.count > 1:
            return self._judge_agreement([f for f, truth in recent if truth is Truth.MET])
        return self._judge_any(recent) if self.pick == "any" else self._judge_latest(recent)

    def _window(self, scene: Scene) -> Window | None:
        if self.risk is not None and self.risk.judge(scene).truth is not Truth.NOT_MET:
            return self.within_at_risk
        return self.within

    def _judge_any(self, recent: list[tuple[Result, Truth]]) -> Verdict:
        return t.any_of([self._judge_one(fact, truth) for fact, truth in recent])

    def _judge_latest(self, recent: list[tuple[Result, Truth]]) -> Verdict:
        """The newest fully counting readable result decides; a newer doubtful one shades it, or supports instead."""
        ordered = sorted(recent, key=lambda pair: pair[0].when.latest or 0, reverse=True)
        firm = [pair for pair in ordered if pair[0].is_readable and not pair[0].weak and not pair[0].when.is_open]
        if not firm:
            readable = [pair for pair in ordered if pair[0].is_readable]
            chosen = readable[0] if readable else ordered[0]
            return self._judge_one(*chosen)
        verdict = self._judge_one(*firm[0])
        newest_day = firm[0][0].when.latest or 0
        doubtful = [f for f, _ in ordered if f is not firm[0][0] and _is_doubtful(f, newest_day)]
        if verdict.truth is Truth.MET and doubtful:
            return Verdict(Truth.MET, verdict.evidence, verdict.weak, shaded=True)
        rest = [pair for pair in ordered if pair[0] is not firm[0][0] and _is_as_new(pair[0], newest_day)]
        return t.any_of([verdict, *(self._judge_one(*pair) for pair in rest)]) if rest else verdict

    def _judge_one(self, fact: Result, dated: Truth) -> Verdict:
        truth, reason = self.test(fact)
        if truth is Truth.NOT_MET:
            return NOT_MET
        evidence = (Evidence("", fact),)
        if truth is Truth.UNKNOWN:
            return unknown(reason, evidence)
        if dated is Truth.UNKNOWN:
            return unknown(Unknown.DATE, evidence)
        return Verdict(Truth.MET, evidence, fact.weak)

    def _judge_agreement(self, facts: list[Result]) -> Verdict:
        """Fully counting results come first, so that the first pair found is the strongest there is."""
        met = sorted((f for f in facts if self.test(f)[0] is Truth.MET), key=lambda f: f.weak)
        chosen = next((p for p in combinations(met, self.count) if self._is_apart(p)), None)
        if chosen is None:
            return NOT_MET
        return Verdict(Truth.MET, tuple(Evidence("", f) for f in chosen), weak=any(f.weak for f in chosen))

    def _is_apart(self, facts: tuple[Result, ...]) -> bool:
        days = [f.when.latest for f in facts if f.when.latest is not None]
        if len(days) < len(facts):
            return False
        if self.apart is None:
            return len({(f.when.latest, *self._asked(f)) for f in facts}) == len(facts)
        return self.apart.after(min(days)) <= max(days)

    def _asked(self, fact: Result) -> list[str]:
        """Which analytes of the question a result is: one sample in two units is one result (ADA 2021 asks for two)."""
        return [name for name in self.sets if name in fact.sets]

    def test(self, fact: Result) -> tuple[Truth, str]:
        """Whether the value of one result passes; with the reason when it cannot be told."""
        if not (self.limits or self.flag or self.coded or self.lab_first):
            return (Truth.MET if fact.is_readable else Truth.UNKNOWN), Unknown.UNREADABLE
        if self.coded:
            return self._test_coded(fact)
        if self.flag or (self.lab_first and fact.flag):
            return self._test_flag(fact)
        return self._test_limits(fact)

    def _test_limits(self, fact: Result) -> tuple[Truth, str]:
        """Test a value against the limits of its own dimension; without one it cannot be told."""
        if fact.value is None or fact.value.unit is None:
            return Truth.UNKNOWN, Unknown.UNREADABLE
        unit = fact.value.unit
        chosen = self.chosen.get(unit.symbol)
        if chosen is None:
            chosen = self.chosen[unit.symbol] = _fitting(self.limits, unit)
        if not chosen:
            return Truth.UNKNOWN, Unknown.UNREADABLE
        truth = min([_compare(fact.value, limit) for limit in chosen])
        return truth, Unknown.STRADDLES if truth is Truth.UNKNOWN else ""

    def _test_coded(self, fact: Result) -> tuple[Truth, str]:
        if fact.coded:
            return (Truth.MET if fact.coded & self.coded else Truth.NOT_MET), ""
        return Truth.UNKNOWN, Unknown.UNREADABLE

    def _test_flag(self, fact: Result) -> tuple[Truth, str]:
        if not fact.flag:
            return Truth.UNKNOWN, Unknown.UNREADABLE
        wanted = self.flag or self.lab_first
        met = fact.flag != "normal" if wanted == "abnormal" else fact.flag == wanted
        return (Truth.MET if met else Truth.NOT_MET), ""


def _fitting(limits: tuple[Limit, ...], unit: q.Unit) -> tuple[Limit, ...]:
    """The limits given in the unit of the value; else those of one unit of its dimension."""
    fitting = [limit for limit in limits if limit.unit.dimension == unit.dimension]
    exact = [limit for limit in fitting if limit.unit.factor == unit.factor]
    return tuple(exact or _same_unit(fitting))


def _same_unit(limits: list[Limit]) -> list[Limit]:
    return [limit for limit in limits if limit.unit == limits[0].unit] if limits else []


def _compare(value: q.Quantity, limit: Limit) -> Truth:
    converted = q.in_unit(value, limit.unit)
    return Truth.UNKNOWN if converted is None else _COMPARE[limit.how](converted, limit.value)


def _is_doubtful(fact: Result, newest_day: int) -> bool:
    """A result that could not be used and may be newer than the one that was."""
    if fact.is_readable and not fact.weak and not fact.when.is_open:
        return False
    return fact.when.latest is None or fact.when.latest >= newest_day


def _is_as_new(fact: Result, newest_day: int) -> bool:
    """A readable result of the same day, or a newer one that counts weakly."""
    return fact.is_readable and not fact.when.is_open and (fact.when.latest or 0) >= newest_day


@dataclass(frozen=True, slots=True)
class Conflict:
    """One result of each kind within `together` of each other, and nothing that explains the change between."""

    first: HasResult
    second: HasResult
    together: Window
    needs: tuple[str, ...] = ("observations",)

    @property
    def sight(self) -> Sight:
        """The sets of both sides."""
        return self.first.sight | self.second.sight

    @property
    def must(self) -> frozenset[str]:
        """The sets of the first: both are needed."""
        return self.first.must

    def judge(self, scene: Scene) -> Verdict:
        """Look for a pair of opposite results close in time, best one of results that count fully."""
        one, two = (self._passing(side, scene) for side in (self.first, self.second))
        pairs = [(a, b) for a in one for b in two if self._are_close(a, b)]
        if not pairs:
            return NOT_MET
        a, b = min(pairs, key=lambda pair: pair[0].weak or pair[1].weak)
        return Verdict(Truth.MET, (Evidence("", a), Evidence("", b)), a.weak or b.weak)

    def _are_close(self, a: Result, b: Result) -> bool:
        first, last = sorted((a.when.latest or 0, b.when.latest or 0))
        return first > 0 and self.together.after(first) >= last

    @staticmethod
    def _passing(side: HasResult, scene: Scene) -> list[Result]:
        facts = [f for name in side.sets for f in scene.record.results.get(name, ()) if not f.when.is_open]
        recent = [f for f in facts if side.within is None or within(f.when, side.within, scene.today) is Truth.MET]
        return [f for f in recent if side.test(f)[0] is Truth.MET]
