"""Cues that reach ahead: what "denies", "family history of" or "advised about" say of the pieces that follow."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from cds.domain.lexicon import Channel, Cue, Effect
from cds.fhir.clauses import CLOSING, OPENING, Item, Piece, Sentence, is_said_behind
from cds.fhir.phrases import Hit

_ADVICE = frozenset({Effect.DROPPED})
_THERE = frozenset({Cue(Effect.AFFIRMED, is_after=True)})


@dataclass(slots=True)
class Open:
    """A cue still in force: whether it runs on through a list, and whether it has covered something yet."""

    is_far: bool
    is_used: bool = False
    is_under: bool = False


class Scope:
    """Walks one sentence and hands every item the effects in force."""

    def __init__(self, carried: dict[Effect, Open]) -> None:
        self._open = {effect: replace(state) for effect, state in carried.items()}
        self._outer: list[dict[Effect, Open]] = []
        self._under: set[Effect] = set()

    def run(self, sentence: Sentence, news: list[frozenset[Effect]]) -> None:
        """Mark every item of the sentence; `news` are the effects that each piece ends after a comma."""
        for index, (piece, over) in enumerate(zip(sentence.pieces, news, strict=True)):
            for mark in piece.links:
                self._pass(mark, over)
            is_told = any(cue.phrase.cue in _THERE for cue in piece.cues)
            for event in _events(piece):
                if isinstance(event, Item):
                    self._cover(event, is_told)
                elif not is_said_behind(sentence, index, event):
                    self._hear(event.phrase.cue)
        if sentence.ends_in_colon:
            self._go_under()

    def carried(self) -> dict[Effect, Open]:
        """What runs on into the lines under a heading."""
        return {effect: state for effect, state in self._open.items() if state.is_far}

    def _cover(self, item: Item, is_told: bool) -> None:
        """What is said to be there is, whatever stands above it, and what is said to be well is well.

        "Discussed red flags: saddle numbness present", "screen negative: saddle sensation normal".
        """
        is_free = is_told or item.hit.phrase.is_denial
        item.effects.update(effect for effect, state in self._open.items() if not (is_free and state.is_under))
        if item.hit.phrase.channel not in (Channel.SITE, Channel.SIDE):
            for state in self._open.values():
                state.is_used = True

    def _go_under(self) -> None:
        """A bracket or a colon opens what a cue before it says of all that stands there.

        "Consented for surgery: has foot drop" tells of the patient again.
        """
        for effect in self._under:
            self._open[effect] = Open(is_far=True, is_used=effect is Effect.DROPPED, is_under=True)
        self._under = set()

    def _hear(self, cue: Cue | None) -> None:
        if cue is not None and cue.under is not None:
            self._under.add(cue.under)
        if cue is None or (cue.is_after and not cue.is_far):
            return
        if cue.effect is Effect.AFFIRMED:
            self._open = {effect: state for effect, state in self._open.items() if not state.is_used}
        else:
            self._open[cue.effect] = Open(cue.is_far and not cue.is_after)

    def _pass(self, mark: str, over: frozenset[Effect]) -> None:
        if mark in OPENING:
            self._outer.append({effect: replace(state) for effect, state in self._open.items()})
            self._go_under()
        elif mark in CLOSING:
            self._open = self._outer.pop() if self._outer else self._open
        elif mark in (Effect.JOIN.value, Effect.WITH.value):
            self._join(mark, over)
        elif mark == "-":
            self._close(lambda effect, state: effect is Effect.NEGATED or not state.is_far)
        elif mark == ":":  # "Not due to stroke: leg weakness"
            self._close(
                lambda effect, state: (
                    effect in over & _ADVICE or (effect is Effect.NEGATED and state.is_used and not state.is_far)
                )
            )
            self._go_under()
        elif mark == ",":
            self._under = set()
            self._close(lambda effect, state: not state.is_far or effect in over)
            for state in self._open.values():
                state.is_used = True

    def _join(self, mark: str, over: frozenset[Effect]) -> None:
        """After "and" what is new ends what is past; "with" ends what has covered something and runs no farther."""
        is_with = mark == Effect.WITH.value
        self._open = {
            effect: state
            for effect, state in self._open.items()
            if effect not in over and not (is_with and state.is_used and (effect is Effect.NEGATED or not state.is_far))
        }
        if Effect.NEGATED in self._open and not is_with:
            # "no cancer history and now incontinent": something was denied, if nothing that can be found
            for state in self._open.values():
                state.is_used = True

    def _close(self, is_over: Callable[[Effect, Open], bool]) -> None:
        self._open = {e: s for e, s in self._open.items() if not is_over(e, s)}


def _events(piece: Piece) -> Iterator[Item | Hit]:
    items: list[Item | Hit] = [*piece.items, *piece.cues]
    return iter(sorted(items, key=lambda event: event.hit.start if isinstance(event, Item) else event.start))
