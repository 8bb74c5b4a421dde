"""The rules as they are, with their cases read by the real reader."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from cds.fhir.decode import Reader
from cds.knowledge.case_builder import PATIENT
from cds.knowledge.case_files import Case, CaseFile, load_cases
from cds.knowledge.cases import Read, read_records
from cds.knowledge.problems import Problem
from cds.knowledge.rulebook import Knowledge, inspect

RULES = Path(__file__).resolve().parents[2] / "rules"


@cache
def knowledge() -> Knowledge:
    """All rules."""
    return inspect(RULES)


@cache
def reader() -> Read:
    """Reads a case as a call would be read."""
    real = Reader(knowledge().terminology)
    return lambda prefetch, day: real.read_prefetch(prefetch, PATIENT, None, day.toordinal())


@cache
def cases() -> tuple[list[tuple[CaseFile, Case]], list[Problem]]:
    """Every case with its file, and what is wrong with the files."""
    problems: list[Problem] = []
    files = load_cases(knowledge(), RULES, problems)
    read_records(files, reader())
    return [(file, case) for file in files for case in file.cases], problems
