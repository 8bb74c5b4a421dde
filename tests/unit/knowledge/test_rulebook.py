"""Loading: everything wrong at once, or a rulebook in the order of judgement."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from cds.domain.when import Window
from cds.knowledge.folder import digest
from cds.knowledge.rulebook import RulebookError, inspect, load
from cds.knowledge.strict_yaml import Document
from cds.knowledge.wording import TEXTS, Text, check_texts
from tests.rulebook import RULES
from tests.unit.knowledge.small_rules import texts

Edit = Callable[[str, str, str], None]
SECOND = "definitions/a_definitions.yaml"


def test_a_whole_rulebook_is_loaded_with_every_kind_of_rule(whole: Path) -> None:
    book = load(whole).rulebook
    assert [rule.id for rule in book.rules()] == [
        "symptom-present", "both-feet", "retention", "diabetic-neuropathy", "low-b12", "metronidazole-neuropathy",
        "ncs", "emergency-department", "metronidazole-card",
    ]  # fmt: skip
    assert (book.version, book.drugs["metronidazole"].look_back) == ("0.1.0", Window(days=30))
    assert book.lower_sites == {"foot"}
    assert book.sources["policy"].label == "service policy"
    assert book.questions["ask.side"].standing


def test_a_faulty_one_is_refused_with_all_its_problems(rules: Path, edit: Edit) -> None:
    edit("causes/low_b12.yaml", "180 pg/mL", "180 stone")
    edit("tests/ncs.yaml", "both_feet, drug_cause", "both_feets, drug_cause")
    with pytest.raises(RulebookError) as caught:
        load(rules)
    assert [p.check for p in caught.value.problems] == ["units", "names"]
    heading, *lines = str(caught.value).splitlines()
    assert heading == "the rules cannot be used:"
    assert [line.strip() for line in lines] == [str(problem) for problem in caught.value.problems]


def test_dangling_names_are_refused_before_anybody_can_stumble_over_them(rules: Path, edit: Edit) -> None:
    edit("red_flags/retention.yaml", "[action.emergency-department]", "[action.nowhere]")
    knowledge = inspect(rules)
    assert [p.sentence for p in knowledge.problems] == ["no action is called 'action.nowhere'"]
    assert knowledge.rulebook.actions["action.nowhere"].name == "action.nowhere"


def test_definitions_may_use_those_of_a_later_file(rules: Path, whole: Path) -> None:
    text = (whole / "definitions/small_definitions.yaml").read_text(encoding="utf-8")
    head = text[: text.index("criteria:")].replace("small-definitions", "a-definitions")
    (rules / SECOND).write_text(head + "criteria:\n  two: {any: [shared.diabetes_on_record]}\n", encoding="utf-8")
    assert inspect(rules).problems == []


def test_two_definitions_of_one_name_are_a_problem(rules: Path, whole: Path) -> None:
    text = (whole / "definitions/small_definitions.yaml").read_text(encoding="utf-8")
    (rules / SECOND).write_text(text.replace("small-definitions", "a-definitions"), encoding="utf-8")
    sentences = {p.sentence for p in inspect(rules).problems}
    assert "shared definition 'diabetes_on_record' stands twice" in sentences


def test_two_rules_of_one_id_are_a_problem(rules: Path, whole: Path) -> None:
    other = rules / "causes" / "deeper"
    other.mkdir()
    (other / "low_b12.yaml").write_bytes((whole / "causes/low_b12.yaml").read_bytes())
    assert "another rule has this id" in {p.sentence for p in inspect(rules).problems}


def test_an_unknown_kind_is_a_problem(rules: Path, edit: Edit) -> None:
    edit("causes/low_b12.yaml", "kind: cause", "kind: reason")
    assert any(p.sentence.startswith("kind must be one of") for p in inspect(rules).problems)


SERVICE = '{id: a-b, hook: b, symptom: recorded, title: "text", description: c, usage_requirements: d}'
FAULTY = [
    # file, its content, what is told of it
    ("code_systems/aliases.yaml", "", "must be a mapping"),
    ("code_systems/aliases.yaml", "snomed: {aliases: [SNOMED]}", "snomed.uri: Missing data"),
    ("code_systems/aliases.yaml", "snomed: {uri: [1]}", "snomed.uri: Not a valid string"),
    ("code_systems/card_topic.json", "{", "the file cannot be read as a JSON object"),
    ("code_systems/card_topic.json", '{"concept": [7]}', "is not shaped as a CodeSystem"),
    ("code_systems/icd10cm_sides.yaml", "a: 1", "must be a list"),
    (
        "code_systems/icd10cm_sides.yaml",
        '[{character: 5, sides: {"1": rigth}, codes: [G57]}]',
        "sides.1.value: Must be",
    ),
    ("drugs.yaml", "[]", "must be a mapping"),
    (
        "drugs.yaml",
        "metronidazole: {look_back: long, cite: [policy]}",
        "metronidazole.look_back: must be a whole number",
    ),
    ("questions.yaml", "ask.side: 7", "ask.side.value: Invalid input type"),
    ("rulebook.yaml", "version: new", "version: String does not match"),
    ("services.yaml", "x", "must be a mapping"),
    ("services.yaml", "services: []", "cds_hooks_version: Missing data"),
    ("services.yaml", f"services: [{SERVICE.replace('a-b', 'A b')}]", "services.0.id: String does not match"),
    ("services.yaml", f"services: [{SERVICE.replace('recorded', 'maybe')}]", "services.0.symptom: Must be one of"),
    ("services.yaml", f"services: [{SERVICE.replace('hook: ', 'hock: ')}]", "services.0.hock: Unknown field"),
    ("services.yaml", f"services: [{SERVICE.replace('text', '')}]", "services.0.title: is blank"),
    ("services.yaml", f"services: [{SERVICE}, {SERVICE}]", "services: id a-b stands twice"),
    ("sources.yaml", "policy", "must be a mapping"),
    ("value_sets/diabetes.json", "[]", "the file cannot be read as a JSON object"),
    ("value_sets/diabetes.json", '{"id": "diabetes", "compose": {"include": [7]}}', "is not shaped as a ValueSet"),
    ("value_sets/diabetes.json", '{"title": "Diabetes"}', "is not shaped as a ValueSet"),
    ("wording.yaml", "[]", "must be a mapping"),
]


@pytest.mark.parametrize(("name", "content", "sentence"), FAULTY, ids=[f"{name} {said}" for name, _, said in FAULTY])
def test_a_file_of_another_shape_is_told_and_not_stumbled_over(
    rules: Path, name: str, content: str, sentence: str
) -> None:
    (rules / name).write_text(content, encoding="utf-8")
    told = [p.sentence for p in inspect(rules).problems if p.path == str(rules / name)]
    assert any(said.startswith(sentence) for said in told), told


@pytest.mark.parametrize("name", ["causes/low_b12.yaml", "definitions/small_definitions.yaml", "lexicon/words.yaml"])
def test_a_file_that_is_no_text_is_told(rules: Path, name: str) -> None:
    (rules / name).write_bytes(b"\xff\xfe")
    told = [p.sentence for p in inspect(rules).problems if p.path == str(rules / name)]
    assert "the file cannot be read" in told


@pytest.mark.parametrize(("name", "changes"), [("causes/low_b12.yaml", True), ("causes/low_b12.test.yaml", False),
                                               ("rules.lock.json", False), ("lexicon/words.yaml", True)])  # fmt: skip
def test_the_digest_covers_what_decides_an_answer(rules: Path, name: str, changes: bool) -> None:
    before = digest(rules)
    (rules / name).write_bytes((rules / name).read_bytes() + b"\n")
    assert (digest(rules) != before) is changes


def _told(rules: Path, wanted: Text, text: str | None) -> list[str]:
    """What the start says when one text is another, or is not there."""
    data = texts()
    part = data
    for key in wanted.keys[:-1]:
        part = part[key]
    part[wanted.keys[-1]] = text
    return [str(problem) for problem in check_texts(Document(rules / "wording.yaml", data))]


@pytest.mark.parametrize("wanted", TEXTS, ids=lambda text: text.name)
def test_a_text_that_is_missing_or_holds_what_nothing_fills_is_told_at_the_start(rules: Path, wanted: Text) -> None:
    for text in (None, "Seen {nonsense}", "Seen {", "Seen {}", *(f"{{{name}.real}}" for name in wanted.placeholders)):
        (told,) = _told(rules, wanted, text)
        assert "wording.yaml" in told
        assert repr(wanted.name) in told
    assert _told(rules, wanted, "Seen " + "".join(f"{{{name}}}" for name in wanted.placeholders)) == []


@pytest.mark.parametrize("content", ["label: Small", "label: Small\nsilence: none", "silence: {deceased: 7}"])
def test_the_service_does_not_start_without_its_texts(rules: Path, content: str) -> None:
    (rules / "wording.yaml").write_text(content, encoding="utf-8")
    with pytest.raises(RulebookError) as told:
        load(rules)
    assert "wording.yaml" in str(told.value)
    assert "the text 'silence.deceased' is missing" in str(told.value)


def test_every_text_of_the_project_is_one_that_must_be_there() -> None:
    data = yaml.safe_load((RULES / "wording.yaml").read_text(encoding="utf-8"))
    kept = {key: value for key, value in data.items() if key not in ("overrides", "forbidden", "spelling")}

    def places(part: dict[str, Any], keys: tuple[str, ...] = ()) -> set[str]:
        below = (places(v, (*keys, k)) if isinstance(v, dict) else {".".join((*keys, k))} for k, v in part.items())
        return set().union(*below)

    named = {text.name for text in TEXTS}
    assert places(kept) - named == set(), "name the new texts in cds/knowledge/wording.py"
    assert named - places(kept) == set(), "these texts are gone: take them out of cds/knowledge/wording.py"


@pytest.mark.parametrize(
    ("url", "is_address"),
    [
        ("https://www.nice.org.uk/guidance/ng239", True),
        ("HTTPS://Pubmed.NCBI.nlm.nih.gov/1?term=b12#top", True),
        ("http://127.0.0.1:8080", True),
        ("https://-.example.org", False),
        ("https://nice-.org.uk", False),
        ("https://nice", False),
        ("ftp://nice.org.uk", False),
        ("https://nice.org.uk/a b", False),
        ("https://nice.org.uk:1234567", False),
    ],
)
def test_the_address_of_a_source_is_one_that_a_browser_opens(
    rules: Path, edit: Edit, url: str, is_address: bool
) -> None:
    edit("sources.yaml", "verified: policy", f'verified: policy, url: "{url}"')
    told = [problem for problem in inspect(rules).problems if "url" in problem.sentence]
    assert (told == []) is is_address
