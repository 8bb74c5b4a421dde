"""Evidence of problems, reasons and notes of orders and procedures, assessments, flags, notes under observations."""

from __future__ import annotations

from typing import Any

import pytest

from cds.domain.record import Finding, PatientRecord, Side
from cds.domain.when import show
from cds.fhir.orders import OrderFor, draft
from tests.builders import Json, concept, condition, observation, order, procedure, report, resource
from tests.unit.fhir.conftest import Read, done, facts, finding

NUMB = "SNOMED#309538000 Numbness of foot"
SADDLE = "SNOMED#449813001 Numbness of saddle area"
BACK_PAIN = "SNOMED#279039007 Low back pain"
NCS = "Nerve conduction study"
MRI = "LOINC#24968-0 MR Lumbar spine"
PRESSURE = "LOINC#85354-9 Blood pressure panel"


def found(record: PatientRecord, name: str) -> Finding | None:
    filed = record.findings.get(name, [])
    assert len(filed) <= 1
    return filed[0] if filed else None


def note(text: str) -> list[Json]:
    return [{"text": text}]


# --- evidence of a problem ---


@pytest.mark.parametrize(
    "evidence",
    [
        [{"code": [concept(SADDLE)]}],
        [{"code": concept(SADDLE)}],
        {"code": [concept("saddle anaesthesia")]},
        [{"concept": concept(SADDLE)}],
        [{"detail": [{"reference": "Observation/gone", "display": "Saddle anaesthesia"}]}],
        [{"reference": {"reference": "Observation/gone", "display": "Saddle anaesthesia"}}],
    ],
)
def test_evidence_of_a_problem_is_a_weak_finding_as_old_as_its_record(read: Read, evidence: Any) -> None:
    made = condition(BACK_PAIN, onsetDateTime="2019", recordedDate="2026-11-15", evidence=evidence)
    fact = found(read(made), "saddle-anesthesia")
    assert fact is not None
    assert (fact.weak, fact.status, fact.source) == (True, "active", "Condition")
    assert (fact.onset.is_open, show(fact.recorded)) == (True, "2026-11-15")


@pytest.mark.parametrize("verification", ["refuted", "entered-in-error"])
def test_evidence_of_what_is_no_problem_gives_nothing(read: Read, verification: str) -> None:
    made = condition(BACK_PAIN, verification=verification, evidence=[{"code": [concept(SADDLE)]}])
    assert not read(made).findings


def test_the_symptom_behind_a_doubtful_diagnosis_is_not_doubtful(read: Read) -> None:
    made = condition("Cauda equina syndrome", verification="provisional", evidence=[{"code": [concept(SADDLE)]}])
    fact = found(read(made), "saddle-anesthesia")
    assert fact is not None
    assert not fact.suspected


def test_evidence_of_a_problem_that_is_over_is_past(read: Read) -> None:
    fact = found(
        read(condition(BACK_PAIN, clinical="resolved", evidence=[{"code": [concept(SADDLE)]}])), "saddle-anesthesia"
    )
    assert fact is not None
    assert fact.status == "past"


def test_evidence_that_came_along_is_read_as_itself_and_once(read: Read) -> None:
    pointer = {"reference": "Observation/o", "display": "Saddle anaesthesia"}
    made = condition(BACK_PAIN, evidence=[{"detail": [pointer]}])
    assert found(read(made, observation(SADDLE, False, id="o")), "saddle-anesthesia") is None


def test_evidence_without_a_place_lies_where_the_problem_lies(read: Read) -> None:
    evidence = [{"code": [concept("Numbness")]}]
    wrist = found(read(condition("Sprain of right wrist", evidence=evidence)), "sensory-symptom")
    assert wrist is not None
    assert "hand" in wrist.sites
    foot = found(read(condition("Sprain", site="left foot", evidence=evidence)), "sensory-symptom")
    assert foot is not None
    assert (foot.sites, foot.side) == (frozenset({"foot"}), Side.LEFT)
    back = found(read(condition(BACK_PAIN, evidence=evidence)), "sensory-symptom")
    assert back is not None
    assert not back.sites
    heel = [{"code": [concept("Numb left heel")]}]
    own = found(read(condition("Sprain of right wrist", evidence=heel)), "sensory-symptom")
    assert own is not None
    assert (own.sites, own.side) == (frozenset({"heel"}), Side.LEFT)


