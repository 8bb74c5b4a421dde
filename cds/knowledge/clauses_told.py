"""What a rule says besides its criteria, told for readers: its clauses, its plain properties, what it prints."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from cds.knowledge.readable import Titles, named, read

Json = dict[str, Any]
_PLACEHOLDER = re.compile(r"\{([a-z0-9_.]+)\}")

# Clauses in the order in which they are told, and their headings.
HEADINGS: Mapping[str, str] = {
    "when": "Holds when", "levels": "Raised when (the first level that holds)", "unless": "Not raised when",
    "supported_when": "Supported by data when", "possible_when": "Possible when", "to_exclude_when": "To exclude when",
    "set_aside_when": "Set aside when",
    "against": "Speaks against it", "conflict": "Data conflict when", "subcauses": "More specific causes",
    "timing": "Timing that adds to it", "treated": "Counts as treated when", "harm_when": "Delay does harm when",
    "warning_when": "Shown as a warning when", "past_exposure_when": "Told as a past exposure when",
    "assessed_when": "Counts as assessed when",
    "no_misfit_when": "A pattern that does not fit is overlooked when",
    "now_when": "Due now when", "unexplained_when": "Due if the cause stays unexplained when",
    "contraindicated_when": "Not offered as an order when", "withheld_when": "Held back when",
    "not_indicated_when": "Not indicated when", "done_when": "Already done when",
    "ordered_when": "Already ordered when",
    "repeat_when": "Due again when",
    "note_when": "A note on the order when",
    "interactions": "Interactions told when",
}  # fmt: skip
# Plain properties: key -> words.
PROPERTIES: Mapping[str, str] = {
    "effect": "effect on the gate", "pattern": "pattern", "stage": "stage", "fits": "patterns that fit",
    "misfits": "patterns that do not fit", "harm": "delay does harm", "dangerous": "never cut from the card",
    "warning": "a warning when", "offered": "offered as", "offered_in_emergency": "offered in an emergency as",
    "rides_with": "offered together with", "action": "action", "name": "name on cards",
}  # fmt: skip
_WORDS_WITH_HYPHENS = frozenset({"pattern", "fits", "misfits", "warning"})
# Where an entry of a clause prints something.
_PRINTED = ("because", "line", "cause")
# The lines of a cause, and where each is printed.
_LINES: Mapping[str, str] = {
    "supported": "Supported by data", "possible": "Possible", "to-exclude": "To exclude",
    "lowered": "Supported by data, but the pattern does not fit",
    "unassessed": "To exclude, where results cannot be read or did not come",
    "unsettled": "To exclude, where a result does not settle it",
}  # fmt: skip
# Told elsewhere, or without meaning for a reader.
ELSEWHERE = frozenset({
    "id", "kind", "version", "title", "purpose", "sources", "review", "unverified", "criteria", "cause", "test",
    "order", "rank", "line", "line_when", "asks",
})  # fmt: skip


def clauses(data: Mapping[str, Any], titles: Titles) -> list[Json]:
    """Every clause with its heading and its entries, each with `when` as a node and what it prints."""
    return [
        {"clause": key, "heading": heading, "entries": [_entry(key, raw, titles) for raw in _entries(data[key])]}
        for key, heading in HEADINGS.items()
        if key in data
    ]


def _entries(raw: Any) -> list[Any]:
    lists = isinstance(raw, list) and all(isinstance(item, dict) and "when" in item for item in raw)
    return raw if lists else [{"when": raw}]


def _entry(key: str, raw: Mapping[str, Any], titles: Titles) -> Json:
    told: Json = {name: read(raw[name], titles) for name in ("when", "unless") if name in raw}
    told |= {name: _said(raw[name]) for name in _PRINTED if name in raw}
    if "confirms" in raw:
        told["confirms"] = raw["confirms"]
    if key == "levels":
        told |= {name: raw[name] for name in ("flag", "indicator", "summary", "actions", "tests") if name in raw}
    return told


def _said(text: str) -> str:
    """A sentence as it is printed, the place of a fact in brackets."""
    return _PLACEHOLDER.sub(lambda match: f"[{named(match[1])}]", text)


def properties(data: Mapping[str, Any]) -> list[Json]:
    """The plain properties, in words; one without words of its own keeps its name."""
    told = {key: PROPERTIES[key] for key in PROPERTIES if key in data}
    told |= {key: key.replace("_", " ") for key in data if key not in {*PROPERTIES, *HEADINGS, *ELSEWHERE}}
    return [{"key": key, "name": name, "value": _value(key, data[key])} for key, name in told.items()]


def _value(key: str, raw: Any) -> str:
    if isinstance(raw, bool):
        return "yes" if raw else "no"
    told = [str(word) for word in raw] if isinstance(raw, list) else [str(raw)]
    return ", ".join(word.replace("-", " ") if key in _WORDS_WITH_HYPHENS else word for word in told)


def lines(data: Mapping[str, Any], titles: Titles) -> list[Json]:
    """What the rule prints on cards, and for which tier or circumstance."""
    return list(_lines(data, titles))


def _lines(data: Mapping[str, Any], titles: Titles) -> Iterator[Json]:
    line = data.get("line", {})
    for tier, text in line.items() if isinstance(line, dict) else [("", line)]:
        yield {"for": tier.replace("-", " "), "where": _LINES.get(tier, ""), "text": text}
    for entry in data.get("line_when", ()):
        yield {"for": "", "text": entry["line"], "when": read(entry["when"], titles)}
    for number, level in enumerate(data.get("levels", ()), 1):
        if "title" in level:
            yield {"for": f"Level {number} ({level['indicator']}), title", "text": level["title"]}
        yield {"for": f"Level {number} ({level['indicator']}), summary", "text": level["summary"]}
        yield {"for": f"Level {number} ({level['indicator']}), detail", "text": level["line"]}


def concludes(data: Mapping[str, Any]) -> list[str]:
    """The ids under which cards and other rules know what this rule concludes."""
    own = [data[data["kind"]]] if data["kind"] in ("cause", "test", "action") else []
    flags = [level["flag"] for level in data.get("levels", ())]
    return list(dict.fromkeys([*own, *flags, *(entry["cause"] for entry in data.get("subcauses", ()))]))
