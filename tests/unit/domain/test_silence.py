"""Rules known to be silent are passed over; what is answered must be the same as when every rule is judged."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from cds.domain import evaluation, silence
from cds.domain.criteria import AllOf, AnyOf, AtLeast, May, Named, Not, must_of
from cds.domain.criteria_facts import HasFinding
from cds.domain.criteria_person import Age
from cds.hooks.call_service import build_engine
from tests.examples import goldens
from tests.vignettes.reading import vignettes
from tests.vignettes.running import request_of

_UUID = re.compile(r'"uuid":"[0-9a-f-]{36}"')
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
        (AtLeast((A, B), 2), {"a", "b"}),
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


def _answers() -> dict[str, str]:
    """What every example and every vignette is answered, by one engine in one order."""
    engine = build_engine(rules_path=goldens.ROOT / "rules")
    bodies = {name: (goldens.EXAMPLES / "requests" / f"{name}.json").read_bytes() for name in goldens.names()}
    bodies |= {
        v.id: json.dumps(request_of(v)).encode()
        for v in vignettes()
        if (v.service, v.day) == ("patient-view", goldens.DAY)
    }
    return {
        name: _UUID.sub("", engine.call(goldens.SERVICE, b, goldens.DAY).body.decode()) for name, b in bodies.items()
    }


def test_passing_over_silent_rules_changes_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    quick = _answers()
    monkeypatch.setattr(silence.Silence, "covers", lambda *_: False)
    monkeypatch.setattr(evaluation, "lacks_facts", lambda *_: False)
    assert _answers() == quick
    assert sum('"differential"' in answer for answer in quick.values()) > len(quick) / 2
