"""The red-flag card: what, which data, what guidelines advise, and under a critical flag the emergency orders."""

from __future__ import annotations

from itertools import chain

from cds.domain.outcomes import RaisedFlag, TestOutcome
from cds.hooks.composing import Composing, Json, with_suggestions, within
from cds.hooks.markdown import LONGEST_SUMMARY, uncapitalized, utf16_length
from cds.hooks.phrases import evidences_json, sources_of

_MOST_FLAGS = 4


def red_flag_card(now: Composing) -> Json | None:
    """One card for all flags at warning or above; None when there is none."""
    flags = [f for f in now.outcomes.flags if f.indicator != "info"]
    if not flags:
        return None
    lead = flags[0]
    tests = emergency_tests(now) if lead.indicator == "critical" else []
    data: Json = {
        "redFlags": [
            {"id": f.flag, "indicator": f.indicator, "evidence": evidences_json(f.rule, f.evidence)} for f in flags
        ],
        "tests": [test_json(now, test) for test in tests],
    }
    topic = "hnredflag" + "".join(c for c in lead.flag.split("redflag.")[-1] if c.isalnum())
    card = now.card("red-flag", _summary(now, flags), lead.indicator, _lines(now, flags, tests), data, topic)
    return with_suggestions(card, _suggestions(now, tests) if now.is_ordering else [])


def emergency_tests(now: Composing) -> list[TestOutcome]:
    """The tests that cannot wait."""
    return [t for t in now.outcomes.tests if t.when == "emergency"]


def test_json(now: Composing, test: TestOutcome) -> Json:
    """A test as the contract's data."""
    return {
        "test": test.rule.test, "when": test.when, "offered": test.offered,
        "because": now.phrases.fill(test.because, test.evidence) or test.rule.title,
        "evidence": evidences_json(test.rule, test.evidence),
    }  # fmt: skip


def _summary(now: Composing, flags: list[RaisedFlag]) -> str:
    if now.outcomes.gate.comfort:
        return _comfort_summary(now, flags)
    others = [uncapitalized(f.title) for f in flags[1:] if f.indicator == flags[0].indicator]
    also = now.wording["red_flag"]["also"].format(flags=", ".join(dict.fromkeys(others))) if others else ""
    summary = flags[0].level.summary
    return summary + also if utf16_length(summary + also) <= LONGEST_SUMMARY else summary


def _comfort_summary(now: Composing, flags: list[RaisedFlag]) -> str:
    """In comfort care nothing is sent for at once: the question is whether to act."""
    titles = list(dict.fromkeys(uncapitalized(f.title) for f in flags))
    template = now.wording["red_flag"]["comfort_summary"]
    joined = str(template.format(titles=", ".join(titles)))
    return joined if utf16_length(joined) <= LONGEST_SUMMARY else str(template.format(titles=titles[0]))


def _lines(now: Composing, flags: list[RaisedFlag], tests: list[TestOutcome]) -> list[str]:
    words = now.wording["red_flag"]
    equals = [f for f in flags if f.indicator == flags[0].indicator]
    lines = [words["comfort"]] if now.outcomes.gate.comfort else []
    told = _told_together(equals)[:_MOST_FLAGS]
    for group in told:
        # Without the empty line a title would run on in the list item above it.
        lines += ([""] if lines else []) + _flag_lines(now, group)
    offered = [t.rule.name for t in tests if t.offered != "text"]
    if offered:
        lines.append(words["tests"].format(tests=", ".join(offered)))
    lines += text_only_lines(now, tests) + _on_order(now, tests)
    actions = list(dict.fromkeys(a.name for a, flag in now.outcomes.actions if flag.indicator != "info"))
    if actions and not now.outcomes.gate.comfort:
        lines.append(words["actions"].format(actions=", ".join(actions)))
    shown = [flag for group in told for flag in group]
    for flag in flags:
        if flag not in shown:
            evidence = now.phrases.facts(flag.evidence, most=2)
            lines.append(words["lesser"].format(title=flag.title, evidence=evidence))
    named = [f.rule for f in flags], [t.rule for t in tests], [action for action, _ in now.outcomes.actions]
    return within(lines, [words["verify"], *now.notices(chain(*named))])


def _told_together(flags: list[RaisedFlag]) -> list[list[RaisedFlag]]:
    """Flags in groups: one that rests on the same data as another and asks for no more is told under its heading."""
    groups: list[list[RaisedFlag]] = []
    for flag in flags:
        group = next((g for g in groups if _covers(g[0], flag)), None)
        if group is None:
            groups.append([flag])
        else:
            group.append(flag)
    return groups


