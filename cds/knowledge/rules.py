"""From a validated rule file to a domain rule: one builder for each kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cds.domain import rule as r
from cds.domain.criteria import AllOf, Criterion, May, Named, Not
from cds.domain.judging import PLACEHOLDER
from cds.knowledge.compiler import Compiler
from cds.knowledge.strict_yaml import Keys


@dataclass(frozen=True, slots=True)
class Built:
    """A built rule, with the order that its file asks for."""

    rule: r.Rule
    order: int = 0


def _base(loaded: Mapping[str, Any], named: Mapping[str, Named]) -> dict[str, Any]:
    return {
        "id": loaded["id"], "version": loaded["version"], "title": loaded["title"],
        "sources": tuple(loaded["sources"]), "criteria": named,
    }  # fmt: skip


def _maybe(compiler: Compiler, loaded: Mapping[str, Any], *keys: str) -> dict[str, Any]:
    found = {key: loaded.get(key) for key in keys}
    return {k: None if raw is None else compiler.criterion(raw, (k,)) for k, raw in found.items()}


def _reasons(compiler: Compiler, loaded: Mapping[str, Any], *keys: str) -> dict[str, Any]:
    return {key: _because(compiler, loaded.get(key, ()), (key,)) for key in keys}


def _because(compiler: Compiler, raw: Any, keys: Keys) -> tuple[r.Because, ...]:
    return tuple(
        r.Because(
            _unless_known(compiler, item, (*keys, n)),
            item["because"],
            tuple(named for name in PLACEHOLDER.findall(item["because"]) if (named := compiler.find(name)) is not None),
            item.get("confirms", False),
        )
        for n, item in enumerate(raw)
    )


def _unless_known(compiler: Compiler, item: Mapping[str, Any], keys: Keys) -> Criterion:
    """The condition, and that nothing is known which holds it back: what is unknown suppresses nothing."""
    when = compiler.criterion(item["when"], (*keys, "when"))
    if "unless" not in item:
        return when
    return AllOf((when, May(Not(compiler.criterion(item["unless"], (*keys, "unless"))))))


def _choices(compiler: Compiler, raw: Any, value: str, key: str) -> tuple[r.Choice, ...]:
    return tuple(
        r.Choice(compiler.criterion(item["when"], (key, n, "when")), item[value]) for n, item in enumerate(raw or ())
    )


def build_gate(loaded: Mapping[str, Any], named: Mapping[str, Named], compiler: Compiler) -> Built:
    """kind: gate."""
    return Built(r.GateRule(**_base(loaded, named), effect=loaded["effect"], **_maybe(compiler, loaded, "when")))


def build_pattern(loaded: Mapping[str, Any], named: Mapping[str, Named], compiler: Compiler) -> Built:
    """kind: pattern."""
    rule = r.PatternRule(**_base(loaded, named), pattern=loaded["pattern"], **_maybe(compiler, loaded, "when"))
    return Built(rule, loaded["order"])


def build_red_flag(loaded: Mapping[str, Any], named: Mapping[str, Named], compiler: Compiler) -> Built:
    """kind: red_flag."""
    levels = tuple(_level(compiler, raw, ("levels", n)) for n, raw in enumerate(loaded["levels"]))
    asks = tuple(
        (raw["ask"], compiler.criterion(raw["when"], ("asks", n, "when")))
        for n, raw in enumerate(loaded.get("asks", ()))
    )
    rule = r.RedFlagRule(
        **_base(loaded, named), order=loaded["order"], levels=levels, asks=asks, **_maybe(compiler, loaded, "unless")
    )
    return Built(rule, loaded["order"])


def _level(compiler: Compiler, raw: Mapping[str, Any], keys: Keys) -> r.Level:
    return r.Level(
        raw["flag"], raw["indicator"], compiler.criterion(raw["when"], (*keys, "when")), raw["summary"], raw["line"],
        tuple(raw.get("actions", ())), tuple(raw.get("tests", ())), raw.get("order"), raw.get("title", ""),
    )  # fmt: skip


def build_cause(loaded: Mapping[str, Any], named: Mapping[str, Named], compiler: Compiler) -> Built:
    """kind: cause."""
    lines = {key.replace("_", "-"): value for key, value in loaded["line"].items()}
    rule = r.CauseRule(
        **_base(loaded, named),
        cause=loaded["cause"], stage=loaded.get("stage", 1), harm=loaded.get("harm", False),
        dangerous=loaded.get("dangerous", False), fits=loaded.get("fits", ()), misfits=loaded.get("misfits", ()),
        lines=lines, warning_tiers=loaded.get("warning", ()), asks=tuple(loaded.get("asks", ())),
        subcauses=_choices(compiler, loaded.get("subcauses"), "cause", "subcauses"),
        line_when=_choices(compiler, loaded.get("line_when"), "line", "line_when"),
        **_reasons(compiler, loaded, "set_aside_when", "against"),
        **_maybe(
            compiler, loaded, "supported_when", "possible_when", "to_exclude_when",
            "assessed_when", "timing", "treated", "conflict", "warning_when", "past_exposure_when",
            "no_misfit_when", "harm_when",
        ),
    )  # fmt: skip
    return Built(rule)


def build_test(loaded: Mapping[str, Any], named: Mapping[str, Named], compiler: Compiler) -> Built:
    """kind: test."""
    rule = r.TestRule(
        **_base(loaded, named),
        test=loaded["test"], name=loaded["name"], order_rank=loaded["rank"], offered=loaded["offered"],
        offered_in_emergency=loaded.get("offered_in_emergency", ""),
        rides_with=loaded.get("rides_with", ""), resource=loaded.get("order"),
        **_reasons(
            compiler, loaded, "now_when", "unexplained_when", "not_indicated_when", "contraindicated_when",
            "withheld_when", "note_when",
        ),
        **_maybe(compiler, loaded, "done_when", "ordered_when", "repeat_when"),
    )  # fmt: skip
    return Built(rule)


def build_action(loaded: Mapping[str, Any], named: Mapping[str, Named], compiler: Compiler) -> Built:
    """kind: action."""
    del compiler  # an action has no clauses
    rule = r.ActionRule(
        **_base(loaded, named), action=loaded["action"], name=loaded["name"], order_rank=loaded["rank"],
        resource=loaded["order"], replaced_by=tuple(loaded.get("replaced_by", ())),
    )  # fmt: skip
    return Built(rule)


def build_medication(loaded: Mapping[str, Any], named: Mapping[str, Named], compiler: Compiler) -> Built:
    """kind: medication."""
    rule = r.MedicationRule(
        **_base(loaded, named), cause=loaded["cause"], line=loaded["line"], action=loaded.get("action", ""),
        **_reasons(compiler, loaded, "interactions"),
    )  # fmt: skip
    return Built(rule)


BUILDERS: dict[str, Callable[[Mapping[str, Any], Mapping[str, Named], Compiler], Built]] = {
    "gate": build_gate, "pattern": build_pattern, "red_flag": build_red_flag, "cause": build_cause,
    "test": build_test, "action": build_action, "medication": build_medication,
}  # fmt: skip
