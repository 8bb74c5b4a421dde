"""The quick look at a text may never miss what the full reading finds."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cds.domain.lexicon import GAP
from cds.fhir.hints import Hints
from cds.fhir.phrases import PhraseBook
from cds.fhir.text import EMPTY, TextReader
from cds.fhir.tokens import tokenize
from tests.examples import goldens

LEXICON = goldens.engine().knowledge.terminology.lexicon
QUIET = LEXICON.inner & LEXICON.outranks.keys()
BOOK = PhraseBook(LEXICON.phrases, LEXICON.folds, QUIET)
SPEAKING = [phrase for phrase in LEXICON.phrases if phrase.concept and phrase.concept not in QUIET]
JOINS = (
    " ",
    "  ",
    "\n",
    ", ",
    ". ",
    " - ",
    "/",
    "; ",
    ": ",
    " (",
    ") ",
    "'s ",
    "\u2019",
    "\u00a0",
    "? ",
    " [x] ",
    " = ",
)


def word(pattern: str) -> str:
    """A word that satisfies a pattern."""
    return "7" if pattern == "#" else pattern.replace("*", "ing")


@st.composite
def texts(draw: st.DrawFn) -> str:
    """Phrases of the lexicon, whole or torn, in any order, with any marks between their words."""
    pieces: list[str] = []
    for phrase in draw(st.lists(st.sampled_from(SPEAKING), min_size=1, max_size=3)):
        parts = draw(st.permutations([p for p in phrase.parts if p != GAP])) if draw(st.booleans()) else phrase.parts
        pieces += [word(draw(st.sampled_from(part))) if part else "then" for part in parts]
        pieces.append(
            draw(st.sampled_from(["", "l", "R", "(L)", "no", "y", "continue", "B/L", "+ve", "R>L", "\u2611"]))
        )
    joined = "".join(piece + draw(st.sampled_from(JOINS)) for piece in pieces)
    return joined.upper() if draw(st.booleans()) else joined


@given(texts())
def test_what_the_full_reading_finds_is_never_passed_over(text: str) -> None:
    found = [hit.phrase.concept for hit in BOOK.find(tokenize(text))]
    assert BOOK.may_speak(text) or not [name for name in found if name and name not in QUIET]


def test_every_phrase_of_the_lexicon_is_looked_at() -> None:
    told = {" ".join(word(part[0]) if part else "then" for part in phrase.parts) for phrase in SPEAKING}
    assert len(told) > 2_000
    assert [text for text in told if not BOOK.may_speak(text)] == []


@pytest.mark.parametrize(
    "text",
    [
        "Refill sent to the pharmacy on file.",
        "Advised on diet and weight.",
        "All questions answered. Follow up in three months or sooner if needed.",
        "Result verified by repeat analysis on a second instrument.",
        "",
    ],
)
def test_notes_that_say_nothing_cost_a_look_only(text: str) -> None:
    assert not BOOK.may_speak(text)


def test_what_is_remembered_of_texts_has_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cds.fhir.hints._MAX_KNOWN", 3)
    hints = Hints(SPEAKING[:1], tokenize, lambda token: [token])
    for number in range(20):
        assert not hints.may_speak(f"nothing{number}")
    assert len(hints._known) <= 3
    assert not hints.may_speak("x" * 500)
    assert not any(len(piece) > 100 for piece in hints._known)


# --- long notes ---

READER = TextReader(LEXICON)
FILLERS = (
    "Seen in clinic", "All questions answered", "Refill sent to the pharmacy", "Denies", "No hx", "But", "Except",
    "Family history of", "h/o", "Pt", "and", "no", "Patient reports", "ruled out", "possible", "never", "her mother's",
    "(finding)", "on the left", "Both", "both feet", "3 wks", "for many years", "It is", "unchanged", "L", "now", "e.g",
)  # fmt: skip
CLAUSES = st.lists(
    st.one_of(
        st.sampled_from(FILLERS),
        st.sampled_from(SPEAKING).map(lambda p: " ".join(word(part[0]) if part else "then" for part in p.parts)),
    ),
    min_size=1,
    max_size=4,
)
ENDS = st.sampled_from([". ", ". ", ".  ", ", ", "; ", " - ", ".\n", "? ", ": ", " (", ") ", ".", "'. "])


class _WholeReader(TextReader):
    """Reads every sentence."""

    def _telling(self, text: str) -> str:
        return text


WHOLE = _WholeReader(LEXICON)


@given(st.lists(st.tuples(CLAUSES, ENDS), min_size=6, max_size=12))
def test_a_long_note_says_the_same_without_its_idle_sentences(clauses: list[tuple[list[str], str]]) -> None:
    text = "".join(" ".join(words) + end for words, end in clauses)
    assert replace(READER.read(text), own=frozenset()) == replace(WHOLE.read(text), own=frozenset())
    assert READER.read(text).own <= WHOLE.read(text).own


IDLE = "Refill sent to the pharmacy on file and all his questions answered. Seen in clinic for a review of his drugs. "


@pytest.mark.parametrize("told", ["No hx. of numbness of the left foot. ", "Numb left foot. No bladder trouble. "])
def test_idle_sentences_are_left_out_and_an_abbreviation_ends_none(told: str) -> None:
    assert READER._telling(IDLE + told).strip() == told.strip()
    assert READER.read(IDLE + told) == WHOLE.read(IDLE + told) != EMPTY
