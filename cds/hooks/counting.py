"""Counts for metrics and logs: cards by kind, red flags and rules in shadow by id. Nothing of a patient."""

from __future__ import annotations

from cds.domain.outcomes import Outcomes
from cds.domain.record import PatientRecord
from cds.domain.rule import Rulebook
from cds.domain.standing import spoken
from cds.domain.truth import Truth
from cds.hooks.composing import EXTENSION, Json
from cds.hooks.explain import Judged


def counters_of(cards: list[Json], outcomes: Outcomes, record: PatientRecord) -> dict[str, int]:
    """Counts of one answer, named `family` or `family:label`."""
    counters: dict[str, int] = {}
    for card in cards:
        data = card["extension"][EXTENSION]
        counters[f"card:{data['card']}"] = 1
        if not data["complete"]:
            counters["incomplete"] = 1
        for flag in data.get("redFlags", ()):
            counters[f"red_flag:{flag['id']}"] = 1
    if record.counts.get("other-type"):
        counters["other_types"] = 1
    if not cards:
        counters["gate_unknown" if outcomes.gate.truth is Truth.UNKNOWN else "silent"] = 1
    return counters


def shadow_counters(book: Rulebook, shadow: Judged | None) -> dict[str, int]:
    """Which rules that are not in use would have spoken, by what all rules concluded; each counts once a call."""
    if shadow is None:
        return {}
    said = spoken(shadow.outcomes)
    return {f"shadow:{rule.id}": 1 for rule in book.unused.rules if rule.id in said}
