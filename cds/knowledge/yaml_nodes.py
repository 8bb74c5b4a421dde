"""A YAML value that knows its place, so that every complaint about it names path and line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from cds.knowledge.strict_yaml import Document, Keys, YamlError

_ID = re.compile(r"[a-z0-9][a-z0-9.-]*$")


class LexiconError(Exception):
    """All that is wrong with a lexicon or unit file, one `path:line  sentence` per problem."""

    def __init__(self, problems: list[YamlError]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Node:
    """A value and its place in a file."""

    document: Document
    keys: Keys
    value: Any

    def problem(self, sentence: str) -> YamlError:
        """A problem at this place."""
        return YamlError(self.document.path, self.document.line(self.keys), sentence)

    def items(self) -> Iterator[tuple[str, Node]]:
        """The members of a mapping."""
        if not isinstance(self.value, dict):
            raise self.problem(f"{self.keys[-1]!r} must be a mapping")
        return ((key, Node(self.document, (*self.keys, key), value)) for key, value in self.value.items())

    def members(self) -> Iterator[Node]:
        """The members of a list."""
        if not isinstance(self.value, list):
            raise self.problem(f"{self.keys[-1]!r} must be a list")
        return (Node(self.document, (*self.keys, n), value) for n, value in enumerate(self.value))

    def fields(self, *allowed: str, needs: tuple[str, ...] = ()) -> dict[str, Node]:
        """The members of a mapping with these keys only; some of them must stand there."""
        found = dict(self.items())
        for key, at in found.items():
            if key not in allowed:
                raise at.problem(f"unknown key {key!r}; allowed are {', '.join(allowed)}")
        for key in needs:
            if key not in found:
                raise self.problem(f"{key!r} is missing")
        return found

    def text(self) -> str:
        """A text; numbers are taken as written."""
        if isinstance(self.value, bool) or not isinstance(self.value, str | int):
            raise self.problem(f"{self.value!r} must be text: quote it")
        return str(self.value)

    def flag(self) -> bool:
        """True or false."""
        if not isinstance(self.value, bool):
            raise self.problem("must be true or false")
        return self.value

    def number(self) -> float:
        """A number."""
        if isinstance(self.value, bool) or not isinstance(self.value, int | float):
            raise self.problem(f"{self.value!r} must be a number")
        return float(self.value)

    def id(self, *prefixes: str) -> str:
        """The last key as an id."""
        name = str(self.keys[-1])
        if not _ID.match(name) or (prefixes and not name.startswith(prefixes)):
            raise self.problem(
                f"{name!r} is no id" + (f" that begins with {' or '.join(prefixes)}" if prefixes else "")
            )
        return name
