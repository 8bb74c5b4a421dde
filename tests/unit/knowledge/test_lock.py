"""No rule of a released rulebook changes without a new version."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.unit.knowledge.conftest import RunCheck

Edit = Callable[[str, str, str], None]
RULE = "causes/low_b12.yaml"


def problems(run_check: RunCheck, *, update: bool = False) -> list[str]:
    return [p.sentence for p in run_check(update_lock=update).problems if p.check == "lock"]


@pytest.fixture
def released(edit: Edit, run_check: RunCheck) -> None:
    """The rulebook in use, and its lock."""
    edit("rulebook.yaml", "version: 0.1.0\nunreleased: true", "version: 1.0.0")
    run_check(update_lock=True)


def test_the_lock_holds_version_and_digest_of_every_rule(rules: Path) -> None:
    held = json.loads((rules / "rules.lock.json").read_text(encoding="utf-8"))
    assert held["rulebook"]["version"] == "0.1.0"
    assert held["rules"]["low-b12"]["version"] == "0.1.0"
    assert len(held["rules"]["low-b12"]["sha256"]) == 64


def test_a_missing_lock_is_a_problem_for_every_rule(run_check: RunCheck, rules: Path) -> None:
    (rules / "rules.lock.json").unlink()
    assert len(problems(run_check)) == 10
    assert problems(run_check, update=True) == []


def test_a_changed_rule_is_stale_until_the_lock_is_written(run_check: RunCheck, edit: Edit) -> None:
    edit(RULE, "180 pg/mL", "190 pg/mL")
    assert problems(run_check) == ["rules.lock.json does not hold it as it is: run cds check --update-lock"]
    assert problems(run_check, update=True) == []
    assert problems(run_check) == []


def test_comments_and_layout_are_no_change(run_check: RunCheck, edit: Edit) -> None:
    edit(RULE, "supported_when: low", "# a comment\nsupported_when:  low")
    assert problems(run_check) == []


def test_a_rule_that_is_gone_leaves_the_lock(run_check: RunCheck, rules: Path) -> None:
    (rules / RULE).unlink()
    (rules / "causes/low_b12.test.yaml").unlink()
    assert problems(run_check) == ["holds 'low-b12', which is not there any more: run cds check --update-lock"]
    assert problems(run_check, update=True) == []


@pytest.mark.usefixtures("released")
def test_a_released_rule_needs_a_new_version(run_check: RunCheck, edit: Edit, rules: Path) -> None:
    before = (rules / "rules.lock.json").read_bytes()
    edit(RULE, "180 pg/mL", "190 pg/mL")
    refused = ["changed without a new version", "the rules changed without a new rulebook version"]
    assert problems(run_check, update=True) == refused
    assert (rules / "rules.lock.json").read_bytes() == before
    edit(RULE, "version: 0.1.0", "version: 0.1.1")
    edit("rulebook.yaml", "version: 1.0.0", "version: 1.0.1")
    assert problems(run_check, update=True) == []


@pytest.mark.usefixtures("released")
def test_whatever_is_no_rule_needs_a_new_rulebook_version(run_check: RunCheck, edit: Edit) -> None:
    edit("drugs.yaml", "30 days", "40 days")
    assert problems(run_check, update=True) == ["the rules changed without a new rulebook version"]


def test_no_version_goes_back(run_check: RunCheck, edit: Edit) -> None:
    edit(RULE, "version: 0.1.0", "version: 0.0.9")
    assert problems(run_check, update=True) == ["its version went back from 0.1.0"]
