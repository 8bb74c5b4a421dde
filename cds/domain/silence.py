"""Rules that have nothing to say: known in advance, so that a large rulebook costs little.

A rule of whose value sets the record has no fact says nothing again wherever it said nothing under the same
circumstances (the lists that came whole, patterns, red flags, tiers). Rules that look at the person or at details of
the symptom are always judged.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass

from cds.domain.criteria import Criterion, Sight, sight_of
from cds.domain.rule import Because, CauseRule, Rulebook, TestRule
from cds.domain.scene import Scene

_ASKABLE = frozenset({"pattern", "flag", "supply"})
# Far more than a site meets; a bound all the same.
_MOST_CIRCUMSTANCES = 5_000


@dataclass(slots=True)
class Silence:
    """What is known of silent rules under the circumstances of one scene."""

    book: Rulebook
    names: frozenset[str]
    known: set[int]
    askable: frozenset[str]

    def covers(self, rule: CauseRule | TestRule) -> bool:
        """Whether the rule is known to say nothing here."""
        return id(rule) in self.known and self.book.sights[id(rule)].sets.isdisjoint(self.names)

    def note(self, rule: CauseRule | TestRule) -> None:
        """The rule was judged and said nothing: remember it, where that follows from the circumstances alone."""
        sight = self.book.sights.get(id(rule))
        if sight is None:
            sight = self.book.sights[id(rule)] = _sight(rule)
        if sight.beyond <= self.askable and sight.sets.isdisjoint(self.names):
            self.known.add(id(rule))


def silence_of_causes(book: Rulebook, scene: Scene) -> Silence:
    """Causes may look at patterns and red flags."""
    return _silence(book, scene, _ASKABLE, ())


def silence_of_tests(book: Rulebook, scene: Scene) -> Silence:
    """Tests may look at causes as well."""
    tiers = (frozenset(scene.tiers.items()), frozenset(scene.set_aside))
    return _silence(book, scene, _ASKABLE | {"cause"}, tiers)


def _silence(book: Rulebook, scene: Scene, askable: frozenset[str], more: tuple[Hashable, ...]) -> Silence:
    supplied = tuple(supply.is_whole for supply in scene.record.supply.values())
    circumstances = (supplied, tuple(scene.patterns.values()), frozenset(scene.flags), *more)
    if len(book.silences) >= _MOST_CIRCUMSTANCES:
        book.silences.clear()
    return Silence(book, scene.names, book.silences.setdefault(circumstances, set()), askable)


def _sight(rule: CauseRule | TestRule) -> Sight:
    """All that decides whether the rule says anything."""
    if isinstance(rule, CauseRule):
        clauses: Iterable[Criterion | None] = (
            rule.supported_when, rule.possible_when, rule.to_exclude_when, rule.conflict, rule.past_exposure_when,
            *_conditions(rule.set_aside_when),
        )  # fmt: skip
    else:
        reasons = (*rule.now_when, *rule.unexplained_when, *rule.not_indicated_when)
        clauses = (rule.emergency_when, *_conditions(reasons))
    return sight_of(clauses)


def _conditions(reasons: Iterable[Because]) -> Iterable[Criterion]:
    return (reason.when for reason in reasons)
