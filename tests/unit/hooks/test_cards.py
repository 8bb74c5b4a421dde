"""Cards: what holds for every card of every example, and for the fullest chart there is."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any
from uuid import UUID

import pytest

from cds.domain.record import Result
from cds.domain.truth import Evidence
from cds.hooks.card_schema import check_response
from cds.hooks.composing import MOST_LINES, within
from cds.hooks.ids import KINDS, card_uuid
from cds.hooks.markdown import LONGEST, cut, plain, utf16_length
from cds.hooks.phrases import MOST_OF_ONE_CRITERION, Phrases, name_of_test, words_of
from tests.builders import bundle, condition, family, observation, patient, raw
from tests.examples import goldens

DATA = "org.heel-numbness-cds"
ORDER = ["red-flag", "differential", "work-up", "medication"]


def _cards() -> list[tuple[str, Any]]:
    return [(name, card) for name in goldens.names() for card in goldens.answer(name)["cards"]]


def _full_chart() -> bytes:
    """Everything at once: every example's facts under one patient with both feet numb."""
    entries = []
    for name in goldens.names():
        if name in ("child", "comfort_care", "wrong_side", "silent"):
            continue
        chart = json.loads((goldens.EXAMPLES / "patients" / f"{name}.json").read_text(encoding="utf-8"))
        entries += [e for e in chart["entry"] if e["resource"]["resourceType"] != "Patient"]
    text = re.sub(r'"Patient/[a-z0-9-]+"', '"Patient/everything"', json.dumps(entries))
    person = {"resourceType": "Patient", "id": "everything", "gender": "female", "birthDate": "1950-01-01"}
    return json.dumps(
        {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": person}, *json.loads(text)]}
    ).encode()


def _evaluate(body: bytes) -> Any:
    return goldens.engine().evaluate_data(body, today=goldens.DAY, symptom="recorded", patient=None)


def test_cards_stand_in_their_order_and_are_at_most_four() -> None:
    for name in goldens.names():
        kinds = [card["extension"][DATA]["card"] for card in goldens.answer(name)["cards"]]
        assert [k for k in ORDER if k in kinds] == [k for k in kinds if k in ORDER], name
        assert len(kinds) <= 4


@pytest.mark.parametrize(("name", "card"), _cards(), ids=lambda v: v if isinstance(v, str) else v["indicator"])
def test_a_card_names_its_rulebook_its_day_and_what_is_missing(name: str, card: Any) -> None:
    assert name in goldens.names()
    data = card["extension"][DATA]
    assert data["asOf"] == "2026-11-20"
    assert set(data["rulebook"]) == {"version", "digest"}
    assert isinstance(data["missing"], list)
    assert data["complete"] is all(m["need"] == "age" for m in data["missing"])
    assert "not reviewed by a clinician" in card["detail"]


def test_points_are_the_sum_of_evidence_and_adjustments_and_stay_off_the_card() -> None:
    for name, card in _cards():
        for cause in card["extension"][DATA].get("differential", ()):
            parts = [e["points"] for e in cause["evidence"]] + [a["points"] for a in cause["adjustments"]]
            assert sum(parts) == cause["points"], (name, cause["cause"])
        assert not re.search(r"\bpoints?\b", card["detail"])


def test_every_piece_of_evidence_names_its_resource_and_source() -> None:
    for name, card in _cards():
        data = card["extension"][DATA]
        lists = [c["evidence"] for c in data.get("differential", ())]
        lists += [f["evidence"] for f in data.get("redFlags", ())] + [
            m["evidence"] for m in data.get("medications", ())
        ]
        for item in (item for evidence in lists for item in evidence):
            assert item["resource"], name
            assert item["text"], name
            assert item["sources"], name


def test_a_critical_red_flag_leaves_no_work_up_card_and_orders_emergencies_as_stat() -> None:
    for name in goldens.names():
        cards = {c["extension"][DATA]["card"]: c for c in goldens.answer(name)["cards"]}
        if "red-flag" in cards and cards["red-flag"]["indicator"] == "critical":
            assert "work-up" not in cards, name
            suggestions = cards["red-flag"]["suggestions"]
            assert {s["actions"][0]["resource"]["priority"] for s in suggestions} <= {"stat", "urgent"}


def test_no_mri_is_one_click_away_with_a_pacemaker() -> None:
    for card in goldens.answer("pacemaker")["cards"]:
        labels = [s["label"] for s in card.get("suggestions", ())]
        assert not [label for label in labels if "MRI" in label]
    assert "implant on record" in goldens.answer("pacemaker")["cards"][0]["detail"]


def test_no_card_says_what_the_wording_forbids() -> None:
    forbidden = goldens.engine().knowledge.rulebook.wording["forbidden"]
    for _, card in _cards():
        for entry in forbidden:
            for words in entry["words"]:
                pattern = r"\b" + words.replace("*", r"\w*").replace(" ", r"\s+") + r"\b"
                found = re.search(pattern, card["summary"] + card["detail"], re.IGNORECASE)
                assert found is None or any(found[0] in allowed for allowed in entry.get("allow", ())), found


def test_the_fullest_chart_stays_within_the_limits() -> None:
    answer = _evaluate(_full_chart())
    assert check_response({"cards": answer["cards"]}) == {}
    differential = next(c for c in answer["cards"] if c["extension"][DATA]["card"] == "differential")
    assert len(re.findall(r"(?m)^\d+\. ", differential["detail"])) <= 5
    assert len(differential["extension"][DATA]["differential"]) > 5
    assert all(len(card.get("suggestions", ())) <= 6 for card in answer["cards"])


def test_a_dangerous_cause_is_never_cut_from_the_text() -> None:
    engine = goldens.engine()
    dangerous = {r.cause: r.title for r in engine.knowledge.rulebook.causes if r.dangerous}
    body = _full_chart().replace(b"267064002", b"0").replace(b"449813001", b"0")
    answer = _evaluate(body)
    card = next(c for c in answer["cards"] if c["extension"][DATA]["card"] == "differential")
    ranked = [c["cause"] for c in card["extension"][DATA]["differential"] if c["tier"] != "to-exclude"]
    assert [title for cause, title in dangerous.items() if cause in ranked and title not in card["detail"]] == []


def test_text_from_a_record_cannot_bring_markup_links_or_control_characters() -> None:
    nasty = '<img src=x onerror="alert(1)"> **bold** [click](https://evil.example) `x` | ~~y~~ \u0000\u202e\n# h'
    shown = plain(nasty)
    assert not set("<>*[]`|#~\u0000\n") & set(shown)
    assert "http" not in shown
    assert len(plain("x" * 500)) == LONGEST


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("TSH 12 m[IU]/L", "TSH 12 mIU/L"),
        ("eGFR 38 mL/min/{1.73_m2}", "eGFR 38 mL/min/1.73 m2"),
        ("ABI 0.9 {ratio}", "ABI 0.9"),
        ("x [Mass/volume]", "x (Mass/volume)"),
    ],
)
def test_a_unit_is_written_as_people_write_it(sent: str, shown: str) -> None:
    assert plain(sent) == shown


