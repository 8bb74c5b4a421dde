"""What brings a symptom on or eases it, and what is said not to be there, as the reader files it from any resource."""

from __future__ import annotations

import pytest

from tests.builders import condition, encounter, form, observation
from tests.unit.fhir.conftest import Read, facts

# words, the circumstance, the modifier that it adds beside a symptom
TOLD = [
    ("worse on standing", "worse-on-standing", "mod.prolonged-standing-high-impact"),
    ("worse at night", "worse-at-night", "mod.night"),
    ("wakes him at night", "worse-at-night", "mod.night"),
    ("wears tight shoes", "tight-footwear", "mod.tight-shoes"),
    ("sits with legs crossed", "leg-crossing-or-kneeling", "mod.crossed-legs-kneeling"),
    ("prolonged kneeling", "leg-crossing-or-kneeling", "mod.crossed-legs-kneeling"),
    ("repetitive loading", "repetitive-load", "mod.repetitive-activity"),
    ("worse on bending and lifting", "worse-on-bending", "mod.bend-twist-lift"),
    ("relieved by sitting", "eased-by-sitting", "mod.relieved-by-sitting"),
    ("eased by bending forward", "eased-by-sitting", "mod.relieved-by-sitting"),
    ("no relief from rest or ice", "not-eased-by-rest-or-ice", "mod.refractory-to-rest-ice"),
    ("despite rest and ice", "not-eased-by-rest-or-ice", "mod.refractory-to-rest-ice"),
    ("exposed to cold for hours", "cold-exposure", "mod.cold"),
    ("pain with the first steps", "first-step-pain", "mod.barefoot-first-step"),
    ("clears on moving the foot", "clears-on-moving", "mod.transient-resolves"),
    ("since starting a new medication", "after-new-drug-told", "mod.after-new-drug"),
    ("during chemotherapy", "during-chemotherapy-told", "mod.during-chemo"),
    ("persists after chemotherapy", "during-chemotherapy-told", "mod.persists-after-chemo"),
]
NUMB = "SNOMED#309538000 Numbness of foot"


@pytest.mark.parametrize(("words", "name", "modifier"), TOLD, ids=[words for words, *_ in TOLD])
def test_a_circumstance_stands_beside_a_symptom_and_by_itself(read: Read, words: str, name: str, modifier: str) -> None:
    beside = read(condition(NUMB, note=[{"text": f"Numb heel, {words}."}]))
    assert any(modifier in fact.modifiers for fact in beside.findings["numbness-foot"])
    assert name in beside.findings
    for alone in (
        read(form(("Tell us more", {"valueString": words}))),
        read(observation("History", {"valueString": words})),
        read(observation(words, True)),
        read(form((f"{words}?", True))),
    ):
        (fact,) = alone.findings[name]
        assert fact.weak
        assert fact.text_only


@pytest.mark.parametrize(("words", "name", "modifier"), TOLD, ids=[words for words, *_ in TOLD])
def test_one_that_is_denied_or_a_relatives_says_nothing(read: Read, words: str, name: str, modifier: str) -> None:
    for record in (
        read(observation(words, False)),
        read(form((f"{words}?", False))),
        read(form((f"{words}?", {"valueString": "No"}))),
    ):
        assert name not in record.findings
        assert name in record.denied
    mother = read(condition(NUMB, note=[{"text": f"Mother: numb heel, {words}"}]))
    assert name not in mother.findings
    assert not any(modifier in fact.modifiers for fact in mother.findings["numbness-foot"])


def test_a_question_and_its_answer_are_read_together(read: Read) -> None:
    assert "worse-on-standing" in read(form(("What makes it worse?", {"valueString": "standing"}))).findings
    assert "eased-by-sitting" in read(observation("Relieving factors", {"valueString": "sitting"})).findings
    assert "worse-on-standing" not in read(form(("What makes it worse?", {"valueString": "nothing"}))).findings