@pytest.mark.parametrize("code", ["Carpal tunnel syndrome", "Migraine", None])
def test_numbness_without_a_place_under_a_problem_that_rules_do_not_know_is_not_of_the_foot(
    read: Read, code: str | None
) -> None:
    assert not read(condition(code, evidence=[{"code": [concept("Numbness and tingling")]}])).findings
    assert read(condition(code, evidence=[{"code": [concept("Urinary retention")]}])).findings


def test_evidence_that_denies_answers_and_supports_nothing(read: Read) -> None:
    record = read(condition(BACK_PAIN, evidence=[{"code": [concept("No saddle anaesthesia")]}]))
    assert found(record, "saddle-anesthesia") is None
    assert "saddle-anesthesia" in record.denied


# --- reasons of orders and procedures ---


@pytest.mark.parametrize(
    ("kind", "members"),
    [
        ("ServiceRequest", {"reasonCode": [concept("Numb left heel")]}),
        ("ServiceRequest", {"reason": [{"concept": concept("Numb left heel")}]}),
        ("ServiceRequest", {"reason": [{"reference": {"reference": "Condition/gone", "display": "Numb left heel"}}]}),
        ("ServiceRequest", {"reasonReference": [{"reference": "Condition/gone", "display": "Numb left heel"}]}),
        ("ServiceRequest", {"note": note("Numb left heel for weeks")}),
        ("ProcedureRequest", {"reasonCode": [concept("Numb left heel")]}),
        ("ReferralRequest", {"reason": concept("Numb left heel")}),
        ("DiagnosticOrder", {"reason": [concept("Numb left heel")]}),
    ],
)
def test_the_reason_of_an_order_is_a_weak_finding_of_its_day(read: Read, kind: str, members: Json) -> None:
    made = resource(kind, status="active", code=concept(NCS), authoredOn="2026-11-10", **members)
    fact = found(read(made), "sensory-symptom")
    assert fact is not None
    assert (fact.weak, fact.source, fact.of_visit, fact.side) == (True, "ServiceRequest", False, Side.LEFT)
    if kind in ("ServiceRequest", "ProcedureRequest"):
        assert show(fact.recorded) == "2026-11-10"


@pytest.mark.parametrize(
    "members",
    [
        {"reasonCode": [concept("Numb left heel")]},
        {"reasonCodeableConcept": concept("Numb left heel")},
        {"reason": [{"concept": concept("Numb left heel")}]},
        {"reasonReference": [{"reference": "Condition/gone", "display": "Numb left heel"}]},
        {"note": note("Numb left heel before the study")},
        {"notes": note("Numb left heel before the study")},
        {"notes": "Numb left heel before the study"},
    ],
)
def test_the_reason_of_a_procedure_is_one_too(read: Read, members: Json) -> None:
    fact = found(read(procedure(NCS, performedDateTime="2026-10-10", **members)), "sensory-symptom")
    assert fact is not None
    assert (fact.weak, fact.source, fact.status, show(fact.recorded)) == (True, "Procedure", "active", "2026-10-10")


@pytest.mark.parametrize("members", [{"performedDateTime": "2026-08-21"}, {}])
def test_the_reason_of_what_was_done_long_ago_is_past(read: Read, members: Json) -> None:
    fact = finding(read(procedure("Massage", reasonCode=[concept(NUMB)], **members)))
    assert fact.status == "past"
    old = order("Massage", status="completed", reasonCode=[concept(NUMB)], authoredOn="2026-01-10")
    assert finding(read(old)).status == "past"
    still = order("Massage", status="active", reasonCode=[concept(NUMB)], authoredOn="2026-01-10")
    assert finding(read(still)).status == "active"


