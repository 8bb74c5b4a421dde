"""Three answers and how they combine."""

from __future__ import annotations

import itertools

import pytest

from cds.domain import truth as t
from cds.domain.record import Finding
from cds.domain.truth import Evidence, Truth, Verdict

FACT = Finding("Condition/1", "numbness", ("x",))
STRONG = Verdict(Truth.MET, (Evidence("a", FACT),))
WEAK = Verdict(Truth.MET, (Evidence("b", FACT),), weak=True)
SHADED = Verdict(Truth.MET, (Evidence("c", FACT),), shaded=True)
OPEN = t.unknown("date cannot decide")


@pytest.mark.parametrize(
    ("members", "all_", "any_"),
    [
        ([t.MET, t.MET], Truth.MET, Truth.MET),
        ([t.MET, t.NOT_MET], Truth.NOT_MET, Truth.MET),
        ([t.MET, OPEN], Truth.UNKNOWN, Truth.MET),
        ([t.NOT_MET, OPEN], Truth.NOT_MET, Truth.UNKNOWN),
        ([t.NOT_MET, t.NOT_MET], Truth.NOT_MET, Truth.NOT_MET),
        ([OPEN, OPEN], Truth.UNKNOWN, Truth.UNKNOWN),
    ],
)
def test_all_and_any_follow_the_three_valued_tables(members: list[Verdict], all_: Truth, any_: Truth) -> None:
    for order in itertools.permutations(members):
        assert t.all_of(order).truth is all_
        assert t.any_of(order).truth is any_


def test_one_strong_member_makes_any_strong_and_one_weak_member_makes_all_weak() -> None:
    assert t.any_of([WEAK, STRONG]).is_strong
    assert not t.all_of([WEAK, STRONG]).is_strong


def test_a_shaded_answer_supports_but_is_not_firm() -> None:
    assert SHADED.is_strong
    assert not SHADED.is_firm
    assert t.any_of([SHADED, STRONG]).is_firm


def test_evidence_of_all_met_members_is_kept_once() -> None:
    assert [e.criterion for e in t.any_of([STRONG, STRONG, WEAK]).evidence] == ["a", "b"]


def test_not_inverts_and_leaves_unknown_alone() -> None:
    assert t.not_(t.MET).truth is Truth.NOT_MET
    assert t.not_(t.NOT_MET).truth is Truth.MET
    assert t.not_(OPEN) is OPEN


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ([STRONG, STRONG, t.NOT_MET], Truth.MET),
        ([STRONG, OPEN, t.NOT_MET], Truth.UNKNOWN),
        ([STRONG, t.NOT_MET, t.NOT_MET], Truth.NOT_MET),
    ],
)
def test_at_least_two_counts_what_is_met_and_what_could_be(members: list[Verdict], expected: Truth) -> None:
    assert t.at_least(2, members).truth is expected


def test_at_least_is_weak_when_it_needs_a_weak_member() -> None:
    assert not t.at_least(2, [STRONG, WEAK]).is_strong
    assert t.at_least(2, [STRONG, STRONG, WEAK]).is_strong


def test_may_turns_unknown_into_a_weak_met() -> None:
    assert t.may(OPEN).is_met
    assert not t.may(OPEN).is_strong
    assert t.may(t.NOT_MET).truth is Truth.NOT_MET
