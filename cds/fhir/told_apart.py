"""What a resource tells apart from its code: where a finding is, how severe, how far gone, under which heading.

The words of several fields are read as one text, since many things follow only from all of them: "Ulcer" at
"Left heel" is a foot ulcer, "Severe" and "Leg pain" are severe leg pain.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TypeVar

from cds.domain.record import Side
from cds.fhir import wire
from cds.fhir.concepts import ConceptReader, Conceptual
from cds.fhir.reading import Reading
from cds.fhir.senses import Sense, wider
from cds.fhir.several import as_list
from cds.fhir.tokens import tokenize

# Longer texts together are not read as one: no form asks anything that long, and each way to put both is read.
LONGEST_TOGETHER = 400
# Of a longer heading its first sentence counts, and of that as much as one question holds.
_LONGEST_HEADING, _LONGEST_SENTENCE = 80, 200
_SENTENCE_END = re.compile(r"[.?!:\n]")
_Coded = TypeVar("_Coded", bound=Conceptual)


def placed(
    words: ConceptReader, concept: _Coded | None, sites: wire.Concepts, *, asks: bool = False
) -> _Coded | wire.Concept | None:
    """A concept with the place that its resource names apart.

    The same concept when its own words name a place, or when the place adds nothing to what they say. `asks`: it
    may be a question that means nothing without its answer ("Sensation" at "Perineum").
    """
    if concept is None or sites is None:
        return concept
    sense = words.sense(concept)
    if sense is not None and (sense.results or sense.reading.sites):
        return concept
    name, where = _name(words, concept, sense), " and ".join(filter(None, (_site(words, s) for s in as_list(sites))))
    if not name or not where:
        return concept
    fuller = _fullest(words, concept, _at(words, name, where))
    if fuller is concept and asks and not _said(sense) and len(where) + len(name) < LONGEST_TOGETHER:
        return wire.Concept(concept.coding, f"{where} {name}")
    return fuller


def graded(
    words: ConceptReader, concept: wire.Concept | None, severity: wire.Concepts, stages: Iterable[wire.Concept]
) -> wire.Concept | None:
    """A concept with its severity and stages, where they say more: "Severe" leg pain, kidney disease of "Stage 5"."""
    if concept is None:
        return concept
    for grade in as_list(severity):
        name = _name(words, concept, words.sense(concept))
        concept = _fullest(words, concept, [f"{_grade(words, grade)} {name}"])
    for stage in stages:
        name = _name(words, concept, words.sense(concept))
        concept = _fullest(words, concept, [f"{name} {words.label(stage)}"])
    return concept


def _grade(words: ConceptReader, grade: wire.Concept) -> str:
    """Our name for the code of a severity, whatever language stands beside it, or its words without a semantic tag."""
    sense = words.sense(grade)
    return words.title(sense.sets if sense is not None else ()) or words.label(grade).partition(" (")[0]


def under(words: ConceptReader, heading: str, text: str) -> str:
    """A question in the light of what stands above it: the name of its group, or a question that it follows.

    A heading may add what was found ("Numbness"), where ("Left foot"), in whom or when ("Family history"). Below a
    finding, a question that names nothing itself ("Where?", "Severity") stays as it is.
    """
    if not heading or len(heading) + len(text) > LONGEST_TOGETHER:
        return text
    own, head = words.read(text), words.read(heading)
    is_place = _is_placed(own) and not (own.mentions or own.asides)
    if _is_placed(head) and not head.mentions:
        fuller = text if is_place else _fullest(words, wire.Concept(text=text), _at(words, text, heading)).text or text
        lent = _lent(words, own, head, text, heading) if fuller == text else fuller
        if lent != text or not is_place:
            return lent
    if is_place and all(mention.negated for mention in head.mentions):
        return f"{text} {heading}"  # "Perianal" under "Sensation" or "Sensation intact?"
    if not (own.mentions or own.asides or is_place):
        return text if head.mentions else _spoken(words, heading, text)
    together = f"{heading.rstrip('?:. ')}: {text}"
    whole = words.read(together)
    # "Facial droop" under "Sudden onset of"
    is_new = whole.modifiers > own.modifiers and not words.terminology.lexicon.freshening.isdisjoint(tokenize(heading))
    return together if is_new or _adds(head, own, whole) else text


def _lent(words: ConceptReader, own: Reading, head: Reading, text: str, where: str) -> str:
    """A question that names no place or no side with that of its heading, where it goes on saying the same.

    Weakness asked under "Low back" need not be in the back.
    """
    is_kept = bool(head.sites) and head.sites <= words.terminology.lexicon.own_sites
    if is_kept or (_is_placed(own) and (head.side is Side.UNKNOWN or own.side is not Side.UNKNOWN)):
        return text
    lent = f"{text} ({where})"
    told = words.read(lent)
    is_same = {m.concept for m in told.mentions} >= {m.concept for m in own.mentions}
    return lent if is_same and (told.analytes, told.tests) == (own.analytes, own.tests) else text


def is_mere_place(words: ConceptReader, heading: str) -> bool:
    """Whether a heading names a place and no finding: what is asked below it has been placed by a nearer one."""
    reading = words.read(heading)
    return _is_placed(reading) and not reading.mentions


def short_heading(text: str) -> str:
    """A heading, of a long one its first sentence: "Family history. Please tick all that apply ..."."""
    if len(text) <= _LONGEST_HEADING:
        return text
    first = _SENTENCE_END.split(text, maxsplit=1)[0]
    return first if len(first) <= _LONGEST_SENTENCE else ""


def _spoken(words: ConceptReader, heading: str, text: str) -> str:
    """Heading and question as one phrase, where only both make a finding: "Bladder", "Loss of control"."""
    texts = (f"{text} {heading}", f"{text} of {heading}", f"{heading} {text}")
    fuller = _fullest(words, wire.Concept(text=text), texts).text or text
    return fuller if any(m.is_stated for m in words.read(fuller).mentions) else text


def _is_placed(reading: Reading) -> bool:
    return bool(reading.sites) or reading.side is not Side.UNKNOWN


def _adds(head: Reading, own: Reading, whole: Reading) -> bool:
    """Whether heading and question say more than the question alone.

    What a heading only seems to deny or doubt ("No red flags") is asked all the same, and what it names beside another
    finding ("Diabetes" above "Foot ulcer") is not asked again.
    """
    is_lost = not {m.concept for m in own.mentions} <= {m.concept for m in whole.mentions}
    if is_lost or any((m.negated or m.suspected) and not (m.family or m.history) for m in whole.mentions):
        return False
    named = {m.concept for m in head.mentions} if own.mentions else set[str]()
    told = {m for m in whole.mentions if m.concept not in named}
    return told != set(own.mentions) or (whole.sites != own.sites and not own.sites)


def derived(words: ConceptReader, sets: tuple[str, ...], sites: frozenset[str]) -> tuple[str, ...]:
    """Sets, and what follows from them where they are told to be: from numbness at the saddle, saddle numbness."""
    spoken = words.spoken(sets)
    more = [
        derivation.concept
        for derivation in words.terminology.lexicon.derivations
        if derivation.source in spoken and not (derivation.needs or derivation.sites.isdisjoint(sites))
    ]
    return wider(words.kinds, (*sets, *more)) if more else sets


def _at(words: ConceptReader, name: str, where: str) -> list[str]:
    """The ways to say what is where; a "no" stays in front."""
    behind = [f"{name} of {where}", f"{name} ({where})", f"{name} {where}"]
    return behind if words.text.denies(name) else [*behind, f"{where} {name}"]


def _fullest(words: ConceptReader, concept: _Coded, texts: Iterable[str]) -> _Coded | wire.Concept:
    """The concept in those words that name the most of what it does not name itself; the same when none do."""
    known = _said(words.sense(concept))
    best: _Coded | wire.Concept = concept
    most = 0
    for text in texts:
        fuller = wire.Concept(concept.coding, text)
        more = len(_said(words.sense(fuller)) - known) if len(text) <= LONGEST_TOGETHER else 0
        if more > most:
            best, most = fuller, more
    return best


def _name(words: ConceptReader, concept: Conceptual, sense: Sense | None) -> str:
    """Text, else a display, else what we call a bare code, unless that tells a place of its own."""
    name = concept.text or next((c.display for c in concept.coding or () if c.display), None)
    if name or sense is None or not sense.findings:
        return name or ""
    title = words.title(sense.findings)
    return "" if words.sites_named(title) else title


def _site(words: ConceptReader, site: wire.Concept) -> str:
    """The words of a body site, or the names of ours for the sites that its codes name."""
    name = site.text or next((c.display for c in site.coding or () if c.display), None)
    if name or not site.coding:
        return name or ""
    sense = words.sense(site)
    return " ".join(words.kinds.sites(sense.sets)).replace("-", " ") if sense is not None else ""


def _said(sense: Sense | None) -> set[str]:
    """The findings, tests and measurements that a concept names."""
    if sense is None:
        return set()
    return {
        *sense.findings,
        *sense.orders,
        *sense.reading.tests,
        *sense.reading.analytes,
        *(m.concept for m in sense.reading.mentions),
    }
