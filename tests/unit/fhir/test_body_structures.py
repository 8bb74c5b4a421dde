"""Body sites that are resources of their own: the side of a finding stands in what it points to."""

from __future__ import annotations

from typing import Any

import pytest

from cds.domain.record import PatientRecord, Side
from tests.builders import bundle, condition
from tests.unit.fhir.conftest import Read

SCT = "http://snomed.info/sct"
LEFT = {"coding": [{"system": SCT, "code": "7771000"}]}
RIGHT = {"coding": [{"system": SCT, "code": "24028007"}]}
FOOT = {"coding": [{"system": SCT, "code": "56459004"}]}
POINTER = {"reference": "BodyStructure/b"}
URL = "http://hl7.org/fhir/StructureDefinition/bodySite"

R4 = {"resourceType": "BodyStructure", "id": "b", "location": FOOT, "locationQualifier": [LEFT]}
R5 = {"resourceType": "BodyStructure", "id": "b", "includedStructure": [{"structure": FOOT, "laterality": LEFT}]}
STU3 = {"resourceType": "BodySite", "id": "b", "code": FOOT, "qualifier": [LEFT]}
DSTU2 = {"resourceType": "BodySite", "id": "b", "code": FOOT, "modifier": [LEFT]}
WORDED = {"resourceType": "BodyStructure", "id": "b", "description": "left foot"}
PATIENT = {"reference": "Patient/p"}


def observation(**more: Any) -> dict[str, Any]:
    code = {"coding": [{"system": SCT, "code": "309538000", "display": "Numbness of foot"}]}
    return {"resourceType": "Observation", "id": "o", "status": "final", "subject": PATIENT, "code": code, **more}


def side_of(record: PatientRecord) -> Side:
    (found,) = record.findings["numbness-foot"]
    return found.side


@pytest.mark.parametrize("structure", [R4, R5, WORDED])
def test_an_observation_takes_the_side_of_its_structure(read: Read, structure: dict[str, Any]) -> None:
    assert side_of(read(bundle(observation(bodyStructure=POINTER), structure))) is Side.LEFT


@pytest.mark.parametrize("structure", [R4, R5, WORDED])
def test_a_contained_structure_is_found(read: Read, structure: dict[str, Any]) -> None:
    inside = {**structure, "id": "inner"}
    assert side_of(read(bundle(observation(bodyStructure={"reference": "#inner"}, contained=[inside])))) is Side.LEFT


@pytest.mark.parametrize("structure", [R4, R5, STU3, DSTU2])
def test_a_condition_points_to_its_structure_by_an_extension(read: Read, structure: dict[str, Any]) -> None:
    numb = condition("SNOMED#309538000 Numbness of foot")
    pointer = {"reference": f"{structure['resourceType']}/b"}
    numb["bodySite"] = [{"extension": [{"url": URL, "valueReference": pointer}]}]
    assert side_of(read(bundle(numb, structure))) is Side.LEFT


def test_a_pointer_to_what_did_not_come_along_speaks_by_its_display(read: Read) -> None:
    pointer = {"reference": "BodyStructure/gone", "display": "Left foot"}
    assert side_of(read(bundle(observation(bodyStructure=pointer)))) is Side.LEFT


def test_code_and_structure_that_name_opposite_sides_leave_the_side_unknown(read: Read) -> None:
    right = {"text": "right foot"}
    assert side_of(read(bundle(observation(bodySite=right, bodyStructure=POINTER), R4))) is Side.UNKNOWN


def test_two_structures_are_both_sides(read: Read) -> None:
    both = {"resourceType": "BodyStructure", "id": "b", "includedStructure": [
        {"structure": FOOT, "laterality": LEFT}, {"structure": FOOT, "laterality": RIGHT}]}  # fmt: skip
    assert side_of(read(bundle(observation(bodyStructure=POINTER), both))) is Side.BOTH


@pytest.mark.parametrize("more", [
    {"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/procedure-targetBodyStructure",
                    "valueReference": POINTER}]},
    {"bodySite": [{"extension": [{"url": URL, "valueReference": POINTER}]}]},
])  # fmt: skip
def test_a_procedure_was_done_to_its_structure(read: Read, more: dict[str, Any]) -> None:
    code = {"text": "Nerve conduction study"}
    done = {"resourceType": "Procedure", "id": "x", "status": "completed", "subject": PATIENT, "code": code, **more}
    (found,) = read(bundle(done, R4)).procedures["order-ncs"]
    assert found.side is Side.LEFT


@pytest.mark.parametrize("extension", [5, [5], [{"url": URL}], [{"url": URL, "valueReference": 5}]])
def test_a_misshapen_pointer_tells_no_side(read: Read, extension: Any) -> None:
    assert side_of(read(bundle(observation(bodySite={"text": "foot", "extension": extension})))) is Side.UNKNOWN
