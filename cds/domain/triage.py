"""The differential: tiers, points, order, set-aside, the drugs of the medication card (rules.md §0, §4)."""

from __future__ import annotations

from collections.abc import Container, Iterable

from cds.domain import outcomes as o
from cds.domain.judging import first_met, met, told
from cds.domain.record import Exposure, Fact, Finding
from cds.domain.rule import CauseRule, MedicationRule, Rulebook
from cds.domain.scene import Scene
from cds.domain.silence import silence_of_causes
from cds.domain.truth import NOT_MET, Evidence, Truth, Verdict

_LOWER = {o.SUPPORTED: o.POSSIBLE, o.POSSIBLE: o.TO_EXCLUDE, o.TO_EXCLUDE: o.TO_EXCLUDE}


def judge_causes(book: Rulebook, scene: Scene, found: o.Outcomes) -> None:
    """Judge every cause, those about other causes last, and rank what stands."""
    silence = silence_of_causes(book, scene)
    for rule in sorted(book.causes, key=lambda r: r.stage):
        if silence.covers(rule):
            continue
        said = len(found.causes) + len(found.set_aside) + len(found.past_exposures)
        _judge_cause(rule, scene, found)
        if said == len(found.causes) + len(found.set_aside) + len(found.past_exposures):
            silence.note(rule)
    symptoms = {id(fact) for fact in scene.symptoms}
    found.causes.sort(key=lambda outcome: _rank(outcome, symptoms))


def _rank(outcome: o.CauseOutcome, symptoms: Container[int]) -> tuple[int, bool, int, bool, str]:
    """By tier, then points; a cause that is possible by age or side alone comes after those with data of their own.

    Where the pattern does not fit, data of its own give it precedence only if delay does harm: its line points away.
    """
    points_elsewhere = not outcome.rule.harm and any(n == "pattern" and value < 0 for n, value in outcome.adjustments)
    is_own = not points_elsewhere and any(_is_own(scored, symptoms) for scored in outcome.evidence)
    is_bare = outcome.tier == o.POSSIBLE and not is_own
    return o.TIERS.index(outcome.tier), is_bare, -outcome.points, not outcome.rule.harm, outcome.rule.cause


def _is_own(scored: o.Scored, symptoms: Container[int]) -> bool:
    """Whether it says more than the age and the numbness do; the points of several facts stand at the first of them.

    `symptoms` are the identities of the facts of the numbness: a record may hold thousands.
    """
    fact = scored.item.fact
    if isinstance(fact, Finding) and fact.source == "Patient":
        return False
    return scored.points > 0 or id(fact) not in symptoms


def _judge_cause(rule: CauseRule, scene: Scene, found: o.Outcomes) -> None:
    supported, possible = met(rule.supported_when, scene), met(rule.possible_when, scene)
    aside = first_met(rule.set_aside_when, scene, firm=True)
    tier = _tier(supported, possible)
    if aside and tier != o.SUPPORTED:
        reason, verdict = aside
        found.set_aside.append(o.SetAside(rule, reason.because, told(reason, verdict, scene)))
        return
    conflict = met(rule.conflict, scene)
    conflicting = aside is not None or conflict.is_strong  # a weak result lowers nothing
    if conflicting and tier:
        tier = o.POSSIBLE
    tier = _placed(rule, tier, scene)
    if not tier:
        _note_past_exposure(rule, scene, found)
        return
    scene.tiers[rule.cause] = tier
    extra = (aside[1].evidence if aside else ()) + conflict.evidence
    found.causes.append(_outcome(rule, tier, (supported, possible), extra, conflicting, scene))


def _tier(supported: Verdict, possible: Verdict) -> str:
    if supported.is_strong:
        return o.SUPPORTED
    return o.POSSIBLE if supported.is_met or possible.is_met else ""


