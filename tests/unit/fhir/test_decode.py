"""Whose record it is, what was supplied, and what counts once."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from cds.domain.criteria_person import Age
from cds.domain.record import PatientRecord, Supply
from cds.domain.scene import Scene
from cds.domain.truth import Truth
from cds.domain.when import show
from cds.fhir.decode import Reader
from cds.fhir.errors import NothingReadable, PatientNotFound, SeveralPatients, WrongPatient
from cds.fhir.ndjson import group_ndjson
from cds.fhir.prefetch import KEYS, templates
from tests.builders import (
    bundle,
    condition,
    encounter,
    medication_request,
    medication_statement,
    observation,
    patient,
    procedure,
    raw,
)
from tests.settled import SETTLED
from tests.unit.fhir.conftest import TODAY, facts, finding

NUMB = "SNOMED#309538000 Numbness of foot"
OUTCOME = {"resourceType": "OperationOutcome", "issue": [{"severity": "fatal", "code": "exception"}]}


def prefetched(reader: Reader, encounter_id: str | None = None, **values: Any) -> PatientRecord:
    return reader.read_prefetch({key: raw(value) for key, value in values.items()}, "p", encounter_id, TODAY)


def refs(record: PatientRecord) -> list[str]:
    return sorted(fact.ref for fact in facts(record.findings))


# --- prefetch ---


def test_the_templates_are_those_of_the_contract() -> None:
    assert templates() == {
        "patient": "Patient/{{context.patientId}}",
        "conditions": "Condition?patient={{context.patientId}}",
        "observations": "Observation?patient={{context.patientId}}&_sort=-date&_count=200",
        "medicationStatements": "MedicationStatement?patient={{context.patientId}}",
        "medicationRequests": "MedicationRequest?patient={{context.patientId}}",
        "medicationAdministrations": "MedicationAdministration?patient={{context.patientId}}",
        "procedures": "Procedure?patient={{context.patientId}}",
        "serviceRequests": "ServiceRequest?patient={{context.patientId}}",
        "devices": "Device?patient={{context.patientId}}",
        "diagnosticReports": "DiagnosticReport?patient={{context.patientId}}",
        "encounter": "Encounter/{{context.encounterId}}",
    }


def test_each_key_is_judged_for_itself(reader: Reader) -> None:
    record = prefetched(
        reader,
        encounter_id="e",
        patient=patient(),
        conditions=bundle(condition(NUMB)),
        observations=None,
        procedures=OUTCOME,
        devices=bundle() | {"total": 3},
        serviceRequests="words",
    )
    assert record.supply == {
        **dict.fromkeys(KEYS, Supply.NOT_SUPPLIED),
        "patient": Supply.GIVEN,
        "conditions": Supply.GIVEN,
        "observations": Supply.NONE,
        "procedures": Supply.FAILED,
        "devices": Supply.CUT_SHORT,
        "serviceRequests": Supply.UNREADABLE,
    }


def test_without_an_encounter_in_the_context_none_is_missing(reader: Reader) -> None:
    assert prefetched(reader).supply["encounter"] is Supply.NONE
    assert prefetched(reader, encounter_id="e").supply["encounter"] is Supply.NOT_SUPPLIED


def test_a_bad_resource_makes_its_own_list_unreadable_and_no_other(reader: Reader) -> None:
    bad = {"resourceType": "Condition", "code": 1}
    record = prefetched(reader, conditions=bundle(condition(NUMB), bad), observations=bundle())
    assert (record.supply["conditions"], record.supply["observations"]) == (Supply.UNREADABLE, Supply.NONE)
    assert record.counts["unreadable"] == 1
    assert record.counts["facts"] == 1


def test_resources_under_other_keys_are_read_by_their_type(reader: Reader) -> None:
    record = prefetched(reader, item1=patient(), everything=bundle(condition(NUMB, id="c")))
    assert refs(record) == ["Condition/c"]
    assert record.person.sex == "female"
    assert record.supply["conditions"] is Supply.NOT_SUPPLIED


RESULT = {"resourceType": "Observation", "id": "o"}


@pytest.mark.parametrize("others", [bundle(RESULT), RESULT, bundle(patient(), RESULT)])
def test_a_key_that_holds_none_of_the_resources_it_asks_for_is_counted(reader: Reader, others: Any) -> None:
    assert prefetched(reader, conditions=others).counts["other-type"] == 1


@pytest.mark.parametrize("reference", ["patient/p", "Patient/p", "http://x/fhir/patient/p/_history/2"])
def test_a_reference_in_small_letters_is_to_the_patient(reader: Reader, reference: str) -> None:
    record = prefetched(reader, conditions=bundle(condition(NUMB, subject={"reference": reference})))
    assert len(refs(record)) == 1


@pytest.mark.parametrize("others", [bundle(RESULT), RESULT, patient(), bundle(patient(), RESULT) | {"total": 2}])
def test_other_resources_in_place_of_the_problem_list_are_no_answer(reader: Reader, others: Any) -> None:
    assert prefetched(reader, conditions=others).supply["conditions"] is Supply.FAILED


def test_a_problem_under_a_key_of_the_senders_own_or_of_somebody_else_is_no_problem_list(reader: Reader) -> None:
    named = prefetched(reader, conditions=bundle(RESULT), visits=bundle(condition(NUMB)))
    assert (named.supply["conditions"], named.counts["facts"]) == (Supply.FAILED, 1)
    others = condition(NUMB, subject={"reference": "Patient/q"})
    strange = prefetched(reader, conditions=bundle(RESULT), observations=bundle(others, RESULT))
    assert strange.supply["conditions"] is Supply.FAILED


def test_a_search_that_found_none_is_an_answer_whatever_it_includes(reader: Reader) -> None:
    empty = bundle() | {"total": 0}
    assert prefetched(reader, conditions=empty).supply["conditions"] is Supply.NONE
    beside = bundle(patient()) | {"total": 0}
    beside["entry"][0]["search"] = {"mode": "include"}
    assert prefetched(reader, conditions=beside).supply["conditions"].is_whole
    beside["entry"][0]["search"] = {"mode": "match"}
    assert prefetched(reader, conditions=beside).supply["conditions"] is Supply.FAILED


def test_a_bad_entry_of_the_problem_list_stays_unreadable(reader: Reader) -> None:
    bad = {"resourceType": "Condition", "code": 1}
    assert prefetched(reader, conditions=bundle(bad, RESULT)).supply["conditions"] is Supply.UNREADABLE


def test_a_chart_dealt_out_over_the_keys_is_read_whole(reader: Reader) -> None:
    device = {"resourceType": "Device", "id": "d", "patient": {"reference": "Patient/p"}}
    record = prefetched(
        reader, conditions=bundle(RESULT), observations=bundle(condition(NUMB), device), devices=bundle(RESULT)
    )
    assert {record.supply[key] for key in ("conditions", "observations", "devices")} == {Supply.GIVEN}
    assert record.counts["facts"] == 1
    assert record.counts["other-type"] == 3


@pytest.mark.parametrize("key", [key for key in KEYS if key not in ("patient", "encounter")])
def test_other_resources_in_place_of_a_list_are_no_answer(reader: Reader, key: str) -> None:
    wrong = RESULT if key != "observations" else condition(NUMB)
    assert prefetched(reader, **{key: bundle(wrong)}).supply[key] is Supply.FAILED
    assert prefetched(reader, **{key: bundle(wrong) | {"total": 4}}).supply[key] is Supply.CUT_SHORT
    others = bundle(wrong) | {"total": 0}
    others["entry"][0]["search"] = {"mode": "include"}
    assert prefetched(reader, **{key: others}).supply[key].is_whole


def test_what_a_list_asks_for_under_a_key_of_the_senders_own_does_not_explain_it(reader: Reader) -> None:
    device = {"resourceType": "Device", "id": "d", "patient": {"reference": "Patient/p"}}
    assert prefetched(reader, devices=bundle(RESULT), implants=bundle(device)).supply["devices"] is Supply.FAILED
    strange = device | {"patient": {"reference": "Patient/q"}}
    record = prefetched(reader, devices=bundle(RESULT), observations=bundle(strange, RESULT))
    assert record.supply["devices"] is Supply.FAILED


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("conditions", bundle(patient(), condition(NUMB))),
        ("medicationRequests", {"resourceType": "MedicationOrder", "id": "m"}),
        ("devices", bundle({"resourceType": "DeviceUseStatement", "id": "d"})),
        ("patient", bundle(patient())),
    ],
)
def test_a_key_that_holds_its_own_type_among_others_is_given(reader: Reader, key: str, value: Any) -> None:
    record = prefetched(reader, **{key: value})
    assert record.supply[key] is Supply.GIVEN
    assert "other-type" not in record.counts


def test_a_key_that_is_not_ours_is_named_by_its_position_only(reader: Reader) -> None:
    record = prefetched(reader, patient=patient(), jane_doe="words")
    assert [trouble.where for trouble in record.troubles] == ["prefetch[1]"]


def test_another_patient_than_the_calls_is_refused(reader: Reader) -> None:
    with pytest.raises(WrongPatient):
        prefetched(reader, patient=patient("other"))
    with pytest.raises(WrongPatient):
        prefetched(reader, patient=bundle(patient("other")))


def test_a_patient_without_an_id_is_taken_for_the_calls(reader: Reader) -> None:
    assert prefetched(reader, patient=patient(None)).person.sex == "female"


def test_a_call_without_a_patient_has_an_unknown_person(reader: Reader) -> None:
    record = prefetched(reader, conditions=bundle(condition(NUMB)))
    assert record.person.sex == ""
    assert record.counts["facts"] == 1


@pytest.mark.parametrize(
    ("members", "birth", "sex", "is_deceased"),
    [
        ({"birthDate": "1960-05-04"}, True, "female", False),
        ({"birthDate": "1960"}, False, "female", False),
        ({"birthDate": None, "gender": "Male"}, None, "male", False),
        ({"deceasedBoolean": True}, True, "female", True),
        ({"deceasedBoolean": False}, True, "female", False),
        ({"deceasedDateTime": "2026-01-01"}, True, "female", True),
        ({"deceasedDateTime": "2027-01-01"}, True, "female", False),
    ],
)
def test_the_person_is_read(
    reader: Reader, members: dict[str, Any], birth: bool | None, sex: str, is_deceased: bool
) -> None:
    person = prefetched(reader, patient=patient(**members)).person
    assert person.sex == sex
    assert person.is_deceased is is_deceased
    assert (None if person.birth.is_open else person.birth.is_day) == birth


@pytest.mark.parametrize(
    ("birth_date", "is_adult"),
    [
        ("1950", Truth.MET),
        ("2008", Truth.UNKNOWN),
        ("2008-11", Truth.UNKNOWN),
        ("2008-10", Truth.MET),
        ("2012", Truth.NOT_MET),
        ("soon", Truth.UNKNOWN),
    ],
)
def test_a_partial_birth_date_decides_when_it_can(reader: Reader, birth_date: str, is_adult: Truth) -> None:
    record = prefetched(reader, patient=patient(birthDate=birth_date))
    assert Age(at_least=18).judge(Scene(record, TODAY, SETTLED)).truth is is_adult


# --- whose ---


@pytest.mark.parametrize(
    ("reference", "is_ours"),
    [
        ("Patient/p", True),
        ("https://ehr.example/fhir/Patient/p", True),
        ("Patient/p/_history/3", True),
        ("p", True),
        ("#pat", True),
        ("Patient?identifier=x|1", True),
        ("urn:uuid:nobody-knows", True),
        ("Patient/q", False),
        ("https://ehr.example/fhir/Patient/q", False),
        ("Group/p", False),
    ],
)
def test_only_what_is_about_the_patient_counts(reader: Reader, reference: str, is_ours: bool) -> None:
    record = prefetched(reader, patient=patient(), conditions=bundle(condition(NUMB, subject={"reference": reference})))
    assert record.counts.get("facts", 0) == is_ours
    assert record.counts.get("other-patient", 0) == (not is_ours)


@pytest.mark.parametrize(
    ("links", "is_ours"),
    [
        ([{"other": {"reference": "Patient/old"}, "type": "replaces"}], True),
        ([{"other": {"reference": "https://ehr.example/fhir/Patient/old"}, "type": "replaced-by"}], True),
        ([{"other": {"reference": "Patient/old"}, "type": "seealso"}], False),
        ([{"other": {"reference": "Patient/old"}, "type": "refer"}], False),
        ([{"other": {"reference": "Patient/older"}, "type": "replaces"}], False),
        ([{"other": "Patient/old", "type": "replaces"}], False),
        ([{"other": {"reference": "RelatedPerson/old"}, "type": "replaces"}], False),
        ({"other": {"reference": "Patient/old"}, "type": "replaces"}, True),
        ([None, {"other": {"reference": 5}}, {"other": {"reference": "Patient/old"}, "type": "replaces"}], True),
        ([{"type": "replaces"}], False),
        ("Patient/old", False),
        ([], False),
    ],
)
def test_what_was_recorded_before_two_records_were_merged_counts(reader: Reader, links: Any, is_ours: bool) -> None:
    before = condition(NUMB, subject={"reference": "Patient/old/_history/2"})
    record = prefetched(reader, patient=patient(birthDate="1960-01-01", link=links), conditions=bundle(before))
    assert record.counts.get("facts", 0) == is_ours
    assert record.supply["patient"] is Supply.GIVEN


def test_a_merged_record_that_came_along_is_the_patients_under_its_url_too(reader: Reader) -> None:
    links = [{"other": {"reference": "Patient/old"}, "type": "replaces"}]
    chart = bundle(
        patient(link=links), patient("old"), condition(NUMB, subject={"reference": "urn:uuid:old"}), kind="collection"
    )
    assert len(reader.read_document(raw(chart), TODAY, "Patient/p").findings) == 1


def test_a_list_about_others_only_does_not_show_that_there_is_nothing(reader: Reader) -> None:
    theirs = condition(NUMB, subject={"reference": "Patient/q"})
    assert prefetched(reader, conditions=bundle(theirs)).supply["conditions"] is Supply.UNREADABLE
    assert prefetched(reader, conditions=bundle(theirs, condition(NUMB))).supply["conditions"] is Supply.GIVEN


def test_a_logical_reference_is_accepted(reader: Reader) -> None:
    logical = {"identifier": {"value": "123"}, "display": "somebody"}
    assert prefetched(reader, conditions=bundle(condition(NUMB, subject=logical))).counts["facts"] == 1


def test_a_urn_that_is_another_patients_is_set_aside(reader: Reader) -> None:
    chart = bundle(patient("p"), patient("q"), condition(NUMB, subject={"reference": "urn:uuid:q"}), kind="collection")
    record = reader.read_document(raw(chart), TODAY, "Patient/p")
    assert record.counts["other-patient"] == 2
    assert not record.findings


def test_a_contained_patient_is_ignored(reader: Reader) -> None:
    inside = condition(NUMB, subject={"reference": "#x"}, contained=[patient("x")])
    record = prefetched(reader, patient=patient(), conditions=bundle(inside))
    assert record.person.id == "p"
    assert record.counts["facts"] == 1


# --- documents ---


def test_the_only_patient_of_a_bundle_is_chosen(reader: Reader) -> None:
    record = reader.read_document(raw(bundle(patient("x"), condition(NUMB, subject={"reference": "Patient/x"}))), TODAY)
    assert (record.person.id, record.counts["facts"]) == ("x", 1)


def test_a_patient_known_by_its_full_url_only_is_chosen(reader: Reader) -> None:
    chart = bundle(patient(None), condition(NUMB, subject={"reference": "urn:uuid:me"}), kind="collection")
    chart["entry"][0]["fullUrl"] = "urn:uuid:me"
    assert reader.read_document(raw(chart), TODAY).counts["facts"] == 1


def test_without_a_patient_the_common_subject_is_chosen(reader: Reader) -> None:
    record = reader.read_document(raw(bundle(condition(NUMB), procedure("x"))), TODAY)
    assert (record.person.id, record.person.sex) == ("p", "")


def test_several_patients_need_a_choice(reader: Reader) -> None:
    body = raw(bundle(patient("p"), patient("q"), condition(NUMB)))
    with pytest.raises(SeveralPatients) as caught:
        reader.read_document(body, TODAY)
    assert caught.value.count == 2
    assert reader.read_document(body, TODAY, "p").counts["facts"] == 1
    assert "facts" not in reader.read_document(body, TODAY, "Patient/q").counts


def test_several_subjects_without_patients_need_a_choice(reader: Reader) -> None:
    body = raw(bundle(condition(NUMB), condition(NUMB, subject={"reference": "Patient/q"})))
    with pytest.raises(SeveralPatients):
        reader.read_document(body, TODAY)
    assert reader.read_document(body, TODAY, "q").counts["facts"] == 1


def test_a_chosen_patient_must_be_there(reader: Reader) -> None:
    with pytest.raises(PatientNotFound):
        reader.read_document(raw(bundle(patient("p"))), TODAY, "z")


@pytest.mark.parametrize(
    "body", [b"", b"null", b"{}", b"[]", b'"x"', raw(bundle()), raw(OUTCOME), raw(bundle(OUTCOME))]
)
def test_nothing_readable_is_an_error(reader: Reader, body: bytes) -> None:
    with pytest.raises(NothingReadable):
        reader.read_document(body, TODAY)


def test_a_bundle_with_its_patient_is_the_whole_chart(reader: Reader) -> None:
    record = reader.read_document(raw(bundle(patient(), condition(NUMB))), TODAY)
    assert record.supply["conditions"] is Supply.GIVEN
    assert record.supply["observations"] is Supply.NONE
    assert all(state.is_whole for state in record.supply.values())


def test_a_chart_cut_short_answers_no_key_for_good(reader: Reader) -> None:
    chart = bundle(patient(), condition(NUMB)) | {"link": [{"relation": "next", "url": "u"}]}
    record = reader.read_document(raw(chart), TODAY)
    assert set(record.supply.values()) == {Supply.CUT_SHORT}


def test_a_bad_resource_in_a_chart_spoils_the_list_of_its_type(reader: Reader) -> None:
    chart = bundle(patient(), condition(NUMB), {"resourceType": "Observation", "status": True})
    record = reader.read_document(raw(chart), TODAY)
    assert record.supply["observations"] is Supply.UNREADABLE
    assert record.supply["procedures"] is Supply.NONE


def test_a_bad_resource_of_unknown_type_spoils_every_list(reader: Reader) -> None:
    record = reader.read_document(raw(bundle(patient(), condition(NUMB), {"resourceType": "X"})), TODAY)
    assert set(record.supply.values()) == {Supply.UNREADABLE}


def test_a_search_result_without_its_patient_answers_its_own_key_only(reader: Reader) -> None:
    record = reader.read_document(raw(bundle(condition(NUMB))), TODAY)
    assert record.supply["conditions"] is Supply.GIVEN
    assert record.supply["observations"] is Supply.NOT_SUPPLIED


def test_a_bare_resource_is_no_chart(reader: Reader) -> None:
    record = reader.read_document(raw(condition(NUMB)), TODAY)
    assert record.counts["facts"] == 1
    assert record.supply == {**dict.fromkeys(KEYS, Supply.NOT_SUPPLIED), "conditions": Supply.CUT_SHORT}


def test_a_bare_patient_is_all_there_is_of_the_patient(reader: Reader) -> None:
    record = reader.read_document(raw(patient()), TODAY)
    assert record.supply == {**dict.fromkeys(KEYS, Supply.NOT_SUPPLIED), "patient": Supply.GIVEN}


# --- once ---


def test_the_same_resource_under_several_keys_counts_once(reader: Reader) -> None:
    one = condition(NUMB, id="c")
    record = prefetched(reader, conditions=bundle(one), also=bundle(one, one), again=one)
    assert (record.counts["resources"], record.counts["facts"]) == (1, 1)


def test_equal_resources_without_ids_count_once(reader: Reader) -> None:
    one, other = condition(NUMB, id=None), condition(NUMB, id=None, recordedDate="2026-01-01")
    assert prefetched(reader, conditions=bundle(one, one, other)).counts["facts"] == 2


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ({"lastUpdated": "2026-01-01T00:00:00Z"}, {"lastUpdated": "2026-02-01T00:00:00Z"}),
        ({"lastUpdated": "2026-01-01T23:30:00Z"}, {"lastUpdated": "2026-01-01T23:00:00-05:00"}),
        ({"versionId": "9"}, {"versionId": "10"}),
        ({}, {"lastUpdated": "2026-02-01T00:00:00Z"}),
    ],
)
def test_of_two_versions_the_later_counts_in_any_order(reader: Reader, older: Any, newer: Any) -> None:
    old, new = condition(NUMB, id="c", meta=older), condition(NUMB, clinical="resolved", id="c", meta=newer)
    for pair in ((old, new), (new, old)):
        (fact,) = facts(prefetched(reader, conditions=bundle(*pair)).findings)
        assert fact.status == "past"


def test_what_shares_an_id_and_is_about_something_else_is_no_older_version(reader: Reader) -> None:
    """A chart put together by hand: acute retention under the id of an ankle sprain was silently one of them."""
    numb = condition(NUMB, id="c")
    other = condition("SNOMED#267064002 Retention of urine", id="c")
    reworded = condition("SNOMED#267064002 Retention", id="c", clinical="resolved")
    for given in ((numb, other, reworded), (reworded, other, numb), (other, numb, reworded)):
        assert prefetched(reader, conditions=bundle(*given)).counts["facts"] == 2


def test_facts_after_the_day_are_ignored_and_counted(reader: Reader) -> None:
    late = [
        condition(NUMB, recordedDate="2026-11-21"),
        observation("LOINC#2132-9 B12", "150 pg/mL", effectiveDateTime="2026-12-01"),
        medication_request("RXNORM#6922 metronidazole", authoredOn="2027-01-01"),
        procedure("SNOMED#386637004 Obesity surgery", performedDateTime="2027"),
        encounter("Numb feet", id="e", period={"start": "2026-12-01"}),
    ]
    record = prefetched(reader, "e", conditions=bundle(*late))
    assert record.counts["future"] >= 4
    assert "facts" not in record.counts


def test_a_fact_that_may_lie_before_the_day_counts(reader: Reader) -> None:
    assert prefetched(reader, conditions=bundle(condition(NUMB, recordedDate="2026-11"))).counts["facts"] == 1


# --- NDJSON ---


def test_lines_are_sorted_by_patient_and_shared_ones_go_to_everybody(reader: Reader) -> None:
    drug = {"resourceType": "Medication", "id": "m", "code": {"text": "metronidazole 500 mg tablet"}}
    mine = medication_request(None, medicationReference={"reference": "Medication/m"}, authoredOn="2026-01-01")
    theirs = condition(NUMB, subject={"reference": "Patient/q"})
    lines = [raw(one) for one in (patient("p"), mine, drug, theirs)]
    groups = {group.patient: group for group in group_ndjson([*lines, b"", b"  "])}
    assert set(groups) == {"p", "q"}
    record = reader.read_resources(groups["p"].lines, TODAY, "p")
    assert [fact.drug for fact in facts(record.exposures)] == ["metronidazole"]
    assert refs(reader.read_resources(groups["q"].lines, TODAY, "q"))


def test_a_bad_line_is_named_by_its_number_and_doubts_everybody(reader: Reader) -> None:
    (group,) = group_ndjson([raw(condition(NUMB)), b"{"])
    record = reader.read_resources(group.lines, TODAY, group.patient, group.troubles)
    assert [trouble.where for trouble in record.troubles] == ["line 2"]
    assert set(record.supply.values()) == {Supply.UNREADABLE}


# --- a site east of UTC ---


def ahead(reader: Reader, *resources: Any, is_day_open: bool = True) -> PatientRecord:
    body = raw(bundle(patient(), *resources, kind="collection"))
    return reader.read_document(body, TODAY, is_day_open=is_day_open)


@pytest.mark.parametrize("day", ["2026-11-21", "2026-11-21T08:00:00"])
def test_a_date_one_day_ahead_may_be_today_where_the_zone_is_not_known(reader: Reader, day: str) -> None:
    made = (
        condition(NUMB, recordedDate=day),
        observation("SNOMED#309538000 Numbness of foot", True, effectiveDateTime=day),
        procedure("LOINC#24968-0 MR Lumbar spine", performedDateTime=day),
    )
    open_, fixed = ahead(reader, *made), ahead(reader, *made, is_day_open=False)
    assert {show(fact.recorded) for fact in facts(open_.findings)} == {"2026-11-20 to 2026-11-21"}
    assert len(facts(open_.procedures)) == 1
    assert "future" not in open_.counts
    assert (fixed.counts["future"], facts(fixed.findings), facts(fixed.procedures)) == (3, [], [])


@pytest.mark.parametrize("day", ["2026-11-22", "2026-11-21T00:00:00Z", "2026-11-21T10:00:00+09:00", "2026-12", "2027"])
def test_what_is_known_to_lie_after_the_day_is_left_out_all_the_same(reader: Reader, day: str) -> None:
    assert ahead(reader, condition(NUMB, recordedDate=day)).counts["future"] == 1


@pytest.mark.parametrize(("day", "eve"), [("2026-12", date(2026, 11, 30)), ("2027", date(2026, 12, 31))])
def test_a_month_or_year_that_begins_tomorrow_may_have_begun(reader: Reader, day: str, eve: date) -> None:
    body = raw(bundle(patient(), condition(NUMB, recordedDate=day), kind="collection"))
    assert facts(reader.read_document(body, eve.toordinal(), is_day_open=True).findings)
    assert not reader.read_document(body, eve.toordinal()).findings


def test_a_moment_with_an_offset_that_has_passed_is_not_ahead(reader: Reader) -> None:
    record = ahead(reader, condition(NUMB, recordedDate="2026-11-21T09:00:00+13:00"), is_day_open=False)
    assert show(finding(record).recorded) == "2026-11-20"


@pytest.mark.parametrize("moment", ["2026-11-20T20:00:00-05:00", "2026-11-20T23:30:00-11:00"])
@pytest.mark.parametrize("is_day_open", [True, False])
def test_an_evening_west_of_greenwich_is_of_the_day_that_it_was_written_with(
    reader: Reader, moment: str, is_day_open: bool
) -> None:
    record = ahead(reader, condition(NUMB, recordedDate=moment), is_day_open=is_day_open)
    assert show(finding(record).recorded) == "2026-11-20"
    assert "future" not in record.counts


def test_what_ends_or_begins_tomorrow_is_neither_over_nor_begun(reader: Reader) -> None:
    drug = medication_statement("RXNORM#6922 metronidazole", effectivePeriod={"start": "2026-11-21"})
    record = ahead(reader, condition(NUMB, clinical=None, abatementDateTime="2026-11-21"), drug)
    assert finding(record).status == "active"
    assert not record.exposures


def test_a_byte_order_mark_before_the_first_line_costs_nothing() -> None:
    [group] = group_ndjson([b"\xef\xbb\xbf" + bytes(raw(patient()))])
    assert (group.patient, group.troubles) == ("p", [])


def _merged(*, told_by_old: bool) -> list[dict[str, Any]]:
    """Two records of one person; the older or the newer says so."""
    links = [{"other": {"reference": "Patient/p" if told_by_old else "Patient/old"}}]
    links[0]["type"] = "replaced-by" if told_by_old else "replaces"
    return [patient(link=None if told_by_old else links), patient("old", link=links if told_by_old else None)]


@pytest.mark.parametrize("told_by_old", [False, True])
def test_whichever_record_tells_of_a_merger_both_are_one_patient(reader: Reader, told_by_old: bool) -> None:
    before = condition(NUMB, subject={"reference": "Patient/old"})
    chart = bundle(*_merged(told_by_old=told_by_old), before, kind="collection")
    record = reader.read_document(raw(chart), TODAY)
    assert record.person.id == "p"
    assert len(record.findings) == 1
    assert "other-patient" not in record.counts


def test_linked_patients_who_are_not_merged_stay_several(reader: Reader) -> None:
    links = [{"other": {"reference": "Patient/q"}, "type": "seealso"}]
    with pytest.raises(SeveralPatients):
        reader.read_document(raw(bundle(patient(link=links), patient("q"), kind="collection")), TODAY)


def test_mergers_are_followed_from_record_to_record(reader: Reader) -> None:
    links = [{"other": {"reference": "Patient/older"}, "type": "replaces"}]
    oldest = condition(NUMB, subject={"reference": "Patient/older"})
    people = [patient(link=[{"other": {"reference": "Patient/old"}, "type": "replaces"}]), patient("old", link=links)]
    record = reader.read_document(raw(bundle(*people, oldest, kind="collection")), TODAY)
    assert (record.person.id, len(record.findings)) == ("p", 1)


def test_two_records_that_replace_each_other_are_left_to_the_caller(reader: Reader) -> None:
    links = [{"other": {"reference": "Patient/old"}, "type": "replaces"}]
    back = [{"other": {"reference": "Patient/p"}, "type": "replaces"}]
    with pytest.raises(SeveralPatients):
        reader.read_document(raw(bundle(patient(link=links), patient("old", link=back), kind="collection")), TODAY)


def test_a_call_for_an_id_that_was_merged_away_is_about_the_patient_it_became(reader: Reader) -> None:
    now = patient("new", birthDate="1960-01-01", link=[{"other": {"reference": "Patient/p"}, "type": "replaces"}])
    mine = condition(NUMB, subject={"reference": "Patient/new"})
    record = prefetched(reader, patient=now, conditions=bundle(mine))
    assert record.person.birth.earliest is not None
    assert len(record.findings) == 1


def test_what_is_observed_in_the_patient_under_an_older_id_is_the_patients(reader: Reader) -> None:
    seen = observation(NUMB, True, focus=[{"reference": "Patient/old"}])
    links = [{"other": {"reference": "Patient/old"}, "type": "replaces"}]
    assert prefetched(reader, patient=patient(link=links), observations=bundle(seen)).findings
    assert not prefetched(reader, patient=patient(), observations=bundle(seen)).findings


@pytest.mark.parametrize("told_by_old", [False, True])
def test_lines_of_merged_records_are_one_group(told_by_old: bool) -> None:
    lines = [*_merged(told_by_old=told_by_old), condition(NUMB, subject={"reference": "Patient/old"}), patient("q")]
    groups = {group.patient: group for group in group_ndjson(map(raw, lines))}
    assert {name: [number for number, _ in group.lines] for name, group in groups.items()} == {"p": [1, 2, 3], "q": [4]}
    assert groups["p"].merged == {"old"}


def test_a_link_to_another_server_merges_no_lines_of_somebody_here() -> None:
    links = [{"other": {"reference": "https://elsewhere/Patient/q"}, "type": "replaces"}]
    groups = group_ndjson(map(raw, [patient(link=links), patient("q")]))
    assert [group.patient for group in groups] == ["p", "q"]


def test_what_a_bundle_in_a_resource_contains_is_read_however_deep(reader: Reader) -> None:
    inner = bundle({"resourceType": "Basic", "id": "b", "contained": [condition(NUMB)]}, kind="collection")
    outer = {"resourceType": "DocumentReference", "id": "d", "status": "current", "contained": [inner]}
    record = reader.read_document(raw(bundle(patient(), outer, kind="collection")), TODAY)
    assert len(record.findings) == 1


def test_two_people_who_share_an_old_record_stay_two() -> None:
    """Nobody is hidden behind another, nor given what is another's."""
    links = [{"other": {"reference": "Patient/old"}, "type": "replaces"}]
    numb = condition(NUMB, subject={"reference": "Patient/c"})
    lines = [patient("old", deceasedBoolean=True), patient("c", link=links), numb, patient("d", link=links)]
    groups = {group.patient: group for group in group_ndjson(map(raw, lines))}
    assert set(groups) == {"old", "c", "d"}
    assert [number for number, _ in groups["c"].lines] == [1, 2, 3]
    assert [number for number, _ in groups["d"].lines] == [1, 4]


def test_the_same_id_on_two_servers_is_two_people(reader: Reader) -> None:
    """Each was merged into a record of its own server."""
    there = [[{"other": {"reference": f"https://{host}/Patient/1"}, "type": "replaced-by"}] for host in ("a", "b")]
    people = [patient("p", link=there[0]), patient("q", link=there[1])]
    of_another = condition(NUMB, subject={"reference": "Patient/q"})
    chart = bundle(*people, of_another, kind="collection")
    assert not reader.read_document(raw(chart), TODAY, "p").findings
    assert {group.patient for group in group_ndjson(map(raw, [*people, of_another]))} == {"p", "q"}


def test_a_dead_old_record_silences_nobody(reader: Reader) -> None:
    """The old record of a merger was closed as of somebody who died; the new one did not come along."""
    links = [{"other": {"reference": "Patient/p"}, "type": "replaced-by"}]
    chart = bundle(patient("old", deceasedBoolean=True, link=links), condition(NUMB), kind="collection")
    assert not reader.read_document(raw(chart), TODAY, "p").person.is_deceased
