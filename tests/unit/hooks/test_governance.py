"""What a site's approvals do to its cards: what they say of themselves, and what they never hide."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

import pytest

from cds.hooks.call_service import Engine, build_engine
from cds.hooks.card_schema import check_response
from cds.hooks.composing import EXTENSION, MOST_LINES
from cds.knowledge.approvals import Policy
from tests.approvals import all_but, approving, versions
from tests.examples import goldens
from tests.rulebook import RULES

CONSULT = "heel-numbness-consult"
APPROVED = "Approved by this site's committee"
NOT_REVIEWED = "not reviewed by a clinician yet"
NOT_IN_USE = "**Not in use at this site:**"
Make = Callable[[Iterable[str], str], Engine]


@pytest.fixture(scope="module")
def make(tmp_path_factory: pytest.TempPathFactory) -> Make:
    """Makes the real engine for a site that has approved some rules."""

    @cache
    def made(ids: tuple[str, ...], unapproved: str) -> Engine:
        path = approving(tmp_path_factory.mktemp("site") / "approvals.yaml", ids)
        return build_engine(rules_path=RULES, policy=Policy(path, unapproved, goldens.DAY))

    return lambda ids, unapproved: made(tuple(ids), unapproved)


def body_of(name: str) -> bytes:
    return (goldens.EXAMPLES / "requests" / f"{name}.json").read_bytes()


def cards_of(engine: Engine, name: str, service: str = goldens.SERVICE) -> dict[str, Any]:
    """The cards by kind, each with its machine-readable half as `data`."""
    response = json.loads(engine.call(service, body_of(name), goldens.DAY).body)
    assert check_response(response) == {}
    return {
        card["extension"][EXTENSION]["card"]: card | {"data": card["extension"][EXTENSION]}
        for card in response["cards"]
    }


def rules_named(value: Any) -> set[str]:
    """Every rule that the machine-readable halves name as the source of something."""
    if isinstance(value, list):
        return set().union(*map(rules_named, value))
    if not isinstance(value, dict):
        return set()
    own = {value["rule"]} if isinstance(value.get("rule"), str) else set()
    return own | set().union(*map(rules_named, value.values()))


# --- what cards say of themselves ---


@pytest.mark.parametrize("unapproved", ["show", "shadow", "off"])
@pytest.mark.parametrize("name", goldens.names())
def test_with_every_rule_approved_only_the_review_line_changes(make: Make, name: str, unapproved: str) -> None:
    engine = make(all_but(), unapproved)
    said = json.loads(engine.call(goldens.SERVICE, body_of(name), goldens.DAY).body)
    for card in said["cards"]:
        assert APPROVED in card["detail"].splitlines()[-1]
        assert NOT_REVIEWED not in card["detail"]
    plain = goldens.answer(name)
    for card in (*said["cards"], *plain["cards"]):
        card["detail"] = card["detail"].splitlines()[:-1]
    assert goldens.golden(said) == goldens.golden(plain)


@pytest.mark.parametrize(
    ("missing", "card"),
    [
        ("vitamin-b12-deficiency", "differential"),
        ("peripheral-artery-disease", "differential"),
        ("b12-definitions", "differential"),
        ("gate-comfort-care", "differential"),
        ("pattern-both-feet", "work-up"),
        ("celiac-serology", "work-up"),
        ("ncs", "work-up"),
    ],
)
def test_one_unapproved_rule_behind_a_card_keeps_the_notice(make: Make, missing: str, card: str) -> None:
    shown = cards_of(make(all_but(missing), "show"), "vitamin_b12_deficiency")
    assert NOT_REVIEWED in shown[card]["detail"]
    assert APPROVED not in shown[card]["detail"]


def test_a_rule_that_has_no_part_in_a_card_changes_nothing_on_it(make: Make) -> None:
    shown = cards_of(make(all_but("metronidazole", "compartment-syndrome"), "show"), "vitamin_b12_deficiency")
    assert all(APPROVED in card["detail"] for card in shown.values())


def test_that_no_cause_was_found_is_the_word_of_all_causes(make: Make) -> None:
    name = "cauda_equina"
    assert cards_of(goldens.engine(), name)["differential"]["data"]["differential"]
    shown = cards_of(make(all_but("tarsal-tunnel-syndrome"), "show"), name)
    assert NOT_REVIEWED in shown["differential"]["detail"]
    assert APPROVED in shown["red-flag"]["detail"]


def test_an_action_of_a_red_flag_is_behind_its_card(make: Make) -> None:
    shown = cards_of(make(all_but("emergency-department"), "show"), "cauda_equina")
    assert NOT_REVIEWED in shown["red-flag"]["detail"]


# --- what unapproved rules do ---


@pytest.mark.parametrize("name", goldens.names())
def test_cards_of_a_site_that_has_approved_nothing_say_so_and_rest_on_no_rule(make: Make, name: str) -> None:
    shown = cards_of(make((), "off"), name)
    assert set(shown) == ({"differential"} if goldens.answer(name)["cards"] else set()) or set(shown) == {"scope"}
    for card in shown.values():
        assert len(card["detail"].splitlines()) <= MOST_LINES
        assert NOT_IN_USE in card["detail"]
        assert "Cauda equina syndrome" in card["detail"]
        assert "redflag.cauda-equina" in card["data"]["notInUse"]["redFlags"]
        assert rules_named(card["data"]) == set()
        assert "suggestions" not in card
    if "differential" in shown:
        assert "Check at the bedside" in shown["differential"]["detail"]
        assert "no cause found, but" in shown["differential"]["summary"]


@pytest.mark.parametrize("name", goldens.names())
def test_shadow_shows_what_off_shows(make: Make, name: str) -> None:
    approved = all_but("vitamin-b12-deficiency", "cauda-equina", "mri-lumbar-spine", "metronidazole", "abi")
    shadow, off = (
        json.loads(make(approved, m).call(goldens.SERVICE, body_of(name), goldens.DAY).body) for m in ("shadow", "off")
    )
    assert goldens.golden(shadow) == goldens.golden(off)


@pytest.mark.parametrize("unapproved", ["shadow", "off"])
def test_a_silenced_red_flag_never_reads_as_nothing_found(make: Make, unapproved: str) -> None:
    shown = cards_of(make(all_but("cauda-equina"), unapproved), "cauda_equina")
    assert "red-flag" not in shown
    differential = shown["differential"]
    assert differential["summary"].endswith("Not all red flags are checked here.")
    assert "Red flags not checked here: Cauda equina syndrome." in differential["detail"]
    assert "saddle numbness" in differential["detail"].partition("Check at the bedside")[2]
    assert differential["data"]["notInUse"] == {"rules": 1, "redFlags": ["redflag.cauda-equina"]}


def test_the_summary_says_so_beside_causes_too(make: Make) -> None:
    summary = cards_of(make(all_but("cauda-equina"), "off"), "vitamin_b12_deficiency")["differential"]["summary"]
    assert "vitamin B12 deficiency" in summary
    assert summary.endswith("Not all red flags are checked here.")


def test_other_rules_out_of_use_leave_the_summary_alone(make: Make) -> None:
    shown = cards_of(make(all_but("abi"), "off"), "vitamin_b12_deficiency")
    assert (
        shown["differential"]["summary"]
        == cards_of(goldens.engine(), "vitamin_b12_deficiency")["differential"]["summary"]
    )
    assert f"{NOT_IN_USE} 1 of " in shown["differential"]["detail"]


def test_an_approved_flag_stands_without_its_unapproved_tests_and_actions(make: Make) -> None:
    shown = cards_of(make(all_but("mri-lumbar-spine", "emergency-department"), "off"), "cauda_equina")["red-flag"]
    assert shown["indicator"] == "critical"
    assert "emergency MRI within 4 hours" in shown["detail"]
    assert "Advised" not in shown["detail"]
    assert {t["test"] for t in shown["data"]["tests"]} == {"test.post-void-residual"}
    assert NOT_IN_USE in shown["detail"]


@pytest.mark.parametrize("name", ["child", "cauda_equina"])
def test_what_shadow_keeps_from_cards_is_counted_by_rule(make: Make, name: str) -> None:
    engine = make(all_but("cauda-equina", "mri-lumbar-spine", "tarsal-tunnel-syndrome"), "shadow")
    counters = engine.call(goldens.SERVICE, body_of(name), goldens.DAY).counters
    said = {name for name in counters if name.startswith("shadow:")}
    assert said == ({"shadow:cauda-equina", "shadow:mri-lumbar-spine"} if name == "cauda_equina" else set())
    assert "red_flag:redflag.cauda-equina" not in counters


@pytest.mark.parametrize("unapproved", ["show", "off"])
def test_only_shadow_counts(make: Make, unapproved: str) -> None:
    counters = make((), unapproved).call(goldens.SERVICE, body_of("cauda_equina"), goldens.DAY).counters
    assert not [name for name in counters if name.startswith("shadow")]


def test_a_child_still_gets_no_differential_where_its_gate_is_unapproved(make: Make) -> None:
    assert set(cards_of(make((), "off"), "child")) == {"scope"}


# --- silence and explanation ---


def evaluated(engine: Engine, name: str, symptom: str = "recorded") -> Any:
    body = (goldens.EXAMPLES / "patients" / f"{name}.json").read_bytes()
    return engine.evaluate_data(body, today=goldens.DAY, symptom=symptom, patient=None)


@pytest.mark.parametrize("unapproved", ["shadow", "off"])
def test_the_sentence_on_silence_counts_the_rules_not_in_use(make: Make, unapproved: str) -> None:
    plain = evaluated(make(all_but(), unapproved), "silent")["silence"]
    said = evaluated(make(all_but("cauda-equina"), unapproved), "silent")["silence"]
    assert said.startswith(plain)
    assert "1 of " in said[len(plain) :]
    assert "Cauda equina syndrome" in said[len(plain) :]


def explained(engine: Engine, name: str) -> dict[str, Any]:
    data = json.loads(engine.explain(goldens.SERVICE, body_of(name), goldens.DAY))
    assert len({rule["id"] for rule in data["rules"]}) == len(data["rules"])
    return {rule["id"]: rule for rule in data["rules"]}


def test_a_rule_in_shadow_is_explained_as_such(make: Make) -> None:
    rules = explained(make(all_but("cauda-equina"), "shadow"), "cauda_equina")
    assert (rules["cauda-equina"]["use"], rules["cauda-equina"]["approved"]) == ("shadow", False)
    assert "met" in {clause["answer"] for clause in rules["cauda-equina"]["clauses"]}
    assert {rule["use"] for id_, rule in rules.items() if id_ != "cauda-equina"} == {"in use"}
    assert {rule["approved"] for id_, rule in rules.items() if id_ != "cauda-equina"} == {True}


def test_a_rule_that_is_off_is_named_without_answers(make: Make) -> None:
    rule = explained(make(all_but("cauda-equina"), "off"), "cauda_equina")["cauda-equina"]
    assert rule == {
        "id": "cauda-equina", "version": versions()["cauda-equina"], "use": "off", "approved": False,
        "clauses": [], "criteria": [],
    }  # fmt: skip


def test_what_rules_in_shadow_concluded_stands_apart(make: Make) -> None:
    engine = make(all_but("cauda-equina", "mri-lumbar-spine"), "shadow")
    data = json.loads(engine.explain(goldens.SERVICE, body_of("cauda_equina"), goldens.DAY))
    assert data["conclusions"]["redFlags"] == []
    assert [(flag["id"], flag["rule"]) for flag in data["shadow"]["redFlags"]] == [
        ("redflag.cauda-equina", "cauda-equina")
    ]
    assert {item["rule"] for items in data["shadow"].values() for item in items} == {"cauda-equina", "mri-lumbar-spine"}
    assert "shadow" not in json.loads(
        make(all_but("abi"), "off").explain(goldens.SERVICE, body_of("silent"), goldens.DAY)
    )


def test_without_approvals_every_rule_is_in_use_and_unapproved() -> None:
    rules = explained(goldens.engine(), "cauda_equina").values()
    assert {(rule["use"], rule["approved"]) for rule in rules} == {("in use", False)}


def test_a_rule_that_asks_for_one_not_in_use_gets_no_answer(make: Make) -> None:
    rules = explained(make(all_but("cauda-equina", "alcohol-related-neuropathy"), "off"), "cauda_equina")
    answers = {(id_, c["criterion"]): c for id_, rule in rules.items() for c in rule["criteria"]}
    for asked in (("ncs", "emergency"), ("idiopathic-peripheral-neuropathy", "another_cause")):
        assert (answers[asked]["answer"], answers[asked]["because"]) == ("unknown", "rule not in use at this site")


# --- second-line tests ---


def complete_work_up() -> bytes:
    """Both feet numb, the first tests done and normal, nothing found."""
    call = json.loads(body_of("vitamin_b12_deficiency"))
    patient = call["context"]["patientId"]
    results = [
        ("4548-4", 5.2, "%"), ("2132-9", 500, "pg/mL"), ("3016-3", 2.0, "m[IU]/L"), ("718-7", 14, "g/dL"),
        ("48642-3", 90, "mL/min/{1.73_m2}"),
    ]  # fmt: skip
    entries = [
        {
            "resource": {
                "resourceType": "Observation", "id": f"o{n}", "status": "final",
                "subject": {"reference": f"Patient/{patient}"},
                "code": {"coding": [{"system": "http://loinc.org", "code": code}]}, "effectiveDateTime": "2026-09-01",
                "valueQuantity": {"value": value, "code": unit, "system": "http://unitsofmeasure.org"},
            }
        }
        for n, (code, value, unit) in enumerate(results)
    ]  # fmt: skip
    whole = dict.fromkeys(call["prefetch"])
    numb = [e for e in call["prefetch"]["conditions"]["entry"] if "Numbness" in json.dumps(e)]
    assert numb
    call["prefetch"] = whole | {
        "patient": call["prefetch"]["patient"],
        "conditions": {"resourceType": "Bundle", "type": "searchset", "entry": numb},
        "observations": {"resourceType": "Bundle", "type": "searchset", "entry": entries},
    }
    return json.dumps(call).encode()


def second_line(engine: Engine) -> dict[str, str]:
    response = json.loads(engine.call(goldens.SERVICE, complete_work_up(), goldens.DAY).body)
    tests = [t for card in response["cards"] for t in card["extension"][EXTENSION].get("tests", ())]
    return {t["test"]: t["when"] for t in tests}


def test_nothing_counts_as_unexplained_where_causes_are_not_looked_for(make: Make) -> None:
    assert second_line(goldens.engine())["test.spep-ife"] == "now"
    assert second_line(make(all_but("tarsal-tunnel-syndrome"), "off"))["test.spep-ife"] == "if-unexplained"
    assert second_line(make(all_but("post-void-residual"), "off"))["test.spep-ife"] == "now"
