"""Nothing in the tree tells where it was made: no path of a machine, no address of a package registry."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.sources import ROOT

# In pieces, so that this file does not hold what it looks for.
FORBIDDEN = [
    "/" + "work/",
    "/" + "farm/",
    "pypi" + ".org",
    "pythonhosted" + ".org",
    "registry" + ".npmjs",
]
UNTRACKED = {".git", ".venv", "build", "dist", "__pycache__", ".hypothesis", "node_modules"}


def test_no_file_names_a_path_of_this_machine_or_a_registry() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number} holds {word}"
        for path in files()
        for number, line in enumerate(lines(path), 1)
        for word in FORBIDDEN
        if word in line
    ]
    assert not found, "\n".join(found)


def files() -> Iterator[Path]:
    """Tracked files, and new ones that are not ignored; without git, what looks like them."""
    listed = tracked()
    paths = ROOT.rglob("*") if listed is None else (ROOT / name for name in listed)
    return (path for path in paths if path.is_file() and not UNTRACKED & set(path.relative_to(ROOT).parts))


def tracked() -> list[str] | None:
    if not shutil.which("git"):
        return None
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return [name for name in run.stdout.split("\0") if name] if run.returncode == 0 else None


def lines(path: Path) -> list[str]:
    """The lines of a text file; none of another."""
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError:
        return []
