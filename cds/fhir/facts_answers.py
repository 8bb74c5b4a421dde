"""Answers that are findings themselves, coded or worded, and what an examination and its outcome say together."""

from __future__ import annotations

import re
from dataclasses import replace

from cds.fhir import wire
from cds.fhir.desk import Desk
from cds.fhir.facts_findings import Story, file_findings, file_mentions, told_onset
from cds.fhir.figures import file_told
from cds.fhir.quantities import number_of
from cds.fhir.reading import EMPTY, Reading
from cds.fhir.senses import Sense
from cds.fhir.values import answer_code, has_value, read_flag

_LONGEST_ANSWER = 500
_LONGEST_EXAM = 60
# how an examination is graded, when nothing but the number stands there: "0", "2+"
_GRADE = re.compile(r"\+?([0-5])\s?\+?")
_SCORES = frozenset({"", "1", "{score}", "{grade}", "score", "grade"})
_MARKS = {ord(mark): " " for mark in ",;-–()"}


def file_answered(desk: Desk, valued: wire.Observed, sense: Sense | None, story: Story) -> None:
    """Findings that a coded or worded value names itself, in the light of its question."""
    concept = valued.value_codeable_concept
    if concept is None and valued.value_coding is not None:
        concept = wire.Concept([valued.value_coding])
    if concept is not None:
        answer = desk.words.sense(concept)
        if answer is not None and (answer.findings or answer.reading.mentions):
            file_findings(desk, desk.words.answered(question_of(desk, valued), answer), _asked(sense, story))
        else:
            told = desk.words.label(concept)
            if not desk.words.read(told):  # a code for "absent", bare or beside a word of another language
                told = answer_code(desk.words, concept) or told
            _file_exam(desk, valued, told, sense, story)
    elif valued.value_string and len(valued.value_string) <= _LONGEST_ANSWER:
        _file_worded(desk, valued, valued.value_string, sense, story)
    elif grade := grade_of(valued):
        _file_exam(desk, valued, grade, sense, story)
    elif not has_value(valued) and "abnormal" in read_flag(desk, valued.interpretation)[1]:
        # only flagged: "Perianal sensation" with the interpretation "abnormal"
        _file_exam(desk, valued, "abnormal", sense, story)


def _file_worded(desk: Desk, valued: wire.Observed, text: str, sense: Sense | None, story: Story) -> None:
    """What an answer in words mentions or repeats of its question, or how it says that a part was found."""
    if sense is None or not sense.results:
        file_told(desk, text, story)
    reading = desk.words.in_answer(question_of(desk, valued), text)
    if reading.mentions or reading.asides:
        told = _asked(sense, story)
        if len(reading.mentions) == 1:
            told.onset = told_onset(desk, text, story.recorded)
        file_mentions(desk, reading, text, told)
    else:
        _file_exam(desk, valued, text, sense, story)


def _file_exam(desk: Desk, valued: wire.Observed, answer: str, sense: Sense | None, story: Story) -> None:
    """What neither says alone: the part that was examined, and how it was found ("Ankle reflexes", "absent")."""
    question = question_of(desk, valued)
    reading = _exam(desk, question, answer, sense)
    if reading.mentions or reading.asides:
        file_mentions(desk, reading, f"{question}: {answer}", _asked(sense, story))


def _exam(desk: Desk, question: str, answer: str, sense: Sense | None) -> Reading:
    """Question and answer as one text, when the question names no finding itself or the answer only doubts it: "?"."""
    if answer and not answer.strip(" ?"):
        return desk.words.read(f"{question}?") if sense is None or not sense.results else EMPTY
    if not question or not answer or len(answer) > _LONGEST_EXAM or (sense is not None and not _is_open(sense)):
        return EMPTY
    return read_exam(desk, question, answer)


def read_exam(desk: Desk, question: str, outcome: str) -> Reading:
    """An examination and its outcome as one text: "Dorsalis pedis pulse, left" and "not palpable".

    Marks in the name of the examination do not part it from its outcome.
    """
    return desk.words.read(f"{question.translate(_MARKS)} {_graded(outcome)}")


def grade_of(valued: wire.Observed) -> str:
    """The grade that a plain number states (reflexes 0 to 4, power 0 to 5); empty for what is measured in a unit."""
    if valued.value_integer is not None:
        return _whole(valued.value_integer)
    if valued.value_decimal is not None:
        return _whole(valued.value_decimal)
    quantity = valued.value_quantity
    if quantity is None or quantity.comparator or not {quantity.unit or "", quantity.code or ""} <= _SCORES:
        return ""
    return _whole(quantity.value)


def _whole(value: wire.Number) -> str:
    """The grade of a whole number from 0 to 5; empty for any other."""
    number = number_of(value)
    return _graded(f"{number:g}") if number is not None and number in range(6) else ""


def _graded(answer: str) -> str:
    """A bare grade in the words of the lexicon ("2+" is "grade 2"); anything else as it is."""
    match = _GRADE.fullmatch(answer.strip().rstrip(".;!"))
    return f"grade {match[1]}" if match else answer


def _is_open(question: Sense) -> bool:
    """Whether a question names no finding and no measurement itself."""
    return not (question.findings or question.results or question.reading.mentions)


def question_of(desk: Desk, valued: wire.Observed) -> str:
    """The name of what was asked, measured or examined; empty when it has none."""
    return desk.words.label(valued.code) if valued.code is not None else ""


def _asked(question: Sense | None, story: Story) -> Story:
    """The story of an answer: its question may name the place."""
    aside = question.reading if question is not None else EMPTY
    return Story(recorded=story.recorded, place=story.place, weak=story.weak, aside=aside, under=story.under)


def file_outcome(desk: Desk, question: wire.Concept, outcome: str, story: Story) -> None:
    """The worded answer to a question that names no finding itself: "Perianal sensation", "absent"."""
    sense, label = desk.words.sense(question), desk.words.label(question)
    reading = _exam(desk, label, outcome, sense)
    if reading.mentions:
        file_mentions(desk, replace(reading, asides=()), f"{label}: {outcome}", _asked(sense, story))