def test_a_nasty_display_stays_harmless_on_the_card() -> None:
    body = (goldens.EXAMPLES / "patients" / "diabetes.json").read_text(encoding="utf-8")
    body = body.replace("Type 2 diabetes mellitus without complications", "<script>alert(1)</script>[x](http://a.b)")
    detail = _evaluate(body.encode())["cards"][0]["detail"]
    assert "<" not in detail
    assert "http" not in detail


def test_a_summary_is_cut_at_a_word_in_utf16_units() -> None:
    long = "numb " * 40 + "\U0001f9b6" * 10
    assert utf16_length(cut(long)) <= 139
    assert utf16_length("\U0001f9b6") == 2


@pytest.mark.parametrize("kind", KINDS)
def test_an_id_holds_the_kind_the_digest_and_randomness(kind: str) -> None:
    first, second = (UUID(card_uuid(kind, "sha256:0123456789abcdef")) for _ in range(2))
    assert first != second
    assert first.version == 8
    assert first.bytes[1] == KINDS.index(kind)
    assert first.hex[4:12] == "01234567"


def test_the_same_chart_gets_the_same_content_and_fresh_ids() -> None:
    one, two = goldens.answer("metronidazole"), goldens.answer("metronidazole")
    assert goldens.golden(one) == goldens.golden(two)
    assert {c["uuid"] for c in one["cards"]}.isdisjoint(c["uuid"] for c in two["cards"])


