"""The results as Markdown: ratios first, for times differ between machines."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import NamedTuple

from tests.bench.measuring import CALLS_LATER, CALLS_SETTLING, LARGE, SIZES, TYPICAL, VARIANTS, Results, Round

BEGIN, END = "<!-- bench:begin -->", "<!-- bench:end -->"
# Pages that are mapped but not yet touched at 1,000 calls are no leak; more than this is.
_NO_GROWTH_MB = 2.0
_TITLE = """# What a call costs

Written by `make bench`. Generated hook requests are sent to the service under gunicorn with two workers and to the
same server with a Flask app that only reads the body; fhir.resources (R4B), in a process of its own, validates the
same data, each Bundle whole and then each resource by itself. They take turns, round by round; the numbers are
medians over the rounds. The rulebook ten times as large holds nine more of every rule, each about other findings,
which these patients do not have. CPU is what the kernel charged the processes. {variants} different requests of each
size are sent in turn. Times differ between machines: the ratios are what to look at.

"""
_COSTS = """\
| CPU of a call | service | only reading | service ÷ reading | fhir.resources ÷ service | each by itself ÷ service |
| --- | --: | --: | --: | --: | --: |
"""


class Target(NamedTuple):
    """Something measured, and what is wanted of it, if anything."""

    what: str
    measured: str
    wanted: str
    is_met: bool | None


_WORDS = {True: "yes", False: "**no**", None: ""}


def page(results: Results) -> str:
    """The whole of RESULTS.md."""
    rounds = len(results.rounds[TYPICAL])
    where = f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}, {rounds} rounds."
    return _TITLE.format(variants=VARIANTS) + tables(results) + f"\nThis run: {where}\n"


def tables(results: Results) -> str:
    """Costs by size, then the targets."""
    return f"{_costs(results)}\n{_targets(results)}"


def quote(readme: Path, text: str) -> None:
    """Put the text between the markers of a page."""
    head, _, rest = readme.read_text(encoding="utf-8").partition(BEGIN)
    _, _, tail = rest.partition(END)
    readme.write_text(f"{head}{BEGIN}\n{text}{END}{tail}", encoding="utf-8")


def _costs(results: Results) -> str:
    return _COSTS + "".join(f"{_cost_line(size, results)}\n" for size in SIZES)


def _cost_line(size: int, results: Results) -> str:
    rounds = results.rounds[size]
    cells = [
        f"{size:,} resources, {results.sizes[size] / 1000:,.0f} kB",
        f"{_median(rounds, lambda one: one.service * 1000):.2f} ms",
        f"{_median(rounds, lambda one: one.reading * 1000):.2f} ms",
        f"**{_median(rounds, _over_reading):.1f}**",
        f"{_median(rounds, lambda one: one.validating.bundles / one.service):.1f}",
        f"{_median(rounds, lambda one: one.validating.resources / one.service):.1f}",
    ]
    return f"| {' | '.join(cells)} |"


def _targets(results: Results) -> str:
    lines = [f"| {one.what} | {one.measured} | {one.wanted} | {_WORDS[one.is_met]} |" for one in targets(results)]
    return "\n".join(["| | measured | wanted | met |", "| --- | --: | --: | --- |", *lines, ""])


def targets(results: Results) -> list[Target]:
    """What the project wants of itself."""
    return [*_cost_targets(results), *_memory_targets(results), *_start_targets(results)]


def _cost_targets(results: Results) -> list[Target]:
    typical, large = results.rounds[TYPICAL], results.rounds[LARGE]
    over = _median(typical, _over_reading)
    under = _median(typical, lambda one: one.validating.bundles / one.service)
    slope = median(many.service / few.service for many, few in zip(large, typical, strict=True))
    rules = median(one.larger / one.service for one in typical if one.larger)
    return [
        Target(f"{TYPICAL} resources: service ÷ only reading", f"{over:.1f}", "at most 2.5", over <= 2.5),
        Target(f"{TYPICAL} resources: fhir.resources ÷ service", f"{under:.1f}", "at least 25", under >= 25),
        Target(f"service: {LARGE:,} resources ÷ {TYPICAL}", f"{slope:.1f}", "at most 16", slope <= 16),
        Target(f"{TYPICAL} resources: ten times the rules ÷ these", f"{rules:.2f}", "at most 1.5", rules <= 1.5),
    ]


def _memory_targets(results: Results) -> list[Target]:
    settled, later, reading = results.growth
    growth = later.resident - settled.resident
    most = f"{later.resident:.0f} MB (only reading: {reading.resident:.0f})"
    return [
        Target(f"resident memory of a worker after {CALLS_LATER:,} calls", most, "at most 90 MB", later.resident <= 90),
        Target("its share, shared pages divided", f"{later.proportional:.0f} MB", "", None),
        Target(
            f"its growth after the first {CALLS_SETTLING:,}",
            f"{growth:+.1f} MB",
            f"none (below {_NO_GROWTH_MB:g} MB)",
            growth <= _NO_GROWTH_MB,
        ),
        Target(f"the same after calls with {LARGE:,} resources", f"{results.ended.resident:.0f} MB", "", None),
    ]


def _start_targets(results: Results) -> list[Target]:
    service, reading, imports = (median(times) for times in results.starts)
    return [
        Target("import of the service with its rules", f"{imports:.2f} s", "below 1 s", imports < 1),
        Target("start to first answer", f"{service:.2f} s (only reading: {reading:.2f})", "", None),
    ]


def _over_reading(one: Round) -> float:
    return one.service / one.reading


def _median(rounds: list[Round], of: Callable[[Round], float]) -> float:
    return median(of(one) for one in rounds)
