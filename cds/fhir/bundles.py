"""Opening what a call brings: a value is decoded in one typed pass, and resource by resource only when that fails.

Long because the quick way and the patient one have to lay out the same things.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
from msgspec import Raw

from cds.domain.record import Supply, Trouble
from cds.fhir import wire

FAILURES = (msgspec.DecodeError, ValueError, RecursionError)
_VALUE = msgspec.json.Decoder(wire.AnyResource | None)
_ABSENT = Raw()
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
# How something is called in which no type is to be seen.
_UNKNOWN = "resource"
_SERIOUS = frozenset({"error", "fatal"})
# Kinds of issue by which something was held back or not reached, however mildly it is put.
_WITHHELD = frozenset(
    "suppressed security login unknown expired forbidden transient lock-error no-store exception timeout incomplete "
    "throttled too-costly too-long".split()
)
# What a decoder says of a member in the wrong form, and the steps of the path to it.
_COMPLAINT = re.compile(r"Expected `([^`]*)`, got `\w+` - at `\$([^`]*)`")
_STEP = re.compile(r"\.(\w+)|\[(\d+)\]")
_MOST_MENDS = 20
_POINTERS = frozenset({"subject", "patient", "encounter", "context", "performer", "medicationReference"})
# Entries of a search that match nothing that was asked for.
_BESIDE = ("include", "outcome")
# First digits of the HTTP status of what was not answered.
_REFUSALS = ("4", "5")


class _Outline(msgspec.Struct, rename="camel"):
    """The outermost members of something that could not be decoded at once."""

    resource_type: Any = None
    resource: Raw = _ABSENT
    entry: list[Raw] | None = None
    type: Any = None
    total: Any = None
    link: Any = None


class _LooseEntry(msgspec.Struct, rename="camel"):
    full_url: Any = None
    resource: Raw = _ABSENT
    search: Any = None
    request: Any = None


_OUTLINE = msgspec.json.Decoder(_Outline)
_ENTRY = msgspec.json.Decoder(wire.Entry)
_LOOSE_ENTRY = msgspec.json.Decoder(_LooseEntry)
_LIST = msgspec.json.Decoder(list[Raw])


class Found(msgspec.Struct, gc=False):
    """One resource and where it stood: in that entry of what `label` names, or `label` itself when negative.

    `owner` names the resource that contains it, if any.
    """

    resource: wire.Resource
    label: str
    entry: int = -1
    full_url: str | None = None
    owner: str = ""

    @property
    def where(self) -> str:
        """The position in words."""
        return self.label if self.entry < 0 else f"{self.label}.entry[{self.entry}]"


@dataclass(slots=True)
class Opened:
    """What one value held. `is_cut` marks a page of a longer list; `has_failed` an OperationOutcome in its place.

    `is_none_found` marks a search that says itself that nothing matched, whatever it includes.
    """

    found: list[Found] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    is_cut: bool = False
    has_failed: bool = False
    is_none_found: bool = False
    is_bundle: bool = False
    bundle_type: str = ""

    @property
    def supply(self) -> Supply:
        """What can be said of the list's completeness."""
        if self.has_failed:
            return Supply.CUT_SHORT if self.found else Supply.FAILED
        if self.troubles:
            return Supply.UNREADABLE
        if self.is_cut:
            return Supply.CUT_SHORT
        return Supply.GIVEN if self.found else Supply.NONE

    @property
    def is_no_fhir(self) -> bool:
        """Whether something came that is neither a Bundle nor a resource of a known type: it answers no query."""
        is_seen = self.is_bundle or self.found or any(trouble.what != _UNKNOWN for trouble in self.troubles)
        return bool(self.troubles) and not is_seen


def open_value(raw: bytes | Raw, label: str) -> Opened:
    """Decode a resource or Bundle and lay out the resources in it; never raises."""
    opened = Opened()
    _open(raw, label, opened)
    for one in opened.found:
        _open_inside(one, opened)
    return opened


def _open_inside(one: Found, opened: Opened) -> None:
    """What a resource contains, unless it was opened already; a Bundle may bring what contains more."""
    parts: Any = one.resource.contained
    if parts and type(parts[0]) is Raw:
        _open_contained(one.resource, parts, one.where, opened)


def _open(raw: bytes | Raw, label: str, opened: Opened) -> None:
    try:
        value = _VALUE.decode(raw)
    except FAILURES:
        _open_loosely(raw, label, opened)
    else:
        if value is not None:
            _lay_out(value, label, opened)


def _lay_out(value: wire.Resource, label: str, opened: Opened, index: int = -1) -> None:
    if isinstance(value, wire.Bundle):
        _lay_out_bundle(value, label if index < 0 else f"{label}.entry[{index}]", opened)
    elif isinstance(value, wire.OperationOutcome):
        opened.has_failed = True
    elif isinstance(value, wire.Parameters):
        for number, resource in enumerate(_resources_of(value.parameter)):
            _lay_out(resource, f"{label}.parameter[{number}]", opened)
    else:
        opened.found.append(Found(value, label, index))


