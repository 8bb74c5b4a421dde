"""One-clause slips: every small change to a rule file that could be a mistake of its author.

A slip edits the raw YAML data in one place; sentences, titles and citations are never touched. Adding a word to the
vocabulary needs nothing here: an option that is not named below is dropped, and its list members one by one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from cds.knowledge.strict_yaml import Keys
from cds.knowledge.vocabulary import ASIDES, LEAF_SCHEMAS, WORDS_ONLY

_WINDOW = re.compile(r"(less than )?(\d+) (day|week|month|year)s?$")
_LIMIT = re.compile(r"(-?\d+(?:\.\d+)?)((?: .+)?)$")
_NEIGHBOR = {"below": "at_most", "at_most": "below", "above": "at_least", "at_least": "above"}
_REQUIRED = frozenset({"in", "together", "first", "second", "tier", "when", "default", "shorter"})
# An option that says the default: dropping it changes nothing.
_DEFAULTS = {"pick": "latest", "status": "active", "route": "systemic", "taken": "taken"}
_INDICATORS = {"critical": "warning", "warning": "info", "info": "warning"}
_POINTS = {"diagnostic": "strong_risk", "strong_risk": "weak_risk", "weak_risk": "strong_risk"}
_SEXES = {"male": "female", "female": "male"}
# Clauses of a rule file: besides all that end in "_when".
_CRITERIA = frozenset({"timing", "treated", "conflict", "unless"})
_WORD_LISTS = ("fits", "misfits", "warning", "actions", "tests")
DROPPED = object()


@dataclass(frozen=True, slots=True)
class Slip:
    """A change at `keys` (DROPPED takes the key away; `renamed` gives it another name), in words for the report."""

    keys: Keys
    value: Any
    words: str
    place: str
    renamed: str = ""

    def apply(self, raw: Any) -> Any:
        """The rule's data with the change made; the original is left alone."""
        return _changed(raw, self.keys, self.value, self.renamed)


def _changed(raw: Any, keys: Keys, value: Any, renamed: str) -> Any:
    key, rest = keys[0], keys[1:]
    if isinstance(raw, list):
        copy = list(raw)
        if rest or value is not DROPPED:
            copy[int(key)] = _changed(raw[int(key)], rest, value, renamed) if rest else value
        else:
            del copy[int(key)]
        return copy
    if rest:
        return {k: _changed(v, rest, value, renamed) if k == key else v for k, v in raw.items()}
    if renamed:
        return {(renamed if k == key else k): v for k, v in raw.items()}
    return {k: value if k == key else v for k, v in raw.items() if k != key or value is not DROPPED}


def slips_of(raw: Mapping[str, Any]) -> Iterator[Slip]:
    """Every slip of one rule file, in file order."""
    for key, value in raw.items():
        if key == "criteria":
            for name, body in value.items():
                yield from _named(body, (key, name))
        else:
            yield from _clause(key, value)


def _named(body: Any, keys: Keys) -> Iterator[Slip]:
    if isinstance(body, dict) and "points" in body:
        yield _drop((*keys, "points"), body["points"])
        if body["points"] in _POINTS:
            yield _change((*keys, "points"), body["points"], _POINTS[body["points"]])
    yield from _criterion(body, keys)


def _clause(key: str, value: Any) -> Iterator[Slip]:
    if isinstance(value, list) and value and isinstance(value[0], dict) and "when" in value[0]:
        yield from _entries(value, (key,))
    elif key in _CRITERIA or key.endswith("_when"):
        yield _drop((key,), value)
        yield from _criterion(value, (key,))
    elif key == "when":
        yield from _criterion(value, (key,))
    elif key in _WORD_LISTS:
        yield from _words(value, (key,), may_empty=True)
    elif key == "rides_with":
        yield _drop((key,), value)
    elif key == "harm":
        yield _change((key,), value, not value)


