"""The folder of rules: which of its files are rules, in which order they are read, and the digest of all of them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from pathlib import Path

FOLDERS = ("gate", "patterns", "red_flags", "causes", "tests", "orders", "medication")
DEFINITIONS = "definitions"
CASES = ".test.yaml"
PAGE = ".page.yaml"
# What belongs to no single rule page.
PAGES = "pages"
_BESIDE = (CASES, PAGE)
# The index of the catalogue and of the articles, and reasons, are for reviewers: they decide no answer.
_NO_RULES = frozenset({"rules.lock.json", "catalogue.yaml", "sections.yaml", "unread.yaml"})
_SHARED = re.compile(r"\bshared\.([a-z][a-z0-9_]*)")
_CRITERION = re.compile(r"^  ([a-z][a-z0-9_]*):", re.MULTILINE)


def rule_files(folder: Path) -> list[Path]:
    """Every rule file; the cases and page texts beside them left out."""
    found = {
        n: [p for p in sorted((folder / n).rglob("*.yaml")) if not p.name.endswith(_BESIDE)]
        for n in (DEFINITIONS, *FOLDERS)
    }
    return _by_need(found.pop(DEFINITIONS)) + [path for paths in found.values() for path in paths]


def _by_need(paths: list[Path]) -> list[Path]:
    """Definitions so that each file stands after those whose criteria it names."""
    texts = {path: path.read_text(encoding="utf-8", errors="replace") for path in paths}
    owner = {name: path for path, text in texts.items() for name in _CRITERION.findall(text)}
    placed: dict[Path, None] = {}

    def place(path: Path, waiting: frozenset[Path]) -> None:
        needed = (owner[name] for name in _SHARED.findall(texts[path]) if name in owner)
        for other in needed:
            if other not in waiting and other != path:
                place(other, waiting | {path})
        placed.setdefault(path)

    for path in paths:
        place(path, frozenset())
    return list(placed)


def digest(folder: Path) -> str:
    """The sha256 of everything that decides an answer: all rule data; cases, page texts and prose left out."""
    paths = (p for p in folder.rglob("*") if p.suffix in (".yaml", ".json"))
    return _sha256(folder, (p for p in paths if not _decides_nothing(p.relative_to(folder))))


def page_files(folder: Path) -> list[Path]:
    """Every file with texts of pages: those beside the rules, then those that belong to no single rule."""
    return [*sorted(folder.rglob(f"*{PAGE}")), *sorted((folder / PAGES).glob("*.yaml"))]


def shared_pages_digest(folder: Path) -> str:
    """The sha256 of the page texts that belong to no single rule."""
    return _sha256(folder, (folder / PAGES).glob("*.yaml"))


def _decides_nothing(path: Path) -> bool:
    return path.name.endswith(_BESIDE) or path.name in _NO_RULES or path.parts[0] == PAGES


def _sha256(folder: Path, paths: Iterable[Path]) -> str:
    sha = hashlib.sha256()
    for path in sorted(paths):
        sha.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return f"sha256:{sha.hexdigest()}"
