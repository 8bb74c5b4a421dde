"""Sources: every one known, cited, and honest about what nobody verified."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cds.knowledge.checks.report import Subject
from cds.knowledge.links import words
from cds.knowledge.problems import Problem, at
from cds.knowledge.strict_yaml import Document, texts_in

_SEED = re.compile(r"seed:00[0-4] L[1-9]\d*(-[1-9]\d*)?")
_FILE = "sources.yaml"


def check_known(subject: Subject) -> Iterator[Problem]:
    """Every source that a rule names is in sources.yaml, or is an article of the seed set with its line."""
    for _, document in subject.rules():
        for number, source in enumerate(document.data["sources"]):
            if not is_source(subject, source):
                how = 'must look like "seed:000 L104"' if source.startswith("seed:") else "is not in sources.yaml"
                yield at(document, ("sources", number), "sources", f"{source!r} {how}")


def is_source(subject: Subject, source: str) -> bool:
    """Whether this is an id of sources.yaml, or an article of the seed set with its line."""
    return bool(_SEED.fullmatch(source)) if source.startswith("seed:") else source in subject.entries(_FILE)


def check_cites(subject: Subject) -> Iterator[Problem]:
    """What a criterion cites is among the sources of its rule; what drugs and settled values cite is known."""
    for _, document in subject.rules():
        for name, cite in _cites(document):
            if cite not in document.data["sources"]:
                yield at(document, ("criteria", name, "cite"), "sources", f"{cite!r} is not among the rule's sources")
    known = subject.entries(_FILE)
    drugs = [("drugs.yaml", (drug, "cite"), entry) for drug, entry in subject.entries("drugs.yaml").items()]
    for name, keys, entry in [*drugs, ("settled.yaml", ("cite",), subject.entries("settled.yaml"))]:
        for cite in entry.get("cite", ()):
            if cite not in known:
                yield at(subject.data[name], keys, "sources", f"{cite!r} is not in sources.yaml")


def check_unused(subject: Subject) -> Iterator[Problem]:
    """No source is kept that nothing uses."""
    used = {source for _, document in subject.rules() for source in document.data["sources"]}
    used |= {cite for entry in subject.entries("drugs.yaml").values() for cite in entry.get("cite", ())}
    named = (found for document in subject.pages.documents for found in texts_in(document.data))
    used |= {text for keys, text in named if "sources" in keys[-2:-1]}
    for source in subject.entries(_FILE):
        if source not in used:
            yield at(subject.data[_FILE], (source,), "sources", f"no rule uses {source!r}")


def check_unverified(subject: Subject) -> Iterator[Problem]:
    """A rule names as `unverified` just those of its sources that nobody verified (K)."""
    known = subject.entries(_FILE)
    for _, document in subject.rules():
        doubtful = [s for s in document.data["sources"] if known.get(s, {}).get("verified") == "K"]
        named = document.data.get("unverified", [])
        for source in doubtful:
            if source not in named:
                yield at(document, ("sources",), "sources", f"{source!r} is not verified: name it under unverified")
        for number, source in enumerate(named):
            if source not in doubtful:
                yield at(
                    document, ("unverified", number), "sources", f"{source!r} is no unverified source of this rule"
                )


def _cites(document: Document) -> Iterator[tuple[str, str]]:
    for name, raw in document.data.get("criteria", {}).items():
        yield from ((name, cite) for cite in words(raw.get("cite", ()) if isinstance(raw, dict) else ()))
