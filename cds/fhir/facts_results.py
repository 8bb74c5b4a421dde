"""Observations: measured results, signs said to be present or absent, answers that are findings themselves.

Long because a value means one thing or another by what its question is, and the choice stands in one place.
"""

from __future__ import annotations

import re
from dataclasses import replace

from cds.domain.record import Procedure, Result, Side
from cds.domain.when import Span
from cds.fhir import wire
from cds.fhir.desk import Desk, status_of
from cds.fhir.facts_findings import Story, deny, file_findings, file_mentions, file_note, note_text, told_onset
from cds.fhir.facts_reasons import UNDONE
from cds.fhir.quantities import flag_in
from cds.fhir.reading import EMPTY, Reading
from cds.fhir.references import tail
from cds.fhir.senses import NOWHERE, Place, Sense, either, wider
from cds.fhir.values import (
    AFFIRMED,
    DENIED,
    MISSING,
    NO_VALUE,
    Value,
    answers,
    flag_by_range,
    has_value,
    read_flag,
    read_value,
)

_FULL = frozenset({"", "final", "amended", "corrected", "appended"})
_DROPPED = frozenset({"registered", "cancelled", "entered-in-error"})
_PEOPLE = frozenset({"RelatedPerson", "Group"})
_LABORATORY = b"laborator"
_WORDS = re.compile(r"[a-z]+")
_LONGEST_ANSWER = 500
_LONGEST_EXAM = 60
# nothing but one answer: "patient declined" and not "Not done today. Weaker since"
_ONE_ANSWER = re.compile(r"[\w' ]+\.?")
_NOT_ASSESSED = "not-assessed"
_MARKS = {ord(mark): " " for mark in ",;-–()"}
_BLANK = wire.Concept()
Valued = wire.Component | wire.Observation


def read_observation(desk: Desk, observation: wire.Observation) -> None:
    """A measurement, an answer or a sign; one that says nothing to the rules costs no more than the look."""
    sense = desk.words.sense(observation.code)
    if sense is None and observation.component is None and not (_speaks(observation) or _has_note(observation)):
        return
    status = status_of(observation.status)
    if status in _DROPPED:
        return
    if observation.focus is not None and _is_of_another(desk, observation.focus):
        desk.count("other-patient")
        return
    when = _when(desk, observation)
    if when.earliest is not None and when.earliest > desk.today:
        desk.count("future")
        return
    place = desk.words.place(observation.body_site) if observation.body_site is not None else NOWHERE
    is_unclear = observation.focus is not None and _is_unclear(observation.focus)
    story = Story(recorded=when, place=place, weak=is_unclear or status not in _FULL)
    _read_valued(desk, observation, sense, story, observation)
    _read_components(desk, observation, sense, story)
    if _has_note(observation) and not (story.filed or _is_of_laboratory(observation, sense)):
        _file_remark(desk, observation, story)


def _read_components(desk: Desk, observation: wire.Observation, sense: Sense | None, story: Story) -> None:
    for component in observation.component or ():
        part = desk.words.sense(component.code)
        if part is not None and sense is not None and _is_side_of(part, sense):
            part = replace(sense, side=part.side)
        if part is not None or _speaks(component):
            _read_valued(desk, component, part, story, observation)


def _has_note(observation: wire.Observation) -> bool:
    return observation.note is not None or observation.comment is not None or observation.comments is not None


def _file_remark(desk: Desk, observation: wire.Observation, story: Story) -> None:
    """What a note tells under an observation that is no sign itself (vital signs, "physical examination")."""
    note = note_text(observation.note, observation.comment, observation.comments)
    file_note(desk, desk.words.read(note), note, Story(recorded=story.recorded, weak=story.weak))


def _is_of_laboratory(observation: wire.Observation, sense: Sense | None) -> bool:
    """Whether notes are the laboratory's: they explain what a value can mean, in anybody."""
    category = bytes(observation.category)
    if category:
        return _LABORATORY in category.lower()
    return observation.reference_range is not None or (sense is not None and bool(sense.results))


