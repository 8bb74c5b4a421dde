"""What every card needs: the call it answers, the frame around a card, and draft suggestions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from cds.domain.outcomes import Outcomes
from cds.domain.record import PatientRecord, Result, Supply
from cds.domain.rule import Rule, Rulebook
from cds.domain.truth import Evidence
from cds.domain.unreadable import unreadable_results
from cds.fhir.concepts import LONGEST_TEXT
from cds.fhir.orders import OrderFor, draft
from cds.hooks.governance import unused_data, unused_text
from cds.hooks.ids import card_uuid
from cds.hooks.markdown import cut
from cds.hooks.phrases import Phrases, facts_told, words_of

Json = dict[str, Any]
EXTENSION = "org.heel-numbness-cds"
CODE_SYSTEM = "https://heel-numbness-cds.org/fhir/CodeSystem"
MOST_SUGGESTIONS = 6
MOST_LINES = 22
_MOST_UNREADABLE = 3


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who speaks: the rulebook, its codes for overrides and topics, and the public address if there is one."""

    book: Rulebook
    overrides: Mapping[str, str] = field(default_factory=dict)
    topics: Mapping[str, str] = field(default_factory=dict)
    public_url: str = ""
    is_day_fixed: bool = False


@dataclass
class Composing:
    """One answer in the making; `is_day_fixed` when the day was chosen for this answer alone."""

    publisher: Publisher
    outcomes: Outcomes
    record: PatientRecord
    order_for: OrderFor
    is_day_fixed: bool = False

    @cached_property
    def phrases(self) -> Phrases:
        """Facts in the words of this answer's rulebook and day."""
        return Phrases(self.publisher.book, self.outcomes.today)

    @property
    def wording(self) -> Mapping[str, Any]:
        """rules/wording.yaml."""
        return self.publisher.book.wording

    @cached_property
    def lacking(self) -> list[Json]:
        """The lists that did not come whole, and the age when it is unknown."""
        lacking = [
            {"need": key, "because": supply.value} for key, supply in self.record.supply.items() if not supply.is_whole
        ]
        if self.outcomes.gate.age_unknown:
            is_partial = not self.record.person.birth.is_open
            lacking.append({"need": "age", "because": "unreadable" if is_partial else "not supplied"})
        return lacking

    @cached_property
    def missing(self) -> list[Json]:
        """What is lacking, and the observations when some of them cannot be read."""
        is_told = not self.unreadable or any(m["need"] == "observations" for m in self.lacking)
        own = [] if is_told else [{"need": "observations", "because": Supply.UNREADABLE.value}]
        return [*self.lacking, *own]

    @cached_property
    def unreadable(self) -> list[Result]:
        """Single results that the rules ask for and that cannot be read."""
        book = self.publisher.book
        return unreadable_results(self.record, book.measured, self.outcomes.today, book.settled.results)

    @cached_property
    def _told(self) -> frozenset[int]:
        """The facts that other cards name: the symptom on the differential, data of the gravest red flags on theirs."""
        flags = [flag for flag in self.outcomes.flags if flag.indicator != "info"]
        flagged = (f for flag in flags if flag.indicator == flags[0].indicator for f in facts_told(flag.evidence))
        return frozenset(id(fact) for fact in (*self.outcomes.symptoms, *flagged))

    def reason(self, because: str, evidence: Iterable[Evidence], template: str = "reason") -> str:
        """Why a test is due or is not, with the data it rests on that no other card tells."""
        data = [e for e in evidence if id(e.fact) not in self._told and words_of(e.fact, e.by) not in because]
        if not (because and data):
            return because
        return str(self.wording["work_up"][template].format(because=because, data=self.phrases.data(data)))

    @property
    def is_ordering(self) -> bool:
        """Whether anything may be ordered: never for children or in comfort care."""
        return not (self.outcomes.gate.child or self.outcomes.gate.comfort)

    def notices(self, speaking: Iterable[Rule], *, with_results: bool = False) -> list[str]:
        """The closing lines: what is missing, what is not in use here, and the review status of the rules that speak.

        On one card single results that could not be read, and texts that were not read to their end, are named as well.
        """
        words, book = self.wording["notices"], self.publisher.book
        parts = [missing_text(self.lacking, words["needs"])] if self.lacking else []
        if self.unreadable and with_results:
            parts.append(words["unreadable"].format(results=self.phrases.few(self.unreadable, _MOST_UNREADABLE)))
        if with_results and "long-text" in self.record.counts:
            parts.append(words["long_text"].format(most=f"{LONGEST_TEXT:,}"))
        lines = [words["missing"].format(missing="; ".join(parts))] if parts else []
        if book.unused.rules:
            lines.append(unused_text(book, words["unused"]))
        is_fixed = self.is_day_fixed or self.publisher.is_day_fixed
        fixed = words["as_of"].format(day=self.order_for.day) if is_fixed else ""
        is_signed = bool(book.signed) and all(rule.id in book.signed for rule in speaking)
        lines.append(words["approved" if is_signed else "review"].format(version=book.version, as_of=fixed))
        return lines

    def card(self, kind: str, summary: str, indicator: str, lines: Iterable[str], data: Json, topic: str = "") -> Json:
        """A card in its frame; suggestions are added by the caller."""
        book = self.publisher.book
        head = {
            "card": kind,
            "rulebook": {"version": book.version, "digest": book.digest},
            "asOf": self.order_for.day,
            "complete": not any(m["need"] != "age" for m in self.missing),
            **unused_data(book),
        }
        return {
            "uuid": card_uuid(kind, book.digest),
            "summary": cut(summary),
            "indicator": indicator,
            "source": self._source(topic or f"hn{kind.replace('-', '')}"),
            "detail": "\n".join(list(lines)[:MOST_LINES]),
            "overrideReasons": self._override_reasons(kind),
            "extension": {EXTENSION: {**head, **data, "missing": self.missing}},
        }

    def _source(self, topic: str) -> Json:
        code = {"system": f"{CODE_SYSTEM}/card-topic", "code": topic}
        display = self.publisher.topics.get(topic)
        source: Json = {"label": self.wording["label"]}
        if self.publisher.public_url:
            source["url"] = self.publisher.public_url
        source["topic"] = {**code, "display": display} if display else code
        return source

    def _override_reasons(self, kind: str) -> list[Json]:
        system = f"{CODE_SYSTEM}/override"
        return [
            {"code": code, "system": system, "display": self.publisher.overrides[code]}
            for code in self.wording["overrides"][kind]
        ]

    def suggestion(
        self, label: str, order: Mapping[str, Any], extension: Json, *, priority: str, reason: str, note: str
    ) -> Json:
        """One button: exactly one create action with a draft order."""
        resource = draft(order, self.order_for, priority=priority, reason=cut(reason, 200), note=note)
        return {
            "label": label,
            "uuid": card_uuid("suggestion", self.publisher.book.digest),
            "actions": [{"type": "create", "description": label, "resource": resource}],
            "extension": {EXTENSION: extension},
        }


def within(lines: list[str], ending: list[str]) -> list[str]:
    """The lines with their ending, at most as many as a card may have: when there are too many, the ending stays."""
    return [*lines[: MOST_LINES - len(ending)], *ending]


def missing_text(missing: Iterable[Json], names: Mapping[str, str]) -> str:
    """Needs grouped by reason: "not supplied: devices, procedures; cut short: observations"."""
    by_reason: dict[str, list[str]] = {}
    for item in missing:
        by_reason.setdefault(item["because"], []).append(names.get(item["need"], item["need"]))
    return "; ".join(f"{reason}: {', '.join(needs)}" for reason, needs in by_reason.items())


def with_suggestions(card: Json, suggestions: list[Json]) -> Json:
    """Add buttons; a card without any has neither member (no empty arrays on the wire)."""
    if suggestions:
        card["suggestions"] = suggestions[:MOST_SUGGESTIONS]
        card["selectionBehavior"] = "any"
    return card
