"""Why: the facts read, every rule with its three-valued answer, and the criterion that decided it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any, NamedTuple

from cds.domain import rule as r
from cds.domain.criteria import AllOf, AnyOf, Criterion, May, Named, Not, OverMembers
from cds.domain.evaluation import judge_gate, scene_of
from cds.domain.outcomes import Outcomes
from cds.domain.record import Fact, PatientRecord
from cds.domain.scene import Scene
from cds.domain.truth import Truth, Verdict
from cds.hooks.concluded import concluded, listed, speakers
from cds.hooks.markdown import reference
from cds.hooks.phrases import words_of

Json = dict[str, Any]
_IN_USE, _SHADOW, _OFF = "in use", "shadow", "off"
# of a chart; a tester who needs more sends less
_MOST_FACTS = 2_000
_ANSWERS = {Truth.MET: "met", Truth.NOT_MET: "not met", Truth.UNKNOWN: "unknown"}


class Judged(NamedTuple):
    """A rulebook, what it concluded, and why nothing is shown, if so."""

    book: r.Rulebook
    outcomes: Outcomes
    silence: str | None = None


def explain(record: PatientRecord, judged: Judged, shadow: Judged | None = None) -> Json:
    """The whole judgement as data. Contains patient content, like the cards.

    `shadow` is the judgement of all rules, when those that are not in use are judged out of sight: their answers are
    told from there, and marked. Without it such rules are named, without answers.
    """
    book, outcomes, silence = judged
    unused = [rule.id for rule in book.unused.rules]
    out_of_sight = {} if shadow is None else {"shadow": concluded(shadow.book, shadow.outcomes, unused)}
    return {
        "rulebook": {"version": book.version, "digest": book.digest},
        "asOf": date.fromordinal(outcomes.today).isoformat(),
        "gate": {
            "answer": _ANSWERS[outcomes.gate.truth], "assumed": outcomes.gate.assumed, "child": outcomes.gate.child,
            "comfortCare": outcomes.gate.comfort, "deceased": outcomes.gate.deceased,
        },
        "silence": silence,
        "conclusions": concluded(book, outcomes),
        **out_of_sight,
        **_facts(record),
        "counts": dict(record.counts),
        "completeness": {key: supply.value for key, supply in record.supply.items()},
        "patterns": {name: _ANSWERS[found.truth] for name, found in outcomes.patterns.items()},
        "rules": [*_rules(record, judged, book.rules(), _IN_USE), *_unused(record, judged, shadow)],
    }  # fmt: skip


def _rules(record: PatientRecord, judged: Judged, rules: Iterable[r.Rule], use: str) -> Iterator[Json]:
    why, met = Why(_scene(judged.book, record, judged.outcomes)), speakers(judged.outcomes)
    for rule in rules:
        answer = Truth.MET if rule.id in met else _own_answer(rule, why.scene)
        yield _rule(rule, why, {"use": use, "approved": rule.id in judged.book.approved, "answer": _ANSWERS[answer]})


def _own_answer(rule: r.Rule, scene: Scene) -> Truth:
    """The answer of a rule that concluded nothing: of its gate or pattern, or unknown where a clause is."""
    if isinstance(rule, r.GateRule | r.PatternRule):
        return Truth.NOT_MET if rule.when is None else rule.when.judge(scene).truth
    clauses = [getattr(rule, name, None) for name in _ASKING]
    clauses += [reason.when for name in _ASKING_REASONED for reason in getattr(rule, name, ())]
    clauses += [level.when for level in getattr(rule, "levels", ())]
    is_open = any(c.judge(scene).truth is Truth.UNKNOWN for c in clauses if c is not None)
    return Truth.UNKNOWN if is_open else Truth.NOT_MET


# The clauses by which a rule concludes; those that hold it back do not make its answer.
_ASKING = ("supported_when", "possible_when", "to_exclude_when")
_ASKING_REASONED = ("now_when", "unexplained_when")


def _unused(record: PatientRecord, judged: Judged, shadow: Judged | None) -> Iterator[Json]:
    """The rules that no card rests on here: with their answers when they are judged in shadow."""
    rules = judged.book.unused.rules
    if shadow is not None:
        yield from _rules(record, shadow, rules, _SHADOW)
        return
    for rule in rules:
        head = {"id": rule.id, "version": rule.version, "use": _OFF, "approved": False}
        yield {**head, "clauses": [], "criteria": []}


def _scene(book: r.Rulebook, record: PatientRecord, outcomes: Outcomes) -> Scene:
    """The scene as it stood at the end, so that every criterion is answered as it was."""
    scene = scene_of(book, record, outcomes.today)
    judge_gate(book, scene, assume="never")
    scene.patterns = outcomes.patterns
    for flag in outcomes.flags:
        scene.raise_flag(flag.flag, flag.indicator, flag.evidence)
    scene.tiers = {c.rule.cause: c.tier for c in outcomes.causes}
    return scene


def _facts(record: PatientRecord) -> Json:
    """The facts read, up to a number, and how many more there are."""
    seen: dict[int, tuple[str, Fact]] = {}
    for name, shelf in record.shelves().items():
        kind = _KINDS.get(name, name.removesuffix("s"))
        seen.update({id(fact): (kind, fact) for facts in shelf.values() for fact in facts if id(fact) not in seen})
    more = {"moreFacts": len(seen) - _MOST_FACTS} if len(seen) > _MOST_FACTS else {}
    return {"facts": [_fact(*one) for one in islice(seen.values(), _MOST_FACTS)], **more}


# What an explanation calls the facts of a shelf; those of the others by the shelf's own name.
_KINDS = {"family": "family history"}


def _fact(kind: str, fact: Fact) -> Json:
    data: Json = {"kind": kind, "resource": reference(fact.ref), "text": words_of(fact), "sets": list(fact.sets)}
    for name in ("status", "source", "problem"):
        value = getattr(fact, name, "")
        if value:
            data[name] = value
    if fact.date:
        data["date"] = fact.date
    return {**data, "side": fact.side.value, "weak": fact.weak, "textOnly": fact.text_only}


_CLAUSES: Mapping[str, str] = {
    "when": "when", "supported_when": "supported", "possible_when": "possible", "to_exclude_when": "to exclude",
    "assessed_when": "assessed", "done_when": "done", "ordered_when": "ordered", "repeat_when": "repeat",
    "unless": "unless",
}  # fmt: skip
_REASONED = (
    "set_aside_when", "against", "now_when", "unexplained_when", "not_indicated_when", "contraindicated_when",
    "withheld_when", "interactions",
)  # fmt: skip


def _rule(rule: r.Rule, why: Why, governance: Json) -> Json:
    clauses = [(label, getattr(rule, name, None)) for name, label in _CLAUSES.items()]
    reasons = [(key, reason.when) for key in _REASONED for reason in getattr(rule, key, ())]
    levels = [(f"{level.flag} {level.indicator}", level.when) for level in getattr(rule, "levels", ())]
    return {
        "id": rule.id,
        "version": rule.version,
        **governance,
        "clauses": [_clause(label, c, why) for label, c in [*clauses, *reasons, *levels] if c is not None],
        "criteria": [
            {"criterion": name, **_answer(criterion.judge(why.scene))} for name, criterion in rule.criteria.items()
        ],
    }


def _clause(label: str, criterion: Criterion, why: Why) -> Json:
    verdict = criterion.judge(why.scene)
    answer = {"clause": label.replace("_when", "").replace("_", " "), **_answer(verdict)}
    deciders = dict.fromkeys(why.deciders(criterion, verdict.truth))
    if deciders:
        answer["decidedBy"] = ", ".join(deciders)
    return answer


@dataclass(slots=True)
class Why:
    """What settled each answer in a scene; of a criterion that many rules share it is worked out once."""

    scene: Scene
    _known: dict[int, list[str]] = field(default_factory=dict)

    def deciders(self, criterion: Criterion, truth: Truth) -> list[str]:
        """The named criteria that settled this answer: one where one is enough, else all that had a part."""
        if isinstance(criterion, Named):
            known = self._known.get(id(criterion))
            if known is None:
                known = self._known[id(criterion)] = self.deciders(criterion.inner, truth) or [criterion.name]
            return known
        if isinstance(criterion, Not | May):
            return self.deciders(criterion.member, criterion.member.judge(self.scene).truth)
        return self._of_members(criterion, truth) if isinstance(criterion, OverMembers) else []

    def _of_members(self, criterion: OverMembers, truth: Truth) -> list[str]:
        agreeing = (member for member in criterion.members if member.judge(self.scene).truth is truth)
        one_is_enough = truth is Truth.UNKNOWN or isinstance(criterion, _SETTLED_BY_ONE[truth])
        return [
            name for member in islice(agreeing, 1 if one_is_enough else None) for name in self.deciders(member, truth)
        ]


_SETTLED_BY_ONE = {Truth.MET: AnyOf, Truth.NOT_MET: AllOf}


def _answer(verdict: Verdict) -> Json:
    data: Json = {"answer": _ANSWERS[verdict.truth]}
    if verdict.truth is Truth.UNKNOWN:
        data["because"] = verdict.reason
    if verdict.weak:
        data["weak"] = True
    return {**data, **listed(verdict.evidence)}
