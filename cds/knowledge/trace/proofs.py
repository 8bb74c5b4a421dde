"""What the cases prove: which ids a passing case expects, and what a rule would conclude without one thing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from cds.domain import rule as r
from cds.domain.record import PatientRecord
from cds.knowledge.case_files import Case, CaseFile
from cds.knowledge.cases import compare, rules_by_id
from cds.knowledge.conclusions import Evaluated, conclusion_of, evaluate
from cds.knowledge.rulebook import Knowledge
from cds.knowledge.trace.erasure import traits_of, without
from cds.knowledge.trace.index import Trait

_TIERS = ("supported", "possible", "to-exclude")
_DUE = ("emergency", "now", "if-unexplained")


@dataclass(frozen=True, slots=True)
class Proof:
    """What carries an id, the case or test that proves it, and where that stands."""

    carrier: str
    case: str
    place: str


@dataclass(slots=True)
class Seen:
    """One passing case as the rules judged it."""

    file: CaseFile
    case: Case
    rule: r.Rule
    evaluated: Evaluated
    traits: frozenset[Trait]

    def proof(self, carrier: str) -> Proof:
        """This case as a proof."""
        return Proof(carrier, self.case.name, f"{self.file.path}:{self.case.line}")


@dataclass(slots=True)
class Proofs:
    """Every passing case, what it expects by id, and what it holds."""

    knowledge: Knowledge
    seen: list[Seen] = field(default_factory=list)
    claims: dict[str, Proof] = field(default_factory=dict)
    _holding: dict[Trait, list[Seen]] = field(default_factory=lambda: defaultdict(list))
    _erased: dict[tuple[int, Trait], Evaluated] = field(default_factory=dict)

    def of_id(self, id_: str) -> Proof | None:
        """The case that expects a cause, flag or test, or in which a question is asked."""
        return self.claims.get(id_)

    def of_trait(self, trait: Trait, target: str = "") -> Proof | None:
        """A case of a rule that concludes something else when `trait` is taken out of the record.

        With a target (a cause, flag, test or question) only what the rule says of it counts. But for the gate, the
        symptom must stay: without it every rule falls silent.
        """
        for seen in self._holding.get(trait, ()):
            if target and not _speaks_of(seen.rule, target) and not target.startswith("ask."):
                continue
            erased = self._without(seen, trait)
            if not (isinstance(seen.rule, r.GateRule) or erased.found.gate.is_open):
                continue
            carrier = f"question {target}" if target.startswith("ask.") else f"rule {seen.rule.id}"
            if _told(seen, seen.evaluated, target) != _told(seen, erased, target):
                return seen.proof(carrier)
        return None

    def _without(self, seen: Seen, trait: Trait) -> Evaluated:
        key = (id(seen), trait)
        if key not in self._erased:
            self._erased[key] = _judge(self.knowledge, seen.file, seen.case, without(seen.case.record, trait))
        return self._erased[key]

    def add(self, seen: Seen) -> None:
        """Take a passing case in."""
        self.seen.append(seen)
        for trait in seen.traits:
            self._holding[trait].append(seen)
        for id_ in _expected(seen):
            self.claims.setdefault(id_, seen.proof(f"rule {seen.rule.id}"))
        for question in seen.evaluated.found.questions:
            self.claims.setdefault(question.id, seen.proof(f"question {question.id}"))


def gather(knowledge: Knowledge, files: Iterable[CaseFile]) -> Proofs:
    """Judge every case; those that fail prove nothing."""
    proofs, rules = Proofs(knowledge), rules_by_id(knowledge)
    for seen in sorted(_passing(knowledge, files, rules), key=_rank):
        proofs.add(seen)
    return proofs


def _passing(knowledge: Knowledge, files: Iterable[CaseFile], rules: dict[str, r.Rule]) -> Iterator[Seen]:
    for file in files:
        rule = rules.get(file.rule)
        for case in file.cases if rule is not None else ():
            evaluated = _judge(knowledge, file, case, case.record)
            if rule is not None and not compare(knowledge, file, case, rule, evaluated):
                yield Seen(file, case, rule, evaluated, traits_of(case.record))


def _judge(knowledge: Knowledge, file: CaseFile, case: Case, record: PatientRecord) -> Evaluated:
    return evaluate(knowledge.rulebook, record, file.today, assumed=case.assumed)


def _rank(seen: Seen) -> tuple[int, int]:
    """The stronger conclusion first, then the shorter record: the plainest case is the one to show."""
    tier = seen.case.expected.get("tier", "")
    return (_TIERS.index(tier) if tier in _TIERS else 0, len(seen.traits))


def _expected(seen: Seen) -> Iterator[str]:
    expected, rule = seen.case.expected, seen.rule
    if isinstance(rule, r.CauseRule) and "tier" in expected:
        yield rule.cause
        yield from expected.get("subcauses", ())
    elif isinstance(rule, r.RedFlagRule) and "flag" in expected:
        yield expected["flag"]
    elif isinstance(rule, r.TestRule) and expected.get("when") in _DUE:
        yield rule.test


def _speaks_of(rule: r.Rule, target: str) -> bool:
    """Whether a rule is that of a cause, a flag or a test."""
    if isinstance(rule, r.CauseRule):
        return target == rule.cause or any(choice.value == target for choice in rule.subcauses)
    if isinstance(rule, r.RedFlagRule):
        return any(level.flag == target for level in rule.levels)
    return isinstance(rule, r.TestRule) and target == rule.test


def _told(seen: Seen, evaluated: Evaluated, target: str) -> Any:
    """What is compared: whether a question is asked, else all that the case's rule concludes."""
    if target.startswith("ask."):
        return any(question.id == target for question in evaluated.found.questions)
    return conclusion_of(seen.rule, evaluated)
