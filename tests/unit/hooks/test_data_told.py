"""What a line tells of its data: whose they are, whether it is over, and every value that the line speaks of."""

from __future__ import annotations

from typing import Any

from tests.builders import (
    bundle,
    condition,
    family,
    medication_statement,
    observation,
    patient,
    procedure,
    raw,
)
from tests.examples import goldens

BOTH = condition(["SNOMED#309538000 Numbness of foot", "Numbness of both feet"], onsetDateTime="2026-03-01")
LEFT = condition(["SNOMED#309538000 Numbness of foot", "Numbness of left heel"], onsetDateTime="2026-03-01")


def _differential(*entries: Any) -> str:
    body = raw(bundle(patient(birthDate="1970-05-04"), *entries, kind="collection"))
    answer: Any = goldens.engine().evaluate_data(body, today=goldens.DAY, symptom="recorded", patient=None)
    return str(answer["cards"][0]["detail"])


def test_what_a_relative_has_is_called_family_history() -> None:
    told = _differential(
        LEFT,
        family("SNOMED#840580004 Peripheral arterial disease"),
        condition("SNOMED#38341003 Hypertension", recordedDate="2015-01-01"),
    )
    assert "family history: Peripheral arterial disease" in told


def test_what_is_in_remission_is_called_so_once() -> None:
    alcohol = condition("SNOMED#66590003 Alcohol dependence", "remission", recordedDate="2015-01-01")
    assert "Alcohol dependence (in remission), recorded on 2015-01-01" in _differential(BOTH, alcohol)
    diabetes = condition("SNOMED#703136005 Diabetes mellitus in remission", "remission", recordedDate="2015-01-01")
    assert "(in remission)" not in _differential(BOTH, diabetes)


def test_one_resource_is_told_once_though_it_tells_what_was_done_and_what_was_hurt() -> None:
    told = _differential(
        LEFT, procedure("Open reduction internal fixation of left ankle fracture", performedDateTime="2024-05-20")
    )
    scar = next(line for line in told.splitlines() if "service policy" in line)
    assert scar.count("Open reduction") == 1


def test_a_treated_thyroid_tells_its_tsh_and_its_treatment_once_in_its_own_unit() -> None:
    told = _differential(
        BOTH,
        condition("SNOMED#40930008 Hypothyroidism", recordedDate="2015-01-01"),
        medication_statement("levothyroxine 100 mcg", effectivePeriod={"start": "2015-02-01"}),
        observation("LOINC#3016-3 TSH", "2.2 m[IU]/L", effectiveDateTime="2026-10-01"),
    )
    assert "TSH 2.2 mIU/L, 2026-10-01" in told
    assert "levothyroxine 100 mcg, since 2015-02-01" in told


def test_raised_methylmalonic_acid_in_kidney_disease_is_told_with_both_values() -> None:
    told = _differential(
        BOTH,
        observation("LOINC#2132-9 Vitamin B12", "250 pg/mL", effectiveDateTime="2026-10-01"),
        observation("LOINC#13964-2 Methylmalonic acid", "450 nmol/L", effectiveDateTime="2026-10-01"),
        observation("LOINC#98979-8 eGFR", "59 mL/min/{1.73_m2}", effectiveDateTime="2026-10-01"),
    )
    assert "Methylmalonic acid 450 nmol/L" in told
    assert "eGFR 59" in told


def test_replaced_vitamin_b12_is_told_with_what_replaces_it() -> None:
    told = _differential(
        BOTH,
        condition("SNOMED#190634004 Cobalamin deficiency", recordedDate="2024-08-01"),
        medication_statement("cyanocobalamin 1000 mcg tablet", effectivePeriod={"start": "2024-09-01"}),
    )
    assert "cyanocobalamin 1000 mcg tablet, since 2024-09-01" in told


def test_a_normal_level_after_nitrous_oxide_is_told() -> None:
    told = _differential(
        BOTH,
        condition("recreational nitrous oxide use", recordedDate="2026-09-01"),
        observation("LOINC#2132-9 Vitamin B12", "520 pg/mL", effectiveDateTime="2026-10-01"),
    )
    assert "Vitamin B12 520 pg/mL" in told
    assert "a level or methylmalonic acid" not in told


def test_no_line_speaks_of_one_side_where_both_feet_are_numb() -> None:
    for entry in (
        condition("Tarsal tunnel syndrome", recordedDate="2026-01-01"),
        condition("SNOMED#53226007 Talipes planus", recordedDate="2020-01-01"),
        observation("Tinel sign at left tarsal tunnel", "Positive", effectiveDateTime="2026-11-10"),
    ):
        told = _differential(BOTH, entry)
        assert "tarsal tunnel syndrome (" in told
        assert "one-sided" not in told
