"""From the resources of one patient to facts: each type has its reader, and each resource is read once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cds.domain.record import Person
from cds.domain.when import OPEN
from cds.fhir import wire
from cds.fhir.bundles import Found
from cds.fhir.desk import Desk, name_of
from cds.fhir.facts_conditions import read_condition, read_family
from cds.fhir.facts_devices import read_device, read_device_association, read_device_use
from cds.fhir.facts_drugs import doubt_undispensed, read_administration, read_dispense, read_request, read_statement
from cds.fhir.facts_forms import read_form
from cds.fhir.facts_observations import name_members, read_observation
from cds.fhir.facts_statements import read_flag, read_impression
from cds.fhir.facts_tests import read_images, read_order, read_procedure, read_report
from cds.fhir.facts_visits import read_encounter
from cds.fhir.references import Ownership
from cds.fhir.scores import sum_scores

ReadResource = Callable[[Desk, Any], None]
_READERS: dict[type[wire.Resource], ReadResource] = {
    wire.Condition: read_condition,
    wire.Observation: read_observation,
    wire.MedicationStatement: read_statement,
    wire.MedicationRequest: read_request,
    wire.MedicationOrder: read_request,
    wire.MedicationAdministration: read_administration,
    wire.MedicationDispense: read_dispense,
    wire.Procedure: read_procedure,
    wire.ServiceRequest: read_order,
    wire.ProcedureRequest: read_order,
    wire.DiagnosticOrder: read_order,
    wire.ReferralRequest: read_order,
    wire.DiagnosticReport: read_report,
    wire.ImagingStudy: read_images,
    wire.Device: read_device,
    wire.DeviceUseStatement: read_device_use,
    wire.DeviceUsage: read_device_use,
    wire.DeviceAssociation: read_device_association,
    wire.FamilyMemberHistory: read_family,
    wire.QuestionnaireResponse: read_form,
    wire.ClinicalImpression: read_impression,
    wire.Flag: read_flag,
    wire.Encounter: read_encounter,
}
_NEGATIONS = ("notdone", "not-done", "notperform", "not-perform", "nottaken", "not-taken")


def read_facts(desk: Desk, found: list[Found], ownership: Ownership) -> None:
    """Read every resource: conditions first, to which observations may belong; last encounters, which point at them."""
    name_members(desk, found)
    conditions: list[Found] = []
    others: list[Found] = []
    encounters: list[Found] = []
    for one in found:
        kind = type(one.resource)
        if kind is wire.Condition:
            conditions.append(one)
        elif kind is wire.Encounter:
            encounters.append(one)
        elif kind in _READERS or one.resource.contained is not None:
            others.append(one)
    for one in (*conditions, *others, *encounters):
        _read(desk, one, _READERS.get(type(one.resource)), ownership)
    sum_scores(desk)
    doubt_undispensed(desk)


def _read(desk: Desk, one: Found, reader: ReadResource | None, ownership: Ownership) -> None:
    resource = one.resource
    if not ownership.owns(resource):
        desk.count("other-patient")
        return
    if resource.contained is not None:
        _read_contained(desk, one, ownership)
    if reader is None or (resource.modifier_extension is not None and _is_negated(resource)):
        return
    desk.found = one
    try:
        reader(desk, resource)
    except (ValueError, ArithmeticError, RecursionError):
        desk.set_aside("cannot be read")


def _is_negated(resource: wire.Resource) -> bool:
    """A modifier extension that says "not done" turns a resource into its opposite."""
    extensions = resource.modifier_extension or ()
    return any((e.url or "").lower().endswith(_NEGATIONS) and e.value_boolean is not False for e in extensions)


def _read_contained(desk: Desk, owner: Found, ownership: Ownership) -> None:
    """Contained resources are read as facts of their own; a contained Patient is not."""
    for part in owner.resource.contained or ():
        reader = _READERS.get(type(part))
        if reader is not None or part.contained is not None:
            _read(desk, Found(part, f"{owner.where}.contained", owner=name_of(owner)), reader, ownership)


def read_person(desk: Desk, patient: wire.Patient, id_: str) -> Person:
    """The patient, as far as rules look."""
    death = desk.span(patient.deceased_date_time)
    has_died = patient.deceased_boolean is True or bool(patient.deceased_date_time)
    if death is not OPEN and death.earliest is not None and death.earliest > desk.today:
        has_died = False
    sex = (patient.gender or "").strip().lower()
    return Person(id_, desk.span(patient.birth_date), sex, has_died)
