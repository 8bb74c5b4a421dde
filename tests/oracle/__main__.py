"""`python -m tests.oracle 20000` compares the service with the second model of the causes on so many drawn patients."""

from __future__ import annotations

import sys

from tests.oracle.test_causes import differences


def main() -> None:
    """Print every difference and their number."""
    found = 0
    for found, said in enumerate(differences(range(int(sys.argv[1]))), 1):  # noqa: B007
        sys.stdout.write(f"{said}\n")
    sys.stdout.write(f"{found} differences\n")


if __name__ == "__main__":
    main()
