"""Finding phrases in a row of words: a trie over word patterns, longest match per channel, in one pass."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

from cds.domain.lexicon import GAP, Channel, Effect, Part, Phrase
from cds.fhir.hints import Hints
from cds.fhir.tokens import tokenize

# Marks between a heading and what it says: "Reflexes: absent", "Power - 5/5".
_TRANSPARENT = frozenset({":", " - "})
_LINKS = (Effect.JOIN, Effect.WITH)
_MAX_GAP = 4
_MAX_BETWEEN = 2  # "not fully intact"
_MAX_KNOWN, _LONGEST_WORD = 20_000, 64  # no phrase has so long a word


class Hit(NamedTuple):
    """A phrase and the places of its words; a gap's words are not among them."""

    words: tuple[int, ...]
    phrase: Phrase

    @property
    def start(self) -> int:
        """The place of its first word."""
        return self.words[0]

    @property
    def end(self) -> int:
        """The place after its last word."""
        return self.words[-1] + 1


class _Node:
    """One step of the trie: the next word patterns, what follows a gap, and the phrases that end here."""

    __slots__ = ("children", "ends", "gap")

    def __init__(self) -> None:
        self.children: dict[int, _Node] = {}
        self.gap: _Node | None = None
        self.ends: list[Phrase] = []


class PhraseBook:
    """All phrases of a lexicon, compiled."""

    def __init__(
        self,
        phrases: Iterable[Phrase],
        folds: Iterable[tuple[str, str]] = (),
        quiet: frozenset[str] = frozenset(),
        undoing: frozenset[str] = frozenset(),
    ) -> None:
        """`quiet` are concepts that say nothing by themselves, so that their words are worth no closer look.

        A word of `undoing` inside a phrase that states health turns it round: "sensation .. intact" is not in
        "sensation not fully intact".
        """
        self._folds = tuple(folds)
        self._undoing = undoing
        self._root = _Node()
        self._parts: dict[Part, int] = {}
        self._patterns: dict[str, list[int]] = {}
        self._known: dict[str, tuple[int, ...]] = {}
        kept = tuple(phrases)
        for phrase in kept:
            self._add(phrase)
        self._stem_lengths = sorted({len(word) - 1 for word in self._patterns if word.endswith("*")})
        self._joining = frozenset(_joining(kept))
        speaking = [p for p in kept if p.concept and p.concept not in quiet]
        self._hints = Hints(speaking, tokenize, self._used_names)

    def may_speak(self, text: str) -> bool:
        """Whether any phrase that says something could be in this text: a quick no for most texts."""
        return self._hints.may_speak(text)

    def find(self, tokens: list[str]) -> list[Hit]:
        """Every phrase found, in order of its first word.

        In a channel the longest phrase wins and the next begins after it, unless it reaches over a gap into words that
        say something else themselves; modifiers may share words, and only one whose words all belong to a longer one
        is dropped ("not improving" leaves no "improving").
        """
        symbols = [self._symbols(token) for token in tokens]
        free: dict[Channel, int] = {}
        hits: list[Hit] = []
        loose: list[Hit] = []
        opening = self._root.children.keys()
        for start, own in enumerate(symbols):
            if opening.isdisjoint(own):
                continue
            best: dict[Channel, list[Hit]] = {}
            for hit in self._walk(self._root, (), start, symbols, tokens):
                if hit.phrase.channel is Channel.MODIFIER:
                    loose.append(hit)
                elif start >= free.get(hit.phrase.channel, 0) and not self._is_torn(hit, symbols, tokens):
                    _keep_longest(best, hit)
            for channel, longest in best.items():
                free[channel] = longest[0].end
                hits += longest
        return sorted([*hits, *_uncovered(loose)], key=lambda hit: hit.words[0]) if loose else hits

    def _is_torn(self, hit: Hit, symbols: list[tuple[int, ...]], tokens: list[str]) -> bool:
        """Whether the words after its gap, and an "and", tell something else: "pulses good and reduced sensation"."""
        words = hit.words
        if hit.phrase.channel is not Channel.SAY or words[-1] - words[0] < len(words):
            return False
        last = next(at for at in reversed(range(1, len(words))) if words[at] - words[at - 1] > 1)
        if self._joining.isdisjoint(tokens[words[last - 1] + 1 : words[last]]):
            return False
        return any(
            other.phrase.channel is Channel.SAY
            and other.phrase.concept not in ("", hit.phrase.concept)
            and other.end > hit.end
            and other.end - other.start == len(other.words)
            for other in self._walk(self._root, (), words[last], symbols, tokens)
        )

    def _walk(
        self, node: _Node, words: tuple[int, ...], at: int, symbols: list[tuple[int, ...]], tokens: list[str]
    ) -> Iterator[Hit]:
        for symbol in symbols[at]:
            child = node.children.get(symbol)
            if child is None:
                continue
            seen = (*words, at)
            for phrase in child.ends:
                yield from self._as_told(seen, phrase, tokens)
            after = at + 1
            if after < len(symbols) and tokens[after] in _TRANSPARENT and not symbols[after]:
                after += 1
            if after < len(symbols):
                if not child.children.keys().isdisjoint(symbols[after]):
                    yield from self._walk(child, seen, after, symbols, tokens)
                if child.gap is not None:
                    yield from self._leap(child.gap, seen, after, symbols, tokens)

    def _as_told(self, seen: tuple[int, ...], phrase: Phrase, tokens: list[str]) -> Iterator[Hit]:
        """A phrase with a gap, turned round by "not" in it.

        Of a statement of health a "not" close to its end does, and one farther off leaves none.
        """
        is_whole = len(seen) > seen[-1] - seen[0]
        if not is_whole and not phrase.is_denial:
            yield self._as_denied(seen, phrase, tokens)
            return
        undone = (
            [] if is_whole else [i for i in range(seen[0], seen[-1]) if tokens[i] in self._undoing and i not in seen]
        )
        if not undone:
            yield Hit(seen, phrase)
        elif min(i for i in seen if i > undone[-1]) - undone[-1] <= _MAX_BETWEEN:
            yield Hit(tuple(sorted((*seen, *undone))), replace(phrase, is_denial=False))

    def _as_denied(self, seen: tuple[int, ...], phrase: Phrase, tokens: list[str]) -> Hit:
        """A finding whose outcome stands behind a gap that ends in "not": "pulses palpable and not reduced"."""
        last = next(at for at in reversed(range(1, len(seen))) if seen[at] - seen[at - 1] > 1)
        end = seen[last] - 1
        if phrase.channel is not Channel.SAY or not phrase.concept or tokens[end] not in self._undoing:
            return Hit(seen, phrase)
        return Hit((*seen[:last], end, *seen[last:]), replace(phrase, is_denial=True))

    def _leap(
        self, node: _Node, words: tuple[int, ...], at: int, symbols: list[tuple[int, ...]], tokens: list[str]
    ) -> Iterator[Hit]:
        """Try a phrase's rest after a gap of no word, one word and so on."""
        following = node.children.keys()
        for here in range(at, min(at + _MAX_GAP + 1, len(symbols))):
            if not following.isdisjoint(symbols[here]):
                yield from self._walk(node, words, here, symbols, tokens)
            if not (tokens[here][0].isalnum() or tokens[here] == "/"):
                return

    def _symbols(self, token: str) -> tuple[int, ...]:
        found = self._known.get(token)
        return self._learn(token) if found is None else found

    def _learn(self, token: str) -> tuple[int, ...]:
        if len(token) > _LONGEST_WORD:
            return ()
        if len(self._known) > _MAX_KNOWN:
            self._known.clear()
        symbols = {symbol for name in self._names(self._folded(token)) for symbol in self._patterns.get(name, ())}
        found = self._known[token] = tuple(sorted(symbols))
        return found

    def _used_names(self, token: str) -> Iterator[str]:
        return (name for name in self._names(self._folded(token)) if name in self._patterns)

    def _folded(self, token: str) -> str:
        for old, new in self._folds:
            if old in token:
                token = token.replace(old, new)
        return token

    def _names(self, word: str) -> Iterator[str]:
        """The word patterns that a word satisfies: itself, "#" for a number, and its stems."""
        yield word
        if word[0].isdigit() and word.replace(".", "").replace(",", "").isdigit():
            yield "#"
        for length in self._stem_lengths:
            if length > len(word):
                return
            yield word[:length] + "*"

    def _add(self, phrase: Phrase) -> None:
        node = self._root
        for part in phrase.parts:
            if part == GAP:
                node.gap = node.gap or _Node()
                node = node.gap
            else:
                node = node.children.setdefault(self._symbol(part), _Node())
        node.ends.append(phrase)

    def _symbol(self, part: Part) -> int:
        symbol = self._parts.get(part)
        if symbol is None:
            symbol = self._parts[part] = len(self._parts)
            for word in part:
                self._patterns.setdefault(word, []).append(symbol)
        return symbol


