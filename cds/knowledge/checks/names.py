"""Names: what is referred to exists, what exists is used, and no two rules claim the same id."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from cds.domain.lexicon import Channel
from cds.knowledge.case_schema import PREFETCH_KEYS
from cds.knowledge.checks.reach import SHARED, Asked, Reach
from cds.knowledge.checks.report import Subject
from cds.knowledge.folder import DEFINITIONS
from cds.knowledge.links import known_names, words
from cds.knowledge.problems import Problem, at
from cds.knowledge.rule_schema import CLAUSES_OF_QUESTIONS
from cds.knowledge.strict_yaml import Document, Keys, texts_in

QUESTIONS = "questions.yaml"
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_ALWAYS_USED = "first_line_complete_and_normal"
_PLACES = frozenset({"lower", "not-elsewhere"})


def check_unique(subject: Subject) -> Iterator[Problem]:
    """No two rules conclude the same cause, pattern, test or action."""
    seen: dict[str, Document] = {}
    for id_, document in subject.rules("cause", "pattern", "test", "action"):
        name = document.data[document.data["kind"]]
        if name in seen:
            yield at(document, (document.data["kind"],), "names", f"{name} is already that of {seen[name].path.name}")
        seen[name] = document
        if document.data["kind"] in ("test", "action") and name != f"{document.data['kind']}.{id_}":
            yield at(document, (document.data["kind"],), "names", f"must be {document.data['kind']}.{id_}, as the id")


def check_asked_names(subject: Subject) -> Iterator[Problem]:
    """Every pattern, flag, cause, modifier, site, answer and list that a criterion asks for is there."""
    reach = Reach(subject)
    known = known_names((document for _, document in subject.rules()), subject.entries(QUESTIONS))
    lexicon = subject.knowledge.lexicon
    known["modifier"] = set(lexicon.ids(Channel.MODIFIER))
    known["site"] = set(lexicon.groups) | _PLACES
    known["prefetch key"] = set(PREFETCH_KEYS)
    known["answer"] = (
        set(lexicon.answers.values()) | set(subject.knowledge.library.sets) | set(lexicon.ids(Channel.SAY))
    )
    documents = [document for _, document in subject.rules()]
    for document in [*documents, *(d for name, d in subject.data.items() if name == QUESTIONS)]:
        roots = [*reach.clauses(document), *_criteria(document), *settled(document)]
        for keys, raw in roots:
            for asked in reach.below(document, raw, keys):
                if asked.document is document:
                    yield from _strangers(asked, known)


def _strangers(asked: Asked, known: dict[str, set[str]]) -> Iterator[Problem]:
    for key, kind, name in _asked_for(asked):
        if name not in known[kind]:
            yield at(asked.document, (*asked.keys, *key), "names", f"no {kind} is called {name!r}")


# Options of a criterion that name something, and what.
_NAMING = (
    ("modifier", "modifier"), ("not_modifier", "modifier"), ("site", "site"), ("needs", "prefetch key"),
    ("coded", "answer"), ("not_of", "modifier"),
)  # fmt: skip


def _asked_for(asked: Asked) -> Iterator[tuple[Keys, str, str]]:
    options: Any = asked.options
    if asked.kind in ("pattern", "red_flag"):
        yield from (((), asked.kind, name) for name in words(options))
    if asked.kind == "not_supplied":
        yield from (((), "prefetch key", name) for name in words(options))
    if not isinstance(options, dict):
        return
    if asked.kind == "cause":
        yield from ((("id",), "cause", name) for name in words(options.get("id", ())))
    for key, kind in _NAMING:
        yield from (((key,), kind, name) for name in words(options.get(key, ())))


def check_criteria_used(subject: Subject) -> Iterator[Problem]:
    """Every criterion of a rule is used by a clause or carries points; every shared one is used somewhere."""
    for id_, document in subject.rules():
        used = subject.knowledge.compilers[id_].used
        shared = _shared_names(subject) if document.data["kind"] == DEFINITIONS else set()
        for name, raw in document.data.get("criteria", {}).items():
            has_points = isinstance(raw, dict) and "points" in raw
            if name not in used and name not in shared and not has_points and name != _ALWAYS_USED:
                yield at(document, ("criteria", name), "unused", f"criterion {name!r} is not used")


def _shared_names(subject: Subject) -> set[str]:
    documents = [*(document for _, document in subject.rules()), *subject.data.values()]
    return {text.removeprefix(SHARED) for d in documents for _, text in texts_in(d.data) if text.startswith(SHARED)}


def check_placeholders(subject: Subject) -> Iterator[Problem]:
    """A placeholder in a sentence of a rule names a criterion of that rule, or a shared one."""
    shared = set(Reach(subject).shared)
    for _, document in subject.rules():
        known = set(document.data.get("criteria", {})) | shared
        for keys, text in sentences(document.data):
            for name in _PLACEHOLDER.findall(text):
                if name not in known:
                    yield at(document, keys, "names", f"no criterion is called {name!r}: {text!r}")


def sentences(data: Any) -> Iterator[tuple[Keys, str]]:
    """Every sentence of a rule that may be printed, with its place; a line may have one for each tier."""
    return ((keys, text) for keys, text in texts_in(data) if keys and (keys[-1] in _PRINTED or "line" in keys[-2:-1]))


_PRINTED = frozenset({"title", "purpose", "because", "summary", "line", "text", "name", "description"})


def settled(document: Document) -> Iterator[tuple[Keys, Any]]:
    """The criteria of the questions, when the document is theirs: what settles one or makes it pressing."""
    if document.path.name == QUESTIONS:
        for name, entry in document.data.items():
            clauses = CLAUSES_OF_QUESTIONS if isinstance(entry, dict) else ()
            yield from (((name, key), entry[key]) for key in clauses if key in entry)


def _criteria(document: Document) -> list[tuple[Keys, Any]]:
    return [(("criteria", name), raw) for name, raw in document.data.get("criteria", {}).items()]
