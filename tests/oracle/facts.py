"""Questions to a patient's facts: what counts (rules.md section 2), since when, on which side."""

from __future__ import annotations

from datetime import date

from tests.oracle.patients import DAY, Act, Drug, Patient, Problem, Result, Sign, before, months_before

VOID = ("refuted", "entered-in-error")
DOUBTED = ("provisional", "differential", "unconfirmed")
FULL, WEAK = ("final", "amended", "corrected"), ("preliminary", "unknown")
OVER = ("resolved", "inactive", "remission")
Finding = Problem | Sign


def is_valid(fact: Finding) -> bool:
    """It was true at some time."""
    if isinstance(fact, Problem):
        return fact.verification not in VOID
    return fact.present and fact.status in ("final", "amended", "corrected", "preliminary", "unknown")


def is_weak(fact: Finding) -> bool:
    """It counts at most weakly."""
    if isinstance(fact, Problem):
        return fact.verification in DOUBTED
    return fact.status in ("preliminary", "unknown")


def is_current(fact: Finding) -> bool:
    """It is true today, fully or weakly."""
    if isinstance(fact, Problem) and (fact.clinical in OVER or (fact.ended and fact.ended <= DAY)):
        return False
    return is_valid(fact)


def ever(p: Patient, *what: str) -> list[Finding]:
    return [f for f in (*p.problems, *p.signs) if f.what in what and is_valid(f)]


def now(p: Patient, *what: str) -> list[Finding]:
    return [f for f in ever(p, *what) if is_current(f)]


def sure(p: Patient, *what: str) -> list[Finding]:
    return [f for f in now(p, *what) if not is_weak(f)]


def since(fact: Finding | Act) -> date | None:
    """The latest end of the onset: the earliest date that shows it."""
    if isinstance(fact, Problem):
        return min((day for day in (fact.began, fact.recorded) if day), default=None)
    return fact.on


def recorded(fact: Finding) -> date | None:
    """When it was written down first; an onset alone says nothing of that."""
    return fact.recorded if isinstance(fact, Problem) else fact.on


def after(day: date, months: int) -> date:
    """The same day so many months later."""
    return months_before(day, -months)


def may_be(fact: Finding | Act, span: str) -> bool:
    """Nothing known contradicts an onset within the span."""
    day = since(fact)
    return day is None or day >= before(DAY, span)


def results(p: Patient, what: str, span: str) -> list[Result]:
    """Sure results of the span; a ratio needs no unit."""
    return [r for r in p.results if r.what == what and r.status in FULL and r.on >= before(DAY, span)]


def is_below(r: Result, limit: float) -> bool:
    """The whole of what is stated lies below."""
    return r.value <= limit if r.comparator == "<" else r.value < limit and not r.comparator


def taken(p: Patient, *what: str) -> list[Drug]:
    """Systemic courses; one that is on hold ended nobody knows when."""
    return [
        d
        for d in p.drugs
        if d.what in what and d.status not in ("entered-in-error", "on-hold") and d.route != "topical"
    ]


def age(p: Patient) -> int:
    return DAY.year - p.born.year - ((DAY.month, DAY.day) < (p.born.month, p.born.day))
