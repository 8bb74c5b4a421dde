"""rules/units.yaml -> the domain's Units."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from cds.domain.lexicon import Conversion, Units, squeezed_unit
from cds.domain.quantity import Unit
from cds.knowledge.strict_yaml import YamlError, load
from cds.knowledge.yaml_nodes import LexiconError, Node


def load_units(path: Path) -> Units:
    """Read rules/units.yaml.

    Raises:
        LexiconError: with every problem found.
    """
    try:
        document = load(path)
        sections = Node(document, (path.name,), document.data).fields("units", "allowed", "conversions")
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
    conversions = tuple(_conversions(sections.get("conversions"), exact, problems))
    if problems:
        raise LexiconError(problems)
    return Units(exact, folded, allowed, conversions)


def _members(section: Node | None, problems: list[YamlError]) -> Iterator[tuple[str, Node]]:
    try:
        yield from section.items() if section is not None else ()
    except YamlError as error:
        problems.append(error)


def _add_unit(exact: dict[str, Unit], folded: dict[str, Unit], symbol: str, at: Node) -> None:
    fields = at.fields("dimension", "factor", "aliases", "exact")
    if "dimension" not in fields or "factor" not in fields:
        raise at.problem(f"unit {symbol!r} needs a dimension and a factor")
    unit = Unit(symbol, fields["dimension"].text(), fields["factor"].number())
    spelled = [(exact, symbol), *((exact, a.text()) for a in fields["exact"].members())] if "exact" in fields else []
    spelled = spelled or [(exact, symbol)]
    aliases = [alias.text() for alias in fields["aliases"].members()] if "aliases" in fields else []
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


def _conversions(section: Node | None, units: dict[str, Unit], problems: list[YamlError]) -> Iterator[Conversion]:
    try:
        for at in section.members() if section is not None else ():
            fields = at.fields("analyte", "from", "to", "factor", "offset", "cite")
            missing = {"analyte", "from", "to", "factor", "cite"} - fields.keys()
            names = [fields[key].text() for key in ("from", "to") if key in fields]
            if missing or not units.keys() >= set(names):
                raise at.problem(f"missing: {', '.join(sorted(missing))}" if missing else "unknown unit")
            offset = fields["offset"].number() if "offset" in fields else 0.0
            source, target = (units[name] for name in names)
            yield Conversion(fields["analyte"].text(), source, target, fields["factor"].number(), offset)
    except YamlError as error:
        problems.append(error)
