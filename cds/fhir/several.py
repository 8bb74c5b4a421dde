"""What is one thing in one release of FHIR and a list of them in another, as a list."""

from __future__ import annotations

from typing import TypeVar

_T = TypeVar("_T")


def as_list(several: list[_T] | _T | None) -> list[_T]:
    """One or several, as a list; nothing is an empty one."""
    if several is None:
        return []
    return several if isinstance(several, list) else [several]
