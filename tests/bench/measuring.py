"""The measurements: everything that is compared is measured in turn, round by round, in one run."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import NamedTuple

from tests.bench.accounting import Memory
from tests.bench.charts import hook_request
from tests.bench.many_rules import write_ten_times
from tests.bench.server import READING_ONLY, ROOT, SERVICE, Server, environment
from tests.bench.validating import Cost, Validator

# Resources of a request, and how many calls of it make a round: of the servers, and of fhir.resources.
SIZES = {20: (300, 8), 150: (120, 4), 2000: (16, 1)}
SMALL, TYPICAL, LARGE = SIZES
# Several requests of each size, sent in turn, so that no cache can learn one by heart.
VARIANTS = 8
LEAST_SUGGESTIONS = 4
CALLS_SETTLING, CALLS_LATER = 1_000, 10_000
_STARTS = 3
_IMPORT = "import time; began = time.perf_counter(); import cds.wsgi; print(time.perf_counter() - began)"
Say = Callable[[str], None]


class Round(NamedTuple):
    """CPU seconds for each call of one size, measured one after the other."""

    service: float
    reading: float
    validating: Cost
    # The same call with a rulebook ten times as large; measured at the typical size only.
    larger: float | None = None


class Growth(NamedTuple):
    """Memory of the larger worker: after the first thousand small calls, after ten thousand, and of the other app."""

    settled: Memory
    later: Memory
    reading: Memory


class Starts(NamedTuple):
    """Seconds from the command to the first answer, and of importing the application with all its rules."""

    service: list[float]
    reading: list[float]
    imports: list[float]


@dataclass(frozen=True)
class Results:
    """All that was measured; `sizes` are bytes, `ended` is the memory after the last, large call."""

    sizes: dict[int, int]
    rounds: dict[int, list[Round]]
    growth: Growth
    ended: Memory
    starts: Starts


def measure(rounds: int, say: Say) -> Results:
    """Run the whole benchmark."""
    bodies = {size: [hook_request(size, seed) for seed in range(VARIANTS)] for size in SIZES}
    sizes = {size: round(median(len(body) for body in made)) for size, made in bodies.items()}
    say("start and import")
    starts = _starts()
    with (
        _ten_times_the_rules() as rules,
        Server(SERVICE) as service,
        Server(SERVICE, rules) as larger,
        Server(READING_ONLY) as reading,
        Validator() as validator,
    ):
        _check(service, bodies)
        _check(larger, bodies)
        say(f"memory over {CALLS_LATER:,} calls")
        growth = _growth(service, reading, bodies[SMALL])
        costs = _rounds(rounds, Stand(service, larger, reading, validator), bodies, say)
        return Results(sizes, costs, growth, service.memory(), starts)


class Stand(NamedTuple):
    """What is compared."""

    service: Server
    larger: Server
    reading: Server
    validator: Validator

    def round(self, size: int, bodies: list[bytes], files: list[Path]) -> Round:
        """One turn of each."""
        calls, validations = SIZES[size]
        service = self.service.cpu_per_call(bodies, calls)
        reading = self.reading.cpu_per_call(bodies, calls)
        larger = self.larger.cpu_per_call(bodies, calls) if size == TYPICAL else None
        return Round(service, reading, self.validator.cost(files, validations), larger)


def _rounds(count: int, stand: Stand, bodies: dict[int, list[bytes]], say: Say) -> dict[int, list[Round]]:
    costs: dict[int, list[Round]] = {size: [] for size in SIZES}
    with _as_files(bodies) as files:
        for number in range(1, count + 1):
            say(f"round {number} of {count}")
            for size, done in costs.items():
                done.append(stand.round(size, bodies[size], files[size]))
    return costs


def _starts() -> Starts:
    starts = Starts([], [], [])
    for _ in range(_STARTS):
        with Server(SERVICE) as service, Server(READING_ONLY) as reading:
            starts.service.append(service.start_seconds)
            starts.reading.append(reading.start_seconds)
        starts.imports.append(_import_seconds())
    return starts


def _import_seconds() -> float:
    command = [sys.executable, "-c", _IMPORT]
    run = subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, text=True, check=True)
    return float(run.stdout)


def _growth(service: Server, reading: Server, bodies: list[bytes]) -> Growth:
    service.call_often(bodies, CALLS_SETTLING)
    settled = service.memory()
    service.call_often(bodies, CALLS_LATER - CALLS_SETTLING)
    reading.call_often(bodies, CALLS_LATER)
    return Growth(settled, service.memory(), reading.memory())


def _check(service: Server, bodies: dict[int, list[bytes]]) -> None:
    """Every request is worth its answer: a silent one would be cheap."""
    for size, made in bodies.items():
        for body in made:
            cards = json.loads(service.call(body))["cards"]
            suggestions = sum(len(card.get("suggestions", ())) for card in cards)
            assert suggestions >= LEAST_SUGGESTIONS, f"{size} resources: {suggestions} suggestions"


@contextmanager
def _ten_times_the_rules() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        rules = Path(folder, "rules")
        write_ten_times(ROOT / "rules", rules)
        yield rules


@contextmanager
def _as_files(bodies: dict[int, list[bytes]]) -> Iterator[dict[int, list[Path]]]:
    with tempfile.TemporaryDirectory() as folder:
        files = {size: [Path(folder, f"{size}-{n}.json") for n in range(len(made))] for size, made in bodies.items()}
        for size, made in bodies.items():
            for path, body in zip(files[size], made, strict=True):
                path.write_bytes(body)
        yield files
