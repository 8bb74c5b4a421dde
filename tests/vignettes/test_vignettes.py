"""Every vignette as a test; the set itself, its known misses and the numbers in README."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from tests.vignettes import scoring
from tests.vignettes.comparing import differences
from tests.vignettes.invariants import broken, evidence_of
from tests.vignettes.reading import DAY, HERE, TRAPS, Vignette, known_misses, read, vignettes
from tests.vignettes.running import EXTENSION, Answer, answer_to, data_of

LEAST_VIGNETTES, LEAST_OF_A_KIND, LEAST_TOP_3 = 120, 2, 0.97
QUOTE = "run `python -m tests.vignettes --quote`"
_HEAD = 'person: {born: 1964-03-01}, symptom: {code: "SNOMED#309538000 Numbness of foot", side: both}'


@pytest.mark.parametrize("vignette", vignettes(), ids=lambda v: v.id)
def test_a_vignette_is_answered_as_expected(vignette: Vignette) -> None:
    found = scoring.outcome_of(vignette)
    because = known_misses().get(vignette.id)
    if because is None:
        assert found.differences == (), f"{vignette.story}\n" + "\n".join(found.differences)
    else:
        assert found.differences, f"{vignette.id} is as expected now: take it out of misses.yaml, then {QUOTE}"


@pytest.mark.parametrize("vignette", vignettes(), ids=lambda v: v.id)
def test_an_answer_keeps_the_limits_and_names_its_data(vignette: Vignette) -> None:
    assert broken(vignette, answer_to(vignette)) == []


# --- the set ---


def test_the_set_is_large_and_a_third_of_it_is_traps() -> None:
    assert len(vignettes()) >= LEAST_VIGNETTES
    assert 3 * sum(v.trap is not None for v in vignettes()) >= len(vignettes())


def test_every_kind_of_trap_is_set_more_than_once() -> None:
    counts = Counter(v.trap for v in vignettes())
    assert {kind: counts[kind] for kind in TRAPS if counts[kind] < LEAST_OF_A_KIND} == {}


def test_no_red_flag_is_missed_and_none_is_raised_where_none_is_due() -> None:
    found = dict(scoring.rows(scoring.outcomes()))
    assert found["red flags found, at least as urgent as expected (recall)"].endswith(" 100.0 %")
    assert found["false alarms: red flags on charts that have none"].startswith("0 on ")
    assert found["silent charts silent"].endswith(" 100.0 %")


def test_the_leading_cause_is_among_the_first_three() -> None:
    text = dict(scoring.rows(scoring.outcomes()))["leading cause within the first 3 (top-3)"]
    hits, of = (int(word) for word in text.partition(",")[0].split(" of "))
    assert hits / of >= LEAST_TOP_3, text


def test_the_readme_quotes_this_run() -> None:
    page = scoring.README.read_text(encoding="utf-8")
    assert scoring.block_in(page) == scoring.quoted(scoring.outcomes()), f"the numbers changed: {QUOTE}"
    assert "written by the authors, not clinically validated" in " ".join(page.split())


def test_every_vignette_that_the_list_of_edits_names_is_in_the_set() -> None:
    rows = [line.split("|") for line in scoring.CHANGES.read_text(encoding="utf-8").splitlines() if line[:3] == "| `"]
    assert {row[1].strip().strip("`") for row in rows} <= {v.id for v in vignettes()}
    assert all(row[3].strip() for row in rows)


# --- the comparison can fail ---


def _vignette(name: str) -> Vignette:
    return next(v for v in vignettes() if v.id == name)


WRONG = {
    "silent": True,
    "cards": ["differential"],
    "indicators": {"differential": "critical"},
    "red_flags": {"redflag.cauda-equina": "critical"},
    "first": "cause.hypothyroidism",
    "among": ["cause.hypothyroidism"],
    "tiers": {"cause.vitamin-b12-deficiency": "possible"},
    "at_most": {"cause.vitamin-b12-deficiency": "possible"},
    "set_aside": ["cause.vitamin-b12-deficiency"],
    "absent": ["cause.vitamin-b12-deficiency"],
    "tests": {"test.vitamin-b12": "now"},
    "orders": ["test.mri-lumbar-spine"],
    "medications": ["metformin"],
    "asks": ["ask.nothing"],
    "told_missing": ["observations"],
}


@pytest.mark.parametrize("key", WRONG)
def test_a_wrong_expectation_is_noticed(key: str) -> None:
    vignette = _vignette("low-b12-beside-diabetes")
    expected = {key: WRONG[key]} if key in ("silent", "red_flags") else {"red_flags": {}, key: WRONG[key]}
    assert len(differences(replace(vignette, expect=expected), answer_to(vignette))) == 1


@pytest.mark.parametrize("name", ["test.tsh", "order:test.tsh"])
def test_a_test_that_must_not_be_there_is_noticed(name: str) -> None:
    vignette = _vignette("low-b12-beside-diabetes")
    expected = {"red_flags": {}, "absent": [name]}
    assert len(differences(replace(vignette, expect=expected), answer_to(vignette))) == 1


def test_a_drug_that_must_not_be_there_is_noticed() -> None:
    vignette = _vignette("vincristine-during-treatment")
    expected = {"red_flags": {}, "absent": ["medication:vincristine"]}
    assert len(differences(replace(vignette, expect=expected), answer_to(vignette))) == 1


def test_an_order_where_none_may_be_is_noticed() -> None:
    vignette = _vignette("low-b12-beside-diabetes")
    assert len(differences(replace(vignette, expect={"red_flags": {}, "orders": []}), answer_to(vignette))) == 1


def test_a_red_flag_that_is_not_expected_is_noticed() -> None:
    vignette = _vignette("cauda-equina")
    assert differences(replace(vignette, expect={"red_flags": {}}), answer_to(vignette))


def test_silence_where_something_is_expected_is_noticed() -> None:
    vignette = _vignette("risks-without-a-symptom")
    assert differences(replace(vignette, expect={"red_flags": {}}), answer_to(vignette))


def test_a_refused_call_is_noticed() -> None:
    vignette = _vignette("cauda-equina")
    assert differences(vignette, Answer(400, ())) == ["status 400"]


def test_a_statement_without_its_datum_is_noticed() -> None:
    vignette = _vignette("low-b12-beside-diabetes")
    card = answer_to(vignette).card("differential")
    assert card is not None
    item = {**next(iter(evidence_of(data_of(card)))), "text": "Vitamin B12", "date": "", "sources": []}
    bare = {"detail": "", "extension": {EXTENSION: {"card": "differential", "differential": [{"evidence": [item]}]}}}
    faults = " ".join(broken(vignette, Answer(200, (bare,))))
    assert all(words in faults for words in ("no sources", "no date", "'140'", "'pg/mL'"))


def test_too_much_on_a_card_is_noticed() -> None:
    text = "".join(f"{n}. **Cause {n}** (possible)\n" for n in range(1, 24))
    card = {"detail": text, "extension": {EXTENSION: {"card": "differential"}}}
    found = broken(_vignette("cauda-equina"), Answer(200, (card,) * 5))
    assert {"5 cards", "differential card: 23 lines", "differential card: 23 causes in the text"} <= set(found)


# --- a fault of a file is told with its line ---

FAULTS = {
    "misspelt key": ("[{id: a, stroy: b}]", "stroy"),
    "no red flags": ('[{id: a, story: b, from: ["c"], HEAD, expect: {}}]', "red_flags must be given"),
    "silent and more": (
        '[{id: a, story: b, from: ["c"], HEAD, expect: {silent: true, cards: [scope]}}]',
        "expects nothing else",
    ),
    "unknown trap": ('[{id: a, story: b, from: ["c"], trap: d, HEAD, expect: {red_flags: {}}}]', "trap"),
    "no source": ("[{id: a, story: b, HEAD, expect: {red_flags: {}}}]", "from"),
    "unknown system": (
        '[{id: a, story: b, from: ["c"], HEAD, record: [{condition: "X#1 y"}], expect: {red_flags: {}}}]',
        "no code system",
    ),
    "unknown entry": (
        '[{id: a, story: b, from: ["c"], HEAD, record: [{diagnosis: x}], expect: {red_flags: {}}}]',
        "an entry has one of",
    ),
    "no list": ("id: a", "must be a list"),
    "bad YAML": ("[", "bad YAML"),
}


@pytest.mark.parametrize(("text", "words"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_told_with_its_file_and_line(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "some.yaml"
    path.write_text(text.replace("HEAD", _HEAD), encoding="utf-8")
    faults: list[str] = []
    assert read(path, faults) == []
    assert any(re.match(r"some\.yaml:[12]  ", fault) and words in fault for fault in faults), faults


def test_another_patients_resource_is_sent_as_his(tmp_path: Path) -> None:
    path = tmp_path / "some.yaml"
    record = '[{result: "LOINC#2132-9 Vitamin B12", value: 110 pg/mL}]'
    text = f'[{{id: a, story: b, from: ["c"], {_HEAD}, of_another: {record}, expect: {{red_flags: {{}}}}}}]'
    path.write_text(text, encoding="utf-8")
    (vignette,) = read(path, [])
    (entry,) = vignette.prefetch["observations"]["entry"]
    assert entry["resource"]["subject"] == {"reference": "Patient/other"}
    assert vignette.day.isoformat() == DAY
    assert vignette.place == "some.yaml:1"


def test_the_readme_of_the_set_names_every_kind_of_trap() -> None:
    text = (HERE / "README.md").read_text(encoding="utf-8")
    assert [kind for kind in TRAPS if f"`{kind}`" not in text] == []
