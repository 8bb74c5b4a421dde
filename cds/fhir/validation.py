"""For testers: what fhir.resources finds wrong, resource by resource, as R4B: location and kind of error, no values.

fhir.resources is imported when it is first asked, because it costs time and memory that no hook call needs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from cds.fhir import wire
from cds.fhir.bundles import BYTE_ORDER_MARK, FAILURES

NOTHING_FOUND = "nothing found by fhir.resources"
MOST_ISSUES = 100
_UNKNOWN_MEMBER = "extra_forbidden"
_KINDS = {
    "missing": "is missing",
    "model_field_validation.missing": "is missing",
    "model_type": "is of the wrong type",
    "json_invalid": "is of the wrong type",
    "list_type": "is no list",
    "string_type": "is no text",
    "model_validation_format": "is not in the right format",
    _UNKNOWN_MEMBER: "holds an element that R4B does not know",
}


@dataclass(frozen=True, slots=True)
class Issue:
    """One finding: the type of the resource, the position, the kind of error."""

    what: str
    where: str
    why: str


@dataclass(frozen=True, slots=True)
class Validation:
    """At most a hundred issues, and how many more there are."""

    issues: tuple[Issue, ...]
    more: int = 0

    @property
    def summary(self) -> str:
        """The closing sentence: that nothing was found, or how many issues are not listed."""
        if not self.issues:
            return NOTHING_FOUND
        return f"{self.more} more" if self.more else ""


def validate(body: bytes | msgspec.Raw, where: str = "body") -> Validation:
    """Check a resource, or a Bundle entry by entry; null is nothing."""
    return validate_all([(where, body)])


def validate_all(values: Iterable[tuple[str, bytes | msgspec.Raw]]) -> Validation:
    """Check several values, each with its position. The limit of issues is theirs together."""
    issues: list[Issue] = []
    more = 0
    for where, value in values:
        for issue in _issues_in(value, where):
            if len(issues) < MOST_ISSUES:
                issues.append(issue)
            else:
                more += 1
    return Validation(tuple(issues), more)


def _issues_in(value: bytes | msgspec.Raw, where: str) -> Iterator[Issue]:
    try:
        data = msgspec.json.decode(bytes(value).removeprefix(BYTE_ORDER_MARK))
    except FAILURES:
        yield Issue("resource", where, "is no JSON")
        return
    if data is not None:
        yield from _issues_of(data, where)


def _issues_of(data: Any, where: str) -> Iterator[Issue]:
    kind = data.get("resourceType") if isinstance(data, dict) else None
    if not isinstance(kind, str):
        yield Issue("resource", where, "is no resource")
        return
    if kind == "Bundle":
        entries = data.get("entry")
        for number, entry in enumerate(entries if isinstance(entries, list) else ()):
            if isinstance(entry, dict) and "resource" in entry:
                yield from _issues_of(entry["resource"], f"{where}.entry[{number}].resource")
        data = _without_resources(data)
    yield from _issues_of_one(kind, data, where)


def _without_resources(bundle: dict[str, Any]) -> dict[str, Any]:
    """The Bundle itself: its entries are checked one by one."""
    entries = bundle.get("entry")
    if not isinstance(entries, list):
        return bundle
    shells = [{k: v for k, v in e.items() if k != "resource"} if isinstance(e, dict) else e for e in entries]
    filled = [shell for shell in shells if shell]
    shell = {k: v for k, v in bundle.items() if k != "entry"}
    return shell | {"entry": filled} if filled else shell


def _issues_of_one(kind: str, data: dict[str, Any], where: str) -> Iterator[Issue]:
    from fhir.resources.R4B import get_fhir_model_class
    from pydantic import ValidationError

    if kind not in wire.BY_NAME:
        yield Issue("resource", where, "is of an unknown type")
        return
    try:
        model = get_fhir_model_class(kind)
    except (LookupError, ValueError):
        yield Issue(kind, where, "is no resource type of R4B")
        return
    try:
        model.model_validate(data)
    except ValidationError as error:
        for problem in error.errors(include_input=False, include_context=False, include_url=False):
            yield Issue(kind, where + _path(problem["loc"], problem["type"]), _why(problem["type"]))
    except Exception:  # noqa: BLE001 - the library itself fails on some shapes
        yield Issue(kind, where, "cannot be checked")


def _path(location: tuple[int | str, ...], kind: str) -> str:
    """The position inside the resource; a name that R4B does not know is the sender's own and is left out."""
    parts = location[:-1] if kind == _UNKNOWN_MEMBER else location
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts)


def _why(kind: str) -> str:
    return _KINDS.get(kind, kind.replace("_", " "))
