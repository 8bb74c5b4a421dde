"""CDS Hooks checklist §9 B, C and D: what a call may look like, as one table. The numbers are the checklist's."""

from __future__ import annotations

import gzip
import io
import json
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from cds.app import create_app
from cds.settings import load
from tests.contract import records
from tests.contract.envelope import problems_of
from tests.contract.records import (
    CONSULT_HOOK,
    PATIENT,
    SPEAKS_WHEN_ASKED,
    SPEAKS_WHEN_RECORDED,
    call,
    low_b12,
    numb_foot,
    patient,
    searchset,
    with_context,
    with_prefetch,
)

URL = f"/cds-services/{SPEAKS_WHEN_RECORDED}"
JSON = "application/json"
OK, REFUSED, DATA_MISSING = 200, 400, 412
FAILED_QUERY = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "exception"}]}
UNREADABLE_AS_JSON = {
    "cut short": lambda body: body[:-1],
    "trailing comma": lambda body: body[:-1] + b",}",
    "comment": lambda body: body[:-1] + b"/* x */}",
    "NaN": lambda body: body[:-1] + b',"x":NaN}',
    "Infinity": lambda body: body[:-1] + b',"x":-Infinity}',
    "NaN in the prefetch": lambda body: body.replace(b"150", b"NaN"),
}


def twice(member: str, other: str) -> bytes:
    """A call in which a member stands once more, the second time with another value; readers keep the last."""
    return re.sub(f'("{member}": )', rf"\1{other}, \1", json.dumps(call()), count=1).encode()


SENT_TWICE = {
    "the hook": twice("hook", '"patient-view"'),
    "the context": twice("context", "{}"),
    "the patient id": twice("patientId", '"other"'),
    "the prefetch": twice("prefetch", json.dumps(with_prefetch()["prefetch"])),
    "an empty problem list": twice("conditions", "null"),
    "a full problem list": json.dumps(call())
    .replace('"observations":', '"conditions": null, "observations":')
    .encode(),
    "the same problem list": twice("conditions", json.dumps(searchset(numb_foot()))),
    "a key that nobody asked for": twice("conditions", "null").replace(b'"conditions": null', b'"x": null, "x": 1'),
}


class Case(NamedTuple):
    """One line of the table: the checklist's number, what is special, what is sent, which status is right."""

    number: str
    what: str
    body: Any
    status: int
    content_type: str | None = JSON
    headers: dict[str, str] = {}  # noqa: RUF012 - never changed


def nested(depth: int) -> bytes:
    return json.dumps(call(extension="@")).replace('"@"', "[" * depth + "]" * depth).encode()


def from_user(user: Any) -> dict[str, Any]:
    return with_context(userId=user)


TRANSPORT = [
    Case("030", "a charset", call(), OK, "application/json; charset=UTF-8"),
    Case("030", "upper case", call(), OK, "APPLICATION/JSON"),
    Case("031", "FHIR JSON", call(), OK, "application/fhir+json"),
    Case("032", "no media type", call(), OK, None),
    Case("033", "XML", call(), 415, "text/xml"),
    Case("034", "no body", b"", REFUSED),
    *(Case("035", what, spoil(json.dumps(call()).encode()), REFUSED) for what, spoil in UNREADABLE_AS_JSON.items()),
    *(Case("035", f"{what} twice", body, REFUSED) for what, body in SENT_TWICE.items()),
    Case("035", "a member of a resource twice", json.dumps(call()).replace('"id":', '"id":"x","id":').encode(), OK),
    Case("036", "an array", [call()], REFUSED),
    Case("036", "a string", b'"x"', REFUSED),
    Case("036", "a number", b"7", REFUSED),
    Case("037", "a byte order mark", b"\xef\xbb\xbf" + json.dumps(call()).encode(), OK),
    Case("038", "UTF-16", json.dumps(call()).encode("utf-16"), REFUSED),
    Case("039", "gzip", gzip.compress(json.dumps(call()).encode()), OK, JSON, {"Content-Encoding": "gzip"}),
    Case("039", "brotli", b"\x0b", 415, JSON, {"Content-Encoding": "br"}),
    Case("041", "five megabytes", with_prefetch(patient=patient(text={"div": "x" * 5_000_000})), OK),
    Case("041", "eleven megabytes", b" " * 11_000_000, 413),
    Case("042", "two hundred levels", nested(200), OK),
    Case("042", "a hundred thousand levels", nested(100_000), REFUSED),
]

