"""FHIR R4 ValueSet JSON -> domain value sets: enumerated, one filter allowed (ICD is-a), groups by reference."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cds.domain.coding import Concept, SideCharacter, ValueSet
from cds.knowledge.problems import Problem, read_json

BASE = "https://heel-numbness-cds.org/fhir/ValueSet/"
AFFILIATE = "-affiliate"
SIDES = "code_systems/icd10cm_sides.yaml"


@dataclass(frozen=True, slots=True)
class Library:
    """All value sets by id (a set and its affiliate part are one), and the members of each group."""

    sets: Mapping[str, ValueSet]
    groups: Mapping[str, tuple[str, ...]]

    def leaves(self, name: str) -> tuple[str, ...]:
        """The sets behind a name: the members of a group, or the name itself."""
        return self.groups.get(name, (name,))


def load_library(folder: Path, systems: Mapping[str, str], problems: list[Problem]) -> Library:
    """Read every file below the folder. `systems` maps a system URI to its short key."""
    merged: dict[str, list[ValueSet]] = {}
    references: dict[str, tuple[str, ...]] = {}
    for path in sorted(folder.rglob("*.json")):
        raw = read_json(path, problems)
        try:
            value_set, referred = _value_set(path, raw, systems, problems), _references(raw)
        except (AttributeError, KeyError, TypeError):
            if raw:
                problems.append(Problem(str(path), 1, "value-sets", "is not shaped as a ValueSet"))
            continue
        _check_identity(path, raw, problems)
        name = value_set.id.removesuffix(AFFILIATE)
        merged.setdefault(name, []).append(value_set)
        references[name] = references.get(name, ()) + referred
    groups = {name: refs for name, refs in references.items() if refs and refs != (name,)}
    sets = {name: _merge(name, parts) for name, parts in merged.items()}
    _check_filled(sets, groups, folder, problems)
    return Library(sets, {name: _leaves(name, groups) for name in groups})


def side_characters(entries: Any, problems: list[Problem]) -> dict[str, SideCharacter]:
    """Where families of ICD-10-CM codes tell the side, by the beginning of the code without its dot."""
    found: dict[str, SideCharacter] = {}
    for entry in entries or ():
        tags = entry["sides"]
        for code in entry["codes"]:
            bare = code.replace(".", "")
            if bare in found or entry["character"] < len(bare):
                problems.append(Problem(SIDES, 1, "value-sets", f"{code}: named twice, or its side cannot be read"))
            found[bare] = SideCharacter(entry["character"], tags)
    return found


def concepts(path: Path, problems: list[Problem]) -> dict[str, str]:
    """The codes of a CodeSystem in a file, with their displays."""
    try:
        return {concept["code"]: concept["display"] for concept in read_json(path, problems).get("concept", ())}
    except (KeyError, TypeError):
        problems.append(Problem(str(path), 1, "value-sets", "is not shaped as a CodeSystem"))
        return {}


def _check_identity(path: Path, raw: Mapping[str, Any], problems: list[Problem]) -> None:
    expected = path.stem.replace("_", "-") + (AFFILIATE if path.parent.name == "snomed_affiliate" else "")
    if raw.get("id") != expected:
        problems.append(Problem(str(path), 1, "value-sets", f"id must be {expected!r}, as the file name says"))


def _value_set(path: Path, raw: Mapping[str, Any], systems: Mapping[str, str], problems: list[Problem]) -> ValueSet:
    compose = raw.get("compose", {})
    included = tuple(c for part in compose.get("include", ()) for c in _concepts(path, part, systems, problems))
    excluded = tuple(c for part in compose.get("exclude", ()) for c in _concepts(path, part, systems, problems))
    return ValueSet(raw["id"], raw.get("title", raw["id"]), included, excluded)


def _concepts(
    path: Path, part: Mapping[str, Any], systems: Mapping[str, str], problems: list[Problem]
) -> Iterable[Concept]:
    if "valueSet" in part:
        return
    system = systems.get(part.get("system", ""))
    if system is None:
        problems.append(
            Problem(str(path), 1, "value-sets", "an include names a code system that aliases.yaml does not")
        )
        return
    for concept in part.get("concept", ()):
        code, display = concept["code"], concept.get("display", "")
        if not (isinstance(code, str) and isinstance(display, str)):
            raise TypeError
        if not display:
            problems.append(Problem(str(path), 1, "value-sets", f"concept {code} has no display"))
        yield Concept(system, code, display, frozenset(e["valueCode"] for e in concept.get("extension", ())))
    for filter_ in part.get("filter", ()):
        if (filter_.get("property"), filter_.get("op")) != ("concept", "is-a") or not system.startswith("icd"):
            problems.append(Problem(str(path), 1, "value-sets", "only the is-a filter on an ICD concept is allowed"))
            continue
        yield Concept(system, filter_["value"], "", is_prefix=True)


def _references(raw: Mapping[str, Any]) -> tuple[str, ...]:
    urls = [url for part in raw.get("compose", {}).get("include", ()) for url in part.get("valueSet", ())]
    return tuple(url.removeprefix(BASE).removesuffix(AFFILIATE) for url in urls)


def _merge(name: str, parts: list[ValueSet]) -> ValueSet:
    first = next((p for p in parts if not p.id.endswith(AFFILIATE)), parts[0])
    concepts = tuple(c for part in parts for c in part.concepts)
    return ValueSet(name, first.title, concepts, tuple(c for part in parts for c in part.excluded))


def _leaves(name: str, groups: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    members = groups.get(name)
    if members is None:
        return (name,)
    return tuple(dict.fromkeys(leaf for m in members if m != name for leaf in _leaves(m, groups)))


def _check_filled(
    sets: Mapping[str, ValueSet], groups: Mapping[str, tuple[str, ...]], folder: Path, problems: list[Problem]
) -> None:
    for name, value_set in sets.items():
        if not value_set.concepts and name not in groups:
            problems.append(Problem(f"{folder}/{name}", 1, "value-sets", "the value set is empty"))
    for name, members in groups.items():
        problems.extend(
            Problem(f"{folder}/{name}", 1, "value-sets", f"refers to {member!r}, which is not there")
            for member in members
            if member not in sets
        )
