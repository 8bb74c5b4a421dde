"""Rules look only at earlier strata, and `may` stands only where the contract allows it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cds.knowledge.checks.names import QUESTIONS, settled
from cds.knowledge.checks.reach import Asked, Reach
from cds.knowledge.checks.report import Subject
from cds.knowledge.links import words
from cds.knowledge.problems import Problem, at
from cds.knowledge.strict_yaml import Document
from cds.knowledge.vocabulary import LEAF_SCHEMAS

# What a rule of each kind may ask of other rules, and of the symptom that opened the gate.
_MAY_ASK = {
    "gate": frozenset[str](),
    "pattern": frozenset({"symptom", "pattern"}),
    "red_flag": frozenset({"symptom", "pattern", "red_flag"}),
    "cause": frozenset({"symptom", "pattern", "red_flag"}),
    "test": frozenset({"symptom", "pattern", "red_flag", "cause"}),
    "medication": frozenset({"symptom", "pattern", "red_flag", "cause"}),
}  # fmt: skip
_OUTCOMES = frozenset({"symptom", "pattern", "red_flag", "cause"})


def check_strata(subject: Subject) -> Iterator[Problem]:
    """Gate, patterns, red flags, causes, causes about causes, tests, medication: only earlier ones may be asked."""
    reach = Reach(subject)
    for _, document in subject.rules(*_MAY_ASK):
        allowed = _MAY_ASK[document.data["kind"]]
        if document.data.get("stage") == 2:  # noqa: PLR2004
            allowed |= {"cause"}
        for keys, raw in reach.clauses(document):
            for asked in reach.below(document, raw, keys):
                if asked.kind in _OUTCOMES - allowed:
                    yield at(document, _own(document, asked, keys), "strata", _sentence(document, asked))


def _sentence(document: Document, asked: Asked) -> str:
    kind = document.data["kind"]
    stage = " of stage 1" if kind == "cause" and asked.kind == "cause" else ""
    via = f" (through {asked.through})" if asked.through else ""
    return f"a {kind} rule{stage} is judged before any {asked.kind} is known{via}"


def check_order(subject: Subject) -> Iterator[Problem]:
    """Inside a stratum only what is judged before: patterns and red flags by `order`, causes by `stage`."""
    reach = Reach(subject)
    ranks = dict(_ranks(subject))
    for kind, rank in (("pattern", "order"), ("red_flag", "order"), ("cause", "stage")):
        for _, document in subject.rules(kind):
            own = document.data.get(rank, 1)
            for keys, raw in reach.clauses(document):
                for asked in reach.below(document, raw, keys):
                    for name in _named(asked) if asked.kind == kind else ():
                        if ranks.get((kind, name), -1) >= own:
                            yield at(document, _own(document, asked, keys), "strata", f"{name} is judged only later")


def _ranks(subject: Subject) -> Iterator[tuple[tuple[str, str], int]]:
    for _, document in subject.rules("pattern"):
        yield ("pattern", document.data["pattern"]), document.data["order"]
    for _, document in subject.rules("red_flag"):
        for level in document.data["levels"]:
            yield ("red_flag", level["flag"]), document.data["order"]
    for _, document in subject.rules("cause"):
        yield ("cause", document.data["cause"]), document.data.get("stage", 1)


def _named(asked: Asked) -> list[str]:
    return words(asked.options.get("id", ()) if isinstance(asked.options, dict) else asked.options)


def check_may(subject: Subject) -> Iterator[Problem]:
    """Unknown may count as met only in red flags and for the tier "possible"; the gate may leave a date open.

    What holds a red flag back must be known, but what lifts that again need not be.
    """
    reach = Reach(subject)
    documents = [document for _, document in subject.rules(*_MAY_ASK)]
    for document in [*documents, *(d for name, d in subject.data.items() if name == QUESTIONS)]:
        for keys, raw in [*reach.clauses(document), *settled(document)]:
            kind, clause = str(document.data.get("kind")), keys[0]
            if (kind == "red_flag" and clause != "unless") or (kind == "cause" and clause == "possible_when"):
                continue
            for asked in reach.below(document, raw, keys):
                if clause == "unless" and asked.is_negated:
                    continue
                is_qualifier = asked.kind in LEAF_SCHEMAS and isinstance(asked.options, dict) and "may" in asked.options
                if asked.kind == "may" or (is_qualifier and kind != "gate"):
                    via = f" (through {asked.through})" if asked.through else ""
                    sentence = f"may stands only in red flags and under possible_when, not under {clause}{via}"
                    yield at(document, _own(document, asked, keys), "may", sentence)


def _own(document: Document, asked: Asked, keys: Any) -> Any:
    """The place in the rule's own file: the criterion, or the clause that leads to a shared one."""
    return asked.keys if asked.document is document else keys
