"""Conditions: which count, how much, since when, where."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from cds.domain.record import Side, Supply
from cds.domain.when import Span, show
from cds.fhir.decode import Reader
from tests.builders import Json, bundle, concept, condition, family, observation, patient, raw
from tests.unit.fhir.conftest import TODAY, Read, facts, finding

NUMB = "SNOMED#309538000 Numbness of foot"
DIABETES = "SNOMED#44054006 Diabetes mellitus type 2"


def day(text: str) -> int:
    return date.fromisoformat(text).toordinal()


# --- codes ---


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (NUMB, "numbness-foot"),
        ("SNOMED#309538000", "numbness-foot"),
        ("urn:oid:2.16.840.1.113883.6.96#309538000", "numbness-foot"),
        ("http://snomed.info/sct/731000124108/version/20230901#309538000", "numbness-foot"),
        ("http://snomed.info/sct|2023#309538000", "numbness-foot"),
        ("http://mimic.mit.edu/fhir/mimic/CodeSystem/mimic-diagnosis-icd10#E1142", "diabetic-polyneuropathy"),
        ("http://hl7.org/fhir/sid/icd-10-nl#G63.2", "diabetic-polyneuropathy"),
        ("http://www.saude.gov.br/fhir/r4/CodeSystem/BRCID10#G63.2", "diabetic-polyneuropathy"),
        ("https://smt.esante.gouv.fr/terminologie-cim-10/#G63.2", "diabetic-polyneuropathy"),
        ("SNOMED# 309538000", None),
        ("ICD10CM#R20.0 Anesthesia of skin", "numbness-foot"),
        ("ICD10CM#r200", "numbness-foot"),
        ("ICD10#R20.0", "numbness-foot"),
        ("ICD10CM#E11.42 Type 2 diabetes mellitus with diabetic polyneuropathy", "diabetic-polyneuropathy"),
        ("ICD10CM#E1142", "diabetic-polyneuropathy"),
        (["local#NUMB", "ICD10CM#R20.0"], "numbness-foot"),
        (["ICD10CM#R20.0", "local#NUMB"], "numbness-foot"),
        ("http://example.org/own#309538000", None),
        ("#309538000", "numbness-foot"),  # nine digits are of no other system
        ("#6809", None),
        ("SNOMED#38341003 Hypertension", "hypertension"),
    ],
)
def test_a_coding_in_any_system_spelling_finds_its_sets(read: Read, code: Any, expected: str | None) -> None:
    record = read(condition(code))
    assert (expected in record.findings) if expected else not record.findings


def test_a_code_with_blanks_around_it_is_found(read: Read) -> None:
    padded = {"coding": [{"system": "http://snomed.info/sct", "code": " 309538000 "}]}
    assert "numbness-foot" in read(condition(padded)).findings


@pytest.mark.parametrize(
    ("code", "beside"),
    [
        ([NUMB, "Numb right foot, cannot pass urine"], "urinary-retention"),
        ([NUMB, "Sudden numbness of left face, arm and foot"], "facial-numbness"),
        (["ICD10CM#R20.2", "Tingling of one hand"], "arm-numbness"),
        ("ICD10CM#S91.302A Unspecified open wound, left foot, with gangrene", "gangrene"),
    ],
)
def test_words_beside_a_code_say_what_the_code_leaves_out(read: Read, code: Any, beside: str) -> None:
    found = read(condition(code)).findings[beside]
    assert [(fact.weak, fact.text_only) for fact in found] == [(True, True)]


@pytest.mark.parametrize("words", ["Numb foot, no urinary retention", "Numb foot, bladder function normal"])
def test_words_beside_a_code_that_deny_say_nothing(read: Read, words: str) -> None:
    assert set(read(condition([NUMB, words])).findings) == set(read(condition(NUMB)).findings)


NAMELESS = [None, {}, {"coding": [{"system": "http://snomed.info/sct"}]}]


@pytest.mark.parametrize("code", NAMELESS)
def test_a_problem_without_a_name_leaves_the_problem_list_open(read: Read, code: Any) -> None:
    record = read(condition(NUMB) | {"id": "n"}, condition(NUMB) | {"code": code})
    assert record.supply["conditions"] is Supply.UNREADABLE
    assert [(trouble.what, trouble.why) for trouble in record.troubles] == [("Condition", "has neither code nor words")]


@pytest.mark.parametrize("members", [{"clinical": "resolved"}, {"verification": "entered-in-error"}])
def test_a_problem_without_a_name_that_is_over_leaves_nothing_open(read: Read, members: Any) -> None:
    record = read(condition(NUMB, **members) | {"code": None})
    assert (record.supply.get("conditions", Supply.GIVEN).is_whole, record.troubles) == (True, [])


def test_a_problem_named_beside_its_code_leaves_nothing_open(read: Read) -> None:
    assert not read(condition(NUMB) | {"code": None, "note": [{"text": "Numb right foot"}]}).troubles
    assert not read(condition("local#77 Wart")).troubles


def test_all_codings_of_a_concept_count(read: Read) -> None:
    fact = finding(read(condition([NUMB, DIABETES])))
    assert {"numbness-foot", "diabetes-t2"} <= set(fact.sets)


def test_a_post_coordinated_expression_counts_by_its_focus_and_side(read: Read) -> None:
    fact = finding(read(condition("SNOMED#309538000:272741003=7771000")))
    assert ("numbness-foot" in fact.sets, fact.side) == (True, Side.LEFT)


@pytest.mark.parametrize(
    ("code", "label"),
    [
        (NUMB, "Numbness of foot"),
        ([NUMB, "Numb  toes\u0007 and\n soles"], "Numb toes and soles"),
        ("SNOMED#309538000", "Numbness of the foot or heel"),
        ([NUMB, "n" * 200], "n" * 79 + "…"),
        ([NUMB, "numb <b>foot</b>"], "numb <b>foot</b>"),
    ],
)
def test_the_label_is_the_records_own_words_on_one_line(read: Read, code: Any, label: str) -> None:
    assert finding(read(condition(code))).label == label


def test_evidence_names_type_and_id_or_the_position(read: Read) -> None:
    assert finding(read(condition(NUMB, id="c1"))).ref == "Condition/c1"
    assert finding(read(condition(NUMB, id=None))).ref == "Condition (entry 2)"


# --- statuses ---


@pytest.mark.parametrize(
    ("members", "status"),
    [
        ({}, "active"),
        ({"clinicalStatus": None}, "active"),
        ({"clinicalStatus": {"text": "Active"}}, "active"),
        ({"clinicalStatus": "active"}, "active"),
        ({"clinicalStatus": "ACTIVE "}, "active"),
        ({"clinicalStatus": {"coding": [{"code": "recurrence"}]}}, "active"),
        ({"clinicalStatus": {"coding": [{"code": "relapse"}]}}, "active"),
        (
            {"clinicalStatus": {"coding": [{"system": "http://snomed.info/sct", "code": "1", "display": "Active"}]}},
            "active",
        ),
        ({"clinicalStatus": {"coding": [{"code": "active"}, {"code": "resolved"}]}}, "active"),
        ({"clinicalStatus": {"coding": [{"code": "inactive"}]}}, "past"),
        ({"clinicalStatus": {"coding": [{"code": "resolved"}]}}, "past"),
        ({"clinicalStatus": {"coding": [{"code": "remission"}]}}, "remission"),
        ({"clinicalStatus": "remission"}, "remission"),
        ({"clinicalStatus": {"coding": [{"display": "Inactive"}]}}, "past"),
        ({"clinicalStatus": "resolved"}, "past"),
        ({"abatementDateTime": "2026-01"}, "past"),
        ({"clinicalStatus": None, "abatementDateTime": "2026-01-03"}, "past"),
        ({"clinicalStatus": None, "abatementBoolean": True}, "past"),
        ({"clinicalStatus": None, "abatementBoolean": False}, "active"),
        ({"clinicalStatus": None, "abatementString": "last year"}, "past"),
        ({"clinicalStatus": None, "abatementPeriod": {"start": "2025-01-01", "end": "2025-02-01"}}, "past"),
        ({"abatementDateTime": "2027-01-03"}, "active"),
        ({"clinicalStatus": "resolved", "abatementDateTime": "2027-01-03"}, "active"),
        # this year, or this month: perhaps still ahead, where the status says that it is active
        ({"abatementDateTime": "2026"}, "active"),
        ({"abatementDateTime": "2026-11"}, "active"),
        ({"abatementDateTime": "2026-11-20"}, "past"),
        ({"clinicalStatus": None, "abatementDateTime": "2026"}, "past"),
        ({"clinicalStatus": "resolved", "abatementDateTime": "2026"}, "past"),
    ],
)
def test_a_condition_is_active_unless_its_status_or_an_abatement_says_otherwise(
    read: Read, members: dict[str, Any], status: str
) -> None:
    assert finding(read(condition(NUMB, **members))).status == status


@pytest.mark.parametrize(
    "word", ["refuted", "entered-in-error", "Entered-In-Error ", "entered_in_error", "Entered in Error"]
)
def test_refuted_and_mistaken_entries_are_dropped(read: Read, word: str) -> None:
    assert not read(condition(NUMB, verification=word)).findings
    assert not read(condition(NUMB, verificationStatus=word)).findings


def test_an_entry_in_error_as_clinical_status_is_dropped(read: Read) -> None:
    assert not read(condition(NUMB, clinicalStatus="entered-in-error")).findings


@pytest.mark.parametrize(
    ("verification", "weak"),
    [
        ("confirmed", False),
        (None, False),
        ("unconfirmed", True),
        ("provisional", True),
        ("differential", True),
        ("unknown", True),
        ("example-status", True),
    ],
)
def test_unverified_conditions_are_weak_and_more_than_suspected(
    read: Read, verification: str | None, weak: bool
) -> None:
    fact = finding(read(condition(NUMB, verification=verification)))
    assert (fact.weak, fact.suspected) == (weak, False)


def test_a_word_confirms_nothing_that_the_code_calls_provisional(read: Read) -> None:
    status = {"coding": [{"code": "provisional"}], "text": "Confirmed"}
    assert finding(read(condition(NUMB, verificationStatus=status))).weak


# --- dates ---


@pytest.mark.parametrize(
    ("members", "onset"),
    [
        ({"onsetDateTime": "2026-09-03"}, "2026-09-03"),
        ({"onsetDateTime": "2026-09"}, "2026-09"),
        ({"onsetDateTime": "2026"}, "2026"),
        ({"onsetDateTime": "2026-09-03T23:30:00-05:00"}, "2026-09-04"),
        ({"onsetDateTime": "no date"}, ""),
        ({"onsetDateTime": "9999-12-31"}, ""),
        ({"onsetDateTime": "0001-01-01T00:00:00Z"}, ""),
        ({"onsetPeriod": {"start": "2026-09-03", "end": "2026-10-01"}}, "2026-09-03"),
        ({"onsetPeriod": {"end": "2026-10-01"}}, "by 2026-10-01"),
        ({"onsetAge": {"value": 60, "unit": "years", "code": "a"}}, "2020-05-04 to 2021-05-03"),
        ({"onsetAge": {"value": "60"}}, "2020-05-04 to 2021-05-03"),
        ({"onsetAge": {"value": 720, "code": "mo"}}, "2020-05-04 to 2020-06-03"),
        ({"onsetQuantity": {"value": 60, "unit": "yr"}}, "2020-05-04 to 2021-05-03"),
        ({"onsetAge": {"unit": "years"}}, ""),
        ({"onsetAge": {"value": 1e300, "unit": "years"}}, ""),
        (
            {"onsetRange": {"low": {"value": 59, "code": "a"}, "high": {"value": 60, "code": "a"}}},
            "2019-05-04 to 2021-05-03",
        ),
        ({"onsetString": "since 2026-09"}, "2026-09"),
        ({"onsetString": "around 2019"}, "2019"),
        ({"onsetString": "3 weeks ago", "recordedDate": "2026-10-22"}, "2026-09-24 to 2026-10-01"),
        ({"onsetString": "x 3 wks", "recordedDate": "2026-10-22"}, "2026-09-24 to 2026-10-01"),
        ({"onsetString": "for the past three weeks", "recordedDate": "2026-10-22"}, "2026-09-24 to 2026-10-01"),
        ({"onsetString": "2-3 months ago", "recordedDate": "2026-11-01"}, "2026-07-01 to 2026-09-01"),
        ({"onsetString": "about a year ago", "recordedDate": "2026-11-01"}, "2024-11-01 to 2025-11-01"),
        ({"onsetString": "half a year ago", "recordedDate": "2026-11-01"}, ""),
        ({"onsetString": "yesterday", "recordedDate": "2026-11-01"}, "2026-10-31"),
        ({"onsetString": "since last week", "recordedDate": "2026-11-15"}, "2026-11-01 to 2026-11-14"),
        ({"onsetString": "900 years ago", "recordedDate": "2026-11-01"}, "1125-11-01 to 1126-11-01"),
        ({"onsetString": "since October 2026"}, "2026-10"),
        ({"onsetString": "Oct 3rd, 2026"}, "2026-10"),
        ({"onsetString": "10/2026"}, "2026-10"),
        ({"onsetString": "10/15/2026"}, "2026-10-15"),
        ({"onsetString": "15.10.2026"}, "2026-10-15"),
        ({"onsetString": "05/06/2026"}, "2026"),
        ({"onsetString": "31.02.2026"}, "2026"),
        ({"onsetString": "10 mg for 3 days a week", "recordedDate": "2026-11-01"}, ""),
        ({"onsetString": "3 weeks ago"}, "by 2026-10-30"),  # written down today at the latest
        ({"onsetString": "a while back"}, ""),
        ({"onsetString": "since August", "recordedDate": "2026-11-18"}, "2026-08"),
        ({"onsetString": "since last August", "recordedDate": "2026-11-18"}, "2025-08-01 to 2026-08-31"),
        ({"onsetString": "since November", "recordedDate": "2026-11-18"}, "2025-11-01 to 2026-11-18"),
        ({"onsetString": "since December", "recordedDate": "2026-11-18"}, "2025-12"),
        ({"onsetString": "since December", "recordedDate": "2026"}, "2025-12-01 to 2026-12-31"),
        ({"onsetString": "since Wednesday night", "recordedDate": "2026-11-18"}, "2026-11-11 to 2026-11-18"),
        ({"onsetString": "since Tuesday", "recordedDate": "2026-11-18"}, "2026-11-10 to 2026-11-17"),
        ({"onsetString": "since Tuesday"}, "by 2026-11-17"),
        ({"onsetString": "since August", "recordedDate": "0001-02"}, "by 2026-08-31"),
        ({"onsetString": "since maybe March", "recordedDate": "2026-11-18"}, ""),
    ],
)
def test_onset_is_read_in_all_its_shapes(read: Read, members: dict[str, Any], onset: str) -> None:
    assert show(finding(read(condition(NUMB, **members))).onset) == onset


@pytest.mark.parametrize(
    ("text", "onset"),
    [
        ("Numb heel since August", "2026-08"),
        ("Numb feet since Monday", "2026-11-09 to 2026-11-16"),
        ("numb toes (since early July)", "2026-07"),
        ("6 week history of numb feet", "2026-09-30 to 2026-10-07"),
        ("6-week hx of numbness in both feet", "2026-09-30 to 2026-10-07"),
        ("6/52 h/o numb L heel", "2026-09-30 to 2026-10-07"),
        ("3 months of tingling feet", "2026-07-18 to 2026-08-18"),
        ("Numb feet for 6 weeks", "2026-09-30 to 2026-10-07"),
        ("2 week history of back pain and numb feet", ""),
        ("Numb feet since Monday, worse today", ""),
        ("Numb feet since chemo in August", ""),
        ("History of numb feet", ""),
    ],
)
def test_an_entry_of_one_clause_tells_when_it_began(read: Read, text: str, onset: str) -> None:
    [fact] = read(condition(text, recordedDate="2026-11-18")).findings["sensory-symptom"]
    assert show(fact.onset) == onset
    assert read(condition(text)).findings["sensory-symptom"][0].onset.earliest is None


@pytest.mark.parametrize(
    "text",
    [
        "2 year history of back pain unable to pass urine",
        "2 year history of back pain saddle numbness this morning",
        "3 week history of back pain saddle numbness",
        "2 year history of claudication left foot cold pulseless today",
        "saddle numbness today numb feet since March",
        "unable to pass urine today back pain since August",
    ],
)
def test_the_age_of_one_thing_is_not_given_to_another_of_the_same_line(read: Read, text: str) -> None:
    found = [fact for facts in read(condition(text, recordedDate="2026-11-18")).findings.values() for fact in facts]
    assert found
    assert {show(fact.onset) for fact in found} == {""}


@pytest.mark.parametrize("name", ["recordedDate", "assertedDate", "dateRecorded"])
def test_the_record_date_has_three_spellings(read: Read, name: str) -> None:
    assert finding(read(condition(NUMB, **{name: "2026-10-01"}))).recorded == Span(day("2026-10-01"), day("2026-10-01"))


ASSERTED = "http://hl7.org/fhir/StructureDefinition/condition-assertedDate"


@pytest.mark.parametrize(
    ("asserted", "recorded", "first"),
    [
        ("2019-03-04", None, "2019-03-04"),
        ("2019-03", "2026-10-01", "2019-03"),
        ("2026-10-01", "2019-03-04", "2019-03-04"),
        ("someday", "2019-03-04", "2019-03-04"),
        (5, "2019-03-04", "2019-03-04"),
    ],
)
def test_a_problem_is_as_old_as_the_first_day_it_was_recorded_or_asserted(
    read: Read, asserted: Any, recorded: str | None, first: str
) -> None:
    extension = [{"url": ASSERTED, "valueDateTime": asserted}]
    assert show(finding(read(condition(NUMB, recordedDate=recorded, extension=extension))).recorded) == first


ACTUAL = "https://fhir.nhs.uk/STU3/StructureDefinition/Extension-CareConnect-GPC-ActualProblem-1"


@pytest.mark.parametrize(("clinical", "status"), [("active", "active"), ("resolved", "past")])
def test_an_observation_under_a_problem_header_is_as_the_header_says(read: Read, clinical: str, status: str) -> None:
    header = condition(
        NUMB, clinical, onsetDateTime="2026-10-01",
        extension=[{"url": ACTUAL, "valueReference": {"reference": "Observation/o1"}}],
    )  # fmt: skip
    entry = observation(NUMB, id="o1", effectiveDateTime="2026-11-01")
    for resources in ([header, entry], [entry, header]):
        facts = read(*resources).findings["numbness-foot"]
        assert [(fact.status, show(fact.onset)) for fact in facts] == [(status, "2026-10-01")] * 2
    assert finding(read(entry)).status == "active"


@pytest.mark.parametrize(
    "odd", ["x", {"url": ASSERTED}, [5, {"url": ACTUAL, "valueReference": "o1"}], [{"url": ACTUAL}]]
)
def test_an_odd_extension_of_a_problem_harms_nothing(read: Read, odd: Any) -> None:
    assert finding(read(condition(NUMB, extension=odd))).sets[0] == "numbness-foot"


@pytest.mark.parametrize(
    ("words", "recorded", "expected"),
    [
        ("Foot drop since 2012", "2026-11-18", "2012"),
        ("Foot drop (2012)", None, "2012"),
        ("Foot drop since March 2021", None, "2021-03"),
        ("Foot drop 2012, now the other side too", None, ""),
        ("Foot drop after hip surgery 2012", None, ""),
        ("Foot drop and back pain since 2012", None, ""),
        ("Worsening foot drop since 2012", None, ""),
        ("Foot drop since 2027", "2026-11-18", ""),
    ],
)
def test_an_entry_of_one_clause_may_end_in_its_onset(
    read: Read, words: str, recorded: str | None, expected: str
) -> None:
    (fact,) = read(condition(words, recordedDate=recorded)).findings["foot-drop"]
    assert ("" if fact.onset.is_open else show(fact.onset)) == expected


def test_a_length_of_time_in_an_entry_counts_back_from_its_record(read: Read) -> None:
    (fact,) = read(condition("Foot drop for 10 years", recordedDate="2020-06-01")).findings["foot-drop"]
    assert fact.onset.latest is not None
    assert day("2009-01-01") < fact.onset.latest < day("2011-12-31")
    (undated,) = read(condition("Foot drop for 10 years")).findings["foot-drop"]
    assert undated.onset.earliest is None


def test_a_worded_onset_also_says_how(read: Read) -> None:
    assert "mod.sudden-onset" in finding(read(condition(NUMB, onsetString="suddenly, last Tuesday"))).modifiers


def test_onset_by_age_needs_a_birth_date(reader: Reader) -> None:
    chart = bundle(patient(birthDate=None), condition(NUMB, onsetAge={"value": 60, "code": "a"}), kind="collection")
    assert finding(reader.read_document(raw(chart), TODAY)).onset.is_open


# --- where ---


@pytest.mark.parametrize(
    ("code", "site", "side", "sites"),
    [
        (NUMB, None, Side.UNKNOWN, {"foot"}),
        ("SNOMED#309538000", None, Side.UNKNOWN, {"foot"}),
        ("SNOMED#309537005 Numbness of lower limb", None, Side.UNKNOWN, {"lower-limb"}),
        (NUMB, "SNOMED#84607009 Skin structure of heel", Side.UNKNOWN, {"foot", "heel"}),
        ("ICD10CM#R20.2 Paresthesia of skin", None, Side.UNKNOWN, set()),
        ("ICD10CM#R20.2 Paresthesia of skin", "SNOMED#56459004", Side.UNKNOWN, {"foot"}),
        ("ICD10CM#R20.2 Paresthesia of skin", "left foot", Side.LEFT, {"foot"}),
        (["ICD10CM#R20.2", "Tingling of both feet"], None, Side.BOTH, {"foot"}),
        (NUMB, "SNOMED#7771000 Left", Side.LEFT, {"foot"}),
        (NUMB, "SNOMED#24028007", Side.RIGHT, {"foot"}),
        (NUMB, "SNOMED#51440002", Side.BOTH, {"foot"}),
        (NUMB, "bilateral", Side.BOTH, {"foot"}),
        ([NUMB, "Numbness of right foot"], None, Side.RIGHT, {"foot"}),
        ("ICD10CM#M79.671 Pain in right foot", None, Side.RIGHT, {"foot"}),
        ("ICD10CM#G57.52", None, Side.LEFT, None),
        ("ICD10CM#G57.53", None, Side.BOTH, None),
    ],
)
def test_side_and_site_come_from_code_body_site_and_words(
    read: Read, code: Any, site: str | None, side: Side, sites: set[str] | None
) -> None:
    fact = finding(read(condition(code, site=site)))
    assert fact.side is side
    assert sites is None or fact.sites == sites


def test_two_body_sites_left_and_right_are_both(read: Read) -> None:
    both = [{"text": "left foot"}, {"text": "right foot"}]
    assert finding(read(condition(NUMB, bodySite=both))).side is Side.BOTH


def test_a_body_site_may_be_an_object(read: Read) -> None:
    assert finding(read(condition(NUMB, bodySite={"text": "left foot"}))).side is Side.LEFT


def test_a_code_without_a_site_has_none_until_something_names_one(read: Read) -> None:
    assert finding(read(condition("ICD10CM#R20.2"))).sites == frozenset()
    assert finding(read(condition("ICD10CM#R20.2", site="left foot"))).sites == {"foot"}
    assert finding(read(condition([NUMB, "ICD10CM#R20.2"]))).sites == {"foot"}


# --- words ---


@pytest.mark.parametrize(
    "text", ["Numbness of left foot", "numb feet", "Tingling in both heels", "Pins and needles, right sole"]
)
def test_words_alone_make_a_weak_finding(read: Read, text: str) -> None:
    fact = finding(read(condition(text)))
    assert (fact.sets, fact.weak, fact.text_only, fact.source) == (("sensory-symptom",), True, True, "Condition")


def test_a_display_is_read_where_the_code_is_not_known(read: Read) -> None:
    assert finding(read(condition("http://read.info/readv2#1B8.. Numbness of left foot"))).side is Side.LEFT


def test_denied_symptoms_are_no_findings(read: Read) -> None:
    assert not read(condition("No numbness of the feet")).findings
    assert not read(condition([NUMB, "Denies numbness of foot"])).findings


def test_what_a_relative_has_is_filed_as_family(read: Read) -> None:
    for code in ("Family history of diabetes mellitus", [DIABETES, "Family history of diabetes mellitus"]):
        record = read(condition(code))
        assert not record.findings
        assert facts(record.family)


def test_history_in_words_is_past(read: Read) -> None:
    assert finding(read(condition("History of numbness of the feet"))).status == "past"


def test_doubt_in_words_is_suspicion(read: Read) -> None:
    fact = finding(read(condition("Rule out peripheral neuropathy")))
    assert (fact.suspected, fact.weak) == (True, True)


def test_one_text_may_tell_several_findings(read: Read) -> None:
    sets = {name for fact in facts(read(condition("Foot ulcer and back pain")).findings) for name in fact.sets}
    assert {"foot-ulcer", "back-pain"} <= sets


def test_notes_add_modifiers_and_findings(read: Read) -> None:
    record = read(condition(NUMB, note=[{"text": "Sudden onset. Also back pain. No weakness."}]))
    numb = record.findings["numbness-foot"][0]
    assert "mod.sudden-onset" in numb.modifiers
    assert not numb.weak
    assert [fact.weak for fact in record.findings["back-pain"]] == [True]
    assert "weakness" not in record.findings


def test_what_a_note_mentions_did_not_begin_with_the_condition_it_stands_under(read: Read) -> None:
    note = [{"text": "Since yesterday numb in the saddle area and cannot pass urine."}]
    old = condition(NUMB, onsetDateTime="2025-03-01", recordedDate="2026-11-19", note=note)
    [fact] = read(old).findings["saddle-anesthesia"]
    assert fact.onset.is_open
    assert show(fact.recorded) == "2026-11-19"


def test_a_note_is_as_old_as_its_own_time_and_not_read_before_it(read: Read) -> None:
    note = [{"time": "2026-11-19T10:00:00Z", "text": "Also back pain."}, {"time": "2026-10-01", "text": "Stable."}]
    [fact] = read(condition(NUMB, recordedDate="2025-03-01", note=note)).findings["back-pain"]
    assert show(fact.recorded) == "2026-11-19"
    later = [{"time": "2026-12-24", "text": "Also back pain."}]
    assert "back-pain" not in read(condition(NUMB, recordedDate="2025-03-01", note=later)).findings


def test_a_note_names_side_and_site_only_where_nothing_else_does(read: Read) -> None:
    note = [{"text": "left foot"}]
    assert finding(read(condition("ICD10CM#R20.2", note=note))).sites == {"foot"}
    assert finding(read(condition(NUMB, note=note))).side is Side.LEFT
    assert finding(read(condition(NUMB, site="right foot", note=note))).side is Side.RIGHT


@pytest.mark.parametrize("note", [[{"text": "sudden onset"}], {"text": "sudden onset"}, "sudden onset"])
def test_notes_come_in_three_shapes(read: Read, note: Any) -> None:
    assert "mod.sudden-onset" in finding(read(condition(NUMB, note=note))).modifiers


def test_unrelated_conditions_are_no_facts(read: Read) -> None:
    record = read(condition("SNOMED#195967001 Asthma"), condition(None), condition({}), condition({"coding": []}))
    assert "facts" not in record.counts


# --- relatives ---


def test_family_history_is_never_the_patients(read: Read) -> None:
    record = read(family(DIABETES, "Peripheral artery disease"))
    assert not record.findings
    assert {"diabetes-t2", "pad"} <= set(record.family)


def test_family_history_in_error_is_dropped(read: Read) -> None:
    assert not read(family(DIABETES, status="entered-in-error")).family


def test_a_contained_condition_is_read_and_named_by_its_owner(read: Read) -> None:
    plan = {"resourceType": "CarePlan", "id": "plan", "contained": [condition(NUMB, id="c")]}
    assert finding(read(plan)).ref == "CarePlan/plan#c"


def test_not_done_as_a_modifier_turns_a_resource_into_nothing(read: Read) -> None:
    url = "http://hl7.org/fhir/us/qicore/StructureDefinition/qicore-notDone"
    assert not read(condition(NUMB, modifierExtension=[{"url": url, "valueBoolean": True}])).findings
    assert read(condition(NUMB, modifierExtension=[{"url": url, "valueBoolean": False}])).findings


# --- national profiles ---


def german(code: str, **added: str) -> Json:
    url = "http://fhir.de/StructureDefinition/"
    extension = [{"url": url + name.replace("_", "-"), "valueCoding": {"code": c}} for name, c in added.items()]
    system = "http://fhir.de/CodeSystem/bfarm/icd-10-gm"
    return {"coding": [{"system": system, "code": code, "extension": extension}]}


@pytest.mark.parametrize(
    ("letter", "side"), [("L", Side.LEFT), ("R", Side.RIGHT), ("B", Side.BOTH), ("U", Side.UNKNOWN)]
)
def test_a_profile_names_the_side_beside_the_code(read: Read, letter: str, side: Side) -> None:
    assert finding(read(condition(german("G57.5", seitenlokalisation=letter)))).side is side


def test_a_profile_says_how_sure_a_diagnosis_is(read: Read) -> None:
    def told(letter: str, **members: Any) -> Any:
        return read(condition(german("G57.5", icd_10_gm_diagnosesicherheit=letter), **members))

    assert not told("A", verification=None).findings
    assert not told("A").findings
    provisional, after = finding(told("V")), finding(told("Z", verification=None))
    assert (provisional.weak, provisional.suspected, provisional.status) == (True, False, "active")
    assert (after.status, after.weak) == ("past", False)
    assert finding(told("G", verification=None)).status == "active"


@pytest.mark.parametrize(("code", "side"), [("7771000", Side.LEFT), ("24028007", Side.RIGHT), ("51440002", Side.BOTH)])
def test_a_dutch_profile_names_the_side_beside_the_site(read: Read, code: str, side: Side) -> None:
    url = "http://nictiz.nl/fhir/StructureDefinition/ext-AnatomicalLocation.Laterality"
    told = {"url": url, "valueCodeableConcept": concept(f"SNOMED#{code}")}
    site: Json = {"coding": [{"system": "http://snomed.info/sct", "code": "56459004"}], "extension": [told]}
    assert finding(read(condition(NUMB, site=site))).side is side


@pytest.mark.parametrize("odd", ["x", [None], [{"url": 5}], [{"valueCoding": "L"}], {"url": "x"}])
def test_an_odd_extension_of_a_code_harms_nothing(read: Read, odd: Any) -> None:
    code = {"coding": [{"system": "http://snomed.info/sct", "code": "309538000", "extension": odd}]}
    assert finding(read(condition(code))).sets[0] == "numbness-foot"


# --- how long, in words ---


def own(read: Read, **parts: Any) -> frozenset[str]:
    """The modifiers said of one urinary incontinence alone."""
    return finding(
        read(condition(parts.pop("code", "ICD10CM#R32 Unspecified urinary incontinence"), **parts))
    ).own_modifiers


@pytest.mark.parametrize(
    "parts",
    [
        {"note": [{"text": "longstanding, unchanged"}]},
        {"onsetString": "longstanding"},
        {"code": "Longstanding urinary incontinence", "note": [{"text": "Uses pads."}]},
    ],
)
def test_a_finding_that_is_called_longstanding_by_itself_has_that_word_as_its_own(read: Read, parts: Json) -> None:
    assert "mod.longstanding" in own(read, **parts)


@pytest.mark.parametrize(
    "parts",
    [
        {"note": [{"text": "longstanding COPD"}]},
        {"code": "Longstanding urinary incontinence", "note": [{"text": "Total since Monday."}]},
        {"code": "Longstanding urinary incontinence", "note": [{"text": "now total"}]},
    ],
)
def test_a_note_that_speaks_of_something_else_or_of_a_change_settles_nothing(read: Read, parts: Json) -> None:
    assert "mod.longstanding" not in own(read, **parts)


# --- words in other languages beside a code ---


@pytest.mark.parametrize(
    ("words", "sites", "side"),
    [
        ("Taubheitsgefühl linke Ferse", {"heel", "foot"}, Side.LEFT),
        ("Engourdissement du pied gauche", {"foot"}, Side.LEFT),
        ("Entumecimiento de ambos pies", {"foot"}, Side.BOTH),
        ("Doof gevoel rechtervoet", {"foot"}, Side.RIGHT),
        ("Taubheit", {"foot"}, Side.UNKNOWN),
    ],
)
def test_a_code_counts_whatever_the_language_of_its_words(read: Read, words: str, sites: set[str], side: Side) -> None:
    fact = finding(read(condition([NUMB, words])))
    assert (fact.sets, fact.weak, fact.side) == (("numbness-foot",), False, side)
    assert fact.sites <= sites


@pytest.mark.parametrize("words", ["Taubheit der Ferse", "Kribbeln in den Füßen", "Reithosenanästhesie"])
def test_symptoms_in_other_languages_are_not_read_without_a_code(read: Read, words: str) -> None:
    assert not read(condition(words)).findings


@pytest.mark.parametrize(
    ("words", "sets", "is_suspected"),
    [
        ("V.a. Diabetes mellitus", True, True),
        ("Sin diabetes mellitus", False, False),
        ("Diabetes mellitus ausgeschlossen", False, False),
    ],
)
def test_foreign_words_that_doubt_a_code_are_heard(read: Read, words: str, sets: bool, is_suspected: bool) -> None:
    found = facts(read(condition(["ICD10#E11", words])).findings)
    assert bool(found) is sets
    assert all(fact.suspected is is_suspected for fact in found)


@pytest.mark.parametrize(
    ("code", "name", "is_there"),
    [
        ("ICD10GM#I70.25", "gangrene", True),
        ("ICD10GM#i7025", "gangrene", True),
        ("ICD10GM#I70.24", "gangrene", False),
        ("ICD10GM#I70.25", "pad", True),
        ("ICD10CM#I70.25", "gangrene", False),
        ("ICD10#I70.25", "gangrene", False),
        ("ICD10GM#E11.74", "diabetic-foot", True),
        ("ICD10GM#E14.75", "diabetic-foot", True),
        ("ICD10GM#E11.74", "diabetes-t2", True),
        ("ICD10GM#E11.72", "diabetic-foot", False),
        ("ICD10CM#E11.74", "diabetic-foot", False),
        ("ICD10#Z49.1", "dialysis", True),
        ("ICD10GM#Z49.2", "dialysis", True),
        ("ICD10#Z49.0", "dialysis", False),
        ("ICD10CM#Z49.1", "dialysis", False),
    ],
)
def test_each_edition_of_icd_10_is_read_as_itself(read: Read, code: str, name: str, is_there: bool) -> None:
    assert (name in read(condition(code)).findings) is is_there
