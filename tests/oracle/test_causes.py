"""The service and the second model of the causes agree on drawn patients: which causes, tiers, points and order.

`python -m tests.oracle 20000` compares that many.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from tests.examples import goldens
from tests.oracle.causes import HARM, judged
from tests.oracle.evidence import ASIDE, POSSIBLE, SUPPORTED, TO_EXCLUDE
from tests.oracle.patients import CAUSES, DAY, Patient, draw_patient
from tests.oracle.writing import call

DATA = "org.heel-numbness-cds"
# Judged as a red flag, by the other model.
LEFT_OUT = {"cause.spinal-cord-lesion"}


def test_the_service_and_the_second_model_judge_causes_alike() -> None:
    assert list(differences(range(400))) == []


def differences(seeds: Iterable[int]) -> Iterator[str]:
    """A line for each difference: seed, cause, what the model and what the service says."""
    for seed in seeds:
        who = draw_patient(seed, CAUSES)
        for said in compared(who, differential(who)):
            yield f"{seed} {said}"


def differential(who: Patient) -> dict[str, Any]:
    """The differential card's own data."""
    body = json.dumps(call(who)).encode()
    cards = [
        card["extension"][DATA] for card in json.loads(goldens.engine().call(goldens.SERVICE, body, DAY).body)["cards"]
    ]
    return next(card for card in cards if card["card"] == "differential")


def compared(who: Patient, card: dict[str, Any]) -> Iterator[str]:
    """What the two say differently."""
    cases = judged(who)
    ranked = {item["cause"]: item for item in card["differential"] if item["cause"] not in LEFT_OUT}
    tiers = {cause: item["tier"] for cause, item in ranked.items()} | {
        item["cause"]: ASIDE for item in card["setAside"]
    }
    for cause in sorted({*cases, *tiers}):
        mine, its = cases[cause].tier if cause in cases else None, tiers.get(cause)
        if mine != its:
            yield f"{cause}: {mine}, the service {its}"
        elif cause in ranked:
            yield from (f"{cause}: {said}" for said in points_compared(cause, cases[cause], ranked[cause]))
    order = sorted(
        ranked, key=lambda cause: (ORDER.index(tiers[cause]), -ranked[cause]["points"], cause not in HARM, cause)
    )
    if list(ranked) != order:
        yield f"order: {order}, the service {list(ranked)}"


ORDER = (SUPPORTED, POSSIBLE, TO_EXCLUDE)


def points_compared(cause: str, case: Any, item: dict[str, Any]) -> Iterator[str]:
    """Section 0: pattern, timing and harm; the evidence is worth 4 when diagnostic, else at most 3."""
    mine = {
        "pattern": 2 * case.fits - 2 * case.misfits, "timing": 2 * case.timing, "harm": int(cause in HARM),
        "treated": -int(case.treated),
    }  # fmt: skip
    its = {part["for"]: part["points"] for part in item["adjustments"]}
    if {name: points for name, points in mine.items() if points} != its:
        yield f"{mine}, the service {its}"
    worth = item["points"] - sum(its.values())
    if not (worth == 4 if case.establishes else 0 <= worth <= 4):
        yield f"its evidence is worth {worth}"
