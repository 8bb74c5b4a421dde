"""Hook requests as an EHR sends them, generated: the same every time, of any number of resources, of nobody."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice
from random import Random
from typing import Any

from tests.bench import vocabulary as words

Json = dict[str, Any]
DAY = date(2026, 11, 20)
HL7 = "http://terminology.hl7.org/CodeSystem/"
UCUM = "http://unitsofmeasure.org"
SNOMED = "http://snomed.info/sct"
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
# What is supplied, and empty, in every request.
_EMPTY = ("medicationAdministrations", "serviceRequests", "devices", "diagnosticReports")
_KEYS = {
    "Condition": "conditions",
    "Observation": "observations",
    "MedicationStatement": "medicationStatements",
    "MedicationRequest": "medicationRequests",
    "Procedure": "procedures",
}
_MIX = (
    11 * ["Observation"] + 3 * ["Condition"] + 3 * ["MedicationRequest"] + ["MedicationStatement"] + 2 * ["Procedure"]
)


def hook_request(size: int, seed: int) -> bytes:
    """A patient-view call with `size` resources: numb foot, diabetes, metformin, and years of other entries."""
    chart = _Chart(Random(seed), f"bench-{size}-{seed}")
    entries = [*chart.story(), *islice(chart.background(), size - 4)]
    prefetch: Json = {"patient": chart.patient()} | {key: chart.searchset(()) for key in _EMPTY}
    for kind, key in _KEYS.items():
        prefetch[key] = chart.searchset([entry for entry in entries if entry["resourceType"] == kind])
    context = {"userId": "PractitionerRole/bench", "patientId": chart.patient_id}
    request = {"hook": "patient-view", "hookInstance": f"bench-{seed}", "context": context, "prefetch": prefetch}
    return json.dumps(request, separators=(",", ":")).encode()


class _Chart:
    """One made-up person's record."""

    def __init__(self, random: Random, patient_id: str) -> None:
        self._random = random
        self.patient_id = patient_id
        self._makers = {
            "Observation": lambda: self._observation(random.choice(words.TESTS)),
            "Condition": lambda: self._condition(random.choice(words.DIAGNOSES), random.choice(("active", "resolved"))),
            "MedicationRequest": lambda: self._medication_request(random.choice(words.DRUGS)),
            "MedicationStatement": lambda: self._medication_statement(random.choice(words.DRUGS), self._day()),
            "Procedure": lambda: self._procedure(random.choice(words.ACTS)),
        }

    def patient(self) -> Json:
        """Without a name: nothing here is anybody's."""
        identifier = {"system": "urn:oid:2.999.1.1", "value": self.patient_id}
        made = {"resourceType": "Patient", "id": self.patient_id, "identifier": [identifier], "active": True}
        return made | {"gender": "female", "birthDate": f"19{self._random.randint(50, 65)}-05-04"}

    def story(self) -> Iterator[Json]:
        """What the cards are about."""
        yield self._condition(words.NUMBNESS, "active", "2026-06-01")
        yield self._condition(words.DIABETES, "active", "2015-02-01")
        yield self._medication_statement(words.METFORMIN, "2019-03-01", "active")

    def background(self) -> Iterator[Json]:
        """Other entries without end; within each twenty the same mix of types."""
        while True:
            for kind in self._random.sample(_MIX, len(_MIX)):
                yield self._makers[kind]()

    def searchset(self, resources: Any) -> Json:
        """The answer to a search."""
        entries = [{"fullUrl": _url(made), "resource": made, "search": {"mode": "match"}} for made in resources]
        made = {"resourceType": "Bundle", "type": "searchset", "total": len(entries)}
        return made | ({"entry": entries} if entries else {})

    # --- resources ---

    def _base(self, kind: str, status: str | None = None) -> Json:
        mark = f"{self._random.getrandbits(64):016x}"
        made: Json = {"resourceType": kind, "id": mark, "meta": {"lastUpdated": f"{self._day()}T04:12:36.117+00:00"}}
        return made | ({"status": status} if status else {}) | {"subject": {"reference": f"Patient/{self.patient_id}"}}

    def _condition(self, diagnosis: words.Diagnosis, clinical: str, onset: str | None = None) -> Json:
        began = onset or self._day()
        codings = [
            _coding(SNOMED, diagnosis.snomed, diagnosis.display),
            _coding("http://hl7.org/fhir/sid/icd-10-cm", diagnosis.icd, diagnosis.display),
            _coding("urn:oid:2.999.2.1", f"P{diagnosis.snomed[-5:]}", diagnosis.display.upper()),
        ]
        return (
            self._base("Condition")
            | {
                "clinicalStatus": _concept(HL7 + "condition-clinical", clinical),
                "verificationStatus": _concept(HL7 + "condition-ver-status", "confirmed"),
                "category": [_concept(HL7 + "condition-category", "problem-list-item", "Problem List Item")],
                "code": {"coding": codings, "text": diagnosis.display},
                "encounter": self._encounter(),
                "onsetDateTime": began,
                "recordedDate": began,
                "recorder": {"reference": "Practitioner/bench", "type": "Practitioner"},
            }
            | self._note()
        )

    def _observation(self, test: words.Test) -> Json:
        unit = {"unit": test.unit, "system": UCUM, "code": test.unit}
        value = round(self._random.uniform(test.low * 0.97, test.high * 1.03), 1)
        taken = f"{self._day()}T08:{self._random.randint(10, 59)}:00+00:00"
        flag = "L" if value < test.low else "H" if value > test.high else "N"
        return self._base("Observation", "final") | {
            "category": [_concept(HL7 + "observation-category", test.category)],
            "code": {"coding": _test_codings(test), "text": test.display.split(" [")[0]},
            "encounter": self._encounter(),
            "effectiveDateTime": taken,
            "issued": taken,
            "performer": [{"reference": "Organization/bench-laboratory"}],
            "valueQuantity": {"value": value} | unit,
            "interpretation": [_concept(HL7 + "v3-ObservationInterpretation", flag)],
            "referenceRange": [{"low": {"value": test.low} | unit, "high": {"value": test.high} | unit}],
        } | self._note()  # fmt: skip

    def _medication_request(self, drug: words.Drug) -> Json:
        status = self._random.choice(("active", "completed", "stopped"))
        written = self._day()
        return self._base("MedicationRequest", status) | {
            "intent": "order",
            "category": [_concept(HL7 + "medicationrequest-category", "outpatient", "Outpatient")],
            "medicationCodeableConcept": _drug(drug),
            "encounter": self._encounter(),
            "authoredOn": written,
            "requester": {"reference": "Practitioner/bench"},
            "dosageInstruction": [_dosage(drug)],
            "dispenseRequest": {
                "validityPeriod": {"start": written},
                "numberOfRepeatsAllowed": 1,
                "expectedSupplyDuration": {"value": 30, "unit": "days", "system": UCUM, "code": "d"},
            },
        } | self._note()  # fmt: skip

    def _medication_statement(self, drug: words.Drug, start: str, status: str = "completed") -> Json:
        period = {"start": start}
        if status == "completed":
            period["end"] = (date.fromisoformat(start) + timedelta(days=60)).isoformat()
        return self._base("MedicationStatement", status) | {
            "category": _concept(HL7 + "medication-statement-category", "outpatient", "Outpatient"),
            "medicationCodeableConcept": _drug(drug),
            "context": self._encounter(),
            "effectivePeriod": period,
            "dateAsserted": start,
            "dosage": [_dosage(drug)],
        } | self._note()  # fmt: skip

    def _procedure(self, act: words.Act) -> Json:
        day = self._day()
        local = _coding("urn:oid:2.999.2.4", f"A{act.snomed[-5:]}", act.display.upper())
        performer = {"actor": {"reference": "Practitioner/bench"}, "onBehalfOf": {"reference": "Organization/bench"}}
        return self._base("Procedure", "completed") | {
            "category": _concept(SNOMED, "103693007", "Diagnostic procedure"),
            "code": {"coding": [_coding(SNOMED, act.snomed, act.display), local], "text": act.display},
            "encounter": self._encounter(),
            "performedPeriod": {"start": f"{day}T10:05:00+00:00", "end": f"{day}T10:35:00+00:00"},
            "performer": [performer],
            "location": {"reference": "Location/bench-clinic", "display": "Outpatient clinic"},
        } | self._note()  # fmt: skip

    # --- their parts ---

    def _day(self) -> str:
        """A day of the ten years that ended fourteen months ago, so that tests are due again."""
        return (DAY - timedelta(days=self._random.randint(430, 3650))).isoformat()

    def _encounter(self) -> Json:
        return {"reference": f"Encounter/{self._random.getrandbits(48):012x}"}

    def _note(self) -> Json:
        """A remark on one entry in ten, of one to three sentences that rarely come together twice."""
        if self._random.randrange(10):
            return {}
        text = " ".join(self._random.sample(words.NOTES, self._random.randint(1, 3)))
        return {"note": [{"time": f"{self._day()}T09:00:00+00:00", "text": text}]}


