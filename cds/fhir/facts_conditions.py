"""Conditions, and what relatives have: which count, since when, until when."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import lru_cache

from cds.domain.record import Finding
from cds.domain.when import OPEN, Span, add_months
from cds.fhir import wire
from cds.fhir.body_structures import place_at
from cds.fhir.desk import Desk, status_of
from cds.fhir.facts_findings import Story, file_findings, file_note, note_text, told_onset, words_of
from cds.fhir.facts_reasons import file_evidence, time_of_visit
from cds.fhir.figures import file_told
from cds.fhir.profiles import actual_problem, asserted, certainty_added, has_additions, side_added
from cds.fhir.quantities import number_of
from cds.fhir.reading import EMPTY, Reading
from cds.fhir.senses import Place, Sense, either, wider
from cds.fhir.several import as_list
from cds.fhir.told_apart import graded, placed
from cds.fhir.worded_dates import date_in, leaves_residue, time_ago

_DROPPED = frozenset({"refuted", "entered-in-error", "ruled-out", "excluded", "known-absent"})
_ACTIVE = frozenset({"active", "recurrence", "relapse"})
_OVER = frozenset({"inactive", "resolved", "remission", "past"})
_DOUBTED = frozenset({"provisional", "differential", "unconfirmed"})


# More and longer status words than any that mean something are not remembered.
_MOST_WORDS, _LONGEST_WORD = 8, 64
_NO_WORDS: frozenset[str] = frozenset()


def read_condition(desk: Desk, condition: wire.Condition) -> None:
    """A problem or diagnosis."""
    sense = desk.words.sense(_whole(desk, condition))
    note = note_text(condition.note, condition.notes) if condition.note or condition.notes else ""
    notes = desk.words.read(note)
    if sense is None and notes is EMPTY and condition.evidence is None:
        _doubt_nameless(desk, condition)
        return
    verified, is_over = _verified(condition)
    if not _DROPPED.isdisjoint(verified | _words(condition.clinical_status)):
        return
    story = _story_of(desk, condition, verified, notes)
    story.settled = desk.words.read(condition.onset_string).own | notes.own
    story.note = note
    story.onset = _told_onset(desk, condition, story, sense)
    if is_over:
        story.status = "past"
    if desk.passes_over(story.onset, story.recorded):
        return
    if entry := actual_problem(condition):
        desk.headed[entry] = (story.status, story.onset, story.ended)
    if sense is not None:
        file_findings(desk, sense, story)
        if condition.code is not None:
            file_told(desk, words_of(condition.code), story)
    _file_beside(desk, condition, sense, story, note)


def _doubt_nameless(desk: Desk, condition: wire.Condition) -> None:
    """A problem that may be there and says nowhere what it is: masked, or named in its narrative alone."""
    code = condition.code
    if code is not None and (code.text or any(coding.code or coding.display for coding in code.coding or ())):
        return
    if (_DROPPED | _OVER).isdisjoint(_words(condition.verification_status) | _words(condition.clinical_status)):
        desk.leave_open("conditions", "has neither code nor words")


def _whole(desk: Desk, condition: wire.Condition) -> wire.Concept | None:
    """What is wrong, with the severity, the stage and the place that stand apart from it."""
    told = [stage.summary for stage in as_list(condition.stage) if stage.summary is not None]
    return graded(desk.words, placed(desk.words, condition.code, condition.body_site), condition.severity, told)


def _file_beside(desk: Desk, condition: wire.Condition, sense: Sense | None, story: Story, note: str) -> None:
    """What notes and evidence tell beside the problem itself."""
    if note:
        file_told(desk, note, _noted(desk, condition, story))
    if story.aside is not EMPTY:
        noted = _noted(desk, condition, story)
        if not desk.is_future(noted.recorded):
            file_note(desk, story.aside, note, noted)
    if story.filed:
        desk.by_resource[id(condition)] = story.filed
    if condition.evidence is not None:
        file_evidence(desk, condition, sense, story)


def _verified(condition: wire.Condition) -> tuple[frozenset[str], bool]:
    """The words of the verification status, and whether a profile says that only the state after it is left."""
    words = _words(condition.verification_status)
    if condition.code is None or not has_additions(condition.code):
        return words, False
    certainty = certainty_added(condition.code)
    if certainty in ("", "past"):
        return words, certainty == "past"
    return (words - {"confirmed"}) | {certainty}, False


def _story_of(desk: Desk, condition: wire.Condition, verified: frozenset[str], notes: Reading) -> Story:
    recorded = _first_told(desk, condition)
    if recorded.is_open:
        recorded = time_of_visit(desk, condition, condition.encounter, condition.context)
    onset, modifiers = _onset(desk, condition, recorded)
    ended = _ended(desk, condition)
    return Story(
        _course(desk, condition, ended),
        onset,
        recorded,
        ended,
        _place(desk, condition),
        _is_doubted(verified),
        False,
        modifiers,
        notes,
    )


def _first_told(desk: Desk, condition: wire.Condition) -> Span:
    """When it was recorded or asserted, whichever came first (rules.md section 0)."""
    recorded = desk.first(condition.recorded_date, condition.asserted_date, condition.date_recorded)
    told = desk.first(asserted(condition))
    if told.latest is None or (recorded.latest is not None and recorded.latest <= told.latest):
        return recorded
    return told


def _place(desk: Desk, condition: wire.Condition) -> Place:
    """The body site, and the side that a profile adds to the code."""
    place = place_at(desk, condition, condition.body_site, condition.body_structure)
    if condition.code is None or not has_additions(condition.code):
        return place
    side = either(place.side, side_added(condition.code))
    return place if side is place.side else Place(side, place.sites)


def _noted(desk: Desk, condition: wire.Condition, story: Story) -> Story:
    """What a note tells was so when it was written; it did not begin with the condition that it stands under."""
    times = [note.time for note in as_list(condition.note) if isinstance(note, wire.Annotation) and note.time]
    written = desk.first(*sorted(times, reverse=True))
    return replace(story, onset=OPEN, recorded=story.recorded if written.is_open else written)


def _words(status: str | wire.Concepts) -> frozenset[str]:
    """A status in any of its shapes: a string, a concept with codes, or a concept with words only."""
    if status is None:
        return _NO_WORDS
    if isinstance(status, str):
        return _remembered_words(status) if len(status) <= _LONGEST_WORD else _status_words(status)
    texts = [text for concept in as_list(status) for c in concept.coding or () for text in (c.code, c.display)]
    texts += [concept.text for concept in as_list(status)]
    is_small = len(texts) <= _MOST_WORDS and all(len(text) <= _LONGEST_WORD for text in texts if text)
    return _remembered_words(*texts) if is_small else _status_words(*texts)


def _status_words(*texts: str | None) -> frozenset[str]:
    return frozenset(status_of(text) for text in texts if text and text.strip())


_remembered_words = lru_cache(maxsize=512)(_status_words)


@lru_cache(maxsize=512)
def _is_doubted(verified: frozenset[str]) -> bool:
    """Whether a verification status makes a condition weak: provisional, differential and unconfirmed all do.

    Somebody made that diagnosis, if not for good. Words such as "suspected" or "rule out" make none.
    """
    is_confirmed = any(word.startswith("confirmed") for word in verified)
    return bool(verified) and (not is_confirmed or not verified.isdisjoint(_DOUBTED))


@lru_cache(maxsize=512)
def _stated_course(clinical: frozenset[str]) -> str:
    """What a clinical status says: active, past, remission, or nothing."""
    if clinical & _ACTIVE:
        return "active"
    over = clinical & _OVER
    return "" if not over else "remission" if over == {"remission"} else "past"


def _course(desk: Desk, condition: wire.Condition, ended: Span) -> str:
    """Active unless its status or an abatement says otherwise; a later abatement had not happened on the day."""
    if desk.is_ahead(ended):
        return "active"
    stated = _stated_course(_words(condition.clinical_status))
    if stated in ("past", "remission"):
        return stated
    if stated == "active" and ended.latest is not None and ended.latest > desk.today:
        return "active"  # "2026", and said to be active: its end may lie ahead
    if not ended.is_open or condition.abatement_boolean is True:
        return "past"
    has_abated = condition.abatement_string or condition.abatement_age or condition.abatement_range
    return "past" if has_abated and not stated else "active"


def _ended(desk: Desk, condition: wire.Condition) -> Span:
    known = desk.first(condition.abatement_date_time, condition.abatement_date)
    if not known.is_open:
        return known
    if condition.abatement_period is not None:
        return desk.first(condition.abatement_period.end, condition.abatement_period.start)
    if condition.abatement_age is not None:
        return _at_age(desk, condition.abatement_age)
    return _date_in(desk, condition.abatement_string) if condition.abatement_string else OPEN


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
        span = time_ago(condition.onset_string, recorded)
    if span.is_open and recorded.is_open:  # written down today at the latest
        span = Span(None, time_ago(condition.onset_string, Span(desk.today, desk.today)).latest)
    return span, desk.words.read(condition.onset_string).modifiers


def _told_onset(desk: Desk, condition: wire.Condition, story: Story, sense: Sense | None) -> Span:
    """The onset, or that of the entry's own words when it tells one thing and its time: "CVA 2018"."""
    code = condition.code
    if not story.onset.is_open or sense is None or code is None:
        return story.onset
    if len(sense.sayings) != 1 and not leaves_residue(words_of(code)):
        return story.onset
    return told_onset(desk, words_of(code), story.recorded)


