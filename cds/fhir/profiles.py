"""What profiles add to a code: the side, and how sure a diagnosis is (German basic profiles for ICD-10-GM, mCODE)."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import ValidationError, convert

from cds.domain.record import Side
from cds.fhir import wire

_SIDE, _CERTAINTY = "/seitenlokalisation", "/icd-10-gm-diagnosesicherheit"
_QUALIFIERS = ("-laterality-qualifier", "-location-qualifier")
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
    """What a profile says more of a body site: its side, or where on it (qualifiers of mCODE)."""
    added = site.extension if isinstance(site, wire.Concept) else None
    for extension in added if isinstance(added, list) else ():
        if isinstance(extension, dict) and str(extension.get("url", "")).endswith(_QUALIFIERS):
            value = extension.get("valueCodeableConcept")
            try:
                yield convert(value, wire.Concept)
            except ValidationError:
                continue


def _added(concept: wire.Concept, url: str) -> Iterator[str]:
    """The codes of one extension. What is not shaped as the profile says is passed over."""
    for coding in concept.coding or ():
        for extension in coding.extension if isinstance(coding.extension, list) else ():
            if isinstance(extension, dict) and str(extension.get("url", "")).endswith(url):
                value = extension.get("valueCoding")
                if isinstance(value, dict):
                    yield str(value.get("code", "")).strip().upper()
