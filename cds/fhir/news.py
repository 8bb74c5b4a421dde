"""What each piece of a sentence ends of what was said before it: a denial, a history, somebody else's illness."""

from __future__ import annotations

from itertools import pairwise

from cds.domain.lexicon import Channel, Effect, Lexicon
from cds.fhir.clauses import ALTERNATIVES, Piece, Sentence, effect_of, is_heading

_OVER_WITH_NEWS = frozenset({Effect.NEGATED, Effect.HISTORY, Effect.BACKGROUND})
_ALL_OVER = _OVER_WITH_NEWS | {Effect.FAMILY, Effect.DROPPED}
_ADVICE = frozenset({Effect.DROPPED})
_PAST = frozenset({Effect.HISTORY, Effect.BACKGROUND})
_NO_EFFECT: frozenset[Effect] = frozenset()


def ended_by(sentence: Sentence, tokens: list[str], lexicon: Lexicon) -> list[frozenset[Effect]]:
    """What each piece ends by saying something of its own after a comma, a colon or an "and"."""
    return [_ended(sentence, index, tokens, lexicon) for index in range(len(sentence.pieces))]


def _ended(sentence: Sentence, index: int, tokens: list[str], lexicon: Lexicon) -> frozenset[Effect]:
    piece = sentence.pieces[index]
    is_dated = _is_dated(piece, tokens, lexicon) or _goes_with_dated(sentence, index, tokens, lexicon)
    if {",", ":"} & {*piece.links} and is_dated:
        return _ALL_OVER if "," in piece.links else _ADVICE  # "red flags discussed: saddle numbness since yesterday"
    if "," in piece.links:
        return _ended_by_comma(sentence, index, tokens, lexicon)
    if Effect.JOIN.value in piece.links and (
        tokens[piece.start] in lexicon.breaking
        or _is_well_after(sentence, index)
        or is_dated
        or _is_clause(piece, tokens, lexicon)
        or _is_described(sentence, index, tokens, lexicon)
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
    told = (cue for cue in piece.cues if effect_of(cue) is Effect.AFFIRMED)
    return bool(piece.findings) and any(tokens[cue.start] in lexicon.dating for cue in told)


def _goes_with_dated(sentence: Sentence, index: int, tokens: list[str], lexicon: Lexicon) -> bool:
    """Whether what a piece is told with has a day: "no headache, face drooping with a numb leg since yesterday"."""
    behind = sentence.pieces[index + 1 : index + 2]
    return any(Effect.WITH.value in piece.links and _is_dated(piece, tokens, lexicon) for piece in behind)


def _is_after_another(sentence: Sentence, index: int, tokens: list[str], lexicon: Lexicon) -> bool:
    """Whether a piece stands after the clause of somebody who is no relative: "wife has MS, ..."."""
    cues = (cue for piece in sentence.pieces[:index] for cue in piece.cues)
    return any(effect_of(cue) is Effect.DROPPED and tokens[cue.start] in lexicon.others for cue in cues)


def _concedes(sentence: Sentence, tokens: list[str], lexicon: Lexicon) -> bool:
    """Whether a sentence begins with "although" or its like, which a piece does not hold when it parts pieces."""
    start = sentence.pieces[0].start
    return not lexicon.conceding.isdisjoint(tokens[max(start - 1, 0) : start + 1])


def _is_answered_heading(piece: Piece) -> bool:
    """Whether a piece only says that there is nothing under a heading: "no family history", "PMH nil"."""
    is_denied = any(effect_of(cue) is Effect.NEGATED for cue in piece.cues)
    return is_denied and not piece.items and any(is_heading(cue) for cue in piece.cues)


def _is_bare(sentence: Sentence, index: int) -> bool:
    """Whether a last member lacks the "no" that two before it have each: "no back pain, no fever, foot drop"."""
    before = sentence.pieces[max(0, index - 2) : index]
    denied = [p for p in before if any(c.start == p.start and effect_of(c) is Effect.NEGATED for c in p.cues)]
    return len(denied) > 1 and all(effect_of(cue) is None for cue in sentence.pieces[index].cues)


def _tells_nothing(piece: Piece, tokens: list[str], lexicon: Lexicon) -> bool:
    return _is_answered_heading(piece) or _is_vacant(piece, tokens, lexicon)


def _is_vacant(piece: Piece, tokens: list[str], lexicon: Lexicon) -> bool:
    """Whether a piece denies nothing that can be found: "no concerns", "nil of note"."""
    cues = {at for cue in piece.cues if effect_of(cue) is Effect.NEGATED for at in cue.words}
    rest = {tokens[at] for at in range(piece.start, piece.end) if at not in cues}
    return bool(cues and rest) and rest <= lexicon.vacant


def _ends_in_or(sentence: Sentence, index: int) -> bool:
    """Whether a piece is in a list that an "or" closes: "denies back pain, legs weak, or numbness"."""
    return any(Effect.OR.value in piece.links for piece in sentence.pieces[index:])


def _is_well_after(sentence: Sentence, index: int) -> bool:
    """Whether health is stated behind the "and" of a denial: "no weakness and sensation intact"."""
    is_well = any(item.hit.phrase.is_denial for item in sentence.pieces[index].findings)
    return is_well and index > 0 and not any(item.hit.phrase.is_denial for item in sentence.pieces[index - 1].findings)


def _is_described(sentence: Sentence, index: int, tokens: list[str], lexicon: Lexicon) -> bool:
    """Whether what nobody would deny in these words follows a bare "no" by an "and": "no weakness and numb saddle".

    "Denies weakness and numb saddle" denies both.
    """
    start = sentence.pieces[index].start
    if not index or " ".join(tokens[start : start + 2]) not in lexicon.ailing:
        return False
    cues = (cue for cue in sentence.pieces[index - 1].cues if effect_of(cue) is Effect.NEGATED)
    return any(cue.end - cue.start == 1 and tokens[cue.start] in lexicon.denying for cue in cues)


def _is_after_or(sentence: Sentence, index: int, tokens: list[str]) -> bool:
    """Whether an "or" closed the list before a last piece: "no fever or trauma, saddle numbness".

    "No fever or trauma, saddle numbness or weakness" and "..., bladder/bowel dysfunction" go on.
    """
    piece, before = sentence.pieces[index], sentence.pieces[index - 1]
    is_closed = Effect.OR.value in before.links and any(effect_of(c) is Effect.NEGATED for c in sentence.pieces[0].cues)
    return is_closed and _is_last(sentence, index) and ALTERNATIVES.isdisjoint(tokens[piece.start : piece.end])


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
