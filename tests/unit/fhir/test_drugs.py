"""Drugs: which, taken or not, by which route, from when to when, how much."""

from __future__ import annotations

from typing import Any

import pytest

from cds.domain.record import Exposure, Route, Taken
from cds.domain.when import show
from cds.fhir.dosage import course_days_in, strength_of, times_in
from tests.builders import (
    Json,
    concept,
    medication_administration,
    medication_dispense,
    medication_request,
    medication_statement,
    quantity,
    resource,
)
from tests.unit.fhir.conftest import Read, exposure, facts

METRO = "RXNORM#311681 metronidazole 500 MG Oral Tablet"
CIS = "RXNORM#2555 cisplatin"


def between(fact: Exposure) -> tuple[str, str, bool]:
    return show(fact.start), "" if fact.is_current else show(fact.end), fact.is_current


# --- which ---


@pytest.mark.parametrize(
    ("drug", "expected", "is_text"),
    [
        (METRO, "metronidazole", False),
        ("ATC#J01XD01 metronidazole", "metronidazole", False),
        ("RXNORM#6922", "metronidazole", False),
        ("Metronidazole 500 mg tablets", "metronidazole", True),
        (["local#123 Flagyl", "RXNORM#6922"], "metronidazole", False),
        ("local#123 Flagyl 400 mg", "metronidazole", True),
        ("local#Flagyl", "metronidazole", True),
        ({"coding": [{"code": "metronidazole 400 MG Oral Tablet"}]}, "metronidazole", True),
        ("https://dmd.nhs.uk#1222004", "metronidazole", False),
        ("Cisplatin 50 mg/50 mL infusion", "cisplatin", True),
    ],
)
def test_a_drug_is_known_by_its_codes_else_by_its_name(read: Read, drug: Any, expected: str, is_text: bool) -> None:
    fact = exposure(read(medication_statement(drug)))
    assert (fact.drug, fact.text_only) == (expected, is_text)
    assert expected in fact.sets


def test_a_name_alone_is_full_strength(read: Read) -> None:
    assert not exposure(read(medication_statement("Cisplatin"))).weak


def test_unrelated_drugs_are_no_facts(read: Read) -> None:
    assert "facts" not in read(medication_statement("RXNORM#197361 amlodipine"), medication_statement(None)).counts


def test_every_ingredient_is_an_exposure_of_its_own(read: Read) -> None:
    record = read(medication_statement(["Carboplatin and paclitaxel"]))
    assert {fact.drug for fact in facts(record.exposures)} == {"carboplatin", "paclitaxel"}


def medication(**members: Any) -> Json:
    return resource("Medication", **{"id": "m", "subject": None} | members)


@pytest.mark.parametrize(
    "pointer",
    [
        {"reference": "Medication/m"},
        {"reference": "https://ehr.example/fhir/Medication/m"},
        {"reference": "urn:uuid:m"},
        {"reference": "Medication/m/_history/2"},
        {"reference": "Medication/elsewhere", "display": "metronidazole 500 mg tablet"},
        {"display": "metronidazole 500 mg tablet"},
    ],
)
@pytest.mark.parametrize(
    "content",
    [
        {"code": concept(METRO)},
        {"code": concept("Metronidazole 500 mg tablet")},
        {"ingredient": [{"itemCodeableConcept": concept("RXNORM#6922 metronidazole")}], "form": concept("oral tablet")},
        {
            "ingredient": [{"item": {"concept": concept("RXNORM#6922 metronidazole")}}],
            "doseForm": concept("oral tablet"),
        },
        {"ingredient": [{"itemReference": {"display": "metronidazole oral tablet"}}]},
        {"product": {"ingredient": [{"item": {"display": "metronidazole oral tablet"}}]}},
    ],
)
def test_a_medication_is_found_by_reference(read: Read, pointer: Json, content: Json) -> None:
    fact = exposure(read(medication_request(None, medicationReference=pointer), medication(**content)))
    assert (fact.drug, fact.route) == ("metronidazole", Route.SYSTEMIC)


def test_a_contained_medication_is_found(read: Read) -> None:
    inside = medication_request(
        None, medicationReference={"reference": "#m"}, contained=[medication(code=concept(METRO))]
    )
    assert exposure(read(inside)).drug == "metronidazole"


@pytest.mark.parametrize(
    "member",
    [
        {"concept": concept(METRO)},
        {"reference": {"reference": "Medication/m"}},
        {"reference": {"display": "metronidazole 500 mg tablet"}},
    ],
)
def test_the_r5_shape_of_a_medication_is_read(read: Read, member: Json) -> None:
    given = medication_statement(None, medication=member, status="recorded")
    assert exposure(read(given, medication(code=concept(METRO)))).drug == "metronidazole"


