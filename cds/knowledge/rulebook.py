"""Load all of rules/ into an immutable Rulebook and the Terminology that the reader needs. All problems in one run.

Long because it is one run over all files of the folder, and every step of it collects its problems.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from marshmallow import ValidationError

from cds.domain import rule as r
from cds.domain.coding import build_index
from cds.domain.criteria import Criterion, Named
from cds.domain.lexicon import Channel, Lexicon, SiteGroup, Units
from cds.domain.scene import Drug
from cds.domain.terminology import Terminology
from cds.domain.when import parse_window
from cds.knowledge import strict_yaml
from cds.knowledge.compiler import Compiler, Never, Problem, flatten
from cds.knowledge.folder import DEFINITIONS, digest, rule_files
from cds.knowledge.lexicon import LexiconError, load_lexicon, load_units
from cds.knowledge.links import mended
from cds.knowledge.rule_schema import CLAUSES_OF_QUESTIONS, SCHEMAS, DrugSchema, QuestionSchema, SourceSchema
from cds.knowledge.rules import BUILDERS, Built
from cds.knowledge.strict_yaml import Document, YamlError
from cds.knowledge.value_sets import SIDES, Library, load_library, side_characters
from cds.knowledge.vocabulary import made

T = TypeVar("T")


class RulebookError(Exception):
    """The rules, or what a site has settled about them (`what`), cannot be used; carries every problem found."""

    def __init__(self, problems: list[Problem], what: str = "rules") -> None:
        super().__init__("\n  ".join([f"the {what} cannot be used:", *map(str, problems)]))
        self.problems = problems


@dataclass(slots=True)
class Knowledge:
    """Everything that loading yields: the rulebook, the reader's terminology, and what the checks look at."""

    rulebook: r.Rulebook
    terminology: Terminology
    library: Library
    lexicon: Lexicon
    units: Units
    documents: dict[str, Document]
    compilers: dict[str, Compiler]
    services: Mapping[str, Any]
    problems: list[Problem] = field(default_factory=list)


def load(folder: Path) -> Knowledge:
    """Read and compile the rules below `folder`.

    Raises:
        RulebookError: with every problem that was found.
    """
    knowledge = inspect(folder)
    if knowledge.problems:
        raise RulebookError(knowledge.problems)
    return knowledge


def inspect(folder: Path) -> Knowledge:
    """The same for the checks: problems are on board instead of raised, and what could be read is there."""
    return _Loader(folder).load()


