"""Reading a display or a note when codes say nothing: findings, sites, sides, modifiers, drugs, test names.

Long because all that one text can say is put together in one place.

reader = TextReader(lexicon)
reader.read("Denies weakness; numb left heel").mentions
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise

from cds.domain.lexicon import Channel, Derivation, Effect, Lexicon, SiteGroup
from cds.domain.record import Route, Side
from cds.fhir.beside import beside, is_word
from cds.fhir.clauses import Item, Sentence
from cds.fhir.phrases import PhraseBook, SmallWords
from cds.fhir.places import Place, locate, places_of, side_of
from cds.fhir.reading import EMPTY, Mention, Reading
from cds.fhir.statements import read_sentences
from cds.fhir.tokens import restored, tokenize
from cds.fhir.worded_dates import is_time

__all__ = ["EMPTY", "Mention", "Reading", "TextReader"]

# A field of a template that nobody filled in: "Saddle anesthesia: ***", "Retention? ___".
_BLANK = re.compile(r"[:?]\s*(?:_{2,}|\*{3})(?![*\w])")
_MAX_KEPT_LENGTH = 120
_MAX_KEPT = 5_000
_MAX_READ = 50_000
_MAX_ANSWER = 80
_ALL = frozenset({"*"})
_UNSAID = frozenset({Effect.NEGATED, Effect.FAMILY, Effect.DROPPED})
_NONE: frozenset[str] = frozenset()
# answers that nothing was found, or not looked for
_CALM = frozenset({"no", "negative", "absent", "normal", "not-assessed"})
# answers that a place beside them does not leave as they are
_WHOLE_ONLY = frozenset({"yes", "no"})
_NOT_TAKEN = frozenset({Effect.NEGATED, Effect.FAMILY, Effect.NOT_TAKEN})
# Marks by which one sentence speaks of another: headings and their lines, questions, boxes of a form.
_BINDING = re.compile(r"[\n\r:?\[]")
_AFTER_STOP = re.compile(r"(?<=\.)\s+")
_LAST_WORD = re.compile(r"([a-z0-9]+)\.$")
_WORD = re.compile(r"[a-z0-9]+")


class TextReader:
    """Reads texts with the words of one lexicon. Safe to share; remembers short texts, because displays recur."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        small = SmallWords(lexicon.undoing, lexicon.passing, lexicon.succeeding, lexicon.numbers, lexicon.misspelt)
        self._book = PhraseBook(lexicon.phrases, lexicon.folds, _quiet(lexicon), small)
        self._kept: dict[str, Reading] = {}
        tags = "|".join(re.escape(tag) for tag in sorted(lexicon.tags))
        self._tags = re.compile(rf"\s*\((?:{tags})\)", re.IGNORECASE) if tags else None
        self._derivations: dict[str, list[Derivation]] = {}
        for derivation in lexicon.derivations:
            self._derivations.setdefault(derivation.source, []).append(derivation)

    def read(self, text: str) -> Reading:
        """What the text says; EMPTY when it holds no word of the lexicon."""
        reading = self._kept.get(text)
        if reading is None:
            reading = self._read(restored(text[:_MAX_READ]))
            if len(text) <= _MAX_KEPT_LENGTH:
                if len(self._kept) >= _MAX_KEPT:
                    self._kept.clear()
                self._kept[text] = reading
        return reading

    def other_names(self, text: str, analyte: str) -> tuple[frozenset[str], bool]:
        """What words beside the code of an analyte make of it: more exact analytes, and whether it is in doubt."""
        exact, unlike = self._lexicon.refines.get(analyte, _NONE), self._lexicon.unlike.get(analyte, _NONE)
        if not (exact or unlike) or not self._book.may_speak(text):
            return _NONE, False
        hits = self._book.find(tokenize(text))
        named = {hit.phrase.concept for hit in hits if hit.phrase.channel is Channel.ANALYTE}
        return exact & named, not unlike.isdisjoint(named)

    def answer_code(self, code: str) -> str:
        """The answer id of a code, given with its system ("loinc|LA33-6")."""
        return self._lexicon.answer_codes.get(code, "")

    def tells_when(self, text: str) -> bool:
        """Whether an answer only tells since when something is there, which states it: "since Monday", "3 days"."""
        words = tokenize(text) if len(text) <= _MAX_ANSWER else []
        return bool(words) and (words[0] in self._lexicon.beginning or is_time(text)) and not self.tells_end(text)

    def tells_end(self, text: str) -> bool:
        """Whether an answer tells that something is over: "gone since Monday", and not "has not gone"."""
        words = tokenize(text)
        return not self._lexicon.ending.isdisjoint(words) and self._lexicon.undoing.isdisjoint(words)

    def is_undone(self, text: str) -> bool:
        """Whether an answer begins with "not": "not always", "not since Monday"."""
        return next(iter(tokenize(text)), "") in self._lexicon.undoing

    def denies(self, text: str) -> bool:
        """Whether an answer begins with "no": "no change" states nothing."""
        return self._lexicon.answers.get(next(iter(tokenize(text)), "")) == "no"

    def asks_where(self, text: str, of: str = "") -> bool:
        """Whether a question asks for the place (`of` what stands above it) alone: "Location", "Wound location"."""
        words = {token for token in tokenize(text) if is_word(token)}
        asked = words & self._lexicon.locating
        return bool(asked) and words - asked <= set(tokenize(of))

    def calms(self, text: str) -> bool:
        """Whether a word of an answer says that nothing was found: "left and right normal", "declined, both"."""
        return any(self._lexicon.answers.get(word) in _CALM for word in tokenize(text))

    def site_group(self, site: str) -> SiteGroup:
        """Where a site lies: foot and leg, saddle, elsewhere or not known."""
        return self._lexicon.groups.get(site, SiteGroup.UNKNOWN)

    def is_lower(self, sites: Iterable[str]) -> bool:
        """Whether any of the sites is of the foot or leg."""
        return any(self.site_group(site) is SiteGroup.LOWER for site in sites)

    def has_local_forms(self, drug: str) -> bool:
        """Whether a drug also comes as drops, cream or the like, so that an unknown route stays unknown."""
        return drug in self._lexicon.local_forms

    def acts_from_the_nose(self, drug: str) -> bool:
        """Whether a drug acts in the whole body even as drops or a nasal spray."""
        return drug in self._lexicon.nasal

    def is_steady(self, words: list[str] | str) -> bool:
        """Whether no word of a text speaks of a change ("longstanding, now total"); "nothing new" speaks of none."""
        tokens = tokenize(words) if isinstance(words, str) else words
        changing, denying = self._lexicon.changing, self._lexicon.denying
        if changing.isdisjoint(tokens):
            return True
        return all(word not in changing or before in denying for before, word in pairwise(["", *tokens]))

    def is_of_one_day(self, text: str) -> bool:
        """Whether a copied text speaks of the day alone that it names as its own."""
        return self._lexicon.resuming.isdisjoint(tokenize(text))

    def _read(self, text: str) -> Reading:
        answer = self._answer(tokenize(text)) if len(text) <= _MAX_ANSWER else ""
        if not self._book.may_speak(text):
            return Reading(answer=answer) if answer else EMPTY
        told = self._telling(text)
        if "__" in told or "***" in told:
            told = _BLANK.sub(" not assessed. ", told)
        tokens = tokenize(self._tags.sub(" ", told) if self._tags is not None and "(" in told else told)
        hits = self._book.find(tokens)
        sentences = read_sentences(tokens, hits, self._lexicon)
        reading = self._reading(sentences, answer, tokens)
        if reading.own and told is not text:
            reading = replace(reading, own=_NONE)  # it does say something else
        return EMPTY if reading == EMPTY else reading

    def _telling(self, text: str) -> str:
        """A long note without the sentences that say nothing, where each of its sentences stands for itself."""
        is_plain = len(text) > _MAX_KEPT_LENGTH and text.isascii() and _BINDING.search(text) is None
        if not is_plain or not self.is_steady(_WORD.findall(text.lower())):
            return text
        sentences = self._sentences(text)
        telling = [sentence for sentence in sentences if self._book.may_speak(sentence)]
        return text if len(telling) == len(sentences) else " ".join(telling)

    def _sentences(self, text: str) -> list[str]:
        """The text cut after full stops that end a sentence, as `clauses` would see them."""
        sentences = [""]
        for piece in _AFTER_STOP.split(text.replace("'", "")):
            before = sentences[-1]
            if not before or self._is_abbreviated(before):
                sentences[-1] = f"{before} {piece}"
            else:
                sentences.append(piece)
        return sentences

    def _is_abbreviated(self, sentence: str) -> bool:
        last = _LAST_WORD.search(sentence.lower())
        return last is not None and last[1] in self._lexicon.dotted

    def _answer(self, tokens: list[str]) -> str:
        """The answer id when the whole text, or all before its first comma, is an answer."""
        words: list[str] = []
        for token in tokens[tokens[:1] == ["("] :]:  # "(positive)"
            if words and not token[0].isalnum():
                break
            words.append(token)
        answer = self._lexicon.answers.get(" ".join(words), "")
        if not answer and words and words[0] in self._lexicon.affirming:
            return self._lexicon.answers.get(words[0], "")  # "yes, a little", "yes maybe"
        return answer or (self._placed_answer(words) if not any(t[0].isalnum() for t in tokens[len(words) :]) else "")

    def _placed_answer(self, words: list[str]) -> str:
        """How a part was found, with nothing but its place beside it: "absent bilaterally", "left foot reduced"."""
        inner = list(words)
        while inner and inner[-1] in self._lexicon.placing:
            inner.pop()
        while inner and inner[0] in self._lexicon.placing:
            inner.pop(0)
        answer = self._lexicon.answers.get(" ".join(inner), "")
        return "" if answer in _WHOLE_ONLY else answer

    def _reading(self, sentences: list[Sentence], answer: str, tokens: list[str]) -> Reading:
        mentions = self._mentions(sentences, tokens)
        said = [item for sentence in sentences for item in _said(sentence)]
        places = [place for sentence in sentences for place in places_of(sentence)]
        return Reading(
            mentions=mentions,
            sites=frozenset(place.site for place in places if place.site),
            side=side_of(places, self._lexicon.groups),
            modifiers=_concepts(said, Channel.MODIFIER) | _added(said),
            drugs=_concepts(said, Channel.DRUG),
            route=_route(_concepts(said, Channel.ROUTE)),
            analytes=self._analyte(sentences),
            tests=_concepts(said, Channel.TEST),
            answer=answer,
            asides=_asides(sentences),
            own=self._whole(said, tokens),
        )

    def _analyte(self, sentences: list[Sentence]) -> frozenset[str]:
        """The one analyte that a laboratory name names; a bare list of several names none."""
        pieces = [piece for sentence in sentences for piece in sentence.pieces]
        found = [(piece.start, item.hit.phrase.concept) for piece in pieces for item in piece.of(Channel.ANALYTE)]
        void = {name for _, concept in found for name in self._lexicon.outranks.get(concept, ())}
        kept = [(start, concept) for start, concept in found if concept not in void and not (void & _ALL)]
        if len({concept for _, concept in kept}) > 1 and len({start for start, _ in kept}) > 1:
            return frozenset()
        return frozenset(concept for _, concept in kept[:1] if concept not in self._lexicon.inner)

    def _mentions(self, sentences: list[Sentence], tokens: list[str]) -> tuple[Mention, ...]:
        found: dict[Mention, None] = {}
        is_steady = self.is_steady(tokens)
        before: list[tuple[Item, list[Place]]] = []
        for sentence in sentences:
            located = locate(sentence, tokens, self._lexicon)
            if sentence.opened_by == Effect.EXCEPT.value and before and not located:
                located = [(Item(before[-1][0].hit), places_of(sentence))]
            modifiers = _modifiers(sentence)
            for item, places in located:
                own = (
                    beside(item, sentence, tokens, self._lexicon.linking, self._lexicon.trailing)
                    if is_steady
                    else _NONE
                )
                for mention in self._of(item, places, modifiers):
                    found[replace(mention, own=own) if own else mention] = None
            before = located
        return tuple(found)

    def _whole(self, said: list[Item], tokens: list[str]) -> frozenset[str]:
        """The modifiers of a text that says nothing else: "longstanding", "yes, for many years"."""
        modifiers = [item for item in said if item.hit.phrase.channel is Channel.MODIFIER]
        inside = {at for item in modifiers for at in item.hit.words}
        rest = {token for at, token in enumerate(tokens) if at not in inside and is_word(token)}
        if not modifiers or not rest <= self._lexicon.linking or not self.is_steady(tokens):
            return _NONE
        return frozenset(item.hit.phrase.concept for item in modifiers)

    def _of(self, item: Item, places: list[Place], modifiers: frozenset[str]) -> Iterable[Mention]:
        if Effect.DROPPED in item.effects:
            return
        concept = item.hit.phrase.concept
        sites = frozenset(place.site for place in places if place.site)
        side = side_of(places, self._lexicon.groups)
        if concept not in self._lexicon.inner:
            yield _mention(concept, item, side, sites, self._lexicon.lasting)
        for derivation in self._derivations.get(concept, ()):
            if self._follows(derivation, item, sites, modifiers):
                yield _mention(derivation.concept, item, side, sites, self._lexicon.lasting)

    def _follows(self, derivation: Derivation, item: Item, sites: frozenset[str], modifiers: frozenset[str]) -> bool:
        if not derivation.needs <= modifiers:
            return False
        if not derivation.sites and not derivation.without_site:
            # "no type 2 diabetes" does not say that there is no diabetes at all
            return not item.is_denied or derivation.source in self._lexicon.inner
        return not derivation.sites.isdisjoint(sites) or (derivation.without_site and not sites)


