"""A quick no: whether a text could say anything, told from the words in it without their order.

Most notes of a chart say nothing to the rules, and reading one costs a hundred times this look.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

from cds.domain.lexicon import GAP, Part, Phrase

Names = frozenset[str]
# Longer pieces are no words, and are not remembered.
_MAX_KNOWN, _LONGEST_KNOWN = 20_000, 40
_TRIGGER_COST, _SHORT_COST, _SHORT = 3, 20, 4
_NOTHING: Names = frozenset()
# What marks beside a word, or a lone letter, may be spelled out as in the whole text (see `phrases.tokenize`).
_BOXES = frozenset("[]\u2205\u2610\u25a1\u2611\u2612\u2713\u2714")
_LETTERS = frozenset("lryn")
_SPELLED = ("left", "right", "bilateral", "yes", "no")
_MONTHS = "/12"
# one word of what the whole text says as "cannot"
_UNABLE, _CANNOT = frozenset({"able", "unable", "not"}), "cannot"


class Hints:
    """Words without which no phrase says anything. Remembers the pieces of texts between spaces, because they recur."""

    def __init__(
        self, phrases: Iterable[Phrase], tokenize: Callable[[str], list[str]], names: Callable[[str], Iterable[str]]
    ) -> None:
        """`names` tells the word patterns that a token satisfies."""
        self._tokenize = tokenize
        self._names_of = names
        self._alone, self._together = _choose([[p for p in phrase.parts if p != GAP] for phrase in phrases])
        self._beside = self._together.keys()
        self._known: dict[str, Names] = {}
        self._silent: set[str] = set()

    def may_speak(self, text: str) -> bool:
        """Whether any of the phrases could be in the text. False is certain."""
        pieces = set(text.lower().split())
        hints: list[Names] = []
        for piece in pieces - self._silent:
            names = self._names(piece)
            if not self._alone.isdisjoint(names):
                return True
            if not self._beside.isdisjoint(names):
                hints.append(names)
        return bool(hints) and self._are_together(_NOTHING.union(*hints), pieces)

    def _are_together(self, hints: Names, pieces: set[str]) -> bool:
        """Whether one of the hints stands beside a word without which it says nothing."""
        present = _NOTHING.union(*map(self._names, pieces))
        return any(not self._together[name].isdisjoint(present) for name in hints & self._beside)

    def _names(self, piece: str) -> Names:
        known = self._known.get(piece)
        return self._learn(piece) if known is None else known

    def _learn(self, piece: str) -> Names:
        if len(self._known) >= _MAX_KNOWN:
            self._known.clear()
            self._silent.clear()
        tokens = self._tokenize(piece)
        if not _BOXES.isdisjoint(piece) or any(token.strip("()") in _LETTERS for token in tokens):
            tokens += _SPELLED
        if not _UNABLE.isdisjoint(tokens):
            tokens.append(_CANNOT)
        if _MONTHS in piece:
            tokens.append("months")
        names = frozenset(name for token in tokens for name in self._names_of(token))
        if len(piece) > _LONGEST_KNOWN:
            return names
        self._known[piece] = names
        if self._alone.isdisjoint(names) and self._beside.isdisjoint(names):
            self._silent.add(piece)
        return names


def _choose(rows: list[list[Part]]) -> tuple[Names, dict[str, Names]]:
    """Word patterns that hint at a phrase alone, and those that do so beside one of some others.

    Of each phrase its rarest word hints, and of a longer one only where its second rarest is there as well.
    """
    uses = Counter(word for row in rows for part in row for word in part)
    alone: set[str] = set()
    together: dict[str, set[str]] = {}
    for row in sorted(rows, key=len):
        if any(alone.issuperset(part) for part in row):
            continue
        first, *rest = sorted(row, key=lambda part: sum(_cost(word, uses) for word in part))
        if not rest:
            alone.update(first)
        for word in first if rest else ():
            together.setdefault(word, set()).update(rest[0])
    return frozenset(alone), {word: frozenset(others) for word, others in together.items()}


def _cost(word: str, uses: Counter[str]) -> int:
    """How often a word is likely to stand in texts that say nothing: short and much used words are dear."""
    return _TRIGGER_COST + uses[word] + (_SHORT_COST if len(word) < _SHORT else 0)