class _Loader:
    """One run over the folder; collects problems instead of stopping at the first."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.problems: list[Problem] = []
        self.documents: dict[str, Document] = {}
        self.compilers: dict[str, Compiler] = {}
        self.shared: dict[str, Named] = {}
        self.built: list[Built] = []

    def load(self) -> Knowledge:
        systems = self._systems()
        self.library = load_library(self.folder / "value_sets", systems, self.problems)
        self.lexicon = self._words(load_lexicon, "lexicon") or Lexicon(())
        self.units = self._words(load_units, "units.yaml") or Units()
        self.known = self._known_sets()
        for path in rule_files(self.folder):
            self._load_file(path)
        book = mended(self._book(), self.documents.values(), self.problems)
        titles = {name: value_set.title for name, value_set in self.library.sets.items()}
        sides = side_characters(self._data(SIDES), self.problems)
        index = build_index(self.library.sets.values(), sides)
        terminology = Terminology(index, systems, titles, self.lexicon, self.units)
        services = self._data("services.yaml")
        return Knowledge(
            book,
            terminology,
            self.library,
            self.lexicon,
            self.units,
            self.documents,
            self.compilers,
            services,
            self.problems,
        )

    def _words(self, read: Callable[[Path], T], name: str) -> T | None:
        try:
            return read(self.folder / name)
        except LexiconError as error:
            self.problems += [Problem(str(p.path), p.line, "lexicon", p.message) for p in error.problems]
        except YamlError as error:
            self.problems.append(Problem(str(error.path), error.line, "yaml", error.message))
        except OSError:
            self.problems.append(Problem(str(self.folder / name), 1, "yaml", "the file cannot be read"))
        return None

    def _data(self, name: str) -> Any:
        document = self._read(self.folder / name)
        return document.data if document else {}

    def _read(self, path: Path) -> Document | None:
        try:
            return strict_yaml.load(path)
        except YamlError as error:
            self.problems.append(Problem(str(error.path), error.line, "yaml", error.message))
        except OSError:
            self.problems.append(Problem(str(path), 1, "yaml", "the file cannot be read"))
        return None

    def _systems(self) -> dict[str, str]:
        aliases = self._data("code_systems/aliases.yaml") or {}
        pairs = [(uri, key) for key, entry in aliases.items() for uri in (entry["uri"], *entry.get("aliases", ()))]
        return dict(pairs)

    def _known_sets(self) -> dict[str, tuple[str, ...]]:
        """Every name that a criterion may ask for, with the sets it stands for."""
        words = {
            n
            for channel in (Channel.SAY, Channel.DRUG, Channel.ANALYTE, Channel.TEST, Channel.CIRCUMSTANCE)
            for n in self.lexicon.ids(channel)
        }
        known = {name: (name,) for name in words}
        return known | {name: self.library.leaves(name) for name in self.library.sets}

    def _load_file(self, path: Path) -> None:
        document = self._read(path)
        if document is None:
            return
        kind = document.data.get("kind") if isinstance(document.data, dict) else None
        schema = SCHEMAS.get(str(kind))
        if schema is None:
            self._report(document, ("kind",), "schema", f"kind must be one of: {', '.join(SCHEMAS)}")
            return
        loaded = self._validate(schema, document)
        if loaded is None:
            return
        if loaded["id"] != path.stem.replace("_", "-"):
            self._report(document, ("id",), "id", f"id must be {path.stem.replace('_', '-')!r}, as the file name says")
        if loaded["id"] in self.documents:
            self._report(document, ("id",), "id", "another rule has this id")
        self.documents[loaded["id"]] = document
        self._build(kind=str(kind), loaded=loaded, document=document)

    def _validate(self, schema: Any, document: Document) -> dict[str, Any] | None:
        try:
            loaded: dict[str, Any] = made(schema).load(document.data)
            return loaded
        except ValidationError as error:
            for keys, sentence in flatten(error.messages):
                self._report(document, keys, "schema", f"{'.'.join(map(str, keys))}: {sentence}")
            return None

    def _report(self, document: Document, keys: Any, check: str, sentence: str) -> None:
        self.problems.append(Problem(str(document.path), document.line(tuple(keys)), check, sentence))

    def _build(self, kind: str, loaded: dict[str, Any], document: Document) -> None:
        compiler = Compiler(document, self.known, self._unit_names(), self.shared, self.problems)
        self.compilers[loaded["id"]] = compiler
        named = compiler.compile_named(loaded.get("criteria", {}))
        if kind == DEFINITIONS:
            for name, criterion in named.items():
                if name in self.shared:
                    self._report(document, ("criteria", name), "names", f"shared definition {name!r} stands twice")
                self.shared[name] = criterion
            return
        self.built.append(BUILDERS[kind](loaded, named, compiler))

    def _unit_names(self) -> Mapping[str, Any]:
        return self.units.exact

    def _book(self) -> r.Rulebook:
        of = self._of_type
        patterns = sorted((b for b in self.built if isinstance(b.rule, r.PatternRule)), key=lambda b: b.order)
        drugs = self._drugs()
        return r.Rulebook(
            version=str((self._data("rulebook.yaml") or {}).get("version", "0.0.0")),
            digest=digest(self.folder),
            gates=of(r.GateRule),
            patterns=tuple(b.rule for b in patterns if isinstance(b.rule, r.PatternRule)),
            red_flags=tuple(sorted(of(r.RedFlagRule), key=lambda rule: rule.order)),
            causes=of(r.CauseRule),
            tests=of(r.TestRule),
            actions={a.action: a for a in of(r.ActionRule)},
            medications=of(r.MedicationRule),
            questions=self._questions(),
            sources=self._sources(),
            drugs=drugs,
            first_line_complete=self._first_line(),
            wording=self._data("wording.yaml"),
            lower_sites=self._sites(SiteGroup.LOWER),
            other_sites=self._sites(SiteGroup.ELSEWHERE),
            drug_names={d: self.library.sets[d].title if d in self.library.sets else d for d in drugs},
            measured=frozenset(name for compiler in self.compilers.values() for name in compiler.used_results),
        )

    def _of_type(self, kind: type[T]) -> tuple[T, ...]:
        return tuple(b.rule for b in self.built if isinstance(b.rule, kind))

    def _sites(self, group: SiteGroup) -> frozenset[str]:
        return frozenset(site for site, g in self.lexicon.groups.items() if g is group)

    def _first_line(self) -> Criterion:
        name = "first_line_complete_and_normal"
        if name not in self.shared:
            self.problems.append(
                Problem(str(self.folder / DEFINITIONS), 1, "names", f"shared definition {name!r} is missing")
            )
            return Named(name, Never())
        return self.shared[name]

    def _entries(self, name: str, schema: Any) -> Iterable[tuple[str, dict[str, Any], Document]]:
        document = self._read(self.folder / name)
        if document is None:
            return
        for key, raw in document.data.items():
            try:
                yield key, schema().load(raw), document
            except ValidationError as error:
                for keys, sentence in flatten(error.messages):
                    self._report(document, (key, *keys), "schema", f"{key}: {sentence}")

    def _sources(self) -> dict[str, r.Source]:
        found = self._entries("sources.yaml", SourceSchema)
        return {k: r.Source(k, d["label"], d["citation"], d.get("url", ""), d["verified"]) for k, d, _ in found}

    def _drugs(self) -> dict[str, Drug]:
        drugs = {}
        for key, data, document in self._entries("drugs.yaml", DrugSchema):
            if key not in self.known:
                self._report(document, (key,), "value-sets", f"no drug is called {key!r}")
            title = self.library.sets[key].title if key in self.library.sets else key
            drugs[key] = Drug(key, title, parse_window(data["look_back"]), tuple(data["cite"]))
        return drugs

    def _questions(self) -> dict[str, r.Question]:
        questions = {}
        for key, data, document in self._entries("questions.yaml", QuestionSchema):
            compiler = Compiler(document, self.known, self._unit_names(), self.shared, self.problems)
            clauses = {
                name: compiler.criterion(data[name], (key, name)) for name in CLAUSES_OF_QUESTIONS if name in data
            }
            questions[key] = r.Question(key, data["text"], data["rank"], data.get("standing", False), **clauses)
        return dict(sorted(questions.items(), key=lambda entry: entry[1].rank))
