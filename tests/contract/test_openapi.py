"""openapi.yaml against the app: the same routes, true examples, and answers as it describes them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import schemathesis
import yaml
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate
from schemathesis.config import (
    ChecksConfig,
    GenerationConfig,
    ProjectConfig,
    ProjectsConfig,
    SchemathesisConfig,
)

FILE = Path(__file__).parents[2] / "openapi.yaml"
REQUESTS = sorted((FILE.parent / "fhir_examples" / "requests").glob("*.json"))
CONTRACT: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
# The test client's WSGI transport answers HEAD, OPTIONS and 405 without these; they are not operations of the file.
_FLASK_RULE = re.compile(r"<(?:\w+:)?\w+>")
EXAMPLES_PER_OPERATION = 25


# --- the file itself ---


def test_the_file_is_valid_openapi() -> None:
    validate(CONTRACT)


def test_every_route_of_the_app_is_in_the_file_and_the_other_way_round(app: Flask) -> None:
    assert routes_of(app) == {
        (path, method.upper()) for path, item in CONTRACT["paths"].items() for method in item if method != "parameters"
    }


def routes_of(app: Flask) -> set[tuple[str, str]]:
    """Path and method of every route; HEAD and OPTIONS come with Flask."""
    return {
        (_FLASK_RULE.sub("{id}", rule.rule), method)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def test_the_services_of_the_file_are_those_that_discovery_lists(client: FlaskClient) -> None:
    listed = [service["id"] for service in client.get("/cds-services").get_json()["services"]]
    assert CONTRACT["components"]["parameters"]["ServiceId"]["schema"]["enum"] == listed


def test_the_prefetch_keys_of_the_file_are_those_that_discovery_lists(client: FlaskClient) -> None:
    for service in client.get("/cds-services").get_json()["services"]:
        assert list(CONTRACT["components"]["schemas"]["Prefetch"]["properties"]) == list(service["prefetch"])


def test_the_example_call_of_the_file_gets_cards(client: FlaskClient) -> None:
    example = CONTRACT["components"]["examples"]["Call"]["value"]
    answer = client.post("/cds-services/heel-numbness-consult", json=example)
    assert answer.get_json()["cards"]


def test_the_example_of_the_page_gets_cards(client: FlaskClient) -> None:
    command = client.get("/").text.partition("<pre")[2].partition("<code>")[2].partition("</code>")[0]
    body = command.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">").split(" -d '")[1].rstrip("'")
    answer = client.post("/cds-services/heel-numbness-consult", json=json.loads(body))
    assert answer.get_json()["cards"]


# --- the app against the file ---


def breaches(body: Any, schema: str) -> list[str]:
    """Where a body breaks a schema of the file."""
    validator = Draft202012Validator({"$ref": f"#/components/schemas/{schema}", **CONTRACT})
    return [f"{error.json_path} {error.message[:200]}" for error in validator.iter_errors(body)]


@pytest.mark.parametrize("request_file", REQUESTS, ids=lambda path: path.stem)
def test_every_example_chart_is_answered_as_the_file_says(client: FlaskClient, request_file: Path) -> None:
    body = request_file.read_bytes()
    for service in CONTRACT["components"]["parameters"]["ServiceId"]["schema"]["enum"]:
        assert breaches(client.post(f"/cds-services/{service}", data=body).get_json(), "CardsResponse") == []
        assert breaches(client.post(f"/explain/{service}", data=body).get_json(), "Explanation") == []
    assert breaches(client.post("/evaluate", data=body).get_json(), "Evaluation") == []


@schemathesis.serializer("application/fhir+ndjson")
def serialize_ndjson(_context: schemathesis.SerializationContext, value: Any) -> bytes:
    """Lines as they are generated; schemathesis knows no NDJSON."""
    return value if isinstance(value, bytes) else str(value).encode()


def configuration() -> SchemathesisConfig:
    """All checks but two.

    Negative data rejection is off because a reader of what EHRs send is to be tolerant: it takes more than the file
    promises, and what it has to refuse stands in the checklist's table. Data that the file allows may be refused for
    what a schema cannot say: 400 for a hook of the other service, 412 for an absent problem list, 422 for a record
    without a resource.
    """
    checks = ChecksConfig.from_dict(
        {
            "negative_data_rejection": {"enabled": False},
            "positive_data_acceptance": {"expected-statuses": ["2xx", "400", "404", "412", "422"]},
        }
    )
    generation = GenerationConfig(max_examples=EXAMPLES_PER_OPERATION, deterministic=True)
    project = ProjectConfig(checks=checks, generation=generation)
    return SchemathesisConfig(seed=1, projects=ProjectsConfig(default=project))


GENERATED = schemathesis.openapi.from_dict(CONTRACT, config=configuration())


@GENERATED.parametrize()
@settings(deadline=None, derandomize=True, max_examples=EXAMPLES_PER_OPERATION, suppress_health_check=list(HealthCheck))
def test_the_app_answers_generated_requests_as_the_file_says(case: schemathesis.Case, app: Flask) -> None:
    case.call_and_validate(app=app)
