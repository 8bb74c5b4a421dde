"""The services there are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cds.hooks.catalogue import build_catalogue
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
