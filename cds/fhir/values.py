"""The value of an observation, a component or an answer: a quantity in a known unit, or coded answers, or a problem."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from math import inf, isfinite

from cds.domain.quantity import Quantity, Unit, compared
from cds.fhir import wire
from cds.fhir.concepts import ConceptReader
from cds.fhir.desk import Desk
from cds.fhir.reading import Reading
from cds.fhir.senses import as_list, clean

NO_VALUE = "no value"
NO_UNIT = "no unit"
OTHER_UNIT = "unit not known"
WRONG_UNIT = "unit does not fit"
NO_NUMBER = "no readable value"

_LONGEST_SHOWN = 40
# A plain number counts only for what may be reported without a unit (a ratio, a score).
_UNITLESS = ("1", "{ratio}", "{score}")
_ANSWERS = {
    "yes": frozenset({"present", "positive"}),
    "present": frozenset({"present", "positive"}),
    "positive": frozenset({"present", "positive"}),
    "no": frozenset({"absent", "negative"}),
    "absent": frozenset({"absent", "negative"}),
    "negative": frozenset({"absent", "negative"}),
    "normal": frozenset({"normal"}),
    "abnormal": frozenset({"abnormal"}),
}
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


def read_value(desk: Desk, valued: wire.Valued | wire.Observation, analytes: Iterable[str]) -> Value:
    """The value as the rules may use it, for one of these analytes."""
    analytes = [name for name in analytes if name in desk.words.kinds.measured]
    if valued.value_quantity is not None:
        return _of_quantity(desk.words, valued.value_quantity, analytes)
    if valued.value_codeable_concept is not None:
        return _of_concept(desk.words, valued.value_codeable_concept)
    if valued.value_coding is not None:
        return _of_concept(desk.words, wire.Concept([valued.value_coding]))
    if valued.value_string is not None:
        return _of_text(desk.words, valued.value_string, analytes)
    if valued.value_boolean is not None:
        return Value(shown="yes" if valued.value_boolean else "no", coded=AFFIRMED if valued.value_boolean else DENIED)
    plain = valued.value_integer if valued.value_integer is not None else valued.value_decimal
    if plain is not None:
        return _of_quantity(desk.words, wire.Quantity(plain), analytes)
    if valued.value_range is not None:
        return _of_range(desk.words, valued.value_range, analytes)
    return _of_ratio(desk.words, valued.value_ratio, analytes) if valued.value_ratio is not None else MISSING


# --- numbers ---

_NUMBER = re.compile(r"(<=|>=|=<|=>|<|>|≤|≥)?\s*([-+]?\d+(?:[.,]\d+)?)(?![\d.,])\s*(.*)", re.DOTALL)
_COMPARATORS = {"=<": "<=", "=>": ">=", "≤": "<=", "≥": ">="}


def number_of(value: wire.Number) -> float | None:
    """A finite number, also when it was sent as text."""
    if isinstance(value, str):
        value = value.strip().replace(",", ".")
    try:
        number = float(value) if value is not None else None
    except (ValueError, OverflowError):
        return None
    return number if number is not None and isfinite(number) else None


def _of_quantity(words: ConceptReader, quantity: wire.Quantity, analytes: Iterable[str]) -> Value:
    if isinstance(quantity.value, str):
        unit_text = quantity.unit or quantity.code or ""
        return _of_text(words, f"{quantity.comparator or ''}{quantity.value} {unit_text}", analytes)
    number = number_of(quantity.value)
    if number is None:
        return MISSING
    unit, problem = unit_of(words, quantity, analytes)
    comparator = (quantity.comparator or "").strip()
    shown = clean(f"{comparator}{quantity.value} {quantity.unit or quantity.code or ''}", _LONGEST_SHOWN)
    return Value(compared(number, comparator, unit), shown, problem=problem)


def unit_of(words: ConceptReader, quantity: wire.Quantity, analytes: Iterable[str]) -> tuple[Unit | None, str]:
    """The unit, trusted over the code of the test; or why there is none."""
    units = words.terminology.units
    if not quantity.code and not quantity.unit:
        return _without_unit(words, analytes)
    unit = units.find(quantity.code, quantity.unit)
    if unit is None:
        return None, OTHER_UNIT
    if not any(units.allows(analyte, unit) for analyte in analytes):
        return None, WRONG_UNIT
    return unit, ""


def _without_unit(words: ConceptReader, analytes: Iterable[str]) -> tuple[Unit | None, str]:
    units = words.terminology.units
    for unit in filter(None, map(units.named, _UNITLESS)):
        if any(unit.dimension in units.allowed.get(analyte, ()) for analyte in analytes):
            return unit, ""
    return None, NO_UNIT


def _of_range(words: ConceptReader, value: wire.Range, analytes: Iterable[str]) -> Value:
    ends = [_of_quantity(words, end, analytes) if end is not None else MISSING for end in (value.low, value.high)]
    low, high = ends[0].quantity, ends[1].quantity
    shown = clean(" to ".join(end.shown for end in ends if end.shown), _LONGEST_SHOWN)
    known = high or low
    if known is None or (low and high and low.unit != high.unit):
        return Value(shown=shown, problem=NO_NUMBER)
    bounds = (low.low if low else -inf, high.high if high else inf)
    return Value(
        Quantity(min(bounds), max(bounds), known.unit), shown, problem=ends[1].problem if high else ends[0].problem
    )


def _of_ratio(words: ConceptReader, value: wire.Ratio, analytes: Iterable[str]) -> Value:
    """A ratio of like units is a plain number; otherwise its unit is "one per the other"."""
    if value.numerator is None or value.denominator is None:
        return MISSING
    top, bottom = number_of(value.numerator.value), number_of(value.denominator.value)
    if top is None or not bottom:
        return MISSING
    above, below = (q.code or q.unit or "" for q in (value.numerator, value.denominator))
    unit = "" if above == below else f"{above}/{below}"
    whole = _of_quantity(words, wire.Quantity(top / bottom, value.numerator.comparator, unit or None), analytes)
    shown = f"{value.numerator.value} {above} : {value.denominator.value} {below}"
    return Value(whole.quantity, clean(shown, _LONGEST_SHOWN), problem=whole.problem)


# --- words ---


def _of_concept(words: ConceptReader, concept: wire.Concept) -> Value:
    sense = words.sense(concept)
    shown = clean(concept.text or next((c.display for c in concept.coding or () if c.display), ""), _LONGEST_SHOWN)
    if sense is None:
        return Value(shown=shown, problem=NO_NUMBER)
    stated = {m.concept for m in sense.reading.mentions if m.is_stated} if not sense.sets else set()
    coded = answers(sense.reading.answer) | stated | set(sense.sets)
    return Value(None, shown or sense.label, frozenset(coded), "" if coded else NO_NUMBER, sense.sets, sense.reading)


def _of_text(words: ConceptReader, text: str, analytes: Iterable[str]) -> Value:
    """A number with or without a comparator and unit, else a worded answer."""
    shown = clean(text, _LONGEST_SHOWN)
    match = _NUMBER.fullmatch(text.strip())
    if match is not None:
        number = number_of(match[2])
        comparator = _COMPARATORS.get(match[1], match[1] or "")
        unit, problem = unit_of(words, wire.Quantity(unit=match[3].strip() or None), analytes)
        if number is not None:
            return Value(compared(number, comparator, unit), shown, problem=problem)
    reading = words.read(text)
    coded = answers(reading.answer) | {m.concept for m in reading.mentions if m.is_stated}
    return Value(None, shown, frozenset(coded), "" if coded else NO_NUMBER, (), reading)


# --- the laboratory's own judgement ---

_FLAGS = {
    "h": "high", "hh": "high", "hu": "high", "hx": "high", ">": "high", "high": "high",
    "l": "low", "ll": "low", "lu": "low", "lx": "low", "<": "low", "low": "low",
    "n": "normal", "normal": "normal",
}  # fmt: skip
_FLAG_ANSWERS = {
    "pos": AFFIRMED, "positive": AFFIRMED, "neg": DENIED, "negative": DENIED, "det": AFFIRMED, "nd": DENIED,
    "a": _ANSWERS["abnormal"], "aa": _ANSWERS["abnormal"], "abnormal": _ANSWERS["abnormal"],
}  # fmt: skip


def read_flag(desk: Desk, interpretation: wire.Concepts) -> tuple[str, frozenset[str]]:
    """ "high", "low", "normal" or "", and the answers that an interpretation gives."""
    flag, given = "", frozenset[str]()
    for concept in as_list(interpretation):
        for text in [*(t for c in concept.coding or () for t in (c.code, c.display)), concept.text]:
            word = (text or "").strip().lower()
            flag = flag or _FLAGS.get(word, "") or _FLAGS.get(word.split(" ")[-1], "")
            given = given | _FLAG_ANSWERS.get(word, frozenset())
        if not flag and not given and concept.text:
            given = given | answers(desk.words.read(concept.text).answer)
    return flag, given


def flag_by_range(desk: Desk, quantity: Quantity | None, ranges: list[wire.ReferenceRange] | None) -> str:
    """Where a value lies in the laboratory's range; empty when there is no single range in the same unit."""
    usable = [r for r in ranges or () if r.low is not None or r.high is not None]
    if quantity is None or len(usable) != 1:
        return ""
    low, high = (_bound(desk, end, quantity.unit) for end in (usable[0].low, usable[0].high))
    if low is not None and (quantity.high < low or (quantity.high == low and quantity.high_open)):
        return "low"
    if high is not None and (quantity.low > high or (quantity.low == high and quantity.low_open)):
        return "high"
    is_inside = (low is None or quantity.low >= low) and (high is None or quantity.high <= high)
    return "normal" if is_inside and (low is not None or high is not None) else ""


def _bound(desk: Desk, end: wire.Quantity | None, unit: Unit | None) -> float | None:
    number = number_of(end.value) if end is not None else None
    if end is None or number is None:
        return None
    named = desk.words.terminology.units.find(end.code, end.unit) if end.code or end.unit else unit
    return number if named == unit else None
