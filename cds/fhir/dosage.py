"""Dosage: how long a course lasts and how many milligrams a day it brings, from structure first, then from words.

Long because prescribers write the same dosage in many ways, and length, dose and rhythm are read from one text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import ceil

from cds.fhir import wire
from cds.fhir.quantities import number_of

_LONGEST_DAYS = 36_600
_LONGEST_TEXT = 600
_DAYS = {"h": 1 / 24, "hr": 1 / 24, "min": 1 / 1440, "s": 1 / 86400, "d": 1, "day": 1, "wk": 7, "week": 7, "mo": 30.4,
         "month": 30.4, "a": 365.25, "y": 365.25, "yr": 365.25, "year": 365.25}  # fmt: skip
_MILLIGRAMS = {"mg": 1.0, "milligram": 1.0, "g": 1000.0, "gm": 1000.0, "gram": 1000.0, "mcg": 0.001, "ug": 0.001,
               "µg": 0.001, "μg": 0.001, "microgram": 0.001, "kg": 1e6}  # fmt: skip
_PIECES = frozenset(
    "tablet tab tabs tbl {tbl} {tablet} capsule cap caps {capsule} pill 1 unit dose each sachet piece "
    "tablette tabletten kapsel kapseln stück stk comprimé gélule comprimido cápsula compressa compresse stuk".split()
)
_NUMBER_WORDS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "twelve": 12, "fourteen": 14, "once": 1, "twice": 2, "thrice": 3,
}  # fmt: skip
_NUMBER = r"(\d+(?:[.,]\d+)?)"
_WORD = "|".join(_NUMBER_WORDS)
_COURSE = re.compile(
    rf"(?:\b(?:for|x|für|fuer|pendant|durante|gedurende)|×)\s*(?:the next\s*|up to\s*|a (?:total|course) of\s*)?"
    rf"(\d+|{_WORD})\s*-?(day|night|d\b|week|wk|month|year|tage?n?\b|wochen?\b|jours?\b|semaines?\b|d[ií]as\b|dagen\b)"
    rf"|\b(\d+|{_WORD})[\s-]*(day|week|month)[\s-]*(?:course|regimen)",
    re.IGNORECASE,
)
_OTHER_NAMES = {"t": "day", "j": "day", "d": "day", "w": "week", "s": "week", "n": "day"}
# "5/7", "2/52", "3/12" as British prescribers write five days, two weeks, three months.
_SHORTHAND = re.compile(r"(?<![\d/.])(?:(\d{1,2})/(7|52)|(?:\bfor|\bx)\s*(\d{1,2})/(12))(?![\d/.])", re.IGNORECASE)
_PARTS_OF = {"7": "day", "52": "week", "12": "month"}
_THEN = re.compile(r"\b(?:and )?then\b|\bfollowed by\b|\bthereafter\b", re.IGNORECASE)
# No dose is what depends on the body, the volume or the hours ("85 mg/m2", "250 mg/5 mL", "40 mg per hour").
_MASS = re.compile(
    rf"{_NUMBER}\s*(mg|milligrams?|g|gm|grams?|mcg|ug|µg|μg|micrograms?)\b"
    r"(?!\s*(?:/|per)\s*(?:\d+(?:[.,]\d+)?\s*)?(?:m2|m²|m\^2|sqm|bsa|kg|ml|h|hr|hour|min)\b)",
    re.IGNORECASE,
)
# between the parts of a mixture, and not before the volume of a solution ("2 MG / ML")
_MIXED = re.compile(r" / (?!\d*\s*ml\b)", re.IGNORECASE)
_COUNT = re.compile(
    rf"\b(\d+(?:[.,]\d+)?|{_WORD})\s*(?:(?:tab|tablet|cap|capsule|pill|comprim[ée]|comprimido|gélule|cápsula)s?"
    r"|tabletten?|kapseln?|compress[ae])\b"
    # "1 TDS", "ONE TO BE TAKEN", "take 2 daily": a number with nothing but the rhythm after it counts pieces
    r"|^\s*(?:take|swallow|give)?\s*(\d+(?:[.,]5)?|one|two|three|four)\s+(?:to be taken|p\.?o\b|by mouth"
    r"|(?:od|bd|bds|bid|tds|tid|qds|qid|qd|qday|daily|nightly|once|twice|three times|four times|every|each)\b)",
    re.IGNORECASE,
)
# "1-0-1", "1-1-1-0": pieces in the morning, at noon, in the evening and at night.
_PIECE = r"(\d(?:[.,]5)?)"
_PIECES_A_DAY = re.compile(rf"(?<![\d.,/-]){_PIECE}\s?-\s?{_PIECE}\s?-\s?{_PIECE}(?:\s?-\s?{_PIECE})?(?![\d.,/-])")
_EVERY = re.compile(
    rf"\b(?:q|every)\s*(\d+|{_WORD})?\s*(?:-?\d+\s*)?(h|hr|hour|d|day|week|wk|month)s?\b", re.IGNORECASE
)
_TIMES = re.compile(
    rf"\b(\d+|{_WORD})\s*(?:(?:times|x|×)\s*(?:a\b|per\b|every|/|each)?|(?:a\b|per\b|every|/|each)"
    r"|(?=daily|weekly|monthly))\s*(day|daily|week|weekly|month|monthly)\b",
    re.IGNORECASE,
)
# The same in German, Dutch, French, Spanish, Italian and Portuguese: "2x täglich", "3 maal per dag", "2 fois par jour".
_TIMES_ABROAD = re.compile(
    r"\b(\d+)\s*(?:x|×|mal|maal|keer|fois|vez|veces|vezes|volte)\s*(?:per|pro|par|al|am|por|ao|a)?\s*"
    r"(?:dag|daags|tag|täglich|tägl|jour|d[ií]a|giorno)\b",
    re.IGNORECASE,
)
_LATIN = {"qd": 1, "qday": 1, "nightly": 1, "od": 1,
          "daily": 1, "qam": 1, "qpm": 1, "qhs": 1, "nocte": 1, "mane": 1, "bid": 2, "bd": 2,
          "bds": 2, "tid": 3, "tds": 3, "qid": 4, "qds": 4, "am": 1, "pm": 1, "hs": 1, "qod": 0.5}  # fmt: skip
# A number said twice, as in "3 (three) times daily" and "ten (10) days".
_DOUBLED = re.compile(r"\b(\d+)\s*\([a-z]+\)|\b[a-z]+\s*\((\d+)\)", re.IGNORECASE)
_HALVES = re.compile(r"(?:\b(\d+)\s*(?:and\s*)?)?(?:½|(?<![\d/])1/2(?![\d/])|\bhalf\b(?:\s+an?\b)?)", re.IGNORECASE)
_TOKEN = re.compile(r"[a-z]+")


@dataclass(frozen=True, slots=True)
class Regimen:
    """What a dosage says. `days` is the length of the course, `per_day` milligrams a day; None is not said."""

    days: int | None = None
    per_day: float | None = None
    bounds: wire.Period | None = None


def read_regimen(dosages: list[wire.Dosage], product: str, drug: str) -> Regimen:
    """All dosages of a resource together. `product` is the drug's display, where the strength of a tablet stands."""
    days = [d for d in map(_course_days, dosages) if d is not None]
    doses = [_daily(dosage, product, drug) for dosage in dosages]
    known = [dose for dose in doses if dose is not None]
    bounds = next((b for b in map(_bounds, dosages) if b is not None), None)
    total = sum(known) if known and len(known) == len(doses) and len(doses) == 1 else max(known, default=None)
    return Regimen(_longest(dosages, days), total, bounds)


