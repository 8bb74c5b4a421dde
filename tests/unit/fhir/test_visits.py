"""Reasons of the current visit, and answers in forms."""

from __future__ import annotations

from typing import Any

import pytest

from cds.domain.record import PatientRecord, Side
from cds.domain.when import show
from cds.fhir.decode import Reader
from tests.builders import Json, bundle, concept, condition, encounter, form, patient, raw
from tests.unit.fhir.conftest import TODAY, Read, facts, finding, result

NUMB = "SNOMED#309538000 Numbness of foot"


def visit(reader: Reader, made: Json, *others: Json, encounter_id: str | None = "e") -> PatientRecord:
    values = {"patient": patient(), "encounter": made, "conditions": bundle(*others)}
    return reader.read_prefetch({k: raw(v) for k, v in values.items()}, "p", encounter_id, TODAY)


@pytest.mark.parametrize(
    "made",
    [
        encounter(NUMB, id="e"),
        encounter(id="e", reasonCode=None, reason=[concept(NUMB)]),
        encounter(id="e", reasonCode=None, reason=concept(NUMB)),
        encounter(
            id="e",
            reasonCode=None,
            reason=[{"use": [concept("Chief Complaint")], "value": [{"concept": concept(NUMB)}]}],
        ),
        encounter(id="e", reasonCode=None, reasonReference=[{"reference": "#c"}], contained=[condition(NUMB, id="c")]),
    ],
)
def test_the_reason_of_the_visit_is_a_finding_of_it(reader: Reader, made: Json) -> None:
    fact = finding(visit(reader, made))
    assert (fact.of_visit, fact.status, fact.weak) == (True, "active", False)


def test_the_visit_dates_its_reason(reader: Reader) -> None:
    assert show(finding(visit(reader, encounter(NUMB, id="e"))).recorded) == "2026-11-19"
    r5 = encounter(NUMB, id="e", period=None, actualPeriod={"start": "2026-11-18"})
    assert show(finding(visit(reader, r5)).recorded) == "2026-11-18"


@pytest.mark.parametrize(
    "members",
    [
        {"reasonReference": [{"reference": "Condition/c"}]},
        {"reason": [{"value": [{"reference": {"reference": "Condition/c"}}]}]},
        {"indication": [{"reference": "Condition/c"}]},
        {"diagnosis": [{"condition": {"reference": "Condition/c"}}]},
        {"diagnosis": [{"condition": [{"reference": {"reference": "Condition/c"}}]}]},
    ],
)
def test_a_condition_that_the_visit_points_to_is_its_reason(reader: Reader, members: Json) -> None:
    fact = finding(visit(reader, encounter(id="e", reasonCode=None, **members), condition(NUMB, id="c")))
    assert (fact.of_visit, fact.ref) == (True, "Condition/c")


def test_a_resolved_condition_stays_past(reader: Reader) -> None:
    made = encounter(id="e", reasonReference=[{"reference": "Condition/c"}])
    fact = finding(visit(reader, made, condition(NUMB, clinical="resolved", id="c")))
    assert (fact.of_visit, fact.status) == (False, "past")


def test_a_pointer_without_its_target_speaks_for_itself(reader: Reader) -> None:
    made = encounter(id="e", reasonReference=[{"reference": "Condition/gone", "display": "Numb feet"}])
    fact = finding(visit(reader, made))
    assert (fact.of_visit, fact.text_only) == (True, True)


def test_another_encounter_than_the_calls_says_nothing(reader: Reader) -> None:
    assert not visit(reader, encounter(NUMB, id="other")).findings


@pytest.mark.parametrize(
    ("members", "counts"),
    [
        ({"status": "in-progress", "period": {"start": "2026-01-01"}}, True),
        ({"status": "in-progress", "period": None}, True),
        ({"status": "finished", "period": {"start": "2026-10-20", "end": "2026-10-21"}}, True),
        ({"status": "finished", "period": {"start": "2026-10-20", "end": "2026-10-20"}}, False),
        ({"status": "finished", "period": {"start": "2026-11-01"}}, True),
        ({"status": "finished", "period": None}, False),
        ({"status": None, "period": {"start": "2026-11-01"}}, True),
        ({"status": "cancelled"}, False),
        ({"status": "planned"}, False),
        ({"status": "entered-in-error"}, False),
    ],
)
def test_without_a_context_a_recent_encounter_counts(read: Read, members: Json, counts: bool) -> None:
    assert bool(read(encounter(NUMB, **members)).findings) is counts


