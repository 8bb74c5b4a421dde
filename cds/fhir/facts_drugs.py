"""Drugs: which, taken or not, by which route, from when to when, how much."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cds.domain.record import Exposure, Route, Taken
from cds.domain.when import OPEN, Span
from cds.fhir import wire
from cds.fhir.concepts import merged
from cds.fhir.desk import Desk, status_of
from cds.fhir.dosage import Regimen, as_dosages, days_of, dose_of, read_regimen
from cds.fhir.reading import EMPTY, Reading
from cds.fhir.senses import as_list


@dataclass(slots=True)
class Course:
    """What one resource says of the exposure, whichever drug it is."""

    taken: Taken = Taken.TAKEN
    weak: bool = False
    is_going_on: bool = False
    start: Span = OPEN
    end: Span = OPEN
    known_by: Span = OPEN
    supply_days: int | None = None


@dataclass(frozen=True, slots=True)
class Drug:
    """One ingredient, and how it is known."""

    id: str
    tags: frozenset[str]
    is_text: bool
    is_split_by_route: bool = False


@dataclass(slots=True)
class Product:
    """What was prescribed: its ingredients, its own words, and what they say of the route."""

    drugs: dict[str, Drug]
    label: str = ""
    reading: Reading = EMPTY


# --- which drug ---


def _product(desk: Desk, resource: wire.Medicated) -> Product:
    """Every ingredient of every coding, in the resource, in the Medication it points to, or in the pointer's words."""
    product = Product({})
    for concept in _named(resource):
        _add(desk, product, concept)
    for pointer in (resource.medication_reference, _pointer(resource.medication)):
        if pointer is not None:
            _add_pointed(desk, product, pointer, resource)
    return product


def _named(resource: wire.Medicated) -> Iterator[wire.Concept | wire.CodeableReference]:
    if resource.medication_codeable_concept is not None:
        yield resource.medication_codeable_concept
    medication = resource.medication
    if medication is not None:
        yield medication.concept or medication


def _pointer(medication: wire.CodeableReference | None) -> wire.Reference | None:
    if medication is None or medication.reference is None:
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
    for ingredient in (medication.ingredient or []) + (inner.ingredient or []):
        _add_ingredient(desk, product, ingredient, medication, depth)


def _add_ingredient(
    desk: Desk, product: Product, ingredient: wire.Ingredient, owner: wire.Medication, depth: int
) -> None:
    item = ingredient.item
    concept = ingredient.item_codeable_concept or (item.concept or item if item is not None else None)
    _add(desk, product, concept)
    pointer = ingredient.item_reference or _pointer(item)
    if pointer is None:
        return
    target = desk.library.look_up(pointer.reference, owner)
    if isinstance(target, wire.Medication) and depth < 3:
        _add_medication(desk, product, target, depth + 1)
    elif pointer.display:
        _add(desk, product, wire.Concept(text=pointer.display))


def _add(desk: Desk, product: Product, concept: wire.Concept | wire.CodeableReference | None) -> None:
    sense = desk.words.sense(concept)
    if sense is None or concept is None:
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


# --- by which route ---


def _route(desk: Desk, product: Product, drug: Drug, dosages: list[wire.Dosage]) -> Route:
    """The dosage's route, else the product, else the dosage's words; a drug without local forms is systemic."""
    for dosage in dosages:
        route = _route_named(desk, dosage.route)
        if route is not Route.UNKNOWN:
            return route
    if dosages and any(dosage.route is not None and _is_named(dosage.route) for dosage in dosages):
        return Route.UNKNOWN
    if "topical" in drug.tags:
        return Route.LOCAL
    if product.reading.route is not Route.UNKNOWN:
        return product.reading.route
    for dosage in dosages:
        route = desk.words.read(dosage.text).route
        if route is not Route.UNKNOWN:
            return route
    if "route-unknown" in drug.tags:
        return Route.UNKNOWN
    is_plain = drug.is_split_by_route or not desk.words.text.has_local_forms(drug.id)
    return Route.SYSTEMIC if is_plain else Route.UNKNOWN


def _route_named(desk: Desk, route: wire.Concept | None) -> Route:
    if route is None:
        return Route.UNKNOWN
    words = [text for c in route.coding or () for text in (c.display, c.code)]
    readings = (desk.words.read(text).route for text in (route.text, *words))
    return next((r for r in readings if r is not Route.UNKNOWN), Route.UNKNOWN)


def _is_named(route: wire.Concept) -> bool:
    return bool(route.text or any(c.display for c in route.coding or ()))


# --- from when to when ---


def _file_course(desk: Desk, resource: wire.Medicated, course: Course, dosages: list[wire.Dosage]) -> None:
    product = _product(desk, resource)
    if not product.drugs:
        return
    for drug in product.drugs.values():
        regimen = read_regimen(dosages, product.label, drug.id)
        interval = _interval(desk, resource, course, regimen)
        if interval is None:
            desk.count("future")
            return
        _file_exposure(
            desk, product, drug, course, interval, _daily(resource, dosages, product, drug, regimen), dosages
        )