def test_allergies_are_no_exposures(read: Read) -> None:
    assert "facts" not in read(resource("AllergyIntolerance", code=concept("RXNORM#6922 metronidazole"))).counts


# --- taken or not ---


@pytest.mark.parametrize(
    ("members", "taken"),
    [
        ({}, Taken.TAKEN),
        ({"status": None}, Taken.TAKEN),
        ({"status": "not-taken"}, Taken.NOT_TAKEN),
        ({"status": "intended"}, Taken.PLANNED),
        ({"taken": "n"}, Taken.NOT_TAKEN),
        ({"taken": "y"}, Taken.TAKEN),
        ({"taken": "unk"}, Taken.TAKEN),
        ({"wasNotTaken": True}, Taken.NOT_TAKEN),
        ({"wasNotTaken": False}, Taken.TAKEN),
        ({"reasonNotTaken": [concept("did not want it")]}, Taken.NOT_TAKEN),
        ({"adherence": {"code": concept("x#not-taking Not taking")}}, Taken.NOT_TAKEN),
        ({"adherence": {"code": concept("x#taking Taking")}}, Taken.TAKEN),
        ({"status": "stopped", "statusReason": [concept("never taken")]}, Taken.NOT_TAKEN),
        ({"status": "stopped", "statusReason": [concept("adverse reaction")]}, Taken.TAKEN),
    ],
)
def test_a_statement_may_say_that_nothing_was_taken(read: Read, members: Json, taken: Taken) -> None:
    fact = exposure(read(medication_statement(CIS, **members)))
    assert fact.taken is taken
    assert fact.is_current is (taken is Taken.TAKEN and members.get("status", "active") == "active")


@pytest.mark.parametrize(("code", "weak"), [("unknown", True), ("taking", False), ("stopped", False)])
def test_a_statement_of_unknown_adherence_is_weak(read: Read, code: str, weak: bool) -> None:
    assert exposure(read(medication_statement(CIS, adherence={"code": concept(f"x#{code}")}))).weak is weak


@pytest.mark.parametrize(
    ("told", "taken"),
    [
        ({"text": "Drug not taken - patient lost tablets"}, Taken.NOT_TAKEN),
        (concept("SNOMED#182862001 Drug not taken - dislike taste"), Taken.NOT_TAKEN),
        (concept("http://hl7.org/fhir/CodeSystem/medication-statement-adherence#not-taking"), Taken.NOT_TAKEN),
        (concept("x#taking-not-as-directed Taking Not As Directed"), Taken.TAKEN),
        ({"text": "Not taking as directed"}, Taken.TAKEN),
        ({"text": "Taking as directed"}, Taken.TAKEN),
        ("misshapen", Taken.TAKEN),
    ],
)
def test_us_core_tells_beside_a_prescription_whether_it_is_taken(read: Read, told: Any, taken: Taken) -> None:
    url = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-medication-adherence"
    parts = [{"url": "dateAsserted", "valueDateTime": "2026-11-01"}]
    parts += [{"url": "medicationAdherence", "valueCodeableConcept": told}]
    for made in (medication_request, medication_statement):
        fact = exposure(read(made(CIS, extension=[{"url": url, "extension": parts}])))
        assert (fact.taken, fact.is_current) == (taken, taken is Taken.TAKEN)


@pytest.mark.parametrize(
    ("drug", "route"),
    [
        ("Cyanocobalamin nasal spray", Route.SYSTEMIC),
        ("Vitamin B12 drops", Route.SYSTEMIC),
        ("Cyanocobalamin 1000 mcg tablet", Route.SYSTEMIC),
        ("Cyanocobalamin", Route.SYSTEMIC),
        ("Vitamin B12 cream", Route.LOCAL),
        ("Cyanocobalamin 0.07 % topical", Route.LOCAL),
        ("Cyanocobalamin eye drops", Route.LOCAL),
        ("Hydroxocobalamin eye drops", Route.LOCAL),
        ("Ciprofloxacin nasal drops", Route.LOCAL),
    ],
)
def test_a_vitamin_on_the_skin_or_in_the_eye_replaces_nothing(read: Read, drug: str, route: Route) -> None:
    assert exposure(read(medication_statement(drug))).route is route