@pytest.mark.parametrize(
    "members",
    [
        {"type": [concept("Hospice care")]},
        {"class": {"code": "IMP", "display": "Hospice"}},
        {"class": [concept("Hospice")]},
        {"serviceType": concept("Palliative end of life care")},
    ],
)
def test_comfort_care_is_read_from_the_kind_of_visit(reader: Reader, members: Json) -> None:
    assert "comfort-care" in visit(reader, encounter(id="e", **members)).findings


# --- forms ---


@pytest.mark.parametrize(
    "value",
    [True, "yes", {"valueString": "Yes"}, "LOINC#LA33-6 Yes", "x#1 present", "LOINC#LA33-6", "SNOMED#373066001"],
)
def test_a_question_answered_yes_is_a_weak_finding(read: Read, value: Any) -> None:
    fact = finding(read(form(("Do you have numbness in your feet?", value))))
    assert (fact.weak, fact.source, show(fact.recorded)) == (True, "QuestionnaireResponse", "2026-11-19")


@pytest.mark.parametrize("value", [False, "no", "LOINC#LA32-8 No", "LOINC#LA32-8", "not sure", "declined"])
def test_any_other_answer_to_it_is_none(read: Read, value: Any) -> None:
    assert not read(form(("Do you have numbness in your feet?", value))).findings


def test_an_answer_in_words_is_read_with_its_question(read: Read) -> None:
    fact = finding(read(form(("What do you feel in your left foot?", "numbness"))))
    assert (fact.text_only, fact.sites) == (True, {"foot"})


def test_a_no_may_be_followed_by_another_finding(read: Read) -> None:
    record = read(form(("Any weakness in your legs?", {"valueString": "No, but my left foot is numb"})))
    assert "weakness" not in record.findings
    assert finding(record).side is Side.LEFT


def test_an_answer_that_names_the_place_states_what_was_asked(read: Read) -> None:
    assert finding(read(form(("Which foot is numb?", {"valueString": "Right"})))).side is Side.RIGHT
    assert not read(form(("Which foot is numb?", {"valueString": "Neither"}))).findings


@pytest.mark.parametrize(("number", "is_there"), [(6, True), (0, False)])
def test_a_rating_of_a_symptom(read: Read, number: int, is_there: bool) -> None:
    record = read(form(("Rate your foot numbness 0-10", {"valueInteger": number})))
    assert bool(record.findings) is is_there


def test_what_the_form_asks_of_the_family_is_not_the_patients(read: Read) -> None:
    for text in ("Does anyone in your family have diabetes?", "Any family members with diabetes?"):
        record = read(form((text, True)))
        assert "diabetes" not in record.findings
        assert "diabetes" in record.family


def test_a_coded_answer_counts_fully(read: Read) -> None:
    fact = finding(read(form(("What brings you here?", NUMB))))
    assert (fact.sets[0], fact.weak) == ("numbness-foot", False)


@pytest.mark.parametrize("status", ["entered-in-error", "stopped"])
def test_void_forms_are_dropped(read: Read, status: str) -> None:
    assert not read(form(("Do you have numbness in your feet?", True), status=status)).findings


def test_questions_below_questions_are_read(read: Read) -> None:
    inner = {"linkId": "2", "text": "Numbness in your feet?", "answer": [{"valueBoolean": True}]}
    below = {"linkId": "1", "text": "Symptoms", "answer": [{"valueBoolean": True, "item": [inner]}]}
    group = {"linkId": "0", "item": [{"linkId": "1", "item": [inner]}]}
    assert finding(read(form(item=[below])))
    assert finding(read(form(item=[group])))


@pytest.mark.parametrize(
    "item",
    [
        {"linkId": "/75626-2", "text": "Total", "answer": [{"valueInteger": 5}]},
        {"linkId": "75626-2", "answer": [{"valueDecimal": 5.0}]},
        {"linkId": "9", "text": "AUDIT-C total score", "answer": [{"valueInteger": 5}]},
        {"linkId": "9", "text": "AUDIT-C total score", "answer": [{"valueQuantity": {"value": 5, "code": "{score}"}}]},
    ],
)
def test_the_audit_c_total_is_a_result(read: Read, item: Json) -> None:
    fact = result(read(form(item=[item])))
    assert "audit-c-score" in fact.sets
    assert fact.value is not None
    assert fact.value.low == 5


def test_a_form_of_the_visit_says_so(reader: Reader) -> None:
    made = form(("Do you have numbness in your feet?", True), encounter={"reference": "Encounter/e"})
    assert finding(visit(reader, encounter(id="e"), made)).of_visit
    assert not finding(visit(reader, encounter(id="x"), made, encounter_id=None)).of_visit


def test_forms_that_ask_nothing_of_ours_are_no_facts(read: Read) -> None:
    assert not facts(read(form(("Do you like music?", True), ("How old are you?", 50))).findings)