def _is_of_another(desk: Desk, focus: list[wire.Focus] | wire.Focus) -> bool:
    """Whether it was observed in somebody else (a fetus, a parent, a donor), though the chart is the patient's."""
    pointers = focus if isinstance(focus, list) else [focus]
    people = [tail(p.reference) for p in pointers if p.reference and not p.reference.startswith(("#", "urn:"))]
    own = desk.record.person.id
    if any(kind in _PEOPLE or (kind == "Patient" and own and id_ != own) for kind, id_ in people):
        return True
    others = desk.words.terminology.lexicon.others
    return any(p.type in _PEOPLE or not others.isdisjoint(_WORDS.findall((p.display or "").lower())) for p in pointers)


def _is_unclear(focus: list[wire.Focus] | wire.Focus) -> bool:
    """Whether only a name tells whom it was observed in: it may be anybody's."""
    return any(not p.reference for p in (focus if isinstance(focus, list) else [focus]))


def _is_side_of(part: Sense, whole: Sense) -> bool:
    """Whether a component only says which side of the measurement above it ("Right") it holds."""
    is_bare = not (part.results or part.findings or part.orders or part.reading.mentions)
    return is_bare and bool(whole.results) and part.side is not Side.UNKNOWN


def _speaks(valued: Valued) -> bool:
    """Whether a value, or a flag without one, may mean something although its question does not."""
    values = (valued.value_codeable_concept, valued.value_string, valued.value_coding)
    if any(value is not None for value in values):
        return True
    return valued.interpretation is not None and not has_value(valued)


def _when(desk: Desk, observation: wire.Observation) -> Span:
    span = desk.first(observation.effective_date_time, observation.effective_instant)
    if span.is_open and (period := observation.effective_period) is not None:
        span = desk.first(period.end, period.start)
    if span.is_open and (timing := observation.effective_timing) is not None:
        bounds = timing.repeat.bounds_period if timing.repeat is not None else None
        ends = (bounds.end, bounds.start) if bounds is not None else ()
        span = desk.first(*sorted(timing.event or (), reverse=True), *ends)
    return desk.first(observation.issued) if span.is_open else span


def _read_valued(desk: Desk, valued: Valued, sense: Sense | None, story: Story, owner: wire.Observation) -> None:
    """A value under its question: a result, a sign, or an answer that is a finding itself."""
    if sense is None:
        _file_answered(desk, valued, None, story)
        return
    if sense.drugs:
        return  # the sensitivity of a germ to a drug, not an exposure
    if sense.results:
        _file_result(desk, valued, sense, story)
        _file_answered(desk, valued, sense, story)
        return
    if sense.findings or sense.reading.mentions or sense.reading.asides:
        _file_sign(desk, valued, sense, story, owner)
    else:
        _file_answered(desk, valued, sense, story)
    if valued is owner and (sense.orders or (sense.reading.tests and not sense.sets)) and not _is_undone(desk, owner):
        _file_test(desk, sense, story, read_value(desk, valued, ()).coded if has_value(valued) else frozenset())


def _is_undone(desk: Desk, observation: wire.Observation) -> bool:
    """Whether a test has no outcome because there was none to be had: "not performed", "patient declined"."""
    if has_value(observation):
        told = desk.words.read(
            observation.value_string or desk.words.label(observation.value_codeable_concept or _BLANK)
        )
        return told.answer == _NOT_ASSESSED or not UNDONE.isdisjoint(told.modifiers)
    if _is_left_undone(desk, observation):
        return True
    return observation.data_absent_reason is not None and not observation.component


def _is_left_undone(desk: Desk, observation: wire.Observation) -> bool:
    """Whether a note, instead of a value, says only that nobody looked ("patient declined"): unknown, not present."""
    if not _has_note(observation):
        return False
    note = note_text(observation.note, observation.comment, observation.comments).strip()
    return _ONE_ANSWER.fullmatch(note) is not None and desk.words.read(note).answer == _NOT_ASSESSED


