"""The shorthand of a case becomes what an EHR would send."""

from __future__ import annotations

from typing import Any

import pytest

from cds.knowledge.case_builder import CaseBuilder, UnknownSystem

TODAY = 739940  # 2026-11-20
SYSTEMS = {"http://snomed.info/sct": "snomed", "SNOMED": "snomed", "http://loinc.org": "loinc", "LOINC": "loinc"}


def built(kind: str, fact: dict[str, Any]) -> dict[str, Any]:
    """The one resource that a fact becomes, without its subject."""
    prefetch = CaseBuilder(SYSTEMS, TODAY).prefetch({}, [(kind, fact)])
    bundles = [b for b in prefetch.values() if b and b["resourceType"] == "Bundle" and b["total"]]
    resource = bundles[0]["entry"][0]["resource"] if bundles else prefetch["encounter"]
    return {k: v for k, v in resource.items() if k not in ("subject", "patient", "id", "resourceType", "status")}


def test_a_code_has_its_canonical_system_and_display() -> None:
    code = built("procedure", {"procedure": ("SNOMED#1 An operation", "other words")})["code"]
    coding = {"system": "http://snomed.info/sct", "code": "1", "display": "An operation"}
    assert code == {"coding": [coding], "text": "other words"}


def test_words_without_a_code_are_text() -> None:
    assert built("order", {"order": ("foot X-ray",)})["code"] == {"text": "foot X-ray"}


def test_an_unknown_code_system_is_refused() -> None:
    with pytest.raises(UnknownSystem, match="'ICD'"):
        built("condition", {"condition": ("ICD#1 x",)})


VALUES = [
    ({"value": "150 pg/mL"}, "valueQuantity", {"value": 150, "unit": "pg/mL", "code": "pg/mL"}),
    ({"value": "<5.5 mmol/L"}, "valueQuantity", {"value": 5.5, "comparator": "<", "unit": "mmol/L", "code": "mmol/L"}),
    ({"value": ">= 60 mL/min/{1.73_m2}"}, "valueQuantity", {"value": 60, "comparator": ">="}),
    ({"value": "7"}, "valueQuantity", {"value": 7}),
    ({"value": "true"}, "valueBoolean", True),
    ({"value": "not done"}, "valueString", "not done"),
    ({"coded": ("positive",)}, "valueCodeableConcept", {"text": "positive"}),
    ({"range": "4-10", "value": "5 mg/L"}, "referenceRange", [{"low": {"value": 4}, "high": {"value": 10}}]),
    ({"range": "<5", "value": "5 mg/L"}, "referenceRange", [{"high": {"value": 5, "unit": "mg/L"}}]),
    ({"range": ">5", "value": "5 mg/L"}, "referenceRange", [{"low": {"value": 5}}]),
    ({"range": "negative"}, "referenceRange", [{"text": "negative"}]),
    ({"flag": "L"}, "interpretation", [{"coding": [{"code": "L"}]}]),
    ({"absent": "unknown"}, "dataAbsentReason", {"coding": [{"code": "unknown"}]}),
    ({"dated": "2026-08"}, "effectiveDateTime", "2026-08"),
    ({"side": "both", "site": ("SNOMED#2 Heel",)}, "bodySite", {"text": "bilateral", "coding": [{"code": "2"}]}),
]


@pytest.mark.parametrize(("fact", "key", "expected"), VALUES)
def test_a_result_carries_its_value_as_observations_do(fact: dict[str, Any], key: str, expected: Any) -> None:
    assert holds(built("result", {"result": ("LOINC#2132-9 B12",), **fact})[key], expected)


def holds(actual: Any, expected: Any) -> bool:
    """Whether everything expected is there, whatever else is."""
    if isinstance(expected, dict):
        return all(key in actual and holds(actual[key], value) for key, value in expected.items())
    if isinstance(expected, list):
        return len(actual) == len(expected) and all(map(holds, actual, expected))
    return bool(actual == expected)


CONDITIONS = [
    ({}, {"clinicalStatus": {"coding": [{"code": "active"}]}}),
    ({}, {"verificationStatus": {"coding": [{"code": "confirmed"}]}}),
    ({"abated": "2020"}, {"clinicalStatus": {"coding": [{"code": "resolved"}]}, "abatementDateTime": "2020"}),
    ({"status": "remission"}, {"clinicalStatus": {"coding": [{"code": "remission"}]}}),
    ({"verification": "refuted"}, {"verificationStatus": {"coding": [{"code": "refuted"}]}}),
    ({"onset": "2015", "recorded": "2016"}, {"onsetDateTime": "2015", "recordedDate": "2016"}),
    ({"onset_text": "suddenly"}, {"onsetString": "suddenly"}),
    ({"side": "left", "note": "worse"}, {"bodySite": [{"text": "left"}], "note": [{"text": "worse"}]}),
]


@pytest.mark.parametrize(("fact", "expected"), CONDITIONS)
def test_a_condition_is_active_and_confirmed_unless_said(fact: dict[str, Any], expected: dict[str, Any]) -> None:
    assert holds(built("condition", {"condition": ("SNOMED#1 x",), **fact}), expected)


def test_a_status_of_none_is_left_out() -> None:
    made = built("condition", {"condition": ("x",), "status": "none", "verification": "none"})
    assert "clinicalStatus" not in made
    assert "verificationStatus" not in made