def _placed(rule: CauseRule, tier: str, scene: Scene) -> str:
    """The tier after pattern misfit, and after the causes that may only be excluded."""
    if not tier:
        is_open = met(rule.to_exclude_when, scene).is_met and not met(rule.assessed_when, scene).is_firm
        return o.TO_EXCLUDE if is_open else ""
    return _LOWER[tier] if _fit(rule, scene) < 0 else tier


def _fit(rule: CauseRule, scene: Scene) -> int:
    """1 where a pattern fits, -1 where one contradicts."""
    if any(scene.shows(p) for p in rule.fits):
        return 1
    if not any(scene.shows(p) for p in rule.misfits):
        return 0
    return 0 if met(rule.no_misfit_when, scene).is_met else -1


def _note_past_exposure(rule: CauseRule, scene: Scene, found: o.Outcomes) -> None:
    past = met(rule.past_exposure_when, scene)
    if past.is_met:
        found.past_exposures.append((rule, past.evidence))


def _outcome(
    rule: CauseRule,
    tier: str,
    verdicts: tuple[Verdict, Verdict],
    extra: tuple[Evidence, ...],
    conflicting: bool,
    scene: Scene,
) -> o.CauseOutcome:
    evidence = _scored(rule, verdicts, extra, scene)
    adjustments = _adjustments(rule, scene)
    points = sum(s.points for s in evidence) + sum(value for _, value in adjustments)
    against = [(r.because, told(r, v, scene)) for r in rule.against if (v := r.when.judge(scene)).is_met]
    facts = [s.item.fact for s in evidence]
    assessed = met(rule.assessed_when, scene)
    unsettled = assessed.evidence if tier == o.TO_EXCLUDE else ()
    evidence += [o.Scored(item, 0) for item in unsettled]
    return o.CauseOutcome(
        rule, tier, points, evidence, against, adjustments,
        [c.value for c in rule.subcauses if c.when is None or c.when.judge(scene).is_met],
        _line(rule, tier, assessed, scene, is_lowered=verdicts[0].is_strong and not conflicting), conflicting,
        tier in rule.warning_tiers or met(rule.warning_when, scene).is_met,
        bool(facts) and all(f.text_only for f in facts),
        unsettled,
    )  # fmt: skip


def _line(rule: CauseRule, tier: str, assessed: Verdict, scene: Scene, *, is_lowered: bool) -> str:
    """The line of the first condition that holds, else of the tier; to be excluded, it says how far it was assessed.

    `is_lowered`: the record supports it, and at the tier "possible" it is the pattern alone that does not fit.
    """
    for choice in rule.line_when:
        if choice.when is None or choice.when.judge(scene).is_met:
            return choice.value
    if tier == o.TO_EXCLUDE and assessed.truth is not Truth.NOT_MET:
        return rule.lines.get("unsettled" if assessed.is_met else "unassessed", rule.lines.get(tier, ""))
    if is_lowered and tier == o.POSSIBLE:
        return rule.lines.get("lowered", rule.lines.get(tier, ""))
    return rule.lines.get(tier, "")


def _scored(rule: CauseRule, verdicts: Iterable[Verdict], extra: tuple[Evidence, ...], scene: Scene) -> list[o.Scored]:
    """All evidence once; the criteria that carry points give them to their first fact."""
    points = _points(rule, scene)
    items: dict[tuple[str, int], Evidence] = {}
    met_by = [*(e for v in verdicts if v.is_met for e in v.evidence), *extra]
    for evidence in sorted(met_by, key=lambda e: _is_hearsay(e.fact)):
        items.setdefault((evidence.criterion, id(evidence.fact)), evidence)
    for criterion in rule.criteria.values():
        # what counts no more, because its kind has counted once, speaks for the cause all the same
        verdict = criterion.judge(scene) if criterion.points else NOT_MET
        for evidence in verdict.evidence if verdict.is_met else ():
            items.setdefault((evidence.criterion, id(evidence.fact)), evidence)
    answering = {name: {id(e.fact) for e in rule.criteria[name].judge(scene).evidence} for name in points}
    scored = []
    for evidence in _without_echo(items.values()):
        owner = next((name for name in points if id(evidence.fact) in answering[name]), "")
        named = rule.criteria.get(evidence.criterion)
        # what brought these points is told under that name, not under one that weighs otherwise
        is_other = owner in points and named is not None and bool(named.points)
        told = Evidence(owner, evidence.fact, evidence.by) if is_other else evidence
        scored.append(o.Scored(told, points.pop(owner, 0)))
    return sorted(scored, key=lambda s: -s.points)


