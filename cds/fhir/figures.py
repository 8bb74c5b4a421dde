"""Measurements told in the words of a report: "Left ABI 0.62, right 0.98", "Post-void residual: 400 mL"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from cds.domain.record import Side
from cds.fhir import wire
from cds.fhir.desk import Desk
from cds.fhir.facts_findings import Story
from cds.fhir.facts_results import file_result
from cds.fhir.senses import Sense
from cds.fhir.tokens import tokenize
from cds.fhir.values import read_value

_SENTENCES = re.compile(r"\.(?=\s|$)|[;\n]")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
# a name, a number that is no date, range, ratio or limit, what may be its unit, and a side said after it
_FIGURE = re.compile(
    r"([A-Za-z][A-Za-z0-9 :/()'-]{0,60}?)[\s:=]+(\d+(?:[.,]\d+)?)(?![\d.,]*\d|\s*[/-]\s*\d)"
    r"(?:\s*(?!(?:on|in|at|for|and|to|or|[LRlr])\b)([A-Za-zµμ%][A-Za-z0-9µμ%./]*))?"
    r"(?:\s*(?:\b(?:on|in|at|for)\s+(?:the\s+)?|\()(left|right)\b)?"
)
_CLAUSE = re.compile(r"[,(]|\b(?:and|but|with)\b")
_LETTER = re.compile(r"\b([LRlr])$")
_SIDES = {"l": "left", "r": "right"}
_LONGEST_TOLD, _LONGEST_NAME = 2_000, 120
_FEW = 3


@dataclass(frozen=True, slots=True)
class Figure:
    """A number in a text: the words before it, the word after it, the side said after both, and what follows."""

    name: str
    number: str
    unit: str = ""
    side: str = ""
    after: str = ""


def figures_in(text: str) -> Iterator[Figure]:
    """Every number that has a name, sentence by sentence; a sentence with a year may tell of another time.

    A limit ("below 180", "<180") is nobody's result and has no place here.
    """
    for sentence in _SENTENCES.split(text[:_LONGEST_TOLD]):
        if _YEAR.search(sentence) is None:
            for match in _FIGURE.finditer(sentence):
                name = _LETTER.sub(lambda found: _SIDES[found[1].lower()], match[1].strip())
                after = _CLAUSE.split(sentence[match.end() :], maxsplit=1)[0].strip()
                yield Figure(name, match[2], match[3] or "", (match[4] or "").lower(), after)


def file_figures(desk: Desk, text: str, story: Story) -> None:
    """File the measurements that a text names with a value in a unit of theirs; anything doubtful is left."""
    measured: Sense | None = None
    for figure in figures_in(text):
        sense = desk.words.sense(wire.Concept(text=f"{figure.name} {figure.side}".strip()))
        if not desk.words.terminology.lexicon.comparing.isdisjoint(tokenize(figure.name)):
            continue
        if sense is None:
            continue
        if sense.results:
            measured = sense
        elif measured is not None and _is_side(sense, figure.name):
            measured = replace(measured, side=sense.side)
        else:
            continue
        _file(desk, measured, figure, story)


def file_told(desk: Desk, text: str, story: Story) -> None:
    """File, weakly, those measurements that count wherever they are told: "back pain, PVR 800 mL" is a problem's name.

    What is over, or began at a time of its own, was measured then.
    """
    if story.status != "active" or not any(c.isdigit() for c in text):
        return
    terminology = desk.words.terminology
    when = story.recorded if story.onset.is_open else story.onset
    for figure in figures_in(text):
        is_older = not terminology.lexicon.comparing.isdisjoint(tokenize(figure.name))
        if is_older or not (unit := _unit_told(desk, figure)):
            continue
        for name in (figure.name, f"{figure.name} {figure.after}"):
            sense = desk.words.sense(wire.Concept(text=name)) if len(name) <= _LONGEST_NAME else None
            if sense is not None and not _told(desk).isdisjoint(sense.results):
                _file(desk, sense, replace(figure, unit=unit), Story(recorded=when, weak=True))
                break


def _unit_told(desk: Desk, figure: Figure) -> str:
    """The unit of a told number; a bare one is in the only unit that such a measurement has. Empty for other words."""
    units = desk.words.terminology.units
    known = {dimension for name in _told(desk) for dimension in units.allowed.get(name, ())}
    if not figure.unit:
        own = [name for name, unit in units.exact.items() if unit.dimension in known]
        return own[0] if own and not figure.after else ""
    unit = units.named(figure.unit)
    return figure.unit if unit is not None and unit.dimension in known else ""


def _told(desk: Desk) -> frozenset[str]:
    return desk.words.terminology.lexicon.narrated


def _is_side(sense: Sense, name: str) -> bool:
    """Whether words only name the other side of what was measured before: "and right"."""
    return len(name.split()) < _FEW and sense.side in (Side.LEFT, Side.RIGHT) and not sense.reading.mentions


def _file(desk: Desk, sense: Sense, figure: Figure, story: Story) -> None:
    # "ABI 0.62 moderate" is 0.62, "repeat ABI in 6 months" no six
    bare = [figure.number] if set(".,") & set(figure.number) else []
    for value in (f"{figure.number} {figure.unit}".strip(), *bare):
        told = wire.Component(value_string=value)
        read = read_value(desk, told, sense.analytes)
        if read.quantity is not None and not read.problem:
            title = desk.words.title(sense.results)
            label = sense.label if title in sense.results else title
            file_result(desk, told, replace(sense, label=label), story)
            return
