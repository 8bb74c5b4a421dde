"""The linter and the type checker, with the rules of pyproject.toml."""

from __future__ import annotations

import subprocess
import sys

from tests.architecture.sources import ROOT


def test_ruff_finds_nothing() -> None:
    run_quietly("ruff", "check", "--quiet", "--no-cache", "--output-format=concise", ".")


def test_mypy_finds_nothing() -> None:
    run_quietly("mypy", "--no-error-summary")


def run_quietly(module: str, *arguments: str) -> None:
    """Run a tool on the tree; whatever it prints is the reason of the failure."""
    run = subprocess.run(
        [sys.executable, "-m", module, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr
