"""What rules need, as prefetch templates, and what came of it under each key."""

from __future__ import annotations

from cds.domain.record import Supply
from cds.fhir import wire

_PATIENT = "{{context.patientId}}"
_TEMPLATES = {
    "patient": f"Patient/{_PATIENT}",
    "conditions": f"Condition?patient={_PATIENT}",
    "observations": f"Observation?patient={_PATIENT}&_sort=-date&_count=200",
    "medicationStatements": f"MedicationStatement?patient={_PATIENT}",
    "medicationRequests": f"MedicationRequest?patient={_PATIENT}",
    "medicationAdministrations": f"MedicationAdministration?patient={_PATIENT}",
    "procedures": f"Procedure?patient={_PATIENT}",
    "serviceRequests": f"ServiceRequest?patient={_PATIENT}",
    "devices": f"Device?patient={_PATIENT}",
    "diagnosticReports": f"DiagnosticReport?patient={_PATIENT}",
    "encounter": "Encounter/{{context.encounterId}}",
}
KEYS = tuple(_TEMPLATES)

# The key that each type of resource answers; types that answer none are read all the same.
KEY_OF: dict[type[wire.Resource], str] = {
    wire.Patient: "patient",
    wire.Condition: "conditions",
    wire.Observation: "observations",
    wire.MedicationStatement: "medicationStatements",
    wire.MedicationRequest: "medicationRequests",
    wire.MedicationOrder: "medicationRequests",
    wire.MedicationAdministration: "medicationAdministrations",
    wire.Procedure: "procedures",
    wire.ServiceRequest: "serviceRequests",
    wire.ProcedureRequest: "serviceRequests",
    wire.DiagnosticOrder: "serviceRequests",
    wire.ReferralRequest: "serviceRequests",
    wire.Device: "devices",
    wire.DeviceUseStatement: "devices",
    wire.DeviceUsage: "devices",
    wire.DeviceAssociation: "devices",
    wire.DiagnosticReport: "diagnosticReports",
    wire.Encounter: "encounter",
}
KEY_OF_NAME = {kind.__name__: key for kind, key in KEY_OF.items()}


def templates() -> dict[str, str]:
    """The queries that a client is asked to answer, by key."""
    return dict(_TEMPLATES)


def position_of(number: int, key: str) -> str:
    """Where in a call a value stood; a key that is not ours is the sender's own and is told by its number."""
    return f"prefetch.{key}" if key in KEYS else f"prefetch[{number}]"


def nothing_supplied() -> dict[str, Supply]:
    """The state before anything was read."""
    return dict.fromkeys(KEYS, Supply.NOT_SUPPLIED)
