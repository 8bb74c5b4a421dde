"""What counts of a patient's facts, how surely, since when and on which side (decision rules, sections 0, 2 and 4)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from tests.oracle.patients import DAY, LOCAL, Drug, Patient, Problem, Result, Sign, before

SUPPORTED, POSSIBLE, TO_EXCLUDE, ASIDE = "supported", "possible", "to-exclude", "set aside"
FULL, WEAK = ("final", "amended", "corrected"), ("preliminary", "unknown")
Finding = Problem | Sign
DRUG_LISTS = {"statement": "medicationStatements", "request": "medicationRequests"}


@dataclass
class Case:
    """What speaks for and against one cause."""

    establishes: bool = False  # a criterion of tier 1, from facts that count fully
    raises: bool = False  # a criterion of tier 2, or one of tier 1 from weak facts
    to_exclude: bool = False  # not assessed
    never_more: bool = False  # than to exclude
    against: bool = False  # a criterion of set-aside
    fits: bool = False
    misfits: bool = False
    timing: bool = False
    treated: bool = False

    @property
    def tier(self) -> str | None:
        """The tier, "set aside", or nothing to say (section 4; the settled point on tier and set-aside)."""
        if self.against and not self.establishes:
            return ASIDE
        rank = 0 if self.establishes and not self.against else 1 if self.establishes or self.raises else 2
        if rank == 2 and not self.to_exclude:
            return None
        return TO_EXCLUDE if self.never_more else (SUPPORTED, POSSIBLE, TO_EXCLUDE)[min(2, rank + self.misfits)]


def weight(f: Finding, *, ever: bool = False) -> int:
    """2 counts fully, 1 weakly, 0 not at all; `ever`: past ones too."""
    if isinstance(f, Sign):
        return 2 if f.present and f.status in FULL else 1 if f.present and f.status in WEAK else 0
    is_over = f.clinical in ("inactive", "resolved", "remission") or bool(f.ended and f.ended <= DAY)
    if f.verification in ("refuted", "entered-in-error") or (is_over and not ever):
        return 0
    return 1 if f.verification in ("provisional", "differential", "unconfirmed") else 2


def ever(p: Patient, *what: str) -> list[Finding]:
    """Past or present."""
    return [f for f in (*p.problems, *p.signs) if f.what in what and weight(f, ever=True)]


def now(p: Patient, *what: str, least: int = 1, side: bool = False) -> list[Finding]:
    """True today, on the side of the numbness where that matters."""
    return [f for f in ever(p, *what) if weight(f) >= least and (not side or on_side(p, f.side))]


def having(p: Patient, *what: str, side: bool = False) -> int:
    """How surely one of these is true today."""
    return max(map(weight, now(p, *what, side=side)), default=0)


def since(f: Finding) -> date | None:
    """The latest end of the onset: the earliest date that shows it."""
    return min((day for day in (f.began, f.recorded) if day), default=None) if isinstance(f, Problem) else f.on


def recorded(f: Finding) -> date | None:
    """When it was written down first; an onset alone says nothing of that."""
    return f.recorded if isinstance(f, Problem) else f.on


def may_be(f: Finding, span: str) -> bool:
    """Nothing known contradicts an onset within the span."""
    day = since(f)
    return day is None or day >= before(DAY, span)


def on_side(p: Patient, side: str) -> bool:
    """Nothing known says that it is of another side than the numbness."""
    mine = p.numb[0].side
    return not mine or not side or "both" in (mine, side) or mine == side


def history(p: Patient, *what: str) -> list[Problem]:
    """Past or present problems, on the side of the numbness."""
    return [f for f in ever(p, *what) if isinstance(f, Problem) and on_side(p, f.side)]


def in_remission(p: Patient, *what: str) -> bool:
    return any(d.what in what and d.clinical == "remission" and weight(d, ever=True) for d in p.problems)


def whole(p: Patient, *lists: str) -> bool:
    """The lists came, and those of drugs always: "none found" can be said of them."""
    return not p.missing & {*lists, *DRUG_LISTS.values()}


def poly(p: Patient) -> bool:
    return p.numb[0].side == "both"


def focal(p: Patient) -> bool:
    return p.numb[0].side in ("left", "right")


def first_seen(p: Patient) -> date:
    """The latest day on which the numbness can have begun."""
    return min(day for day in (p.numb[0].began, p.numb[0].recorded) if day)


@dataclass(frozen=True)
class Level:
    """A result as an interval."""

    result: Result
    low: float
    high: float

    @property
    def is_readable(self) -> bool:
        return bool(self.result.unit) or self.result.what in ("ABI", "AUDIT-C")

    @property
    def is_full(self) -> bool:
        return self.is_readable and self.result.status not in WEAK

    def below(self, limit: float) -> bool | None:
        """None when the interval reaches over the limit."""
        if self.high < limit or (self.result.comparator == "<" and self.high <= limit):
            return True
        return False if self.low >= limit else None

    def above(self, limit: float) -> bool | None:
        if self.low > limit or (self.result.comparator == ">" and self.low >= limit):
            return True
        return False if self.high <= limit else None

    def place(self, low: float, high: float) -> str:
        """Low, between (the limits are), high, or unclear."""
        if self.below(low):
            return "low"
        return "high" if self.above(high) else "between" if self.below(low) is self.above(high) is False else "unclear"


Pair = tuple[Level, Level]


def levels(p: Patient, what: str, span: str = "12 mo") -> list[Level]:
    """The results of a time, newest first."""
    found = (
        [] if "observations" in p.missing else [r for r in p.results if r.what == what and r.on >= before(DAY, span)]
    )
    ends = {"<": (0.0, None), ">": (None, float("inf")), "": (None, None)}
    made = [
        Level(r, *(r.value if end is None else end for end in ends[r.comparator]))
        for r in found if r.status not in ("cancelled", "entered-in-error")
    ]  # fmt: skip
    return sorted(made, key=lambda level: level.result.on, reverse=True)


def newest(found: list[Level]) -> tuple[list[Level], list[Level]]:
    """Those that decide (the newest that count fully, of one day), and readable ones as new that count weakly."""
    full = [x for x in found if x.is_full]
    firm = [x for x in full if x.result.on == full[0].result.on]
    weak = [x for x in found if x.is_readable and not x.is_full and (not firm or x.result.on >= firm[0].result.on)]
    return firm, weak if firm else weak[:1]


def decisive(p: Patient, what: str) -> list[Level]:
    """The newest results that count fully."""
    return newest(levels(p, what))[0]


def recent(p: Patient, what: str, span: str = "12 mo") -> list[Level]:
    """Those, and readable ones as new that count weakly."""
    return [x for part in newest(levels(p, what, span)) for x in part]


def doubted(found: list[Level]) -> bool:
    """A result that does not count fully is as new as the one that does: it blocks setting aside."""
    full = [x for x in found if x.is_full]
    return any(not x.is_full and (not full or x.result.on >= full[0].result.on) for x in found)


def opposite(found: list[Level], low: Callable[[Level], object], high: Callable[[Level], object]) -> list[Pair]:
    """Pairs of a low and a high result within 30 days, those first that count fully."""
    read = [x for x in found if x.is_readable]
    pairs = [(a, b) for a in read for b in read if low(a) and high(b) and apart(a, b) <= 30]
    return sorted(pairs, key=lambda pair: not (pair[0].is_full and pair[1].is_full))


def are_sure(pairs: list[Pair]) -> bool:
    """Only those lower a tier."""
    return any(a.is_full and b.is_full for a, b in pairs)


def apart(a: Level, b: Level) -> int:
    """Days between two results."""
    return abs((a.result.on - b.result.on).days)


def drug_weight(p: Patient, d: Drug) -> int:
    """Like `weight`; a drug that may be a gel or drops counts weakly while its route is not known."""
    if DRUG_LISTS[d.form] in p.missing or d.status == "entered-in-error":
        return 0
    return 2 if d.route or d.what not in LOCAL else 1


def systemic(p: Patient, *what: str, within: str = "") -> list[Drug]:
    """Courses that were taken, not known to be local; within a time, where one is given."""
    found = [d for d in p.drugs if d.what in what and d.route != "topical" and drug_weight(p, d)]
    return [d for d in found if not within or d.ended is None or d.ended >= before(DAY, within)]
