"""What a concept or a text says of findings, apart from the resource that holds it: worked out once per concept."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from cds.domain.record import Side
from cds.fhir.kinds import Kinds
from cds.fhir.reading import Mention, Reading


@dataclass(frozen=True, slots=True)
class Saying:
    """One finding: its sets, where, and how surely.

    `sites` are those of the words, `default` those that the code itself names; `alone` holds for a resource that
    names no site of its own. A saying in the past, under suspicion or of a relative says so.
    `own` are the modifiers said of this finding alone.
    """

    sets: tuple[str, ...]
    side: Side
    sites: frozenset[str]
    default: frozenset[str]
    alone: frozenset[str]
    modifiers: frozenset[str]
    own: frozenset[str] = frozenset()
    is_text: bool = False
    is_weak: bool = False
    is_past: bool = False
    is_suspected: bool = False
    is_family: bool = False
    is_unsited: bool = False


def coded_saying(
    sets: tuple[str, ...],
    side: Side,
    reading: Reading,
    own: list[Mention],
    default: frozenset[str],
    is_lower: Callable[[frozenset[str]], bool],
) -> Saying | None:
    """What codes say, or None when the words beside them deny it. `own` are the words' mentions of the same thing."""
    if own and all(m.negated for m in own):
        return None
    said = own or reading.mentions
    settled = frozenset.intersection(*(m.own for m in own)) if own else frozenset[str]()
    suspected = bool(own) and all(m.suspected for m in own)
    return Saying(
        sets,
        side,
        reading.sites,
        default,
        reading.sites if is_lower(reading.sites) else reading.sites | default,
        reading.modifiers,
        settled,
        is_weak=suspected,
        is_past=bool(own) and all(m.history for m in own),
        is_suspected=suspected,
        is_family=bool(said) and all(m.family for m in said),
    )


def worded_sayings(
    kinds: Kinds, reading: Reading, known: Collection[str] = (), *, is_note: bool = False
) -> Iterator[Saying]:
    """What words alone mention beside what is `known`; what a note says of places holds for its own clause only.

    What one text says of one place in one way is one saying. Exam findings that records hold in words count fully.
    """
    groups: dict[object, tuple[Mention, bool, list[str]]] = {}
    for mention in reading.mentions:
        if mention.negated or mention.concept in known:
            continue
        is_full = kinds.is_full_from_text(mention.concept)
        key = (mention.family, mention.history, mention.suspected, mention.side, mention.sites, mention.own, is_full)
        groups.setdefault(key, (mention, is_full, []))[2].append(mention.concept)
    for mention, is_full, concepts in groups.values():
        sites = mention.sites or (frozenset[str]() if is_note else reading.sites)
        yield Saying(
            tuple(dict.fromkeys(wide for name in concepts for wide in kinds.with_wider(name))),
            reading.side if mention.side is Side.UNKNOWN and not is_note else mention.side,
            sites,
            frozenset(),
            sites,
            reading.modifiers,
            mention.own,
            is_text=True,
            is_weak=mention.suspected or not is_full,
            is_past=mention.history,
            is_suspected=mention.suspected,
            is_family=mention.family,
        )
