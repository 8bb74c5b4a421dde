"""What is told of approvals and of rules that are not in use here: to clinicians on cards, to operators as data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cds.domain.rule import CauseRule, Rulebook
from cds.domain.standing import speaking
from cds.knowledge.approvals import Approvals

_MOST_FLAGS = 6


def unused_text(book: Rulebook, words: Mapping[str, str]) -> str:
    """The sentence on rules that are not in use, red flags by name; empty when all are in use."""
    unused = book.unused
    if not unused.rules:
        return ""
    titles = [rule.title for rule in unused.red_flags]
    more = words["more"].format(n=len(titles) - _MOST_FLAGS) if len(titles) > _MOST_FLAGS else ""
    flags = words["red_flags"].format(n=len(titles), titles=", ".join(titles[:_MOST_FLAGS]) + more) if titles else ""
    total = len(unused.rules) + len(speaking(book))
    return words["rules"].format(n=len(unused.rules), total=total, red_flags=flags)


def unused_data(book: Rulebook) -> dict[str, Any]:
    """The same for machines; nothing when all rules are in use."""
    if not book.unused.rules:
        return {}
    flags = (level.flag for rule in book.unused.red_flags for level in rule.levels)
    return {"notInUse": {"rules": len(book.unused.rules), "redFlags": list(dict.fromkeys(flags))}}


def unused_causes(book: Rulebook) -> tuple[int, int]:
    """How many of how many causes are not in use."""
    unused = sum(1 for rule in book.unused.rules if isinstance(rule, CauseRule))
    return unused, unused + len(book.causes)


def governance(book: Rulebook, approvals: Approvals, unapproved: str) -> dict[str, Any]:
    """For operators: what unapproved rules do, how many of those that speak on cards are approved, and what is not.

    `outdated` names rules of which the file approves another version only. Rule ids and counts, nothing of a patient.
    """
    rules = (*speaking(book), *book.unused.rules)
    return {
        "unapproved": unapproved,
        "rules": len(rules),
        "approved": sum(1 for rule in rules if rule.id in approvals.approved),
        "outdated": list(approvals.outdated_rules),
        **unused_data(book),
    }
