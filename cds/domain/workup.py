"""The work-up: contraindicated > emergency > already done or ordered > now > not indicated > if unexplained.

A test that another one replaces, or that would only delay, is withheld: listed as not indicated even when due.
"""

from __future__ import annotations

from cds.domain import outcomes as o
from cds.domain.judging import first_met, met, told
from cds.domain.record import Fact, Finding
from cds.domain.rule import Because, Rulebook, TestRule
from cds.domain.scene import Scene
from cds.domain.silence import silence_of_tests
from cds.domain.truth import Evidence, Verdict

EMERGENCY, NOW, IF_UNEXPLAINED = "emergency", "now", "if-unexplained"
_WHEN = (EMERGENCY, NOW, IF_UNEXPLAINED)


def judge_tests(book: Rulebook, scene: Scene, found: o.Outcomes) -> None:
    """Judge every test, then the actions that raised flags ask for."""
    found.first_line = book.first_line_complete.judge(scene)
    flagged = _flagged_tests(found)
    silence = silence_of_tests(book, scene)
    for rule in book.tests:
        if rule.test not in flagged and silence.covers(rule):
            continue
        said = len(found.tests) + len(found.done) + len(found.not_indicated)
        _judge_test(rule, scene, found, flagged)
        if said == len(found.tests) + len(found.done) + len(found.not_indicated):
            silence.note(rule)
    _let_riders_ride(found)
    places = {test: place for place, test in enumerate(flagged)}
    found.tests.sort(key=lambda t: _place(t, places))
    for states in (found.done, found.not_indicated):
        states.sort(key=lambda s: (s.rule.order_rank, s.rule.test))
    _gather_actions(book, found)


def _place(test: o.TestOutcome, flagged: dict[str, int]) -> tuple[int, int, bool, int, str]:
    """What red flags ask for in their order, before the others by their yield: few tests fit on a card.

    What is due only because the first line explains nothing comes after what is due by itself.
    """
    first = flagged.get(test.rule.test, len(flagged))
    return _WHEN.index(test.when), first, test.is_second_line, test.rule.order_rank, test.rule.test


def _flagged_tests(found: o.Outcomes) -> dict[str, tuple[str, o.RaisedFlag]]:
    """The tests that a raised flag asks for: an emergency under a critical flag, else now."""
    asked: dict[str, tuple[str, o.RaisedFlag]] = {}
    for flag in found.flags:
        for test in flag.level.tests:
            asked.setdefault(test, (EMERGENCY if flag.indicator == "critical" else NOW, flag))
    return asked


def _judge_test(rule: TestRule, scene: Scene, found: o.Outcomes, flagged: dict[str, tuple[str, o.RaisedFlag]]) -> None:
    due = _due(rule, scene, found, flagged.get(rule.test))
    if due is None or due.when == IF_UNEXPLAINED:
        refused = first_met(rule.not_indicated_when, scene, firm=True)
        if refused and not (due and _state(rule, scene, due)):
            _refuse(rule, refused, scene, found)
            return
    if due is None or _withhold(rule, scene, found, due):
        return
    barred = first_met(rule.contraindicated_when, scene)
    if barred:
        due.offered, due.because, due.is_barred = "text", barred[0].because, True
        due.evidence = told(*barred, scene)
    state = _state(rule, scene, due)
    if due.when == EMERGENCY:
        # an emergency goes before what is there already; an order on its way is said beside it
        due.ordered = state.evidence if state is not None and state.state == "ordered" else ()
    elif state is not None:
        found.done.append(state)
        # an order on its way does not settle what speaks against the test (contraindicated > already ordered)
        if not (barred and state.state == "ordered"):
            return
    due.notes = [r.because for r in rule.note_when if r.when.judge(scene).is_met]
    found.tests.append(due)


def _refuse(rule: TestRule, reason: tuple[Because, Verdict], scene: Scene, found: o.Outcomes) -> None:
    """Not indicated, unless it is there already: what is done is said, even where it need not have been."""
    state = _state(rule, scene)
    if state is None:
        found.not_indicated.append(_refused(rule, *reason, scene))
    else:
        found.done.append(state)


def _withhold(rule: TestRule, scene: Scene, found: o.Outcomes, due: o.TestOutcome) -> bool:
    """Whether another test takes its place, or it would delay care. Weak reasons only make it text."""
    if due.when == EMERGENCY:
        return False
    reason = first_met(rule.withheld_when, scene, firm=True) or first_met(rule.withheld_when, scene)
    if reason is None:
        return False
    because, verdict = reason
    if verdict.is_firm:
        found.not_indicated.append(_refused(rule, because, verdict, scene))
        return True
    due.offered, due.because, due.is_barred = "text", because.because, True
    due.evidence = told(because, verdict, scene)
    return False