MEMBERS = [
    Case("045", "a plain call", call(), OK),
    Case("046", "no hook", call(hook=...), REFUSED),
    Case("047", "another hook", call(hook="order-sign"), REFUSED),
    Case("048", "a hook nobody knows", call(hook="org.example.foo"), REFUSED),
    Case("050", "no hookInstance", call(hookInstance=...), REFUSED),
    Case("050", "an empty hookInstance", call(hookInstance=""), REFUSED),
    Case("051", "a UUID of no version", call(hookInstance="00000000-007b-9f33-e810-e841a57c502c"), OK),
    Case("052", "an upper-case UUID", call(hookInstance="A1B2C3D4-1111-4222-8333-00000000000F"), OK),
    Case("053", "a hookInstance that is no UUID", call(hookInstance="abc"), OK),
    Case("053", "a hookInstance that is a number", call(hookInstance=7), REFUSED),
    *(Case("055", f"context {value!r}", call(context=value), REFUSED) for value in (..., None, [], {}, "x")),
    Case("056", "no patientId", with_context(patientId=...), REFUSED),
    Case("056", "a patientId that is a number", with_context(patientId=7), REFUSED),
    Case("057", "no userId", from_user(...), OK),
    *(
        Case("058", user, from_user(user), OK)
        for user in ("Practitioner/abc", "PractitionerRole/1", "Patient/123", "RelatedPerson/9")
    ),
    Case("059", "a bare userId", from_user("abc"), OK),
    Case("059", "an absolute userId", from_user("https://ehr.example.org/Practitioner/1"), OK),
    Case("059", "a userId that is a number", from_user(7), OK),
    Case("060", "a patientId with its type", with_context(patientId=f"Patient/{PATIENT}"), OK),
    *(Case("061", f"encounterId {value!r}", with_context(encounterId=value), OK) for value in (..., None, "", 7, {})),
    Case("062", "members nobody knows", call(foo=1, extension={"a": {}, "b": None}, user="x"), OK),
    Case("062", "context members nobody knows", with_context(foo={"bar": []}), OK),
    Case("062", "an empty extension", call(extension={}), OK),
    Case("063", "an extension that is a string", call(extension="x"), OK),
    Case("064", "an authorization without server", call(fhirAuthorization={"access_token": "t"}), REFUSED),
    Case("065", "null authorization", call(fhirAuthorization=None), OK),
    Case("065", "null fhirServer", call(fhirServer=None), OK),
    *(
        Case("066", server, call(fhirServer=server), REFUSED)
        for server in ("fhir", "file:///etc/passwd", "http://169.254.169.254/", "ftp://ehr.example.org")
    ),
    Case("066", "a server that is not called", call(fhirServer="http://192.0.2.1/fhir"), OK),
    Case("067", "other scripts and NUL", with_prefetch(patient=patient(name=[{"text": "محمد 😀 Ж\u0000"}])), OK),
    Case(
        "068",
        "an id of 64 characters",
        call(context={"patientId": "a.b-" + "x" * 60}, prefetch={"conditions": None}),
        OK,
    ),
]