@pytest.mark.parametrize(
    ("code", "route"),
    [("SNOMED#6064005 Topical route", Route.LOCAL), ("EDQM#20051000", Route.LOCAL), ("EDQM#20049000", Route.SYSTEMIC)],
)
def test_a_coded_route_tells_whether_a_vitamin_replaces(read: Read, code: str, route: Route) -> None:
    told = concept(code.replace("EDQM", "http://standardterms.edqm.eu"))
    assert exposure(read(medication_statement("Cyanocobalamin", dosage=[{"route": told}]))).route is route


@pytest.mark.parametrize("status", ["entered-in-error", "cancelled", "Entered-In-Error"])
def test_void_statements_and_orders_are_dropped(read: Read, status: str) -> None:
    assert "facts" not in read(medication_statement(CIS, status=status), medication_request(CIS, status=status)).counts


@pytest.mark.parametrize(
    ("members", "taken"),
    [
        ({}, Taken.TAKEN),
        ({"intent": "original-order"}, Taken.TAKEN),
        ({"intent": "instance-order"}, Taken.TAKEN),
        ({"intent": None}, Taken.TAKEN),
        ({"intent": "proposal"}, Taken.PLANNED),
        ({"intent": "plan"}, Taken.PLANNED),
        ({"intent": "plan", "reportedBoolean": False}, Taken.PLANNED),
        ({"intent": "plan", "reportedBoolean": True}, Taken.TAKEN),
        ({"intent": "plan", "reportedReference": {"reference": "Patient/p"}}, Taken.TAKEN),
        ({"intent": "plan", "status": "draft", "reportedBoolean": True}, Taken.PLANNED),
        ({"status": "draft"}, Taken.PLANNED),
        ({"doNotPerform": True}, Taken.NOT_TAKEN),
        ({"doNotPerform": False}, Taken.TAKEN),
    ],
)
def test_only_orders_count_as_taken(read: Read, members: Json, taken: Taken) -> None:
    assert exposure(read(medication_request(CIS, authoredOn="2026-01-01", **members))).taken is taken


@pytest.mark.parametrize(
    ("members", "taken"),
    [
        ({}, Taken.TAKEN),
        ({"status": "not-done"}, Taken.NOT_TAKEN),
        ({"notGiven": True}, Taken.NOT_TAKEN),
        ({"wasNotGiven": True}, Taken.NOT_TAKEN),
    ],
)
def test_a_dose_may_not_have_been_given(read: Read, members: Json, taken: Taken) -> None:
    assert exposure(read(medication_administration(CIS, effectiveDateTime="2026-01-01", **members))).taken is taken


@pytest.mark.parametrize(
    "members", [{"status": "declined"}, {"status": "preparation"}, {"status": "cancelled"}, {"notDone": True}]
)
def test_what_was_not_handed_out_is_no_fact(read: Read, members: Json) -> None:
    assert "facts" not in read(medication_dispense(CIS, whenHandedOver="2026-01-01", **members)).counts


@pytest.mark.parametrize(
    "make", [medication_statement, medication_request, medication_administration, medication_dispense]
)
def test_unknown_statuses_are_weak(read: Read, make: Any) -> None:
    assert exposure(read(make(CIS, status="unknown"))).weak
    assert exposure(read(make(CIS, status="Xactive"))).weak


def test_an_active_order_without_a_dispense_is_weak_where_dispenses_came(read: Read) -> None:
    order = medication_request(CIS, authoredOn="2026-10-01")
    other = medication_dispense("ATC#N02BF02 pregabalin", whenHandedOver="2026-10-01")
    own = medication_dispense(CIS, whenHandedOver="2026-10-01")
    assert not exposure(read(order)).weak
    assert [f.weak for f in read(order, other).exposures["cisplatin"]] == [True]
    assert [f.weak for f in read(other, order).exposures["cisplatin"]] == [True]
    assert [f.weak for f in read(order, own).exposures["cisplatin"]] == [False, False]


def test_an_order_that_nobody_closed_is_weak_long_after_its_supply_ran_out(read: Read) -> None:
    supply = {"authoredOn": "2026-01-01", "dispenseRequest": {"expectedSupplyDuration": quantity("30 d")}}
    other = medication_dispense("ATC#N02BF02 pregabalin", whenHandedOver="2026-10-01")
    assert [f.weak for f in read(medication_request(CIS, **supply), other).exposures["cisplatin"]] == [True]
    closed = medication_request(CIS, status="completed", **supply)
    assert [f.weak for f in read(closed, other).exposures["cisplatin"]] == [False]


# --- route ---


