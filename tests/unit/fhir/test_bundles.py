"""Opening what a call brings: fast when it is well formed, resource by resource when it is not."""

from __future__ import annotations

from typing import Any

import pytest

from cds.domain.record import Supply
from cds.fhir.bundles import Opened, open_value
from tests.builders import bundle, condition, observation, patient, raw

OUTCOME = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "exception"}]}
SUPPRESSED = {"resourceType": "OperationOutcome", "issue": [{"severity": "information", "code": "suppressed"}]}
WARNING = {"resourceType": "OperationOutcome", "issue": [{"severity": "warning", "code": "informational"}]}
BAD = {"resourceType": "Condition", "id": "bad", "code": True}


def opened(value: Any) -> Opened:
    return open_value(raw(value), "prefetch.conditions")


def ids(one: Opened) -> list[str | None]:
    return [found.resource.id for found in one.found]


def test_a_bundle_brings_its_resources_in_order() -> None:
    assert ids(opened(bundle(condition("x", id="a"), condition("y", id="b")))) == ["a", "b"]


def test_a_bare_resource_is_taken_as_it_is() -> None:
    assert ids(opened(condition("x", id="a"))) == ["a"]


def test_bundles_inside_bundles_are_read() -> None:
    assert ids(opened(bundle(bundle(condition("x", id="a")), condition("y", id="b")))) == ["a", "b"]


def test_the_resources_of_parameters_are_read() -> None:
    inner = {"name": "chart", "resource": bundle(condition("x", id="a"))}
    nested = {"name": "more", "part": [{"name": "one", "resource": condition("y", id="b")}]}
    assert ids(opened({"resourceType": "Parameters", "parameter": [inner, nested]})) == ["a", "b"]


def test_a_wrapper_with_response_and_resource_is_unwrapped() -> None:
    assert ids(opened({"response": {"status": "200 OK"}, "resource": bundle(condition("x", id="a"))})) == ["a"]


def test_a_byte_order_mark_is_passed_over() -> None:
    assert ids(open_value(b"\xef\xbb\xbf" + raw(condition("x", id="a")), "body")) == ["a"]


def test_types_that_facts_do_not_need_are_passed_over() -> None:
    one = opened(bundle({"resourceType": "Practitioner", "id": "d", "name": "odd"}, condition("x", id="a")))
    assert ids(one) == ["d", "a"]
    assert one.troubles == []


@pytest.mark.parametrize(
    ("resource", "what", "why"),
    [
        (BAD, "Condition", "cannot be read"),
        ({"resourceType": "Kondition"}, "resource", "is of an unknown type"),
        ({"id": "no-type"}, "resource", "cannot be read"),
        ("just words", "resource", "is no resource or Bundle"),
        (7, "resource", "is no resource or Bundle"),
    ],
)
def test_one_bad_resource_is_set_aside_and_named_by_type_and_position(resource: Any, what: str, why: str) -> None:
    one = opened(bundle(condition("x", id="a"), condition("y", id="b")) | {"total": 3})
    assert one.supply is Supply.CUT_SHORT
    value = bundle(condition("x", id="a"), condition("y", id="b"))
    value["entry"].insert(1, {"resource": resource})
    one = opened(value | {"total": 3})
    assert ids(one) == ["a", "b"]
    assert [(t.what, t.where, t.why) for t in one.troubles] == [(what, "prefetch.conditions.entry[1]", why)]
    assert one.supply is Supply.UNREADABLE


def test_a_bad_bundle_member_costs_no_resource() -> None:
    one = opened(bundle(condition("x", id="a")) | {"link": "next", "total": "many"})
    assert ids(one) == ["a"]
    assert one.supply is Supply.UNREADABLE


@pytest.mark.parametrize("kind", ["Condition", "CarePlan"])  # read, and passed over but for what it contains
def test_a_bad_contained_resource_costs_only_itself(kind: str) -> None:
    good = {"resourceType": "Medication", "id": "m"}
    one = opened(bundle({"resourceType": kind, "id": "a", "contained": [{"resourceType": "PatientX"}, good]}))
    assert [part.id for part in one.found[0].resource.contained or ()] == ["m"]
    assert [t.where for t in one.troubles] == ["prefetch.conditions.entry[0].contained[0]"]