PREFETCH = [
    Case("078", "every key supplied", call(), OK),
    Case(
        "079",
        "every key and a server",
        call(fhirServer="http://192.0.2.1/fhir", fhirAuthorization={"access_token": "t"}),
        OK,
    ),
    Case("080", "conditions absent, nothing else", call(prefetch={"patient": patient()}), DATA_MISSING),
    Case("080", "no prefetch at all", call(prefetch=...), DATA_MISSING),
    Case("065", "null prefetch", call(prefetch=None), DATA_MISSING),
    Case("084", "an optional key absent", with_prefetch(devices=...), OK),
    Case("085", "conditions null", with_prefetch(conditions=None), OK),
    Case("086", "patient null", with_prefetch(patient=None), OK),
    Case("087", "an empty Bundle", with_prefetch(conditions={"resourceType": "Bundle", "type": "searchset"}), OK),
    Case("088", "a Bundle with no entries", with_prefetch(conditions=searchset()), OK),
    Case("089", "a required query failed", call(prefetch={"conditions": FAILED_QUERY}), DATA_MISSING),
    Case("089", "an optional query failed", with_prefetch(devices=FAILED_QUERY), OK),
    Case(
        "090",
        "an OperationOutcome among the entries",
        with_prefetch(conditions=searchset(numb_foot(), FAILED_QUERY)),
        OK,
    ),
    Case(
        "092",
        "a next link",
        with_prefetch(
            observations=searchset(low_b12(), link=[{"relation": "next", "url": "https://ehr.example.org/2"}])
        ),
        OK,
    ),
    Case("095", "other types in a Bundle", with_prefetch(conditions=searchset(numb_foot(), patient())), OK),
    Case("096", "a key nobody asked for", with_prefetch(more=searchset(low_b12())), OK),
    *(Case("098", f"a prefetch {value!r}", call(prefetch=value), REFUSED) for value in ("x", [], 7)),
    *(Case("098", f"a value {value!r}", with_prefetch(devices=value), OK) for value in ("x", [], 7, True)),
    *(
        Case("098", f"conditions {value!r}, nothing else", call(prefetch={"conditions": value}), DATA_MISSING)
        for value in ("x", [], [1], 7, True, {}, {"resourceType": "Nothing"})
    ),
    Case("099", "a Bundle for a read", with_prefetch(patient=searchset(patient())), OK),
    Case("099", "a bare resource for a search", with_prefetch(conditions=numb_foot()), OK),
    Case("100", "another patient", with_prefetch(patient=patient(id="other")), REFUSED),
    Case("102", "no code, no status", with_prefetch(observations=searchset({"resourceType": "Observation"})), OK),
    Case(
        "103",
        "entered in error",
        with_prefetch(conditions=searchset(numb_foot(verificationStatus={"coding": [{"code": "entered-in-error"}]}))),
        OK,
    ),
]


def name_of(case: Case) -> str:
    return f"{case.number} {case.what}"


def send(client: FlaskClient, case: Case, url: str = URL) -> TestResponse:
    return client.post(url, data=records.as_bytes(case.body), content_type=case.content_type, headers=case.headers)


@pytest.mark.parametrize("service", [SPEAKS_WHEN_RECORDED, SPEAKS_WHEN_ASKED])
@pytest.mark.parametrize("case", [*TRANSPORT, *MEMBERS, *PREFETCH], ids=name_of)
def test_a_call_is_answered_as_the_checklist_asks(client: FlaskClient, case: Case, service: str) -> None:
    answer = send(client, case, f"/cds-services/{service}")
    assert answer.status_code == case.status, answer.text
    assert answer.mimetype == JSON
    if answer.status_code == OK:
        assert problems_of(answer.data) == []
    else:
        assert_is_outcome(answer)


def assert_is_outcome(answer: TestResponse) -> None:
    """043: an OperationOutcome with at least one issue, and nothing of what was sent or of how we work."""
    body = answer.get_json()
    assert body["resourceType"] == "OperationOutcome"
    assert body["issue"]
    assert all(issue["severity"] == "error" and issue["code"] for issue in body["issue"])
    for leak in (PATIENT, "1961", "Traceback", ".py", "Practitioner"):
        assert leak not in answer.text


def test_027_get_of_a_service_is_told_to_post(client: FlaskClient) -> None:
    answer = client.get(URL)
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


def test_028_a_service_that_does_not_exist_is_not_found_in_json(client: FlaskClient) -> None:
    answer = client.post("/cds-services/nobody", json=call())
    assert answer.status_code == 404
    assert_is_outcome(answer)


@pytest.mark.parametrize("path", [f"{URL}/", f"/{URL}", f"/cds-services//{SPEAKS_WHEN_RECORDED}"])
@pytest.mark.parametrize("method", ["POST", "OPTIONS"])
def test_029_double_and_trailing_slashes_are_no_redirect(client: FlaskClient, path: str, method: str) -> None:
    answer = client.open("/", method=method, json=call(), environ_overrides={"PATH_INFO": path})
    assert answer.status_code == 200


def test_035_a_bundle_with_two_lists_of_entries_is_refused(client: FlaskClient) -> None:
    body = json.dumps(searchset(patient(), numb_foot())).encode()
    assert client.post("/evaluate", data=body, content_type=JSON).get_json()["cards"]
    answer = client.post("/evaluate", data=body[:-1] + b', "entry": []}', content_type=JSON)
    assert answer.status_code == REFUSED
    assert_is_outcome(answer)


