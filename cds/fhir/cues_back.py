"""Cues that reach back: what "ruled out", "resolved" or an answer say of the pieces before them."""

from __future__ import annotations

from cds.domain.lexicon import Channel, Effect, Lexicon
from cds.fhir.clauses import ALTERNATIVES, CLOSING, Item, Piece, Sentence, is_heading, is_said_behind
from cds.fhir.phrases import Hit

_SETTING_OFF = frozenset({",", "(", Effect.WITH.value})
_ANSWERING = frozenset({":", "-"})
_FIELD_MARKS = frozenset({":", "-", "("})
# words that may stand between "gone" and "numb"
_ADVERBS = 2
_ASIDE = (Channel.MODIFIER, Channel.CIRCUMSTANCE)
_SPOKEN_OF = (Channel.SAY, Channel.DRUG, *_ASIDE)


def apply_back(sentence: Sentence, tokens: list[str], lexicon: Lexicon) -> None:
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
            for item in _without_health(targets) if cue.effect is Effect.NEGATED else targets:
                _mark(item, cue.effect)


def _without_health(targets: list[Item]) -> list[Item]:
    """What is absent is a trouble, and not the health told before it: "power 5/5 clonus absent"."""
    troubles = [item for item in targets if not (item.is_finding and item.hit.phrase.is_denial)]
    return troubles if any(item.is_finding for item in troubles) else targets


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
    if any(is_heading(cue) for cue in piece.cues if cue.start < hit.start):
        return True
    if _SETTING_OFF.isdisjoint(piece.links):
        return False
    if hit.start > piece.start and tokens[piece.start] in lexicon.subjects:
        return True
    known = {at for item in before if _is_detail(item) for at in item.hit.words}
    known |= {at for cue in piece.cues for at in cue.words}
    words = (tokens[at] for at in range(piece.start, min(piece.end, hit.start)) if at not in known)
    return any(word[0].isalpha() and word not in lexicon.referring for word in words)


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
    is_last = index + 1 == len(sentence.pieces) or not CLOSING.isdisjoint(sentence.pieces[index + 1].links)
    is_answer = cue.effect is Effect.NEGATED and (is_last or is_said_behind(sentence, index, hit))
    return is_answer or (cue.effect is Effect.SUSPECTED and not cue.is_far)


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
        if not is_field and ALTERNATIVES.isdisjoint(piece.links):
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
