"""Criteria in words: exact where it matters, and nothing left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from cds.knowledge.clauses_told import ELSEWHERE, HEADINGS
from cds.knowledge.readable import OPTIONS, SHARED, amount, explained, read, refs, renamed, spelled
from cds.knowledge.rule_schema import SCHEMAS
from cds.knowledge.vocabulary import LEAF_SCHEMAS
from tests.rulebook import knowledge

TOLD = [
    ("shared.pad_at_risk", "pad at risk"),
    ({"finding": {"in": "b12"}}, "The b12 on record"),
    ({"finding": {"in": ["b12", "pad"], "status": "past", "side": "same"}},
     "The b12 or The pad on record, status past, not known to be of the other side"),
    ({"finding": {"in": "pad", "family": True}}, "The pad on record, in the family"),
    ({"finding": {"in": "pad", "may": {"new_within": "14 days", "recorded_within": "6 months"}}},
     ("The pad on record, not known to have begun more than 14 days ago; "
      "not known to have been recorded more than 6 months ago")),
    ({"finding": {"in": "pad", "of_visit": False}}, "The pad on record, not as a reason of this visit"),
    ({"result": {"in": "b12", "below": ["180 pg/mL", "133 pmol/L"], "within": "12 months"}},
     "latest The b12, below 180 pg/mL or 133 pmol/L, within 12 months"),
    ({"result": {"in": "b12", "within": {"default": "12 months", "shorter": "6 months", "when": "at_risk"}}},
     "latest The b12, within 12 months (6 months when at risk)"),
    ({"result": {"in": "abi", "at_most": "0.90 {ratio}", "pick": "any"}}, "any The abi, at most 0.90"),
    ({"result": {"in": "egfr", "at_least": "60 mL/min/{1.73_m2}"}}, "latest The egfr, at least 60 mL/min/1.73 m2"),
    ({"exposure": {"in": "x", "timing": "before-start"}}, "drug: The x, the numbness began before the drug"),
    ({"exposure": {"in": "x", "taken": "not-taken", "days_at_least": 28}},
     "drug: The x, recorded as not taken, at least 28 days in all"),
    ({"done": {"in": "x", "older_than": "12 months"}}, "The x done, more than 12 months ago"),
    ({"done": {"in": "x", "site": "not-elsewhere", "not_of": "mod.arm-nerve"}},
     "The x done, not known to be elsewhere, its conclusion not of arm nerve alone"),
    ({"ordered": {"in": "x", "site": "not-elsewhere"}}, "The x on order, not known to be elsewhere"),
    ({"symptom": {"sides": "one", "modifier": "mod.gradual-after-scar"}},
     "the numbness, side: one, described as gradual after scar"),
    ({"age": {"at_least": 50, "below": 65}}, "age at least 50 years and below 65 years"),
    ({"deceased": True}, "recorded as deceased"),
    ({"deceased": False}, "not recorded as deceased"),
    ({"sex": "female"}, "sex female"),
    ({"pattern": ["both-feet", "side-unknown"]}, "pattern: both feet or side unknown"),
    ({"red_flag": "critical"}, "red flag raised: critical"),
    ({"not_supplied": ["devices"]}, "these lists did not come whole: devices"),
    ({"cause": {"id": "cause.b12", "tier": "supported"}},
     "cause.b12 is supported by data"),
    ({"cause": {"tier": ["supported", "possible"]}}, "any cause is supported by data or possible"),
    ({"finding": {"in": "x", "invented": "word"}}, "The x on record, invented: word"),
    ({"invented": "kind"}, "invented: kind"),
    ({"any": ["a_name"], "cite": "somebody", "points": "weak_risk"}, "a name"),
]  # fmt: skip


def test_every_clause_of_a_rule_has_its_heading() -> None:
    clauses = {key for schema in SCHEMAS.values() for key in schema().fields if key.endswith("when")}
    assert sorted(clauses - set(HEADINGS) - ELSEWHERE) == []


LENGTH_OR_NUMBER = re.compile(r"\d+(\.\d+)?( |$)")


def titled(name: str) -> str:
    return f"The {name}"


@pytest.mark.parametrize(("raw", "text"), TOLD)
def test_a_criterion_reads(raw: Any, text: str) -> None:
    assert read(raw, titled)["text"] == text


def test_combinations_keep_their_members() -> None:
    node = read({"all": ["a", {"not": "b"}, {"may": "c"}, {"n_of": {"at_least": 2, "of": ["d", "e"]}}]}, titled)
    assert [m["text"] for m in node["of"]] == ["a", "not", "met or undecided", "at least 2 of these"]
    assert [[x["ref"] for x in m.get("of", ())] for m in node["of"]] == [[], ["b"], ["c"], ["d", "e"]]


def test_a_conflict_tells_both_sides() -> None:
    raw = {"first": {"in": "x", "below": "1 g"}, "second": {"in": "x", "above": "2 g"}, "together": "30 days"}
    node = read({"conflict": raw}, titled)
    assert node["text"] == "both of these, within 30 days of each other"
    assert [m["text"] for m in node["of"]] == ["latest The x, below 1 g", "latest The x, above 2 g"]


MEANINGS = {
    name: read(raw, titled)
    for name, raw in {
        "at_risk": {"age": {"at_least": 65}},
        "alias": "at_risk",
        "either": {"any": ["at_risk", {"sex": "female"}]},
        "both": {"all": ["either", "alias"]},
    }.items()
}


def test_a_reference_to_one_question_says_what_it_asks() -> None:
    told = explained([{"when": read({"any": ["at_risk", "alias", "either", "b"]}, titled)}], MEANINGS)
    assert told[0]["when"]["of"] == [
        {"text": "at risk", "ref": "at_risk", "means": "age at least 65 years"},
        {"text": "alias", "ref": "alias", "means": "age at least 65 years"},
        {"text": "either", "ref": "either"},
        {"text": "b", "ref": "b"},
    ]


def test_told_whole_a_reference_says_all_that_it_combines_down_to_the_questions() -> None:
    told = explained(read("both", titled), MEANINGS, whole=True)
    assert (told["ref"], told["means"]) == ("both", "all of these")
    either, alias = told["of"]
    assert (either["means"], [m.get("means", m["text"]) for m in either["of"]]) == (
        "any of these",
        ["age at least 65 years", "sex female"],
    )
    assert alias["means"] == "age at least 65 years"
    assert sorted(refs(told)) == ["alias", "at_risk", "both", "either"]


def test_criteria_of_another_file_keep_their_full_names() -> None:
    node = renamed(read({"any": ["own", "shared.other", {"not": "own"}]}, titled), SHARED)
    assert sorted(refs(node)) == ["shared.other", "shared.own", "shared.own"]


def test_what_blocks_only_when_it_is_known_says_so() -> None:
    assert read({"may": {"not": "b"}}, titled) == {"text": "not known to hold", "of": [{"text": "b", "ref": "b"}]}


def test_every_word_of_the_vocabulary_reads() -> None:
    """A new option without words of its own would be told by its YAML name."""
    missing = {
        f"{kind}.{field.data_key or name}"
        for kind, told in OPTIONS.items()
        for name, field in LEAF_SCHEMAS[kind]().fields.items()
        if (field.data_key or name) not in {*told, "in", "pick"}
    }
    assert missing == set()


def scalars(raw: Any) -> Iterator[str]:
    """Every number, limit and length of time in a criterion."""
    if isinstance(raw, dict):
        for key, value in raw.items():
            if key not in ("cite", "text", "equivalent", "in", "needs"):
                yield from scalars(value)
    elif isinstance(raw, list):
        for value in raw:
            yield from scalars(value)
    elif not isinstance(raw, bool) and LENGTH_OR_NUMBER.match(str(raw)):
        yield str(raw)


def texts(node: dict[str, Any]) -> Iterator[str]:
    yield node["text"]
    for member in node.get("of", ()):
        yield from texts(member)


@pytest.mark.parametrize("id_", sorted(knowledge().documents))
def test_no_limit_or_window_of_a_rule_is_lost(id_: str) -> None:
    for name, raw in knowledge().documents[id_].data.get("criteria", {}).items():
        told = " ".join(texts(read(raw, str)))
        assert [value for value in scalars(raw) if amount(value) not in told] == [], name


def test_names_of_criteria_are_written_as_people_write_them() -> None:
    node = {"text": "any of these", "of": [{"text": "mri implant", "ref": "shared.mri_implant"}]}
    told = {
        "name": "mma_raised", "title": "mma raised", "cites": ["mma-280"], "when": node,
        "lines": [{"for": "possible", "text": "Say mma to a mri: [mma raised] (see notes)"}],
    }  # fmt: skip
    seen = spelled(told, {"mri": "MRI", "mma": "MMA"})
    assert (seen["name"], seen["title"], seen["cites"]) == ("mma_raised", "MMA raised", ["mma-280"])
    assert seen["when"]["of"] == [{"text": "MRI implant", "ref": "shared.mri_implant"}]
    assert seen["lines"][0]["text"] == "Say mma to a mri: [MMA raised] (see notes)"
