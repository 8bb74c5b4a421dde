"""What the decision rules settle for all rules together: how drug courses add up, what is recent, what points are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cds.domain.when import Window


@dataclass(frozen=True, slots=True)
class Settled:
    """The values of rules/settled.yaml.

    Courses at most `merge_within` apart are one; days and grams add up `add_within` before the last dose; an onset
    later than `attributed_within` after it is no longer put down to the drug. `visits` and `remarks` (reasons, notes)
    speak of now for that long; a result of `results` that cannot be read is named. Numbness without a side that began
    more than `same_numbness` after all that name one is another: it may be of the other foot. `points` is the worth of
    each kind of evidence and adjustment.
    """

    merge_within: Window
    add_within: Window
    attributed_within: Window
    visits: Window
    remarks: Window
    results: Window
    same_numbness: Window
    points: Mapping[str, int]

    def worth(self, kind: str) -> int:
        """The points of a kind of evidence or adjustment."""
        return self.points.get(kind, 0)
