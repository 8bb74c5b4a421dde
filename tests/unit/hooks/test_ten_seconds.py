"""What a reader with ten seconds needs of a card: the telling datum first, nothing twice, nothing that is not so."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import (
    bundle,
    condition,
    encounter,
    medication_administration,
    medication_statement,
    observation,
    patient,
    procedure,
    raw,
    report,
)
from tests.examples import goldens

DATA = "org.heel-numbness-cds"
NUMB = "SNOMED#309538000 Numbness of foot"
BOTH = {"bodySite": [{"text": "both feet"}]}
LEFT = {"bodySite": [{"text": "left foot"}]}


def numb(**members: Any) -> Any:
    return condition(NUMB, **{"onsetDateTime": "2026-06-01", "recordedDate": "2026-07-01"} | members)


def cards(*resources: Any, born: str = "1970-01-01") -> dict[str, Any]:
    """The cards of a whole chart by their kind."""
    chart = raw(bundle(patient(birthDate=born), *resources, kind="collection"))
    answer = goldens.engine().evaluate_data(chart, today=goldens.DAY, symptom="recorded", patient=None)
    return {card["extension"][DATA]["card"]: card for card in answer["cards"]}


def line(card: Any, beginning: str) -> str:
    """The one line of a card that begins so."""
    (found,) = [text for text in card["detail"].splitlines() if text.lstrip().startswith(beginning)]
    return str(found)


def test_what_the_record_lists_is_told_before_the_reason_of_a_visit() -> None:
    visit = encounter("diabetes check", id="visit")
    known = condition("SNOMED#44054006 Type 2 diabetes mellitus", id="known", recordedDate="2014-01-01")
    told = line(cards(numb(**BOTH), visit, known)["differential"], "- For:")
    assert told.index("Condition/known") < told.index("Encounter/visit")


def test_a_disease_that_is_listed_twice_takes_one_place() -> None:
    names = ("SNOMED#44054006 Type 2 diabetes mellitus", "ICD10CM#E11.65 Type 2 diabetes mellitus with hyperglycemia")
    twice = [condition(names[0], id=f"d{n}", recordedDate=f"201{n}-01-01") for n in range(3)]
    other = condition(names[1], id="other", recordedDate="2011-01-01")
    told = line(cards(numb(**BOTH), *twice, other)["differential"], "- For:")
    assert "Condition/other" in told
    assert told.count("Type 2 diabetes mellitus,") < 3


def test_the_symptom_is_not_told_again_where_something_else_speaks_for_a_cause() -> None:
    card = cards(numb(**LEFT), condition("SNOMED#202882003 Plantar fasciitis", id="f", **LEFT))["differential"]
    told = [text for text in card["detail"].splitlines() if "- For:" in text and "Condition/f" in text]
    assert told
    assert not any("Numbness of foot" in text for text in told)


def test_the_symptom_stands_alone_where_nothing_else_speaks() -> None:
    assert "Numbness of foot" in line(cards(numb(**LEFT))["differential"], "- For:")


def infusions(*milligrams: int | None) -> list[Any]:
    made = []
    for n, mg in enumerate(milligrams, 1):
        dose = {} if mg is None else {"dose": {"value": mg, "unit": "mg", "code": "mg"}}
        dosage = {"route": {"text": "intravenous"}, **dose}
        when = f"2026-0{n}-05"
        made.append(
            medication_administration("RXNORM#32592 oxaliplatin", id=f"a{n}", effectiveDateTime=when, dosage=dosage)
        )
    return made


def test_infusions_are_told_as_one_course_from_the_first_to_the_last() -> None:
    shown = cards(numb(**BOTH), *infusions(150, 150, 150, 150))
    told = "4 doses of 150 mg, 2026-01-05 to 2026-04-05 (MedicationAdministration/a1 and 3 more)"
    assert f"oxaliplatin, {told}" in shown["differential"]["detail"]
    assert f"- **oxaliplatin**: {told}; symptom began 2026-06-01." in shown["medication"]["detail"].splitlines()


@pytest.mark.parametrize("doses", [(150, 120, 150), (150, None, 150)])
def test_a_dose_that_differs_or_is_unknown_is_not_told_for_all(doses: tuple[int | None, ...]) -> None:
    assert "oxaliplatin, 3 doses, 2026-01-05 to" in cards(numb(**BOTH), *infusions(*doses))["differential"]["detail"]


def test_a_year_alone_has_no_age_and_a_month_has() -> None:
    assert "both sides, 2025 (Condition" in cards(numb(onsetDateTime="2025", **BOTH))["differential"]["detail"]
    assert "2026-04, 6 mo ago (" in cards(numb(onsetDateTime="2026-04", **BOTH))["differential"]["detail"]


@pytest.mark.parametrize(("day", "age"), [("2024-11-20", "2 y"), ("2024-11-21", "23 mo"), ("2026-02-20", "9 mo")])
def test_an_age_is_counted_by_the_calendar(day: str, age: str) -> None:
    assert f"{day}, {age} ago (" in cards(numb(onsetDateTime=day, **BOTH))["differential"]["detail"]


def test_guidelines_are_named_before_the_choices_of_this_service() -> None:
    card = cards(numb(**BOTH), medication_statement("phenytoin", effectivePeriod={"start": "2020-01-01"}))
    assert line(card["differential"], "- For:").endswith("[BMJ PN table, service policy]")


def test_the_same_advice_is_not_told_twice_and_a_general_title_names_its_drug() -> None:
    drugs = [
        medication_statement(d, id=d, effectivePeriod={"start": "2024-01-01"}) for d in ("phenytoin", "colchicine")
    ]
    card = cards(numb(**BOTH), *drugs, born="1985-01-01")["differential"]
    assert card["detail"].count("A listed neurotoxic medicine fits the symptom timing") == 1
    assert "**Drug-induced neuropathy (colchicine)** (possible)" in card["detail"]
    assert "drug-induced neuropathy (colchicine)" in card["summary"]
    assert "phenytoin neuropathy" in card["summary"].lower()
    assert "phenytoin neuropathy (phenytoin)" not in card["detail"].lower()


def test_a_report_that_is_there_tells_what_it_found() -> None:
    study = report(
        "LOINC#29755-6 Nerve conduction study", conclusion="Axonal sensory polyneuropathy, mild. See table 1.5."
    )
    told = line(cards(numb(**BOTH), study)["work-up"], "- **Already there:**")
    assert "nerve conduction study (NCS): Axonal sensory polyneuropathy, mild, 2026-10-01 (DiagnosticReport" in told
    assert "table" not in told


def test_a_procedure_without_a_conclusion_is_told_by_its_date_alone() -> None:
    study = procedure("Nerve conduction study", id="s", performedDateTime="2026-10-01")
    assert "(NCS): 2026-10-01 (Procedure/s)" in line(cards(numb(**BOTH), study)["work-up"], "- **Already there:**")


def test_reasons_of_tests_do_not_stand_in_brackets_beside_the_brackets_of_a_name() -> None:
    for card in cards(numb(**BOTH)).values():
        assert ") (" not in "".join(text for text in card["detail"].splitlines() if "**Now:**" in text)


def test_what_is_due_only_when_nothing_explains_it_comes_after_the_first_line() -> None:
    results = ["LOINC#4548-4 HbA1c|5.4 %", "LOINC#2132-9 Vitamin B12|520 pg/mL", "LOINC#3016-3 TSH|2 m[IU]/L",
               "LOINC#98979-8 eGFR|80 mL/min/{1.73_m2}", "LOINC#718-7 Hemoglobin|14 g/dL"]  # fmt: skip
    made = [observation(*r.split("|"), effectiveDateTime="2026-07-20", id=f"r{n}") for n, r in enumerate(results)]
    card = cards(numb(**BOTH), *made, born="1950-01-01")["work-up"]
    due = [test["test"] for test in card["extension"][DATA]["tests"] if test["when"] == "now"]
    assert {"test.abi", "test.liver-function"} <= set(due)
    assert due.index("test.liver-function") < due.index("test.abi")


def test_arterial_disease_is_set_aside_for_the_numb_side_only() -> None:
    left = observation("LOINC#77194-9 Ankle-brachial index", "1.08 {ratio}", bodySite={"text": "left"}, id="l")
    right = observation("LOINC#77194-9 Ankle-brachial index", "0.80 {ratio}", bodySite={"text": "right"}, id="r")
    told = line(cards(numb(**LEFT), left, right)["differential"], "- **Set aside:**")
    assert "because the ankle-brachial index of the numb side is normal" in told


def test_a_red_flag_of_several_levels_is_called_by_its_own_level() -> None:
    weak = condition("ICD10CM#M21.371 Foot drop, right foot", onsetDateTime="2026-11-10", id="w")
    sudden = numb(onsetDateTime="2026-11-19", recordedDate="2026-11-19", note=[{"text": "sudden onset"}])
    assert "**Weakness of the leg or foot**" in cards(numb(), weak)["red-flag"]["detail"].splitlines()
    assert "**Sudden numbness**" in cards(sudden)["red-flag"]["detail"].splitlines()


def test_the_onset_is_not_asked_again_because_a_visit_repeats_the_symptom() -> None:
    def asked(*resources: Any) -> list[str]:
        return [q["id"] for q in cards(*resources)["differential"]["extension"][DATA]["questions"]]

    visit = encounter("numb feet")
    assert "ask.onset" not in asked(numb(**BOTH), visit)
    assert "ask.onset" in asked(visit)
    undated = condition(NUMB, id="other", recordedDate="2026-11-01", **BOTH)
    assert "ask.onset" in asked(numb(**BOTH), undated)


def test_the_first_visit_in_a_code_s_title_is_left_out_before_it_is_cut() -> None:
    title = "ICD10CM#S92.011A Displaced fracture of body of right calcaneus, initial encounter for closed fracture"
    right = {"bodySite": [{"text": "right foot"}]}
    card = cards(
        numb(onsetDateTime="2026-09-20", recordedDate="2026-09-25", **right),
        condition(title, onsetDateTime="2026-09-18", id="f"),
    )
    assert (
        "Displaced fracture of body of right calcaneus, closed fracture, 2026-09-18" in card["differential"]["detail"]
    )


def test_beside_an_emergency_the_cause_behind_it_is_told_first() -> None:
    cancer = condition("ICD10CM#C61 Malignant neoplasm of prostate", id="c", recordedDate="2020-01-01")
    pain = condition("ICD10CM#M54.9 Dorsalgia", id="p", onsetDateTime="2026-11-05")
    new = numb(onsetDateTime="2026-11-10", recordedDate="2026-11-15", **BOTH)
    card = cards(new, cancer, pain, born="1938-01-01")["differential"]
    assert line(card, "1. ").startswith("1. **Spinal cord lesion**")
    assert line(card, "2. ").startswith("2. **Vitamin B12 deficiency**")


def test_what_counts_no_more_points_still_speaks_for_a_cause() -> None:
    pregnant = condition("SNOMED#77386006 Pregnant", id="pregnant", onsetDateTime="2026-05-01")
    card = cards(condition("Numb left heel", onsetDateTime="2026-09-01"), pregnant)["differential"]
    assert "Condition/pregnant" in line(card, "- For:")
    (cause,) = [c for c in card["extension"][DATA]["differential"] if c["cause"] == "cause.tarsal-tunnel-syndrome"]
    assert [e["points"] for e in cause["evidence"] if e["resource"] == "Condition/pregnant"] == [0]


def test_a_source_is_that_of_the_criterion_which_speaks() -> None:
    sclerosis = condition("SNOMED#24700007 Multiple sclerosis", onsetDateTime="2015")
    assert line(cards(numb(**BOTH), sclerosis)["differential"], "- For:").endswith("[service policy]")


ONE_SIDE_FIRST = {
    "ICD10CM#F10.20 Alcohol dependence": "Peripheral artery disease",  # its own line says: points elsewhere first
    "SNOMED#190634004 Cobalamin deficiency": "Vitamin B12 deficiency",  # delay does harm
}


@pytest.mark.parametrize(("recorded", "first"), ONE_SIDE_FIRST.items())
def test_what_one_sided_numbness_speaks_against_leads_only_where_delay_does_harm(recorded: str, first: str) -> None:
    lowered = condition(recorded, id="lowered", recordedDate="2018-01-01")
    # a whole leading line: risk by age and the numb side have no data of their own
    card = cards(numb(**LEFT), lowered, born="1950-01-01")["differential"]
    assert line(card, "1. ").startswith(f"1. **{first}**")


def test_rest_pain_with_a_very_low_index_is_never_settled_later() -> None:
    index = observation("Left ABI", id="abi", effectiveDateTime="2026-10-10", valueQuantity={"value": 0.36})
    pain = condition("Rest pain of the left foot", id="pain", onsetDateTime="2026-10-01")
    told = cards(numb(**LEFT), index, pain, born="1950-01-01")
    assert told["red-flag"]["indicator"] == "critical"
    assert "the vascular review comes first" in line(told["differential"], "1. **Peripheral artery disease**")


def test_a_test_that_is_done_is_told_with_its_outcome() -> None:
    antibodies = observation("tTG IgA", id="ttg", effectiveDateTime="2026-10-10", valueString="negative")
    celiac = cards(numb(**BOTH), antibodies)["work-up"]
    assert "celiac serology (tTG-IgA): tTG IgA: negative, 2026-10-10" in celiac["detail"]
