"""Finding phrases in a row of words: a trie over word patterns, longest match per channel, in one pass.

Long because a phrase that is made of the words of others can only be told beside the matching itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from itertools import takewhile
from typing import NamedTuple

from cds.domain.lexicon import GAP, Channel, Effect, Part, Phrase
from cds.fhir.hints import Hints
from cds.fhir.tokens import tokenize

# Marks between a heading and what it says: "Reflexes: absent", "Power - 5/5".
_TRANSPARENT = frozenset({":", " - "})
# Single words that stand between two findings: "and", "with", "but", "without", "has".
_JOINING = (Effect.JOIN, Effect.OR, Effect.WITH, Effect.STOP, Effect.EXCEPT, Effect.NEGATED, Effect.AFFIRMED)
_LINKS = (Effect.JOIN, Effect.WITH, Effect.NEGATED, Effect.EXCEPT)  # of several words, too: "as well as"
_MAX_BRACKET = 5  # "power (4/5)", with its closing mark
_IN_GAP = frozenset("/+&")  # "absent popliteal + pedal pulses"
_MAX_GAP = 4
_MAX_BETWEEN = 2  # "not fully intact"
_MAX_PASSED = 3  # "in all of my"
_MAX_BEFORE = 6  # "no disturbance of bladder or bowel function"
_MAX_KNOWN, _LONGEST_WORD = 20_000, 64  # no phrase has so long a word
_MENDED_LENGTHS = range(5, 16)  # "sadle" to "incontinences": no other word may cost a search


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


class SmallWords(NamedTuple):
    """Words that phrases reckon with, whatever they say.

    A word of `undoing` inside a phrase that states health turns it round: "sensation .. intact" is not in "sensation
    not fully intact". Words of `passing` may stand inside any phrase: "loss of all my bladder control". Like "and",
    words of `succeeding` stand between two findings: "foot drop after burning feet". `numbers` are numbers in words.
    `misspelt` are words that are known with one letter too few, too many, changed or swapped: "saddel", "retetion".
    """

    undoing: frozenset[str] = frozenset()
    passing: frozenset[str] = frozenset()
    succeeding: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()
    misspelt: frozenset[str] = frozenset()


_NO_SMALL_WORDS = SmallWords()


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
        small: SmallWords = _NO_SMALL_WORDS,
    ) -> None:
        """`quiet` are concepts that say nothing by themselves, so that their words are worth no closer look."""
        self._folds = tuple(folds)
        self._undoing, self._passing, self._numbers = small.undoing, small.passing, small.numbers
        self._meant = {short: word for word in sorted(small.misspelt) for short in (word, *_shorter(word))}
        self._root = _Node()
        self._parts: dict[Part, int] = {}
        self._patterns: dict[str, list[int]] = {}
        self._known: dict[str, tuple[int, ...]] = {}
        kept = tuple(phrases)
        for phrase in kept:
            self._add(phrase)
        self._stem_lengths = sorted({len(word) - 1 for word in self._patterns if word.endswith("*")})
        links = (word for phrase in kept if _effect(phrase) in _LINKS for word in phrase.parts[0])
        self._joining = frozenset({"/", *_TRANSPARENT, *_alone(kept, _JOINING), *links, *small.succeeding})
        self._denying = frozenset(_alone(kept, (Effect.NEGATED,)))
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
                hits += self._shared(longest[0], symbols, tokens)
        return sorted([*hits, *_uncovered(loose)], key=lambda hit: hit.words[0])

    def _is_torn(self, hit: Hit, symbols: list[tuple[int, ...]], tokens: list[str]) -> bool:
        """Whether it is made of the words of other findings, which then count alone.

        So where its gap reaches over a joining word out of one finding into another ("cannot feel wiping and pulseless
        leg"); where its first word denies a finding of the same name ("not have difficulty passing urine"); and where
        a cue that reaches back, or a denial that says nothing, runs into a finding ("has absent pulses").
        """
        if hit.phrase.channel is Channel.SIDE:  # "pain in the right foot - L heel numb"
            return not _TRANSPARENT.isdisjoint(tokens[hit.start : hit.end])
        if hit.phrase.channel is not Channel.SAY or len(hit.words) == 1:
            return False
        is_denying = tokens[hit.start] in self._denying
        inside = (other for at in hit.words[1:] for other in self._others(at, symbols, tokens))
        if not hit.phrase.concept:
            is_cue = hit.phrase.cue is not None and hit.phrase.cue.is_after
            return (is_cue or (hit.phrase.cue is None and is_denying)) and any(o.end > hit.end for o in inside)
        if hit.end - hit.start == len(hit.words):
            return False
        if is_denying and self._is_inner(hit, symbols, tokens):
            return True
        return self._is_over_health(hit, symbols, tokens) or self._is_joined(hit, symbols, tokens)

    def _is_inner(self, hit: Hit, symbols: list[tuple[int, ...]], tokens: list[str]) -> bool:
        """Whether a finding of the same name stands between its first word and its end."""
        return any(
            other.end == hit.end and other.phrase.concept == hit.phrase.concept and not other.phrase.is_denial
            for at in range(hit.start + 1, hit.end)
            for other in self._others(at, symbols, tokens)
        )

    def _is_over_health(self, hit: Hit, symbols: list[tuple[int, ...]], tokens: list[str]) -> bool:
        """Whether its first words tell health and its last ones another trouble: "sensation intact pulses absent"."""
        own = (o for o in self._others(hit.start, symbols, tokens) if o.phrase.is_denial and _is_whole(o))
        well = min((o.end for o in own if o.end < hit.end), default=hit.end)
        behind = (o for at in range(well, hit.end) for o in self._others(at, symbols, tokens))
        return any(_is_whole(o) and o.end >= hit.end and o.phrase.concept != hit.phrase.concept for o in behind)

    def _is_joined(self, hit: Hit, symbols: list[tuple[int, ...]], tokens: list[str]) -> bool:
        """Whether a joining word in its last gap stands between two findings, or before the whole of one."""
        joint, last = self._joint(hit, tokens), hit.words[-1]
        if joint is None:
            return False
        if hit.phrase.is_denial and self._is_under_denial(hit.start, tokens):
            return True  # "no disturbance of bladder function and sensation intact"
        behind = [o for at in range(joint + 1, last + 1) for o in self._others(at, symbols, tokens)]
        if any(o.end >= hit.end and (_is_same(o, hit) or (o.end > hit.end and _is_whole(o))) for o in behind):
            return True
        before = self._before(hit, joint, symbols, tokens)
        return any(behind or (_is_same(other, hit) and other.end == joint) for other in before)

    def _is_under_denial(self, start: int, tokens: list[str]) -> bool:
        """Whether a word of denial stands in the same clause shortly before."""
        before = takewhile(lambda token: token[0].isalnum(), reversed(tokens[max(0, start - _MAX_BEFORE) : start]))
        return not self._denying.isdisjoint(before)

    def _joint(self, hit: Hit, tokens: list[str]) -> int | None:
        """Where the first joining word stands in the last gap of a phrase."""
        words = hit.words
        last = next((at for at in reversed(range(1, len(words))) if words[at] - words[at - 1] > 1), None)
        gap = range(words[last - 1] + 1, words[last]) if last is not None else ()
        return next((at for at in gap if tokens[at] in self._joining), None)

    def _before(self, hit: Hit, joint: int, symbols: list[tuple[int, ...]], tokens: list[str]) -> Iterator[Hit]:
        """Findings inside a phrase that are whole before its joining word."""
        for at in range(hit.start, joint):
            yield from (other for other in self._others(at, symbols, tokens) if other.end <= joint)

    def _shared(self, hit: Hit, symbols: list[tuple[int, ...]], tokens: list[str]) -> list[Hit]:
        """What a phrase tells besides: "reduced power and sensation" is of both."""
        joint = self._joint(hit, tokens) if hit.phrase.channel is Channel.SAY and hit.phrase.concept else None
        if joint is None:
            return []
        return [o for o in self._before(hit, joint, symbols, tokens) if o.phrase.concept != hit.phrase.concept][:1]

    def _others(self, at: int, symbols: list[tuple[int, ...]], tokens: list[str]) -> Iterator[Hit]:
        """Findings that begin here."""
        hits = self._walk(self._root, (), at, symbols, tokens)
        return (hit for hit in hits if hit.phrase.channel is Channel.SAY and hit.phrase.concept)

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
                yield from self._go_on(child, seen, after, symbols, tokens)
                if tokens[after] == "(" and ")" in tokens[after + 2 : after + 1 + _MAX_BRACKET]:
                    yield from self._go_on(child, seen, after + 1, symbols, tokens)  # "anal tone (absent)"

    def _go_on(
        self, node: _Node, words: tuple[int, ...], at: int, symbols: list[tuple[int, ...]], tokens: list[str]
    ) -> Iterator[Hit]:
        """Try a phrase's rest: at once, behind words that change nothing, and behind its gap."""
        if not node.children.keys().isdisjoint(symbols[at]):
            yield from self._walk(node, words, at, symbols, tokens)
        if tokens[at] in self._passing and not tokens[words[-1]][0].isdigit():  # "10 both feet" is no length
            yield from self._pass(node, words, at, symbols, tokens)
        if node.gap is not None:
            yield from self._leap(node.gap, words, at, symbols, tokens)

    def _pass(
        self, node: _Node, words: tuple[int, ...], at: int, symbols: list[tuple[int, ...]], tokens: list[str]
    ) -> Iterator[Hit]:
        """Try a phrase's rest behind words that change nothing: "numb around the whole of my bottom"."""
        following = node.children.keys()
        for here in range(at + 1, min(at + 1 + _MAX_PASSED, len(symbols))):
            if not following.isdisjoint(symbols[here]):
                yield from self._walk(node, (*words, *range(at, here)), here, symbols, tokens)
            if tokens[here] not in self._passing:
                return

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
            if not (tokens[here][0].isalnum() or tokens[here] in _IN_GAP):
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
        return token if len(token) not in _MENDED_LENGTHS or self._is_used(token) else self._mended(token)

    def _is_used(self, token: str) -> bool:
        return any(name in self._patterns for name in self._names(token))

    def _mended(self, token: str) -> str:
        """A word as it was meant, where one letter of it is wrong; its first letter is taken to be right."""
        for short in (token, *_shorter(token)) if token.isalpha() else ():
            meant = self._meant.get(short, "")
            if meant[:1] == token[0] and _differ_by_one(meant, token):
                return meant
        return token

    def _names(self, word: str) -> Iterator[str]:
        """The word patterns that a word satisfies: itself, "#" for a number, and its stems."""
        yield word
        if word in self._numbers or (word[0].isdigit() and word.replace(".", "").replace(",", "").isdigit()):
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


def _differ_by_one(meant: str, word: str) -> bool:
    """Whether two words have the same beginning and end, and between them one letter or two that changed places."""
    begin = _agreeing(meant, word)
    end = _agreeing(meant[begin:][::-1], word[begin:][::-1])
    left, right = meant[begin : len(meant) - end], word[begin : len(word) - end]
    return max(len(left), len(right)) <= 1 or left == right[::-1]


def _agreeing(one: str, other: str) -> int:
    """How many letters two words have in common from their beginning."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _shorter(word: str) -> Iterator[str]:
    """A word without one of its letters, each in turn."""
    return (word[:at] + word[at + 1 :] for at in range(len(word)))


def _alone(phrases: Iterable[Phrase], effects: Collection[Effect]) -> Iterator[str]:
    """The single words that are cues of some effects."""
    for phrase in phrases:
        if _effect(phrase) in effects and len(phrase.parts) == 1:
            yield from phrase.parts[0]


def _effect(phrase: Phrase) -> Effect | None:
    return phrase.cue.effect if phrase.cue is not None else None


def _is_same(other: Hit, hit: Hit) -> bool:
    """Whether a finding says all that a longer phrase says. What states health says it of all its words."""
    return other.phrase.concept == hit.phrase.concept and not (hit.phrase.is_denial or other.phrase.is_denial)


def _is_whole(hit: Hit) -> bool:
    return hit.end - hit.start == len(hit.words)


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
