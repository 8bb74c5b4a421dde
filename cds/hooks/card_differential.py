"""The differential card: ranked causes with what speaks for and against, set aside, questions, the checklist."""

from __future__ import annotations

from collections.abc import Iterator

from cds.domain.outcomes import POSSIBLE, SUPPORTED, TIERS, TO_EXCLUDE, CauseOutcome, RaisedFlag, Scored
from cds.domain.record import Finding
from cds.domain.rule import Rule
from cds.domain.truth import Evidence
from cds.hooks.composing import MOST_LINES, Composing, Json
from cds.hooks.governance import unused_causes
from cds.hooks.markdown import fitting, uncapitalized
from cds.hooks.phrases import evidence_json, evidences_json, first_of_each, sources_of, words_of

MOST_CAUSES = 5
_SHORT = 3
_QUESTIONS_IN_TEXT = 3


def differential_card(now: Composing) -> Json:
    """Always shown behind an open gate: without a cause it says that this excludes none."""
    found = now.outcomes
    is_warning = any(c.is_warning for c in found.causes) and not found.gate.comfort
    return now.card("differential", _summary(now), "warning" if is_warning else "info", _lines(now), _data(now))


def _summary(now: Composing) -> str:
    words = now.wording["differential"]
    if _is_emergency(now):
        return _summary_beside_emergency(now)
    unchecked = words["unchecked"] if now.publisher.book.unused.flags else ""
    for tier, key in ((SUPPORTED, "summary_supported"), (POSSIBLE, "summary_possible")):
        titles = [uncapitalized(name_of(now, c)) for c in now.outcomes.causes if c.tier == tier]
        if titles:
            return fitting(words[key] + unchecked, titles, words["more"])
    return _none(now, "summary_none") + unchecked


def _none(now: Composing, key: str) -> str:
    """That no cause was found; where causes are not in use, the sentence says that they were not looked for."""
    words = now.wording["differential"]
    unused, total = unused_causes(now.publisher.book)
    return str(words[f"{key}_unused"].format(n=unused, total=total) if unused else words[key])


def _summary_beside_emergency(now: Composing) -> str:
    """Under a critical red flag the causes come second, in words too: a list of mild causes must not reassure."""
    words = now.wording["differential"]
    titles = [uncapitalized(name_of(now, c)) for c in now.outcomes.causes if c.tier == SUPPORTED]
    if titles:
        return fitting(words["summary_emergency"], titles, words["more"])
    is_open = any(c.tier == POSSIBLE for c in now.outcomes.causes)
    return str(words["summary_emergency_possible"]) if is_open else _none(now, "summary_emergency_none")


def _lines(now: Composing) -> list[str]:
    """Within 22 lines: what matters least goes first when there is too much."""
    head = [_symptom_line(now)]
    causes = _cause_lines(now, _SHORT if _is_emergency(now) else MOST_CAUSES)
    tail = _tail(now, "\n".join([*head, *causes]))
    room = MOST_LINES - len(head) - len(tail)
    return [*head, *causes[:room], *tail]


def _is_emergency(now: Composing) -> bool:
    """Beside a critical red flag the differential is short and asks nothing."""
    return bool(now.outcomes.flags) and now.outcomes.flags[0].indicator == "critical"


def _symptom_line(now: Composing) -> str:
    words = now.wording["differential"]
    if now.outcomes.gate.assumed:
        return str(words["assumed"])
    # one text may tell several symptoms ("burning and numbness"): it is told once
    told: dict[tuple[object, ...], Finding] = {}
    for fact in now.outcomes.symptoms:
        told.setdefault((fact.ref, fact.label, fact.side, fact.when), fact)
    facts = [now.phrases.fact(fact) for fact in [*told.values()][:2]]
    rest = len(told) - len(facts)
    return str(
        words["symptom"].format(symptoms="; ".join(facts) + (f" {words['more'].format(n=rest)}" if rest > 0 else ""))
    )


