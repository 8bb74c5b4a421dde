"""Beyond single countries: Australia, patient summaries that cross borders, OpenMRS."""

from __future__ import annotations

from typing import Any

from tests.dialects.envelopes import hook, searchsets
from tests.dialects.plain import HL7, SNOMED, Plain, Sent, bundle, coded, document, extension, milligrams, period
from tests.dialects.stories import Drug, Implant, Problem, Result, Story
from tests.dialects.words import Json, Word

ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"


class Australian(Plain):
    """AU Base: AMT and PBS codes, statuses with words, what is masked, moments of the east coast."""

    name = "australian"

    def sent(self, story: Story) -> Sent:
        return hook(searchsets(self.chart(story)))

    def problem(self, problem: Problem) -> Json:
        made: Json = super().problem(problem)
        if problem.clinical:
            made["clinicalStatus"] |= {"text": problem.clinical.capitalize()}
        item = {"system": f"{HL7}condition-category", "code": "problem-list-item"}
        return made | {"category": [coded([item], "Problem")]}

    def result(self, result: Result) -> Json:
        masked = [{"extension": [extension(ABSENT, Code="unknown")]}]
        return super().result(result) | {"performer": masked, "effectiveDateTime": f"{result.on}T08:05:00+10:00"}

    def drug_code(self, word: Word) -> Json:
        name = word.said().split()[0].capitalize()
        pbs = {"system": "http://pbs.gov.au/code/item", "code": "0000X", "display": word.said()}
        return coded([pbs, {"system": SNOMED, "code": word.snomed, "display": name}], name)

    def drug(self, drug: Drug) -> Json:
        moments = {name: f"{day}T00:00:00+10:00" for name, day in period(drug).items()}
        return super().statement(drug) | {"effectivePeriod": moments}


class Ips(Plain):
    """International Patient Summary: a document, its Composition first, and entries that say that nothing is known."""

    name = "ips"
    unknown = "http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips"

    def sent(self, story: Story) -> Sent:
        patient, *rest = self.chart(story)
        entries = [patient, *rest, *self.nothing_known(rest)]
        all_of_it = {"title": "All", "entry": [{"reference": f"{r['resourceType']}/{r['id']}"} for r in entries]}
        kind = coded([{"system": "http://loinc.org", "code": "60591-5"}], "Patient summary Document")
        first = self.resource("Composition", id="c", status="final", type=kind, section=[all_of_it])
        made = bundle("document", [first, *entries])
        for entry in made["entry"]:
            resource = entry["resource"]
            entry["fullUrl"] = f"https://ehr.example.org/{resource['resourceType']}/{resource['id']}"
        return document(made)

    def nothing_known(self, rest: list[Json]) -> list[Json]:
        """What a section holds that has nothing to tell."""
        allergies = self.resource("AllergyIntolerance", id="none", code=self.absent("no-allergy-info"))
        drugs = self.resource("MedicationStatement", id="none", status="unknown")
        drugs["medicationCodeableConcept"] = self.absent("no-known-medications")
        return [allergies] if any(r["resourceType"] == "Medication" for r in rest) else [allergies, drugs]

    def absent(self, code: str) -> Json:
        return coded([{"system": self.unknown, "code": code, "display": code.replace("-", " ").capitalize()}], "")

    def drug(self, drug: Drug) -> list[Json]:
        made: Json = super().statement(drug)
        strength = {"numerator": milligrams(drug), "denominator": {"value": 1, "unit": "Tablet (unit of presentation)"}}
        name = made.pop("medicationCodeableConcept")["text"].split()[0]
        ingredient = {"itemCodeableConcept": coded(drug.word.codings(("snomed",), "", name), ""), "strength": strength}
        medication = {"resourceType": "Medication", "id": "m", "code": {"text": name}, "ingredient": [ingredient]}
        return [made | {"medicationReference": {"reference": "Medication/m"}}, medication]

    def dosage(self, drug: Drug) -> Json:
        return super().dosage(drug) | {"doseAndRate": [{"doseQuantity": {"value": 1, "unit": "Tablet"}}]}

    def implant(self, implant: Implant) -> list[Json]:
        device: Json = super().implant(implant) | {"id": "d"}
        use = self.resource("DeviceUseStatement", status="active", device={"reference": "Device/d"})
        return [device, use | {"timingDateTime": "2020-01-01"}]


class OpenMrs(Plain):
    """OpenMRS: the concept's own id without a system, CIEL, SNOMED CT with a slash, the side in words, offsets."""

    name = "openmrs"

    def concept(self, word: Word, systems: tuple[str, ...], side: str = "") -> Json:
        words = word.said(side) if word.part or not side else f"{side.capitalize()} {word.said().lower()}"
        number = str(120_000 + sum(map(ord, word.text)))  # its own numbers, as long as real ones
        own = [
            {"code": number.ljust(36, "A"), "display": words},
            {"system": "https://cielterminology.org", "code": number},
        ]
        mapped = [{"system": f"{c['system']}/", "code": c["code"]} for c in word.codings(systems, side)]
        return coded([*own, *mapped], words)

    def place(self, word: Word, side: str) -> list[Json]:
        return []

    def problem(self, problem: Problem) -> Any:
        return super().problem(problem) | {"recordedDate": f"{problem.recorded}T06:37:26+03:00"}
