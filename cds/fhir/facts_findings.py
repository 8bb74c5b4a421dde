"""Conditions, and what all findings share: sets, side, site, modifiers, doubt, from codes and from words."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field

from cds.domain.record import Finding, Side
from cds.domain.when import OPEN, Span, add_months, parse_window
from cds.fhir import wire
from cds.fhir.desk import Desk, status_of
from cds.fhir.reading import EMPTY, Mention, Reading
from cds.fhir.senses import NOWHERE, Place, Sense, as_list, either, wider


@dataclass(slots=True)
class Story:
    """What all findings of one resource have in common."""

    status: str = "active"
    onset: Span = OPEN
    recorded: Span = OPEN
    ended: Span = OPEN
    place: Place = NOWHERE
    weak: bool = False
    suspected: bool = False
    of_visit: bool = False
    modifiers: frozenset[str] = frozenset()
    # what a note or a question adds where the finding itself is silent
    aside: Reading = EMPTY
    ref: str = ""
    filed: list[Finding] = field(default_factory=list)


def file_findings(desk: Desk, sense: Sense, story: Story) -> None:
    """File what a concept says: its coded sets, and beside or instead of them what its words mention."""
    sets = sense.findings
    spoken = desk.words.spoken(sets) if sets and sense.reading.mentions else frozenset(sets)
    if sets:
        _file_coded(desk, sense, sets, spoken, story)
    if not sets or "high" in sense.tags:
        file_mentions(desk, sense.reading, sense.label, story, known=spoken)


def _file_coded(desk: Desk, sense: Sense, sets: tuple[str, ...], spoken: frozenset[str], story: Story) -> None:
    reading = sense.reading
    own = [m for m in reading.mentions if m.concept in spoken]
    if own and all(m.negated for m in own):
        return
    place = _placed(desk, sense.side, reading.sites, story, desk.words.default_sites(sense))
    finding = _finding(desk, sense.label, sets, place, reading, story)
    finding.unsited = "unsited" in sense.tags and not place.sites
    _qualify(finding, own)
    said = own or reading.mentions
    _file(desk, finding, story, is_family=bool(said) and all(m.family for m in said))


def file_mentions(
    desk: Desk, reading: Reading, label: str, story: Story, known: Collection[str] = (), *, is_note: bool = False
) -> None:
    """File what words alone mention; such facts are weak, apart from exam findings that have no code."""
    seen: list[Mention] = []
    for mention in reading.mentions:
        if mention.negated or mention.concept in known or mention in seen:
            continue
        seen.append(mention)
        side = mention.side if mention.side is not Side.UNKNOWN or is_note else reading.side
        place = _placed(desk, side, mention.sites or (frozenset() if is_note else reading.sites), story)
        finding = _finding(desk, label, desk.words.kinds.with_wider(mention.concept), place, reading, story)
        finding.text_only = True
        finding.weak = story.weak or not desk.words.kinds.is_full_from_text(mention.concept)
        _qualify(finding, [mention])
        _file(desk, finding, story, is_family=mention.family)


def _qualify(finding: Finding, mentions: list[Mention]) -> None:
    """What words say about the finding's own status."""
    if mentions and all(m.history for m in mentions):
        finding.status = "past"
    if mentions and all(m.suspected for m in mentions):
        finding.suspected = True
        finding.weak = True


def _placed(
    desk: Desk, side: Side, sites: frozenset[str], story: Story, default: frozenset[str] = frozenset()
) -> Place:
    """Words and bodySite together; then what the code itself names; a note only where nothing else speaks."""
    sites = sites | story.place.sites
    if default and not desk.words.is_lower(sites):
        # The code names the foot; its note may say where on the foot.
        sites = sites | default | frozenset(site for site in story.aside.sites if desk.words.is_lower([site]))
    known = either(side, story.place.side)
    return Place(story.aside.side if known is Side.UNKNOWN else known, sites or story.aside.sites)


def _finding(desk: Desk, label: str, sets: tuple[str, ...], place: Place, reading: Reading, story: Story) -> Finding:
    return Finding(
        story.ref or desk.ref,
        label,
        sets,
        story.status,
        story.onset,
        story.recorded,
        story.ended,
        place.side,
        place.sites,
        reading.modifiers | story.modifiers | story.aside.modifiers,
        story.weak,
        False,
        story.suspected,
        type(desk.found.resource).__name__,
        story.of_visit,
    )


