"""What could not be read, as an OperationOutcome: by type and position, never by value or id."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import Raw

from cds.domain.record import PatientRecord
from cds.fhir.concepts import LONGEST_TEXT
from cds.fhir.validation import validate_all

Json = dict[str, Any]
Sent = Sequence[tuple[str, bytes | Raw]]
_COUNTED = {
    "future": "facts dated after the day were ignored",
    "other-patient": "resources of another patient were set aside",
    "other-type": "prefetch keys hold none of the resources that they ask for",
    "long-text": f"texts were read to their first {LONGEST_TEXT:,} characters only",
}


def issues_outcome(record: PatientRecord, sent: Sent | None) -> Json:
    """Troubles of reading, ignored facts and, when what was sent is given, the findings of fhir.resources."""
    issues = [_issue("warning", "processing", f"{t.what}: {t.why}", t.where) for t in record.troubles]
    for key, sentence in _COUNTED.items():
        if record.counts.get(key):
            issues.append(_issue("information", "informational", f"{record.counts[key]} {sentence}"))
    for key, supply in record.supply.items():
        if not supply.is_whole:
            issues.append(_issue("information", "incomplete", f"{key}: {supply.value}"))
    if sent is not None:
        found = validate_all(sent)
        issues += [_issue("error", "invalid", f"{i.what}: {i.why}", i.where) for i in found.issues]
        if found.summary:
            issues.append(_issue("information", "informational", found.summary))
    if not issues:
        issues = [_issue("information", "informational", "everything that was sent could be read")]
    return {"resourceType": "OperationOutcome", "issue": issues}


def _issue(severity: str, code: str, diagnostics: str, where: str = "") -> Json:
    issue: Json = {"severity": severity, "code": code, "diagnostics": diagnostics}
    if where:
        issue["expression"] = [where]
    return issue
