"""Hazards that no single rule holds: what must be true of the cards of every example (rules/README.md, Hazards)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import bundle, condition, patient, raw
from tests.examples import goldens

DATA = "org.heel-numbness-cds"
NUMB = "SNOMED#309538000 Numbness of foot"


def _cards(kind: str) -> list[tuple[str, Any]]:
    every = [(name, card) for name in goldens.names() for card in goldens.answer(name)["cards"]]
    return [(name, card) for name, card in every if card["extension"][DATA]["card"] == kind]


def _evaluate(*resources: Any, born: str = "1960-01-01") -> list[Any]:
    person = patient(birthDate=born)
    body = raw(bundle(person, *resources))
    found = goldens.engine().evaluate_data(body, today=goldens.DAY, symptom="recorded", patient=None)
    return list(found["cards"])


def _of(cards: list[Any], kind: str) -> Any:
    return next(card for card in cards if card["extension"][DATA]["card"] == kind)


@pytest.mark.parametrize(("name", "card"), _cards("differential"))
def test_every_differential_carries_the_red_flag_checklist_and_says_what_is_not_read(name: str, card: Any) -> None:
    lines = card["detail"].splitlines()
    (checklist,) = [line for line in lines if "Check at the bedside" in line]
    for sign in ("weakness", "bladder or bowel", "saddle numbness", "pulseless", "pain out of proportion"):
        assert sign in checklist, name
    assert "Documents and narrative notes are not read" in lines[-1], name


def test_a_chart_without_a_cause_says_that_this_excludes_none() -> None:
    card = _of(_evaluate(condition(NUMB, onsetDateTime="2026-06-01"), born="1985-01-01"), "differential")
    assert "this does not exclude one" in card["summary"]
    assert "this does not exclude one" in card["detail"]


def test_diabetes_on_record_neither_hides_an_emergency_nor_leads_beside_it() -> None:
    cards = _evaluate(
        condition("SNOMED#44054006 Type 2 diabetes mellitus", recordedDate="2010-01-01"),
        condition(NUMB, bodySite=[{"text": "both feet"}], onsetDateTime="2026-11-12"),
        condition("Areflexia", onsetDateTime="2026-11-15"),
    )
    assert cards[0]["indicator"] == "critical"
    assert "Guillain-Barré" in cards[0]["summary"]
    assert _of(cards, "differential")["summary"].startswith("Act on the red-flag card first.")


def test_a_merely_possible_cause_gets_its_name_alone_beside_an_emergency() -> None:
    cards = _evaluate(
        condition(NUMB, bodySite=[{"text": "left foot"}], onsetDateTime="2026-11-19"),
        condition("Cold, pulseless left leg", onsetDateTime="2026-11-19"),
    )
    card = _of(cards, "differential")
    assert cards[0]["indicator"] == "critical"
    assert "tarsal tunnel" not in card["summary"]
    assert "examine Tinel sign" not in card["detail"].split("To exclude")[0]
    assert "index would tell" not in card["detail"]


def test_one_click_stays_with_the_emergency_beside_lesser_referrals() -> None:
    cards = _evaluate(
        condition(NUMB, bodySite=[{"text": "left foot"}], onsetDateTime="2026-11-20"),
        condition("Fracture of left tibia", onsetDateTime="2026-11-18"),
        condition("Severe pain in left lower leg out of proportion", onsetDateTime="2026-11-20"),
    )
    card = _of(cards, "red-flag")
    assert [s["label"] for s in card["suggestions"]] == ["Refer: emergency surgical review (compartment)"]
    assert "same-day surgical review" not in card["detail"]  # the same, later


def test_a_lesser_referral_is_named_beside_an_emergency_without_a_button() -> None:
    cards = _evaluate(
        condition(NUMB, bodySite=[{"text": "left foot"}], onsetDateTime="2026-11-20"),
        condition("SNOMED#267064002 Retention of urine", onsetDateTime="2026-11-18"),
        condition("SNOMED#95345008 Ulcer of foot", bodySite=[{"text": "left foot"}], onsetDateTime="2026-11-18"),
    )
    card = _of(cards, "red-flag")
    assert "multidisciplinary foot service" in card["detail"]
    assert not [s for s in card["suggestions"] if "foot service" in s["label"]]


def test_no_spinal_imaging_is_called_not_indicated_beside_a_red_flag() -> None:
    cards = _evaluate(
        condition(NUMB, bodySite=[{"text": "both feet"}], onsetDateTime="2026-06-01"),
        condition("ICD10CM#R33.9 Retention of urine", onsetDateTime="2026-09-20", recordedDate="2026-10-02"),
    )
    assert cards[0]["indicator"] == "warning"
    tests = {item["test"] for item in _of(cards, "work-up")["extension"][DATA]["notIndicated"]}
    assert not tests & {"test.mri-lumbar-spine", "test.mri-spinal-cord"}


def test_diabetes_on_record_leaves_vitamin_b12_to_be_excluded_and_calls_itself_one_of_exclusion() -> None:
    card = _of(
        _evaluate(
            condition("SNOMED#44054006 Type 2 diabetes mellitus", recordedDate="2010-01-01"),
            condition(NUMB, bodySite=[{"text": "both feet"}], onsetDateTime="2026-06-01"),
        ),
        "differential",
    )
    tiers = {c["cause"]: c["tier"] for c in card["extension"][DATA]["differential"]}
    assert tiers["cause.diabetic-peripheral-neuropathy"] == "supported"
    assert tiers["cause.vitamin-b12-deficiency"] == "to-exclude"
    assert "diagnosis of exclusion" in card["detail"]


@pytest.mark.parametrize(("name", "card"), _cards("medication"))
def test_a_medication_card_offers_at_most_to_contact_the_prescriber(name: str, card: Any) -> None:
    kinds = {s["actions"][0]["resource"]["resourceType"] for s in card.get("suggestions", ())}
    assert kinds <= {"Task"}, name
    assert "Do not change treatment on this alone" in card["detail"]


def test_a_cause_is_called_supported_by_data_and_never_diagnosed() -> None:
    assert goldens.engine().knowledge.rulebook.wording["tiers"]["supported"] == "supported by data"
    supported = [card for _, card in _cards("differential") if "(supported by data" in card["detail"]]
    assert supported
    assert not [card for card in supported if "diagnosed" in card["detail"].replace("not diagnosed", "")]


def test_what_speaks_against_the_leading_cause_stands_beside_what_speaks_for_it() -> None:
    card = _of(
        _evaluate(
            condition(NUMB, code_text="numb left heel, hands as well", bodySite=[{"text": "left heel"}]),
            condition("ICD10CM#G57.52 Tarsal tunnel syndrome, left lower limb", recordedDate="2026-01-01"),
            condition("Numbness of both hands", recordedDate="2026-10-01"),
        ),
        "differential",
    )
    (first,) = [c for c in card["extension"][DATA]["differential"] if c["cause"] == "cause.tarsal-tunnel-syndrome"]
    assert first["against"]
    assert "Against: hands or fingers are numb as well" in card["detail"]


def test_a_relatives_disease_is_not_the_patients() -> None:
    history = {
        "resourceType": "FamilyMemberHistory", "id": "f", "status": "completed",
        "patient": {"reference": "Patient/p"}, "relationship": {"text": "father"},
        "condition": [{"code": {"text": "Type 2 diabetes mellitus"}}, {"code": {"text": "Vitamin B12 deficiency"}}],
    }  # fmt: skip
    numb = condition(NUMB, bodySite=[{"text": "both feet"}], onsetDateTime="2026-06-01")
    card = _of(_evaluate(numb, history), "differential")
    assert {c["tier"] for c in card["extension"][DATA]["differential"]} == {"to-exclude"}


def test_a_child_gets_red_flags_and_a_notice_and_no_differential() -> None:
    cards = _evaluate(
        condition(NUMB, onsetDateTime="2026-11-12"),
        condition("SNOMED#267064002 Retention of urine", onsetDateTime="2026-11-18"),
        born="2015-01-01",
    )
    assert [c["extension"][DATA]["card"] for c in cards] == ["red-flag", "scope"]


@pytest.mark.parametrize(("name", "card"), _cards("work-up"))
def test_no_order_names_a_contrast_agent(name: str, card: Any) -> None:
    for suggestion in card.get("suggestions", ()):
        text = suggestion["actions"][0]["resource"]["code"]["text"].lower()
        assert "gadolinium" not in text, name
        assert "contrast" not in text or "without contrast" in text, name
