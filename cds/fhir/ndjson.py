"""Bulk Data sorted by patient: which lines of NDJSON belong to one person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

import msgspec
from msgspec import Raw

from cds.domain.record import Trouble
from cds.fhir import wire
from cds.fhir.bundles import BYTE_ORDER_MARK, FAILURES
from cds.fhir.mergers import Mergers
from cds.fhir.references import address, tail


class Group(NamedTuple):
    """The lines of one patient in an NDJSON file, each with its number from 1; `merged` holds older ids."""

    patient: str
    lines: list[tuple[int, bytes]]
    troubles: list[Trouble]
    merged: frozenset[str] = frozenset()


class _Head(msgspec.Struct, rename="camel"):
    """As much of a resource as tells whose it is."""

    resource_type: str
    id: str | None = None
    subject: wire.Reference | None = None
    patient: wire.Reference | None = None
    link: Raw = Raw()

    @property
    def owner(self) -> str:
        """The id of the patient, or an empty text when it belongs to nobody."""
        if self.resource_type == "Patient":
            return self.id or ""
        pointer = self.subject or self.patient
        kind, id_ = tail(pointer.reference) if pointer is not None and pointer.reference else ("", "")
        return id_ if kind in ("Patient", "") else ""


_HEAD = msgspec.json.Decoder(_Head)


def group_ndjson(lines: Iterable[bytes]) -> Iterator[Group]:
    """Sort the lines of Bulk Data by patient; what belongs to nobody (a Medication) goes to everybody."""
    own: dict[str, list[tuple[int, bytes]]] = {}
    shared: list[tuple[int, bytes]] = []
    troubles: list[Trouble] = []
    linked: list[tuple[str, Raw]] = []
    for number, line in enumerate((line.removeprefix(BYTE_ORDER_MARK) for line in lines), start=1):
        if not line.strip():
            continue
        try:
            head = _HEAD.decode(line)
        except FAILURES:
            troubles.append(Trouble("resource", f"line {number}", "cannot be read"))
            continue
        owner = head.owner
        if bytes(head.link) and head.resource_type == "Patient":
            linked.append((owner, head.link))
        (own.setdefault(owner, []) if owner else shared).append((number, line))
    for patient, merged in _people(own, linked):
        mine = sorted(line for id_ in (patient, *merged) for line in own.get(id_, ()))
        yield Group(patient, mine + shared, troubles, merged)
    if not own and (shared or troubles):
        yield Group("", shared, troubles)


def _people(own: Mapping[str, object], linked: list[tuple[str, Raw]]) -> Iterator[tuple[str, frozenset[str]]]:
    """Each person by the id that the others were merged into, with those; in the order of the lines."""
    mergers = Mergers()
    for id_, links in linked:
        mergers.note(id_, links, lambda reference: _patient_named(reference, own))
    told: set[str] = set()
    for id_ in own:
        if id_ in told:
            continue
        same = mergers.same_as(id_)
        survivor = mergers.survivor(own.keys() & (same | {id_}))
        if not survivor:  # who was merged into whom is open: nobody's lines may hide behind another's
            yield id_, frozenset()
            continue
        told |= same | {id_}
        yield survivor, mergers.same_as(survivor)


def _patient_named(reference: str, own: Mapping[str, object]) -> str:
    """The Patient in a link; of another server, by its address, only where nobody else has that id here."""
    kind, id_ = tail(reference)
    if kind != "Patient":
        return ""
    if "://" not in reference:
        return id_
    return "" if id_ in own else address(reference)
