"""What fhir.resources finds: where and what kind, never a value."""

from __future__ import annotations

from typing import Any

import pytest

from cds.fhir.validation import MOST_ISSUES, NOTHING_FOUND, Validation, validate, validate_all
from tests.builders import bundle, condition, observation, patient, raw

CANARY = "Zanzibar"


def issues(value: Any) -> list[tuple[str, str, str]]:
    return [(issue.what, issue.where, issue.why) for issue in validate(raw(value)).issues]


def test_a_good_bundle_shows_nothing_and_is_not_called_valid() -> None:
    checked = validate(raw(bundle(patient(), condition("Numb feet"), observation("B12", "150 pg/mL"))))
    assert checked == Validation(())
    assert checked.summary == NOTHING_FOUND
    assert "valid" not in checked.summary


def test_each_entry_is_checked_for_itself() -> None:
    found = issues(bundle(patient(gender=7), condition("x", subject=None)))
    assert ("Patient", "body.entry[0].resource.gender", "is no text") in found
    assert ("Condition", "body.entry[1].resource.subject", "is missing") in found


@pytest.mark.parametrize(
    ("value", "what", "why"),
    [
        ({"resourceType": "MedicationOrder"}, "MedicationOrder", "is no resource type of R4B"),
        ({"resourceType": CANARY}, "resource", "is of an unknown type"),
        ({"resourceType": "HumanName"}, "resource", "is of an unknown type"),
        ({"name": CANARY}, "resource", "is no resource"),
        ([CANARY], "resource", "is no resource"),
        (CANARY, "resource", "is no resource"),
    ],
)
def test_what_is_no_resource_of_r4b_is_one_issue(value: Any, what: str, why: str) -> None:
    assert issues(value) == [(what, "body", why)]


def test_no_json_is_one_issue() -> None:
    assert [issue.why for issue in validate(b"{").issues] == ["is no JSON"]


def test_at_most_a_hundred_issues_and_how_many_more() -> None:
    checked = validate(raw(bundle(*(patient(gender=7) for _ in range(MOST_ISSUES + 3)))))
    assert (len(checked.issues), checked.more, checked.summary) == (MOST_ISSUES, 3, "3 more")


@pytest.mark.parametrize(
    "bad",
    [
        {"gender": [CANARY]},
        {"birthDate": CANARY},
        {CANARY: 1},
        {"name": [{CANARY: CANARY}]},
        {"name": [{"family": [CANARY]}]},
        {"contained": [{"resourceType": CANARY}]},
        {"identifier": [{"system": {CANARY: 1}, "value": {"x": CANARY}}]},
        {"extension": [{"url": CANARY, "valueString": CANARY, CANARY: 2}]},
        {"_birthDate": {CANARY: CANARY}},
        {"deceasedBoolean": CANARY, "deceasedDateTime": CANARY},
    ],
)
def test_no_word_of_the_sender_is_repeated(bad: dict[str, Any]) -> None:
    found = validate(raw(patient(**bad)))
    assert found.issues
    assert CANARY not in repr(found)


def test_several_values_share_one_limit_and_keep_their_positions() -> None:
    many = bundle(*(patient(gender=7) for _ in range(MOST_ISSUES)))
    checked = validate_all([("prefetch.patient", raw(patient(gender=7))), ("line 2", raw(many))])
    assert len(checked.issues) == MOST_ISSUES
    assert checked.issues[0].where == "prefetch.patient.gender"
    assert checked.summary == "1 more"


def test_null_is_nothing_to_check() -> None:
    assert validate(b"null") == Validation(())
