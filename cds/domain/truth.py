"""Three answers: met, not met, unknown, and how they combine (contract §4.2)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import Any


class Truth(IntEnum):
    """Ordered so that `max` is "any of" and `min` is "all of"."""

    NOT_MET = 0
    UNKNOWN = 1
    MET = 2

    @property
    def inverted(self) -> Truth:
        """Met for not met and the reverse; unknown stays unknown."""
        return Truth(Truth.MET - self)


class Unknown:
    """Why an answer is unknown. Plain strings, because they are printed in explanations."""

    MISSING = "data not available"
    UNREADABLE = "value, unit or status cannot be read"
    STRADDLES = "value lies on both sides of the threshold"
    DATE = "date cannot decide"
    SIDE = "side cannot decide"
    ROUTE = "route not recorded"
    AGE = "age not recorded"
    UNUSED = "rule not in use at this site"


# Evidence and Verdict are never changed once made; they are not frozen because frozen ones take thrice as long to make.
@dataclass(slots=True)
class Evidence:
    """One fact behind a verdict, and the criterion that it answered. `by` is the value set that matched, where told."""

    criterion: str
    fact: Any
    by: str = ""


@dataclass(slots=True)
class Verdict:
    """An answer with the facts behind it.

    `weak`: rests on weak facts only, so it caps a cause at "possible" and never sets aside or suppresses.
    `shaded`: a newer result could not be read, so it may support but never set aside or suppress.
    """

    truth: Truth
    evidence: tuple[Evidence, ...] = ()
    weak: bool = False
    shaded: bool = False
    reason: str = ""

    @property
    def is_met(self) -> bool:
        """Whether the answer is "met", strongly or weakly."""
        return self.truth is Truth.MET

    @property
    def is_firm(self) -> bool:
        """Met by facts strong enough to set a cause aside or to suppress a test."""
        return self.truth is Truth.MET and not self.weak and not self.shaded

    @property
    def is_strong(self) -> bool:
        """Met by at least one fact that counts fully."""
        return self.truth is Truth.MET and not self.weak


NOT_MET = Verdict(Truth.NOT_MET)
MET = Verdict(Truth.MET)


def unknown(reason: str, evidence: tuple[Evidence, ...] = ()) -> Verdict:
    """An unknown answer that says why."""
    return Verdict(Truth.UNKNOWN, evidence, reason=reason)


def any_of(verdicts: Iterable[Verdict]) -> Verdict:
    """Met when one is met; strong when one is strong, firm when one is firm. All met members bring their evidence."""
    met: list[Verdict] = []
    undecided: Verdict | None = None
    for verdict in verdicts:
        if verdict.truth is Truth.MET:
            met.append(verdict)
        elif verdict.truth is Truth.UNKNOWN and (undecided is None or (verdict.evidence and not undecided.evidence)):
            undecided = verdict
    if not met:
        return undecided or NOT_MET
    if len(met) == 1:
        return met[0]
    weak = all(v.weak for v in met)
    # a weak answer beside a shaded one makes no firm answer
    return _merge(met, weak, all(v.shaded or (v.weak and not weak) for v in met))


def all_of(verdicts: Iterable[Verdict]) -> Verdict:
    """Met when all are met; weak when one is weak. A known "not met" outweighs an unknown."""
    met: list[Verdict] = []
    undecided: Verdict | None = None
    for verdict in verdicts:
        if verdict.truth is Truth.NOT_MET:
            return verdict
        if verdict.truth is Truth.UNKNOWN:
            undecided = undecided or verdict
        else:
            met.append(verdict)
    if undecided is not None:
        return undecided
    return _merge(met, any(v.weak for v in met), any(v.shaded for v in met))


def not_(verdict: Verdict) -> Verdict:
    """Met becomes not met and the reverse; unknown stays unknown.

    "Not met" inverted carries no evidence: the absence of a fact has none.
    """
    if verdict.truth is Truth.UNKNOWN:
        return verdict
    return MET if verdict.truth is Truth.NOT_MET else Verdict(Truth.NOT_MET, verdict.evidence)


def at_least(count: int, verdicts: Iterable[Verdict]) -> Verdict:
    """Met when at least `count` members are met; unknown when unknown members could still reach it."""
    seen = list(verdicts)
    met = [v for v in seen if v.truth is Truth.MET]
    if len(met) >= count:
        strong = [v for v in met if not v.weak]
        return _merge(met, len(strong) < count, any(v.shaded for v in met))
    open_ = [v for v in seen if v.truth is Truth.UNKNOWN]
    return open_[0] if len(met) + len(open_) >= count else NOT_MET


def may(verdict: Verdict) -> Verdict:
    """Met or unknown (contract §4.2): allowed in red flags and for tier "possible" only."""
    if verdict.truth is not Truth.UNKNOWN:
        return verdict
    return Verdict(Truth.MET, verdict.evidence, weak=True, reason=verdict.reason)


def _merge(met: list[Verdict], weak: bool, shaded: bool) -> Verdict:
    evidence: dict[tuple[str, int], Evidence] = {}
    for verdict in met:
        for item in verdict.evidence:
            evidence.setdefault((item.criterion, id(item.fact)), item)
    return Verdict(Truth.MET, tuple(evidence.values()), weak, shaded)