def _longest(dosages: list[wire.Dosage], days: list[int]) -> int | None:
    """Dosages one after the other add up; side by side the longest counts."""
    follow = [_THEN.match(_words(dosage).lstrip(" ,.;")) is not None for dosage in dosages]
    is_row = len(dosages) > 1 and len(days) == len(dosages) and all(follow[1:])
    return sum(days) if is_row else max(days, default=None)


def days_of(quantity: wire.Quantity | None) -> int | None:
    """A length of time in whole days."""
    if quantity is None:
        return None
    number = number_of(quantity.value)
    unit = (quantity.code or quantity.unit or "d").strip().lower()
    factor = _DAYS.get(unit) or _DAYS.get(unit.rstrip("s"))
    if number is None or factor is None or not 0 < number * factor <= _LONGEST_DAYS:
        return None
    return max(1, ceil(number * factor))


def course_days_in(text: str) -> int | None:
    """The length of a course that words name: "for 7 days", "x 7 days", "7 day course", "5/7".

    Parts that follow one another ("500 mg for 10 days, then 250 mg for 14 days") add up.
    """
    parts = _THEN.split(_tidied(text))
    lengths = [_length_in(part) for part in parts]
    known = [days for days in lengths if days is not None]
    goes_on = lengths[-1] is None and len(parts) > 1 and (times_in(parts[-1]) is not None or _MASS.search(parts[-1]))
    return sum(known) if known and not goes_on else None


