"""What was done, what it showed, what is on order, and what devices there are."""

from __future__ import annotations

from typing import Any

import pytest

from cds.domain.record import Side
from cds.domain.when import show
from tests.builders import Json, concept, device, order, procedure, report, resource
from tests.unit.fhir.conftest import Read, done, facts, finding, ordered

MRI = "LOINC#24968-0 MR Lumbar spine"
BYPASS = "SNOMED#442338001 Gastric bypass"
PACEMAKER = "SNOMED#14106009 Cardiac pacemaker"


# --- procedures ---


@pytest.mark.parametrize(
    ("status", "weak"),
    [
        ("completed", False),
        ("in-progress", False),
        (None, False),
        ("COMPLETED", False),
        ("unknown", True),
        ("stopped", True),
    ],
)
def test_a_procedure_that_was_done_counts(read: Read, status: str | None, weak: bool) -> None:
    assert done(read(procedure(MRI, status=status, performedDateTime="2026-10-01"))).weak is weak


@pytest.mark.parametrize(
    "members",
    [
        {"status": "not-done"},
        {"status": "entered-in-error"},
        {"status": "preparation"},
        {"notDone": True},
        {"notPerformed": True},
    ],
)
def test_a_procedure_that_was_not_done_is_no_fact(read: Read, members: Json) -> None:
    assert "facts" not in read(procedure(MRI, **members)).counts


@pytest.mark.parametrize(
    ("members", "when"),
    [
        ({"performedDateTime": "2026-10-01"}, "2026-10-01"),
        ({"performedPeriod": {"start": "2026-10-01", "end": "2026-10-03"}}, "2026-10-01 to 2026-10-03"),
        ({"performedPeriod": {"start": "2026-10-01"}}, "2026-10-01"),
        ({"performedString": "2019"}, "2019"),
        ({"occurrenceDateTime": "2026-10-01"}, "2026-10-01"),
        ({"occurrencePeriod": {"start": "2026-10-01", "end": "2026-10-01"}}, "2026-10-01"),
        ({}, ""),
    ],
)
def test_a_procedure_has_a_date_in_any_release(read: Read, members: Json, when: str) -> None:
    assert show(done(read(procedure(MRI, **members))).when) == when


def test_the_name_of_a_test_counts_fully_and_other_words_weakly(read: Read) -> None:
    fact = done(read(procedure("MRI of the lumbar spine", performedDateTime="2026-10-01")))
    assert (fact.text_only, fact.weak) == (True, False)
    assert "order-mri-lumbar" in fact.sets
    assert done(read(procedure("Cardiac pacemaker implantation"))).weak


def test_side_and_site_of_a_procedure_are_read(read: Read) -> None:
    fact = done(read(procedure("LOINC#77194-9 Ankle-brachial index", bodySite=[{"text": "left leg"}])))
    assert fact.side is Side.LEFT


def test_unrelated_procedures_are_no_facts(read: Read) -> None:
    assert "facts" not in read(procedure("SNOMED#80146002 Appendectomy"), procedure(None)).counts


# --- reports and images ---


@pytest.mark.parametrize(
    ("status", "weak"),
    [
        ("final", False),
        ("amended", False),
        ("corrected", False),
        ("appended", False),
        (None, False),
        ("preliminary", True),
        ("partial", True),
        ("unknown", True),
    ],
)
def test_a_report_says_that_the_test_was_done(read: Read, status: str | None, weak: bool) -> None:
    fact = done(read(report(MRI, status=status)))
    assert (fact.weak, fact.source, show(fact.when)) == (weak, "DiagnosticReport", "2026-10-01")


@pytest.mark.parametrize("status", ["registered", "cancelled", "entered-in-error"])
def test_void_reports_are_dropped(read: Read, status: str) -> None:
    assert "facts" not in read(report(MRI, status=status, conclusion="Lumbar disc herniation")).counts


def test_a_coded_conclusion_is_a_finding(read: Read) -> None:
    coded = [concept("ICD10CM#M51.16 Intervertebral disc disorders with radiculopathy, lumbar region")]
    record = read(report(MRI, conclusionCode=coded))
    assert "lumbar-disc" in record.findings
    assert not finding(record).weak
    assert finding(record).source == "DiagnosticReport"


@pytest.mark.parametrize("member", ["conclusionCode", "codedDiagnosis"])
def test_conclusions_of_other_releases_are_read(read: Read, member: str) -> None:
    record = read(report(None, **{member: [concept("ICD10CM#M51.16")]}))
    assert "lumbar-disc" in record.findings


NCS, TARSAL_TUNNEL = "LOINC#29755-6 Nerve conduction study", "SNOMED#47374004 Tarsal tunnel syndrome"


