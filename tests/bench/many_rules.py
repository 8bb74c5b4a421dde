"""A rulebook ten times as large: of every rule nine more, each asking for value sets of its own.

The further rules are written for people with a finding that no request here holds, so they are silent, as most of a
large rulebook is for any one patient; what they cost is the price of having them.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

COPIES = 9
_FOLDERS = ("definitions", "red_flags", "causes", "tests", "medication")
_OUTCOME = re.compile(r"\b((?:ext\.)?(?:cause|redflag|test)\.[a-z0-9-]+)")
_SHARED = re.compile(r"\bshared\.([a-z0-9_]+)")
_CLAUSES = (
    "supported_when", "possible_when", "to_exclude_when", "past_exposure_when",
)  # fmt: skip
_REASONS = ("set_aside_when", "now_when", "unexplained_when", "not_indicated_when", "levels")
# Printed, never looked at.
_WORDS = frozenset({"line", "because", "summary", "title", "purpose", "text", "supported", "possible", "to-exclude"})
_SNOMED = "http://snomed.info/sct"
_NOBODY = "nobody-here"


def write_ten_times(rules: Path, folder: Path, *, copies: int = COPIES) -> None:
    """Copy the rules to `folder`, which must not exist, and add the copies of each."""
    shutil.copytree(rules, folder, ignore=shutil.ignore_patterns("*.test.yaml", "*.page.yaml"))
    asked = {_NOBODY}
    for path in _rules_of(folder):
        rule = yaml.safe_load(path.read_text(encoding="utf-8"))
        for number in range(1, copies + 1):
            copy = _copy(rule, number, asked)
            name = path.with_name(f"{path.stem}_copy{number}.yaml")
            name.write_text(yaml.safe_dump(copy, sort_keys=False, allow_unicode=True), encoding="utf-8")
    for number in range(1, copies + 1):
        for name in sorted(asked):
            _write_value_set(folder / "value_sets", _own(name, number))
        _write_drugs(folder / "drugs.yaml", asked, number)


def _rules_of(folder: Path) -> list[Path]:
    return [path for name in _FOLDERS for path in sorted((folder / name).rglob("*.yaml"))]


def _own(name: str, number: int) -> str:
    return f"{name}-copy{number}"


def _copy(rule: dict[str, Any], number: int, asked: set[str]) -> dict[str, Any]:
    own = rule["criteria"] if rule["kind"] == "definitions" else {}
    copy: dict[str, Any] = _rewritten(rule, lambda key, text: _renamed(key, text, number, own, asked))
    copy["id"] = _own(rule["id"], number)

    if own:
        copy["criteria"] = {f"{name}_copy{number}": criterion for name, criterion in copy["criteria"].items()}
        return copy
    for key in _CLAUSES:
        if key in copy:
            copy[key] = _guarded(copy[key], number)
    for reason in (reason for key in _REASONS for reason in copy.get(key, ())):
        reason["when"] = _guarded(reason["when"], number)
    return copy


def _guarded(clause: Any, number: int) -> dict[str, Any]:
    return {"all": [{"finding": {"in": _own(_NOBODY, number)}}, clause]}


def _rewritten(value: Any, rename: Callable[[str, str], str], key: str = "") -> Any:
    if isinstance(value, dict):
        return {name: _rewritten(inner, rename, name) for name, inner in value.items()}
    if isinstance(value, list):
        return [_rewritten(inner, rename, key) for inner in value]
    return rename(key, value) if isinstance(value, str) and key not in _WORDS else value


def _renamed(key: str, text: str, number: int, own: dict[str, Any], asked: set[str]) -> str:
    if key == "in":
        asked.add(text)
        return _own(text, number)
    if text in own:
        return f"{text}_copy{number}"
    return _SHARED.sub(rf"shared.\1_copy{number}", _OUTCOME.sub(rf"\1-copy{number}", text))


def _write_value_set(folder: Path, name: str) -> None:
    """One code that nobody has."""
    made = {
        "resourceType": "ValueSet", "id": name, "url": f"https://heel-numbness-cds.org/fhir/ValueSet/{name}",
        "version": "1.0.0", "name": name, "title": name, "status": "draft", "experimental": True, "description": name,
        "compose": {"include": [{"system": _SNOMED, "concept": [{"code": name, "display": name}]}]},
    }  # fmt: skip
    (folder / f"{name}.json").write_text(json.dumps(made), encoding="utf-8")


def _write_drugs(path: Path, asked: set[str], number: int) -> None:
    drugs = yaml.safe_load(path.read_text(encoding="utf-8"))
    with path.open("a", encoding="utf-8") as file:
        for name in sorted(asked & drugs.keys()):
            file.write("\n" + yaml.safe_dump({_own(name, number): drugs[name]}))
