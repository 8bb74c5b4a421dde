"""The other releases of FHIR: the same resources in the spellings of DSTU2, STU3 and R5."""

from __future__ import annotations

from typing import Any

from tests.dialects.plain import HL7, Plain, bundle, coded, milligrams, period
from tests.dialects.stories import Drug, Implant, Order, Problem, Report, Result, Visit
from tests.dialects.words import Json


class Stu3(Plain):
    """Statuses as strings, assertedDate, `taken`, ProcedureRequest, `context`, one reason concept for a list."""

    name = "stu3"

    def problem(self, problem: Problem) -> Any:
        made: Json = super().problem(problem) | {"verificationStatus": problem.verified}
        if problem.clinical:
            made["clinicalStatus"] = problem.clinical
        return made | {"assertedDate": made.pop("recordedDate")}

    def drug(self, drug: Drug) -> Any:
        return self.administration(drug) if drug.given else self.statement(drug)

    def statement(self, drug: Drug) -> Json:
        dosage = self.dosage(drug) | {"doseQuantity": milligrams(drug)}
        dosage.pop("doseAndRate", None)
        return super().statement(drug) | {"taken": "y", "dateAsserted": drug.start, "dosage": [dosage]}

    def result(self, result: Result) -> Any:
        flag = coded([{"system": "http://hl7.org/fhir/v2/0078", "code": "IND"}], "")
        return super().result(result) | {"interpretation": flag, "context": {"reference": "Encounter/gone"}}

    def order(self, order: Order) -> Any:
        return super().order(order) | {"resourceType": "ProcedureRequest"}

    def visit(self, visit: Visit) -> Any:
        made: Json = super().visit(visit)
        return made | {"reason": made.pop("reasonCode")}


class Dstu2(Stu3):
    """`patient` for `subject`, MedicationOrder with dateWritten and dateEnded, DiagnosticOrder with items, events."""

    name = "dstu2"
    patients = ("Condition", "MedicationOrder", "MedicationStatement", "MedicationAdministration", "Encounter")

    def bundle(self, resources: list[Json]) -> Json:
        return bundle("transaction", resources)

    def resource(self, kind: str, **members: Any) -> Json:
        made = super().resource(kind, **members)
        return made | {"patient": made.pop("subject")} if kind in self.patients else made

    def problem(self, problem: Problem) -> Json:
        made: Json = super().problem(problem)
        category = coded([{"system": "http://hl7.org/fhir/condition-category", "code": "diagnosis"}], "")
        return made | {"dateRecorded": made.pop("assertedDate"), "category": category}

    def drug(self, drug: Drug) -> Json:
        if drug.given:
            made: Json = self.administration(drug)
            return made | {"effectiveTimePeriod": made.pop("effectivePeriod"), "wasNotGiven": False}
        repeat = {"frequency": drug.times, "period": 1, "periodUnits": "d"}
        dosage = {"doseQuantity": milligrams(drug), "route": {"text": "oral"}, "timing": {"repeat": repeat}}
        return self.resource(
            "MedicationOrder", status="completed" if drug.end else "active", dateWritten=drug.start,
            dateEnded=drug.end, medicationCodeableConcept=self.drug_code(drug.word), dosageInstruction=[dosage],
        )  # fmt: skip

    def order(self, order: Order) -> Json:
        item = {"code": self.test_code(order.word), "status": "requested"}
        event = {"status": "requested", "dateTime": order.on}
        return self.resource("DiagnosticOrder", status="requested", item=[item], event=[event])

    def report(self, report: Report) -> Json:
        return super().report(report) | {"issued": f"{report.on}T10:00:00Z"}

    def visit(self, visit: Visit) -> Json:
        return super().visit(visit) | {"class": "emergency"}


class R5(Plain):
    """CodeableReference for drugs, orders and reasons; participants, DeviceUsage, adherence beside a statement."""

    name = "r5"

    def problem(self, problem: Problem) -> Json:
        author = coded([{"system": f"{HL7}provenance-participant-type", "code": "author"}], "")
        participant = {"function": author, "actor": {"reference": "Practitioner/x"}}
        return super().problem(problem) | {"participant": [participant]}

    def drug(self, drug: Drug) -> Json:
        made: Json = self.administration(drug) if drug.given else self.statement(drug)
        made["medication"] = {"concept": made.pop("medicationCodeableConcept")}
        if drug.given:
            return made | {"occurencePeriod": period(drug)} if made.pop("effectivePeriod") else made
        taking = {"system": "http://hl7.org/fhir/CodeSystem/medication-statement-adherence", "code": "taking"}
        return made | {"status": "recorded", "adherence": {"code": coded([taking], "")}}

    def order(self, order: Order) -> Json:
        return super().order(order) | {"code": {"concept": self.test_code(order.word)}}

    def report(self, report: Report) -> Json:
        return super().report(report) | {"conclusionCode": []}

    def implant(self, implant: Implant) -> list[Json]:
        kind = [self.concept(implant.word, ("snomed",))]
        device = {"resourceType": "Device", "id": "d", "status": "active", "type": kind}
        pointer = {"reference": {"reference": "Device/d"}}
        return [device, self.resource("DeviceUsage", status="active", device=pointer)]

    def visit(self, visit: Visit) -> Json:
        made: Json = super().visit(visit)
        reason = [{"value": [{"concept": concept} for concept in made.pop("reasonCode")]}]
        made |= {"class": [coded([made.pop("class")], "")], "reason": reason, "actualPeriod": made.pop("period")}
        return made
