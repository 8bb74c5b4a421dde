"""Sentences: what a card must never say, American spelling, and lengths."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cds.knowledge.checks.names import sentences
from cds.knowledge.checks.report import Subject
from cds.knowledge.problems import Problem, at
from cds.knowledge.strict_yaml import Document, Keys, texts_in

_FILE = "wording.yaml"
_LISTS = ("forbidden", "spelling")
_LONGEST_SUMMARY = 139


def check_lists(subject: Subject) -> Iterator[Problem]:
    """wording.yaml names what no sentence may say, each entry with words and a reason, and spellings."""
    document = subject.data.get(_FILE)
    if document is None:
        return
    for name in _LISTS:
        if not document.data.get(name):
            yield at(document, (), "wording", f"the list {name!r} is missing")
    for number, entry in enumerate(document.data.get("forbidden", ())):
        if not isinstance(entry, dict) or not {"words", "why"} <= set(entry) <= {"words", "why", "allow"}:
            yield at(document, ("forbidden", number), "wording", "an entry has words, why, and perhaps allow")


def check_forbidden(subject: Subject) -> Iterator[Problem]:
    """No printed sentence says a forbidden thing, except those allowed word by word."""
    entries = [e for e in subject.entries(_FILE).get("forbidden", ()) if isinstance(e, dict) and "words" in e]
    patterns = [(_pattern(words), words, e) for e in entries for words in e["words"]]
    for document, keys, text in _printed(subject):
        for pattern, words, entry in patterns:
            if pattern.search(text) and text not in entry.get("allow", ()):
                yield at(document, keys, "wording", f"{text!r} says {words!r}: {entry.get('why', '')}")


def check_unneeded_leave(subject: Subject) -> Iterator[Problem]:
    """A sentence that is allowed word by word is still printed somewhere, and still needs it."""
    printed = {text for _, _, text in _printed(subject)}
    for number, entry in enumerate(subject.entries(_FILE).get("forbidden", ())):
        for place, text in enumerate(entry.get("allow", ()) if isinstance(entry, dict) else ()):
            if text not in printed or not any(_pattern(words).search(text) for words in entry["words"]):
                keys = ("forbidden", number, "allow", place)
                yield at(subject.data[_FILE], keys, "wording", f"nothing needs leave to say {text!r}")


def check_spelling(subject: Subject) -> Iterator[Problem]:
    """American spelling."""
    spelling = subject.entries(_FILE).get("spelling", {})
    patterns = [(_pattern(british), british, american) for british, american in spelling.items()]
    for document, keys, text in _printed(subject):
        for pattern, british, american in patterns:
            if pattern.search(text):
                yield at(document, keys, "spelling", f"write {american!r} for {british!r}: {text!r}")


def check_summaries(subject: Subject) -> Iterator[Problem]:
    """Summaries stay under 140 UTF-16 units, as a client counts them."""
    for _, document in subject.rules("red_flag"):
        for number, level in enumerate(document.data["levels"]):
            units = len(level["summary"].encode("utf-16-le")) // 2
            if units > _LONGEST_SUMMARY:
                yield at(document, ("levels", number, "summary"), "summary", f"{units} units, at most 139 are shown")


def _pattern(words: str) -> re.Pattern[str]:
    """Whole words in this order; a trailing * stands for any ending."""
    parts = [re.escape(word.removesuffix("*")) + (r"\w*" if word.endswith("*") else "") for word in words.split()]
    return re.compile(r"\b" + r"\s+".join(parts) + r"\b", re.IGNORECASE)


def _printed(subject: Subject) -> Iterator[tuple[Document, Keys, str]]:
    for _, document in subject.rules():
        yield from ((document, keys, text) for keys, text in sentences(document.data) if keys != ("purpose",))
    for document in subject.pages.documents:
        yield from ((document, keys, text) for keys, text in sentences(document.data))
    for name in ("questions.yaml", "services.yaml"):
        if name in subject.data:
            yield from ((subject.data[name], keys, text) for keys, text in sentences(subject.data[name].data))
    if _FILE in subject.data:
        document = subject.data[_FILE]
        kept = {key: value for key, value in document.data.items() if key not in _LISTS}
        yield from ((document, keys, text) for keys, text in texts_in(kept))
