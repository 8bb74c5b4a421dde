"""Observations: results with their units and flags, signs that are there or not, answers that are findings."""

from __future__ import annotations

from typing import Any

import pytest

from cds.domain.record import Side
from cds.domain.when import show
from tests.builders import Json, concept, observation, quantity
from tests.unit.fhir.conftest import Read, done, facts, finding, result

B12 = "LOINC#2132-9 Cobalamin (Vitamin B12) [Mass/volume] in Serum or Plasma"
HBA1C = "LOINC#4548-4 Hemoglobin A1c/Hemoglobin.total in Blood"
TSH = "LOINC#3016-3 Thyrotropin [Units/volume] in Serum or Plasma"
NUMB = "SNOMED#309538000 Numbness of foot"
SMOKING = "LOINC#72166-2 Tobacco smoking status"


# --- measured values ---


@pytest.mark.parametrize(
    ("code", "value"),
    [
        (B12, "150 mmol/L"),
        (B12, "350 ng/mL"),
        (B12, "<0.2 pg/mL"),
        (HBA1C, "42 %"),
        (HBA1C, "6.9 mmol/mol"),
        (HBA1C, {"valueString": "> 50 %"}),
    ],
)
def test_a_value_that_no_illness_reaches_is_shown_and_decides_nothing(read: Read, code: str, value: Any) -> None:
    found = result(read(observation(code, value)))
    assert not found.is_readable
    assert found.problem == "value not plausible in its unit"
    assert found.shown


@pytest.mark.parametrize(
    ("code", "value"), [(B12, ">2000 pg/mL"), (B12, "<50 pg/mL"), (B12, "0.35 ng/mL"), (HBA1C, "3 %"), (HBA1C, "22 %")]
)
def test_a_value_that_may_lie_inside_the_limits_counts(read: Read, code: str, value: str) -> None:
    assert result(read(observation(code, value))).is_readable


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (B12, "Active B12"),
        (B12, "Holotranscobalamin"),
        (B12, "Unsaturated vitamin B12 binding capacity"),
        ("LOINC#13964-2 Methylmalonate [Moles/volume] in Serum or Plasma", "Methylmalonic acid, urine"),
        ("LOINC#1558-6 Fasting glucose [Mass/volume] in Serum or Plasma", "Glucose, CSF"),
    ],
)
def test_a_name_that_denies_its_code_decides_nothing(read: Read, code: str, words: str) -> None:
    unit = "nmol/L" if "13964" in code else "mg/dL" if "1558" in code else "pmol/L"
    resource = observation(code, f"90 {unit}", interpretation=[concept("N")])
    resource["code"]["text"] = words
    found = result(read(resource))
    assert (found.problem, found.is_readable, found.flag, found.coded) == (
        "name and code do not agree",
        False,
        "",
        frozenset(),
    )
    assert found.shown == f"90 {unit}"


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("Fasting glucose", "glucose-fasting"),
        ("GLUCOSE, FASTING", "glucose-fasting"),
        ("Glucose 2 hours post 75 g glucose", "ogtt-2h"),
        ("Glucose", "glucose-random"),
        ("Glucose, random", "glucose-random"),
        ("Glucose, non-fasting", "glucose-random"),
        ("Glucose (fasting)", "glucose-fasting"),
        ("Glucose (fasting status unknown)", "glucose-random"),
        ("Glucose, fasting or random", "glucose-random"),
        ("Glucose random/fasting", "glucose-random"),
    ],
)
def test_words_beside_the_code_of_any_glucose_tell_which_it_is(read: Read, words: str, name: str) -> None:
    resource = observation("LOINC#2345-7 Glucose [Mass/volume] in Serum or Plasma", "180 mg/dL")
    resource["code"]["text"] = words
    found = result(read(resource))
    assert name in found.sets
    assert not {"glucose-random", "glucose-fasting"} <= set(found.sets)