def test_a_user_who_is_a_patient_gets_no_cards() -> None:
    request = json.loads((goldens.EXAMPLES / "requests" / "cauda_equina.json").read_text(encoding="utf-8"))
    for user in ("Patient/cauda-equina", "RelatedPerson/1"):
        request["context"]["userId"] = user
        body = goldens.engine().call(goldens.SERVICE, json.dumps(request).encode(), goldens.DAY).body
        assert body == b'{"cards":[]}'


def test_a_long_named_test_loses_its_name_and_never_its_value() -> None:
    label = "Glomerular filtration rate/1.73 sq M predicted in a body of standard surface by a formula with creatinine"
    shown = words_of(Result("Observation/1", label, (), shown="38 mL/min/{1.73_m2}"))
    assert shown.startswith("Glomerular filtration rate")
    assert shown.endswith("… 38 mL/min/1.73 m2")
    assert len(shown) <= LONGEST


@pytest.mark.parametrize(
    ("label", "told"),
    [
        ("Cobalamin (Vitamin B12) [Mass/volume] in Serum or Plasma", "Cobalamin (Vitamin B12)"),
        ("Thyrotropin (Units/volume) in Serum, Plasma or Blood", "Thyrotropin"),
        ("Hemoglobin A1c/Hemoglobin.total in Blood", "Hemoglobin A1c"),
        ("Platelets [#/volume] in Blood by Automated count", "Platelets by Automated count"),
        ("Glucose [Mass/volume] in Serum or Plasma --2 hours post meal", "Glucose --2 hours post meal"),
        ("Glucose [Mass/volume] in Urine", "Glucose in Urine"),
        ("Protein [Mass/volume] in Cerebral spinal fluid", "Protein in Cerebral spinal fluid"),
        ("Folate [Mass/volume] in Blood cells", "Folate in Blood cells"),
        ("Vitamin B12", "Vitamin B12"),
        ("[Mass/volume] in Blood", "[Mass/volume] in Blood"),
    ],
)  # fmt: skip
def test_the_long_name_of_a_code_is_told_short_and_another_specimen_stays(label: str, told: str) -> None:
    assert name_of_test(label) == told
    assert words_of(Result("Observation/1", label, (), shown="5 x")) == plain(f"{told} 5 x")


def test_a_long_answer_is_cut_like_any_other_text() -> None:
    assert len(words_of(Result("Observation/1", "Comment " * 9, (), shown="very " * 40))) <= LONGEST


def test_what_is_set_aside_is_named() -> None:
    card = next(c for c in goldens.answer("diabetes")["cards"] if c["extension"][DATA]["card"] == "differential")
    (line,) = [line for line in card["detail"].splitlines() if "Set aside" in line]
    assert "hypothyroid" in line.lower()


def test_a_reason_is_filled_in_wherever_it_stands() -> None:
    stiff = observation("LOINC#77194-9 Ankle-brachial index", "1.5 {ratio}", effectiveDateTime="2026-10-01")
    numb = condition("SNOMED#309538000 Numbness of foot", recordedDate="2026-10-01")
    card = next(c for c in _evaluate(raw(bundle(patient(), numb, stiff)))["cards"] if "tests" in c["extension"][DATA])
    (because,) = [t["because"] for t in card["extension"][DATA]["tests"] if t["test"] == "test.tbi"]
    assert "cannot be compressed: Ankle-brachial index 1.5" in because
    assert because in card["detail"]


