"""Devices and that they are in use: what is there in the body."""

from __future__ import annotations

from cds.domain.when import Span
from cds.fhir import wire
from cds.fhir.body_structures import place_at
from cds.fhir.desk import Desk, status_of
from cds.fhir.facts_findings import Story, file_findings
from cds.fhir.senses import Sense
from cds.fhir.several import as_list

_GONE = frozenset({"inactive", "completed", "stopped", "not-done", "ended", "explanted", "removed"})
_NEVER = frozenset({"entered-in-error", "intended", "cancelled"})


def read_device(desk: Desk, device: wire.Device) -> None:
    """A device of the patient; devices that belong to nobody are equipment."""
    if status_of(device.status) in _NEVER or (device.patient is None and device.subject is None):
        return
    story = Story("past" if status_of(device.status) in _GONE else "active", weak=status_of(device.status) == "unknown")
    for sense in _device_senses(desk, device):
        file_findings(desk, sense, story)


def _device_senses(desk: Desk, device: wire.Device) -> list[Sense]:
    concepts = as_list(device.type)
    names = [wire.Concept(text=n.name or n.value) for n in device.device_name or ()]
    if device.definition is not None and device.definition.concept is not None:
        concepts = [*concepts, device.definition.concept]
    senses = [sense for sense in map(desk.words.sense, concepts) if sense is not None]
    return senses or [sense for sense in map(desk.words.sense, names) if sense is not None]


def read_device_use(desk: Desk, use: wire.DeviceUseStatement) -> None:
    """That a device is or was in use."""
    status = status_of(use.status)
    if status in _NEVER or use.device is None:
        return
    when = desk.first(use.recorded_on, use.date_asserted, use.timing_date_time)
    onset = desk.period(use.timing_period)
    if desk.passes_over(when, onset):
        return
    story = Story("past" if status in _GONE else "active", onset, when, weak=status in ("unknown", "on-hold"))
    story.place = place_at(desk, use, use.body_site)
    for sense in _used_device(desk, use, use.device):
        file_findings(desk, sense, story)


def read_device_association(desk: Desk, association: wire.DeviceAssociation) -> None:
    """That a device is, or was, in or on the patient (R5)."""
    status = _word_of(association.status)
    begun = desk.period(association.period)
    if status in _NEVER or association.device is None or desk.passes_over(begun):
        return
    story = Story("past" if status in _GONE else "active", begun, weak=status == "unknown")
    for sense in _used_device(desk, association, association.device):
        file_findings(desk, sense, story)


def read_focal_devices(desk: Desk, procedure: wire.Procedure, when: Span) -> None:
    """What a procedure put into the patient, or took out: the device itself may name nobody."""
    for focal in procedure.focal_device or ():
        story = Story("past" if _word_of(focal.action) in _GONE else "active", when)
        if focal.manipulated is not None:
            for sense in _used_device(desk, procedure, wire.CodeableReference(reference=focal.manipulated)):
                file_findings(desk, sense, story)


def _word_of(concept: wire.Concept | None) -> str:
    """A status that is a concept."""
    codings = (concept.coding if concept is not None else None) or ()
    return next((status_of(coding.code) for coding in codings if coding.code), "")


def _used_device(desk: Desk, use: wire.Resource, device: wire.CodeableReference) -> list[Sense]:
    pointer = device.reference
    reference = pointer.reference if isinstance(pointer, wire.Reference) else pointer
    target = desk.library.look_up(reference, use)
    if isinstance(target, wire.Device):
        return _device_senses(desk, target)
    display = pointer.display if isinstance(pointer, wire.Reference) else device.display
    sense = desk.words.sense(device.concept or wire.Concept(text=display))
    return [sense] if sense is not None else []
