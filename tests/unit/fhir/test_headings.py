"""Forms with groups and follow-up questions: what stands above a question belongs to it."""

from __future__ import annotations

from typing import Any

import pytest

from cds.domain.record import Side
from tests.builders import Json, concept, condition, form, observation, report, value_of
from tests.unit.fhir.conftest import Read, facts


def group(name: str, *items: Json) -> Json:
    """A group of questions."""
    return {"linkId": "g", "text": name, "item": list(items)}


def asked(question: str, value: Any, *below: Json) -> Json:
    """A question with its answer, and what was asked next."""
    said = {"valueBoolean": value} if isinstance(value, bool) else {"valueString": value}
    said = value if isinstance(value, dict) else said
    return {"linkId": "q", "text": question, "answer": [said | ({"item": list(below)} if below else {})]}


def found(read: Read, *items: Json) -> set[str]:
    """The sets of all findings of now."""
    record = read(form(item=list(items)))
    return {name for name, filed in record.findings.items() if any(fact.status == "active" for fact in filed)}


@pytest.mark.parametrize(
    ("heading", "question", "expected"),
    [
        ("Numbness", "Between the legs / saddle area", "saddle-anesthesia"),
        ("Numbness or tingling", "Left foot", "sensory-symptom"),
        ("Weakness", "Both legs", "weakness"),
        ("Left foot", "Ulcer", "foot-ulcer"),
        ("Left foot examination", "Cold", "cold-limb"),
        ("Red flag symptoms (none expected)", "Saddle numbness", "saddle-anesthesia"),
        ("No red flags", "Saddle numbness", "saddle-anesthesia"),
        ("Risk factors", "Diabetes", "diabetes"),
        ("Do you have any of the following?", "Leg weakness", "weakness"),
    ],
)
def test_a_question_is_asked_under_its_heading(read: Read, heading: str, question: str, expected: str) -> None:
    assert expected in found(read, group(heading, asked(question, value=True)))
    assert expected not in found(read, group(heading, asked(question, value=False)))


@pytest.mark.parametrize(
    ("heading", "question"),
    [
        ("Family history", "Stroke"),
        ("Family history", "Diabetes"),
        ("Has anyone in your family had:", "Diabetes"),
        ("Past medical history", "Stroke"),
        (f"Family history. {'Please tick all that apply to your parents or children. ' * 3}", "Stroke"),
        ("Past history", "Urinary retention"),
    ],
)
def test_what_relatives_have_or_what_is_past_is_not_of_now(read: Read, heading: str, question: str) -> None:
    assert found(read, group(heading, asked(question, value=True))) == set()


@pytest.mark.parametrize(
    ("heading", "part", "expected"),
    [
        ("Sensation intact?", "Perianal", "saddle-anesthesia"),
        ("Pulses palpable", "Left dorsalis pedis", "absent-pulses"),
    ],
)
def test_a_no_below_a_question_about_health_is_a_finding(read: Read, heading: str, part: str, expected: str) -> None:
    assert expected in found(read, group(heading, asked(part, value=False)))
    assert found(read, group(heading, asked(part, value=True))) == set()


def test_a_heading_tells_that_it_is_sudden(read: Read) -> None:
    record = read(form(item=[group("Sudden onset of", asked("Facial droop", value=True))]))
    assert all("mod.sudden-onset" in fact.modifiers for fact in facts(record.findings))


def shelves(read: Read, *resources: Json) -> dict[str, str]:
    """Each finding that rules look for in these tests, with where it was put."""
    record = read(*resources)
    told = {name: fact.status for name, filed in record.findings.items() for fact in filed}
    told |= dict.fromkeys(record.denied, "denied") | dict.fromkeys(record.family, "family")
    return {name: shelf for name, shelf in told.items() if name in ("saddle-anesthesia", "stroke-tia", "diabetes")}


def panel(name: str, part: Json) -> list[Json]:
    """An observation under a panel."""
    return [part, observation(name, hasMember=[{"reference": f"Observation/{part['id']}"}])]


