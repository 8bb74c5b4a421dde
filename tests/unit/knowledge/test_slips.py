"""Every small change that could be an author's slip is made, once, and nothing else is touched."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cds.knowledge import strict_yaml
from cds.knowledge.slips import slips_of


def words_of(text: str) -> list[str]:
    raw = strict_yaml.parse(text, Path("rule.yaml")).data
    return [slip.words for slip in slips_of(raw)]


def made(text: str) -> list[Any]:
    raw = strict_yaml.parse(text, Path("rule.yaml")).data
    return [slip.apply(raw) for slip in slips_of(raw)]


SLIPS = [
    ("when: a", []),
    ("when: {any: [a]}", []),
    ("when: {all: [a, b]}", [{"any": ["a", "b"]}, {"all": ["b"]}, {"all": ["a"]}]),
    ("when: {any: [a, b]}", [{"all": ["a", "b"]}, {"any": ["b"]}, {"any": ["a"]}]),
    ("when: {not: a}", ["a"]),
    ("when: {may: a}", ["a"]),
    ("when: {may: {not: a}}", [{"not": "a"}, {"may": "a"}]),
    (
        "when: {n_of: {at_least: 1, of: [a, b]}}",
        [{"n_of": {"at_least": n, "of": members}} for n, members in ((2, ["a", "b"]), (1, ["b"]), (1, ["a"]))],
    ),
    ("when: {age: {at_least: 65}}", [{"age": {}}, {"age": {"at_least": 66}}, {"age": {"at_least": 64}}]),
    ("when: {sex: female}", [{"sex": "male"}]),
    ("when: {deceased: true}", []),
    ("when: {not_supplied: [p, q]}", [{"not_supplied": ["q"]}, {"not_supplied": ["p"]}]),
    ("when: {pattern: p}", []),
    ("when: {pattern: [p, q]}", [{"pattern": ["q"]}, {"pattern": ["p"]}]),
    ("when: {red_flag: [p, q]}", [{"red_flag": ["q"]}, {"red_flag": ["p"]}]),
    ("when: {finding: {in: x}}", []),
    ("when: {finding: {in: [x, y]}}", [{"finding": {"in": ["y"]}}, {"finding": {"in": ["x"]}}]),
    ("when: {finding: {in: x, suspected: true}}", [{"finding": {"in": "x"}}]),
    ("when: {finding: {in: x, suspected: false}}", []),
    ("when: {finding: {in: x, status: active}}", []),
    ("when: {finding: {in: x, status: any}}", [{"finding": {"in": "x"}}]),
    (
        "when: {finding: {in: x, new_within: 14 days}}",
        [{"finding": {"in": "x"} | rest} for rest in ({}, {"new_within": "15 days"}, {"new_within": "13 days"})],
    ),
    (
        "when: {finding: {in: x, may: {new_within: 14 days}}}",
        [{"finding": {"in": "x"}}]
        + [{"finding": {"in": "x", "may": {"new_within": days}}} for days in ("15 days", "13 days")],
    ),
    (
        "when: {result: {in: x, within: {default: 1 year, shorter: 6 months, when: a}, pick: latest}}",
        [{"result": {"in": "x", "pick": "latest"}}]
        + [{"result": {"in": "x", "within": w, "pick": "latest"}} for w in ("1 year", "6 months")]
        + [
            {"result": {"in": "x", "within": {"default": d, "shorter": s, "when": "a"}, "pick": "latest"}}
            for d, s in (
                ("13 months", "6 months"), ("11 months", "6 months"), ("1 year", "7 months"), ("1 year", "5 months"),
            )
        ],
    ),
    (
        "when: {result: {in: x, below: [180 pg/mL, 7.0 mmol/L]}}",
        [{"result": {"in": "x"}}, {"result": {"in": "x", "at_most": ["180 pg/mL", "7.0 mmol/L"]}}]
        + [
            {"result": {"in": "x", "below": limits}}
            for limits in (
                ["7.0 mmol/L"], ["180 pg/mL"], ["181 pg/mL", "7.0 mmol/L"], ["179 pg/mL", "7.0 mmol/L"],
                ["180 pg/mL", "7.1 mmol/L"], ["180 pg/mL", "6.9 mmol/L"],
            )
        ],
    ),
    (
        "when: {exposure: {in: x, grams_at_least: 4.2, lasting: 2 weeks}}",
        [{"exposure": {"in": "x", **rest}} for rest in (
            {"lasting": "2 weeks"}, {"grams_at_least": 4.3, "lasting": "2 weeks"},
            {"grams_at_least": 4.1, "lasting": "2 weeks"}, {"grams_at_least": 4.2},
            {"grams_at_least": 4.2, "lasting": "15 days"}, {"grams_at_least": 4.2, "lasting": "13 days"},
        )],
    ),
    (
        "when: {conflict: {first: {in: x, flag: high}, second: {in: y}, together: 2 days}}",
        [{"conflict": {"first": f, "second": {"in": "y"}, "together": d}} for f, d in (
            ({"in": "x"}, "2 days"), ({"in": "x", "flag": "high"}, "3 days"), ({"in": "x", "flag": "high"}, "1 days"),
        )],
    ),
    (
        "when: {cause: {id: [p, q], tier: [supported, possible]}}",
        [{"cause": {"tier": ["supported", "possible"]}}]
        + [{"cause": {"id": [i], "tier": ["supported", "possible"]}} for i in "qp"]
        + [{"cause": {"id": ["p", "q"], "tier": [t]}} for t in ("possible", "supported")],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), SLIPS, ids=[text for text, _ in SLIPS])
def test_each_kind_of_criterion_has_its_slips(text: str, expected: list[Any]) -> None:
    assert [raw.get("when") for raw in made(text)] == expected


CLAUSES = [
    ("possible_when: a", ["dropping possible_when (a)"]),
    ("withheld_when: [{when: a, because: x}]", ['dropping "x" from withheld_when']),
    ("timing: a", ["dropping timing (a)"]),
    ("unless: {not: a}", ["dropping unless (not: a)", 'removing "not" at unless']),
    ("fits: [p]", ["dropping fits (p)"]),
    ("misfits: [p, q]", ['dropping "p" from misfits', 'dropping "q" from misfits']),
    ("warning: [supported]", ["dropping warning (supported)"]),
    ("harm: true", ['changing harm from "True" to "False"']),
    ("rides_with: test.ncs", ["dropping rides_with (test.ncs)"]),
    ("subcauses: [{cause: c, when: a}]", ['dropping "c" from subcauses']),
    ("asks: [ask.side]", []),
    ("asks: [{ask: ask.side, when: a}]", ['dropping "ask.side" from asks']),
    ("line_when: [{when: {not: a}, line: x}]", ['dropping "x" from line_when', 'removing "not" at line_when.0.when']),
    (
        "levels: [{flag: f, indicator: critical, when: a, line: x, actions: [p], tests: [q, r]}]",
        [
            'changing levels.0.indicator from "critical" to "warning"', "dropping levels.0.actions (p)",
            'dropping "q" from levels.0.tests', 'dropping "r" from levels.0.tests',
        ],
    ),
    (
        "levels: [{flag: f, indicator: info, when: a, line: x}, {flag: g, indicator: warning, when: b, line: y}]",
        [
            'dropping "x (info)" from levels', 'changing levels.0.indicator from "info" to "warning"',
            'dropping "y (warning)" from levels', 'changing levels.1.indicator from "warning" to "info"',
        ],
    ),
    (
        "criteria: {a: {any: [b], points: diagnostic, cite: x, text: y}}",
        [
            "dropping criteria.a.points (diagnostic)",
            'changing criteria.a.points from "diagnostic" to "strong_risk"',
        ],
    ),
    ("title: x\npurpose: y\nline: {supported: z}\nsources: [a, b]\nversion: 1.0.0\nstage: 2", []),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), CLAUSES, ids=[text for text, _ in CLAUSES])
def test_each_clause_has_its_slips(text: str, expected: list[str]) -> None:
    assert words_of(text) == expected


def test_a_slip_leaves_the_rule_itself_alone() -> None:
    raw = strict_yaml.parse("when: {all: [a, {not: b}]}\nfits: [p, q]", Path("rule.yaml")).data
    before = repr(raw)
    changed = [slip.apply(raw) for slip in slips_of(raw)]
    assert repr(raw) == before
    assert len({repr(c) for c in changed}) == len(changed)
    assert before not in {repr(c) for c in changed}


def test_unwrapping_keeps_what_stands_beside_the_kind() -> None:
    (_, _, unwrapped) = made("criteria: {a: {not: b, points: weak_risk}}")
    assert unwrapped == {"criteria": {"a": {"any": ["b"], "points": "weak_risk"}}}


def test_the_place_of_a_slip_names_the_member() -> None:
    raw = strict_yaml.parse("criteria: {a: {any: [b, {not: c}]}}", Path("rule.yaml")).data
    assert [slip.place for slip in slips_of(raw)] == [
        "criteria.a.any", "criteria.a.any.b", "criteria.a.any.1", "criteria.a.any.1.not",
    ]  # fmt: skip
