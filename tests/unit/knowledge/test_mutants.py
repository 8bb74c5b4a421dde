"""A slip that no case notices survives and is told; one that cannot matter may be excused, and is counted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cds.knowledge.case_files import load_cases
from cds.knowledge.cases import Read, read_records
from cds.knowledge.mutants import Tally, run_mutants
from cds.knowledge.problems import Problem
from cds.knowledge.rulebook import inspect

Edit = Callable[[str, str, str], None]
Try = Callable[..., list[Tally]]
CAUSE_CASES = "causes/low_b12.test.yaml"


@pytest.fixture
def tried(rules: Path, read: Read) -> Try:
    def run(*only: str, jobs: int = 1) -> list[Tally]:
        knowledge = inspect(rules)
        problems: list[Problem] = []
        files = load_cases(knowledge, rules, problems)
        assert [*problems, *knowledge.problems] == []
        read_records(files, read)
        return run_mutants(knowledge, files, only, jobs)

    return run


def survivors(tallies: list[Tally]) -> list[str]:
    return [p.sentence for tally in tallies for p in tally.survivors]


WEAKENED = [
    # file, rule, what a case no longer says, the slip that then survives
    (CAUSE_CASES, "low-b12", "179 pg/mL", "150 pg/mL", 'from "180 pg/mL" to "179 pg/mL"'),
    (CAUSE_CASES, "low-b12", "180 pg/mL", "400 pg/mL", 'from "180 pg/mL" to "181 pg/mL"'),
    (CAUSE_CASES, "low-b12", "132 pmol/L", "100 pmol/L", 'from "133 pmol/L" to "132 pmol/L"'),
    ("red_flags/retention.test.yaml", "retention", "2026-11-06", "2026-11-10", "14 days"),
    ("red_flags/retention.test.yaml", "retention", ", tests: [test.ncs]", "", "levels.0.tests"),
    ("red_flags/retention.test.yaml", "retention", "Suspected retention", "Retention", "suspected"),
    ("gate/symptom_present.test.yaml", "symptom-present", "value: true", "value: false", "source"),
    ("definitions/small_definitions.test.yaml", "small-definitions", "2025-12-01", "2026-08-01", "11 months"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "rule", "old", "new", "slip"), WEAKENED)
def test_a_weaker_case_lets_a_slip_survive(
    tried: Try, edit: Edit, name: str, rule: str, old: str, new: str, slip: str
) -> None:
    assert survivors(tried(rule)) == []
    edit(name, old, new)
    assert any(slip in s for s in survivors(tried(rule))), survivors(tried(rule))


def test_a_survivor_is_told_with_the_line_of_its_clause(tried: Try, edit: Edit, rules: Path) -> None:
    edit(CAUSE_CASES, "180 pg/mL", "400 pg/mL")
    (tally,) = tried("low-b12")
    first = tally.survivors[0]
    assert (first.path, first.check) == (str(rules / "causes/low_b12.yaml"), "mutant")
    assert "180 pg/mL" in Path(first.path).read_text(encoding="utf-8").splitlines()[first.line - 1]
    assert first.sentence.endswith("is not noticed by any case")


def test_slips_of_definitions_are_noticed_by_the_rules_that_use_them(tried: Try, edit: Edit) -> None:
    edit(
        "definitions/small_definitions.yaml",
        "{finding: {in: diabetes}}",
        "{finding: {in: [diabetes, urinary-retention]}}",
    )
    assert len(survivors(tried("small-definitions"))) == 1
    record = '[{condition: "SNOMED#267064002 Retention"}]'
    by_the_other = f"  - {{name: by the other, record: {record}, expect: {{tier: supported, points: 0}}}}\n"
    edit("causes/diabetic_neuropathy.test.yaml", "  - {name: none,", by_the_other + "  - {name: none,")
    assert survivors(tried("small-definitions")) == []


def test_trying_definitions_leaves_them_as_they_were(rules: Path, read: Read) -> None:
    knowledge = inspect(rules)
    files = load_cases(knowledge, rules, [])
    read_records(files, read)
    before = {name: named.inner for name, named in knowledge.compilers["small-definitions"].named.items()}
    run_mutants(knowledge, files, ["small-definitions"])
    assert {name: named.inner for name, named in knowledge.compilers["small-definitions"].named.items()} == before


def test_an_equivalent_slip_is_excused_and_counted(tried: Try, edit: Edit) -> None:
    edit(CAUSE_CASES, "180 pg/mL", "400 pg/mL")
    number = len(survivors(tried("low-b12")))
    excuse = 'equivalent: [{at: criteria.low.result.below, why: "for the test"}]\ncases:'
    edit(CAUSE_CASES, "cases:", excuse)
    (tally,) = tried("low-b12")
    assert (tally.equivalent, tally.survivors) == (number, [])
    assert tally.noticed + tally.equivalent == tally.slips


def test_an_excuse_may_be_as_narrow_as_one_slip(tried: Try, edit: Edit) -> None:
    edit(CAUSE_CASES, "180 pg/mL", "400 pg/mL")
    edit(CAUSE_CASES, "179 pg/mL", "150 pg/mL")
    (up, down) = survivors(tried("low-b12"))
    slip = up.removesuffix(" is not noticed by any case")
    edit(CAUSE_CASES, "cases:", f"equivalent: [{{at: criteria.low, slip: '{slip}', why: for the test}}]\ncases:")
    assert survivors(tried("low-b12")) == [down]


def test_an_excuse_may_stand_beside_its_criterion(tried: Try, edit: Edit) -> None:
    edit(CAUSE_CASES, "180 pg/mL", "400 pg/mL")
    edit("causes/low_b12.yaml", "points: diagnostic}", "points: diagnostic, equivalent: for the test}")
    assert survivors(tried("low-b12")) == []


def test_an_excuse_that_nothing_needs_is_a_problem(tried: Try, edit: Edit) -> None:
    edit(CAUSE_CASES, "cases:", 'equivalent: [{at: criteria.low, why: "for the test"}]\ncases:')
    told = "equivalent 'criteria.low' excuses nothing: the cases notice every slip there"
    assert survivors(tried("low-b12")) == [told]


def test_an_excuse_covers_whole_names_only(tried: Try, edit: Edit) -> None:
    edit(CAUSE_CASES, "180 pg/mL", "400 pg/mL")
    edit(CAUSE_CASES, "cases:", 'equivalent: [{at: criteria.lo, why: "for the test"}]\ncases:')
    assert len(survivors(tried("low-b12"))) > 1


def test_several_processes_come_to_the_same_in_the_same_order(tried: Try, edit: Edit) -> None:
    edit(CAUSE_CASES, "180 pg/mL", "400 pg/mL")
    assert tried(jobs=2) == tried(jobs=1)
