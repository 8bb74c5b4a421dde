"""What holds of every answer whatever the story: the limits of the contract, and a datum behind every statement."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from tests.vignettes.reading import Vignette
from tests.vignettes.running import Answer, Json, data_of, resources_of

MOST_CARDS, MOST_CAUSES, MOST_LINES = 4, 5, 22
_CAUSE = re.compile(r"^\d+\. \*\*", re.MULTILINE)
# Members that date a resource, as the case builder writes them. An age is said without the day of birth.
_DATES = (
    "onsetDateTime", "recordedDate", "effectiveDateTime", "effectivePeriod", "performedDateTime", "authoredOn",
    "whenHandedOver",
)  # fmt: skip
# Cards spell a unit without the brackets of UCUM, or with others.
_SPELLING = str.maketrans({"_": " "} | dict.fromkeys("[](){}", ""))


def broken(vignette: Vignette, answer: Answer) -> list[str]:
    """Every invariant that the answer breaks."""
    found = [f"{len(answer.cards)} cards"] if len(answer.cards) > MOST_CARDS else []
    resources = {f"{r['resourceType']}/{r['id']}": r for r in resources_of(vignette)}
    for card in answer.cards:
        found += [f"{data_of(card)['card']} card: {sentence}" for sentence in _of_card(card, resources)]
    return found + [f"no card tells what {test} rests on" for test in _groundless(answer)]


def _groundless(answer: Answer) -> Iterator[str]:
    """The tests due, and those not indicated, whose reason rests on data that stand in no card's text."""
    told = " ".join(card["detail"] for card in answer.cards)
    for test in answer.items("tests"):
        if test["evidence"] and not any(item["text"] in told for item in test["evidence"]):
            yield test["test"]


def _of_card(card: Json, resources: Mapping[str, Json]) -> Iterator[str]:
    lines = card["detail"].splitlines()
    if len(lines) > MOST_LINES:
        yield f"{len(lines)} lines"
    causes = len(_CAUSE.findall(card["detail"]))
    if causes > MOST_CAUSES:
        yield f"{causes} causes in the text"
    for item in evidence_of(data_of(card)):
        yield from (f"evidence {item.get('text')!r} {fault}" for fault in _faults(item, resources))


def evidence_of(data: Any) -> Iterator[Json]:
    """Every piece of evidence in a card's data, wherever it stands."""
    if isinstance(data, dict):
        for key, value in data.items():
            if key in ("evidence", "against"):
                yield from value
            else:
                yield from evidence_of(value)
    elif isinstance(data, list):
        for value in data:
            yield from evidence_of(value)


def _faults(item: Json, resources: Mapping[str, Json]) -> Iterator[str]:
    for key in ("rule", "resource", "text", "sources"):
        if not item.get(key):
            yield f"has no {key}"
    resource = resources.get(item.get("resource", ""))
    if resource is None:
        yield f"names {item.get('resource')!r}, which was not sent"
        return
    if any(key in resource for key in _DATES) and not item.get("date"):
        yield "has no date, its resource has one"
    text = item.get("text", "").translate(_SPELLING)
    yield from (f"does not say {part!r}" for part in _value(resource) if part not in text)


def _value(resource: Json) -> Iterator[str]:
    """The number and the unit that the words must hold. Nobody reads a remark such as {ratio} aloud."""
    quantity = resource.get("valueQuantity")
    if quantity is not None:
        yield f"{quantity['value']:g}"
        unit = quantity.get("unit", "")
        if unit != "1" and not unit.startswith("{"):
            yield unit.translate(_SPELLING)