def _file(desk: Desk, finding: Finding, story: Story, *, is_family: bool) -> None:
    if is_family:
        desk.file_family(finding)
        return
    desk.file(finding)
    story.filed.append(finding)


# --- Condition ---

_DROPPED = frozenset({"refuted", "entered-in-error"})
_SUSPECTED = frozenset({"provisional", "differential"})
_ACTIVE = frozenset({"active", "recurrence", "relapse"})
_OVER = frozenset({"inactive", "resolved", "remission"})


def read_condition(desk: Desk, condition: wire.Condition) -> None:
    """A problem or diagnosis."""
    sense = desk.words.sense(condition.code)
    notes = _notes(desk, condition.note, condition.notes)
    if sense is None and notes is EMPTY:
        return
    verified = _word(condition.verification_status)
    if verified & _DROPPED or _word(condition.clinical_status) & _DROPPED:
        return
    story = _story_of(desk, condition, verified, notes)
    if desk.is_future(story.onset, story.recorded):
        desk.count("future")
        return
    if sense is not None:
        file_findings(desk, sense, story)
    file_note(desk, notes, sense.label if sense else "", story)
    if story.filed:
        desk.by_resource[id(condition)] = story.filed


def _story_of(desk: Desk, condition: wire.Condition, verified: frozenset[str], notes: Reading) -> Story:
    recorded = desk.first(condition.recorded_date, condition.asserted_date, condition.date_recorded)
    onset, modifiers = _onset(desk, condition, recorded)
    ended = _ended(desk, condition)
    return Story(
        status=_course(desk, condition, ended),
        onset=onset,
        recorded=recorded,
        ended=ended,
        place=desk.words.place(condition.body_site),
        weak=bool(verified) and not any(word.startswith("confirmed") for word in verified),
        suspected=bool(verified & _SUSPECTED),
        modifiers=modifiers,
        aside=notes,
    )


def _word(status: str | wire.Concepts) -> frozenset[str]:
    """A status in any of its shapes: a string, a concept with codes, or a concept with words only."""
    if status is None:
        return frozenset()
    if isinstance(status, str):
        return frozenset({status_of(status)})
    words: set[str] = set()
    for concept in as_list(status):
        words |= {status_of(text) for c in concept.coding or () for text in (c.code, c.display) if text}
        words.add(status_of(concept.text))
    return frozenset(words - {""})


def _course(desk: Desk, condition: wire.Condition, ended: Span) -> str:
    """Active unless its status or an abatement says otherwise; a later abatement had not happened on the day."""
    if ended.earliest is not None and ended.earliest > desk.today:
        return "active"
    words = _word(condition.clinical_status)
    if words & _OVER and not words & _ACTIVE:
        return "remission" if words & _OVER == {"remission"} else "past"
    if not ended.is_open or condition.abatement_boolean is True:
        return "past"
    has_abated = condition.abatement_string or condition.abatement_age or condition.abatement_range
    return "past" if has_abated and not words & _ACTIVE else "active"


def _ended(desk: Desk, condition: wire.Condition) -> Span:
    known = desk.first(condition.abatement_date_time, condition.abatement_date)
    period = condition.abatement_period
    if known.is_open and period is not None:
        known = desk.first(period.end, period.start)
    if known.is_open and condition.abatement_age is not None:
        known = _at_age(desk, condition.abatement_age)
    return _date_in(desk, condition.abatement_string) if known.is_open else known


def _onset(desk: Desk, condition: wire.Condition, recorded: Span) -> tuple[Span, frozenset[str]]:
    """When it began, and what a worded onset says about how ("sudden")."""
    period = condition.onset_period
    span = desk.first(condition.onset_date_time, period.start if period else None)
    if span.is_open and period is not None:
        span = Span(None, desk.span(period.end).latest)
    age = condition.onset_age or condition.onset_quantity
    if span.is_open and age is not None:
        span = _at_age(desk, age)
    if span.is_open and condition.onset_range is not None:
        span = _between_ages(desk, condition.onset_range)
    if not condition.onset_string:
        return span, frozenset()
    if span.is_open:
        span = _date_in(desk, condition.onset_string)
    if span.is_open:
        span = _time_ago(condition.onset_string, recorded)
    return span, desk.words.read(condition.onset_string).modifiers


