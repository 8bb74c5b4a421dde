"""What a concept means, worked out once: its sets by kind, its side, its words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from cds.domain.record import Side
from cds.domain.scene import joined_side
from cds.fhir.kinds import Kinds
from cds.fhir.reading import Reading
from cds.fhir.sayings import Saying

LONGEST_LABEL = 80
_SIDES = {"left": Side.LEFT, "right": Side.RIGHT, "bilateral": Side.BOTH}
UNSITED = "unsited"


@dataclass(frozen=True, slots=True)
class Sense:
    """What a concept means: sets and tags of its codes, what its words say, a printable label, the side.

    `findings`, `results`, `orders` and `drugs` sort the sets by kind; `results` are those that words name where no
    code says anything (`is_named`), and `analytes` what is measured among them. `sayings` are the findings that codes
    or words state; `is_test` marks the name of an examination, which says nothing of its outcome. `titles` name
    a code without any words; `is_misnamed` says that words name another analyte than the code.
    """

    sets: tuple[str, ...]
    tags: frozenset[str]
    reading: Reading
    label: str
    side: Side
    findings: tuple[str, ...]
    results: tuple[str, ...]
    orders: tuple[str, ...]
    drugs: tuple[str, ...]
    is_named: bool
    analytes: tuple[str, ...]
    sayings: tuple[Saying, ...] = ()
    is_test: bool = False
    titles: Mapping[str, str] = field(default_factory=dict)
    is_misnamed: bool = False


def make_sense(kinds: Kinds, sets: tuple[str, ...], tags: frozenset[str], reading: Reading, label: str) -> Sense:
    """Sort the sets of a concept by kind."""
    named = () if sets else wider(kinds, sorted(reading.analytes))
    results = named or kinds.results(sets)
    coded_side = side_of(tags)
    return Sense(
        sets,
        tags,
        reading,
        label,
        agreed(coded_side, reading.side),
        kinds.findings(sets),
        results,
        kinds.orders(sets),
        tuple(kinds.single_drugs(sets)),
        bool(named),
        tuple(name for name in results if name in kinds.measured),
    )


def agreed(first: Side, other: Side) -> Side:
    """The first side, else the other (that of codes, else of words); left against right tells none."""
    if {first, other} == {Side.LEFT, Side.RIGHT}:
        return Side.UNKNOWN
    return other if first is Side.UNKNOWN else first


def whole_side(first: Side, other: Side) -> Side:
    """The side of one thing that is told twice: both is wider than one, left against right tells none."""
    return Side.UNKNOWN if {first, other} == {Side.LEFT, Side.RIGHT} else either(first, other)


def wider(kinds: Kinds, names: Iterable[str]) -> tuple[str, ...]:
    """These sets and every set that holds one of them, each once."""
    return tuple(dict.fromkeys(wide for name in names for wide in kinds.with_wider(name)))


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the body, as far as recorded."""

    side: Side = Side.UNKNOWN
    sites: frozenset[str] = frozenset()


NOWHERE = Place()


def side_of(tags: Iterable[str]) -> Side:
    """The side that tags name; left and right together are both."""
    return joined_side(_SIDES[tag] for tag in tags if tag in _SIDES)


def has_side(tag: str) -> bool:
    """Whether a tag names a side."""
    return tag in _SIDES


def either(first: Side, second: Side) -> Side:
    """Two sayings of a side as one: left and right together are both, unknown adds nothing."""
    if second is Side.UNKNOWN or first is second:
        return first
    return second if first is Side.UNKNOWN else Side.BOTH


def clean(text: str | None, longest: int = LONGEST_LABEL) -> str:
    """The record's own words, fit for printing: one line, no control characters, cut at a length."""
    if text and len(text) <= longest and text.isprintable() and "  " not in text:
        return text.strip()
    start = (text or "")[: longest * 8]
    if not start.isprintable():
        start = "".join(c if c.isprintable() else " " for c in start)
    squeezed = " ".join(start.split())
    return squeezed if len(squeezed) <= longest else squeezed[: longest - 1].rstrip() + "…"
