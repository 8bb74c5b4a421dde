"""`python -m tests.oracle workup 20000` compares the service with a second model on so many drawn patients."""

from __future__ import annotations

import sys

from tests.oracle.test_models import differences


def main() -> None:
    """Print every difference and their number."""
    found = 0
    for found, said in enumerate(differences(sys.argv[1], range(int(sys.argv[2]))), 1):  # noqa: B007
        sys.stdout.write(f"{said}\n")
    sys.stdout.write(f"{found} differences\n")


if __name__ == "__main__":
    main()