@pytest.mark.parametrize(
    ("drug", "route", "expected"),
    [
        (METRO, None, Route.SYSTEMIC),
        ("ATC#J01XD01 metronidazole", None, Route.SYSTEMIC),
        ("ATC#D06BX01 metronidazole", None, Route.LOCAL),
        ("metronidazole 0.75 % gel", None, Route.LOCAL),
        ("metronidazole 500 mg tablet", None, Route.SYSTEMIC),
        ("ciprofloxacin eye drops", None, Route.LOCAL),
        ("metronidazole", None, Route.UNKNOWN),
        ("RXNORM#6922", None, Route.UNKNOWN),
        ("RXNORM#142046", None, Route.UNKNOWN),
        ("metronidazole", "oral", Route.SYSTEMIC),
        ("metronidazole", "SNOMED#26643006 Oral route", Route.SYSTEMIC),
        ("metronidazole", "SNOMED#26643006", Route.SYSTEMIC),
        ("metronidazole", "http://terminology.hl7.org/CodeSystem/v3-RouteOfAdministration#IVPUSH", Route.SYSTEMIC),
        ("metronidazole", "http://terminology.hl7.org/CodeSystem/v3-RouteOfAdministration#PO", Route.SYSTEMIC),
        ("ciprofloxacin", "http://hl7.org/fhir/v3/RouteOfAdministration#OPTHALTA", Route.LOCAL),
        ("ciprofloxacin", "http://example.org/routes#OPTHALTA", Route.UNKNOWN),
        ("metronidazole", "http://standardterms.edqm.eu#20053000 Zum Einnehmen", Route.SYSTEMIC),
        ("metronidazole", "urn:oid:0.4.0.127.0.16.1.1.2.1#20072000 Voie vaginale", Route.LOCAL),
        ("metronidazole", "urn:oid:2.16.840.1.113883.3.26.1.1#C38288", Route.SYSTEMIC),
        (METRO, "http://ncimeta.nci.nih.gov#C38304", Route.LOCAL),
        ("metronidazole", "http://standardterms.edqm.eu#20061000 Rektale Anwendung", Route.UNKNOWN),
        ("metronidazole", "topical", Route.LOCAL),
        ("metronidazole", "intravenous", Route.SYSTEMIC),
        ("metronidazole", "vaginal", Route.LOCAL),
        ("metronidazole", "rectal", Route.UNKNOWN),
        (METRO, "vaginal", Route.LOCAL),
        ("cisplatin", None, Route.SYSTEMIC),
        ("metronidazole", "p.o.", Route.SYSTEMIC),
        ("metronidazole", "i.v.", Route.SYSTEMIC),
        ("Metrogel", None, Route.LOCAL),
        ("Vigamox", None, Route.LOCAL),
        ("Ciprodex", None, Route.LOCAL),
        ("Restasis", None, Route.LOCAL),
        ("Vitamin B12 1000 mcg", "nasal", Route.SYSTEMIC),
        ("Vitamin B12 drops", None, Route.SYSTEMIC),
        ("Hydroxocobalamin", "nasal spray", Route.SYSTEMIC),
    ],
)
def test_the_route_decides_systemic_or_local(read: Read, drug: str, route: str | None, expected: Route) -> None:
    dosage = [{"route": concept(route)}] if route else None
    fact = exposure(read(medication_statement(drug, dosage=dosage)))
    assert fact.route is expected
    assert fact.weak is (expected is Route.UNKNOWN)


@pytest.mark.parametrize(
    ("words", "drugs"),
    [
        ("Albuterol INH 2 puffs q4h", []),
        ("Fluticasone 110 mcg INH", []),
        ("ProAir HFA 90 mcg/act INH aers", []),
        ("INH 300 mg daily", ["isoniazid"]),
        ("Isoniazid (INH)", ["isoniazid"]),
        ("Calcium carbo 500 mg", []),
        ("Carbo AUC 5", ["carboplatin"]),
        ("carbo/taxol", ["paclitaxel"]),
        ("Ibuprofen 400 mg (check DDI)", []),
        ("ddI 200 mg", ["didanosine"]),
        ("Vitamin D4T", []),
        ("d4T 40 mg", ["stavudine"]),
        ("CHOP cycle 3", ["vincristine"]),
        ("R-CHOP cycle 3", ["vincristine"]),
        ("BEP regimen", ["cisplatin"]),
        ("CVP line care", []),
        ("Multivitamin", ["multivitamin"]),
        ("Vitamin B complex", ["vitamin-b-complex"]),
    ],
)
def test_short_names_are_read_only_where_they_can_mean_the_drug(read: Read, words: str, drugs: list[str]) -> None:
    assert sorted(f.drug for f in facts(read(medication_statement(words)).exposures)) == drugs


