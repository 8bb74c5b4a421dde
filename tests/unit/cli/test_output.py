"""Where the output goes: any locale, a full disk, a reader that goes away."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.examples.goldens import EXAMPLES

COMMAND = [sys.executable, "-c", "from cds.cli import run; run()", "evaluate", "--as-of", "2026-11-20"]
ABROAD = {"PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"}
CHART = str(EXAMPLES / "patients" / "guillain_barre.json")
FULL = Path("/dev/full")


@pytest.mark.parametrize("form", ["text", "json", "markdown", "html"])
def test_a_pipe_gets_utf8_whatever_the_locale(form: str) -> None:
    run = subprocess.run(
        [*COMMAND, "--format", form, CHART], env=os.environ | ABROAD, capture_output=True, check=False, timeout=60
    )
    assert (run.returncode, run.stderr) == (0, b"")
    assert "Guillain-Barré" in run.stdout.decode()
    if form == "json":
        assert json.loads(run.stdout)["cards"]


@pytest.mark.skipif(not FULL.exists(), reason="only Linux has a device that is always full")
@pytest.mark.parametrize("form", ["text", "json"])
def test_a_full_disk_is_told_in_one_sentence(form: str) -> None:
    with FULL.open("wb") as full:
        run = subprocess.run(
            [*COMMAND, "--format", form, CHART], stdout=full, stderr=subprocess.PIPE, text=True, check=False, timeout=60
        )
    assert run.returncode == 2
    assert run.stderr == "cds: the output cannot be used: No space left on device\n"
