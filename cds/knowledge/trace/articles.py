"""The sections of the articles: each is cited by a rule or by what its pages carry, or the index says why not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from cds.knowledge.rulebook import Knowledge
from cds.knowledge.trace.index import Entry, Index, Section

_SEED = re.compile(r"seed:(\d{3}) L(\d+)(?:-(\d+))?")


def citing(knowledge: Knowledge, sections: Iterable[Section], carried: Iterable[Entry]) -> dict[str, list[str]]:
    """What cites each section, by the name of the section: rules, else ids that are carried and proved."""
    rules = {f"rule {id_}": document.data["sources"] for id_, document in knowledge.documents.items()}
    ids = {entry.id: [f"seed:{seed}" for seed in entry.seeds] for entry in carried}
    by_rule, by_id = _holding(rules, sections), _holding(ids, sections)
    return {name: found or by_id[name] for name, found in by_rule.items()}


def _holding(sources: Mapping[str, Iterable[str]], sections: Iterable[Section]) -> dict[str, list[str]]:
    lines = {name: list(_lines(said)) for name, said in sources.items()}
    return {s.name: [name for name, said in lines.items() if any(s.holds(*place) for place in said)] for s in sections}


def faults(index: Index, cited: dict[str, list[str]]) -> Iterator[str]:
    """Sections without a rule and without a reason, reasons that are out of date, and lines of no section."""
    for section in index.sections:
        if not cited[section.name] and not section.not_cited:
            yield f"{section.name} ({section.title}) is cited by no rule or carried id, and nothing says why"
        elif cited[section.name] and section.not_cited:
            yield f"{section.name} ({section.title}) is cited by {cited[section.name][0]}: its reason is out of date"
    for entry in index.entries.values():
        if not entry.seeds and not entry.basis:
            yield f"{entry.id} names neither a line of an article nor another basis"
        for article, line in _lines(f"seed:{seed}" for seed in entry.seeds):
            if not any(section.holds(article, line) for section in index.sections):
                yield f"{entry.id} names {article} L{line}, which lies in no section"


def _lines(sources: Iterable[str]) -> Iterator[tuple[str, int]]:
    for source in sources:
        match = _SEED.fullmatch(source)
        if match:
            yield from ((match[1], line) for line in range(int(match[2]), int(match[3] or match[2]) + 1))
