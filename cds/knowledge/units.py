"""rules/units.yaml -> the domain's Units."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from cds.domain.lexicon import Units, squeezed_unit
from cds.domain.quantity import Quantity, Unit
from cds.knowledge.strict_yaml import YamlError, load
from cds.knowledge.yaml_nodes import LexiconError, Node

_SECTIONS = ("units", "allowed", "plausible", "sums", "by_value")


def load_units(path: Path) -> Units:
    """Read rules/units.yaml.

    Raises:
        LexiconError: with every problem found.
    """
    try:
        document = load(path)
        sections = Node(document, (path.name,), document.data).fields(*_SECTIONS)
    except YamlError as error:
        raise LexiconError([error]) from error
    exact: dict[str, Unit] = {}
    folded: dict[str, Unit] = {}
    problems: list[YamlError] = []
    for symbol, at in _members(sections.get("units"), problems):
        try:
            _add_unit(exact, folded, symbol, at)
        except YamlError as error:
            problems.append(error)
    allowed = dict(_allowed(sections.get("allowed"), {unit.dimension for unit in exact.values()}, problems))
    plausible = dict(_plausible(sections.get("plausible"), exact, problems))
    sums = dict(_sums(sections.get("sums"), problems))
    by_value = _names(sections.get("by_value"), problems)
    if problems:
        raise LexiconError(problems)
    return Units(exact, folded, allowed, plausible, sums, by_value)


def _members(section: Node | None, problems: list[YamlError]) -> Iterator[tuple[str, Node]]:
    try:
        yield from section.items() if section is not None else ()
    except YamlError as error:
        problems.append(error)


def _add_unit(exact: dict[str, Unit], folded: dict[str, Unit], symbol: str, at: Node) -> None:
    fields = at.fields("dimension", "factor", "aliases", "exact", needs=("dimension", "factor"))
    unit = Unit(symbol, fields["dimension"].text(), fields["factor"].number())
    cased, aliases = (
        [at.text() for at in fields[key].members()] if key in fields else [] for key in ("exact", "aliases")
    )
    spelled = [(exact, spelling) for spelling in (symbol, *cased)]
    spelled += [(folded, squeezed_unit(alias).lower()) for alias in (symbol, *aliases)]
    for table, spelling in spelled:
        if table.setdefault(spelling, unit) != unit:
            raise at.problem(f"{spelling!r} is a spelling of {table[spelling].symbol} too")


def _allowed(
    section: Node | None, dimensions: set[str], problems: list[YamlError]
) -> Iterator[tuple[str, frozenset[str]]]:
    for analyte, at in _members(section, problems):
        try:
            names = frozenset(member.text() for member in at.members())
            if not names <= dimensions:
                raise at.problem(f"no unit has the dimension {', '.join(sorted(names - dimensions))}")
            yield analyte, names
        except YamlError as error:
            problems.append(error)


def _plausible(
    section: Node | None, units: dict[str, Unit], problems: list[YamlError]
) -> Iterator[tuple[str, tuple[Quantity, ...]]]:
    """Between which values an analyte can be, for each dimension in which it is reported."""
    for analyte, at in _members(section, problems):
        try:
            yield analyte, tuple(_limits(member, units) for member in at.members())
        except YamlError as error:
            problems.append(error)


def _sums(section: Node | None, problems: list[YamlError]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Which single answers add up to which score."""
    for total, at in _members(section, problems):
        try:
            yield total, tuple(member.text() for member in at.members())
        except YamlError as error:
            problems.append(error)


def _names(section: Node | None, problems: list[YamlError]) -> frozenset[str]:
    try:
        return frozenset(member.text() for member in section.members()) if section is not None else frozenset()
    except YamlError as error:
        problems.append(error)
        return frozenset()


def _limits(at: Node, units: dict[str, Unit]) -> Quantity:
    fields = at.fields("from", "to", "unit", needs=("from", "to", "unit"))
    low, high = fields["from"].number(), fields["to"].number()
    if low >= high:
        raise at.problem(f"nothing lies between {low:g} and {high:g}")
    return Quantity(low, high, _named(units, fields["unit"]))


def _named(units: dict[str, Unit], at: Node) -> Unit:
    if at.text() not in units:
        raise at.problem(f"unknown unit {at.text()!r}")
    return units[at.text()]
