"""What a judgement says, without what differs from call to call."""

from __future__ import annotations

from typing import Any


def clinical_content(evaluation: Any) -> Any:
    """The cards word for word, and the answer of every rule."""
    explanation = evaluation["explain"]
    return {
        "cards": [without_uuids(card) for card in evaluation["cards"]],
        "silence": evaluation["silence"],
        "gate": explanation["gate"],
        "patterns": explanation["patterns"],
        "rules": {rule["id"]: _answers(rule) for rule in explanation["rules"]},
    }


def without_uuids(value: Any) -> Any:
    """The same, without the ids that are made for each response."""
    if isinstance(value, dict):
        return {key: without_uuids(member) for key, member in value.items() if key != "uuid"}
    return [without_uuids(member) for member in value] if isinstance(value, list) else value


def facts(explanation: Any) -> list[str]:
    """Every fact that was read, in no order."""
    return sorted(repr(sorted(fact.items())) for fact in explanation["facts"])


def _answers(rule: Any) -> Any:
    return [(c.get("clause") or c["criterion"], c["answer"]) for c in [*rule["clauses"], *rule["criteria"]]]
