"""Approvals files for the tests: a made-up committee that signs rules as they are."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from tests.rulebook import RULES


@cache
def versions() -> dict[str, str]:
    """The version of every rule, by id."""
    rules = json.loads((RULES / "rules.lock.json").read_text(encoding="utf-8"))["rules"]
    return {id_: entry["version"] for id_, entry in rules.items()}


def approving(path: Path, ids: Iterable[str]) -> Path:
    """Write a file that approves these rules; returns its path."""
    entries = [
        f"- {{rule: {id_}, version: {versions()[id_]}, approved_by: Made-up board, on: 2026-11-01}}\n" for id_ in ids
    ]
    path.write_text("".join(entries) or "[]\n", encoding="utf-8")
    return path


def all_but(*ids: str) -> list[str]:
    """Every rule except these."""
    assert set(ids) <= set(versions())
    return [id_ for id_ in versions() if id_ not in ids]
