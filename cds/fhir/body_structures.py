"""Body sites that are resources of their own (BodyStructure, BodySite): the side and place that they tell."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import ValidationError, convert

from cds.fhir import wire
from cds.fhir.desk import Desk
from cds.fhir.senses import NOWHERE, Place, agreed
from cds.fhir.several import as_list

Site = wire.Concept | wire.CodeableReference
Sites = wire.Concepts | wire.CodeableReferences
# "bodySite" of any element since STU3, and those of a whole procedure
_POINTING = ("/bodySite", "/procedure-targetBodyStructure", "/procedure-targetBodySite")


def place_at(desk: Desk, owner: wire.Resource, sites: Sites, pointers: wire.References = None) -> Place:
    """Side and sites of the coded body sites and of the structures that `owner` points to, together.

    A code and the structure that stands behind it are one place, so left against right tells no side;
    several body sites are several places, so left and right are both.
    """
    if sites is None and pointers is None:
        return NOWHERE
    listed: list[Site] = list(sites) if isinstance(sites, list) else [sites] if sites is not None else []
    named = desk.words.joined(_at_site(desk, owner, site) for site in listed)
    return _same(named, desk.words.joined(_pointed(desk, owner, pointer) for pointer in as_list(pointers)))


def added_pointers(extensions: object) -> list[wire.Reference]:
    """The structures that an extension of a resource or of a body site points to; a misshapen one is passed over."""
    return list(_added(extensions))


def _added(extensions: object) -> Iterator[wire.Reference]:
    for extension in extensions if isinstance(extensions, list) else ():
        if isinstance(extension, dict) and str(extension.get("url", "")).endswith(_POINTING):
            try:
                yield convert(extension.get("valueReference"), wire.Reference)
            except ValidationError:
                continue


def _at_site(desk: Desk, owner: wire.Resource, site: Site) -> Place:
    if isinstance(site, wire.Concept):
        place, pointers = desk.words.place_of([site]), added_pointers(site.extension)
    else:
        place, pointers = desk.words.place_of([site.concept or site]), _behind(site)
    return _same(place, desk.words.joined(_pointed(desk, owner, pointer) for pointer in pointers))


def _behind(site: wire.CodeableReference) -> list[wire.Reference]:
    if isinstance(site.reference, str):
        return [wire.Reference(site.reference, site.display)]
    return [site.reference] if site.reference is not None else []


def _pointed(desk: Desk, owner: wire.Resource, pointer: wire.Reference) -> Place:
    """What the structure says, else the words of the pointer."""
    target = desk.library.look_up(pointer.reference, owner)
    place = NOWHERE
    if isinstance(target, wire.BodyStructure):
        place = _of_structure(desk, target)
    elif isinstance(target, wire.BodySite):
        place = _of_site(desk, target)
    return place if place != NOWHERE or not pointer.display else _of_words(desk, pointer.display)


def _of_structure(desk: Desk, structure: wire.BodyStructure) -> Place:
    """R4 has one location with its qualifiers, R5 any number of structures, each with its laterality."""
    parts = [_concepts(structure.location, structure.location_qualifier)]
    parts += [_concepts(part.structure, part.laterality, part.qualifier) for part in structure.included_structure or ()]
    place = desk.words.joined(desk.words.place_of(concepts) for concepts in parts)
    return place if place != NOWHERE or not structure.description else _of_words(desk, structure.description)


def _of_site(desk: Desk, site: wire.BodySite) -> Place:
    place = desk.words.place_of(_concepts(site.code, site.qualifier, site.modifier))
    return place if place != NOWHERE or not site.description else _of_words(desk, site.description)


def _of_words(desk: Desk, words: str) -> Place:
    return desk.words.place_of([wire.Concept(text=words)])


def _concepts(*named: wire.Concepts) -> list[wire.Concept]:
    return [concept for one in named for concept in as_list(one)]


def _same(place: Place, other: Place) -> Place:
    """Two sayings of one place."""
    if NOWHERE in (place, other):
        return place if other == NOWHERE else other
    return Place(agreed(place.side, other.side), place.sites | other.sites)
