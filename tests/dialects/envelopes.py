"""Ways to send a chart, whatever its resources look like: servers, transactions, exports, prefetches, laboratories."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable
from typing import Any

from cds.fhir.prefetch import KEY_OF_NAME, KEYS
from tests.dialects.plain import DAY, NDJSON, PATIENT, PRINTED, Plain, Sent, bundle, coded, document
from tests.dialects.stories import Drug, Result, Story
from tests.dialects.words import Json, Word

SERVICE = "/cds-services/heel-numbness-patient-view"
BASE = "https://hapi.example.org/fhir"
INCLUDED = ("Medication", "FamilyMemberHistory")


def hook(prefetch: Json) -> Sent:
    """A call of the service as an EHR makes it."""
    context = {"userId": "Practitioner/example", "patientId": PATIENT}
    if "encounter" in prefetch:
        context["encounterId"] = prefetch["encounter"]["id"]
    call = {"hook": "patient-view", "hookInstance": str(uuid.uuid5(uuid.NAMESPACE_URL, BASE)), "context": context}
    return Sent(json.dumps(call | {"prefetch": prefetch}).encode(), SERVICE, "application/json")


def searchsets(resources: Iterable[Json]) -> Json:
    """A searchset for each key, empty ones too; what no key asks for is included with the prescriptions."""
    sets: dict[str, list[Json]] = {key: [] for key in KEYS if key not in ("patient", "encounter")}
    single: Json = {}
    for resource in resources:
        key = KEY_OF_NAME.get(resource["resourceType"], "medicationRequests")
        if key in sets:
            sets[key].append(resource)
        else:
            single[key] = resource
    return single | {key: searchset(found) for key, found in sets.items()}


def searchset(found: list[Json]) -> Json:
    """A searchset as servers answer it: full URLs, the total of matches, what is included beside them."""
    made = bundle("searchset", found)
    for entry in made["entry"]:
        resource = entry["resource"]
        entry["fullUrl"] = f"{BASE}/{resource['resourceType']}/{resource['id']}"
        entry["search"] = {"mode": "include" if resource["resourceType"] in INCLUDED else "match"}
    return made | {"total": sum(entry["search"]["mode"] == "match" for entry in made["entry"])}


def urns(transaction: Json) -> Json:
    """Resources without ids, named and referred to by urn:uuid."""
    names = {}
    for entry in transaction["entry"]:
        resource = entry["resource"]
        name = f"{resource['resourceType']}/{resource.pop('id')}"
        names[name] = entry["fullUrl"] = f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, name)}"
        entry["request"] = {"method": "POST", "url": resource["resourceType"]}
    text = json.dumps(transaction)
    for name, urn in names.items():
        text = text.replace(f'"reference": "{name}"', f'"reference": "{urn}"')
    made: Json = json.loads(text)
    return made


class Hapi(Plain):
    """A server of HAPI FHIR: one searchset of all, Medication included, versions, absolute references."""

    name = "hapi"

    def sent(self, story: Story) -> Sent:
        meta = {"versionId": "1", "lastUpdated": f"{DAY}T08:00:00.123+00:00"}
        found = searchset([resource | {"meta": meta} for resource in self.chart(story)])
        link = [{"relation": "self", "url": f"{BASE}/Patient?_id={PATIENT}&_revinclude=*"}]
        text = json.dumps(found | {"link": link})
        absolute = text.replace(f'"Patient/{PATIENT}"', f'"{BASE}/Patient/{PATIENT}/_history/1"')
        return Sent(absolute.encode())

    def drug(self, drug: Drug) -> list[Json]:
        made: Json = super().drug(drug)
        medication = {"resourceType": "Medication", "id": "m", "code": made.pop("medicationCodeableConcept")}
        return [made | {"medicationReference": {"reference": "Medication/m"}}, medication]


class Transaction(Plain):
    """A transaction of new resources: no ids, every pointer a urn:uuid, the patient last."""

    name = "transaction"

    def sent(self, story: Story) -> Sent:
        patient, *rest = self.chart(story)
        return document(urns(bundle("transaction", [*rest, patient])))


class Bulk(Plain):
    """Bulk Data: a line for each resource, grouped by type, nothing of a Bundle."""

    name = "bulk"

    def sent(self, story: Story) -> Sent:
        chart = sorted(self.chart(story), key=lambda resource: str(resource["resourceType"]))
        lines = [json.dumps(resource, separators=(",", ":")) for resource in chart]
        return Sent("\n".join([*lines, ""]).encode(), content_type=NDJSON)


class Prefetch(Plain):
    """A hook call with null for every empty list, and a hint as OperationOutcome beside data."""

    name = "prefetch"

    def sent(self, story: Story) -> Sent:
        issue = {"severity": "information", "code": "informational"}
        outcome = {"resource": {"resourceType": "OperationOutcome", "issue": [issue]}, "search": {"mode": "outcome"}}
        filled = searchsets(self.chart(story))
        for key, value in filled.items():
            if value["resourceType"] == "Bundle":
                filled[key] = value | {"entry": [*value["entry"], outcome]} if value["entry"] else None
        return hook({key: value for key, value in filled.items() if value is not None or key != "encounter"})


class Laboratory(Plain):
    """Messages of a laboratory turned into FHIR: LOINC, names in capitals, the unit as printed, numbers as strings."""

    name = "laboratory"

    def test_code(self, word: Word, side: str = "") -> Json:
        codings = [{"system": c["system"], "code": c["code"]} for c in word.codings(self.test_systems)]
        return coded(codings, f"{side} {word.said()}".strip().upper())

    def place(self, word: Word, side: str) -> list[Json]:
        return [] if word.loinc else super().place(word, side)

    def quantity(self, result: Result) -> Json:
        unit = PRINTED.get(result.unit, result.unit)
        return {"value": str(result.value)} | ({"unit": unit} if unit else {})

    def result(self, result: Result) -> Any:
        return super().result(result) | {"referenceRange": [{"text": "see report"}]}


class LaboratoryInWords(Laboratory):
    """The same from a sender that prints the value: "150 pg/mL" as text, nothing measured."""

    name = "laboratory-in-words"

    def result(self, result: Result) -> Json:
        made: Json = super().result(result)
        return made | {"valueString": " ".join(made.pop("valueQuantity").values())}


class Reports(Plain):
    """Results only inside the report that brings them, as contained resources."""

    name = "reports"

    def result(self, result: Result) -> Json:
        inner: Json = super().result(result) | {"id": "o1"}
        made = self.resource("DiagnosticReport", status="final", code={"text": "Laboratory report"})
        return made | {"effectiveDateTime": result.on, "contained": [inner], "result": [{"reference": "#o1"}]}