def test_a_circumstance_never_takes_the_place_of_the_finding_beside_it(read: Read) -> None:
    answered = read(observation(NUMB, {"valueString": "both feet, worse at night"}))
    assert answered.findings["numbness-foot"][0].side.value == "both"
    assert "mod.night" in answered.findings["numbness-foot"][0].modifiers
    text = read(condition("Numb left heel, worse at night", note=[{"text": "worse on standing"}]))
    assert text.findings["sensory-symptom"][0].side.value == "left"
    over = read(condition("Numb left heel with tight shoes, resolved"))
    assert {fact.status for fact in over.findings["sensory-symptom"]} == {"past"}


def test_what_the_words_deny_is_kept_apart_from_what_is_there(read: Read) -> None:
    record = read(
        condition(NUMB, note=[{"text": "Denies back pain and weakness. No bladder change."}]),
        observation("Tinel sign at the left ankle", "negative"),
    )
    for name in ("back-pain", "weakness", "tinel-tarsal-tunnel"):
        assert name in record.denied, name
        assert name not in record.findings
    family = read(condition(NUMB, note=[{"text": "No family history of back pain"}]))
    assert "back-pain" not in family.denied


@pytest.mark.parametrize(
    "words",
    [
        "numb left foot, worse with cold",
        "numb left foot in cold weather",
        "cannot tell hot from cold",
        "sensitive to cold",
    ],
)
def test_cold_outside_of_the_foot_is_no_cold_foot(read: Read, words: str) -> None:
    assert "cold-limb" not in read(condition(words)).findings


@pytest.mark.parametrize(
    "words", ["cold left foot", "left foot is cold and white", "foot cold to touch, worse in the cold"]
)
def test_a_cold_foot_still_is_one(read: Read, words: str) -> None:
    assert "cold-limb" in read(condition(words)).findings


def test_what_passes_within_minutes_is_not_sudden(read: Read) -> None:
    passing = read(condition("Foot falls asleep with legs crossed, clears within minutes"))
    modifiers = passing.findings["sensory-symptom"][0].modifiers
    assert "mod.transient-resolves" in modifiers
    assert "mod.sudden-onset" not in modifiers
    sudden = read(condition("Numbness of left foot, came on within minutes"))
    assert "mod.sudden-onset" in sudden.findings["sensory-symptom"][0].modifiers


@pytest.mark.parametrize(
    ("words", "modifiers"),
    [
        ("numb foot, worse in tight boots", False),
        ("numb foot, worse on bending", False),
        ("numb foot, getting worse", True),
        ("numb foot, worse since Monday", True),
        ("numb foot, worsening with saddle numbness", True),
    ],
)
def test_what_brings_it_on_is_not_getting_worse(read: Read, words: str, modifiers: bool) -> None:
    (fact, *_) = read(condition(words)).findings["sensory-symptom"]
    assert ("mod.persistent-progressive" in fact.modifiers) is modifiers


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("blister on the left heel", "foot-ulcer"),
        ("small wound of the left sole", "foot-ulcer"),
        ("did not notice a cut on the left sole", "unnoticed-injury"),
        ("painless burn of the left foot", "unnoticed-injury"),
        ("dry cracked heels", "dry-feet"),
        ("reduced sweating of the feet", "dry-feet"),
        ("cannot stand on tiptoe on the left", "weakness"),
        ("palpable purpura of both legs", "vasculitic-skin-change"),
        ("hemosiderin staining of the left leg", "venous-skin-change"),
    ],
)
def test_signs_of_an_insensate_or_weak_foot_are_read(read: Read, words: str, name: str) -> None:
    assert name in read(observation(words, True)).findings
    assert name not in read(observation(words, False)).findings
    assert name in read(encounter(words)).findings


def test_heat_and_cold_not_told_apart_is_a_numbness(read: Read) -> None:
    (fact, *_) = read(condition("Cannot tell hot from cold in both feet")).findings["sensory-symptom"]
    assert "sym.loss-of-temperature-pain-sense" in fact.modifiers
    assert facts(read(condition("Can tell hot from cold")).findings) == []