DRUGS = [
    ("MedicationStatement", {"start": "2026-05-01", "end": "2026-05-08"}, {"effectivePeriod": {"start": "2026-05-01"}}),
    ("MedicationStatement", {"route": "oral"}, {"dosage": [{"route": {"text": "oral"}}]}),
    (
        "MedicationStatement", {"dose": "500 mg 3 times a day"},
        {"dosage": [{"doseAndRate": [{"doseQuantity": {"value": 500, "unit": "mg"}}],
                     "timing": {"repeat": {"frequency": 3, "period": 1, "periodUnit": "d"}}}]},
    ),
    ("MedicationStatement", {"dose": "as needed"}, {"dosage": [{"text": "as needed"}]}),
    ("MedicationRequest", {"start": "2026-05-01", "days": 7}, {
        "authoredOn": "2026-05-01", "intent": "order",
        "dosageInstruction": [{"timing": {"repeat": {"boundsDuration": {"value": 7, "code": "d"}}}}],
    }),
    ("MedicationRequest", {"start": "2026-05-01", "end": "2026-05-08"}, {
        "dosageInstruction": [{"timing": {"repeat": {"boundsPeriod": {"end": "2026-05-08"}}}}],
    }),
    ("MedicationAdministration", {"start": "2026-05-01", "dose": "2 mg", "route": "IV"}, {
        "effectiveDateTime": "2026-05-01", "dosage": {"route": {"text": "IV"}, "dose": {"value": 2}},
    }),
    ("MedicationAdministration", {"start": "2026-05", "end": "2026-06"}, {"effectivePeriod": {"end": "2026-06"}}),
    ("MedicationDispense", {"start": "2026-05-01", "days": 30}, {
        "whenHandedOver": "2026-05-01", "daysSupply": {"value": 30, "code": "d"},
    }),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "fact", "expected"), DRUGS)
def test_a_drug_is_dated_as_its_resource_does(kind: str, fact: dict[str, Any], expected: dict[str, Any]) -> None:
    assert holds(built("drug", {"drug": ("x",), "type": kind, **fact}), expected)


@pytest.mark.parametrize(
    ("fact", "status"),
    [
        ({"start": "2026-05-01"}, "active"), ({"end": "2026-05"}, "completed"), ({"end": "2027-01-01"}, "active"),
        ({"end": "2025"}, "completed"), ({"status": "not-taken"}, "not-taken"),
        ({"type": "MedicationDispense"}, "completed"),
    ],
)  # fmt: skip
def test_a_drug_that_has_ended_is_completed(fact: dict[str, Any], status: str) -> None:
    prefetch = CaseBuilder(SYSTEMS, TODAY).prefetch({}, [("drug", {"drug": ("x",), **fact})])
    (bundle,) = [b for b in prefetch.values() if b and b.get("total")]
    assert bundle["entry"][0]["resource"]["status"] == status


OTHERS = [
    ("report", {"report": ("SNOMED#1 MRI",), "side": "left", "conclusion": "normal"}, {"code": {"text": "MRI, left"}}),
    ("device", {"device": ("pacemaker",)}, {"type": {"text": "pacemaker"}}),
    ("family", {"family": ("PAD",)}, {"condition": [{"code": {"text": "PAD"}}], "relationship": {"text": "father"}}),
    ("visit", {"visit": ("numb feet",)}, {"reasonCode": [{"text": "numb feet"}], "period": {"start": "2026-11-20"}}),
    ("answer", {"answer": "Numb?", "value": True}, {"item": [{"text": "Numb?", "answer": [{"valueBoolean": True}]}]}),
    ("impression", {"impression": ("Numb heel",)}, {"summary": "Numb heel"}),
    (
        "impression",
        {"impression": ("SNOMED#1 x",)},
        {"finding": [{"itemCodeableConcept": {"coding": [{"code": "1"}]}}]},
    ),
    ("alert", {"alert": ("Pacemaker",), "dated": "2026"}, {"code": {"text": "Pacemaker"}, "period": {"start": "2026"}}),
    ("order", {"order": ("NCS",), "reason": ("numb",), "note": "now"}, {"reasonCode": [{"text": "numb"}]}),
    ("procedure", {"procedure": ("NCS",), "reason": ("numb",), "outcome": "done"}, {"outcome": {"text": "done"}}),
    ("condition", {"condition": ("x",), "evidence": ("numb",)}, {"evidence": [{"code": [{"text": "numb"}]}]}),
    ("answer", {"answer": "Drinks?", "value": 3}, {"item": [{"answer": [{"valueInteger": 3}]}]}),
    ("answer", {"answer": "Where?", "value": "heel"}, {"item": [{"answer": [{"valueString": "heel"}]}]}),
]


@pytest.mark.parametrize(("kind", "fact", "expected"), OTHERS)
def test_every_other_entry_becomes_its_resource(kind: str, fact: dict[str, Any], expected: dict[str, Any]) -> None:
    assert holds(built(kind, fact), expected)


PERSONS = [
    ({}, {"gender": "female", "birthDate": "1970-01-01"}),
    (
        {"born": "2010", "sex": "male", "deceased": True},
        {"gender": "male", "birthDate": "2010", "deceasedBoolean": True},
    ),
]


@pytest.mark.parametrize(("person", "expected"), PERSONS)
def test_a_person_has_an_age_and_a_sex_unless_said(person: dict[str, Any], expected: dict[str, Any]) -> None:
    assert holds(CaseBuilder(SYSTEMS, TODAY).prefetch(person, [])["patient"], expected)


def test_a_birth_date_of_none_is_left_out() -> None:
    assert "birthDate" not in CaseBuilder(SYSTEMS, TODAY).prefetch({"born": "none"}, [])["patient"]


def test_without_a_person_there_is_no_patient_key() -> None:
    assert "patient" not in CaseBuilder(SYSTEMS, TODAY).prefetch(None, [])
