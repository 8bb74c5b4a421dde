"""Which patients are one person: what the Patients of a call say of records that were merged."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field

import msgspec

from cds.fhir import wire
from cds.fhir.bundles import FAILURES

_LINKS = msgspec.json.Decoder(list[msgspec.Raw])
_LINK = msgspec.json.Decoder(wire.PatientLink)
# By the type of a link, whether the record that it points at is the older one.
_IS_OLDER = {"replaces": True, "replaced-by": False}


@dataclass(slots=True)
class Mergers:
    """The mergers of a call, whichever of the two records tells them.

    "seealso" and "refer" are no merger: they may point at a record that somebody keeps apart on purpose.
    """

    _newer: dict[str, set[str]] = field(default_factory=dict)
    _older: dict[str, set[str]] = field(default_factory=dict)

    def note(self, id_: str, links: msgspec.Raw, read: Callable[[str], str]) -> None:
        """Note the links of a patient; `read` names the Patient that a reference means, or gives an empty text.

        A Patient of this call is named by its id, one of another server by its whole address: the same id on two
        servers means two people.
        """
        for link in _links(links):
            other = read(link.other.reference or "") if link.other is not None else ""
            if not id_ or not other or link.type not in _IS_OLDER:
                continue
            old, new = (other, id_) if _IS_OLDER[link.type] else (id_, other)
            self._newer.setdefault(old, set()).add(new)
            self._older.setdefault(new, set()).add(old)

    def same_as(self, id_: str) -> frozenset[str]:
        """The other ids of a person.

        Where it is open into which record all were merged (one old record that two people share), only what the
        person's own record replaced belongs to it: two people must never become one.
        """
        whole = self._reached(id_, lambda one: self._newer.get(one, set()) | self._older.get(one, set()))
        if len(self._last_of(whole)) != 1:
            whole = self._reached(id_, lambda one: self._older.get(one, set()))
        return frozenset(one.rpartition("/")[2] for one in whole - {id_})

    def _reached(self, id_: str, beside: Callable[[str], set[str]]) -> set[str]:
        seen: set[str] = set()
        ahead = [id_]
        while ahead:
            one = ahead.pop()
            if one not in seen:
                seen.add(one)
                ahead += beside(one)
        return seen

    def _last_of(self, among: set[str]) -> list[str]:
        """Those that no other replaces."""
        return [one for one in among if among.isdisjoint(self._newer.get(one, set()) - {one})]

    def survivor(self, ids: Iterable[str]) -> str:
        """Of several ids the one that the others were merged into; empty when they are several people or it is open."""
        among = set(ids)
        first = min(among, default="")
        if not first or not among <= self.same_as(first) | {first}:
            return ""
        last = self._last_of(among)
        return last[0] if len(last) == 1 else ""


def _links(raw: msgspec.Raw) -> Iterator[wire.PatientLink]:
    """The links of a patient, or the only one; those that cannot be read are passed over."""
    try:
        parts = _LINKS.decode(raw) if bytes(raw) else []
    except FAILURES:
        parts = [raw]
    for part in parts:
        with suppress(*FAILURES):
            yield _LINK.decode(part)
