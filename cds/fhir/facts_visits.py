"""Reasons of the current encounter, and forms that the patient or a clinician filled in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from cds.domain.record import Finding, Side
from cds.domain.when import OPEN
from cds.fhir import wire
from cds.fhir.desk import Desk, status_of
from cds.fhir.facts_answers import file_outcome
from cds.fhir.facts_findings import Story, deny, file_findings, file_mentions, told_onset, words_of
from cds.fhir.facts_reasons import UNDONE, as_items, concept_of
from cds.fhir.facts_results import file_answer
from cds.fhir.figures import file_told
from cds.fhir.quantities import number_of
from cds.fhir.reading import EMPTY, Reading
from cds.fhir.references import tail
from cds.fhir.senses import Sense, as_list
from cds.fhir.told_apart import LONGEST_TOGETHER, short_heading, under
from cds.fhir.values import answer_code

# rules.md §0: without a context an encounter counts when in progress or ended at most 30 days before the day.
RECENT_DAYS = 30
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
    if not end.is_open:
        return end.latest is not None and end.latest >= desk.today - RECENT_DAYS
    if status_of(encounter.status) in _OPEN:
        return True
    return start.latest is not None and start.latest >= desk.today - RECENT_DAYS


def read_encounter(desk: Desk, encounter: wire.Encounter) -> None:
    """The reasons of the current visit, and its kind."""
    if not is_current(desk, encounter):
        return
    period = encounter.period or encounter.actual_period or wire.Period()
    start = desk.span(period.start)
    if desk.is_future(start):
        desk.count("future")
        return
    story = Story(recorded=start, of_visit=True)
    for concept in _kinds_of_visit(encounter):
        _file(desk, concept, story)
    for concept in as_list(encounter.reason_code):
        _file(desk, concept, story)
    for item in _reasons(encounter):
        _follow(desk, encounter, item, story)


def _file(desk: Desk, concept: wire.Concept | wire.CodeableReference | None, story: Story) -> None:
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
    for service in as_items(encounter.service_type):
        yield concept_of(service)


def _reasons(encounter: wire.Encounter) -> Iterator[wire.CodeableReference]:
    """Reasons and diagnoses in the shapes of all releases."""
    for reason in as_items(encounter.reason):
        yield reason
        yield from reason.value or ()
    for diagnosis in encounter.diagnosis or ():
        yield from as_items(diagnosis.condition)
    for references in (encounter.reason_reference, encounter.indication):
        for one in references if isinstance(references, list) else [references]:
            if one is not None:
                yield wire.CodeableReference(reference=one)


def _follow(desk: Desk, encounter: wire.Encounter, item: wire.CodeableReference, story: Story) -> None:
    """A reason by concept, or by pointer to a Condition that came along, or by the pointer's own words."""
    _file(desk, concept_of(item), story)
    pointer = item.reference
    reference = pointer.reference if isinstance(pointer, wire.Reference) else pointer
    target = desk.library.look_up(reference, encounter)
    if target is not None:
        _mark(desk.by_resource.get(id(target), []))
    elif item.concept is None and item.coding is None:
        display = pointer.display if isinstance(pointer, wire.Reference) else item.display
        _file(desk, wire.Concept(text=display), story)


def _mark(findings: list[Finding]) -> None:
    for finding in findings:
        finding.of_visit = finding.of_visit or finding.status == "active"


# --- forms ---

_UNUSED_FORM = frozenset({"entered-in-error", "stopped"})


def read_form(desk: Desk, form: wire.QuestionnaireResponse) -> None:
    """Coded or plainly worded answers."""
    status = status_of(form.status)
    if status in _UNUSED_FORM:
        return
    when = desk.first(form.authored)
    if desk.is_future(when):
        desk.count("future")
        return
    story = Story(recorded=when, weak=status == "in-progress", of_visit=_is_of_visit(desk, form))
    for item, heading, follows in _items(desk, form.item):
        for answer in item.answer or ():
            # a number tells how much or how often of what the question itself names, not of its heading
            above = "" if _number(answer) is not None else heading
            _read_answer(desk, _question(desk, item, above, follows=follows), answer, story)


