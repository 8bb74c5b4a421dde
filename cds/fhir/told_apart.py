"""What a resource tells apart from its code: where a finding is, how severe, how far gone, under which heading.

The words of several fields are read as one text, since many things follow only from all of them: "Ulcer" at
"Left heel" is a foot ulcer, "Severe" and "Leg pain" are severe leg pain.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from cds.fhir import wire
from cds.fhir.concepts import ConceptReader, Conceptual
from cds.fhir.reading import Reading
from cds.fhir.senses import Sense, as_list, wider

_LONGEST_HEADING = 200
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
    for text in (f"{name} ({where})", f"{name} {where}", f"{where} {name}"):
        fuller = _if_it_says_more(words, concept, text)
        if fuller is not concept:
            return fuller
    return wire.Concept(concept.coding, f"{where} {name}") if asks and not _said(sense) else concept


def graded(
    words: ConceptReader, concept: wire.Concept | None, severity: wire.Concepts, stages: Iterable[wire.Concept]
) -> wire.Concept | None:
    """A concept with its severity and stages, where they say more: "Severe" leg pain, kidney disease of "Stage 5"."""
    if concept is None:
        return concept
    for grade in as_list(severity):
        name = _name(words, concept, words.sense(concept))
        concept = _if_it_says_more(words, concept, f"{words.label(grade)} {name}")
    for stage in stages:
        name = _name(words, concept, words.sense(concept))
        concept = _if_it_says_more(words, concept, f"{name} {words.label(stage)}")
    return concept


def under(words: ConceptReader, heading: str, text: str) -> str:
    """A question in the light of what stands above it: the name of its group, or a question that it follows.

    A heading may add what was found ("Numbness"), where ("Left foot"), in whom or when ("Family history"). A question
    that names nothing itself ("Where?", "Severity") stays as it is.
    """
    own, head = words.read(text), words.read(heading)
    if len(heading) > _LONGEST_HEADING or not (own.mentions or own.asides or own.sites):
        return text
    if not (own.mentions or own.asides or head.mentions) and own.sites:
        return f"{text} {heading}"  # "Perianal" under "Sensation"
    together = f"{heading.rstrip('?:. ')}: {text}"
    return together if _adds(head, own, words.read(together)) else text


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


def _if_it_says_more(words: ConceptReader, concept: _Coded, text: str) -> _Coded | wire.Concept:
    """The concept in these words, when they name a finding that it does not name itself."""
    fuller = wire.Concept(concept.coding, text)
    return fuller if _said(words.sense(fuller)) - _said(words.sense(concept)) else concept


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
    """The findings and tests that a concept names."""
    if sense is None:
        return set()
    return {*sense.findings, *sense.orders, *sense.reading.tests, *(m.concept for m in sense.reading.mentions)}
