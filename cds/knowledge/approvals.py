"""The approvals file of a site: which version of which rule its committee has signed, in whose name and when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from marshmallow import ValidationError, fields, validate

from cds.domain.rule import GateRule, PatternRule
from cds.domain.standing import speaking
from cds.knowledge import strict_yaml
from cds.knowledge.folder import DEFINITIONS
from cds.knowledge.links import named_in
from cds.knowledge.lock import rule_digest
from cds.knowledge.problems import Problem, flatten, of_yaml
from cds.knowledge.rule_status import Signature
from cds.knowledge.rulebook import Knowledge
from cds.knowledge.strict_yaml import Document, YamlError
from cds.knowledge.vocabulary import Strict, made

APPROVALS = "approvals"
_FORM = "{rule, version, approved_by, on}"
_NOBODY, _NAMELESS = "unassigned", "names nobody"


class ApprovalSchema(Strict):
    """One entry: this version of this rule was approved by these people on this day."""

    rule = fields.String(required=True, validate=validate.Length(1))
    version = fields.String(required=True, validate=validate.Regexp(r"\d+\.\d+\.\d+$", error="is not like 1.0.0"))
    approved_by = fields.String(
        required=True, validate=[validate.Regexp(r".*\S", error=_NAMELESS), validate.NoneOf([_NOBODY], error=_NAMELESS)]
    )
    on = fields.Date(required=True, format="%Y-%m-%d")
    # of what the rule said, as rules.lock.json lists it: a rulebook that is unreleased may change without a new version
    sha256 = fields.String(load_default="", validate=validate.Regexp(r"[0-9a-f]{64}$", error="is no sha256"))


@dataclass(frozen=True, slots=True)
class Policy:
    """What a site has settled: its file of approvals, what other rules do (show, shadow, off), and the day it is."""

    approvals: Path | None
    unapproved: str
    today: date


@dataclass(slots=True)
class Approvals:
    """What a site has approved of the rules that it runs.

    `approved`: ids of the rules whose present version is approved. `signed`: those that a card may call approved,
    because all they rest on is approved as well: gate, patterns and the shared definitions they use. `outdated`:
    entries for another version or text of a rule whose present one has none; they do not count. `unfounded`: what
    approved rules rest on or name and what is not approved. `signatures`: who approved the present version, and when.
    """

    approved: frozenset[str] = frozenset()
    signed: frozenset[str] = frozenset()
    outdated: list[Problem] = field(default_factory=list)
    unfounded: list[Problem] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    outdated_rules: tuple[str, ...] = ()
    signatures: Mapping[str, Signature] = field(default_factory=dict)


@dataclass(slots=True)
class _Entry:
    number: int
    line: int
    rule: str
    version: str
    signature: Signature | None = None
    sha256: str = ""

    def holds_for(self, document: Document) -> bool:
        """Whether the rule is still what was signed: this version and, where the entry tells it, this content."""
        is_same = not self.sha256 or self.sha256 == rule_digest(document)
        return is_same and self.version == document.data["version"]

    def outdated(self, document: Document) -> str:
        """Why it does not count any more."""
        present = document.data["version"]
        if self.version == present:
            return f"approves another text of {present}"
        return f"approves {self.version}, but the rule here is {present}"


def read_approvals(path: Path | None, knowledge: Knowledge, today: date) -> Approvals:
    """Read the file and hold it against the rules; without a file nothing is approved.

    Problems are on board: what cannot be read, an unknown rule, a day after `today`, an entry that stands twice. An
    entry for another version or text than the one in the rules is none: after an update the file still tells the past.
    """
    found = Approvals()
    if path is None:
        return found
    entries = list(_entries(path, knowledge, today, found.problems))
    documents = knowledge.documents
    found.signatures = {e.rule: e.signature for e in entries if e.signature and e.holds_for(documents[e.rule])}
    found.approved = frozenset(found.signatures)
    old = [e for e in entries if e.rule not in found.approved]
    found.outdated = [_problem(path, e, e.outdated(documents[e.rule])) for e in old]
    found.outdated_rules = tuple(sorted({e.rule for e in old}))
    _sign(path, found, knowledge)
    found.unfounded += _dangling(path, found, knowledge)
    return found


def _entries(path: Path, knowledge: Knowledge, today: date, problems: list[Problem]) -> Iterator[_Entry]:
    document = _document(path, problems)
    seen: set[tuple[str, str, str]] = set()
    for number, raw in enumerate(document.data if document else ()):
        entry = _Entry(number, document.line((number,)) if document else 1, _name(raw), "")
        data = _loaded(path, entry, raw, problems)
        if data is None:
            continue
        entry.version, entry.signature = data["version"], Signature(data["approved_by"], data["on"].isoformat())
        entry.sha256 = data["sha256"]
        sentences = list(_wrong(entry, data["on"], knowledge, today, seen))
        problems += [_problem(path, entry, sentence) for sentence in sentences]
        seen.add((entry.rule, entry.version, entry.sha256))
        if not sentences:
            yield entry


def _wrong(
    entry: _Entry, on: date, knowledge: Knowledge, today: date, seen: set[tuple[str, str, str]]
) -> Iterator[str]:
    if entry.rule not in knowledge.documents:
        yield "no rule has this id"
    if on > today:
        yield f"is approved on {on}, which is after {today}"
    if (entry.rule, entry.version, entry.sha256) in seen:
        yield f"stands twice for version {entry.version}"


def _document(path: Path, problems: list[Problem]) -> Document | None:
    try:
        document = strict_yaml.load(path)
    except YamlError as error:
        problems.append(of_yaml(error, APPROVALS))
        return None
    if not isinstance(document.data, list):
        problems.append(Problem(str(path), 1, APPROVALS, f"must be a list of {_FORM}; [] for none"))
        return None
    return document


def _name(raw: Any) -> str:
    name = raw.get("rule") if isinstance(raw, dict) else None
    return name if isinstance(name, str) else ""


def _loaded(path: Path, entry: _Entry, raw: Any, problems: list[Problem]) -> Mapping[str, Any] | None:
    try:
        data: Mapping[str, Any] = made(ApprovalSchema).load(raw)
    except ValidationError as error:
        for keys, sentence in flatten(error.messages):
            place = ".".join(str(key) for key in keys if key != "_schema")
            problems.append(_problem(path, entry, f"{place}: {sentence}" if place else sentence))
        return None
    return data


def _problem(path: Path, entry: _Entry, sentence: str) -> Problem:
    name = f" ({entry.rule})" if entry.rule else ""
    return Problem(str(path), entry.line, APPROVALS, f"entry {entry.number + 1}{name}: {sentence}")


def _sign(path: Path, found: Approvals, knowledge: Knowledge) -> None:
    """Which of the approved rules rest on approved ones alone."""
    book = knowledge.rulebook
    ground = {r.id for r in book.rules() if isinstance(r, GateRule | PatternRule)}
    owners = _owners(knowledge)
    missing = {id_: (ground | _definitions(id_, knowledge, owners)) - found.approved - {id_} for id_ in found.approved}
    found.signed = frozenset(id_ for id_, names in missing.items() if not names)
    unsigned = len(missing) - len(found.signed)
    if unsigned:
        names = ", ".join(sorted(frozenset().union(*missing.values())))
        sentence = f"{unsigned} approved rules are not called so on cards, because they rest on what is not: {names}"
        found.unfounded.append(Problem(str(path), 1, APPROVALS, sentence))


def _owners(knowledge: Knowledge) -> dict[str, str]:
    """Which file of definitions each shared criterion stands in."""
    return {
        name: owner
        for owner, document in knowledge.documents.items()
        if document.data["kind"] == DEFINITIONS
        for name in document.data.get("criteria", {})
    }


def _definitions(id_: str, knowledge: Knowledge, owners: Mapping[str, str]) -> set[str]:
    """The files of shared definitions that a rule rests on, directly or through one another."""
    reached: set[str] = set()
    waiting = [id_]
    while waiting:
        compiler = knowledge.compilers.get(waiting.pop())
        new = {owners[name] for name in compiler.used_shared} - reached if compiler else set()
        reached |= new
        waiting += new
    return reached - {id_}


def _dangling(path: Path, found: Approvals, knowledge: Knowledge) -> Iterator[Problem]:
    """Approved rules that name tests, actions or causes that are not: these are then missing from their cards."""
    owners = {
        (document.data["kind"], document.data[document.data["kind"]]): id_
        for id_, document in knowledge.documents.items()
        if document.data["kind"] in ("test", "action", "cause")
    }
    for id_ in sorted(found.approved):
        named = {owners.get((kind, name)) for _, kind, name in named_in(knowledge.documents[id_].data)}
        lacking = sorted(other for other in named if other is not None and other not in found.approved)
        if lacking:
            yield Problem(str(path), 1, APPROVALS, f"{id_} is approved and names what is not: {', '.join(lacking)}")


def summary(found: Approvals, knowledge: Knowledge) -> str:
    """How far the approvals reach, in one line."""
    cards = speaking(knowledge.rulebook)
    approved = sum(1 for rule in cards if rule.id in found.approved)
    every = f"{len(found.approved)} of {len(knowledge.documents)} rules are approved"
    return f"{every}, {approved} of the {len(cards)} that speak on cards"
