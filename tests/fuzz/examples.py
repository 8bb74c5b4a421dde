"""The example hook requests and charts, read once, and charts merged of several of them."""

from __future__ import annotations

import json
from copy import deepcopy
from functools import cache
from random import Random
from typing import Any

from tests.conftest import ROOT

Resource = dict[str, Any]
_FOLDER = ROOT / "fhir_examples"
# Of these the first decides whose chart it is; merged with others they only shorten the answer.
_SPECIAL = ("child", "comfort_care", "deceased")


@cache
def requests() -> tuple[bytes, ...]:
    """Every example hook request, without the white space."""
    return _packed("requests")


@cache
def bundles() -> tuple[bytes, ...]:
    """Every example chart, those that must be silent among them."""
    return _packed("patients") + _packed("baseline")


def _packed(folder: str) -> tuple[bytes, ...]:
    paths = sorted((_FOLDER / folder).glob("*.json"))
    return tuple(json.dumps(json.loads(path.read_bytes())).encode() for path in paths)


@cache
def _charts() -> dict[str, list[Resource]]:
    paths = sorted((_FOLDER / "patients").glob("*.json")) + sorted((_FOLDER / "baseline").glob("*.json"))
    return {path.stem: [e["resource"] for e in json.loads(path.read_bytes())["entry"]] for path in paths}


def draw_chart(random: Random) -> list[Resource]:
    """The Patient of one example with the resources of one to four: more happens together than in any single one."""
    names = random.sample(sorted(_charts()), random.choice((1, 1, 2, 3, 4)))
    kept = names[:1] + [name for name in names[1:] if name not in _SPECIAL]
    return chart_of(*kept)


def chart_of(*names: str) -> list[Resource]:
    """The Patient of the first example and the other resources of all, as that Patient's; the Patient comes first."""
    charts = [deepcopy(_charts()[name]) for name in names]
    patient = next(r for r in charts[0] if r["resourceType"] == "Patient")
    others = [r for chart in charts for r in chart if r["resourceType"] != "Patient"]
    return [patient, *(about(patient["id"], resource) for resource in others)]


def about(patient_id: str, resource: Resource) -> Resource:
    """The resource as that patient's."""
    for name in ("subject", "patient"):
        if name in resource:
            resource[name] = {"reference": f"Patient/{patient_id}"}
    return resource
