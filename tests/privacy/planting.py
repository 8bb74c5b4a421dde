"""Canaries: words that no program of ours would write, in the place of everything that tells of a person."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

STEM = "zqcanary"
BIRTH_DATE = "1931-03-09"
VALUE = 718281.5
CANARIES = (STEM, BIRTH_DATE, str(VALUE))

# Members that say of what kind something is. Without them nothing would be read and no card would come.
_STRUCTURAL = """
resourceType type hook status clinicalStatus verificationStatus category system code unit use intent gender
comparator language mode method contentType fhirVersion
""".split()
_OUR_KEYS = """
patient conditions observations medicationStatements medicationRequests medicationAdministrations procedures
serviceRequests devices diagnosticReports encounter
""".split()
_DATE = re.compile(r"\d{4}(-\d\d(-\d\d(T.*)?)?)?Z?")
_ID = re.compile(r"[A-Za-z0-9.-]+")


def planted(document: Any) -> Any:
    """The document with canaries in every id, reference, name, address, note, text and birth date, and beside them."""
    return _planted(document, "")


def planted_lines(body: bytes) -> bytes:
    """The same for a file of one resource a line."""
    return b"\n".join(json.dumps(planted(json.loads(line))).encode() for line in body.splitlines())


def _planted(value: Any, name: str) -> Any:
    if isinstance(value, dict):
        members = {_named(key, name): _planted(member, key) for key, member in value.items()}
        return {**members, **_extras(members)} if "resourceType" in value else members
    if isinstance(value, list):
        return [_planted(member, name) for member in value]
    return _word(value, name) if isinstance(value, str) else value


def _named(key: str, holder: str) -> str:
    """Keys of a prefetch are the sender's own unless they are ours."""
    return f"{STEM}{key}" if holder == "prefetch" and key not in _OUR_KEYS else key


def _word(text: str, name: str) -> str:
    if name == "birthDate":
        return BIRTH_DATE
    if name in _STRUCTURAL or _DATE.fullmatch(text):
        return text
    if name in ("id", "patientId", "userId", "encounterId", "reference", "fullUrl"):
        return _pointer(text)
    return f"{text} {STEM}-{name}"


def _pointer(text: str) -> str:
    """An id, or a reference to one; the same id becomes the same everywhere."""
    before, slash, id_ = text.rpartition("/")
    return f"{before}{slash}{STEM}.{id_}"[:200] if _ID.fullmatch(id_) else f"{text}{STEM}"


def _extras(resource: dict[str, Any]) -> dict[str, Any]:
    """Members that any resource may carry, and one that nobody knows."""
    if resource["resourceType"] in ("Bundle", "Parameters"):
        return {f"{STEM}Member": STEM}
    return {
        f"{STEM}Member": STEM,
        "identifier": [{"system": f"urn:oid:{STEM}", "value": f"{STEM}-mrn"}],
        "text": {"status": "generated", "div": f"<div>{STEM}-narrative</div>"},
        "language": resource.get("language", "en"),
    }


# --- what goes wrong ---

Breaking = Callable[[Any], bytes]


def _changed(change: Callable[[Any], None]) -> Breaking:
    def broken(document: Any) -> bytes:
        copy = deepcopy(document)
        change(copy)
        return json.dumps(copy).encode()

    return broken


def resources(value: Any) -> Iterator[dict[str, Any]]:
    """Every resource in a document, at any depth."""
    if isinstance(value, dict):
        if isinstance(value.get("resourceType"), str):
            yield value
        for member in value.values():
            yield from resources(member)
    elif isinstance(value, list):
        for member in value:
            yield from resources(member)


def _of_wrong_types(document: Any) -> None:
    for resource in resources(document):
        resource["code" if resource["resourceType"] != "Patient" else "birthDate"] = [f"{STEM}-retyped"]


def _of_unknown_types(document: Any) -> None:
    for number, resource in enumerate(resources(document)):
        if resource["resourceType"] != "Bundle" and number % 2:
            resource["resourceType"] = f"{STEM}Type"


def _with_bad_values(document: Any) -> None:
    for resource in resources(document):
        if resource["resourceType"] == "Observation":
            resource["valueQuantity"] = {"value": VALUE, "unit": f"{STEM}/L", "code": STEM}


def _with_other_subjects(document: Any) -> None:
    for number, resource in enumerate(resources(document)):
        if "subject" in resource:
            resource["subject"] = {"reference": f"Patient/{STEM}-{number % 3}"}


def _with_more_patients(document: Any) -> None:
    extra = [{"resource": {"resourceType": "Patient", "id": f"{STEM}-more{n}"}} for n in range(3)]
    for resource in resources(document):
        if resource["resourceType"] == "Bundle":
            resource["entry"] = [*(resource.get("entry") or ()), *extra]
            return


def _in_envelope(**members: Any) -> Breaking:
    return _changed(lambda document: document.update(members))


def _failed_search() -> dict[str, Any]:
    issue = {"severity": "error", "code": "exception", "diagnostics": f"{STEM}-diagnostics"}
    return {"resourceType": "OperationOutcome", "issue": [issue]}


def _bytes_of(document: Any) -> bytes:
    return json.dumps(document).encode()


ANY: dict[str, Breaking] = {
    "whole": _bytes_of,
    "cut off": lambda document: _bytes_of(document)[: len(_bytes_of(document)) // 2],
    "not UTF-8": lambda document: _bytes_of(document).replace(STEM.encode(), STEM.encode() + b"\xe4"),
    "not a number": lambda document: _bytes_of(document).replace(b": ", b": NaN, ", 1),
    "in a list": lambda document: _bytes_of([document]),
    "as a text": lambda document: _bytes_of(json.dumps(document)),
    "too large": lambda document: _bytes_of(document) + b" " * 1_000_000,
    "wrong types": _changed(_of_wrong_types),
    "unknown types": _changed(_of_unknown_types),
    "bad values": _changed(_with_bad_values),
    "other subjects": _changed(_with_other_subjects),
    "more patients": _changed(_with_more_patients),
}
CALLS: dict[str, Breaking] = {
    **ANY,
    "wrong hook": _in_envelope(hook=f"{STEM}-hook"),
    "odd hookInstance": _in_envelope(hookInstance={STEM: STEM}),
    "no context": _in_envelope(context=STEM),
    "odd patient": _in_envelope(context={"patientId": [STEM]}),
    "other patient": _in_envelope(context={"patientId": f"{STEM}-other", "userId": STEM}),
    "odd prefetch": _in_envelope(prefetch=STEM),
    "failed prefetch": _in_envelope(prefetch={"conditions": _failed_search(), STEM: STEM}),
    "odd server": _in_envelope(fhirServer=f"file://{STEM}", fhirAuthorization={"access_token": STEM}),
    "token": _in_envelope(fhirServer=f"https://{STEM}.example", fhirAuthorization={"access_token": STEM}),
}
