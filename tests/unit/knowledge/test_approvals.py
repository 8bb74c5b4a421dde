"""The file in which a site says which rules its committee has approved."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from cds.domain.standing import in_use, speaking
from cds.knowledge import checks
from cds.knowledge.approvals import Approvals, read_approvals
from cds.knowledge.cases import Read
from cds.knowledge.lock import rule_digest
from cds.knowledge.rulebook import Knowledge, inspect

TODAY = date(2026, 11, 20)
GROUND = ("symptom-present", "both-feet", "small-definitions")
ReadFile = Callable[[str], Approvals]


def entry(rule: str, version: str = "0.1.0", on: str = "2026-11-01", by: str = "Neurology board & pharmacy") -> str:
    return f"- {{rule: {rule}, version: {version}, approved_by: {by}, on: {on}}}\n"


@pytest.fixture(scope="module")
def knowledge(whole: Path) -> Knowledge:
    return inspect(whole)


@pytest.fixture
def read_file(knowledge: Knowledge, tmp_path: Path) -> ReadFile:
    def read(text: str) -> Approvals:
        path = tmp_path / "approvals.yaml"
        path.write_text(text, encoding="utf-8")
        return read_approvals(path, knowledge, TODAY)

    return read


def test_without_a_file_nothing_is_approved(knowledge: Knowledge) -> None:
    assert read_approvals(None, knowledge, TODAY) == Approvals()


def test_an_entry_for_the_present_version_approves(read_file: ReadFile) -> None:
    found = read_file(entry("low-b12") + entry("retention", on="2026-11-20"))
    assert found.approved == {"low-b12", "retention"}
    assert found.problems == []


def test_an_entry_for_another_version_does_not_count_and_is_told(read_file: ReadFile) -> None:
    found = read_file(entry("low-b12", "0.0.9"))
    assert found.approved == frozenset()
    assert found.problems == []
    assert [p.sentence for p in found.outdated] == ["entry 1 (low-b12): approves 0.0.9, but the rule here is 0.1.0"]
    assert found.outdated_rules == ("low-b12",)


def test_an_entry_may_hold_for_one_text_of_a_rule_alone(read_file: ReadFile, knowledge: Knowledge) -> None:
    present = rule_digest(knowledge.documents["low-b12"])
    signed = entry("low-b12").rstrip().removesuffix("}")
    assert read_file(f"{signed}, sha256: {present}}}\n").approved == {"low-b12"}
    other = read_file(f"{signed}, sha256: {'ab' * 32}}}\n")
    assert other.approved == frozenset()
    assert [p.sentence for p in other.outdated] == ["entry 1 (low-b12): approves another text of 0.1.0"]
    both = read_file(f"{signed}, sha256: {'ab' * 32}}}\n{signed}, sha256: {present}}}\n")
    assert (both.approved, both.outdated, both.problems) == ({"low-b12"}, [], [])
    assert "is no sha256" in read_file(f"{signed}, sha256: short}}\n").problems[0].sentence


def test_older_entries_beside_the_present_one_are_history(read_file: ReadFile) -> None:
    found = read_file(entry("low-b12", "0.0.9", on="2025-01-01") + entry("low-b12"))
    assert found.approved == {"low-b12"}
    assert found.outdated == []


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (entry("low-b13"), "entry 1 (low-b13): no rule has this id"),
        (entry("low-b12", on="2026-11-21"), "entry 1 (low-b12): is approved on 2026-11-21, which is after 2026-11-20"),
        (entry("low-b12") + entry("low-b12", on="2026-11-02"), "entry 2 (low-b12): stands twice for version 0.1.0"),
        (entry("low-b12", "1"), "entry 1 (low-b12): version: Not a valid string."),
        (entry("low-b12", "1.0.0-rc"), "entry 1 (low-b12): version: is not like 1.0.0"),
        (entry("low-b12", on="May 2026"), "entry 1 (low-b12): on: Not a valid date."),
        (entry("low-b12", by='" "'), "entry 1 (low-b12): approved_by: names nobody"),
        (entry("low-b12", by="unassigned"), "entry 1 (low-b12): approved_by: names nobody"),
        ("- {rule: low-b12}\n", "entry 1 (low-b12): version: Missing data for required field."),
        (entry("low-b12").replace("on:", "date:"), "entry 1 (low-b12): date: Unknown field."),
        ("- low-b12\n", "entry 1: Invalid input type."),
        ("", "must be a list of {rule, version, approved_by, on}; [] for none"),
        ("rule: low-b12\n", "must be a list of {rule, version, approved_by, on}; [] for none"),
        ("- {rule: a, rule: b}\n", "key 'rule' stands twice"),
        ("- [", "bad YAML"),
        ("- a\x07b\n", "bad YAML"),
    ],
)
def test_what_is_wrong_is_named_with_its_entry(read_file: ReadFile, text: str, sentence: str) -> None:
    found = read_file(text)
    assert any(p.sentence.startswith(sentence) for p in found.problems), found.problems
    assert found.approved <= {"low-b12"}


def test_every_problem_is_named_at_once_with_its_line(read_file: ReadFile) -> None:
    found = read_file(entry("nowhere", on="2027-01-01") + entry("low-b12") + entry("low-b12", "x"))
    assert [(p.line, p.sentence.partition(":")[0]) for p in found.problems] == [
        (1, "entry 1 (nowhere)"),
        (1, "entry 1 (nowhere)"),
        (3, "entry 3 (low-b12)"),
    ]


@pytest.mark.parametrize("content", [b"\xff\xfe", None])
def test_a_file_that_cannot_be_read_is_a_problem(knowledge: Knowledge, tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "approvals.yaml"
    if content is not None:
        path.write_bytes(content)
    assert [p.sentence for p in read_approvals(path, knowledge, TODAY).problems] == ["the file cannot be read"]


def test_a_rule_is_called_approved_only_with_all_it_rests_on(read_file: ReadFile) -> None:
    own = entry("diabetic-neuropathy")
    assert read_file(own).signed == frozenset()
    assert "diabetic-neuropathy" not in read_file(own + entry("symptom-present") + entry("both-feet")).signed
    found = read_file(own + "".join(map(entry, GROUND)))
    assert "diabetic-neuropathy" in found.signed
    assert found.unfounded == []


def test_a_rule_without_definitions_needs_none(read_file: ReadFile) -> None:
    assert "retention" in read_file("".join(map(entry, ("retention", "symptom-present", "both-feet")))).signed


def test_what_an_approved_rule_names_and_nobody_approved_is_told(read_file: ReadFile) -> None:
    sentences = [p.sentence for p in read_file(entry("retention")).unfounded]
    assert "retention is approved and names what is not: emergency-department, ncs" in sentences


def test_gate_and_patterns_stay_in_use_unapproved(knowledge: Knowledge) -> None:
    book = in_use(knowledge.rulebook)
    assert book.gates == knowledge.rulebook.gates
    assert book.patterns == knowledge.rulebook.patterns
    assert speaking(book) == ()
    assert {rule.id for rule in book.unused.rules} == {rule.id for rule in speaking(knowledge.rulebook)}
    assert book.unused.flags == {"redflag.retention", "critical", "warning"}


def test_the_check_shows_how_far_the_approvals_reach(rules: Path, read: Read, tmp_path: Path) -> None:
    path = tmp_path / "approvals.yaml"
    path.write_text(entry("low-b12") + entry("ncs", "0.0.1"), encoding="utf-8")
    report = checks.check(rules, read, TODAY, mutants=False, approvals=path)
    assert report.problems == []
    text = report.render()
    assert "entry 2 (ncs): approves 0.0.1, but the rule here is 0.1.0" in text
    assert "1 of 10 rules are approved, 1 of the 7 that speak on cards" in text
    assert "an approval without sha256 (rules.lock.json) holds for whatever they come to say" in text


def test_a_wrong_entry_fails_the_check(rules: Path, read: Read, tmp_path: Path) -> None:
    path = tmp_path / "approvals.yaml"
    path.write_text(entry("nowhere"), encoding="utf-8")
    report = checks.check(rules, read, TODAY, mutants=False, approvals=path)
    assert [p.check for p in report.problems] == ["approvals"]


def test_the_day_of_the_check_decides_what_lies_ahead(rules: Path, read: Read, tmp_path: Path) -> None:
    path = tmp_path / "approvals.yaml"
    path.write_text(entry("low-b12", on="2027-01-01"), encoding="utf-8")
    assert checks.check(rules, read, TODAY, mutants=False, approvals=path).problems
    assert not checks.check(rules, read, date(2027, 1, 1), mutants=False, approvals=path).problems
