"""From found phrases to statements: what negates, doubts or dates each finding of a text.

Cues such as "denies" or "family history of" reach over the following pieces, some only to the next comma; cues such as
"ruled out" reach back; a question may be answered by the sentence after it.
"""

from __future__ import annotations

from cds.domain.lexicon import Effect, Lexicon
from cds.fhir.clauses import Piece, Sentence, cut
from cds.fhir.cues_ahead import Open, Scope
from cds.fhir.cues_back import apply_back
from cds.fhir.news import ended_by
from cds.fhir.phrases import Hit


def read_sentences(tokens: list[str], hits: list[Hit], lexicon: Lexicon) -> list[Sentence]:
    """Cut the text into sentences and weigh every item by the cues around it."""
    sentences = cut(tokens, hits, lexicon.dotted)
    carried: dict[Effect, Open] = {}
    before: Sentence | None = None
    for sentence in sentences:
        if sentence.opened_by != "\n" or not sentence.pieces or sentence.has_colon:
            carried = {}
        scope = Scope(carried)
        scope.run(sentence, ended_by(sentence, tokens, lexicon))
        carried = scope.carried() if sentence.ends_in_colon or carried else {}
        apply_back(sentence, tokens, lexicon)
        _ask_for(sentence, tokens, lexicon)
        if before is not None:
            _answer(before, sentence, tokens, lexicon)
        before = sentence
    if before is not None:
        _answer(before, Sentence([]), tokens, lexicon)
    return sentences


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
