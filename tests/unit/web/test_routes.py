"""What each route passes on and gives back."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient

URL = "/cds-services/spoken-service"


def test_a_call_passes_on_its_bytes_and_the_day(client: FlaskClient, engine: Any, call: dict[str, Any]) -> None:
    body = json.dumps(call).encode()
    answer = client.post(URL, data=body)
    assert answer.data == b'{"cards":[]}'
    assert answer.content_type == "application/json"
    assert engine.asked == [{"service_id": "spoken-service", "body": body, "today": date(2026, 11, 20)}]


def test_the_day_is_today_when_none_is_fixed(make_app: Any, engine: Any, call: dict[str, Any]) -> None:
    before = datetime.now(UTC).date()
    make_app(CDS_AS_OF="").test_client().post(URL, json=call)
    assert before <= engine.asked[0]["today"] <= datetime.now(UTC).date()


def test_explain_takes_the_same_body_as_a_call(client: FlaskClient, engine: Any) -> None:
    assert client.post("/explain/spoken-service", data=b"{}").get_json() == {"facts": []}
    assert engine.asked[0]["body"] == b"{}"


def test_evaluate_has_defaults_for_its_options(client: FlaskClient, engine: Any) -> None:
    client.post("/evaluate", data=b"{}")
    assert engine.asked == [
        {
            "body": b"{}", "today": date(2026, 11, 20), "symptom": "recorded", "patient": None, "validate": False,
            "is_day_fixed": False,
        }
    ]  # fmt: skip


def test_evaluate_reads_its_options_from_query_and_header(client: FlaskClient, engine: Any) -> None:
    client.post(
        "/evaluate?asOf=2025-02-03&symptom=assumed&validate=true", data=b"{}", headers={"CDS-Patient": "Patient/7"}
    )
    asked = engine.asked[0]
    assert asked["today"] == date(2025, 2, 3)
    assert (asked["symptom"], asked["patient"], asked["validate"]) == ("assumed", "7", True)
    assert asked["is_day_fixed"]


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("asOf=tomorrow", "asOf"),
        ("asOf=2026-02-30", "asOf"),
        ("asOf=20260203", "asOf"),
        ("asOf=", "asOf"),
        ("symptom=maybe", "symptom"),
        ("validate=1", "validate"),
        ("asOf=2026-11-20&asOf=2026-11-19", "asOf"),
        ("symptom=recorded&symptom=assumed", "symptom"),
    ],
)
def test_evaluate_refuses_an_option_that_it_cannot_read(client: FlaskClient, query: str, name: str) -> None:
    answer = client.post(f"/evaluate?{query}", data=b"{}")
    assert answer.status_code == 400
    assert answer.get_json()["issue"][0]["expression"] == [name]


def test_ndjson_is_answered_line_by_line(client: FlaskClient) -> None:
    answer = client.post("/evaluate", data=b"one\nthree", content_type="application/fhir+ndjson")
    assert answer.mimetype == "application/x-ndjson"
    assert answer.data == b'{"read": 3}\n{"read": 5}\n'


def test_an_error_before_the_first_ndjson_line_keeps_its_status(client: FlaskClient) -> None:
    answer = client.post("/evaluate", data=b"several", content_type="application/fhir+ndjson")
    assert answer.status_code == 400
    assert answer.get_json()["resourceType"] == "OperationOutcome"


@pytest.mark.parametrize("path", ["/evaluate", "/explain/spoken-service", "/"])
def test_the_routes_for_testers_are_absent_when_switched_off(make_app: Any, path: str) -> None:
    client = make_app(CDS_TESTER="off").test_client()
    assert client.post(path, data=b"{}").status_code == 404


def test_live_is_always_live(client: FlaskClient) -> None:
    assert client.get("/health/live").get_json() == {"status": "live"}


def test_ready_names_the_rules_and_the_fixed_day(client: FlaskClient) -> None:
    answer = client.get("/health/ready")
    assert answer.status_code == 200
    assert answer.get_json() == {
        "status": "ready",
        "rulebook": {"version": "1.2.3", "digest": "sha256:abc"},
        "approvals": {"unapproved": "show", "rules": 3, "approved": 1, "outdated": []},
        "asOf": "2026-11-20",
    }


def test_ready_names_no_day_when_the_clock_runs(make_app: Any) -> None:
    assert "asOf" not in make_app(CDS_AS_OF="").test_client().get("/health/ready").get_json()


def test_metrics_count_requests_by_route_and_never_by_path(client: FlaskClient, call: dict[str, Any]) -> None:
    client.post(URL, json=call)
    client.post("/cds-services/Mrs-Example", json=call)
    client.get("/Mrs-Example")
    text = client.get("/metrics").text
    assert 'cds_requests_total{method="POST",route="/cds-services/<service_id>",status="200"} 1.0' in text
    assert 'cds_requests_total{method="POST",route="/cds-services/<service_id>",status="404"} 1.0' in text
    assert 'cds_requests_total{method="GET",route="none",status="404"} 1.0' in text
    assert 'cds_request_seconds_count{route="/cds-services/<service_id>"} 2.0' in text
    assert "Mrs-Example" not in text


def test_metrics_count_what_the_engine_counted(client: FlaskClient, engine: Any, call: dict[str, Any]) -> None:
    counters = {"card:red-flag": 1, "red_flag:redflag.cauda-equina": 1, "gate_unknown": 1, "incomplete": 1, "x:y": 9}
    engine.answer.counters.update(counters)
    client.post(URL, json=call)
    text = client.get("/metrics").text
    assert 'cds_cards_total{kind="red-flag"} 1.0' in text
    assert 'cds_red_flags_total{id="redflag.cauda-equina"} 1.0' in text
    assert "cds_gate_unknown_total 1.0" in text
    assert "cds_incomplete_total 1.0" in text


def test_a_request_is_one_log_line_by_route_rule(client: FlaskClient, log: io.StringIO, call: dict[str, Any]) -> None:
    call["context"]["patientId"] = "Mrs-Example"
    client.post(f"{URL}?name=Mrs-Example", json=call, headers={"X-Name": "Mrs-Example"})
    [line] = [json.loads(text) for text in log.getvalue().splitlines()]
    assert line["route"] == "/cds-services/<service_id>"
    assert (line["method"], line["status"], line["level"]) == ("POST", 200, "info")
    assert line["ms"] >= 0
    assert line["bytes_out"] == len(b'{"cards":[]}')
    assert "Mrs-Example" not in log.getvalue()


def test_a_log_line_holds_the_counters_of_the_engine(
    client: FlaskClient, engine: Any, log: io.StringIO, call: dict[str, Any]
) -> None:
    engine.answer.counters["card:differential"] = 1
    client.post(URL, json=call)
    assert json.loads(log.getvalue())["counters"] == {"card:differential": 1}


def test_an_invented_method_is_not_logged_by_name(client: FlaskClient, log: io.StringIO) -> None:
    client.open("/cds-services", method="MRS-EXAMPLE")
    assert json.loads(log.getvalue())["method"] == "other"


def test_a_quiet_log_level_keeps_only_failures(
    make_app: Any, engine: Any, log: io.StringIO, call: dict[str, Any]
) -> None:
    client = make_app(CDS_LOG_LEVEL="error").test_client()
    client.post(URL, json=call)
    assert log.getvalue() == ""
    engine.failure = RuntimeError()
    client.post(URL, json=call)
    assert [json.loads(line)["event"] for line in log.getvalue().splitlines()] == ["failure", "request"]


def test_the_page_says_what_this_is_and_links_to_the_rest(client: FlaskClient) -> None:
    answer = client.get("/")
    assert answer.content_type == "text/html; charset=utf-8"
    for text in ("Not reviewed by a clinician", "Intended use", "curl", 'href="/cds-services"', 'href="/openapi.yaml"'):
        assert text in answer.text
    assert "Says &lt;nothing&gt; &amp; no more." in answer.text


def test_the_page_loads_nothing_from_elsewhere_and_runs_no_script(client: FlaskClient) -> None:
    answer = client.get("/")
    assert not re.search(r"<script|<img|<link|src=|@import|url\(", answer.text)
    policy = answer.headers["Content-Security-Policy"]
    style = answer.text.partition("<style>")[2].partition("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in policy
    assert "unsafe" not in policy


def test_the_contract_is_served_as_it_stands(client: FlaskClient) -> None:
    answer = client.get("/openapi.yaml")
    assert answer.status_code == 200
    assert answer.mimetype == "application/yaml"
    assert answer.data.startswith(b"openapi:")


@pytest.mark.parametrize(
    "path", ["/cds-services", "/health/live", "/health/ready", "/openapi.yaml", "/metrics", "/", "/rules", "/docs"]
)
def test_head_has_the_headers_of_get_and_no_body(client: FlaskClient, path: str) -> None:
    got, head = client.get(path), client.head(path)
    assert head.status_code == got.status_code == 200
    assert head.data == b""
    assert head.headers["Content-Type"] == got.headers["Content-Type"]
