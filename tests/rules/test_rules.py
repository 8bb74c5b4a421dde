"""Every case of every rule, and every check of the rules."""

from __future__ import annotations

import pytest

from cds.knowledge.case_files import Case, CaseFile
from cds.knowledge.cases import run_case
from tests.rulebook import knowledge
from tests.rules.conftest import cases, report

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
    found = report()
    assert found.problems == [], "\n" + found.render()
    assert found.counts["slips tried"] == found.counts["noticed"] + found.counts["equivalent"]
