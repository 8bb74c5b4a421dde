"""The services there are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cds.hooks.catalogue import CatalogueInvalid, build_catalogue
from cds.hooks.errors import UnknownService
from cds.knowledge.strict_yaml import load

SERVICES = Path(__file__).parents[3] / "rules" / "services.yaml"
TEMPLATES = {
    "patient": "Patient/{{context.patientId}}",
    "conditions": "Condition?patient={{context.patientId}}",
    "aaa": "Device?patient={{context.patientId}}",
}


@pytest.fixture
def data() -> dict[str, Any]:
    """The content of the real file."""
    content: dict[str, Any] = load(SERVICES).data
    return content


def test_discovery_keeps_the_order_of_services_members_and_templates(data: dict[str, Any]) -> None:
    services = json.loads(build_catalogue(data, TEMPLATES).discovery())["services"]
    assert [service["id"] for service in services] == ["heel-numbness-patient-view", "heel-numbness-consult"]
    for service in services:
        assert list(service) == ["hook", "title", "description", "id", "prefetch", "usageRequirements", "version"]
        assert list(service["prefetch"]) == list(TEMPLATES)


def test_a_service_without_templates_has_no_prefetch_member(data: dict[str, Any]) -> None:
    for service in json.loads(build_catalogue(data, {}).discovery())["services"]:
        assert "prefetch" not in service


def test_no_services_is_an_empty_list() -> None:
    assert build_catalogue({"cds_hooks_version": "3.0.0", "services": []}, {}).discovery() == b'{"services":[]}'


def test_the_consult_service_is_listed_under_its_own_hook_and_answers_patient_view_too(data: dict[str, Any]) -> None:
    consult = build_catalogue(data, TEMPLATES).service("heel-numbness-consult")
    assert consult.hook == "org.heel-numbness-cds.consult"
    assert consult.accepts("org.heel-numbness-cds.consult")
    assert consult.accepts("patient-view")
    assert not consult.accepts("order-sign")
    assert consult.symptom == "assumed"


def test_the_patient_view_service_answers_patient_view_alone(data: dict[str, Any]) -> None:
    service = build_catalogue(data, TEMPLATES).service("heel-numbness-patient-view")
    assert service.hooks == ("patient-view",)
    assert not service.accepts("org.heel-numbness-cds.consult")
    assert service.symptom == "recorded"


def test_a_service_that_is_not_listed_is_unknown(data: dict[str, Any]) -> None:
    with pytest.raises(UnknownService):
        build_catalogue(data, TEMPLATES).service("heel-numbness")


def test_two_services_may_not_share_an_id(data: dict[str, Any]) -> None:
    data["services"].append(dict(data["services"][0]))
    with pytest.raises(CatalogueInvalid) as caught:
        build_catalogue(data, TEMPLATES)
    assert caught.value.problems == ["id heel-numbness-patient-view stands twice"]


def test_everything_that_is_wrong_with_the_file_is_told_at_once(data: dict[str, Any]) -> None:
    data["services"][0] = {**data["services"][0], "id": "Not kebab", "title": " ", "symptom": "maybe", "colour": "red"}
    del data["cds_hooks_version"]
    with pytest.raises(CatalogueInvalid) as caught:
        build_catalogue(data, TEMPLATES)
    places = {problem.partition(" ")[0] for problem in caught.value.problems}
    assert places == {
        "cds_hooks_version",
        "services.0.id",
        "services.0.title",
        "services.0.symptom",
        "services.0.colour",
    }
