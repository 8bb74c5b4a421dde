"""The part of the rulebook that decides what one rule concludes for one person, with all the rest settled.

Mutants of a rule change nothing in earlier strata, so what these concluded for the person stands as known verdicts.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from cds.domain import outcomes as o
from cds.domain import rule as r
from cds.domain.criteria import Sight
from cds.domain.judging import met
from cds.domain.scene import Scene
from cds.domain.truth import MET, NOT_MET, Truth, Verdict
from cds.knowledge.conclusions import Evaluated

STRATA = ("gates", "patterns", "red_flags", "causes", "tests", "medications")
_NO_RANK = 1000


@dataclass(frozen=True, slots=True)
class Known:
    """A criterion whose answer is known already."""

    verdict: Verdict
    must: frozenset[str] | None = None
    # What was looked at is not known any more, so that nothing is concluded from it.
    sight: Sight = field(default_factory=lambda: Sight(frozenset(), frozenset({"known"})))

    def judge(self, scene: Scene) -> Verdict:
        """The known answer."""
        return self.verdict


def slice_of(book: r.Rulebook, seen: Evaluated, rule: r.Rule | None) -> r.Rulebook:
    """The rulebook for one case of one rule (of definitions when None): later strata and silent rules are left out."""
    depth = next((n for n, s in enumerate(STRATA) if any(x is rule for x in getattr(book, s))), len(STRATA))
    settled: dict[str, tuple[Any, ...]] = {
        "gates": tuple(replace(g, when=Known(met(g.when, seen.scene))) for g in book.gates),
        "patterns": tuple(_pattern(p, seen.found) for p in book.patterns),
        "red_flags": tuple(_flag(f) for f in seen.found.flags),
        "causes": (*(_cause(c) for c in seen.found.causes), *(_set_aside(s) for s in seen.found.set_aside)),
        "tests": (),
        "medications": (),
    }
    kept: dict[str, Any] = {}
    for number, stratum in enumerate(STRATA):
        others = tuple(x for x in settled[stratum] if x.id != getattr(rule, "id", "")) if number <= depth else ()
        kept[stratum] = others
        if number == depth and rule is not None:
            kept[stratum] = _with(rule, others, getattr(book, stratum))
    first_line = Known(seen.found.first_line or NOT_MET)
    small = replace(book, **kept, first_line_complete=first_line)
    return replace(_with_needed(small, book, rule), questions=_questions(book))


def with_rule(book: r.Rulebook, rule: r.Rule) -> r.Rulebook:
    """The rulebook with one rule exchanged."""
    for stratum in STRATA:
        rules: tuple[r.Rule, ...] = getattr(book, stratum)
        if any(old.id == rule.id for old in rules):
            changed: dict[str, Any] = {stratum: tuple(rule if old.id == rule.id else old for old in rules)}
            return replace(book, **changed)
    return book


def _with(rule: r.Rule, others: tuple[Any, ...], order: tuple[Any, ...]) -> tuple[Any, ...]:
    """The rule among the others of its stratum, in the order of judgement."""
    place = {x.id: n for n, x in enumerate(order)}
    return tuple(sorted((*others, rule), key=lambda x: place[x.id]))


def _with_needed(small: r.Rulebook, book: r.Rulebook, rule: r.Rule | None) -> r.Rulebook:
    """The very cause that a medication rule tells of, and the test that another rides with."""
    if isinstance(rule, r.MedicationRule):
        cause = next((c for c in book.causes if c.cause == rule.cause), None)
        others = tuple(c for c in small.causes if cause is None or c.id != cause.id)
        return small if cause is None else replace(small, causes=_with(cause, others, book.causes))
    if isinstance(rule, r.TestRule) and rule.rides_with:
        lead = tuple(t for t in book.tests if t.test == rule.rides_with)
        return replace(small, tests=(*lead, *small.tests))
    return small


def _pattern(rule: r.PatternRule, found: o.Outcomes) -> r.PatternRule:
    return replace(rule, when=Known(found.patterns.get(rule.pattern, NOT_MET)))


def _flag(raised: o.RaisedFlag) -> r.RedFlagRule:
    when = Known(Verdict(Truth.MET, raised.evidence))
    level = replace(raised.level, when=when, indicator=raised.indicator)
    return replace(raised.rule, levels=(level,), unless=None, asks=())


def _cause(outcome: o.CauseOutcome) -> r.CauseRule:
    clauses = {o.SUPPORTED: "supported_when", o.POSSIBLE: "possible_when", o.TO_EXCLUDE: "to_exclude_when"}
    clause: dict[str, Any] = {clauses[outcome.tier]: Known(MET)}
    return replace(_bare(outcome.rule), **clause)


def _set_aside(aside: o.SetAside) -> r.CauseRule:
    return replace(_bare(aside.rule), set_aside_when=(r.Because(Known(MET), aside.because),))


def _bare(rule: r.CauseRule) -> r.CauseRule:
    return r.CauseRule(rule.id, rule.version, rule.title, rule.sources, {}, cause=rule.cause, stage=rule.stage)


def _questions(book: r.Rulebook) -> dict[str, r.Question]:
    """Questions cost time and concern no rule: none is standing, none is settled."""
    return {id_: r.Question(id_, q.text, _NO_RANK, standing=False) for id_, q in book.questions.items()}