def test_the_route_is_read_from_dosage_words(read: Read) -> None:
    fact = exposure(read(medication_statement("metronidazole", dosage=[{"text": "apply to the skin twice daily"}])))
    assert fact.route is Route.LOCAL


# --- when ---


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({"effectivePeriod": {"start": "2026-01-05", "end": "2026-03-05"}}, ("2026-01-05", "2026-03-05", False)),
        ({"effectivePeriod": {"start": "2026-01-05"}}, ("2026-01-05", "", True)),
        ({"effectivePeriod": {"start": "2026-01-05", "end": "2027-03-05"}}, ("2026-01-05", "", True)),
        (
            {"effectivePeriod": {"start": "2026-01-05"}, "status": "completed"},
            ("2026-01-05", "2026-01-05 to 2026-11-20", False),
        ),
        (
            {"effectivePeriod": {"start": "2026-01-05"}, "status": "on-hold"},
            ("2026-01-05", "2026-01-05 to 2026-11-20", False),
        ),
        (
            {"effectivePeriod": {"start": "2026-01-05"}, "status": "stopped", "dateAsserted": "2026-02-01"},
            ("2026-01-05", "2026-01-05 to 2026-02-01", False),
        ),
        ({"effectivePeriod": {"start": "2026-01-05"}, "status": None}, ("2026-01-05", "", True)),
        (
            {"effectivePeriod": {"start": "2026-01-05", "end": "2026-03-05"}, "status": None},
            ("2026-01-05", "2026-03-05", False),
        ),
        ({"effectiveDateTime": "2026-01-05", "status": None}, ("2026-01-05", "2026-01-05 to 2026-11-20", False)),
        ({"effectivePeriod": {"start": "2026-01-05", "end": "9999-12-31"}}, ("2026-01-05", "", True)),
        (
            {"effectivePeriod": {"start": "2026-01-05", "end": "2027-03-05"}, "status": "stopped"},
            ("2026-01-05", "2026-01-05 to 2026-11-20", False),
        ),
        ({"effectiveDateTime": "2026-01-05"}, ("2026-01-05", "", True)),
        ({"effectiveDateTime": "2026"}, ("2026", "", True)),
        ({"dateAsserted": "2026-02-01"}, ("by 2026-02-01", "", True)),
        ({}, ("", "", True)),
        ({"status": "completed"}, ("", "", False)),
        ({"effectivePeriod": {"end": "2026-03-05"}, "status": "completed"}, ("", "2026-03-05", False)),
        (
            {"effectiveTiming": {"repeat": {"boundsPeriod": {"start": "2026-01-05", "end": "2026-01-12"}}}},
            ("2026-01-05", "2026-01-12", False),
        ),
    ],
)
def test_a_statement_has_an_interval(read: Read, members: Json, expected: tuple[str, str, bool]) -> None:
    assert between(exposure(read(medication_statement(CIS, **members)))) == expected