def _tidied(text: str) -> str:
    """Numbers said twice once, and halves as decimals: "3 (three) times", "1/2 tablet", "1½ tablets"."""
    text = _DOUBLED.sub(lambda match: match[1] or match[2], text) if "(" in text else text
    return _HALVES.sub(lambda match: f"{match[1] or 0}.5", text)


def _length_in(text: str) -> int | None:
    match = _COURSE.search(text)
    if match is None:
        short = _SHORTHAND.search(text)
        if short is None:
            return None
        number, unit = short[1] or short[3], _PARTS_OF[short[2] or short[4]]
    else:
        number, unit = (match[1], match[2]) if match[1] else (match[3], match[4])
    name = unit.lower()
    return days_of(wire.Quantity(str(_count(number)), unit=name if name in _DAYS else _OTHER_NAMES[name[0]]))


def _count(text: str) -> float:
    return float(_NUMBER_WORDS.get(text.lower(), 0)) or float(text.replace(",", "."))


def _words(dosage: wire.Dosage) -> str:
    return " ".join(text for text in (dosage.text, dosage.patient_instruction) if text)[:_LONGEST_TEXT]


def _repeat(dosage: wire.Dosage) -> wire.Repeat | None:
    return dosage.timing.repeat if dosage.timing is not None else None


def _bounds(dosage: wire.Dosage) -> wire.Period | None:
    repeat = _repeat(dosage)
    return repeat.bounds_period if repeat is not None else None


def _course_days(dosage: wire.Dosage) -> int | None:
    repeat = _repeat(dosage)
    if repeat is not None:
        upper = repeat.bounds_range.high if repeat.bounds_range is not None else None
        days = days_of(repeat.bounds_duration or repeat.bounds_quantity or upper) or _counted_days(repeat)
        if days is not None:
            return days
    texts = filter(None, (dosage.text, dosage.patient_instruction))
    return next(filter(None, (course_days_in(text[:_LONGEST_TEXT]) for text in texts)), None)


def _counted_days(repeat: wire.Repeat) -> int | None:
    """The days that a stated number of intakes lasts."""
    count, times = number_of(repeat.count), _repeated(repeat)
    return days_of(wire.Quantity(count / times, unit="d")) if count and times else None


# --- dose ---


def _daily(dosage: wire.Dosage, product: str, drug: str) -> float | None:
    text = _words(dosage)
    dose = _dose(dosage, product, drug)
    if dose is None:
        dose = _dose_in(text, product, drug)
    times = _times(dosage)
    if times is None:
        times = times_in(text)
    if dose is not None and times is not None:
        return dose * times
    pieces, strength = _pieces_a_day(text), strength_of(product, drug)
    return pieces * strength if pieces and strength is not None else None


def _pieces_a_day(text: str) -> float | None:
    match = _PIECES_A_DAY.search(text)
    return sum(_count(number) for number in match.groups() if number) if match is not None else None


def _quantities(dosage: wire.Dosage) -> Iterator[wire.Quantity]:
    ranges = [dosage.dose_range, *(rate.dose_range for rate in dosage.dose_and_rate or ())]
    yield from filter(None, (rate.dose_quantity for rate in dosage.dose_and_rate or ()))
    yield from filter(None, (dosage.dose_quantity, dosage.dose, dosage.quantity_quantity, dosage.quantity))
    yield from filter(None, (r.high for r in ranges if r is not None))


def dose_of(dosage: wire.Dosage, product: str, drug: str) -> float | None:
    """The milligrams of one intake."""
    dose = _dose(dosage, product, drug)
    return _dose_in(_words(dosage), product, drug) if dose is None else dose


def _dose(dosage: wire.Dosage, product: str, drug: str) -> float | None:
    for quantity in _quantities(dosage):
        number = number_of(quantity.value)
        if number is None or number <= 0:
            continue
        for unit in filter(None, (quantity.code, quantity.unit)):
            milligrams = _milligrams(unit)
            if milligrams is not None:
                return number * milligrams
        strength = strength_of(product, drug)
        if strength is not None and _is_piece(quantity):
            return number * strength
    return None