def _entries(entries: list[Mapping[str, Any]], keys: Keys) -> Iterator[Slip]:
    for number, entry in enumerate(entries):
        if keys != ("levels",) or len(entries) > 1:
            yield _drop((*keys, number), entry)
        yield from _criterion(entry["when"], (*keys, number, "when"))
        if "unless" in entry:
            yield _drop((*keys, number, "unless"), entry["unless"])
            yield from _criterion(entry["unless"], (*keys, number, "unless"))
        if entry.get("confirms"):
            yield _change((*keys, number, "confirms"), True, False)
        if "indicator" in entry:
            yield _change((*keys, number, "indicator"), entry["indicator"], _INDICATORS[entry["indicator"]])
        for name in _WORD_LISTS:
            if name in entry:
                yield from _words(entry[name], (*keys, number, name), may_empty=True)


# --- criteria ---


def _criterion(raw: Any, keys: Keys) -> Iterator[Slip]:
    if not isinstance(raw, dict):
        return
    kind = next((k for k in raw if k not in ASIDES), "")
    options: Any = raw.get(kind)
    place = (*keys, kind)
    if kind in ("not", "may"):
        yield _unwrapped(kind, raw, options, keys)
        yield from _criterion(options, place)
    elif kind in ("all", "any", "n_of"):
        yield from _combined(kind, options, place)
    elif kind in LEAF_SCHEMAS:
        yield from _leaf(options, place, kind)
    elif kind in WORDS_ONLY:
        yield from _words_only(kind, options, place)


def _combined(kind: str, options: Any, keys: Keys) -> Iterator[Slip]:
    if kind == "n_of":
        yield from _number(options["at_least"], (*keys, "at_least"), lowest=1)
        yield from _members(options["of"], (*keys, "of"))
        return
    if len(options) > 1:
        swapped = "any" if kind == "all" else "all"
        yield Slip(keys, None, f'changing "{kind}" to "{swapped}" at {_dotted(keys[:-1])}', _dotted(keys), swapped)
    yield from _members(options, keys)


def _words_only(kind: str, options: Any, keys: Keys) -> Iterator[Slip]:
    if kind == "sex" and options in _SEXES:
        yield _change(keys, options, _SEXES[options])
    elif isinstance(options, list):
        yield from _words(options, keys)


def _unwrapped(kind: str, raw: Mapping[str, Any], inner: Any, keys: Keys) -> Slip:
    """The criterion without its `not` or `may`; points and the like stay beside it."""
    asides = {k: v for k, v in raw.items() if k in ASIDES}
    bare = {"any": [inner], **asides} if asides else inner
    return Slip(keys, bare, f'removing "{kind}" at {_dotted(keys)}', _dotted((*keys, kind)))


def _members(members: list[Any], keys: Keys) -> Iterator[Slip]:
    for number, member in enumerate(members):
        if len(members) > 1:
            yield _drop((*keys, number), member)
        yield from _criterion(member, (*keys, number))


def _leaf(options: Mapping[str, Any], keys: Keys, kind: str) -> Iterator[Slip]:
    for key, value in options.items():
        place = (*keys, key)
        if key not in _REQUIRED and _DEFAULTS.get(key) != value and value is not False:
            yield _drop(place, value)
        if kind == "age" or isinstance(value, (int, float)):
            yield from _number(value, place)
        elif key in _NEIGHBOR:
            yield from _limits(value, place)
        elif isinstance(value, str) and _WINDOW.match(value):
            yield from _window(value, place)
        elif isinstance(value, list) and key != "started_between":
            yield from _words(value, place)
        elif isinstance(value, dict):
            yield from _nested(value, place)


