"""Drugs: which, taken or not, by which route, from when to when, how much."""

from __future__ import annotations

import re

from cds.domain.record import Exposure, Route, Taken
from cds.domain.when import OPEN, Span
from cds.fhir import wire
from cds.fhir.desk import Desk, status_of
from cds.fhir.dosage import Regimen, days_of, dose_of, read_regimen, strength_of
from cds.fhir.intervals import Course, interval_of, plus
from cds.fhir.products import Drug, Product, product_named, read_product, route_of
from cds.fhir.profiles import adherence
from cds.fhir.senses import Sense
from cds.fhir.several import as_list


def _file_course(
    desk: Desk, resource: wire.Resource, product: Product, course: Course, dosages: list[wire.Dosage]
) -> None:
    """One exposure for each ingredient; without a dosage the product's own words may hold it ("200 mg daily")."""
    told = dosages or [wire.Dosage(text=product.label)]
    for drug in product.drugs.values():
        regimen = read_regimen(told, product.told(drug.id), drug.id)
        interval = interval_of(desk, resource, course, regimen)
        if interval is None:
            desk.count("future")
            return
        per_day = _daily(resource, dosages, product, drug, regimen)
        route = route_of(desk, product, drug, dosages)
        exposure = _exposure(desk, product, drug, course, (*interval, route, per_day))
        if per_day is None:
            exposure.mg_at_once = _at_once(dosages, product.told(drug.id), drug.id)
        desk.file(exposure)


def _daily(
    resource: wire.Resource, dosages: list[wire.Dosage], product: Product, drug: Drug, regimen: Regimen
) -> float | None:
    """Milligrams a day; one administration without a rhythm is the dose of its day."""
    if regimen.per_day is None and isinstance(resource, wire.MedicationAdministration) and len(dosages) == 1:
        return dose_of(dosages[0], product.told(drug.id), drug.id)
    return regimen.per_day


def _at_once(dosages: list[wire.Dosage], product: str, drug: str) -> float | None:
    """Milligrams of one intake, the largest told; without a dosage what one piece of the product holds."""
    doses = [dose_of(dosage, product, drug) for dosage in dosages] or [strength_of(product, drug)]
    return max((dose for dose in doses if dose is not None), default=None)


