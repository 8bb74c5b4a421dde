"""Review records: dates that are kept, and authors who do not check themselves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from cds.knowledge.checks.report import Subject
from cds.knowledge.problems import Problem, at
from cds.knowledge.strict_yaml import Document

_SOON = timedelta(days=60)
_NOBODY = "unassigned"
_REST = "rulebook.yaml"


def check_overdue(subject: Subject) -> Iterator[Problem]:
    """The next review of a rule lies ahead."""
    for document in _reviewed(subject):
        due = date.fromisoformat(str(document.data["review"]["next_review"]))
        if due < subject.today:
            yield at(document, ("review", "next_review"), "review", f"overdue: was due on {due}")


def warn_soon(subject: Subject) -> Iterator[Problem]:
    """A warning: the next review is due within 60 days."""
    for document in _reviewed(subject):
        due = date.fromisoformat(str(document.data["review"]["next_review"]))
        if subject.today <= due <= subject.today + _SOON:
            yield at(document, ("review", "next_review"), "review", f"is due on {due}")


def check_record(subject: Subject) -> Iterator[Problem]:
    """A review that took place has a reviewer, who is not the author, and a date that has been."""
    for document in _reviewed(subject):
        review = document.data["review"]
        if review["reviewed"] is not None:
            if _day(str(review["reviewed"])) is None:
                yield at(document, ("review", "reviewed"), "review", f"{review['reviewed']!r} is no date that has been")
            elif _day(str(review["reviewed"])) > subject.today:  # type: ignore[operator]
                yield at(document, ("review", "reviewed"), "review", "lies in the future")
            if review["clinical_reviewer"] == _NOBODY:
                yield at(document, ("review", "clinical_reviewer"), "review", "reviewed, but by nobody")
        if review["author"] == review["clinical_reviewer"] != _NOBODY:
            yield at(document, ("review", "clinical_reviewer"), "review", "is the author")


def _reviewed(subject: Subject) -> Iterator[Document]:
    """Every rule, and the record of all that is no rule."""
    yield from (document for _, document in subject.rules())
    if _REST in subject.data:
        yield subject.data[_REST]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
