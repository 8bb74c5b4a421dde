"""The lexicon while it is being read, and the spelling of its phrases.

Words `no feeling`, choices `numb|numbness`, a stem `tingl*`, any number `#`, an optional word `of?`, a gap of at most
four words `..`, a word class `<foot>`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from cds.domain.lexicon import GAP, Channel, Derivation, Part, Phrase, SiteGroup
from cds.knowledge.strict_yaml import YamlError
from cds.knowledge.yaml_nodes import Node

_WORD = re.compile(r"(?:[a-z0-9]+|[a-z]/[a-z]{1,3}|[+-]ve|\([a-z+-]\)|[¿.,:#&+/()\[\]]|[a-z0-9]{3,}\*)$")
_MAX_EXPANDED = 16


@dataclass(slots=True)
class Draft:
    """The lexicon while it is being read."""

    classes: dict[str, Part] = field(default_factory=dict)
    phrases: dict[tuple[Channel, tuple[Part, ...], str], Phrase] = field(default_factory=dict)
    groups: dict[str, SiteGroup] = field(default_factory=dict)
    derivations: list[tuple[Node, Derivation]] = field(default_factory=list)
    sited: set[str] = field(default_factory=set)
    inner: set[str] = field(default_factory=set)
    full: set[str] = field(default_factory=set)
    answers: dict[str, str] = field(default_factory=dict)
    answer_codes: dict[str, str] = field(default_factory=dict)
    route_codes: dict[str, str] = field(default_factory=dict)
    folds: dict[str, str] = field(default_factory=dict)
    outranks: dict[str, frozenset[str]] = field(default_factory=dict)
    refines: dict[str, frozenset[str]] = field(default_factory=dict)
    unlike: dict[str, frozenset[str]] = field(default_factory=dict)
    lists: dict[str, set[str]] = field(default_factory=dict)
    local_forms: set[str] = field(default_factory=set)
    nasal: set[str] = field(default_factory=set)
    own_sites: set[str] = field(default_factory=set)
    problems: list[YamlError] = field(default_factory=list)
    # words seen before, and where first: most stand in many phrases
    _seen: dict[str, Node] = field(default_factory=dict)
    _chosen: dict[str, tuple[Part | None, ...]] = field(default_factory=dict)

    def add(self, words: Node, channel: Channel, concept: str = "", **more: Any) -> None:
        """Add every phrase of a list with one meaning; problems are kept and the rest goes on."""
        for at in words.members():
            try:
                for parts in self._parts(at):
                    self._file(at, Phrase(channel, parts, concept, **more))
            except YamlError as error:
                self.problems.append(error)

    def _file(self, at: Node, phrase: Phrase) -> None:
        many = phrase.concept if phrase.channel is Channel.MODIFIER else ""
        old = self.phrases.setdefault((phrase.channel, phrase.parts, many), phrase)
        if old is not phrase and old != phrase:
            raise at.problem(f"{at.text()!r} stands twice with two meanings: {_meaning(old)} and {_meaning(phrase)}")

    def _parts(self, at: Node) -> list[tuple[Part, ...]]:
        text = at.text()
        choices = [self._chosen.get(word) or self._choice(word, at) for word in text.split()]
        found = [tuple(p for p in parts if p is not None) for parts in product(*choices)]
        if len(found) > _MAX_EXPANDED:
            raise at.problem(f"{text!r} has too many optional words")
        for parts in found:
            if not parts or GAP in (parts[0], parts[-1]):
                raise at.problem(f"{text!r} must begin and end with a word")
        return found

    def _choice(self, word: str, at: Node) -> tuple[Part | None, ...]:
        if word == "..":
            return (GAP,)
        is_optional = word.endswith("?")
        part: list[str] = []
        for choice in word.removesuffix("?").split("|"):
            part += self._class(choice, at) if choice.startswith("<") else [self.checked(choice, at)]
        chosen = tuple(sorted(set(part)))
        self._chosen[word] = (chosen, None) if is_optional else (chosen,)
        return self._chosen[word]

    def _class(self, name: str, at: Node) -> Part:
        if name.strip("<>") not in self.classes:
            raise at.problem(f"unknown word class {name}")
        return self.classes[name.strip("<>")]

    def checked(self, word: str, at: Node) -> str:
        """A word pattern; its spelling is for `check_spelling`, when all are read."""
        if word in self._seen:
            return word
        if not _WORD.match(word):
            raise at.problem(f"{word!r} is no word pattern")
        if word == ":":
            # the reader passes over a colon only as long as no phrase holds one
            raise at.problem("a phrase holds no ':': in every text it would count as a word")
        self._seen[word] = at
        return word

    def check_spelling(self) -> None:
        """Words must stand in the spelling that the reader sees; one look over all of them at once finds none amiss.

        Each is told once, at its first place: most words stand in many phrases.
        """
        text = " ".join(self._seen)
        folds = {old: new for old, new in self.folds.items() if old in text}
        for word, at in self._seen.items() if folds else ():
            folded = word
            for old, new in folds.items():
                folded = folded.replace(old, new)
            if folded != word:
                self.problems.append(at.problem(f"write {folded!r} wherever {word!r} stands: the reader turns it so"))


def _meaning(phrase: Phrase) -> str:
    if phrase.cue is not None:
        return phrase.cue.effect.value
    return phrase.concept or "nothing"
