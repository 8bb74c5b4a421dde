"""`python -m tests.vignettes` runs the accuracy set and prints numbers and misses; `--quote` writes them to README."""

from __future__ import annotations

import sys

from tests.vignettes.scoring import README, block_in, outcomes, quoted, report


def main() -> None:
    """Run, print, quote."""
    found = outcomes()
    sys.stdout.write(report(found))
    if "--quote" in sys.argv[1:]:
        page = README.read_text(encoding="utf-8")
        README.write_text(page.replace(block_in(page), quoted(found)), encoding="utf-8")


if __name__ == "__main__":
    main()