WEEK = {"timing": {"repeat": {"boundsDuration": quantity("7 d")}}}


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({"authoredOn": "2026-11-01"}, ("2026-11-01", "", True)),
        ({"authoredOn": "2019-11-01", "dosageInstruction": [WEEK]}, ("2019-11-01", "2019-11-07", False)),
        (
            {"authoredOn": "2019-11-01", "dosageInstruction": [{"text": "500 mg TID for 7 days"}]},
            ("2019-11-01", "2019-11-07", False),
        ),
        (
            {"authoredOn": "2019-11-01", "dosageInstruction": [{"text": "TID x 7 days"}]},
            ("2019-11-01", "2019-11-07", False),
        ),
        ({"authoredOn": "2026-11-18", "dosageInstruction": [WEEK]}, ("2026-11-18", "", True)),
        ({"authoredOn": "2019-11", "dosageInstruction": [WEEK]}, ("2019-11", "2019-11-07 to 2019-12-06", False)),
        (
            {
                "dosageInstruction": [
                    {"timing": {"repeat": {"boundsPeriod": {"start": "2026-01-05", "end": "2026-01-12"}}}}
                ]
            },
            ("2026-01-05", "2026-01-12", False),
        ),
        ({"dateWritten": "2026-11-01", "dateEnded": "2026-11-08"}, ("2026-11-01", "2026-11-08", False)),
        ({"effectiveDosePeriod": {"start": "2026-01-05", "end": "2026-01-12"}}, ("2026-01-05", "2026-01-12", False)),
        (
            {"authoredOn": "2019-11-01", "dispenseRequest": {"expectedSupplyDuration": quantity("30 d")}},
            ("2019-11-01", "2019-11-30", False),
        ),
        (
            {"authoredOn": "2026-10-10", "dispenseRequest": {"expectedSupplyDuration": quantity("30 d")}},
            ("2026-10-10", "", True),
        ),
        (
            {
                "authoredOn": "2026-01-10",
                "dispenseRequest": {"expectedSupplyDuration": quantity("90 d"), "numberOfRepeatsAllowed": 3},
            },
            ("2026-01-10", "", True),
        ),
        ({"authoredOn": "2026-01-05", "status": "completed"}, ("2026-01-05", "2026-01-05 to 2026-11-20", False)),
        (
            {"authoredOn": "2026-01-05", "status": "stopped", "meta": {"lastUpdated": "2026-02-01T10:00:00Z"}},
            ("2026-01-05", "2026-01-05 to 2026-02-01", False),
        ),
        ({}, ("", "", True)),
    ],
)
def test_an_order_has_an_interval(read: Read, members: Json, expected: tuple[str, str, bool]) -> None:
    assert between(exposure(read(medication_request(CIS, **members)))) == expected


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({"effectiveDateTime": "2026-01-05T10:00:00Z"}, ("2026-01-05", "2026-01-05", False)),
        ({"effectivePeriod": {"start": "2026-01-05", "end": "2026-01-06"}}, ("2026-01-05", "2026-01-06", False)),
        ({"effectiveTimeDateTime": "2026-01-05"}, ("2026-01-05", "2026-01-05", False)),
        ({"occurenceDateTime": "2026-01-05"}, ("2026-01-05", "2026-01-05", False)),
        ({"occurrencePeriod": {"start": "2026-01-05", "end": "2026-01-06"}}, ("2026-01-05", "2026-01-06", False)),
        ({"effectivePeriod": {"start": "2026-01-05"}, "status": "in-progress"}, ("2026-01-05", "", True)),
    ],
)
def test_an_administration_is_a_day_or_a_period(read: Read, members: Json, expected: tuple[str, str, bool]) -> None:
    assert between(exposure(read(medication_administration(CIS, **members)))) == expected


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({"whenHandedOver": "2026-01-05", "daysSupply": quantity("30 d")}, ("2026-01-05", "2026-02-03", False)),
        ({"whenPrepared": "2026-01-05", "daysSupply": {"value": 30}}, ("2026-01-05", "2026-02-03", False)),
        ({"whenHandedOver": "2026-11-15", "daysSupply": quantity("30 d")}, ("2026-11-15", "", True)),
        ({"whenHandedOver": "2026-01-05", "dosageInstruction": [WEEK]}, ("2026-01-05", "2026-01-11", False)),
        ({"whenHandedOver": "2026-01-05"}, ("2026-01-05", "2026-01-05 to 2026-11-20", False)),
    ],
)
def test_a_dispense_lasts_as_long_as_its_supply(read: Read, members: Json, expected: tuple[str, str, bool]) -> None:
    assert between(exposure(read(medication_dispense(CIS, **members)))) == expected


# --- how much ---


def repeated(frequency: int, period: int, unit: str) -> Json:
    return {"timing": {"repeat": {"frequency": frequency, "period": period, "periodUnit": unit}}}


