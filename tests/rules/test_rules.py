"""Every case of every rule, and every check of the rules."""

from __future__ import annotations

from datetime import date

import pytest

from cds.knowledge.case_files import Case, CaseFile
from cds.knowledge.cases import run_case
from cds.knowledge.checks import check
from tests.rules.conftest import RULES, cases, knowledge, reader

# The day on which review dates are judged: a suite that is green today stays green; `cds check` uses the real day.
TODAY = date(2026, 11, 20)
ALL, FAULTS = cases()


@pytest.mark.parametrize(("file", "case"), ALL, ids=[f"{file.rule}: {case.name}" for file, case in ALL])
def test_a_rule_concludes_what_its_case_says_and_nothing_else(file: CaseFile, case: Case) -> None:
    failure = run_case(knowledge(), file, case)
    assert failure is None, str(failure.problem())


def test_the_case_files_can_be_read() -> None:
    assert [str(fault) for fault in FAULTS] == []


def test_the_rules_can_be_used() -> None:
    assert [str(problem) for problem in knowledge().problems] == []


def test_no_check_finds_a_problem_and_every_slip_is_noticed() -> None:
    report = check(RULES, reader(), TODAY)
    assert report.problems == [], "\n" + report.render()
    assert report.counts["slips tried"] == report.counts["noticed"] + report.counts["equivalent"]
