"""When the symptom began, by all its facts together: asked of many events without looking at every pair."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import accumulate

from cds.domain.truth import Truth
from cds.domain.when import Span, Window


@dataclass(slots=True)
class Onsets:
    """The onset of each symptom fact with the day it was recorded, each pair once, in their order.

    A chart may hold thousands of entries of one symptom and thousands of injuries: `followed` and `later` cost the same
    for each event however many onsets there are.
    """

    pairs: tuple[tuple[Span, Span], ...]
    _latest: list[int] = field(init=False)
    _earliest_from: list[int] = field(init=False)
    _partial: list[Span] = field(init=False)

    def __post_init__(self) -> None:
        spans = list(dict.fromkeys(began for began, _ in self.pairs))
        known = sorted((s.latest, s.earliest) for s in spans if s.latest is not None and s.earliest is not None)
        self._latest = [latest for latest, _ in known]
        # At each place the earliest day of this onset and of all that end later.
        self._earliest_from = list(accumulate((e for _, e in reversed(known)), min))[::-1]
        self._partial = [s for s in spans if s.latest is None or s.earliest is None]

    def followed(self, event: Span, window: Window) -> Truth:
        """Whether some onset lies on the event or no later than the window after it; without any it is unknown."""
        if not self.pairs:
            return Truth.UNKNOWN
        if event.earliest is None or event.latest is None:
            may = any(_may_follow(event, began, window) for began, _ in self.pairs)
            return Truth.UNKNOWN if may else Truth.NOT_MET
        place = bisect_left(self._latest, event.earliest)
        if place < len(self._latest) and self._earliest_from[place] <= window.after(event.latest):
            return Truth.MET
        may = any(_may_follow(event, began, window) for began in self._partial)
        return Truth.UNKNOWN if may else Truth.NOT_MET

    def later(self, when: Span, window: Window) -> Truth:
        """Whether a day lies later than the window after some onset; without a known onset it cannot be told."""
        first_end = _least([*self._latest[:1], *(s.latest for s in self._partial)])
        if when.earliest is not None and first_end is not None and when.earliest > window.after(first_end):
            return Truth.MET
        starts = [*self._earliest_from[:1], *(s.earliest for s in self._partial)]
        if not starts or None in starts or when.latest is None:
            return Truth.UNKNOWN
        first = _least(starts)
        return Truth.NOT_MET if first is not None and when.latest <= window.after(first) else Truth.UNKNOWN


def _may_follow(event: Span, onset: Span, window: Window) -> bool:
    """Not known to lie before the event, nor later than the window after it."""
    if onset.latest is not None and event.earliest is not None and onset.latest < event.earliest:
        return False
    if onset.earliest is not None and event.latest is not None:
        return onset.earliest <= window.after(event.latest)
    return True


def _least(days: Iterable[int | None]) -> int | None:
    return min((day for day in days if day is not None), default=None)
