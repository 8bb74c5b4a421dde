"""Page texts: known rules, ids and sources; no item without its caveats, none where a caveat bars it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from cds.knowledge.checks.report import Subject
from cds.knowledge.checks.sources import is_source
from cds.knowledge.folder import PAGE
from cds.knowledge.page_schema import LISTS
from cds.knowledge.problems import Problem, at
from cds.knowledge.strict_yaml import Document, Keys

_CAVEATS, _NOT_SHOWN = "caveats.yaml", "not_shown.yaml"


def check_files(subject: Subject) -> Iterator[Problem]:
    """What the reader of the page texts found wrong, and page texts that stand beside no rule or beside another's."""
    yield from subject.pages.problems
    for document in _beside(subject):
        rule = subject.knowledge.documents.get(str(document.data.get("rule")))
        if rule is None:
            yield at(document, ("rule",), "pages", f"no rule is called {document.data.get('rule')!r}")
        elif rule.path.with_suffix(PAGE) != document.path:
            yield at(document, ("rule",), "pages", "must stand beside its rule, under the rule's name")


def check_sources(subject: Subject) -> Iterator[Problem]:
    """Every source of an item, caveat or omission is known."""
    for document, keys, source in _sources(subject):
        if not is_source(subject, source):
            yield at(document, keys, "sources", f'{source!r} is not in sources.yaml, nor like "seed:000 L104"')
        elif source.startswith("seed:") and source[5:8] not in subject.pages.articles:
            yield at(document, keys, "sources", f"pages/articles.yaml does not say which article {source[5:8]!r} is")


def check_ids(subject: Subject) -> Iterator[Problem]:
    """No id twice on a page; none both shown and not shown."""
    for page in subject.pages.pages():
        for id_, count in Counter(item.id for item in page.items).items():
            if count > 1:
                yield _of(subject, page.rule, f"{id_!r} stands {count} times")
    shown = subject.pages.where()
    for id_ in subject.pages.not_shown:
        if id_ in shown:
            yield at(_named(subject, _NOT_SHOWN), (id_,), "pages", f"but it is shown on {', '.join(shown[id_])}")


def check_caveats(subject: Subject) -> Iterator[Problem]:
    """A caveat names items and pages that are there, is shown somewhere, and bars its items from other pages."""
    pages = subject.pages
    shown = pages.where()
    known = {*subject.knowledge.documents, *([pages.general.rule] if pages.general else [])}
    for caveat in pages.caveats.values():
        document = _named(subject, _CAVEATS)
        for number, id_ in enumerate(caveat.beside):
            if id_ not in shown:
                yield at(document, (caveat.id, "beside", number), "pages", f"no page shows {id_!r}")
        for key, rules in (("on", caveat.on), ("only_on", caveat.only_on)):
            for number, rule in enumerate(rules):
                if rule not in known:
                    yield at(document, (caveat.id, key, number), "pages", f"no rule is called {rule!r}")
        if caveat.id not in shown and caveat.id not in pages.not_shown:
            yield at(document, (caveat.id,), "pages", "no page shows it")
        yield from _barred(subject, caveat.id, caveat.beside, caveat.only_on)


def _barred(subject: Subject, caveat: str, items: tuple[str, ...], only_on: tuple[str, ...]) -> Iterator[Problem]:
    if only_on:
        for page in subject.pages.pages():
            for item in page.items:
                if item.id in items and page.rule not in only_on:
                    yield _of(subject, page.rule, f"{item.id!r} must not stand here: {caveat} keeps it to other pages")


def _sources(subject: Subject) -> Iterator[tuple[Document, Keys, str]]:
    """Every source of a page text with its place; what the schema refused is left to the schema."""
    for document in subject.pages.documents:
        lists = [((name, n), raw) for name in LISTS for n, raw in enumerate(document.data.get(name) or ())]
        for keys, raw in [*lists, *(((key,), raw) for key, raw in document.data.items())]:
            sources = raw.get("sources") if isinstance(raw, dict) else None
            for number, source in enumerate(sources if isinstance(sources, list) else ()):
                yield document, (*keys, "sources", number), str(source)


def _beside(subject: Subject) -> Iterator[Document]:
    return (document for document in subject.pages.documents if document.path.name.endswith(PAGE))


def _of(subject: Subject, rule: str, sentence: str) -> Problem:
    document = next(d for d in subject.pages.documents if d.data.get("rule") == rule)
    return at(document, ("rule",), "pages", sentence)


def _named(subject: Subject, name: str) -> Document:
    return next(d for d in subject.pages.documents if d.path.name == name)
