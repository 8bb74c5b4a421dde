"""rules.lock.json: the version and digest of every rule, so that no rule changes without a new version."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from cds.knowledge import strict_yaml
from cds.knowledge.folder import PAGE, digest, shared_pages_digest
from cds.knowledge.problems import Problem, at
from cds.knowledge.rulebook import Knowledge
from cds.knowledge.strict_yaml import Document, YamlError

LOCK = "rules.lock.json"
_UPDATE = "run cds check --update-lock"


def rule_digest(document: Document) -> str:
    """The sha256 of what a rule says; comments and layout do not count."""
    return hashlib.sha256(json.dumps(document.data, ensure_ascii=True).encode()).hexdigest()


def locked(knowledge: Knowledge, folder: Path) -> dict[str, Any]:
    """What the lock must hold for the rules as they are."""
    rules = {
        id_: {"version": document.data["version"], "sha256": rule_digest(document), **_page(document)}
        for id_, document in sorted(knowledge.documents.items())
    }
    book = knowledge.rulebook
    rulebook = {"version": book.version, "digest": digest(folder), "pages": shared_pages_digest(folder)}
    return {"rulebook": rulebook, "rules": rules}


def _page(document: Document) -> dict[str, str]:
    """The digest of the page texts beside a rule: who signs a version signs them too."""
    path = document.path.with_suffix(PAGE)
    try:
        return {"page": rule_digest(strict_yaml.load(path))} if path.is_file() else {}
    except YamlError:
        return {"page": ""}


def read_lock(folder: Path) -> dict[str, Any]:
    """The lock as it stands; empty when there is none that can be read."""
    try:
        held: dict[str, Any] = json.loads((folder / LOCK).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return held


def write_lock(knowledge: Knowledge, folder: Path) -> None:
    """Write the lock."""
    text = json.dumps(locked(knowledge, folder), indent=2)
    (folder / LOCK).write_text(text + "\n", encoding="utf-8")


def stale(knowledge: Knowledge, folder: Path) -> Iterator[Problem]:
    """Where the lock does not hold the rules as they are."""
    held, now = read_lock(folder).get("rules", {}), locked(knowledge, folder)["rules"]
    for id_, entry in now.items():
        if held.get(id_) != entry:
            yield _problem(knowledge.documents[id_], f"rules.lock.json does not hold it as it is: {_UPDATE}")
    for id_ in held:
        if id_ not in now:
            yield Problem(str(folder / LOCK), 1, "lock", f"holds {id_!r}, which is not there any more: {_UPDATE}")


def unbumped(knowledge: Knowledge, folder: Path, *, released: bool) -> Iterator[Problem]:
    """Changes that need a new version first: of a rule, or of the rulebook for whatever is no rule.

    An unreleased rulebook may change freely, but no version goes back.
    """
    held, now = read_lock(folder), locked(knowledge, folder)
    for id_, entry in now["rules"].items():
        old = held.get("rules", {}).get(id_)
        if old is None:
            continue
        if _parts(entry["version"]) < _parts(old["version"]):
            yield _problem(knowledge.documents[id_], f"its version went back from {old['version']}")
        elif released and old != entry and old["version"] == entry["version"]:
            yield _problem(knowledge.documents[id_], "changed without a new version")
    book, old_book = now["rulebook"], held.get("rulebook", {})
    if released and old_book.get("version") == book["version"] and old_book != book:
        yield Problem(str(folder / "rulebook.yaml"), 1, "lock", "the rules changed without a new rulebook version")


def is_released(data: Mapping[str, Any]) -> bool:
    """Whether rulebook.yaml stands for rules that are in use."""
    return data.get("unreleased") is not True


def _problem(document: Document, sentence: str) -> Problem:
    return at(document, ("version",), "lock", sentence)


def _parts(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
