"""What must hold between the answers to two charts that differ in one thing, whatever the charts are.

The charts are those of the second models (`tests/oracle`): drawn at the boundaries, with weak data and gaps.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests import builders as fhir
from tests.conftest import FUZZ_EXAMPLES
from tests.examples import goldens
from tests.fuzz.rewriting import rewritten
from tests.oracle.patients import DAY
from tests.oracle.test_models import DATA, MODELS
from tests.oracle.writing import call

Json = dict[str, Any]
INDICATORS = ("info", "warning", "critical")
TIERS = ("to-exclude", "possible", "supported")
seeds = st.integers(0, 2**32 - 1)
often = settings(max_examples=FUZZ_EXAMPLES // 40)

LEFT, BOTH = "SNOMED#7771000 Left", "SNOMED#51440002 Right and left"
# Each with the danger that it is, as a problem of today; words alone where the record has no code for it.
DANGERS = (
    ("SNOMED#449813001 Numbness of saddle area", None), ("SNOMED#267064002 Retention of urine", None),
    ("SNOMED#72042002 Incontinence of feces", None), ("Lax anal tone", None), ("Erectile dysfunction", None),
    ("SNOMED#192970008 Cauda equina syndrome", None), ("SNOMED#23056005 Sciatica", BOTH), ("Weakness of leg", BOTH),
    ("SNOMED#6077001 Foot drop", LEFT), ("Paraplegia", None), ("Absent ankle reflexes", BOTH), ("Hyperreflexia", None),
    ("Sensory level at T10", None), ("SNOMED#40956001 Guillain-Barre syndrome", None),
    ("SNOMED#71286001 Spinal cord compression", None), ("SNOMED#363346000 Malignant neoplastic disease", None),
    ("SNOMED#279039007 Low back pain", None), ("SNOMED#386661006 Fever", None), ("Sepsis", None),
    ("SNOMED#95345008 Ulcer of foot", LEFT), ("Gangrene of foot", LEFT), ("Cold foot", LEFT), ("Pale foot", LEFT),
    ("Absent foot pulses", LEFT), ("Rest pain of foot", LEFT), ("SNOMED#111245009 Compartment syndrome", LEFT),
    ("Pain out of proportion in leg", LEFT), ("SNOMED#16114001 Fracture of ankle", LEFT),
    ("SNOMED#266257000 Transient ischemic attack", None), ("Facial droop", None), ("Sudden numbness of left arm", None),
    ("Warm swollen foot", LEFT), ("SNOMED#49436004 Atrial fibrillation", None), ("Gastroenteritis", None),
    ("SNOMED#44054006 Diabetes mellitus type 2", None),
)  # fmt: skip
# Whose emergency it is when both could speak of the same weakness; the other then stays silent.
GIVES_WAY = {
    "guillain-barre": {"spinal-cord"},  # weakness with brisk reflexes or a sensory level is the cord's
    "spinal-cord": {"guillain-barre"},  # weakness of both legs with lost reflexes is not
    "cauda-equina": {"spinal-cord"},  # cord disease explains a neurogenic bladder
}
# Of these "possible" says that all else is normal, or that nothing else explains it: an unknown list leaves that open.
NEEDS_ALL = {
    "cause.idiopathic-peripheral-neuropathy",
    "ext.cause.prediabetes-neuropathy",
    "cause.scar-tissue-entrapment",
    "cause.vitamin-b6-excess",
}


# What has nothing to do with numb feet, was never so, or is somebody else's.
OF_NO_CONCERN = (
    fhir.condition("SNOMED#74400008 Appendicitis", "resolved", onsetDateTime="2010-03-01", recordedDate="2010-03-01"),
    fhir.condition("SNOMED#192970008 Cauda equina syndrome", None, "entered-in-error", recordedDate="2026-11-20"),
    fhir.condition("SNOMED#230690007 Stroke", "active", "refuted", recordedDate="2026-11-20"),
    fhir.condition("SNOMED#309538000 Numbness of foot", subject={"reference": "Patient/somebody-else"}),
    fhir.observation("SNOMED#267064002 Retention of urine", True, status="entered-in-error"),
    fhir.observation("LOINC#2132-9 Vitamin B12", "100 pg/mL", status="cancelled"),
    fhir.report("Dental X-ray", conclusion="Caries of tooth 36"),
    fhir.order("Dental X-ray"),
    fhir.procedure("Tonsillectomy", performedDateTime="1985"),
    fhir.procedure("SNOMED#442338001 Bypass of stomach", status="not-done", performedDateTime="2020-01-01"),
    fhir.medication_request("vincristine", status="draft", authoredOn="2026-11-01"),
    fhir.medication_statement("isoniazid", status="entered-in-error"),
    fhir.medication_statement("paracetamol 500 mg"),
    fhir.family("SNOMED#230690007 Stroke"),
    fhir.device("Wheelchair"),
    fhir.resource(
        "Immunization", subject=None, patient=fhir.PATIENT, status="completed", vaccineCode={"text": "Influenza"}
    ),
    fhir.resource("Goal", lifecycleStatus="active", description={"text": "No urinary retention"}),
)


@dataclass(frozen=True)
class Said:
    """What the service concluded of a chart."""

    answer: Json

    @property
    def found(self) -> Json:
        found: Json = self.answer["explain"]["conclusions"]
        return found

    @property
    def is_open(self) -> bool:
        return bool(self.answer["explain"]["gate"]["answer"] == "met")

    @property
    def flags(self) -> dict[str, str]:
        """Rules with their red flag's indicator: one rule raises one flag."""
        return {flag["rule"]: flag["indicator"] for flag in self.found["redFlags"]}

    @property
    def tiers(self) -> dict[str, str]:
        return {cause["cause"]: cause["tier"] for cause in self.found["differential"]}

    @property
    def aside(self) -> set[str]:
        return {cause["cause"] for cause in self.found["setAside"]}

    @property
    def not_indicated(self) -> set[str]:
        return {test["test"] for test in self.found["notIndicated"]}

    @property
    def tests(self) -> dict[str, str]:
        return {test["test"]: test["when"] for test in self.found["tests"]}

    @property
    def content(self) -> Any:
        return self.is_open, self.flags, self.tiers, self.aside, self.not_indicated, self.tests


