"""What a payload holds, found without the service's own reader."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

# Types that may hold a fact. Of all others one without an id is like the next, and need not be counted apart.
_READ = """
Patient Condition Observation MedicationStatement MedicationRequest MedicationOrder MedicationAdministration
MedicationDispense Medication Procedure ServiceRequest ProcedureRequest DiagnosticOrder ReferralRequest Encounter Device
DeviceUseStatement DeviceUsage DiagnosticReport ImagingStudy FamilyMemberHistory QuestionnaireResponse
""".split()


def resources(value: Any) -> Iterator[dict[str, Any]]:
    """Every resource that stands for itself: not those contained in others, nor what wraps them."""
    if not isinstance(value, dict):
        return
    kind = value.get("resourceType")
    if kind in (None, "Bundle"):
        for entry in value.get("entry") or ([value] if kind is None else ()):
            yield from resources(entry.get("resource"))
    elif kind == "Parameters":
        for parameter in value.get("parameter") or ():
            yield from resources(parameter.get("resource"))
    elif kind != "OperationOutcome":
        yield value


def fewest_and_most(found: Iterable[dict[str, Any]]) -> tuple[int, int]:
    """How many different resources there are: with those that are like others taken once, or all apart."""
    every = list(found)
    apart = {(r["resourceType"], r.get("id") or json.dumps(r, sort_keys=True)) for r in every}
    counted = {(r["resourceType"], r.get("id")) for r in every if r.get("id") or r["resourceType"] not in _READ}
    without_id = {json.dumps(r, sort_keys=True) for r in every if not r.get("id") and r["resourceType"] in _READ}
    return len(counted) + len(without_id), len(apart)


def patients(value: Any) -> set[str]:
    """The ids of the Patients, or of those whom the resources are about where there are none."""
    found = list(resources(value))
    named = {r["id"] for r in found if r["resourceType"] == "Patient" and r.get("id")}
    return named or {id_ for r in found if (id_ := _about(r))}


def _about(resource: dict[str, Any]) -> str:
    pointer = resource.get("subject") or resource.get("patient") or {}
    before, _, id_ = str(pointer.get("reference", "")).rpartition("/")
    return id_ if before.rpartition("/")[2] == "Patient" else ""


def named(evaluation: Any) -> list[str]:
    """Where the resources stood that could not be read."""
    return [issue["expression"][0] for issue in evaluation["issues"]["issue"] if issue["severity"] == "warning"]