@pytest.mark.parametrize(
    ("dosage", "per_day"),
    [
        ([{"doseAndRate": [{"doseQuantity": quantity("500 mg")}], **repeated(3, 1, "d")}], 1500),
        ([{"doseAndRate": [{"doseQuantity": quantity("0.5 g")}], **repeated(1, 8, "h")}], 1500),
        ([{"doseQuantity": quantity("500 mg"), **repeated(2, 1, "d")}], 1000),
        ([{"doseAndRate": [{"doseQuantity": {"value": 2, "unit": "tablets"}}], **repeated(2, 1, "d")}], 2000),
        ([{"doseAndRate": [{"doseQuantity": {"value": 1}}], **repeated(1, 1, "d")}], 500),
        ([{"doseAndRate": [{"doseQuantity": quantity("500 mg")}], **repeated(1, 1, "wk")}], 500 / 7),
        ([{"doseAndRate": [{"doseQuantity": quantity("500 mg")}], "timing": {"code": concept("x#TID")}}], 1500),
        (
            [
                {
                    "doseAndRate": [{"doseQuantity": quantity("500 mg")}],
                    "timing": {"repeat": {"timeOfDay": ["08:00", "20:00"]}},
                }
            ],
            1000,
        ),
        ([{"doseAndRate": [{"doseRange": {"high": quantity("500 mg")}}], "text": "once daily"}], 500),
        ([{"text": "500 mg three times daily"}], 1500),
        ([{"text": "1 tablet BID"}], 1000),
        ([{"text": "Take two tablets by mouth every 12 hours for 7 days"}], 2000),
        ([{"text": "1 Tablet(s), PO, daily, X 14 day(s), # 14 Tab(s), 0 Refill(s)"}], 500),
        ([{"text": "1 tab TID, 7 day course"}], 1500),
        ([{"text": "ONE TO BE TAKEN THREE TIMES A DAY"}], 1500),
        ([{"text": "2 tds"}], 3000),
        ([{"text": "take 1 nightly"}], 500),
        ([{"text": "1 po qday"}], 500),
        ([{"text": "take 1/2 tablet twice daily"}], 500),
        ([{"text": "1½ tablets daily"}], 750),
        ([{"text": "2 and 1/2 tablets daily"}], 1250),
        ([{"text": "half a tablet daily"}], 250),
        ([{"text": "1 tablet (500 mg total) 3 (three) times daily"}], 1500),
        ([{"text": "TAKE ONE TABLET EVERY EIGHT HOURS"}], 1500),
        ([{"text": "1-0-1"}], 1000),
        ([{"text": "1-1-1-0 zum Essen"}], 1500),
        ([{"text": "2x täglich 1 Tablette"}], 1000),
        ([{"text": "3 maal per dag 1 tablet"}], 1500),
        ([{"text": "1 comprimé 2 fois par jour"}], 1000),
        ([{"text": "1 comprimido 3 veces al día"}], 1500),
        ([{"text": "1 compressa 2 volte al giorno"}], 1000),
        ([{"doseAndRate": [{"doseQuantity": {"value": 2, "unit": "Tablette(n)"}}], **repeated(1, 1, "d")}], 1000),
        ([{"doseAndRate": [{"doseQuantity": {"value": 2, "unit": "mL"}}], **repeated(1, 1, "d")}], None),
        ([{"text": "0-0-0"}], None),
        ([{"text": "until 2026-1-1"}], None),
        ([{"text": "as directed"}], None),
        ([{"doseAndRate": [{"doseQuantity": quantity("500 mg")}]}], None),
        ([], None),
    ],
)
def test_milligrams_a_day_come_from_structure_or_words(read: Read, dosage: list[Json], per_day: float | None) -> None:
    fact = exposure(read(medication_request(METRO, authoredOn="2026-11-18", dosageInstruction=dosage)))
    assert fact.mg_per_day == (pytest.approx(per_day) if per_day is not None else None)


def of_a(unit: str, value: float = 1) -> Json:
    return {"numerator": quantity("200 mg"), "denominator": {"value": value, "unit": unit}}


@pytest.mark.parametrize(
    ("ingredients", "per_day"),
    [
        ([{"strength": of_a("Tablette")}], 400),
        ([{"strength": of_a("Tablet (unit of presentation)", 2)}], 200),
        ([{"strength": {"numerator": quantity("0.2 g")}}], 400),
        ([{"strengthRatio": of_a("1")}], 400),
        ([{"strengthQuantity": quantity("200 mg")}], 400),
        ([{"amount": of_a("tablet")}], 400),
        ([{"itemCodeableConcept": concept("x#1 Metronidazolum"), "strength": of_a("tablet")}], 400),
        ([{"itemCodeableConcept": concept("metronidazole"), "strength": of_a("tablet")}, {}], 400),
        # of a volume, of nothing, of no mass, of another ingredient
        ([{"strength": of_a("mL")}], None),
        ([{"strength": of_a("tablet", 0)}], None),
        ([{"strength": {"numerator": {"value": 200, "unit": "IU"}}}], None),
        ([{"itemCodeableConcept": concept("x#1 Lactose"), "strength": of_a("tablet")}, {}], None),
    ],
)
def test_the_strength_of_a_piece_stands_in_the_ingredients(
    read: Read, ingredients: list[Json], per_day: float | None
) -> None:
    product = resource("Medication", id="m", code=concept("ATC#P01AB01"), ingredient=ingredients)
    dosage = {"doseAndRate": [{"doseQuantity": {"value": 1, "unit": "Tablette"}}], **repeated(2, 1, "d")}
    pointer = {"medicationCodeableConcept": None, "medicationReference": {"reference": "Medication/m"}}
    assert exposure(read(medication_statement(None, dosage=[dosage], **pointer), product)).mg_per_day == per_day


def course_of(read: Read, *dosage: Json) -> tuple[str, str, bool]:
    fact = exposure(read(medication_request(METRO, authoredOn="2026-03-01", dosageInstruction=list(dosage))))
    return show(fact.start), show(fact.end), fact.is_current


