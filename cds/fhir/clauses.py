"""From found phrases to statements: sentences, their pieces, and what negates, doubts or dates each finding.

A sentence ends at a full stop or a "but"; a piece ends at a comma, a bracket or an "and". Cues such as "denies" or
"family history of" reach over the following pieces, some only to the next comma; cues such as "ruled out" reach back.
Long because one reading needs all of these steps together.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise

from cds.domain.lexicon import Channel, Cue, Effect, Lexicon
from cds.fhir.phrases import Hit

_ENDS = frozenset({".", ";", "\n", "?"})
_BREAKS = frozenset({",", ":", "(", ")", "[", "]", "/", "-"})
_LINKS = frozenset({Effect.JOIN, Effect.OR, Effect.WITH, Effect.STOP, Effect.EXCEPT})
_STOPS = frozenset({Effect.STOP.value, Effect.EXCEPT.value})
_LISTED = frozenset({Effect.JOIN.value, Effect.OR.value, "/"})
_ALTERNATIVES = frozenset({Effect.OR.value, "/"})
_SETTING_OFF = frozenset({",", "(", Effect.WITH.value})
_ANSWERING = frozenset({":", "-"})
# "FH nil", "allergies: none", "previous episodes: no": a heading with its answer
_HEADINGS = frozenset({Effect.FAMILY, Effect.BACKGROUND, Effect.HISTORY, Effect.NOT_TAKEN})
_FIELD_MARKS = frozenset({":", "-", "("})
_OVER_WITH_NEWS = frozenset({Effect.NEGATED, Effect.HISTORY, Effect.BACKGROUND})
_ALL_OVER = _OVER_WITH_NEWS | {Effect.FAMILY, Effect.DROPPED}
_ADVICE = frozenset({Effect.DROPPED})
_PAST = frozenset({Effect.HISTORY, Effect.BACKGROUND})
# words that may stand between "gone" and "numb"
_ADVERBS = 2
_THERE = frozenset({Cue(Effect.AFFIRMED, is_after=True)})
_NO_EFFECT: frozenset[Effect] = frozenset()
_ASIDE = (Channel.MODIFIER, Channel.CIRCUMSTANCE)
_SPOKEN_OF = (Channel.SAY, Channel.DRUG, *_ASIDE)
_OPENING, _CLOSING = frozenset("(["), frozenset(")]")


@dataclass(slots=True)
class Item:
    """A found phrase and the effects of the cues around it."""

    hit: Hit
    effects: set[Effect] = field(default_factory=set)

    @property
    def is_finding(self) -> bool:
        """Whether it is a symptom, sign or diagnosis."""
        return self.hit.phrase.channel is Channel.SAY

    @property
    def is_denied(self) -> bool:
        """Whether it is said not to be there, in its own words ("sensation intact") or by a cue."""
        return (Effect.NEGATED in self.effects) != self.hit.phrase.is_denial


@dataclass(slots=True)
class Piece:
    """Words between two breaks; `links` are the marks since the piece before it."""

    links: tuple[str, ...]
    start: int
    end: int
    items: list[Item] = field(default_factory=list)
    cues: list[Hit] = field(default_factory=list)

    @property
    def findings(self) -> list[Item]:
        """Its findings, in order."""
        return [item for item in self.items if item.is_finding]

    @property
    def is_listed(self) -> bool:
        """Whether it hangs on the piece before it by "and", "or" or a slash."""
        return not _LISTED.isdisjoint(self.links)

    @property
    def is_attached(self) -> bool:
        """Whether it hangs on the piece before it by more than a comma: "and", a slash, a bracket, a colon, a dash."""
        return self.links != (",",) and Effect.WITH.value not in self.links

    def of(self, *channels: Channel) -> list[Item]:
        """Its items of some channels, in order."""
        return [item for item in self.items if item.hit.phrase.channel in channels]


@dataclass(slots=True)
class Sentence:
    """Pieces up to a full stop, the marks around it, and its first word."""

    pieces: list[Piece]
    opened_by: str = ""
    closed_by: str = ""
    first: str = ""
    has_colon: bool = False
    ends_in_colon: bool = False


def read_sentences(tokens: list[str], hits: list[Hit], lexicon: Lexicon) -> list[Sentence]:
    """Cut the text into sentences and weigh every item by the cues around it."""
    sentences = _cut(tokens, hits, lexicon.dotted)
    carried: dict[Effect, _Open] = {}
    before: Sentence | None = None
    for sentence in sentences:
        if sentence.opened_by != "\n" or not sentence.pieces or sentence.has_colon:
            carried = {}
        scope = _Scope(carried)
        scope.run(sentence, _news(sentence, tokens, lexicon))
        carried = scope.carried() if sentence.ends_in_colon or carried else {}
        _apply_after(sentence, tokens, lexicon)
        _ask_for(sentence, tokens, lexicon)
        if before is not None:
            _answer(before, sentence, tokens, lexicon)
        before = sentence
    if before is not None:
        _answer(before, Sentence([]), tokens, lexicon)
    return sentences


def _cut(tokens: list[str], hits: list[Hit], dotted: frozenset[str]) -> list[Sentence]:
    marks = _marks(tokens, hits, dotted)
    starts = [hit.start for hit in hits]
    sentences: list[Sentence] = []
    pieces: list[Piece] = []
    links: list[str] = []
    opened, start = "", 0
    for at in range(len(tokens) + 1):
        mark = marks.get(at, "" if at < len(tokens) else "\n")
        if not mark:
            continue
        if at > start:
            pieces.append(_piece(tuple(links), start, at, hits, starts))
            links = []
        links.append(mark)
        start = at + 1
        if mark in _ENDS or mark in _STOPS:
            sentences.append(_sentence(pieces, links, opened, tokens))
            pieces, opened, links = [], mark, []
    return sentences


def _marks(tokens: list[str], hits: list[Hit], dotted: frozenset[str]) -> dict[int, str]:
    """Where pieces and sentences end, outside of phrases."""
    marks: dict[int, str] = {}
    inside: set[int] = set()
    for hit in hits:
        if hit.phrase.channel is not Channel.SAY:
            continue
        inside.update(range(hit.start, hit.end))
        if hit.phrase.cue is not None and hit.phrase.cue.effect in _LINKS:
            marks[hit.end - 1] = hit.phrase.cue.effect.value
    for at, token in enumerate(tokens):
        mark = "-" if token.strip(" -") == "" else token
        if at in inside or mark not in _BREAKS | _ENDS:
            continue
        if not (mark == "." and at and tokens[at - 1] in dotted):
            marks[at] = mark
    return marks


def _piece(links: tuple[str, ...], start: int, end: int, hits: list[Hit], starts: list[int]) -> Piece:
    piece = Piece(links, start, end)
    for hit in hits[bisect_left(starts, start) : bisect_left(starts, end)]:
        if hit.phrase.concept:
            piece.items.append(Item(hit))
        elif hit.phrase.cue is not None and hit.phrase.cue.effect not in _LINKS:
            piece.cues.append(hit)
    return piece


def _sentence(pieces: list[Piece], links: list[str], opened: str, tokens: list[str]) -> Sentence:
    first = tokens[pieces[0].start] if pieces else ""
    inner = any(":" in piece.links for piece in pieces)
    return Sentence(pieces, opened, links[-1], first, inner or ":" in links, ":" in links)


@dataclass(slots=True)
class _Open:
    """A cue still in force: whether it runs on through a list, and whether it has covered something yet."""

    is_far: bool
    is_used: bool = False
    is_under: bool = False


class _Scope:
    """Walks one sentence and hands every item the effects in force."""

    def __init__(self, carried: dict[Effect, _Open]) -> None:
        self._open = {effect: replace(state) for effect, state in carried.items()}
        self._outer: list[dict[Effect, _Open]] = []
        self._under: set[Effect] = set()

    def run(self, sentence: Sentence, news: list[frozenset[Effect]]) -> None:
        """Mark every item of the sentence; `news` are the effects that each piece ends after a comma."""
        for index, (piece, over) in enumerate(zip(sentence.pieces, news, strict=True)):
            for mark in piece.links:
                self._pass(mark, over)
            is_told = any(cue.phrase.cue in _THERE for cue in piece.cues)
            for event in _events(piece):
                if isinstance(event, Item):
                    self._cover(event, is_told)
                elif not _is_said_behind(sentence, index, event):
                    self._hear(event.phrase.cue)
        if sentence.ends_in_colon:
            self._go_under()

    def carried(self) -> dict[Effect, _Open]:
        """What runs on into the lines under a heading."""
        return {effect: state for effect, state in self._open.items() if state.is_far}

    def _cover(self, item: Item, is_told: bool) -> None:
        """What is said to be there is, whatever stands above it, and what is said to be well is well.

        "Discussed red flags: saddle numbness present", "screen negative: saddle sensation normal".
        """
        is_free = is_told or item.hit.phrase.is_denial
        item.effects.update(effect for effect, state in self._open.items() if not (is_free and state.is_under))
        if item.hit.phrase.channel not in (Channel.SITE, Channel.SIDE):
            for state in self._open.values():
                state.is_used = True

    def _go_under(self) -> None:
        """A bracket or a colon opens what a cue before it says of all that stands there.

        "Consented for surgery: has foot drop" tells of the patient again.
        """
        for effect in self._under:
            self._open[effect] = _Open(is_far=True, is_used=effect is Effect.DROPPED, is_under=True)
        self._under = set()

    def _hear(self, cue: Cue | None) -> None:
        if cue is not None and cue.under is not None:
            self._under.add(cue.under)
        if cue is None or (cue.is_after and not cue.is_far):
            return
        if cue.effect is Effect.AFFIRMED:
            self._open = {effect: state for effect, state in self._open.items() if not state.is_used}
        else:
            self._open[cue.effect] = _Open(cue.is_far and not cue.is_after)

    def _pass(self, mark: str, over: frozenset[Effect]) -> None:
        if mark in _OPENING:
            self._outer.append({effect: replace(state) for effect, state in self._open.items()})
            self._go_under()
        elif mark in _CLOSING:
            self._open = self._outer.pop() if self._outer else self._open
        elif mark in (Effect.JOIN.value, Effect.WITH.value):
            self._join(mark, over)
        elif mark == "-":
            self._close(lambda effect, state: effect is Effect.NEGATED or not state.is_far)
        elif mark == ":":  # "Not due to stroke: leg weakness"
            self._close(
                lambda effect, state: (
                    effect in over & _ADVICE or (effect is Effect.NEGATED and state.is_used and not state.is_far)
                )
            )
            self._go_under()
        elif mark == ",":
            self._under = set()
            self._close(lambda effect, state: not state.is_far or effect in over)
            for state in self._open.values():
                state.is_used = True

    def _join(self, mark: str, over: frozenset[Effect]) -> None:
        """After "and" what is new ends what is past; "with" ends what has covered something and runs no farther."""
        is_with = mark == Effect.WITH.value
        self._open = {
            effect: state
            for effect, state in self._open.items()
            if effect not in over and not (is_with and state.is_used and (effect is Effect.NEGATED or not state.is_far))
        }

    def _close(self, is_over: object) -> None:
        self._open = {e: s for e, s in self._open.items() if not is_over(e, s)}  # type: ignore[operator]


def _news(sentence: Sentence, tokens: list[str], lexicon: Lexicon) -> list[frozenset[Effect]]:
    """What each piece ends by saying something of its own after a comma."""
    return [_ended(sentence, index, tokens, lexicon) for index in range(len(sentence.pieces))]


def _ended(sentence: Sentence, index: int, tokens: list[str], lexicon: Lexicon) -> frozenset[Effect]:
    piece = sentence.pieces[index]
    if {",", ":"} & {*piece.links} and _is_dated(piece, tokens, lexicon):
        return _ALL_OVER if "," in piece.links else _ADVICE  # "red flags discussed: saddle numbness since yesterday"
    if "," in piece.links:
        return _ended_by_comma(sentence, index, tokens, lexicon)
    if Effect.JOIN.value in piece.links and (
        tokens[piece.start] in lexicon.breaking
        or _is_well_after(sentence, index)
        or _is_dated(piece, tokens, lexicon)
        or _is_clause(piece, tokens, lexicon)
    ):
        return _OVER_WITH_NEWS  # "no fall and saddle sensation reduced", "no fever and cannot pass urine"
    is_fresh = tokens[piece.start] in lexicon.freshening  # "history of back pain and new foot drop"
    return _PAST if is_fresh and Effect.OR.value not in piece.links else _NO_EFFECT


def _ended_by_comma(sentence: Sentence, index: int, tokens: list[str], lexicon: Lexicon) -> frozenset[Effect]:
    piece = sentence.pieces[index]
    if _is_patients(sentence, index, tokens, lexicon):
        return _ALL_OVER
    if _goes_on_about_another(sentence, index, tokens, lexicon):
        piece.cues = [cue for cue in piece.cues if cue.start > piece.start]
        return _OVER_WITH_NEWS
    if _is_after_or(sentence, index, tokens) and _is_complaint(piece, lexicon):
        return _OVER_WITH_NEWS
    if not _is_said_anew(sentence, index, tokens, lexicon):
        return _OVER_WITH_NEWS if _opens_anew(piece) else _NO_EFFECT
    is_conditional = not lexicon.conditional.isdisjoint(tokens[sentence.pieces[0].start : piece.start])
    return _OVER_WITH_NEWS if is_conditional else _OVER_WITH_NEWS | {Effect.DROPPED}


def _is_said_anew(sentence: Sentence, index: int, tokens: list[str], lexicon: Lexicon) -> bool:
    """Whether a piece after a comma is no member of the list before it: "no pain, unable to void", "..., new X"."""
    first, is_last = tokens[sentence.pieces[index].start], _is_last(sentence, index)
    if first in lexicon.breaking or (is_last and (first in lexicon.freshening or _is_bare(sentence, index))):
        return True
    return _is_clause(sentence.pieces[index], tokens, lexicon) and not _ends_in_or(sentence, index)


def _is_last(sentence: Sentence, index: int) -> bool:
    """Whether a piece is the last that says something, and no "or" hangs it on the one before."""
    later = sentence.pieces[index + 1 :]
    return not any(piece.findings for piece in later) and Effect.OR.value not in sentence.pieces[index].links


def _is_complaint(piece: Piece, lexicon: Lexicon) -> bool:
    return any(item.hit.phrase.concept in lexicon.complaints for item in piece.findings)


def _is_patients(sentence: Sentence, index: int, tokens: list[str], lexicon: Lexicon) -> bool:
    """Whether a piece tells of the patient, whatever stands before it.

    So behind what denies or concedes nothing that matters, and a complaint behind the clause of somebody who is no
    relative: "wife has MS, numb feet".
    """
    if _tells_nothing(sentence.pieces[index - 1], tokens, lexicon):
        return True
    if _is_last(sentence, index) and _concedes(sentence, tokens, lexicon):
        return True
    is_own = tokens[sentence.pieces[index].start] not in lexicon.stating
    return (
        is_own
        and _is_complaint(sentence.pieces[index], lexicon)
        and _is_after_another(sentence, index, tokens, lexicon)
    )


def _goes_on_about_another(sentence: Sentence, index: int, tokens: list[str], lexicon: Lexicon) -> bool:
    """Whether a piece has a verb and no subject behind what somebody else has: "wife is incontinent, has foot drop".

    "Wife is a nurse, has foot drop" tells of the patient.
    """
    is_verb = tokens[sentence.pieces[index].start] in lexicon.stating
    is_ill = any(piece.findings for piece in sentence.pieces[:index])
    return is_verb and is_ill and _is_after_another(sentence, index, tokens, lexicon)


def _is_dated(piece: Piece, tokens: list[str], lexicon: Lexicon) -> bool:
    """Whether a piece tells since which day something is there: "saddle numbness since yesterday"."""
    words = tokens[piece.start : piece.end]
    if any(word in lexicon.days and before in lexicon.dating for before, word in pairwise(words)):
        return True
    told = (cue for cue in piece.cues if _effect(cue) is Effect.AFFIRMED)
    return bool(piece.findings) and any(tokens[cue.start] in lexicon.dating for cue in told)


def _is_after_another(sentence: Sentence, index: int, tokens: list[str], lexicon: Lexicon) -> bool:
    """Whether a piece stands after the clause of somebody who is no relative: "wife has MS, ..."."""
    cues = (cue for piece in sentence.pieces[:index] for cue in piece.cues)
    return any(_effect(cue) is Effect.DROPPED and tokens[cue.start] in lexicon.others for cue in cues)


def _concedes(sentence: Sentence, tokens: list[str], lexicon: Lexicon) -> bool:
    """Whether a sentence begins with "although" or its like, which a piece does not hold when it parts pieces."""
    start = sentence.pieces[0].start
    return not lexicon.conceding.isdisjoint(tokens[max(start - 1, 0) : start + 1])


def _is_answered_heading(piece: Piece) -> bool:
    """Whether a piece only says that there is nothing under a heading: "no family history", "PMH nil"."""
    is_denied = any(_effect(cue) is Effect.NEGATED for cue in piece.cues)
    return is_denied and not piece.items and any(_is_heading(cue) for cue in piece.cues)


def _is_bare(sentence: Sentence, index: int) -> bool:
    """Whether a last member lacks the "no" that two before it have each: "no back pain, no fever, foot drop"."""
    before = sentence.pieces[max(0, index - 2) : index]
    denied = [p for p in before if any(c.start == p.start and _effect(c) is Effect.NEGATED for c in p.cues)]
    return len(denied) > 1 and all(_effect(cue) is None for cue in sentence.pieces[index].cues)


def _tells_nothing(piece: Piece, tokens: list[str], lexicon: Lexicon) -> bool:
    return _is_answered_heading(piece) or _is_vacant(piece, tokens, lexicon)


def _is_vacant(piece: Piece, tokens: list[str], lexicon: Lexicon) -> bool:
    """Whether a piece denies nothing that can be found: "no concerns", "nil of note"."""
    cues = {at for cue in piece.cues if _effect(cue) is Effect.NEGATED for at in cue.words}
    rest = {tokens[at] for at in range(piece.start, piece.end) if at not in cues}
    return bool(cues and rest) and rest <= lexicon.vacant


def _effect(hit: Hit) -> Effect | None:
    return hit.phrase.cue.effect if hit.phrase.cue is not None else None


def _ends_in_or(sentence: Sentence, index: int) -> bool:
    """Whether a piece is in a list that an "or" closes: "denies back pain, legs weak, or numbness"."""
    return any(Effect.OR.value in piece.links for piece in sentence.pieces[index:])


def _is_well_after(sentence: Sentence, index: int) -> bool:
    """Whether health is stated behind the "and" of a denial: "no weakness and sensation intact"."""
    is_well = any(item.hit.phrase.is_denial for item in sentence.pieces[index].findings)
    return is_well and not any(item.hit.phrase.is_denial for item in sentence.pieces[index - 1].findings)


def _is_after_or(sentence: Sentence, index: int, tokens: list[str]) -> bool:
    """Whether an "or" closed the list before a last piece: "no fever or trauma, saddle numbness".

    "No fever or trauma, saddle numbness or weakness" and "..., bladder/bowel dysfunction" go on.
    """
    piece, before = sentence.pieces[index], sentence.pieces[index - 1]
    is_closed = Effect.OR.value in before.links and any(_effect(c) is Effect.NEGATED for c in sentence.pieces[0].cues)
    return is_closed and _is_last(sentence, index) and _ALTERNATIVES.isdisjoint(tokens[piece.start : piece.end])


def _is_clause(piece: Piece, tokens: list[str], lexicon: Lexicon) -> bool:
    """Whether a piece has a predicate of its own: "left foot is numb", "ankle jerks absent", "EHL 2/5"."""
    words = tokens[piece.start : piece.end]
    if any(word in lexicon.stating and before not in lexicon.relating for before, word in pairwise([",", *words])):
        return True
    sites = [item.hit.start for item in piece.of(Channel.SITE)]
    return any(
        (tokens[item.hit.end - 1] in lexicon.outcomes or tokens[item.hit.end - 1].isdigit())
        and min([item.hit.start, *sites]) < item.hit.end - 1
        for item in piece.findings
    )


def _opens_anew(piece: Piece) -> bool:
    """Whether a piece after a comma says something of its own, so that a "no" before the comma is over."""
    if Effect.OR.value in piece.links:
        return False
    # "no clonus, plantars downgoing": said to be well, not denied to be well
    if any(item.hit.phrase.is_denial for item in piece.items):
        return True
    cues = [hit.phrase.cue for hit in piece.cues if hit.phrase.cue is not None]
    return any(cue.effect is Effect.AFFIRMED or cue.is_after for cue in cues)


def _events(piece: Piece) -> Iterator[Item | Hit]:
    items: list[Item | Hit] = [*piece.items, *piece.cues]
    return iter(sorted(items, key=lambda event: event.hit.start if isinstance(event, Item) else event.start))


def _apply_after(sentence: Sentence, tokens: list[str], lexicon: Lexicon) -> None:
    """Cues that reach back: to the findings before them, or, when they open their piece, to those after."""
    for index, piece in enumerate(sentence.pieces):
        for hit in piece.cues:
            cue = hit.phrase.cue
            if cue is None or not (cue.is_after or _is_answer(sentence, index, hit)):
                continue
            if tokens[hit.end - 1] in lexicon.becoming and _runs_on(piece, hit):
                continue
            following = _after(sentence, index, hit)
            opens = hit.start == piece.start and any(item.is_finding for item in following)
            is_of_another = not opens and _names_another(sentence, index, hit, tokens, lexicon)
            targets = [] if opens or is_of_another else _spoken_of(sentence, index, hit, tokens, lexicon)
            # "s/p fusion with persistent numbness": what goes on is no history
            if not (targets or is_of_another or cue.under) and (
                cue.effect is not Effect.AFFIRMED or Effect.WITH.value in piece.links
            ):
                targets = following
            for item in targets:
                _mark(item, cue.effect)


def _runs_on(piece: Piece, hit: Hit) -> bool:
    """Whether a finding follows a cue so closely that the two are one saying: "has gone (completely) numb"."""
    return any(item.is_finding and 0 <= item.hit.start - hit.end <= _ADVERBS for item in piece.items)


def _names_another(sentence: Sentence, index: int, hit: Hit, tokens: list[str], lexicon: Lexicon) -> bool:
    """Whether a cue speaks of something of its own that is no finding: "UTI excluded", "allergies: none", "FH nil"."""
    piece = sentence.pieces[index]
    if index and hit.start == piece.start and not _ANSWERING.isdisjoint(piece.links):
        piece = sentence.pieces[index - 1]  # the name of a field
    before = [item for item in piece.items if item.hit.start < hit.start]
    if any(item.hit.phrase.channel in (Channel.SAY, Channel.DRUG, Channel.CIRCUMSTANCE) for item in before):
        return False
    if any(_is_heading(cue) for cue in piece.cues if cue.start < hit.start):
        return True
    if _SETTING_OFF.isdisjoint(piece.links):
        return False
    if hit.start > piece.start and tokens[piece.start] in lexicon.subjects:
        return True
    known = {at for item in before if _is_detail(item) for at in item.hit.words}
    known |= {at for cue in piece.cues for at in cue.words}
    words = (tokens[at] for at in range(piece.start, min(piece.end, hit.start)) if at not in known)
    return any(word[0].isalpha() and word not in lexicon.referring for word in words)


def _is_heading(hit: Hit) -> bool:
    cue = hit.phrase.cue
    return cue is not None and cue.effect in _HEADINGS and (not cue.is_after or cue.effect is Effect.NOT_TAKEN)


def _is_detail(item: Item) -> bool:
    """Whether words only say where, or how, something is: "left", "at night", but not "rash" or "dipstick"."""
    channel = item.hit.phrase.channel
    is_manner = channel is Channel.MODIFIER and item.hit.phrase.concept.startswith("mod.")
    return is_manner or channel in (Channel.SITE, Channel.SIDE)


def _after(sentence: Sentence, index: int, hit: Hit) -> list[Item]:
    """What follows a cue in its piece, and when it is a heading ("Negative: ...") in the pieces under it."""
    piece, later = sentence.pieces[index], sentence.pieces[index + 1 :]
    is_heading = hit.end == piece.end and bool(later) and ":" in later[0].links
    under = [item for below in later for item in below.items] if is_heading else []
    return [item for item in piece.items if item.hit.start >= hit.end] + under


def _mark(item: Item, effect: Effect) -> None:
    if effect is Effect.AFFIRMED:
        item.effects -= {Effect.HISTORY, Effect.BACKGROUND}
        return
    if (item.hit.phrase.channel is Channel.DRUG) == (effect is Effect.NOT_TAKEN) or effect is Effect.NEGATED:
        item.effects.add(effect)


def _is_answer(sentence: Sentence, index: int, hit: Hit) -> bool:
    """Whether a cue stands last and so speaks of what is before it: "numbness: no", "cauda equina suspected"."""
    piece, cue = sentence.pieces[index], hit.phrase.cue
    if cue is None or hit.end != piece.end or any(item.hit.start in hit.words for item in piece.of(Channel.SIDE)):
        return False  # "numb left foot, not right foot"
    is_last = index + 1 == len(sentence.pieces) or not _CLOSING.isdisjoint(sentence.pieces[index + 1].links)
    is_answer = cue.effect is Effect.NEGATED and (is_last or _is_said_behind(sentence, index, hit))
    return is_answer or (cue.effect is Effect.SUSPECTED and not cue.is_far)


def _is_said_behind(sentence: Sentence, index: int, hit: Hit) -> bool:
    """Whether a denial before a comma closes its piece and so denies nothing after it: "fever denied, weakness"."""
    piece, cue, after = sentence.pieces[index], hit.phrase.cue, sentence.pieces[index + 1 : index + 2]
    if cue is None or cue.effect is not Effect.NEGATED or hit.end != piece.end or not after:
        return False
    return "," in after[0].links and any(item.hit.end <= hit.start for item in piece.findings)


def _spoken_of(sentence: Sentence, index: int, hit: Hit, tokens: list[str], lexicon: Lexicon) -> list[Item]:
    """What a cue that reaches back speaks of."""
    if hit.phrase.cue is not None and hit.phrase.cue.is_near:
        return _near(sentence, index, hit)
    piece = sentence.pieces[index]
    is_answer = ":" in piece.links and lexicon.referring.issuperset(tokens[piece.start : hit.start])
    return _before(sentence, index, hit, is_answer and _is_list(sentence.pieces[1:index]))


def _near(sentence: Sentence, index: int, hit: Hit) -> list[Item]:
    """What a near cue speaks of: its own piece ("stroke or ulcer risk"), or the field that it alone fills in."""
    found: list[Item] = []
    while index >= 0:
        piece = sentence.pieces[index]
        found += [item for item in piece.of(*_SPOKEN_OF) if item.hit.start < hit.start]
        is_whole = (hit.start, hit.end) == (piece.start, piece.end) and not _is_screen(hit)
        is_field = is_whole and not _FIELD_MARKS.isdisjoint(piece.links)
        if not is_field and _ALTERNATIVES.isdisjoint(piece.links):
            break
        index -= 1
    return found


def _is_screen(hit: Hit) -> bool:
    """Whether a cue names what it speaks of itself: "foot drop (screen negative)" is none about the foot."""
    return hit.phrase.cue is not None and hit.phrase.cue.under is not None


def _before(sentence: Sentence, index: int, hit: Hit, in_list: bool) -> list[Item]:
    """What a cue reaching back speaks of: the nearest piece with a finding or drug, and the list that it closes."""
    found: list[Item] = []
    asides: list[Item] = []
    while index >= 0:
        piece = sentence.pieces[index]
        own = [item for item in piece.of(*_SPOKEN_OF) if item.hit.start < hit.start]
        is_empty = all(item.hit.phrase.channel in _ASIDE for item in own)
        asides = asides or own
        if found and (is_empty or any(h.phrase.cue is not None and h.phrase.cue.is_after for h in piece.cues)):
            break
        found += own if not is_empty else []
        in_list = in_list or (bool(found) and piece.is_listed)
        if found and not (piece.is_listed or (in_list and "," in piece.links)):
            break
        index -= 1
    return found or asides


def _is_list(following: list[Piece]) -> bool:
    """Whether pieces that follow a first one make a list: "fever, cough, rash: no", but not "foot drop, injury: no"."""
    return len(following) > 1 or any(piece.is_listed for piece in following)


def _ask_for(sentence: Sentence, tokens: list[str], lexicon: Lexicon) -> None:
    """Who asks for advice has what it is about: "advice re foot drop please", but not "return if weak please"."""
    words = tokens[sentence.pieces[0].start : sentence.pieces[-1].end] if sentence.pieces else []
    if words and words[-1] in lexicon.requesting and lexicon.conditional.isdisjoint(words):
        for item in (item for piece in sentence.pieces for item in piece.items):
            item.effects.discard(Effect.DROPPED)


def _answer(asked: Sentence, said: Sentence, tokens: list[str], lexicon: Lexicon) -> None:
    """A question: its finding is doubtful when it is no real question and not answered, and denied when it is no."""
    if asked.closed_by != "?" or not asked.pieces:
        return
    if _is_no(said):
        for item in (item for piece in _asked(asked, tokens, lexicon.asking) for item in piece.items):
            item.effects.add(Effect.NEGATED)
    elif asked.first not in lexicon.asking and said.first not in lexicon.affirming:
        for item in asked.pieces[-1].findings:
            item.effects.add(Effect.SUSPECTED)


def _asked(sentence: Sentence, tokens: list[str], asking: frozenset[str]) -> list[Piece]:
    """What a question asks: "foot drop, any injury?" asks for the injury."""
    begun = [at for at, piece in enumerate(sentence.pieces) if "," in piece.links and tokens[piece.start] in asking]
    return sentence.pieces[begun[-1] if begun and sentence.first not in asking else 0 :]


def _is_no(said: Sentence) -> bool:
    if len(said.pieces) != 1 or said.pieces[0].items or len(said.pieces[0].cues) != 1:
        return False
    hit, piece = said.pieces[0].cues[0], said.pieces[0]
    is_whole = (hit.start, hit.end) == (piece.start, piece.end)
    return is_whole and hit.phrase.cue is not None and hit.phrase.cue.effect is Effect.NEGATED
