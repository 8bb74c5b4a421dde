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
_DIGIT = re.compile(r"\d")
_CLAUSE = re.compile(r"[,(]|\b(?:and|but|with)\b")
_LETTER = re.compile(r"\b([LRlr])$")
_SIDES = {"l": "left", "r": "right"}
_LONGEST_TOLD, _LONGEST_NAME = 2_000, 120
_FEW = 3
_LARGE = 3
# what may stand behind a large number without a unit, so that it counts nothing else: "PVR 620 post void"
_NO_UNITS = frozenset(
    "after at before by despite in now on post pre prior since so then this today when yesterday".split()
)


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
    if story.status != "active" or _DIGIT.search(text) is None:
        return
    terminology = desk.words.terminology
    when = story.recorded if story.onset.is_open else story.onset
    measured: Sense | None = None
    for figure in (_without_false_unit(desk, figure) for figure in figures_in(text)):
        if not _may_be_told(desk, figure) or not terminology.lexicon.comparing.isdisjoint(tokenize(figure.name)):
            continue
        measured = _measured(desk, figure, measured)
        told = _with_unit(desk, figure, measured) if measured is not None else None
        if measured is not None and told is not None:
            _file(desk, measured, told, Story(recorded=when, weak=True))


def _without_false_unit(desk: Desk, figure: Figure) -> Figure:
    """A figure whose word behind the number is no unit: "bladder scan 620 post void"."""
    if not figure.unit or desk.words.terminology.units.named(figure.unit) is not None:
        return figure
    return replace(figure, unit="", after=f"{figure.unit} {figure.after}".strip())


def _measured(desk: Desk, figure: Figure, before: Sense | None) -> Sense | None:
    """What a told number measures: what stands with it, or the same on the side that it names."""
    # "bladder scan 750 ml after voiding": what follows may say more exactly what was measured
    for name in (f"{figure.name} {figure.after}", f"{figure.name} {figure.side}".strip()):
        sense = desk.words.sense(wire.Concept(text=name)) if len(name) <= _LONGEST_NAME else None
        if sense is not None and not _told(desk).isdisjoint(sense.results):
            return sense
        if sense is not None and before is not None and _is_side(sense, figure.name):
            return replace(before, side=sense.side)
    return None


def _may_be_told(desk: Desk, figure: Figure) -> bool:
    """A quick no: whether a told measurement could have such a unit at all."""
    if not figure.unit:
        return True
    units = desk.words.terminology.units
    unit = units.named(figure.unit)
    return unit is not None and any(unit.dimension in units.allowed.get(name, ()) for name in _told(desk))


def _with_unit(desk: Desk, figure: Figure, measured: Sense) -> Figure | None:
    """A told number in its unit; a bare one is in the only unit that such a measurement has. None for other words."""
    units = desk.words.terminology.units
    known = {dimension for name in measured.results for dimension in units.allowed.get(name, ())}
    base = next((name for name, exact in units.exact.items() if exact.dimension in known and exact.factor == 1), None)
    unit = units.named(figure.unit or figure.after)
    if unit is None or unit.dimension not in known:
        is_side = figure.after.lower() in (*_SIDES, *_SIDES.values())
        is_large = figure.number.isdigit() and len(figure.number) >= _LARGE and _counts_nothing(figure.after)
        is_bare = not figure.unit and (
            not figure.after or is_side or is_large or _is_named_by_both(desk, figure, measured)
        )
        return replace(figure, unit=base) if base is not None and is_bare else None
    # "PVR 1L": behind a volume an L is neither a side nor the mark of a low value
    number = float(figure.number.replace(",", ".")) * unit.factor
    return figure if figure.unit else replace(figure, number=f"{number:g}", unit=base or "")


def _counts_nothing(after: str) -> bool:
    """Whether the words behind a number are no unit: "PVR 620 post void", but not "PVR 240 dynes"."""
    return after.lower().partition(" ")[0] in _NO_UNITS


def _is_named_by_both(desk: Desk, figure: Figure, measured: Sense) -> bool:
    """Whether what follows the number is part of the name of what was measured, and no other unit or count."""
    sense = desk.words.sense(wire.Concept(text=figure.name)) if len(figure.name) <= _LONGEST_NAME else None
    return sense is None or sense.results != measured.results


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
