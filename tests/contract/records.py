"""Small records and calls for the contract tests. Everything in them is made up."""

from __future__ import annotations

import copy
import json
from typing import Any

SPEAKS_WHEN_RECORDED = "heel-numbness-patient-view"
SPEAKS_WHEN_ASKED = "heel-numbness-consult"
CONSULT_HOOK = "org.heel-numbness-cds.consult"
TODAY = "2026-11-20"
PATIENT = "p-1.x"

SNOMED = "http://snomed.info/sct"
LOINC = "http://loinc.org"
UCUM = "http://unitsofmeasure.org"
CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"


def concept(system: str, code: str, display: str) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code, "display": display}]}


def patient(**more: Any) -> dict[str, Any]:
    return {"resourceType": "Patient", "id": PATIENT, "gender": "female", "birthDate": "1961-05-04", **more}


def condition(name: str, code: dict[str, Any], recorded: str = "2026-10-02", **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Condition",
        "id": name,
        "subject": {"reference": f"Patient/{PATIENT}"},
        "clinicalStatus": concept(CLINICAL, "active", "Active"),
        "code": code,
        "recordedDate": recorded,
        **more,
    }


def numb_foot(**more: Any) -> dict[str, Any]:
    return condition("numb", concept(SNOMED, "309538000", "Numbness of foot (finding)"), **more)


def low_b12(**more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "id": "b12",
        "status": "final",
        "subject": {"reference": f"Patient/{PATIENT}"},
        "code": concept(LOINC, "2132-9", "Vitamin B12"),
        "effectiveDateTime": "2026-08-12",
        "valueQuantity": {"value": 150, "unit": "pg/mL", "system": UCUM, "code": "pg/mL"},
        **more,
    }


def searchset(*resources: dict[str, Any], **more: Any) -> dict[str, Any]:
    entries = [{"resource": resource, "search": {"mode": "match"}} for resource in resources]
    return {"resourceType": "Bundle", "type": "searchset", "total": len(resources), "entry": entries, **more}


def whole_prefetch(**changes: Any) -> dict[str, Any]:
    """Every key supplied: a numb foot, a low vitamin B12 and nothing else."""
    nothing = (
        "medicationStatements",
        "medicationRequests",
        "medicationAdministrations",
        "procedures",
        "serviceRequests",
        "devices",
        "diagnosticReports",
    )
    known = {"patient": patient(), "conditions": searchset(numb_foot()), "observations": searchset(low_b12())}
    return without_dots({**known, **dict.fromkeys(nothing), **changes})


def call(**changes: Any) -> dict[str, Any]:
    """A call with the whole prefetch; members set to `...` are left out."""
    body = {
        "hook": "patient-view",
        "hookInstance": "5d7d2b3e-8a53-4f0e-9d8e-0f6c5a1b2c3d",
        "context": {"userId": "Practitioner/p1", "patientId": PATIENT},
        "prefetch": whole_prefetch(),
    }
    return without_dots(copy.deepcopy({**body, **changes}))


def with_context(**changes: Any) -> dict[str, Any]:
    return call(context=without_dots({"userId": "Practitioner/p1", "patientId": PATIENT, **changes}))


def with_prefetch(**changes: Any) -> dict[str, Any]:
    return call(prefetch=whole_prefetch(**changes))


def without_dots(members: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not ...}


def as_bytes(body: Any) -> bytes:
    return body if isinstance(body, bytes) else json.dumps(body).encode()
