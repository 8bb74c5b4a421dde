"""What rules name of one another outside their criteria: tests, actions, questions, patterns, causes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from cds.domain import rule as r
from cds.knowledge.problems import Problem, at
from cds.knowledge.strict_yaml import Document, Keys

_INDICATORS = frozenset({"critical", "warning", "info"})
# A rank after all real questions.
_LAST = 1000


def known_names(documents: Iterable[Document], questions: Iterable[str]) -> dict[str, set[str]]:
    """Every id that a rule may name, by kind."""
    known: dict[str, set[str]] = {"cause": set(), "pattern": set(), "test": set(), "action": set()}
    known |= {"red_flag": set(_INDICATORS), "question": set(questions)}
    for document in documents:
        data = document.data
        if data["kind"] in ("cause", "pattern", "test", "action"):
            known[data["kind"]].add(data[data["kind"]])
        known["red_flag"] |= {level["flag"] for level in data.get("levels", ())}
    return known


def mended(book: r.Rulebook, documents: Iterable[Document], problems: list[Problem]) -> r.Rulebook:
    """The rulebook with stand-ins for questions and actions that nobody defines; a dangling name is a problem."""
    found = list(documents)
    known = known_names(found, book.questions)
    questions, actions = dict(book.questions), dict(book.actions)
    for document in found:
        for keys, kind, name in named_in(document.data):
            if name in known[kind]:
                continue
            problems.append(at(document, keys, "names", f"no {kind} is called {name!r}"))
            if kind == "question":
                questions[name] = r.Question(name, name, _LAST, standing=False)
            elif kind == "action":
                actions[name] = r.ActionRule(name, "", name, (), {}, action=name, name=name)
    return replace(book, questions=questions, actions=actions)


def named_in(data: Mapping[str, Any]) -> Iterator[tuple[Keys, str, str]]:
    """Every test, action, question, pattern and cause that a rule names outside its criteria, with its place."""
    for number, level in enumerate(data.get("levels", ())):
        for kind in ("action", "test"):
            yield from ((("levels", number, kind + "s"), kind, name) for name in level.get(kind + "s", ()))
    for number, ask in enumerate(data.get("asks", ())):
        yield ("asks", number), "question", ask["ask"] if isinstance(ask, dict) else ask
    for key in ("fits", "misfits"):
        yield from (((key,), "pattern", name) for name in words(data.get(key, ())))
    if "rides_with" in data:
        yield ("rides_with",), "test", data["rides_with"]
    yield from ((("replaced_by",), "action", name) for name in words(data.get("replaced_by", ())))
    if data["kind"] == "medication":
        yield ("cause",), "cause", data["cause"]
        yield from ((("action",), "action", name) for name in words(data.get("action", ())))


def words(value: Any) -> list[str]:
    """One word or several, as a list; what is no word is for the loader to tell."""
    return [word for word in (value if isinstance(value, list | tuple) else [value]) if isinstance(word, str)]