def test_040_a_body_without_stated_length_is_read(client: FlaskClient) -> None:
    answer = client.post(
        URL,
        input_stream=io.BytesIO(json.dumps(call()).encode()),
        content_type=JSON,
        environ_overrides={"wsgi.input_terminated": True},
    )
    assert answer.status_code == OK


def test_049_a_service_answers_each_of_its_hooks(client: FlaskClient) -> None:
    for hook in ("patient-view", CONSULT_HOOK):
        answer = client.post(f"/cds-services/{SPEAKS_WHEN_ASKED}", json=call(hook=hook))
        assert answer.status_code == OK
        assert answer.get_json()["cards"]
    assert client.post(URL, json=call(hook=CONSULT_HOOK)).status_code == REFUSED


def test_054_the_same_hook_instance_twice_is_answered_twice(client: FlaskClient) -> None:
    first, second = (client.post(URL, json=call()) for _ in range(2))
    assert first.status_code == second.status_code == OK


@pytest.mark.parametrize("user", ["Patient/123", "RelatedPerson/9"])
def test_058_cards_are_for_professionals(client: FlaskClient, user: str) -> None:
    for service in (SPEAKS_WHEN_RECORDED, SPEAKS_WHEN_ASKED):
        assert client.post(f"/cds-services/{service}", json=from_user(user)).get_json() == {"cards": []}


def test_080_the_key_that_is_missing_is_named(client: FlaskClient) -> None:
    answer = client.post(URL, json=call(prefetch={}))
    assert answer.status_code == DATA_MISSING
    assert "conditions" in answer.get_json()["issue"][0]["diagnostics"]


@pytest.mark.parametrize("service", [SPEAKS_WHEN_RECORDED, SPEAKS_WHEN_ASKED])
@pytest.mark.parametrize(
    "conditions",
    [..., FAILED_QUERY, "x", {"resourceType": "Nothing"}, searchset(low_b12()), records.patient(), low_b12()],
)
def test_080_a_problem_list_that_cannot_be_had_is_no_finding_of_no_symptom(
    client: FlaskClient, service: str, conditions: Any
) -> None:
    answer = client.post(f"/cds-services/{service}", json=with_prefetch(conditions=conditions))
    assert answer.status_code == DATA_MISSING
    [issue] = answer.get_json()["issue"]
    assert issue["expression"] == ["prefetch.conditions"]
    assert "not a finding that there is no symptom" in issue["diagnostics"]


def test_080_the_key_may_be_missing_when_something_else_shows_a_symptom(client: FlaskClient) -> None:
    observation = low_b12(
        id="numb",
        code=records.concept(records.SNOMED, "309538000", "Numbness of foot"),
        valueBoolean=True,
        effectiveDateTime="2026-11-01",
    )
    del observation["valueQuantity"]
    answer = client.post(URL, json=with_prefetch(conditions=..., observations=searchset(observation)))
    assert answer.status_code == OK
    cards = answer.get_json()["cards"]
    assert cards
    assert not any(card["extension"]["org.heel-numbness-cds"]["complete"] for card in cards)


@pytest.mark.parametrize("observations", [..., FAILED_QUERY])
def test_080_a_symptom_may_stand_in_observations_that_did_not_come(client: FlaskClient, observations: Any) -> None:
    diabetes = records.condition("dm", records.concept(records.SNOMED, "44054006", "Diabetes mellitus type 2"))
    sent = with_prefetch(conditions=searchset(diabetes), observations=observations)
    assert client.post(URL, json=sent).get_json() == {"cards": []}
    told = client.post("/evaluate", json=sent).get_json()
    assert [card["extension"]["org.heel-numbness-cds"]["card"] for card in told["cards"]] == ["data-gap"]
    assert "observations" in told["cards"][0]["detail"]
    whole = client.post("/evaluate", json=with_prefetch(conditions=searchset(diabetes))).get_json()
    assert whole["cards"] == []
    assert whole["silence"].startswith("No current")


