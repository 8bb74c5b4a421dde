"""Reasons of the current encounter, and its kind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from cds.domain.record import Finding
from cds.fhir import wire
from cds.fhir.desk import Desk, status_of
from cds.fhir.facts_findings import Story, file_findings, told_onset, words_of
from cds.fhir.facts_reasons import concept_of
from cds.fhir.figures import file_told
from cds.fhir.references import tail
from cds.fhir.several import as_list

_NO_VISIT = frozenset({"cancelled", "entered-in-error", "planned", "discontinued"})
_OPEN = frozenset({"in-progress", "arrived", "triaged", "onleave", "on-hold", "on-leave"})


def is_current(desk: Desk, encounter: wire.Encounter) -> bool:
    """Whether this is the visit that the call is about."""
    if status_of(encounter.status) in _NO_VISIT - ({"planned"} if desk.encounter_id else set()):
        return False
    if desk.encounter_id:
        return encounter.id == tail(desk.encounter_id)[1]
    period = encounter.period or encounter.actual_period or wire.Period()
    start, end = desk.span(period.start), desk.span(period.end)
    since = desk.words.terminology.settled.visits.before(desk.today)
    if not end.is_open:
        return end.latest is not None and end.latest >= since
    if status_of(encounter.status) in _OPEN:
        return True
    return start.latest is not None and start.latest >= since


def read_encounter(desk: Desk, encounter: wire.Encounter) -> None:
    """The reasons of the current visit, and its kind."""
    if not is_current(desk, encounter):
        return
    period = encounter.period or encounter.actual_period or wire.Period()
    start = desk.span(period.start)
    if desk.passes_over(start):
        return
    story = Story(recorded=start, of_visit=True)
    for concept in _kinds_of_visit(encounter):
        file_concept(desk, concept, story)
    for concept in as_list(encounter.reason_code):
        file_concept(desk, concept, story)
    for item in _reasons(encounter):
        _follow(desk, encounter, item, story)


def file_concept(desk: Desk, concept: wire.Concept | wire.CodeableReference | None, story: Story) -> None:
    """What a concept states by code or in words, with the time and the measurements that its words tell."""
    sense = desk.words.sense(concept)
    if sense is None:
        return
    if len(sense.sayings) == 1 and isinstance(concept, wire.Concept):
        story = replace(story, onset=told_onset(desk, words_of(concept), story.recorded))
    file_findings(desk, sense, story)
    if isinstance(concept, wire.Concept):
        file_told(desk, words_of(concept), story)


def _kinds_of_visit(encounter: wire.Encounter) -> Iterator[wire.Concept | wire.CodeableReference | None]:
    classes = encounter.class_ if isinstance(encounter.class_, list) else [encounter.class_]
    for one in classes:
        if isinstance(one, str):
            yield wire.Concept(text=one)
        elif one is not None:
            yield wire.Concept(one.coding or [wire.Coding(None, one.code, one.display)], one.text)
    yield from as_list(encounter.type)
    for service in as_list(encounter.service_type):
        yield concept_of(service)


def _reasons(encounter: wire.Encounter) -> Iterator[wire.CodeableReference]:
    """Reasons and diagnoses in the shapes of all releases."""
    for reason in as_list(encounter.reason):
        yield reason
        yield from reason.value or ()
    for diagnosis in encounter.diagnosis or ():
        yield from as_list(diagnosis.condition)
    for references in (encounter.reason_reference, encounter.indication):
        for one in as_list(references):
            yield wire.CodeableReference(reference=one)


def _follow(desk: Desk, encounter: wire.Encounter, item: wire.CodeableReference, story: Story) -> None:
    """A reason by concept, or by pointer to a Condition that came along, or by the pointer's own words."""
    file_concept(desk, concept_of(item), story)
    pointer = item.reference
    reference = pointer.reference if isinstance(pointer, wire.Reference) else pointer
    target = desk.library.look_up(reference, encounter)
    if target is not None:
        _mark(desk.by_resource.get(id(target), []))
    elif item.concept is None and item.coding is None:
        display = pointer.display if isinstance(pointer, wire.Reference) else item.display
        file_concept(desk, wire.Concept(text=display), story)


def _mark(findings: list[Finding]) -> None:
    for finding in findings:
        finding.of_visit = finding.of_visit or finding.status == "active"
