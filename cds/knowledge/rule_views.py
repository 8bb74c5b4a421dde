"""The rules as people and programs read them: an index, and one view of everything that a rule says and rests on.

Made from the files that decide, on demand and never while a call is answered.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from cds.domain import rule as r
from cds.knowledge import clauses_told, strict_yaml
from cds.knowledge.folder import CASES
from cds.knowledge.page_schema import LISTS
from cds.knowledge.pages import Caveat, Item, Page, Pages, load_pages
from cds.knowledge.readable import SHARED, explained, named, read, refs, renamed, spelled
from cds.knowledge.rule_status import Standing, status_of
from cds.knowledge.rulebook import Knowledge
from cds.knowledge.strict_yaml import Document, YamlError

Json = dict[str, Any]
# The order in which kinds are listed.
KINDS = ("red_flag", "cause", "test", "medication", "action", "gate", "pattern", "definitions")
GENERAL = "general"
_AFFILIATE = "snomed_affiliate"


@dataclass
class RuleViews:
    """Views of the rules of one folder, as they were loaded. Page texts and cases are read when first asked for."""

    knowledge: Knowledge
    folder: Path
    standing: Standing = field(default_factory=Standing)
    _cases: dict[str, list[str]] = field(default_factory=dict)

    @cached_property
    def pages(self) -> Pages:
        """The page texts."""
        return load_pages(self.folder)

    @cached_property
    def ids(self) -> Mapping[str, str]:
        """Every id that has a view -> the id of its rule: of rules, and of what they conclude."""
        documents = self.knowledge.documents
        concluded = {name: id_ for id_, d in documents.items() for name in clauses_told.concludes(d.data)}
        general = {GENERAL: GENERAL} if self.pages.general is not None else {}
        return concluded | {id_: id_ for id_ in documents} | general

    @cached_property
    def _files(self) -> Mapping[str, list[Path]]:
        """The files of each value set, by its name."""
        found: dict[str, list[Path]] = {}
        for path in sorted((self.folder / "value_sets").rglob("*.json")):
            found.setdefault(path.stem.replace("_", "-"), []).append(path)
        return found

    @property
    def _words(self) -> Mapping[str, Any]:
        words: Mapping[str, Any] = self.knowledge.rulebook.wording["pages"]
        return words

    @property
    def _capitals(self) -> Mapping[str, str]:
        """Words of criteria's names that are not written small, by their small spelling."""
        return {word.lower(): word for word in self._words["capitals"].split()}

    def _status(self, id_: str, review: Mapping[str, Any]) -> Json:
        return status_of(id_, review, self._words["status"], self.standing)

    def index(self) -> Json:
        """All rules by kind, with what each is and whether it has been reviewed."""
        entries = [self._entry(document) for document in self.knowledge.documents.values()]
        groups = [{"kind": kind, "rules": _sorted(e for e in entries if e["kind"] == kind)} for kind in KINDS]
        general = self.pages.general
        if general is not None:
            about = {"id": GENERAL, "kind": GENERAL, "title": general.title, "version": general.version}
            status = self._status(GENERAL, general.review)
            groups.append({"kind": GENERAL, "rules": [{**about, "group": "", "concludes": [], "status": status}]})
        return {**self._head(), "groups": [group for group in groups if group["rules"]]}

    def view(self, id_: str) -> Json | None:
        """Everything about one rule, by its id or by the id of what it concludes; None when there is none."""
        own = self.ids.get(id_)
        if own is None:
            return None
        return {**self._head(), **(self._general() if own == GENERAL else self._rule(own))}

    def _head(self) -> Json:
        book = self.knowledge.rulebook
        return {"rulebook": {"version": book.version, "digest": book.digest}, "notice": self._words["notice"]}

    def _entry(self, document: Document) -> Json:
        data = document.data
        folder = document.path.parent
        return {
            "id": data["id"], "kind": data["kind"], "title": data["title"], "version": data["version"],
            "group": folder.name.replace("_", " ") if data["kind"] == "cause" and folder.name != "causes" else "",
            "concludes": clauses_told.concludes(data), "status": self._status(data["id"], data["review"]),
        }  # fmt: skip

    def _rule(self, id_: str) -> Json:
        document = self.knowledge.documents[id_]
        data = document.data
        texts = self._texts(self.pages.of_rules.get(id_, Page(id_)), id_)
        meanings = self._shared_meanings | self._meanings(data, "")
        criteria = [self._criterion(*one) for one in data.get("criteria", {}).items()]
        told = {
            "criteria": explained(criteria, meanings),
            "clauses": explained(clauses_told.clauses(data, self._title), meanings, whole=True),
            "lines": explained(clauses_told.lines(data, self._title), meanings, whole=True),
            "questions": explained(self._questions(data), meanings, whole=True),
        }
        return {
            **self._entry(document), "purpose": data["purpose"], "review": data["review"],
            **spelled(told, self._capitals), "shared": self._owners(refs(told)),
            "properties": clauses_told.properties(data),
            "order": data.get("order") if isinstance(data.get("order"), dict) else None, **texts,
            "sources": self._sources([*data["sources"], *_named_sources(texts)]), "cases": self._case_names(document),
            **self._value_sets(self.knowledge.compilers[id_].used_sets), "definition": data,
        }  # fmt: skip

    def _general(self) -> Json:
        page = self.pages.general
        assert page is not None
        texts = self._texts(page, GENERAL)
        omitted = [
            {"id": id_, "because": raw["because"], "sources": list(raw["sources"])}
            for id_, raw in self.pages.not_shown.items()
        ]
        return {
            "id": GENERAL, "kind": GENERAL, "title": page.title, "version": page.version,
            "status": self._status(GENERAL, page.review), "review": _dated(page.review), **texts,
            "notShown": omitted, "sources": self._sources([*_named_sources(texts), *_named_sources({"": omitted})]),
        }  # fmt: skip

    def _texts(self, page: Page, id_: str) -> Json:
        """Management, tips and facts with the caveats without which they are not shown, then those of the page."""
        told: Json = {name: [self._item(item) for item in getattr(page, name)] for name in LISTS}
        beside = {caveat["id"] for items in told.values() for item in items for caveat in item["caveats"]}
        return {**told, "caveats": [_caveat(c) for c in self.pages.on(id_) if c.id not in beside]}

    def _item(self, item: Item) -> Json:
        caveats = [_caveat(caveat) for caveat in self.pages.beside(item.id)]
        return {"id": item.id, "text": item.text, "sources": list(item.sources), "caveats": caveats}

    def _criterion(self, name: str, raw: Any) -> Json:
        aside = raw if isinstance(raw, dict) else {}
        cites = aside.get("cite", [])
        return {
            "name": name, "title": named(name), "when": read(raw, self._title), "points": aside.get("points", ""),
            "cites": [cites] if isinstance(cites, str) else cites,
        }  # fmt: skip

    def _owners(self, names: Iterable[str]) -> dict[str, str]:
        """Of the criteria that a view refers to, the shared ones -> the rule in which each is defined."""
        return {name: self._shared_owners[name] for name in sorted(set(names) & set(self._shared_owners))}

    @property
    def _definitions(self) -> list[Document]:
        return [d for d in self.knowledge.documents.values() if d.data["kind"] == "definitions"]

    @cached_property
    def _shared_owners(self) -> dict[str, str]:
        return {f"{SHARED}{name}": d.data["id"] for d in self._definitions for name in d.data["criteria"]}

    @cached_property
    def _shared_meanings(self) -> dict[str, Json]:
        """What each shared criterion asks."""
        return {name: node for d in self._definitions for name, node in self._meanings(d.data, SHARED).items()}

    def _meanings(self, data: Mapping[str, Any], prefix: str) -> dict[str, Json]:
        """What each criterion of one file asks."""
        nodes = {name: read(raw, self._title) for name, raw in data.get("criteria", {}).items()}
        return {prefix + name: renamed(node, prefix) if prefix else node for name, node in nodes.items()}

    def _title(self, name: str) -> str:
        value_set = self.knowledge.library.sets.get(name)
        return value_set.title if value_set is not None else name.replace("-", " ")

    def _questions(self, data: Mapping[str, Any]) -> list[Json]:
        return [self._question(ask if isinstance(ask, dict) else {"ask": ask}) for ask in data.get("asks", ())]

    def _question(self, ask: Mapping[str, Any]) -> Json:
        """A question, and what puts it first where the rule says so."""
        when = {"when": read(ask["when"], self._title)} if "when" in ask else {}
        return {"id": ask["ask"], "text": self.knowledge.rulebook.questions[ask["ask"]].text, **when}

    def _sources(self, ids: Iterable[str]) -> list[Json]:
        return [self._source(id_) for id_ in dict.fromkeys(ids)]

    def _source(self, id_: str) -> Json:
        if id_.startswith("seed:"):
            article, _, line = id_.removeprefix("seed:").partition(" L")
            title = self.pages.articles.get(article, f"article {article}")
            return {"id": id_, "citation": f"{title}, line {line}", **self._grade("seed")}
        known = self.knowledge.rulebook.sources.get(id_) or r.Source(id_, id_, id_)
        url = {"url": known.url} if known.url else {}
        return {"id": id_, "citation": known.citation, **self._grade(known.verified), **url}

    def _grade(self, verified: str) -> Json:
        """How far facts of a source were verified; nothing when the primary source was seen."""
        return {"grade": verified, "verification": self._words["grades"][verified]} if verified else {}

    def _case_names(self, document: Document) -> list[str]:
        id_ = document.data["id"]
        if id_ not in self._cases:
            self._cases[id_] = list(_names_of_cases(document.path))
        return self._cases[id_]

    def _value_sets(self, names: Iterable[str]) -> Json:
        notices: dict[str, None] = {}
        library = self.knowledge.library
        leaves = sorted({leaf for n in names for leaf in library.leaves(n)} & set(library.sets))
        sets = [{"id": name, "title": self._title(name), "codes": self._codes(name, notices)} for name in leaves]
        words = sorted(n for n in names if n not in library.sets)
        return {"valueSets": sets, "words": words, "notices": list(notices)}

    def _codes(self, name: str, notices: dict[str, None]) -> list[Json]:
        codes = []
        for path in self._files.get(name, ()):
            raw = json.loads(path.read_text(encoding="utf-8"))
            notices[raw.get("copyright", "")] = None
            licence = {"license": _AFFILIATE} if path.parent.name == _AFFILIATE else {}
            codes += [{**code, **licence} for code in _listed(raw)]
        return codes