@pytest.mark.parametrize(
    ("value", "low", "high", "symbol", "shown"),
    [
        ("150 pg/mL", 150, 150, "pg/mL", "150 pg/mL"),
        ("110.5 pmol/L", 110.5, 110.5, "pmol/L", "110.5 pmol/L"),
        ("<150 pg/mL", float("-inf"), 150, "pg/mL", "<150 pg/mL"),
        (">=2000 pg/mL", 2000, float("inf"), "pg/mL", ">=2000 pg/mL"),
        ({"valueQuantity": {"value": 150, "unit": "ng/L"}}, 150, 150, "ng/L", "150 ng/L"),
        ({"valueQuantity": {"value": 150, "unit": "nanogram per liter"}}, 150, 150, "ng/L", "150 nanogram per liter"),
        ({"valueQuantity": {"value": 150, "code": "pg/mL"}}, 150, 150, "pg/mL", "150 pg/mL"),
        ({"valueQuantity": {"value": "150", "unit": "pg/mL"}}, 150, 150, "pg/mL", "150 pg/mL"),
        ({"valueQuantity": {"value": "<150", "unit": "pg/mL"}}, float("-inf"), 150, "pg/mL", "<150 pg/mL"),
        ({"valueString": "150 pg/mL"}, 150, 150, "pg/mL", "150 pg/mL"),
        ({"valueString": "< 150 pg/mL"}, float("-inf"), 150, "pg/mL", "< 150 pg/mL"),
        ({"valueString": "≤150 pg/mL"}, float("-inf"), 150, "pg/mL", "≤150 pg/mL"),
        ({"valueString": "150,5 pg/mL"}, 150.5, 150.5, "pg/mL", "150,5 pg/mL"),
        (
            {"valueRange": {"low": quantity("100 pg/mL"), "high": quantity("150 pg/mL")}},
            100,
            150,
            "pg/mL",
            "100 pg/mL to 150 pg/mL",
        ),
        ({"valueRange": {"high": quantity("150 pg/mL")}}, float("-inf"), 150, "pg/mL", "150 pg/mL"),
        (
            {"valueRatio": {"numerator": quantity("150 pg"), "denominator": quantity("1 mL")}},
            150,
            150,
            "pg/mL",
            "150 pg : 1 mL",
        ),
    ],
)
def test_numbers_are_read_with_the_unit_that_stands_there(
    read: Read, value: Any, low: float, high: float, symbol: str, shown: str
) -> None:
    fact = result(read(observation(B12, value)))
    assert fact.value is not None
    assert fact.value.unit is not None
    assert (fact.value.low, fact.value.high, fact.value.unit.symbol) == (low, high, symbol)
    assert (fact.shown, fact.problem, fact.is_readable) == (shown, "", True)


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        (None, "no value"),
        ({"dataAbsentReason": concept("unknown")}, "no value"),
        ({"valueQuantity": {"unit": "pg/mL"}}, "no value"),
        ({"valueQuantity": {"value": 150}}, "no unit"),
        ({"valueInteger": 150}, "no unit"),
        ({"valueString": "150"}, "no unit"),
        ({"valueQuantity": {"value": 150, "unit": "furlongs"}}, "unit not known"),
        ({"valueString": "see comment"}, "no readable value"),
        ({"valueString": "1,234,567 pg/mL"}, "no readable value"),
        ({"valueDateTime": "2026-01-01"}, "no value"),
    ],
)
def test_what_cannot_be_compared_is_kept_and_says_why(read: Read, value: Any, problem: str) -> None:
    fact = result(read(observation(B12, value)))
    assert (fact.problem, fact.is_readable) == (problem, False)


def test_the_head_of_a_panel_is_no_missing_result(read: Read) -> None:
    parts = [{"code": concept(B12), "valueQuantity": quantity("150 pg/mL")}]
    assert result(read(observation(B12, component=parts))).shown == "150 pg/mL"


def test_components_are_results_of_their_own(read: Read) -> None:
    parts = [
        {"code": concept(B12), "valueQuantity": quantity("150 pg/mL")},
        {"code": concept(TSH), "valueQuantity": quantity("7 m[IU]/L"), "interpretation": [concept("High")]},
        {"code": concept("LOINC#8480-6 Systolic blood pressure"), "valueQuantity": quantity("120 mm[Hg]")},
    ]
    record = read(observation("LOINC#24331-1 Panel", component=parts))
    assert record.results["vitamin-b12-total"][0].shown == "150 pg/mL"
    assert record.results["tsh"][0].flag == "high"


def test_contained_observations_are_results(read: Read) -> None:
    report = {
        "resourceType": "DiagnosticReport",
        "id": "r",
        "status": "final",
        "contained": [observation(B12, "150 pg/mL", id="o")],
    }
    assert result(read(report)).ref == "DiagnosticReport/r#o"


@pytest.mark.parametrize("name", ["Vitamin B12", "Serum vitamin B12 level"])
def test_the_name_of_an_analyte_counts_fully(read: Read, name: str) -> None:
    fact = result(read(observation(name, "150 pg/mL")))
    assert ("vitamin-b12-total" in fact.sets, fact.text_only, fact.weak) == (True, True, False)


# --- statuses and dates ---


