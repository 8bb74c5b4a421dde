"""The cases beside the rules, run through the real reader and the whole pipeline."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from cds.domain.record import PatientRecord
from cds.domain.rule import Rule
from cds.knowledge.case_files import Case, CaseFile
from cds.knowledge.case_schema import TRUTH_WORDS
from cds.knowledge.conclusions import Evaluated, conclusion_of, differences, evaluate
from cds.knowledge.problems import Problem
from cds.knowledge.rulebook import Knowledge

# A prefetch (key -> JSON) and the day -> the record, as the real reader reads it.
Read = Callable[[Mapping[str, bytes], date], PatientRecord]


@dataclass(frozen=True, slots=True)
class Failure:
    """A case whose rule concluded something else."""

    file: CaseFile
    case: Case
    differences: tuple[str, ...]
    verdicts: str

    def problem(self) -> Problem:
        """The failure as a line of the report."""
        sentence = f"{self.case.name}: {'; '.join(self.differences)} ({self.verdicts})"
        return Problem(str(self.file.path), self.case.line, "case", sentence)


def read_records(files: Iterable[CaseFile], read: Read) -> None:
    """Read the record of every case once."""
    for file in files:
        for case in file.cases:
            case.record = read(case.prefetch, file.day)


def run_case(knowledge: Knowledge, file: CaseFile, case: Case) -> Failure | None:
    """Evaluate one case whose record is read, and compare."""
    seen = evaluate(knowledge.rulebook, case.record, file.today, assumed=case.assumed)
    rule = rules_by_id(knowledge).get(file.rule)
    found = compare(knowledge, file, case, rule, seen)
    return Failure(file, case, tuple(found), _verdicts(knowledge, file.rule, seen)) if found else None


def compare(knowledge: Knowledge, file: CaseFile, case: Case, rule: Rule | None, seen: Evaluated) -> list[str]:
    """How what was concluded differs from what the case expects. Without a rule the file holds definitions."""
    if rule is not None:
        return differences(case.expected, conclusion_of(rule, seen))
    named = knowledge.compilers[file.rule].named
    return differences(case.expected, {name: seen.truth(named[name]) for name in case.expected})


def rules_by_id(knowledge: Knowledge) -> dict[str, Rule]:
    """Every rule of the book by its id."""
    return {rule.id: rule for rule in knowledge.rulebook.rules()}


def _verdicts(knowledge: Knowledge, rule: str, seen: Evaluated) -> str:
    """The answer of every named criterion; those not met are listed together."""
    told, silent = [], []
    for name, criterion in knowledge.compilers[rule].named.items():
        verdict = criterion.judge(seen.scene)
        word = TRUTH_WORDS[verdict.truth]
        marks = [mark for mark, is_so in (("weak", verdict.weak), ("shaded", verdict.shaded)) if is_so]
        reason = f": {verdict.reason}" if word == "unknown" and verdict.reason else ""
        if word == "not-met":
            silent.append(name)
        else:
            told.append(" ".join([name, *marks, word]) + reason)
    parts = [", ".join(told), f"not met: {' '.join(silent)}" if silent else ""]
    return "; ".join(part for part in parts if part)
