"""One run of all checks: the loader's problems, each check, the cases, the mutants, the lock."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from cds.knowledge import lock
from cds.knowledge.approvals import read_approvals, summary
from cds.knowledge.case_files import CaseFile, load_cases
from cds.knowledge.cases import Read, read_records, run_case
from cds.knowledge.checks import codes, coverage, names, pages, review, sources, strata, wording
from cds.knowledge.checks.report import Check, Report, Subject
from cds.knowledge.mutants import run_mutants
from cds.knowledge.pages import load_pages
from cds.knowledge.problems import Problem, read_yaml
from cds.knowledge.rulebook import WORDS, Knowledge, inspect
from cds.knowledge.strict_yaml import Document

CHECKS: tuple[Check, ...] = (
    names.check_unique, names.check_asked_names, names.check_criteria_used,
    names.check_placeholders, sources.check_known, sources.check_cites, sources.check_unused, sources.check_unverified,
    strata.check_strata, strata.check_order, strata.check_may, codes.check_digits, codes.check_order_codes,
    wording.check_lists, wording.check_forbidden, wording.check_unneeded_leave, wording.check_spelling,
    wording.check_summaries, review.check_overdue, review.check_record, coverage.check_coverage,
    pages.check_files, pages.check_sources, pages.check_ids, pages.check_caveats,
)  # fmt: skip
WARNINGS: tuple[Check, ...] = (review.warn_soon,)
_DATA = (
    "sources.yaml",
    "drugs.yaml",
    "settled.yaml",
    "questions.yaml",
    "wording.yaml",
    "services.yaml",
    "rulebook.yaml",
    "unread.yaml",
)
_SHOWN = 12


def check(
    folder: Path,
    read: Read,
    today: date,
    *,
    update_lock: bool = False,
    mutants: bool = True,
    approvals: Path | None = None,
) -> Report:
    """Check the rules below a folder; `read` is the reader that the cases run through, `approvals` the site's file."""
    knowledge = inspect(folder)
    report = Report(problems=list(knowledge.problems))
    if any(problem.check == WORDS for problem in report.problems):
        report.notes.append("rules and cases were not looked at: first words and units must be readable")
        return report
    files = load_cases(knowledge, folder, report.problems)
    read_records(files, read)
    subject = Subject(
        folder,
        knowledge,
        files,
        today,
        dict(_data_files(folder, {problem.path for problem in knowledge.problems})),
        load_pages(folder),
    )
    for run in CHECKS:
        report.problems += run(subject)
    for run in WARNINGS:
        report.warnings += run(subject)
    passing = list(_run_cases(knowledge, files, report))
    if mutants:
        _try_mutants(knowledge, passing, report)
    _check_lock(subject, report, update=update_lock)
    _check_approvals(subject, report, approvals)
    _note(subject, report)
    return report


def _data_files(folder: Path, faulty: set[str]) -> Iterator[tuple[str, Document]]:
    """Those in which the loader found no fault."""
    for name in _DATA:
        document = read_yaml(folder / name, []) if str(folder / name) not in faulty else None
        if document is not None:
            yield name, document


def _run_cases(knowledge: Knowledge, files: list[CaseFile], report: Report) -> Iterator[CaseFile]:
    """Run every case; the files of which all passed can tell mutants apart."""
    broken = {problem.path for problem in knowledge.problems}
    report.counts = {"rules": len(knowledge.documents), "cases": sum(len(file.cases) for file in files)}
    for file in files:
        failures = [f for case in file.cases if (f := run_case(knowledge, file, case)) is not None]
        report.problems += [failure.problem() for failure in failures]
        if not failures and str(knowledge.documents[file.rule].path) not in broken:
            yield file


def _try_mutants(knowledge: Knowledge, files: list[CaseFile], report: Report) -> None:
    tallies = run_mutants(knowledge, files, jobs=min(4, os.cpu_count() or 1))
    report.problems += [problem for tally in tallies for problem in tally.survivors]
    report.counts["slips tried"] = sum(tally.slips for tally in tallies)
    report.counts["noticed"] = sum(tally.noticed for tally in tallies)
    report.counts["equivalent"] = sum(tally.equivalent for tally in tallies)


def _check_lock(subject: Subject, report: Report, *, update: bool) -> None:
    released = lock.is_released(subject.entries("rulebook.yaml"))
    refused = list(lock.unbumped(subject.knowledge, subject.folder, released=released))
    report.problems += refused
    if update and not refused:
        lock.write_lock(subject.knowledge, subject.folder)
    report.problems += [] if refused else lock.stale(subject.knowledge, subject.folder)


def _check_approvals(subject: Subject, report: Report, path: Path | None) -> None:
    """What a site's file of approvals says of these rules; nothing without one."""
    if path is None:
        return
    found = read_approvals(path, subject.knowledge, subject.today)
    report.problems += found.problems
    report.warnings += [*found.outdated, *found.unfounded]
    report.notes.append(summary(found, subject.knowledge))
    if found.approved and not lock.is_released(subject.entries("rulebook.yaml")):
        report.notes.append(
            "the rules are unreleased: an approval without sha256 (rules.lock.json) holds for whatever they come to say"
        )


def _note(subject: Subject, report: Report) -> None:
    """What is worth knowing and no fault."""
    for names_, what in (
        (codes.unexplained_sets(subject), "value sets are asked for by no rule and kept for no reason"),
        (codes.unexplained_words(subject), "concepts of the lexicon are asked for by no rule and kept for no reason"),
        (codes.outdated_reasons(subject), "reasons of unread.yaml are out of date"),
        (codes.silent_sets(subject), "value sets or concepts that rules ask for occur in no case"),
    ):
        if names_:
            more = f" and {len(names_) - _SHOWN} more" if len(names_) > _SHOWN else ""
            report.notes.append(f"{len(names_)} {what}: {', '.join(names_[:_SHOWN])}{more}")


__all__ = ["CHECKS", "WARNINGS", "Problem", "check"]
