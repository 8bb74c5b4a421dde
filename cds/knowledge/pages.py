"""The texts of the pages about rules: management, tips, facts and caveats. Never read while a call is answered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from marshmallow import Schema

from cds.knowledge.folder import PAGES, page_files
from cds.knowledge.page_schema import ENTRIES, LISTS, GeneralSchema, PageSchema
from cds.knowledge.problems import Problem, entries, read_yaml, shaped
from cds.knowledge.strict_yaml import Document
from cds.knowledge.yaml_nodes import Node

GENERAL = "general.yaml"


@dataclass(frozen=True, slots=True)
class Item:
    """One management item, tip or fact: context for a clinician, never an order and never on a card."""

    id: str
    text: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Caveat:
    """What must be known beside an item or on a page."""

    id: str
    text: str
    sources: tuple[str, ...]
    beside: tuple[str, ...] = ()
    only_on: tuple[str, ...] = ()
    on: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """The texts of one rule's page, or of the page that belongs to no single rule."""

    rule: str
    management: tuple[Item, ...] = ()
    tips: tuple[Item, ...] = ()
    facts: tuple[Item, ...] = ()
    title: str = ""
    version: str = ""
    review: Mapping[str, Any] = field(default_factory=dict)

    @property
    def items(self) -> tuple[Item, ...]:
        """All items of the page."""
        return (*self.management, *self.tips, *self.facts)


@dataclass(slots=True)
class Pages:
    """All page texts, by rule id. `general` is the page that belongs to no single rule, when there is one."""

    of_rules: dict[str, Page] = field(default_factory=dict)
    general: Page | None = None
    caveats: dict[str, Caveat] = field(default_factory=dict)
    not_shown: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    articles: dict[str, str] = field(default_factory=dict)
    documents: list[Document] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def pages(self) -> Iterator[Page]:
        """Every page, the general one last."""
        yield from self.of_rules.values()
        if self.general is not None:
            yield self.general

    def where(self) -> dict[str, tuple[str, ...]]:
        """The id of every item and caveat that is shown, with the ids of the pages that show it."""
        found: dict[str, dict[str, None]] = {}
        for page in self.pages():
            for item in page.items:
                for id_ in (item.id, *(c.id for c in self.beside(item.id))):
                    found.setdefault(id_, {})[page.rule] = None
        for caveat in self.caveats.values():
            for rule in caveat.on:
                found.setdefault(caveat.id, {})[rule] = None
        return {id_: tuple(pages) for id_, pages in found.items()}

    def beside(self, item: str) -> list[Caveat]:
        """The caveats without which an item is never shown."""
        return [caveat for caveat in self.caveats.values() if item in caveat.beside]

    def on(self, rule: str) -> list[Caveat]:
        """The caveats that head a page."""
        return [caveat for caveat in self.caveats.values() if rule in caveat.on]


def load_pages(folder: Path) -> Pages:
    """Read all page texts below a folder of rules; what is wrong with them is on board, not raised."""
    pages = Pages()
    for path in page_files(folder):
        document = read_yaml(path, pages.problems)
        if document is not None:
            pages.documents.append(document)
            _take(document, pages)
    return pages


def _take(document: Document, pages: Pages) -> None:
    """File the content of one document under what it is."""
    name = document.path.name
    if document.path.parent.name != PAGES:
        _take_page(document, PageSchema, pages)
    elif name == GENERAL:
        _take_page(document, GeneralSchema, pages)
    elif name in ENTRIES:
        _take_entries(document, ENTRIES[name], pages)
    else:
        allowed = ", ".join((GENERAL, *ENTRIES))
        pages.problems.append(Problem(str(document.path), 1, "schema", f"the files of {PAGES} are: {allowed}"))


def _take_page(document: Document, schema: type[Schema], pages: Pages) -> None:
    loaded = shaped(Node(document, (), document.data), schema, pages.problems)
    if loaded is None:
        return
    items = {name: tuple(Item(**{**raw, "sources": tuple(raw["sources"])}) for raw in loaded.pop(name, ()))
             for name in LISTS}  # fmt: skip
    page = Page(**{**loaded, **items})
    if schema is GeneralSchema:
        pages.general = page
    else:
        pages.of_rules[page.rule] = page


def _take_entries(document: Document, schema: type[Schema], pages: Pages) -> None:
    for key, loaded in entries(document, schema, pages.problems):
        if document.path.name == "caveats.yaml":
            lists = {name: tuple(value) for name, value in loaded.items() if name != "text"}
            pages.caveats[key] = Caveat(key, loaded["text"], **lists)
        elif document.path.name == "not_shown.yaml":
            pages.not_shown[key] = loaded
        else:
            pages.articles[key] = loaded["citation"]
