"""Which value sets are drugs, measurements, tests or body sites, read off the codes and words that they hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from cds.domain.coding import Hit
from cds.domain.lexicon import Channel
from cds.domain.terminology import Terminology

# Names of value sets are ours: tests to order begin with "order-", body sites with "site-".
_ORDER, _SITE = "order-", "site-"
_DRUG_SYSTEMS = frozenset({"rxnorm", "atc"})
_MEASURED_SYSTEM = "loinc"


@dataclass(frozen=True, slots=True)
class Kinds:
    """`wider` gives a set and every set that holds all of its codes.

    `full` are exam findings that records hold in words; a code for one of them is seldom used.
    """

    drugs: frozenset[str]
    measured: frozenset[str]
    wider: Mapping[str, tuple[str, ...]]
    full: frozenset[str] = frozenset()

    def with_wider(self, name: str) -> tuple[str, ...]:
        """A set and those that hold all of it."""
        return self.wider.get(name, (name,))

    def findings(self, sets: tuple[str, ...]) -> tuple[str, ...]:
        """The sets of symptoms, signs and diagnoses among these."""
        return tuple(s for s in sets if not (s in self.measured or s in self.drugs or s.startswith((_ORDER, _SITE))))

    def results(self, sets: tuple[str, ...]) -> tuple[str, ...]:
        """The sets of measurements among these, with the orders that name them."""
        if not any(s in self.measured for s in sets):
            return ()
        return tuple(s for s in sets if s in self.measured or s.startswith(_ORDER))

    def orders(self, sets: tuple[str, ...]) -> tuple[str, ...]:
        """The sets of tests to order among these."""
        return tuple(s for s in sets if s.startswith(_ORDER))

    def sites(self, sets: tuple[str, ...]) -> tuple[str, ...]:
        """The words of the body sites among these."""
        return tuple(s.removeprefix(_SITE).replace("-", " ") for s in sets if s.startswith(_SITE))

    def single_drugs(self, sets: tuple[str, ...]) -> list[str]:
        """The ingredients among these, without the groups that hold them."""
        drugs = [s for s in sets if s in self.drugs]
        groups = {
            wide
            for s in drugs
            for wide in self.with_wider(s)
            if wide != s and self.with_wider(wide) != self.with_wider(s)
        }
        return [s for s in drugs if s not in groups]

    def is_full_from_text(self, name: str) -> bool:
        """An exam finding that records hold in words counts fully when it is written out (rules.md §0)."""
        return name in self.full


def kinds_of(terminology: Terminology) -> Kinds:
    """Sort the value sets of a terminology."""
    systems: dict[str, set[str]] = {}
    wider: dict[str, set[str]] = {}
    for system, hit in _hits(terminology):
        for name in hit.sets:
            systems.setdefault(name, set()).add(system)
            wider[name] = wider[name] & set(hit.sets) if name in wider else set(hit.sets)
    words = terminology.lexicon
    drugs = {name for name, used in systems.items() if used & _DRUG_SYSTEMS} | words.ids(Channel.DRUG)
    measured = {name for name, used in systems.items() if _MEASURED_SYSTEM in used and not name.startswith(_ORDER)}
    return Kinds(
        frozenset(drugs),
        frozenset(measured | words.ids(Channel.ANALYTE)),
        {name: tuple(sorted(sets)) for name, sets in wider.items() if len(sets) > 1},
        words.full,
    )


def _hits(terminology: Terminology) -> Iterator[tuple[str, Hit]]:
    for table in (terminology.index.exact, terminology.index.prefixes):
        for (system, _), hit in table.items():
            yield system, hit
