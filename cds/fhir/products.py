"""The drug behind a medication resource: its ingredients, its own words, and the route they speak of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from cds.domain.record import Route
from cds.fhir import wire
from cds.fhir.concepts import merged
from cds.fhir.desk import Desk
from cds.fhir.dosage import strength_in_words
from cds.fhir.reading import EMPTY, Reading

# Medications may be made of medications.
_DEEPEST = 3
# a code that can be a name
_NAME = re.compile(r"[A-Za-z]{4}")


@dataclass(frozen=True, slots=True)
class Drug:
    """One ingredient, and how it is known."""

    id: str
    tags: frozenset[str]
    is_text: bool
    is_split_by_route: bool = False


@dataclass(slots=True)
class Product:
    """What was prescribed: its ingredients, its own words, what they say of the route, and how much is in a piece."""

    drugs: dict[str, Drug]
    label: str = ""
    reading: Reading = EMPTY
    # how much of a drug is in one piece, where the structure tells it: "100 mg"
    strengths: dict[str, str] = field(default_factory=dict)

    def told(self, drug: str) -> str:
        """The words in which the strength of a piece stands: the structure's own, else those of the product."""
        return self.strengths.get(drug, self.label)


# --- which drug ---


def read_product(desk: Desk, resource: wire.Medicated) -> Product:
    """Every ingredient of every coding, in the resource, in the Medication it points to, or in the pointer's words."""
    product = Product({})
    concept = resource.medication_codeable_concept
    if concept is not None:
        _add(desk, product, concept)
    medication, pointer = resource.medication, resource.medication_reference
    if medication is not None:
        _add(desk, product, medication.concept or medication)
        pointer = pointer or _pointer(medication)
    if pointer is not None:
        _add_pointed(desk, product, pointer, resource)
    return product


def product_named(desk: Desk, concept: wire.Concept | None) -> Product:
    """Every ingredient that a concept names, by its codes or its words."""
    product = Product({})
    if concept is not None:
        _add(desk, product, concept)
    return product


def _pointer(medication: wire.CodeableReference | None) -> wire.Reference | None:
    if medication is None or (medication.reference is None and medication.display is None):
        return None
    if isinstance(medication.reference, wire.Reference):
        return medication.reference
    return wire.Reference(medication.reference, medication.display)


def _add_pointed(desk: Desk, product: Product, pointer: wire.Reference, owner: wire.Resource) -> None:
    target = desk.library.look_up(pointer.reference, owner)
    if isinstance(target, wire.Medication):
        _add_medication(desk, product, target, depth=0)
    if not product.drugs and pointer.display:
        _add(desk, product, wire.Concept(text=pointer.display))


def _add_medication(desk: Desk, product: Product, medication: wire.Medication, depth: int) -> None:
    inner = medication.product or wire.Product()
    for form in (medication.form, medication.dose_form, inner.form):
        sense = desk.words.sense(form)
        if sense is not None:
            product.reading = merged(product.reading, sense.reading)
    _add(desk, product, medication.code)
    ingredients = (medication.ingredient or []) + (inner.ingredient or [])
    for ingredient in ingredients:
        _add_ingredient(desk, product, ingredient, medication, depth)
        _note_strength(desk, product, ingredient, is_alone=len(ingredients) == 1)


def _add_ingredient(
    desk: Desk, product: Product, ingredient: wire.Ingredient, owner: wire.Medication, depth: int
) -> None:
    _add(desk, product, _concept_of(ingredient))
    pointer = ingredient.item_reference or _pointer(ingredient.item)
    if pointer is None:
        return
    target = desk.library.look_up(pointer.reference, owner)
    if isinstance(target, wire.Medication) and depth < _DEEPEST:
        _add_medication(desk, product, target, depth + 1)
    elif pointer.display:
        _add(desk, product, wire.Concept(text=pointer.display))


