"""CDS Hooks checklist §9 A: discovery. The number in each name is the checklist's."""

from __future__ import annotations

import gzip
import json
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from cds.hooks.catalogue import build_catalogue

URL = "/cds-services"
TOKEN = re.compile(r"\{\{context\.(patientId|encounterId|userId)\}\}")
# The prefetch parameters that the recommended subset allows (§1.3 P4).
PARAMETERS = {"patient", "subject", "_sort", "_count"}


@pytest.fixture
def services(client: FlaskClient) -> list[dict[str, Any]]:
    """What discovery lists."""
    listed: list[dict[str, Any]] = client.get(URL).get_json()["services"]
    return listed


@pytest.fixture
def templates(services: list[dict[str, Any]]) -> dict[str, str]:
    """Every prefetch template by its key."""
    return {key: template for service in services for key, template in service["prefetch"].items()}


def test_001_discovery_is_an_object_with_an_array_of_services(client: FlaskClient) -> None:
    answer = client.get(URL)
    assert answer.status_code == 200
    assert isinstance(answer.get_json()["services"], list)


def test_002_discovery_is_json(client: FlaskClient) -> None:
    assert client.get(URL).content_type.startswith("application/json")


@pytest.mark.parametrize("member", ["hook", "id", "description", "title"])
def test_003_and_004_every_service_has_its_texts(services: list[dict[str, Any]], member: str) -> None:
    for service in services:
        assert service[member].strip()


def test_005_every_prefetch_is_an_object_of_queries(services: list[dict[str, Any]]) -> None:
    for service in services:
        assert service["prefetch"]
        assert all(isinstance(query, str) and query.strip() for query in service["prefetch"].values())


def test_006_every_template_is_a_read_or_a_search_with_known_tokens(templates: dict[str, str]) -> None:
    for template in templates.values():
        plain = TOKEN.sub("1", template)
        assert "{" not in plain
        assert "}" not in plain
        assert re.fullmatch(r"[A-Z][A-Za-z]+(/1|\?\S+=\S+)", plain)


def test_007_every_template_keeps_to_the_recommended_subset(templates: dict[str, str]) -> None:
    for template in templates.values():
        query = template.partition("?")[2]
        names = {pair.partition("=")[0] for pair in query.split("&") if pair}
        assert names <= PARAMETERS


def test_008_every_token_is_a_prefetch_token_of_the_hook(templates: dict[str, str]) -> None:
    for template in templates.values():
        assert TOKEN.search(template)


def test_009_every_pair_of_hook_and_id_is_unique(services: list[dict[str, Any]]) -> None:
    pairs = [(service["hook"], service["id"]) for service in services]
    assert len(set(pairs)) == len(pairs)


def test_010_every_id_can_be_called_without_encoding(client: FlaskClient, services: list[dict[str, Any]]) -> None:
    for service in services:
        assert re.fullmatch(r"[A-Za-z0-9._~-]+", service["id"])
        assert client.post(f"{URL}/{service['id']}", data=b"{}").status_code == 400


def test_011_no_member_is_null_or_empty(services: list[dict[str, Any]]) -> None:
    def empty(value: Any) -> bool:
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        return value in (None, "", [], {}) or any(map(empty, inner))

    assert not any(map(empty, services))


def test_012_the_version_is_that_of_the_standard(services: list[dict[str, Any]]) -> None:
    assert {service["version"] for service in services} == {"3.0.0"}
    assert not any("hookVersion" in service for service in services)


def test_013_there_is_no_extension(services: list[dict[str, Any]]) -> None:
    assert not any("extension" in service for service in services)


def test_014_no_template_depends_on_another(templates: dict[str, str]) -> None:
    assert not any("%" in template for template in templates.values())


def test_015_no_services_would_be_an_empty_list() -> None:
    assert build_catalogue({"cds_hooks_version": "3.0.0", "services": []}, {}).discovery() == b'{"services":[]}'


def test_016_head_has_the_headers_of_get_and_no_body(client: FlaskClient) -> None:
    got, head = client.get(URL), client.head(URL)
    assert (head.status_code, head.data) == (200, b"")
    assert dict(head.headers) == dict(got.headers)


def test_017_a_trailing_slash_gives_the_same(client: FlaskClient) -> None:
    plain, slashed = client.get(URL), client.get(f"{URL}/", headers={"Origin": "https://ehr.example.org"})
    assert (slashed.status_code, slashed.data) == (200, plain.data)
    assert slashed.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("accept", ["application/fhir+json", "text/html", "*/*", None])
def test_018_json_is_what_is_sent_whatever_is_accepted(client: FlaskClient, accept: str | None) -> None:
    answer = client.get(URL, headers={"Accept": accept} if accept else {})
    assert (answer.status_code, answer.mimetype) == (200, "application/json")


def test_019_a_query_changes_nothing(client: FlaskClient) -> None:
    assert client.get(f"{URL}?foo=bar").data == client.get(URL).data


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_020_other_methods_are_told_what_is_allowed(client: FlaskClient, method: str) -> None:
    answer = client.open(URL, method=method)
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]
    assert answer.get_json()["resourceType"] == "OperationOutcome"


def test_021_ten_calls_at_once_get_the_same(app: Flask) -> None:
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: app.test_client().get(URL).data, range(10)))
    assert len(set(answers)) == 1


def test_022_a_token_that_nobody_asked_for_is_ignored(client: FlaskClient) -> None:
    assert client.get(URL, headers={"Authorization": "Bearer a.b.c"}).status_code == 200


def test_024_what_is_sent_can_be_decoded(client: FlaskClient) -> None:
    answer = client.get(URL, headers={"Accept-Encoding": "gzip"})
    packed = answer.headers.get("Content-Encoding") == "gzip"
    assert json.loads(gzip.decompress(answer.data) if packed else answer.data)["services"]
    assert not packed or "Accept-Encoding" in answer.headers["Vary"]


def test_the_services_are_those_of_the_contract(services: list[dict[str, Any]]) -> None:
    assert [(service["id"], service["hook"]) for service in services] == [
        ("heel-numbness-patient-view", "patient-view"),
        ("heel-numbness-consult", "org.heel-numbness-cds.consult"),
    ]


def test_the_prefetch_keys_are_those_of_the_contract(services: list[dict[str, Any]]) -> None:
    keys = {
        "patient",
        "conditions",
        "observations",
        "medicationStatements",
        "medicationRequests",
        "medicationAdministrations",
        "procedures",
        "serviceRequests",
        "devices",
        "diagnosticReports",
        "encounter",
    }
    for service in services:
        assert set(service["prefetch"]) == keys
        assert service["prefetch"]["patient"] == "Patient/{{context.patientId}}"
        assert service["prefetch"]["encounter"] == "Encounter/{{context.encounterId}}"
        assert service["prefetch"]["observations"].endswith("patient={{context.patientId}}&_sort=-date&_count=200")
