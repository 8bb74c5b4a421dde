"""Approvals over HTTP: settings in, readiness, cards, explanations and metrics out."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from cds.app import create_app
from cds.settings import load
from tests.approvals import all_but, approving, versions
from tests.contract.records import SPEAKS_WHEN_ASKED, SPEAKS_WHEN_RECORDED, TODAY, call
from tests.contract.test_openapi import breaches

EXTENSION = "org.heel-numbness-cds"


@pytest.fixture
def site(tmp_path: Path) -> Any:
    """Makes a client of a service whose site has approved some rules."""

    def make(ids: list[str], **environ: str) -> FlaskClient:
        path = approving(tmp_path / "approvals.yaml", ids)
        settings = load({"CDS_AS_OF": TODAY, "CDS_APPROVALS": str(path), **environ})
        return create_app(settings, log_stream=io.StringIO()).test_client()

    return make


def post(client: FlaskClient, path: str) -> Any:
    answer = client.post(path, json=call())
    assert answer.status_code == 200, answer.text
    return answer.get_json()


def test_without_a_file_readiness_says_that_nothing_is_approved(client: FlaskClient) -> None:
    found = client.get("/health/ready").get_json()["approvals"]
    assert found["unapproved"] == "show"
    assert found["approved"] == 0
    assert found["rules"] > 100
    assert found["outdated"] == []
    assert "notInUse" not in found


def test_readiness_tells_an_operator_what_is_not_in_use(site: Any) -> None:
    answer = site(all_but("cauda-equina", "abi"), CDS_UNAPPROVED="off").get("/health/ready")
    assert answer.status_code == 200
    assert breaches(answer.get_json(), "Readiness") == []
    found = answer.get_json()["approvals"]
    assert found["rules"] - found["approved"] == 2
    assert found["notInUse"] == {"rules": 2, "redFlags": ["redflag.cauda-equina"]}


def test_readiness_names_rules_of_which_another_version_is_approved(site: Any, tmp_path: Path) -> None:
    client = site([])
    (tmp_path / "approvals.yaml").write_text(
        "- {rule: abi, version: 0.0.1, approved_by: Board, on: 2026-01-01}\n", encoding="utf-8"
    )
    settings = load({"CDS_AS_OF": TODAY, "CDS_APPROVALS": str(tmp_path / "approvals.yaml")})
    client = create_app(settings, log_stream=io.StringIO()).test_client()
    assert client.get("/health/ready").get_json()["approvals"]["outdated"] == ["abi"]


@pytest.mark.parametrize("unapproved", ["shadow", "off"])
@pytest.mark.parametrize("service", [SPEAKS_WHEN_ASKED, SPEAKS_WHEN_RECORDED])
def test_cards_and_explanations_keep_to_the_contract(site: Any, unapproved: str, service: str) -> None:
    client = site([], CDS_UNAPPROVED=unapproved)
    cards = post(client, f"/cds-services/{service}")
    assert breaches(cards, "CardsResponse") == []
    assert [card["extension"][EXTENSION]["notInUse"]["rules"] for card in cards["cards"]]
    explained = post(client, f"/explain/{service}")
    assert breaches(explained, "Explanation") == []
    assert {rule["use"] for rule in explained["rules"]} == {"in use", unapproved}
    assert breaches(post(client, "/evaluate"), "Evaluation") == []


def test_metrics_count_what_rules_in_shadow_would_have_said(site: Any) -> None:
    client = site(all_but("vitamin-b12-deficiency"), CDS_UNAPPROVED="shadow")
    for _ in range(2):
        cards = post(client, f"/cds-services/{SPEAKS_WHEN_RECORDED}")["cards"]
        assert "B12 deficiency" not in "".join(card["summary"] for card in cards)
    lines = client.get("/metrics").text.splitlines()
    assert 'cds_shadow_outcomes_total{rule="vitamin-b12-deficiency"} 2.0' in lines
    assert [line for line in lines if line.startswith("cds_shadow_outcomes_total")] == [
        'cds_shadow_outcomes_total{rule="vitamin-b12-deficiency"} 2.0'
    ]


def test_shown_rules_speak_with_the_notice_until_all_behind_a_card_are_approved(site: Any) -> None:
    def differential(ids: list[str]) -> str:
        cards = post(site(ids), f"/cds-services/{SPEAKS_WHEN_RECORDED}")["cards"]
        found = {card["extension"][EXTENSION]["card"]: card["detail"] for card in cards}
        return str(found["differential"])

    assert "not reviewed by a clinician yet" in differential(all_but("vitamin-b12-deficiency"))
    assert "Approved by this site's committee" in differential(list(versions()))


def test_pages_say_who_approved_a_rule_and_which_are_not_in_use(site: Any) -> None:
    client = site(all_but("cauda-equina"), CDS_UNAPPROVED="off")
    approved = client.get("/rules/abi?format=json").get_json()["status"]
    assert set(approved["approval"]) == {"approved_by", "on"}
    assert approved["text"].startswith(f"approved at this site by {approved['approval']['approved_by']}, ")
    assert approved["text"].endswith("not clinically reviewed")
    unused = client.get("/rules/cauda-equina?format=json").get_json()["status"]
    assert (unused["inUse"], unused["text"]) == (False, "not in use at this site; not clinically reviewed")
    assert "not in use at this site" in client.get("/rules/cauda-equina").text
    assert client.get("/rules").text.count("not in use at this site") == 1
