"""Members that stand twice in a call: readers of JSON keep the last, and half a record is lost without a word."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from msgspec import Raw

ONCE = "an object in which every member stands once"
# Shorter values are cheaper to parse than to look for.
_LONG = 64


class _Members(list[tuple[str, Any]]):
    """The members of an object as they stand, none of them lost."""


def repeated_in(body: bytes, values: Iterable[Raw]) -> str | None:
    """Which part of a call holds a member twice: "prefetch", "context", "body" for its top level, None for none.

    `body` is known to be a JSON object, `values` are parts of it as they were read, such as those of the prefetch.
    They are cut out, so that what is parsed here is small; where that fails, the whole is parsed. What is inside them
    is not looked at.
    """
    try:
        call = _parse(_without(body, values)) or _parse(body)
    except RecursionError:
        return None
    if call is None:
        return None
    parts = {"body": call} | {name: part for name, part in call if isinstance(part, _Members)}
    return next((name for name in ("body", "context", "prefetch") if _is_repeated(parts.get(name, ()))), None)


def _is_repeated(members: Iterable[tuple[str, Any]]) -> bool:
    names = [name for name, _ in members]
    return len(set(names)) < len(names)


def _without(body: bytes, values: Iterable[Raw]) -> bytes:
    """The body with a number in place of each long value; what stands twice is cut out once at most."""
    kept, at = [], 0
    for value in map(bytes, values):
        found = _find(body, value, at) if len(value) > _LONG else -1
        if found >= 0:
            kept += [body[at:found], b"0"]
            at = found + len(value)
    return b"".join([*kept, body[at:]])


def _find(body: bytes, value: bytes, start: int) -> int:
    """Where a value stands. Its beginning is looked for: to look for all of it costs far more."""
    beginning = value[:_LONG]
    found = body.find(beginning, start)
    while found >= 0 and not body.startswith(value, found):
        found = body.find(beginning, found + 1)
    return found


def _parse(text: bytes) -> _Members | None:
    try:
        found = json.loads(text, object_pairs_hook=_Members)
    except ValueError:
        return None
    return found if isinstance(found, _Members) else None
