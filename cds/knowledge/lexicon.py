"""rules/lexicon/*.yaml -> the domain's Lexicon.

Every file of the folder may hold any section, and sections of the same name add up. `lexicon_draft` tells how phrases
are spelled. Long because each kind of section has a short reader of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from cds.domain.lexicon import Channel, Cue, Derivation, Effect, Heading, Lexicon, SiteGroup
from cds.domain.record import Route, Side
from cds.knowledge.lexicon_draft import Draft
from cds.knowledge.strict_yaml import Document, YamlError, load
from cds.knowledge.units import load_units
from cds.knowledge.yaml_nodes import LexiconError, Node

__all__ = ["LexiconError", "load_lexicon", "load_units"]

_CHANNELS = {
    "findings": Channel.SAY,
    "sites": Channel.SITE,
    "sides": Channel.SIDE,
    "modifiers": Channel.MODIFIER,
    "drugs": Channel.DRUG,
    "routes": Channel.ROUTE,
    "analytes": Channel.ANALYTE,
    "tests": Channel.TEST,
    "circumstances": Channel.CIRCUMSTANCE,
}
_REACHES: dict[str, dict[str, bool]] = {
    "list": {"is_far": True},
    "piece": {},
    "back": {"is_after": True},
    "near": {"is_after": True, "is_near": True},
    "around": {"is_after": True, "is_far": True},
}
_LISTS = (
    "tags dotted asking lasting linking changing trailing referring others breaking freshening dating days undoing"
    " beginning affirming ending comparing conditional stating relating outcomes narrated subjects treated treating"
    " placing conceding locating framing bounding unprinted presence excluding vacant parting complaints"
    " requesting passing denying succeeding resuming numbers becoming misspelt ailing"
)


def load_lexicon(folder: Path) -> Lexicon:
    """Read every file of rules/lexicon.

    Raises:
        LexiconError: with every problem found, or when the folder holds no file.
    """
    draft, documents = Draft(), []
    for path in sorted(folder.glob("*.yaml")):
        try:
            documents.append(load(path))
        except YamlError as error:
            draft.problems.append(error)
    if not documents:
        draft.problems.append(YamlError(folder, 1, "no lexicon file stands here"))
    for name, read in _SECTIONS.items():
        for document in documents:
            if isinstance(document.data, dict) and name in document.data:
                _try(draft, read, Node(document, (name,), document.data[name]))
    _check(draft, documents)
    draft.check_spelling()
    if draft.problems:
        raise LexiconError(draft.problems)
    return _finish(draft)


def _try(draft: Draft, read: Callable[[Draft, Node], None], at: Node) -> None:
    try:
        read(draft, at)
    except YamlError as error:
        draft.problems.append(error)


def _check(draft: Draft, documents: list[Document]) -> None:
    for document in documents:
        if not isinstance(document.data, dict):
            draft.problems.append(YamlError(document.path, 1, "the file is no mapping"))
            continue
        for name in document.data:
            if name not in _SECTIONS:
                draft.problems.append(Node(document, (name,), None).problem(f"unknown section {name!r}"))
    said = {phrase.concept for phrase in draft.phrases.values() if phrase.channel is Channel.SAY}
    for at, derivation in draft.derivations:
        if derivation.source not in said:
            draft.problems.append(at.problem(f"no finding is called {derivation.source!r}"))


def _finish(draft: Draft) -> Lexicon:
    phrases = tuple(draft.phrases.values())
    return Lexicon(
        phrases=tuple(phrase for phrase in phrases if phrase.channel is not Channel.HEADING),
        headings=tuple(phrase for phrase in phrases if phrase.channel is Channel.HEADING),
        groups=draft.groups,
        derivations=tuple(derivation for _, derivation in draft.derivations),
        sited=frozenset(draft.sited),
        inner=frozenset(draft.inner),
        full=frozenset(draft.full),
        answers=draft.answers,
        answer_codes=draft.answer_codes,
        route_codes=draft.route_codes,
        outranks=draft.outranks,
        refines=draft.refines,
        unlike=draft.unlike,
        folds=tuple(draft.folds.items()),
        local_forms=frozenset(draft.local_forms),
        nasal=frozenset(draft.nasal),
        own_sites=frozenset(draft.own_sites),
        **{name: frozenset(draft.lists.get(name, ())) for name in _LISTS.split()},
    )


def _read_folds(draft: Draft, section: Node) -> None:
    draft.folds.update({old: at.text() for old, at in section.items()})


def _read_classes(draft: Draft, section: Node) -> None:
    for name, at in section.items():
        if name in draft.classes:
            raise at.problem(f"word class {name!r} stands twice")
        draft.classes[name] = tuple(draft.checked(word.text(), word) for word in at.members())


def _read_list(draft: Draft, section: Node) -> None:
    draft.lists.setdefault(str(section.keys[0]), set()).update(at.text() for at in section.members())


def _read_names(draft: Draft, section: Node) -> None:
    """A list of findings: a slip of the pen would be a silent nothing."""
    _read_list(draft, section)
    said = {phrase.concept for phrase in draft.phrases.values() if phrase.channel is Channel.SAY}
    said |= {derivation.concept for _, derivation in draft.derivations}
    for at in section.members():
        if at.text() not in said:
            raise at.problem(f"no finding is called {at.text()!r}")


def _read_cues(draft: Draft, section: Node) -> None:
    for at in section.members():
        fields = at.fields("effect", "reach", "under", "words", needs=("effect", "words"))
        effect, reach = _effect(fields["effect"]), fields["reach"].text() if "reach" in fields else "piece"
        under = _effect(fields["under"]) if "under" in fields else None
        if reach not in _REACHES:
            raise fields["reach"].problem(f"unknown reach {reach!r}; allowed are {', '.join(_REACHES)}")
        draft.add(fields["words"], Channel.SAY, cue=Cue(effect, **_REACHES[reach], under=under))


def _effect(at: Node) -> Effect:
    if at.text() not in {e.value for e in Effect}:
        raise at.problem(f"unknown effect {at.text()!r}")
    return Effect(at.text())


def _read_blockers(draft: Draft, section: Node) -> None:
    for name, at in section.items():
        if name not in _CHANNELS:
            raise at.problem(f"unknown kind of blocker {name!r}")
        draft.add(at, _CHANNELS[name])


def _read_headings(draft: Draft, section: Node) -> None:
    for name, at in section.items():
        if name not in {heading.value for heading in Heading}:
            raise at.problem(f"unknown kind of heading {name!r}")
        draft.add(at, Channel.HEADING, name)


def _read_sites(draft: Draft, section: Node) -> None:
    for name, at in section.items():
        fields = at.fields("group", "words", "plural", "own")
        group = fields["group"].text() if "group" in fields else ""
        if group not in {g.value for g in SiteGroup}:
            raise at.problem(f"site {name!r} needs a group: lower, elsewhere, saddle or unknown")
        draft.groups[at.id()] = SiteGroup(group)
        if "own" in fields and fields["own"].flag():
            draft.own_sites.add(name)
        for key in ("words", "plural"):
            if key in fields:
                draft.add(fields[key], Channel.SITE, name, is_plural=key == "plural")


def _read_sides(draft: Draft, section: Node) -> None:
    for name, at in section.items():
        if name not in {side.value for side in Side}:
            raise at.problem(f"unknown side {name!r}")
        draft.add(at, Channel.SIDE, name)


def _read_findings(draft: Draft, section: Node) -> None:
    for name, at in section.items():
        fields = at.fields("words", "denials", "adds", "sited", "inner", "full")
        said = Channel.SAY, at.id()
        if "words" in fields:
            draft.add(fields["words"], *said)
        if "denials" in fields:
            draft.add(fields["denials"], *said, is_denial=True)
        for _added, words in fields["adds"].items() if "adds" in fields else ():
            draft.add(words, *said, adds=frozenset({words.id("mod.", "sym.", "sign.")}))
        for key, names in (("sited", draft.sited), ("inner", draft.inner), ("full", draft.full)):
            if key in fields and fields[key].flag():
                names.add(name)


def _read_derived(draft: Draft, section: Node) -> None:
    for at in section.members():
        fields = at.fields("finding", "from", "at", "without_site", "with", needs=("finding", "from"))
        without = "without_site" in fields and fields["without_site"].flag()
        needs = frozenset(m.text() for m in fields["with"].members()) if "with" in fields else frozenset[str]()
        sites = frozenset(_sites(draft, fields["at"])) if "at" in fields else frozenset[str]()
        names = fields["finding"].text(), fields["from"].text()
        draft.derivations.append((at, Derivation(names[0], names[1], sites, without, needs)))


def _sites(draft: Draft, section: Node) -> Iterator[str]:
    """Site ids, or the names of groups for all their sites."""
    for at in section.members():
        name = at.text()
        members = [site for site, group in draft.groups.items() if group.value == name]
        if name not in draft.groups and not members:
            raise at.problem(f"no site or group is called {name!r}")
        yield from members or [name]


def _read_modifiers(draft: Draft, section: Node) -> None:
    for name, at in section.items():
        at.id("mod.", "sym.", "sign.")
        draft.add(at, Channel.MODIFIER, name)


def _read_circumstances(draft: Draft, section: Node) -> None:
    for name, at in section.items():
        at.id()
        for added, words in at.items():
            words.id("mod.")
            draft.add(words, Channel.CIRCUMSTANCE, name, adds=frozenset({added}))


def _read_drugs(draft: Draft, section: Node) -> None:
    for name, at in section.items():
        fields = at.fields("words", "local_forms", "nasal")
        draft.add(fields.get("words", at), Channel.DRUG, at.id())
        for mark, marked in (("local_forms", draft.local_forms), ("nasal", draft.nasal)):
            if mark in fields and fields[mark].flag():
                marked.add(name)


def _read_routes(draft: Draft, section: Node) -> None:
    for name, at in section.items():
        draft.add(at, Channel.ROUTE, _known_route(name, at))


def _known_route(name: str, at: Node) -> str:
    if name not in {route.value for route in Route}:
        raise at.problem(f"unknown route {name!r}")
    return name


def _read_named(draft: Draft, section: Node) -> None:
    for at in dict(section.items()).values():
        draft.add(at, _CHANNELS[str(section.keys[0])], at.id())


def _read_not_analytes(draft: Draft, section: Node) -> None:
    for name, at in section.items():
        draft.add(at, Channel.ANALYTE, at.id())
        draft.inner.add(name)


def _read_tables(draft: Draft, section: Node) -> None:
    """`outranks`, `refines` and `unlike`: names of analytes only, so that a slip of the pen is no silent nothing."""
    known = {"*"} | {phrase.concept for phrase in draft.phrases.values() if phrase.channel is Channel.ANALYTE}
    for name, at in section.items():
        getattr(draft, str(section.keys[0]))[name] = members = frozenset(member.text() for member in at.members())
        for unknown in {name, *members} - known:
            raise at.problem(f"no analyte is called {unknown!r}")


def _read_answers(draft: Draft, section: Node) -> None:
    for name, at in section.items():
        for word in at.members():
            if draft.answers.setdefault(word.text(), name) != name:
                raise word.problem(f"{word.text()!r} stands twice with two meanings")


def _read_answer_codes(draft: Draft, section: Node) -> None:
    for name, at in section.items():
        _read_codes(draft.answer_codes, name, at)


def _read_route_codes(draft: Draft, section: Node) -> None:
    for name, at in section.items():
        _read_codes(draft.route_codes, _known_route(name, at), at)


def _read_codes(meanings: dict[str, str], name: str, at: Node) -> None:
    """Codes as in the cases, with a display for the reader: "LOINC#LA33-6 Yes"."""
    for word in at.members():
        system, _, rest = word.text().partition("#")
        code = rest.partition(" ")[0]
        if not system or not code:
            raise word.problem(f"{word.text()!r} must be a system, '#' and a code, such as LOINC#LA33-6")
        if meanings.setdefault(f"{system.lower()}|{code}", name) != name:
            raise word.problem(f"{word.text()!r} stands twice with two meanings")


# In the order of reading: spellings and word classes before phrases, sites before what refers to them.
_SECTIONS: dict[str, Callable[[Draft, Node], None]] = {
    "folds": _read_folds,
    "classes": _read_classes,
    "sites": _read_sites,
    "sides": _read_sides,
    "cues": _read_cues,
    "blockers": _read_blockers,
    "headings": _read_headings,
    "findings": _read_findings,
    "derived": _read_derived,
    "modifiers": _read_modifiers,
    "circumstances": _read_circumstances,
    "drugs": _read_drugs,
    "routes": _read_routes,
    "route_codes": _read_route_codes,
    "analytes": _read_named,
    "tests": _read_named,
    "not_analytes": _read_not_analytes,
    **dict.fromkeys(("outranks", "refines", "unlike"), _read_tables),
    "answers": _read_answers,
    "answer_codes": _read_answer_codes,
    **dict.fromkeys(_LISTS.split(), _read_list),
    "lasting": _read_names,
    "complaints": _read_names,
    "treated": _read_names,
    "treating": _read_list,
}
