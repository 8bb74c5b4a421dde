"""Systems of the United States: generated test patients, two EHRs, documents turned into FHIR, a research export."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, ClassVar

from tests.dialects.envelopes import hook, searchsets, urns
from tests.dialects.plain import HL7, NDJSON, SNOMED, Less, Plain, Sent, bundle, coded, document, extension, period
from tests.dialects.stories import Drug, Problem, Relative, Result, Story
from tests.dialects.words import Json, Word

CATEGORY = f"{HL7}condition-category"
ASSERTED = "http://hl7.org/fhir/StructureDefinition/condition-assertedDate"
CIPN = "cause.chemotherapy-induced-peripheral-neuropathy"


class Synthea(Plain):
    """Transaction of urn:uuid; text repeats the display, no body site, moments with offsets, courses without an end."""

    name = "synthea"
    less: ClassVar[Mapping[str, Less]] = {
        "metronidazole-long": Less(
            "a stopped prescription without an end: nobody knows that it lasted four weeks",
            {"tiers": {"cause.drug-metronidazole": "possible"}},
        )
    }

    def sent(self, story: Story) -> Sent:
        return document(urns(bundle("transaction", [dated(r) for r in self.chart(story)])))

    def concept(self, word: Word, systems: tuple[str, ...], side: str = "") -> Json:
        words = word.said(side)
        return coded(word.codings(systems, side, words), words)

    def place(self, word: Word, side: str) -> list[Json]:
        return []

    def result(self, result: Result) -> Json:
        laboratory = [coded([{"system": f"{HL7}observation-category", "code": "laboratory"}], "")]
        code = coded(result.word.codings(self.test_systems), result.said)
        return super().result(result) | {"category": laboratory, "code": code}

    def dosage(self, drug: Drug) -> Json:
        made = super().dosage(drug) | {"sequence": 1, "asNeededBoolean": False}
        made["timing"]["repeat"].pop("boundsPeriod", None)
        return made

    def request(self, drug: Drug) -> Json:
        return super().request(drug) | {"status": "stopped" if drug.end else "active"}


def dated(resource: Json) -> Json:
    """Every day as a moment with an offset."""
    ends = ("DateTime", "Date", "authoredOn", "start", "end")
    made = {key: dated(value) if isinstance(value, dict) else value for key, value in resource.items()}
    days = (key for key in made if key.endswith(ends) and key != "birthDate")
    return made | {key: f"{made[key]}T09:12:44-05:00" for key in days}


class Epic(Plain):
    """Local oids beside SNOMED CT and ICD-10-CM, the side in words, assertedDate, drugs by reference, searchsets."""

    name = "epic"
    problem_systems = ("icd", "snomed")
    local = "urn:oid:1.2.840.114350.1.13.0.1.7.2.696871"

    def sent(self, story: Story) -> Sent:
        return hook(searchsets(self.chart(story)))

    def concept(self, word: Word, systems: tuple[str, ...], side: str = "") -> Json:
        words = f"{word.said()}, {side}" if side and not word.part else word.said(side)
        local = {"system": self.local, "code": "1491234", "display": words}
        return coded([*word.codings(systems, side), local], words)

    def place(self, word: Word, side: str) -> list[Json]:
        return []

    def problem(self, problem: Problem) -> Json:
        made = super().problem(problem)
        made["extension"] = [extension(ASSERTED, DateTime=made.pop("recordedDate"))]
        item = {"system": CATEGORY, "code": "problem-list-item", "display": "Problem List Item"}
        slices = [coded([item], "Problem List Item"), coded([{"system": SNOMED, "code": "439401001"}], "")]
        return made | {"category": slices}

    def drug(self, drug: Drug) -> list[Json]:
        made: Json = super().drug(drug)
        words = drug.word.said()
        code = made.pop("medicationCodeableConcept")
        code["coding"] += [{"system": "urn:oid:2.16.840.1.113883.6.253", "code": "12345", "display": words}]
        pointer = {"medicationReference": {"reference": "Medication/m", "display": words}}
        return [made | pointer, {"resourceType": "Medication", "id": "m", "code": code}]

    def statement(self, drug: Drug) -> Json:
        """US Core has no MedicationStatement: what a patient reports is a plan."""
        return self.request(drug) | {"intent": "plan", "reportedBoolean": True}


class Oracle(Epic):
    """The tenant's nomenclature beside the standard codes, contained Medication, onset as a period without an end."""

    name = "oracle"
    problem_systems = ("snomed",)
    local = "https://fhir.cerner.com/ec2458f2-1e24-41c8-b71b-0e701af7583d/nomenclature"

    def problem(self, problem: Problem) -> Json:
        made = super().problem(problem) | {"recordedDate": problem.recorded}
        made.pop("extension")
        onset = made.pop("onsetDateTime", None)
        return made | ({"onsetPeriod": {"start": onset}} if onset else {})

    def drug(self, drug: Drug) -> list[Json]:
        made, medication = super().drug(drug)
        return [made | {"medicationReference": {"reference": "#m"}, "contained": [medication]}]


