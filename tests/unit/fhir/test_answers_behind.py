"""Answers that stand behind what they answer, phrases that "not" turns round, and grades."""

from __future__ import annotations

from pathlib import Path

import pytest

from cds.fhir.text import TextReader
from cds.knowledge.lexicon import load_lexicon

READER = TextReader(load_lexicon(Path(__file__).parents[3] / "rules" / "lexicon"))

TOLD = [
    ("weakness - no, incontinence - yes", {"weakness": False, "urinary-incontinence": True}),
    ("weakness: none, incontinence: present", {"weakness": False, "urinary-incontinence": True}),
    ("weakness nil, incontinence new", {"weakness": False, "urinary-incontinence": True}),
    ("weakness: denies; incontinence: reports", {"weakness": False, "urinary-incontinence": True}),
    ("back pain ++, incontinence +, weakness -", {"back-pain": True, "urinary-incontinence": True, "weakness": False}),
    ("no weakness / new incontinence", {"weakness": False, "urinary-incontinence": True}),
    ("perianal sensation not fully intact", {"saddle-anesthesia": True}),
    ("perianal sensation intact", {"saddle-anesthesia": False}),
    ("pulses palpable and not reduced", {"absent-pulses": False}),
    ("reflexes 0/4 at the ankles", {"reduced-reflexes": True}),
    ("reflexes 2/4 at the ankles", {"reduced-reflexes": False}),
    ("reflexes 4/4 at the ankles", {"brisk-reflexes": True}),
    ("dorsiflexion 3/5", {"weakness": True}),
    ("dorsiflexion 5/5", {"weakness": False}),
]


@pytest.mark.parametrize(("text", "told"), TOLD)
def test_what_is_said_of_each_is_said_of_that_one(text: str, told: dict[str, bool]) -> None:
    mentions = {m.concept: m.is_stated for m in READER.read(text).mentions}
    assert {name: mentions.get(name) for name in told} == told


@pytest.mark.parametrize("text", ["numb feet -", "incontinence, see note -", "Cauda equina syndrome - L5"])
def test_a_dash_at_the_end_denies_nothing(text: str) -> None:
    mentions = READER.read(text).mentions
    assert mentions
    assert all(m.is_stated for m in mentions)
