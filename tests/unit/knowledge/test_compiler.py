"""Criteria as files write them: every word is known, every name is defined, every limit has a unit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cds.domain.criteria import AllOf, AnyOf, AtLeast, Named, Not
from cds.domain.criteria_facts import HasFinding, TakesDrug
from cds.domain.criteria_person import Sex
from cds.domain.criteria_results import Conflict, HasResult
from cds.domain.quantity import Unit
from cds.domain.when import Window
from cds.knowledge.compiler import Compiler, Never
from cds.knowledge.problems import flatten
from cds.knowledge.strict_yaml import parse

UNITS = {"pg/mL": Unit("pg/mL", "mass", 1.0), "pmol/L": Unit("pmol/L", "molar", 1.0), "%": Unit("%", "percent", 1.0)}
SETS = {"x": ("x",), "y": ("y",), "group": ("x", "y")}


def compiled(text: str, shared: dict[str, Named] | None = None) -> Compiler:
    document = parse(text, Path("rule.yaml"))
    compiler = Compiler(document, SETS, UNITS, shared or {})
    compiler.compile_named(document.data["criteria"])
    return compiler


def one(text: str) -> Any:
    """The criterion called `a`, of a file without problems."""
    compiler = compiled(f"criteria:\n  b: {{deceased: true}}\n  a: {text}")
    assert [str(p) for p in compiler.problems] == []
    return compiler.named["a"].inner


WRONG = [
    ("b", "names", "no criterion is called 'b'"),
    ("{all: [b]}", "names", "no criterion is called 'b'"),
    ("shared.b", "names", "no shared definition is called 'b'"),
    ("a", "names", "criterion 'a' refers to itself"),
    ("{not: a}", "names", "criterion 'a' refers to itself"),
    ("5", "criterion", "a criterion is a name or a mapping with exactly one kind"),
    ("{}", "criterion", "a criterion is a name or a mapping with exactly one kind"),
    ("{finding: {in: x}, age: {below: 5}}", "criterion", "a criterion is a name or a mapping with exactly one kind"),
    ("{findings: {in: x}}", "criterion", "'findings' is not one of: finding, result"),
    ("{all: []}", "criterion", "needs a list of criteria"),
    ("{any: b}", "criterion", "needs a list of criteria"),
    ("{finding: {}}", "vocabulary", "in: Missing data for required field."),
    ("{finding: {in: x, withn: 5 days}}", "vocabulary", "withn: Unknown field."),
    ("{finding: {in: x, new_within: 5}}", "vocabulary", "new_within: must be a whole number and days, weeks"),
    ("{finding: {in: x, new_within: 1.5 years}}", "vocabulary", "new_within: must be a whole number"),
    ("{finding: {in: x, status: old}}", "vocabulary", "status: Must be one of: active, past"),
    ("{finding: {in: x, sides: left}}", "vocabulary", "sides: 'left' is not one of: one, both, unknown"),
    ("{finding: {in: x, may: {older_than: 5 days}}}", "vocabulary", "may.older_than: Unknown field."),
    ("{finding: {in: []}}", "vocabulary", "in: must be a word or a list of words"),
    ("{finding: {in: [5]}}", "vocabulary", "in: must be a word or a list of words"),
    ("{finding: {in: z}}", "value-sets", "no value set or lexicon concept is called 'z'"),
    ("{exposure: {in: x, timing: early}}", "vocabulary", "timing: Must be one of: fits, may-fit"),
    ("{exposure: {in: x, started_between: [b]}}", "vocabulary", "started_between: Length must be 2."),
    ("{result: {in: x, below: 5}}", "vocabulary", "below: must be a word or a list of words"),
    ("{result: {in: x, below: '5'}}", "units", "'5' needs a number and a unit of rules/units.yaml"),
    ("{result: {in: x, below: 5 stone}}", "units", "'5 stone' needs a number and a unit"),
    ("{result: {in: x, below: five pg/mL}}", "units", "'five pg/mL' needs a number and a unit"),
    ("{result: {in: x, within: {default: 1 year}}}", "vocabulary", 'within: "12 months", or default, shorter and when'),
    ("{result: {in: x, within: soon}}", "vocabulary", 'within: "12 months", or default, shorter and when'),
    ("{result: {in: x, count: 1}}", "vocabulary", "count: Must be greater than or equal to 2"),
    ("{conflict: {first: {in: x}, together: 5 days}}", "vocabulary", "second: Missing data"),
    ("{n_of: {of: [b]}}", "vocabulary", "at_least: Missing data"),
    ("{cause: {id: c}}", "vocabulary", "tier: Missing data"),
    ("{finding: {in: x}, points: much}", "points", "'much' is not one of: diagnostic, strong_risk, weak_risk"),
]


@pytest.mark.parametrize(("text", "check", "sentence"), WRONG, ids=[w[0] for w in WRONG])
def test_a_wrong_word_is_told_with_its_line(text: str, check: str, sentence: str) -> None:
    problems = compiled(f"criteria:\n  a: {text}").problems
    assert [(p.check, p.line) for p in problems] == [(check, 2)] * len(problems) != []
    assert sentence in problems[0].sentence


def test_all_problems_of_a_file_come_at_once() -> None:
    compiler = compiled("criteria:\n  a: {finding: {in: z}}\n  b: {finding: {in: x, new_within: soon}}\n  c: d")
    assert [(p.line, p.check) for p in compiler.problems] == [(2, "value-sets"), (3, "vocabulary"), (4, "names")]


def test_what_cannot_be_compiled_is_never_met() -> None:
    assert isinstance(compiled("criteria:\n  a: {finding: {}}").named["a"].inner, Never)


def test_groups_are_opened_to_their_sets() -> None:
    assert one("{finding: {in: [group, x]}}").sets == ("x", "y")


@pytest.mark.parametrize(
    ("text", "kind"),
    [("{all: [b]}", AllOf), ("{any: [b]}", AnyOf), ("{not: b}", Not), ("{n_of: {at_least: 1, of: [b]}}", AtLeast)],
)
def test_combinations_hold_the_criterion_of_that_name(text: str, kind: type) -> None:
    compiler = compiled(f"criteria:\n  b: {{deceased: true}}\n  a: {text}")
    built = compiler.named["a"].inner
    assert isinstance(built, kind)
    member = built.member if isinstance(built, Not) else built.members[0]  # type: ignore[attr-defined]
    assert member is compiler.named["b"]


def test_a_finding_takes_its_words() -> None:
    built = one("{finding: {in: x, side: same, modifier: m, source: [Condition], may: {new_within: 2 weeks}}}")
    assert isinstance(built, HasFinding)
    assert (built.same_side, built.modifiers, built.sources) == (True, {"m"}, {"Condition"})
    assert (built.may_new_within, built.new_within) == (Window(days=14), None)


def test_each_limit_keeps_its_own_unit() -> None:
    built = one("{result: {in: x, at_least: [180 pg/mL, 133 pmol/L], at_most: 350 pg/mL}}")
    assert isinstance(built, HasResult)
    assert {(limit.how, limit.value, limit.unit.symbol) for limit in built.limits} == {
        ("at_least", 180.0, "pg/mL"), ("at_least", 133.0, "pmol/L"), ("at_most", 350.0, "pg/mL"),
    }  # fmt: skip


def test_a_lookback_may_be_shorter_for_some() -> None:
    built = one("{result: {in: x, within: {default: 12 months, shorter: 6 months, when: b}}}")
    assert (built.within, built.within_at_risk) == (Window(12), Window(6))
    assert built.risk.name == "b"


def test_a_conflict_has_two_sides() -> None:
    built = one("{conflict: {first: {in: x, below: 5 %}, second: {in: y, above: 9 %}, together: 30 days}}")
    assert isinstance(built, Conflict)
    assert (built.first.sets, built.second.sets, built.together) == (("x",), ("y",), Window(days=30))


def test_an_exposure_may_look_around_another_criterion() -> None:
    built = one("{exposure: {in: x, around: b, margin: 6 months, grams_at_least: 4.2}}")
    assert isinstance(built, TakesDrug)
    assert (built.around.name, built.margin, built.grams_at_least) == ("b", Window(6), 4.2)  # type: ignore[union-attr]


def test_words_beside_the_kind_go_to_the_name() -> None:
    named = compiled("criteria:\n  a: {sex: female, points: weak_risk, cite: s, text: t}").named["a"]
    assert (named.points, named.cite, named.text, named.inner) == ("weak_risk", ("s",), "t", Sex("female"))


def test_shared_names_are_the_definitions_themselves() -> None:
    shared = Named("b", Never())
    compiler = compiled("criteria:\n  a: {any: [shared.b]}", {"b": shared})
    assert compiler.problems == []
    assert compiler.named["a"].inner.members == (shared,)  # type: ignore[attr-defined]
    assert compiler.used_shared == {"b"}


def test_the_order_of_the_file_is_kept_though_names_are_used_before_they_stand() -> None:
    compiler = compiled("criteria:\n  a: {all: [b]}\n  b: {deceased: true}")
    assert list(compiler.named) == ["a", "b"]
    assert compiler.used == {"b"}


def test_nested_messages_become_pairs_of_path_and_sentence() -> None:
    assert flatten({"a": {"b": ["x", "y"]}, "c": "z"}) == [(("a", "b"), "x"), (("a", "b"), "y"), (("c",), "z")]
