"""National profiles of Europe: Britain twice, Germany and the Netherlands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from tests.dialects.plain import SNOMED, Plain, bundle, coded, extension, milligrams, period
from tests.dialects.releases import Stu3
from tests.dialects.stories import Drug, Problem, Result
from tests.dialects.words import Json, Word

DE = "http://fhir.de"


class UkCore(Plain):
    """UK Core: SNOMED CT with descriptions, dm+d, laboratory codes of the UK edition, units as they are printed."""

    name = "uk-core"
    described = "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-CodingSCTDescDisplay"
    units: ClassVar[Mapping[str, str]] = {"mL/min/{1.73_m2}": "mL/min/1.73m*2", "m[IU]/L": "mU/L", "{ratio}": ""}

    def concept(self, word: Word, systems: tuple[str, ...], side: str = "") -> Json:
        described = {"extension": [extension(self.described, String=word.said())]}
        return coded([coding | described for coding in word.codings(systems, side)], word.said())

    def test_code(self, word: Word, side: str = "") -> Json:
        code = word.uk or word.snomed
        return coded([{"system": SNOMED, "code": code, "display": word.said()}] if code else [], word.said())

    def drug_code(self, word: Word) -> Json:
        words = word.said().replace(" MG Oral Tablet", "mg tablets").replace(" MG/ML Injectable", "mg/ml")
        return coded([{"system": "https://dmd.nhs.uk", "code": word.snomed, "display": words}], "")

    def quantity(self, result: Result) -> Json:
        value, unit = result.si or (result.value, self.units.get(result.unit, result.unit))
        return {"value": value} | ({"unit": unit} if unit else {})

    def dosage(self, drug: Drug) -> Json:
        often = {1: "once a day", 2: "twice a day", 3: "three times a day"}[drug.times]
        made = {"text": f"{drug.mg}mg {often}", "route": coded([{"system": SNOMED, "code": "26643006"}], "")}
        bounds = super().dosage(drug)["timing"]["repeat"].get("boundsPeriod")
        return made | ({"timing": {"repeat": {"boundsPeriod": bounds}}} if bounds else {})


class GpConnect(Stu3):
    """British practices (GP Connect, STU3): a problem is a header and an observation; statement, plan, Medication."""

    name = "gp-connect"
    actual = "https://fhir.nhs.uk/STU3/StructureDefinition/Extension-CareConnect-GPC-ActualProblem-1"

    def problem(self, problem: Problem) -> list[Json]:
        """The header holds status and dates; the entry itself is an observation without a value, and cannot doubt."""
        header: Json = super().problem(problem)
        if problem.verified != "confirmed":
            return [header]
        entry = self.resource("Observation", id=f"o-{problem.word.snomed}", status="final", code=header["code"])
        entry |= {"effectiveDateTime": problem.onset or problem.recorded, "comment": problem.word.said(problem.side)}
        pointer = {"reference": f"Observation/{entry['id']}"}
        return [header | {"extension": [extension(self.actual, Reference=pointer)]}, entry]

    def drug(self, drug: Drug) -> list[Json]:
        statement: Json = self.statement(drug) | {"taken": "unk"}
        statement.pop("medicationCodeableConcept")
        pointer = {"medicationReference": {"reference": "Medication/m"}}
        plan = self.resource("MedicationRequest", status=statement["status"], intent="plan", authoredOn=drug.start)
        emis = {"system": "https://fhir.hl7.org.uk/Id/emis-drug-codes", "code": "X1", "display": drug.word.said()}
        code = coded([emis, *drug.word.codings(("snomed",))], "")
        return [statement | pointer, plan | pointer, {"resourceType": "Medication", "id": "m", "code": code}]


class German(Plain):
    """ISiK and the Medical Informatics Initiative: ICD-10-GM with side and certainty, PZN, ATC, ingredients, German."""

    name = "german"

    def problem_code(self, problem: Problem) -> Json:
        word = problem.word
        side = {"left": "L", "right": "R", "both": "B"}.get(problem.side)
        certainty = {"confirmed": "G", "provisional": "V", "refuted": "A"}.get(problem.verified)
        told = {"seitenlokalisation": side, "icd-10-gm-diagnosesicherheit": certainty}
        added = [self.added(name, code) for name, code in told.items() if code]
        gm = [c | {"version": "2026", "extension": added} for c in word.codings(("gm",), "", word.german)]
        return coded([*gm, *word.codings(("snomed",), "", word.german)], word.german or word.said())

    def added(self, name: str, code: str) -> Json:
        system = f"https://fhir.kbv.de/CodeSystem/KBV_CS_SFHIR_{name.upper().replace('-', '_')}"
        return extension(f"{DE}/StructureDefinition/{name}", Coding={"system": system, "code": code})

    def concept(self, word: Word, systems: tuple[str, ...], side: str = "") -> Json:
        return coded(word.codings(systems, side, word.german), word.german or word.said())

    def place(self, word: Word, side: str) -> list[Json]:
        """In words, where no code of ICD-10-GM carries the side."""
        words = {"left": "links", "right": "rechts", "both": "beidseits"}
        part = {"leg": "Unterschenkel"}.get(word.part, "Fuß")
        return [{"text": f"{part} {words[side]}"}] if side and not word.gm else []

    def drug(self, drug: Drug) -> list[Json]:
        made: Json = super().drug(drug)
        made.pop("medicationCodeableConcept")
        pzn = {"system": f"{DE}/CodeSystem/ifa/pzn", "code": "00000000"}  # no real one: products come and go
        atc = {"system": f"{DE}/CodeSystem/bfarm/atc", "version": "2026", "code": drug.word.atc}
        name = drug.word.said().split()[0].capitalize()
        strength = {"numerator": milligrams(drug), "denominator": {"value": 1, "unit": "Tablette"}}
        ingredient = {"itemCodeableConcept": {"text": name}, "strength": strength}
        medication = {"resourceType": "Medication", "id": "m", "code": coded([pzn, atc], f"{name} Hausmarke")}
        return [
            made | {"medicationReference": {"reference": "Medication/m"}},
            medication | {"ingredient": [ingredient]},
        ]

    def dosage(self, drug: Drug) -> Json:
        oral = {"system": "http://standardterms.edqm.eu", "code": "20053000", "display": "Zum Einnehmen"}
        dose = [{"doseQuantity": {"value": 1, "unit": "Tablette(n)"}}]
        return super().dosage(drug) | {"route": coded([oral], ""), "doseAndRate": dose}


class Dutch(Plain):
    """nl-core: codes without words, the side an extension of the site, drugs under an oid that is the entry's URL."""

    name = "dutch"
    oid = "urn:oid:2.16.840.1.113883.2.4.4.10.60674"
    nhg = "https://referentiemodel.nhg.org/tabellen/nhg-tabel-45-diagnostische-bepalingen"
    laterality = "http://nictiz.nl/fhir/StructureDefinition/ext-AnatomicalLocation.Laterality"
    names: ClassVar[Mapping[str, str]] = {
        "ciprofloxacin": "ciprofloxacine", "cisplatin": "cisplatine", "isoniazid": "isoniazide",
        "metronidazole": "metronidazol",
    }  # fmt: skip

    def dosage(self, drug: Drug) -> Json:
        bounds = {"timing": {"repeat": {"boundsPeriod": period(drug)}}} if drug.end else {}
        return {"text": f"{drug.times} maal per dag 1 tablet"} | bounds

    def bundle(self, resources: list[Json]) -> Json:
        made = bundle("collection", resources)
        for entry in made["entry"]:
            resource = entry["resource"]
            name = f"{resource['resourceType']}/{resource['id']}"
            entry["fullUrl"] = self.oid if name == "Medication/m" else f"https://example.nl/fhir/{name}"
            if entry["fullUrl"] == self.oid:
                del resource["id"]
        return made

    def problem_code(self, problem: Problem) -> Json:
        icd = problem.word.gm[:5]  # the categories of the WHO
        nl = [{"system": "http://hl7.org/fhir/sid/icd-10-nl", "code": icd}] if icd else []
        return coded([*nl, *self.bare(problem.word, "snomed")], "")

    def test_code(self, word: Word, side: str = "") -> Json:
        return coded([{"system": self.nhg, "code": "0"}, *self.bare(word, "loinc")], "")

    def bare(self, word: Word, system: str) -> list[Json]:
        """Codings without a display."""
        return [{"system": c["system"], "code": c["code"]} for c in word.codings((system,))]

    def place(self, word: Word, side: str) -> list[Json]:
        code = {"left": "7771000", "right": "24028007", "both": "51440002"}.get(side)
        told = extension(self.laterality, CodeableConcept=coded([{"system": SNOMED, "code": code}], ""))
        site = {"system": SNOMED, "code": "61685007" if word.part == "leg" else "56459004"}
        return [{"extension": [told], "coding": [site]}] if side else []

    def drug(self, drug: Drug) -> list[Json]:
        made: Json = super().drug(drug)
        made.pop("medicationCodeableConcept")
        name = drug.word.said().split()[0]
        words = f"{self.names.get(name, name)} {drug.mg}mg tablet".upper()
        pointer = {"medicationReference": {"reference": self.oid, "display": words}}
        return [made | pointer, {"resourceType": "Medication", "id": "m", "code": {"text": words}}]