def said(request: Json, day: date = DAY) -> Said:
    """What /evaluate concludes of a hook request."""
    return Said(goldens.engine().evaluate_data(json.dumps(request).encode(), today=day, symptom="recorded"))


def drawn(seed: int, models: tuple[str, ...] = tuple(MODELS)) -> Json:
    """A hook request of one of the models."""
    draw, _, _ = MODELS[models[seed % len(models)]]
    request: Json = call(draw(seed))
    return request


def danger(random: Random, day: date = DAY) -> Json:
    what, side = random.choice(DANGERS)
    on = day.isoformat()
    return fhir.condition(what, id="danger", site=side, onsetDateTime=on, recordedDate=on)


def with_one_more(request: Json, resource: Json) -> Json:
    """The same call with a further problem."""
    conditions = request["prefetch"]["conditions"]
    entries = [*conditions.get("entry", ()), {"resource": resource}]
    more = conditions | {"entry": entries, "total": len(entries)}
    return request | {"prefetch": request["prefetch"] | {"conditions": more}}


def quieter(louder: Said, other: Said) -> Iterator[str]:
    """Flags of warning and above that the other chart lost or has lower, but for those that give way to another."""
    for rule, indicator in louder.flags.items():
        heard = other.flags.get(rule, "info")
        owners = (other.flags.get(owner) for owner in GIVES_WAY.get(rule, ()))
        if INDICATORS.index(heard) < INDICATORS.index(indicator) and "critical" not in owners:
            yield f"{rule}: {indicator}, then {heard}"


