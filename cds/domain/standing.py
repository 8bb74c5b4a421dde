"""Which rules a site has in use: the others are taken out of the rulebook, and what asks about them stays unknown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TypeVar

from cds.domain.outcomes import Outcomes
from cds.domain.rule import ActionRule, CauseRule, MedicationRule, RedFlagRule, Rule, Rulebook, TestRule, Unused

R = TypeVar("R", bound=Rule)
# Gate and patterns speak on no card: they decide whether, about whom and of what the service speaks at all. Without
# "is a child", "has died" or "comfort care" every card would be wrong, so they are never taken out.
SPEAKING = (RedFlagRule, CauseRule, TestRule, ActionRule, MedicationRule)


def speaking(book: Rulebook) -> tuple[Rule, ...]:
    """The rules that a card can rest on, which a site may take out of use."""
    return tuple(rule for rule in book.rules() if isinstance(rule, SPEAKING))


def in_use(book: Rulebook) -> Rulebook:
    """The rulebook with its approved rules alone, and with what is known of those left out."""
    approved = book.approved

    def kept(rules: Iterable[R]) -> tuple[R, ...]:
        return tuple(rule for rule in rules if rule.id in approved)

    left_out = tuple(rule for rule in speaking(book) if rule.id not in approved)
    return replace(
        book,
        red_flags=kept(book.red_flags),
        causes=kept(book.causes),
        tests=kept(book.tests),
        actions={name: rule for name, rule in book.actions.items() if rule.id in approved},
        medications=kept(book.medications),
        unused=Unused(left_out, _flags(left_out), frozenset(r.cause for r in left_out if isinstance(r, CauseRule))),
    )


def _flags(rules: Iterable[Rule]) -> frozenset[str]:
    """The names under which a criterion may ask for these flags; comfort care lowers critical to warning."""
    levels = [level for rule in rules if isinstance(rule, RedFlagRule) for level in rule.levels]
    indicators = {level.indicator for level in levels}
    lowered = {"warning"} if "critical" in indicators else set()
    return frozenset({level.flag for level in levels} | indicators | lowered)


def spoken(found: Outcomes) -> frozenset[str]:
    """The ids of all rules of which something would stand on a card."""
    rules: list[Rule] = [flag.rule for flag in found.flags]
    rules += [cause.rule for cause in found.causes] + [aside.rule for aside in found.set_aside]
    rules += [rule for rule, _ in found.past_exposures] + [test.rule for test in found.tests]
    rules += [state.rule for state in (*found.done, *found.not_indicated)]
    rules += [drug.rule for drug in found.medications] + [action for action, _ in found.actions]
    return frozenset(rule.id for rule in rules)