def test_too_many_lines_never_cost_the_closing_ones() -> None:
    lines = within([str(n) for n in range(30)], ["verify", "missing", "review"])
    assert len(lines) == MOST_LINES
    assert lines[-4:] == ["18", "verify", "missing", "review"]


def test_the_fullest_chart_cut_short_still_says_that_it_is_not_reviewed() -> None:
    chart = json.loads(_full_chart())
    chart["link"] = [{"relation": "next", "url": "https://ehr.example.org/next"}]
    for card in _evaluate(json.dumps(chart).encode())["cards"]:
        assert "not reviewed by a clinician" in card["detail"].splitlines()[-1]
        assert "cut short" in card["detail"].splitlines()[-2]


# --- the data behind a statement ---

NUMB = "SNOMED#309538000 Numbness of foot"
BOTH = {"bodySite": [{"text": "both feet"}], "onsetDateTime": "2026-06-01"}


def _card(kind: str, *resources: Any) -> Any:
    cards = _evaluate(raw(bundle(patient(), *resources)))["cards"]
    return next(c for c in cards if c["extension"][DATA]["card"] == kind)


def test_a_placeholder_without_its_own_fact_is_left_out_with_its_brackets() -> None:
    phrases = Phrases(goldens.engine().knowledge.rulebook, goldens.DAY.toordinal())
    other = [Evidence("another", Result("Observation/1", "TSH", (), shown="2 mIU/L"))]
    assert phrases.fill("warfarin is on the list ({warfarin}): check it", other) == "warfarin is on the list: check it"
    assert phrases.fill("TSH is normal: {tsh_normal}", other) == "TSH is normal"
    assert "TSH 2 mIU/L" in phrases.fill("TSH is normal: {another}", other)


def test_a_reason_that_names_a_compound_prints_what_the_compound_found() -> None:
    b12 = observation("LOINC#2132-9 Vitamin B12", "600 pg/mL", effectiveDateTime="2026-10-01")
    card = _card("differential", condition(NUMB, **BOTH), b12)
    (aside,) = [a for a in card["extension"][DATA]["setAside"] if a["cause"] == "cause.vitamin-b12-deficiency"]
    assert "above the indeterminate range: Vitamin B12 600 pg/mL" in aside["because"]


def test_a_bare_code_is_called_by_the_value_set_that_the_rule_asked_for() -> None:
    numb = condition(NUMB, bodySite=[{"text": "left foot"}], onsetDateTime="2026-06-01")
    card = _card("differential", numb, condition("ICD10CM#I70.222", recordedDate="2026-01-01"))
    (pad,) = [c for c in card["extension"][DATA]["differential"] if c["cause"] == "cause.peripheral-artery-disease"]
    assert {e["text"] for e in pad["evidence"] if e["criterion"] == "pad_on_record"} == {"Peripheral artery disease"}
    assert "Peripheral artery disease, left, recorded on 2026-01-01" in card["detail"]


@pytest.mark.parametrize("value", ["7.2", "42 %", "7.2 bananas"])
def test_a_result_that_cannot_be_read_is_named_and_keeps_its_cause_open(value: str) -> None:
    card = _card(
        "differential",
        condition(NUMB, **BOTH),
        observation("LOINC#4548-4 HbA1c", value, effectiveDateTime="2026-10-01"),
    )
    data = card["extension"][DATA]
    assert {"need": "observations", "because": "unreadable"} in data["missing"]
    assert f"value or unit could not be read: HbA1c {value}, 2026-10-01" in card["detail"]
    (open_cause,) = [c for c in data["differential"] if c["cause"] == "cause.diabetic-peripheral-neuropathy"]
    assert open_cause["tier"] == "to-exclude"
    assert [e["text"] for e in open_cause["evidence"]] == [f"HbA1c {value}"]
    assert f"could not be assessed: HbA1c {value}" in card["detail"]