@pytest.mark.parametrize(
    ("status", "weak"),
    [("final", False), ("amended", False), ("corrected", False), (None, False), ("FINAL", False), (" final ", False)]
    + [(word, True) for word in ("preliminary", "unknown", "active", "finald", "this_is_invalid")],
)
def test_doubtful_statuses_are_weak(read: Read, status: str | None, weak: bool) -> None:
    assert result(read(observation(B12, "150 pg/mL", status=status))).weak is weak


@pytest.mark.parametrize("status", ["registered", "cancelled", "entered-in-error", "Entered-In-Error "])
def test_void_observations_are_dropped(read: Read, status: str) -> None:
    assert not read(observation(B12, "150 pg/mL", status=status)).results


@pytest.mark.parametrize(
    ("members", "when"),
    [
        ({"effectiveDateTime": "2026-10-01"}, "2026-10-01"),
        ({"effectiveDateTime": "2026"}, "2026"),
        ({"effectiveDateTime": None, "effectivePeriod": {"start": "2026-09-01", "end": "2026-09-03"}}, "2026-09-03"),
        ({"effectiveDateTime": None, "effectivePeriod": {"start": "2026-09-01"}}, "2026-09-01"),
        ({"effectiveDateTime": None, "effectiveInstant": "2026-09-01T10:00:00Z"}, "2026-09-01"),
        ({"effectiveDateTime": None, "effectiveTiming": {"event": ["2026-08-01", "2026-09-01"]}}, "2026-09-01"),
        ({"effectiveDateTime": None, "issued": "2026-09-05T10:00:00Z"}, "2026-09-05"),
        ({"effectiveDateTime": "unreadable", "issued": "2026-09-05T10:00:00Z"}, "2026-09-05"),
        ({"effectiveDateTime": None}, ""),
    ],
)
def test_the_date_is_the_effective_one_else_when_it_was_issued(read: Read, members: dict[str, Any], when: str) -> None:
    assert show(result(read(observation(B12, "150 pg/mL", **members))).when) == when


# --- the laboratory's judgement ---


@pytest.mark.parametrize(
    ("interpretation", "flag"),
    [
        ([{"coding": [{"code": "H"}]}], "high"),
        ([{"coding": [{"code": "HH"}]}], "high"),
        ([{"coding": [{"code": "L"}]}], "low"),
        ([{"coding": [{"code": "N"}]}], "normal"),
        ({"coding": [{"code": "L"}]}, "low"),
        ([{"text": "Low"}], "low"),
        ([{"coding": [{"display": "Above high normal high"}]}], "high"),
        ([{"text": "Above high normal"}], "high"),
        ([{"coding": [{"display": "Below low normal"}]}], "low"),
        ([{"coding": [{"display": "Below lower panic limits"}]}], "low"),
        ([{"text": "Below reference range"}], "low"),
        ([{"text": "Critically high"}], "high"),
        ([{"coding": [{"code": "IND"}]}], ""),
        ([], ""),
    ],
)
def test_the_flag_comes_from_the_interpretation(read: Read, interpretation: Any, flag: str) -> None:
    assert result(read(observation(TSH, "7 m[IU]/L", interpretation=interpretation))).flag == flag


@pytest.mark.parametrize(
    ("value", "ranges", "flag"),
    [
        ("7 m[IU]/L", [{"low": quantity("0.4 m[IU]/L"), "high": quantity("4 m[IU]/L")}], "high"),
        ("0.1 m[IU]/L", [{"low": quantity("0.4 m[IU]/L"), "high": quantity("4 m[IU]/L")}], "low"),
        ("2 m[IU]/L", [{"low": quantity("0.4 m[IU]/L"), "high": quantity("4 m[IU]/L")}], "normal"),
        ("4 m[IU]/L", [{"high": {"value": 4}}], "normal"),
        ("<0.1 m[IU]/L", [{"low": {"value": 0.4}, "high": {"value": 4}}], "low"),
        (">3 m[IU]/L", [{"low": {"value": 0.4}, "high": {"value": 4}}], ""),
        ("7 m[IU]/L", [{"high": quantity("4 mg/L")}], ""),
        ("7 m[IU]/L", [{"high": {"value": 4}}, {"high": {"value": 9}}], ""),
        ("7 m[IU]/L", [{"text": "0.4 - 4"}], "high"),
        ("0.2 m[IU]/L", [{"text": "0.40-4.50 mIU/L"}], "low"),
        ("2 m[IU]/L", [{"text": "[0.4 to 4.5]"}], "normal"),
        ("7 m[IU]/L", [{"text": "0.4 - 4 mg/L"}], ""),
        ("7 m[IU]/L", [{"text": "adults 0.4 - 4"}], ""),
    ],
)
def test_the_flag_comes_from_the_range_when_the_laboratory_gives_none(
    read: Read, value: str, ranges: Any, flag: str
) -> None:
    assert result(read(observation(TSH, value, referenceRange=ranges))).flag == flag