_MONTHS = {"a": 12, "y": 12, "mo": 1}
_DAYS = {"w": 7, "d": 1}
_DATE = re.compile(r"\b(?:19|20)\d\d(?:-(?:0[1-9]|1[0-2])(?:-\d\d)?)?\b")
_AGO = re.compile(r"\b(\d{1,3}) (day|week|month|year)s? ago\b", re.IGNORECASE)


def _at_age(desk: Desk, age: wire.Quantity) -> Span:
    """The year (or month, week, day) of life that an age names, as days."""
    birth, value = desk.record.person.birth, _number(age)
    if value is None or birth.earliest is None or birth.latest is None or not 0 <= value <= 150 * 366:
        return OPEN
    unit = (age.code or age.unit or "a").strip().lower()
    months = next((n for word, n in _MONTHS.items() if unit.startswith(word)), 0)
    if months:
        first, last = (
            add_months(birth.earliest, int(value * months)),
            add_months(birth.latest, int(value * months) + months),
        )
        return Span(first, last - 1)
    days = next((n for word, n in _DAYS.items() if unit.startswith(word)), 0)
    return Span(birth.earliest + int(value * days), birth.latest + int(value * days) + days - 1) if days else OPEN


def _between_ages(desk: Desk, ages: wire.Range) -> Span:
    low = _at_age(desk, ages.low) if ages.low is not None else OPEN
    high = _at_age(desk, ages.high) if ages.high is not None else OPEN
    return Span(low.earliest, high.latest)


def _number(quantity: wire.Quantity) -> float | None:
    try:
        return float(quantity.value) if quantity.value is not None else None
    except (ValueError, OverflowError):
        return None


def _date_in(desk: Desk, text: str | None) -> Span:
    match = _DATE.search(text or "")
    return desk.span(match[0]) if match else OPEN


def _time_ago(text: str, recorded: Span) -> Span:
    """ "3 weeks ago" as counted from the day it was written down, give or take one unit."""
    match = _AGO.search(text)
    if match is None or recorded.earliest is None or recorded.latest is None:
        return OPEN
    window, unit = parse_window(f"{match[1]} {match[2].lower()}s"), parse_window(f"1 {match[2].lower()}")
    return Span(unit.before(window.before(recorded.earliest)), window.before(recorded.latest))


# --- notes ---


def _notes(desk: Desk, note: list[wire.Annotation] | wire.Annotation | str | None, other: str | None) -> Reading:
    if note is None and not other:
        return EMPTY
    return desk.words.read(note_text(note, other))


def note_text(note: list[wire.Annotation] | wire.Annotation | str | None, *others: str | None) -> str:
    """All notes of a resource as one text, a sentence each."""
    if isinstance(note, str):
        parts: list[str | None] = [note]
    elif isinstance(note, list):
        parts = [one.text for one in note]
    else:
        parts = [note.text] if note is not None else []
    return ". ".join(part for part in (*parts, *others) if part)


def file_note(desk: Desk, notes: Reading, label: str, story: Story) -> None:
    """What a note mentions beside the finding itself."""
    if notes is EMPTY or not notes.mentions:
        return
    known = desk.words.spoken([name for finding in story.filed for name in finding.sets])
    file_mentions(desk, notes, label or desk.words.title((notes.mentions[0].concept,)), story, known, is_note=True)


def read_family(desk: Desk, history: wire.FamilyMemberHistory) -> None:
    """What relatives have: never the patient's own."""
    if status_of(history.status) == "entered-in-error":
        return
    for condition in history.condition or ():
        sense = desk.words.sense(condition.code)
        if sense is None:
            continue
        coded = sense.findings
        spoken = [m.concept for m in sense.reading.mentions if not m.negated]
        sets = coded or wider(desk.words.kinds, spoken)
        if sets:
            weak = status_of(history.status) in ("partial", "health-unknown")
            source = type(history).__name__
            fact = Finding(desk.ref, sense.label, sets, weak=weak, text_only=not coded, source=source)
            desk.file_family(fact)
