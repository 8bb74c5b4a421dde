"""What the work-up looks at beside the causes: signs, implants, and tests that are done or ordered already."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from tests.oracle.emergencies import topic
from tests.oracle.patients import CAUSES, Act, Drawing, Fact, Patient, Topic, draw_patient

TESTS = (
    "HbA1c", "fasting glucose", "B12", "active B12", "MMA", "TSH", "eGFR", "hemoglobin", "ALT", "ESR", "ABI", "TBI",
    "serum electrophoresis", "celiac serology", "ANA", "thiamine level", "B6 level", "monofilament exam", "EMG",
    "nerve conduction study", "foot X-ray", "ankle ultrasound", "ankle MRI", "lumbar MRI", "exercise ABI",
)  # fmt: skip
SPANS = ("1 d", "90 d", "3 mo", "6 mo", "12 mo", "24 mo")


def tested(draw: Drawing) -> list[Fact]:
    """Tests that were ordered, done or reported, or never were."""
    made: list[Fact] = []
    for what in draw.random.choices(TESTS, k=4):
        kind = draw.one(("order", "order", "procedure", "report"))
        status = {
            "order": ("active", "active", "draft", "completed", "revoked", "entered-in-error"),
            "procedure": ("completed", "completed", "not-done", "entered-in-error"),
            "report": ("final", "final", "preliminary", "cancelled"),
        }[kind]
        made.append(Act(what, draw.near(*SPANS), kind, draw.one(status)))
    return made


def implant(draw: Drawing) -> list[Fact]:
    kinds = ("pacemaker", "cochlear implant", "metal fragment")
    if draw.chance(0.3):
        return [Act("pacemaker", draw.near("12 mo"), "device", "active")]
    return [draw.problem(*kinds)]


def values(draw: Drawing) -> list[Fact]:
    plain = (
        ("TSH", "m[IU]/L", 0.1, 2.0), ("eGFR", "mL/min/{1.73_m2}", 1, 80), ("hemoglobin", "g/dL", 0.1, 14),
        ("ALT", "U/L", 1, 30), ("ESR", "mm/h", 1, 10),
    )  # fmt: skip
    return [draw.result(*one, span=("3 mo", "6 mo", "12 mo")) for one in plain if draw.chance(0.7)]


def expecting(draw: Drawing) -> list[Fact]:
    return [draw.problem("pregnancy", span=("3 mo", "10 mo"))]


VISITS: tuple[Topic, ...] = (
    *CAUSES, tested, tested, tested, tested, implant, values, values, expecting,
    topic(("foot drop", "weakness of leg", "numbness of arm")), topic(("urinary retention", "cauda equina")),
    topic(("fever", "cancer"), ("low back pain",)), topic(("hospice",)),
    topic(("claudication", "rest pain", "foot ulcer", "cold foot"), sided=True),
)  # fmt: skip


def draw_visit(seed: int) -> Patient:
    """The patient of a seed; now and then one of the lists of tests was not supplied."""
    draw = Drawing(Random(f"visit {seed}"))
    who = draw_patient(f"visit {seed}", VISITS)
    missing = {draw.one(("serviceRequests", "diagnosticReports"))} if draw.chance(0.03) else set()
    return replace(who, missing=who.missing | missing, signs=() if "observations" in who.missing else who.signs)
