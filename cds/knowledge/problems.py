"""What is wrong with the files of rules, each with its line; and reading a file whose faults are told, not raised."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from marshmallow import Schema, ValidationError

from cds.knowledge import strict_yaml
from cds.knowledge.strict_yaml import Document, Keys, YamlError
from cds.knowledge.vocabulary import made
from cds.knowledge.yaml_nodes import Node


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with the rules: `path:line  check  sentence`."""

    path: str
    line: int
    check: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}  {self.check}  {self.sentence}"


def at(document: Document, keys: Keys, check: str, sentence: str) -> Problem:
    """A problem at the line of a key."""
    return Problem(str(document.path), document.line(keys), check, sentence)


def of_yaml(error: YamlError, check: str = "yaml") -> Problem:
    """What strict YAML refuses, as a problem."""
    return Problem(str(error.path), error.line, check, error.message)


def read_yaml(path: Path, problems: list[Problem], kind: type = dict) -> Document | None:
    """A YAML file that holds a mapping, or a list; None, and one problem more, when it cannot be read or does not."""
    try:
        document = strict_yaml.load(path)
    except YamlError as error:
        problems.append(of_yaml(error))
        return None
    if isinstance(document.data, kind):
        return document
    problems.append(Problem(str(path), 1, "schema", f"must be a {'mapping' if kind is dict else 'list'}"))
    return None


def read_json(path: Path, problems: list[Problem]) -> dict[str, Any]:
    """A JSON file that holds an object; an empty one, and one problem more, when it cannot be had."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        data = None
    if isinstance(data, dict):
        return data
    problems.append(Problem(str(path), 1, "json", "the file cannot be read as a JSON object"))
    return {}


def shaped(
    node: Node, schema: type[Schema], problems: list[Problem], check: str = "schema", lead: str = ""
) -> dict[str, Any] | None:
    """A part of a document as its schema loads it; None when it has another shape.

    Each fault is one problem more, named by its place below the node, with `lead` before it.
    """
    try:
        loaded: dict[str, Any] = made(schema).load(node.value)
        return loaded
    except ValidationError as error:
        problems += [
            at(node.document, (*node.keys, *place), check, f"{lead}{'.'.join(map(str, place)) or 'value'}: {sentence}")
            for place, sentence in flatten(error.messages)
        ]
        return None


def entries(document: Document, schema: type[Schema], problems: list[Problem]) -> list[tuple[str, dict[str, Any]]]:
    """The entries of a file that maps names to things of one shape; those of another shape are left out, and told."""
    loaded = {
        name: shaped(Node(document, (name,), raw), schema, problems, lead=f"{name}.")
        for name, raw in document.data.items()
    }
    return [(name, entry) for name, entry in loaded.items() if entry is not None]


def flatten(messages: Any, place: Keys = ()) -> list[tuple[Keys, str]]:
    """marshmallow's nested messages as (place, sentence) pairs."""
    if isinstance(messages, dict):
        return [
            pair
            for key, value in messages.items()
            for pair in flatten(value, place if key == _WHOLE else (*place, key))
        ]
    return [(place, str(m)) for m in (messages if isinstance(messages, list) else [messages])]


# Under this key marshmallow tells what is wrong with a thing as a whole.
_WHOLE = "_schema"
