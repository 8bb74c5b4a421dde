"""From the bytes of a call to one patient's record: decode, find the patient, read the facts, judge completeness."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import tzinfo

from msgspec import Raw

from cds.domain.record import PatientRecord, Supply, Trouble
from cds.domain.terminology import Terminology
from cds.fhir import wire
from cds.fhir.bundles import Found, Opened, open_value
from cds.fhir.concepts import ConceptReader
from cds.fhir.desk import Desk, name_of
from cds.fhir.errors import NothingReadable, PatientNotFound, SeveralPatients, WrongPatient
from cds.fhir.facts import read_facts, read_person
from cds.fhir.prefetch import KEY_OF, KEY_OF_NAME, KEYS, nothing_supplied, position_of
from cds.fhir.references import Library, Ownership, each_once, mergers_in, patients_in, subjects_of, tail

_PARTIAL_BUNDLES = ("searchset",)
_SINGLE = ("patient", "encounter")


@dataclass(slots=True, repr=False)
class Reader:
    """Reads records with one terminology. Days are those of `zone`, UTC when None. Safe to share between threads."""

    terminology: Terminology
    zone: tzinfo | None = None
    words: ConceptReader = field(init=False)

    def __post_init__(self) -> None:
        self.words = ConceptReader(self.terminology)

    def read_prefetch(
        self, prefetch: Mapping[str, Raw | bytes], patient_id: str, encounter_id: str | None, today: int,
        *, is_day_open: bool = False,
    ) -> PatientRecord:  # fmt: skip
        """The record behind a hook call. `is_day_open`: a plain date one day ahead may be today at the site.

        Raises:
            WrongPatient: when the prefetched Patient is another than the call's.
        """
        record = PatientRecord(supply=nothing_supplied())
        found: list[Found] = []
        astray: list[str] = []
        for number, (key, raw) in enumerate(prefetch.items()):
            opened = open_value(raw, position_of(number, key))
            _take(record, found, opened)
            if key in KEYS:
                _note_supply(record, key, opened, astray)
        if not encounter_id and record.supply["encounter"] is Supply.NOT_SUPPLIED:
            record.supply["encounter"] = Supply.NONE
        patient_id = tail(patient_id)[1]
        _require_patient(found, patient_id)
        if astray:
            _doubt_astray(record, found, _ownership(found, patient_id), astray)
        self._read(record, found, patient_id, today, encounter_id, is_day_open=is_day_open)
        if "other-patient" in record.counts:
            _doubt_strangers(record, found, _ownership(found, patient_id))
        return record

    def read_document(
        self, body: bytes | Raw, today: int, patient: str | None = None, *, is_day_open: bool = False
    ) -> PatientRecord:
        """The record in a Bundle of any type or a bare resource.

        Raises:
            NothingReadable: when no resource of a known type could be read.
            SeveralPatients: when there are several patients and none was chosen.
            PatientNotFound: when the chosen one is not there.
        """
        record = PatientRecord(supply=nothing_supplied())
        opened = open_value(body, "body")
        found: list[Found] = []
        _take(record, found, opened)
        if not found:
            raise NothingReadable
        _supply(record, opened, _is_chart(opened))
        return self._read(record, found, _choose(found, patient), today, None, is_day_open=is_day_open)

    def read_resources(
        self, lines: Iterable[tuple[int, bytes | Raw]], today: int, patient: str,
        troubles: Iterable[Trouble] = (), *, is_day_open: bool = False,
    ) -> PatientRecord:  # fmt: skip
        """The record in numbered lines of NDJSON, taken as the whole chart of the patient they were grouped by.

        `patient` is "" when they are of nobody. When nothing can be read, the record holds the troubles alone.

        Raises:
            SeveralPatients: when the lines are about several patients and were not grouped.
        """
        record = PatientRecord(supply=nothing_supplied())
        whole = Opened(troubles=list(troubles))
        for number, line in lines:
            opened = open_value(line, f"line {number}")
            whole.found += opened.found
            whole.troubles += opened.troubles
            whole.is_cut |= opened.is_cut
        found: list[Found] = []
        _take(record, found, whole)
        _supply(record, whole, is_chart=True)
        return self._read(record, found, patient or _choose(found, None), today, None, is_day_open=is_day_open)

    def _read(
        self, record: PatientRecord, found: list[Found], patient_id: str, today: int, encounter_id: str | None,
        *, is_day_open: bool,
    ) -> PatientRecord:  # fmt: skip
        kept = each_once(found)
        words = self.words.of_call()
        desk = Desk(words, record, Library(kept, found), today, self.zone, encounter_id, is_day_open=is_day_open)
        record.counts["resources"] = len(kept)
        ownership = _ownership(found, patient_id)
        desk.merged = ownership.merged
        _read_patients(desk, kept, patient_id)
        read_facts(desk, kept, ownership)
        record.settle()
        if words.cut:
            record.counts["long-text"] = len(words.cut)
        if record.troubles:
            record.counts["unreadable"] = len(record.troubles)
        return record


def _take(record: PatientRecord, found: list[Found], opened: Opened) -> None:
    found += opened.found
    record.troubles += opened.troubles


# --- whose record it is ---


def _require_patient(found: list[Found], patient_id: str) -> None:
    """The Patient under its own key must be the call's, or merged with it; one without an id is taken for it."""
    ids = {f.resource.id for f in found if type(f.resource) is wire.Patient and f.label == "prefetch.patient"}
    if ids and patient_id not in ids and None not in ids and ids.isdisjoint(mergers_in(found).same_as(patient_id)):
        raise WrongPatient


