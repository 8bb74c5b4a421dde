"""Ways of writing the same chart down, and of adding to it what must not matter."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from copy import deepcopy
from random import Random
from typing import Any

from tests.fuzz.examples import Resource

Body = dict[str, Any]
Rewrite = Callable[[Any], Any]

_BASE = "https://example.org/fhir"
_DATE = re.compile(r"(\d{4})(-\d\d(-\d\d(T.*)?)?)?")
_CENTURIES = 500
# Its status says that it was a mistake; all other types have a plain status.
_VERIFIED = ("Condition", "AllergyIntolerance")
_VER_STATUS = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
_OIDS = {
    "http://snomed.info/sct": "urn:oid:2.16.840.1.113883.6.96",
    "http://loinc.org": "urn:oid:2.16.840.1.113883.6.1",
    "http://hl7.org/fhir/sid/icd-10-cm": "urn:oid:2.16.840.1.113883.6.90",
    "http://www.nlm.nih.gov/research/umls/rxnorm": "urn:oid:2.16.840.1.113883.6.88",
    "http://www.whocc.no/atc": "urn:oid:2.16.840.1.113883.6.73",
    "http://unitsofmeasure.org": "urn:oid:2.16.840.1.113883.6.8",
}
# Where each type belongs in a prefetch; family history has no key of its own and is read from any.
KEY_OF = {
    "Condition": "conditions",
    "Observation": "observations",
    "MedicationStatement": "medicationStatements",
    "MedicationRequest": "medicationRequests",
    "MedicationAdministration": "medicationAdministrations",
    "Procedure": "procedures",
    "ServiceRequest": "serviceRequests",
    "Device": "devices",
    "DiagnosticReport": "diagnosticReports",
}
UNASKED = "others"


# --- as Bundles ---


def bundle(resources: Iterable[Resource], kind: str = "collection") -> Body:
    """A Bundle of that type, with what such a Bundle has beside its resources."""
    return {"resourceType": "Bundle", "type": kind, "entry": [_entry(resource, kind) for resource in resources]}


def _entry(resource: Resource, kind: str) -> Body:
    name = f"{resource['resourceType']}/{resource.get('id', 'none')}"
    entry: Body = {"fullUrl": f"{_BASE}/{name}", "resource": resource}
    if kind in ("transaction", "batch", "history"):
        entry["request"] = {"method": "PUT", "url": name}
    if kind == "searchset":
        entry["search"] = {"mode": "match"}
    return entry


KINDS = ("collection", "searchset", "transaction", "batch", "document", "message", "history")


def bundled_anew(resources: list[Resource], random: Random) -> Body:
    """The same in a Bundle of another type, or in Bundles within Bundles and Parameters."""
    if random.random() < 0.5:
        return bundle(resources, random.choice(KINDS))
    cut = random.randrange(len(resources) + 1)
    inner = [bundle(part, random.choice(KINDS)) for part in (resources[:cut], resources[cut:])]
    if random.random() < 0.5:
        parameters = [{"name": "part", "resource": part} for part in inner]
        return bundle([{"resourceType": "Parameters", "id": "all", "parameter": parameters}])
    return bundle([bundle(inner[:1]), *inner[1:]])


def shuffled(values: list[Any], random: Random) -> list[Any]:
    return random.sample(values, len(values))


def repeated(resources: list[Resource], random: Random) -> list[Resource]:
    """Each one to three times."""
    return [deepcopy(resource) for resource in resources for _ in range(random.randint(1, 3))]


# --- as hook requests ---


def request(patient_id: str, prefetch: Body) -> Body:
    return {
        "hook": "patient-view",
        "hookInstance": "5d7d2b3e-8a53-4f0e-9d8e-0f6c5a1b2c3d",
        "context": {"userId": "Practitioner/example", "patientId": patient_id},
        "prefetch": prefetch,
    }


def prefetched(resources: list[Resource]) -> Body:
    """Every list under its own key, and what no key asks for under one more: elsewhere it would be a wrong answer."""
    lists: dict[str, list[Resource]] = {key: [] for key in (*KEY_OF.values(), UNASKED)}
    for resource in resources[1:]:
        lists[KEY_OF.get(resource["resourceType"], UNASKED)].append(resource)
    filled = {key: bundle(found, "searchset") for key, found in lists.items()}
    return {"patient": resources[0], **filled}


def under_other_keys(prefetch: Body, random: Random) -> Body:
    """The same values under keys that were never advertised."""
    renamed = {f"item{number}": value for number, value in enumerate(shuffled(list(prefetch.values()), random))}
    return {**renamed, "chart": bundle(list(prefetch.values())[:1])}


def dealt_out(resources: list[Resource], random: Random) -> Body:
    """Every resource under one to three of the keys, whichever.

    A list of which the chart has nothing stays empty: other resources in its place are no answer.
    """
    types = {resource["resourceType"] for resource in resources[1:]}
    lists: dict[str, list[Resource]] = {key: [] for type_, key in KEY_OF.items() if type_ in types} or {UNASKED: []}
    for resource in resources[1:]:
        for key in random.sample(sorted(lists), random.randint(1, min(3, len(lists)))):
            lists[key].append(resource)
    filled = {key: bundle(shuffled(found, random), random.choice(KINDS)) for key, found in lists.items()}
    filled |= {key: bundle([], "searchset") for key in KEY_OF.values() if key not in lists}
    return {"patient": resources[0], **dict(shuffled(list(filled.items()), random))}


# --- what must not matter ---


def body_weight(patient_id: str) -> Resource:
    return {
        "resourceType": "Observation",
        "id": "unrelated-weight",
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "29463-7", "display": "Body weight"}]},
        "subject": {"reference": f"Patient/{patient_id}"},
        "effectiveDateTime": "2026-11-01",
        "valueQuantity": {"value": 71, "unit": "kg", "system": "http://unitsofmeasure.org", "code": "kg"},
    }


def in_error(resource: Resource) -> Resource:
    """A copy that was entered by mistake, under an id of its own."""
    copy = {**deepcopy(resource), "id": f"{resource['id']}-error"}
    if resource["resourceType"] in _VERIFIED:
        copy["verificationStatus"] = {"coding": [{"system": _VER_STATUS, "code": "entered-in-error"}]}
        copy.pop("clinicalStatus", None)
    else:
        copy["status"] = "entered-in-error"
    return copy


def in_the_future(resource: Resource) -> Resource | None:
    """A copy with all its dates centuries ahead, under an id of its own; None when it has no dates."""
    copy = rewritten(resource, _later)
    return {**copy, "id": f"{resource['id']}-future"} if copy != resource else None


def _later(value: Any) -> Any:
    found = _DATE.fullmatch(value) if isinstance(value, str) else None
    return f"{int(found[1]) + _CENTURIES}{found[2] or ''}" if found else value


def with_oids(value: Any) -> Any:
    """Code systems named by their OIDs."""
    return rewritten(value, lambda leaf: _OIDS.get(leaf, leaf) if isinstance(leaf, str) else leaf)


def rewritten(value: Any, leaf: Rewrite) -> Any:
    """The same with every string, number, boolean and null passed through `leaf`."""
    if isinstance(value, dict):
        return {key: rewritten(member, leaf) for key, member in value.items()}
    return [rewritten(member, leaf) for member in value] if isinstance(value, list) else leaf(value)