def _is_of_visit(desk: Desk, form: wire.QuestionnaireResponse) -> bool:
    """Whether a form was filled in during the visit that the call names."""
    pointer = form.encounter.reference if form.encounter is not None else None
    return bool(desk.encounter_id and pointer) and tail(pointer or "")[1] == tail(desk.encounter_id or "")[1]


def _items(
    desk: Desk, items: list[wire.Item] | wire.Item | None, heading: str = "", *, follows: bool = False
) -> Iterator[tuple[wire.Item, str, bool]]:
    """Every question, however deep, what stands above it, and whether it follows a question answered yes.

    Above it stands the name of its group, or such a question.
    """
    for item in items if isinstance(items, list) else [items]:
        if item is None:
            continue
        yield item, heading, follows
        answers = item.answer or ()
        name = short_heading(item.text or "")
        whole = f"{heading}: {name}" if heading and name else name or heading
        named = whole if len(whole) <= LONGEST_TOGETHER else name
        is_yes = all(_affirms(desk, answer) for answer in answers)
        below, is_next = (named, bool(answers)) if is_yes else (heading, False)
        for items_below in (item.item, *(answer.item for answer in answers)):
            yield from _items(desk, items_below, below, follows=is_next)


def _affirms(desk: Desk, answer: wire.Answer) -> bool:
    """Whether an answer says yes, so that what is asked next is asked of what is there."""
    coding = answer.value_coding
    code = answer_code(desk.words, wire.Concept([coding])) if coding is not None else ""
    text = answer.value_string or (coding.display if coding is not None else None)
    return answer.value_boolean is True or "yes" in (code, desk.words.read(text).answer)


def _read_answer(desk: Desk, question: wire.Concept, answer: wire.Answer, story: Story) -> None:
    if file_answer(desk, question, answer, story.recorded, weak=story.weak):
        return
    number = _number(answer)
    coding = answer.value_coding
    text = answer.value_string or (coding.display if coding is not None else None)
    reading = desk.words.read(text)
    said = reading.answer or (answer_code(desk.words, wire.Concept([coding])) if coding is not None else "")
    if answer.value_boolean is True or number or said in ("yes", "present", "positive"):
        _file_question(desk, question, _affirmed(desk, question, reading, text or "", story))
    elif _is_place_only(desk, reading, text):  # "Which foot is numb?": "the right"
        _file_question(desk, question, replace(story, aside=reading))
    elif coding is not None and _is_coded(desk, coding):
        _file(desk, wire.Concept([coding]), _asked(desk, question, story))
    elif text:
        _read_words(desk, question, text, reading, story)
    if answer.value_boolean is False or number == 0 or said in ("no", "absent", "negative"):
        _deny(desk, question, story)
    _file_outcome(desk, question, text, reading, said, story)


def _number(answer: wire.Answer) -> float | None:
    return number_of(answer.value_integer if answer.value_integer is not None else answer.value_decimal)


def _read_words(desk: Desk, question: wire.Concept, text: str, reading: Reading, story: Story) -> None:
    """An answer in words: since when ("since Monday"), "not always", or what it tells itself."""
    if _tells_when(desk, text, reading):
        since = replace(story, onset=told_onset(desk, text, story.recorded))
        _file_question(desk, question, _affirmed(desk, question, reading, text, since))
    if not reading.answer or reading.mentions:  # "No, but my left foot is numb"
        _file_words(desk, question, text, story)
    if not reading.answer and desk.words.text.is_undone(text) and _asks_for_health(desk, question):
        _deny(desk, question, story)


def _file_outcome(
    desk: Desk, question: wire.Concept, text: str | None, reading: Reading, said: str, story: Story
) -> None:
    """How something was found, where neither question nor answer is a finding: "Perianal sensation", "absent"."""
    if text and said not in ("yes", "no") and not reading.mentions:
        file_outcome(desk, question, text, story)