def test_a_readable_newer_result_makes_an_unreadable_one_no_matter() -> None:
    card = _card(
        "differential",
        condition(NUMB, **BOTH),
        observation("LOINC#4548-4 HbA1c", "7.2", effectiveDateTime="2026-09-01"),
        observation("LOINC#4548-4 HbA1c", "5.2 %", effectiveDateTime="2026-10-01"),
    )
    assert "could not be read" not in card["detail"]
    assert not [m for m in card["extension"][DATA]["missing"] if m["because"] == "unreadable"]


def test_the_numbness_stands_among_the_data_of_a_cauda_equina_flag() -> None:
    retention = condition("SNOMED#267064002 Retention of urine", onsetDateTime="2026-11-18")
    card = _card("red-flag", condition(NUMB, **BOTH), retention)
    (flag,) = [f for f in card["extension"][DATA]["redFlags"] if f["id"] == "redflag.cauda-equina"]
    assert {e["text"] for e in flag["evidence"]} == {"Retention of urine", "Numbness of foot"}


def test_a_flag_that_another_covers_is_told_in_its_heading_and_kept_in_the_data() -> None:
    card = _card(
        "red-flag",
        condition(NUMB, bodySite=[{"text": "both feet"}], onsetDateTime="2026-11-15"),
        condition("SNOMED#279039007 Low back pain", onsetDateTime="2026-11-01"),
        condition("ICD10CM#C61 Prostate cancer", onsetDateTime="2024-01-01"),
    )
    assert "**Spinal cord compression; cancer or infection near the spine**" in card["detail"]
    assert card["detail"].count("Prostate cancer") == 1
    assert [f["id"] for f in card["extension"][DATA]["redFlags"]] == [
        "redflag.spinal-cord",
        "ext.redflag.spinal-infection-malignancy",
    ]


def test_a_drug_is_not_named_twice_on_the_medication_card() -> None:
    taken = {
        "resourceType": "MedicationStatement",
        "id": "m1",
        "status": "completed",
        "subject": {"reference": "Patient/p"},
        "medicationCodeableConcept": {"text": "Paclitaxel"},
        "effectivePeriod": {"start": "2026-04-01", "end": "2026-06-10"},
    }
    card = _card("medication", condition(NUMB, **BOTH), taken)
    assert "**paclitaxel**: 2026-04-01 to 2026-06-10" in card["detail"]


def _taken(drug: str, number: int = 1, **members: Any) -> Any:
    return {
        "resourceType": "MedicationStatement", "id": f"m{number}", "status": "active",
        "subject": {"reference": "Patient/p"}, "medicationCodeableConcept": {"text": drug},
        "effectivePeriod": {"start": "2026-03-01"}, **members,
    }  # fmt: skip


def test_the_medication_card_names_the_drug_and_its_daily_dose() -> None:
    dosage = [{"route": {"text": "oral"}, "text": "100 mg daily"}]
    numb = condition(NUMB, **BOTH)
    card = _card("medication", numb, _taken("Nitrofurantoin", dosage=dosage))
    assert card["summary"].startswith("Nitrofurantoin – a listed neurotoxic medicine")
    assert "**nitrofurantoin**: 100 mg a day, since 2026-03-01" in card["detail"]


@pytest.mark.parametrize(
    ("dosage", "words"),
    [
        ("10 mg once a week", "about 1.4 mg a day"),
        ("1000 mg every 2 days", "500 mg a day"),
        ("0.125 mg daily", "0.125 mg a day"),
        ("85 mg/m2 every 2 weeks", "since"),
        ("5 mg/kg daily", "since"),
    ],
)
def test_a_dose_that_was_worked_out_is_rounded_and_one_by_body_size_is_none(dosage: str, words: str) -> None:
    numb = condition(NUMB, **BOTH)
    card = _card("medication", numb, _taken("Nitrofurantoin", dosage=[{"route": {"text": "oral"}, "text": dosage}]))
    assert f"**nitrofurantoin**: {words}" in card["detail"]