def _concept_of(ingredient: wire.Ingredient) -> wire.Concept | wire.CodeableReference | None:
    item = ingredient.item
    return ingredient.item_codeable_concept or (item.concept or item if item is not None else None)


def _note_strength(desk: Desk, product: Product, ingredient: wire.Ingredient, *, is_alone: bool) -> None:
    """Keep the strength of an ingredient; the only one of a product is the product's drug, by whatever name it goes."""
    strength = strength_in_words(ingredient)
    sense = desk.words.sense(_concept_of(ingredient)) if strength else None
    named = {*sense.drugs, *sense.reading.drugs} if sense is not None else frozenset()
    for name in product.drugs if strength else ():
        if name in named or (is_alone and len(product.drugs) == 1):
            product.strengths.setdefault(name, strength)


def _add(desk: Desk, product: Product, concept: wire.Concept | wire.CodeableReference | None) -> None:
    if concept is None:
        return
    sense = desk.words.sense(concept) or desk.words.sense(_named_by_code(concept))
    if sense is None:
        return
    product.label = product.label or sense.label
    product.reading = merged(product.reading, sense.reading) if product.reading is not EMPTY else sense.reading
    coded = sense.drugs
    is_split = any(desk.words.is_split_by_route(c) for c in concept.coding or ()) if coded else False
    for name in coded:
        product.drugs[name] = Drug(name, sense.tags, is_text=False, is_split_by_route=is_split)
    if not coded:
        for name in sorted(sense.reading.drugs):
            product.drugs.setdefault(name, Drug(name, frozenset(), is_text=True))


def _named_by_code(concept: wire.Concept | wire.CodeableReference) -> wire.Concept | None:
    """Some formularies have the name of a drug as its code, and nothing else that says it."""
    codings = concept.coding or ()
    if concept.text or any(c.display for c in codings):
        return None
    name = next((c.code for c in codings if c.code and _NAME.search(c.code)), None)
    return wire.Concept(text=name) if name else None


# --- by which route ---


def route_of(desk: Desk, product: Product, drug: Drug, dosages: list[wire.Dosage]) -> Route:
    """The dosage's route, else the product, else the dosage's words; a drug without local forms is systemic."""
    route = _route(desk, product, drug, dosages)
    if route is Route.NASAL:
        return Route.SYSTEMIC if desk.words.text.acts_from_the_nose(drug.id) else Route.LOCAL
    return route


def _route(desk: Desk, product: Product, drug: Drug, dosages: list[wire.Dosage]) -> Route:
    has_local_forms = desk.words.text.has_local_forms(drug.id)
    given = [dosage.route for dosage in dosages if dosage.route is not None]
    named = _first_known(_route_named(desk, route) for route in given)
    if named is not Route.UNKNOWN or (has_local_forms and any(map(_is_named, given))):
        return named
    told = _first_known(_told(desk, product, drug, dosages))
    if told is not Route.UNKNOWN or "route-unknown" in drug.tags:
        return told
    return Route.UNKNOWN if has_local_forms and not drug.is_split_by_route else Route.SYSTEMIC


def _first_known(routes: Iterable[Route]) -> Route:
    return next((route for route in routes if route is not Route.UNKNOWN), Route.UNKNOWN)


def _told(desk: Desk, product: Product, drug: Drug, dosages: list[wire.Dosage]) -> Iterator[Route]:
    """What the code, the product's words and the dosage's words say."""
    if "topical" in drug.tags:
        yield Route.LOCAL
    yield product.reading.route
    for dosage in dosages:
        yield desk.words.read(dosage.text).route


def _route_named(desk: Desk, route: wire.Concept) -> Route:
    coded = _first_known(desk.words.route_of(coding) for coding in route.coding or ())
    if coded is not Route.UNKNOWN:
        return coded
    words = [text for c in route.coding or () for text in (c.display, c.code)]
    return _first_known(desk.words.read(text).route for text in (route.text, *words))


def _is_named(route: wire.Concept) -> bool:
    return bool(route.text or any(c.display for c in route.coding or ()))
