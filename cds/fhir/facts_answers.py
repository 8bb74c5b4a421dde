"""Answers that are findings themselves, coded or worded, and what an examination and its outcome say together."""

from __future__ import annotations

from dataclasses import replace

from cds.fhir import wire
from cds.fhir.desk import Desk
from cds.fhir.facts_findings import Story, file_findings, file_mentions, told_onset
from cds.fhir.reading import EMPTY, Reading
from cds.fhir.senses import Sense
from cds.fhir.values import has_value, read_flag

_LONGEST_ANSWER = 500
_LONGEST_EXAM = 60
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
            _file_exam(desk, valued, desk.words.label(concept), sense, story)
    elif valued.value_string and len(valued.value_string) <= _LONGEST_ANSWER:
        reading = desk.words.in_context(question_of(desk, valued), valued.value_string)
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


def _file_exam(desk: Desk, valued: wire.Observed, answer: str, sense: Sense | None, story: Story) -> None:
    """What neither says alone: the part that was examined, and how it was found ("Ankle reflexes", "absent")."""
    question = question_of(desk, valued)
    reading = _exam(desk, question, answer, sense)
    if reading.mentions or reading.asides:
        file_mentions(desk, reading, f"{question}: {answer}", _asked(sense, story))


def _exam(desk: Desk, question: str, answer: str, sense: Sense | None) -> Reading:
    """Question and answer as one text, when the question names no finding itself."""
    if not question or not answer or len(answer) > _LONGEST_EXAM or (sense is not None and not _is_open(sense)):
        return EMPTY
    return read_exam(desk, question, answer)


def read_exam(desk: Desk, question: str, outcome: str) -> Reading:
    """An examination and its outcome as one text: "Dorsalis pedis pulse, left" and "not palpable".

    Marks in the name of the examination do not part it from its outcome.
    """
    return desk.words.read(f"{question.translate(_MARKS)} {outcome}")


def _is_open(question: Sense) -> bool:
    """Whether a question names no finding and no measurement itself."""
    return not (question.findings or question.results or question.reading.mentions)


def question_of(desk: Desk, valued: wire.Observed) -> str:
    """The name of what was asked, measured or examined; empty when it has none."""
    return desk.words.label(valued.code) if valued.code is not None else ""


def _asked(question: Sense | None, story: Story) -> Story:
    """The story of an answer: its question may name the place."""
    aside = question.reading if question is not None else EMPTY
    return Story(recorded=story.recorded, place=story.place, weak=story.weak, aside=aside)


def file_outcome(desk: Desk, question: wire.Concept, outcome: str, story: Story) -> None:
    """The worded answer to a question that names no finding itself: "Perianal sensation", "absent"."""
    sense, label = desk.words.sense(question), desk.words.label(question)
    reading = _exam(desk, label, outcome, sense)
    if reading.mentions:
        file_mentions(desk, replace(reading, asides=()), f"{label}: {outcome}", _asked(sense, story))