def _resources_of(parameters: list[wire.Parameter] | None) -> Iterator[wire.Resource]:
    for parameter in parameters or ():
        if parameter.resource is not None:
            yield parameter.resource
        yield from _resources_of(parameter.part)


def _lay_out_bundle(bundle: wire.Bundle, label: str, opened: Opened) -> None:
    entries = bundle.entry or ()
    opened.is_bundle, opened.bundle_type = True, bundle.type or opened.bundle_type
    outcomes = _Outcomes()
    dead: set[str] = set()
    is_history = bundle.type == "history"
    known = wire.Bundle, wire.OperationOutcome, wire.Parameters
    for index, entry in enumerate(entries):
        resource = entry.resource
        if entry.request is not None and _is_deleted(entry, entry.request, dead, is_history=is_history):
            continue
        if entry.response is not None and not is_history and _is_refused(entry.response):
            outcomes.note_refusal()
        elif resource is None:
            continue
        elif (entry.search is not None and entry.search.mode == "outcome") or type(resource) is wire.OperationOutcome:
            outcomes.note(resource)
        elif type(resource) in known:
            _lay_out(resource, label, opened, index)
        else:
            opened.found.append(Found(resource, label, index, entry.full_url))
    outcomes.judge(bundle, opened)
    _note_extent(bundle, opened)


@dataclass(slots=True)
class _Outcomes:
    """The OperationOutcomes among the entries of one Bundle."""

    count: int = 0
    serious: bool = False

    def note(self, resource: wire.Resource) -> None:
        """Count one; an outcome entry of another type says nothing."""
        if isinstance(resource, wire.OperationOutcome):
            self.count += 1
            self.serious |= any(_is_serious(issue) for issue in resource.issue or ())

    def note_refusal(self) -> None:
        """Count a query of a batch that was not answered."""
        self.count += 1
        self.serious = True

    def judge(self, bundle: wire.Bundle, opened: Opened) -> None:
        """Alone it means that the search failed; an error beside data, that something is missing.

        A search that counts its matches as none failed only if the outcome says so: some systems answer every empty
        search with a warning "no results".
        """
        is_alone = self.count and self.count == len(bundle.entry or ())
        if is_alone and (self.serious or bundle.total != 0):
            opened.has_failed = True
        elif self.serious:
            opened.is_cut = True


def _is_serious(issue: wire.Issue) -> bool:
    return (issue.severity or "").lower() in _SERIOUS or (issue.code or "").lower() in _WITHHELD


def _note_extent(bundle: wire.Bundle, opened: Opened) -> None:
    entries = bundle.entry or ()
    if bundle.total == 0 and entries:
        opened.is_none_found = all(e.search is not None and e.search.mode in _BESIDE for e in entries)
    if _is_cut(bundle):
        opened.is_cut = True


def _is_refused(response: wire.Response) -> bool:
    """Whether a query of a batch failed: by its status, or by the outcome where the status says nothing."""
    if response.status:
        return response.status.lstrip()[:1] in _REFUSALS
    outcome = response.outcome
    return isinstance(outcome, wire.OperationOutcome) and any(map(_is_serious, outcome.issue or ()))


def _is_cut(bundle: wire.Bundle) -> bool:
    if bundle.link and any(link.relation == "next" for link in bundle.link):
        return True
    if not isinstance(bundle.total, int) or bundle.total <= 0:
        return False
    entries = bundle.entry or ()
    extra = sum(1 for e in entries if e.search is not None and e.search.mode in _BESIDE)
    return bundle.total > len(entries) - extra


def _is_deleted(entry: wire.Entry, request: wire.Request, dead: set[str], *, is_history: bool) -> bool:
    """A deleted resource, or in a history (newest first) an older version of one."""
    if request.method == "DELETE":
        dead.add("/".join((request.url or "").partition("/_history")[0].rsplit("/", 2)[-2:]))
        return True
    if not is_history:
        return False
    resource = entry.resource
    name = f"{type(resource).__name__}/{resource.id}" if resource is not None else ""
    return name in dead


# --- the slow path ---


def _open_loosely(raw: bytes | Raw, label: str, opened: Opened) -> None:
    body = bytes(raw)
    if body.startswith(BYTE_ORDER_MARK):
        _open(body.removeprefix(BYTE_ORDER_MARK), label, opened)
        return
    try:
        outline = _OUTLINE.decode(raw)
    except FAILURES:
        _open_list(raw, label, opened)
        return
    if outline.resource_type == "Bundle":
        _open_bundle_loosely(outline, label, opened)
    elif outline.resource_type is None and bytes(outline.resource):
        _open(outline.resource, label, opened)
    else:
        _open_mended(raw, outline.resource_type, label, opened)


