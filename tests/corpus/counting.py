"""What a payload holds, found without the service's own reader."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

_WRAPPERS = ("Bundle", "Parameters", "OperationOutcome")


def resources(value: Any) -> Iterator[dict[str, Any]]:
    """Every resource that stands for itself: not those contained in others, nor what wraps them."""
    kind = value.get("resourceType") if isinstance(value, dict) else None
    if kind == "Bundle":
        for entry in value.get("entry") or ():
            yield from resources(entry.get("resource"))
    elif kind == "Parameters":
        for parameter in value.get("parameter") or ():
            yield from resources(parameter.get("resource"))
    elif kind not in (None, *_WRAPPERS):
        yield value


def distinct(found: Iterable[dict[str, Any]]) -> int:
    """How many: the same type with the same id is one, and so is the same without an id."""
    return len({(r["resourceType"], r.get("id") or json.dumps(r, sort_keys=True)) for r in found})


def patients(value: Any) -> set[str]:
    """The ids of the Patients, or of those whom the resources are about where there are none."""
    found = list(resources(value))
    named = {r["id"] for r in found if r["resourceType"] == "Patient" and r.get("id")}
    return named or {reference.rpartition("/")[2] for r in found if (reference := _subject(r))}


def _subject(resource: dict[str, Any]) -> str:
    pointer = resource.get("subject") or resource.get("patient") or {}
    reference = pointer.get("reference", "") if isinstance(pointer, dict) else ""
    return reference if reference.rpartition("/")[0].rpartition("/")[2] == "Patient" else ""


def named_troubles(issues: Any) -> list[str]:
    """Where the resources stood that could not be read."""
    return [issue["expression"][0] for issue in issues["issue"] if issue["severity"] == "warning"]