def _read_patients(desk: Desk, kept: list[Found], patient_id: str) -> None:
    """The person: by the own Patient, else by one that was merged with it. The others are counted."""
    desk.record.person.id = patient_id
    patients = {f.resource.id or tail(f.full_url or "")[1]: f for f in kept if type(f.resource) is wire.Patient}
    own = [f for id_, f in patients.items() if not patient_id or id_ in (patient_id, "")]
    merged = [f for id_, f in patients.items() if id_ in desk.merged]
    for one in own or merged[:1]:
        if isinstance(one.resource, wire.Patient):
            person = read_person(desk, one.resource, patient_id)
            # a record that was merged away may be closed as of somebody who died: that silences nobody
            desk.record.person = person if own else replace(person, is_deceased=False)
    for _ in range(len(patients) - len(own) - len(merged)):
        desk.count("other-patient")


def _doubt_strangers(record: PatientRecord, found: list[Found], ownership: Ownership) -> None:
    """A list that holds other patients' resources only was asked for somebody else: its silence says nothing."""
    owners: dict[str, bool] = {}
    for one in found:
        owners[one.label] = owners.get(one.label, False) or ownership.owns(one.resource)
    for label, has_own in owners.items():
        key = label.removeprefix("prefetch.")
        if not has_own and key in record.supply:
            record.supply[key] = Supply.UNREADABLE


def _choose(found: list[Found], patient: str | None) -> str:
    """The patient of a document: the chosen one, the only Patient, or whom all resources are about."""
    known = {id_ for id_ in patients_in(found) if id_}
    candidates = known or subjects_of(found)
    if patient:
        id_ = tail(patient)[1]
        if id_ not in candidates | subjects_of(found):
            raise PatientNotFound
        return id_
    if len(candidates) > 1:
        survivor = mergers_in(found).survivor(candidates)
        if not survivor:
            raise SeveralPatients(len(candidates))
        return survivor
    return next(iter(candidates), "")


def _ownership(found: list[Found], patient_id: str) -> Ownership:
    patients = patients_in(found)
    merged = mergers_in(found).same_as(patient_id) if patient_id else frozenset()
    same = merged | {patient_id} if patient_id else merged
    mine = same.union(*(patients.get(id_, ()) for id_ in same | {patient_id}))
    others = {url for id_, urls in patients.items() if id_ not in same for url in (*urls, id_)}
    return Ownership(patient_id, mine, frozenset(others - mine), merged)


# --- completeness of documents ---


def _is_chart(opened: Opened) -> bool:
    """A Bundle with a Patient, or one that is no search result, is a whole chart; a bare resource is not."""
    has_patient = any(type(f.resource) is wire.Patient for f in opened.found)
    return opened.is_bundle and (has_patient or opened.bundle_type not in _PARTIAL_BUNDLES)


def _note_supply(record: PatientRecord, key: str, opened: Opened, astray: list[str]) -> None:
    """What came under a key of ours; `astray` collects those that hold nothing of what they ask for."""
    record.supply[key] = opened.supply
    if opened.is_no_fhir:
        record.unanswered.add(key)
    if _is_of_other_types(key, opened):
        record.counts["other-type"] = record.counts.get("other-type", 0) + 1
        if not opened.is_none_found:
            astray.append(key)


def _is_of_other_types(key: str, opened: Opened) -> bool:
    """Whether a key holds resources and none that it asks for."""
    return bool(opened.found) and not any(KEY_OF.get(type(f.resource)) == key for f in opened.found)


def _doubt_astray(record: PatientRecord, found: list[Found], ownership: Ownership, astray: list[str]) -> None:
    """What holds other resources only answers another query: its silence must not read as "none found".

    The one explanation is a chart dealt out over the keys: what was asked for came under another key of ours.
    """
    ours = (f.resource for f in found if f.label.startswith("prefetch.") and ownership.owns(f.resource))
    answered = {KEY_OF.get(type(resource)) for resource in ours}
    for key in astray:
        if key not in answered and record.supply[key].is_whole:
            record.supply[key] = Supply.FAILED


def _supply(record: PatientRecord, opened: Opened, is_chart: bool) -> None:
    """A whole chart answers every key; anything less only the keys of the resources in it.

    A bare resource is all there is of a patient or an encounter, and one entry of any list.
    """
    seen = {KEY_OF[type(f.resource)] for f in opened.found if type(f.resource) in KEY_OF}
    if not (is_chart or opened.is_bundle):
        record.supply.update({key: Supply.GIVEN if key in _SINGLE else Supply.CUT_SHORT for key in seen})
        return
    for key in KEYS if is_chart else seen:
        record.supply[key] = Supply.GIVEN if key in seen else Supply.NONE
    for trouble in opened.troubles:
        _lower(record, KEY_OF_NAME.get(trouble.what), Supply.UNREADABLE)
    if opened.is_cut or opened.has_failed:
        _lower(record, None, Supply.CUT_SHORT)


def _lower(record: PatientRecord, key: str | None, to: Supply) -> None:
    for name in (key,) if key else KEYS:
        if record.supply[name].is_whole:
            record.supply[name] = to


__all__ = ["Reader", "name_of"]
