"""How an answer differs from what a vignette expects: one sentence for each difference, none when it fits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from tests.vignettes.reading import TIERS, Vignette
from tests.vignettes.running import Answer

SHORT_LIST = 3


def differences(vignette: Vignette, answer: Answer) -> list[str]:
    """Every expectation that the answer does not meet."""
    if answer.status != 200:
        return [f"status {answer.status}"]
    if vignette.expect.get("silent"):
        return [f"must be silent, but shows {', '.join(answer.kinds)}"] if answer.cards else []
    if not answer.cards:
        return ["must speak, but is silent"]
    found = list(_flags(vignette, answer))
    for key, compare in _COMPARISONS.items():
        if key in vignette.expect:
            found += compare(vignette.expect[key], answer)
    return found


def _flags(vignette: Vignette, answer: Answer) -> Iterator[str]:
    """Exactly the alarms expected. An info line is no alarm: it must stand where expected, and may elsewhere."""
    expected = vignette.expect["red_flags"]
    for flag, indicator in expected.items():
        if indicator == "info":
            if flag not in answer.info_flags:
                yield f"{flag} must be said as an info line"
        elif answer.flags.get(flag) != indicator:
            yield f"{flag} must be {indicator}, is {answer.flags.get(flag, 'missing')}"
    allowed = {*expected, *vignette.expect.get("may_flag", ())}
    yield from (f"{flag} ({word}) is not expected" for flag, word in answer.flags.items() if flag not in allowed)


def _cards(expected: list[str], answer: Answer) -> Iterator[str]:
    if answer.kinds != expected:
        yield f"cards must be {', '.join(expected)}, are {', '.join(answer.kinds)}"


def _indicators(expected: dict[str, str], answer: Answer) -> Iterator[str]:
    for kind, indicator in expected.items():
        card = answer.card(kind)
        word = card["indicator"] if card is not None else "missing"
        if word != indicator:
            yield f"the {kind} card must be {indicator}, is {word}"


def _first(expected: str, answer: Answer) -> Iterator[str]:
    if expected not in (answer.ranking or [set()])[0]:
        yield f"{expected} must be first, {_standing(expected, answer)}"


def _among(expected: list[str], answer: Answer) -> Iterator[str]:
    for cause in expected:
        if not any(cause in ids for ids in answer.ranking[:SHORT_LIST]):
            yield f"{cause} must be among the first {SHORT_LIST}, {_standing(cause, answer)}"


def _standing(cause: str, answer: Answer) -> str:
    for place, ids in enumerate(answer.ranking, 1):
        if cause in ids:
            return f"is number {place} after {', '.join(min(ids) for ids in answer.ranking[: place - 1]) or 'none'}"
    return f"is {answer.tier(cause) or 'absent'}"


def _tiers(expected: dict[str, str], answer: Answer) -> Iterator[str]:
    for cause, tier in expected.items():
        if answer.tier(cause) != tier:
            yield f"{cause} must be {tier}, is {answer.tier(cause) or _aside(cause, answer)}"


def _at_most(expected: dict[str, str], answer: Answer) -> Iterator[str]:
    for cause, most in expected.items():
        tier = answer.tier(cause)
        if tier is not None and TIERS.index(tier) > TIERS.index(most):
            yield f"{cause} must be at most {most}, is {tier}"


def _aside(cause: str, answer: Answer) -> str:
    return "set aside" if any(item["cause"] == cause for item in answer.items("setAside")) else "absent"


def _set_aside(expected: list[str], answer: Answer) -> Iterator[str]:
    for cause in expected:
        if _aside(cause, answer) != "set aside":
            yield f"{cause} must be set aside, is {answer.tier(cause) or 'absent'}"


def _absent(expected: list[str], answer: Answer) -> Iterator[str]:
    """Being set aside, done or not indicated is not being there."""
    drugs = {item["drug"] for item in answer.items("medications")}
    tests = {item["test"] for item in answer.items("tests")}
    for name in expected:
        kind, _, rest = name.rpartition(":")
        if kind == "medication":
            is_there = rest in drugs
        elif kind == "order":
            is_there = rest in answer.orders
        elif name.startswith("test."):
            is_there = name in tests | answer.orders
        else:
            is_there = answer.tier(name) is not None
        if is_there:
            yield f"{name} must not be there{f', is {answer.tier(name)}' if answer.tier(name) else ''}"


def _tests(expected: dict[str, str], answer: Answer) -> Iterator[str]:
    for test, state in expected.items():
        states = set(_states(test, answer))
        if state not in states:
            yield f"{test} must be {state}, is {' and '.join(sorted(states)) or 'absent'}"


def _states(test: str, answer: Answer) -> Iterator[str]:
    yield from (item["when"] for item in answer.items("tests") if item["test"] == test)
    yield from ("done" for item in answer.items("alreadyDone") if item["test"] == test)
    yield from ("not-indicated" for item in answer.items("notIndicated") if item["test"] == test)


def _orders(expected: list[str], answer: Answer) -> Iterator[str]:
    if not expected and answer.orders:
        yield f"nothing may be one click away, but {', '.join(sorted(answer.orders))} is"
    yield from (f"{order} must be one click away" for order in expected if order not in answer.orders)


def _medications(expected: list[str], answer: Answer) -> Iterator[str]:
    drugs = sorted(item["drug"] for item in answer.items("medications"))
    if drugs != sorted(expected):
        yield f"the medication card must name {', '.join(expected) or 'nothing'}, names {', '.join(drugs) or 'nothing'}"


def _asks(expected: list[str], answer: Answer) -> Iterator[str]:
    asked = {item["id"] for item in answer.items("questions")}
    yield from (f"{question} must be asked" for question in expected if question not in asked)


def _told_missing(expected: list[str], answer: Answer) -> Iterator[str]:
    told = {item["need"] for item in answer.items("missing")}
    yield from (f"{need} must be told to be missing" for need in expected if need not in told)


_COMPARISONS: dict[str, Callable[[Any, Answer], Iterator[str]]] = {
    "cards": _cards, "indicators": _indicators, "first": _first, "among": _among, "tiers": _tiers,
    "at_most": _at_most, "set_aside": _set_aside, "absent": _absent, "tests": _tests, "orders": _orders,
    "medications": _medications, "asks": _asks, "told_missing": _told_missing,
}  # fmt: skip
