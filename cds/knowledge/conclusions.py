"""What one rule concluded for one person, in the words of the case files, and how it differs from what was expected."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cds.domain import outcomes as o
from cds.domain import rule as r
from cds.domain.criteria import Named
from cds.domain.evaluation import evaluate_scene, scene_of
from cds.domain.judging import met
from cds.domain.record import PatientRecord
from cds.domain.scene import Scene
from cds.domain.truth import NOT_MET
from cds.knowledge.case_schema import TRUTH_WORDS

Conclusion = Mapping[str, Any]
# Compared only where a case lists them.
_OPTIONAL = frozenset({"line", "actions", "tests", "because", "summary"})
_PREFIXES = frozenset({"notes", "against"})


@dataclass(slots=True)
class Evaluated:
    """One person evaluated: the outcomes, and the scene in which single criteria can still be judged."""

    scene: Scene
    found: o.Outcomes

    def truth(self, criterion: Named) -> str:
        """The answer of one criterion."""
        return TRUTH_WORDS[criterion.judge(self.scene).truth]


def evaluate(book: r.Rulebook, record: PatientRecord, today: int, *, assumed: bool) -> Evaluated:
    """Run the whole pipeline."""
    scene = scene_of(book, record, today)
    return Evaluated(scene, evaluate_scene(book, scene, assume="if-none" if assumed else "never"))


def conclusion_of(rule: r.Rule, seen: Evaluated) -> Conclusion:
    """Everything that one rule concluded; empty when nothing."""
    return _CONCLUDE[type(rule)](rule, seen)


def _of_gate(rule: r.GateRule, seen: Evaluated) -> Conclusion:
    return {"truth": TRUTH_WORDS[met(rule.when, seen.scene).truth]}


def _of_pattern(rule: r.PatternRule, seen: Evaluated) -> Conclusion:
    return {"truth": TRUTH_WORDS[seen.found.patterns.get(rule.pattern, NOT_MET).truth]}


def _of_red_flag(rule: r.RedFlagRule, seen: Evaluated) -> Conclusion:
    if not seen.found.gate.is_open:
        return {}
    found: dict[str, Any] = {}
    for flag in seen.found.flags:
        if flag.rule.id == rule.id:
            found = {
                "flag": flag.flag, "indicator": flag.indicator, "summary": flag.level.summary,
                "actions": flag.level.actions, "tests": flag.level.tests,
            }  # fmt: skip
    asks = tuple(ask for ask, when in rule.asks if when.judge(seen.scene).is_met)
    return found | ({"asks": asks} if asks else {})


def _of_cause(rule: r.CauseRule, seen: Evaluated) -> Conclusion:
    for outcome in seen.found.causes:
        if outcome.rule.id == rule.id:
            return _ranked(outcome)
    for aside in seen.found.set_aside:
        if aside.rule.id == rule.id:
            return {"set_aside": aside.because}
    past = any(past.id == rule.id for past, _ in seen.found.past_exposures)
    return {"past_exposure": True} if past else {}


def _ranked(outcome: o.CauseOutcome) -> Conclusion:
    optional = {
        "conflicting": outcome.conflicting, "warning": outcome.is_warning, "subcauses": tuple(outcome.subcauses),
        "against": tuple(because for because, _ in outcome.against),
    }  # fmt: skip
    found = {"tier": outcome.tier, "points": outcome.points, "line": outcome.line}
    return found | {key: value for key, value in optional.items() if value}


def _of_test(rule: r.TestRule, seen: Evaluated) -> Conclusion:
    for due in seen.found.tests:
        if due.rule.id == rule.id:
            found = {"when": due.when, "offered": due.offered, "because": due.because}
            return found | ({"notes": tuple(due.notes)} if due.notes else {})
    for state in (*seen.found.done, *seen.found.not_indicated):
        if state.rule.id == rule.id:
            return {"state": state.state, "because": state.because}
    return {}


def _of_action(rule: r.ActionRule, seen: Evaluated) -> Conclusion:
    return {"asked": True} if any(action.id == rule.id for action, _ in seen.found.actions) else {}


def _of_medication(rule: r.MedicationRule, seen: Evaluated) -> Conclusion:
    mine = [m for m in seen.found.medications if m.rule.id == rule.id]
    if not mine:
        return {}
    found: dict[str, Any] = {"drugs": tuple(sorted(m.drug for m in mine))}
    if any(m.is_warning for m in mine):
        found["warning"] = True
    return found | ({"interactions": len(mine[0].interactions)} if mine[0].interactions else {})


_CONCLUDE: dict[type[r.Rule], Callable[[Any, Evaluated], Conclusion]] = {
    r.GateRule: _of_gate, r.PatternRule: _of_pattern, r.RedFlagRule: _of_red_flag, r.CauseRule: _of_cause,
    r.TestRule: _of_test, r.ActionRule: _of_action, r.MedicationRule: _of_medication,
}  # fmt: skip


def concludes(conclusion: Conclusion) -> bool:
    """Whether a conclusion says anything at all."""
    return bool(conclusion) and conclusion.get("truth") != TRUTH_WORDS[0]


def differences(expected: Conclusion, actual: Conclusion) -> list[str]:
    """What was expected and did not come, and what came unexpected, one sentence each."""
    found = []
    for key in dict.fromkeys((*expected, *actual)):
        if key in _OPTIONAL and key not in expected:
            continue
        if not _agree(key, expected.get(key), actual.get(key)):
            found.append(f"expected {key} {_shown(expected.get(key))}, got {_shown(actual.get(key))}")
    return found


def _agree(key: str, expected: Any, actual: Any) -> bool:
    if key == "set_aside" and isinstance(actual, str):
        return expected is True or (isinstance(expected, str) and actual.startswith(expected))
    if key in ("line", "because", "summary") and isinstance(actual, str):
        return isinstance(expected, str) and expected in actual
    if isinstance(expected, (list, tuple)) and isinstance(actual, (list, tuple)):
        pairs = zip(expected, actual, strict=False)
        is_prefix = key in _PREFIXES
        return len(expected) == len(actual) and all(b.startswith(a) if is_prefix else a == b for a, b in pairs)
    return bool(expected == actual)


def _shown(value: Any) -> str:
    if value is None:
        return "nothing"
    return ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
