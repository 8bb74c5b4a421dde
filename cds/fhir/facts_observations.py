"""Observations: whose they are, when they were made, and whether a value is a result, a sign or an answer."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial

from msgspec import structs

from cds.domain.lexicon import Heading
from cds.domain.record import Side
from cds.domain.when import OPEN, Span
from cds.fhir import wire
from cds.fhir.body_structures import place_at
from cds.fhir.bundles import Found
from cds.fhir.desk import Desk, status_of
from cds.fhir.facts_answers import file_answered, grade_of
from cds.fhir.facts_findings import Story, file_note, has_note, note_text, words_of
from cds.fhir.facts_reasons import UNDONE, time_of_visit
from cds.fhir.facts_results import file_result, file_test
from cds.fhir.facts_signs import file_sign, is_left_undone
from cds.fhir.figures import file_told
from cds.fhir.headings import NOTHING, Said, together
from cds.fhir.references import references_in, tail
from cds.fhir.senses import NOWHERE, Sense
from cds.fhir.several import as_list
from cds.fhir.told_apart import placed, short_heading, under
from cds.fhir.values import DENIED, NOT_ASSESSED, has_value, read_value

_FULL = frozenset({"", "final", "amended", "corrected", "appended"})
_DROPPED = frozenset({"registered", "cancelled", "entered-in-error"})
_PEOPLE = frozenset({"RelatedPerson", "Group"})
_LABORATORY = b"laborator"
_WORDS = re.compile(r"[a-z]+")
_BLANK = wire.Concept()
_DEEPEST = 4  # panels in panels
_DENIED: Said = frozenset({Heading.DENIED})


def read_observation(desk: Desk, observation: wire.Observation) -> None:
    """A measurement, an answer or a sign; one that says nothing to the rules costs no more than the look."""
    above = desk.above.get(id(observation), ()) if desk.above else ()
    if observation.body_site is not None or observation.component is not None or above:
        observation = _whole(desk, observation, above)
    sense = desk.words.sense(observation.code)
    if sense is None and observation.component is None and not (_speaks(observation) or has_note(observation)):
        return
    status = status_of(observation.status)
    if status in _DROPPED:
        return
    if observation.focus is not None and _is_of_another(desk, observation.focus):
        desk.count("other-patient")
        return
    when = _when(desk, observation)
    if when.earliest is not None and when.earliest > desk.today:
        desk.count("future")
        return
    story = _story_of(desk, observation, above)
    if story.under is Heading.OTHERS:
        desk.count("other-patient")
        return
    story.recorded, story.weak = when, story.weak or status not in _FULL
    _read_valued(desk, observation, sense, story, observation)
    _read_components(desk, observation, sense, story)
    if has_note(observation) and not (story.filed or _is_of_laboratory(observation, sense)):
        _file_remark(desk, observation, story)


def _story_of(desk: Desk, observation: wire.Observation, above: tuple[str, ...]) -> Story:
    """Where it was observed, whether in this patient, and what its panel or its problem header says of it."""
    place = NOWHERE
    if observation.body_site is not None or observation.body_structure is not None:
        place = place_at(desk, observation, observation.body_site, observation.body_structure)
    status, onset, ended = desk.headed.get(observation.id or "", ("active", OPEN, OPEN))
    is_unclear = observation.focus is not None and _is_unclear(observation.focus)
    said = together(_said(desk, observation, above))
    return Story(status, onset, ended=ended, place=place, weak=is_unclear, under=said)


def name_members(desk: Desk, found: Iterable[Found]) -> None:
    """Note the names of panels and reports that say something of the observations in them, however deep."""
    for one in found:
        owner = one.resource
        if not isinstance(owner, wire.Observation | wire.DiagnosticReport):
            continue
        raw = owner.has_member if isinstance(owner, wire.Observation) else owner.result
        name = _heading(desk, owner.code) if bytes(raw) else ""
        if name and (desk.words.headings.read(name) or desk.words.read(name)):
            _name_below(desk, owner, references_in(raw), name, _DEEPEST)


def _name_below(desk: Desk, owner: wire.Resource, pointers: list[wire.Reference], name: str, depth: int) -> None:
    for pointer in pointers:
        member = desk.library.look_up(pointer.reference, owner)
        if isinstance(member, wire.Observation) and name not in (names := desk.above.get(id(member), ())):
            desk.above[id(member)] = (*names, name)[-_DEEPEST:]
            if depth > 1 and bytes(member.has_member):
                _name_below(desk, member, references_in(member.has_member), name, depth - 1)


def _heading(desk: Desk, code: wire.Concept | None) -> str:
    """The words of a panel as a heading; of one that is measured or ordered itself, none."""
    sense = desk.words.sense(code)
    return short_heading(words_of(code)) if code is not None and not (sense and (sense.results or sense.orders)) else ""


def _said(desk: Desk, observation: wire.Observation, above: tuple[str, ...]) -> Said:
    """What its own name, as far as it is a mere heading, its panel and its components say of an observation."""
    read, code = desk.words.headings.read, observation.code
    own = read(words_of(code)) if code is not None else NOTHING
    told = (_said_by(desk, part) for part in observation.component or ())
    return own.union(*map(read, above), *told)


def _said_by(desk: Desk, part: wire.Component) -> Said:
    """What a component says of those beside it: "Presence: absent", "Exclusion statement: no evidence of"."""
    name, headings = words_of(part.code) if part.code is not None else "", desk.words.headings
    if headings.asks_whether(name):
        return _DENIED if has_value(part) and read_value(desk, part, ()).coded & DENIED else NOTHING
    if headings.excludes(name) and has_value(part):
        return _DENIED if part.value_boolean is not False else NOTHING
    return NOTHING


def _whole(desk: Desk, observation: wire.Observation, above: tuple[str, ...]) -> wire.Observation:
    """An observation under its panel, and its components under its name, with the body site in their words."""
    sites = [*as_list(observation.body_site), *_located(desk, observation)] or None
    code = observation.code
    for name in reversed(above):
        code = _under(desk, name, structs.replace(observation, code=code))
    parts = [_placed_part(desk, observation, part, _heading(desk, code), sites) for part in observation.component or ()]
    code = placed(desk.words, code, sites, asks=_speaks(observation))
    return structs.replace(observation, code=code, component=parts or None)


def _placed_part(
    desk: Desk, owner: wire.Observation, part: wire.Component, heading: str, sites: wire.Concepts
) -> wire.Component:
    """A component where its owner is; "Wound bed" beside the location of a wound is a detail of it, no other wound."""
    if _asks_where(desk, owner, part):
        return part
    code = _under(desk, heading, part)
    is_detail = code is not None and not _names(owner.code).isdisjoint(_names(code))
    where = owner.body_site if is_detail else sites
    return structs.replace(part, code=placed(desk.words, code, where, asks=_speaks(part)))


def _names(code: wire.Concept | None) -> set[str]:
    return set(_WORDS.findall(words_of(code).lower())) if code is not None else set()


def _located(desk: Desk, observation: wire.Observation) -> Iterator[wire.Concept]:
    """Where components say that it is: "Wound" with "Location", "left heel"."""
    for part in filter(partial(_asks_where, desk, observation), observation.component or ()):
        if part.value_string:
            yield wire.Concept(text=part.value_string)
        elif part.value_codeable_concept is not None:
            yield part.value_codeable_concept


def _asks_where(desk: Desk, owner: wire.Observation, part: wire.Component) -> bool:
    """Whether a component tells only where that is which was observed."""
    name = words_of(owner.code) if owner.code is not None else ""
    return part.code is not None and desk.words.text.asks_where(words_of(part.code), name)


def _under(desk: Desk, heading: str, part: wire.Observed) -> wire.Concept | None:
    """A component's code in the light of what the observation is about; one that names more than a place stays.

    A number tells how much of what the component itself names, not of a finding above it.
    """
    text = words_of(part.code) if heading and part.code is not None else ""
    if part.code is None or not text or (grade_of(part) and desk.words.read(heading).mentions):
        return part.code
    sense = desk.words.sense(part.code)
    if sense is not None and (sense.results or sense.findings or sense.orders or sense.drugs):
        return part.code
    return wire.Concept(part.code.coding, under(desk.words, heading, text))


def _read_components(desk: Desk, observation: wire.Observation, sense: Sense | None, story: Story) -> None:
    for component in observation.component or ():
        if _asks_where(desk, observation, component):
            continue
        part = desk.words.sense(component.code)
        if part is not None and sense is not None and _is_side_of(part, sense):
            part = replace(sense, side=part.side)
        if part is not None or _speaks(component):
            _read_valued(desk, component, part, story, observation)


def _file_remark(desk: Desk, observation: wire.Observation, story: Story) -> None:
    """What a note tells under an observation that is no sign itself (vital signs, "physical examination")."""
    note = note_text(observation.note, observation.comment, observation.comments)
    file_note(desk, desk.words.read(note), note, Story(recorded=story.recorded, weak=story.weak))
    file_told(desk, note, story)


def _is_of_laboratory(observation: wire.Observation, sense: Sense | None) -> bool:
    """Whether notes are the laboratory's: they explain what a value can mean, in anybody."""
    category = bytes(observation.category)
    if category:
        return _LABORATORY in category.lower()
    return observation.reference_range is not None or (sense is not None and bool(sense.results))


