"""What a heading says of all that stands below it: that it is denied, advised, past, or somebody else's."""

from __future__ import annotations

from cds.domain.lexicon import Heading, Lexicon
from cds.fhir.beside import is_word
from cds.fhir.phrases import PhraseBook
from cds.fhir.tokens import tokenize

Said = frozenset[Heading]
NOTHING: Said = frozenset()
_LONGEST, _MAX_KEPT = 200, 5_000
_PAST: Said = frozenset({Heading.PAST})
_PLAIN = {Heading.EVER.value: Heading.PAST}


class Headings:
    """Reads headings with the words of one lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._book = PhraseBook(lexicon.headings, lexicon.folds)
        self._framing = lexicon.framing
        self._bounding = lexicon.bounding
        self._presence, self._excluding = lexicon.presence, lexicon.excluding
        self._kept: dict[str, Said] = {}

    def read(self, text: str) -> Said:
        """What a heading, or a question of its own answer, says.

        A heading says something only when all of its words are understood as part of that ("No red flags" does not). A
        question whether something was ever there asks of the past, unless any word of it may speak of now.
        """
        if len(text) > _LONGEST:
            return NOTHING
        said = self._kept.get(text)
        if said is None:
            if len(self._kept) >= _MAX_KEPT:
                self._kept.clear()
            said = self._kept[text] = self._read(text)
        return said

    def _read(self, text: str) -> Said:
        if not self._book.may_speak(text):
            return NOTHING
        tokens = tokenize(text)
        hits = self._book.find(tokens)
        said = frozenset(_PLAIN.get(hit.phrase.concept) or Heading(hit.phrase.concept) for hit in hits)
        told = {at for hit in hits for at in range(hit.start, hit.end)}
        if all(at in told or token in self._framing for at, token in enumerate(tokens) if is_word(token)):
            return said
        is_ever = any(hit.phrase.concept == Heading.EVER.value for hit in hits)
        return _PAST if is_ever and self._bounding.isdisjoint(tokens) else NOTHING

    def asks_whether(self, text: str) -> bool:
        """Whether a question asks only whether what stands beside it is there: "Presence"."""
        return self._is_one_of(self._presence, text)

    def excludes(self, text: str) -> bool:
        """Whether a question says that what stands beside it is not there: "Exclusion statement"."""
        return self._is_one_of(self._excluding, text)

    def _is_one_of(self, words: frozenset[str], text: str) -> bool:
        said = {token for token in tokenize(text[:_LONGEST]) if is_word(token)}
        return not words.isdisjoint(said) and said - words <= self._framing


def together(said: Said) -> Heading | None:
    """What headings above one another say together; of what is denied of the past or of a relative nothing is known."""
    if Heading.OTHERS in said:
        return Heading.OTHERS
    if said == {Heading.FAMILY, Heading.PAST}:
        return Heading.FAMILY
    only = next(iter(said), None)
    return only if said <= {only} else Heading.ADVISED
