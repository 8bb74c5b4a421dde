"""Cases: every rule has some, of both kinds."""

from __future__ import annotations

from collections.abc import Iterator

from cds.knowledge.case_files import CaseFile
from cds.knowledge.checks.report import Subject
from cds.knowledge.conclusions import concludes
from cds.knowledge.folder import CASES, DEFINITIONS
from cds.knowledge.problems import Problem, at
from cds.knowledge.strict_yaml import Document

# A rule of these kinds concludes nothing of its own.
_WITHOUT_CASES = frozenset({"action"})


def check_coverage(subject: Subject) -> Iterator[Problem]:
    """Beside each rule stands a case file with a case in which it concludes something and one in which it does not."""
    files = {file.rule: file for file in subject.files}
    for id_, document in subject.rules():
        if document.data["kind"] in _WITHOUT_CASES:
            continue
        file = files.get(id_)
        if file is None:
            name = document.path.name.removesuffix(".yaml") + CASES
            yield at(document, (), "coverage", f"has no cases: {name} is missing or unreadable")
        elif document.data["kind"] == DEFINITIONS:
            yield from _of_definitions(document, file)
        else:
            yield from _of_rule(file)


def _of_rule(file: CaseFile) -> Iterator[Problem]:
    speaks = {concludes(case.expected) for case in file.cases}
    for wanted, sentence in ((True, "no case in which the rule concludes something"), (False, "no case without")):
        if wanted not in speaks:
            yield Problem(str(file.path), 1, "coverage", sentence)


def _of_definitions(document: Document, file: CaseFile) -> Iterator[Problem]:
    told = {(name, truth) for case in file.cases for name, truth in case.expected.items()}
    for name in document.data.get("criteria", {}):
        missing = [truth for truth in ("met", "not-met") if (name, truth) not in told]
        if missing:
            sentence = f"no case in which {name} is {' and none in which it is '.join(missing)}"
            yield Problem(str(file.path), 1, "coverage", sentence)
