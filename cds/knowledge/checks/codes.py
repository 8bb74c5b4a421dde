"""Codes: check digits that add up, order codes that are verified, value sets that something uses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from cds.domain.lexicon import Channel
from cds.knowledge.checks.report import Subject
from cds.knowledge.problems import Problem, at

_TIMES = (
    (0, 1, 2, 3, 4, 5, 6, 7, 8, 9), (1, 2, 3, 4, 0, 6, 7, 8, 9, 5), (2, 3, 4, 0, 1, 7, 8, 9, 5, 6),
    (3, 4, 0, 1, 2, 8, 9, 5, 6, 7), (4, 0, 1, 2, 3, 9, 5, 6, 7, 8), (5, 9, 8, 7, 6, 0, 4, 3, 2, 1),
    (6, 5, 9, 8, 7, 1, 0, 4, 3, 2), (7, 6, 5, 9, 8, 2, 1, 0, 4, 3), (8, 7, 6, 5, 9, 3, 2, 1, 0, 4),
    (9, 8, 7, 6, 5, 4, 3, 2, 1, 0),
)  # fmt: skip
# The semantic tag at the end of a fully specified name.
_TAG = re.compile(r" \([a-z ]+\)$")
_REASONS = "unread.yaml"
_HEARD = (Channel.SAY, Channel.DRUG, Channel.ANALYTE)
_TURN = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)


def is_verhoeff(digits: str) -> bool:
    """Whether the last digit of a SNOMED CT identifier is its check digit."""
    if not digits.isdecimal():
        return False
    check = 0
    for position, digit in enumerate(reversed(digits)):
        turned = int(digit)
        for _ in range(position % 8):
            turned = _TURN[turned]
        check = _TIMES[check][turned]
    return check == 0


def is_mod_10(code: str) -> bool:
    """Whether the digit after the hyphen of a LOINC code is its check digit."""
    number, hyphen, check = code.partition("-")
    if not (hyphen and number.isdecimal() and check.isdecimal() and len(check) == 1):
        return False
    doubled = "".join(str(int(d) * 2) if n % 2 == 0 else d for n, d in enumerate(reversed(number)))
    return (10 - sum(map(int, doubled)) % 10) % 10 == int(check)


_DIGITS = {"snomed": is_verhoeff, "loinc": is_mod_10}


def check_digits(subject: Subject) -> Iterator[Problem]:
    """SNOMED CT and LOINC codes end in their check digit; that of LOINC answers (LA) is made otherwise."""
    for name, value_set in subject.knowledge.library.sets.items():
        path = str(subject.folder / "value_sets" / f"{name.replace('-', '_')}.json")
        for concept in (*value_set.concepts, *value_set.excluded):
            test = _DIGITS.get(concept.system)
            if test is not None and not (concept.code.startswith("LA") or test(concept.code.removeprefix("LP"))):
                yield Problem(path, 1, "check-digit", f"{concept.code} ({concept.display}) is mistyped")


def check_order_codes(subject: Subject) -> Iterator[Problem]:
    """A draft order carries only codes that a value set holds and marks as fit to send, with that display."""
    systems = subject.knowledge.terminology.systems
    fit = {
        (concept.system, concept.code): concept.display
        for value_set in subject.knowledge.library.sets.values()
        for concept in value_set.concepts
        if "emit" in concept.tags
    }
    for _, document in subject.rules("test", "action"):
        for number, coding in enumerate(document.data.get("order", {}).get("coding", ())):
            keys = ("order", "coding", number)
            display = fit.get((systems.get(coding["system"], ""), str(coding["code"])))
            if display is None:
                sentence = f"{coding['code']} is in no value set with the tag emit: the text stands alone"
                yield at(document, keys, "order-codes", sentence)
            elif coding["display"] not in (display, _TAG.sub("", display)):
                yield at(document, keys, "order-codes", f"the display of {coding['code']} is {display!r}")


def unexplained_sets(subject: Subject) -> list[str]:
    """The value sets that nothing asks for and that unread.yaml gives no reason to keep."""
    return [name for name in unused_sets(subject) if name not in subject.entries(_REASONS)]


def unexplained_words(subject: Subject) -> list[str]:
    """What the lexicon hears and no rule asks for, under a name of no value set, and without a reason to be heard."""
    return [name for name in unused_words(subject) if name not in subject.entries(_REASONS)]


def unused_words(subject: Subject) -> list[str]:
    """The findings, drugs and analytes of the lexicon that nothing asks for, nor what is derived from them.

    Names of tests are asked for by the reader: what is called a test is no finding and no drug.
    """
    lexicon = subject.knowledge.terminology.lexicon
    heard = frozenset[str]().union(*(lexicon.ids(channel) for channel in _HEARD))
    asked, sets = _asked(subject), subject.knowledge.library.sets
    derived = [(d.source, d.concept) for d in lexicon.derivations]
    while more := {source for source, concept in derived if concept in asked and source not in asked}:
        asked |= more
    return sorted(heard - asked - set(sets))


def outdated_reasons(subject: Subject) -> list[str]:
    """The reasons of unread.yaml for value sets or words that are asked for, or not there."""
    unused = {*unused_sets(subject), *unused_words(subject)}
    return sorted(name for name in subject.entries(_REASONS) if name not in unused)


def unused_sets(subject: Subject) -> list[str]:
    """The value sets that no criterion, drug or reader asks for, directly or in a group."""
    asked = _asked(subject) | set(subject.entries("drugs.yaml")) | _codings(subject)
    # body sites and form parts are asked for by the reader, orders by the draft
    return sorted(name for name in subject.knowledge.library.sets if name not in asked and not name.startswith("site-"))


def _asked(subject: Subject) -> set[str]:
    """The value sets and concepts that criteria ask for, and the members of the groups among them."""
    asked = _used(subject)
    return asked | {leaf for name in asked for leaf in subject.knowledge.library.leaves(name)}


def _used(subject: Subject) -> set[str]:
    return {name for compiler in subject.knowledge.compilers.values() for name in compiler.used_sets}


def _codings(subject: Subject) -> set[str]:
    """The value sets that hold the code of a draft order."""
    wanted: set[Any] = {
        str(coding["code"])
        for _, document in subject.rules("test", "action")
        for coding in document.data.get("order", {}).get("coding", ())
    }
    sets = subject.knowledge.library.sets
    return {name for name, value_set in sets.items() if any(c.code in wanted for c in value_set.concepts)}


def silent_sets(subject: Subject) -> list[str]:
    """The value sets that criteria ask for and that no case of any rule ever brings a fact of."""
    leaves = {leaf for name in _used(subject) for leaf in subject.knowledge.library.leaves(name)}
    fired = (case.record.names() for file in subject.files for case in file.cases)
    return sorted(leaves.difference(*fired))