def _listed(raw: Mapping[str, Any]) -> Iterator[Json]:
    for part in raw.get("compose", {}).get("include", ()):
        for concept in part.get("concept", ()):
            yield {"system": part["system"], "code": concept["code"], "display": concept.get("display", "")}
        for filter_ in part.get("filter", ()):
            yield {"system": part["system"], "code": filter_["value"], "display": "", "below": True}


def _names_of_cases(rule: Path) -> Iterator[str]:
    try:
        document = strict_yaml.load(rule.with_suffix(CASES))
    except YamlError:
        return
    cases = document.data.get("cases", ()) if isinstance(document.data, dict) else ()
    yield from (str(case["name"]) for case in cases if isinstance(case, dict) and "name" in case)


def _caveat(caveat: Caveat) -> Json:
    return {"id": caveat.id, "text": caveat.text, "sources": list(caveat.sources)}


def _named_sources(texts: Mapping[str, Iterable[Json]]) -> Iterator[str]:
    for items in texts.values():
        for item in items:
            yield from item["sources"]
            yield from (source for caveat in item.get("caveats", ()) for source in caveat["sources"])


def _dated(review: Mapping[str, Any]) -> Json:
    return {**review, "next_review": str(review["next_review"])}


def _sorted(entries: Iterable[Json]) -> list[Json]:
    return sorted(entries, key=lambda entry: (entry["group"], entry["title"]))