@pytest.mark.parametrize(
    "made",
    [
        order(NCS, status="revoked", reasonCode=[concept(NUMB)]),
        order(NCS, intent="proposal", reasonCode=[concept(NUMB)]),
        order(NCS, doNotPerform=True, reasonCode=[concept(NUMB)]),
        order(NCS, authoredOn="2026-12-01", reasonCode=[concept(NUMB)]),
        procedure(NCS, status="not-done", reasonCode=[concept(NUMB)]),
        procedure(NCS, performedDateTime="2026-12-01", reasonCode=[concept(NUMB)]),
    ],
)
def test_what_is_not_ordered_or_done_has_no_reason(read: Read, made: Json) -> None:
    assert not read(made).findings


@pytest.mark.parametrize("words", ["Rule out Guillain-Barre syndrome", "?GBS", "Suspected Guillain-Barre syndrome"])
def test_what_an_order_is_to_exclude_is_only_suspected(read: Read, words: str) -> None:
    fact = finding(read(order(NCS, reasonCode=[concept(words)])))
    assert (fact.suspected, fact.weak) == (True, True)


def test_what_a_note_of_an_order_asks_to_assess_is_no_finding(read: Read) -> None:
    record = read(order(NCS, note=note("Assess for saddle anaesthesia. Return if legs get weak.")))
    assert not record.findings


def test_a_reason_that_came_along_is_read_as_itself(read: Read) -> None:
    pointer = {"reference": "Condition/c", "display": "Numbness of foot"}
    made = order(NCS, reasonReference=[pointer]), condition(NUMB, clinical="resolved", id="c")
    assert finding(read(*made)).status == "past"


def test_what_this_service_proposed_is_no_news_of_the_patient(read: Read) -> None:
    call = OrderFor("p", None, None, "2026-11-20")
    made = draft(
        {"text": NCS}, call, priority="stat", reason="Possible cauda equina: numb heel", note="In pregnancy ask"
    )
    record = read({**made, "id": "ours", "status": "active"})
    assert not record.findings
    assert facts(record.orders)


# --- done, or not ---


def carried_out(**members: Any) -> Json:
    made = {"status": "completed", "code": concept(MRI), "performedDateTime": "2026-10-01"}
    return resource("Procedure", **made | members)


@pytest.mark.parametrize(
    "members",
    [
        {"code": concept([MRI, "MRI lumbar spine - patient declined"])},
        {"code": concept([MRI, "MRI lumbar spine (cancelled)"])},
        {"code": concept("MRI lumbar spine not done")},
        {"outcome": concept("Not performed")},
        {"outcome": [{"concept": concept("Not performed")}]},
        {"statusReason": concept("Patient refused")},
        {"statusReason": [concept("Patient refused")]},
    ],
)
def test_a_procedure_that_its_words_call_not_done_is_none(read: Read, members: Json) -> None:
    assert not read(carried_out(**members)).procedures


@pytest.mark.parametrize(
    ("members", "weak"),
    [
        ({"outcome": concept("Aborted")}, True),
        ({"outcome": concept("Procedure not completed")}, True),
        ({"code": concept([MRI, "MRI lumbar spine, aborted"])}, True),
        ({"note": note("Patient declined.")}, True),
        ({"note": note("Could not be completed: claustrophobia")}, True),
        ({"note": note("Patient declined contrast.")}, False),
        ({"note": note("Previously cancelled, done today.")}, False),
        ({"note": note("Sedation refused, well tolerated.")}, False),
        ({"outcome": concept("Successful")}, False),
    ],
)
def test_a_procedure_that_was_broken_off_or_is_in_doubt_is_weak(read: Read, members: Json, weak: bool) -> None:
    assert done(read(carried_out(**members))).weak is weak


@pytest.mark.parametrize(
    "made",
    [
        report(MRI, conclusion="Not performed, patient declined."),
        report([MRI, "MRI lumbar spine - cancelled"]),
        observation(NCS, "patient declined"),
        observation(NCS, dataAbsentReason=concept("not performed")),
        observation(NCS, None, note=[{"text": "Patient declined"}]),
        observation(NCS, "unable to test"),
    ],
)
def test_a_report_that_there_was_no_examination_is_none(read: Read, made: Json) -> None:
    assert not read(made).procedures


