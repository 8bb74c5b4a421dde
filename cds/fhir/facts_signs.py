"""Signs and symptoms observed: said to be present or absent, left open, or asked for and not looked at."""

from __future__ import annotations

import re
from dataclasses import replace

from cds.domain.record import Result, Side
from cds.fhir import wire
from cds.fhir.desk import Desk
from cds.fhir.facts_answers import file_answered, question_of, read_exam
from cds.fhir.facts_findings import Story, deny, file_findings, file_note, has_note, note_text
from cds.fhir.facts_results import file_test
from cds.fhir.reading import EMPTY, Reading
from cds.fhir.senses import Place, Sense, either
from cds.fhir.values import AFFIRMED, DENIED, MISSING, NOT_ASSESSED, Value, has_value, read_flag, read_value

# nothing but one answer: "patient declined" and not "Not done today. Weaker since"
_ONE_ANSWER = re.compile(r"[\w' ]+\.?")


def file_sign(desk: Desk, valued: wire.Observed, sense: Sense, story: Story, owner: wire.Observation) -> None:
    """A sign that is present, absent or asked for; with a value it is a coded result as well."""
    value = read_value(desk, valued, ()) if has_value(valued) else MISSING
    coded = value.coded | read_flag(desk, valued.interpretation)[1]
    if sense.findings and story.is_own and (value is not MISSING or coded):
        desk.file(_sign_result(desk, sense, value, coded, story))
    verdict = _verdict(desk, valued, value, coded)
    if verdict is None:
        file_answered(desk, valued, sense, story)
    elif verdict and sense.is_test and value is MISSING and not coded:
        file_test(desk, sense, story)
    elif not verdict:
        deny(desk, sense, story)
    else:
        note = note_text(owner.note, owner.comment, owner.comments)
        notes = desk.words.read(note) if note else EMPTY
        aside = notes if value.reading is None else _place_only(value.reading, notes)
        place = _place_of_parts(desk, story.place, owner.component) if valued is owner else story.place
        told = replace(story, place=place, aside=aside, filed=[])
        told.settled = notes.own if value.reading is None else value.reading.own | notes.own
        told.note = note
        file_findings(desk, sense, told)
        file_note(desk, notes, note, told)
        if valued is owner:
            story.filed = told.filed


def _sign_result(desk: Desk, sense: Sense, value: Value, coded: frozenset[str], story: Story) -> Result:
    return Result(
        desk.ref,
        sense.label,
        sense.findings,
        value.quantity,
        value.shown,
        coded,
        "",
        story.recorded,
        either(sense.side, story.place.side),
        story.weak,
        False,
        "" if coded else value.problem,
    )


def _place_only(value: Reading, notes: Reading) -> Reading:
    """Side, sites and modifiers of a value ("Numbness of foot: bilateral") and of the note."""
    return Reading((), value.sites or notes.sites, either(value.side, notes.side), value.modifiers | notes.modifiers)


def _verdict(desk: Desk, valued: wire.Observed, value: Value, coded: frozenset[str]) -> bool | None:
    """Present, absent, or neither because the value is something of its own or cannot be read."""
    if value is MISSING and not coded:
        return None if _is_left_open(desk, valued) else True
    if coded & DENIED or "normal" in coded:
        return False
    if coded & AFFIRMED or "abnormal" in coded:
        return True
    if value.quantity is not None:
        return value.quantity.low > 0 if value.quantity.is_exact else None
    reading = value.reading
    if reading is None or reading.mentions or reading.answer == NOT_ASSESSED:
        return None
    return _is_stated(desk, valued, value) if _says_how(desk, valued, reading) else None


def _says_how(desk: Desk, valued: wire.Observed, reading: Reading) -> bool:
    """Whether words tell where a sign is, how, or since when, and not that it is over."""
    text, words = valued.value_string or "", desk.words.text
    is_placed = bool(reading.sites or reading.side is not Side.UNKNOWN or reading.modifiers)
    return (is_placed and not words.tells_end(text)) or words.tells_when(text)


def _is_left_open(desk: Desk, valued: wire.Observed) -> bool:
    """Whether a sign without a value is not simply there: it says why there is none, or leaves it to its components."""
    if valued.data_absent_reason is not None:
        return True
    if not isinstance(valued, wire.Observation):
        return False
    return is_left_undone(desk, valued) or bool(valued.component and not _are_details(desk, valued.component))


def is_left_undone(desk: Desk, observation: wire.Observation) -> bool:
    """Whether a note, instead of a value, says only that nobody looked ("patient declined"): unknown, not present."""
    if not has_note(observation):
        return False
    note = note_text(observation.note, observation.comment, observation.comments).strip()
    return _ONE_ANSWER.fullmatch(note) is not None and desk.words.read(note).answer == NOT_ASSESSED


def _is_stated(desk: Desk, valued: wire.Observed, value: Value) -> bool:
    """Whether a value that names a place states the sign: "Babinski" + "downgoing bilaterally" does not."""
    told = read_exam(desk, question_of(desk, valued), value.shown).mentions
    return not told or not all(mention.negated for mention in told)


def _are_details(desk: Desk, parts: list[wire.Component]) -> bool:
    """Whether components only describe the symptom above them (how bad, which side), and none denies it."""
    for part in parts:
        sense = desk.words.sense(part.code)
        if sense is not None and (sense.findings or sense.results or sense.reading.mentions):
            return False
        if not has_value(part) or read_value(desk, part, ()).coded & DENIED:
            return False
    return True


def _place_of_parts(desk: Desk, place: Place, parts: list[wire.Component] | None) -> Place:
    """The place of a symptom together with what its components name ("Laterality": "left")."""
    for part in parts or ():
        named = desk.words.place(part.value_codeable_concept)
        told = desk.words.read(part.value_string)
        side = either(named.side, told.side)
        if side is not Side.UNKNOWN or named.sites or told.sites:
            place = Place(either(place.side, side), place.sites | named.sites | told.sites)
    return place
