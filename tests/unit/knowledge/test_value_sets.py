"""Value sets: enumerated, with one filter; affiliate parts join their set; groups are opened."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cds.knowledge.problems import Problem
from cds.knowledge.value_sets import BASE, Library, load_library

SYSTEMS = {"http://snomed.info/sct": "snomed", "http://hl7.org/fhir/sid/icd-10-cm": "icd10cm"}
SNOMED, ICD = SYSTEMS


def write(folder: Path, name: str, include: list[Any], **more: Any) -> None:
    path = folder / f"{name}.json"
    path.parent.mkdir(exist_ok=True)
    id_ = more.pop("id", path.stem.replace("_", "-"))
    raw = {"resourceType": "ValueSet", "id": id_, "title": id_.title(), "compose": {"include": include, **more}}
    path.write_text(json.dumps(raw), encoding="utf-8")


def read(folder: Path) -> tuple[Library, list[str]]:
    problems: list[Problem] = []
    return load_library(folder, SYSTEMS, problems), [p.sentence for p in problems]


def concepts(*codes: str, system: str = SNOMED) -> dict[str, Any]:
    return {"system": system, "concept": [{"code": c, "display": c} for c in codes]}


def test_concepts_carry_their_tags(tmp_path: Path) -> None:
    concept = {"code": "1", "display": "One", "extension": [{"url": "tag", "valueCode": "left"}]}
    write(tmp_path, "a_set", [{"system": SNOMED, "concept": [concept]}])
    library, problems = read(tmp_path)
    (found,) = library.sets["a-set"].concepts
    assert problems == []
    assert (found.system, found.code, found.display, found.tags) == ("snomed", "1", "One", {"left"})


def test_an_is_a_filter_on_an_icd_concept_is_a_prefix(tmp_path: Path) -> None:
    write(tmp_path, "a", [{"system": ICD, "filter": [{"property": "concept", "op": "is-a", "value": "D21.2"}]}])
    (found,) = read(tmp_path)[0].sets["a"].concepts
    assert (found.code, found.is_prefix) == ("D21.2", True)


def test_excluded_codes_are_kept_apart(tmp_path: Path) -> None:
    write(tmp_path, "a", [concepts("E11", system=ICD)], exclude=[concepts("E11.9", system=ICD)])
    value_set = read(tmp_path)[0].sets["a"]
    assert [c.code for c in value_set.concepts] == ["E11"]
    assert [c.code for c in value_set.excluded] == ["E11.9"]


def test_an_affiliate_part_joins_its_set(tmp_path: Path) -> None:
    write(tmp_path, "a", [concepts("1")])
    write(tmp_path, "snomed_affiliate/a", [concepts("2")], id="a-affiliate")
    library, problems = read(tmp_path)
    assert problems == []
    assert [c.code for c in library.sets["a"].concepts] == ["1", "2"]
    assert library.sets["a"].title == "A"


def test_a_group_stands_for_the_sets_that_it_names(tmp_path: Path) -> None:
    write(tmp_path, "a", [concepts("1")])
    write(tmp_path, "b", [concepts("2")])
    write(tmp_path, "inner", [{"valueSet": [BASE + "b"]}])
    write(tmp_path, "outer", [{"valueSet": [BASE + "a"]}, {"valueSet": [BASE + "inner"]}])
    library, problems = read(tmp_path)
    assert problems == []
    assert library.leaves("outer") == ("a", "b")
    assert library.leaves("a") == ("a",)


@pytest.mark.parametrize(
    ("include", "sentence"),
    [
        ([], "the value set is empty"),
        ([{"system": SNOMED, "concept": []}], "the value set is empty"),
        (
            [{"system": "http://x", "concept": [{"code": "1", "display": "x"}]}],
            "a code system that aliases.yaml does not",
        ),
        ([{"system": SNOMED, "concept": [{"code": "1"}]}], "concept 1 has no display"),
        ([{"system": SNOMED, "filter": [{"property": "concept", "op": "is-a", "value": "1"}]}], "only the is-a filter"),
        ([{"system": ICD, "filter": [{"property": "concept", "op": "regex", "value": "E.*"}]}], "only the is-a filter"),
        ([{"valueSet": [BASE + "nowhere"]}], "refers to 'nowhere', which is not there"),
    ],
)
def test_what_would_never_match_is_refused(tmp_path: Path, include: list[Any], sentence: str) -> None:
    write(tmp_path, "a", include)
    assert any(sentence in problem for problem in read(tmp_path)[1])


@pytest.mark.parametrize(("name", "id_"), [("a_set", "a_set"), ("a", "b"), ("snomed_affiliate/a", "a")])
def test_the_id_is_that_of_the_file(tmp_path: Path, name: str, id_: str) -> None:
    write(tmp_path, name, [concepts("1")], id=id_)
    assert any(problem.startswith("id must be") for problem in read(tmp_path)[1])
