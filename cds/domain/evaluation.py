"""evaluate(rulebook, record, today) -> Outcomes: gate, patterns, red flags, causes, tests, medication, questions.

Strata are judged in this order and may refer only to earlier ones; the rulebook's loader proves it.
"""

from __future__ import annotations

from collections.abc import Iterable

from cds.domain import outcomes as o
from cds.domain.asking import choose_questions
from cds.domain.judging import met
from cds.domain.record import Finding, PatientRecord
from cds.domain.rule import GateRule, RedFlagRule, Rulebook
from cds.domain.scene import Scene
from cds.domain.silence import lacks_facts
from cds.domain.triage import judge_causes, judge_medications
from cds.domain.truth import Evidence, Truth, Verdict, any_of
from cds.domain.workup import judge_tests


def evaluate(book: Rulebook, record: PatientRecord, today: int, *, assume: str = "never") -> o.Outcomes:
    """Judge every rule for one person on one day.

    `assume`: whether a symptom of unknown side and onset is taken for granted when none is recorded: "never",
    "if-none" (the problem list came whole and nothing that came holds one) or "always" (also when that cannot be
    told). Behind a closed gate nothing but the gate is judged.
    """
    scene = scene_of(book, record, today)
    return evaluate_scene(book, scene, assume=assume)


def evaluate_scene(book: Rulebook, scene: Scene, *, assume: str = "never") -> o.Outcomes:
    """The same on a scene of one's own, in which single criteria can be judged afterwards."""
    found = o.Outcomes(scene.today, judge_gate(book, scene, assume))
    found.symptoms = scene.symptoms
    if not found.gate.is_open:
        return found
    judge_patterns(book, scene)
    found.patterns = scene.patterns
    judge_flags(book, scene, found)
    if not found.gate.child:
        judge_causes(book, scene, found)
        judge_tests(book, scene, found)
        judge_medications(book, scene, found)
        choose_questions(book, scene, found)
    return found


def scene_of(book: Rulebook, record: PatientRecord, today: int) -> Scene:
    """A fresh scene; answers that follow from what was supplied alone are shared between scenes."""
    supplied = tuple(supply.is_whole for supply in record.supply.values())
    blanks = book.blanks.setdefault(supplied, {})
    return Scene(
        record, today, book.settled, book.drugs, book.lower_sites, book.other_sites, blanks=blanks,
        unused_flags=book.unused.flags, unused_causes=book.unused.causes,
    )  # fmt: skip


def judge_gate(book: Rulebook, scene: Scene, assume: str) -> o.Gate:
    """Judge the gate and put the symptom facts that opened it into the scene."""
    by_effect = {effect: _effect(book.gates, effect, scene) for effect in ("open", "silence", "child", "comfort")}
    opening = by_effect["open"]
    if opening.is_met:
        scene.symptoms.extend(_symptoms(opening))
        scene.memo.clear()
    gate = o.Gate(opening.truth, assumed=_is_assumed(scene, opening, assume))
    gate.deceased = by_effect["silence"].is_met
    gate.child = by_effect["child"].is_met
    gate.comfort = by_effect["comfort"].is_met
    gate.age_unknown = by_effect["child"].truth is Truth.UNKNOWN
    return gate


def _is_assumed(scene: Scene, opening: Verdict, assume: str) -> bool:
    """Whether a symptom is taken for granted. Who asks is answered when the problem list came whole and holds none."""
    if opening.is_met or assume == "never":
        return False
    is_none = scene.record.has_whole(("conditions",)) and not opening.evidence
    return assume == "always" or opening.truth is Truth.NOT_MET or is_none


def _effect(gates: Iterable[GateRule], effect: str, scene: Scene) -> Verdict:
    return any_of([met(rule.when, scene) for rule in gates if rule.effect == effect])


def _symptoms(opening: Verdict) -> list[Finding]:
    seen: dict[int, Finding] = {id(e.fact): e.fact for e in opening.evidence if isinstance(e.fact, Finding)}
    return list(seen.values())


def judge_patterns(book: Rulebook, scene: Scene) -> None:
    """Judge every pattern; a pattern may look at those before it in file order.

    It rests on the symptom, and on the findings that show it; how sure those are is for the criteria about them.
    """
    symptoms = tuple(Evidence("", fact) for fact in scene.symptoms)
    told = {id(fact) for fact in scene.symptoms}
    for rule in book.patterns:
        found = met(rule.when, scene)
        signs = (Evidence("", item.fact, item.by) for item in found.evidence if id(item.fact) not in told)
        scene.patterns[rule.pattern] = Verdict(found.truth, (*symptoms, *signs))


def judge_flags(book: Rulebook, scene: Scene, found: o.Outcomes) -> None:
    """Raise red flags, most urgent first; comfort care lowers critical to warning."""
    for rule in book.red_flags:
        raised = None if lacks_facts(book, rule, scene.names) else _raise_flag(rule, scene)
        if raised is None:
            continue
        if found.gate.comfort and raised.indicator == "critical":
            raised.indicator = "warning"
        found.flags.append(raised)
        scene.raise_flag(raised.flag, raised.indicator, raised.evidence)
    rank = {"critical": 0, "warning": 1, "info": 2}
    found.flags.sort(key=lambda f: (rank[f.indicator], f.order))


def _raise_flag(rule: RedFlagRule, scene: Scene) -> o.RaisedFlag | None:
    if met(rule.unless, scene).is_firm:
        return None
    for level in rule.levels:
        verdict = level.when.judge(scene)
        if verdict.is_met:
            return o.RaisedFlag(rule, level, level.indicator, verdict.evidence)
    return None
