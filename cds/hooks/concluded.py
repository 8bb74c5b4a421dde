"""What the rules concluded, as data for an explanation: every conclusion names the rule that drew it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cds.domain.outcomes import Outcomes, TestState
from cds.domain.rule import Rulebook
from cds.domain.truth import Evidence
from cds.hooks.markdown import reference
from cds.hooks.phrases import Phrases

Json = dict[str, Any]
# of one answer; thousands of entries that say the same are told by their number
MOST_LISTED = 20


def concluded(book: Rulebook, found: Outcomes, rules: Iterable[str] | None = None) -> Json:
    """Flags, causes, tests and drugs with what decided them; those of some rules only, when `rules` are named."""
    data = _conclusions(Phrases(book, found.today), found)
    if rules is None:
        return {**data, "questions": [question.id for question in found.questions]}
    wanted = set(rules)
    return {name: [item for item in items if item["rule"] in wanted] for name, items in data.items()}


def speakers(found: Outcomes) -> frozenset[str]:
    """The rules whose question is answered "met": flags up, causes in a tier, tests due, drugs, gathered actions."""
    rules = [flag.rule.id for flag in found.flags] + [cause.rule.id for cause in found.causes]
    rules += [test.rule.id for test in found.tests] + [drug.rule.id for drug in found.medications]
    return frozenset(rules + [action.id for action, _ in found.actions])


def _conclusions(phrases: Phrases, found: Outcomes) -> dict[str, list[Json]]:
    return {
        "redFlags": [
            {"id": flag.flag, "indicator": flag.indicator, "rule": flag.rule.id, **_facts(flag.evidence)}
            for flag in found.flags
        ],
        "differential": [
            {
                "cause": cause.rule.cause, "tier": cause.tier, "points": cause.points, "rule": cause.rule.id,
                **_facts(scored.item for scored in cause.evidence),
            }
            for cause in found.causes
        ],
        "setAside": [
            {
                "cause": aside.rule.cause, "because": phrases.fill(aside.because, aside.evidence),
                "rule": aside.rule.id, **_facts(aside.evidence),
            }
            for aside in found.set_aside
        ],
        "pastExposures": [
            {"cause": rule.cause, "rule": rule.id, **_facts(evidence)} for rule, evidence in found.past_exposures
        ],
        "tests": [
            {
                "test": test.rule.test, "when": test.when, "offered": test.offered, "rule": test.rule.id,
                "because": phrases.fill(test.because, test.evidence) or test.rule.title, **_facts(test.evidence),
            }
            for test in found.tests
        ],
        "alreadyDone": [_state(phrases, state) for state in found.done],
        "notIndicated": [_state(phrases, state) for state in found.not_indicated],
        "medications": [
            {"drug": drug.drug, "cause": drug.cause.rule.cause, "rule": drug.rule.id, **_facts(drug.evidence)}
            for drug in found.medications
        ],
        "actions": [
            {"action": action.action, "for": flag.flag, "rule": action.id} for action, flag in found.actions
        ],
    }  # fmt: skip


def _state(phrases: Phrases, state: TestState) -> Json:
    because = {"because": phrases.fill(state.because, state.evidence)} if state.because else {}
    return {
        "test": state.rule.test, "state": state.state, "rule": state.rule.id, **because, **_facts(state.evidence),
    }  # fmt: skip


def _facts(evidence: Iterable[Evidence]) -> Json:
    return listed(evidence) or {"facts": []}


def listed(evidence: Iterable[Evidence]) -> Json:
    """The resources of the evidence, each once and at most twenty, and how many more there are; nothing for none."""
    refs = list(dict.fromkeys(item.fact.ref for item in evidence))
    if not refs:
        return {}
    more = {"moreFacts": len(refs) - MOST_LISTED} if len(refs) > MOST_LISTED else {}
    return {"facts": [reference(ref) for ref in refs[:MOST_LISTED]], **more}
