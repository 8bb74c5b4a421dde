"""Onsets asked together say what they say one by one, and cost no more when there are many of them."""

from __future__ import annotations

import json
import sys
from datetime import date, timedelta
from types import FrameType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cds.domain.onsets import Onsets
from cds.domain.truth import Truth
from cds.domain.when import OPEN, Span, Window
from tests.examples import goldens

DAYS = st.one_of(st.none(), st.integers(738_000, 738_120))
SPANS = st.tuples(DAYS, DAYS).map(lambda pair: Span(*sorted(pair)) if None not in pair else Span(*pair))
WINDOWS = st.builds(Window, months=st.integers(0, 2), days=st.integers(0, 40))


def followed(event: Span, onset: Span, window: Window) -> Truth:
    """One onset after one event, as it is written in the rules' guide."""
    if onset.latest is not None and event.earliest is not None and onset.latest < event.earliest:
        return Truth.NOT_MET
    if onset.earliest is not None and event.latest is not None and onset.earliest > window.after(event.latest):
        return Truth.NOT_MET
    return Truth.UNKNOWN if None in (event.earliest, event.latest, onset.earliest, onset.latest) else Truth.MET


def later(when: Span, onset: Span, window: Window) -> Truth:
    """One day after one onset."""
    if when.earliest is not None and onset.latest is not None and when.earliest > window.after(onset.latest):
        return Truth.MET
    early = when.latest is not None and onset.earliest is not None and when.latest <= window.after(onset.earliest)
    return Truth.NOT_MET if early else Truth.UNKNOWN


@given(event=SPANS, onsets=st.lists(SPANS, max_size=6), window=WINDOWS)
def test_many_onsets_answer_as_the_best_of_them(event: Span, onsets: list[Span], window: Window) -> None:
    asked = Onsets(tuple((onset, OPEN) for onset in onsets))
    assert asked.followed(event, window) == max((followed(event, o, window) for o in onsets), default=Truth.UNKNOWN)
    assert asked.later(event, window) == max((later(event, o, window) for o in onsets), default=Truth.UNKNOWN)


SHAPES = {
    "the same text on all": ("Low back pain with sciatica and numbness of foot", 0),
    "a symptom and an injury each": ("Numbness of both feet", 1),
}


def chart(count: int, text: str, injuries: int) -> bytes:
    """A symptom recorded many times, each on a day of its own."""

    def condition(number: int, words: str) -> dict[str, Any]:
        day = date(2010, 1, 1) + timedelta(days=3 * number)
        subject = {"reference": "Patient/p"}
        return {
            "resource": {
                "resourceType": "Condition", "id": f"c{number}{words[:1]}", "subject": subject, "code": {"text": words},
                "onsetDateTime": day.isoformat(),
            }
        }  # fmt: skip

    entries = [condition(n, text) for n in range(count)]
    entries += [condition(n, "Fracture of ankle") for n in range(count * injuries)]
    return json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}).encode()


def steps(count: int, text: str, injuries: int) -> int:
    """Function calls and steps of generators while the rules judge such a chart."""
    engine = goldens.engine()
    record = engine.reader.read_document(chart(count, text, injuries), goldens.DAY.toordinal())
    engine._judge(record, goldens.DAY, "never")
    counted = 0

    def count_one(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal counted
        counted += event == "call"

    sys.setprofile(count_one)
    try:
        engine._judge(record, goldens.DAY, "never")
    finally:
        sys.setprofile(None)
    return counted


@pytest.mark.parametrize("shape", SHAPES)
def test_twice_the_entries_take_about_twice_the_steps(shape: str) -> None:
    few, many = steps(200, *SHAPES[shape]), steps(400, *SHAPES[shape])
    assert few > 1_000
    assert many < 2.4 * few