class Ccda(Plain):
    """Documents turned into FHIR: systems as oids, nothing said of what is active, assertedDate, units in words."""

    name = "ccda"
    problem_systems = ("snomed", "icd")
    oids: ClassVar[Mapping[str, str]] = {
        SNOMED: "urn:oid:2.16.840.1.113883.6.96",
        "http://loinc.org": "urn:oid:2.16.840.1.113883.6.1",
        "http://hl7.org/fhir/sid/icd-10-cm": "urn:oid:2.16.840.1.113883.6.90",
        "http://www.nlm.nih.gov/research/umls/rxnorm": "urn:oid:2.16.840.1.113883.6.88",
    }

    def bundle(self, resources: list[Json]) -> Json:
        return bundle("batch", resources)

    def concept(self, word: Word, systems: tuple[str, ...], side: str = "") -> Json:
        codings = [coding | {"system": self.oids[coding["system"]]} for coding in word.codings(systems, side)]
        return coded(codings, word.said(side))

    def problem(self, problem: Problem) -> Json:
        made: Json = super().problem(problem)
        if problem.verified == "confirmed":
            made.pop("verificationStatus")
        if problem.clinical == "active":
            made.pop("clinicalStatus")
        return made | {"extension": [extension(ASSERTED, DateTime=made.pop("recordedDate"))]}

    def quantity(self, result: Result) -> Json:
        return {"value": result.value, "unit": result.unit}

    def drug(self, drug: Drug) -> Json:
        return self.resource(
            "MedicationStatement", medicationCodeableConcept=self.drug_code(drug.word), effectivePeriod=period(drug),
            dosage=[self.dosage(drug)],
        )  # fmt: skip

    def dosage(self, drug: Drug) -> Json:
        route = {"system": "urn:oid:2.16.840.1.113883.3.26.1.1", "code": "C38276" if drug.given else "C38288"}
        return super().dosage(drug) | {"route": coded([route], "")}

    def relative(self, relative: Relative) -> Json:
        father = {"system": "urn:oid:2.16.840.1.113883.5.111", "code": "FTH"}
        return super().relative(relative) | {"relationship": coded([father], "")}


class CcdaInWords(Ccda):
    """The same where the sender had no code for a problem: words, and why there is no code. Words alone are weak."""

    name = "ccda-in-words"
    less: ClassVar[Mapping[str, Less]] = {
        "diabetes-with-hba1c": Less(
            "diabetes in words", {"tiers": {"cause.diabetic-peripheral-neuropathy": "possible"}}
        ),
        "diabetes-without-hba1c": Less(
            "diabetes in words", {"tiers": {"cause.diabetic-peripheral-neuropathy": "possible"}}
        ),
        "limb-ischemia": Less("arterial disease is not told apart", {}),
        "compartment-syndrome": Less("a fracture in words is possible", {}),
        "ulcer-and-infection": Less("diabetes in words, with one foot numb, is left to exclude", {}),
        "tarsal-tunnel": Less("the diagnosis in words", {"tiers": {"cause.tarsal-tunnel-syndrome": "possible"}}),
    }

    def problem(self, problem: Problem) -> Json:
        url = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
        absent = coded([{"system": f"{HL7}data-absent-reason", "code": "unknown"}], problem.word.said(problem.side))
        return super().problem(problem) | {"code": absent | {"extension": [extension(url, Code="unknown")]}}


