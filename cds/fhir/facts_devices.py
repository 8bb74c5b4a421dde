"""Devices and that they are in use: what is there in the body."""

from __future__ import annotations

from cds.fhir import wire
from cds.fhir.body_structures import place_at
from cds.fhir.desk import Desk, status_of
from cds.fhir.facts_findings import Story, file_findings
from cds.fhir.senses import Sense
from cds.fhir.several import as_list

_GONE = frozenset({"inactive", "completed", "stopped", "not-done", "ended"})
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


def _used_device(desk: Desk, use: wire.DeviceUseStatement, device: wire.CodeableReference) -> list[Sense]:
    pointer = device.reference
    reference = pointer.reference if isinstance(pointer, wire.Reference) else pointer
    target = desk.library.look_up(reference, use)
    if isinstance(target, wire.Device):
        return _device_senses(desk, target)
    display = pointer.display if isinstance(pointer, wire.Reference) else device.display
    sense = desk.words.sense(device.concept or wire.Concept(text=display))
    return [sense] if sense is not None else []