def test_080_who_asks_is_answered_without_the_observations(client: FlaskClient) -> None:
    diabetes = records.condition("dm", records.concept(records.SNOMED, "44054006", "Diabetes mellitus type 2"))
    sent = with_prefetch(conditions=searchset(diabetes), observations=...)
    cards = client.post(f"/cds-services/{SPEAKS_WHEN_ASKED}", json=sent).get_json()["cards"]
    assert cards[0]["extension"]["org.heel-numbness-cds"]["card"] == "differential"
    assert "No symptom is recorded" in cards[0]["detail"]
    missing = [card["extension"]["org.heel-numbness-cds"]["missing"] for card in cards]
    assert all({"need": "observations", "because": "not supplied"} in told for told in missing)


@pytest.mark.parametrize("nothing", [None, searchset(), {"resourceType": "Bundle", "type": "searchset", "total": 0}])
def test_085_to_088_null_and_empty_bundles_mean_none(client: FlaskClient, nothing: Any) -> None:
    answer = client.post(URL, json=with_prefetch(conditions=nothing))
    assert answer.get_json() == {"cards": []}


def test_090_good_entries_beside_a_failure_are_used(client: FlaskClient) -> None:
    answer = client.post(URL, json=with_prefetch(conditions=searchset(numb_foot(), FAILED_QUERY)))
    assert answer.get_json()["cards"]


def test_a_problem_list_without_problems_but_with_other_resources_leaves_a_gap_on_the_cards(
    client: FlaskClient,
) -> None:
    visit = {
        "resourceType": "Encounter",
        "id": "e",
        "status": "in-progress",
        "subject": {"reference": f"Patient/{PATIENT}"},
        "reasonCode": [records.concept(records.SNOMED, "309538000", "Numbness of foot")],
    }
    body = with_prefetch(conditions=searchset(low_b12()), encounter=visit)
    body["context"]["encounterId"] = "e"
    cards = client.post(URL, json=body).get_json()["cards"]
    assert cards
    for card in cards:
        told = card["extension"]["org.heel-numbness-cds"]
        assert told["complete"] is False
        assert {"need": "conditions", "because": "failed"} in told["missing"]


def test_092_a_list_that_was_cut_short_is_said_to_be(client: FlaskClient) -> None:
    cut = searchset(low_b12(), link=[{"relation": "next", "url": "https://ehr.example.org/2"}])
    for card in client.post(URL, json=with_prefetch(observations=cut)).get_json()["cards"]:
        extension = card["extension"]["org.heel-numbness-cds"]
        assert not extension["complete"]
        assert {"need": "observations", "because": "cut short"} in extension["missing"]


@pytest.mark.parametrize(
    "reference",
    [f"Patient/{PATIENT}", f"https://ehr.example.org/fhir/Patient/{PATIENT}", f"Patient/{PATIENT}/_history/1"],
)
def test_101_references_of_any_form_lead_to_the_same_answer(client: FlaskClient, reference: str) -> None:
    numb = numb_foot(subject={"reference": reference})
    assert client.post(URL, json=with_prefetch(conditions=searchset(numb))).get_json()["cards"]


def test_103_what_was_entered_in_error_opens_nothing(client: FlaskClient) -> None:
    wrong = numb_foot(verificationStatus={"coding": [{"code": "entered-in-error"}]})
    assert client.post(URL, json=with_prefetch(conditions=searchset(wrong))).get_json() == {"cards": []}


def test_200_an_unknown_path_is_not_found_in_json(client: FlaskClient) -> None:
    answer = client.get("/nowhere")
    assert answer.status_code == 404
    assert_is_outcome(answer)


