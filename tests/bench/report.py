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

Written by `make bench`. Generated hook requests against the service under gunicorn with two workers, beside the same server with a
Flask app that only reads the body, and beside fhir.resources (R4B) in a process of its own: once validating each Bundle whole, once each
resource by itself. All three take turns, round by round; the numbers are medians over the rounds. CPU is what the kernel
charged the workers. {variants} different requests of each size are sent in turn.

"""


class Target(NamedTuple):
    """Something promised, what was measured, and whether it holds."""

    what: str
    measured: str
    target: str
    is_met: bool


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
    head = (
        "| CPU of a call | service | only reading | service ÷ reading | fhir.resources, Bundles ÷ service | each resource ÷ service |\n"
        "| --- | --: | --: | --: | --: | --: |\n"
    )
    return head + "".join(f"{_cost_line(size, results)}\n" for size in SIZES)


def _cost_line(size: int, results: Results) -> str:
    rounds = results.rounds[size]
    cells = [
        f"{size:,} resources, {results.sizes[size] / 1000:,.0f} kB",
        f"{_median(rounds, lambda one: one.service * 1000):.2f} ms",
        f"{_median(rounds, lambda one: one.reading * 1000):.2f} ms",
        f"**{_median(rounds, _over_reading):.1f}**",
        f"{_median(rounds, lambda one: one.validating.bundles / one.service):.0f}",
        f"{_median(rounds, lambda one: one.validating.resources / one.service):.0f}",
    ]
    return f"| {' | '.join(cells)} |"


def _targets(results: Results) -> str:
    lines = [f"| {t.what} | {t.measured} | {t.target} | {'yes' if t.is_met else '**no**'} |" for t in targets(results)]
    return "\n".join(["| target | measured | wanted | met |", "| --- | --: | --: | --- |", *lines, ""])


def targets(results: Results) -> list[Target]:
    """What the project wants of itself."""
    typical, large = results.rounds[TYPICAL], results.rounds[LARGE]
    over_reading = _median(typical, _over_reading)
    under_validating = _median(typical, lambda one: one.validating.bundles / one.service)
    slope = median(many.service / few.service for many, few in zip(large, typical, strict=True))
    imports = median(results.imports)
    start, reading_start = (median(one[side] for one in results.starts) for side in (0, 1))
    return [
        Target(f"{TYPICAL} resources, CPU: service ÷ only reading", f"{over_reading:.1f}", "≤ 2.5", over_reading <= 2.5),
        Target(f"{TYPICAL} resources, CPU: fhir.resources ÷ service", f"{under_validating:.0f}", "≥ 25", under_validating >= 25),
        Target(f"CPU: {LARGE:,} resources ÷ {TYPICAL}", f"{slope:.1f}", "≤ 16", slope <= 16),
        *_memory_targets(results),
        Target("import of the service with its rules", f"{imports:.2f} s", "< 1 s", imports < 1),
        Target("start to first answer; only reading", f"{start:.2f} s; {reading_start:.2f} s", "", True),
    ]  # fmt: skip


def _memory_targets(results: Results) -> list[Target]:
    most, growth = results.later.resident, results.later.resident - results.settled.resident
    proportional = f"resident {most:.0f} MB, proportional {results.later.proportional:.0f} MB"
    return [
        Target(f"memory of a worker after {CALLS_LATER:,} calls", proportional, "≤ 90 MB", most <= 90),
        Target(f"its growth after the first {CALLS_SETTLING:,}", f"{growth:+.1f} MB", "none", growth <= _NO_GROWTH_MB),
    ]


def _over_reading(one: Round) -> float:
    return one.service / one.reading


def _median(rounds: list[Round], of: Callable[[Round], float]) -> float:
    return median(of(one) for one in rounds)
