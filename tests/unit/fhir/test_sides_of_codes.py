"""The side that a bare ICD-10-CM code tells, and what such a code is called."""

from __future__ import annotations

from typing import Any

import pytest

from cds.domain.coding import SideCharacter
from cds.domain.record import Side
from cds.knowledge.problems import Problem
from cds.knowledge.value_sets import side_characters
from tests.builders import bundle, condition, patient
from tests.fuzz.service import Service
from tests.unit.fhir.conftest import Read, finding

LEFT, RIGHT, BOTH, UNKNOWN = Side.LEFT, Side.RIGHT, Side.BOTH, Side.UNKNOWN


@pytest.fixture(scope="module")
def service() -> Service:
    """The app with the real rules."""
    return Service()


@pytest.mark.parametrize(
    ("code", "side"),
    [
        # the sixth character
        ("S91.311A", RIGHT),
        ("s91312d", LEFT),
        ("S91.319A", UNKNOWN),
        ("S91.114A", RIGHT),
        ("S91.115A", LEFT),
        ("S91.116A", UNKNOWN),
        ("S82.841A", RIGHT),
        ("S82.845A", LEFT),
        ("S82.843A", UNKNOWN),
        ("S92.011A", RIGHT),
        ("S93.402A", LEFT),
        ("S99.922A", LEFT),
        ("S94.8X1A", RIGHT),
        ("S97.112A", LEFT),
        ("T79.A21A", RIGHT),
        ("T79.A29A", UNKNOWN),
        ("M79.A22", LEFT),
        ("M79.675", LEFT),
        ("G90.521", RIGHT),
        ("G90.523", BOTH),
        ("G90.529", UNKNOWN),
        ("I70.212", LEFT),
        ("I70.213", BOTH),
        ("I70.218", UNKNOWN),
        ("I83.811", RIGHT),
        # the fifth character, a placeholder after it
        ("S90.31XA", RIGHT),
        ("S90.32XA", LEFT),
        ("S90.30XA", UNKNOWN),
        ("S82.54XA", RIGHT),
        ("S82.62XA", LEFT),
        ("S82.53XA", UNKNOWN),
        ("S84.02XA", LEFT),
        ("S97.01XA", RIGHT),
        ("L97.411", RIGHT),
        ("L97.422", LEFT),
        ("L97.409", UNKNOWN),
        ("G57.41", RIGHT),
        ("G57.73", BOTH),
        ("G57.90", UNKNOWN),
        ("I83.012", RIGHT),
        ("I83.93", BOTH),
        # the one digit for the right leg, the next for the left
        ("I70.231", RIGHT),
        ("I70.242", LEFT),
        ("I70.25", UNKNOWN),
        # cut short: a character before that of the side is no side
        ("S91.31", UNKNOWN),
        ("S82.1", UNKNOWN),
        ("L97.4", UNKNOWN),
        # the side of an eye is not that of a foot
        ("E11.3211", UNKNOWN),
    ],
)
def test_a_bare_code_tells_its_side(read: Read, code: str, side: Side) -> None:
    assert finding(read(condition(f"ICD10CM#{code}"))).side is side


def test_other_editions_do_not_tell_a_side_that_way(read: Read) -> None:
    assert finding(read(condition("ICD10#S91.311A"))).side is UNKNOWN


@pytest.mark.parametrize(
    ("code", "side"),
    [
        ("ICD10CM#S91.311A Laceration of right foot", RIGHT),
        ("ICD10CM#S91.311A Laceration of left foot", UNKNOWN),
        (["ICD10CM#S91.312A", "cut on the right foot"], UNKNOWN),
        (["ICD10CM#S91.319A", "cut on the right foot"], RIGHT),
        (["ICD10CM#L97.411", "ICD10CM#L97.421"], BOTH),
    ],
)
def test_words_and_codes_that_contradict_each_other_tell_no_side(read: Read, code: Any, side: Side) -> None:
    assert finding(read(condition(code))).side is side


