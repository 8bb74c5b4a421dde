"""The use cases: answer a call, evaluate a record of any shape, explain. Bytes in, bytes out; no Flask, no clock.

Long because the use cases share how a body becomes a record, and an error of the data an error of the call.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, tzinfo
from pathlib import Path
from typing import Unpack

import msgspec

from cds.domain.evaluation import evaluate
from cds.domain.outcomes import Outcomes
from cds.domain.record import PatientRecord, Supply
from cds.domain.rule import Rulebook
from cds.domain.standing import in_use
from cds.domain.truth import Truth
from cds.fhir import errors as data_errors
from cds.fhir.decode import Reader
from cds.fhir.ndjson import Group, group_ndjson
from cds.fhir.orders import OrderFor
from cds.fhir.prefetch import position_of, templates
from cds.fhir.references import tail
from cds.hooks import errors
from cds.hooks.cards import compose
from cds.hooks.catalogue import Catalogue, Service, build_catalogue
from cds.hooks.composing import Composing, Json, Publisher
from cds.hooks.counting import counters_of, shadow_counters
from cds.hooks.explain import Judged, explain
from cds.hooks.governance import governance, unused_text
from cds.hooks.issues import Sent, issues_outcome
from cds.hooks.request import HookRequest, parse_call
from cds.hooks.shapes import Asked, is_hook_request
from cds.knowledge.approvals import Approvals, Policy, read_approvals
from cds.knowledge.rule_status import Standing
from cds.knowledge.rule_views import RuleViews
from cds.knowledge.rulebook import Knowledge, RulebookError, inspect

EMPTY = b'{"cards":[]}'
_LAY_USERS = ("Patient", "RelatedPerson")
_REQUESTERS = ("Practitioner/", "PractitionerRole/")
_RECORDED = {Truth.NOT_MET: "no_symptom", Truth.UNKNOWN: "not_known"}
_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Answer:
    """A response, and counts for metrics (`family` or `family:label`), without anything of the patient."""

    body: bytes
    counters: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Read:
    """A record that was read, with whom an order would be for, what was sent, and whether a lay person asks."""

    record: PatientRecord
    order_for: OrderFor
    sent: Sent = ()
    is_lay: bool = False


@dataclass(frozen=True, slots=True)
class Engine:
    """The service itself: rules, reader and catalogue, made once and never changed.

    The publisher's rulebook holds the rules in use at this site. `shadow` holds all of them, when those that are not
    in use are judged out of sight.
    """

    knowledge: Knowledge
    reader: Reader
    catalogue: Catalogue
    publisher: Publisher
    views: RuleViews
    approvals: Approvals = field(default_factory=Approvals)
    unapproved: str = "show"
    shadow: Rulebook | None = None

    @property
    def rulebook(self) -> Rulebook:
        """The rules in use."""
        return self.publisher.book

    @property
    def governance(self) -> Json:
        """What an operator wants to know of approvals: counts and rule ids."""
        return governance(self.rulebook, self.approvals, self.unapproved)

    @property
    def rulebook_version(self) -> str:
        """Version of the rules."""
        return self.rulebook.version

    @property
    def digest(self) -> str:
        """Digest of everything that decides an answer."""
        return self.rulebook.digest

    def call(self, service_id: str, body: bytes, today: date) -> Answer:
        """Answer a service call. Raises HookError."""
        service = self.catalogue.service(service_id)
        request = _accepted(service, body)
        if _is_lay(request):
            return Answer(EMPTY, {"silent": 1})
        read = self._read(request, today)
        outcomes = self._judge(read.record, today, _assume(service))
        _require_conditions(read.record, outcomes)
        now = Composing(self.publisher, outcomes, read.record, read.order_for)
        cards = compose(now, tell_gap=service.symptom == "assumed")
        counters = counters_of(cards, outcomes, read.record)
        counters |= shadow_counters(self.rulebook, self._judge_shadow(read.record, today, _assume(service)))
        return Answer(_encode({"cards": cards}) if cards else EMPTY, counters)

    def explain(self, service_id: str, body: bytes, today: date) -> bytes:
        """Say what a service call read and how every rule came out. Raises HookError."""
        service = self.catalogue.service(service_id)
        read = self._read(_accepted(service, body), today)
        assume = _assume(service)
        outcomes = self._judge(read.record, today, assume)
        now = Composing(self.publisher, outcomes, read.record, read.order_for)
        is_silent = read.is_lay or not compose(now, tell_gap=service.symptom == "assumed")
        return _encode(self._explained(read, outcomes, today, assume, is_silent=is_silent))

    def evaluate(self, body: bytes, **asked: Unpack[Asked]) -> bytes:
        """Evaluate a hook request, a Bundle of any type or a bare resource. Raises HookError."""
        return _encode(self.evaluate_data(body, **asked))

    def evaluate_data(self, body: bytes, **asked: Unpack[Asked]) -> Json:
        """The same as data: cards, silence, explain, issues."""
        return self._evaluated(self._read_any(body, asked), asked)

    def evaluate_ndjson(self, body: bytes, **asked: Unpack[Asked]) -> Iterator[bytes]:
        """Evaluate Bulk Data, one line for each patient. Raises HookError before the first line."""
        for data in self.evaluate_lines(body.splitlines(), **asked):
            yield _encode(data)

    def evaluate_lines(self, lines: list[bytes], **asked: Unpack[Asked]) -> Iterator[Json]:
        """Bulk Data lines, grouped by patient: a patient of whom nothing can be read costs the others nothing."""
        patient = asked.get("patient")
        wanted = patient.removeprefix("Patient/") if patient is not None else None
        groups = [g for g in group_ndjson(lines) if wanted in (None, g.patient) or wanted in g.merged]
        if patient is not None and not groups:
            raise errors.PatientNotFound
        unread: list[Json] = []
        is_readable = False
        for group in groups:
            read = self._read_group(group, asked)
            unread.append({"patient": f"Patient/{group.patient}", **self._evaluated(read, asked)})
            is_readable |= read.record.counts["resources"] > 0
            if is_readable:
                yield from unread
                unread.clear()
        if not is_readable:
            raise errors.NothingReadable

    def _is_open(self, *, is_day_chosen: bool = False) -> bool:
        """Whether a plain date one day ahead may be today at the site: its zone is not set, and no day was chosen."""
        return self.reader.zone is None and not (is_day_chosen or self.publisher.is_day_fixed)

    def _read_group(self, group: Group, asked: Asked) -> Read:
        today, is_open = asked["today"], self._is_open(is_day_chosen=asked.get("is_day_fixed", False))
        try:
            record = self.reader.read_resources(
                group.lines, today.toordinal(), group.patient, group.troubles, is_day_open=is_open
            )
        except data_errors.DataError as error:
            raise _as_hook_error(error) from None
        sent = [(f"line {number}", line) for number, line in group.lines]
        return Read(record, OrderFor(record.person.id or "unknown", None, None, today.isoformat()), sent)

    def _evaluated(self, read: Read, asked: Asked) -> Json:
        assume = "always" if asked["symptom"] == "assumed" else "never"
        outcomes = self._judge(read.record, asked["today"], assume)
        is_day_fixed = asked.get("is_day_fixed", False)
        now = Composing(self.publisher, outcomes, read.record, read.order_for, is_day_fixed=is_day_fixed)
        cards = [] if read.is_lay else compose(now, tell_gap=True)
        explained = self._explained(read, outcomes, asked["today"], assume, is_silent=not cards)
        return {
            "cards": cards,
            "silence": explained["silence"],
            "explain": explained,
            "issues": issues_outcome(read.record, read.sent if asked.get("validate") else None),
        }

    def _silence(self, outcomes: Outcomes, *, is_lay: bool) -> str:
        words = self.rulebook.wording["silence"]
        gate = outcomes.gate
        reason = "patient_user" if is_lay else "deceased" if gate.deceased else _RECORDED[gate.truth]
        return f"{words[reason]}{unused_text(self.rulebook, words['unused'])}"

    def _judge(self, record: PatientRecord, today: date, assume: str) -> Outcomes:
        return evaluate(self.rulebook, record, today.toordinal(), assume=assume)

    def _judge_shadow(self, record: PatientRecord, today: date, assume: str) -> Judged | None:
        """What all rules would conclude, when those that are not in use are judged out of sight."""
        if self.shadow is None:
            return None
        return Judged(self.shadow, evaluate(self.shadow, record, today.toordinal(), assume=assume))

    def _explained(self, read: Read, outcomes: Outcomes, today: date, assume: str, *, is_silent: bool) -> Json:
        silence = self._silence(outcomes, is_lay=read.is_lay) if is_silent else None
        shadow = self._judge_shadow(read.record, today, assume)
        return explain(read.record, Judged(self.rulebook, outcomes, silence), shadow)

    def _read(self, request: HookRequest, today: date, *, is_day_open: bool | None = None) -> Read:
        is_open = self._is_open() if is_day_open is None else is_day_open
        try:
            record = self.reader.read_prefetch(
                request.prefetch, request.patient_id, request.encounter_id, today.toordinal(), is_day_open=is_open
            )
        except data_errors.DataError as error:
            raise _as_hook_error(error) from None
        requester = request.user_id if (request.user_id or "").startswith(_REQUESTERS) else None
        order_for = OrderFor(request.patient_id, request.encounter_id, requester, today.isoformat())
        sent = [(position_of(n, key), raw) for n, (key, raw) in enumerate(request.prefetch.items())]
        return Read(record, order_for, sent, _is_lay(request))

    def _read_any(self, body: bytes, asked: Asked) -> Read:
        today, is_open = asked["today"], self._is_open(is_day_chosen=asked.get("is_day_fixed", False))
        patient = asked.get("patient")
        if is_hook_request(body):
            request = parse_call(body)
            if patient and tail(patient)[1] != request.patient_id:
                raise errors.PatientNotFound
            return self._read(request, today, is_day_open=is_open)
        try:
            record = self.reader.read_document(body, today.toordinal(), patient, is_day_open=is_open)
        except data_errors.DataError as error:
            raise _as_hook_error(error) from None
        sent = [("body", body)]
        return Read(record, OrderFor(record.person.id or "unknown", None, None, today.isoformat()), sent)


def _accepted(service: Service, body: bytes) -> HookRequest:
    request = parse_call(body)
    if not service.accepts(request.hook):
        raise errors.WrongHook(service.hooks)
    return request


def _is_lay(request: HookRequest) -> bool:
    """Whether a patient or relative is the user, by relative or absolute reference: cards are for professionals."""
    return tail(request.user_id or "")[0] in _LAY_USERS


def _assume(service: Service) -> str:
    return "if-none" if service.symptom == "assumed" else "never"


def _require_conditions(record: PatientRecord, outcomes: Outcomes) -> None:
    """412 only when conditions cannot be had and nothing else opened the gate (contract §2, completeness)."""
    came_to_nothing = record.supply.get("conditions") in (Supply.NOT_SUPPLIED, Supply.FAILED)
    cannot_be_had = came_to_nothing or "conditions" in record.unanswered
    if cannot_be_had and outcomes.gate.truth is not Truth.MET and not outcomes.gate.deceased:
        raise errors.RequiredDataMissing(["conditions"])


def _as_hook_error(error: data_errors.DataError) -> errors.HookError:
    if isinstance(error, data_errors.SeveralPatients):
        return errors.SeveralPatients(error.count)
    if isinstance(error, data_errors.WrongPatient):
        return errors.PatientMismatch()
    return errors.PatientNotFound() if isinstance(error, data_errors.PatientNotFound) else errors.NothingReadable()


_NO_POLICY = Policy(None, "show", date.max)


def build_engine(
    *,
    rules_path: Path,
    public_url: str | None = None,
    is_day_fixed: bool = False,
    zone: tzinfo | None = None,
    policy: Policy = _NO_POLICY,
) -> Engine:
    """Load the rules and make the engine; `policy` is what the site has settled.

    Days begin in `zone`. When it is None they begin in UTC, and plain dates one day ahead may be today at the site.

    Raises:
        RulebookError: with every problem of the rules and of the approvals.
    """
    knowledge = inspect(rules_path)
    approvals = read_approvals(policy.approvals, knowledge, policy.today)
    if knowledge.problems or approvals.problems:
        raise RulebookError(knowledge.problems + approvals.problems, "rules" if knowledge.problems else "approvals")
    whole = replace(knowledge.rulebook, approved=approvals.approved, signed=approvals.signed)
    is_whole = policy.unapproved == "show"
    publisher = Publisher(
        whole if is_whole else in_use(whole),
        knowledge.overrides,
        knowledge.topics,
        public_url or "",
        is_day_fixed,
    )
    catalogue = build_catalogue(knowledge.services, templates())
    shadow = whole if policy.unapproved == "shadow" else None
    reader = Reader(knowledge.terminology, zone)
    unused = frozenset(rule.id for rule in publisher.book.unused.rules)
    views = RuleViews(knowledge, rules_path, Standing(approvals.signatures, unused))
    return Engine(knowledge, reader, catalogue, publisher, views, approvals, policy.unapproved, shadow)


def case_reader(rules_path: Path) -> Callable[[Mapping[str, bytes], date], PatientRecord]:
    """Reads the prefetch of a rule's case as a call would be read; a faulty rulebook is for the checks to tell."""
    reader = Reader(inspect(rules_path).terminology)

    def read(prefetch: Mapping[str, bytes], day: date) -> PatientRecord:
        return reader.read_prefetch(prefetch, "p", None, day.toordinal())

    return read
