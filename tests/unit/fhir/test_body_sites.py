"""A finding whose place stands apart from its name says the same as one that names its place."""

from __future__ import annotations

from typing import Any

import pytest

from cds.domain.record import Side
from tests.builders import concept, condition, observation, order, procedure, resource
from tests.unit.fhir.conftest import Read, done, facts, finding

FINDINGS = [
    ("Ulcer", "Left heel"),
    ("Open wound", "Left foot"),
    ("Laceration", "Left foot"),
    ("Abscess", "Left foot"),
    ("Cellulitis", "Left foot"),
    ("Osteomyelitis", "Left calcaneus"),
    ("Gangrene", "Left toe"),
    ("Fracture", "Left tibia"),
    ("Dislocation", "Left ankle"),
    ("Crush injury", "Left foot"),
    ("Coldness", "Left foot"),
    ("Pallor", "Left foot"),
    ("Weakness", "Both legs"),
    ("Paralysis", "Left leg"),
    ("Numbness", "Perineum"),
    ("Numbness", "Left heel"),
    ("Acute ischaemia", "Left foot"),
    ("Tense swelling", "Left calf"),
    ("Pressure injury", "Left heel"),
    ("Pain", "Left heel"),
    ("Swelling", "Left foot"),
    ("Burning sensation", "Both feet"),
]
ANSWERS = [
    ("Sensation", "Reduced", "Perineum", "saddle-anesthesia"),
    ("Pinprick sensation", "absent", "Perianal region", "saddle-anesthesia"),
    ("Temperature", "cold", "Left foot", "cold-limb"),
    ("Skin color", "pale", "Left foot", "pale-limb"),
    ("Capillary refill", "prolonged", "Left foot", "pale-limb"),
    ("Skin finding", "ulcer", "Left heel", "foot-ulcer"),
]


def names(read: Read, *resources: Any) -> set[str]:
    """All value sets that findings answer to."""
    return set(read(*resources).findings)


@pytest.mark.parametrize(("name", "site"), FINDINGS)
def test_a_body_site_counts_as_if_the_name_told_it(read: Read, name: str, site: str) -> None:
    told = read(condition(f"{name} of {site.lower()}"))
    apart = read(condition(name, bodySite=[{"text": site}]))
    seen = read(observation(name, value=True, bodySite={"text": site}))
    assert set() != set(told.findings) <= set(apart.findings) == set(seen.findings)
    assert {f.side for f in facts(apart.findings)} == {f.side for f in facts(told.findings)}


@pytest.mark.parametrize(("name", "site"), FINDINGS)
def test_a_body_site_makes_no_finding_of_what_is_denied(read: Read, name: str, site: str) -> None:
    assert names(read, observation(name, value=False, bodySite={"text": site})) == set()
    assert names(read, condition(f"No {name.lower()}", bodySite=[{"text": site}])) == set()


@pytest.mark.parametrize(("question", "answer", "site", "expected"), ANSWERS)
def test_an_examination_is_of_the_body_site(read: Read, question: str, answer: str, site: str, expected: str) -> None:
    assert expected in names(read, observation(question, {"valueString": answer}, bodySite={"text": site}))
    assert expected not in names(read, observation(question, {"valueString": "normal"}, bodySite={"text": site}))
    assert expected not in names(read, observation(question, {"valueString": answer}, bodySite={"text": "Left hand"}))


@pytest.mark.parametrize("part", ["Ulcer", "Wound"])
def test_components_are_at_the_site_of_their_observation(read: Read, part: str) -> None:
    exam = resource(
        "Observation",
        status="final",
        code={"text": "Foot examination"},
        bodySite={"text": "Left foot"},
        component=[{"code": {"text": part}, "valueBoolean": True}],
    )
    assert "foot-ulcer" in names(read, exam)


@pytest.mark.parametrize("code", ["SNOMED#44077006", "SNOMED#91019004", "ICD10CM#R20.0"])
def test_bare_codes_of_a_symptom_and_of_its_place(read: Read, code: str) -> None:
    assert "saddle-anesthesia" in names(read, condition(code, site="SNOMED#38864007"))
    assert "saddle-anesthesia" not in names(read, condition(code, site="SNOMED#56459004"))