def test_the_medication_card_counts_further_drugs_and_repeats_no_name() -> None:
    oral = [{"route": {"text": "oral"}}]
    numb = condition(NUMB, **BOTH)
    two = _card("medication", numb, _taken("Nitrofurantoin", dosage=oral), _taken("Linezolid", 2, dosage=oral))
    assert re.match(r"(Nitrofurantoin|Linezolid) and 1 more – a listed", two["summary"])
    one = _card("medication", numb, _taken("Metronidazole", dosage=oral))
    assert one["summary"].lower().count("metronidazole") == 1


def test_a_measured_value_has_its_side() -> None:
    numb = condition(NUMB, bodySite=[{"text": "left foot"}])
    abi = observation("LOINC#77194-9 Ankle-brachial index", "0.62 {ratio}", bodySite={"text": "left"})
    assert "Ankle-brachial index 0.62, left, 2026-10-01" in _card("differential", numb, abi)["detail"]


def test_evidence_known_from_words_counts_fully_only_in_a_report() -> None:
    numb = condition(NUMB, bodySite=[{"text": "left foot"}], onsetDateTime="2026-06-01")
    words = "Left tibial neuropathy at the ankle"
    report = {
        "resourceType": "DiagnosticReport",
        "id": "r",
        "status": "final",
        "subject": {"reference": "Patient/p"},
        "code": {"text": "Nerve conduction study"},
        "effectiveDateTime": "2026-09-01",
        "conclusion": words,
    }
    for resource, tier in ((report, "supported"), (condition(words, recordedDate="2026-09-01"), "possible")):
        found = _card("differential", numb, resource)["extension"][DATA]["differential"]
        assert next(c["tier"] for c in found if c["cause"] == "cause.tarsal-tunnel-syndrome") == tier


# --- what a warning makes urgent, what speaks against a test, and how much evidence stands on a card ---


def _chart(*resources: dict[str, Any], numbness: str = "Numbness of both feet") -> dict[str, Any]:
    """The cards of somebody of 70 with numb feet, by kind."""
    mine = {"subject": {"reference": "Patient/p"}}
    numb = {"resourceType": "Condition", "id": "numb", "code": {"text": numbness}}
    person = {"resourceType": "Patient", "id": "p", "birthDate": "1956-01-01"}
    entries = [person, {**numb, "recordedDate": "2026-08-01", **mine}, *({**r, **mine} for r in resources)]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": r} for r in entries]}
    return {c["extension"][DATA]["card"]: c for c in _evaluate(json.dumps(bundle).encode())["cards"]}


def test_a_warning_makes_urgent_what_it_asks_for_and_nothing_else() -> None:
    ulcer = {"resourceType": "Condition", "id": "u", "code": {"text": "Foot ulcer"}, "recordedDate": "2026-11-10"}
    cards = _chart(ulcer)
    assert cards["red-flag"]["indicator"] == "warning"
    priorities = {
        next(iter(s["extension"][DATA].values())): s["actions"][0]["resource"]["priority"]
        for kind in ("red-flag", "work-up")
        for s in cards[kind]["suggestions"]
    }
    urgent = {"action.podiatry-urgent", "test.abi"}
    assert urgent < set(priorities)
    assert priorities == {name: "urgent" if name in urgent else "routine" for name in priorities}


def test_an_order_on_its_way_is_told_beside_an_emergency_and_holds_nothing_back() -> None:
    saddle = {
        "resourceType": "Condition",
        "id": "s",
        "code": {"text": "Saddle numbness"},
        "onsetDateTime": "2026-11-18",
    }
    mri = {"resourceType": "ServiceRequest", "id": "m", "status": "active", "intent": "order"}
    cards = _chart(saddle, {**mri, "code": {"text": "MRI lumbar spine"}, "authoredOn": "2026-11-19"})
    card = cards["red-flag"]
    assert card["indicator"] == "critical"
    assert {"test": "test.mri-lumbar-spine"} in [s["extension"][DATA] for s in card["suggestions"]]
    assert "**On order already:** MRI lumbar spine without contrast (2026-11-19);" in card["detail"]
    undated = _chart(saddle, {**mri, "code": {"text": "MRI lumbar spine"}})["red-flag"]
    assert "**On order already:** MRI lumbar spine without contrast; make" in undated["detail"]
    assert "On order already" not in _chart(saddle)["red-flag"]["detail"]