def _joining(phrases: Iterable[Phrase]) -> Iterator[str]:
    """The single words that join two findings: "and", "with"."""
    for phrase in phrases:
        if phrase.cue is not None and phrase.cue.effect in _LINKS and len(phrase.parts) == 1:
            yield from phrase.parts[0]


def _uncovered(hits: list[Hit]) -> Iterator[Hit]:
    """Hits whose words are not all among those of a longer one; one that only blocks wins and is not handed on."""
    kept: dict[int, list[tuple[set[int], bool]]] = {}
    for hit in sorted(hits, key=lambda hit: (-len(hit.words), bool(hit.phrase.concept))):
        own = set(hit.words)
        over = kept.get(hit.start, ())  # whatever holds all its words holds the first
        if any(own < other or (own == other and not other_says) for other, other_says in over):
            continue
        for word in own:
            kept.setdefault(word, []).append((own, bool(hit.phrase.concept)))
        if hit.phrase.concept:
            yield hit


def _keep_longest(best: dict[Channel, list[Hit]], hit: Hit) -> None:
    """Of equal phrases the first stays, except that one brand may name several drugs and one name several tests."""
    old = best.get(hit.phrase.channel)
    if old is None or _weight(hit) > _weight(old[0]):
        best[hit.phrase.channel] = [hit]
    elif hit.phrase.channel in (Channel.DRUG, Channel.TEST) and _weight(hit) == _weight(old[0]):
        old.append(hit)


def _weight(hit: Hit) -> tuple[int, int, bool]:
    """The longer phrase wins, then the one with fewer gaps, then the one that says something."""
    return hit.end, len(hit.words), bool(hit.phrase.concept)
