"""Which questions a patient's card asks: safety first, then what would change the ranking of this patient."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.builders import bundle, condition, form, medication_statement, observation, patient, raw
from tests.examples import goldens
from tests.rulebook import RULES, knowledge

DATA = "org.heel-numbness-cds"
NUMB = "SNOMED#309538000 Numbness of foot"
LEFT = "SNOMED#7771000 Left"


def numb(text: str, **members: Any) -> Any:
    """The symptom in words, coded as numbness of the foot, begun in June."""
    return condition([NUMB, text], **{"onsetDateTime": "2026-06-01", "recordedDate": "2026-07-01"} | members)


def card(*resources: Any, born: str = "1985-01-01") -> Any:
    """The differential of a patient."""
    chart = raw(bundle(patient(birthDate=born), *resources, kind="collection"))
    answer = goldens.engine().evaluate_data(chart, today=goldens.DAY, symptom="recorded", patient=None)
    return next(c for c in answer["cards"] if c["extension"][DATA]["card"] == "differential")


def asked(*resources: Any, born: str = "1985-01-01") -> list[str]:
    """The ids of the questions, in order."""
    return [q["id"] for q in card(*resources, born=born)["extension"][DATA]["questions"]]


CHARTS = {
    "nothing known": [numb("numbness of foot")],
    "one heel": [numb("numb left heel")],
    "both feet": [numb("numb feet")],
    "one heel, back pain": [numb("numb left heel"), condition("SNOMED#161891005 Backache")],
}


@pytest.mark.parametrize("name", CHARTS)
def test_at_most_five_are_asked_and_the_first_three_of_them_in_the_text(name: str) -> None:
    found = card(*CHARTS[name])
    questions = found["extension"][DATA]["questions"]
    assert 3 < len(questions) <= 5
    assert len({q["id"] for q in questions}) == len(questions)
    (line,) = [line for line in found["detail"].splitlines() if line.startswith("- **Ask:**")]
    assert line == "- **Ask:** " + " ".join(q["text"] for q in questions[:3])


def test_an_unknown_side_is_the_first_question_and_a_known_one_none() -> None:
    assert asked(numb("numbness of heel"))[0] == "ask.side"
    assert asked(numb("numbness of foot"))[:2] == ["ask.side", "ask.where"]
    assert "ask.side" not in asked(numb("numb left heel")) + asked(numb("numb feet"))


def test_one_sided_without_a_side_asks_which() -> None:
    ids = asked(numb("unilateral heel numbness"))
    assert ids[0] == "ask.which-side"
    assert "ask.side" not in ids


def test_an_unknown_place_comes_before_the_side() -> None:
    unplaced = condition("SNOMED#44077006 Numbness", onsetDateTime="2026-06-01")
    assert asked(unplaced)[:2] == ["ask.where", "ask.side"]


def test_one_numb_heel_is_asked_about_the_tunnel_and_the_shoes() -> None:
    ids = asked(numb("numb left heel"))
    assert ids[0] == "ask.tinel"
    assert "ask.shoes-posture" in ids
    assert not {"ask.alcohol", "ask.diet", "ask.hands-too", "ask.family-history"} & set(ids)


def test_possible_arterial_disease_is_asked_about_walking_and_rest_first() -> None:
    ids = asked(numb("numb left heel"), born="1955-01-01")
    assert ids[0] == "ask.exertional-pain"
    assert "ask.tinel" in ids[:3]


def test_both_feet_are_asked_about_hands_diet_and_alcohol_and_never_about_the_tunnel() -> None:
    ids = asked(numb("numb feet"))
    assert {"ask.hands-too", "ask.diet"} < set(ids)
    assert not {"ask.tinel", "ask.shoes-posture", "ask.exertional-pain"} & set(ids)
    assert "ask.alcohol" in ids
    known = asked(
        numb("numb feet, hands as well", note=[{"text": "Vegan. Reflexes normal. Gait steady. No nitrous oxide."}])
    )
    assert {"ask.alcohol", "ask.family-history"} < set(known)


def test_the_two_leading_causes_are_both_asked_about() -> None:
    """A stenosis and a chance of arterial disease: what tells them apart stands in the text."""
    ids = asked(
        numb("numb left foot on walking"),
        condition("SNOMED#18347007 Spinal stenosis of lumbar region"),
        born="1950-01-01",
    )
    assert {"ask.sitting-eases", "ask.exertional-pain"} <= set(ids[:4])


def test_back_pain_makes_bladder_and_bowel_the_first_question_unless_it_was_answered_now() -> None:
    back = condition("SNOMED#161891005 Backache", recordedDate="2026-11-01")
    assert asked(numb("numb left heel"), back)[0] == "ask.bladder-bowel"
    said = form(("Any trouble passing urine or with bladder or bowel?", False))
    assert "ask.bladder-bowel" not in asked(numb("numb left heel"), back, said)
    old = form(("Any trouble passing urine or with bladder or bowel?", False), authored="2026-10-01")
    assert asked(numb("numb left heel"), back, old)[0] == "ask.bladder-bowel"


def test_without_back_pain_the_checklist_alone_speaks_of_bladder_and_weakness() -> None:
    found = card(numb("numb left heel"))
    ids = {q["id"] for q in found["extension"][DATA]["questions"]}
    assert not ids & {"ask.bladder-bowel", "ask.weakness", "ask.color-or-ulcer", "ask.pain-after-injury"}
    assert found["detail"].count("bladder") == 1


def test_an_old_sphincter_change_is_asked_about_before_all_else() -> None:
    old = condition(
        "ICD10CM#R32 Unspecified urinary incontinence", onsetDateTime="2020-01-01", recordedDate="2020-01-01"
    )
    assert asked(numb("numbness of foot"), old)[0] == "ask.bladder-bowel"


def test_a_root_on_record_is_asked_about_weakness() -> None:
    root = condition("ICD10CM#M54.32 Sciatica, left side", recordedDate="2026-11-01")
    assert asked(numb("numb left heel"), root)[:2] == ["ask.bladder-bowel", "ask.weakness"]
    denied = condition(
        "ICD10CM#M54.32 Sciatica, left side", recordedDate="2026-11-01", note=[{"text": "Denies weakness"}]
    )
    assert "ask.weakness" not in asked(numb("numb left heel"), denied)


def test_a_told_injury_is_asked_about_pain_out_of_proportion() -> None:
    fell = numb("numb left heel after a fall", onsetDateTime="2026-11-10", recordedDate="2026-11-10")
    assert asked(fell)[0] == "ask.pain-after-injury"
    assert "ask.pain-after-injury" not in asked(numb("numb left heel after a fall"))


def test_a_told_drug_is_asked_for_by_name() -> None:
    assert asked(numb("numb feet since starting a new medication"))[0] == "ask.new-drugs"
    assert asked(numb("numb feet since chemotherapy"))[0] == "ask.chemotherapy"
    course = medication_statement(
        "RXNORM#56946 paclitaxel", effectivePeriod={"start": "2026-03-01", "end": "2026-06-10"}
    )
    assert "ask.chemotherapy" not in asked(numb("numb feet since chemotherapy"), course)


ANSWERED = [
    ("numb left heel", "ask.tinel", observation("Tinel sign at the left ankle", "positive")),
    ("numb left heel", "ask.tinel", observation("Tinel sign at the left ankle", "negative")),
    ("numb left heel", "ask.shoes-posture", form(("Anything else?", {"valueString": "wears tight shoes"}))),
    ("numb left heel", "ask.back-pain", form(("Is it worse on bending?", True))),
    ("numb left heel", "ask.back-pain", form(("Back pain?", False))),
    ("numb feet", "ask.diet", form(("Are you vegan?", True))),
    ("numb feet", "ask.diet", form(("Are you vegan?", False))),
    ("numb feet", "ask.hands-too", form(("Numbness of your hands?", False))),
    ("numb feet", "ask.foot-exam", observation("Ankle reflexes", "absent")),
    ("numb feet", "ask.foot-exam", observation("Ankle reflexes", "normal")),
]


@pytest.mark.parametrize(
    ("words", "question", "answer"), ANSWERED, ids=[f"{q} {n}" for n, (_, q, _) in enumerate(ANSWERED)]
)
def test_what_the_record_answers_is_not_asked_whatever_the_answer(words: str, question: str, answer: Any) -> None:
    assert question in asked(numb(words))
    assert question not in asked(numb(words), answer)


def test_an_answer_of_long_ago_is_asked_again() -> None:
    old = form(("Back pain?", False), authored="2026-05-01")
    assert "ask.back-pain" in asked(numb("numb left heel"), old)


def test_every_question_is_listed_in_the_guide_and_none_else() -> None:
    text = (Path(RULES) / "README.md").read_text(encoding="utf-8")
    assert set(re.findall(r"`(ask\.[a-z-]+)`", text)) == set(knowledge().rulebook.questions)


def test_every_question_can_be_asked() -> None:
    """By a red flag, by a cause, because the record makes it pressing, or as a standing one."""
    book = knowledge().rulebook
    by_causes = {i for cause in book.causes for i in cause.asks}
    by_flags = {i for flag in book.red_flags for i, _ in flag.asks}
    for question in book.questions.values():
        assert question.standing or question.first_when or question.id in by_causes | by_flags, question.id