def _url(made: Json) -> str:
    return f"https://ehr.example.org/fhir/{made['resourceType']}/{made['id']}"


def _coding(system: str, code: str, display: str = "") -> Json:
    return {"system": system, "code": code} | ({"display": display} if display else {})


def _concept(system: str, code: str, display: str = "") -> Json:
    return {"coding": [_coding(system, code, display)]} | ({"text": display} if display else {})


def _test_codings(test: words.Test) -> list[Json]:
    local = test.loinc.replace("-", "")
    return [
        _coding("http://loinc.org", test.loinc, test.display),
        _coding("urn:oid:2.999.2.2", f"T{local}", test.display.split(" [")[0].upper()),
    ]


def _drug(drug: words.Drug) -> Json:
    local = _coding("urn:oid:2.999.2.3", f"M{drug.rxnorm}", drug.display.upper())
    return {"coding": [_coding(RXNORM, drug.rxnorm, drug.display), local], "text": drug.display}


def _dosage(drug: words.Drug) -> Json:
    return {
        "sequence": 1,
        "text": drug.sig,
        "timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}},
        "route": {"coding": [_coding(SNOMED, "26643006", "Oral route")], "text": "Oral"},
        "doseAndRate": [{"doseQuantity": {"value": 1, "unit": "tablet"}}],
    }
