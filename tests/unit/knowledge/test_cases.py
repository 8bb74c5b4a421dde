"""Case files: strict, and told with their line; what a case says is all that the rule concludes."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from cds.domain.record import Supply
from cds.knowledge.case_files import load_cases
from cds.knowledge.cases import Read, read_records, run_case
from cds.knowledge.conclusions import differences
from cds.knowledge.problems import Problem
from cds.knowledge.rulebook import inspect

Edit = Callable[[str, str, str], None]
CASES = "causes/metronidazole_neuropathy.test.yaml"

FAULTS = [
    # what stands there, what is put there, what is said of it
    ("rule: metro", "rule: metra", "rule must be 'metronidazole-neuropathy', as the file name says"),
    ("day: 2026-11-20", "day: today", "day: must be a date, such as 2026-11-20"),
    ("day:", "dey:", "day: Missing data for required field."),
    ("side: both", "side: all", "side: Must be one of: left, right, both."),
    ("recorded: 2026-07-01}", "noted: 2026-07-01}", "noted: Unknown field."),
    ("route: oral}]", "rout: oral}]", "rout: Unknown field."),
    ("{drug:", "{drag:", "an entry has one of: condition, result"),
    ("{drug:", '{result: "LOINC#1 x", drug:', "an entry has one of: condition, result"),
    ("as: MedicationRequest", "as: Prescription", "as: Must be one of: MedicationStatement"),
    ("RXNORM#", "RX#", "'RX' is no code system that aliases.yaml names"),
    ("tier: possible", "tier: maybe", "tier: Must be one of: supported, possible, to-exclude."),
    ("points: 4", "points: four", "points: Not a valid integer."),
    ("points: 4", "flag: x", "flag: Unknown field."),
    ("    expect: {set_aside: started after}\n", "", "expect: Missing data for required field."),
    ("name: with diabetes", "name: a course before the onset", "another case is called 'a course before the onset'"),
    ("cases:", "person: {age: 5}\ncases:", "age: Unknown field."),
    ("    expect: none", "    missing: [labs]\n    expect: none", "'labs' is not one of: patient, conditions"),
]


@pytest.mark.parametrize(("old", "new", "sentence"), FAULTS, ids=[f[2] for f in FAULTS])
def test_a_fault_of_a_case_file_is_named_with_its_line(
    rules: Path, edit: Edit, old: str, new: str, sentence: str
) -> None:
    edit(CASES, old, new)
    found: list[Problem] = []
    load_cases(inspect(rules), rules, found)
    told = [p for p in found if sentence in p.sentence]
    assert told, found
    text = (rules / CASES).read_text(encoding="utf-8").splitlines()
    assert {p.check for p in found} == {"case-file"}
    if "Missing" not in sentence and "another" not in sentence and "code system" not in sentence:
        assert any(new.split(":", maxsplit=1)[0] in text[p.line - 1] for p in told)


def test_bad_yaml_in_a_case_file_is_named(rules: Path, edit: Edit) -> None:
    edit(CASES, "cases:", "cases: [")
    found: list[Problem] = []
    load_cases(inspect(rules), rules, found)
    assert [p.check for p in found] == ["yaml"]


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("causes/nobody.test.yaml", "rule: nobody", "no rule is called 'nobody'"),
        ("tests/low_b12.test.yaml", "rule: low-b12", "the cases must stand beside"),
        ("orders/emergency_department.test.yaml", "rule: emergency-department", "a rule of kind action needs no cases"),
    ],
)
def test_a_case_file_belongs_to_a_rule_beside_it(rules: Path, name: str, text: str, sentence: str) -> None:
    (rules / name).write_text(f"{text}\nday: 2026-11-20\ncases:\n  - {{name: x, expect: none}}\n", encoding="utf-8")
    found: list[Problem] = []
    load_cases(inspect(rules), rules, found)
    assert [p for p in found if sentence in p.sentence], found


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("diabetes_on_record: met", "diabetes_on_file: met", "no criterion is called 'diabetes_on_file'"),
        (
            "diabetes_on_record: met",
            "diabetes_on_record: yes it is",
            "'yes it is' is not one of: not-met, unknown, met",
        ),
        ("expect: {first_line_complete_and_normal: not-met}", "expect: none", "must say met, not-met or unknown"),
    ],
)
def test_cases_of_definitions_say_what_each_criterion_answers(
    rules: Path, edit: Edit, old: str, new: str, sentence: str
) -> None:
    edit("definitions/small_definitions.test.yaml", old, new)
    found: list[Problem] = []
    load_cases(inspect(rules), rules, found)
    assert [p for p in found if sentence in p.sentence], found


def failures(rules: Path, read: Read) -> list[str]:
    knowledge = inspect(rules)
    files = load_cases(knowledge, rules, [])
    read_records(files, read)
    found = [run_case(knowledge, file, case) for file in files for case in file.cases]
    return [str(failure.problem()) for failure in found if failure is not None]


def test_a_failing_case_says_what_was_expected_what_came_and_why(rules: Path, edit: Edit, read: Read) -> None:
    edit(CASES, "{tier: possible, points: 4, line: may fit}", "{tier: supported, points: 4}")
    (failure,) = failures(rules, read)
    assert failure == (
        f"{rules / CASES}:5  case  a course before the onset: expected tier supported, got possible"
        " (exposed met; not met: began_before)"
    )


COMPARED = [
    ({}, {}, []),
    ({"tier": "possible"}, {"tier": "possible"}, []),
    ({}, {"tier": "possible"}, ["expected tier nothing, got possible"]),
    ({"tier": "possible"}, {}, ["expected tier possible, got nothing"]),
    ({"points": 4}, {"points": 5}, ["expected points 4, got 5"]),
    ({}, {"line": "x", "because": "y", "actions": ("a",), "tests": ()}, []),
    ({"line": "may"}, {"line": "It may fit."}, []),
    ({"line": "not"}, {"line": "It may fit."}, ["expected line not, got It may fit."]),
    ({"line": "may"}, {}, ["expected line may, got nothing"]),
    ({"set_aside": True}, {"set_aside": "because of x"}, []),
    ({"set_aside": "because"}, {"set_aside": "because of x"}, []),
    ({"set_aside": "of x"}, {"set_aside": "because of x"}, ["expected set_aside of x, got because of x"]),
    ({"set_aside": True}, {}, ["expected set_aside True, got nothing"]),
    ({"notes": ("rises",)}, {"notes": ("rises with age",)}, []),
    ({"notes": ("rises",)}, {"notes": ("rises with age", "b")}, ["expected notes rises, got rises with age, b"]),
    ({"asks": ("a",)}, {"asks": ("ab",)}, ["expected asks a, got ab"]),
    ({"tests": ["a"]}, {"tests": ("a",)}, []),
    ({"tests": []}, {"tests": ("a",)}, ["expected tests , got a"]),
]


@pytest.mark.parametrize(("expected", "actual", "told"), COMPARED)
def test_everything_concluded_is_listed_and_nothing_else(
    expected: Mapping[str, Any], actual: Mapping[str, Any], told: list[str]
) -> None:
    assert differences(expected, actual) == told


def test_every_list_comes_whole_unless_it_is_missing(rules: Path, read: Read) -> None:
    (file,) = (file for file in load_cases(inspect(rules), rules, []) if file.rule == "symptom-present")
    by_name = {case.name: case for case in file.cases}
    assert "conditions" not in by_name["without conditions nobody knows"].prefetch
    case = by_name["a numb foot opens the gate"]
    record = read(case.prefetch, file.day)
    assert record.supply["conditions"] is Supply.GIVEN
    assert set(record.supply.values()) == {Supply.GIVEN, Supply.NONE}
    assert json.loads(case.prefetch["encounter"]) is None