@pytest.mark.parametrize(
    ("member", "value", "read"),
    [
        ("code", "burning feet", "burning feet"),
        ("code", [{"text": "burning feet"}], "burning feet"),
        ("code", {"coding": {"code": "x"}, "text": "burning feet"}, "burning feet"),
        ("code", {"coding": [{"code": 44054006}], "text": "burning feet"}, "burning feet"),
        ("onsetDateTime", 2015, "x"),
        ("subject", "Patient/p", "x"),
        ("abatementBoolean", "false", "x"),
    ],
)
def test_a_member_in_the_wrong_form_costs_no_resource_and_is_named(member: str, value: Any, read: str) -> None:
    one = opened(bundle({"resourceType": "Condition", "id": 1, "code": {"text": "x"}} | {member: value}))
    assert [(r.id, r.code.text) for r in (found.resource for found in one.found)] == [("1", read)]  # type: ignore[attr-defined]
    told = ("Condition", "prefetch.conditions.entry[0]", "is in the wrong form, and was read as far as it goes")
    assert [(t.what, t.where, t.why) for t in one.troubles] == [told]
    assert one.supply is Supply.UNREADABLE


def test_a_null_in_a_list_says_nothing_and_costs_nothing() -> None:
    code = {"coding": [None, {"system": "s", "code": "c"}]}
    one = opened(bundle({"resourceType": "Condition", "id": "a", "code": code, "note": [None]}))
    assert [c.code for c in one.found[0].resource.code.coding] == ["c"]  # type: ignore[attr-defined]
    assert (one.troubles, one.supply) == ([], Supply.GIVEN)


@pytest.mark.parametrize("value", ["words", 5, True, [1, 2]])
def test_a_value_that_is_no_object_is_unreadable(value: Any) -> None:
    assert opened(value).supply is Supply.UNREADABLE


def test_an_array_of_resources_is_read_but_not_taken_as_whole() -> None:
    one = opened([condition("x", id="a"), bundle(condition("y", id="b"))])
    assert ids(one) == ["a", "b"]
    assert one.supply is Supply.UNREADABLE


@pytest.mark.parametrize(
    ("value", "supply"),
    [
        (None, Supply.NONE),
        (bundle(), Supply.NONE),
        (bundle() | {"entry": []}, Supply.NONE),
        (bundle(condition("x")), Supply.GIVEN),
        (OUTCOME, Supply.FAILED),
        (bundle(OUTCOME), Supply.FAILED),
        (bundle(WARNING) | {"total": 0}, Supply.NONE),
        (bundle(WARNING), Supply.FAILED),
        (bundle(OUTCOME) | {"total": 0}, Supply.FAILED),
        (bundle(SUPPRESSED) | {"total": 0}, Supply.FAILED),
        (bundle(WARNING, SUPPRESSED) | {"total": 0}, Supply.FAILED),
        (bundle(condition("x"), SUPPRESSED) | {"total": 1}, Supply.CUT_SHORT),
        (bundle(condition("x"), OUTCOME) | {"total": 1}, Supply.CUT_SHORT),
        (bundle(condition("x"), WARNING) | {"total": 1}, Supply.GIVEN),
        (bundle(condition("x")) | {"link": [{"relation": "next", "url": "u"}]}, Supply.CUT_SHORT),
        (bundle(condition("x")) | {"link": [{"relation": "self", "url": "u"}]}, Supply.GIVEN),
        (bundle(condition("x")) | {"total": 2}, Supply.CUT_SHORT),
        (bundle() | {"total": 5}, Supply.CUT_SHORT),
        ({}, Supply.UNREADABLE),
    ],
)
def test_completeness_is_judged_by_what_came(value: Any, supply: Supply) -> None:
    assert opened(value).supply is supply


