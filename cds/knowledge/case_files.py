"""The case files beside the rules: `<rule>.test.yaml`, read strictly and built as FHIR."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from marshmallow import Schema

from cds.domain.record import PatientRecord
from cds.knowledge import case_schema as schemas
from cds.knowledge.case_builder import CaseBuilder, UnknownSystem
from cds.knowledge.folder import CASES
from cds.knowledge.problems import Problem, at, read_yaml, shaped
from cds.knowledge.rulebook import Knowledge
from cds.knowledge.strict_yaml import Document, Keys
from cds.knowledge.yaml_nodes import Node

NONE = "none"
Fact = tuple[str, Mapping[str, Any]]


@dataclass(slots=True)
class Case:
    """One person and what a rule must conclude about them."""

    name: str
    line: int
    prefetch: Mapping[str, bytes]
    expected: Mapping[str, Any]
    assumed: bool = False
    record: PatientRecord = field(default_factory=PatientRecord)


@dataclass(frozen=True, slots=True)
class Equivalent:
    """Slips that are known to change nothing."""

    at: str
    slip: str
    why: str


@dataclass(slots=True)
class CaseFile:
    """All cases of one rule or file of definitions. `kind` is that of the rule."""

    rule: str
    kind: str
    path: Path
    day: date
    cases: list[Case]
    equivalents: tuple[Equivalent, ...] = ()

    @property
    def today(self) -> int:
        """The day as an ordinal."""
        return self.day.toordinal()


def load_cases(knowledge: Knowledge, folder: Path, problems: list[Problem]) -> list[CaseFile]:
    """Read every case file below a folder; what is wrong with one is added to `problems`."""
    files = (_Loader(knowledge, path, problems).load() for path in sorted(folder.rglob(f"*{CASES}")))
    return [file for file in files if file is not None]


class _Loader:
    """Reads one case file; collects problems instead of stopping at the first."""

    def __init__(self, knowledge: Knowledge, path: Path, problems: list[Problem]) -> None:
        self.knowledge, self.path, self.problems = knowledge, path, problems
        self.document = Document(path, {})

    def load(self) -> CaseFile | None:
        document = read_yaml(self.path, self.problems)
        if document is None:
            return None
        self.document = document
        loaded = self._validate(schemas.CaseFileSchema, self.document.data, ())
        kind = self._kind_of(loaded) if loaded is not None else None
        if loaded is None or kind is None:
            return None
        found = [self._case(kind, loaded, n) for n in range(len(loaded["cases"]))]
        self._check_names(loaded)
        equivalents = tuple(Equivalent(e["at"], e.get("slip", ""), e["why"]) for e in loaded.get("equivalent", ()))
        return CaseFile(
            loaded["rule"],
            kind,
            self.path,
            date.fromordinal(loaded["day"]),
            [c for c in found if c is not None],
            equivalents,
        )

    def _kind_of(self, loaded: Mapping[str, Any]) -> str | None:
        expected = self.path.name.removesuffix(CASES).replace("_", "-")
        document = self.knowledge.documents.get(loaded["rule"])
        if loaded["rule"] != expected:
            self._report(("rule",), f"rule must be {expected!r}, as the file name says")
        elif document is None:
            self._report(("rule",), f"no rule is called {expected!r}")
        elif document.path.parent != self.path.parent:
            self._report(("rule",), f"the cases must stand beside {document.path}")
        else:
            return str(document.data["kind"])
        return None

    def _check_names(self, loaded: Mapping[str, Any]) -> None:
        seen: set[str] = set()
        for number, case in enumerate(loaded["cases"]):
            if case["name"] in seen:
                self._report(("cases", number, "name"), f"another case is called {case['name']!r}")
            seen.add(case["name"])

    def _case(self, kind: str, loaded: Mapping[str, Any], number: int) -> Case | None:
        keys: Keys = ("cases", number)
        raw = loaded["cases"][number]
        before = len(self.problems)
        person = self._person(loaded, raw, keys)
        facts = self._facts(loaded, raw, keys)
        expected = self._expected(kind, loaded["rule"], raw["expect"], (*keys, "expect"))
        if len(self.problems) > before:
            return None
        try:
            prefetch = CaseBuilder(self.knowledge.terminology.systems, loaded["day"]).prefetch(person, facts)
        except UnknownSystem as error:
            self._report(keys, f"{raw['name']}: {error}")
            return None
        kept = {key: json.dumps(value).encode() for key, value in prefetch.items() if key not in raw.get("missing", ())}
        assert expected is not None
        return Case(raw["name"], self.document.line((*keys, "name")), kept, expected, raw.get("assumed", False))

    def _person(self, loaded: Mapping[str, Any], raw: Mapping[str, Any], keys: Keys) -> Mapping[str, Any] | None:
        said, place = (raw["person"], (*keys, "person")) if "person" in raw else (loaded.get("person", {}), ("person",))
        return None if said == NONE else self._validate(schemas.PersonSchema, said, place)

    def _facts(self, loaded: Mapping[str, Any], raw: Mapping[str, Any], keys: Keys) -> list[Fact]:
        own = "symptom" in raw
        said = raw.get("symptom", NONE if raw.get("assumed") else loaded.get("symptom", NONE))
        facts: list[Fact] = []
        if said != NONE:
            symptom = self._validate(schemas.SymptomSchema, said, (*keys, "symptom") if own else ("symptom",))
            facts.append(("symptom", symptom or {}))
        for number, entry in enumerate(raw["record"]):
            place = (*keys, "record", number)
            kinds = [kind for kind in entry if kind in schemas.RECORD_SCHEMAS]
            if len(kinds) != 1:
                self._report(place, f"an entry has one of: {', '.join(schemas.RECORD_SCHEMAS)}")
                continue
            facts.append((kinds[0], self._validate(schemas.RECORD_SCHEMAS[kinds[0]], entry, place) or {}))
        return facts

    def _expected(self, kind: str, rule: str, said: Any, keys: Keys) -> Mapping[str, Any] | None:
        said = {} if said == NONE else said
        if kind == "definitions":
            return self._expected_truths(rule, said, keys)
        schema = schemas.EXPECT_SCHEMAS.get(kind)
        if schema is None:
            self._report(keys, f"a rule of kind {kind} needs no cases")
            return None
        expected = self._validate(schema, said, keys)
        if expected is not None and kind == "test" and "when" in expected:
            expected.setdefault("offered", self.knowledge.documents[rule].data["offered"])
        # false says the same as a key that is not listed
        return None if expected is None else {k: v for k, v in expected.items() if v is not False}

    def _expected_truths(self, rule: str, said: Any, keys: Keys) -> Mapping[str, Any] | None:
        named = self.knowledge.compilers[rule].named
        if not isinstance(said, dict) or not said:
            self._report(keys, "must say met, not-met or unknown of at least one criterion")
            return None
        for name, truth in said.items():
            if name not in named:
                self._report((*keys, name), f"no criterion is called {name!r}")
            if truth not in schemas.TRUTH_WORDS:
                self._report((*keys, name), f"{truth!r} is not one of: {', '.join(schemas.TRUTH_WORDS)}")
        return said

    def _validate(self, schema: type[Schema], said: Any, keys: Keys) -> dict[str, Any] | None:
        return shaped(Node(self.document, keys, said), schema, self.problems, "case-file")

    def _report(self, keys: Keys, sentence: str) -> None:
        self.problems.append(at(self.document, keys, "case-file", sentence))
