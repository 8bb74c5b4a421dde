"""What profiles add: to a code its side and how sure it is, to a problem its day, to a drug whether it is taken."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import ValidationError, convert

from cds.domain.record import Side
from cds.fhir import wire

_ASSERTED, _ACTUAL = "/condition-asserteddate", "-actualproblem-1"
_ADHERENCE = "-medication-adherence"
_SIDE, _CERTAINTY = "/seitenlokalisation", "/icd-10-gm-diagnosesicherheit"
_QUALIFIERS = ("laterality-qualifier", "location-qualifier", "anatomicallocation.laterality")
_SIDES = {"L": Side.LEFT, "R": Side.RIGHT, "B": Side.BOTH}
# excluded, suspected, state after; "G" is confirmed
_CERTAINTIES = {"A": "refuted", "V": "provisional", "Z": "past"}


def has_additions(concept: wire.Concept | None) -> bool:
    """Whether a profile added anything to one of the codes."""
    return concept is not None and any(coding.extension is not None for coding in concept.coding or ())


def side_added(concept: wire.Concept) -> Side:
    """The side that a profile names beside the code."""
    return next((_SIDES[code] for code in _added(concept, _SIDE) if code in _SIDES), Side.UNKNOWN)


def certainty_added(concept: wire.Concept) -> str:
    """A verification status, or "past" for the state after a disease; empty when it is confirmed or not said."""
    return next((_CERTAINTIES[code] for code in _added(concept, _CERTAINTY) if code in _CERTAINTIES), "")


def qualifiers(site: wire.Concept | wire.CodeableReference) -> Iterator[wire.Concept]:
    """What a profile says more of a body site: its side, or where on it (mCODE, Dutch profiles)."""
    added = site.extension if isinstance(site, wire.Concept) else None
    for extension in added if isinstance(added, list) else ():
        if isinstance(extension, dict) and str(extension.get("url", "")).lower().endswith(_QUALIFIERS):
            value = extension.get("valueCodeableConcept")
            try:
                yield convert(value, wire.Concept)
            except ValidationError:
                continue


def asserted(condition: wire.Condition) -> str | None:
    """The day on which a problem was asserted, as C-CDA on FHIR, US Core and German profiles tell it in R4."""
    day = _member(condition.extension, _ASSERTED, "valueDateTime")
    return day if isinstance(day, str) else None


def actual_problem(condition: wire.Condition) -> str:
    """The id of the observation whose problem header this is, as GP Connect tells; empty for any other condition."""
    pointer = _member(condition.extension, _ACTUAL, "valueReference")
    reference = pointer.get("reference") if isinstance(pointer, dict) else None
    return reference.rpartition("/")[2] if isinstance(reference, str) else ""


def adherence(drug: wire.Medicated) -> wire.Concept:
    """Whether a prescribed drug is taken, as US Core tells it; empty when it does not."""
    parts = _member(drug.extension, _ADHERENCE, "extension")
    told = (p for p in parts if isinstance(p, dict)) if isinstance(parts, list) else ()
    value = next((p.get("valueCodeableConcept") for p in told if p.get("url") == "medicationAdherence"), None)
    try:
        return convert(value, wire.Concept) if value is not None else wire.Concept()
    except ValidationError:
        return wire.Concept()


def _member(extension: msgspec.Raw, url: str, value: str) -> Any:
    """The value of one extension, when it is there."""
    raw = bytes(extension)
    if url.encode() not in raw.lower():
        return None
    extensions = msgspec.json.decode(raw)
    found = (e for e in extensions if isinstance(e, dict) and str(e.get("url", "")).lower().endswith(url))
    return next((e.get(value) for e in found), None)


def _added(concept: wire.Concept, url: str) -> Iterator[str]:
    """The codes of one extension. What is not shaped as the profile says is passed over."""
    for coding in concept.coding or ():
        for extension in coding.extension if isinstance(coding.extension, list) else ():
            if isinstance(extension, dict) and str(extension.get("url", "")).endswith(url):
                value = extension.get("valueCoding")
                if isinstance(value, dict):
                    yield str(value.get("code", "")).strip().upper()
