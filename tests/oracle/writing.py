"""From a patient's facts to the prefetch that an EHR sends: plain R4, one code for each concept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from tests import builders as fhir
from tests.oracle.patients import Act, Drug, Patient, Problem, Result, Sign

Json = dict[str, Any]
SIDES = {
    "left": "SNOMED#7771000 Left", "right": "SNOMED#24028007 Right", "both": "SNOMED#51440002 Right and left", "": None,
}  # fmt: skip
SITES = {
    "scar": "SNOMED#56459004 Foot structure",
    "numb heel": "SNOMED#76853006 Heel structure",
    "burning of foot": "SNOMED#56459004 Foot structure",
}
CODES: dict[str, str] = yaml.safe_load(Path(__file__).with_name("codes.yaml").read_text(encoding="utf-8"))


def prefetch(who: Patient) -> Json:
    """Every list that a call brings, without those that are missing."""
    lists: dict[str, list[Json]] = {
        "conditions": [_condition(problem) for problem in (*who.numb, *who.problems)],
        "observations": [*map(_sign, who.signs), *map(_result, who.results)],
        "medicationStatements": [_drug(drug) for drug in who.drugs if drug.form == "statement"],
        "medicationRequests": [_drug(drug) for drug in who.drugs if drug.form == "request"],
        "medicationAdministrations": [_drug(drug) for drug in who.drugs if drug.form == "administration"],
        "procedures": _acts(who, "procedure"),
        "serviceRequests": _acts(who, "order"),
        "devices": _acts(who, "device"),
        "diagnosticReports": _acts(who, "report"),
        "familyHistory": [fhir.family(CODES[what]) for what in who.relatives],
    }
    made: Json = {key: fhir.bundle(*found) for key, found in lists.items() if key not in who.missing}
    person = fhir.patient(birthDate=who.born.isoformat(), gender=who.sex, deceasedBoolean=who.dead or None)
    return made | {"patient": person, "encounter": None}


def call(who: Patient) -> Json:
    """The hook request."""
    return {
        "hook": "patient-view", "hookInstance": "0b1c2d3e-0000-4000-8000-000000000000",
        "context": {"userId": "Practitioner/example", "patientId": "p"}, "prefetch": prefetch(who),
    }  # fmt: skip


def _day(value: Any) -> str | None:
    return value.isoformat() if value else None


def _condition(problem: Problem) -> Json:
    code = fhir.concept(CODES[problem.what])
    assert code is not None
    if problem.words:
        code["text"] = f"{code.get('text') or code['coding'][0]['display']}, {problem.words}"
    places = [fhir.concept(said) for said in (SITES.get(problem.what), SIDES[problem.side]) if said]
    return fhir.condition(
        code, problem.clinical or None, problem.verification or None, bodySite=places or None,
        onsetDateTime=_day(problem.began), recordedDate=_day(problem.recorded), abatementDateTime=_day(problem.ended),
    )  # fmt: skip


def _sign(sign: Sign) -> Json:
    on = sign.on.isoformat()
    return fhir.observation(CODES[sign.what], sign.present, SIDES[sign.side], effectiveDateTime=on, status=sign.status)


def _result(result: Result) -> Json:
    code = CODES.get(f"{result.what} {result.unit}") or CODES[result.what]
    value = f"{result.comparator}{result.value:g} {result.unit}".strip()
    on = result.on.isoformat()
    return fhir.observation(code, value, SIDES[result.side], effectiveDateTime=on, status=result.status)


def _drug(drug: Drug) -> Json:
    dosage: Json = {"route": {"text": drug.route}} if drug.route else {}
    if drug.daily:
        dose = {
            "doseQuantity": {"value": drug.daily, "unit": "mg", "system": "http://unitsofmeasure.org", "code": "mg"}
        }
        dosage |= {"doseAndRate": [dose], "timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}}}
    period = {"start": _day(drug.began), "end": _day(drug.ended)}
    period = {name: day for name, day in period.items() if day} or None  # type: ignore[assignment]
    # A drug whose route nobody wrote is known by its name alone: the codes say the route.
    said = CODES.get(f"{drug.what} {drug.route}") or CODES[drug.what]
    code = said if drug.route else said.partition(" ")[2]
    if drug.form == "statement":
        return fhir.medication_statement(
            code, status=drug.status, effectivePeriod=period, dosage=[dosage] if dosage else None
        )
    if drug.form == "administration":
        given = {"dose": dosage["doseAndRate"][0]["doseQuantity"]} if drug.daily else {}
        given |= {"route": dosage["route"]} if drug.route else {}
        return fhir.medication_administration(code, status=drug.status, effectivePeriod=period, dosage=given or None)
    if period:
        dosage |= {"timing": {"repeat": dosage.get("timing", {}).get("repeat", {}) | {"boundsPeriod": period}}}
    return fhir.medication_request(
        code, status=drug.status, authoredOn=_day(drug.began), dosageInstruction=[dosage] if dosage else None
    )


def _acts(who: Patient, kind: str) -> list[Json]:
    return [_act(act) for act in who.acts if act.kind == kind]


def _act(act: Act) -> Json:
    code, on = CODES[act.what], act.on.isoformat()
    if act.kind == "order":
        return fhir.order(
            code, authoredOn=on, status=act.status, bodySite=[fhir.concept(SIDES[act.side])] if act.side else None
        )
    if act.kind == "device":
        return fhir.device(code)
    if act.kind == "report":
        return fhir.report(code, effectiveDateTime=on, status=act.status, conclusion=act.outcome or None)
    site = [fhir.concept(SIDES[act.side])] if act.side else None
    return fhir.procedure(code, performedDateTime=on, status=act.status, bodySite=site)
