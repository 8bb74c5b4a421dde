"""The table of hazards (rules/README.md): complete, and every test and case that it names is there."""

from __future__ import annotations

import re

import pytest

from tests.architecture.sources import ROOT

_ROW = re.compile(r"\| (H-\d\d) \| ([^|]+) \| ([^|]+) \| (.+) \|")
_HAZARDS = 22


def _rows() -> list[tuple[str, list[str]]]:
    text = (ROOT / "rules" / "README.md").read_text(encoding="utf-8")
    return [(row[1], re.findall(r"`([^`]+)`", row[4])) for row in _ROW.finditer(text)]


def test_every_hazard_stands_there_once_with_something_that_holds_it() -> None:
    rows = _rows()
    assert [name for name, _ in rows] == [f"H-{n:02}" for n in range(1, _HAZARDS + 1)]
    assert [name for name, held in rows if not held] == []


@pytest.mark.parametrize("held", sorted({held for _, every in _rows() for held in every}))
def test_what_holds_a_hazard_is_there(held: str) -> None:
    path, mark, name = held.partition("::" if "::" in held else ": ")
    text = (ROOT / path).read_text(encoding="utf-8")
    is_case = mark == ": "
    assert (f"name: {name}\n" in text or f'name: "{name}"' in text) if is_case else f"def {name}(" in text