def _is_hearsay(fact: Fact) -> bool:
    """What only words tell, or the reason of a visit: told after what the record lists itself."""
    return fact.text_only or (isinstance(fact, Finding) and fact.source == "Encounter")


def _without_echo(items: Iterable[Evidence]) -> list[Evidence]:
    """One line per fact: the first criterion that named it."""
    seen: dict[int, Evidence] = {}
    for item in items:
        seen.setdefault(id(item.fact), item)
    return list(seen.values())


def _points(rule: CauseRule, scene: Scene) -> dict[str, int]:
    """What is diagnostic; else a strong and a weak risk, each kind once (rules.md §0)."""
    met_by_kind: dict[str, str] = {}
    for name, criterion in rule.criteria.items():
        if criterion.points and criterion.points not in met_by_kind:
            verdict = criterion.judge(scene)
            if verdict.is_met and verdict.evidence:
                met_by_kind[criterion.points] = name
    if "diagnostic" in met_by_kind:
        met_by_kind = {"diagnostic": met_by_kind["diagnostic"]}
    return {name: scene.settled.worth(kind) for kind, name in met_by_kind.items()}


def _adjustments(rule: CauseRule, scene: Scene) -> list[tuple[str, int]]:
    fit, worth = _fit(rule, scene), scene.settled.worth
    parts = [("pattern", fit * worth("pattern"))] if fit else []
    if met(rule.timing, scene).is_met:
        parts.append(("timing", worth("timing")))
    if rule.harm or met(rule.harm_when, scene).is_met:
        parts.append(("harm", worth("harm")))
    if met(rule.treated, scene).is_met:
        parts.append(("treated", worth("treated")))
    return parts


def judge_medications(book: Rulebook, scene: Scene, found: o.Outcomes) -> None:
    """One entry for each systemic listed drug behind a supported or possible drug cause.

    What is still taken comes first, then the drugs in the order of their causes.
    """
    causes = [c for c in found.causes if c.tier != o.TO_EXCLUDE]
    rules = {rule.cause: rule for rule in book.medications}
    for cause in causes:
        if cause.rule.cause in rules:
            found.medications.extend(_medications(book, rules[cause.rule.cause], cause, scene))
    found.medications.sort(key=lambda drug: not drug.is_warning)


def _is_taken(outcome: o.CauseOutcome, items: list[Evidence]) -> bool:
    """Whether a drug goes on: by its own dates, or because its cause warns of treatment that is given in cycles."""
    return outcome.is_warning or any(e.fact.is_current for e in items)


def _medications(
    book: Rulebook, rule: MedicationRule, outcome: o.CauseOutcome, scene: Scene
) -> list[o.MedicationOutcome]:
    by_drug: dict[str, list[Evidence]] = {}
    for scored in outcome.evidence:
        if isinstance(scored.item.fact, Exposure):
            by_drug.setdefault(scored.item.fact.drug, []).append(scored.item)
    notes = [(r.because, told(r, v, scene)) for r in rule.interactions if (v := r.when.judge(scene)).is_met]
    return [
        o.MedicationOutcome(rule, outcome, book.drugs[drug].name, items, _is_taken(outcome, items), notes)
        for drug, items in by_drug.items()
        if drug in book.drugs
    ]