@pytest.mark.parametrize(
    ("value", "members", "coded"),
    [
        ({"valueString": "Positive"}, {}, "positive"),
        ({"valueCodeableConcept": concept("SNOMED#10828004 Positive")}, {}, "positive"),
        ({"valueCodeableConcept": concept("SNOMED#260385009 Negative")}, {}, "negative"),
        ({"valueBoolean": True}, {}, "positive"),
        (None, {"interpretation": [{"coding": [{"code": "POS"}]}]}, "positive"),
        (None, {"interpretation": [{"coding": [{"code": "A"}]}]}, "abnormal"),
    ],
)
def test_coded_answers_are_kept_as_words(read: Read, value: Any, members: dict[str, Any], coded: str) -> None:
    fact = result(read(observation("LOINC#8061-4 Nuclear Ab [Presence] in Serum", value, **members)))
    assert coded in fact.coded
    assert fact.problem == ""


# --- signs and symptoms ---


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        {"valueString": "present"},
        {"valueString": "Yes"},
        {"valueCodeableConcept": concept("LOINC#LA33-6 Yes")},
        {"valueCodeableConcept": concept("LOINC#LA6576-8 Positive")},
        {"valueCodeableConcept": concept("http://terminology.hl7.org/CodeSystem/v2-0136#Y Yes")},
        {"valueInteger": 2},
        {"valueString": "bilateral"},
        {"valueString": "left foot"},
    ],
)
def test_a_sign_that_is_present_is_a_finding(read: Read, value: Any) -> None:
    record = read(observation(NUMB, value))
    fact = finding(record)
    assert (fact.sets[0], fact.weak, fact.source, fact.status) == ("numbness-foot", False, "Observation", "active")
    assert show(fact.recorded) == "2026-10-01"
    assert fact.onset.is_open


@pytest.mark.parametrize(
    "value",
    [
        False,
        {"valueString": "absent"},
        {"valueString": "no"},
        {"valueString": "Negative"},
        {"valueString": "denies"},
        {"valueString": "normal"},
        {"valueCodeableConcept": concept("LOINC#LA32-8 No")},
        {"valueInteger": 0},
        {"valueString": "could not be assessed"},
        {"dataAbsentReason": concept("not-asked")},
    ],
)
def test_a_sign_that_is_absent_or_unknown_is_none(read: Read, value: Any) -> None:
    assert not read(observation(NUMB, value)).findings


def test_a_value_names_the_side(read: Read) -> None:
    assert finding(read(observation(NUMB, {"valueString": "left foot"}))).side is Side.LEFT
    assert finding(read(observation(NUMB, {"valueString": "bilateral"}))).side is Side.BOTH


def test_a_sign_with_a_value_is_a_coded_result_too(read: Read) -> None:
    assert result(read(observation(NUMB, False))).coded >= {"absent"}


def test_a_sign_known_by_words_alone_is_weak(read: Read) -> None:
    fact = finding(read(observation("Numbness in both feet")))
    assert (fact.weak, fact.text_only, fact.side) == (True, True, Side.BOTH)
    assert not read(observation("Numbness in both feet", "no")).findings


def test_a_coded_value_is_a_finding_under_any_question(read: Read) -> None:
    fact = finding(read(observation("LOINC#8661-1 Chief complaint", NUMB)))
    assert (fact.sets[0], fact.weak) == ("numbness-foot", False)


def test_a_worded_value_is_a_weak_finding_placed_by_its_question(read: Read) -> None:
    fact = finding(read(observation("What type of pain do you have in your feet?", {"valueString": "Tingling"})))
    assert (fact.weak, fact.text_only, fact.sites) == (True, True, {"foot"})


@pytest.mark.parametrize("words", ["Denies numbness", "no numbness or tingling"])
def test_a_worded_value_may_deny(read: Read, words: str) -> None:
    assert not read(observation("LOINC#8661-1 Chief complaint", {"valueString": words})).findings


def test_a_question_about_the_family_is_about_the_family(read: Read) -> None:
    record = read(observation("Family history", {"valueString": "peripheral artery disease"}))
    assert not record.findings
    assert facts(record.family)


def test_long_narratives_are_not_read(read: Read) -> None:
    assert not read(observation("Note", {"valueString": "numb feet " + "and so on " * 100})).findings


