"""The parts of a text: sentences, their pieces, and the findings and cues in each.

A sentence ends at a full stop or a "but"; a piece ends at a comma, a bracket or an "and".
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field

from cds.domain.lexicon import Channel, Effect
from cds.fhir.phrases import Hit

_ENDS = frozenset({".", ";", "\n", "?"})
_BREAKS = frozenset({",", ":", "(", ")", "[", "]", "/", "-"})
_LINKS = frozenset({Effect.JOIN, Effect.OR, Effect.WITH, Effect.STOP, Effect.EXCEPT})
_STOPS = frozenset({Effect.STOP.value, Effect.EXCEPT.value})
_LISTED = frozenset({Effect.JOIN.value, Effect.OR.value, "/"})
# "FH nil", "allergies: none", "previous episodes: no": a heading with its answer
_HEADINGS = frozenset({Effect.FAMILY, Effect.BACKGROUND, Effect.HISTORY, Effect.NOT_TAKEN})
ALTERNATIVES = frozenset({Effect.OR.value, "/"})
OPENING, CLOSING = frozenset("(["), frozenset(")]")


@dataclass(slots=True)
class Item:
    """A found phrase and the effects of the cues around it."""

    hit: Hit
    effects: set[Effect] = field(default_factory=set)

    @property
    def is_finding(self) -> bool:
        """Whether it is a symptom, sign or diagnosis."""
        return self.hit.phrase.channel is Channel.SAY

    @property
    def is_denied(self) -> bool:
        """Whether it is said not to be there, in its own words ("sensation intact") or by a cue."""
        return (Effect.NEGATED in self.effects) != self.hit.phrase.is_denial


@dataclass(slots=True)
class Piece:
    """Words between two breaks; `links` are the marks since the piece before it."""

    links: tuple[str, ...]
    start: int
    end: int
    items: list[Item] = field(default_factory=list)
    cues: list[Hit] = field(default_factory=list)

    @property
    def findings(self) -> list[Item]:
        """Its findings, in order."""
        return [item for item in self.items if item.is_finding]

    @property
    def is_listed(self) -> bool:
        """Whether it hangs on the piece before it by "and", "or" or a slash."""
        return not _LISTED.isdisjoint(self.links)

    @property
    def is_attached(self) -> bool:
        """Whether it hangs on the piece before it by more than a comma: "and", a slash, a bracket, a colon, a dash."""
        return self.links != (",",) and Effect.WITH.value not in self.links

    def of(self, *channels: Channel) -> list[Item]:
        """Its items of some channels, in order."""
        return [item for item in self.items if item.hit.phrase.channel in channels]


@dataclass(slots=True)
class Sentence:
    """Pieces up to a full stop, the marks around it, and its first word."""

    pieces: list[Piece]
    opened_by: str = ""
    closed_by: str = ""
    first: str = ""
    has_colon: bool = False
    ends_in_colon: bool = False


def cut(tokens: list[str], hits: list[Hit], dotted: frozenset[str]) -> list[Sentence]:
    """The sentences of a text; the dot of a `dotted` word ends none."""
    marks = _marks(tokens, hits, dotted)
    starts = [hit.start for hit in hits]
    sentences: list[Sentence] = []
    pieces: list[Piece] = []
    links: list[str] = []
    opened, start = "", 0
    for at in range(len(tokens) + 1):
        mark = marks.get(at, "" if at < len(tokens) else "\n")
        if not mark:
            continue
        if at > start:
            pieces.append(_piece(tuple(links), start, at, hits, starts))
            links = []
        links.append(mark)
        start = at + 1
        if mark in _ENDS or mark in _STOPS:
            sentences.append(_sentence(pieces, links, opened, tokens))
            pieces, opened, links = [], mark, []
    return sentences


def _marks(tokens: list[str], hits: list[Hit], dotted: frozenset[str]) -> dict[int, str]:
    """Where pieces and sentences end, outside of phrases."""
    marks: dict[int, str] = {}
    inside: set[int] = set()
    for hit in hits:
        if hit.phrase.channel is not Channel.SAY:
            continue
        inside.update(range(hit.start, hit.end))
        if hit.phrase.cue is not None and hit.phrase.cue.effect in _LINKS:
            marks[hit.end - 1] = hit.phrase.cue.effect.value
    for at, token in enumerate(tokens):
        mark = "-" if token.strip(" -") == "" else token
        if at in inside or mark not in _BREAKS | _ENDS:
            continue
        if not (mark == "." and at and tokens[at - 1] in dotted):
            marks[at] = mark
    return marks


def _piece(links: tuple[str, ...], start: int, end: int, hits: list[Hit], starts: list[int]) -> Piece:
    piece = Piece(links, start, end)
    for hit in hits[bisect_left(starts, start) : bisect_left(starts, end)]:
        if hit.phrase.concept:
            piece.items.append(Item(hit))
        elif hit.phrase.cue is not None and hit.phrase.cue.effect not in _LINKS:
            piece.cues.append(hit)
    return piece


def _sentence(pieces: list[Piece], links: list[str], opened: str, tokens: list[str]) -> Sentence:
    first = tokens[pieces[0].start] if pieces else ""
    inner = any(":" in piece.links for piece in pieces)
    return Sentence(pieces, opened, links[-1], first, inner or ":" in links, ":" in links)


def effect_of(hit: Hit) -> Effect | None:
    """What a found phrase does to findings around it; None when it is no cue."""
    return hit.phrase.cue.effect if hit.phrase.cue is not None else None


def is_heading(hit: Hit) -> bool:
    """Whether a cue is a heading that "nil" may stand under."""
    cue = hit.phrase.cue
    return cue is not None and cue.effect in _HEADINGS and (not cue.is_after or cue.effect is Effect.NOT_TAKEN)


def is_said_behind(sentence: Sentence, index: int, hit: Hit) -> bool:
    """Whether a denial before a comma closes its piece and so denies nothing after it: "fever denied, weakness"."""
    piece, cue, after = sentence.pieces[index], hit.phrase.cue, sentence.pieces[index + 1 : index + 2]
    if cue is None or cue.effect is not Effect.NEGATED or hit.end != piece.end or not after:
        return False
    return "," in after[0].links and any(item.hit.end <= hit.start for item in piece.findings)
