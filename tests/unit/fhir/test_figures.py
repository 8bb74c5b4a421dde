"""Measurements told in the words of a report, and numbers that only look like one."""

from __future__ import annotations

from typing import Any

import pytest

from cds.domain.record import Result
from tests.builders import resource
from tests.unit.fhir.conftest import Read


def told(read: Read, conclusion: str) -> list[tuple[str, str, str]]:
    report = resource(
        "DiagnosticReport",
        status="final",
        code={"text": "Report"},
        effectiveDateTime="2026-09-01",
        conclusion=conclusion,
    )
    found: dict[int, Result] = {id(r): r for results in read(report).results.values() for r in results}
    return sorted((r.label, r.shown, r.side.value) for r in found.values())


ABI = "Ankle-brachial index"
B12 = "Vitamin B12"


@pytest.mark.parametrize(
    ("conclusion", "expected"),
    [
        ("Left ABI 0.62, right 0.98", [(ABI, "0.62", "left"), (ABI, "0.98", "right")]),
        ("ABI: L 0.62 R 0.98", [(ABI, "0.62", "left"), (ABI, "0.98", "right")]),
        ("Right ABI 1.1 (normal), left ABI 0.55 (moderate)", [(ABI, "0.55", "left"), (ABI, "1.1", "right")]),
        ("ABI of 0.71 on the left and 1.02 on the right.", [(ABI, "0.71", "left"), (ABI, "1.02", "right")]),
        ("ABI 0.62 moderate", [(ABI, "0.62", "unknown")]),
        ("Post-void residual 450 ml. Normal 50 ml.", [("Post-void residual", "450 ml", "unknown")]),
    ],
)
def test_a_conclusion_tells_a_value(read: Read, conclusion: str, expected: list[tuple[str, str, str]]) -> None:
    assert told(read, conclusion) == expected


@pytest.mark.parametrize(
    "conclusion",
    [
        "ABI improved from 0.45 to 0.80",
        "Previous ABI 0.45",
        "ABI in 2019 was 0.45",
        "Repeat ABI in 6 months",
        "Normal ABI 0.91 or more",
        "ABI 0.9-1.1",
        "ABI < 0.9 is abnormal",
        "Vitamin B12 below 180 pg/mL is deficient",
        "Vitamin B12 < 180 pg/mL is deficient",
        "Vitamin B12 150",
        "Repeat HbA1c in 3 months",
        "Pulse 72, no ABI",
        "Left 0.62, right 0.98",
    ],
)
def test_a_limit_a_date_or_an_older_number_is_no_result(read: Read, conclusion: str) -> None:
    assert told(read, conclusion) == []


def residual(read: Read, *resources: Any) -> list[tuple[str, bool]]:
    found = {id(r): r for results in read(*resources).results.values() for r in results}
    return [(r.shown, r.weak) for r in found.values() if "post-void-residual" in r.sets]


@pytest.mark.parametrize("text", ["PVR 800 mL", "Back pain. Post-void residual: 800 mL.", "back pain, PVR of 800 mL"])
def test_a_residual_counts_weakly_wherever_it_is_told(read: Read, text: str) -> None:
    told = [
        resource("Condition", code={"text": text}, recordedDate="2026-11-18"),
        resource("Condition", code={"text": "Back pain"}, note=[{"text": text}], recordedDate="2026-11-18"),
        resource("Observation", status="final", code={"text": "Complaint"}, valueString=text),
        resource("Observation", status="final", code={"text": "Physical examination"}, note=[{"text": text}]),
        resource("Encounter", status="in-progress", period={"start": "2026-11-20"}, reasonCode=[{"text": text}]),
    ]
    assert [residual(read, one) for one in told] == [[("800 mL", True)]] * len(told)


@pytest.mark.parametrize(
    "text",
    [
        "PVR 800 post void", "PVR 800 at 10:00", "PVR 800 today", "post-void 800",
        "PVR 800", "LBP, PVR: 800", "post void residual of 800", "bladder scan 800 mls after voiding", "PVR = 800, LBP",
        "bladder scan 800 post void",
    ],
)  # fmt: skip
def test_a_residual_needs_no_unit_and_may_name_itself_behind_its_value(read: Read, text: str) -> None:
    ((shown, weak),) = residual(read, resource("Condition", code={"text": text}, recordedDate="2026-11-18"))
    assert (shown.split()[0], weak) == ("800", True)


@pytest.mark.parametrize(
    "text",
    [
        "PVR 2 hours later",
        "PVR x2",
        "PVR 3 readings taken",
        "bladder scan 800 repeated",
        "PVR 3/7",
        "PVR 240 dynes",
        "post void 1400 hrs normal",
        "bladder scan 800 mL",
        "PVR was 800 in 2019",
    ],
)
def test_a_number_that_counts_something_else_is_no_residual(read: Read, text: str) -> None:
    assert residual(read, resource("Condition", code={"text": text}, recordedDate="2026-11-18")) == []


@pytest.mark.parametrize(
    "text", ["PVR 800 mL in 2019", "call if PVR 500 mL", "PVR not done, drank 800 mL", "HbA1c 9 %"]
)
def test_other_numbers_in_words_are_no_residual_and_no_result(read: Read, text: str) -> None:
    record = read(resource("Condition", code={"text": text}, recordedDate="2026-11-18"))
    assert not record.results