@pytest.mark.parametrize("note", ["patient declined", "Not assessed", "not done.", "Unable to assess", "deferred"])
def test_a_sign_nobody_looked_for_is_neither_present_nor_absent(read: Read, note: str) -> None:
    for made in (observation(NUMB, None, note=[{"text": note}]), observation(NUMB, {"valueString": note})):
        record = read(made)
        assert not record.findings.get("numbness-foot")
        assert not record.denied.get("numbness-foot")


@pytest.mark.parametrize("note", ["", "Not done last week. Found today", "declined further tests, numb since May"])
def test_a_sign_without_a_value_stands_beside_any_other_note(read: Read, note: str) -> None:
    assert read(observation(NUMB, None, note=[{"text": note}])).findings["numbness-foot"]


def test_notes_of_a_sign_are_read(read: Read) -> None:
    record = read(observation(NUMB, True, note=[{"text": "Sudden onset, with back pain"}]))
    assert "mod.sudden-onset" in record.findings["numbness-foot"][0].modifiers
    assert record.findings["back-pain"][0].weak


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("SNOMED#266919005 Never smoked tobacco", "smoking-never"),
        ("SNOMED#449868002 Smokes tobacco daily", "smoking-current"),
        ("SNOMED#8517006 Ex-smoker", "smoking-former"),
    ],
)
def test_smoking_status_is_read_by_its_value(read: Read, value: str, expected: str) -> None:
    record = read(observation(SMOKING, value))
    assert expected in result(record).coded
    assert set(record.findings) == {expected}


def test_pregnancy_status_is_read_by_its_value(read: Read) -> None:
    assert "pregnancy" in read(observation("LOINC#82810-3 Pregnancy status", "SNOMED#77386006 Pregnant")).findings
    assert not read(observation("LOINC#82810-3 Pregnancy status", "SNOMED#60001007 Not pregnant")).findings


def test_the_sensitivity_of_a_germ_is_no_exposure(read: Read) -> None:
    record = read(observation("RXNORM#6922 metronidazole", {"valueString": "Resistant"}))
    assert "facts" not in record.counts


def test_side_of_a_result_comes_from_site_or_name(read: Read) -> None:
    abi = "LOINC#77194-9 Ankle-brachial index"
    assert result(read(observation(abi, "0.85 {ratio}", site="left"))).side is Side.LEFT
    assert result(read(observation([abi, "Ankle-brachial index, right leg"], "0.85 {ratio}"))).side is Side.RIGHT


def test_components_may_only_name_the_side(read: Read) -> None:
    sides = [
        {"code": concept(side), "valueQuantity": {"value": value}} for side, value in (("Left", 0.8), ("Right", 1.1))
    ]
    found = facts(read(observation("LOINC#77194-9 Ankle-brachial index", component=sides)).results)
    assert {(fact.side, fact.shown) for fact in found} == {(Side.LEFT, "0.8"), (Side.RIGHT, "1.1")}


@pytest.mark.parametrize("code", ["SNOMED#134388005 Monofilament foot sensation test", "SNOMED#134388005"])
def test_the_name_of_an_examination_is_no_finding(read: Read, code: str) -> None:
    record = read(observation(code))
    assert not record.findings
    assert "exam-monofilament" in done(record).sets
    assert "exam-monofilament" in read(observation(code, {"valueString": "abnormal"})).findings
    assert not read(observation(code, {"valueString": "normal"})).findings


def test_an_abnormal_examination_is_a_finding(read: Read) -> None:
    record = read(observation("SNOMED#394668001 Monofilament abnormal, left foot"))
    assert {(f.sets[0], f.side) for f in facts(record.findings)} >= {("exam-monofilament", Side.LEFT)}


def test_a_test_without_a_measurement_of_ours_was_done(read: Read) -> None:
    fact = done(read(observation("LOINC#29755-6 Nerve conduction study", {"valueString": "see report"})))
    assert (fact.sets, fact.source, fact.weak) == (("order-ncs",), "Observation", False)


def test_the_unit_one_is_not_printed(read: Read) -> None:
    assert result(read(observation("LOINC#77194-9 Ankle-brachial index", "0.7 1"))).shown == "0.7"


# --- the part that was examined and how it was found ---


