"""Builds FHIR resources (R4) for tests from a shorthand.

A concept is "SYSTEM#code display", or plain words for a concept without a code, or a list of both:

    condition("SNOMED#44054006 Diabetes mellitus type 2", recordedDate="2026-08-12")
    observation("LOINC#2132-9 Vitamin B12", "150 pg/mL", effectiveDateTime="2026-08-12")

Every function takes further members as FHIR names them; None leaves a member out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from itertools import count
from typing import Any

Json = dict[str, Any]
Said = str | Json | Iterable[str] | None

SYSTEMS = {
    "SNOMED": "http://snomed.info/sct",
    "LOINC": "http://loinc.org",
    "ICD10CM": "http://hl7.org/fhir/sid/icd-10-cm",
    "ICD10": "http://hl7.org/fhir/sid/icd-10",
    "ICD10GM": "http://fhir.de/CodeSystem/bfarm/icd-10-gm",
    "RXNORM": "http://www.nlm.nih.gov/research/umls/rxnorm",
    "ATC": "http://www.whocc.no/atc",
    "UCUM": "http://unitsofmeasure.org",
}
HL7 = "http://terminology.hl7.org/CodeSystem/"
PATIENT = {"reference": "Patient/p"}
_NUMBER = re.compile(r"(<=|>=|<|>)?\s*(-?\d+(?:\.\d+)?)(?:\s+(\S.*))?$")
_ids = count(1)


def concept(said: Said) -> Json | None:
    """A CodeableConcept."""
    if said is None or isinstance(said, dict):
        return said
    parts = [said] if isinstance(said, str) else list(said)
    codings = [coding(part) for part in parts if "#" in part]
    words = [part for part in parts if "#" not in part]
    return ({"coding": codings} if codings else {}) | ({"text": words[0]} if words else {})


def coding(said: str) -> Json:
    """A Coding."""
    system, _, rest = said.partition("#")
    code, _, display = rest.partition(" ")
    return {"system": SYSTEMS.get(system, system), "code": code} | ({"display": display} if display else {})


def quantity(said: str) -> Json:
    """A Quantity from "150 pg/mL" or "<5 mg/L"."""
    match = _NUMBER.match(said)
    assert match is not None, said
    value: Json = {"value": float(match[2]) if "." in match[2] else int(match[2])}
    if match[1]:
        value["comparator"] = match[1]
    return value | ({"unit": match[3], "system": SYSTEMS["UCUM"], "code": match[3]} if match[3] else {})


def resource(kind: str, **members: Any) -> Json:
    """Any resource of the patient; without an id given it gets a fresh one, with id=None it has none."""
    made = {"resourceType": kind, "id": f"{kind.lower()}-{next(_ids)}", "subject": PATIENT}
    return {name: value for name, value in (made | members).items() if value is not None}


def status(system: str, word: str | None) -> Json | None:
    """A status as R4 codes it."""
    return {"coding": [{"system": HL7 + system, "code": word}]} if word else None


def patient(id_: str | None = "p", **members: Any) -> Json:
    """The Patient."""
    return resource("Patient", **{"id": id_, "subject": None, "gender": "female", "birthDate": "1960-05-04"} | members)


def condition(
    code: Said,
    clinical: str | None = "active",
    verification: str | None = "confirmed",
    site: Said = None,
    **members: Any,
) -> Json:
    """A Condition."""
    made = {
        "code": concept(code),
        "clinicalStatus": status("condition-clinical", clinical),
        "verificationStatus": status("condition-ver-status", verification),
        "bodySite": [concept(site)] if site else None,
    }
    return resource("Condition", **made | members)


def observation(code: Said, value: Any = None, site: Said = None, **members: Any) -> Json:
    """An Observation. A value may be "150 pg/mL", True, a concept ("SNOMED#..."), {"valueString": ...} or None."""
    made = {"status": "final", "code": concept(code), "bodySite": concept(site), "effectiveDateTime": "2026-10-01"}
    return resource("Observation", **made | value_of(value) | members)


def value_of(value: Any) -> Json:
    """The value[x] that a shorthand stands for."""
    if value is None or isinstance(value, dict):
        return value or {}
    if isinstance(value, bool):
        return {"valueBoolean": value}
    if isinstance(value, int):
        return {"valueInteger": value}
    if isinstance(value, str) and _NUMBER.match(value):
        return {"valueQuantity": quantity(value)}
    if isinstance(value, str) and "#" not in value:
        return {"valueString": value}
    return {"valueCodeableConcept": concept(value)}


def medication_statement(drug: Said, **members: Any) -> Json:
    """A MedicationStatement."""
    return resource("MedicationStatement", **{"status": "active", "medicationCodeableConcept": concept(drug)} | members)


def medication_request(drug: Said, **members: Any) -> Json:
    """A MedicationRequest."""
    made = {"status": "active", "intent": "order", "medicationCodeableConcept": concept(drug)}
    return resource("MedicationRequest", **made | members)


def medication_administration(drug: Said, **members: Any) -> Json:
    """A MedicationAdministration."""
    made = {"status": "completed", "medicationCodeableConcept": concept(drug)}
    return resource("MedicationAdministration", **made | members)


def medication_dispense(drug: Said, **members: Any) -> Json:
    """A MedicationDispense."""
    return resource(
        "MedicationDispense", **{"status": "completed", "medicationCodeableConcept": concept(drug)} | members
    )


def procedure(code: Said, **members: Any) -> Json:
    """A Procedure."""
    return resource("Procedure", **{"status": "completed", "code": concept(code)} | members)


def report(code: Said, **members: Any) -> Json:
    """A DiagnosticReport."""
    made = {"status": "final", "code": concept(code), "effectiveDateTime": "2026-10-01"}
    return resource("DiagnosticReport", **made | members)


def order(code: Said, **members: Any) -> Json:
    """A ServiceRequest."""
    made = {"status": "active", "intent": "order", "code": concept(code), "authoredOn": "2026-10-01"}
    return resource("ServiceRequest", **made | members)


def device(kind: Said, **members: Any) -> Json:
    """A Device of the patient."""
    return resource(
        "Device", **{"subject": None, "patient": PATIENT, "status": "active", "type": concept(kind)} | members
    )


def encounter(*reasons: Said, **members: Any) -> Json:
    """An Encounter with reasons."""
    made = {"status": "in-progress", "period": {"start": "2026-11-19"}, "reasonCode": [concept(r) for r in reasons]}
    return resource("Encounter", **made | members)


def form(*answers: tuple[str, Any], **members: Any) -> Json:
    """A QuestionnaireResponse of (question, value)."""
    items = [{"linkId": str(n), "text": text, "answer": [_answer(value)]} for n, (text, value) in enumerate(answers)]
    return resource(
        "QuestionnaireResponse", **{"status": "completed", "authored": "2026-11-19", "item": items} | members
    )


def _answer(value: Any) -> Json:
    if isinstance(value, str) and "#" in value:
        return {"valueCoding": coding(value)}
    return value_of(value)


def family(*codes: Said, **members: Any) -> Json:
    """A FamilyMemberHistory."""
    made = {"subject": None, "patient": PATIENT, "status": "completed", "relationship": {"text": "father"}}
    return resource(
        "FamilyMemberHistory", **made | {"condition": [{"code": concept(code)} for code in codes]} | members
    )


def bundle(*resources: Json | None, kind: str = "searchset", **members: Any) -> Json:
    """A Bundle; a searchset says its total."""
    entries = [{"fullUrl": f"urn:uuid:{r.get('id', '')}", "resource": r} for r in resources if r is not None]
    made: Json = {"resourceType": "Bundle", "type": kind}
    made |= {"total": len(entries)} if kind == "searchset" else {}
    return made | ({"entry": entries} if entries else {}) | members


def raw(value: Any) -> bytes:
    """As it comes over the wire."""
    return json.dumps(value).encode()