@often
@given(seeds)
def test_a_danger_of_today_silences_no_other(seed: int) -> None:
    request = drawn(seed)
    before, after = said(request), said(with_one_more(request, danger(Random(seed))))
    if before.is_open and not after.answer["explain"]["gate"]["comfortCare"]:
        assert list(quieter(before, after)) == []


@often
@given(seeds, st.sampled_from(OF_NO_CONCERN))
def test_what_is_of_no_concern_changes_nothing(seed: int, resource: Json) -> None:
    request = drawn(seed)
    more = request | {"prefetch": request["prefetch"] | {"more": fhir.bundle(resource)}}
    assert said(more).content == said(request).content


@often
@given(seeds)
def test_every_red_flag_is_named_on_the_first_card(seed: int) -> None:
    answer = said(with_one_more(with_one_more(drawn(seed), danger(Random(seed))), danger(Random(seed + 1)))).answer
    raised = {f["id"] for f in answer["explain"]["conclusions"]["redFlags"] if f["indicator"] != "info"}
    if answer["cards"] and raised:
        card = answer["cards"][0]["extension"][DATA]
        assert {flag["id"] for flag in card["redFlags"]} == raised


@often
@given(seeds, st.integers(0, 400))
def test_an_older_finding_rings_no_louder(seed: int, age: int) -> None:
    request = drawn(seed)
    days = (DAY - timedelta(days=age), DAY - timedelta(days=age + 1))
    newer, older = (said(with_one_more(request, danger(Random(seed), day))) for day in days)
    assert list(quieter(older, newer)) == []


@often
@given(seeds)
def test_a_list_that_was_not_supplied_reassures_nobody(seed: int) -> None:
    """Against the same list supplied whole and empty: unknown sets nothing aside and hides no cause."""
    request = drawn(seed)
    keys = [key for key, value in request["prefetch"].items() if key != "patient" and value]
    key = Random(seed).choice([key for key in keys if key != "conditions"])
    without = {name: value for name, value in request["prefetch"].items() if name != key}
    empty = said(request | {"prefetch": without | {key: fhir.bundle()}})
    unknown = said(request | {"prefetch": without})
    assert list(quieter(empty, unknown)) == []
    assert unknown.aside <= empty.aside
    assert unknown.not_indicated <= empty.not_indicated
    hidden = {c for c, tier in empty.tiers.items() if tier == "possible"} - unknown.tiers.keys()
    assert hidden <= NEEDS_ALL


@often
@given(seeds)
def test_left_and_right_are_alike(seed: int) -> None:
    mirrored = {"7771000": "24028007", "24028007": "7771000", "Left": "Right", "Right": "Left"}
    request = drawn(seed)
    other = rewritten(request, lambda leaf: mirrored.get(leaf, leaf) if isinstance(leaf, str) else leaf)
    assert said(other).content == said(request).content


@often
@given(seeds, st.sampled_from((-8, -4, 4, 8)))
def test_four_years_earlier_or_later_are_alike(seed: int, years: int) -> None:
    """So many years have the same months, leap days included."""
    request = drawn(seed)
    moved = re.sub(r'"(\d{4})(?=-\d\d)', lambda m: f'"{int(m[1]) + years}', json.dumps(request))
    assert said(json.loads(moved), DAY.replace(year=DAY.year + years)).content == said(request).content


@often
@given(seeds, st.integers(18, 100), st.sampled_from(("male", "female")))
def test_no_age_of_an_adult_and_no_sex_silences_a_red_flag(seed: int, age: int, sex: str) -> None:
    request = drawn(seed)
    patient = request["prefetch"]["patient"]
    adult, other = (
        patient | {"birthDate": f"{DAY.year - years}-01-02", "gender": gender}
        for years, gender in ((40, "female"), (age, sex))
    )
    first, second = (said(request | {"prefetch": request["prefetch"] | {"patient": who}}) for who in (adult, other))
    assert second.flags == first.flags