def test_a_number_of_intakes_is_a_length(read: Read) -> None:
    counted = repeated(2, 1, "d")
    counted["timing"]["repeat"]["count"] = 14
    assert course_of(read, counted) == ("2026-03-01", "2026-03-07", False)


def test_dosages_that_follow_one_another_add_up(read: Read) -> None:
    first, second = {"text": "500 mg BID for 7 days"}, {"text": "then 250 mg BID for 7 days"}
    assert course_of(read, first, second) == ("2026-03-01", "2026-03-14", False)
    beside = {"text": "250 mg at night for 5 days"}
    assert course_of(read, first, beside) == ("2026-03-01", "2026-03-07", False)


def test_the_instructions_to_the_patient_do_not_count_twice(read: Read) -> None:
    text = "500 mg TID for 10 days, then 500 mg BID for 14 days"
    assert course_of(read, {"text": text, "patientInstruction": text}) == ("2026-03-01", "2026-03-24", False)


def test_one_administration_is_the_dose_of_its_day(read: Read) -> None:
    given = medication_administration(CIS, effectiveDateTime="2026-01-05", dosage={"dose": quantity("140 mg")})
    assert exposure(read(given)).mg_per_day == 140


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("TID", 3), ("t.i.d.", 3), ("BID", 2), ("q8h", 3), ("q 8 h", 3), ("every 12 hours", 2), ("once daily", 1),
        ("twice a day", 2), ("3 times per day", 3), ("three times daily", 3), ("4x/day", 4), ("daily", 1), ("QID", 4),
        ("every day", 1), ("every other week", None), ("once a week", 1 / 7), ("every 2 weeks", 1 / 14),
        ("at night", None), ("2 times every day", 2), ("3 x daily", 3), ("two daily", 2), ("1 x per week", 1 / 7),
        ("3 (three) times daily", 3), ("every 12 (twelve) hours", 2), ("2 (two) times a day", 2),
        ("7 day course", None), ("x 14 day(s)", None), ("three day supply", None),
    ],
)  # fmt: skip
def test_frequencies_in_words(text: str, times: float | None) -> None:
    assert times_in(text) == (pytest.approx(times) if times is not None else None)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("for 7 days", 7), ("x 7 days", 7), ("x7d", 7), ("7 day course", 7), ("7-day course", 7), ("for two weeks", 14),
        ("for 2 weeks", 14), ("for up to 10 days", 10), ("for 1 month", 31), ("for pain", None), ("every 7 days", None),
        ("500 mg TID for 10 days, then 500 mg BID for 14 days", 24), ("for 7 days then stop", 7),
        ("for 7 (seven) days", 7), ("FOR TEN DAYS", 10), ("for ten (10) days", 10), ("for 5 nights", 5),
        ("for 1 1/2 weeks", None),
        ("TID for 7 days, then once daily", None), ("1 tds 5/7", 5), ("for 2/52", 14), ("for 3/12", 92),
        ("until 3/12/2026", None), ("1/2 tablet daily", None), ("120/52", None), ("für 10 Tage", 10),
        ("pendant 7 jours", 7), ("durante 5 días", 5), ("gedurende 7 dagen", 7), ("für 2 Wochen", 14),
    ],
)  # fmt: skip
def test_lengths_of_courses_in_words(text: str, days: int | None) -> None:
    assert course_days_in(text) == days


@pytest.mark.parametrize(
    ("product", "strength"),
    [
        ("metronidazole 500 MG Oral Tablet", 500),
        ("metronidazole 0.5 g tablet", 500),
        ("metronidazole 5 MG/ML Injection", None),
        ("metronidazole 5 MG / ML Injection", None),
        ("metronidazole 200 MG / 5 ML Oral Suspension", None),
        ("Bismuth biskalcitrate 140 MG / Metronidazole 125 MG / Tetracycline 125 MG Oral Capsule", 125),
        ("metronidazole", None),
    ],
)
def test_the_strength_of_a_piece_stands_in_its_display(product: str, strength: float | None) -> None:
    assert strength_of(product, "metronidazole") == strength


@pytest.mark.parametrize(
    ("words", "per_day"), [("pyridoxine 200 mg daily", 200), ("pyridoxine 50 mg BID", 100), ("pyridoxine 50 mg", None)]
)
def test_without_a_dosage_the_name_may_hold_it(read: Read, words: str, per_day: float | None) -> None:
    (taken,) = read(medication_statement(words)).exposures["pyridoxine"]
    assert taken.mg_per_day == per_day