BELOW = [
    ("Patient denies", "denied"),
    ("Denies any of the following (tick all that apply):", "denied"),
    ("Pertinent negatives", "denied"),
    ("Advice given", None),
    ("Safety-net advice", None),
    ("Return precautions", None),
    ("Seek medical help if you have:", None),
    ("Partner", None),
    ("Partner's health", None),
    ("Baby", None),
    ("Family", "family"),
    ("Family medical history", "family"),
    ("Father", "family"),
    ("Have you ever had any of the following?", "past"),
    ("Past medical history", "past"),
    # more than a heading of one of these kinds: it is asked of the patient, now
    ("Patient denies pain, reports:", "active"),
    ("Have you ever had or do you now have:", "active"),
    ("In the past week, have you ever had:", "active"),
    ("Falls risk", "active"),
    ("Red flags reviewed", "active"),
    ("Please tick if you have", "active"),
]


@pytest.mark.parametrize(("heading", "shelf"), BELOW)
def test_a_heading_says_whose_and_when_all_is_that_stands_below(read: Read, heading: str, shelf: str | None) -> None:
    expected = {"saddle-anesthesia": shelf} if shelf else {}
    member = observation("Saddle numbness", True, effectiveDateTime="2026-11-19")
    pointer = [{"reference": f"Observation/{member['id']}"}]
    told = {
        "form": [form(item=[group(heading, asked("Saddle numbness", value=True))])],
        "deeper": [form(item=[group(heading, group("Nerves and spine", asked("Saddle numbness", value=True)))])],
        "words": [form(item=[group(heading, asked("Saddle numbness", "yes"))])],
        "components": [parts(heading, ("Saddle numbness", True))],
        "panel": [member, observation(heading, hasMember=pointer)],
        "report": [member, report(heading, result=pointer)],
        "choice": [form((heading, {"valueCoding": {"display": "Saddle numbness"}}))],
        "value": [observation(heading, {"valueCodeableConcept": {"text": "Saddle numbness"}})],
    }
    skipped = () if heading not in ("Red flags reviewed", "Patient denies pain, reports:") else ("choice", "value")
    for how, resources in told.items():
        assert how in skipped or shelves(read, *resources) == expected, how


@pytest.mark.parametrize("no", [False, "no", "none", "denied"])
def test_a_no_below_a_heading_that_denies_may_mean_either(read: Read, no: Any) -> None:
    assert shelves(read, form(item=[group("Patient denies", asked("Saddle numbness", no))])) == {}
    assert shelves(read, parts("Patient denies", ("Saddle numbness", no if no is False else {"valueString": no}))) == {}


def test_none_is_denied_where_the_list_says_none(read: Read) -> None:
    assert shelves(read, form(("Patient denies", "none")), form(("Pertinent negatives", "none"))) == {}


@pytest.mark.parametrize(
    ("heading", "question", "answer", "shelf"),
    [
        ("Patient denies", "Saddle numbness", "since Monday", "active"),
        ("Advice given", "Comment", "saddle numbness since yesterday, sent to hospital", "active"),
        ("Patient denies", "Other", "saddle numbness", "denied"),
        ("Have you ever had", "Saddle numbness", "Yes, again since yesterday", "active"),
        ("Family history", "Details", "father had a stroke", "family"),
        ("Past medical history", "Diabetes", "yes", "active"),
    ],
)
def test_what_is_more_than_a_tick_is_read_itself(
    read: Read, heading: str, question: str, answer: str, shelf: str
) -> None:
    assert set(shelves(read, form(item=[group(heading, asked(question, answer))])).values()) == {shelf}


def test_measurements_below_others_are_not_the_patients(read: Read) -> None:
    low = {"valueQuantity": {"value": 100, "unit": "pg/mL"}}
    for heading in ("Baby", "Father"):
        member = observation("Vitamin B12", low)
        record = read(form(item=[group(heading, asked("Vitamin B12", low))]), parts(heading, ("Vitamin B12", low)))
        assert not record.results
        assert not read(*panel(heading, member)).results
    assert read(*panel("Blood tests", observation("Vitamin B12", low))).results