def _affirmed(desk: Desk, question: wire.Concept, reading: Reading, text: str, story: Story) -> Story:
    """The story of a "yes", and how it is where the same answer says so: "Yes, for many years".

    Nothing is settled where question or answer speak of a change ("Any new weakness?", "Yes, worse this week").
    """
    settled = reading.own if reading.own and desk.words.text.is_steady(question.text or "") else frozenset[str]()
    return replace(story, settled=settled, modifiers=reading.modifiers, note=text) if settled else story


def _tells_when(desk: Desk, text: str, reading: Reading) -> bool:
    """Whether an answer only says since when, or how it came: that states what was asked."""
    if reading.answer or reading.mentions or reading.drugs or reading.tests:
        return False
    words = desk.words.text
    is_undone = not UNDONE.isdisjoint(reading.modifiers)
    is_told = bool(reading.modifiers) and not (
        is_undone or reading.asides or words.denies(text) or words.tells_end(text)
    )
    return is_told or words.tells_when(text)


def _is_place_only(desk: Desk, reading: Reading, text: str | None) -> bool:
    """Whether an answer only tells where, and in no word how it was found ("left and right normal")."""
    is_placed = bool(reading.sites) or reading.side is not Side.UNKNOWN
    is_told = reading.answer or reading.mentions or reading.asides or reading.drugs or reading.tests
    return is_placed and not is_told and not desk.words.text.calms(text or "")


def _file_words(desk: Desk, question: wire.Concept, text: str, story: Story) -> None:
    """An answer in words: what it says itself, or together with its question ("What makes it worse?": "standing")."""
    asked = question.text or ""
    reading = desk.words.in_answer(asked, text)
    if not (reading.mentions or reading.asides) and asked:
        reading = replace(desk.words.read(f"{asked.rstrip('?:. ')}: {text}"), mentions=())
    told = _asked(desk, question, story)
    if len(reading.mentions) == 1:
        told.onset = told_onset(desk, text, story.recorded)
    file_mentions(desk, reading, text, told)


def _deny(desk: Desk, question: wire.Concept, story: Story) -> None:
    sense = desk.words.sense(question)
    if sense is not None:
        deny(desk, sense, story)


def _asks_for_health(desk: Desk, question: wire.Concept) -> bool:
    """Whether a question names only what is well ("Can you control your bladder?"), so that "not always" is a no."""
    sense = desk.words.sense(question)
    return sense is not None and bool(sense.reading.mentions) and all(m.negated for m in sense.reading.mentions)


def _is_coded(desk: Desk, coding: wire.Coding) -> bool:
    sense = desk.words.sense(wire.Concept([coding]))
    return sense is not None and bool(sense.sets)


def _question(desk: Desk, item: wire.Item, heading: str, *, follows: bool) -> wire.Concept:
    """A question as a concept, in the light of what stands above it; its link id is often a LOINC code.

    "Location" is asked of the group's finding, "Since when?" of what was answered yes, "Leaflet given?" of neither.
    """
    link = (item.link_id or "").strip().strip("/")
    coding = [wire.Coding("http://loinc.org", link.rpartition("/")[2])] if link else None
    if not (heading and item.text):
        return wire.Concept(coding, item.text)
    text = under(desk.words, heading, item.text)
    is_silent = (follows or desk.words.text.asks_where(text)) and text == item.text and desk.words.read(text) is EMPTY
    together = f"{heading.rstrip('?:. ')}: {text}"
    return wire.Concept(coding, together if is_silent and len(together) <= LONGEST_TOGETHER else text)


def _file_question(desk: Desk, question: wire.Concept, story: Story) -> None:
    sense = desk.words.sense(question)
    if sense is not None:
        file_findings(desk, sense, story)


def _asked(desk: Desk, question: wire.Concept, story: Story) -> Story:
    """The story of an answer whose question names the place."""
    sense: Sense | None = desk.words.sense(question)
    aside = sense.reading if sense is not None else EMPTY
    return Story(recorded=story.recorded, weak=story.weak, of_visit=story.of_visit, aside=aside, onset=OPEN)
