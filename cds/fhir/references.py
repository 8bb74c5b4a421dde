"""Which resource a reference means, and whether a resource is about the patient."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import msgspec

from cds.fhir import wire
from cds.fhir.bundles import FAILURES, Found
from cds.fhir.mergers import Mergers
from cds.fhir.several import as_list

Key = tuple[type[wire.Resource], str]
_ENCODER = msgspec.json.Encoder()
_POINTERS = msgspec.json.Decoder(wire.References)
_SUBJECT = ("code", "medication_codeable_concept", "medication")


def tail(reference: str) -> tuple[str, str]:
    """Type and id of a relative, absolute or versioned reference; the type is empty when only an id is given.

    "patient/1", as some write it, is a Patient.
    """
    path = reference.strip().partition("/_history/")[0].partition("?")[0].rstrip("/")
    before, _, id_ = path.rpartition("/")
    kind = before.rpartition("/")[2]
    return kind[:1].upper() + kind[1:], id_


def address(reference: str) -> str:
    """An absolute reference without the version it asks for."""
    return reference.strip().partition("/_history/")[0].rstrip("/")


def references_in(raw: msgspec.Raw) -> list[wire.Reference]:
    """The references in a field that was kept as it was sent; none when they cannot be read."""
    try:
        return as_list(_POINTERS.decode(raw))
    except FAILURES:
        return []


def each_once(found: Iterable[Found]) -> list[Found]:
    """The same resource under several keys counts once; of two versions the later wins.

    Of what shares an id and says neither a time nor a number of its version, each subject stays: charts that were put
    together by hand number alike, and a red flag must not be lost as an older version of something else.
    """
    kept: dict[Key | bytes, Found] = {}
    rivals: dict[Key | bytes, list[Found]] = {}
    for one in found:
        resource = one.resource
        key = (type(resource), resource.id) if resource.id else _ENCODER.encode(resource)
        old = kept.setdefault(key, one)
        if old is not one and old.resource != resource:
            rivals.setdefault(key, [old]).append(one)
    return [one for key, first in kept.items() for one in (_latest(rivals[key]) if key in rivals else (first,))]


def _latest(rivals: list[Found]) -> Iterable[Found]:
    """Of the newest, one for each subject."""
    newest = max(_age(one.resource)[:2] for one in rivals)
    ordered = sorted(rivals, key=lambda one: _age(one.resource))
    return {_subject(o.resource): o for o in ordered if _age(o.resource)[:2] == newest}.values()


def _subject(resource: wire.Resource) -> str:
    """The codes that say what a resource is about, else its words: all that no version changes."""
    said = next((v for name in _SUBJECT if (v := getattr(resource, name, None)) is not None), None)
    concept = getattr(said, "concept", None) or said
    codings = getattr(concept, "coding", None) or ()
    return " ".join(sorted(c.code for c in codings if c.code)) or getattr(concept, "text", None) or ""


def _age(resource: wire.Resource) -> tuple[float, int, bytes]:
    """Orders versions: by time, then by number, then by content, so that the order of arrival does not matter."""
    meta = resource.meta or wire.Meta()
    number = int(meta.version_id) if meta.version_id and meta.version_id.isascii() and meta.version_id.isdigit() else 0
    return _seconds(meta.last_updated), number, _ENCODER.encode(resource)


def _seconds(moment: str | None) -> float:
    try:
        read = datetime.fromisoformat((moment or "").strip())
        return (read if read.tzinfo is not None else read.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return 0.0


@dataclass(slots=True)
class Library:
    """Every resource of a call, to be found by reference; `kept` holds the versions that count."""

    kept: list[Found]
    found: list[Found]
    _by_key: dict[Key, wire.Resource] | None = None
    _by_url: dict[str, wire.Resource] | None = None

    def look_up(self, reference: str | None, owner: wire.Resource | None = None) -> wire.Resource | None:
        """The resource that a reference of `owner` means, or None when it did not come along."""
        if not reference:
            return None
        if reference.startswith("#"):
            return _contained(owner, reference[1:])
        if self._by_key is None or self._by_url is None:
            self._by_key = {(type(f.resource), f.resource.id): f.resource for f in self.kept if f.resource.id}
            self._by_url = {f.full_url: self._kept(f.resource) for f in self.found if f.full_url}
        exact = self._by_url.get(reference)
        if exact is not None:
            return exact
        kind, id_ = tail(reference)
        known = wire.BY_NAME.get(kind)
        return self._by_key.get((known, id_)) if known else self._by_url.get(reference.partition("/_history/")[0])

    def _kept(self, resource: wire.Resource) -> wire.Resource:
        """The version that counts."""
        key = (type(resource), resource.id or "")
        return self._by_key.get(key, resource) if self._by_key is not None else resource


def _contained(owner: wire.Resource | None, id_: str) -> wire.Resource | None:
    return next((part for part in (owner.contained if owner else None) or () if part.id in (id_, f"#{id_}")), None)


@dataclass(slots=True)
class Ownership:
    """Whether resources are about one patient. An unknown patient ("") owns everything."""

    patient_id: str
    urls: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()
    merged: frozenset[str] = frozenset()  # ids of the same person, before records were merged
    _memo: dict[str, bool] = field(default_factory=dict)

    def owns(self, resource: wire.Resource) -> bool:
        """Whether the subject is the patient, or not named by a reference."""
        pointer = resource.subject or resource.patient
        reference = pointer.reference if pointer is not None else None
        if not reference or not self.patient_id:
            return True
        known = self._memo.get(reference)
        if known is None:
            known = self._memo[reference] = self._is_patient(reference)
        return known

    def _is_patient(self, reference: str) -> bool:
        if reference.startswith("#") or "?" in reference or reference in self.urls:
            return True
        if reference.startswith("urn:"):
            return reference not in self.others
        kind, id_ = tail(reference)
        return kind in ("Patient", "") and (id_ == self.patient_id or id_ in self.merged)


def patients_in(found: Iterable[Found]) -> dict[str, set[str]]:
    """The Patient resources by id (or by fullUrl where they have none), each with its fullUrls."""
    patients: dict[str, set[str]] = {}
    for one in found:
        if type(one.resource) is wire.Patient:
            urls = patients.setdefault(one.resource.id or tail(one.full_url or "")[1], set())
            if one.full_url:
                urls.add(one.full_url)
    return patients


def mergers_in(found: Iterable[Found]) -> Mergers:
    """Which patients of a call are one person: systems leave the old id in what was recorded under it.

    No merger is a link to a relative, or to another server when somebody else has that id here.
    """
    patients = [(f, f.resource) for f in found if isinstance(f.resource, wire.Patient)]
    here = patients_in(f for f, _ in patients)

    def read(reference: str) -> str:
        kind, id_ = tail(reference)
        if kind != "Patient":
            return ""
        if "://" not in reference or reference in here.get(id_, ()):
            return id_
        return "" if id_ in here else address(reference)

    mergers = Mergers()
    for _, patient in patients:
        mergers.note(patient.id or "", patient.link, read)
    return mergers


def subjects_of(found: Iterable[Found]) -> set[str]:
    """The patients that resources are about, by id."""
    pointers = (f.resource.subject or f.resource.patient for f in found)
    references = {p.reference for p in pointers if p is not None and p.reference}
    tails = (tail(r) for r in references if not r.startswith("#") and "?" not in r)
    return {id_ for kind, id_ in tails if kind in ("Patient", "") and id_}