def test_a_test_that_something_speaks_against_is_named_with_the_reason_only() -> None:
    """A transfusion known from words leaves HbA1c as text; the summary and the line of orders must not name it."""
    blood = {"resourceType": "Procedure", "id": "b", "status": "completed", "code": {"text": "Blood transfusion"}}
    card = _chart({**blood, "performedDateTime": "2026-10-01"})["work-up"]
    assert "HbA1c" not in card["summary"]
    because = "unreliable after transfusion: fasting glucose instead (Blood transfusion, 2026-10-01, Procedure/b)."
    assert f"- **HbA1c:** {because}" in card["detail"]
    assert "fasting plasma glucose" in card["summary"]


def test_a_reason_on_the_work_up_card_names_its_datum_unless_another_card_does() -> None:
    """Which risk factor? A clinician must not have to look for it."""
    metformin = {"resourceType": "MedicationStatement", "id": "m", "status": "active"}
    drug = {"medicationCodeableConcept": {"text": "Metformin 1 g"}, "effectivePeriod": {"start": "2015-01-01"}}
    detail = _chart({**metformin, **drug}, numbness="Numbness of left heel")["work-up"]["detail"]
    assert "a risk factor for deficiency on record (Metformin 1 g, since 2015-01-01, MedicationStatement/m)." in detail
    assert "Numbness" not in detail
    ulcer = {"resourceType": "Condition", "id": "u", "code": {"text": "Foot ulcer"}, "recordedDate": "2026-11-10"}
    cards = _chart(ulcer)
    assert "Foot ulcer, 2026-11-10" in cards["red-flag"]["detail"].replace("recorded on ", "")
    assert "Foot ulcer" not in cards["work-up"]["detail"]


def test_thousands_of_the_same_datum_stay_a_few_in_the_data() -> None:
    glucose = {
        "resourceType": "Observation", "status": "final", "effectiveDateTime": "2026-11-01",
        "code": {"coding": [{"system": "http://loinc.org", "code": "1558-6"}]},
        "valueQuantity": {"value": 200, "unit": "mg/dL", "system": "http://unitsofmeasure.org", "code": "mg/dL"},
    }  # fmt: skip
    few, many = (_chart(*({**glucose, "id": f"g{n}"} for n in range(count))) for count in (5, 500))
    assert _of_diabetes(few) == _of_diabetes(many)
    sizes = [len(json.dumps(cards)) for cards in (few, many)]
    assert sizes[1] < sizes[0] * 4


def _of_diabetes(cards: dict[str, Any]) -> tuple[str, int, int]:
    ranked = cards["differential"]["extension"][DATA]["differential"]
    cause = next(c for c in ranked if c["cause"] == "cause.diabetic-peripheral-neuropathy")
    assert cause["points"] == sum(e["points"] for e in cause["evidence"]) + sum(
        a["points"] for a in cause["adjustments"]
    )
    assert max(Counter(e["criterion"] for e in cause["evidence"]).values()) <= MOST_OF_ONE_CRITERION
    return cause["tier"], cause["points"], len({e["criterion"] for e in cause["evidence"]})


def test_the_medication_card_begins_with_what_is_taken_and_says_of_each_drug_what_is_known_of_it() -> None:
    """Seven drugs: none may go unnamed, and no remark may seem to be about another drug."""
    ended: dict[str, Any] = {"status": "completed", "effectivePeriod": {"start": "2026-05-01", "end": "2026-07-15"}}
    still = ("Phenytoin", "Isoniazid", "Amiodarone", "Dapsone", "Linezolid")
    drugs = [_taken("Vincristine", 1, **ended), _taken("Metronidazole", 2, **ended)]
    drugs += [_taken(name, number) for number, name in enumerate(still, 3)]
    card = _card("medication", condition(NUMB, **BOTH), *drugs)
    assert card["summary"].startswith(("Phenytoin", "Isoniazid", "Amiodarone", "Dapsone", "Linezolid"))
    lines = card["detail"].splitlines()
    assert lines.index("- And 1 more: metronidazole.") > 0
    of_isoniazid = next(n for n, line in enumerate(lines) if line.startswith("- **isoniazid**"))
    remarks = [line for line in lines[of_isoniazid:] if line.startswith("   - ")]
    assert remarks[0].startswith("   - Listed as a possible cause of neuropathy")
    assert remarks[1].startswith("   - TB or HIV treatment is changed only by that team")
    assert len(lines) <= 22


