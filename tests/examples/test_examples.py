"""Every example is valid FHIR, answered as its golden response says, and every baseline chart is silent."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from fhir.resources.R4B import get_fhir_model_class

from cds.hooks.card_schema import check_response
from tests.examples import goldens

PATIENTS = sorted((goldens.EXAMPLES / "patients").glob("*.json"))
BASELINE = sorted((goldens.EXAMPLES / "baseline").glob("*.json"))


def _load(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", PATIENTS + BASELINE, ids=lambda p: p.stem)
def test_fhir_resources_finds_nothing_wrong_in_a_chart(path: Path) -> None:
    get_fhir_model_class("Bundle").model_validate(_load(path))


@pytest.mark.parametrize("name", goldens.names())
def test_a_request_is_answered_as_its_golden_response_says(name: str) -> None:
    expected = (goldens.EXAMPLES / "responses" / f"{name}.json").read_text(encoding="utf-8")
    assert goldens.golden(goldens.answer(name)) == expected


@pytest.mark.parametrize("name", goldens.names())
def test_a_response_passes_the_card_schema(name: str) -> None:
    assert check_response(goldens.answer(name)) == {}


@pytest.mark.parametrize("name", goldens.names())
def test_every_draft_order_is_accepted_by_fhir_resources(name: str) -> None:
    for card in goldens.answer(name)["cards"]:
        for suggestion in card.get("suggestions", ()):
            resource = suggestion["actions"][0]["resource"]
            get_fhir_model_class(resource["resourceType"]).model_validate(resource)


@pytest.mark.parametrize("name", goldens.names())
def test_the_chart_and_the_request_of_an_example_say_the_same(name: str) -> None:
    chart = {_key(e["resource"]): e["resource"] for e in _load(goldens.EXAMPLES / "patients" / f"{name}.json")["entry"]}
    prefetch = _load(goldens.EXAMPLES / "requests" / f"{name}.json")["prefetch"]
    sent = [e["resource"] for v in prefetch.values() if v["resourceType"] == "Bundle" for e in v.get("entry", ())]
    assert {_key(r): r for r in [*sent, prefetch["patient"]]} == chart


def _key(resource: Any) -> str:
    return f"{resource['resourceType']}/{resource['id']}"


@pytest.mark.parametrize("name", goldens.names())
def test_a_chart_and_its_request_get_the_same_clinical_content(name: str) -> None:
    body = (goldens.EXAMPLES / "patients" / f"{name}.json").read_bytes()
    whole = goldens.engine().evaluate_data(body, today=goldens.DAY, symptom="recorded", patient=None)
    assert [_content(c) for c in whole["cards"]] == [_content(c) for c in goldens.answer(name)["cards"]]


def _content(card: Any) -> Any:
    data = card["extension"]["org.heel-numbness-cds"]
    kept = ("redFlags", "differential", "setAside", "tests", "medications")
    return card["summary"], card["indicator"], {key: data.get(key) for key in kept}


@pytest.mark.parametrize("path", BASELINE, ids=lambda p: p.stem)
def test_nothing_fires_for_a_baseline_chart(path: Path) -> None:
    whole = goldens.engine().evaluate_data(path.read_bytes(), today=goldens.DAY, symptom="recorded", patient=None)
    assert whole["cards"] == []
    assert whole["silence"]


def test_every_example_and_baseline_chart_has_its_line_in_the_readme() -> None:
    readme = (goldens.EXAMPLES / "README.md").read_text(encoding="utf-8")
    assert [p.stem for p in PATIENTS + BASELINE if f"`{p.stem}`" not in readme] == []