def _refused(rule: TestRule, reason: Because, verdict: Verdict, scene: Scene) -> o.TestState:
    return o.TestState(rule, "not-indicated", reason.because, told(reason, verdict, scene))


def _due(
    rule: TestRule, scene: Scene, found: o.Outcomes, asked: tuple[str, o.RaisedFlag] | None
) -> o.TestOutcome | None:
    """Whether and when the test is due, before asking whether it is already there."""
    if asked is not None:
        return _asked_by_flag(rule, *asked, scene)
    now = first_met(rule.now_when, scene)
    if now:
        return _outcome(rule, NOW, *now, scene)
    later = first_met(rule.unexplained_when, scene)
    if not later:
        return None
    return _unexplained(rule, found, *later, scene)


def _offered(rule: TestRule, when: str) -> str:
    """What is an order on an ordinary day may go through a specialist in an emergency."""
    return (when == EMERGENCY and rule.offered_in_emergency) or rule.offered


def _asked_by_flag(rule: TestRule, when: str, flag: o.RaisedFlag, scene: Scene) -> o.TestOutcome:
    """A test that a flag asks for, outside an emergency with its own reason where it has one."""
    own = first_met(rule.now_when, scene) if when == NOW and rule.offered != "text" else None
    if own:
        return _outcome(rule, NOW, *own, scene)
    return o.TestOutcome(rule, when, _told(rule, flag), flag.evidence, _offered(rule, when))


def _told(rule: TestRule, flag: o.RaisedFlag) -> str:
    """Why a flag asks for a test; what is text only says how it is meant."""
    return str(rule.resource["text"]) if rule.offered == "text" and rule.resource else flag.title


def _unexplained(
    rule: TestRule, found: o.Outcomes, reason: Because, verdict: Verdict, scene: Scene
) -> o.TestOutcome | None:
    """Second-line tests: named while the first line is open, due when it is complete, normal and explains nothing.

    Where rules for causes are not in use nobody knows that nothing explains it: they are named, never due.
    """
    if found.first_line is None or not found.first_line.is_firm:
        return _outcome(rule, IF_UNEXPLAINED, reason, verdict, scene)
    if any(c.tier == o.SUPPORTED for c in found.causes):
        return None
    due = _outcome(rule, IF_UNEXPLAINED if scene.unused_causes else NOW, reason, verdict, scene)
    due.is_second_line = True
    return due


def _outcome(rule: TestRule, when: str, reason: Because, verdict: Verdict, scene: Scene) -> o.TestOutcome:
    evidence = told(reason, verdict, scene)
    return o.TestOutcome(rule, when, reason.because, evidence, rule.offered, confirms=reason.confirms)


def _state(rule: TestRule, scene: Scene, due: o.TestOutcome | None = None) -> o.TestState | None:
    """Already ordered; or resulted, unless something is new since or it confirms the very result that is there."""
    ordered = met(rule.ordered_when, scene)
    if ordered.is_firm:
        return o.TestState(rule, "ordered", "", _newest(ordered))
    if due is not None and due.confirms:
        return None
    done = met(rule.done_when, scene)
    if not done.is_firm or _is_overtaken(done, met(rule.repeat_when, scene)):
        return None
    return o.TestState(rule, "resulted", "", _newest(done))


def _is_overtaken(done: Verdict, again: Verdict) -> bool:
    """Whether a reason to repeat came up after the test; one without a date may have."""
    if not again.is_met:
        return False
    last = max((e.fact.when.latest or 0 for e in done.evidence), default=0)
    return any((day := _noted(e.fact)) is None or day > last for e in again.evidence)


def _noted(fact: Fact) -> int | None:
    """The day on which a fact came to the record, else its own."""
    recorded = fact.recorded.latest if isinstance(fact, Finding) else None
    return fact.when.latest if recorded is None else recorded


def _newest(verdict: Verdict) -> tuple[Evidence, ...]:
    """The latest of the facts, first."""
    return tuple(sorted(verdict.evidence, key=lambda e: e.fact.when.latest or 0, reverse=True))


def _let_riders_ride(found: o.Outcomes) -> None:
    """A test that rides with another (EMG with NCS) is due only when the other is."""
    due = {t.rule.test: t.when for t in found.tests}
    found.tests = [t for t in found.tests if not t.rule.rides_with or t.rule.rides_with in due]
    for test in found.tests:
        if test.rule.rides_with:
            test.when = due[test.rule.rides_with]


def _gather_actions(book: Rulebook, found: o.Outcomes) -> None:
    """The actions of raised flags, each once, most urgent flag first; not one that another does sooner."""
    asked: dict[str, o.RaisedFlag] = {}
    for flag in found.flags:
        for action in flag.level.actions:
            if action in book.actions:  # one that the site has not in use is not advised
                asked.setdefault(action, flag)
    for action, flag in asked.items():
        if asked.keys().isdisjoint(book.actions[action].replaced_by):
            found.actions.append((book.actions[action], flag))