def test_a_place_in_the_name_is_not_read_again(read: Read) -> None:
    fact = finding(read(condition("Ulcer of left heel", bodySite=[{"text": "Skin structure of heel"}])))
    assert fact.label == "Ulcer of left heel"


@pytest.mark.parametrize("site", ["Left hand", "Stomach", "Left forearm"])
def test_what_lies_elsewhere_stays_there(read: Read, site: str) -> None:
    for name in ("Ulcer", "Laceration", "Fracture", "Coldness"):
        assert not {"foot-ulcer", "foot-injury", "leg-fracture", "cold-limb"} & names(
            read, condition(name, bodySite=[{"text": site}])
        )


@pytest.mark.parametrize(
    ("name", "site", "expected"),
    [
        ("MRI", "Lumbar spine", "order-mri-lumbar"),
        ("Magnetic resonance imaging", "Lumbar spine structure", "order-mri-lumbar"),
        ("Plain X-ray", "Left foot", "order-xray-foot"),
    ],
)
def test_a_test_is_of_the_body_site(read: Read, name: str, site: str, expected: str) -> None:
    where = [{"text": site}]
    assert expected in read(procedure(name, performedDateTime="2026-11-10", bodySite=where)).procedures
    assert expected in read(order(name, authoredOn="2026-11-10", bodySite=where)).orders
    assert expected not in read(order(name, authoredOn="2026-11-10", bodySite=[{"text": "Left hand"}])).orders


# --- what a procedure was done for ---


@pytest.mark.parametrize(
    ("name", "site", "measured"),
    [
        ("Systolic blood pressure", "Left ankle", "ankle-pressure"),
        ("Systolic blood pressure", "Left great toe", "toe-pressure"),
        ("Diastolic blood pressure", "Left ankle", None),
        ("Systolic blood pressure", "Left upper arm", None),
        ("Systolic blood pressure", None, None),
    ],
)
def test_a_pressure_is_of_the_body_site(read: Read, name: str, site: str | None, measured: str | None) -> None:
    where = {"text": site} if site else None
    code = concept(name) | {"coding": [{"system": "http://loinc.org", "code": "8480-6", "display": name}]}
    value = {"valueQuantity": {"value": 45, "unit": "mmHg"}}
    alone = read(observation(code, bodySite=where, **value))
    panel = read(observation("Blood pressure", bodySite=where, component=[{"code": code, **value}]))
    for record in (alone, panel):
        assert set(record.results) == ({measured} if measured else set())
        assert all(fact.side is Side.LEFT for fact in facts(record.results))


@pytest.mark.parametrize(
    ("name", "site", "expected"),
    [
        ("Closed reduction and casting of left tibial fracture", None, "leg-fracture"),
        ("Suture of laceration of left foot", None, "foot-injury"),
        ("Suture of laceration", "Left foot", "foot-injury"),
        ("Debridement of ulcer", "Left heel", "foot-ulcer"),
        ("Incision and drainage of abscess of left foot", None, "foot-infection"),
    ],
)
def test_the_name_of_a_procedure_tells_what_was_treated(read: Read, name: str, site: str | None, expected: str) -> None:
    members = {"bodySite": [{"text": site}]} if site else {}
    (fact,) = {
        id(f): f for f in read(procedure(name, performedDateTime="2026-11-18", **members)).findings[expected]
    }.values()
    assert (fact.weak, fact.status, fact.source) == (True, "active", "Procedure")
    old = read(procedure(name, performedDateTime="2025-11-18", **members)).findings[expected]
    assert {f.status for f in old} == {"past"}