def _is_piece(quantity: wire.Quantity) -> bool:
    named = (name or "" for name in (quantity.code, quantity.unit))
    # what stands in brackets is no other piece: Tablet (unit of presentation), Tablette(n)
    names = {name.partition("(")[0].strip().lower() for name in named} - {""}
    return not names or bool({name.rstrip("s") for name in names} & _PIECES) or bool(names & _PIECES)


def strength_in_words(ingredient: wire.Ingredient) -> str:
    """The strength of one piece as structure tells it ("100 mg"); empty where it is no mass, or one in a volume."""
    ratio = ingredient.strength or ingredient.strength_ratio or ingredient.amount or wire.Ratio()
    mass, of = ratio.numerator or ingredient.strength_quantity or wire.Quantity(), ratio.denominator or wire.Quantity()
    units = (_milligrams(unit) for unit in (mass.code, mass.unit) if unit)
    unit = next((found for found in units if found is not None), None)
    value, pieces = number_of(mass.value), number_of(of.value) if of.value is not None else 1
    if unit is None or not value or not pieces or not _is_piece(of):
        return ""
    return f"{value * unit / pieces:g} mg"


def _milligrams(unit: str) -> float | None:
    word = unit.strip().lower()
    return _MILLIGRAMS.get(word) or _MILLIGRAMS.get(word.rstrip("s"))


def _dose_in(text: str, product: str, drug: str) -> float | None:
    text = _tidied(text)
    mass = _MASS.search(text)
    if mass is not None:
        return _count(mass[1]) * (_milligrams(mass[2]) or 0) or None
    pieces, strength = _COUNT.search(text), strength_of(product, drug)
    return _count(pieces[1] or pieces[2]) * strength if pieces is not None and strength is not None else None


def strength_of(product: str, drug: str) -> float | None:
    """The milligrams in one piece of a product, from its display; of a mixture, those after the drug's name."""
    parts = [part for part in _MIXED.split(product) if _MASS.search(part)]
    if len(parts) > 1:
        named = drug.replace("-", " ")
        parts = [part for part in parts if named in part.lower()]
    found = _MASS.search(parts[0]) if len(parts) == 1 else None
    return _count(found[1]) * (_milligrams(found[2]) or 0) or None if found is not None else None


# --- frequency ---


def _times(dosage: wire.Dosage) -> float | None:
    timing = dosage.timing
    if timing is None:
        return None
    repeat = timing.repeat
    if repeat is not None:
        times = _repeated(repeat)
        if times is not None:
            return times
    if timing.code is None:
        return None
    words = [text for c in timing.code.coding or () for text in (c.code, c.display)]
    return next(filter(None, map(times_in, filter(None, [*words, timing.code.text]))), None)


def _repeated(repeat: wire.Repeat) -> float | None:
    frequency, period = number_of(repeat.frequency), number_of(repeat.period)
    days = _DAYS.get((repeat.period_unit or repeat.period_units or "").strip().lower())
    if period and days:
        return (frequency or 1) / (period * days)
    if repeat.time_of_day:
        return float(len(repeat.time_of_day))
    if isinstance(repeat.when, list) and repeat.when:
        return float(len(repeat.when))
    return 1.0 if repeat.when else None


def times_in(text: str) -> float | None:
    """How often a day, in words: "three times daily", "TID", "q8h", "every 12 hours", "once a week"."""
    text = _tidied(text)
    every, times = _EVERY.search(text), _TIMES.search(text)
    # "2 times every day" is one saying
    if every is not None and (times is None or not times.start() <= every.start() < times.end()):
        unit = every[2].lower()
        days = 1 / 24 if unit in ("hour", "hr", "h") else _DAYS[unit]
        return 1 / (_count(every[1]) * days) if every[1] and _count(every[1]) else 1 / days if unit != "h" else None
    if times is not None:
        unit = times[2].lower()
        days = 1 if unit in ("day", "daily") else 7 if unit.startswith("week") else 30.4
        return _count(times[1]) / days
    abroad = _TIMES_ABROAD.search(text)
    return _count(abroad[1]) if abroad is not None else next(iter(_latin(text)), None)


def _latin(text: str) -> Iterable[float]:
    squeezed = re.sub(r"\b(\w)\.(?=\w\b)", r"\1", text.lower())
    return (float(_LATIN[word]) for word in _TOKEN.findall(squeezed) if word in _LATIN)
