"""The service and the second model agree on drawn patients about the gate, the red flags and their actions."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from tests.examples import goldens
from tests.oracle.emergencies import draw_chart
from tests.oracle.flags import actions, flags, gate
from tests.oracle.patients import DAY, Patient
from tests.oracle.writing import call

Json = dict[str, Any]


def test_the_service_and_the_second_model_see_the_same_red_flags() -> None:
    assert list(differences(range(400))) == []


def differences(seeds: Iterable[int]) -> Iterator[str]:
    """A line for each difference: seed, what about, what the model and what the service says."""
    for seed in seeds:
        who = draw_chart(seed)
        mine, its = judged(who), told(explained(who))
        for about in sorted(mine.keys() | its.keys()):
            if mine.get(about) != its.get(about):
                yield f"{seed} {about}: {mine.get(about)}, the service {its.get(about)}"


def explained(who: Patient) -> Json:
    """What the service concluded."""
    answer = goldens.engine().evaluate_data(json.dumps(call(who)).encode(), today=DAY, symptom="recorded")
    explain: Json = answer["explain"]
    return explain


def judged(who: Patient) -> dict[str, str]:
    """What the model says."""
    if gate(who) != "open":
        return {"gate": "closed"}
    return {"gate": "open"} | flags(who) | dict.fromkeys(actions(who), "asked for")


def told(explain: Json) -> dict[str, str]:
    """The same of the service; a child and comfort care get no orders."""
    opened, found = explain["gate"], explain["conclusions"]
    if opened["answer"] != "met" or opened["deceased"]:
        return {"gate": "closed"}
    said = {"gate": "open"} | {f["id"]: f["indicator"] for f in found["redFlags"] if f["indicator"] != "info"}
    if opened["child"] or opened["comfortCare"]:
        return said
    return said | {item["action"]: "asked for" for item in found["actions"]}
