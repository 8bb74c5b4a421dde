"""No one-clause slip of a rule may go unnoticed: each is made, and some case of that rule must then fail.

A mutant recompiles only its own rule. The records of the cases are read before; a case is first evaluated once with
the whole rulebook, and for the mutants with no more than what decides it.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from marshmallow import ValidationError

from cds.domain import rule as r
from cds.domain.criteria import Criterion, Named
from cds.knowledge.case_files import Case, CaseFile, Equivalent
from cds.knowledge.compiler import Compiler
from cds.knowledge.conclusions import Evaluated, conclusion_of, differences, evaluate
from cds.knowledge.folder import DEFINITIONS
from cds.knowledge.problems import Problem, at
from cds.knowledge.rule_schema import SCHEMAS
from cds.knowledge.rulebook import Knowledge
from cds.knowledge.rules import BUILDERS
from cds.knowledge.slices import slice_of, with_rule
from cds.knowledge.slips import Slip, slips_of
from cds.knowledge.vocabulary import made


@dataclass(slots=True)
class Tally:
    """What became of the slips of one rule. `survivors` are told; `equivalent` counts those declared harmless."""

    rule: str
    slips: int = 0
    noticed: int = 0
    equivalent: int = 0
    survivors: list[Problem] = field(default_factory=list)


@dataclass(slots=True)
class _Mutant:
    """A slip compiled: the changed rule, or the changed criteria of a file of definitions."""

    slip: Slip
    rule: r.Rule | None
    named: Mapping[str, Named]


@dataclass(slots=True)
class _Prepared:
    """A case with the part of the rulebook that matters for its person."""

    file: CaseFile
    case: Case
    book: r.Rulebook


def run_mutants(knowledge: Knowledge, files: list[CaseFile], only: Iterable[str] = (), jobs: int = 1) -> list[Tally]:
    """Try every slip of every rule that has cases whose records are read. `jobs` processes share the work."""
    wanted = set(only)
    chosen = [n for n, file in enumerate(files) if not wanted or file.rule in wanted]
    chosen.sort(key=lambda n: files[n].rule)
    if jobs < 2 or len(chosen) < 2 or "fork" not in multiprocessing.get_all_start_methods():  # noqa: PLR2004
        return [_Trial(knowledge, files, files[n]).run() for n in chosen]
    _SHARED.append((knowledge, files))
    try:
        with multiprocessing.get_context("fork").Pool(jobs) as pool:
            return pool.map(_run_shared, chosen, chunksize=1)
    finally:
        _SHARED.clear()


# What the forked processes work on: rulebooks hold compiled criteria, which are inherited and not sent.
_SHARED: list[tuple[Knowledge, list[CaseFile]]] = []


def _run_shared(number: int) -> Tally:
    knowledge, files = _SHARED[0]
    return _Trial(knowledge, files, files[number]).run()


class _Trial:
    """All slips of one rule against its cases."""

    def __init__(self, knowledge: Knowledge, files: list[CaseFile], file: CaseFile) -> None:
        self.knowledge, self.files, self.file = knowledge, files, file
        self.document = knowledge.documents[file.rule]
        self.compiler = knowledge.compilers[file.rule]
        self.rule = next((x for x in knowledge.rulebook.rules() if x.id == file.rule), None)
        self.cases = [self._prepare(case) for case in file.cases]
        self.users: list[CaseFile] | None = None

    def run(self) -> Tally:
        """Make each slip and see whether a case fails."""
        tally = Tally(self.file.rule)
        used = dict.fromkeys(_equivalents(self.file, self.document.data), 0)
        for slip in slips_of(self.document.data):
            mutant = self._compile(slip)
            if mutant is None:
                continue
            tally.slips += 1
            if self._is_noticed(mutant):
                tally.noticed += 1
                continue
            excuse = next((e for e in used if _covers(e, slip)), None)
            if excuse is None:
                tally.survivors.append(self._told(slip))
            else:
                used[excuse] += 1
                tally.equivalent += 1
        tally.survivors += [self._idle(excuse) for excuse, count in used.items() if not count]
        return tally

    def _told(self, slip: Slip) -> Problem:
        return at(self.document, slip.keys, "mutant", f"{slip.words} is not noticed by any case")

    def _idle(self, excuse: Equivalent) -> Problem:
        sentence = f"equivalent {excuse.at!r} excuses nothing: the cases notice every slip there"
        return Problem(str(self.file.path), 1, "mutant", sentence)

    # --- compiling ---

    def _compile(self, slip: Slip) -> _Mutant | None:
        """The mutant, or None when the loader itself would notice the slip."""
        raw = slip.apply(self.document.data)
        try:
            loaded = made(SCHEMAS[self.file.kind]).load(raw)
        except ValidationError:
            return None
        old = self.compiler
        compiler = Compiler(self.document, old.known_sets, old.units, old.shared)
        named = compiler.compile_named(loaded.get("criteria", {}))
        rule = None if self.rule is None else BUILDERS[self.file.kind](loaded, named, compiler).rule
        return None if compiler.problems else _Mutant(slip, rule, named)

    # --- running ---

    def _is_noticed(self, mutant: _Mutant) -> bool:
        if mutant.rule is not None:
            return self._fails(lambda case: self._differs(case, mutant.rule))
        with _Patched(self.compiler.named, mutant.named):
            return self._fails(self._differs_in_truth) or self._is_noticed_by_users()

    def _fails(self, differs: Callable[[_Prepared], bool]) -> bool:
        """The case that noticed the last slip is asked first: the next one is likely to be its neighbor."""
        for number, case in enumerate(self.cases):
            if differs(case):
                self.cases.insert(0, self.cases.pop(number))
                return True
        return False

    def _differs(self, case: _Prepared, rule: r.Rule | None) -> bool:
        assert rule is not None
        seen = self._evaluate(case, with_rule(case.book, rule))
        return bool(differences(case.case.expected, conclusion_of(rule, seen)))

    def _differs_in_truth(self, case: _Prepared) -> bool:
        seen = self._evaluate(case, case.book)
        named = self.compiler.named
        return any(seen.truth(named[name]) != truth for name, truth in case.case.expected.items())

    @staticmethod
    def _evaluate(case: _Prepared, book: r.Rulebook) -> Evaluated:
        return evaluate(book, case.case.record, case.file.today, assumed=case.case.assumed)

    def _is_noticed_by_users(self) -> bool:
        """Whether a case of a rule that uses these definitions fails."""
        if self.users is None:
            self.users = list(_users(self.knowledge, self.files, self.file.rule))
        rules = {rule.id: rule for rule in self.knowledge.rulebook.rules()}
        for file in self.users:
            for case in file.cases:
                seen = evaluate(self.knowledge.rulebook, case.record, file.today, assumed=case.assumed)
                if differences(case.expected, conclusion_of(rules[file.rule], seen)):
                    return True
        return False

    # --- preparing ---

    def _prepare(self, case: Case) -> _Prepared:
        """The smallest rulebook with which this case comes out as with the whole."""
        whole = self.knowledge.rulebook
        full = _Prepared(self.file, case, whole)
        seen = self._evaluate(full, whole)
        small = _Prepared(self.file, case, slice_of(whole, seen, self.rule))
        again = self._evaluate(small, small.book)
        if self.rule is not None:
            return small if conclusion_of(self.rule, again) == conclusion_of(self.rule, seen) else full
        named = self.compiler.named
        return small if all(again.truth(n) == seen.truth(n) for n in named.values()) else full


class _Patched:
    """Lets every user of shared definitions see changed ones, for a while."""

    def __init__(self, originals: Mapping[str, Named], changed: Mapping[str, Named]) -> None:
        self.originals, self.changed = originals, changed
        self.kept: dict[str, Criterion] = {}

    def __enter__(self) -> None:
        for name, named in self.originals.items():
            self.kept[name] = named.inner
            named.inner = self.changed[name].inner

    def __exit__(self, *_: object) -> None:
        for name, inner in self.kept.items():
            self.originals[name].inner = inner


def _users(knowledge: Knowledge, files: Iterable[CaseFile], definitions: str) -> Iterator[CaseFile]:
    """The case files of every rule that rests on a file of definitions, directly or through another."""
    names = set(knowledge.compilers[definitions].named)
    others = {id_: c for id_, c in knowledge.compilers.items() if knowledge.documents[id_].data["kind"] == DEFINITIONS}
    grown = True
    while grown:
        found = {n for c in others.values() if c.used_shared & names for n in c.named} - names
        names |= found
        grown = bool(found)
    for file in files:
        if file.kind != DEFINITIONS and knowledge.compilers[file.rule].used_shared & names:
            yield file


def _equivalents(file: CaseFile, raw: Mapping[str, Any]) -> list[Equivalent]:
    """Those of the case file, and those that stand beside a criterion."""
    beside = [
        Equivalent(f"criteria.{name}", "", body["equivalent"])
        for name, body in raw.get("criteria", {}).items()
        if isinstance(body, dict) and "equivalent" in body
    ]
    return [*file.equivalents, *beside]


def _covers(excuse: Equivalent, slip: Slip) -> bool:
    is_there = slip.place == excuse.at or slip.place.startswith(excuse.at + ".")
    return is_there and slip.words.startswith(excuse.slip)