@pytest.mark.parametrize(
    "name",
    [
        "Diabetic foot ulcer risk assessment",
        "Foot ulcer prevention education",
        "Suture of laceration of left hand",
        "Examination of foot for ulcer",
        "Referral for foot ulcer",
        "Foot injury first aid training",
        "Physiotherapy after ankle fracture in 1998",
        "Removal of cast from ankle fracture",
        "Compartment syndrome monitoring",
        "Laceration of heel of left hand sutured",
    ],
)
def test_the_name_of_a_procedure_tells_no_wound_of_the_foot(read: Read, name: str) -> None:
    assert not {"foot-ulcer", "foot-injury", "ankle-fracture", "compartment-syndrome"} & names(
        read, procedure(name, performedDateTime="2026-11-18")
    )


# --- several sites, and names that contradict them ---


@pytest.mark.parametrize(
    ("sites", "side"),
    [
        (("Left foot", "Right hand"), Side.LEFT),
        (("Right hand", "Left foot"), Side.LEFT),
        (("SNOMED#22335008 Left foot", "SNOMED#78791008 Right hand"), Side.LEFT),
        (("Left foot", "Right foot"), Side.BOTH),
        (("Left heel", "Right ankle"), Side.BOTH),
        (("Left hand", "Right hand"), Side.BOTH),
    ],
)
def test_of_several_sites_the_foot_tells_the_side(read: Read, sites: tuple[str, ...], side: Side) -> None:
    told = finding(read(condition("Numbness", bodySite=[concept(site) for site in sites])))
    assert told.side is side


def test_a_name_and_a_site_that_contradict_each_other_tell_no_side(read: Read) -> None:
    assert finding(read(condition("Numbness of left foot", site="Right foot"))).side is Side.UNKNOWN
    assert done(read(procedure("X-ray of left foot", bodySite=[concept("Right foot")]))).side is Side.UNKNOWN
    assert finding(read(condition("Numbness of left foot", site="Left foot"))).side is Side.LEFT


def test_a_foot_in_the_name_and_a_hand_as_its_site_may_be_either(read: Read) -> None:
    assert done(read(procedure("X-ray of foot", bodySite=[concept("Right hand")]))).sites == {"hand"}
    assert done(read(procedure("X-ray of foot", bodySite=[concept("Right ankle")]))).sites == {"foot", "ankle"}


@pytest.mark.parametrize("asking", ["Location", "Wound location", "Site of wound", "Where is it?"])
@pytest.mark.parametrize("value", [{"valueString": "left heel"}, {"valueCodeableConcept": {"text": "left heel"}}])
def test_a_component_tells_where_the_wound_is(read: Read, asking: str, value: dict[str, Any]) -> None:
    parts = [
        {"code": concept(asking)} | value,
        {"code": concept("Size"), "valueQuantity": {"value": 2, "unit": "cm"}},
    ]
    ulcers = read(observation("Wound", component=parts)).findings["foot-ulcer"]
    assert {(fact.side, fact.sites) for fact in ulcers} == {(Side.LEFT, frozenset({"heel"}))}
    denied = observation("Wound", False, component=parts)
    assert read(denied).findings == {}
    elsewhere = [{"code": concept(asking), "valueString": "sacrum"}]
    assert "foot-ulcer" not in read(observation("Wound", component=elsewhere)).findings


@pytest.mark.parametrize(
    ("name", "parts", "expected"),
    [
        ("Wound", [("Anatomical location", "Right heel"), ("Wound bed", "granulating")], "foot-ulcer"),
        ("Skin assessment", [("Location", "Left heel"), ("Finding", "ulcer")], "foot-ulcer"),
        ("Skin assessment", [("Location", "Left heel"), ("Finding", "intact")], None),
        ("Wound", [("Anatomical location", "Sacrum"), ("Wound bed", "granulating")], None),
        ("Pain", [("Location", "left calf"), ("Severity", "8")], "leg-pain"),
        ("Ankle reflexes", [("Left", "0"), ("Right", "2+")], "reduced-reflexes"),
    ],
)
def test_what_stands_beside_a_location_lies_there(
    read: Read, name: str, parts: list[tuple[str, str]], expected: str | None
) -> None:
    components = [{"code": concept(part), "valueString": value} for part, value in parts]
    record = read(observation(name, component=components))
    assert (expected in record.findings) if expected else ("foot-ulcer" not in record.findings)
