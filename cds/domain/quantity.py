"""Measured values: an interval of numbers in a unit, compared only inside one dimension.

A value is compared in the unit it was reported in, against the threshold of the same dimension; "<150" is the
interval below 150. Molar and mass units are different dimensions: no analyte-free conversion exists between them.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

from cds.domain.truth import Truth


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit: its printed symbol, its dimension and the factor to that dimension's base."""

    symbol: str
    dimension: str
    factor: float


@dataclass(frozen=True, slots=True)
class Quantity:
    """Numbers from `low` to `high` (ends excluded where open) in `unit`; unit None is unknown."""

    low: float
    high: float
    unit: Unit | None
    low_open: bool = False
    high_open: bool = False

    @property
    def is_exact(self) -> bool:
        """Whether a single number was reported."""
        return self.low == self.high


def exact(value: float, unit: Unit | None) -> Quantity:
    """A single reported number."""
    return Quantity(value, value, unit)


def compared(value: float, comparator: str, unit: Unit | None) -> Quantity:
    """A number with a FHIR comparator (`<`, `<=`, `>=`, `>`); anything else is taken as exact."""
    if comparator in ("<", "<="):
        return Quantity(-inf, value, unit, True, comparator == "<")
    if comparator in (">", ">="):
        return Quantity(value, inf, unit, comparator == ">", True)
    return Quantity(value, value, unit)


def in_unit(value: Quantity, unit: Unit) -> Quantity | None:
    """The same quantity in another unit of its dimension, or None when the dimensions differ."""
    if value.unit is None or value.unit.dimension != unit.dimension:
        return None
    if value.unit.factor == unit.factor:
        return value
    ratio = value.unit.factor / unit.factor
    return Quantity(value.low * ratio, value.high * ratio, unit, value.low_open, value.high_open)


def is_below(value: Quantity, limit: float) -> Truth:
    """Whether every number in the interval is strictly below the limit."""
    if value.high < limit or (value.high == limit and value.high_open):
        return Truth.MET
    return Truth.NOT_MET if value.low >= limit else Truth.UNKNOWN


def is_at_most(value: Quantity, limit: float) -> Truth:
    """Whether every number in the interval is at or below the limit."""
    if value.high <= limit:
        return Truth.MET
    return Truth.NOT_MET if value.low > limit or (value.low == limit and value.low_open) else Truth.UNKNOWN


def is_above(value: Quantity, limit: float) -> Truth:
    """Whether every number in the interval is strictly above the limit."""
    return is_at_most(value, limit).inverted


def is_at_least(value: Quantity, limit: float) -> Truth:
    """Whether every number in the interval is at or above the limit."""
    return is_below(value, limit).inverted
