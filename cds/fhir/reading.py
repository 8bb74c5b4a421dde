"""What a text says, as plain values."""

from __future__ import annotations

from dataclasses import dataclass

from cds.domain.record import Route, Side


@dataclass(frozen=True, slots=True)
class Mention:
    """One finding that a text speaks of, and how: `side` and `sites` are those of its own clause.

    `own` are modifiers that stand right beside it, in a text that nowhere speaks of a change.
    """

    concept: str
    negated: bool = False
    family: bool = False
    history: bool = False
    suspected: bool = False
    side: Side = Side.UNKNOWN
    sites: frozenset[str] = frozenset()
    own: frozenset[str] = frozenset()

    @property
    def is_stated(self) -> bool:
        """Whether the text says that the patient has it now, without doubt."""
        return not (self.negated or self.family or self.history or self.suspected)


@dataclass(frozen=True, slots=True)
class Reading:
    """All that a text says. Negated modifiers, drugs and sites are left out.

    `asides` are circumstances ("worse at night"), negated ones too: said beside a finding or alone, they are none.
    `answer` is the id of a short coded answer: positive, negative, present, absent, normal, abnormal, yes, no.
    `own` are the modifiers of a text that says nothing but them.
    """

    mentions: tuple[Mention, ...] = ()
    sites: frozenset[str] = frozenset()
    side: Side = Side.UNKNOWN
    modifiers: frozenset[str] = frozenset()
    drugs: frozenset[str] = frozenset()
    route: Route = Route.UNKNOWN
    analytes: frozenset[str] = frozenset()
    tests: frozenset[str] = frozenset()
    answer: str = ""
    asides: tuple[Mention, ...] = ()
    own: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        """Whether anything at all was understood."""
        return self != EMPTY


EMPTY = Reading()