class Mimic(Plain):
    """A research export (MIMIC-IV): ICD-10-CM without dots, items and drug names as codes; no status, no onset."""

    name = "mimic"
    base = "http://mimic.mit.edu/fhir/mimic/CodeSystem/mimic"
    apart: ClassVar[Mapping[str, str]] = {"asked": "no onset is ever told, so it is asked"}
    less: ClassVar[Mapping[str, Less]] = {
        "vincristine-during": Less("unknown onset is tier 2", {"tiers": {CIPN: "possible"}}),
        "cisplatin-coasting": Less("unknown onset is tier 2", {"tiers": {CIPN: "possible"}}),
        "metronidazole-long": Less("unknown onset is tier 2", {"tiers": {"cause.drug-metronidazole": "possible"}}),
        "ciprofloxacin": Less("unknown onset is tier 2", {"tiers": {"cause.drug-fluoroquinolone": "possible"}}),
        "isoniazid-without-pyridoxine": Less("the card cannot say that the timing fits", {}),
        "compartment-syndrome": Less("a diagnosis is billed or not: none is provisional", {}),
        "refuted-resolved-in-error": Less(
            "what is over is told as what is not",
            {"at_most": {"cause.hypothyroidism": "possible", "cause.vitamin-b12-deficiency": "to-exclude"}},
        ),
        "symptom-over": Less("what is over is told as what is not", {"silent": None, "red_flags": {}}),
    }

    def sent(self, story: Story) -> Sent:
        return Sent("\n".join(json.dumps(r) for r in self.chart(story)).encode(), content_type=NDJSON)

    def problem(self, problem: Problem) -> list[Json]:
        """A billed diagnosis of a stay; what was refuted is not billed."""
        if problem.verified in ("refuted", "entered-in-error"):
            return []
        code = problem.word.code("icd", problem.side).replace(".", "") or "unknown"
        words = problem.word.said(problem.side)
        coding = {"system": f"{self.base}-diagnosis-icd10", "code": code, "display": words}
        day = problem.recorded
        time = {"start": day, "end": problem.ended or day}
        stay = self.resource("Encounter", id=f"e-{day}", status="finished", period=time)
        made = self.resource("Condition", code=coded([coding], ""), encounter={"reference": f"Encounter/e-{day}"})
        return [stay, made | {"category": [coded([{"system": CATEGORY, "code": "encounter-diagnosis"}], "")]}]

    def result(self, result: Result) -> Json:
        item = {"system": f"{self.base}-d-labitems", "code": "50852", "display": result.said}
        value = {"value": result.value, "unit": result.unit, "system": f"{self.base}-units", "code": result.unit}
        moment = f"{result.on}T06:10:00-04:00"
        members: Json = {"code": coded([item], ""), "effectiveDateTime": moment, "valueQuantity": value}
        return self.resource("Observation", status="final", **members)

    def drug(self, drug: Drug) -> list[Json]:
        made: Json = super().drug(drug)
        name = made.pop("medicationCodeableConcept")["text"]
        code = coded([{"system": f"{self.base}-medication-name", "code": name}], "")
        pointer = {"medicationReference": {"reference": "Medication/m"}}
        return [made | pointer, {"resourceType": "Medication", "id": "m", "code": code}]

    def relative(self, relative: Relative) -> Any:
        return []
