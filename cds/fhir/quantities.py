"""Numbers with units as records give them -> domain quantities, with the value as it was reported beside it.

Pure and total: whatever comes in, the answer is a `Measured`. What cannot be read has no quantity, or a quantity
without a unit, and a `problem`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import inf, isfinite

from cds.domain.lexicon import Units
from cds.domain.quantity import Quantity, Unit, compared

NO_NUMBER = "no readable number"
NO_UNIT = "no unit"
OTHER_UNIT = "unit not known"
CONTRADICTION = "unit and unit code contradict each other"

_LONGEST_TEXT = 60
_LONGEST_SHOWN = 40
_LONGEST_NUMBER = 9
_COMPARATORS = {"<": "<", "<=": "<=", "=<": "<=", "≤": "<=", ">": ">", ">=": ">=", "=>": ">=", "≥": ">="}
_DIGIT = re.compile(r"\d")
_TEXT = re.compile(
    r"\s*(<=|>=|=<|=>|<|>|≤|≥)?\s*([-+]?[\d.,]*\d(?:[eE][-+]?\d{1,2})?)(?![\d.,]*\d)\s*(.*?)\s*", re.DOTALL
)
_PLAIN = re.compile(r"[-+]?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][-+]?\d{1,2})?")
_DECIMAL_COMMA = re.compile(r"[-+]?\d+,(?:\d{1,2}|\d{4,})")
_THOUSANDS = re.compile(r"[-+]?\d{1,3}(?:,\d{3})+\.\d+")
_THOUSAND_POINTS = re.compile(r"[-+]?\d{1,3}(?:\.\d{3})+,\d+")
_FLAG = re.compile(r"\s*[\[(]?\s*(?:HH?|LL?|\*+)\s*[\])]?$")
# What stands around a number in a printed result: a flag before or on it, the laboratory's range behind it.
_FLAG_BEFORE = re.compile(r"^\s*[\[(]?(?:(HH?|LL?)(?=[\])\s])|\*+)[\])]?\s*(?=[<>=≤≥]|\d)")
_STAR = re.compile(r"(?<=\d)\s?\*+(?=\s|$)")
_RANGE_BEHIND = re.compile(
    r"\s*[\[(]\s*(?:(?:ref(?:erence)?|normal)\.?(?: range)?:?)?\s*"
    r"(?:[<>=≤≥]+\s*[\d.,]+|[\d.,]+\s*(?:-|–|to)\s*[\d.,]+)[^\])\d]*[\])]$",
    re.IGNORECASE,
)
_FLAG_BEHIND = re.compile(r"(?:(?<!/)\s+[\[(]?|[\[(])\s*(HH?|LL?)\s*[\])]?$")
_WORDED = re.compile(
    r"\s*(?:(less than or equal to|at most)|(greater than or equal to|more than or equal to|at least)"
    r"|(less than|below|under)|(greater than|more than|above|over))\s+(?=\d)",
    re.IGNORECASE,
)
_WORDED_AS = ("<=", ">=", "<", ">")
_SPACES = re.compile(r"\s+")

Number = float | int | str | None


@dataclass(frozen=True, slots=True)
class Part:
    """The plain pieces of a quantity."""

    value: Number = None
    comparator: str | None = None
    unit: str | None = None
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """A quantity, the text to print, and why it cannot be compared (empty when it can)."""

    quantity: Quantity | None = None
    shown: str = ""
    problem: str = ""


def number_of(value: Number) -> float | None:
    """A finite number, also one sent as text; a text that may mean two numbers ("1,234") is none."""
    if isinstance(value, bool) or value is None:
        return None
    text = _spelled(value.strip()) if isinstance(value, str) else ""
    try:
        number = float(text if isinstance(value, str) else value)
    except (ValueError, OverflowError):
        return None
    return number if isfinite(number) else None


def _spelled(text: str) -> str:
    """One spelling of decimal signs; empty when it is no plain number."""
    if len(text) > _LONGEST_TEXT:
        return ""
    if _DECIMAL_COMMA.fullmatch(text):
        return text.replace(",", ".")
    if _THOUSANDS.fullmatch(text):
        return text.replace(",", "")
    if _THOUSAND_POINTS.fullmatch(text):
        return text.replace(".", "").replace(",", ".")
    return text if _PLAIN.fullmatch(text) else ""


def from_part(units: Units, part: Part) -> Measured:
    """A quantity from its pieces; a value sent as text may bring its own comparator and unit."""
    if isinstance(part.value, str) and number_of(part.value) is None:
        named = f"{part.comparator or ''}{part.value}"
        return from_text(units, named if _has_unit(part.value) else f"{named} {part.unit or part.code or ''}")
    number = number_of(part.value)
    shown = _shown(part.comparator, part.value, part.unit or part.code)
    if number is None:
        return Measured(None, shown, NO_NUMBER)
    unit, problem = unit_of(units, part.code, part.unit)
    return Measured(compared(number, _COMPARATORS.get((part.comparator or "").strip(), ""), unit), shown, problem)


def unit_of(units: Units, code: str | None, text: str | None) -> tuple[Unit | None, str]:
    """The unit that code and text name together, or why there is none."""
    if not (code and code.strip()) and not (text and text.strip()):
        return None, NO_UNIT
    unit = units.find(code, text)
    if unit is not None:
        return unit, ""
    by_code, by_text = units.named(code or ""), units.named(text or "")
    return None, CONTRADICTION if by_code is not None and by_text is not None else OTHER_UNIT


def from_text(units: Units, text: str) -> Measured:
    """A number written out: "150 pg/mL", "<150", "7.2 %", "> 2000 pg/mL"; other words are no quantity."""
    shown = _clipped(text)
    match = _TEXT.fullmatch(_bare(text)) if len(text) <= _LONGEST_TEXT else None
    number = number_of(match[2]) if match is not None else None
    if match is None or number is None:
        return Measured(None, shown, NO_NUMBER)
    unit, problem = unit_of(units, None, match[3])
    if unit is None and match[3]:
        unit, problem = unit_of(units, None, _FLAG.sub("", match[3]))
    return Measured(compared(number, _COMPARATORS.get(match[1] or "", ""), unit), shown, problem)


def _bare(text: str) -> str:
    """A printed result without flags and range, its comparator as a sign."""
    text = _STAR.sub("", _FLAG_BEFORE.sub("", _RANGE_BEHIND.sub("", _ended(text)), count=1))
    worded = _WORDED.match(text)
    return (
        text if worded is None else _WORDED_AS[worded.lastindex - 1 if worded.lastindex else 0] + text[worded.end() :]
    )


def _ended(text: str) -> str:
    """A printed result without the mark that ends its sentence: "150 pg/mL."."""
    return text.rstrip(".;! \t\r\n")


def flag_in(text: str) -> str:
    """The laboratory's flag printed with a number: "180 pg/mL (L)", "L 180"; empty when there is none."""
    if len(text) > _LONGEST_TEXT or _DIGIT.search(text) is None:
        return ""
    bare = _RANGE_BEHIND.sub("", _ended(text))
    letters = [match[1] for match in (_FLAG_BEFORE.match(bare), _FLAG_BEHIND.search(bare)) if match is not None]
    return {"H": "high", "L": "low"}.get(next(filter(None, letters), "")[:1], "")


