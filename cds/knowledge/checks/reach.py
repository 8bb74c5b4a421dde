"""What a clause asks in the end: every criterion below it, through the names of its file and the shared ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from cds.knowledge.checks.report import Subject
from cds.knowledge.folder import DEFINITIONS
from cds.knowledge.strict_yaml import Document, Keys
from cds.knowledge.vocabulary import ASIDES, COMBINERS, KINDS

SHARED = "shared."


@dataclass(frozen=True, slots=True)
class Asked:
    """One criterion: its kind and options, and the place in its own file.

    `through` names the definition it is in; `is_negated` says that it stands under an odd number of `not`.
    """

    document: Document
    keys: Keys
    kind: str
    options: Any
    through: str = ""
    is_negated: bool = False


@dataclass(slots=True)
class Reach:
    """Follows names. Made once for a run."""

    subject: Subject
    shared: dict[str, tuple[Document, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for _, document in self.subject.rules(DEFINITIONS):
            for name, raw in document.data.get("criteria", {}).items():
                self.shared[name] = (document, raw)

    def below(self, document: Document, raw: Any, keys: Keys) -> Iterator[Asked]:
        """Every criterion under one, each name followed once."""
        yield from self._walk(Asked(document, keys, "", raw), raw, keys, set())

    def clauses(self, document: Document) -> Iterator[tuple[Keys, Any]]:
        """Every criterion that a rule file holds outside its `criteria` block."""
        for key, value in document.data.items():
            if isinstance(value, list):
                entries = [(n, entry) for n, entry in enumerate(value) if isinstance(entry, dict) and "when" in entry]
                yield from (((key, n, part), e[part]) for n, e in entries for part in ("when", "unless") if part in e)
            elif key == "when" or key.endswith("_when") or key in ("timing", "treated", "conflict", "unless"):
                yield (key,), value

    def _walk(self, above: Asked, raw: Any, keys: Keys, seen: set[str]) -> Iterator[Asked]:
        if isinstance(raw, str):
            yield from self._follow(above, raw, seen)
            return
        if not isinstance(raw, dict):
            return
        for kind, options in raw.items():
            if kind in KINDS and kind not in ASIDES:
                asked = replace(above, keys=(*keys, kind), kind=kind, options=options)
                yield asked
                below = replace(asked, is_negated=asked.is_negated is not (kind == "not"))
                for inner, place in _inner(kind, options, (*keys, kind)):
                    yield from self._walk(below, inner, place, seen)

    def _follow(self, above: Asked, name: str, seen: set[str]) -> Iterator[Asked]:
        home, through, short = above.document, above.through, name.removeprefix(SHARED)
        if name.startswith(SHARED):
            home, raw = self.shared.get(short, (home, None))
            through = name
        else:
            raw = home.data.get("criteria", {}).get(name)
        mark = f"{home.path} {short} {above.is_negated}"
        if mark not in seen:
            seen.add(mark)
            yield from self._walk(replace(above, document=home, through=through), raw, ("criteria", short), seen)


def _inner(kind: str, options: Any, keys: Keys) -> Iterator[tuple[Any, Keys]]:
    """The criteria inside one."""
    if kind in ("all", "any"):
        yield from ((member, (*keys, n)) for n, member in enumerate(options if isinstance(options, list) else ()))
    elif kind == "n_of":
        members = options.get("of", ()) if isinstance(options, Mapping) else ()
        yield from ((member, (*keys, "of", n)) for n, member in enumerate(members))
    elif kind in COMBINERS:
        yield options, keys
    elif isinstance(options, Mapping):
        yield from _inside_leaf(options, keys)


def _inside_leaf(options: Mapping[str, Any], keys: Keys) -> Iterator[tuple[Any, Keys]]:
    within = options.get("within")
    if isinstance(within, Mapping) and "when" in within:
        yield within["when"], (*keys, "within", "when")
    if "around" in options:
        yield options["around"], (*keys, "around")
    for number, member in enumerate(options.get("started_between", ())):
        yield member, (*keys, "started_between", number)
