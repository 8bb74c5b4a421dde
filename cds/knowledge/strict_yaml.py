"""YAML without surprises: no duplicate keys, no yes/no/on/off booleans, no anchors; every key keeps its line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
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
    """A file's data, and the line on which each key stands."""

    path: Path
    data: Any
    lines: dict[Keys, int] = field(default_factory=dict)

    def line(self, keys: Keys) -> int:
        """The line of a key, or of its nearest known parent."""
        while keys and keys not in self.lines:
            keys = keys[:-1]
        return self.lines.get(keys, 1)


# The parser of libyaml where PyYAML was built with it (all its wheels are): six times as fast, the same data.
_Safe: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Safe):  # type: ignore[misc]
    """PyYAML's safe loader with only true and false as booleans, and dates left as text."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in pairs if not tag.endswith((":bool", ":timestamp", ":merge"))]
    for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))


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
        if "&" in text:
            _refuse_anchors(text, path)
        node = loader.get_single_node()
        lines: dict[Keys, int] = {}
        data = None if node is None else _build(loader, node, path, (), lines)
        return Document(path, data, lines)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        raise YamlError(path, _line(mark), f"bad YAML: {error.problem}") from error
    except yaml.YAMLError as error:  # a character that no text has
        raise YamlError(path, 1, "bad YAML: a character that is not allowed") from error
    finally:
        loader.dispose()


def _line(mark: Any) -> int:
    return mark.line + 1 if mark is not None else 1


def _refuse_anchors(text: str, path: Path) -> None:
    for event in yaml.parse(text, Loader=_Safe):
        if getattr(event, "anchor", None):
            raise YamlError(path, _line(event.start_mark), "anchors and aliases are not allowed")


def _build(loader: _Loader, node: yaml.Node, path: Path, keys: Keys, lines: dict[Keys, int]) -> Any:
    lines[keys] = lines.get(keys, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        return dict(_pairs(loader, node, path, keys, lines))
    if isinstance(node, yaml.SequenceNode):
        return [_build(loader, item, path, (*keys, n), lines) for n, item in enumerate(node.value)]
    return loader.construct_object(node)


def _pairs(
    loader: _Loader, node: yaml.MappingNode, path: Path, keys: Keys, lines: dict[Keys, int]
) -> Iterator[tuple[str, Any]]:
    seen: set[str] = set()
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node)
        line = key_node.start_mark.line + 1
        if not isinstance(key, str):
            raise YamlError(path, line, f"key {key!r} is not text: quote it")
        if key in seen:
            raise YamlError(path, line, f"key {key!r} stands twice")
        seen.add(key)
        lines[(*keys, key)] = line
        yield key, _build(loader, value_node, path, (*keys, key), lines)