def _nested(value: Mapping[str, Any], keys: Keys) -> Iterator[Slip]:
    """The options inside `may`, `first`, `second`; a lookback with two lengths; a criterion of its own."""
    if "default" in value:
        yield _change(keys, value, value["default"])
        yield _change(keys, value, value["shorter"])
        yield from _criterion(value["when"], (*keys, "when"))
    if keys[-1] == "may" and len(value) == 1:
        yield from (s for s in _leaf(value, keys, "") if s.value is not DROPPED)
    elif keys[-1] in ("may", "first", "second") or "default" in value:
        yield from _leaf(value, keys, "")
    else:
        yield from _criterion(value, keys)


def _words(value: Any, keys: Keys, *, may_empty: bool = False) -> Iterator[Slip]:
    """Each word of a list but the last; a list that may be empty loses that one too."""
    words = value if isinstance(value, list) else [value]
    if may_empty and len(words) == 1:
        yield _drop(keys, words[0])
    if len(words) > 1:
        for number, word in enumerate(words):
            yield _drop((*keys, number), word)


def _number(value: Any, keys: Keys, lowest: int = 0) -> Iterator[Slip]:
    if isinstance(value, bool):
        return
    step = _step(str(value))
    for new in (value + type(value)(step), value - type(value)(step)):
        if new >= lowest:
            yield _change(keys, value, round(new, 6))


def _limits(value: Any, keys: Keys) -> Iterator[Slip]:
    """A unit less, each number one reported step up and down, and the neighboring comparison."""
    how = str(keys[-1])
    near = _NEIGHBOR[how]
    yield Slip(keys, None, f'changing "{how}" to "{near}" at {_dotted(keys[:-1])}', _dotted(keys), near)
    many = isinstance(value, list)
    if many:
        yield from _words(value, keys)
    for number, text in enumerate(value if many else [value]):
        match = _LIMIT.match(str(text))
        if match is None:
            continue
        for sign in (1, -1):
            moved = Decimal(match[1]) + sign * _step(match[1])
            yield _change((*keys, number) if many else keys, text, f"{moved}{match[2]}")


def _step(number: str) -> Decimal:
    """One unit of the last digit."""
    return Decimal(1).scaleb(-len(number.partition(".")[2]))


def _window(value: str, keys: Keys) -> Iterator[Slip]:
    """One day for days and weeks, one month for months and years, either way; and the boundary day let in."""
    match = _WINDOW.match(value)
    assert match is not None
    factor, unit = {"day": (1, "day"), "week": (7, "day"), "month": (1, "month"), "year": (12, "month")}[match[3]]
    length, short = int(match[2]) * factor, match[1] or ""
    for new in (length + 1, length - 1):
        if new >= 0:
            yield _change(keys, value, f"{short}{new} {unit}s")
    if short:
        yield _change(keys, value, value.removeprefix(short))


# --- words of the report ---


def _drop(keys: Keys, value: Any) -> Slip:
    """Dropping a member of a list is told by its name, where it has one; dropping a key by the key."""
    if isinstance(keys[-1], int):
        name = _told(value)
        place = _dotted((*keys[:-1], value if isinstance(value, str) else keys[-1]))
        return Slip(keys, DROPPED, f'dropping "{name}" from {_dotted(keys[:-1])}', place)
    said = f" ({_told(value)})" if not isinstance(value, bool) else ""
    return Slip(keys, DROPPED, f"dropping {_dotted(keys)}{said}", _dotted(keys))


def _change(keys: Keys, old: Any, new: Any) -> Slip:
    return Slip(keys, new, f'changing {_dotted(keys)} from "{_told(old)}" to "{_told(new)}"', _dotted(keys))


def _dotted(keys: Keys) -> str:
    return ".".join(map(str, keys))


def _told(value: Any) -> str:
    """A short form of what is dropped or changed."""
    if isinstance(value, dict):
        named = value.get("because") or value.get("ask") or value.get("cause") or value.get("line") or value.get("flag")
        if isinstance(named, str):
            return f"{named} ({value['indicator']})" if "indicator" in value else named
        return ", ".join(f"{k}: {_told(v)}" for k, v in value.items())
    return ", ".join(map(_told, value)) if isinstance(value, list) else str(value)