@pytest.mark.parametrize(
    ("question", "answer", "expected"),
    [
        ("Ankle reflexes", "absent", "reduced-reflexes"),
        ("Deep tendon reflexes", "reduced", "reduced-reflexes"),
        ("Knee reflexes", "brisk", "brisk-reflexes"),
        ("Plantar response", "extensor", "brisk-reflexes"),
        ("Perianal sensation", "absent", "saddle-anesthesia"),
        ("Saddle sensation", "reduced", "saddle-anesthesia"),
        ("Saddle sensation", "absent", "saddle-anesthesia"),
        ("Pedal pulses", "not palpable", "absent-pulses"),
        ("Bladder function", "hesitancy", "urinary-retention"),
        ("Bladder control", "lost", "urinary-incontinence"),
        ("Anal tone", "reduced", "reduced-anal-tone"),
        ("Anal tone", "lax", "reduced-anal-tone"),
        ("Rectal tone", "lax", "reduced-anal-tone"),
        ("Anal sphincter tone", "decreased", "reduced-anal-tone"),
        ("Anal wink", "absent", "reduced-anal-tone"),
    ],
)
def test_an_examination_and_its_outcome_are_one(read: Read, question: str, answer: str, expected: str) -> None:
    for value in ({"valueString": answer}, {"valueCodeableConcept": {"text": answer}}):
        [fact] = read(observation(question, value)).findings[expected]
        assert fact.label == f"{question}: {answer}"


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Ankle reflexes", "normal"),
        ("Ankle reflexes", "not tested"),
        ("Perianal sensation", "intact"),
        ("Pedal pulses", "palpable"),
        ("Plantar response", "flexor"),
        ("Perianal sensation", "not reduced"),
        ("Saddle sensation", "normal"),
        ("Bladder function", "normal"),
        ("Bladder function", "intact"),
        ("Bladder function", "no retention"),
        ("Anal tone", "normal"),
        ("Rectal tone", "intact"),
        ("Anal tone", "not reduced"),
        ("Anal tone", "not examined"),
        ("Gag reflex", "absent"),
        ("Radial pulse", "absent"),
    ],
)
def test_a_normal_or_foreign_examination_is_no_finding(read: Read, question: str, answer: str) -> None:
    for value in ({"valueString": answer}, {"valueCodeableConcept": {"text": answer}}):
        assert not read(observation(question, value)).findings


@pytest.mark.parametrize(
    ("question", "answer", "expected", "side"),
    [
        ("Sensory level", "T10", "sensory-level", Side.UNKNOWN),
        ("Sensory level", "below T8", "sensory-level", Side.UNKNOWN),
        ("Sensory level", "T8-T10", "sensory-level", Side.UNKNOWN),
        ("Sensory level", "umbilicus", "sensory-level", Side.UNKNOWN),
        ("Urinary retention", "yes", "urinary-retention", Side.UNKNOWN),
        ("Leg weakness", "bilateral", "weakness", Side.BOTH),
    ],
)
def test_a_sign_asked_for_is_there_when_the_answer_says_where(
    read: Read, question: str, answer: str, expected: str, side: Side
) -> None:
    for value in ({"valueString": answer}, {"valueCodeableConcept": {"text": answer}}):
        [fact] = read(observation(question, value)).findings[expected]
        assert (fact.label, fact.side) == (question, side)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Sensory level", "none"),
        ("Sensory level", "normal"),
        ("Sensory level", "not tested"),
        ("Sensory level", "L5"),
        ("Sensory level", "normal at T10"),
        ("Urinary retention", "no"),
        ("Saddle anesthesia", "absent"),
        ("Leg weakness", "none"),
    ],
)
def test_a_sign_asked_for_is_not_there_without_such_an_answer(read: Read, question: str, answer: str) -> None:
    for value in ({"valueString": answer}, {"valueCodeableConcept": {"text": answer}}):
        assert not read(observation(question, value)).findings


# --- answers that are grades or bare codes ---


@pytest.mark.parametrize(
    "value",
    [
        {"valueString": "Moderate"},
        {"valueCodeableConcept": concept("SNOMED#24484000 Severe")},
        {"valueString": "Quite a bit"},
        {
            "valueCodeableConcept": {
                "coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0136", "code": "Y"}]
            }
        },
    ],
)
def test_a_grade_or_a_bare_yes_says_that_a_sign_is_there(read: Read, value: Any) -> None:
    assert finding(read(observation(NUMB, value))).sets[0] == "numbness-foot"


@pytest.mark.parametrize(
    "value",
    [
        {"valueString": "Not at all"},
        {"valueString": "Grade 0"},
        {
            "valueCodeableConcept": {
                "coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0136", "code": "N"}]
            }
        },
        {"valueCodeableConcept": {"coding": [{"system": "urn:local", "code": "Y"}]}},
        {"valueCodeableConcept": {"coding": [{"system": "urn:local", "code": "4711"}]}},
    ],
)
def test_no_grade_and_a_code_of_unknown_meaning_say_nothing(read: Read, value: Any) -> None:
    assert not read(observation(NUMB, value)).findings


