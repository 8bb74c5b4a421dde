"""Page texts: read strictly, checked, and no part of what decides an answer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cds.knowledge import lock
from cds.knowledge.folder import digest, rule_files
from cds.knowledge.pages import load_pages
from cds.knowledge.rulebook import inspect
from tests.unit.knowledge.conftest import RunCheck

Edit = Callable[[str, str, str], None]
ITEM = '{id: mgmt.rest, text: "Rest of the foot.", sources: [policy]}'
PAGE = f"rule: low-b12\nmanagement:\n  - {ITEM}\n"
GENERAL = """\
rule: general
title: Any numb foot
version: 0.1.0
review: {author: unassigned, clinical_reviewer: unassigned, reviewed: null, next_review: 2027-05-20}
tips:
  - {id: tip.footwear, text: "Wide shoes.", sources: ["seed:000 L224"]}
"""
CAVEATS = """\
caveat.rest:
  text: Not for too long.
  sources: [policy]
  beside: [mgmt.rest]
  only_on: [low-b12]
"""


@pytest.fixture(autouse=True)
def pages(rules: Path) -> None:
    """Page texts of the small rulebook."""
    (rules / "pages").mkdir()
    for name, text in {
        "causes/low_b12.page.yaml": PAGE, "pages/general.yaml": GENERAL, "pages/caveats.yaml": CAVEATS,
        "pages/articles.yaml": '"000": {citation: An article}\n',
        "pages/not_shown.yaml": "tip.water: {because: It harms some., sources: [policy]}\n",
    }.items():  # fmt: skip
        (rules / name).write_text(text, encoding="utf-8")


def sentences(run_check: RunCheck) -> list[str]:
    """What the checks say of page texts; the lock of this copy is not theirs."""
    return [p.sentence for p in run_check().problems if p.check != "lock"]


def test_page_texts_that_are_in_order_are_no_problem(run_check: RunCheck) -> None:
    assert sentences(run_check) == []


def test_each_item_is_found_on_its_page_with_its_caveat_and_sources(rules: Path) -> None:
    pages = load_pages(rules)
    assert pages.where() == {"mgmt.rest": ("low-b12",), "caveat.rest": ("low-b12",), "tip.footwear": ("general",)}
    item = pages.of_rules["low-b12"].management[0]
    assert (item.text, item.sources) == ("Rest of the foot.", ("policy",))
    assert [caveat.text for caveat in pages.beside("mgmt.rest")] == ["Not for too long."]


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("causes/low_b12.page.yaml", "rule: low-b12", "rule: lower-b12", "no rule is called 'lower-b12'"),
        ("causes/low_b12.page.yaml", "rule: low-b12", "rule: ncs", "must stand beside its rule"),
        ("causes/low_b12.page.yaml", "mgmt.rest", "tip.rest", "must look like mgmt.some-words"),
        ("causes/low_b12.page.yaml", "management:", "managment:", "managment: Unknown field."),
        ("causes/low_b12.page.yaml", "[policy]", "[polcy]", "'polcy' is not in sources.yaml"),
        ("causes/low_b12.page.yaml", "[policy]", "[]", "Shorter than minimum length 1."),
        ("causes/low_b12.page.yaml", "[policy]", '["seed:003 L1"]', "does not say which article '003' is"),
        ("causes/low_b12.page.yaml", "Rest of the foot", "Stop the drug", "says 'stop*'"),
        ("causes/low_b12.page.yaml", "Rest of the foot", "It is ruled out", "says 'ruled out'"),
        ("causes/low_b12.page.yaml", "Rest of the foot", "Mind ischaemia", "write 'ischemi...'"),
        ("causes/low_b12.page.yaml", f"  - {ITEM}\n", f"  - {ITEM}\n  - {ITEM}\n", "'mgmt.rest' stands 2 times"),
        ("causes/low_b12.page.yaml", PAGE, "- nothing\n", "must be a mapping"),
        ("causes/low_b12.page.yaml", PAGE, "a: b: c\n", "bad YAML"),
        ("pages/caveats.yaml", "[mgmt.rest]", "[mgmt.rets]", "no page shows 'mgmt.rets'"),
        ("pages/caveats.yaml", "only_on: [low-b12]", "only_on: [general]", "must not stand here: caveat.rest"),
        ("pages/caveats.yaml", "only_on: [low-b12]", "on: [low-b21]", "no rule is called 'low-b21'"),
        ("pages/caveats.yaml", "  beside: [mgmt.rest]\n  only_on: [low-b12]\n", "", "no page shows it"),
        ("pages/caveats.yaml", "Not for too long", "Never stopping", "says 'stop*'"),
        ("pages/not_shown.yaml", "tip.water", "tip.footwear", "but it is shown on general"),
        ("pages/not_shown.yaml", "because: It harms some., ", "", "Missing data for required field."),
    ],
)  # fmt: skip
def test_a_slip_is_a_problem_with_its_place(
    rules: Path, run_check: RunCheck, edit: Edit, name: str, old: str, new: str, said: str
) -> None:
    edit(name, old, new)
    found = [p for p in run_check().problems if p.check != "lock" and said in p.sentence]
    assert found
    assert all(Path(p.path).is_relative_to(rules) and p.line >= 1 for p in found)


def test_a_file_of_another_name_is_a_problem(rules: Path, run_check: RunCheck) -> None:
    (rules / "pages/others.yaml").write_text("a: b\n", encoding="utf-8")
    assert "the files of pages are: general.yaml, caveats.yaml, not_shown.yaml, articles.yaml" in sentences(run_check)


def test_a_folder_without_page_texts_has_none(tmp_path: Path) -> None:
    pages = load_pages(tmp_path / "none")
    assert (list(pages.pages()), pages.problems) == ([], [])


@pytest.mark.parametrize("name", ["causes/low_b12.page.yaml", "pages/caveats.yaml"])
def test_page_texts_are_no_rules_and_decide_no_answer(rules: Path, name: str) -> None:
    before = digest(rules)
    (rules / name).unlink()
    assert digest(rules) == before
    assert rules / name not in rule_files(rules)


@pytest.mark.parametrize("name", ["causes/low_b12.page.yaml", "pages/caveats.yaml"])
def test_the_lock_holds_page_texts_too(rules: Path, edit: Edit, name: str) -> None:
    before = lock.locked(inspect(rules), rules)
    edit(name, "foot" if "b12" in name else "too", "leg")
    assert lock.locked(inspect(rules), rules) != before


def test_page_texts_of_a_released_rulebook_need_a_new_version_of_their_rule(rules: Path, edit: Edit) -> None:
    lock.write_lock(inspect(rules), rules)
    edit("causes/low_b12.page.yaml", "foot", "leg")
    edit("pages/caveats.yaml", "too long", "longer")
    said = [p.sentence for p in lock.unbumped(inspect(rules), rules, released=True)]
    assert said == ["changed without a new version", "the rules changed without a new rulebook version"]