def _covers(first: RaisedFlag, other: RaisedFlag) -> bool:
    seen, data = ({id(e.fact) for e in flag.evidence} for flag in (first, other))
    return (
        bool(data)
        and data <= seen
        and {*other.level.actions, *other.level.tests} <= {*first.level.actions, *first.level.tests}
    )


def _flag_lines(now: Composing, group: list[RaisedFlag]) -> list[str]:
    words, flag = now.wording["red_flag"], group[0]
    spoke = (source for item in flag.evidence for source in sources_of(flag.rule, item.criterion))
    guidance = now.phrases.labels([*spoke, *flag.rule.sources])
    data = now.phrases.facts(flag.evidence)
    titles = [flag.title, *(uncapitalized(other.title) for other in group[1:])]
    lines = [words["flag"].format(title="; ".join(dict.fromkeys(titles)))]
    if data:
        lines.append(words["data"].format(evidence=data, sources=""))
    return [*lines, words["advice"].format(line=flag.level.line + guidance)]


def text_only_lines(now: Composing, tests: list[TestOutcome]) -> list[str]:
    """Tests without a button: those barred for this patient with the reason, the others in one line."""
    words = now.wording["work_up"]
    lines = []
    for test in tests:
        if test.is_barred:
            because = now.reason(now.phrases.fill(test.because, test.evidence), test.evidence)
            lines.append(words["text"].format(test=_capital(test.rule.name), because=because))
    others = [_with_reason(now, t) for t in tests if t.offered == "text" and not t.is_barred]
    return [*lines, words["by_specialist"].format(tests=", ".join(others))] if others else lines


def _on_order(now: Composing, tests: list[TestOutcome]) -> list[str]:
    """What an emergency asks for and somebody has ordered already: perhaps not as an emergency."""
    words = now.wording["red_flag"]
    dated = {test.rule.name: test.ordered[0].fact.date for test in tests if test.ordered}
    named = [words["ordered"].format(test=name, date=date) if date else name for name, date in dated.items()]
    return [words["on_order"].format(tests=", ".join(named))] if named else []


def _with_reason(now: Composing, test: TestOutcome) -> str:
    """For a test without a button the reason is the content."""
    because = now.phrases.fill(test.because, test.evidence)
    titles = {flag.title for flag in now.outcomes.flags}
    if not because or because in titles:
        return test.rule.name
    return f"{test.rule.name} ({now.reason(because, test.evidence, 'reason_in_brackets')})"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _suggestions(now: Composing, tests: list[TestOutcome]) -> list[Json]:
    return [*_action_suggestions(now), *suggestions_for(now, tests)]


def _action_suggestions(now: Composing) -> list[Json]:
    words, made = now.wording["orders"], []
    lead = now.outcomes.flags[0].indicator
    for action, flag in now.outcomes.actions:
        # beside an emergency a lesser referral is named in the text; one click stays with the emergency
        if action.resource is None or flag.indicator == "info" or (lead == "critical" and flag.indicator != lead):
            continue
        is_task = action.resource.get("resource") == "Task"
        label = words["contact" if is_task else "refer"].format(name=action.name)
        priority = "stat" if flag.indicator == "critical" else "urgent"
        reason = words["reason"].format(because=flag.title)
        made.append(
            now.suggestion(label, action.resource, {"action": action.action}, priority=priority, reason=reason, note="")
        )
    return made


def suggestions_for(now: Composing, tests: list[TestOutcome]) -> list[Json]:
    """Buttons for the tests that may be ordered; what is text only has none.

    Urgent is what a warning asks for (contract §3), and no test that is due beside it for a reason of its own.
    """
    warned = {test for flag in now.outcomes.flags if flag.indicator == "warning" for test in flag.level.tests}
    words, made = now.wording["orders"], []
    for test in tests:
        if test.offered == "text" or test.rule.resource is None:
            continue
        key = "refer" if test.offered == "referral" else "description"
        priority = "stat" if test.when == "emergency" else "urgent" if test.rule.test in warned else "routine"
        because = now.phrases.fill(test.because, test.evidence)
        reason = words["reason"].format(because=because) if because else words["reason_plain"]
        made.append(
            now.suggestion(
                words[key].format(name=test.rule.name), test.rule.resource, {"test": test.rule.test},
                priority=priority, reason=reason, note=" ".join(test.notes),
            )
        )  # fmt: skip
    return made
