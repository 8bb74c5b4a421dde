"""Dates and doses of the drugs in a case, as each of the four medication resources writes them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

Json = dict[str, Any]
UCUM = "http://unitsofmeasure.org"
_DOSE = re.compile(r"(\d+(?:\.\d+)?) (\S+)(?: (once|twice|\d+ times) a (day|week|month))?$")


def quantity(number: str, unit: str | None, comparator: str | None = None) -> Json:
    """A FHIR Quantity."""
    value = float(number) if "." in number else int(number)
    found: Json = {"value": value} | ({"comparator": comparator} if comparator else {})
    return found | ({"unit": unit, "system": UCUM, "code": unit} if unit else {})


def dated(kind: str, fact: Mapping[str, Any]) -> Json:
    """The members of a medication resource that say when and how much."""
    return _KINDS[kind](fact)


def _period(fact: Mapping[str, Any]) -> Json | None:
    period = {name: fact[name] for name in ("start", "end") if name in fact}
    return period or None


def _dosage(fact: Mapping[str, Any], *, bounded: bool) -> list[Json] | None:
    """Route and dose, and for prescriptions the interval or the length of the course."""
    repeat: Json = {}
    if bounded and _period(fact):
        repeat["boundsPeriod"] = _period(fact)
    elif "days" in fact:
        repeat["boundsDuration"] = {"value": fact["days"], "unit": "d", "system": UCUM, "code": "d"}
    dosage: Json = {"route": {"text": fact["route"]}} if "route" in fact else {}
    match = _DOSE.match(fact.get("dose", ""))
    if match is not None:
        dosage["doseAndRate"] = [{"doseQuantity": quantity(match[1], match[2])}]
        repeat |= _frequency(match[3], match[4])
    elif "dose" in fact:
        dosage["text"] = fact["dose"]
    if repeat:
        dosage["timing"] = {"repeat": repeat}
    return [dosage] if dosage else None


def _frequency(times: str | None, unit: str | None) -> Json:
    if times is None or unit is None:
        return {}
    count = {"once": 1, "twice": 2}.get(times) or int(times.split()[0])
    return {"frequency": count, "period": 1, "periodUnit": {"day": "d", "week": "wk", "month": "mo"}[unit]}


def _as_statement(fact: Mapping[str, Any]) -> Json:
    return {"effectivePeriod": _period(fact), "dosage": _dosage(fact, bounded=False)}


def _as_request(fact: Mapping[str, Any]) -> Json:
    bounded = "end" in fact
    return {
        "intent": fact.get("intent", "order"),
        "authoredOn": fact.get("start"),
        "dosageInstruction": _dosage(fact, bounded=bounded),
    }


def _as_administration(fact: Mapping[str, Any]) -> Json:
    dosage = (_dosage(fact, bounded=False) or [{}])[0]
    dose = dosage.get("doseAndRate")
    given = {"route": dosage.get("route"), "dose": dose[0]["doseQuantity"] if dose else None}
    given = {name: value for name, value in given.items() if value is not None}
    single = "end" not in fact
    return {
        "effectiveDateTime": fact.get("start") if single else None,
        "effectivePeriod": None if single else _period(fact),
        "dosage": given or None,
    }


def _as_dispense(fact: Mapping[str, Any]) -> Json:
    days = fact.get("days")
    return {
        "whenHandedOver": fact.get("start"),
        "daysSupply": {"value": days, "unit": "d", "system": UCUM, "code": "d"} if days else None,
        "dosageInstruction": _dosage({k: v for k, v in fact.items() if k != "days"}, bounded=False),
    }


_KINDS: dict[str, Callable[[Mapping[str, Any]], Json]] = {
    "MedicationStatement": _as_statement, "MedicationRequest": _as_request,
    "MedicationAdministration": _as_administration, "MedicationDispense": _as_dispense,
}  # fmt: skip
