"""The use cases with the real rules: who asks, what is validated, where reading stopped."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cds.hooks.composing import EXTENSION
from cds.hooks.errors import NotAnObject, NotJson, PatientNotFound
from tests.examples import goldens

REQUEST = goldens.EXAMPLES / "requests" / "vitamin_b12_deficiency.json"
CHART = goldens.EXAMPLES / "patients" / "vitamin_b12_deficiency.json"
CONSULT = "heel-numbness-consult"
LAY = [
    "Patient/1",
    "RelatedPerson/1",
    "https://ehr.example.org/fhir/Patient/1",
    "https://e.org/RelatedPerson/1/_history/2",
]


def _request(user: str = "Practitioner/1", **prefetch: Any) -> bytes:
    call = json.loads(REQUEST.read_text(encoding="utf-8"))
    call["context"]["userId"] = user
    call["prefetch"].update(prefetch)
    return json.dumps(call).encode()


def _evaluate(body: bytes, *, validate: bool = False) -> Any:
    return goldens.engine().evaluate_data(body, today=goldens.DAY, symptom="recorded", patient=None, validate=validate)


def _issues(answer: Any) -> list[tuple[str, str]]:
    return [("".join(i.get("expression", ())), i["diagnostics"]) for i in answer["issues"]["issue"]]


def _differential(answer: Any) -> str:
    return next(str(c["detail"]) for c in answer["cards"] if c["extension"][EXTENSION]["card"] == "differential")


@pytest.mark.parametrize("user", LAY)
@pytest.mark.parametrize("service", [goldens.SERVICE, CONSULT])
def test_a_lay_user_gets_no_cards_however_the_reference_is_written(user: str, service: str) -> None:
    assert goldens.engine().call(service, _request(user), goldens.DAY).body == b'{"cards":[]}'


@pytest.mark.parametrize("user", ["Practitioner/Patient", "https://e.org/Patient/fhir/PractitionerRole/1", "abc"])
def test_everybody_else_gets_cards(user: str) -> None:
    assert json.loads(goldens.engine().call(CONSULT, _request(user), goldens.DAY).body)["cards"]


@pytest.mark.parametrize("user", LAY)
def test_a_tester_is_told_that_a_lay_user_gets_no_cards(user: str) -> None:
    answer = _evaluate(_request(user))
    assert answer["cards"] == []
    assert "related person" in answer["silence"]


def test_the_prefetch_of_a_hook_request_is_validated_value_by_value() -> None:
    assert _issues(_evaluate(_request(), validate=True)) == [("", "nothing found by fhir.resources")]
    wrong = {"resourceType": "Observation", "id": "o", "status": "final"}
    found = _issues(_evaluate(_request(devices=None, Zanzibar=wrong), validate=True))
    assert [where for where, _ in found] == ["prefetch[10].code"]


def test_bulk_data_are_validated_line_by_line() -> None:
    chart = json.loads(CHART.read_text(encoding="utf-8"))
    lines = [json.dumps(entry["resource"]).encode() for entry in chart["entry"]]
    wrong = {
        "resourceType": "Condition",
        "id": "x",
        "subject": {"reference": f"Patient/{chart['entry'][0]['resource']['id']}"},
    }
    wrong["extra"] = {}
    answers = goldens.engine().evaluate_lines(
        [*lines, json.dumps(wrong).encode()], today=goldens.DAY, symptom="recorded", validate=True
    )
    (answer,) = answers
    assert (f"line {len(lines) + 1}", "Condition: holds an element that R4B does not know") in _issues(answer)


def test_a_tester_is_told_where_reading_stopped() -> None:
    with pytest.raises(NotJson, match="byte 13"):
        _evaluate(b'{"resource": NaN}')


_FAILED = {"resourceType": "OperationOutcome", "issue": []}


def _explained(**prefetch: Any) -> Any:
    data = json.loads(goldens.engine().explain(goldens.SERVICE, _request(**prefetch), goldens.DAY))
    return {rule["id"]: rule for rule in data["rules"]}


def _decided(rule: Any, clause: str) -> tuple[str, str]:
    return next((c["answer"], c["decidedBy"]) for c in rule["clauses"] if c["clause"] == clause)


def test_met_and_not_met_name_the_criteria_that_decided() -> None:
    rules = _explained()
    assert _decided(rules["vitamin-b12-deficiency"], "supported") == ("met", "total_b12_deficient")
    answer, names = _decided(rules["hypothyroidism"], "supported")
    assert answer == "not met"
    assert set(names.split(", ")) <= {c["criterion"] for c in rules["hypothyroidism"]["criteria"]}


def test_the_criterion_that_left_an_answer_unknown_is_itself_unknown() -> None:
    for rule in _explained(observations=_FAILED).values():
        answers = {c["criterion"]: c["answer"] for c in rule["criteria"]}
        names = [c["decidedBy"] for c in rule["clauses"] if c["answer"] == "unknown" and "decidedBy" in c]
        assert {answers.get(name, "unknown") for name in names} <= {"unknown"}, rule["id"]


def test_reasons_to_withhold_a_test_are_explained_too() -> None:
    clauses = {c["clause"] for rule in _explained().values() for c in rule["clauses"]}
    assert {"contraindicated", "against", "repeat", "interactions"} <= clauses


def test_thousands_of_entries_are_told_by_their_number() -> None:
    code = {"coding": [{"system": "http://snomed.info/sct", "code": "44054006"}]}
    entry = {"resourceType": "Condition", "code": code}
    problems = json.loads(_request())["prefetch"]["conditions"]["entry"]
    problems += [{"resource": {**entry, "id": f"many-{n}"}} for n in range(3_000)]
    conditions = {"resourceType": "Bundle", "type": "searchset", "entry": problems}
    data = json.loads(goldens.engine().explain(goldens.SERVICE, _request(conditions=conditions), goldens.DAY))
    assert len(data["facts"]) == 2_000
    assert data["moreFacts"] > 1_000
    told = [item for rule in data["rules"] for item in rule["criteria"]]
    told += [item for items in data["conclusions"].values() for item in items if isinstance(item, dict)]
    assert max(len(item.get("facts", ())) for item in told) == 20
    assert max(item.get("moreFacts", 0) for item in told) >= 2_980
    assert "moreFacts" not in json.loads(goldens.engine().explain(goldens.SERVICE, _request(), goldens.DAY))


# --- what was concluded ---


def _explanation(name: str, service: str = goldens.SERVICE, **prefetch: Any) -> Any:
    call = json.loads((goldens.EXAMPLES / "requests" / f"{name}.json").read_text(encoding="utf-8"))
    call["prefetch"] |= prefetch
    return json.loads(goldens.engine().explain(service, json.dumps(call).encode(), goldens.DAY))


@pytest.mark.parametrize("name", goldens.names())
def test_the_explanation_concludes_what_the_cards_say(name: str) -> None:
    concluded = _explanation(name)["conclusions"]
    cards = {c["extension"][EXTENSION]["card"]: c["extension"][EXTENSION] for c in goldens.answer(name)["cards"]}
    shown = [flag for flag in concluded["redFlags"] if flag["indicator"] != "info"]
    assert [(f["id"], f["indicator"]) for f in shown] == [
        (f["id"], f["indicator"]) for f in cards.get("red-flag", {}).get("redFlags", ())
    ]
    differential = cards.get("differential", {})
    for key, members in (("differential", ("cause", "tier", "points")), ("setAside", ("cause", "because"))):
        assert [[item[m] for m in members] for item in concluded[key]] == [
            [item[m] for m in members] for item in differential.get(key, ())
        ]
    assert concluded["questions"] == [question["id"] for question in differential.get("questions", ())]
    work_up = cards.get("work-up", {})
    if work_up:
        tests = [(t["test"], t["when"], t["offered"], t["because"]) for t in work_up["tests"]]
        assert [(t["test"], t["when"], t["offered"], t["because"]) for t in concluded["tests"]] == tests
        assert [t["test"] for t in concluded["alreadyDone"]] == [t["test"] for t in work_up["alreadyDone"]]
        assert [t["test"] for t in concluded["notIndicated"]] == [t["test"] for t in work_up["notIndicated"]]
    drugs = [(m["drug"], m["cause"]) for m in cards.get("medication", {}).get("medications", ())]
    if not any(flag["indicator"] == "critical" for flag in shown):
        assert [(m["drug"], m["cause"]) for m in concluded["medications"]] == drugs


def test_every_rule_has_an_answer_and_those_that_concluded_something_are_met() -> None:
    data = _explanation("vitamin_b12_deficiency")
    answers = {rule["id"]: rule["answer"] for rule in data["rules"]}
    assert answers["vitamin-b12-deficiency"] == "met"
    assert answers["tsh"] == "met"
    assert answers["cauda-equina"] == "not met"
    assert answers["pattern-both-feet"] == "met"
    assert answers["gate-child"] == "not met"
    for key in ("redFlags", "differential", "tests", "medications", "actions"):
        assert {answers[item["rule"]] for item in data["conclusions"][key]} <= {"met"}


def test_a_rule_that_could_not_be_decided_is_unknown() -> None:
    data = _explanation("cauda_equina", observations=_FAILED, procedures=_FAILED)
    answers = {rule["id"]: rule["answer"] for rule in data["rules"]}
    assert answers["peripheral-artery-disease"] in ("met", "unknown")
    assert "unknown" in answers.values()
    assert answers["cauda-equina"] == "met"


def test_the_explanation_says_the_day_and_why_nothing_is_shown() -> None:
    assert (_explanation("vitamin_b12_deficiency")["asOf"], _explanation("vitamin_b12_deficiency")["silence"]) == (
        "2026-11-20",
        None,
    )
    assert "is recorded, so nothing is shown" in _explanation("silent")["silence"]
    assert _explanation("silent", CONSULT)["silence"] is None


def test_a_gate_that_is_unknown_is_not_told_as_no_symptom() -> None:
    cut = {"resourceType": "Bundle", "type": "searchset", "total": 5, "entry": []}
    data = _explanation("silent", conditions=cut)
    assert data["gate"]["answer"] == "unknown"
    assert "cannot be told" in data["silence"]
    assert _explanation("silent", CONSULT, conditions=cut)["silence"] is None


# --- what a tester asks ---


def test_a_chosen_day_is_told_on_every_card_of_its_answer_alone() -> None:
    body = CHART.read_bytes()
    for is_day_fixed in (True, False):
        answer = goldens.engine().evaluate_data(
            body, today=goldens.DAY, symptom="recorded", patient=None, is_day_fixed=is_day_fixed
        )
        assert answer["cards"]
        assert all(("Day fixed: 2026-11-20" in c["detail"]) is is_day_fixed for c in answer["cards"])


def test_a_hook_request_is_of_one_patient_whoever_else_is_chosen() -> None:
    own = json.loads(_request())["context"]["patientId"]
    for chosen in (own, f"Patient/{own}"):
        assert goldens.engine().evaluate_data(_request(), today=goldens.DAY, symptom="recorded", patient=chosen)[
            "cards"
        ]
    with pytest.raises(PatientNotFound):
        goldens.engine().evaluate_data(_request(), today=goldens.DAY, symptom="recorded", patient="somebody-else")


@pytest.mark.parametrize("body", [b"[]", b'[{"resourceType":"Patient","id":"p"}]', b'"x"', b"7"])
def test_what_is_no_object_is_told_what_may_be_sent(body: bytes) -> None:
    with pytest.raises(NotAnObject, match="Put several resources into a Bundle, or send them as NDJSON"):
        _evaluate(body)


def test_texts_of_which_the_end_was_not_read_are_told_in_the_answer_to_their_call_alone() -> None:
    chart = json.loads(CHART.read_text(encoding="utf-8"))
    resources = [entry["resource"] for entry in chart["entry"] if entry["resource"]["resourceType"] != "Patient"]
    numb, other = [one for one in resources if one["resourceType"] in ("Condition", "Observation")][:2]
    numb["note"], other["note"] = [{"text": "word " * 799 + "cannot pass urine"}], [{"text": "other " * 700}]
    cut, whole = _evaluate(json.dumps(chart).encode()), _evaluate(CHART.read_bytes())
    assert ("", "2 texts were read to their first 4,000 characters only") in _issues(cut)
    assert "what stands in a text after its first 4,000 characters" in _differential(cut)
    assert "4,000 characters" not in _differential(whole)
    assert _issues(whole) == [("", "everything that was sent could be read")]