def _daily(
    resource: wire.Medicated, dosages: list[wire.Dosage], product: Product, drug: Drug, regimen: Regimen
) -> float | None:
    """Milligrams a day; one administration without a rhythm is the dose of its day."""
    if regimen.per_day is None and isinstance(resource, wire.MedicationAdministration) and len(dosages) == 1:
        return dose_of(dosages[0], product.label, drug.id)
    return regimen.per_day


def _file_exposure(
    desk: Desk,
    product: Product,
    drug: Drug,
    course: Course,
    interval: tuple[Span, Span, bool],
    per_day: float | None,
    dosages: list[wire.Dosage],
) -> None:
    route = _route(desk, product, drug, dosages)
    start, end, is_current = interval
    desk.file(
        Exposure(
            desk.ref,
            product.label,
            drug.id,
            desk.words.kinds.with_wider(drug.id),
            start,
            end,
            is_current,
            route,
            course.taken,
            per_day,
            course.weak or route is Route.UNKNOWN,
            drug.is_text,
            type(desk.found.resource).__name__,
        )
    )


def _interval(desk: Desk, resource: wire.Medicated, course: Course, regimen: Regimen) -> tuple[Span, Span, bool] | None:
    """First and last day, and whether it goes on; None when it lies wholly after the day."""
    start, end = course.start, course.end
    if regimen.bounds is not None:
        bounds_start = desk.span(regimen.bounds.start)
        start = bounds_start if not bounds_start.is_open else start
        end = desk.span(regimen.bounds.end) if end.is_open else end
    if start.is_open and not course.known_by.is_open:
        start = Span(None, course.known_by.latest)
    if start.earliest is not None and start.earliest > desk.today:
        return None
    if end.is_open and regimen.days is not None:
        end = _plus(start, regimen.days)
    if end.is_open and course.supply_days is not None:
        return _supplied(desk, start, course)
    if end.is_open:
        return _open_ended(desk, resource, start, course)
    return _ended(desk, start, end, course)


def _plus(start: Span, days: int) -> Span:
    if start.earliest is None or start.latest is None:
        return OPEN
    return Span(start.earliest + days - 1, start.latest + days - 1)


def _ended(desk: Desk, start: Span, end: Span, course: Course) -> tuple[Span, Span, bool]:
    """A known end; one after the day means that it still went on."""
    if end.earliest is not None and end.earliest >= desk.today:
        return start, Span(desk.today, desk.today), course.taken is Taken.TAKEN
    latest = min(end.latest, desk.today) if end.latest is not None else desk.today
    return start, Span(end.earliest, latest), False


def _supplied(desk: Desk, start: Span, course: Course) -> tuple[Span, Span, bool]:
    """A supply runs out, but an active order may be renewed: it counts as going on for as long again."""
    days = course.supply_days or 0
    end = _plus(start, days)
    if course.is_going_on and (end.latest is None or end.latest + max(days, _SLACK) >= desk.today):
        return start, Span(desk.today, desk.today), True
    return _ended(desk, start, end, course) if not end.is_open else (start, _until(start, desk.today), False)


_SLACK = 30


def _open_ended(desk: Desk, resource: wire.Medicated, start: Span, course: Course) -> tuple[Span, Span, bool]:
    """Without an end: still going on when active, else ended between the last known dose and the day."""
    if course.is_going_on:
        return start, Span(desk.today, desk.today), True
    return start, _until(start, _status_day(desk, resource, start)), False


def _until(start: Span, latest: int) -> Span:
    known = start.earliest if start.earliest is not None else start.latest
    return Span(known, latest) if known is not None else OPEN


def _status_day(desk: Desk, resource: wire.Medicated, start: Span) -> int:
    """The day by which the last status was written, when it is known and makes sense; else the day itself."""
    stated = resource.date_asserted if isinstance(resource, wire.MedicationStatement) else None
    written = resource.meta.last_updated if resource.meta is not None else None
    for text in (stated, written):
        day = desk.span(text).latest
        if day is not None and day <= desk.today and (start.latest is None or day >= start.latest):
            return day
    return desk.today


# --- the resources ---

_NEVER = frozenset({"entered-in-error", "cancelled"})
_PLANNED = frozenset({"intended", "draft", "planned", "proposed"})
_PLANNED_INTENT = frozenset({"proposal", "plan", "option"})
_FULL = frozenset({"", "active", "completed", "stopped", "on-hold", "in-progress", "recorded", "ended", "not-taken"})
_NOT_TAKING = frozenset({"not-taking", "not-taken"})


def _not_taken(words: frozenset[str]) -> bool:
    return any(word.startswith(("not-taking", "not-taken", "not taking", "not taken")) for word in words)


