"""Results of every numb side, weak facts that excuse nothing, findings in remission, misfits that are pardoned."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from cds.domain import outcomes as o
from cds.domain import rule as r
from cds.domain.criteria import May, Not
from cds.domain.criteria_facts import HasFinding
from cds.domain.criteria_results import HasResult, Limit
from cds.domain.quantity import Unit, exact
from cds.domain.record import Fact, Finding, PatientRecord, Result, Side, Supply
from cds.domain.scene import Scene
from cds.domain.triage import judge_causes
from cds.domain.truth import MET, Truth
from cds.domain.when import parse_span
from tests.settled import SETTLED

TODAY = parse_span("2026-11-20").latest or 0
RATIO = Unit("{ratio}", "ratio", 1)
NORMAL = HasResult(("abi",), limits=(Limit("at_least", 1.0, RATIO),), every_side=True)


def scene_of(*facts: Fact, side: Side = Side.LEFT) -> Scene:
    record = PatientRecord(supply=dict.fromkeys(("conditions", "observations"), Supply.GIVEN))
    for fact in facts:
        record.add(fact)
    return Scene(record, TODAY, SETTLED, symptoms=[Finding("Condition/1", "numb", ("numb",), side=side)])


def abi(value: float, side: Side, when: str = "2026-10-01") -> Result:
    return Result("Observation/1", "ABI", ("abi",), exact(value, RATIO), when=parse_span(when), side=side)


def finding(name: str, **given: object) -> Finding:
    return Finding("Condition/2", name, (name,), **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("numb", "measured", "truth"),
    [
        (Side.LEFT, [Side.LEFT], Truth.MET),
        (Side.LEFT, [Side.BOTH], Truth.MET),
        (Side.LEFT, [Side.RIGHT], Truth.NOT_MET),
        (Side.LEFT, [Side.UNKNOWN], Truth.NOT_MET),
        (Side.BOTH, [Side.LEFT], Truth.NOT_MET),
        (Side.BOTH, [Side.LEFT, Side.RIGHT], Truth.MET),
        (Side.BOTH, [Side.BOTH], Truth.MET),
        (Side.UNKNOWN, [Side.RIGHT], Truth.NOT_MET),
        (Side.UNKNOWN, [Side.LEFT, Side.RIGHT], Truth.MET),
    ],
)
def test_a_result_of_every_numb_side_is_asked_for(numb: Side, measured: list[Side], truth: Truth) -> None:
    assert NORMAL.judge(scene_of(*(abi(1.1, side) for side in measured), side=numb)).truth is truth


def test_the_newest_result_of_each_side_decides_for_that_side() -> None:
    scene = scene_of(
        abi(0.8, Side.LEFT), abi(1.1, Side.LEFT, "2026-01-01"), abi(1.1, Side.RIGHT, "2026-11-01"), side=Side.BOTH
    )
    assert NORMAL.judge(scene).truth is Truth.NOT_MET


@pytest.mark.parametrize(
    ("facts", "truth"),
    [
        ([], Truth.MET),
        ([finding("excuse")], Truth.NOT_MET),
        ([finding("excuse", weak=True)], Truth.MET),
    ],
)
def test_a_weak_fact_never_excuses(facts: list[Finding], truth: Truth) -> None:
    assert May(Not(HasFinding(("excuse",)))).judge(scene_of(*facts)).truth is truth


def test_a_list_that_did_not_come_excuses_nothing() -> None:
    scene = scene_of()
    scene.record.supply.clear()
    assert May(Not(HasFinding(("excuse",)))).judge(scene).truth is Truth.MET


@pytest.mark.parametrize(
    ("status", "asked", "truth"),
    [
        ("remission", "remission", Truth.MET),
        ("remission", "past", Truth.MET),
        ("remission", "any", Truth.MET),
        ("remission", "active", Truth.NOT_MET),
        ("past", "remission", Truth.NOT_MET),
    ],
)
def test_what_is_in_remission_is_past_and_more(status: str, asked: str, truth: Truth) -> None:
    assert HasFinding(("diabetes",), status=asked).judge(scene_of(finding("diabetes", status=status))).truth is truth


def ranked(scene: Scene, rule: r.CauseRule) -> o.CauseOutcome:
    found = o.Outcomes(TODAY, o.Gate(Truth.MET))
    judge_causes(SimpleNamespace(causes=(rule,), silences={}, sights={}, musts={}), scene, found)  # type: ignore[arg-type]
    return found.causes[0]


def root(**given: object) -> r.CauseRule:
    return r.CauseRule(
        "root", "1.0.0", "Root", (), {}, cause="cause.root", misfits=("both-feet",),
        supported_when=HasFinding(("root",)), **given,  # type: ignore[arg-type]
    )  # fmt: skip


def test_a_misfit_that_is_pardoned_costs_nothing() -> None:
    pardoned = root(no_misfit_when=HasFinding(("back-pain",)))
    scene = scene_of(finding("root"))
    scene.patterns["both-feet"] = MET
    assert (ranked(scene, pardoned).tier, ranked(scene, pardoned).points) == (o.POSSIBLE, -2)
    scene = scene_of(finding("root"), finding("back-pain"))
    scene.patterns["both-feet"] = MET
    assert (ranked(scene, pardoned).tier, ranked(scene, pardoned).points) == (o.SUPPORTED, 0)


def test_harm_may_depend_on_a_finding() -> None:
    harmful = root(harm_when=HasFinding(("weakness",)))
    assert ranked(scene_of(finding("root")), harmful).adjustments == []
    assert ranked(scene_of(finding("root"), finding("weakness")), harmful).adjustments == [("harm", 1)]


def numb(side: Side, began: str = "", recorded: str = "") -> Finding:
    return Finding("Condition/3", "numb", ("numb",), side=side, onset=parse_span(began), recorded=parse_span(recorded))


@pytest.mark.parametrize(
    ("symptoms", "side"),
    [
        ((numb(Side.LEFT, "2024-03-01"), numb(Side.UNKNOWN, "2026-11-18")), Side.UNKNOWN),
        ((numb(Side.LEFT, "2026-10-20"), numb(Side.UNKNOWN, "2026-11-18")), Side.UNKNOWN),
        ((numb(Side.LEFT, "2026-10-21"), numb(Side.UNKNOWN, "2026-11-18")), Side.LEFT),
        # only written down later, as the reason of a visit is: the same numbness
        ((numb(Side.LEFT, "2024-03-01"), numb(Side.UNKNOWN, recorded="2026-11-18")), Side.LEFT),
        ((numb(Side.LEFT), numb(Side.UNKNOWN, "2026-11-18")), Side.LEFT),
        ((numb(Side.UNKNOWN, "2024-03-01"), numb(Side.LEFT, "2026-11-18")), Side.LEFT),
        ((numb(Side.BOTH, "2024-03-01"), numb(Side.UNKNOWN, "2026-11-18")), Side.BOTH),
        ((numb(Side.LEFT, "2024-03-01"), numb(Side.RIGHT, "2025-03-01"), numb(Side.UNKNOWN, "2026-11-18")), Side.BOTH),
    ],
)
def test_new_numbness_without_a_side_may_be_of_the_other_foot(symptoms: tuple[Finding, ...], side: Side) -> None:
    assert Scene(PatientRecord(), TODAY, SETTLED, symptoms=list(symptoms)).side is side
