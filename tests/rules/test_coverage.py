"""The catalogue: every id is in the index, and is carried and proved."""

from __future__ import annotations

from collections import Counter
import pytest

from cds.knowledge.trace import Coverage, trace
from tests.rulebook import RULES
from tests.rules.conftest import reader, report

# How many ids the catalogue names of each kind: one that is lost from the index would not be missed otherwise.
NAMED = {
    "cause": 71, "ext": 14, "sym": 29, "sign": 4, "mod": 34, "test": 49, "redflag": 16, "risk": 29,
    "mgmt": 35, "tip": 9, "fact": 25, "caveat": 14,
}  # fmt: skip


@pytest.fixture(scope="module")
def coverage() -> Coverage:
    return trace(RULES, reader())


def test_the_index_names_every_id_of_the_catalogue(coverage: Coverage) -> None:
    assert Counter(traced.entry.kind for traced in coverage.ids) == NAMED


def test_the_index_can_be_read_and_names_nothing_that_is_not_there(coverage: Coverage) -> None:
    assert [str(problem) for problem in coverage.problems] == []


def test_only_ids_of_guidelines_and_caveats_have_no_line_of_an_article(coverage: Coverage) -> None:
    without = {traced.entry.kind for traced in coverage.ids if not traced.entry.seeds}
    assert without <= {"ext", "test", "caveat"}


def test_every_value_set_is_asked_for_or_kept_for_a_reason_and_occurs_in_a_case() -> None:
    assert report().notes == []


def test_every_section_is_cited_or_says_why_not(coverage: Coverage) -> None:
    assert coverage.section_faults == []


@pytest.mark.parametrize("kind", NAMED)
def test_every_id_of_a_kind_is_carried_and_proved(coverage: Coverage, kind: str) -> None:
    assert [f"{t.entry.id} {t.missing}" for t in coverage.missing if t.entry.kind == kind] == []