def test_a_report_of_findings_was_made_whatever_it_left_out(read: Read) -> None:
    made = report(MRI, conclusion="Disc herniation L5/S1. Contrast series not done.")
    assert not done(read(made)).weak


@pytest.mark.parametrize(("outcome", "relieved"), [("Complete relief of numbness", True), ("No relief", False)])
def test_a_block_and_its_outcome_are_read_together(read: Read, outcome: str, relieved: bool) -> None:
    record = read(procedure("Left medial calcaneal nerve block", outcome=concept(outcome)))
    assert [fact.sets for fact in facts(record.findings)] == ([("heel-block-relief",)] if relieved else [])


# --- assessments and flags ---


def impression(**members: Any) -> Json:
    return resource("ClinicalImpression", **{"status": "completed", "date": "2026-11-10"} | members)


@pytest.mark.parametrize(
    "members",
    [
        {"summary": "Numb left heel"},
        {"description": "Numb left heel"},
        {"note": note("Numb left heel")},
        {"finding": [{"itemCodeableConcept": concept("Numb left heel")}]},
        {"finding": [{"item": concept("Numb left heel")}]},
        {"finding": [{"item": {"concept": concept("Numb left heel")}}]},
        {"finding": [{"itemReference": {"reference": "Condition/gone", "display": "Numb left heel"}}]},
        {"problem": [{"reference": "Condition/gone", "display": "Numb left heel"}]},
        {"summary": "Numb left heel", "date": None, "effectivePeriod": {"end": "2026-11-10"}},
    ],
)
def test_an_assessment_says_weak_findings(read: Read, members: Json) -> None:
    fact = found(read(impression(**members)), "sensory-symptom")
    assert fact is not None
    assert (fact.weak, fact.source, fact.status, fact.side) == (True, "ClinicalImpression", "active", Side.LEFT)
    assert show(fact.recorded) == "2026-11-10"


@pytest.mark.parametrize("status", ["entered-in-error", "not-done", "preparation", "draft"])
def test_an_assessment_that_is_none_says_nothing(read: Read, status: str) -> None:
    assert not read(impression(status=status, summary="Numb left heel")).findings


def test_an_assessment_is_read_with_its_doubts_and_denials(read: Read) -> None:
    record = read(impression(summary="?cauda equina syndrome. No saddle anaesthesia. Mother has diabetes."))
    fact = finding(record)
    assert (fact.sets, fact.suspected) == (("cauda-equina",), True)
    assert "saddle-anesthesia" in record.denied
    assert "diabetes" in record.family


def test_an_assessment_of_long_ago_is_past_and_one_of_the_future_none(read: Read) -> None:
    assert finding(read(impression(summary="Numb left heel", date="2026-08-21"))).status == "past"
    assert finding(read(impression(summary="Numb left heel", date=None))).status == "active"
    assert read(impression(summary="Numb left heel", date="2026-12-01")).counts["future"] == 1


@pytest.mark.parametrize(
    ("members", "counts"),
    [
        ({}, True),
        ({"status": None}, True),
        ({"status": "inactive"}, False),
        ({"status": "entered-in-error"}, False),
        ({"period": {"start": "2026-01-01"}}, True),
        ({"period": {"start": "2026-12-01"}}, False),
        ({"period": {"start": "2026-01-01", "end": "2026-11-19"}}, False),
        ({"code": concept("At high risk of numbness of the feet")}, False),
        ({"subject": {"reference": "Location/ward"}}, False),
    ],
)
def test_a_flag_counts_while_it_is_active(read: Read, members: Json, counts: bool) -> None:
    record = read(resource("Flag", **{"status": "active", "code": concept("Numb left heel")} | members))
    assert bool(record.findings) is counts
    assert all(fact.weak for fact in facts(record.findings))


# --- notes under observations that say nothing themselves ---


@pytest.mark.parametrize(
    "made",
    [
        observation(PRESSURE, note=note("Reduced sensation left heel")),
        observation("Physical exam", note=note("Reduced sensation left heel")),
        observation("Physical exam", comment="Reduced sensation left heel"),
        observation("Physical exam", comments="Reduced sensation left heel"),
        observation("Saddle anaesthesia", False, note=note("Reduced sensation left heel")),
    ],
)
def test_a_note_under_an_observation_that_shows_nothing_is_read(read: Read, made: Json) -> None:
    fact = finding(read(made))
    assert (fact.sets, fact.side, fact.weak, fact.source) == (("sensory-symptom",), Side.LEFT, True, "Observation")


