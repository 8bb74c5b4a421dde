"""Codes and value sets, and the index that answers "which sets does this coding belong to?"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Concept:
    """One coded concept of a value set. `tags` say what the code itself carries (side, form, unsited ...)."""

    system: str
    code: str
    display: str
    tags: frozenset[str] = frozenset()
    is_prefix: bool = False


@dataclass(frozen=True, slots=True)
class ValueSet:
    """A named, enumerated set of concepts; `excluded` codes are taken out again."""

    id: str
    title: str
    concepts: tuple[Concept, ...]
    excluded: tuple[Concept, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """What a coding means to the rules: the sets it belongs to and the tags it brings."""

    sets: tuple[str, ...] = ()
    tags: frozenset[str] = frozenset()


MISS = Hit()


@dataclass(frozen=True, slots=True)
class SideCharacter:
    """Which character of an ICD-10-CM code tells the side, counted from one, and the tag that each value brings."""

    position: int
    tags: Mapping[str, str]

    def read(self, code: str) -> frozenset[str]:
        """The side that a code without its dot tells, as a tag; none when its character tells none."""
        tag = self.tags.get(code[self.position - 1 : self.position])
        return frozenset() if tag is None else frozenset({tag})


# Systems whose codes are matched without the dot, upper-cased, and by prefix.
ICD_SYSTEMS = frozenset({"icd10cm", "icd10", "icd10gm"})
# Outside the American edition the characters after the fourth mean something else (terminology README §3.10).
_SHARED_LENGTH = 4
# The seventh character of an ICD-10-CM code that says that the injury itself is past.
_SEQUELA_LENGTH, _SEQUELA = 7, "S"
SEQUELA = "sequela"
# Longer than any ICD code. Each beginning of a code is looked up: a long text in its place would cost its square.
_LONGEST_ICD = 16


# Codes that can be of one system only, for senders that name none: a number with a check digit after a hyphen, a long
# number, a letter with two characters and a dot. Which ICD-10 it is stays open, so only what all editions share counts.
_UNMISTAKABLE = (
    ("loinc", re.compile(r"\d{3,7}-\d")),
    ("snomed", re.compile(r"\d{8,18}")),
    ("icd10", re.compile(r"[A-Za-z]\d\w\.\w{1,4}")),
)


def system_by_form(code: str) -> str | None:
    """The system of a code that names none, when its form leaves no doubt; None for any other."""
    return next((system for system, form in _UNMISTAKABLE if form.fullmatch(code)), None)


@dataclass(slots=True)
class CodeIndex:
    """From (system key, code) to the value sets that hold it."""

    exact: dict[tuple[str, str], Hit] = field(default_factory=dict)
    prefixes: dict[tuple[str, str], Hit] = field(default_factory=dict)
    # (code, whether the whole code is meant) -> the sets it is taken out of; ICD-10-CM only
    excluded: dict[tuple[str, bool], frozenset[str]] = field(default_factory=dict)
    # the beginning of an ICD-10-CM code -> where such codes tell the side
    sides: Mapping[str, SideCharacter] = field(default_factory=dict)

    def look_up(self, system: str, code: str) -> Hit:
        """The hit of one coding; MISS when no value set holds it."""
        if system not in ICD_SYSTEMS:
            return self.exact.get((system, code), MISS)
        return self._look_up_icd(system, code[: 2 * _LONGEST_ICD].upper().replace(".", "")[:_LONGEST_ICD])

    def _look_up_icd(self, system: str, code: str) -> Hit:
        own: list[Hit | None] = []
        if system != "icd10cm":
            # what the fifth character says, only a set that names this edition knows
            own = [self.prefixes.get((system, code[:n])) for n in range(len(code), _SHARED_LENGTH, -1)]
            code = code[:_SHARED_LENGTH]
        # a national edition has the categories of the classification that it was made from, and more
        systems = dict.fromkeys((system, "icd10", "icd10cm") if system == "icd10gm" else (system, "icd10cm"))
        own += [self.exact.get((s, code)) for s in systems]
        own += [self.prefixes.get((s, code[:n])) for n in range(len(code), 2, -1) for s in systems]
        found = [hit for hit in own if hit is not None]
        if not found:
            return MISS
        out = {name for n in range(3, len(code) + 1) for name in self.excluded.get((code[:n], n == len(code)), ())}
        # the sets that name the code most exactly come first
        sets = dict.fromkeys(name for hit in found for name in hit.sets if name not in out)
        tags = frozenset(tag for hit in found for tag in hit.tags)
        return Hit(tuple(sets), tags | self._side_of(code) | _phase_of(code) if system == "icd10cm" else tags)

    def _side_of(self, code: str) -> frozenset[str]:
        """The side that an ICD-10-CM code itself tells; the longest family that is known decides."""
        families = (self.sides.get(code[:n]) for n in range(len(code), 2, -1))
        return next((family.read(code) for family in families if family is not None), frozenset())


def _phase_of(code: str) -> frozenset[str]:
    """Whether an ICD-10-CM code itself says that it is what an injury has left."""
    return frozenset({SEQUELA}) if len(code) == _SEQUELA_LENGTH and code.endswith(_SEQUELA) else frozenset()


def build_index(value_sets: Iterable[ValueSet], sides: Mapping[str, SideCharacter] | None = None) -> CodeIndex:
    """Index every concept of every value set; `system` of a concept is already the short system key."""
    index = CodeIndex(sides=sides or {})
    for value_set in value_sets:
        for concept in value_set.concepts:
            _add(index, value_set.id, concept)
        for concept in value_set.excluded:
            _exclude(index, value_set.id, concept)
    return index


def _exclude(index: CodeIndex, name: str, concept: Concept) -> None:
    code = concept.code.upper().replace(".", "")
    for whole in (True, False) if concept.is_prefix else (True,):
        key = (code, whole)
        index.excluded[key] = index.excluded.get(key, frozenset()) | {name}


def _add(index: CodeIndex, name: str, concept: Concept) -> None:
    code = concept.code
    if concept.system in ICD_SYSTEMS:
        code = code.upper().replace(".", "")
    table = index.prefixes if concept.is_prefix else index.exact
    old = table.get((concept.system, code), MISS)
    table[(concept.system, code)] = Hit(tuple(sorted({*old.sets, name})), old.tags | concept.tags)