def _file_result(desk: Desk, valued: Valued, sense: Sense, story: Story) -> None:
    """A result, readable or not: an unreadable one still shades older ones. A panel's empty head is none."""
    value = read_value(desk, valued, sense.analytes)
    if value.problem == NO_VALUE and isinstance(valued, wire.Observation) and valued.component:
        return
    flag, given = read_flag(desk, valued.interpretation) if valued.interpretation is not None else ("", frozenset())
    if not flag and valued.value_string:
        flag = flag_in(valued.value_string)
    if not flag and valued.reference_range is not None:
        flag = flag_by_range(desk, value.quantity, valued.reference_range)
    flag = flag or next((word for word in ("high", "low") if word in value.coded), "")
    coded = value.coded | given
    if not coded and not flag and value.problem == NO_VALUE:
        coded = _said_in(desk, sense.label)
    desk.file(
        Result(
            desk.ref,
            sense.label,
            sense.results,
            value.quantity,
            value.shown,
            coded,
            flag,
            story.recorded,
            either(sense.side, story.place.side),
            story.weak,
            sense.is_named,
            "" if coded or flag else value.problem,
        )
    )


def _said_in(desk: Desk, label: str) -> frozenset[str]:
    """The answer with which a name ends: "Left foot monofilament 10g abnormal"."""
    return answers(desk.words.read(label.rpartition(" ")[2]).answer)


def _file_answered(desk: Desk, valued: Valued, sense: Sense | None, story: Story) -> None:
    """Findings that a coded or worded value names itself, in the light of its question."""
    concept = valued.value_codeable_concept
    if concept is None and valued.value_coding is not None:
        concept = wire.Concept([valued.value_coding])
    if concept is not None:
        answer = desk.words.sense(concept)
        if answer is not None and (answer.findings or answer.reading.mentions):
            file_findings(desk, desk.words.answered(_question(desk, valued), answer), _asked(sense, story))
        else:
            _file_exam(desk, valued, desk.words.label(concept), sense, story)
    elif valued.value_string and len(valued.value_string) <= _LONGEST_ANSWER:
        reading = desk.words.in_context(_question(desk, valued), valued.value_string)
        if reading.mentions or reading.asides:
            told = _asked(sense, story)
            if len(reading.mentions) == 1:
                told.onset = told_onset(desk, valued.value_string, story.recorded)
            file_mentions(desk, reading, valued.value_string, told)
        else:
            _file_exam(desk, valued, valued.value_string, sense, story)
    elif not has_value(valued) and "abnormal" in read_flag(desk, valued.interpretation)[1]:
        # only flagged: "Perianal sensation" with the interpretation "abnormal"
        _file_exam(desk, valued, "abnormal", sense, story)


def _file_exam(desk: Desk, valued: Valued, answer: str, sense: Sense | None, story: Story) -> None:
    """What neither says alone: the part that was examined, and how it was found ("Ankle reflexes", "absent")."""
    question = _question(desk, valued)
    reading = _exam(desk, question, answer, sense)
    if reading.mentions or reading.asides:
        file_mentions(desk, reading, f"{question}: {answer}", _asked(sense, story))


def _exam(desk: Desk, question: str, answer: str, sense: Sense | None) -> Reading:
    """Question and answer as one text, when the question names no finding itself."""
    if not question or not answer or len(answer) > _LONGEST_EXAM or (sense is not None and not _is_open(sense)):
        return EMPTY
    # "Dorsalis pedis pulse, left" + "not palpable": marks in the name of an examination do not part it from its outcome
    return desk.words.read(f"{question.translate(_MARKS)} {answer}")


def _is_open(question: Sense) -> bool:
    """Whether a question names no finding and no measurement itself."""
    return not (question.findings or question.results or question.reading.mentions)


def _question(desk: Desk, valued: Valued) -> str:
    return desk.words.label(valued.code) if valued.code is not None else ""


def _asked(question: Sense | None, story: Story) -> Story:
    """The story of an answer: its question may name the place."""
    aside = question.reading if question is not None else EMPTY
    return Story(recorded=story.recorded, place=story.place, weak=story.weak, aside=aside)


# --- signs and symptoms ---