@pytest.mark.parametrize(
    "question",
    [
        "Have you ever had a stroke?",
        "Has a doctor ever told you that you had a stroke?",
        "Ever had a stroke",
    ],
)
def test_whether_it_was_ever_there_asks_of_the_past(read: Read, question: str) -> None:
    assert shelves(read, form((question, True))) == {"stroke-tia": "past"}
    assert shelves(read, form((question.replace("a stroke", "diabetes"), True))) == {"diabetes": "active"}


@pytest.mark.parametrize("question", ["Do your legs ever feel numb?", "Have you ever had numb legs in the last week?"])
def test_whether_it_is_ever_there_asks_of_now(read: Read, question: str) -> None:
    assert "sensory-symptom" in found(read, asked(question, value=True))


HOW_MUCH = "In the past 7 days, how much have you been bothered by numbness or tingling in any of the following places?"


def test_long_headings_and_questions_are_read_together(read: Read) -> None:
    saddle = "Between your legs or around your back passage (the area that would touch a saddle)"
    assert shelves(read, form(item=[group(HOW_MUCH, asked(saddle, value=True))])) == {"saddle-anesthesia": "active"}
    heading = "Please tell us about blood relatives such as parents or children who have had any of these conditions"
    question = "Stroke or transient ischaemic attack (mini-stroke) before the age of 65"
    assert shelves(read, form(item=[group(heading, asked(question, value=True))])) == {"stroke-tia": "family"}


def test_a_long_group_does_not_hide_whose_history_it_is(read: Read) -> None:
    vessels = "Heart and vessels, that is all that a doctor has called a problem of the heart or of the vessels " * 2
    deep = group("Family history", group(vessels[:190], asked("Stroke " + "of the brain or eye " * 8, value=True)))
    assert shelves(read, form(item=[deep])) == {"stroke-tia": "family"}


def test_headings_reach_through_groups_of_groups(read: Read) -> None:
    assert found(read, group("Family history", group("Heart and vessels", asked("Stroke", value=True)))) == set()


def test_what_is_asked_next_is_asked_of_the_same(read: Read) -> None:
    record = read(form(item=[asked("Any weakness?", True, asked("Which leg?", "left"))]))
    assert any(fact.side is Side.LEFT and "leg" in fact.sites for fact in record.findings["weakness"])


@pytest.mark.parametrize("question", ["Location", "Where is it?", "Body site"])
def test_where_it_is_is_asked_of_the_subject_of_a_group(read: Read, question: str) -> None:
    assert "saddle-anesthesia" in found(read, group("Numbness", asked(question, "perineum")))


def test_nothing_is_asked_next_of_what_is_not_there(read: Read) -> None:
    assert found(read, asked("Any weakness?", False, asked("Where?", "both legs"))) == set()


@pytest.mark.parametrize(
    "no",
    [
        {"valueBoolean": False},
        {"valueString": "No"},
        {"valueCoding": {"display": "No"}},
        {"valueCoding": {"system": "http://loinc.org", "code": "LA32-8"}},
        {"valueString": "Unsure"},
    ],
)
@pytest.mark.parametrize("is_inside", [True, False])
def test_what_follows_a_no_tells_nothing_of_what_was_denied(read: Read, no: Json, is_inside: bool) -> None:
    below = [asked("Since when?", "2 weeks"), asked("If yes, which leg?", "left"), asked("Details", "since Monday")]
    answer = no | ({"item": below} if is_inside else {})
    item = {"linkId": "q", "text": "Any weakness or numbness between the legs?", "answer": [answer]}
    assert found(read, item | ({} if is_inside else {"item": below})) == set()


@pytest.mark.parametrize(
    "answer",
    ["normal bilaterally", "left and right normal", "OK both sides", "declined to answer", "intact bilaterally"],
)
def test_an_answer_that_all_is_well_on_both_sides_states_nothing(read: Read, answer: str) -> None:
    assert found(read, group("Numbness", asked("Saddle area", answer))) == set()


