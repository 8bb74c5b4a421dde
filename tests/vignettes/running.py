"""Sends a vignette to the real app as an EHR would, and reads the answer."""

from __future__ import annotations

import io
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from flask.testing import FlaskClient

from cds.app import create_app
from cds.domain.rule import RedFlagRule
from cds.knowledge.case_builder import PATIENT
from cds.settings import load
from tests.rulebook import knowledge
from tests.vignettes.reading import INDICATORS, TIERS, Vignette

EXTENSION = "org.heel-numbness-cds"
_HOOKS = {"patient-view": "patient-view", "consult": "org.heel-numbness-cds.consult"}
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """The cards of one answer."""

    status: int
    cards: tuple[Json, ...]

    @property
    def kinds(self) -> list[str]:
        """The kinds of card, in order."""
        return [data_of(card)["card"] for card in self.cards]

    def card(self, kind: str) -> Json | None:
        """The card of a kind."""
        return next((card for card in self.cards if data_of(card)["card"] == kind), None)

    def items(self, key: str) -> list[Json]:
        """Everything that the cards list under a key of their extension."""
        return [item for card in self.cards for item in data_of(card).get(key, ())]

    @property
    def flags(self) -> dict[str, str]:
        """Red flags with their indicator; the more urgent where one stands twice."""
        found: dict[str, str] = {}
        for flag in self.items("redFlags"):
            known = found.get(flag["id"], "info")
            found[flag["id"]] = max(known, flag["indicator"], key=INDICATORS.index)
        return found

    @property
    def info_flags(self) -> set[str]:
        """Red flags that are only a line in the text of the differential."""
        card = self.card("differential")
        text = card["detail"] if card is not None else ""
        return {flag for flag, line in _info_lines() if line in text}

    @property
    def ranking(self) -> list[set[str]]:
        """The ids of each ranked cause with its subcauses, best first, without those only to exclude."""
        ranked = [item for item in self.items("differential") if item["tier"] != TIERS[0]]
        return [{item["cause"], *item["subcauses"]} for item in ranked]

    def tier(self, cause: str) -> str | None:
        """The tier of a cause or subcause."""
        tiers = [item["tier"] for item in self.items("differential") if cause in {item["cause"], *item["subcauses"]}]
        return max(tiers, key=TIERS.index, default=None)

    @property
    def orders(self) -> set[str]:
        """Tests and actions that are one click away."""
        offered = [s["extension"][EXTENSION] for card in self.cards for s in card.get("suggestions", ())]
        return {data.get("test") or data["action"] for data in offered}


def data_of(card: Mapping[str, Any]) -> Json:
    """The machine-readable half of a card."""
    data: Json = card["extension"][EXTENSION]
    return data


@cache
def answer_to(vignette: Vignette) -> Answer:
    """Post the vignette to its service."""
    response = _client(vignette.day).post(f"/cds-services/heel-numbness-{vignette.service}", json=request_of(vignette))
    body = response.get_json(silent=True) or {}
    return Answer(response.status_code, tuple(body.get("cards", ())))


def request_of(vignette: Vignette) -> Json:
    """The hook request of a vignette."""
    context = {"userId": "Practitioner/example", "patientId": PATIENT}
    encounter = vignette.prefetch.get("encounter")
    if encounter is not None:
        context["encounterId"] = encounter["id"]
    return {
        "hook": _HOOKS[vignette.service],
        "hookInstance": str(uuid.uuid5(uuid.NAMESPACE_URL, vignette.id)),
        "context": context,
        "prefetch": vignette.prefetch,
    }


def resources_of(vignette: Vignette) -> Iterator[Json]:
    """Every resource that is sent."""
    for value in vignette.prefetch.values():
        if value is not None and value["resourceType"] == "Bundle":
            yield from (entry["resource"] for entry in value.get("entry", ()))
        elif value is not None:
            yield value


@cache
def _client(day: date) -> FlaskClient:
    return create_app(load({"CDS_AS_OF": day.isoformat()}), log_stream=io.StringIO()).test_client()


@cache
def _info_lines() -> tuple[tuple[str, str], ...]:
    rules = (rule for rule in knowledge().rulebook.rules() if isinstance(rule, RedFlagRule))
    levels = (level for rule in rules for level in rule.levels if level.indicator == "info")
    return tuple((level.flag, level.line.rstrip(".")) for level in levels if level.line)
