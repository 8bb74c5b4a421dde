"""YAML without surprises: what a person wrote is what is read, or an error with its line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cds.knowledge.strict_yaml import YamlError, load, parse

PATH = Path("rules/x.yaml")


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("a: yes", {"a": "yes"}),
        ("a: on", {"a": "on"}),
        ("a: No", {"a": "No"}),
        ("a: true", {"a": True}),
        ("a: True", {"a": "True"}),
        ("a: 2026-11-20", {"a": "2026-11-20"}),
        ("a: 12 months", {"a": "12 months"}),
        ("a: 5", {"a": 5}),
        ("a: 0.90 {ratio}", {"a": "0.90 {ratio}"}),
        ("a: null", {"a": None}),
        ("a: [1, {b: c}]", {"a": [1, {"b": "c"}]}),
        ("a: 'black & white'", {"a": "black & white"}),
        ("", None),
    ],
)
def test_words_stay_words(text: str, data: Any) -> None:
    assert parse(text, PATH).data == data


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("a: 1\nb: 2\na: 3", 3, "key 'a' stands twice"),
        ("x:\n  a: 1\n  a: 2", 3, "key 'a' stands twice"),
        ("5: a", 1, "key 5 is not text: quote it"),
        ("a: 1\ntrue: b", 2, "key True is not text: quote it"),
        ("a: &b 1\nc: *b", 1, "anchors and aliases are not allowed"),
        ("a: 1\nb: [", 3, "bad YAML"),
        ("a: {b: c", 2, "bad YAML"),
        ("a: b: c", 1, "bad YAML"),
        ("a: 1\nb:\n  - 2\n\n  - 0x_\nc: 3\nd: 4", 5, "bad YAML: '0x_' looks like a number and is none: quote it"),
        ("a: !!python/object:os.system x", 1, "bad YAML"),
    ],
)
def test_what_could_be_meant_otherwise_is_refused_with_its_line(text: str, line: int, message: str) -> None:
    with pytest.raises(YamlError) as caught:
        parse(text, PATH)
    assert caught.value.message.startswith(message)
    assert caught.value.line in (line, line - 1)
    assert str(caught.value).startswith(f"rules/x.yaml:{caught.value.line}  ")


def test_every_key_keeps_its_line() -> None:
    document = parse("a:\n  - b: 1\n    c: 2\n  - d: {e: 3}\n", PATH)
    assert document.line(("a",)) == 1
    assert document.line(("a", 0, "c")) == 3
    assert document.line(("a", 1, "d", "e")) == 4


def test_an_unknown_key_has_the_line_of_its_nearest_parent() -> None:
    document = parse("a:\n  b: 1\n", PATH)
    assert document.line(("a", "b", "c", 0)) == 2
    assert document.line(("z",)) == 1
    assert document.line(()) == 1


def test_a_file_is_read_as_utf_8(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text("a: Sjögren", encoding="utf-8")
    assert load(path).data == {"a": "Sjögren"}