@pytest.mark.parametrize(
    ("heading", "question", "expected"),
    [
        ("Saddle area", "Numbness", "saddle-anesthesia"),
        ("Saddle numbness", "Left", "saddle-anesthesia"),
        ("Foot ulcer", "Left", "foot-ulcer"),
        ("Left foot", "Acute ischaemia", "acute-limb-ischemia"),
        ("Left foot", "Swelling", "foot-discoloration-swelling"),
        ("Both legs", "Paralysis", "leg-paralysis"),
        ("Bladder", "Loss of control", "urinary-incontinence"),
        ("Bowels", "Loss of control", "fecal-incontinence"),
        ("Do you have difficulty with", "Passing urine", "urinary-retention"),
    ],
)
def test_part_and_finding_may_stand_in_either_order(read: Read, heading: str, question: str, expected: str) -> None:
    assert expected in found(read, group(heading, asked(question, value=True)))
    assert expected not in found(read, group(heading, asked(question, value=False)))


def test_long_headings_and_long_chains_cost_little(read: Read) -> None:
    chain = asked("Leg weakness?", value=False)
    for _ in range(150):
        chain = asked("weakness " * 15, True, chain)
    assert "weakness" in found(read, chain)


@pytest.mark.parametrize("heading", ["Cauda equina syndrome", "Stroke", "Foot ulcer", "Leg weakness"])
def test_what_is_asked_beside_the_subject_of_a_group_does_not_state_it(read: Read, heading: str) -> None:
    asides = [asked("Leaflet given?", value=True), asked("Date of last review", "2 weeks ago")]
    assert found(read, group(heading, *asides)) == set()
    assert found(read, group(heading, asked("Any of these?", False, *asides))) == set()


def test_a_heading_is_no_answer_itself(read: Read) -> None:
    assert "diabetes" not in found(read, group("Diabetes", asked("Foot ulcer", value=True)))


# --- severity and stage ---


SEVERE = {"system": "http://snomed.info/sct", "code": "24484000"}


@pytest.mark.parametrize(
    "severity",
    [
        {"text": "Severe"},
        {"coding": [SEVERE]},
        {"coding": [SEVERE | {"display": "Ernstig"}]},
        {"text": "schwer", "coding": [SEVERE]},
        {"coding": [SEVERE | {"display": "Severe (severity modifier)"}]},
        {"coding": [SEVERE | {"display": "Severe (severity modifier) (qualifier value)"}]},
    ],
)
def test_a_severity_apart_counts_as_if_the_name_told_it(read: Read, severity: Any) -> None:
    told = read(condition("Severe pain in left leg"))
    apart = read(condition("Pain in left leg", severity=severity))
    assert set(apart.findings) == set(told.findings) > set(read(condition("Pain in left leg")).findings)


@pytest.mark.parametrize("stage", [[{"summary": {"text": "Stage 5"}}], {"summary": {"text": "Stage 5"}}])
def test_a_stage_apart_counts_as_if_the_name_told_it(read: Read, stage: Any) -> None:
    record = read(condition("Chronic kidney disease", stage=stage))
    assert "ckd-stage-5" in record.findings


def test_a_stage_that_says_nothing_more_changes_no_words(read: Read) -> None:
    record = read(condition("Diabetes mellitus type 2", severity={"text": "Mild"}, stage=[{"summary": {"text": "2"}}]))
    assert {fact.label for fact in facts(record.findings)} == {"Diabetes mellitus type 2"}


# --- components of an observation ---


def parts(name: str, *answers: tuple[str, Any]) -> Json:
    """An observation whose components say it all."""
    values = [{"code": concept(part)} | value_of(value) for part, value in answers]
    return observation(name, component=values, effectiveDateTime="2026-11-19")


