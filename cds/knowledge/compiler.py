"""From YAML criteria to domain criteria: names resolved, units known, value sets there; every problem collected."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from marshmallow import Schema

from cds.domain import criteria as c
from cds.domain import criteria_person as p
from cds.domain.criteria import Criterion, Named, Sight
from cds.domain.criteria_facts import HasFinding, TakesDrug
from cds.domain.criteria_results import Conflict, HasResult, Limit
from cds.domain.criteria_tests import WasDone, WasOrdered
from cds.domain.quantity import Unit
from cds.domain.truth import NOT_MET, Verdict
from cds.domain.when import Window, parse_window
from cds.knowledge.links import words
from cds.knowledge.problems import Problem, at, shaped
from cds.knowledge.strict_yaml import Document, Keys
from cds.knowledge.vocabulary import ASIDES, COMBINERS, KINDS, LEAF_SCHEMAS, POINTS, CountOptions
from cds.knowledge.yaml_nodes import Node

_LIMIT = re.compile(r"(-?\d+(?:\.\d+)?)(?: (.+))?")


@dataclass(slots=True)
class Never:
    """Stands in for a criterion that could not be compiled; the problem is on the list."""

    sight: Sight = field(default_factory=Sight)
    must: frozenset[str] | None = None

    def judge(self, scene: Any) -> Verdict:
        """Never met."""
        return NOT_MET


@dataclass(slots=True)
class Compiler:
    """Compiles the criteria of one rule file.

    `shared` are the compiled criteria of rules/definitions; `known_sets` maps every name to the sets it stands for;
    `used` collects the names that something refers to.
    """

    document: Document
    known_sets: Mapping[str, tuple[str, ...]]
    units: Mapping[str, Unit]
    shared: Mapping[str, Named] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    raw: Mapping[str, Any] = field(default_factory=dict)
    named: dict[str, Named] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    used_sets: set[str] = field(default_factory=set)
    used_results: set[str] = field(default_factory=set)
    used_shared: set[str] = field(default_factory=set)
    _open: list[str] = field(default_factory=list)

    def compile_named(self, raw: Mapping[str, Any]) -> dict[str, Named]:
        """Compile the `criteria` block; order is kept."""
        self.raw = raw
        for name in raw:
            self.name(name, ("criteria", name))
        self.named = {name: self.named[name] for name in raw}
        return self.named

    def report(self, keys: Keys, check: str, sentence: str) -> None:
        """Note a problem at the line of a key."""
        self.problems.append(at(self.document, keys, check, sentence))

    def name(self, name: str, keys: Keys) -> Criterion:
        """The named criterion of this file, or of the definitions when the name starts with "shared."."""
        if name.startswith("shared."):
            return self._shared(name, keys)
        if name in self.named:
            return self.named[name]
        if name not in self.raw:
            self.report(keys, "names", f"no criterion is called {name!r}")
            return Never()
        if name in self._open:
            self.report(keys, "names", f"criterion {name!r} refers to itself")
            return Never()
        self._open.append(name)
        self.named[name] = self._named(name, self.raw[name])
        self._open.pop()
        return self.named[name]

    def find(self, name: str) -> Named | None:
        """The named criterion of this file or of the definitions, if there is one; a misspelt one is for the checks."""
        return self.named.get(name) or self.shared.get(name)

    def _shared(self, name: str, keys: Keys) -> Criterion:
        short = name.removeprefix("shared.")
        if short not in self.shared:
            self.report(keys, "names", f"no shared definition is called {short!r}")
            return Never()
        self.used_shared.add(short)
        return self.shared[short]

    def _named(self, name: str, raw: Any) -> Named:
        keys: Keys = ("criteria", name)
        aside = {k: raw[k] for k in ASIDES if isinstance(raw, dict) and k in raw}
        body = {k: v for k, v in raw.items() if k not in ASIDES} if isinstance(raw, dict) else raw
        points = str(aside.get("points", ""))
        if points and points not in POINTS:
            self.report((*keys, "points"), "points", f"{points!r} is not one of: {', '.join(POINTS)}")
        return Named(
            name, self.criterion(body, keys), points, tuple(words(aside.get("cite", ()))), aside.get("text", "")
        )

    def criterion(self, raw: Any, keys: Keys) -> Criterion:
        """Compile one criterion: a name, or a mapping with exactly one kind."""
        if isinstance(raw, str):
            self.used.add(raw)
            return self.name(raw, keys)
        if not isinstance(raw, dict) or len(raw) != 1:
            self.report(keys, "criterion", "a criterion is a name or a mapping with exactly one kind")
            return Never()
        kind, options = next(iter(raw.items()))
        if kind not in KINDS:
            self.report((*keys, kind), "criterion", f"{kind!r} is not one of: {', '.join(KINDS)}")
            return Never()
        if kind in COMBINERS:
            return self._combined(kind, options, (*keys, kind))
        if kind in LEAF_SCHEMAS:
            return self._leaf(kind, options, (*keys, kind))
        return p.Deceased() if kind == "deceased" else self._of_words(kind, words(options), (*keys, kind))

    def _of_words(self, kind: str, said: list[str], keys: Keys) -> Criterion:
        if not said:
            self.report(keys, "criterion", "needs a word or a list of words")
            return Never()
        if kind == "sex":
            return p.Sex(said[0])
        if kind == "pattern":
            return p.PatternIs(tuple(said))
        return p.FlagIs(tuple(said)) if kind == "red_flag" else p.NotSupplied(tuple(said))

    def _combined(self, kind: str, options: Any, keys: Keys) -> Criterion:
        if kind in ("not", "may"):
            member = self.criterion(options, keys)
            return c.Not(member) if kind == "not" else c.May(member)
        if kind == "n_of":
            loaded = self._load(CountOptions, options, keys)
            if not loaded:
                return Never()
            members = self._members(loaded.get("of", ()), (*keys, "of"))
            return c.AtLeast(members, loaded.get("at_least", 1))
        members = self._members(options, keys)
        return c.AllOf(members) if kind == "all" else c.AnyOf(members)

    def _members(self, raw: Any, keys: Keys) -> tuple[Criterion, ...]:
        if not isinstance(raw, list) or not raw:
            self.report(keys, "criterion", "needs a list of criteria")
            return ()
        return tuple(self.criterion(member, (*keys, n)) for n, member in enumerate(raw))

    def _load(self, schema: type[Schema], options: Any, keys: Keys) -> dict[str, Any]:
        loaded = shaped(Node(self.document, keys, options), schema, self.problems, "vocabulary") or {}
        if "sets" in loaded:
            loaded["sets"] = self._leaves(loaded["sets"], keys)
        return loaded

    def _leaves(self, names: tuple[str, ...], keys: Keys) -> tuple[str, ...]:
        """The sets behind the names; groups are opened here, so that facts are filed under plain sets only."""
        for name in names:
            self.used_sets.add(name)
            if name not in self.known_sets:
                self.report((*keys, "in"), "value-sets", f"no value set or lexicon concept is called {name!r}")
        return tuple(dict.fromkeys(leaf for name in names for leaf in self.known_sets.get(name, ())))

    def _leaf(self, kind: str, options: Any, keys: Keys) -> Criterion:
        loaded = self._load(LEAF_SCHEMAS[kind], options, keys)
        if not loaded:
            return Never()
        build = getattr(self, f"_build_{kind}")
        built: Criterion = build(loaded, keys)
        return built

    def _build_finding(self, loaded: dict[str, Any], keys: Keys) -> Criterion:
        may = loaded.pop("may", {})
        loaded["same_side"] = loaded.pop("side", "") == "same"
        loaded["may_new_within"] = may.get("new_within")
        loaded["may_recorded_within"] = may.get("recorded_within")
        loaded["modifiers"] = frozenset(loaded.pop("modifier", ()))
        loaded["not_modifiers"] = frozenset(loaded.pop("not_modifier", ()))
        loaded["sources"] = frozenset(loaded.pop("source", ()))
        loaded["sides"] = frozenset(loaded.pop("sides", ()))
        return HasFinding(**loaded)

    def _build_result(self, loaded: dict[str, Any], keys: Keys) -> HasResult:
        limits = [
            limit for how in ("below", "at_most", "above", "at_least") for limit in self._limits(how, loaded, keys)
        ]
        window, at_risk, risk = self._windows(loaded.pop("within", None), keys)
        side = loaded.pop("side", "")
        loaded["same_side"], loaded["every_side"] = side == "same", side == "every"
        loaded["coded"] = frozenset(loaded.pop("coded", ()))
        if "not_before" in loaded:
            loaded["not_before"] = self.criterion(loaded["not_before"], (*keys, "not_before"))
        self.used_results.update(loaded["sets"])
        return HasResult(limits=tuple(limits), within=window, within_at_risk=at_risk, risk=risk, **loaded)

    def _windows(self, raw: Any, keys: Keys) -> tuple[Window | None, Window | None, Criterion | None]:
        """Read "12 months", or {default: 12 months, shorter: 6 months, when: criterion}."""
        if raw is None:
            return None, None, None
        try:
            if isinstance(raw, str):
                return parse_window(raw), None, None
            default, shorter = parse_window(raw["default"]), parse_window(raw["shorter"])
            return default, shorter, self.criterion(raw["when"], (*keys, "within"))
        except (ValueError, KeyError, TypeError):
            self.report((*keys, "within"), "vocabulary", 'within: "12 months", or default, shorter and when')
            return None, None, None

    def _limits(self, how: str, loaded: dict[str, Any], keys: Keys) -> list[Limit]:
        limits = []
        for text in loaded.pop(how, ()):
            match = _LIMIT.fullmatch(text)
            unit = self.units.get(match[2]) if match and match[2] else None
            if match is None or unit is None:
                self.report((*keys, how), "units", f"{text!r} needs a number and a unit of rules/units.yaml")
                continue
            limits.append(Limit(how, float(match[1]), unit))
        return limits

    def _build_conflict(self, loaded: dict[str, Any], keys: Keys) -> Criterion:
        sides = [self._build_result(loaded[n], (*keys, n)) for n in ("first", "second")]
        return Conflict(sides[0], sides[1], loaded["together"])

    def _build_exposure(self, loaded: dict[str, Any], keys: Keys) -> Criterion:
        if "around" in loaded:
            loaded["around"] = self.criterion(loaded["around"], (*keys, "around"))
        if "started_between" in loaded:
            loaded["started_between"] = tuple(
                self.criterion(n, (*keys, "started_between")) for n in loaded["started_between"]
            )
        return TakesDrug(**loaded)

    def _build_done(self, loaded: dict[str, Any], keys: Keys) -> Criterion:
        loaded["same_side"] = loaded.pop("side", "") == "same"
        loaded["coded"] = frozenset(loaded.pop("coded", ()))
        loaded["not_of"] = frozenset(loaded.pop("not_of", ()))
        return WasDone(**loaded)

    def _build_ordered(self, loaded: dict[str, Any], keys: Keys) -> Criterion:
        loaded["same_side"] = loaded.pop("side", "") == "same"
        return WasOrdered(**loaded)

    def _build_symptom(self, loaded: dict[str, Any], keys: Keys) -> Criterion:
        loaded["sites"] = frozenset(loaded.pop("site", ()))
        loaded["modifiers"] = frozenset(loaded.pop("modifier", ()))
        loaded["sides"] = frozenset(loaded.pop("sides", ()))
        return p.SymptomIs(**loaded)

    def _build_age(self, loaded: dict[str, Any], keys: Keys) -> Criterion:
        return p.Age(**loaded)

    def _build_cause(self, loaded: dict[str, Any], keys: Keys) -> Criterion:
        return p.CauseIs(loaded.get("ids", ()), loaded["tier"])
