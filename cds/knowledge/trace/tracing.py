"""One run of the coverage: each id of the catalogue with its carriers and proofs, each section with its rules."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from cds.knowledge.case_files import load_cases
from cds.knowledge.cases import Read, read_records
from cds.knowledge.pages import Page, Pages, load_pages
from cds.knowledge.problems import Problem
from cds.knowledge.rulebook import inspect
from cds.knowledge.trace.articles import citing, faults
from cds.knowledge.trace.index import KINDS, Entry, Index, Section, load_index, strangers
from cds.knowledge.trace.proofs import Proof, Proofs, gather

# What is told on the page of a rule and never on a card.
_ON_PAGES = frozenset({"mgmt", "tip", "fact"})


@dataclass(slots=True)
class Traced:
    """One id: what carries and proves it, and what it lacks."""

    entry: Entry
    proofs: list[Proof] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Coverage:
    """The outcome of a run. `problems` are faults of the files themselves."""

    ids: list[Traced]
    sections: list[tuple[Section, list[str]]]
    section_faults: list[str]
    problems: list[Problem]
    root: Path

    @property
    def missing(self) -> list[Traced]:
        """The ids that something is missing for."""
        return [traced for traced in self.ids if traced.missing]

    @property
    def is_complete(self) -> bool:
        """Whether nothing is missing and nothing is wrong."""
        return not (self.missing or self.section_faults or self.problems)

    def render(self) -> str:
        """The summary, what is missing, then everything by kind."""
        return "\n".join(self._lines()).replace(f"{self.root}/", "")

    def _lines(self) -> Iterator[str]:
        named, cited = len(self.ids), sum(1 for _, rules in self.sections if rules)
        yield f"{named - len(self.missing)} of {named} ids of the catalogue are carried and proved"
        yield f"{cited} of {len(self.sections)} sections of the articles are cited, {len(self.section_faults)} faults"
        yield from map(str, self.problems)
        yield from (f"missing  {t.entry.id} {sentence}" for t in self.missing for sentence in t.missing)
        yield from (f"missing  {fault}" for fault in self.section_faults)
        for kind in KINDS:
            yield from self._of_kind(kind)
        yield ""
        for section, rules in self.sections:
            yield f"{section.name}  {section.title}: {', '.join(rules) or 'not cited, ' + section.not_cited}"

    def _of_kind(self, kind: str) -> Iterator[str]:
        mine = [traced for traced in self.ids if traced.entry.kind == kind]
        yield ""
        yield f"{kind}: {sum(1 for traced in mine if not traced.missing)} of {len(mine)}"
        for traced in mine:
            yield f"  {traced.entry.id}{'  MISSING' if traced.missing else ''}"
            yield from ("      " + " · ".join(filter(None, (p.carrier, p.case, p.place))) for p in traced.proofs)


def trace(folder: Path, read: Read) -> Coverage:
    """Trace the catalogue through the rules below `folder`; `read` is the reader that the cases run through."""
    knowledge, index = inspect(folder), load_index(folder)
    problems = [*knowledge.problems, *index.problems, *strangers(index, knowledge)]
    files = load_cases(knowledge, folder, problems)
    read_records(files, read)
    tracer = _Tracer(load_pages(folder), index, gather(knowledge, files), folder.parent)
    ids = [tracer.traced(entry) for entry in index.entries.values()]
    carried = [traced.entry for traced in ids if not traced.missing]
    cited = citing(knowledge, index.sections, carried)
    sections = [(section, cited[section.name]) for section in index.sections]
    return Coverage(ids, sections, list(faults(index, cited)), problems, folder.parent)


@dataclass(slots=True)
class _Tracer:
    """Follows each id to what carries it. `root` is where the tests stand."""

    pages: Pages
    index: Index
    proofs: Proofs
    root: Path
    done: dict[str, Traced] = field(default_factory=dict)

    def traced(self, entry: Entry) -> Traced:
        """The proofs of an id. An id that leads to itself is not proved by that."""
        if entry.id not in self.done:
            traced = self.done[entry.id] = Traced(entry, missing=["leads to itself"])
            found = Traced(entry)
            for follow in (self._by_its_rule, self._by_page, self._by_others, self._by_what_is_read, self._by_tests):
                follow(entry, found)
            if not found.proofs and not found.missing:
                found.missing.append("is carried by no rule, question, page or test")
            traced.proofs, traced.missing = found.proofs, found.missing
        return self.done[entry.id]

    def _by_its_rule(self, entry: Entry, found: Traced) -> None:
        proof = self.proofs.of_id(entry.id)
        if proof is not None:
            found.proofs.append(proof)

    def _by_page(self, entry: Entry, found: Traced) -> None:
        """An item by the pages that show it, or by the reason why none does."""
        if entry.kind not in _ON_PAGES:
            return
        for page in self.pages.pages():
            found.proofs += [Proof(f"page of {page.rule}", "shown there", self._place(page))
                             for item in page.items if item.id == entry.id]  # fmt: skip
        if entry.id in self.pages.not_shown:
            found.proofs.append(Proof("on no page", self.pages.not_shown[entry.id]["because"], ""))

    def _place(self, page: Page) -> str:
        return next(str(d.path) for d in self.pages.documents if d.data.get("rule") == page.rule)

    def _by_others(self, entry: Entry, found: Traced) -> None:
        """A heading by all that stands under it; an id by all that say it; what is asked by its questions."""
        under = [e.id for e in self.index.entries.values() if e.parent == entry.id] if entry.heading else []
        if entry.heading and not under:
            found.missing.append("is a heading of nothing")
        for id_ in (*under, *entry.says, *entry.asks):
            other = self.index.entries.get(id_)
            proof = self.proofs.of_id(id_) if other is None else next(iter(self.traced(other).proofs), None)
            if proof is None or (other is not None and self.traced(other).missing):
                found.missing.append(f"rests on {id_}, which nothing proves")
            else:
                found.proofs.append(Proof(f"{id_}: {proof.carrier}", proof.case, proof.place))

    def _by_what_is_read(self, entry: Entry, found: Traced) -> None:
        for trait in entry.traits:
            proof = self.proofs.of_trait(trait)
            if proof is None:
                found.missing.append(f"no case shows that a rule reads {trait[1]} ({trait[0]})")
            elif not entry.points_to:
                found.proofs.append(proof)
        for target in entry.points_to:
            proofs = (self.proofs.of_trait(trait, target) for trait in entry.traits)
            proof = next((proof for proof in proofs if proof is not None), None)
            if proof is None:
                found.missing.append(f"no case shows that it counts for {target}")
            else:
                found.proofs.append(Proof(f"{target}: {proof.carrier}", proof.case, proof.place))

    def _by_tests(self, entry: Entry, found: Traced) -> None:
        for name in entry.tests:
            path, _, function = name.partition("::")
            if self._has_test(path, function):
                found.proofs.append(Proof("test", function, path))
            else:
                found.missing.append(f"no test is called {name}")

    def _has_test(self, path: str, function: str) -> bool:
        try:
            text = (self.root / path).read_text(encoding="utf-8")
        except OSError:
            return False
        return re.search(rf"^\s*def {re.escape(function)}\(", text, re.MULTILINE) is not None
