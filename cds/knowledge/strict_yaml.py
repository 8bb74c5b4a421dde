"""YAML without surprises: no duplicate keys, no yes/no/on/off booleans, no anchors; every key keeps its line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

Keys = tuple[str | int, ...]


class YamlError(Exception):
    """A file that cannot be read as strict YAML; carries path, line and a sentence."""

    def __init__(self, path: Path, line: int, message: str) -> None:
        super().__init__(f"{path}:{line}  {message}")
        self.path, self.line, self.message = path, line, message


@dataclass(frozen=True, slots=True)
class Document:
    """A file's data, and its text, in which lines are looked up when something is to be told of them."""

    path: Path
    data: Any
    text: str = ""

    def line(self, keys: Keys) -> int:
        """The line of a key, or of its nearest known parent."""
        node = _nodes(self.text)
        line = node.start_mark.line + 1 if node else 1
        for key in keys:
            at, node = _member(node, key)
            line = at or line
        return line


# The parser of libyaml where PyYAML was built with it (all its wheels are): six times as fast, the same data.
_Safe: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Safe):  # type: ignore[misc]
    """PyYAML's safe loader with only true and false as booleans, and dates left as text."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in pairs if not tag.endswith((":bool", ":timestamp", ":merge"))]
    for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))
# What a plain scalar begins with that could be anything but text.
_TELLING = frozenset(first for first, pairs in _Loader.yaml_implicit_resolvers.items() if pairs)


def load(path: Path) -> Document:
    """Read one file.

    Raises:
        YamlError: when it cannot be read, on bad syntax, a duplicate key, an anchor or a key that is not text.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise YamlError(path, 1, "the file cannot be read") from error
    return parse(text, path)


def parse(text: str, path: Path) -> Document:
    """Read YAML text as if it stood in `path`; raises like `load`."""
    loader = _Loader(text)
    try:
        return Document(path, _document(loader, path), text)
    except yaml.MarkedYAMLError as error:
        raise YamlError(path, _line(error.problem_mark), f"bad YAML: {error.problem}") from error
    except yaml.YAMLError as error:  # a character that no text has
        raise YamlError(path, 1, "bad YAML: a character that is not allowed") from error
    finally:
        loader.dispose()


def texts_in(data: Any, keys: Keys = ()) -> Iterator[tuple[Keys, str]]:
    """Every text in a file's data, with its place."""
    if isinstance(data, str):
        yield keys, data
    members = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, member in members:
        yield from texts_in(member, (*keys, key))


def _line(mark: Any) -> int:
    return mark.line + 1 if mark is not None else 1


# --- from events to data: half the time of PyYAML's own way over nodes ---


def _document(loader: _Loader, path: Path) -> Any:
    loader.get_event()  # the stream begins
    if isinstance(loader.get_event(), yaml.StreamEndEvent):
        return None
    data = _value(loader, loader.get_event(), path)
    loader.get_event()  # the document ends
    after = loader.get_event()
    if not isinstance(after, yaml.StreamEndEvent):
        raise YamlError(path, _line(after.start_mark), "bad YAML: a file holds one document")
    return data


def _value(loader: _Loader, event: Any, path: Path) -> Any:
    if event.anchor is not None:
        raise YamlError(path, _line(event.start_mark), "anchors and aliases are not allowed")
    if isinstance(event, yaml.ScalarEvent):
        return _scalar(loader, event, path)
    return _mapping(loader, path) if isinstance(event, yaml.MappingStartEvent) else _sequence(loader, path)


def _scalar(loader: _Loader, event: Any, path: Path) -> Any:
    is_plain, is_quoted = event.implicit
    if is_quoted or (is_plain and event.value[:1] not in _TELLING):
        return event.value
    tag = loader.resolve(yaml.ScalarNode, event.value, event.implicit) if is_plain else event.tag
    try:
        return loader.construct_object(yaml.ScalarNode(tag, event.value, event.start_mark, event.end_mark))
    except (ValueError, IndexError):
        sentence = f"bad YAML: {event.value!r} looks like a number and is none: quote it"
        raise YamlError(path, _line(event.start_mark), sentence) from None


def _sequence(loader: _Loader, path: Path) -> list[Any]:
    read = []
    while not isinstance(event := loader.get_event(), yaml.SequenceEndEvent):
        read.append(_value(loader, event, path))
    return read


def _mapping(loader: _Loader, path: Path) -> dict[str, Any]:
    read: dict[str, Any] = {}
    while not isinstance(event := loader.get_event(), yaml.MappingEndEvent):
        key = _value(loader, event, path)
        if not isinstance(key, str):
            raise YamlError(path, _line(event.start_mark), f"key {key!r} is not text: quote it")
        if key in read:
            raise YamlError(path, _line(event.start_mark), f"key {key!r} stands twice")
        read[key] = _value(loader, loader.get_event(), path)
    return read


# --- from a key to its line ---


@lru_cache(maxsize=4)
def _nodes(text: str) -> yaml.Node | None:
    root: yaml.Node | None = yaml.compose(text, Loader=_Loader)
    return root


def _member(node: yaml.Node | None, key: str | int) -> tuple[int, yaml.Node | None]:
    """The line of a member and the member itself; 0 and None when there is none."""
    if isinstance(node, yaml.MappingNode):
        found = ((name.start_mark.line + 1, value) for name, value in node.value if name.value == key)
        return next(found, (0, None))
    if isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
        return node.value[key].start_mark.line + 1, node.value[key]
    return 0, None
