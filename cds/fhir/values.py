"""The value of an observation, a component or an answer: a quantity in a known unit, or coded answers, or a problem.

Long because each of the value[x] types has its own spelling of the same few things.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from cds.domain.quantity import Quantity, Unit
from cds.fhir import quantities, wire
from cds.fhir.concepts import ConceptReader
from cds.fhir.desk import Desk
from cds.fhir.reading import Reading
from cds.fhir.senses import Sense, clean
from cds.fhir.several import as_list

NO_VALUE = "no value"
NOT_ASSESSED = "not-assessed"
NO_NUMBER = "no readable value"
WRONG_UNIT = "unit does not fit"
NOT_PLAUSIBLE = "value not plausible in its unit"
MISNAMED = "name and code do not agree"

_LONGEST_SHOWN = 40
# a tag of a code that stands for so many points
_SCORE = "score-"
_MOST_FIGURES = 9
_LARGEST_PLAIN = 1e15
_MOST_UNITS = 2_000
_LONGEST_UNITS = 100
_ANSWERS = {
    "yes": frozenset({"present", "positive"}),
    "present": frozenset({"present", "positive"}),
    "positive": frozenset({"present", "positive"}),
    "no": frozenset({"absent", "negative"}),
    "absent": frozenset({"absent", "negative"}),
    "negative": frozenset({"absent", "negative"}),
    "normal": frozenset({"normal"}),
    "abnormal": frozenset({"abnormal"}),
    "high": frozenset({"abnormal", "high"}),
    "low": frozenset({"abnormal", "low"}),
}
_RANGE = re.compile(
    r"\s*[\[(]?\s*(\d+(?:\.\d+)?)\s*(?:-|–|to)\s*(\d+(?:\.\d+)?)\s*([^\d\s\])][^\s\])]{0,20})?\s*[\])]?\s*"
)
_YES_NO = ("CodeSystem/v2-0136", "fhir/v2/0136")
AFFIRMED, DENIED = _ANSWERS["yes"], _ANSWERS["no"]


@dataclass(frozen=True, slots=True)
class Value:
    """What was measured or answered. `reading` and `sets` are those of a coded or worded value."""

    quantity: Quantity | None = None
    shown: str = ""
    coded: frozenset[str] = frozenset()
    problem: str = ""
    sets: tuple[str, ...] = ()
    reading: Reading | None = None


MISSING = Value(problem=NO_VALUE)


def answers(word: str) -> frozenset[str]:
    """The answer ids that one answer word stands for."""
    return _ANSWERS.get(word, frozenset())


def has_value(valued: wire.Valued | wire.Observation) -> bool:
    """Whether any value of a kind that is read stands there."""
    return not (
        valued.value_quantity is None
        and valued.value_codeable_concept is None
        and valued.value_string is None
        and valued.value_boolean is None
        and valued.value_integer is None
        and valued.value_range is None
        and valued.value_ratio is None
        and valued.value_decimal is None
        and valued.value_coding is None
    )


def read_value(desk: Desk, valued: wire.Valued | wire.Observation, analytes: tuple[str, ...]) -> Value:
    """The value as the rules may use it, for one of these analytes."""
    words = desk.words
    concept = valued.value_codeable_concept
    if concept is None and valued.value_coding is not None:
        concept = wire.Concept([valued.value_coding])
    if concept is not None:
        return _of_concept(words, concept, analytes)
    if valued.value_string is not None:
        return _of_text(words, valued.value_string, analytes)
    if valued.value_boolean is not None:
        return Value(shown="yes" if valued.value_boolean else "no", coded=AFFIRMED if valued.value_boolean else DENIED)
    return _of_number(words, valued, analytes)


# --- numbers ---


def _part(quantity: wire.Quantity) -> quantities.Part:
    return quantities.Part(quantity.value, quantity.comparator, quantity.unit, quantity.code)


def _of_number(words: ConceptReader, valued: wire.Valued | wire.Observation, analytes: tuple[str, ...]) -> Value:
    plain = valued.value_integer if valued.value_integer is not None else valued.value_decimal
    quantity = valued.value_quantity if plain is None else wire.Quantity(plain)
    if quantity is not None:
        return _of_quantity(words, quantity, analytes)
    if valued.value_range is not None:
        return _of_range(words, valued.value_range, analytes)
    return _of_ratio(words, valued.value_ratio, analytes) if valued.value_ratio is not None else MISSING


def _of_quantity(words: ConceptReader, quantity: wire.Quantity, analytes: tuple[str, ...]) -> Value:
    value = quantity.value
    if value is None:
        return MISSING
    if not isinstance(value, str) and not quantity.comparator and abs(value) < _LARGEST_PLAIN:
        return _of_plain(words, value, quantity, analytes)
    measured = quantities.from_part(words.terminology.units, _part(quantity))
    if measured.quantity is None and isinstance(value, str):
        return _of_words(words, value)
    return _fitting(words, measured, analytes)


def _of_plain(words: ConceptReader, value: float, quantity: wire.Quantity, analytes: tuple[str, ...]) -> Value:
    """The same for the commonest shape, a plain number; what its unit means is remembered."""
    key = (quantity.code, quantity.unit, analytes)
    known = words.units.get(key)
    if known is None:
        if len(words.units) >= _MOST_UNITS:
            words.units.clear()
        known = _unit_for(words, quantity, analytes)
        if len(quantity.code or "") + len(quantity.unit or "") <= _LONGEST_UNITS:
            words.units[key] = known
    unit, problem, name = known
    digits = repr(value)
    plain = digits.removesuffix(".0") if len(digits) <= _MOST_FIGURES else f"{value:.5g}"
    shown = f"{plain} {name}" if name else plain
    return _believed(words, Value(Quantity(value, value, unit), shown, problem=problem), analytes)


def _unit_for(words: ConceptReader, quantity: wire.Quantity, analytes: tuple[str, ...]) -> tuple[Unit | None, str, str]:
    one_of_it = quantities.Part(1.0, None, quantity.unit, quantity.code)
    one = _in_its_unit(words, quantities.from_part(words.terminology.units, one_of_it), analytes)
    name = clean(quantity.unit or quantity.code, _LONGEST_SHOWN - _MOST_FIGURES)
    return one.quantity.unit if one.quantity is not None else None, one.problem, "" if name == "1" else name


def _of_range(words: ConceptReader, value: wire.Range, analytes: tuple[str, ...]) -> Value:
    low, high = (_part(end) if end is not None and end.value is not None else None for end in (value.low, value.high))
    if low is None and high is None:
        return MISSING
    return _fitting(words, quantities.from_range(words.terminology.units, low, high), analytes)


def _of_ratio(words: ConceptReader, value: wire.Ratio, analytes: tuple[str, ...]) -> Value:
    if value.numerator is None or value.denominator is None:
        return MISSING
    measured = quantities.from_ratio(words.terminology.units, _part(value.numerator), _part(value.denominator))
    return _fitting(words, measured, analytes)


def _fitting(words: ConceptReader, measured: quantities.Measured, analytes: tuple[str, ...]) -> Value:
    """A value that is in a unit of the analyte, and that can be one of it."""
    return _believed(words, _in_its_unit(words, measured, analytes), analytes)


def _believed(words: ConceptReader, value: Value, analytes: tuple[str, ...]) -> Value:
    """A value that no illness reaches has a wrong unit or decimal sign, and then it decides nothing."""
    quantity, units = value.quantity, words.terminology.units
    if quantity is None or quantity.unit is None or any(units.believes(name, quantity) for name in analytes or ("",)):
        return value
    return disbelieved(value, NOT_PLAUSIBLE)


def disbelieved(value: Value, problem: str) -> Value:
    """The value as it was reported, for printing: without a unit it decides nothing."""
    quantity = replace(value.quantity, unit=None) if value.quantity is not None else None
    return replace(value, quantity=quantity, problem=problem)


def _in_its_unit(words: ConceptReader, measured: quantities.Measured, analytes: tuple[str, ...]) -> Value:
    """The unit is trusted over the code of the test, as long as the analyte is ever reported in its dimension."""
    quantity, problem = measured.quantity, measured.problem
    units = words.terminology.units
    if quantity is None:
        return Value(None, clean(measured.shown), problem=problem)
    if problem == quantities.NO_UNIT and (plain := _plain_unit(words, analytes)) is not None:
        quantity, problem = replace(quantity, unit=plain), ""
    elif quantity.unit is not None and not any(units.allows(analyte, quantity.unit) for analyte in analytes):
        quantity, problem = replace(quantity, unit=None), WRONG_UNIT
    return Value(quantity, clean(measured.shown), problem=problem)


def _plain_unit(words: ConceptReader, analytes: tuple[str, ...]) -> Unit | None:
    """The unit of a bare number, for an analyte that is reported as one (a ratio, a score)."""
    units = words.terminology.units
    plain = units.named("1")
    is_plain = plain is not None and any(plain.dimension in units.allowed.get(name, ()) for name in analytes)
    return plain if is_plain else None


# --- words ---


def _of_concept(words: ConceptReader, concept: wire.Concept, analytes: tuple[str, ...]) -> Value:
    sense = words.sense(concept)
    shown = clean(concept.text or next((c.display for c in concept.coding or () if c.display), ""), _LONGEST_SHOWN)
    if sense is None:
        coded = answers(answer_code(words, concept))
        return Value(
            shown=shown or ("yes" if coded & AFFIRMED else "no" if coded & DENIED else ""),
            coded=coded,
            problem="" if coded else NO_NUMBER,
        )
    stated = {m.concept for m in sense.reading.mentions if m.is_stated} if not sense.sets else set()
    coded = answers(sense.reading.answer) | stated | set(sense.sets)
    points = _points(words, sense, analytes)
    problem = "" if coded or points is not None else NO_NUMBER
    return Value(points, shown or sense.label, frozenset(coded), problem, sense.sets, sense.reading)


def _points(words: ConceptReader, sense: Sense, analytes: tuple[str, ...]) -> Quantity | None:
    """The points of an answer that its code carries, under a question that is scored."""
    unit = _plain_unit(words, analytes)
    scores = [float(tag.removeprefix(_SCORE)) for tag in sense.tags if tag.startswith(_SCORE)]
    return Quantity(scores[0], scores[0], unit) if unit is not None and len(scores) == 1 else None


def answer_code(words: ConceptReader, concept: wire.Concept) -> str:
    """The answer of a code whose words say none; one letter only where the system is HL7's own yes and no."""
    for coding in concept.coding or ():
        if answer := words.answer_of(coding):
            return answer
        is_named = coding.display or (len(coding.code or "") == 1 and not (coding.system or "").endswith(_YES_NO))
        if coding.code and not is_named and (answer := words.read(coding.code).answer):
            return answer
    return ""


