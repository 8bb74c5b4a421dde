"""Forms that the patient or a clinician filled in: coded or plainly worded answers, under their headings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from cds.domain.lexicon import Heading
from cds.domain.record import Side
from cds.domain.when import OPEN
from cds.fhir import wire
from cds.fhir.desk import Desk, status_of
from cds.fhir.facts_answers import file_outcome
from cds.fhir.facts_findings import Story, deny, file_findings, file_mentions, told_onset
from cds.fhir.facts_reasons import UNDONE
from cds.fhir.facts_results import file_answer
from cds.fhir.facts_visits import file_concept
from cds.fhir.headings import together
from cds.fhir.quantities import number_of
from cds.fhir.reading import EMPTY, Reading
from cds.fhir.references import tail
from cds.fhir.senses import Sense
from cds.fhir.several import as_list
from cds.fhir.told_apart import LONGEST_TOGETHER, is_mere_place, short_heading, under
from cds.fhir.values import answer_code

# Headings above one another that are read as words; what those above say of all below is kept from any depth.
_DEEPEST = 4
_UNUSED_FORM = frozenset({"entered-in-error", "stopped"})


def read_form(desk: Desk, form: wire.QuestionnaireResponse) -> None:
    """Coded or plainly worded answers."""
    status = status_of(form.status)
    if status in _UNUSED_FORM:
        return
    when = desk.first(form.authored)
    if desk.passes_over(when):
        return
    story = Story(recorded=when, weak=status == "in-progress", of_visit=_is_of_visit(desk, form))
    for item, above in _items(desk, form.item, _TOP):
        told = replace(story, under=together(above.said | desk.words.headings.read(item.text or "")))
        for answer in item.answer or () if told.under is not Heading.OTHERS else ():
            # a number tells how much or how often of what the question itself names, not of its heading
            over = replace(above, headings=()) if _number(answer) is not None else above
            _read_answer(desk, _question(desk, item, over), answer, told)


def _is_of_visit(desk: Desk, form: wire.QuestionnaireResponse) -> bool:
    """Whether a form was filled in during the visit that the call names."""
    pointer = form.encounter.reference if form.encounter is not None else None
    return bool(desk.encounter_id and pointer) and tail(pointer or "")[1] == tail(desk.encounter_id or "")[1]


@dataclass(frozen=True, slots=True)
class _Above:
    """What stands above a question: the words that it is asked under, and what headings say of all below.

    `follows`: it is asked next because another one was answered yes.
    """

    headings: tuple[str, ...] = ()
    said: frozenset[Heading] = frozenset()
    follows: bool = False


_TOP = _Above()


def _items(desk: Desk, items: list[wire.Item] | wire.Item | None, above: _Above) -> Iterator[tuple[wire.Item, _Above]]:
    """Every question, however deep, and what stands above it: the names of its groups, and questions answered yes."""
    for item in as_list(items):
        yield item, above
        answers = item.answer or ()
        below = replace(above, follows=False)
        if all(_affirms(desk, answer) for answer in answers):
            name = short_heading(item.text or "")
            named = (*above.headings, name)[-_DEEPEST:] if name else above.headings
            below = _Above(named, above.said | desk.words.headings.read(name), bool(answers))
        for items_below in (item.item, *(answer.item for answer in answers)):
            yield from _items(desk, items_below, below)


def _affirms(desk: Desk, answer: wire.Answer) -> bool:
    """Whether an answer says yes, so that what is asked next is asked of what is there."""
    coding = answer.value_coding
    code = answer_code(desk.words, wire.Concept([coding])) if coding is not None else ""
    text = answer.value_string or (coding.display if coding is not None else None)
    return answer.value_boolean is True or "yes" in (code, desk.words.read(text).answer)


def _read_answer(desk: Desk, question: wire.Concept, answer: wire.Answer, story: Story) -> None:
    if file_answer(desk, question, answer, story):
        return
    number = _number(answer)
    if number is not None and story.under is not Heading.PAST:
        story = _freed(story)
    coding = answer.value_coding
    text = answer.value_string or (coding.display if coding is not None else None)
    reading = desk.words.read(text)
    said = reading.answer or (answer_code(desk.words, wire.Concept([coding])) if coding is not None else "")
    if answer.value_boolean is True or number or said in ("yes", "present", "positive"):
        _file_question(desk, question, _affirmed(desk, question, reading, text or "", story))
    elif _is_place_only(desk, reading, text):  # "Which foot is numb?": "the right"
        _file_question(desk, question, replace(story, aside=reading))
    elif coding is not None and _is_coded(desk, coding):
        file_concept(desk, wire.Concept([coding]), _asked(desk, question, story))
    elif text:
        is_told = answer.value_string is not None and story.under is Heading.ADVISED and bool(reading.mentions)
        _read_words(desk, question, text, reading, _freed(story) if is_told else story)
    if answer.value_boolean is False or number == 0 or said in ("no", "absent", "negative"):
        _deny(desk, question, story)
    _file_outcome(desk, question, text, reading, said, story)


def _number(answer: wire.Answer) -> float | None:
    return number_of(answer.value_integer if answer.value_integer is not None else answer.value_decimal)


def _read_words(desk: Desk, question: wire.Concept, text: str, reading: Reading, story: Story) -> None:
    """An answer in words: since when ("since Monday"), "not always", or what it tells itself."""
    if _tells_when(desk, text, reading):
        since = replace(_freed(story), onset=told_onset(desk, text, story.recorded))
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
        file_outcome(desk, question, text, _freed(story))


def _freed(story: Story) -> Story:
    """The story of an answer that is more than a tick: it is no mark beside what was denied, advised or once there."""
    return story if story.under in (Heading.FAMILY, Heading.OTHERS) else replace(story, under=None)


def _affirmed(desk: Desk, question: wire.Concept, reading: Reading, text: str, story: Story) -> Story:
    """The story of a "yes", and how it is where the same answer says so: "Yes, for many years".

    Nothing is settled where question or answer speak of a change ("Any new weakness?", "Yes, worse this week").
    """
    if story.under is Heading.PAST and not desk.words.text.is_steady(text):
        story = replace(story, under=None)  # "Have you ever had ...?" "Yes, again since yesterday"
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


def _question(desk: Desk, item: wire.Item, above: _Above) -> wire.Concept:
    """A question as a concept, in the light of what stands above it; its link id is often a LOINC code.

    "Location" is asked of the group's finding, "Since when?" of what was answered yes, "Leaflet given?" of neither.
    """
    link = (item.link_id or "").strip().strip("/")
    coding = [wire.Coding("http://loinc.org", link.rpartition("/")[2])] if link else None
    if not (above.headings and item.text):
        return wire.Concept(coding, item.text)
    text = item.text
    words = desk.words
    for heading in reversed(above.headings):
        if text == item.text or not is_mere_place(words, heading):
            text = under(words, heading, text)
    is_silent = (above.follows or words.text.asks_where(text)) and text == item.text and words.read(text) is EMPTY
    whole = ": ".join([*(heading.rstrip("?:. ") for heading in above.headings), text])
    return wire.Concept(coding, whole if is_silent and len(whole) <= LONGEST_TOGETHER else text)


def _file_question(desk: Desk, question: wire.Concept, story: Story) -> None:
    sense = desk.words.sense(question)
    if sense is not None:
        file_findings(desk, sense, story)


def _asked(desk: Desk, question: wire.Concept, story: Story) -> Story:
    """The story of an answer whose question names the place."""
    sense: Sense | None = desk.words.sense(question)
    aside = sense.reading if sense is not None else EMPTY
    return replace(story, aside=aside, onset=OPEN, filed=[])
