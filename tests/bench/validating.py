"""fhir.resources validating the same data, in a process of its own.

Run as a module it reads lines "CALLS PATH..." and answers each with the CPU seconds per request: decoding its JSON and
validating every Bundle, then the same with each resource by itself.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import cycle, islice
from pathlib import Path
from typing import Any, NamedTuple, Self

from tests.bench.server import ROOT

Json = dict[str, Any]


class Cost(NamedTuple):
    """CPU seconds of one request."""

    bundles: float
    resources: float


class Validator:
    """The process, ready to be asked."""

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", "tests.bench.validating"]
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait()

    def cost(self, paths: Sequence[Path], calls: int) -> Cost:
        """Validate the requests in these files in turn, so many in all."""
        assert self._process.stdin
        assert self._process.stdout
        print(calls, *paths, file=self._process.stdin, flush=True)
        return Cost(*json.loads(self._process.stdout.readline()))


def _main() -> None:
    for line in sys.stdin:
        calls, *paths = line.split()
        bodies = list(islice(cycle([Path(path).read_bytes() for path in paths]), int(calls)))
        print(json.dumps([_measured(way, bodies) for way in (by_bundle, by_resource)]), flush=True)


def _measured(way: Callable[[Json], None], bodies: list[bytes]) -> float:
    began = time.process_time()
    for body in bodies:
        way(json.loads(body)["prefetch"])
    return (time.process_time() - began) / len(bodies)


def by_bundle(prefetch: Json) -> None:
    """Validate what each key holds, whole."""
    for value in prefetch.values():
        _validate(value)


def by_resource(prefetch: Json) -> None:
    """Validate every resource alone."""
    for resource in resources(prefetch):
        _validate(resource)


def resources(prefetch: Json) -> Iterator[Json]:
    """The resources under all keys."""
    for value in prefetch.values():
        if value["resourceType"] == "Bundle":
            yield from (entry["resource"] for entry in value.get("entry", ()))
        else:
            yield value


def _validate(value: Json) -> None:
    """A resource that is not valid ends the benchmark: the generated requests are."""
    from fhir.resources.R4B import get_fhir_model_class

    get_fhir_model_class(value["resourceType"]).model_validate(value)


if __name__ == "__main__":
    _main()
