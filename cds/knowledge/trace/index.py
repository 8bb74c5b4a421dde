"""The index of the clinical catalogue: every id it names, the article lines that name it, and what carries it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from marshmallow import fields, validate

from cds.domain.lexicon import Channel
from cds.knowledge.problems import Problem, at, entries, read_yaml
from cds.knowledge.rulebook import Knowledge
from cds.knowledge.strict_yaml import Document
from cds.knowledge.vocabulary import Strict, Words

CATALOGUE, SECTIONS = "catalogue.yaml", "sections.yaml"
KINDS = ("cause", "sym", "sign", "mod", "test", "redflag", "risk", "mgmt", "tip", "fact", "caveat", "ext")
_LINES = r"[1-9]\d*(-[1-9]\d*)?$"


class EntrySchema(Strict):
    """One id of catalogue.yaml. What a rule or page says by itself needs no key: it is looked up there."""

    title = fields.String(required=True, validate=validate.Length(1, 90))
    seeds = fields.List(fields.String(validate=validate.Regexp(r"\d{3} L" + _LINES)), validate=validate.Length(min=1))
    basis = fields.String(validate=validate.Length(min=1))
    parent = fields.String()
    heading = fields.Boolean()
    says = Words(data_key="as")
    sets = Words()
    modifiers = Words()
    sites = Words()
    sides = Words(("one", "both"))
    said = Words()
    asks = Words()
    points_to = Words()
    tests = Words()


class SectionSchema(Strict):
    """One section of an article: its lines, and why no rule cites it when none does."""

    lines = fields.String(required=True, validate=validate.Regexp(_LINES))
    title = fields.String(required=True)
    not_cited = fields.String(validate=validate.Length(min=1))


class ArticleSchema(Strict):
    """One article of the seed set."""

    sections = fields.List(fields.Nested(SectionSchema), required=True, validate=validate.Length(min=1))


# What a criterion looks at: ("sets", "foot-ulcer"), ("modifiers", "mod.night"), ("sites", "heel"), ("sides", "one").
# "said" is the whole finding that has a modifier in its words, such as the symptom itself.
Trait = tuple[str, str]
_TRAITS = ("sets", "modifiers", "sites", "sides", "said")


@dataclass(frozen=True, slots=True)
class Entry:
    """One id of the catalogue. `traits` is what a record holds of it, `says` are ids that say it as well."""

    id: str
    title: str
    seeds: tuple[str, ...]
    basis: str
    parent: str
    heading: bool
    says: tuple[str, ...]
    traits: tuple[Trait, ...]
    asks: tuple[str, ...]
    points_to: tuple[str, ...]
    tests: tuple[str, ...]

    @property
    def kind(self) -> str:
        """The first word of the id."""
        return self.id.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Section:
    """One section of an article, as lines of its file."""

    article: str
    title: str
    first: int
    last: int
    not_cited: str
    line: int

    @property
    def name(self) -> str:
        """How the section is cited."""
        return f"{self.article} L{self.first}-{self.last}"

    def holds(self, article: str, line: int) -> bool:
        """Whether a line of an article lies in it."""
        return article == self.article and self.first <= line <= self.last


@dataclass(slots=True)
class Index:
    """Both files, with the places of what stands in them."""

    entries: dict[str, Entry]
    sections: list[Section]
    catalogue: Document
    problems: list[Problem]


def load_index(folder: Path) -> Index:
    """Read catalogue.yaml and sections.yaml below `folder`; what is wrong with them is on the list of problems."""
    problems: list[Problem] = []
    catalogue, articles = (_read(folder / name, problems) for name in (CATALOGUE, SECTIONS))
    ids = {id_: _entry(id_, said) for id_, said in entries(catalogue, EntrySchema, problems)}
    known = entries(articles, ArticleSchema, problems)
    sections = [section for number, said in known for section in _sections(articles, number, said)]
    return Index(ids, sections, catalogue, problems)


def strangers(index: Index, knowledge: Knowledge) -> Iterator[Problem]:
    """Every name in the catalogue that nothing has: an id, a value set or concept, a modifier, a site, a question."""
    lexicon, ids = knowledge.lexicon, set(index.entries)
    concepts = (lexicon.ids(channel) for channel in (Channel.SAY, Channel.DRUG, Channel.CIRCUMSTANCE))
    known = {
        "sets": set(knowledge.library.sets).union(*concepts),
        "modifiers": set(lexicon.ids(Channel.MODIFIER)) | {id_ for id_ in ids if id_.startswith(("sym.", "mod."))},
        "sites": set(lexicon.groups), "sides": {"one", "both"}, "parent": ids, "as": ids, "points_to": ids,
        "asks": set(knowledge.rulebook.questions),
    }  # fmt: skip
    known["said"] = known["modifiers"]
    for id_, said in index.catalogue.data.items():
        for key, names in said.items() if id_ in ids else ():
            for name in names if isinstance(names, list) else [names]:
                if key in known and name not in known[key]:
                    sentence = f"{id_}: {key} names {name!r}, which is not there"
                    yield at(index.catalogue, (id_, key), "coverage", sentence)


def _read(path: Path, problems: list[Problem]) -> Document:
    return read_yaml(path, problems) or Document(path, {})


def _entry(id_: str, said: Mapping[str, Any]) -> Entry:
    return Entry(
        id_,
        said["title"],
        tuple(said.get("seeds", ())),
        said.get("basis", ""),
        said.get("parent", ""),
        said.get("heading", False),
        said.get("says", ()),
        tuple((kind, name) for kind in _TRAITS for name in said.get(kind, ())),
        said.get("asks", ()),
        said.get("points_to", ()),
        said.get("tests", ()),
    )


def _sections(document: Document, article: str, said: Mapping[str, Any]) -> list[Section]:
    found = []
    for number, section in enumerate(said["sections"]):
        first, _, last = section["lines"].partition("-")
        line = document.line((article, "sections", number))
        place = int(first), int(last or first)
        found.append(Section(article, section["title"], *place, section.get("not_cited", ""), line))
    return found