_YES = ("LOINC#LA33-6", "SNOMED#373066001", "SNOMED#52101004", "SNOMED#10828004", "LOINC#LA6576-8", "LOINC#LA11882-0")
_NO = ("LOINC#LA32-8", "SNOMED#373067005", "SNOMED#2667000", "SNOMED#260385009", "LOINC#LA6577-6", "SNOMED#260415000")


@pytest.mark.parametrize(("codes", "is_there"), [(_YES, True), (_NO, False)])
def test_a_coded_answer_needs_no_display(read: Read, codes: tuple[str, ...], is_there: bool) -> None:
    for code in codes:
        bare = read(observation(NUMB, {"valueCodeableConcept": concept(code)}))
        foreign = read(observation(NUMB, {"valueCodeableConcept": {**concept(code), "text": "n.b."}}))
        assert bool(bare.findings) is bool(foreign.findings) is is_there, code
        if not is_there:
            assert bare.denied


def test_words_that_are_understood_outweigh_the_code_of_an_answer(read: Read) -> None:
    value = {"valueCodeableConcept": {**concept("SNOMED#10828004"), "text": "Not detected"}}
    assert not read(observation(NUMB, value)).findings


def test_a_comma_in_the_name_of_an_examination_does_not_part_it_from_its_outcome(read: Read) -> None:
    [fact] = read(observation("Dorsalis pedis pulse, left", {"valueString": "not palpable"})).findings["absent-pulses"]
    assert fact.side is Side.LEFT


def test_a_flag_printed_with_the_value_counts(read: Read) -> None:
    fact = result(read(observation(B12, {"valueString": "250 pg/mL (L)"})))
    assert (fact.flag, fact.value is not None and fact.value.low) == ("low", 250)


@pytest.mark.parametrize("name", ["Glucose, Urine", "UA Glucose", "Methylmalonic acid, urine"])
def test_a_test_of_urine_is_no_test_of_blood(read: Read, name: str) -> None:
    record = read(observation(name, "130 mg/dL"))
    assert not record.results
    assert not record.procedures


# --- observed in somebody else ---


@pytest.mark.parametrize(
    ("focus", "counts"),
    [
        ([{"reference": "RelatedPerson/mother"}], False),
        ([{"reference": "Patient/fetus"}], False),
        ([{"reference": "Patient/p"}], True),
        ({"reference": "http://x/fhir/Patient/p/_history/2"}, True),
        ([{"reference": "Condition/c"}], True),
        ([{"display": "left foot"}], True),
    ],
)
def test_what_was_observed_in_somebody_else_is_not_the_patients(read: Read, focus: Any, counts: bool) -> None:
    record = read(observation(NUMB, focus=focus))
    assert bool(record.findings) is counts


# --- outcomes of tests ---

NCS = "LOINC#29755-6 Nerve conduction study"


@pytest.mark.parametrize(
    ("value", "outcome"),
    [
        ("normal", {"normal"}),
        ("Normal study", {"normal"}),
        ("abnormal", {"abnormal"}),
        ("Left tibial neuropathy at the ankle", set()),
    ],
)
def test_a_test_that_says_its_outcome_in_a_word_keeps_it(read: Read, value: str, outcome: set[str]) -> None:
    assert done(read(observation(NCS, value))).coded >= outcome
    if not outcome:
        assert not done(read(observation(NCS, value))).coded & {"normal", "abnormal"}


@pytest.mark.parametrize(
    ("conclusion", "outcome"),
    [
        ("Normal study. No evidence of neuropathy.", {"normal"}),
        ("Normal, with possible carpal tunnel syndrome.", set()),
        ("Normal, but left tibial neuropathy at the ankle.", set()),
        ("Slowing of the left tibial nerve.", set()),
    ],
)
def test_a_report_is_normal_only_where_it_says_no_more(read: Read, conclusion: str, outcome: set[str]) -> None:
    report = {
        "resourceType": "DiagnosticReport",
        "id": "r",
        "status": "final",
        "subject": {"reference": "Patient/p"},
        "code": concept(NCS),
        "effectiveDateTime": "2026-09-01",
        "conclusion": conclusion,
    }
    assert done(read(report)).coded == outcome


@pytest.mark.parametrize(("word", "flag"), [("elevated", "high"), ("Low", "low"), ("normal", "")])
def test_a_result_that_is_only_called_high_or_low_is_flagged_so(read: Read, word: str, flag: str) -> None:
    assert result(read(observation(TSH, word))).flag == flag


# --- symptoms with details, and answers that take a question back ---