@pytest.mark.parametrize(("code", "is_supported"), [("S91.311A", False), ("S91.312A", True), ("S91.319A", True)])
def test_a_cut_of_the_other_foot_does_not_explain_a_heel(service: Service, code: str, is_supported: bool) -> None:
    symptom = condition("Tingling left heel", onsetDateTime="2026-10-10", recordedDate="2026-10-12")
    injury = condition(f"ICD10CM#{code}", onsetDateTime="2026-10-08", recordedDate="2026-10-08")
    answer = service.evaluate(bundle(patient(), symptom, injury, kind="collection"))
    details = " ".join(card["detail"] for card in answer["cards"])
    assert ("**Direct nerve injury** (supported by data)" in details) is is_supported


# --- the table ---


def test_the_longest_known_beginning_decides() -> None:
    entries = [
        {"character": 6, "sides": {"1": "right"}, "codes": ["I70.2"]},
        {"character": 5, "sides": {"4": "left"}, "codes": ["I70.24"]},
    ]
    problems: list[Problem] = []
    assert side_characters(entries, problems) == {
        "I702": SideCharacter(6, {"1": "right"}),
        "I7024": SideCharacter(5, {"4": "left"}),
    }
    assert problems == []


@pytest.mark.parametrize(
    "entry",
    [
        {"character": 5, "sides": {"1": "right"}, "codes": ["G57", "G57"]},
        {"character": 3, "sides": {"1": "right"}, "codes": ["G57.1"]},
    ],
)
def test_a_family_that_cannot_be_read_is_a_problem(entry: dict[str, Any]) -> None:
    problems: list[Problem] = []
    side_characters([entry], problems)
    assert len(problems) == 1


# --- what a bare code is called ---


@pytest.mark.parametrize(
    ("code", "label"),
    [
        ("ICD10CM#E11.52", "Gangrene of the foot or leg"),
        ("ICD10CM#E11.52 Diabetic gangrene", "Diabetic gangrene"),
        ("ICD10CM#E11.9", "Diabetes mellitus"),
        ("ICD10CM#L97.411", "Foot ulcer"),
        ("ICD10CM#R20.0", "Absent skin sensation"),
    ],
)
def test_a_bare_code_is_called_by_what_it_means_most_exactly(read: Read, code: str, label: str) -> None:
    assert finding(read(condition(code))).label == label


def test_a_bare_code_has_a_title_for_each_of_its_value_sets_and_one_with_words_has_none(read: Read) -> None:
    titles = finding(read(condition("ICD10CM#E11.52"))).titles
    assert (titles["pad"], titles["diabetes"]) == ("Peripheral artery disease", "Diabetes mellitus")
    assert finding(read(condition("ICD10CM#E11.52 Diabetic gangrene"))).titles == {}


@pytest.mark.parametrize(
    ("value", "side"),
    [
        ({"coding": [{"system": "http://snomed.info/sct", "code": "7771000"}]}, LEFT),
        ({"coding": [{"system": "http://snomed.info/sct", "code": "24028007"}]}, RIGHT),
        ({"coding": [{"system": "http://snomed.info/sct", "code": "51440002"}]}, BOTH),
        ({"text": "left"}, LEFT),
        ({"text": 5}, UNKNOWN),
        ("left", UNKNOWN),
        (None, UNKNOWN),
    ],
)
def test_a_profile_qualifies_a_body_site_by_its_side(read: Read, value: Any, side: Side) -> None:
    url = "http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-laterality-qualifier"
    foot = {"coding": [{"system": "http://snomed.info/sct", "code": "56459004"}]}
    numb = condition("SNOMED#309538000 Numbness of foot")
    numb["bodySite"] = [{**foot, "extension": [{"url": url, "valueCodeableConcept": value}]}]
    assert finding(read(numb)).side is side


@pytest.mark.parametrize(
    "extension", [[], "x", [5], [{"url": "http://x/other", "valueCodeableConcept": {"text": "left"}}]]
)
def test_what_else_a_profile_adds_to_a_body_site_is_passed_over(read: Read, extension: Any) -> None:
    numb = condition("SNOMED#309538000 Numbness of foot")
    numb["bodySite"] = [{"text": "foot", "extension": extension}]
    assert finding(read(numb)).side is UNKNOWN
