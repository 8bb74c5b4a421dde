"""The machine-checkable rules R1 to R19 of the CDS Hooks checklist, §3.8, for one response."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
REVERSE_DOMAIN = re.compile(r"[a-z]{2,}\.[a-z0-9.-]+")
MEMBERS = {
    "response": {"cards", "systemActions", "extension"},
    "card": {
        "uuid",
        "summary",
        "detail",
        "indicator",
        "source",
        "suggestions",
        "selectionBehavior",
        "overrideReasons",
        "links",
        "extension",
    },
    "source": {"label", "url", "icon", "topic"},
    "suggestion": {"label", "uuid", "isRecommended", "actions", "extension"},
    "action": {"type", "description", "resource", "resourceId"},
    "link": {"label", "url", "type", "appContext", "autolaunchable"},
    "coding": {"code", "system", "display"},
}


def problems_of(raw: bytes) -> list[str]:
    """Every rule that a response breaks; empty when none."""
    try:
        response = json.loads(raw.decode(), parse_constant=_refuse_constant)
    except ValueError as error:
        return [f"R18 {error}"]
    if not isinstance(response, dict) or not isinstance(response.get("cards"), list):
        return ["R1 cards is not an array in an object"]
    return [
        *_undeclared("response", response),
        *_empty_members(response),
        *([] if response.get("systemActions", [1]) else ["R14 systemActions is empty"]),
        *_uuid_problems(response),
        *(problem for card in response["cards"] for problem in _card_problems(card)),
    ]


def utf16_units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def _undeclared(kind: str, found: dict[str, Any]) -> Iterator[str]:
    yield from (f"R16 {kind} has {name}" for name in set(found) - MEMBERS[kind])
    extension = found.get("extension")
    if extension is not None and not (isinstance(extension, dict) and all(map(REVERSE_DOMAIN.fullmatch, extension))):
        yield f"R15 {kind}.extension"


def _empty_members(value: Any, path: str = "") -> Iterator[str]:
    """R2, but not inside extensions, which are ours to define."""
    if isinstance(value, float) and not math.isfinite(value):
        yield f"R18 {path}"
    if value in (None, "", [], {}) and path != ".cards" and not isinstance(value, bool):
        yield f"R2 {path}"
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, member in inner:
        if name != "extension":
            yield from _empty_members(member, f"{path}.{name}")


def _uuid_problems(response: dict[str, Any]) -> Iterator[str]:
    holders = [h for card in response["cards"] for h in (card, *card.get("suggestions", ()))]
    uuids = [holder["uuid"] for holder in holders if "uuid" in holder]
    if len(set(uuids)) != len(uuids):
        yield "R9 a uuid stands twice"
    yield from (f"R9 {uuid}" for uuid in uuids if not UUID.fullmatch(uuid))


def _card_problems(card: dict[str, Any]) -> Iterator[str]:
    yield from _undeclared("card", card)
    summary = card.get("summary")
    if not isinstance(summary, str) or not summary.strip() or utf16_units(summary) > 139 or "\n" in summary:
        yield "R3 summary"
    if card.get("indicator") not in ("info", "warning", "critical"):
        yield "R4 indicator"
    yield from _source_problems(card.get("source") or {})
    yield from _suggestions_problems(card)
    yield from _override_problems(card.get("overrideReasons", []))
    for link in card.get("links", []):
        yield from _link_problems(link)


def _source_problems(source: dict[str, Any]) -> Iterator[str]:
    yield from _undeclared("source", source)
    if not str(source.get("label", "")).strip():
        yield "R5 source.label"
    yield from (f"R6 source.{name}" for name in ("url", "icon") if name in source and not _is_absolute(source[name]))
    if "topic" in source:
        yield from _undeclared("coding", source["topic"])


def _is_absolute(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def _suggestions_problems(card: dict[str, Any]) -> Iterator[str]:
    suggestions = card.get("suggestions", [])
    behavior = card.get("selectionBehavior")
    if suggestions and behavior not in ("any", "at-most-one"):
        yield "R7 selectionBehavior"
    if behavior == "at-most-one" and sum(s.get("isRecommended", False) for s in suggestions) > 1:
        yield "R8 isRecommended"
    for suggestion in suggestions:
        yield from _undeclared("suggestion", suggestion)
        if not isinstance(suggestion.get("isRecommended", False), bool):
            yield "R17 isRecommended"
        for action in suggestion.get("actions", []):
            yield from _action_problems(action)


def _action_problems(action: dict[str, Any]) -> Iterator[str]:
    yield from _undeclared("action", action)
    if action.get("type") != "create" or "resourceId" in action:
        yield "R10 only creates are ours"
    if not str(action.get("description", "")).strip():
        yield "R14 action.description"
    if not isinstance(action.get("resource"), dict) or not action["resource"].get("resourceType"):
        yield "R11 action.resource"


def _override_problems(reasons: list[dict[str, Any]]) -> Iterator[str]:
    if any(set(reason) != MEMBERS["coding"] for reason in reasons):
        yield "R12 overrideReasons"
    if len({(r.get("system"), r.get("code")) for r in reasons}) != len(reasons):
        yield "R12 an override reason stands twice"


def _link_problems(link: dict[str, Any]) -> Iterator[str]:
    yield from _undeclared("link", link)
    if not _is_absolute(link.get("url", "")):
        yield "R6 link.url"
    if "appContext" in link and link.get("type") != "smart":
        yield "R13 appContext"