def test_044_a_failure_is_told_as_one(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError(PATIENT)

    monkeypatch.setattr("cds.hooks.call_service.Engine.call", fail)
    answer = client.post(URL, json=call())
    assert answer.status_code == 500
    assert_is_outcome(answer)


def test_151_feedback_is_not_found_in_json(client: FlaskClient) -> None:
    answer = client.post(f"{URL}/feedback", json={"feedback": []})
    assert answer.status_code == 404
    assert_is_outcome(answer)


def test_192_the_example_context_of_the_hook_is_answered(client: FlaskClient) -> None:
    example = {"userId": "PractitionerRole/A2340113", "patientId": "1288992", "encounterId": "456"}
    answer = client.post(URL, json=call(context=example, prefetch={"patient": None, "conditions": None}))
    assert answer.get_json() == {"cards": []}


def test_195_fifty_calls_at_once_do_not_mix_patients(app: Flask) -> None:
    def references(number: int) -> set[str]:
        name = f"patient-{number}-only"
        body = json.dumps(call()).replace(PATIENT, name)
        answer = app.test_client().post(f"/cds-services/{SPEAKS_WHEN_ASKED}", data=body)
        return set(re.findall(r"patient-\d+-only", answer.text)) - {name}

    with ThreadPoolExecutor(10) as pool:
        assert not set().union(*pool.map(references, range(50)))


def test_a_chosen_day_is_told_on_the_cards_of_evaluate(site_without_fixed_day: FlaskClient) -> None:
    answer = site_without_fixed_day.post("/evaluate?asOf=2026-11-20", json=call())
    assert answer.get_json()["cards"]
    assert all("Day fixed: 2026-11-20." in card["detail"] for card in answer.get_json()["cards"])
    assert answer.get_json()["explain"]["asOf"] == "2026-11-20"
    today = site_without_fixed_day.post("/evaluate?symptom=assumed", json=call())
    assert not any("Day fixed" in card["detail"] for card in today.get_json()["cards"])


@pytest.mark.parametrize(("zone", "speaks"), [("", True), ("UTC", False)])
def test_a_problem_dated_one_day_ahead_counts_where_the_zone_of_the_site_is_not_known(
    log: io.StringIO, zone: str, speaks: bool
) -> None:
    client = create_app(load({"CDS_TIMEZONE": zone}), log_stream=log).test_client()
    day = (datetime.now(UTC) + timedelta(days=1)).date().isoformat()
    body = with_prefetch(conditions=searchset(numb_foot(recordedDate=day)))
    assert bool(client.post(URL, json=body).get_json()["cards"]) is speaks
    assert bool(client.post("/evaluate", json=body).get_json()["cards"]) is speaks
    line = json.dumps(numb_foot(recordedDate=day))
    lines = client.post("/evaluate", data=line, content_type="application/fhir+ndjson")
    assert bool(json.loads(lines.text)["cards"]) is speaks


def test_a_chosen_day_leaves_out_what_is_dated_one_day_ahead(
    client: FlaskClient, site_without_fixed_day: FlaskClient
) -> None:
    body = with_prefetch(conditions=searchset(numb_foot(recordedDate="2026-11-21")))
    assert client.post(URL, json=body).get_json() == {"cards": []}
    assert not site_without_fixed_day.post("/evaluate?asOf=2026-11-20", json=body).get_json()["cards"]


def test_a_key_that_holds_other_types_only_is_told_to_testers_and_operators(client: FlaskClient) -> None:
    body = with_prefetch(devices=searchset(low_b12()))
    issues = client.post("/evaluate", json=body).get_json()["issues"]["issue"]
    assert "1 prefetch keys hold none of the resources that they ask for" in {i["diagnostics"] for i in issues}
    before = counted(client, "cds_other_types_total")
    client.post(URL, json=body)
    assert counted(client, "cds_other_types_total") == before + 1


def test_a_list_that_holds_other_types_only_is_told_as_failed_and_never_as_empty(client: FlaskClient) -> None:
    """A wrong query for devices (results instead) must not let a card say that the record holds none."""
    body = with_prefetch(devices=searchset(low_b12()))
    cards = client.post(URL, json=body).get_json()["cards"]
    extensions = [card["extension"]["org.heel-numbness-cds"] for card in cards]
    assert extensions
    assert {"need": "devices", "because": "failed"} in extensions[0]["missing"]
    assert not any(extension["complete"] for extension in extensions)


def counted(client: FlaskClient, name: str) -> float:
    """What the metrics have counted under a name."""
    lines = client.get("/metrics").text.splitlines()
    return sum(float(line.removeprefix(f"{name} ")) for line in lines if line.startswith(f"{name} "))


def test_092_a_gate_that_cannot_be_known_is_silent_and_counted_or_told_to_who_asked(client: FlaskClient) -> None:
    body = with_prefetch(conditions=searchset(link=[{"relation": "next", "url": "https://ehr.example.org/2"}]))
    before = counted(client, "cds_gate_unknown_total")
    assert client.post(URL, json=body).get_json() == {"cards": []}
    assert counted(client, "cds_gate_unknown_total") == before + 1
    for path in (f"/cds-services/{SPEAKS_WHEN_ASKED}", "/evaluate"):
        [card] = client.post(path, json=body).get_json()["cards"]
        assert card["extension"]["org.heel-numbness-cds"]["card"] == "data-gap"
