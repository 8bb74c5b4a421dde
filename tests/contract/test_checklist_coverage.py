"""cds_hooks_checklist.csv against the tests: what it says is tested has a test of that name and number."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from tests.contract.test_checklist_calls import MEMBERS, PREFETCH, TRANSPORT

HERE = Path(__file__).parent
TABLE_TEST = "test_a_call_is_answered_as_the_checklist_asks"
# 043 is asserted of every case of the table that is refused.
IN_THE_TABLE = {int(case.number) for case in (*TRANSPORT, *MEMBERS, *PREFETCH)} | {43}
with (HERE / "cds_hooks_checklist.csv").open(encoding="utf-8", newline="") as lines:
    ROWS = list(csv.DictReader(lines))
TESTS = {
    name for path in HERE.glob("test_*.py") for name in re.findall(r"^def (test_\w+)", path.read_text(), re.MULTILINE)
}


def numbers_in(name: str) -> set[int]:
    """The checklist's numbers in a test's name: one, "and" another, or a range "to"."""
    found = re.match(r"test_(\d{3})(?:_(and|to)_(\d{3}))?_", name)
    if not found:
        return set()
    first, joined, last = int(found[1]), found[2], int(found[3] or found[1])
    return set(range(first, last + 1)) if joined == "to" else {first, last}


def test_every_number_of_the_checklist_stands_in_the_file_once() -> None:
    assert [int(row["number"]) for row in ROWS] == list(range(1, 201))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["number"])
def test_a_row_has_a_test_or_a_reason(row: dict[str, str]) -> None:
    if row["status"] == "tested":
        assert row["test"] in TESTS
        assert not row["note"]
    else:
        assert row["status"] == "not-applicable-yet"
        assert row["note"]
        assert not row["test"]


def test_every_number_in_the_table_or_in_a_name_is_listed_as_tested() -> None:
    tested = {int(row["number"]) for row in ROWS if row["status"] == "tested"}
    named = IN_THE_TABLE.union(*map(numbers_in, TESTS))
    assert named <= tested


def test_every_row_of_the_table_test_is_in_the_table() -> None:
    listed = {int(row["number"]) for row in ROWS if row["test"] == TABLE_TEST}
    assert listed <= IN_THE_TABLE