def _exposure(
    desk: Desk, product: Product, drug: Drug, course: Course, taken: tuple[Span, Span, bool, Route, float | None]
) -> Exposure:
    start, end, is_current, route, per_day = taken
    return Exposure(
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


# --- the resources ---

_NEVER = frozenset({"entered-in-error", "cancelled"})
_MOST_REPEATS = 100
_PLANNED = frozenset({"intended", "draft", "planned", "proposed"})
_PLANNED_INTENT = frozenset({"proposal", "plan", "option"})
_FULL = frozenset({"", "active", "completed", "stopped", "on-hold", "in-progress", "recorded", "ended", "not-taken"})
_OVER = frozenset({"completed", "stopped", "on-hold", "ended", "inactive"})
_NOT_TAKING = ("not-taking", "not-taken")
_NEVER_TAKEN = re.compile(
    r"\b(?:never|did not|didn't)\b|\bnot (?:taken|taking|started|filled|given|used|administered)\b(?! as)",
    re.IGNORECASE,
)


def read_statement(desk: Desk, statement: wire.MedicationStatement) -> None:
    """What a patient is said to take."""
    product, status = read_product(desk, statement), status_of(statement.status)
    if not product.drugs or status in _NEVER:
        return
    course = Course(weak=status not in _FULL, is_going_on=status in ("active", "recorded"), is_over=status in _OVER)
    course.weak |= statement.adherence is not None and _says(statement.adherence.code, "unknown")
    course.start, course.end = _effective(desk, statement, statement.effective_timing)
    if not status and statement.effective_period is not None:
        # what says no status is active unless it ended, as a problem is (rules.md section 0)
        course.is_going_on = course.end.is_open and not course.start.is_open
    course.known_by = desk.span(statement.date_asserted)
    if status in _PLANNED:
        course.taken = Taken.PLANNED
    if _is_refused(statement, status):
        course.taken, course.is_going_on = Taken.NOT_TAKEN, False
    _file_course(desk, statement, product, course, as_list(statement.dosage))


def _is_refused(statement: wire.MedicationStatement, status: str) -> bool:
    if status in _NOT_TAKING or statement.was_not_taken or status_of(statement.taken) == "n":
        return True
    adhered = statement.adherence.code if statement.adherence is not None else None
    if _is_not_taken(adhered) or _is_not_taken(adherence(statement)):
        return True
    if as_list(statement.reason_not_taken) and status_of(statement.taken) != "y":
        return True
    return _was_never_taken(statement.status_reason)


def _is_not_taken(adhered: wire.Concept | None) -> bool:
    """Whether it is told that the drug is not taken; "not as directed" is taken."""
    if adhered is None:
        return False
    return _says(adhered, *_NOT_TAKING) or _says_never(adhered)


def _says(concept: wire.Concept | None, *beginnings: str) -> bool:
    """Whether a code of the concept begins so."""
    return concept is not None and any(status_of(c.code).startswith(beginnings) for c in concept.coding or ())


def _was_never_taken(reasons: wire.CodeableReferences) -> bool:
    """Whether the reason of a status says that the drug was never taken, not just that it was stopped."""
    return any(_says_never(reason) for reason in as_list(reasons))


def _says_never(told: wire.Concept | wire.CodeableReference) -> bool:
    words = [told.text, *(c.display for c in told.coding or ())]
    return any(_NEVER_TAKEN.search(text) for text in words if text)


def _effective(desk: Desk, resource: wire.Medicated, timing: wire.Timing | None) -> tuple[Span, Span]:
    period = resource.effective_period
    repeat = timing.repeat if timing is not None else None
    if period is None and repeat is not None:
        period = repeat.bounds_period
    if period is not None:
        return desk.span(period.start), desk.span(period.end)
    return desk.first(resource.effective_date_time), OPEN


def read_request(desk: Desk, request: wire.MedicationRequest) -> None:
    """A prescription."""
    product, status = read_product(desk, request), status_of(request.status)
    if not product.drugs or status in _NEVER:
        return
    course = Course(weak=status not in _FULL | _PLANNED, is_going_on=status == "active", is_over=status in _OVER)
    if status in _PLANNED or (status_of(request.intent) in _PLANNED_INTENT and not _is_reported(request)):
        course.taken, course.is_going_on = Taken.PLANNED, False
    if request.do_not_perform or _was_never_taken(request.status_reason) or _is_not_taken(adherence(request)):
        course.taken, course.is_going_on = Taken.NOT_TAKEN, False
    if status == "active":
        desk.active_orders.add(desk.ref)
    _date_request(desk, request, course)
    _file_course(desk, request, product, course, as_list(request.dosage_instruction))


def _is_reported(request: wire.MedicationRequest) -> bool:
    """Whether it tells what the patient takes: US Core writes what is self-prescribed as a plan that was reported."""
    return bool(request.reported_boolean or request.reported or request.reported_reference)


def _date_request(desk: Desk, request: wire.MedicationRequest, course: Course) -> None:
    dispense = request.dispense_request or wire.DispenseRequest()
    validity = dispense.validity_period or wire.Period()
    dosing = request.effective_dose_period or wire.Period()
    course.start = desk.first(dosing.start, request.authored_on, request.date_written, validity.start)
    course.end = desk.first(dosing.end, request.date_ended)
    supply = days_of(dispense.expected_supply_duration)
    repeats = dispense.number_of_repeats_allowed
    if supply is not None:
        extra = repeats if isinstance(repeats, int) and 0 < repeats <= _MOST_REPEATS else 0
        course.supply_days = supply * (1 + extra)


def read_administration(desk: Desk, given: wire.MedicationAdministration) -> None:
    """A dose given."""
    product, status = read_product(desk, given), status_of(given.status)
    if not product.drugs or status in _NEVER:
        return
    course = Course(weak=status not in _FULL, is_going_on=status == "in-progress", is_over=status in _OVER)
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
    _file_course(desk, given, product, course, as_list(given.dosage))


# of the words of something done or ordered: a drug was given, nothing was measured
_GIVEN = "mod.drug-given"


def is_of_a_drug(sense: Sense) -> bool:
    """Whether what was done or ordered is that a drug is given: its code is one of a drug, or its words say so."""
    return bool(sense.drugs) or (bool(sense.reading.drugs) and _GIVEN in sense.reading.modifiers)


def file_given(desk: Desk, procedure: wire.Procedure, when: Span, *, is_weak: bool) -> None:
    """A drug given as a procedure ("injection of vitamin B12"), on one day unless a period says more."""
    product = product_named(desk, procedure.code)
    if not product.drugs:
        return
    course = Course(weak=is_weak, is_going_on=status_of(procedure.status) == "in-progress", start=when)
    period = procedure.performed_period or procedure.occurrence_period
    if period is not None:
        course.start, course.end = desk.span(period.start), desk.span(period.end)
    if course.end.is_open and not course.is_going_on:
        course.end = course.start
    _file_course(desk, procedure, product, course, [])


_NOT_DISPENSED = frozenset({"preparation", "declined", "cancelled", "entered-in-error", "not-done"})


def read_dispense(desk: Desk, dispense: wire.MedicationDispense) -> None:
    """A supply handed out."""
    status = status_of(dispense.status)
    if status in _NOT_DISPENSED or dispense.not_done:
        return
    desk.has_dispenses = True
    product = read_product(desk, dispense)
    if not product.drugs:
        return
    course = Course(weak=status not in ("", "completed", "in-progress"))
    course.start = desk.first(dispense.when_handed_over, dispense.when_prepared)
    days = days_of(dispense.days_supply)
    if days is not None:
        course.end = plus(course.start, days)
    _file_course(desk, dispense, product, course, as_list(dispense.dosage_instruction))


def doubt_undispensed(desk: Desk) -> None:
    """An active order without a dispense is weak, where dispenses came along at all (rules.md §0)."""
    if not desk.has_dispenses:
        return
    facts = {id(fact): fact for shelf in desk.record.exposures.values() for fact in shelf}.values()
    dispensed = {fact.drug for fact in facts if fact.source == wire.MedicationDispense.__name__}
    orders = (wire.MedicationRequest.__name__, wire.MedicationOrder.__name__)
    for fact in facts:
        # an order that nobody closed stays active, long after its supply has run out
        is_active = fact.is_current or fact.ref in desk.active_orders
        if fact.source in orders and is_active and fact.drug not in dispensed:
            fact.weak = True