def _is_of_another(desk: Desk, focus: list[wire.Focus] | wire.Focus) -> bool:
    """Whether it was observed in somebody else (a fetus, a parent, a donor), though the chart is the patient's."""
    pointers = as_list(focus)
    people = [tail(p.reference) for p in pointers if p.reference and not p.reference.startswith(("#", "urn:"))]
    own = {desk.record.person.id, *desk.merged}
    if any(kind in _PEOPLE or (kind == "Patient" and "" not in own and id_ not in own) for kind, id_ in people):
        return True
    others = desk.words.terminology.lexicon.others
    return any(p.type in _PEOPLE or not others.isdisjoint(_WORDS.findall((p.display or "").lower())) for p in pointers)


def _is_unclear(focus: list[wire.Focus] | wire.Focus) -> bool:
    """Whether only a name tells whom it was observed in: it may be anybody's."""
    return any(not p.reference for p in as_list(focus))


def _is_side_of(part: Sense, whole: Sense) -> bool:
    """Whether a component only says which side of the measurement above it ("Right") it holds."""
    is_bare = not (part.results or part.findings or part.orders or part.reading.mentions)
    return is_bare and bool(whole.results) and part.side is not Side.UNKNOWN


def _speaks(valued: wire.Observed) -> bool:
    """Whether a value, a grade or a flag without a value may mean something although its question does not."""
    if (valued.value_codeable_concept, valued.value_string, valued.value_coding) != (None, None, None):
        return True
    if valued.interpretation is not None and not has_value(valued):
        return True
    return valued.reference_range is None and bool(grade_of(valued))


