"""A wheel built from the tree works elsewhere: the rules travel inside."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "fhir_examples" / "patients" / "metronidazole.json"


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The content of a freshly built wheel, away from the tree."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(folder / "site")
    return folder / "site"


def _run(site: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("CDS_")} | {"PYTHONPATH": str(site)}
    command = [sys.executable, "-c", "import sys; from cds.cli import main; sys.exit(main())", *arguments]
    return subprocess.run(command, cwd=site.parent, env=environment, capture_output=True, text=True, check=False)


def test_an_installed_wheel_evaluates_a_chart(unpacked: Path) -> None:
    run = _run(unpacked, "evaluate", "--as-of", "2026-11-20", "--format", "json", str(EXAMPLE))
    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout)["cards"]


def test_the_code_that_ran_is_the_wheels_own(unpacked: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-c", "import cds; print(cds.__file__)"],
        cwd=unpacked.parent,
        env=os.environ | {"PYTHONPATH": str(unpacked)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.strip().startswith(str(unpacked))
    assert (unpacked / "cds" / "_rules" / "causes").is_dir()
