"""Why something is on record: the evidence of problems, the reasons and notes of orders and procedures.

All of it is weak. Evidence is what once led to a diagnosis, without a date or status of its own; the reason of an
order is often what somebody wants to exclude. So it opens the gate and raises flags, and establishes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from cds.domain.when import OPEN, Span
from cds.fhir import wire
from cds.fhir.desk import Desk
from cds.fhir.facts_findings import Story, file_findings, file_note, note_text
from cds.fhir.orders import BY_THIS_SERVICE
from cds.fhir.reading import Reading
from cds.fhir.senses import NOWHERE, Place, Sense, agreed
from cds.fhir.several import as_list

Conceptual = wire.Concept | wire.CodeableReference
Pointers = list[wire.Reference] | wire.Reference | None
# Of something planned, in words: it did not come about, or not to its end (rules/lexicon/modifiers.yaml).
NOT_DONE = "mod.not-done"
ANESTHESIA = "mod.anesthesia"
UNDONE = frozenset({NOT_DONE, "mod.broken-off"})


def concept_of(code: Conceptual | None) -> Conceptual | None:
    """The concept of an R5 CodeableReference, or the concept itself."""
    if isinstance(code, wire.CodeableReference) and code.concept is not None:
        return code.concept
    return code


def time_of_visit(desk: Desk, owner: wire.Resource, *pointers: wire.Reference | None) -> Span:
    """The time of the encounter in which an undated entry was made; open when it did not come along.

    It was made on some day of it: an encounter that has no end yet leaves the latest day open.
    """
    for pointer in pointers:
        visit = desk.library.look_up(pointer.reference, owner) if pointer is not None else None
        if isinstance(visit, wire.Encounter):
            period = visit.period or visit.actual_period or wire.Period()
            return Span(desk.span(period.start).earliest, desk.span(period.end).latest)
    return OPEN


def is_recent(desk: Desk, when: Span) -> bool:
    """Whether what was said on a day still speaks of now."""
    return when.latest is not None and desk.words.terminology.settled.remarks.before(desk.today) <= when.latest


def words_of(desk: Desk, owner: wire.Resource, pointers: Pointers) -> Iterator[wire.Concept]:
    """The own words of pointers to what did not come along; what came along is read as itself."""
    for one in as_list(pointers):
        if one.display and desk.library.look_up(one.reference, owner) is None:
            yield wire.Concept(text=one.display)


def concepts_in(desk: Desk, owner: wire.Resource, items: wire.CodeableReferences) -> Iterator[Conceptual]:
    """The concepts of CodeableReferences, or the words of their pointers."""
    for item in as_list(items):
        concept = concept_of(item)
        if concept is not None and (concept.coding or concept.text):
            yield concept
            continue
        pointer = item.reference
        if not isinstance(pointer, wire.Reference):
            pointer = wire.Reference(pointer, item.display)
        yield from words_of(desk, owner, pointer)


# --- evidence of a problem ---


def file_evidence(desk: Desk, condition: wire.Condition, sense: Sense | None, story: Story) -> None:
    """Symptoms that a problem rests on: as old as its record, and where it lies when they name no place."""
    told = replace(story, onset=OPEN, weak=True, modifiers=frozenset(), aside=Story().aside, filed=[])
    where = _lent(desk, sense, story.place)
    is_ours = sense is not None and bool(sense.sayings)
    for concept in _evidence(desk, condition):
        part = desk.words.sense(concept)
        if part is None:
            continue
        is_placed = any(saying.alone for saying in part.sayings)
        # "carpal tunnel syndrome" with "numbness": not of a foot, although neither says where
        if is_placed or is_ours or where is not NOWHERE or not _needs_place(desk, part):
            told.place = NOWHERE if is_placed else where
            file_findings(desk, part, told)


def _evidence(desk: Desk, condition: wire.Condition) -> Iterator[Conceptual]:
    for item in as_list(condition.evidence):
        yield from as_list(item.code)
        if item.concept is not None:
            yield item.concept
        yield from words_of(desk, condition, item.detail)
        yield from words_of(desk, condition, item.reference)


def _lent(desk: Desk, sense: Sense | None, place: Place) -> Place:
    """The place of a problem as far as it lends it: numbness beside back pain is not in the back."""
    sites = place.sites | (sense.reading.sites if sense is not None else frozenset())
    kept = sites - desk.words.terminology.lexicon.own_sites
    if not kept:
        return NOWHERE
    return Place(place.side if sense is None else agreed(place.side, sense.side), kept)


def _needs_place(desk: Desk, sense: Sense) -> bool:
    """Whether it is a finding that means something only with its place, such as numbness."""
    sited = desk.words.terminology.lexicon.sited
    return all(saying.is_unsited or not sited.isdisjoint(saying.sets) for saying in sense.sayings)


# --- reasons of what was ordered or done ---


def noted(item: wire.Reasoned) -> str:
    """All notes as one text; empty when there is none."""
    return note_text(item.note, note_text(item.notes)) if item.note or item.notes else ""


def file_reasons(desk: Desk, item: wire.Reasoned, when: Span, note: str, notes: Reading, *, is_over: bool) -> None:
    """Why it was ordered or done, and what its note tells; of what is long over it is past."""
    reasons = [*_reasons(desk, item)]
    # what this service itself proposed is no news of the patient
    if not (reasons or note) or any((reason.text or "").startswith(BY_THIS_SERVICE) for reason in reasons):
        return
    story = story_behind(desk, when, is_over=is_over)
    for concept in reasons:
        sense = desk.words.sense(concept)
        if sense is not None:
            file_findings(desk, sense, story)
    if note:
        file_note(desk, stated(notes), note, story)


def story_behind(desk: Desk, when: Span, *, is_over: bool) -> Story:
    """What something was ordered or done for: past when it was long ago and is over."""
    return Story("past" if is_over and not is_recent(desk, when) else "active", recorded=when, weak=True)


def _reasons(desk: Desk, item: wire.Reasoned) -> Iterator[Conceptual]:
    """Reasons in the shapes of all releases."""
    yield from as_list(item.reason_code)
    if item.reason_codeable_concept is not None:
        yield item.reason_codeable_concept
    if item.reason is not None:
        yield from concepts_in(desk, item, item.reason)
    if item.reason_reference is not None:
        yield from words_of(desk, item, item.reason_reference)


def stated(notes: Reading) -> Reading:
    """A note without what is only suspected: in an order "assess for weakness" is a wish and no finding."""
    return replace(notes, mentions=tuple(m for m in notes.mentions if not m.suspected)) if notes.mentions else notes