def _file_sign(desk: Desk, valued: Valued, sense: Sense, story: Story, owner: wire.Observation) -> None:
    """A sign that is present, absent or asked for; with a value it is a coded result as well."""
    value = read_value(desk, valued, ()) if has_value(valued) else MISSING
    coded = value.coded | read_flag(desk, valued.interpretation)[1]
    if sense.findings and (value is not MISSING or coded):
        desk.file(_sign_result(desk, sense, value, coded, story))
    verdict = _verdict(desk, valued, value, coded)
    if verdict is None:
        _file_answered(desk, valued, sense, story)
    elif verdict and sense.is_test and value is MISSING and not coded:
        _file_test(desk, sense, story)
    elif not verdict:
        deny(desk, sense, story)
    else:
        note = note_text(owner.note, owner.comment, owner.comments)
        notes = desk.words.read(note) if note else EMPTY
        aside = notes if value.reading is None else _place_only(value.reading, notes)
        place = _place_of_parts(desk, story.place, owner.component) if valued is owner else story.place
        told = Story(recorded=story.recorded, place=place, weak=story.weak, aside=aside)
        told.settled = notes.own if value.reading is None else value.reading.own | notes.own
        told.note = note
        file_findings(desk, sense, told)
        file_note(desk, notes, note, told)
        if valued is owner:
            story.filed = told.filed


def _place_only(value: Reading, notes: Reading) -> Reading:
    """Side, sites and modifiers of a value ("Numbness of foot: bilateral") and of the note."""
    return Reading((), value.sites or notes.sites, either(value.side, notes.side), value.modifiers | notes.modifiers)


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


def _verdict(desk: Desk, valued: Valued, value: Value, coded: frozenset[str]) -> bool | None:
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
    if reading is None or reading.mentions or reading.answer == _NOT_ASSESSED:
        return None
    is_placed = reading.sites or reading.side is not Side.UNKNOWN or reading.modifiers
    return _is_stated(desk, valued, value) if is_placed else None


def _is_left_open(desk: Desk, valued: Valued) -> bool:
    """Whether a sign without a value is not simply there: it says why there is none, or leaves it to its components."""
    if valued.data_absent_reason is not None:
        return True
    if not isinstance(valued, wire.Observation):
        return False
    return _is_left_undone(desk, valued) or bool(valued.component and not _are_details(desk, valued.component))


def _is_stated(desk: Desk, valued: Valued, value: Value) -> bool:
    """Whether a value that names a place states the sign: "Babinski" + "downgoing bilaterally" does not."""
    told = desk.words.read(f"{_question(desk, valued).translate(_MARKS)} {value.shown}").mentions
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


def _file_test(desk: Desk, sense: Sense, story: Story, outcome: frozenset[str] = frozenset()) -> None:
    """A test without a measurement of ours (nerve conduction): it was done, perhaps with a plain outcome."""
    is_text = not sense.sets
    sets = (*sense.findings, *(sense.orders or wider(desk.words.kinds, sorted(sense.reading.tests))))
    side = either(sense.side, story.place.side)
    desk.file(
        Procedure(
            desk.ref, sense.label, sets, story.recorded, side, weak=story.weak, text_only=is_text,
            source="Observation", coded=outcome,
        )
    )  # fmt: skip


# --- answers of forms ---


def file_outcome(desk: Desk, question: wire.Concept, outcome: str, story: Story) -> None:
    """The worded answer to a question that names no finding itself: "Perianal sensation", "absent"."""
    sense, label = desk.words.sense(question), desk.words.label(question)
    reading = _exam(desk, label, outcome, sense)
    if reading.mentions:
        file_mentions(desk, replace(reading, asides=()), f"{label}: {outcome}", _asked(sense, story))


def file_answer(desk: Desk, question: wire.Concept, answer: wire.Answer, when: Span, *, weak: bool) -> bool:
    """The answer to a question that is a measurement of ours (a score); whether it was one."""
    sense = desk.words.sense(question)
    if sense is None or not sense.results:
        return False
    valued = wire.Component(
        code=question,
        value_quantity=answer.value_quantity,
        value_string=answer.value_string,
        value_integer=answer.value_integer,
        value_decimal=answer.value_decimal,
        value_coding=answer.value_coding,
        value_boolean=answer.value_boolean,
    )
    _file_result(desk, valued, sense, Story(recorded=when, weak=weak))
    return True
