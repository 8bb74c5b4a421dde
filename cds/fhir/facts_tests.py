"""Procedures, reports and images (what was done), and orders for tests and referrals."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

from cds.domain.record import Order, Procedure, Side
from cds.domain.when import OPEN, Span
from cds.fhir import wire
from cds.fhir.body_structures import added_pointers, place_at
from cds.fhir.desk import Desk, status_of
from cds.fhir.facts_devices import read_focal_devices
from cds.fhir.facts_drugs import file_given, is_of_a_drug
from cds.fhir.facts_findings import Story, file_findings, file_mentions
from cds.fhir.facts_reasons import ANESTHESIA, NOT_DONE, UNDONE, concept_of, file_reasons, noted, story_behind
from cds.fhir.figures import file_figures
from cds.fhir.reading import EMPTY, Reading
from cds.fhir.senses import NOWHERE, Place, Sense, agreed, whole_side, wider
from cds.fhir.several import as_list
from cds.fhir.tokens import tokenize
from cds.fhir.told_apart import placed
from cds.fhir.values import answers

_NOT_DONE = frozenset(
    {"not-done", "entered-in-error", "preparation", "registered", "cancelled", "rejected", "nullified", "not-available"}
)
_SENTENCE_END = re.compile(r"\.(?=\s|$)|[\r\n]")
_HALF_DONE = frozenset({"unknown", "preliminary", "partial", "on-hold", "suspended", "aborted", "stopped", "inactive"})


def _sets_of(desk: Desk, sense: Sense) -> tuple[tuple[str, ...], bool]:
    """The sets of something done or ordered: of its codes, else of the tests and findings that its words name."""
    kinds = desk.words.kinds
    coded = tuple(s for s in sense.sets if s not in kinds.drugs and not kinds.sites((s,)))
    if coded:
        return coded, False
    reading = sense.reading
    spoken = [m.concept for m in reading.mentions if m.is_stated or m.history]
    # "vitamin B12 injection" is no level
    tested = () if is_of_a_drug(sense) else (reading.tests, reading.analytes)
    names = [*spoken, *(name for named in tested for name in sorted(named))]
    return wider(kinds, names), True


def _is_vague(sense: Sense, is_text: bool) -> bool:
    """Words that name neither a test nor an analyte; such a name is full strength (rules.md §0)."""
    return is_text and not (sense.reading.tests or sense.reading.analytes)


def _join(desk: Desk, place: Place, sense: Sense) -> Place:
    """What the name and the site beside it tell; a foot in the name and a hand as its site may be either."""
    named, words = sense.reading.sites, desk.words
    is_split = bool(named and place.sites) and words.is_lower(named) and not words.is_lower(place.sites)
    return place if is_split else Place(whole_side(place.side, sense.side), place.sites | named)


class _Concluded(NamedTuple):
    """What a report concludes: the answer of its first sentence, all that its words say, and that sentence."""

    answer: frozenset[str] = frozenset()
    reading: Reading = EMPTY
    told: str = ""

    @property
    def sites(self) -> frozenset[str]:
        """What was examined, as the words tell; nothing where they speak of a finding without its place."""
        mentions = self.reading.mentions
        if not all(mention.sites for mention in mentions):
            return frozenset()
        return self.reading.sites.union(*(mention.sites for mention in mentions))


_NOTHING_CONCLUDED = _Concluded()


def _file_done(
    desk: Desk, sense: Sense, when: Span, status: str, place: Place = NOWHERE, end: _Concluded = _NOTHING_CONCLUDED
) -> None:
    sets, is_text = _sets_of(desk, sense)
    if not sets:
        return
    whole = _join(desk, place, sense)
    weak = _is_vague(sense, is_text) or status in _HALF_DONE
    spoken = frozenset(mention.concept for mention in end.reading.mentions)
    desk.file(
        Procedure(
            desk.ref, sense.label, sets, when, whole.side, whole.sites or end.sites, weak, is_text,
            type(desk.found.resource).__name__, end.answer, spoken, end.reading.modifiers,
            end.told,
        )
    )  # fmt: skip


def read_procedure(desk: Desk, procedure: wire.Procedure) -> None:
    """Something done."""
    status = status_of(procedure.status)
    if status in _NOT_DONE or procedure.not_done or procedure.not_performed:
        return
    when = _performed(desk, procedure)
    if desk.passes_over(when):
        return
    sense = desk.words.sense(placed(desk.words, procedure.code, procedure.body_site))
    note = noted(procedure)
    notes = desk.words.read(note)
    if sense is not None and (told := _told_to_be(desk, procedure, sense, notes)) != "not-done":
        if is_of_a_drug(sense):
            is_weak = (told or status) in _HALF_DONE
            file_given(desk, procedure, _performed(desk, procedure), is_weak=is_weak)
        place = _operated(desk, procedure)
        _file_done(desk, sense, when, told or status, place)
        _file_outcome(desk, procedure, sense, when)
        _file_treated(desk, sense, when, place)
    read_focal_devices(desk, procedure, when)
    # numb and weak legs are what an anesthetic is given for
    is_meant = sense is not None and ANESTHESIA in sense.reading.modifiers
    file_reasons(desk, procedure, when, note, EMPTY if is_meant else notes, is_over=True)


def _operated(desk: Desk, procedure: wire.Procedure) -> Place:
    """Where it was done; R4 adds the structure that it was done to."""
    pointers = [*added_pointers(procedure.extension), *as_list(procedure.body_structure)]
    return place_at(desk, procedure, procedure.body_site, pointers)


def _told_to_be(desk: Desk, procedure: wire.Procedure, sense: Sense, notes: Reading) -> str:
    """What words say against the status: "not-done" (declined, cancelled), "aborted", or nothing.

    A note may speak of a part only (a view, the sedation): what it says leaves the procedure in doubt and no more.
    """
    told = sense.reading.modifiers
    for concept in (*as_list(procedure.status_reason), *map(concept_of, as_list(procedure.outcome))):
        if concept is not None:
            told = told | desk.words.read(desk.words.label(concept)).modifiers
    if NOT_DONE in told:
        return "not-done"
    return "" if UNDONE.isdisjoint(told | notes.modifiers) else "aborted"


def _file_outcome(desk: Desk, procedure: wire.Procedure, sense: Sense, when: Span) -> None:
    """What a procedure and its outcome say together: "Medial calcaneal nerve block", "complete relief"."""
    for concept in map(concept_of, as_list(procedure.outcome)):
        words = desk.words.label(concept) if concept is not None else ""
        if not words:
            continue
        alone = {m.concept for m in (*sense.reading.mentions, *desk.words.read(words).mentions)}
        reading = desk.words.read(f"{sense.label} {words}")
        kept = tuple(m for m in reading.mentions if m.concept not in alone)
        if kept:
            told = f"{sense.label}: {words}"
            file_mentions(desk, replace(reading, mentions=kept), told, Story(recorded=when))


def _file_treated(desk: Desk, sense: Sense, when: Span, place: Place) -> None:
    """The injuries and wounds that the name of a procedure says were treated: "Casting of left tibial fracture"."""
    lexicon = desk.words.terminology.lexicon
    kept = tuple(m for m in sense.reading.mentions if m.concept in lexicon.treated)
    if kept and not lexicon.treating.isdisjoint(tokenize(sense.label)):
        story = replace(story_behind(desk, when, is_over=True), place=place)
        file_mentions(desk, replace(sense.reading, mentions=kept, asides=()), sense.label, story)


def _performed(desk: Desk, procedure: wire.Procedure) -> Span:
    point = desk.first(procedure.performed_date_time, procedure.occurrence_date_time, procedure.performed_string)
    if not point.is_open:
        return point
    return desk.period(procedure.performed_period or procedure.occurrence_period)


def read_report(desk: Desk, report: wire.DiagnosticReport) -> None:
    """A report: the test was done, and its conclusion says what was found."""
    status = status_of(report.status)
    if status in _NOT_DONE:
        return
    when = effective(desk, report.effective_date_time, report.effective_period, report.issued)
    if desk.passes_over(when):
        return
    sense = desk.words.sense(report.code)
    if sense is not None and not _is_undone(desk, report, sense):
        told = _first_sentence(report.conclusion)
        reading = desk.words.read(report.conclusion) if report.conclusion else EMPTY
        _file_done(desk, sense, when, status, end=_Concluded(_outcome(desk, report), reading, told))
    if report.conclusion or report.conclusion_code or report.coded_diagnosis:
        exam = sense.side if sense is not None else Side.UNKNOWN
        _file_conclusion(desk, report, Story(recorded=when, weak=status in _HALF_DONE), exam)


def _first_sentence(text: str | None) -> str:
    """Up to a full stop that ends a sentence, not one inside a number."""
    return _SENTENCE_END.split((text or "").strip(), maxsplit=1)[0].rstrip(".")


def _is_undone(desk: Desk, report: wire.DiagnosticReport, sense: Sense) -> bool:
    """Whether a report only says that there was no examination: "Not performed, patient declined."."""
    first = desk.words.read((report.conclusion or "").partition(".")[0])
    told = sense.reading.modifiers if first.mentions else sense.reading.modifiers | first.modifiers
    return not UNDONE.isdisjoint(told)


def _outcome(desk: Desk, report: wire.DiagnosticReport) -> frozenset[str]:
    """What the first sentence says in a word ("normal"), where the conclusion names no finding beside it."""
    reading = desk.words.read(report.conclusion)
    if "," in (report.conclusion or "").partition(".")[0]:
        return frozenset()
    return answers(reading.answer) if not any(m.is_stated or m.suspected for m in reading.mentions) else frozenset()


def _file_conclusion(desk: Desk, report: wire.DiagnosticReport, story: Story, exam: Side) -> None:
    """A coded conclusion is of the side that the words tell, else of the limb that was examined."""
    told = desk.words.read(report.conclusion).side if report.conclusion else Side.UNKNOWN
    story.place = Place(agreed(told, exam))
    others = () if report.conclusion_code else as_list(report.coded_diagnosis)
    for code in (*as_list(report.conclusion_code), *others):
        sense = desk.words.sense(concept_of(code))
        if sense is not None:
            file_findings(desk, sense, story)
    if report.conclusion:
        reading = desk.words.read(report.conclusion)
        # words tell a side of their own, each finding its own
        story.place = Place(exam) if told is Side.UNKNOWN else NOWHERE
        known = desk.words.spoken([name for finding in story.filed for name in finding.sets])
        file_mentions(desk, reading, report.conclusion, story, known)
        file_figures(desk, report.conclusion, story)


def effective(desk: Desk, point: str | None, period: wire.Period | None, *others: str | None) -> Span:
    """When something was measured: the point or the end of the period, else when it was issued."""
    span = desk.first(point)
    if span.is_open and period is not None:
        span = desk.first(period.end, period.start)
    return desk.first(*others) if span.is_open else span


def read_images(desk: Desk, study: wire.ImagingStudy) -> None:
    """Images taken; the study is known by its procedure or its description."""
    if status_of(study.status) in _NOT_DONE or status_of(study.availability) == "unavailable":
        return
    when = desk.first(study.started)
    if desk.passes_over(when):
        return
    codes: list[wire.Concept | wire.CodeableReference | None] = [*as_list(study.procedure_code)]
    codes += [concept_of(c) for c in as_list(study.procedure)]
    senses = [desk.words.sense(c) for c in codes] or [desk.words.sense(wire.Concept(text=study.description))]
    for sense in senses:
        if sense is not None:
            _file_done(desk, sense, when, status_of(study.status))


# --- orders ---

_NOT_ORDERED = frozenset(
    {"revoked", "entered-in-error", "cancelled", "rejected", "failed", "proposed", "planned", "ended"}
)
_HELD = frozenset({"on-hold", "suspended"})  # nobody is to do it now; why it was ordered is heard all the same
_NOT_MEANT = frozenset({"proposal", "plan", "option"})
_ORDER_STATUS = {"draft": "draft", "completed": "completed"}
_CERTAIN = frozenset({"", "active", "draft", "completed", "requested", "received", "accepted", "in-progress", "review"})


def read_order(desk: Desk, order: wire.ServiceRequest) -> None:
    """An order for a test, an image or a referral."""
    status = status_of(order.status)
    if status in _NOT_ORDERED or status_of(order.intent) in _NOT_MEANT or order.do_not_perform:
        return
    when = desk.first(order.authored_on, order.ordered_on, order.date, order.date_sent)
    if when.is_open:
        when = effective(desk, order.occurrence_date_time or order.scheduled_date_time, order.occurrence_period)
        when = OPEN if desk.is_future(when) else when
    if desk.passes_over(when):
        return
    place = place_at(desk, order, order.body_site, order.body_structure)
    for sense in _ordered(desk, order):
        _file_order(desk, sense, status, when, place)
    note = noted(order)
    file_reasons(desk, order, when, note, desk.words.read(note), is_over=status == "completed")


def _ordered(desk: Desk, order: wire.ServiceRequest) -> Iterable[Sense]:
    codes: list[wire.Concept | wire.CodeableReference | None] = [concept_of(order.code)]
    codes += [item.code for item in order.item or () if status_of(item.status) not in _NOT_ORDERED]
    codes += [*as_list(order.service_requested)]
    whole = (placed(desk.words, code, order.body_site) for code in codes)
    senses = [sense for sense in map(desk.words.sense, whole) if sense is not None]
    if senses:
        return senses
    others = (order.type, order.specialty, wire.Concept(text=order.description) if order.description else None)
    return [sense for sense in map(desk.words.sense, others) if sense is not None][:1]


def _file_order(desk: Desk, sense: Sense, status: str, when: Span, place: Place) -> None:
    sets, is_text = _sets_of(desk, sense)
    if sets and status not in _HELD:
        state = _ORDER_STATUS.get(status, "active")
        weak = _is_vague(sense, is_text) or status not in _CERTAIN
        whole = _join(desk, place, sense)
        desk.file(Order(desk.ref, sense.label, sets, state, when, whole.side, weak, is_text, whole.sites))
