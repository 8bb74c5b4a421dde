"""What a card quotes of a long text as its datum: the sentences, or clauses, that say the one thing."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from cds.fhir.concepts import ConceptReader
from cds.fhir.senses import LONGEST_LABEL

_SENTENCES = re.compile(r"(?<=[.;!?])\s+|\s*\n\s*")
_CLAUSES = re.compile(r",\s+")
_GAP = " … "


def excerpt(words: ConceptReader, text: str, sets: Collection[str]) -> str:
    """The words of `text` that name something of these value sets; all of it when it is short or none is found."""
    if len(text) <= LONGEST_LABEL:
        return words.printed(text)
    telling = _telling(words, _SENTENCES.split(text), sets)
    if len(_GAP.join(telling)) > LONGEST_LABEL:
        telling = [clause for part in telling for clause in _telling(words, _CLAUSES.split(part), sets) or [part]]
    return words.printed(_GAP.join(telling) or text)


def own_words(words: ConceptReader, text: str, sets: Collection[str]) -> list[str]:
    """The one sentence that names something of these value sets, and its one clause; none where several do.

    And none where any word of the text speaks of a change: "TIA 2010. Slurred speech again".
    """
    telling = _telling(words, _SENTENCES.split(text), sets)
    if len(telling) != 1 or not words.text.is_steady(text):
        return []
    clauses = _telling(words, _CLAUSES.split(telling[0]), sets)
    return [*telling, *clauses] if len(clauses) == 1 else telling


def _telling(words: ConceptReader, parts: Iterable[str], sets: Collection[str]) -> list[str]:
    return [part.strip(" .;,") for part in parts if _tells(words, part, sets)]


def _tells(words: ConceptReader, part: str, sets: Collection[str]) -> bool:
    reading = words.read(part)
    return any(m.concept in sets and not m.negated for m in (*reading.mentions, *reading.asides))
