"""From the shorthand of a case to FHIR R4 JSON, so that every case also tests the reading.

The one place outside `fhir` that speaks FHIR: it writes what an EHR would send, and the real reader reads it. Long
because each kind of entry has its resource.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from cds.domain.when import parse_span
from cds.knowledge.case_drugs import Json, dated, quantity
from cds.knowledge.case_schema import PREFETCH_KEYS

# The patient that every case is about.
PATIENT = "p"
_HL7 = "http://terminology.hl7.org/CodeSystem/"
_NUMBER = re.compile(r"(<=|>=|<|>)?\s*(-?\d+(?:\.\d+)?)(?:\s+(\S.*))?$")
_RANGE = re.compile(r"(-?\d+(?:\.\d+)?)?\s*([-<>])\s*(-?\d+(?:\.\d+)?)$")
_SIDES = {"left": "left", "right": "right", "both": "bilateral"}
_DRUG_KEYS = {
    "MedicationStatement": "medicationStatements", "MedicationRequest": "medicationRequests",
    "MedicationAdministration": "medicationAdministrations", "MedicationDispense": "medicationDispenses",
}  # fmt: skip


class UnknownSystem(ValueError):
    """A code system that aliases.yaml does not name."""


@dataclass(slots=True)
class CaseBuilder:
    """Builds the prefetch of one case. `systems` maps a code system's URI or alias to its short key."""

    systems: Mapping[str, str]
    today: int
    _canonical: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for uri, key in self.systems.items():
            self._canonical.setdefault(key, uri)

    def prefetch(self, person: Mapping[str, Any] | None, facts: list[tuple[str, Mapping[str, Any]]]) -> dict[str, Any]:
        """Every prefetch key with what it brings: a resource, or a searchset Bundle that came whole.

        Raises:
            UnknownSystem: when a code names no known system.
        """
        lists: dict[str, list[Json]] = {key: [] for key in PREFETCH_KEYS if key not in ("patient", "encounter")}
        single: dict[str, Any] = {"encounter": None}
        if person is not None:
            single["patient"] = _patient(person)
        for number, (kind, fact) in enumerate(facts, 1):
            key, resource = self._resource(kind, fact)
            resource["id"] = f"{kind}-{number}"
            if key == "encounter":
                single[key] = resource
            else:
                lists.setdefault(key, []).append(resource)
        return single | {key: _searchset(found) for key, found in lists.items()}

    def _resource(self, kind: str, fact: Mapping[str, Any]) -> tuple[str, Json]:
        make: Callable[[Mapping[str, Any]], tuple[str, Json]] = getattr(self, f"_make_{kind}")
        key, resource = make(fact)
        resource["patient" if kind in ("family", "device") else "subject"] = {"reference": f"Patient/{PATIENT}"}
        return key, {name: value for name, value in resource.items() if value is not None}

    # --- concepts ---

    def _concept(self, said: tuple[str, ...] | None, text: str | None = None) -> Json | None:
        if not said:
            return {"text": text} if text else None
        codings = [c for c in map(self._coding, said) if c]
        words = text or next((s for s in said if "#" not in s), None)
        return ({"coding": codings} if codings else {}) | ({"text": words} if words else {})

    def _coding(self, said: str) -> Json | None:
        system, mark, rest = said.partition("#")
        if not mark:
            return None
        key = self.systems.get(system)
        if key is None:
            raise UnknownSystem(f"{system!r} is no code system that aliases.yaml names")
        code, _, display = rest.partition(" ")
        return {"system": self._canonical[key], "code": code} | ({"display": display} if display else {})

    def _place(self, fact: Mapping[str, Any]) -> Json | None:
        return self._concept(fact.get("site"), _SIDES.get(fact.get("side", "")))

    def _places(self, fact: Mapping[str, Any]) -> list[Json] | None:
        place = self._place(fact)
        return [place] if place else None

    def _reason(self, fact: Mapping[str, Any]) -> list[Json | None] | None:
        return [self._concept(fact["reason"])] if "reason" in fact else None

    # --- resources ---

    def _make_symptom(self, fact: Mapping[str, Any]) -> tuple[str, Json]:
        return self._make_condition({**fact, "condition": fact["code"]})

    def _make_condition(self, fact: Mapping[str, Any]) -> tuple[str, Json]:
        status = fact.get("status", "resolved" if "abated" in fact else "active")
        verification = fact.get("verification", "confirmed")
        return "conditions", {
            "resourceType": "Condition",
            "clinicalStatus": _status("condition-clinical", status),
            "verificationStatus": _status("condition-ver-status", verification),
            "code": self._concept(fact["condition"], fact.get("text")),
            "bodySite": self._places(fact),
            "onsetDateTime": fact.get("onset"),
            "onsetString": fact.get("onset_text"),
            "recordedDate": fact.get("recorded"),
            "abatementDateTime": fact.get("abated"),
            "evidence": [{"code": [self._concept(fact["evidence"])]}] if "evidence" in fact else None,
            "note": _note(fact),
        }

    def _make_result(self, fact: Mapping[str, Any]) -> tuple[str, Json]:
        value, unit = _value(fact.get("value"))
        if "coded" in fact:
            value = {"valueCodeableConcept": self._concept(fact["coded"])}
        absent = fact.get("absent")
        return "observations", {
            "resourceType": "Observation",
            "status": None if fact.get("status") == "none" else fact.get("status", "final"),
            "code": self._concept(fact["result"], fact.get("text")),
            **value,
            "dataAbsentReason": _coded("data-absent-reason", absent) if absent else None,
            "effectiveDateTime": fact.get("dated"),
            "interpretation": [_coded("v3-ObservationInterpretation", fact["flag"])] if "flag" in fact else None,
            "referenceRange": [_range(fact["range"], unit)] if "range" in fact else None,
            "bodySite": self._place(fact),
            "note": _note(fact),
        }

    def _make_observation(self, fact: Mapping[str, Any]) -> tuple[str, Json]:
        return self._make_result({**fact, "result": fact["observation"]})

    def _make_drug(self, fact: Mapping[str, Any]) -> tuple[str, Json]:
        kind = fact.get("type", "MedicationStatement")
        resource = {
            "resourceType": kind,
            "status": fact.get("status") or self._drug_status(kind, fact),
            "medicationCodeableConcept": self._concept(fact["drug"]),
            "statusReason": self._status_reason(fact, kind),
        }
        return _DRUG_KEYS[kind], resource | dated(kind, fact)

    def _drug_status(self, kind: str, fact: Mapping[str, Any]) -> str:
        if kind in ("MedicationAdministration", "MedicationDispense"):
            return "completed"
        ended = parse_span(fact.get("end", "")).latest
        return "completed" if ended is not None and ended < self.today else "active"

    def _status_reason(self, fact: Mapping[str, Any], kind: str) -> Any:
        if "reason_not_taken" not in fact:
            return None
        reason = {"text": fact["reason_not_taken"]}
        return reason if kind == "MedicationRequest" else [reason]

    def _make_procedure(self, fact: Mapping[str, Any]) -> tuple[str, Json]:
        return "procedures", {
            "resourceType": "Procedure",
            "status": fact.get("status", "completed"),
            "code": self._concept(fact["procedure"]),
            "performedDateTime": fact.get("dated"),
            "bodySite": self._places(fact),
            "reasonCode": self._reason(fact),
            "outcome": {"text": fact["outcome"]} if "outcome" in fact else None,
            "note": _note(fact),
        }

    def _make_report(self, fact: Mapping[str, Any]) -> tuple[str, Json]:
        return "diagnosticReports", {
            "resourceType": "DiagnosticReport",
            "status": fact.get("status", "final"),
            "code": self._concept(fact["report"], _report_side(fact)),
            "effectiveDateTime": fact.get("dated"),
            "conclusion": fact.get("conclusion"),
            "conclusionCode": [self._concept(fact["coded"])] if "coded" in fact else None,
        }

    def _make_order(self, fact: Mapping[str, Any]) -> tuple[str, Json]:
        return "serviceRequests", {
            "resourceType": "ServiceRequest",
            "status": fact.get("status", "active"),
            "intent": fact.get("intent", "order"),
            "code": self._concept(fact["order"]),
            "authoredOn": fact.get("dated"),
            "bodySite": self._places(fact),
            "reasonCode": self._reason(fact),
            "note": _note(fact),
        }

    def _make_device(self, fact: Mapping[str, Any]) -> tuple[str, Json]:
        return "devices", {
            "resourceType": "Device",
            "status": fact.get("status", "active"),
            "type": self._concept(fact["device"]),
        }

    def _make_family(self, fact: Mapping[str, Any]) -> tuple[str, Json]:
        return "familyHistories", {
            "resourceType": "FamilyMemberHistory",
            "status": fact.get("status", "completed"),
            "relationship": {"text": fact.get("relation", "father")},
            "condition": [{"code": self._concept(fact["family"])}],
        }

    def _make_visit(self, fact: Mapping[str, Any]) -> tuple[str, Json]:
        return "encounter", {
            "resourceType": "Encounter",
            "status": fact.get("status", "in-progress"),
            "class": {"system": _HL7 + "v3-ActCode", "code": "AMB"},
            "period": {"start": fact.get("dated", date.fromordinal(self.today).isoformat())},
            "reasonCode": [self._concept(fact["visit"])],
        }

    def _make_impression(self, fact: Mapping[str, Any]) -> tuple[str, Json]:
        said = fact["impression"]
        is_coded = any("#" in part for part in said)
        return "clinicalImpressions", {
            "resourceType": "ClinicalImpression",
            "status": fact.get("status", "completed"),
            "effectiveDateTime": fact.get("dated"),
            "summary": None if is_coded else said[0],
            "finding": [{"itemCodeableConcept": self._concept(said)}] if is_coded else None,
        }

    def _make_alert(self, fact: Mapping[str, Any]) -> tuple[str, Json]:
        return "flags", {
            "resourceType": "Flag",
            "status": fact.get("status", "active"),
            "code": self._concept(fact["alert"]),
            "period": {"start": fact["dated"]} if "dated" in fact else None,
        }

    def _make_answer(self, fact: Mapping[str, Any]) -> tuple[str, Json]:
        value = fact["value"]
        answer: Json = {"valueBoolean": value} if isinstance(value, bool) else {"valueString": str(value)}
        if isinstance(value, int) and not isinstance(value, bool):
            answer = {"valueInteger": value}
        return "questionnaireResponses", {
            "resourceType": "QuestionnaireResponse",
            "status": "completed",
            "authored": fact.get("dated", date.fromordinal(self.today).isoformat()),
            "item": [{"linkId": fact.get("code", "1"), "text": fact["answer"], "answer": [answer]}],
        }


