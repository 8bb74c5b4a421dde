"""Load all of rules/ into an immutable Rulebook and the Terminology that the reader needs. All problems in one run.

Long because it is one run over all files of the folder, and every step of it collects its problems.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from marshmallow import Schema

from cds.domain import rule as r
from cds.domain.coding import build_index
from cds.domain.criteria import Criterion, Named
from cds.domain.lexicon import Channel, Lexicon, SiteGroup, Units
from cds.domain.scene import Drug
from cds.domain.settled import Settled
from cds.domain.terminology import Terminology
from cds.domain.when import Window
from cds.knowledge.compiler import Compiler, Never
from cds.knowledge.folder import DEFINITIONS, digest, rule_files
from cds.knowledge.lexicon import LexiconError, load_lexicon, load_units
from cds.knowledge.links import mended
from cds.knowledge.problems import Problem, at, entries, of_yaml, read_yaml, shaped
from cds.knowledge.rule_schema import (
    CLAUSES_OF_QUESTIONS,
    SCHEMAS,
    AliasSchema,
    DrugSchema,
    QuestionSchema,
    RulebookSchema,
    ServicesSchema,
    SettledSchema,
    SideSchema,
    SourceSchema,
)
from cds.knowledge.rules import BUILDERS, Built
from cds.knowledge.strict_yaml import Document, Keys
from cds.knowledge.value_sets import SIDES, Library, concepts, load_library, side_characters
from cds.knowledge.wording import check_texts
from cds.knowledge.yaml_nodes import Node

T = TypeVar("T")
# What is wrong with words and units. All rules speak in these: what else would be told until they can be read is false.
WORDS = "lexicon"
_LENGTHS = ("merge_within", "add_within", "attributed_within", "visits", "remarks", "results", "same_numbness")


class RulebookError(Exception):
    """The rules, or what a site has settled about them (`what`), cannot be used; carries every problem found."""

    def __init__(self, problems: list[Problem], what: str = "rules") -> None:
        super().__init__("\n  ".join([f"the {what} cannot be used:", *map(str, problems)]))
        self.problems = problems


@dataclass(slots=True)
class Knowledge:
    """Everything that loading yields: the rulebook, the reader's terminology, and what the checks look at.

    `overrides` and `topics` are codes of our own with their displays: reasons not to follow a card, and its subject.
    """

    rulebook: r.Rulebook
    terminology: Terminology
    library: Library
    lexicon: Lexicon
    units: Units
    documents: dict[str, Document]
    compilers: dict[str, Compiler]
    services: Mapping[str, Any]
    overrides: Mapping[str, str]
    topics: Mapping[str, str]
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
        sides = side_characters(self._sides(), self.problems)
        index = build_index(self.library.sets.values(), sides)
        terminology = Terminology(book.settled, index, systems, titles, self.lexicon, self.units)
        return Knowledge(
            book,
            terminology,
            self.library,
            self.lexicon,
            self.units,
            self.documents,
            self.compilers,
            self._whole("services.yaml", ServicesSchema),
            self._concepts("override"),
            self._concepts("card_topic"),
            [problem for problem in self.problems if problem.check == WORDS] or self.problems,
        )

    def _words(self, read: Callable[[Path], T], name: str) -> T | None:
        try:
            return read(self.folder / name)
        except LexiconError as error:
            self.problems += [of_yaml(problem, WORDS) for problem in error.problems]
            return None

    def _document(self, name: str) -> Document:
        path = self.folder / name
        return read_yaml(path, self.problems) or Document(path, {})

    def _whole(self, name: str, schema: type[Schema]) -> dict[str, Any]:
        """A file that is one thing, not a list of entries; empty when there is a problem with it."""
        document = read_yaml(self.folder / name, self.problems)
        return (document and shaped(Node(document, (), document.data), schema, self.problems)) or {}

    def _entries(self, name: str, schema: type[Schema]) -> Iterator[tuple[str, dict[str, Any], Document]]:
        document = self._document(name)
        return ((key, entry, document) for key, entry in entries(document, schema, self.problems))

    def _systems(self) -> dict[str, str]:
        found = self._entries("code_systems/aliases.yaml", AliasSchema)
        return {uri: key for key, entry, _ in found for uri in (entry["uri"], *entry["aliases"])}

    def _sides(self) -> list[dict[str, Any]]:
        document = read_yaml(self.folder / SIDES, self.problems, list)
        if document is None:
            return []
        loaded = (shaped(Node(document, (n,), raw), SideSchema, self.problems) for n, raw in enumerate(document.data))
        return [entry for entry in loaded if entry is not None]

    def _concepts(self, name: str) -> dict[str, str]:
        """The codes of a code system of ours, with their displays."""
        return concepts(self.folder / "code_systems" / f"{name}.json", self.problems)

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
        document = read_yaml(path, self.problems)
        if document is None:
            return
        kind = document.data.get("kind")
        schema = SCHEMAS.get(str(kind))
        if schema is None:
            self._report(document, ("kind",), "schema", f"kind must be one of: {', '.join(SCHEMAS)}")
            return
        loaded = shaped(Node(document, (), document.data), schema, self.problems)
        if loaded is None:
            return
        if loaded["id"] != path.stem.replace("_", "-"):
            self._report(document, ("id",), "id", f"id must be {path.stem.replace('_', '-')!r}, as the file name says")
        if loaded["id"] in self.documents:
            self._report(document, ("id",), "id", "another rule has this id")
        self.documents[loaded["id"]] = document
        self._build(kind=str(kind), loaded=loaded, document=document)

    def _report(self, document: Document, keys: Keys, check: str, sentence: str) -> None:
        self.problems.append(at(document, keys, check, sentence))

    def _build(self, kind: str, loaded: dict[str, Any], document: Document) -> None:
        compiler = Compiler(document, self.known, self.units.exact, self.shared, self.problems)
        self.compilers[loaded["id"]] = compiler
        named = compiler.compile_named(loaded.get("criteria", {}))
        if kind == DEFINITIONS:
            for name, criterion in named.items():
                if name in self.shared:
                    self._report(document, ("criteria", name), "names", f"shared definition {name!r} stands twice")
                self.shared[name] = criterion
            return
        self.built.append(BUILDERS[kind](loaded, named, compiler))

    def _book(self) -> r.Rulebook:
        of = self._of_type
        patterns = sorted((b for b in self.built if isinstance(b.rule, r.PatternRule)), key=lambda b: b.order)
        return r.Rulebook(
            version=self._whole("rulebook.yaml", RulebookSchema).get("version", ""),
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
            drugs=self._drugs(),
            settled=self._settled(),
            first_line_complete=self._first_line(),
            wording=self._wording(),
            lower_sites=self._sites(SiteGroup.LOWER),
            other_sites=self._sites(SiteGroup.ELSEWHERE),
            measured=frozenset(name for compiler in self.compilers.values() for name in compiler.used_results),
        )

    def _wording(self) -> dict[str, Any]:
        document = self._document("wording.yaml")
        self.problems += check_texts(document)
        data: dict[str, Any] = document.data
        return data

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

    def _sources(self) -> dict[str, r.Source]:
        found = self._entries("sources.yaml", SourceSchema)
        return {k: r.Source(k, d["label"], d["citation"], d.get("url", ""), d["verified"]) for k, d, _ in found}

    def _drugs(self) -> dict[str, Drug]:
        drugs = {}
        for key, data, document in self._entries("drugs.yaml", DrugSchema):
            if key not in self.known:
                self._report(document, (key,), "value-sets", f"no drug is called {key!r}")
            title = self.library.sets[key].title if key in self.library.sets else key
            drugs[key] = Drug(key, title, data["look_back"], tuple(data["cite"]))
        return drugs

    def _settled(self) -> Settled:
        """What holds for all rules; nothing of it where the file cannot be read, which is a problem by itself."""
        read = self._whole("settled.yaml", SettledSchema)
        lengths = {name: read.get(name, Window()) for name in _LENGTHS}
        return Settled(**lengths, points=read.get("points", {}))

    def _questions(self) -> dict[str, r.Question]:
        questions = {}
        for key, data, document in self._entries("questions.yaml", QuestionSchema):
            compiler = Compiler(document, self.known, self.units.exact, self.shared, self.problems)
            clauses = {
                name: compiler.criterion(data[name], (key, name)) for name in CLAUSES_OF_QUESTIONS if name in data
            }
            questions[key] = r.Question(key, data["text"], data["rank"], data.get("standing", False), **clauses)
        return dict(sorted(questions.items(), key=lambda entry: entry[1].rank))