def shown_causes(causes: list[CauseOutcome], most: int) -> tuple[list[CauseOutcome], list[CauseOutcome]]:
    """The causes in the text and those only counted; a dangerous one is never cut."""
    ranked = [c for c in causes if c.tier != TO_EXCLUDE]
    keep = [c for c in ranked if c.rule.dangerous][:most]
    for cause in ranked:
        if len(keep) < most and cause not in keep:
            keep.append(cause)
    shown = [c for c in ranked if c in keep]
    return shown, [c for c in ranked if c not in keep]


def _cause_lines(now: Composing, most: int) -> list[str]:
    words = now.wording["differential"]
    shown, rest = shown_causes(now.outcomes.causes, most)
    if _is_emergency(now):
        shown, rest = _beside_emergency(now, shown, rest)
    told = [cause.line for cause in shown]
    lines = [
        line
        for n, cause in enumerate(shown)
        for line in _one_cause(now, n + 1, cause, words["as_above"] if cause.line in told[:n] else cause.line)
    ]
    if rest:
        key = "more_causes" if shown else "possible_later"
        lines.append(words[key].format(n=len(rest), causes=", ".join(uncapitalized(name_of(now, c)) for c in rest)))
    return lines or [_none(now, "none")]


def _beside_emergency(
    now: Composing, shown: list[CauseOutcome], rest: list[CauseOutcome]
) -> tuple[list[CauseOutcome], list[CauseOutcome]]:
    """Beside a critical red flag what is merely possible, and harmless, gets its name and no more.

    Of one tier, what rests on more of an emergency's data comes first; the first emergency decides.
    """
    symptoms = {id(fact) for fact in now.outcomes.symptoms}
    critical = [flag for flag in now.outcomes.flags if flag.indicator == "critical"]
    flagged = [{id(e.fact) for e in flag.evidence} - symptoms for flag in critical]
    kept = [c for c in shown if c.tier == SUPPORTED or c.rule.dangerous]
    own = {id(c): {id(scored.item.fact) for scored in c.evidence} for c in kept}
    kept.sort(key=lambda c: (TIERS.index(c.tier), [-len(data & own[id(c)]) for data in flagged]))
    return kept, [c for c in shown if c not in kept] + rest


def name_of(now: Composing, cause: CauseOutcome) -> str:
    """The title of a cause; of one that a drug may be, with the drugs that the title does not name."""
    title = cause.rule.title
    drugs = dict.fromkeys(m.drug for m in now.outcomes.medications if m.cause is cause)
    unnamed = [drug for drug in drugs if drug not in title.lower()]
    if not unnamed or len(unnamed) < len(drugs):
        return title
    return str(now.wording["differential"]["with_drugs"].format(title=title, drugs=", ".join(unnamed)))


def _one_cause(now: Composing, place: int, cause: CauseOutcome, line: str) -> list[str]:
    """Three lines for the first, two for the next two, one for the others."""
    words = now.wording["differential"]
    tier = now.wording["tiers"][cause.tier] + (f", {words['conflicting']}" if cause.conflicting else "")
    evidence = now.phrases.facts(_telling(now, cause), most=3 if place == 1 else 2)
    if place > _SHORT:
        told = words["for_short"].format(evidence=evidence) if evidence else ""
        short = words["cause_short"].format(n=place, title=name_of(now, cause), tier=tier, line=line, **{"for": told})
        return [str(short)]
    lines = [words["cause"].format(n=place, title=name_of(now, cause), tier=tier, line=line)]
    if evidence:
        lines.append(words["for"].format(evidence=evidence, sources=now.phrases.labels(_sources(cause))))
    if place == 1 and cause.against:
        against = "; ".join(now.phrases.fill(text, items) for text, items in cause.against)
        lines.append(words["against"].format(evidence=against))
    return lines


def _telling(now: Composing, cause: CauseOutcome) -> list[Evidence]:
    """What speaks for a cause beyond the symptom, which the first line tells; the symptom where nothing else does."""
    symptoms = {id(fact) for fact in now.outcomes.symptoms}
    items = [scored.item for scored in cause.evidence]
    return [item for item in items if id(item.fact) not in symptoms] or items


def _sources(cause: CauseOutcome) -> list[str]:
    """Of the criteria that speak, and of no other: a rule cites for each of its parts."""
    named = [source for s in cause.evidence for source in sources_of(cause.rule, s.item.criterion)]
    return named or list(cause.rule.sources)


