"""Reading CodeableConcepts: all of their codings first, their words when no coding says anything.

Long because codes, words, places and answers are read in one place, which remembers what they mean.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass, field, replace
from enum import Enum

from cds.domain.coding import MISS, SEQUELA, Hit, system_by_form
from cds.domain.lexicon import SiteGroup
from cds.domain.quantity import Unit
from cds.domain.record import Route, Side
from cds.domain.terminology import Terminology
from cds.fhir import wire
from cds.fhir.headings import Headings
from cds.fhir.kinds import Kinds, kinds_of
from cds.fhir.profiles import qualifiers
from cds.fhir.reading import EMPTY, Mention, Reading
from cds.fhir.sayings import coded_saying, worded_sayings
from cds.fhir.senses import NOWHERE, UNSITED, Place, Sense, clean, either, has_side, make_sense, side_of
from cds.fhir.several import as_list
from cds.fhir.text import TextReader

Conceptual = wire.Concept | wire.CodeableReference
LONGEST_TEXT = 4_000
_LONGEST_CODE = 600
_MOST_REMEMBERED = 8_000
# Of one text or display, so that no note is kept; codes and systems are not counted.
_LONGEST_REMEMBERED = 160
_MOST_CODINGS = 20
_EDITION = re.compile(r"(?:/\d{6,18})?(?:/version/[^/]*)?/?$")
# an answer that only repeats words of its question, and the clauses of the question
_LONGEST_ECHO = 40
_PLAIN_WORD = re.compile(r"[a-z]+")
_CLAUSE = re.compile(r"[,;?:\n]")
# a tag of a code that says how the thing is, as words would
_MODIFIER = re.compile(r"(?:mod|sym)\.")
# systems whose codes keep local and systemic forms of a drug apart; those of HCPCS name an injection
_SPLIT_BY_ROUTE = frozenset({"atc", "hcpcs"})
_CONCEPT_IDS = re.compile(r"\d{6,18}")


class _Unseen(Enum):
    """Tells "not met yet" from "means nothing"."""

    YET = "unseen"


_UNSEEN = _Unseen.YET


@dataclass(slots=True, repr=False)
class ConceptReader:
    """Reads concepts with one terminology. Remembers short ones, because they recur from call to call."""

    terminology: Terminology
    kinds: Kinds = field(init=False)
    text: TextReader = field(init=False)
    headings: Headings = field(init=False)
    # what a unit means for an analyte, kept by `values`
    units: dict[tuple[str | None, str | None, tuple[str, ...]], tuple[Unit | None, str, str]] = field(
        default_factory=dict
    )
    _senses: dict[tuple[str | None, ...], Sense | None] = field(default_factory=dict)
    _answers: dict[tuple[object, ...], Sense] = field(default_factory=dict)
    _sites: dict[str, frozenset[str]] = field(default_factory=dict)
    _spoken: dict[str, frozenset[str]] = field(default_factory=dict)
    _systems_in_lower_case: dict[str, str] = field(init=False)
    # the ends of the texts of this call that were too long to be read to their end
    cut: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._systems_in_lower_case = {name.lower(): key for name, key in self.terminology.systems.items()}
        self.kinds = kinds_of(self.terminology)
        self.text = TextReader(self.terminology.lexicon)
        self.headings = Headings(self.terminology.lexicon)

    def of_call(self) -> ConceptReader:
        """The same, remembering the same, for one call: what is cut is told of the call that sent it."""
        own = copy(self)
        own.cut = set()
        return own

    def sense(self, concept: Conceptual | None) -> Sense | None:
        """What a concept means; None when neither its codes nor its words mean anything to the rules."""
        if concept is None:
            return None
        codings = concept.coding
        if codings and len(codings) == 1:
            one = codings[0]
            key: tuple[str | None, ...] = (concept.text, one.system, one.code, one.display)
        else:
            key = _key_of(concept.text, codings or ())
        known = self._senses.get(key, _UNSEEN)
        return self._remember(key, concept) if known is _UNSEEN else known

    def read(self, text: str | None) -> Reading:
        """What a text says; of a long one, its first part."""
        if not text:
            return EMPTY
        if len(text) > LONGEST_TEXT:
            self.cut.add(text[-LONGEST_TEXT:])
        return self.text.read(text[:LONGEST_TEXT])

    def in_context(self, question: str, text: str) -> Reading:
        """An answer read together with its question; what the question alone mentions is only asked."""
        alone = self.read(text)
        if not question or not alone.mentions:
            return alone
        stated = {m.concept for m in alone.mentions if not m.negated}
        denied = {m.concept for m in alone.mentions} - stated
        asked = {m.concept for m in self.read(question).mentions} - stated - denied
        # "numb" answers "Any numbness between the legs?": what has no place of its own is where the question asks
        unplaced = {m.concept for m in alone.mentions if not (m.negated or m.sites)}
        asked -= {d.concept for d in self.terminology.lexicon.derivations if d.sites and d.source in unplaced}
        together = self.read(f"{question}: {text}")
        kept = (m for m in together.mentions if m.concept not in asked and (m.negated or m.concept not in denied))
        return replace(together, mentions=tuple(kept))

    def in_answer(self, question: str, text: str) -> Reading:
        """An answer in words read with its question, and what it states by repeating words of it."""
        reading, echo = self.in_context(question, text), self._echoed(question, text)
        mentions = tuple(dict.fromkeys((*reading.mentions, *echo)))
        asked = self.read(question).mentions if mentions else ()
        if asked and all(m.family for m in asked):
            mentions = tuple(replace(m, family=True) for m in mentions)
        return replace(reading, mentions=mentions) if mentions != reading.mentions else reading

    def _echoed(self, question: str, text: str) -> tuple[Mention, ...]:
        """What an answer states by repeating words of its question ("Bladder change, leg weakness": "bladder")."""
        named = set(_PLAIN_WORD.findall(text.lower()))
        alone = self.read(text)
        if not named or len(text) > _LONGEST_ECHO or alone.answer or any(m.negated for m in alone.mentions):
            return ()
        parts = [part for part in _CLAUSE.split(question) if named <= set(_PLAIN_WORD.findall(part.lower()))]
        return tuple(m for part in parts for m in self.read(part).mentions if not m.negated)

    def answered(self, question: str, answer: Sense) -> Sense:
        """A coded answer in the light of its question, which may deny it or give it to a relative."""
        key = (question, answer.label, answer.sets, answer.tags)
        known = self._answers.get(key)
        if known is None:
            together = self.in_context(question, answer.label)
            is_same = not together.mentions or together.mentions == answer.reading.mentions
            known = answer if is_same else self.make(answer.sets, answer.tags, together, answer.label)
            if len(self._answers) >= _MOST_REMEMBERED:
                self._answers.clear()
            if len(question) <= _LONGEST_REMEMBERED:
                self._answers[key] = known
        return known

    def answer_of(self, coding: wire.Coding) -> str:
        """The answer id of a coding that says yes, no, present, negative and so on; empty for any other."""
        return self.text.answer_code(self._key(coding))

    def route_of(self, coding: wire.Coding) -> Route:
        """The route of administration that a coding names by its code."""
        return Route(self.terminology.lexicon.route_codes.get(self._key(coding), Route.UNKNOWN))

    def _key(self, coding: wire.Coding) -> str:
        """A coding as the lexicon writes it: "loinc|LA33-6"."""
        return f"{self._system(coding.system)}|{(coding.code or '').strip()}"

    def is_split_by_route(self, coding: wire.Coding) -> bool:
        """Whether the coding's system keeps local and systemic forms of a drug apart."""
        return self._system(coding.system) in _SPLIT_BY_ROUTE

    def label(self, concept: Conceptual, sets: tuple[str, ...] = ()) -> str:
        """The record's own words for it: text, else a display, else the title of the most exact value set."""
        words = concept.text or next((c.display for c in concept.coding or () if c.display), None)
        return self.printed(words) or self.title(self.kinds.findings(sets) or sets)

    def printed(self, text: str | None) -> str:
        """The record's own words, fit for printing, without what titles add that says nothing of the patient."""
        for said in self.terminology.lexicon.unprinted if text else ():
            before, mark, after = (text or "").partition(f", {said}")
            if mark:  # "..., initial encounter for closed fracture"
                text = f"{before}, {after.removeprefix(' for ')}" if after.startswith(" for ") else before + after
        return clean(text)

    def title(self, sets: Iterable[str]) -> str:
        """The printable title of the first set that has one."""
        names = list(sets)
        titles = self.terminology.titles
        return clean(next((titles[s] for s in names if s in titles), names[0] if names else ""))

    # --- places ---

    def place(self, sites: wire.Concepts) -> Place:
        """Side and sites of a bodySite."""
        return NOWHERE if sites is None else self.place_of([*as_list(sites)])

    def place_of(self, concepts: Iterable[Conceptual]) -> Place:
        """Side and sites that body-site concepts name together: the parts of one place, or several places."""
        return self.joined(map(self._place_of, concepts))

    def joined(self, places: Iterable[Place]) -> Place:
        """Several places as one; beside the left foot, the right hand tells no side of what is in the foot."""
        told = [place for place in places if place != NOWHERE]
        is_lower = [self.is_lower(place.sites) for place in told]
        side = Side.UNKNOWN
        for place, is_low in zip(told, is_lower, strict=True):
            if is_low or not place.sites or not any(is_lower):
                side = either(side, place.side)
        return Place(side, frozenset[str]().union(*(place.sites for place in told)))

    def _place_of(self, concept: Conceptual) -> Place:
        sense, side, sites = self.sense(concept), Side.UNKNOWN, frozenset[str]()
        if sense is not None:
            side = either(side_of(sense.tags), sense.reading.side)
            sites = sites.union(sense.reading.sites, *map(self.sites_named, self.kinds.sites(sense.sets)))
        more = [added for added in qualifiers(concept) if added.extension is None]
        added = self.place_of(more) if more else NOWHERE
        return Place(either(side, added.side), sites | added.sites)

    def _default_sites(self, sense: Sense) -> frozenset[str]:
        """Where a finding lies whose code names a site that no text repeats ("numbness-foot" is at the foot)."""
        if UNSITED in sense.tags:
            return frozenset()
        return frozenset[str]().union(*(self.sites_named(name.replace("-", " ")) for name in sense.sets))

    def sites_named(self, words: str) -> frozenset[str]:
        """The sites that words of ours name."""
        known = self._sites.get(words)
        if known is None:
            known = self._sites[words] = self.text.read(words).sites
        return known

    def is_lower(self, sites: Iterable[str]) -> bool:
        """Whether one of the sites is at the leg or foot."""
        return any(self.text.site_group(site) is SiteGroup.LOWER for site in sites)

    def spoken(self, sets: Iterable[str]) -> frozenset[str]:
        """The sets together with the findings by which a text would name them."""
        names = set(sets)
        for name in tuple(names):
            known = self._spoken.get(name)
            if known is None:
                title = self.terminology.titles.get(name, name.replace("-", " "))
                known = self._spoken[name] = frozenset(m.concept for m in self.text.read(title).mentions)
            names |= known
        return frozenset(names)

    # --- codes ---

    def _remember(self, key: tuple[str | None, ...], concept: Conceptual) -> Sense | None:
        sense = self._work_out(concept)
        if _is_short(concept):
            if len(self._senses) >= _MOST_REMEMBERED:
                self._senses.clear()
            self._senses[key] = sense
        return sense

    def _work_out(self, concept: Conceptual) -> Sense | None:
        reading = self._read_words(concept)
        found = [(c, hit) for c in concept.coding or () if (hit := self._look_up(c.system, c.code)).sets]
        if not found:
            return None if reading is EMPTY else self.make((), frozenset(), reading, self.label(concept))
        sets = tuple(dict.fromkeys(name for _, hit in found for name in hit.sets))
        tags = frozenset(tag for _, hit in found for tag in hit.tags)
        if not all(UNSITED in hit.tags for _, hit in found):
            tags -= {UNSITED}
        words = self.printed(concept.text or found[0][0].display)
        sets, is_misnamed = self._measured(concept, sets)
        sense = self.make(sets, tags, reading, words or self.label(concept, sets))
        if is_misnamed:
            return replace(sense, is_misnamed=True)
        return sense if words else replace(sense, titles={name: self.title([name]) for name in sense.findings})

    def _measured(self, concept: Conceptual, sets: tuple[str, ...]) -> tuple[tuple[str, ...], bool]:
        """The sets of a measurement, more exact where words are ("Fasting glucose" under the code of any glucose)."""
        spoken = [words for words in (concept.text, *(c.display for c in concept.coding or ())) if words]
        exact, is_misnamed = {}, False
        for name in sets if spoken else ():
            for words in spoken if name in self.kinds.measured else ():
                more, unlike = self.text.other_names(words, name)
                exact.update(dict.fromkeys(more, name))
                is_misnamed |= unlike
        if len(exact) == 1:
            ((more_exact, less),) = exact.items()
            sets = tuple(dict.fromkeys(more_exact if name == less else name for name in sets))
        return sets, is_misnamed

    def make(self, sets: tuple[str, ...], tags: frozenset[str], reading: Reading, label: str) -> Sense:
        """A sense with all that codes, or instead of them words, say of findings."""
        sense = make_sense(self.kinds, sets, tags, reading, label)
        if not sense.findings:
            return replace(sense, sayings=tuple(worded_sayings(self.kinds, reading)))
        spoken = self.spoken(sense.findings)
        own = [m for m in reading.mentions if m.concept in spoken]
        coded = coded_saying(sense.findings, sense.side, reading, own, self._default_sites(sense), self.is_lower)
        if coded is not None and UNSITED in tags:
            coded = replace(coded, is_unsited=True)
        if coded is not None and reading is EMPTY and (how := frozenset(filter(_MODIFIER.match, tags))):
            # a bare code whose own name says how it is ("chronic", "burning"); where there are words, they say it
            coded = replace(coded, modifiers=coded.modifiers | how, own=coded.own | how)
        if coded is not None and SEQUELA in tags:
            coded = replace(coded, is_past=True)
        # a code says one thing; "numb foot, cannot pass urine" coded as numbness says two
        more = worded_sayings(self.kinds, reading, spoken)
        sayings = ((coded,) if coded is not None else ()) + tuple(more)
        words = self.read(self.title(sense.findings)) if reading is EMPTY else reading
        is_test = not words.mentions and bool(words.tests or words.analytes)
        return replace(sense, sayings=sayings, is_test=is_test)

    def _look_up(self, uri: str | None, code: str | None) -> Hit:
        if not code or not (code := code.strip()):
            return MISS
        system = self._system(uri) if uri and uri.strip() else system_by_form(code)
        if system is None:
            return MISS
        hit = self.terminology.index.look_up(system, code)
        return self._look_up_expression(code) if not hit.sets and system == "snomed" else hit

    def _look_up_expression(self, code: str) -> Hit:
        """A post-coordinated SNOMED CT expression: its focus concept, with the side that a refinement names."""
        ids = _CONCEPT_IDS.findall(code) if len(code) <= _LONGEST_CODE else []
        hits = [self.terminology.index.look_up("snomed", id_) for id_ in ids]
        if not hits:
            return MISS
        return Hit(hits[0].sets, hits[0].tags | {tag for hit in hits[1:] for tag in hit.tags if has_side(tag)})

    def _system(self, uri: str | None) -> str | None:
        if not uri:
            return None
        systems = self.terminology.systems
        bare = uri.strip().partition("|")[0]
        known = systems.get(uri) or systems.get(bare) or systems.get(_EDITION.sub("", bare))
        return known or self._systems_in_lower_case.get(bare.lower())

    def _read_words(self, concept: Conceptual) -> Reading:
        """What text and displays say together."""
        text = concept.text
        reading = self.read(text)
        for coding in concept.coding or ():
            if coding.display and coding.display != text:
                other = self.read(coding.display)
                if other is not EMPTY:
                    reading = other if reading is EMPTY else merged(reading, other)
        return reading


def _key_of(text: str | None, codings: Iterable[wire.Coding]) -> tuple[str | None, ...]:
    key: list[str | None] = [text]
    for coding in codings:
        key += (coding.system, coding.code, coding.display)
    return tuple(key)


def _is_short(concept: Conceptual) -> bool:
    codings = concept.coding or ()
    words = (concept.text, *(word for c in codings for word in (c.display, c.system, c.code)))
    return len(codings) <= _MOST_CODINGS and all(len(w) <= _LONGEST_REMEMBERED for w in words if w)


def merged(first: Reading, second: Reading) -> Reading:
    """Two readings as one; where the first speaks of findings, it alone does."""
    return Reading(
        first.mentions or second.mentions,
        first.sites | second.sites,
        either(first.side, second.side),
        first.modifiers | second.modifiers,
        first.drugs | second.drugs,
        first.route if first.route is not Route.UNKNOWN else second.route,
        first.analytes | second.analytes,
        first.tests | second.tests,
        first.answer or second.answer,
        tuple(dict.fromkeys((*first.asides, *second.asides))),
        first.own & second.own,
    )
