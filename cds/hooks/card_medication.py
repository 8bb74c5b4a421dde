"""The medication card: a listed drug, its dates, the onset, competing causes; never an instruction to change it."""

from __future__ import annotations

from cds.domain.outcomes import TO_EXCLUDE, MedicationOutcome
from cds.domain.rule import MedicationRule, Rule
from cds.domain.when import show
from cds.hooks.card_differential import name_of
from cds.hooks.composing import Composing, Json, with_suggestions
from cds.hooks.markdown import uncapitalized
from cds.hooks.phrases import evidences_json

_MOST_DRUGS = 6


def medication_card(now: Composing) -> Json | None:
    """None unless a systemic listed drug stands behind a supported or possible cause."""
    drugs = now.outcomes.medications
    if not drugs:
        return None
    data: Json = {
        "medications": [
            {
                "drug": m.drug, "cause": m.cause.rule.cause,
                "evidence": evidences_json(m.cause.rule, m.evidence),
            }
            for m in drugs
        ]
    }  # fmt: skip
    indicator = "warning" if any(m.is_warning for m in drugs) else "info"
    card = now.card("medication", _summary(now), indicator, [*_lines(now), *now.notices(_speaking(now))], data)
    return with_suggestions(card, _suggestions(now) if now.is_ordering else [])


def _summary(now: Composing) -> str:
    """The line of the leading cause, led by the drug where the line does not name it."""
    words, drugs = now.wording["medication"], now.outcomes.medications
    first, line = drugs[0].drug, drugs[0].cause.line
    if first.lower() in line.lower():
        return line
    drug = first[:1].upper() + first[1:]
    more = len({m.drug for m in drugs}) - 1
    return str(words["summary_more" if more else "summary"].format(drug=drug, n=more, line=uncapitalized(line)))


def _lines(now: Composing) -> list[str]:
    words, lines, found = now.wording["medication"], [], now.outcomes.medications
    for rule, drugs in _by_rule(found[:_MOST_DRUGS]):
        for drug in drugs:
            evidence = _without_name(now.phrases.facts(drug.evidence, most=2), drug.drug)
            lines.append(words["drug"].format(drug=drug.drug, evidence=evidence, onset=_onset(now)))
        lines.append(words["line"].format(line=rule.line + now.phrases.labels(rule.sources)))
        lines += _interactions(now, drugs)
    if more := list(dict.fromkeys(m.drug for m in found[_MOST_DRUGS:])):
        lines.append(words["more"].format(n=len(more), drugs=", ".join(more)))
    rivals = _rivals(now)
    if rivals:
        lines.append(words["rivals"].format(causes=", ".join(rivals)))
    return [*lines, words["discuss"]]


def _by_rule(drugs: list[MedicationOutcome]) -> list[tuple[MedicationRule, list[MedicationOutcome]]]:
    """The drugs of which the same is said, together."""
    alike: dict[str, list[MedicationOutcome]] = {}
    for drug in drugs:
        alike.setdefault(drug.rule.line, []).append(drug)
    return [(group[0].rule, group) for group in alike.values()]


def _without_name(evidence: str, drug: str) -> str:
    """The record's own words are left out where they only repeat the name of the drug."""
    first, comma, rest = evidence.partition(", ")
    return rest if comma and first.lower() == drug else evidence


def _speaking(now: Composing) -> list[Rule]:
    found = now.outcomes.medications
    actions = now.publisher.book.actions
    asked = [actions[m.rule.action] for m in found if m.rule.action in actions]
    return [*(m.rule for m in found), *(m.cause.rule for m in found), *asked]


def _onset(now: Composing) -> str:
    words = now.wording["medication"]
    known = [f.onset for f in now.outcomes.symptoms if not f.onset.is_open]
    return str(words["onset_known"].format(date=show(known[0])) if known else words["onset_unknown"])


def _interactions(now: Composing, drugs: list[MedicationOutcome]) -> list[str]:
    texts = dict.fromkeys(now.phrases.fill(text, evidence) for m in drugs for text, evidence in m.interactions)
    return [now.wording["medication"]["interaction"].format(line=text) for text in texts]


def _rivals(now: Composing) -> list[str]:
    own = {m.cause.rule.cause for m in now.outcomes.medications}
    others = [c for c in now.outcomes.causes if c.rule.cause not in own and c.tier != TO_EXCLUDE]
    return [uncapitalized(name_of(now, c)) for c in others[:4]]


def _suggestions(now: Composing) -> list[Json]:
    words, made, seen = now.wording["orders"], [], set[str]()
    for drug in now.outcomes.medications:
        action = now.publisher.book.actions.get(drug.rule.action)
        if action is None or action.resource is None or action.action in seen:
            continue
        seen.add(action.action)
        made.append(_contact(now, drug, words["contact"].format(name=action.name)))
    return made


def _contact(now: Composing, drug: MedicationOutcome, label: str) -> Json:
    action = now.publisher.book.actions[drug.rule.action]
    reason = now.wording["orders"]["reason"].format(because=drug.rule.title)
    priority = "urgent" if drug.is_warning else "routine"
    return now.suggestion(
        label, action.resource or {}, {"action": action.action}, priority=priority, reason=reason, note=""
    )
