"""The measurements: everything that is compared is measured in turn, round by round, in one run."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import NamedTuple

from tests.bench.accounting import Memory
from tests.bench.charts import hook_request
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


@dataclass
class Results:
    """All that was measured."""

    sizes: dict[int, int] = field(default_factory=dict)
    rounds: dict[int, list[Round]] = field(default_factory=lambda: {size: [] for size in SIZES})
    loaded: Memory = Memory(0, 0)
    settled: Memory = Memory(0, 0)
    later: Memory = Memory(0, 0)
    ended: Memory = Memory(0, 0)
    reading_later: Memory = Memory(0, 0)
    starts: list[tuple[float, float]] = field(default_factory=list)
    imports: list[float] = field(default_factory=list)


def measure(rounds: int, say: Say) -> Results:
    """Run the whole benchmark."""
    results = Results()
    bodies = {size: [hook_request(size, seed) for seed in range(VARIANTS)] for size in SIZES}
    results.sizes = {size: round(median(len(body) for body in made)) for size, made in bodies.items()}
    say("import and start")
    _measure_starts(results)
    with Server(SERVICE) as service, Server(READING_ONLY) as reading, Validator() as validator:
        _check(service, bodies)
        say(f"memory over {CALLS_LATER:,} calls")
        _measure_memory(results, service, reading, bodies[SMALL])
        with _as_files(bodies) as files:
            for number in range(1, rounds + 1):
                say(f"round {number} of {rounds}")
                for size in SIZES:
                    calls, validations = SIZES[size]
                    results.rounds[size].append(
                        Round(
                            service.cpu_per_call(bodies[size], calls),
                            reading.cpu_per_call(bodies[size], calls),
                            validator.cost(files[size], validations),
                        )
                    )
        results.ended = service.memory()
    return results


def _measure_starts(results: Results) -> None:
    """From the command to the first answer, and of that the import of the application with all its rules."""
    for _ in range(_STARTS):
        with Server(SERVICE) as service, Server(READING_ONLY) as reading:
            results.starts.append((service.start_seconds, reading.start_seconds))
        results.imports.append(_import_seconds())


def _import_seconds() -> float:
    command = [sys.executable, "-c", _IMPORT]
    run = subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, text=True, check=True)
    return float(run.stdout)


def _measure_memory(results: Results, service: Server, reading: Server, bodies: list[bytes]) -> None:
    results.loaded = service.memory()
    service.call_often(bodies, CALLS_SETTLING)
    results.settled = service.memory()
    service.call_often(bodies, CALLS_LATER - CALLS_SETTLING)
    results.later = service.memory()
    reading.call_often(bodies, CALLS_LATER)
    results.reading_later = reading.memory()


def _check(service: Server, bodies: dict[int, list[bytes]]) -> None:
    """Every request is worth its answer: a silent one would be cheap."""
    for size, made in bodies.items():
        for body in made:
            cards = json.loads(service.call(body))["cards"]
            suggestions = sum(len(card.get("suggestions", ())) for card in cards)
            assert suggestions >= LEAST_SUGGESTIONS, f"{size} resources: {suggestions} suggestions"


@contextmanager
def _as_files(bodies: dict[int, list[bytes]]) -> Iterator[dict[int, list[Path]]]:
    with tempfile.TemporaryDirectory() as folder:
        files = {size: [Path(folder, f"{size}-{n}.json") for n in range(len(made))] for size, made in bodies.items()}
        for size, made in bodies.items():
            for path, body in zip(files[size], made, strict=True):
                path.write_bytes(body)
        yield files
