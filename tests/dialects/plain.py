"""The plain telling: FHIR R4 as HL7 describes it. Every dialect is a writer that says some of it in its own way."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from tests.dialects.stories import (
    DAY,
    Drug,
    Fact,
    Implant,
    Order,
    Problem,
    Relative,
    Report,
    Result,
    Sign,
    Story,
    Visit,
)
from tests.dialects.words import Json, Word

PATIENT = "p"
HL7 = "http://terminology.hl7.org/CodeSystem/"
NDJSON = "application/fhir+ndjson"
UCUM = "http://unitsofmeasure.org"
SNOMED = "http://snomed.info/sct"
# Units as laboratories print them.
PRINTED = {"mL/min/{1.73_m2}": "mL/min/1.73m2", "m[IU]/L": "mIU/L", "{ratio}": ""}
FEET = {"left": "22335008", "right": "7769000", "both": "8580001"}
LEGS = {"left": "Left leg", "right": "Right leg", "both": "Both legs"}
OF_PATIENT = ("FamilyMemberHistory", "Device")


@dataclass(frozen=True, slots=True)
class Sent:
    """A body and where it is posted."""

    body: bytes
    path: str = f"/evaluate?asOf={DAY}"
    content_type: str = "application/fhir+json"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Less:
    """A dialect that truly says less of a story: why, and what must be concluded from what it does say."""

    why: str
    expect: Mapping[str, Any]


class Plain:
    """SNOMED CT, LOINC and RxNorm, sites in bodySite, every status and date, in a collection."""

    name = "plain"
    problem_systems: ClassVar[tuple[str, ...]] = ("snomed",)
    test_systems: ClassVar[tuple[str, ...]] = ("loinc",)
    drug_systems: ClassVar[tuple[str, ...]] = ("rxnorm",)
    # stories of which it truly says less, and parts of what is concluded that it cannot settle: each with the reason
    less: ClassVar[Mapping[str, Less]] = {}
    apart: ClassVar[Mapping[str, str]] = {}

    def sent(self, story: Story) -> Sent:
        """The whole call."""
        return document(self.bundle(self.chart(story)))

    def chart(self, story: Story) -> list[Json]:
        """Patient and facts as resources."""
        return [self.patient(), *self.numbered(made for fact in story.facts for made in self.written(fact))]

    def numbered(self, resources: Iterable[Json]) -> list[Json]:
        """The same with ids."""
        return [{"id": f"{r['resourceType'].lower()}-{n}"} | r for n, r in enumerate(resources, 1)]

    def bundle(self, resources: list[Json]) -> Json:
        """A Bundle of everything."""
        return bundle("collection", resources)

    def patient(self) -> Json:
        return {"resourceType": "Patient", "id": PATIENT, "gender": "female", "birthDate": "1964-03-01"}

    def written(self, fact: Fact) -> list[Json]:
        """The resources that one fact needs."""
        made = getattr(self, type(fact).__name__.lower())(fact)
        return made if isinstance(made, list) else [made]

    def resource(self, kind: str, **members: Any) -> Json:
        """A resource of the patient; empty members are left out."""
        whose = "patient" if kind in OF_PATIENT else "subject"
        made = {"resourceType": kind, whose: {"reference": f"Patient/{PATIENT}"}} | members
        return {name: value for name, value in made.items() if value not in (None, "", [], {})}

    # --- concepts ---

    def concept(self, word: Word, systems: tuple[str, ...], side: str = "") -> Json:
        """A CodeableConcept."""
        return coded(word.codings(systems, side), word.said())

    def problem_code(self, problem: Problem) -> Json:
        return self.concept(problem.word, self.problem_systems, problem.side)

    def test_code(self, word: Word, side: str = "") -> Json:
        return self.concept(word, self.test_systems, side)

    def drug_code(self, word: Word) -> Json:
        return self.concept(word, self.drug_systems)

    def place(self, word: Word, side: str) -> list[Json]:
        """The body site."""
        if not side:
            return []
        if word.part == "leg":
            return [coded([{"system": SNOMED, "code": "61685007", "display": "Lower limb structure"}], LEGS[side])]
        return [coded([{"system": SNOMED, "code": FEET[side]}], f"{side.capitalize()} {word.part or 'foot'}")]

    # --- resources ---

    def problem(self, problem: Problem) -> Any:
        return self.resource(
            "Condition", clinicalStatus=status("condition-clinical", problem.clinical),
            verificationStatus=status("condition-ver-status", problem.verified), code=self.problem_code(problem),
            bodySite=self.place(problem.word, problem.side), onsetDateTime=problem.onset,
            abatementDateTime=problem.ended, recordedDate=problem.recorded,
        )  # fmt: skip

    def result(self, result: Result) -> Any:
        place = self.place(result.word, result.side)
        return self.resource(
            "Observation", status="final", code=self.test_code(result.word, result.side), effectiveDateTime=result.on,
            bodySite=place[0] if place else None, valueQuantity=self.quantity(result),
        )  # fmt: skip

    def quantity(self, result: Result) -> Json:
        return {"value": result.value, "unit": result.unit, "system": UCUM, "code": result.unit}

    def sign(self, sign: Sign) -> Any:
        return self.resource(
            "Observation", status="final", code={"text": sign.word.said()}, effectiveDateTime=sign.on,
            valueString=sign.found,
        )  # fmt: skip

    def drug(self, drug: Drug) -> Any:
        if drug.given:
            return self.administration(drug)
        if drug.reported:
            return self.statement(drug)
        return self.request(drug)

    def request(self, drug: Drug) -> Any:
        return self.resource(
            "MedicationRequest", status="completed" if drug.end else "active", intent="order",
            medicationCodeableConcept=self.drug_code(drug.word), authoredOn=drug.start,
            dosageInstruction=[self.dosage(drug)],
        )  # fmt: skip

    def statement(self, drug: Drug) -> Any:
        return self.resource(
            "MedicationStatement", status="completed" if drug.end else "active", effectivePeriod=period(drug),
            medicationCodeableConcept=self.drug_code(drug.word), dosage=[self.dosage(drug)],
        )  # fmt: skip

    def administration(self, drug: Drug) -> Any:
        return self.resource(
            "MedicationAdministration", status="completed", medicationCodeableConcept=self.drug_code(drug.word),
            effectivePeriod=period(drug),
            dosage={"route": {"text": "intravenous"}, "dose": milligrams(drug)},
        )  # fmt: skip

    def dosage(self, drug: Drug) -> Json:
        """How it is taken, and until when."""
        repeat: Json = {"frequency": drug.times, "period": 1, "periodUnit": "d"}
        if drug.end:
            repeat["boundsPeriod"] = period(drug)
        dose = [{"doseQuantity": milligrams(drug)}]
        return {"timing": {"repeat": repeat}, "route": {"text": "oral"}, "doseAndRate": dose}

    def order(self, order: Order) -> Any:
        return self.resource(
            "ServiceRequest", status="active", intent="order", code=self.test_code(order.word), authoredOn=order.on
        )

    def report(self, report: Report) -> Any:
        return self.resource(
            "DiagnosticReport", status="final", code=self.test_code(report.word), effectiveDateTime=report.on,
            conclusion=report.conclusion,
        )  # fmt: skip

    def implant(self, implant: Implant) -> Any:
        return self.resource("Device", status="active", type=self.concept(implant.word, ("snomed",)))

    def relative(self, relative: Relative) -> Any:
        code = self.concept(relative.word, self.problem_systems)
        father = coded([{"system": f"{HL7}v3-RoleCode", "code": "FTH"}], "father")
        return self.resource("FamilyMemberHistory", status="completed", relationship=father, condition=[{"code": code}])

    def visit(self, visit: Visit) -> Any:
        kind = {"system": f"{HL7}v3-ActCode", "code": "EMER"}
        reason = [{"text": visit.word.said()}]
        return self.resource(
            "Encounter", status="in-progress", period={"start": DAY}, reasonCode=reason, **{"class": kind}
        )


# --- what all writers use ---


def coded(codings: list[Json], text: str) -> Json:
    """A CodeableConcept of codings and words; without words where there are none."""
    return ({"coding": codings} if codings else {}) | ({"text": text} if text else {})


def extension(url: str, **value: Any) -> Json:
    """An extension: extension(url, Code="unknown")."""
    ((kind, told),) = value.items()
    return {"url": url, f"value{kind}": told}


def status(system: str, word: str) -> Json | None:
    """A status as R4 codes it."""
    return {"coding": [{"system": HL7 + system, "code": word}]} if word else None


def period(drug: Drug) -> Json:
    """From the first day to the last, as far as it is over."""
    return {"start": drug.start} | ({"end": drug.end} if drug.end else {})


def milligrams(drug: Drug) -> Json:
    return {"value": drug.mg, "unit": "mg", "system": UCUM, "code": "mg"}


def bundle(kind: str, resources: Iterable[Json], **members: Any) -> Json:
    """A Bundle without anything in its entries but the resources."""
    return {"resourceType": "Bundle", "type": kind, "entry": [{"resource": r} for r in resources]} | members


def document(body: Json) -> Sent:
    """A body for /evaluate."""
    return Sent(json.dumps(body).encode())
