"""Rules known to be silent are passed over; what is answered must be the same as when every rule is judged."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cds.domain import evaluation, silence
from cds.domain.criteria import AllOf, AnyOf, AtLeast, May, Named, Not, must_of
from cds.domain.criteria_facts import HasFinding
from cds.domain.criteria_person import Age
from tests.examples import goldens

A, B, C = HasFinding(("a",)), HasFinding(("b",)), HasFinding(("c", "d"))
ADULT = Age(at_least=18)


@pytest.mark.parametrize(
    ("criterion", "must"),
    [
        (A, {"a"}),
        (Named("x", C), {"c", "d"}),
        (AllOf((ADULT, C, A)), {"a"}),
        (AllOf((ADULT, ADULT)), None),
        (AnyOf((A, C)), {"a", "c", "d"}),
        (AnyOf((A, ADULT)), None),
        (AtLeast(2, (A, B)), {"a", "b"}),
        (Not(A), None),
        (May(A), {"a"}),
        (May(Not(A)), None),
        (ADULT, None),
    ],
)
def test_without_which_facts_a_criterion_is_never_met(criterion: Any, must: set[str] | None) -> None:
    assert criterion.must == must


def test_of_several_clauses_one_that_needs_no_fact_decides() -> None:
    assert must_of([A, None, C]) == {"a", "c", "d"}
    assert must_of([A, ADULT]) is None
    assert must_of([None]) == set()


def test_passing_over_silent_rules_changes_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    quick = {name: goldens.golden(goldens.answer(name)) for name in goldens.names()}
    monkeypatch.setattr(silence.Silence, "covers", lambda *_: False)
    monkeypatch.setattr(evaluation, "lacks_facts", lambda *_: False)
    assert {name: goldens.golden(goldens.answer(name)) for name in goldens.names()} == quick
    assert json.loads(next(iter(quick.values())))["cards"]
