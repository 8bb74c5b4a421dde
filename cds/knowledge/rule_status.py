"""Whether a rule has been reviewed, approved and is in use: the one place that decides what pages say about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

NOT_REVIEWED, REVIEWED = "not-reviewed", "reviewed"


class Signature(NamedTuple):
    """Who approved a rule for a site, and on which day."""

    approved_by: str
    on: str


@dataclass(frozen=True, slots=True)
class Standing:
    """What a site has settled: who signed the present version of which rules, and which rules it does not use."""

    signatures: Mapping[str, Signature] = field(default_factory=dict)
    unused: frozenset[str] = frozenset()


def status_of(id_: str, review: Mapping[str, Any], words: Mapping[str, str], standing: Standing) -> dict[str, Any]:
    """State and wording of a rule (or of anything with a review record). `words` are those of wording.yaml by state."""
    signature = standing.signatures.get(id_)
    approval = {"approval": signature._asdict()} if signature else {}
    return {
        "state": NOT_REVIEWED if review["reviewed"] is None else REVIEWED,
        "text": "; ".join(_said(id_, review, words, standing)), **approval, "inUse": id_ not in standing.unused,
    }  # fmt: skip


def _said(id_: str, review: Mapping[str, Any], words: Mapping[str, str], standing: Standing) -> Iterator[str]:
    if id_ in standing.unused:
        yield words["not-in-use"]
    signature = standing.signatures.get(id_)
    if signature is not None:
        yield words["approved"].format(by=signature.approved_by, on=signature.on)
    state = NOT_REVIEWED if review["reviewed"] is None else REVIEWED
    yield words[state].format(reviewer=review["clinical_reviewer"], day=review["reviewed"])