def _open_list(raw: bytes | Raw, label: str, opened: Opened) -> None:
    """A bare array is no FHIR, so the list is not trusted to be whole; its resources are read all the same."""
    try:
        members = _LIST.decode(raw)
    except FAILURES:
        members = []
    opened.troubles.append(Trouble(_UNKNOWN, label, "is no resource or Bundle"))
    for index, member in enumerate(members):
        _open(member, f"{label}[{index}]", opened)


def _open_bundle_loosely(outline: _Outline, label: str, opened: Opened) -> None:
    good: list[wire.Entry] = []
    for index, raw in enumerate(outline.entry or ()):
        try:
            good.append(_ENTRY.decode(raw))
        except FAILURES:
            good.append(wire.Entry())
            _open_entry_loosely(raw, f"{label}.entry[{index}]", opened)
    kind = outline.type if isinstance(outline.type, str) else None
    bundle = wire.Bundle(entry=good, type=kind)
    try:
        bundle.total = msgspec.convert(outline.total, wire.Number)
        bundle.link = msgspec.convert(outline.link, list[wire.Link] | None)
    except FAILURES:
        opened.troubles.append(Trouble("Bundle", label, "cannot be read"))
    _lay_out_bundle(bundle, label, opened)


def _open_entry_loosely(raw: Raw, label: str, opened: Opened) -> None:
    try:
        entry = _LOOSE_ENTRY.decode(raw)
    except FAILURES:
        entry = _LooseEntry()
    if not bytes(entry.resource):
        opened.troubles.append(Trouble(_UNKNOWN, label, "cannot be read"))
    else:
        _open(entry.resource, label, opened)


def _open_mended(raw: bytes | Raw, name: object, label: str, opened: Opened) -> None:
    """One resource: mended where that is no guess, without contained ones that cannot be read, or set aside."""
    kind = name if isinstance(name, str) and name in wire.BY_NAME else _UNKNOWN
    resource: wire.Resource | None = _mend(raw, kind, label, opened) if kind != _UNKNOWN else None
    if resource is None:
        why = "cannot be read" if kind != _UNKNOWN or name is None else "is of an unknown type"
        opened.troubles.append(Trouble(kind, label, why))
    else:
        _lay_out(resource, label, opened)


def _mend(raw: bytes | Raw, kind: str, label: str, opened: Opened) -> Any:
    try:
        members = _without_nulls(msgspec.json.decode(raw))
        parts = members.pop("contained", ())
        resource, is_bent = _fitted(members)
    except FAILURES:
        return None
    if is_bent:
        opened.troubles.append(Trouble(kind, label, "is in the wrong form, and was read as far as it goes"))
    if resource is not None and isinstance(parts, list):
        _open_contained(resource, map(msgspec.json.encode, parts), label, opened)
    return resource


def _open_contained(resource: wire.Resource, parts: Iterable[bytes | Raw], label: str, opened: Opened) -> None:
    inner = Opened()
    for index, part in enumerate(parts):
        _open(part, f"{label}.contained[{index}]", inner)
    for one in inner.found:
        _open_inside(one, inner)
    opened.troubles += inner.troubles
    resource.contained = wire.Contained([found.resource for found in inner.found])


def _without_nulls(value: Any) -> Any:
    """What was sent without the nulls in its lists: they say nothing, and cost the resource around them."""
    if isinstance(value, dict):
        return {name: _without_nulls(member) for name, member in value.items()}
    return [_without_nulls(part) for part in value if part is not None] if isinstance(value, list) else value


def _fitted(members: dict[str, Any]) -> tuple[Any, bool]:
    """The resource, and whether a member stood in the wrong form and was put into the expected one."""
    for tried in range(_MOST_MENDS):
        try:
            return _VALUE.decode(msgspec.json.encode(members)), tried > 0
        except msgspec.ValidationError as failure:
            _fit(members, str(failure))
    raise ValueError


def _fit(members: dict[str, Any], complaint: str) -> None:
    """Put the member that a complaint names into the expected form; ValueError where that would be a guess."""
    told = _COMPLAINT.search(complaint)
    steps = [name or int(number) for name, number in _STEP.findall(told[2])] if told else []
    if told is None or not steps:
        raise ValueError
    holder: Any = members
    for step in steps[:-1]:
        holder = holder[step]
    name = next(step for step in reversed(steps) if isinstance(step, str))
    holder[steps[-1]] = _in_form(holder[steps[-1]], told[1].split(" | "), name)


def _in_form(value: Any, expected: Sequence[str], name: str) -> Any:
    """A number as text, a truth from text, one thing as a list of one and back, a text as a reference or a concept."""
    if isinstance(value, int | float) and not isinstance(value, bool) and "str" in expected:
        return str(value)
    if value in ("true", "false") and "bool" in expected:
        return value == "true"
    if isinstance(value, list) and len(value) == 1:
        return value[0]
    if isinstance(value, str) and "object" in expected:
        return {"reference": value} if name in _POINTERS else {"coding": [{"code": value}], "text": value}
    if isinstance(value, dict | str) and "array" in expected:
        return [value]
    raise ValueError