@pytest.mark.parametrize(
    ("name", "part", "value", "expected"),
    [
        ("Numbness", "Perineum", True, "saddle-anesthesia"),
        ("Weakness", "Both legs", True, "weakness"),
        ("Sensation", "Perianal", {"valueString": "reduced"}, "saddle-anesthesia"),
        ("Light touch sensation", "Perianal", {"valueCodeableConcept": {"text": "Decreased"}}, "saddle-anesthesia"),
        ("Deep tendon reflexes", "Ankle", {"valueString": "absent"}, "reduced-reflexes"),
        ("Weakness", "SNOMED#61685007 Lower limb structure", True, "weakness"),
    ],
)
def test_a_component_is_part_of_what_was_observed(read: Read, name: str, part: str, value: Any, expected: str) -> None:
    assert expected in read(parts(name, (part, value))).findings
    assert expected not in read(parts(name, (part, {"valueString": "normal"}))).findings


def test_what_relatives_have_is_not_the_patients(read: Read) -> None:
    record = read(parts("Family history", ("Stroke", True)), parts("Past medical history", ("Stroke", True)))
    assert not any(fact.status == "active" for fact in record.findings.get("stroke-tia", ()))


def test_a_number_tells_nothing_of_what_stands_above_it(read: Read) -> None:
    record = read(parts("Weakness", ("Left leg", {"valueInteger": 5})))
    assert [fact.sites for fact in facts(record.findings)] == [frozenset()]


@pytest.mark.parametrize(
    ("part", "value", "shelf"),
    [
        ("Presence", {"valueCodeableConcept": {"text": "Absent"}}, "denied"),
        ("Presence", {"valueCodeableConcept": {"text": "Present"}}, "active"),
        ("Present", False, "denied"),
        ("Nil significant", True, "denied"),
        ("Nil significant", False, "active"),
        ("Exclusion statement", {"valueString": "No evidence of"}, "denied"),
        # these say nothing of what stands beside them
        ("Fever", {"valueString": "denied"}, "active"),
        ("Patient denies", {"valueString": "fever, chills"}, "active"),
        ("Advice given", True, "active"),
        ("Family history", {"valueString": "migraine"}, "active"),
    ],
)
def test_a_component_may_say_whether_what_stands_beside_it_is_there(
    read: Read, part: str, value: Any, shelf: str
) -> None:
    named = ("Symptom name", {"valueCodeableConcept": {"text": "Saddle numbness"}})
    assert shelves(read, parts("Symptom", named, (part, value))) == {"saddle-anesthesia": shelf}
    assert shelves(read, parts("Symptom", (part, value), named)) == {"saddle-anesthesia": shelf}


@pytest.mark.parametrize(
    ("headings", "question", "answer", "name", "side"),
    [
        (("Left foot",), "Dorsalis pedis pulse", "absent", "absent-pulses", Side.LEFT),
        (("Foot examination", "Left foot"), "Dorsalis pedis pulse", "absent", "absent-pulses", Side.LEFT),
        (("Left foot",), "Pulse", "absent", "absent-pulses", Side.LEFT),
        (("Both legs",), "Weakness", "yes", "weakness", Side.BOTH),
        (("Examination", "Left leg"), "Weakness", "yes", "weakness", Side.LEFT),
        (("Left foot",), "Weakness of right foot", "yes", "weakness", Side.RIGHT),
        (("Left foot",), "Ulcer", "yes", "foot-ulcer", Side.LEFT),
    ],
)
def test_a_question_has_the_side_of_its_heading(
    read: Read, headings: tuple[str, ...], question: str, answer: str, name: str, side: Side
) -> None:
    item = asked(question, answer)
    for heading in reversed(headings):
        item = group(heading, item)
    assert {fact.side for fact in read(form(item=[item])).findings[name]} == {side}


