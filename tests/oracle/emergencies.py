"""What gate and red flags look at, drawn at their boundaries: dated, undated, doubted, void, over, of either side."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from random import Random

import yaml

from tests.oracle.patients import (
    Drawing,
    Fact,
    Patient,
    Problem,
    Result,
    Sign,
    Topic,
    draw_patient,
    glucose,
    vitamin_b12,
)  # fmt: skip
from tests.oracle.writing import CODES

CODES.update(yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8")))
SPANS = ("7 d", "14 d", "28 d", "6 mo", "24 mo")


def some(draw: Drawing, what: tuple[str, ...], *, sided: bool) -> list[Fact]:
    """One or two of these, each a problem or an observation."""
    return [one(draw, draw.one(what), draw.side() if sided else "") for _ in range(draw.one((1, 1, 2)))]


def one(draw: Drawing, what: str, side: str) -> Fact:
    """At a boundary, sometimes without an onset or any date, sometimes getting worse."""
    on = draw.near(*SPANS)
    if draw.chance(0.25):
        status = draw.one(("final",) * 6 + ("preliminary", "unknown", "cancelled", "entered-in-error"))
        return Sign(what, on, not draw.chance(0.1), side, status)
    later = max(on, draw.near("1 d", "7 d", "14 d"))
    began, recorded = draw.one(((on, on), (on, on), (on, later), (None, on), (None, None)))
    words = draw.one(("",) * 7 + ("worsening",)) if "#" in CODES[what] else ""
    return replace(draw.problem(what), side=side, began=began, recorded=recorded, words=words)


def topic(*groups: tuple[str, ...], sided: bool = False) -> Topic:
    """Facts of the first group, and every other time of each further one."""

    def drawn(draw: Drawing) -> list[Fact]:
        chosen = [group for at, group in enumerate(groups) if not at or draw.chance(0.5)]
        return [fact for group in chosen for fact in some(draw, group, sided=sided)]

    return drawn


def chemotherapy(draw: Drawing) -> list[Fact]:
    return [draw.drug("vincristine", route="intravenous")]


PELVIS = (
    "saddle numbness", "urinary retention", "urinary incontinence", "fecal incontinence", "drug induced retention",
)  # fmt: skip
WEAK = (
    "foot drop", "weakness of leg", "weakness of both legs", "muscle weakness", "reduced reflexes",
    "Guillain-Barre",
)  # fmt: skip
HURT = ("laceration of foot", "ankle fracture", "calcaneal fracture", "ankle dislocation", "crush injury", "cast")
LIMB = ("acute limb ischemia", "cold foot", "pulseless foot", "rest pain", "claudication", "gangrene")
SORE = ("foot ulcer", "diabetic foot ulcer", "foot infection")


def ischemia(draw: Drawing) -> list[Fact]:
    pressure = replace(draw.result("ABI", "{ratio}", 0.01, 0.4, 0.4, 0.5, 0.9), side=draw.side())
    return [*topic(LIMB, SORE, sided=True)(draw), pressure]


EMERGENCIES: tuple[Topic, ...] = (
    topic(PELVIS, ("neurogenic bladder", "multiple sclerosis", "cord injury")),
    topic(("stress incontinence", "bilateral sciatica", "cauda equina"), PELVIS),
    topic(WEAK), topic(WEAK), topic(WEAK, ("low back pain",)),
    topic(("Babinski sign", "brisk reflexes", "sensory level", "cord compression")),
    topic(("cancer", "bone metastases"), ("low back pain", "sciatica")),
    topic(("fever", "injecting drug use"), ("low back pain", "sciatica")),
    topic(HURT, ("severe pain", "compartment syndrome"), sided=True),
    topic(LIMB, SORE, sided=True), topic(SORE, ("sepsis",)), topic(("swollen foot", "Charcot foot"), sided=True),
    topic(("stroke", "TIA", "numbness of face", "numbness of arm"), sided=True),
    topic(("hospice", "pregnancy", "pacemaker", "cochlear implant", "metal fragment")),
    ischemia, chemotherapy, glucose, vitamin_b12,
)  # fmt: skip


def symptom(draw: Drawing, numb: Problem) -> Problem:
    """The symptom as records have it: refuted, resolved, old, doubted, without dates, of any tempo."""
    words = draw.one(("",) * 4 + ("sudden onset",) * 3 + ("worsening", "spreading up the leg", "progressive"))
    if draw.chance(0.7):
        return replace(numb, words=words)
    began = draw.one((None, draw.near("14 d", "28 d", "30 d", "24 mo", "30 mo")))
    recorded = draw.one((None, max(began or draw.near("24 mo"), draw.near("14 d", "28 d", "6 mo", "24 mo"))))
    ended = draw.near("1 d", "28 d") if draw.chance(0.1) else None
    drawn = draw.problem(numb.what)
    return replace(drawn, side=numb.side, began=began, recorded=recorded, ended=ended, words=words)


def draw_chart(seed: int) -> Patient:
    """The patient of a seed: results sure and exact, which is for the causes to doubt."""
    draw = Drawing(Random(f"chart {seed}"))
    who = draw_patient(seed, EMERGENCIES)
    missing = frozenset({draw.one(("observations", "devices"))} if draw.chance(0.05) else ())
    results = {(r.what, r.on): plain(r) for r in who.results if r.unit}
    return replace(
        who, numb=tuple(symptom(draw, numb) for numb in who.numb), missing=missing,
        born=draw.near("216 mo", "600 mo", "780 mo") if draw.chance(0.2) else who.born,
        signs=() if "observations" in missing else who.signs,
        results=() if "observations" in missing else tuple(results.values()),
        drugs=tuple(drug for drug in who.drugs if drug.status != "on-hold" and drug.route != "topical"),
    )  # fmt: skip


def plain(result: Result) -> Result:
    status = "final" if result.status in ("preliminary", "unknown") else result.status
    return replace(result, comparator="", status=status)
