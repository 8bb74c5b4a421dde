"""Text that came from a record, made harmless in GitHub-flavoured Markdown and readable as plain text."""

from __future__ import annotations

import re
from functools import lru_cache

# Characters with a meaning in Markdown or HTML, and look-alikes that have none.
_SAFE = str.maketrans({
    "<": "‹", ">": "›", "&": "+", "*": "·", "_": " ", "`": "'", "[": "(", "]": ")", "|": "/", "#": " ", "~": "-",
    "\\": "/", "!": ".", "@": " at ", "{": "(", "}": ")", "^": " ", "$": " ",
})  # fmt: skip
_LINK = re.compile(r"(?i)\b(?:https?|ftp|mailto|www)\b[:.]?/*")
_SPACE = re.compile(r"\s+")
# A UCUM annotation alone, such as {ratio}, is no unit that a reader needs.
_ANNOTATION = re.compile(r" \{[A-Za-z#]+\}")
# UCUM's spelling of two units, as people write them: "m[IU]/L", "mL/min/{1.73_m2}".
_UCUM = re.compile(r"\[(IU)\]|\{(1\.73)_?(m2)\}", re.IGNORECASE)
# The semantic tag that closes a fully specified name says nothing to a reader.
_TAG = re.compile(
    r" \((?:disorder|finding|situation|procedure|regime/therapy|observable entity|physical object|product|substance|"
    r"body structure|qualifier value|morphologic abnormality|event)\)$"
)
# A type and an id, with nothing in it that means anything in Markdown.
_REFERENCE = re.compile(r"[A-Za-z]+/[A-Za-z0-9][A-Za-z0-9.-]{0,40}")
LONGEST = 80
LONGEST_SUMMARY = 139


def plain(text: str, most: int = LONGEST) -> str:
    """One line of at most so many characters without markup, links or control characters; of short ones, remembered."""
    return _plain(text, most) if len(text) <= 2 * LONGEST else _plain.__wrapped__(text, most)


def reference(text: str) -> str:
    """The same for the name of a resource, which may be somebody's and is therefore not remembered."""
    return text if _REFERENCE.fullmatch(text) else _plain.__wrapped__(text, LONGEST)


@lru_cache(maxsize=4096)
def _plain(text: str, most: int) -> str:
    text = _UCUM.sub(_as_written, _ANNOTATION.sub("", _TAG.sub("", text.strip())))
    cleaned = _LINK.sub("", "".join(c if c.isprintable() else " " for c in text)).translate(_SAFE)
    cleaned = _SPACE.sub(" ", cleaned).strip()
    return cleaned if len(cleaned) <= most else cleaned[: most - 1].rstrip() + "…"


def _as_written(match: re.Match[str]) -> str:
    return "IU" if match[1] else f"{match[2]} {match[3]}"


def utf16_length(text: str) -> int:
    """Length as JavaScript clients count it."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "replace")) // 2


def cut(text: str, most: int = LONGEST_SUMMARY) -> str:
    """At most so many UTF-16 units, cut at a word and closed with an ellipsis."""
    if utf16_length(text) <= most:
        return text
    text = text.encode("utf-16-le", "replace")[: 2 * (most - 1)].decode("utf-16-le", "ignore")
    return text[: text.rfind(" ")].rstrip(" ,;:") + "…" if " " in text else text + "…"


def fitting(template: str, names: list[str], more: str) -> str:
    """As many names as fit in 139 units, the rest counted."""
    for shown in range(len(names), 0, -1):
        rest = len(names) - shown
        text = template.format(causes=", ".join(names[:shown]) + (f" {more.format(n=rest)}" if rest else ""))
        if utf16_length(text) <= LONGEST_SUMMARY:
            return text
    return cut(template.format(causes=names[0]))


def uncapitalized(title: str) -> str:
    """Lower-case the first letter of an ordinary word; names and abbreviations keep theirs."""
    first = title.split(" ", 1)[0]
    return title if first[1:] != first[1:].lower() else title[:1].lower() + title[1:]
