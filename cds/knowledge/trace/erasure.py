"""A record as it would be without one thing in it: what a rule then concludes differently, it had read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from cds.domain.record import Finding, PatientRecord, Side
from cds.knowledge.trace.index import Trait

_SHELVES = ("findings", "results", "exposures", "procedures", "orders", "family")
_SIDES = {"one": frozenset({Side.LEFT, Side.RIGHT}), "both": frozenset({Side.BOTH})}


def traits_of(record: PatientRecord) -> frozenset[Trait]:
    """Everything in a record that can be erased."""
    found = {("sets", name) for name in record.names()}
    for finding in _findings(record):
        found |= {(kind, name) for name in finding.modifiers for kind in ("modifiers", "said")}
        found |= {("sites", name) for name in finding.sites}
        found |= {("sides", name) for name, sides in _SIDES.items() if finding.side in sides}
    return frozenset(found)


def without(record: PatientRecord, trait: Trait) -> PatientRecord:
    """The record without a value set or concept, a modifier, site or side, or the findings that say a modifier."""
    kind, name = trait
    if kind == "sets":
        shelves: dict[str, Any] = {s: {k: v for k, v in getattr(record, s).items() if k != name} for s in _SHELVES}
        return replace(record, **shelves)
    if kind == "said":
        heard = {key: [f for f in found if name not in f.modifiers] for key, found in record.findings.items()}
        return replace(record, findings={key: found for key, found in heard.items() if found})
    change = _CHANGES[kind]
    changed = {id(finding): change(finding, name) for finding in _findings(record)}
    filed = {key: [changed[id(f)] for f in found] for key, found in record.findings.items()}
    return replace(record, findings=filed)


def _findings(record: PatientRecord) -> list[Finding]:
    return [finding for found in record.findings.values() for finding in found]


def _without_side(finding: Finding, name: str) -> Finding:
    return replace(finding, side=Side.UNKNOWN) if finding.side in _SIDES[name] else finding


_CHANGES: dict[str, Callable[[Finding, str], Finding]] = {
    "modifiers": lambda finding, name: replace(
        finding, modifiers=finding.modifiers - {name}, own_modifiers=finding.own_modifiers - {name}
    ),
    "sites": lambda finding, name: replace(finding, sites=finding.sites - {name}),
    "sides": _without_side,
}