def test_a_note_that_denies_is_no_finding(read: Read) -> None:
    record = read(observation(PRESSURE, note=note("Denies numbness of the feet")))
    assert not record.findings
    assert record.denied


@pytest.mark.parametrize(
    "members",
    [
        {"category": [concept("http://terminology.hl7.org/CodeSystem/observation-category#laboratory")]},
        {"category": concept("Laboratory")},
        {"referenceRange": [{"low": {"value": 1}}]},
    ],
)
def test_what_a_laboratory_explains_under_a_value_is_nobodys_finding(read: Read, members: Json) -> None:
    record = read(observation("Copper", "3 mg/L", note=note("Deficiency causes numbness of the feet"), **members))
    assert not record.findings
    known = read(observation("LOINC#2132-9 Vitamin B12", "420 pg/mL", note=note("Low levels cause numb feet")))
    assert not known.findings


@pytest.mark.parametrize(
    "focus",
    [
        [{"display": "Mother of patient"}],
        [{"display": "Fetus"}],
        [{"display": "Kidney donor"}],
        {"type": "RelatedPerson", "display": "Jane Roe"},
    ],
)
def test_an_observation_about_somebody_named_by_words_alone_is_not_the_patients(read: Read, focus: Any) -> None:
    record = read(observation(NUMB, True, focus=focus))
    assert (record.findings, record.counts["other-patient"]) == ({}, 1)


def test_an_observation_about_an_unknown_name_is_weak(read: Read) -> None:
    assert finding(read(observation(NUMB, focus=[{"display": "Jane Roe"}]))).weak
    assert not finding(read(observation(NUMB, focus=[{"reference": "Patient/p", "display": "Jane Roe"}]))).weak


# --- what notes of this kind tell although nobody has it ---


@pytest.mark.parametrize(
    "made",
    [
        procedure("Popliteal nerve block", note=note("Good block, foot numb.")),
        procedure("Spinal anesthesia", note=note("Adequate block to T10, both legs numb and weak.")),
        procedure("Epidural analgesia", note=note("Legs weak, numb feet, catheterized.")),
        procedure(
            "Bunionectomy", note=note("Risks discussed incl. infection, numbness of toes, DVT. Consent obtained.")
        ),
        procedure("Bunionectomy", note=note("Consented: risks of infection, numb foot.")),
        procedure(
            "Diabetes education", note=note("Discussed symptoms such as numbness. Explained signs of neuropathy.")
        ),
        procedure("Foot care", note=note("Instructed to inspect feet daily for loss of feeling.")),
        observation("Patient education", note=note("Taught about foot care, numbness and ulcers.")),
        order("Referral to hand clinic", reasonCode=[concept("Numbness in median nerve distribution")]),
    ],
)
def test_an_anesthetic_a_consent_and_a_lesson_give_nobody_numb_feet(read: Read, made: Json) -> None:
    lower = {"foot", "toes", "leg", "heel"}
    told = facts(read(made).findings)
    assert not [fact for fact in told if not fact.sites or fact.sites & lower]


@pytest.mark.parametrize(
    "made",
    [
        procedure("Office visit", note=note("Discussed numb left foot with patient.")),
        procedure("Lumbar discectomy", note=note("Post-op: saddle numbness and numb left foot.")),
        procedure("Bunionectomy", note=note("No complications. Numb left foot since.")),
        procedure("Bunionectomy", note=note("Complication: numb left foot since.")),
        procedure("Bunionectomy", note=note("Complications included numb left foot.")),
        impression(summary="Numb left foot. Taught exercises."),
    ],
)
def test_what_the_patient_has_is_read_beside_such_words(read: Read, made: Json) -> None:
    assert any(fact.side is Side.LEFT and "foot" in fact.sites for fact in facts(read(made).findings))