def test_components_that_only_describe_a_symptom_leave_it_stated(read: Read) -> None:
    severity = {"code": {"text": "Severity"}, "valueInteger": 7}
    side = {"code": {"text": "Laterality"}, "valueCodeableConcept": concept("SNOMED#7771000 Left")}
    fact = finding(read(observation(NUMB, component=[severity, side])))
    assert (fact.sets[0], fact.side) == ("numbness-foot", Side.LEFT)


@pytest.mark.parametrize(
    "part",
    [
        {"code": {"text": "Present"}, "valueBoolean": False},
        {"code": {"text": "Left foot numbness"}, "valueString": "no"},
        {"code": {"text": "Severity"}},
    ],
)
def test_components_that_deny_or_ask_something_of_their_own_leave_it_open(read: Read, part: Json) -> None:
    assert "numbness-foot" not in read(observation(NUMB, component=[part])).findings


def test_an_answer_that_takes_the_question_back_denies_it(read: Read) -> None:
    for value in ({"valueString": "No weakness"}, {"valueCodeableConcept": {"text": "No weakness"}}):
        assert "weakness" not in read(observation("Lower extremity weakness", value)).findings


def test_a_side_named_with_a_denial_states_nothing(read: Read) -> None:
    for answer in ("Downgoing bilaterally", "Downgoing", "flexor"):
        assert not read(observation("Babinski", {"valueString": answer})).findings
    [fact] = read(observation("Babinski right", {"valueString": "Upgoing"})).findings["brisk-reflexes"]
    assert fact.side is Side.RIGHT


def test_brackets_in_the_name_of_an_examination_do_not_part_it_from_its_outcome(read: Read) -> None:
    record = read(observation("Vibration sense great toe (128 Hz)", {"valueString": "Absent bilaterally"}))
    assert record.findings["vibration-reduced"][0].side is Side.BOTH


@pytest.mark.parametrize(
    ("said", "coded", "side"),
    [
        ("absent bilaterally", "absent", Side.UNKNOWN),
        ("normal both feet", "normal", Side.BOTH),
        ("reduced on left", "abnormal", Side.LEFT),
        ("Right foot: reduced", None, Side.UNKNOWN),
        ("normal left, reduced right", None, Side.UNKNOWN),
        ("8/10", None, Side.UNKNOWN),
    ],
)
def test_an_answer_with_its_place_beside_it_is_that_answer(
    read: Read, said: str, coded: str | None, side: Side
) -> None:
    record = read(observation("10-g monofilament test", valueString=said, effectiveDateTime="2026-08-12"))
    (found,) = record.results["monofilament"]
    assert (coded in found.coded) if coded else not found.coded & {"normal", "absent", "abnormal"}
    assert coded is None or found.side is side


@pytest.mark.parametrize(
    ("asked", "sign"), [("Ankle reflexes", "reduced-reflexes"), ("Left dorsalis pedis pulse", "absent-pulses")]
)
def test_a_bare_code_for_absent_is_the_outcome_of_an_examination(read: Read, asked: str, sign: str) -> None:
    def coded(code: str) -> set[str]:
        value = {"coding": [{"system": "http://snomed.info/sct", "code": code}]}
        return set(read(observation(asked, valueCodeableConcept=value)).findings)

    assert sign in coded("2667000") == set(read(observation(asked, valueString="absent")).findings)
    foreign = {"text": "fehlt", "coding": [{"system": "http://snomed.info/sct", "code": "2667000"}]}
    assert set(read(observation(asked, valueCodeableConcept=foreign)).findings) == coded("2667000")
    assert coded("52101004") == set(read(observation(asked, valueString="present")).findings)


@pytest.mark.parametrize(
    ("code", "is_readable"),
    [
        ("LOINC#4548-4 Hemoglobin A1c", False),
        ("LOINC#2132-9 Vitamin B12", False),
        ("LOINC#98979-8 eGFR", False),
        ("LOINC#77194-9 Ankle-brachial index", False),
        ("LOINC#3016-3 TSH", True),
        ("LOINC#1988-5 CRP", True),
    ],
)
@pytest.mark.parametrize("said", [{"interpretation": [{"coding": [{"code": "N"}]}]}, {"valueString": "normal"}])
def test_where_decision_limits_never_move_a_flag_alone_settles_nothing(
    read: Read, code: str, said: Json, is_readable: bool
) -> None:
    found = result(read(observation(code, None, **said)))
    assert (found.is_readable, bool(found.problem)) == (is_readable, not is_readable)


def test_a_flag_that_stands_alone_is_shown_in_its_own_words(read: Read) -> None:
    flagged = observation("LOINC#2132-9 Vitamin B12", None, interpretation=[{"text": "Low"}])
    assert result(read(flagged)).words == "Vitamin B12 Low"
