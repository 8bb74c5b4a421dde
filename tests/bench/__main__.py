"""`make bench`: measures, prints the tables, and writes them to RESULTS.md and into the README."""

from __future__ import annotations

import argparse
import platform
import sys
from pathlib import Path

from tests.bench.measuring import measure
from tests.bench.report import page, quote, tables
from tests.bench.server import ROOT

_RESULTS = Path(__file__).with_name("RESULTS.md")


def main() -> int:
    """Run it. It needs Linux, whose kernel tells what each process used."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=9, help="how often everything is measured (default: 9)")
    parser.add_argument("--no-write", action="store_true", help="print only")
    arguments = parser.parse_args()
    if platform.system() != "Linux":
        print("The benchmark reads /proc, so it needs Linux.", file=sys.stderr)
        return 2
    results = measure(arguments.rounds, lambda text: print(f"... {text}", file=sys.stderr, flush=True))
    print(tables(results))
    if not arguments.no_write:
        _RESULTS.write_text(page(results), encoding="utf-8")
        quote(ROOT / "README.md", tables(results))
    return 0


if __name__ == "__main__":
    sys.exit(main())
