"""The work-up card: tests due now, tests if unexplained, what is already there, what is not indicated and why."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from cds.domain.outcomes import TestOutcome, TestState
from cds.hooks.card_red_flag import suggestions_for, test_json, text_only_lines
from cds.hooks.composing import MOST_SUGGESTIONS, Composing, Json, with_suggestions, within
from cds.hooks.markdown import fitting, uncapitalized
from cds.hooks.phrases import evidences_json

_MOST_NOT_INDICATED = 3


def work_up_card(now: Composing) -> Json | None:
    """None when there is nothing to order, nothing already there and nothing to withhold."""
    found = now.outcomes
    if not (found.tests or found.done):
        return None
    data: Json = {
        "tests": [test_json(now, test) for test in found.tests],
        "alreadyDone": [_done_json(state) for state in found.done],
        "notIndicated": [
            {"test": s.rule.test, "because": now.phrases.fill(s.because, s.evidence)} for s in found.not_indicated
        ],
    }
    offered = [t for t in found.tests if t.when != "if-unexplained"]
    suggestions = suggestions_for(now, offered)
    speaking = [test.rule for test in found.tests] + [state.rule for state in (*found.done, *found.not_indicated)]
    lines = within(_lines(now, len(suggestions)), now.notices(speaking))
    return with_suggestions(now.card("work-up", _summary(now), "info", lines, data), suggestions)


def _summary(now: Composing) -> str:
    words, found = now.wording["work_up"], now.outcomes
    more = now.wording["differential"]["more"]
    due = [t for t in found.tests if t.when != "if-unexplained"]
    if due:
        # a test that something speaks against is told with that reason, never ahead of it
        named = [t.rule.name for t in due if not t.is_barred] or [t.rule.name for t in due]
        return fitting(words["summary_now"].replace("{tests}", "{causes}"), named, more)
    later = [t.rule.name for t in found.tests]
    key = "summary_later" if later else "summary_none"
    return fitting(words[key].replace("{tests}", "{causes}"), later or [s.rule.name for s in found.done], more)


def _lines(now: Composing, suggested: int) -> list[str]:
    words, found = now.wording["work_up"], now.outcomes
    lines = []
    for when in ("emergency", "now", "if-unexplained"):
        lines += _grouped(now, [t for t in found.tests if t.when == when and t.offered != "text"], words[when])
    lines += text_only_lines(now, found.tests)
    if found.done:
        lines.append(words["done"].format(tests="; ".join(_done_text(now, s) for s in found.done)))
    if found.not_indicated:
        shown = _by_reason(now, found.not_indicated[:_MOST_NOT_INDICATED], "reason_in_brackets")
        named = [words["not_indicated_group"].format(tests=n, because=b) for b, n in shown.items()]
        lines.append(words["not_indicated"].format(tests="; ".join(named)))
    due = [t for t in found.tests if t.when != "if-unexplained" and t.offered != "text"]
    if suggested > MOST_SUGGESTIONS:
        lines.append(words["not_offered"].format(tests=", ".join(t.rule.name for t in due[MOST_SUGGESTIONS:])))
    return lines


def _grouped(now: Composing, tests: list[TestOutcome], template: str) -> list[str]:
    """Tests with the same reason share a line."""
    because = now.wording["work_up"]["because"]
    return [
        template.format(tests=names, because=because.format(because=reason) if reason else "")
        for reason, names in _by_reason(now, tests, "reason").items()
    ]


def _by_reason(now: Composing, tests: Sequence[TestOutcome | TestState], template: str) -> dict[str, str]:
    """The names of tests by their reason; the title of a red flag as a reason begins with a small letter."""
    alike: dict[str, list[TestOutcome | TestState]] = {}
    for test in tests:
        alike.setdefault(uncapitalized(now.phrases.fill(test.because, test.evidence)), []).append(test)
    return {
        now.reason(because, chain.from_iterable(test.evidence for test in group), template): ", ".join(
            test.rule.name for test in group
        )
        for because, group in alike.items()
    }


def _done_text(now: Composing, state: TestState) -> str:
    words = now.wording["work_up"]
    if state.state == "ordered":
        date = state.evidence[0].fact.date if state.evidence else ""
        return str(words["ordered"].format(test=state.rule.name, date=date).replace("  ", " ").replace(" ,", ","))
    if not state.evidence:
        return str(state.rule.name)
    return str(words["resulted"].format(test=state.rule.name, evidence=_short(now, state)))


def _short(now: Composing, state: TestState) -> str:
    """The newest fact alone; where it says no more than the name of the test, its date and resource."""
    first = state.evidence[0]
    told = now.phrases.short(first.fact, first.by)
    names = (state.rule.title, state.rule.name)
    said = max((name for name in names if told.lower().startswith(name.lower())), key=len, default="")
    return told[len(said) :].lstrip(" ,:")


def _done_json(state: TestState) -> Json:
    data: Json = {"test": state.rule.test, "state": state.state}
    evidence = evidences_json(state.rule, state.evidence)
    dates = [item["date"] for item in evidence if "date" in item]
    if dates:
        data["date"] = dates[0]
    return {**data, "evidence": evidence}