DENYING = """Denies; Pt denies; Patient denies the following; The patient denies any of these symptoms; Negative
for; Negative; ROS negative for; Pertinent negatives (patient denies); Does not have; Not present;
Absent symptoms; Symptoms denied; Relevant negatives; No evidence of"""
ADVISING = """Safety net advice; Safety netting; Safety-netting given; Worsening advice; Advised to return if;
Return if; Seek urgent care if you have; Come back if; Call us if; Red flag advice; Warning signs
advised; Patient education; Leaflets given; Discharge instructions; When to seek help; Go to the
emergency department if; Side effects explained; Counselling"""
OTHERS = """Spouse; Husband; Wife's health; Newborn; Your baby; Child; Children's health; Fetus; About your
partner; Carer details; Household members"""
RELATIVES = """Family history; Mother; Your parents; Brothers and sisters; Family members; Relatives; Blood
relatives; Has anyone in your family had; Maternal history"""
PAST = """Ever had; Have you ever been diagnosed with; Has a doctor ever told you that you have; Previous
conditions; Past history; PMH; In the past; Previously"""
ASKING = """Advice about your symptoms; Information about your symptoms; Exclusions; Exclusion criteria; Advice
requested about; Did you seek help for; Denies pain but has; Red flags; Reports; Complains of;
Positive for; Present symptoms; Any of these?; Do you have; Review of systems; Neurologic: denies or
reports; Known problems; New symptoms since last visit; Concerns; Worsening symptoms; Patient or
family concerns; Reported by carer; Reported by family; Family reports; Lives with partner; History;
History of present illness; Presenting complaint; Past week; In the past month; Previous 24 hours;
Check if applies; Please indicate if you have"""


@pytest.mark.parametrize(
    ("headings", "shelf"),
    [(DENYING, "denied"), (ADVISING, ""), (OTHERS, ""), (RELATIVES, "family"), (PAST, "past"), (ASKING, "active")],
)
def test_headings_of_each_kind_are_known_in_the_words_of_forms(read: Read, headings: str, shelf: str) -> None:
    expected = {"saddle-anesthesia": shelf} if shelf else {}
    told = [" ".join(heading.split()) for heading in headings.split(";")]
    found_so = {heading: shelves(read, form(item=[group(heading, asked("Saddle numbness", True))])) for heading in told}
    assert {heading: found for heading, found in found_so.items() if found != expected} == {}


@pytest.mark.parametrize(
    ("question", "answer", "name"),
    [
        ("How often do you leak urine?", "About once a week or less often", "urinary-incontinence"),
        ("Do you lose control of your bowels?", "Sometimes", "fecal-incontinence"),
        ("Saddle anesthesia", "Suspected", "saddle-anesthesia"),
        ("Saddle anesthesia", "possible", "saddle-anesthesia"),
        ("Clonus", "sustained", "brisk-reflexes"),
        ("Do you lose control of your bladder?", "All the time", "urinary-incontinence"),
        ("Unable to pass urine", "More than half the time", "urinary-retention"),
    ],
)
def test_how_often_says_that_it_is_there(read: Read, question: str, answer: str, name: str) -> None:
    assert name in found(read, asked(question, answer))
    assert found(read, asked(question, "Never")) == set()


@pytest.mark.parametrize(
    ("heading", "sites"), [("Low back", set()), ("Neck", set()), ("Hands", {"hand"}), ("Lower limbs", {"lower-limb"})]
)
def test_the_back_lends_its_place_to_nothing_below_it(read: Read, heading: str, sites: set[str]) -> None:
    record = read(form(item=[group(heading, asked("Numbness", value=True))]))
    assert {site for fact in record.findings["sensory-symptom"] for site in fact.sites} == sites


def test_panels_in_panels_say_whose_it_is(read: Read) -> None:
    stroke = observation("Stroke", True, id="stroke", effectiveDateTime="2026-11-19")
    inner = observation("Nerves", id="inner", hasMember=[{"reference": "Observation/stroke"}])
    outer = observation("Family history", id="outer", hasMember=[{"reference": "Observation/inner"}])
    for order in ([stroke, inner, outer], [outer, inner, stroke]):
        assert shelves(read, *order) == {"stroke-tia": "family"}
    ring = observation("Nerves", id="inner", hasMember=[{"reference": f"Observation/{x}"} for x in ("outer", "stroke")])
    assert shelves(read, stroke, ring, outer) == {"stroke-tia": "family"}
