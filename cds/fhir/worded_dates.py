"""Dates and lengths of time in words: "since October 2026", "3 weeks ago", "x 2-3 months", "yesterday"."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from cds.domain.when import OPEN, Span, add_months, parse_window
from cds.fhir.tokens import spelled_out

_YEAR = r"((?:19|20)\d\d)"
_ISO = re.compile(r"\b(?:19|20)\d\d-(?:0[1-9]|1[0-2])(?:-\d\d)?\b")
_DAY = re.compile(rf"\b(\d\d?)([/.-])(\d\d?)\2{_YEAR}\b")
_MONTH = re.compile(rf"(?<![\d/.])(0?[1-9]|1[0-2])/{_YEAR}\b")
_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAMED = re.compile(rf"\b({'|'.join(_NAMES)})[a-z]*\.?(?: \d\d?(?:st|nd|rd|th)?)?,? (?:of )?{_YEAR}\b", re.IGNORECASE)
_BARE = re.compile(rf"\b{_YEAR}\b")
_LAST_MONTH = 12
# Written out, so that "since maybe" names no month.
_MONTHS = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    "|nov(?:ember)?|dec(?:ember)?"
)
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# of such a day or month: which one, only the day it was written tells
_SINCE = re.compile(
    r"since (?P<last>last )?(?:this |the (?:start|beginning|middle|end) of |(?:early|mid|late)[ -])?"
    rf"(?:(?P<month>{_MONTHS})"
    rf"|(?P<weekday>{'|'.join(_WEEKDAYS)})(?:s|nes|rs|ur)?day(?: (?:morning|afternoon|evening|night))?)"
)
_WEEK = 7

_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
# "half a year" is no year
_NUMBER = rf"(\d{{1,3}}|(?<!half )an?|{'|'.join(_NUMBERS)})"
_UNITS = {"d": "days", "w": "weeks", "m": "months", "y": "years"}
_LENGTH = rf"{_NUMBER}(?:\s*(?:-|–|to|or)\s*{_NUMBER})?[\s-]*(d|w|y|days?|wks?|weeks?|mos?|mths?|months?|yrs?|years?)\b"
_AGO = re.compile(rf"\b{_LENGTH}\.?\s*(?:ago|previously|before)\b", re.IGNORECASE)
_LASTING = re.compile(
    rf"\s*(?:(?:for|x|×|over|since)\s+)?(?:(?:the\s+)?(?:past|last)\s+)?(?:(?:about|approx\.?|approximately|around|~)\s*)?{_LENGTH}\.?\s*",
    re.IGNORECASE,
)
_LATELY = "today|this morning|yesterday|last night|last week"
_NEAR = re.compile(rf"\b({_LATELY})\b", re.IGNORECASE)
_DAYS_BEFORE = {
    "today": (0, 0),
    "this morning": (0, 0),
    "yesterday": (1, 1),
    "last night": (1, 0),
    "last week": (14, 1),
}

# ", decompressed, no residual deficit": what may follow the time of something over, and tells nothing new
_WELL_AGAIN = (
    r"(?:[,;. ()-]+(?:treated|operated|fixed|united|healed"
    r"|decompressed|(?:full|complete)(?:ly)? (?:recovered|resolved|recovery)|recovered"
    r"|resolved|(?:no|without) (?:residual|residual deficits?|residua|sequelae|deficits?)))*\.?"
)
# What is done about it ever since: on sildenafil, with a splint.
_MANAGED = (
    r"(?P<managed>,? (?:on|using|uses|wears|wearing|managed|treated|controlled|under|discharged|unchanged|stable)\b"
    r"[a-z ]*)?"
)
_WHAT = r"((?:[a-z'/ -]|\b[lsct]\d(?:[/-][lsct]?\d)?\b)+?)"
# An entry of one clause that ends in its time. Anything that may begin a second story leaves it undated.
_ENTRY = re.compile(
    rf"\??(?:[a-z ]{{3,20}}: )?{_WHAT}[ (,-]+"
    rf"((?:since |in |from )?(?:(?:{'|'.join(_NAMES)})[a-z]* |\d\d?/){{0,2}}{_YEAR}"
    rf"|(?:for |x ?|over )?{_LENGTH}|(?:about )?{_LENGTH} ago|{_LATELY}|{_SINCE.pattern})\)?{_WELL_AGAIN}"
    rf"(?P<left>,? (?:with )?residual [a-z ]+)?{_MANAGED}\.?",
    re.IGNORECASE,
)
# In such an order: a year, and what there was.
_TIME_FIRST = re.compile(
    rf"(?:in )?((?:(?:{'|'.join(_NAMES)})[a-z]* |\d\d?/){{0,2}}{_YEAR})(?: ?[:,-] ?| )([a-z'/ -]+)\.?", re.IGNORECASE
)
_LENGTH_FIRST = re.compile(rf"({_LENGTH})\.? (?:(?:history|hx|h/o)(?: of)?|of) {_WHAT}\.?", re.IGNORECASE)
# The day that all of a text is of, as in "Copied: 03/2019 ..." or "Admitted: 12/03/2021". It opens the text or a line.
_OF_ITS_DAY = re.compile(
    r"(?:\A|\A[A-Z][A-Z /]{2,40}[A-Z]\s|\n)[ \t]*"
    r"(?:(?:copied|pasted) ?[:-]? ?(?:from|of|on)? ?|(?:admitted|discharged|dated|date of [a-z]+"
    r"|(?:admission|letter|clinic|visit|report|discharge|entry|note) dated?) ?: ?)"
    rf"((?:\d\d?[/.-]){{0,2}}{_YEAR}|{_ISO.pattern}|\d{{0,2}} ?(?:{'|'.join(_NAMES)})[a-z]* {_YEAR})",
    re.IGNORECASE,
)
_LONGEST_ENTRY = 100
# "Stroke with residual weakness 2019": what it left is no second story.
_RESIDUE = r" (?:mild |minor |some |ongoing )?residual\b"
_LEFT_BEHIND = re.compile(rf"\bwith{_RESIDUE}", re.IGNORECASE)
_SECOND_STORY = re.compile(
    rf"\b(and|with(?!{_RESIDUE})|now|new|newly|recent|recently|recurrent|again|worse|worsening|progressive|increasing|sudden|after|post|following|due|until|but|then|last)\b",
    re.IGNORECASE,
)


def is_time(text: str) -> bool:
    """Whether a text is a date or a length of time and nothing else: "17/11/2026", "3 days", "2 weeks ago"."""
    bare = spelled_out(text.lower()).strip()
    return any(kind.fullmatch(bare) is not None for kind in (_LASTING, _AGO, _SINCE, _ISO, _DAY, _MONTH, _NAMED, _NEAR))


def began(entry: str, written: Span, today: int, tells_one: Callable[[str], bool]) -> tuple[str, Span]:
    """When an entry began that ends in its time ("CVA 2018", "foot drop since 2012", "TIA 5 years ago").

    As a date in FHIR's writing, or as a span of days counted back from the day it was written, or from `today` at the
    latest. Both empty when the entry tells more than one thing: a false date would calm. Behind "2 year history of" and
    before "since March" anything may stand: there `tells_one` looks at the words.
    """
    bare = spelled_out(entry.lower()).strip() if len(entry) <= _LONGEST_ENTRY else ""
    if (first := _TIME_FIRST.fullmatch(bare)) is not None and not _SECOND_STORY.search(first[3]):
        return date_in(first[1]), OPEN
    if (first := _LENGTH_FIRST.fullmatch(bare)) is not None:
        what = first[first.re.groups]
        is_one = not _SECOND_STORY.search(what) and tells_one(what)
        return "", _counted(first[1], written, today) if is_one else OPEN
    match = _ENTRY.fullmatch(bare)
    if match is None or any(_SECOND_STORY.search(match[part] or "") for part in (1, "left", "managed")):
        return "", OPEN
    if (match["month"] or match["weekday"]) and not tells_one(match[1]):
        return "", OPEN
    named = date_in(match[2])
    return (named, OPEN) if named else ("", _counted(match[2], written, today))


def _counted(text: str, written: Span, today: int) -> Span:
    """A length of time, counted back from the day it was written, or from `today` at least."""
    span = time_ago(text, written)
    return Span(None, time_ago(text, Span(today, today)).latest) if span.is_open else span


def _since(named: re.Match[str], least: int, most: int) -> Span:
    """The last such weekday or month before a day from `least` to `most` ("since Monday", "since August").

    A weekday may be that of the week before: what is said on Sunday is filed on Tuesday. A month may be that of last
    year when it was written in that month, or says "last".
    """
    if named["weekday"]:
        day = _WEEKDAYS.index(named["weekday"])
        return Span(max(1, least - (least - 1 - day) % _WEEK - _WEEK), most - (most - 1 - day) % _WEEK)
    month = _NAMES.index(named["month"][:3]) + 1
    earliest = _month_begins(least, month)
    if named["last"] or least < add_months(earliest, 1):
        earliest = add_months(earliest, -_LAST_MONTH)
    return Span(max(1, earliest), min(most, add_months(_month_begins(most, month), 1) - 1))


def _month_begins(day: int, month: int) -> int:
    """The first day of the last such month that began on a day or before it."""
    written = date.fromordinal(day)
    return date(max(1, written.year - (month > written.month)), month, 1).toordinal()


def written_on(text: str) -> str:
    """The day that a copied note, letter or report names as its own, as FHIR writes it; empty when it names none."""
    match = _OF_ITS_DAY.search(text)
    return date_in(match[1]) if match is not None else ""


def leaves_residue(entry: str) -> bool:
    """Whether an entry tells one event and what it left ("Stroke with residual weakness 2019")."""
    return _LEFT_BEHIND.search(entry) is not None


def date_in(text: str) -> str:
    """The first date that a text names, as FHIR writes it and as exact as it is certain; empty when there is none."""
    if (iso := _ISO.search(text)) is not None:
        return iso[0]
    if (whole := _DAY.search(text)) is not None:
        return _of_day(int(whole[1]), int(whole[3]), whole[4], is_day_first=whole[2] == ".")
    if (month := _MONTH.search(text)) is not None:
        return f"{month[2]}-{int(month[1]):02}"
    if (named := _NAMED.search(text)) is not None:
        return f"{named[2]}-{_NAMES.index(named[1].lower()) + 1:02}"
    bare = _BARE.search(text)
    return bare[1] if bare is not None else ""


def _of_day(first: int, second: int, year: str, *, is_day_first: bool) -> str:
    """A day; where month and day may be one for the other, the year alone is certain."""
    if is_day_first or first > _LAST_MONTH:
        day, month = first, second
    elif second > _LAST_MONTH or first == second:
        day, month = second, first
    else:
        return year
    try:
        return date(int(year), month, day).isoformat()
    except ValueError:
        return year


def time_ago(text: str, written: Span) -> Span:
    """A length of time, or a named day or month, counted back from the day it was written, give or take one unit."""
    if written.earliest is None or written.latest is None:
        return OPEN
    text = spelled_out(text.lower())
    near = _NEAR.search(text)
    if near is not None:
        most, least = _DAYS_BEFORE[near[1]]
        return Span(max(1, written.earliest - most), max(1, written.latest - least))
    if (named := _SINCE.fullmatch(text.strip())) is not None:
        return _since(named, written.earliest, written.latest)
    match = _AGO.search(text) or _LASTING.fullmatch(text)
    if match is None:
        return OPEN
    unit = _UNITS[match[3][0].lower()]
    least, most = _count(match[1]), _count(match[2] or match[1])
    first, last = (parse_window(f"{number} {unit}") for number in (max(least, most), min(least, most)))
    earliest = parse_window(f"1 {unit}").before(first.before(written.earliest))
    return Span(max(1, earliest), max(1, last.before(written.latest)))


def _count(word: str) -> int:
    word = word.lower()
    return int(word) if word.isdigit() else _NUMBERS.index(word) + 1 if word in _NUMBERS else 1
