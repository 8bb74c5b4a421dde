"""The rules as they are, with their cases read by the real reader."""

from __future__ import annotations

from datetime import date
from functools import cache

from cds.fhir.decode import Reader
from cds.knowledge.case_builder import PATIENT
from cds.knowledge.case_files import Case, CaseFile, load_cases
from cds.knowledge.cases import Read, read_records
from cds.knowledge.problems import Problem
from cds.knowledge.checks import Report, check
from tests.rulebook import RULES, knowledge

# The day on which review dates are judged: a suite that is green today stays green; `cds check` uses the real day.
TODAY = date(2026, 11, 20)


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


@cache
def report() -> Report:
    """What `cds check` finds, mutants and all."""
    return check(RULES, reader(), TODAY)