def _when(desk: Desk, observation: wire.Observation) -> Span:
    span = desk.first(observation.effective_date_time, observation.effective_instant)
    if span.is_open and (period := observation.effective_period) is not None:
        span = desk.first(period.end, period.start)
    if span.is_open and (timing := observation.effective_timing) is not None:
        bounds = timing.repeat.bounds_period if timing.repeat is not None else None
        ends = (bounds.end, bounds.start) if bounds is not None else ()
        span = desk.first(*sorted(timing.event or (), reverse=True), *ends)
    if span.is_open:
        span = desk.first(observation.issued)
    return time_of_visit(desk, observation, observation.encounter, observation.context) if span.is_open else span


def _read_valued(desk: Desk, valued: wire.Observed, sense: Sense | None, story: Story, owner: wire.Observation) -> None:
    """A value under its question: a result, a sign, or an answer that is a finding itself."""
    if sense is None:
        file_answered(desk, valued, None, story)
        return
    if sense.drugs:
        return  # the sensitivity of a germ to a drug, not an exposure
    if sense.results:
        file_result(desk, valued, sense, story)
        file_answered(desk, valued, sense, story)
        return
    if sense.findings or sense.reading.mentions or sense.reading.asides:
        file_sign(desk, valued, sense, story, owner)
    else:
        file_answered(desk, valued, sense, story)
    if valued is owner and (sense.orders or (sense.reading.tests and not sense.sets)) and not _is_undone(desk, owner):
        outcome = read_value(desk, valued, ()).coded if has_value(valued) else frozenset()
        file_test(desk, sense, story, outcome, _answered(desk, valued))


def _answered(desk: Desk, valued: wire.Observed) -> str:
    """The value in the words of the record; nothing of one that has none."""
    return valued.value_string or desk.words.label(valued.value_codeable_concept or _BLANK)


def _is_undone(desk: Desk, observation: wire.Observation) -> bool:
    """Whether a test has no outcome because there was none to be had: "not performed", "patient declined"."""
    if has_value(observation):
        told = desk.words.read(_answered(desk, observation))
        return told.answer == NOT_ASSESSED or not UNDONE.isdisjoint(told.modifiers)
    if is_left_undone(desk, observation):
        return True
    return observation.data_absent_reason is not None and not observation.component