def _noted(text: str, onset: str) -> dict[str, Any]:
    return {"resourceType": "Condition", "id": "noted", "code": {"text": text}, "onsetDateTime": onset}


def test_a_note_on_the_differential_names_its_datum_once() -> None:
    detail = _chart(_noted("Swollen left calf", "2026-09"), numbness="Numbness of left heel")["differential"]["detail"]
    assert "- **Note:** Color change or swelling recorded: check arteries and veins (Swollen left calf, 2026-" in detail
    numb = condition(NUMB, **(BOTH | {"onsetDateTime": "2026-11-10"}))
    detail = _card("differential", numb, _noted("Type 2 diabetes", "2015"))["detail"]
    assert "- **Note:** New numbness in diabetes: examine both feet promptly (skin, pulses, monofilament)." in detail
    assert detail.count("Type 2 diabetes") == 1


def test_a_reason_that_is_a_pattern_names_the_finding_behind_it() -> None:
    cards = _chart(_noted("Rest pain of left foot", "2026-09"), numbness="Numbness of left heel")
    because = "exertional or rest pain, poor perfusion or an ulcer (Rest pain of left foot, 2026-09, Condition/noted)."
    assert because in cards["work-up"]["detail"]


def test_what_is_possible_by_age_alone_stands_below_what_has_data_of_its_own() -> None:
    """A low vitamin B12 is read before arteries that only the years speak for, although these have a point more."""
    low = {"resourceType": "Observation", "id": "b12", "status": "final", "effectiveDateTime": "2026-10-01"}
    level = {"code": {"text": "Vitamin B12"}, "valueQuantity": {"value": 150, "unit": "pg/mL"}}
    card = _chart({**low, **level}, numbness="Numbness of left heel")["differential"]
    points = {item["cause"]: item["points"] for item in card["extension"][DATA]["differential"]}
    assert next(iter(points)) == "cause.vitamin-b12-deficiency"
    assert (points["cause.vitamin-b12-deficiency"], points["cause.peripheral-artery-disease"]) == (3, 4)


def test_the_age_and_a_disease_of_its_own_are_more_than_the_age() -> None:
    """The points of "50 years and diabetes" stand at the age; diabetes speaks for the arteries all the same."""
    known = {"resourceType": "Condition", "id": "dm", "code": {"text": "Type 2 diabetes mellitus"}}
    card = _chart({**known, "recordedDate": "2015-06-01"}, numbness="Numbness of left foot")["differential"]
    possible = [item for item in card["extension"][DATA]["differential"] if item["tier"] == "possible"]
    assert possible[0]["cause"] == "cause.peripheral-artery-disease"
    assert [item["points"] for item in possible] == sorted((item["points"] for item in possible), reverse=True)


def test_what_nobody_dated_says_so_and_an_age_needs_no_day() -> None:
    level = observation("LOINC#2132-9 Vitamin B12", "150 pg/mL", effectiveDateTime=None)
    father = family("SNOMED#399957001 Peripheral arterial disease")
    numb = condition(["SNOMED#309538000 Numbness of foot", "Numbness of both feet"], recordedDate="2026-10-01")
    chart = bundle(patient(birthDate="1970-01-01"), numb, level, father, kind="collection")
    text = "\n".join(card["detail"] for card in _evaluate(raw(chart))["cards"])
    assert "Vitamin B12 150 pg/mL, date not recorded (Observation/" in text
    assert text.count("date not recorded") == 1
