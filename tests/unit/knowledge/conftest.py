"""A small rulebook in a folder of its own, to be broken in one place and checked."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from cds.fhir.decode import Reader
from cds.knowledge import checks
from cds.knowledge.case_builder import PATIENT
from cds.knowledge.cases import Read
from cds.knowledge.checks import Report
from cds.knowledge.rulebook import inspect
from tests.unit.knowledge import small_rules

TODAY = date(2026, 11, 20)
RunCheck = Callable[..., Report]


def read_with(folder: Path) -> Read:
    reader = Reader(inspect(folder).terminology)
    return lambda prefetch, day: reader.read_prefetch(prefetch, PATIENT, None, day.toordinal())


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small rulebook as it should be, locked."""
    folder = tmp_path_factory.mktemp("whole")
    small_rules.write(folder)
    checks.check(folder, read_with(folder), TODAY, update_lock=True, mutants=False)
    return folder


@pytest.fixture(scope="session")
def read(whole: Path) -> Read:
    """The real reader, with the words and codes of the small rulebook."""
    return read_with(whole)


@pytest.fixture
def rules(whole: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    folder = tmp_path / "rules"
    shutil.copytree(whole, folder)
    return folder


@pytest.fixture
def run_check(rules: Path, read: Read) -> RunCheck:
    def run(*, today: date = TODAY, update_lock: bool = False, mutants: bool = False) -> Report:
        return checks.check(rules, read, today, update_lock=update_lock, mutants=mutants)

    return run


@pytest.fixture
def edit(rules: Path) -> Callable[[str, str, str], None]:
    """Exchange a text that must stand in a file."""

    def change(name: str, old: str, new: str) -> None:
        path = rules / name
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{old!r} does not stand in {name}"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return change
