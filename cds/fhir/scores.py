"""Totals of scores that a record holds as single answers without their sum (AUDIT-C)."""

from __future__ import annotations

from dataclasses import replace

from cds.domain.quantity import Quantity
from cds.domain.record import Result
from cds.domain.when import Span
from cds.fhir.desk import Desk


def sum_scores(desk: Desk) -> None:
    """File the total of each day on which every question of a score was answered and no total was written down."""
    for total, parts in desk.words.terminology.units.sums.items():
        told = {fact.when for fact in desk.record.results.get(total, ())}
        for when, answers in _days(desk, parts).items():
            if len(answers) == len(parts) and when not in told:
                desk.file(_summed(desk, total, list(answers.values())))


def _days(desk: Desk, parts: tuple[str, ...]) -> dict[Span, dict[str, Result]]:
    """The readable answers of each day, by question."""
    days: dict[Span, dict[str, Result]] = {}
    believes = desk.words.terminology.units.believes
    for part in parts:
        for fact in desk.record.results.get(part, ()):
            is_read = fact.value is not None and fact.value.unit is not None and believes(part, fact.value)
            if is_read and not fact.when.is_open:
                days.setdefault(fact.when, {})[part] = fact
    return days


def _summed(desk: Desk, total: str, answers: list[Result]) -> Result:
    values = [answer.value for answer in answers if answer.value is not None]
    low, high = sum(value.low for value in values), sum(value.high for value in values)
    return replace(
        answers[-1],
        label=desk.words.title([total]),
        sets=desk.words.kinds.with_wider(total),
        value=Quantity(low, high, values[0].unit),
        shown=f"{high:g}, the sum of its answers",
        coded=frozenset(),
        weak=any(answer.weak for answer in answers),
    )
