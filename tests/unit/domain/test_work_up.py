"""Which tests are due, already there, withheld or to be repeated, and what a list that did not come says."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from cds.domain import outcomes as o
from cds.domain import rule as r
from cds.domain.criteria_facts import HasFinding
from cds.domain.criteria_person import NotSupplied
from cds.domain.criteria_tests import WasDone, WasOrdered
from cds.domain.record import Finding, Order, PatientRecord, Procedure, Supply
from cds.domain.scene import Scene
from cds.domain.truth import Truth
from cds.domain.when import OPEN, Span, Window, parse_span
from cds.domain.workup import judge_tests
from tests.settled import SETTLED

TODAY = parse_span("2026-11-20").latest or 0
SIGN = HasFinding(("sign",))


def day(text: str) -> Span:
    return parse_span(text)


def scene_of(*facts: Any, symptom: Finding | None = None, **supply: Supply) -> Scene:
    record = PatientRecord()
    given = dict.fromkeys(
        ("conditions", "observations", "procedures", "serviceRequests", "devices", "diagnosticReports")
    )
    record.supply = dict.fromkeys(given, Supply.GIVEN) | supply
    for fact in facts:
        record.add(fact)
    return Scene(record, TODAY, SETTLED, symptoms=[symptom] if symptom else [])


def sign(recorded: Span = OPEN, *, weak: bool = False, onset: Span = OPEN) -> Finding:
    return Finding("Condition/1", "a sign", ("sign",), onset=onset, recorded=recorded, weak=weak)


def done(when: str) -> Procedure:
    return Procedure("Procedure/1", "the test", ("the-test",), day(when))


def rule(**given: Any) -> r.TestRule:
    return r.TestRule(
        "t", "1.0.0", "T", (), {}, test="test.t", name="t", now_when=(r.Because(SIGN, "a sign"),), **given
    )


def judged(scene: Scene, test: r.TestRule) -> o.Outcomes:
    found = o.Outcomes(TODAY, o.Gate(Truth.MET))
    book: Any = SimpleNamespace(
        tests=(test,), actions={}, first_line_complete=HasFinding(("nothing",)), silences={}, sights={}, musts={}
    )
    judge_tests(book, scene, found)
    return found


# --- withheld ---


def test_a_withheld_test_is_not_indicated_even_when_due() -> None:
    test = rule(withheld_when=(r.Because(HasFinding(("pregnancy",)), "another one instead"),))
    pregnancy = Finding("Condition/2", "Pregnant", ("pregnancy",))
    found = judged(scene_of(sign(), pregnancy), test)
    assert not found.tests
    assert [s.because for s in found.not_indicated] == ["another one instead"]


def test_a_weak_reason_to_withhold_only_makes_it_text() -> None:
    test = rule(withheld_when=(r.Because(HasFinding(("pregnancy",)), "another one instead"),))
    found = judged(scene_of(sign(), Finding("Condition/2", "Pregnant", ("pregnancy",), weak=True)), test)
    assert [(t.offered, t.because) for t in found.tests] == [("text", "another one instead")]


def test_what_bars_a_test_is_told_though_it_is_on_order_and_not_once_it_is_done() -> None:
    bars = (r.Because(HasFinding(("implant",)), "implant on record"),)
    test = rule(
        contraindicated_when=bars, ordered_when=WasOrdered(("the-test",)), done_when=WasDone(("the-test",))
    )  # fmt: skip
    implant = Finding("Condition/2", "Pacemaker", ("implant",))
    ordered = judged(scene_of(sign(), implant, Order("ServiceRequest/1", "the test", ("the-test",))), test)
    assert [(t.offered, t.because) for t in ordered.tests] == [("text", "implant on record")]
    assert [s.state for s in ordered.done] == ["ordered"]
    resulted = judged(scene_of(sign(), implant, done("2026-10-01")), test)
    assert (resulted.tests, [s.state for s in resulted.done]) == ([], ["resulted"])


def test_an_unknown_reason_to_withhold_changes_nothing() -> None:
    test = rule(withheld_when=(r.Because(HasFinding(("pregnancy",), needs=("devices",)), "another one instead"),))
    found = judged(scene_of(sign(), devices=Supply.NOT_SUPPLIED), test)
    assert [(t.offered, t.because) for t in found.tests] == [("order", "a sign")]


# --- repeated ---


@pytest.mark.parametrize(
    ("recorded", "onset", "is_repeated"),
    [
        (day("2026-10-02"), OPEN, True),
        (day("2026-10-01"), OPEN, False),
        (day("2026-09-30"), OPEN, False),
        (day("2026-10-02"), day("2026-05-01"), True),
        (OPEN, day("2026-10-02"), True),
        (OPEN, OPEN, True),
    ],
)
def test_a_test_is_repeated_only_for_what_came_up_since(recorded: Span, onset: Span, is_repeated: bool) -> None:
    test = rule(done_when=WasDone(("the-test",)), repeat_when=SIGN)
    found = judged(scene_of(sign(recorded, onset=onset), done("2026-10-01")), test)
    assert bool(found.tests) is is_repeated
    assert bool(found.done) is not is_repeated


def test_an_open_order_suppresses_even_what_is_to_be_repeated() -> None:
    order = Order("ServiceRequest/1", "the test", ("the-test",), when=day("2026-11-01"))
    test = rule(done_when=WasDone(("the-test",)), ordered_when=WasOrdered(("the-test",)), repeat_when=SIGN)
    found = judged(scene_of(sign(day("2026-10-02")), done("2026-10-01"), order), test)
    assert [s.state for s in found.done] == ["ordered"]


# --- done later than some time after the onset ---


@pytest.mark.parametrize(
    ("when", "onset", "recorded", "truth"),
    [
        ("2026-06-22", "2026-06-01", "2026-07-01", Truth.NOT_MET),
        ("2026-06-23", "2026-06-01", "2026-07-01", Truth.MET),
        ("2026-05-01", "2026-06-01", "2026-07-01", Truth.NOT_MET),
        ("2026-06-10", "", "2026-07-01", Truth.UNKNOWN),
        ("2026-08-01", "", "2026-07-01", Truth.MET),
        ("2026-06-25", "2026-06", "2026-07-01", Truth.UNKNOWN),
    ],
)
def test_a_study_too_early_after_the_onset_does_not_count(when: str, onset: str, recorded: str, truth: Truth) -> None:
    symptom = Finding("Condition/1", "Numbness", ("numbness",), onset=parse_span(onset), recorded=day(recorded))
    criterion = WasDone(("the-test",), after_onset=Window(days=21))
    assert criterion.judge(scene_of(done(when), symptom=symptom)).truth is truth


def test_without_a_symptom_it_cannot_be_told_whether_a_study_was_early() -> None:
    assert (
        WasDone(("the-test",), after_onset=Window(days=21)).judge(scene_of(done("2026-06-25"))).truth is Truth.UNKNOWN
    )


# --- lists that did not come ---


@pytest.mark.parametrize("supply", [Supply.NOT_SUPPLIED, Supply.FAILED, Supply.CUT_SHORT, Supply.UNREADABLE])
def test_a_list_that_did_not_come_whole_was_not_supplied(supply: Supply) -> None:
    assert NotSupplied(("devices", "procedures")).judge(scene_of(procedures=supply)).is_met


def test_lists_that_came_whole_were_supplied_even_when_empty() -> None:
    assert NotSupplied(("devices", "procedures")).judge(scene_of(devices=Supply.NONE)).truth is Truth.NOT_MET