def _patient(person: Mapping[str, Any]) -> Json:
    sex = person.get("sex", "female")
    born = person.get("born", "1970-01-01")
    return {
        "resourceType": "Patient", "id": PATIENT,
        **({"gender": sex} if sex != "none" else {}),
        **({"birthDate": born} if born != "none" else {}),
        **({"deceasedBoolean": person["deceased"]} if "deceased" in person else {}),
    }  # fmt: skip


def _note(fact: Mapping[str, Any]) -> list[Json] | None:
    return [{"text": fact["note"]}] if "note" in fact else None


def _searchset(resources: list[Json]) -> Json:
    entries = [{"resource": r, "search": {"mode": "match"}} for r in resources]
    bundle: Json = {"resourceType": "Bundle", "type": "searchset", "total": len(entries)}
    return bundle | ({"entry": entries} if entries else {})


def _coded(system: str, code: str) -> Json:
    return {"coding": [{"system": _HL7 + system, "code": code}]}


def _status(system: str, code: str) -> Json | None:
    return None if code == "none" else _coded(system, code)


def _value(said: str | None) -> tuple[Json, str | None]:
    """The value and its unit, from "150 pg/mL", "<5 mg/L", "7", "true" or other words."""
    if said is None:
        return {}, None
    if said in ("true", "false"):
        return {"valueBoolean": said == "true"}, None
    match = _NUMBER.match(said)
    if match is None:
        return {"valueString": said}, None
    return {"valueQuantity": quantity(match[2], match[3], match[1])}, match[3]


def _range(said: str, unit: str | None) -> Json:
    match = _RANGE.match(said)
    if match is None:
        return {"text": said}
    if match[2] == "-" and match[1]:
        return {"low": quantity(match[1], unit), "high": quantity(match[3], unit)}
    return {"high" if match[2] == "<" else "low": quantity(match[3], unit)}


def _report_side(fact: Mapping[str, Any]) -> str | None:
    if "side" not in fact:
        return None
    return f"{fact['report'][0].partition(' ')[2] or fact['report'][0]}, {_SIDES[fact['side']]}"