def _of_text(words: ConceptReader, text: str, analytes: tuple[str, ...]) -> Value:
    """A number with or without a comparator and unit, else a worded answer."""
    measured = quantities.from_text(words.terminology.units, text)
    return _of_words(words, text) if measured.quantity is None else _fitting(words, measured, analytes)


def _of_words(words: ConceptReader, text: str) -> Value:
    reading = words.read(text)
    coded = answers(reading.answer) | {m.concept for m in reading.mentions if m.is_stated}
    return Value(None, clean(text, _LONGEST_SHOWN), frozenset(coded), "" if coded else NO_NUMBER, (), reading)


# --- the laboratory's own judgement ---

_FLAGS = {
    "h": "high", "hh": "high", "hu": "high", "hx": "high", ">": "high", "high": "high",
    "l": "low", "ll": "low", "lu": "low", "lx": "low", "<": "low", "low": "low",
    "n": "normal", "normal": "normal",
}  # fmt: skip
_BEYOND = {"below": "low", "above": "high"}
_FLAG_ANSWERS = {
    "pos": AFFIRMED, "positive": AFFIRMED, "neg": DENIED, "negative": DENIED, "det": AFFIRMED, "nd": DENIED,
    "a": _ANSWERS["abnormal"], "aa": _ANSWERS["abnormal"], "abnormal": _ANSWERS["abnormal"],
}  # fmt: skip