def _quiet(lexicon: Lexicon) -> frozenset[str]:
    """Names that only void others, so that alone they say nothing."""
    return lexicon.inner & lexicon.outranks.keys()


def _mention(
    concept: str, item: Item, side: Side, sites: frozenset[str], lasting: frozenset[str] = frozenset()
) -> Mention:
    effects = item.effects
    is_background = Effect.BACKGROUND in effects and concept not in lasting
    return Mention(
        concept,
        negated=item.is_denied,
        family=Effect.FAMILY in effects,
        history=Effect.HISTORY in effects or is_background,
        suspected=Effect.SUSPECTED in effects,
        side=side,
        sites=sites,
    )


def _said(sentence: Sentence) -> list[Item]:
    items = [item for piece in sentence.pieces for item in piece.items]
    return [i for i in items if not i.effects & (_NOT_TAKEN if i.hit.phrase.channel is Channel.DRUG else _UNSAID)]


def _asides(sentences: list[Sentence]) -> tuple[Mention, ...]:
    """Circumstances as mentions, each once; those of advice and of risks are left out."""
    items = [i for s in sentences for piece in s.pieces for i in piece.of(Channel.CIRCUMSTANCE)]
    said = [item for item in items if Effect.DROPPED not in item.effects]
    return tuple(dict.fromkeys(_mention(i.hit.phrase.concept, i, Side.UNKNOWN, frozenset()) for i in said))


def _modifiers(sentence: Sentence) -> frozenset[str]:
    said = _said(sentence)
    return _concepts(said, Channel.MODIFIER) | _added(said)


def _concepts(items: list[Item], channel: Channel) -> frozenset[str]:
    return frozenset(item.hit.phrase.concept for item in items if item.hit.phrase.channel is channel)


def _added(items: list[Item]) -> frozenset[str]:
    return frozenset(added for item in items if not item.hit.phrase.is_denial for added in item.hit.phrase.adds)


def _route(routes: frozenset[str]) -> Route:
    """The one route that the words name; none or several stay unknown, save for two that are local."""
    if routes == {Route.LOCAL.value, Route.NASAL.value}:
        return Route.LOCAL
    return Route(next(iter(routes))) if len(routes) == 1 else Route.UNKNOWN