def _tail(now: Composing, told: str) -> list[str]:
    words, found = now.wording["differential"], now.outcomes
    lines = []
    excluded = [c for c in found.causes if c.tier == TO_EXCLUDE]
    if excluded:
        named = [_clause(now, c) for c in excluded]
        lines.append(words["to_exclude"].format(causes="; ".join(named)))
    if found.set_aside:
        named = [
            words["aside"].format(cause=uncapitalized(s.rule.title), because=now.phrases.fill(s.because, s.evidence))
            for s in found.set_aside[:3]
        ]
        rest = len(found.set_aside) - len(named)
        lines.append(
            words["set_aside"].format(
                causes="; ".join(named) + (f"; {words['more'].format(n=rest)}" if rest > 0 else "")
            )
        )
    if found.past_exposures:
        drugs = "; ".join(now.phrases.facts(evidence, most=2) for _, evidence in found.past_exposures)
        lines.append(words["past"].format(drugs=drugs))
    info = [_remark(now, flag, told) for flag in found.flags if flag.indicator == "info"]
    if info:
        lines.append(words["info"].format(lines=" ".join(info)))
    if found.questions and not _is_emergency(now):
        asked = " ".join(q.text for q in found.questions[:_QUESTIONS_IN_TEXT])
        lines.append(words["ask"].format(questions=asked))
    return [*lines, words["checklist"], *now.notices(_speaking(now), with_results=True)]


def _remark(now: Composing, flag: RaisedFlag, told: str) -> str:
    """A red flag that is only a line here, with the data of it that no line above names."""
    line, data = flag.level.line, [e for e in flag.evidence if words_of(e.fact, e.by) not in told]
    if not data:
        return line
    return str(now.wording["differential"]["remark"].format(line=line.rstrip("."), data=now.phrases.data(data)))


def _speaking(now: Composing) -> list[Rule]:
    """The rules behind the card. That none was found is the word of all causes."""
    found = now.outcomes
    rules: list[Rule] = [*(cause.rule for cause in found.causes), *(aside.rule for aside in found.set_aside)]
    rules += [rule for rule, _ in found.past_exposures]
    rules += [flag.rule for flag in found.flags if flag.indicator == "info"]
    is_empty = all(cause.tier == TO_EXCLUDE for cause in found.causes)
    return [*rules, *now.publisher.book.causes] if is_empty else rules


def _clause(now: Composing, cause: CauseOutcome) -> str:
    """What to exclude and why, without saying the name twice; with the data that could not assess it."""
    line = cause.line.rstrip(".")
    if cause.unsettled:
        line = f"{line}: {now.phrases.facts(cause.unsettled, most=1)}"
    if line.lower().startswith(cause.rule.title.lower()):
        line = line[len(cause.rule.title) :].lstrip(" :")
    return f"{uncapitalized(cause.rule.title)} ({uncapitalized(line)})"


def _data(now: Composing) -> Json:
    return {
        "differential": [_cause_json(c) for c in now.outcomes.causes],
        "setAside": [
            {
                "cause": s.rule.cause, "because": now.phrases.fill(s.because, s.evidence),
                "evidence": evidences_json(s.rule, s.evidence),
            }
            for s in now.outcomes.set_aside
        ],
        "questions": [{"id": q.id, "text": q.text} for q in now.outcomes.questions],
    }  # fmt: skip


def _cause_json(cause: CauseOutcome) -> Json:
    return {
        "cause": cause.rule.cause,
        "subcauses": list(dict.fromkeys(cause.subcauses)),
        "tier": cause.tier,
        "points": cause.points,
        "evidence": [evidence_json(cause.rule, s.item, s.points) for s in _first_of_each(cause)],
        "against": [item for text, items in cause.against for item in evidences_json(cause.rule, items)],
        "adjustments": [{"for": name, "points": value} for name, value in cause.adjustments],
    }


def _first_of_each(cause: CauseOutcome) -> Iterator[Scored]:
    """Of each criterion the first pieces of evidence. The one that brought points is the first of its criterion."""
    return first_of_each(cause.evidence, lambda scored: scored.item.criterion)
