"""What a card quotes of a long text as its datum: the sentences, or clauses, that say the one thing."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from cds.fhir.concepts import ConceptReader
from cds.fhir.senses import LONGEST_LABEL

_SENTENCES = re.compile(r"(?<=[.;!?])\s+|\s*\n\s*")
_CLAUSES = re.compile(r",\s+")
# what one clause tells is no part of another's: "stroke 2018, stable - foot drop"
_OWN_CLAUSES = re.compile(r",\s+|\s+-\s+|\s*[()]\s*|\s+and\s+")
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

    And none where another sentence tells of a change: "TIA 2010. Slurred speech again".
    """
    telling = _telling(words, _SENTENCES.split(text), sets)
    if len(telling) != 1 or not all(_is_settled(words, part) for part in _SENTENCES.split(text)):
        return []
    clauses = _telling(words, _OWN_CLAUSES.split(telling[0]), sets)
    return [*telling, *clauses] if len(clauses) == 1 else telling


def _is_settled(words: ConceptReader, sentence: str) -> bool:
    """Whether a sentence speaks of no change, or only of what is not there: "bladder and bowels are normal now"."""
    if words.text.is_steady(sentence):
        return True
    mentions = words.read(sentence).mentions
    return bool(mentions) and all(mention.negated for mention in mentions)


def _telling(words: ConceptReader, parts: Iterable[str], sets: Collection[str]) -> list[str]:
    return [part.strip(" .;,") for part in parts if _tells(words, part, sets)]


def _tells(words: ConceptReader, part: str, sets: Collection[str]) -> bool:
    reading = words.read(part)
    return any(m.concept in sets and not m.negated for m in (*reading.mentions, *reading.asides))
