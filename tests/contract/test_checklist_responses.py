"""CDS Hooks checklist §9 E: what an answer looks like. The number in each name is the checklist's."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.contract.envelope import UUID, problems_of, utf16_units
from tests.contract.records import (
    PATIENT,
    SNOMED,
    SPEAKS_WHEN_ASKED,
    SPEAKS_WHEN_RECORDED,
    call,
    concept,
    condition,
    numb_foot,
    searchset,
    with_prefetch,
)

REQUESTS = Path(__file__).parents[2] / "fhir_examples" / "requests"
LONG = "A very long name " * 40
NASTY = "<script>alert(1)</script>"
ALWAYS = {"card", "rulebook", "asOf", "complete", "missing"}
DATA = {
    "red-flag": {"redFlags", "tests"},
    "differential": {"differential", "setAside", "questions"},
    "work-up": {"tests", "alreadyDone", "notIndicated"},
    "medication": {"medications"},
    "scope": set(),
    "data-gap": set(),
}
CALLS: dict[str, Any] = {
    "low vitamin B12": call(),
    "cauda equina": with_prefetch(
        conditions=searchset(
            numb_foot(), condition("s", concept(SNOMED, "192970008", "Cauda equina syndrome"), "2026-11-18")
        )
    ),
    "long names": with_prefetch(conditions=searchset(numb_foot(), condition("d", {"text": f"Type 2 diabetes {LONG}"}))),
    "markup": with_prefetch(conditions=searchset(numb_foot(), condition("d", {"text": f"{NASTY} diabetes mellitus"}))),
    "nothing but a symptom": with_prefetch(observations=None),
    **{path.stem: path for path in sorted(REQUESTS.glob("*.json"))},
}


def body_of(name: str) -> bytes:
    known = CALLS[name]
    return known.read_bytes() if isinstance(known, Path) else json.dumps(known).encode()


@pytest.fixture(params=CALLS)
def answer(request: pytest.FixtureRequest, client: FlaskClient) -> bytes:
    """The answer of the on-demand service to each call."""
    response = client.post(f"/cds-services/{SPEAKS_WHEN_ASKED}", data=body_of(request.param))
    assert response.status_code == 200
    data: bytes = response.data
    return data


@pytest.fixture
def cards(answer: bytes) -> list[dict[str, Any]]:
    """The cards of the answer."""
    found: list[dict[str, Any]] = json.loads(answer)["cards"]
    return found


def test_110_nothing_to_say_is_an_empty_list_of_cards(client: FlaskClient) -> None:
    answer = client.post(f"/cds-services/{SPEAKS_WHEN_RECORDED}", json=with_prefetch(conditions=None))
    assert answer.status_code == 200
    assert re.sub(rb"\s", b"", answer.data) == b'{"cards":[]}'


def test_111_every_answer_keeps_to_the_envelope(answer: bytes) -> None:
    assert problems_of(answer) == []


def test_112_every_summary_is_short_in_utf16_units(cards: list[dict[str, Any]]) -> None:
    for card in cards:
        assert 0 < utf16_units(card["summary"]) <= 139


def test_113_every_indicator_is_known(cards: list[dict[str, Any]]) -> None:
    assert {card["indicator"] for card in cards} <= {"info", "warning", "critical"}


def test_114_cards_with_suggestions_say_how_many_may_be_chosen(cards: list[dict[str, Any]]) -> None:
    for card in cards:
        assert ("selectionBehavior" in card) == ("suggestions" in card)
        assert card.get("selectionBehavior", "any") == "any"


def test_116_every_action_creates_a_draft(cards: list[dict[str, Any]]) -> None:
    actions = [action for card in cards for s in card.get("suggestions", ()) for action in s["actions"]]
    for action in actions:
        assert action["type"] == "create"
        assert action["resource"]["resourceType"] in ("ServiceRequest", "Task")
        assert action["resource"]["status"] == "draft"


def test_119_override_reasons_are_whole_codings(cards: list[dict[str, Any]]) -> None:
    for card in cards:
        for reason in card.get("overrideReasons", ()):
            assert set(reason) == {"code", "system", "display"}


def test_120_links_are_absolute(cards: list[dict[str, Any]]) -> None:
    for card in cards:
        assert all(link["url"].startswith("https://") for link in card.get("links", ()))


@pytest.mark.parametrize("name", CALLS)
def test_121_and_125_only_the_uuids_differ_between_two_equal_calls(client: FlaskClient, name: str) -> None:
    url = f"/cds-services/{SPEAKS_WHEN_ASKED}"
    first, second = (client.post(url, data=body_of(name)).text for _ in range(2))
    assert not set(UUID.findall(first)) & set(UUID.findall(second)) - set(UUID.findall(body_of(name).decode()))
    assert UUID.sub("", first) == UUID.sub("", second)


def test_122_there_are_no_system_actions(answer: bytes) -> None:
    assert set(json.loads(answer)) == {"cards"}


def test_123_no_card_holds_markup_of_the_record(cards: list[dict[str, Any]]) -> None:
    for card in cards:
        assert not re.search(r"<[a-zA-Z/!]", card["detail"])
        assert not re.search(r"<[a-zA-Z/!]", card["summary"])


def test_128_nothing_that_older_clients_would_refuse_is_sent(cards: list[dict[str, Any]]) -> None:
    for card in cards:
        for suggestion in card.get("suggestions", ()):
            assert len(suggestion["actions"]) == 1
            assert "resourceId" not in suggestion["actions"][0]


def test_129_no_action_selection_behavior_is_sent(answer: bytes) -> None:
    assert b"actionSelectionBehavior" not in answer


def test_130_answers_are_not_to_be_stored(client: FlaskClient) -> None:
    answer = client.post(f"/cds-services/{SPEAKS_WHEN_ASKED}", json=call())
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_calls_of_this_module_do_get_cards(client: FlaskClient) -> None:
    for name in ("low vitamin B12", "cauda equina", "nothing but a symptom"):
        answer = client.post(f"/cds-services/{SPEAKS_WHEN_RECORDED}", data=body_of(name))
        assert answer.get_json()["cards"], name


def test_every_card_holds_what_its_kind_promises_also_when_that_is_empty(cards: list[dict[str, Any]]) -> None:
    for card in cards:
        data = card["extension"]["org.heel-numbness-cds"]
        assert set(data) == ALWAYS | DATA[data["card"]]


def test_no_uuid_is_made_of_the_patient(client: FlaskClient) -> None:
    answer = client.post(f"/cds-services/{SPEAKS_WHEN_ASKED}", json=call())
    assert PATIENT.encode().hex() not in answer.text.replace("-", "")