def test_included_entries_do_not_count_towards_the_total() -> None:
    value = bundle(condition("x"), patient())
    value["entry"][1]["search"] = {"mode": "include"}
    assert opened(value | {"total": 1}).supply is Supply.GIVEN
    assert opened(value | {"total": 2}).supply is Supply.CUT_SHORT


def test_an_outcome_entry_is_skipped_whatever_it_holds() -> None:
    value = bundle(condition("x", id="a"), condition("y", id="b"))
    value["entry"][1]["search"] = {"mode": "outcome"}
    assert ids(opened(value)) == ["a"]


def test_deleted_resources_and_their_older_versions_do_not_count() -> None:
    value = bundle(kind="history")
    value["entry"] = [
        {"request": {"method": "DELETE", "url": "Condition/a"}},
        {"request": {"method": "PUT", "url": "Condition/a"}, "resource": condition("x", id="a")},
        {"request": {"method": "PUT", "url": "Condition/b"}, "resource": condition("y", id="b")},
    ]
    assert ids(opened(value)) == ["b"]


def test_a_resource_written_again_after_its_deletion_counts() -> None:
    value = bundle(kind="history")
    value["entry"] = [
        {"request": {"method": "PUT", "url": "Condition/a"}, "resource": condition("x", id="a")},
        {"request": {"method": "DELETE", "url": "Condition/a"}},
    ]
    assert ids(opened(value)) == ["a"]


def test_entries_without_a_resource_are_skipped() -> None:
    value = bundle(condition("x", id="a"), kind="transaction-response")
    value["entry"].append({"response": {"status": "201"}})
    assert ids(opened(value)) == ["a"]


@pytest.mark.parametrize(
    "body", [b"", b"{", b'{"a":', b"\xff\xfe", b"[" * 100_000, b'{"resourceType":"Bundle","entry":[{"a"']
)
def test_bytes_that_are_no_json_are_unreadable(body: bytes) -> None:
    assert open_value(body, "prefetch.conditions").supply is Supply.UNREADABLE


def test_deep_nesting_is_set_aside() -> None:
    deep: Any = {"linkId": "x"}
    for _ in range(3000):
        deep = {"item": [deep]}
    text = b'{"resourceType":"QuestionnaireResponse","item":[' + b'{"item":[' * 5000 + b"]}" * 5000 + b"]}"
    one = open_value(b'{"resourceType":"Bundle","entry":[{"resource":' + text + b"}]}", "prefetch.x")
    assert one.supply in (Supply.UNREADABLE, Supply.GIVEN)


def test_explicit_nulls_are_the_same_as_absent() -> None:
    value = observation("LOINC#2132-9", "150 pg/mL") | {"bodySite": None, "component": None, "issued": None}
    assert opened(bundle(value)).troubles == []


@pytest.mark.parametrize(
    ("response", "supply"),
    [
        ({"status": "200 OK"}, Supply.GIVEN),
        ({"status": "304"}, Supply.GIVEN),
        ({"status": "403 Forbidden"}, Supply.CUT_SHORT),
        ({"status": "500", "outcome": OUTCOME}, Supply.CUT_SHORT),
        ({"outcome": OUTCOME}, Supply.CUT_SHORT),
        ({"outcome": WARNING}, Supply.GIVEN),
        ({"status": "201", "outcome": WARNING}, Supply.GIVEN),
    ],
)
def test_a_query_of_a_batch_that_was_refused_leaves_a_gap(response: Any, supply: Supply) -> None:
    value = bundle(condition("x", id="a"), kind="batch-response")
    value["entry"].append({"response": response})
    one = opened(value)
    assert (ids(one), one.supply) == (["a"], supply)


def test_a_batch_that_was_refused_whole_has_failed() -> None:
    value = {"resourceType": "Bundle", "type": "batch-response", "entry": [{"response": {"status": "401"}}]}
    assert opened(value).supply is Supply.FAILED


def test_what_a_history_says_of_old_requests_is_no_gap() -> None:
    value = bundle(condition("x", id="a"), kind="history")
    value["entry"].append({"response": {"status": "410"}})
    assert opened(value).supply is Supply.GIVEN
