"""Facts as words and as data: "Vitamin B12 150 pg/mL, 2026-08-12, 3 mo ago (Observation/b12-1)"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cds.domain.record import Exposure, Fact, Finding, Result, Side
from cds.domain.rule import Rule, Rulebook
from cds.domain.truth import Evidence
from cds.domain.when import Span, show
from cds.hooks.markdown import LONGEST, plain

_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_LONGEST_REF = 40
_SHORTEST_LABEL = 30
# Ages are told in days up to two months, in months up to two years, then in years.
_IN_DAYS, _IN_MONTHS = 60, 730


@dataclass(frozen=True, slots=True)
class Phrases:
    """Turns facts into card text in the rulebook's words, for one day."""

    book: Rulebook
    today: int

    @property
    def wording(self) -> Mapping[str, Any]:
        """rules/wording.yaml."""
        return self.book.wording

    def fact(self, fact: Fact) -> str:
        """Value with unit, date, age and resource of one fact."""
        parts = [words_of(fact)]
        if isinstance(fact, Finding) and fact.side is not Side.UNKNOWN and fact.side.value not in fact.words.lower():
            parts.append(self.wording["sides"][fact.side.value])
        date = fact.date or (self.wording["drug_undated"] if isinstance(fact, Exposure) else "")
        parts += [part for part in (date, self._age(fact)) if part]
        parts += [self.wording["text_only"]] if fact.text_only else [self.wording["weak"]] if fact.weak else []
        return f"{', '.join(parts)} ({self._ref(fact)})"

    def facts(self, evidence: Iterable[Evidence], most: int = 4) -> str:
        """Several facts, the rest counted."""
        facts = list({id(e.fact): e.fact for e in evidence}.values())
        text = "; ".join(self.fact(f) for f in facts[:most])
        extra = len(facts) - most
        return f"{text}; {self.wording['differential']['more'].format(n=extra)}" if extra > 0 else text

    def _age(self, fact: Fact) -> str:
        span: Span = fact.when
        if isinstance(fact, Exposure) or span.latest is None or span.earliest is None:
            return ""
        days, words = self.today - span.latest, self.wording["ages"]
        if days <= 0:
            return str(words["today"]) if days == 0 else ""
        if days < _IN_DAYS:
            return str(words["days"].format(n=days))
        if days < _IN_MONTHS:
            return str(words["months"].format(n=int(days / 30.44)))
        return str(words["years"].format(n=int(days / 365.25)))

    @staticmethod
    def _ref(fact: Fact) -> str:
        return plain(fact.ref if len(fact.ref) <= _LONGEST_REF else fact.ref.split("/", 1)[0])

    def fill(self, template: str, evidence: Iterable[Evidence]) -> str:
        """Put the fact of each named criterion into its placeholder."""
        by_name: dict[str, Fact] = {}
        items = list(evidence)
        for item in items:
            by_name.setdefault(item.criterion, item.fact)

        def word(match: re.Match[str]) -> str:
            fact = by_name.get(match[1]) or (items[0].fact if items else None)
            return self.fact(fact) if fact is not None else ""

        return _PLACEHOLDER.sub(word, template).rstrip(" :")

    def labels(self, ids: Iterable[str], most: int = 2) -> str:
        """The printed labels of sources, guidelines first."""
        labels = [self.book.sources[i].label for i in ids if i in self.book.sources]
        chosen = list(dict.fromkeys(labels))[:most]
        return f" [{', '.join(chosen)}]" if chosen else ""


def words_of(fact: Fact) -> str:
    """What a fact says, as one short line. The name of a long-named test is cut, never its value."""
    if isinstance(fact, Result) and len(fact.words) > LONGEST and fact.shown:
        value = plain(fact.shown, LONGEST - _SHORTEST_LABEL)
        return f"{plain(fact.label, LONGEST - 1 - len(value))} {value}"
    return plain(fact.words)


def sources_of(rule: Rule, criterion: str) -> tuple[str, ...]:
    """What supports a criterion: its own citations, or the rule's sources."""
    named = rule.criteria.get(criterion)
    return (named.cite if named is not None else ()) or rule.sources


def evidence_json(rule: Rule, item: Evidence, points: int | None = None) -> dict[str, Any]:
    """One piece of evidence as the contract's data (contract §3)."""
    fact = item.fact
    data: dict[str, Any] = {
        "rule": rule.id,
        "criterion": item.criterion,
        "resource": plain(fact.ref),
        "text": words_of(fact),
    }
    date = _date(fact)
    if date:
        data["date"] = date
    if points is not None:
        data["points"] = points
    data["sources"] = list(sources_of(rule, item.criterion))
    return data


def _date(fact: Fact) -> str:
    span = fact.start if isinstance(fact, Exposure) else fact.when
    return show(span) if span.earliest is not None and span.latest is not None else ""


def evidences_json(rule: Rule, evidence: Iterable[Evidence]) -> list[dict[str, Any]]:
    """Several pieces, each fact once."""
    unique = {id(e.fact): e for e in evidence}
    return [evidence_json(rule, e) for e in unique.values()]
