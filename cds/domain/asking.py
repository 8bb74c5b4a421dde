"""Which questions are asked: safety first, then place and side, then those whose answer would change this ranking most.

A question is worth more the higher the causes stand that its answer moves (those that ask it), and the more of the
other leading causes it leaves where they are: what would move all of them alike tells nothing apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cds.domain import outcomes as o
from cds.domain.judging import met
from cds.domain.rule import Question, Rulebook
from cds.domain.scene import Scene

MOST_QUESTIONS = 5
# Questions ranked below this come before those that the leading causes ask.
FIRST_QUESTIONS = 10
_LEADING = 5
# What the data support already moves less, what is dangerous when missed matters more; a cause that has been asked
# about once gives way to the others.
_OPEN, _DANGEROUS, _ASKED, _MOST_OF_ONE = 2, 2, 4, 2


def choose_questions(book: Rulebook, scene: Scene, found: o.Outcomes) -> None:
    """At most five open questions, the most telling first."""
    chosen: dict[str, Question] = {}
    for identifier in _in_order(book, scene, found):
        chosen.setdefault(identifier, book.questions[identifier])
        if len(chosen) == MOST_QUESTIONS:
            break
    found.questions = list(chosen.values())


def _in_order(book: Rulebook, scene: Scene, found: o.Outcomes) -> Iterator[str]:
    """What red flags ask; what the record makes pressing; where and which side; what tells apart; the standing ones."""
    yield from (i for rule in book.red_flags for i, when in rule.asks if when.judge(scene).is_met)
    ranked = book.questions.values()
    yield from _open((q for q in ranked if q.first_when is not None and q.first_when.judge(scene).is_met), scene)
    yield from _open((q for q in ranked if q.rank < FIRST_QUESTIONS and q.standing), scene)
    yield from _telling(book, scene, _leading(found))
    yield from _open((q for q in ranked if _is_standing(q, scene)), scene)


def _open(questions: Iterable[Question], scene: Scene) -> Iterator[str]:
    """Those that the record does not answer."""
    return (q.id for q in questions if not met(q.settled_when, scene).is_met)


def _is_standing(question: Question, scene: Scene) -> bool:
    when = question.standing_when
    return question.standing and (when is None or when.judge(scene).is_met)


def _telling(book: Rulebook, scene: Scene, causes: list[o.CauseOutcome]) -> Iterator[str]:
    """The most telling first, at most two of one cause; of equal ones the one that its cause asks first."""
    weights = {c.rule.cause: float(_weight(c, place)) for place, c in enumerate(causes)}
    times = dict.fromkeys(weights, 0)
    moved: dict[str, list[str]] = {}
    for c in causes:
        for identifier in c.rule.asks:
            moved.setdefault(identifier, []).append(c.rule.cause)
    while moved:
        total = 1 + sum(weights.values())
        best = max(moved, key=lambda i: _worth(sum(weights[cause] for cause in moved[i]), total))
        of = moved.pop(best)
        if all(times[cause] >= _MOST_OF_ONE for cause in of) or met(book.questions[best].settled_when, scene).is_met:
            continue
        yield best
        for cause in of:
            weights[cause] /= _ASKED
            times[cause] += 1


def _leading(found: o.Outcomes) -> list[o.CauseOutcome]:
    """The first causes of the ranking, and those further down that are dangerous when missed."""
    return [c for place, c in enumerate(found.causes) if place < _LEADING or c.rule.dangerous]


def _weight(cause: o.CauseOutcome, place: int) -> int:
    height = max(_LEADING - place, 1)
    return height * (1 if cause.tier == o.SUPPORTED else _OPEN) * (_DANGEROUS if cause.rule.dangerous else 1)


def _worth(own: float, total: float) -> float:
    """The weight of what the answer moves, against the weight of what it leaves."""
    return own * (total - own)
