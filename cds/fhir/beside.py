"""Which modifiers of a sentence are said of one finding and of no other: those that stand right beside it."""

from __future__ import annotations

from cds.domain.lexicon import Channel, Effect
from cds.fhir.clauses import Item, Sentence

_UNSAID = frozenset({Effect.NEGATED, Effect.FAMILY, Effect.DROPPED})
_NONE: frozenset[str] = frozenset()


def beside(
    item: Item, sentence: Sentence, tokens: list[str], linking: frozenset[str], trailing: frozenset[str]
) -> frozenset[str]:
    """The modifiers before, inside and after a finding, with nothing but `linking` words between.

    "Chronic cough and incontinence" says nothing of how long the incontinence has been there, and neither does
    "incontinence, chronic cough": what follows a modifier must be a mark, the end or a word of `trailing`, which begins
    what is said after a finding and never before one.
    """
    said = [i for piece in sentence.pieces for i in piece.of(Channel.MODIFIER) if not i.effects & _UNSAID]
    if not said:
        return _NONE
    taken = {at for piece in sentence.pieces for i in piece.findings if i is not item for at in i.hit.words}
    said = [i for i in said if taken.isdisjoint(i.hit.words)]
    start, end = item.hit.start, item.hit.end
    found = [i for i in said if start <= i.hit.start and i.hit.end <= end]
    # "back pain for years incontinence", "back pain longstanding incontinence": of which, nobody can tell
    leading = [i for i in said if i.hit.start - 1 not in taken and tokens[i.hit.start] not in trailing]
    found += _before(leading, start, tokens, linking) + _after(said, end, tokens, linking, trailing)
    return frozenset(i.hit.phrase.concept for i in found)


def is_word(token: str) -> bool:
    """Whether a token is a word or a number, and no mark."""
    return any(c.isalnum() for c in token)


def _before(said: list[Item], start: int, tokens: list[str], linking: frozenset[str]) -> list[Item]:
    found: list[Item] = []
    while near := [i for i in said if i.hit.start < start and linking.issuperset(tokens[i.hit.end : start])]:
        found += near
        start = min(i.hit.start for i in near)
    return found


def _after(
    said: list[Item], end: int, tokens: list[str], linking: frozenset[str], trailing: frozenset[str]
) -> list[Item]:
    found: list[Item] = []
    while near := [i for i in said if i.hit.end > end and linking.issuperset(_words(tokens[end : i.hit.start]))]:
        found += near
        end = max(i.hit.end for i in near)
    is_closed = end >= len(tokens) or not is_word(tokens[end]) or tokens[end] in trailing
    return found if is_closed else []


def _words(tokens: list[str]) -> list[str]:
    return [token for token in tokens if is_word(token)]