@pytest.mark.parametrize(
    ("exam", "words", "side"),
    [
        ("left", None, Side.LEFT),
        ("left", "Tibial neuropathy at the ankle", Side.LEFT),
        (None, "Left tibial neuropathy at the ankle", Side.LEFT),
        ("both legs", "Left tibial neuropathy at the ankle", Side.LEFT),
        ("right", "Left tibial neuropathy at the ankle", Side.UNKNOWN),
        (None, "Tibial neuropathy at the ankle", Side.UNKNOWN),
    ],
)
def test_a_coded_conclusion_has_the_side_of_its_words_else_of_the_limb_examined(
    read: Read, exam: str | None, words: str | None, side: Side
) -> None:
    code = concept(NCS) | ({"text": f"Nerve conduction study, {exam}"} if exam else {})
    sent = resource("DiagnosticReport", code=code, conclusion=words, conclusionCode=[concept(TARSAL_TUNNEL)])
    record = read(sent)
    assert [f.side for f in record.findings["tarsal-tunnel"]] == [side]


def test_a_worded_conclusion_keeps_each_side_it_tells(read: Read) -> None:
    code = concept(MRI) | {"text": "MR lumbar spine, right"}
    record = read(resource("DiagnosticReport", code=code, conclusion="Left lumbar disc herniation"))
    assert record.findings["lumbar-disc"][0].side is Side.LEFT


def test_a_worded_conclusion_is_weak_and_may_deny(read: Read) -> None:
    record = read(report(MRI, conclusion="Spinal stenosis at L4. No cauda equina compression."))
    assert record.findings["lumbar-stenosis"][0].weak
    assert "cauda-equina" not in record.findings


def test_a_report_without_effective_has_its_date_of_issue(read: Read) -> None:
    fact = done(read(report(MRI, effectiveDateTime=None, issued="2026-09-01T08:00:00Z")))
    assert show(fact.when) == "2026-09-01"


@pytest.mark.parametrize(
    "members",
    [
        {"procedureCode": [concept(MRI)]},
        {"procedure": [{"concept": concept(MRI)}]},
        {"description": "MRI lumbar spine without contrast"},
    ],
)
def test_images_are_known_by_procedure_or_description(read: Read, members: Json) -> None:
    fact = done(read(resource("ImagingStudy", status="available", started="2026-10-01", **members)))
    assert ("order-mri-lumbar" in fact.sets, show(fact.when)) == (True, "2026-10-01")


def test_cancelled_images_are_dropped(read: Read) -> None:
    assert "facts" not in read(resource("ImagingStudy", status="cancelled", procedureCode=[concept(MRI)])).counts


# --- orders ---


@pytest.mark.parametrize(
    ("members", "status", "weak"),
    [
        ({}, "active", False),
        ({"status": "draft"}, "draft", False),
        ({"status": "completed"}, "completed", False),
        ({"status": None}, "active", False),
        ({"status": "requested"}, "active", False),
        ({"status": "unknown"}, "active", True),
        ({"intent": "original-order"}, "active", False),
    ],
)
def test_an_order_stands_until_it_is_revoked(read: Read, members: Json, status: str, weak: bool) -> None:
    fact = ordered(read(order(MRI, **members)))
    assert (fact.status, fact.weak, show(fact.when)) == (status, weak, "2026-10-01")


@pytest.mark.parametrize(
    "members",
    [
        {"status": "revoked"},
        {"status": "entered-in-error"},
        {"doNotPerform": True},
        {"intent": "proposal"},
        {"intent": "plan"},
    ],
)
def test_what_is_not_ordered_is_no_fact(read: Read, members: Json) -> None:
    assert "facts" not in read(order(MRI, **members)).counts


@pytest.mark.parametrize(
    ("kind", "members"),
    [
        ("ServiceRequest", {"code": concept(MRI)}),
        ("ServiceRequest", {"code": {"concept": concept(MRI)}}),
        ("ProcedureRequest", {"code": concept(MRI), "intent": "order"}),
        ("DiagnosticOrder", {"item": [{"code": concept(MRI)}, {"code": concept("x#1 something else")}]}),
        ("ReferralRequest", {"serviceRequested": [concept("SNOMED#183524004 Referral to neurology service")]}),
        ("ReferralRequest", {"type": concept("Referral to neurology")}),
        ("ReferralRequest", {"description": "Referral to neurology"}),
    ],
)
def test_orders_of_all_releases_are_read(read: Read, kind: str, members: Any) -> None:
    (fact,) = facts(read(resource(kind, status="active", **members)).orders)
    assert fact.ref.startswith(kind)