def read_flag(desk: Desk, interpretation: wire.Concepts) -> tuple[str, frozenset[str]]:
    """The flag (high, low, normal or empty), and the answers that an interpretation gives."""
    flag, given = "", frozenset[str]()
    for concept in as_list(interpretation):
        for text in [*(t for c in concept.coding or () for t in (c.code, c.display)), concept.text]:
            word = (text or "").strip().lower()
            flag = flag or _flag_of(word)
            given = given | _FLAG_ANSWERS.get(word, frozenset())
        if not flag and not given and concept.text:
            given = given | answers(desk.words.read(concept.text).answer)
    return flag, given


def _flag_of(word: str) -> str:
    """The flag of a code or a name; "Above high normal" and "Below low normal" are named by their first word."""
    first, _, rest = word.partition(" ")
    return _FLAGS.get(word, "") or _BEYOND.get(first, "") or _FLAGS.get(rest.rpartition(" ")[2], "")


def flag_by_range(desk: Desk, quantity: Quantity | None, ranges: list[wire.ReferenceRange] | None) -> str:
    """Where a value lies in the laboratory's range; empty when there is no single range in the same unit."""
    usable = [r for r in map(_spelled_out, ranges or ()) if r.low is not None or r.high is not None]
    if quantity is None or len(usable) != 1:
        return ""
    low, high = (_bound(desk, end, quantity.unit) for end in (usable[0].low, usable[0].high))
    if low is not None and (quantity.high < low or (quantity.high == low and quantity.high_open)):
        return "low"
    if high is not None and (quantity.low > high or (quantity.low == high and quantity.low_open)):
        return "high"
    is_inside = (low is None or quantity.low >= low) and (high is None or quantity.high <= high)
    return "normal" if is_inside and (low is not None or high is not None) else ""


def _spelled_out(given: wire.ReferenceRange) -> wire.ReferenceRange:
    """A range that stands only as text: "0.40 - 4.50 mIU/L". Two plain numbers, nothing else beside a unit."""
    match = _RANGE.fullmatch(given.text) if given.text and given.low is None and given.high is None else None
    if match is None:
        return given
    low, high, unit = match.groups()
    return wire.ReferenceRange(wire.Quantity(low, unit=unit or None), wire.Quantity(high, unit=unit or None))


def _bound(desk: Desk, end: wire.Quantity | None, unit: Unit | None) -> float | None:
    number = quantities.number_of(end.value) if end is not None else None
    if end is None or number is None:
        return None
    named = desk.words.terminology.units.find(end.code, end.unit) if end.code or end.unit else unit
    return number if named == unit else None