def from_range(units: Units, low: Part | None, high: Part | None) -> Measured:
    """All numbers from the low to the high end; a missing end is open."""
    ends = [from_part(units, end) if end is not None else None for end in (low, high)]
    shown = _clipped(" to ".join(end.shown for end in ends if end is not None and end.shown))
    found = [end.quantity for end in ends if end is not None and end.quantity is not None]
    named = {quantity.unit for quantity in found if quantity.unit is not None}
    if not found or len(found) < sum(end is not None for end in ends):
        return Measured(None, shown, NO_NUMBER)
    if len(named) > 1:
        return Measured(None, shown, CONTRADICTION)
    first = ends[0].quantity.low if ends[0] is not None and ends[0].quantity is not None else -inf
    last = ends[1].quantity.high if ends[1] is not None and ends[1].quantity is not None else inf
    if first > last:
        return Measured(None, shown, NO_NUMBER)
    unit = next(iter(named), None)
    problem = "" if unit is not None else next(end.problem for end in ends if end is not None)
    return Measured(Quantity(first, last, unit), shown, problem)


def from_ratio(units: Units, above: Part, below: Part) -> Measured:
    """One number by another: of like units a plain number, else in a unit "one per the other"."""
    top, bottom = number_of(above.value), number_of(below.value)
    names = [(part.code or part.unit or "").strip() for part in (above, below)]
    shown = _clipped(f"{_shown(above.comparator, above.value, names[0])} : {_shown(None, below.value, names[1])}")
    if top is None or not bottom or below.comparator:
        return Measured(None, shown, NO_NUMBER)
    if not names[0] and not names[1]:
        return Measured(_quotient(top, bottom, above, None), shown, NO_UNIT)
    text = "1" if names[0] == names[1] else "/".join(name for name in names if name and name != "1")
    unit, problem = unit_of(units, None, text)
    return Measured(_quotient(top, bottom, above, unit), shown, problem)


def _quotient(top: float, bottom: float, above: Part, unit: Unit | None) -> Quantity | None:
    value = top / bottom
    return compared(value, _COMPARATORS.get(above.comparator or "", ""), unit) if isfinite(value) else None


def _has_unit(text: str) -> bool:
    match = _TEXT.fullmatch(text) if len(text) <= _LONGEST_TEXT else None
    return match is not None and bool(match[3])


def _shown(comparator: str | None, value: Number, unit: str | None) -> str:
    return _clipped(f"{(comparator or '').strip()}{_digits(value)} {unit or ''}")


def _digits(value: Number) -> str:
    """A number as it was sent; one with the noise of a calculation is shortened."""
    if isinstance(value, float):
        text = repr(value).removesuffix(".0")
        return text if len(text) <= _LONGEST_NUMBER else f"{value:.5g}"
    return "" if value is None else str(value)


def _clipped(text: str) -> str:
    text = _SPACES.sub(" ", text[: 4 * _LONGEST_SHOWN]).strip()
    return text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 1] + "…"