def test_an_order_for_a_later_day_stands_now(read: Read) -> None:
    fact = ordered(read(order(MRI, authoredOn=None, occurrenceDateTime="2026-12-24")))
    assert fact.when.is_open


# --- devices ---


@pytest.mark.parametrize(
    ("members", "status"),
    [({}, "active"), ({"status": None}, "active"), ({"status": "inactive"}, "past")],
)
def test_a_device_of_the_patient_is_a_finding(read: Read, members: Json, status: str) -> None:
    fact = finding(read(device(PACEMAKER, **members)))
    assert ("cardiac-device" in fact.sets, fact.status, fact.source) == (True, status, "Device")


@pytest.mark.parametrize(
    "made",
    [
        device(PACEMAKER, patient=None),
        device(PACEMAKER, status="entered-in-error"),
        device("Blood pressure cuff"),
        device(PACEMAKER, patient={"reference": "Patient/q"}),
    ],
)
def test_equipment_and_mistakes_are_no_findings(read: Read, made: Json) -> None:
    assert not read(made).findings


@pytest.mark.parametrize(
    "made",
    [
        device(None, deviceName=[{"name": "Dual chamber pacemaker", "type": "user-friendly-name"}]),
        device(None, type=[concept(PACEMAKER)]),
        device("Implantable cardiac pacemaker"),
    ],
)
def test_a_device_is_known_by_type_or_name(read: Read, made: Json) -> None:
    assert "cardiac-device" in finding(read(made)).sets


@pytest.mark.parametrize(
    ("kind", "pointer"),
    [
        ("DeviceUseStatement", {"reference": "Device/pm"}),
        ("DeviceUseStatement", {"display": "Cardiac pacemaker"}),
        ("DeviceUsage", {"reference": {"reference": "Device/pm"}}),
        ("DeviceUsage", {"concept": concept(PACEMAKER)}),
    ],
)
def test_a_device_in_use_is_followed(read: Read, kind: str, pointer: Json) -> None:
    equipment = device(PACEMAKER, id="pm", patient=None)
    used = resource(kind, status="active", device=pointer)
    if kind == "DeviceUsage":
        used["patient"] = used.pop("subject")
    assert "cardiac-device" in finding(read(used, equipment)).sets


@pytest.mark.parametrize(
    ("status", "expected"), [("completed", "past"), ("intended", None), ("entered-in-error", None)]
)
def test_a_use_that_ended_is_past_and_one_that_never_was_is_nothing(
    read: Read, status: str, expected: str | None
) -> None:
    record = read(resource("DeviceUseStatement", status=status, device={"display": "Cardiac pacemaker"}))
    assert [fact.status for fact in facts(record.findings)] == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("status", "expected"),
    [("implanted", "active"), ("attached", "active"), ("explanted", "past"), ("entered-in-error", None)],
)
def test_a_device_that_names_nobody_is_the_patients_by_its_association(
    read: Read, status: str, expected: str | None
) -> None:
    coded = {"coding": [{"system": "http://hl7.org/fhir/deviceassociation-status", "code": status}]}
    link = resource("DeviceAssociation", status=coded, device={"reference": "Device/pm"})
    record = read(link, device(PACEMAKER, id="pm", patient=None))
    assert [fact.status for fact in facts(record.findings)] == ([expected] if expected else [])


@pytest.mark.parametrize(("action", "expected"), [("implanted", "active"), (None, "active"), ("explanted", "past")])
def test_a_device_that_a_procedure_put_in_is_the_patients(read: Read, action: str | None, expected: str) -> None:
    coded = {"coding": [{"system": "http://hl7.org/fhir/device-action", "code": action}]} if action else None
    focal = {"manipulated": {"reference": "Device/pm"}} | ({"action": coded} if coded else {})
    done = procedure("Operation on chest", focalDevice=[focal], performedDateTime="2020-01-01")
    record = read(done, device(PACEMAKER, id="pm", patient=None))
    assert [fact.status for fact in facts(record.findings) if "cardiac-device" in fact.sets] == [expected]


def test_a_device_is_known_by_its_definition_in_r5(read: Read) -> None:
    assert "cardiac-device" in finding(read(device(None, definition={"concept": concept(PACEMAKER)}))).sets
    assert not read(device(None, definition={"reference": "DeviceDefinition/1"})).findings


@pytest.mark.parametrize("status", ["on-hold", "suspended"])
def test_an_order_on_hold_is_none_and_its_reason_is_heard(read: Read, status: str) -> None:
    record = read(order(MRI, status=status, reasonCode=[concept("SNOMED#309538000 Numbness of foot")]))
    assert not record.orders
    assert "numbness-foot" in finding(record).sets
