"""The project's own rules, read once for all tests: reading them takes a second."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from cds.knowledge.rulebook import Knowledge, inspect

RULES = Path(__file__).resolve().parents[1] / "rules"


@cache
def knowledge() -> Knowledge:
    """All rules, with whatever is wrong with them."""
    return inspect(RULES)