_OLDEST_DAYS = 150 * 366
_MONTHS = {"a": 12, "y": 12, "mo": 1}
_DAYS = {"w": 7, "d": 1}


def _at_age(desk: Desk, age: wire.Quantity) -> Span:
    """The year (or month, week, day) of life that an age names, as days."""
    birth, value = desk.record.person.birth, number_of(age.value)
    if value is None or birth.earliest is None or birth.latest is None or not 0 <= value <= _OLDEST_DAYS:
        return OPEN
    unit = (age.code or age.unit or "a").strip().lower()
    months = next((n for word, n in _MONTHS.items() if unit.startswith(word)), 0)
    if months:
        count = int(value * months)
        return _within_calendar(add_months(birth.earliest, count), add_months(birth.latest, count + months) - 1)
    days = next((n for word, n in _DAYS.items() if unit.startswith(word)), 0)
    count = int(value * days)
    return _within_calendar(birth.earliest + count, birth.latest + count + days - 1) if days else OPEN


def _within_calendar(earliest: int, latest: int) -> Span:
    return Span(max(1, earliest), latest) if latest >= 1 and earliest <= latest < date.max.toordinal() else OPEN


def _between_ages(desk: Desk, ages: wire.Range) -> Span:
    low = _at_age(desk, ages.low) if ages.low is not None else OPEN
    high = _at_age(desk, ages.high) if ages.high is not None else OPEN
    return Span(low.earliest, high.latest)


def _date_in(desk: Desk, text: str | None) -> Span:
    return desk.span(date_in(text)) if text else OPEN


# --- relatives ---


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