def read_statement(desk: Desk, statement: wire.MedicationStatement) -> None:
    """What a patient is said to take."""
    status = status_of(statement.status)
    if status in _NEVER:
        return
    course = Course(weak=status not in _FULL, is_going_on=status in ("active", "recorded"))
    course.start, course.end = _effective(desk, statement, statement.effective_timing)
    course.known_by = desk.span(statement.date_asserted)
    if status in _PLANNED:
        course.taken = Taken.PLANNED
    if _is_refused(statement, status):
        course.taken, course.is_going_on = Taken.NOT_TAKEN, False
    _file_course(desk, statement, course, as_dosages(statement.dosage))


def _is_refused(statement: wire.MedicationStatement, status: str) -> bool:
    if status in _NOT_TAKING or statement.was_not_taken or status_of(statement.taken) == "n":
        return True
    adherence = statement.adherence
    code = (adherence.concept or adherence) if adherence is not None else None
    words = frozenset((c.code or "").lower() for c in code.coding or ()) if code is not None else frozenset()
    return _not_taken(words) or (bool(as_list(statement.reason_not_taken)) and status_of(statement.taken) != "y")


def _effective(desk: Desk, resource: wire.Medicated, timing: wire.Timing | None = None) -> tuple[Span, Span]:
    period = resource.effective_period
    repeat = timing.repeat if timing is not None else None
    if period is None and repeat is not None:
        period = repeat.bounds_period
    if period is not None:
        return desk.span(period.start), desk.span(period.end)
    return desk.first(resource.effective_date_time), OPEN


def read_request(desk: Desk, request: wire.MedicationRequest) -> None:
    """A prescription."""
    status = status_of(request.status)
    if status in _NEVER:
        return
    course = Course(weak=status not in _FULL | _PLANNED, is_going_on=status == "active")
    if status in _PLANNED or status_of(request.intent) in _PLANNED_INTENT:
        course.taken, course.is_going_on = Taken.PLANNED, False
    if request.do_not_perform:
        course.taken, course.is_going_on = Taken.NOT_TAKEN, False
    _date_request(desk, request, course)
    _file_course(desk, request, course, as_dosages(request.dosage_instruction))


def _date_request(desk: Desk, request: wire.MedicationRequest, course: Course) -> None:
    dispense = request.dispense_request or wire.DispenseRequest()
    validity = dispense.validity_period or wire.Period()
    dosing = request.effective_dose_period or wire.Period()
    course.start = desk.first(dosing.start, request.authored_on, request.date_written, validity.start)
    course.end = desk.first(dosing.end, request.date_ended)
    supply = days_of(dispense.expected_supply_duration)
    repeats = dispense.number_of_repeats_allowed
    if supply is not None:
        extra = repeats if isinstance(repeats, int) and 0 < repeats <= 100 else 0
        course.supply_days = supply * (1 + extra)


def read_administration(desk: Desk, given: wire.MedicationAdministration) -> None:
    """A dose given."""
    status = status_of(given.status)
    if status in _NEVER:
        return
    course = Course(weak=status not in _FULL, is_going_on=status == "in-progress")
    if status == "not-done" or given.not_given or given.was_not_given:
        course.taken, course.is_going_on, course.weak = Taken.NOT_TAKEN, False, False
    period = given.effective_period or given.effective_time_period or given.occurence_period or given.occurrence_period
    point = desk.first(
        given.effective_date_time,
        given.effective_time_date_time,
        given.occurence_date_time,
        given.occurrence_date_time,
    )
    if period is not None:
        course.start, course.end = desk.span(period.start), desk.span(period.end)
    if course.start.is_open:
        course.start = point
    if course.end.is_open and not course.is_going_on:
        course.end = course.start
    _file_course(desk, given, course, as_dosages(given.dosage))


_NOT_DISPENSED = frozenset({"preparation", "declined", "cancelled", "entered-in-error", "not-done"})


def read_dispense(desk: Desk, dispense: wire.MedicationDispense) -> None:
    """A supply handed out."""
    status = status_of(dispense.status)
    if status in _NOT_DISPENSED or dispense.not_done:
        return
    course = Course(weak=status not in ("", "completed", "in-progress"))
    course.start = desk.first(dispense.when_handed_over, dispense.when_prepared)
    days = days_of(dispense.days_supply)
    if days is not None:
        course.end = _plus(course.start, days)
    desk.has_dispenses = True
    _file_course(desk, dispense, course, as_dosages(dispense.dosage_instruction))


def doubt_undispensed(desk: Desk) -> None:
    """An active order without a dispense is weak, where dispenses came along at all (rules.md §0)."""
    if not desk.has_dispenses:
        return
    facts = {id(fact): fact for shelf in desk.record.exposures.values() for fact in shelf}.values()
    dispensed = {fact.drug for fact in facts if fact.source == wire.MedicationDispense.__name__}
    orders = (wire.MedicationRequest.__name__, wire.MedicationOrder.__name__)
    for fact in facts:
        if fact.source in orders and fact.is_current and fact.drug not in dispensed:
            fact.weak = True
