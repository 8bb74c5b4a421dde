"""Rules that have nothing to say: known in advance, so that a large rulebook costs little.

A rule that can only speak of facts which the record does not hold is silent. So is one of whose value sets the record
has no fact, wherever it said nothing under the same circumstances (the lists that came whole, patterns, red flags,
tiers). All others are judged.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass

from cds.domain.criteria import Criterion, Sight, must_of, sight_of
from cds.domain.rule import Because, CauseRule, RedFlagRule, Rulebook, TestRule
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
        if lacks_facts(self.book, rule, self.names):
            return True
        return id(rule) in self.known and self.book.sights[id(rule)].sets.isdisjoint(self.names)

    def note(self, rule: CauseRule | TestRule) -> None:
        """The rule was judged and said nothing: remember it, where that follows from the circumstances alone."""
        sight = self.book.sights.get(id(rule))
        if sight is None:
            sight = self.book.sights[id(rule)] = _sight(rule)
        if sight.beyond <= self.askable and sight.sets.isdisjoint(self.names):
            self.known.add(id(rule))


def lacks_facts(book: Rulebook, rule: RedFlagRule | CauseRule | TestRule, names: frozenset[str]) -> bool:
    """Whether none of the facts is on record without which the rule says nothing, whatever else is known."""
    try:
        must = book.musts[id(rule)]
    except KeyError:
        must = book.musts[id(rule)] = must_of(_clauses(rule))
    return must is not None and must.isdisjoint(names)


def silence_of_causes(book: Rulebook, scene: Scene) -> Silence:
    """Causes may look at patterns and red flags."""
    return _silence(book, scene, _ASKABLE, ())


def silence_of_tests(book: Rulebook, scene: Scene) -> Silence:
    """Tests may look at causes as well."""
    return _silence(book, scene, _ASKABLE | {"cause"}, (frozenset(scene.tiers.items()),))


def _silence(book: Rulebook, scene: Scene, askable: frozenset[str], more: tuple[Hashable, ...]) -> Silence:
    supplied = tuple(supply.is_whole for supply in scene.record.supply.values())
    patterns = tuple(found.truth for found in scene.patterns.values())
    circumstances = (supplied, patterns, frozenset(scene.flags), *more)
    if len(book.silences) >= _MOST_CIRCUMSTANCES:
        book.silences.clear()
    return Silence(book, scene.names, book.silences.setdefault(circumstances, set()), askable)


def _sight(rule: CauseRule | TestRule) -> Sight:
    """All that decides whether the rule says anything: also what has been assessed and is not told for that reason."""
    assessed = rule.assessed_when if isinstance(rule, CauseRule) else None
    return sight_of((*_clauses(rule), assessed))


def _clauses(rule: RedFlagRule | CauseRule | TestRule) -> Iterable[Criterion | None]:
    """The clauses one of which must be met for the rule to say anything."""
    if isinstance(rule, RedFlagRule):
        return (level.when for level in rule.levels)
    if isinstance(rule, CauseRule):
        return (
            rule.supported_when, rule.possible_when, rule.to_exclude_when, rule.conflict, rule.past_exposure_when,
            *_conditions(rule.set_aside_when),
        )  # fmt: skip
    return _conditions((*rule.now_when, *rule.unexplained_when, *rule.not_indicated_when))


def _conditions(reasons: Iterable[Because]) -> Iterable[Criterion]:
    return (reason.when for reason in reasons)
