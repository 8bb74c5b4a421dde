"""What all findings share: sets, side, site, modifiers and doubt, from codes and from words."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial

from cds.domain.lexicon import Heading
from cds.domain.record import Finding, Side
from cds.domain.when import OPEN, Span
from cds.fhir import wire
from cds.fhir.desk import Desk
from cds.fhir.excerpts import excerpt, own_words
from cds.fhir.reading import EMPTY, Reading
from cds.fhir.sayings import Saying, worded_sayings
from cds.fhir.senses import NOWHERE, Place, Sense, clean, whole_side
from cds.fhir.told_apart import derived
from cds.fhir.worded_dates import began, written_on

# a year, or a number with a length of time, as `worded_dates` reads them
_TIMED = re.compile(r"\b(?:(?:19|20)\d\d\b|(?:ago|years?|yrs?|y|months?|mo|mths?|mos)\b)", re.IGNORECASE)
_NO_TITLES: Mapping[str, str] = {}


@dataclass(slots=True)
class Story:
    """What all findings of one resource have in common."""

    status: str = "active"
    onset: Span = OPEN
    recorded: Span = OPEN
    ended: Span = OPEN
    place: Place = NOWHERE
    weak: bool = False
    of_visit: bool = False
    modifiers: frozenset[str] = frozenset()
    # what a note or a question adds where the finding itself is silent
    aside: Reading = EMPTY
    filed: list[Finding] = field(default_factory=list)
    # how this finding is, in a field or answer of its own ("longstanding")
    settled: frozenset[str] = frozenset()
    # the note beside it: where it speaks of a change, nothing is settled
    note: str = ""
    # what the headings above it say of all below them
    under: Heading | None = None

    @property
    def is_own(self) -> bool:
        """Whether no heading says that it is denied, advised or somebody else's."""
        return self.under in (None, Heading.PAST)

    @property
    def is_placed(self) -> bool:
        """Whether the resource says more of the place, or of how it is, than the finding's own words."""
        return self.place is not NOWHERE or self.aside is not EMPTY or bool(self.modifiers)


def file_findings(desk: Desk, sense: Sense, story: Story) -> None:
    """File what a concept says: its coded sets, and beside or instead of them what its words mention."""
    for saying in sense.sayings:
        for own, told in _dated(desk, saying, sense.label, story):
            _file(desk, own, sense.label, told, sense.titles)
    _file_asides(desk, sense.reading, sense.label, story)


def file_mentions(
    desk: Desk, reading: Reading, text: str, story: Story, known: Collection[str] = (), *, is_note: bool = False
) -> None:
    """File what words alone mention beside what is known already, each under those words of the text that tell it."""
    for saying in worded_sayings(desk.words.kinds, reading, known, is_note=is_note):
        for own, told in _dated(desk, saying, text, story):
            _file(desk, own, excerpt(desk.words, text, own.sets), told)
    _file_asides(desk, reading, text, story)


def _dated(desk: Desk, saying: Saying, text: str, story: Story) -> Iterator[tuple[Saying, Story]]:
    """What is said, each with the time that its own sentence or clause tells: "ankle fracture 2019, stroke"."""
    if not story.onset.is_open or _TIMED.search(text) is None:
        yield saying, story
        return
    groups = [saying.sets]
    if saying.is_text:
        named = dict.fromkeys(m.concept for m in desk.words.read(text).mentions if m.concept in saying.sets)
        parts = [desk.words.kinds.with_wider(name) for name in named]
        rest = tuple(name for name in saying.sets if not any(name in part for part in parts))
        groups = [*parts, rest] if rest else parts
    of_its_day = _of_its_day(desk, text)
    by_onset: dict[Span, dict[str, None]] = {}
    for sets in groups:
        told = (told_onset(desk, part, story.recorded) for part in own_words(desk.words, text, sets))
        onset = next((span for span in told if not span.is_open), of_its_day)
        by_onset.setdefault(onset, {}).update(dict.fromkeys(sets))
    for onset, names in by_onset.items():
        yield replace(saying, sets=tuple(names)), replace(story, onset=onset)


def _of_its_day(desk: Desk, text: str) -> Span:
    """When all that a copied text tells was there: on the day it names as its own, unless it speaks of today too."""
    day = written_on(text)
    span = desk.span(day) if day and desk.words.text.is_of_one_day(text) else OPEN
    return OPEN if span.latest is None or span.latest > desk.today else span


def source_of(resource: wire.Resource) -> str:
    """The type that rules know a resource by: orders have other names in older releases."""
    return "ServiceRequest" if isinstance(resource, wire.ServiceRequest) else type(resource).__name__


def _file_asides(desk: Desk, reading: Reading, text: str, story: Story) -> None:
    """Circumstances ("worse at night") as findings of their own, and what the words deny."""
    for aside in reading.asides if story.is_own else ():
        if not (aside.negated or aside.family or aside.suspected):
            status = "past" if aside.history or story.under is not None else story.status
            desk.file(
                Finding(
                    desk.ref, excerpt(desk.words, text, [aside.concept]), (aside.concept,), status,
                    recorded=story.recorded, ended=story.ended, weak=True, text_only=True,
                    source=source_of(desk.found.resource),
                )
            )  # fmt: skip
    denied = [m.concept for m in (*reading.mentions, *reading.asides) if m.negated and not (m.family or m.history)]
    if denied:
        file_denials(desk, denied, clean(text), story)


def file_denials(desk: Desk, names: Collection[str], label: str, story: Story) -> None:
    """Findings of these names are said not to be there: they answer a question and support nothing.

    What others have not says nothing of the patient.
    """
    if story.under is not Heading.DENIED and not story.is_own:
        return
    kinds = desk.words.kinds
    sets = tuple(dict.fromkeys(wide for name in names for wide in kinds.with_wider(name)))
    source = source_of(desk.found.resource)
    desk.file_denied(Finding(desk.ref, label, sets, recorded=story.recorded, text_only=True, source=source))


def deny(desk: Desk, sense: Sense, story: Story) -> None:
    """All that the words or codes of a question name is said not to be there; what it says to be well, is not well.

    A "no" below "Patient denies" may mean either, and says nothing.
    """
    if story.under is Heading.DENIED:
        return
    told = (*sense.reading.mentions, *sense.reading.asides)
    healthy = [] if sense.findings else [mention for mention in told if mention.negated]
    turned = _turned(desk, sense, story) if healthy else frozenset[str]()
    names = [name for name in (*sense.findings, *(m.concept for m in told)) if name not in turned]
    if names:
        file_denials(desk, names, sense.label, story)


def _turned(desk: Desk, sense: Sense, story: Story) -> frozenset[str]:
    """File what "no" says of a question that speaks of health ("Perianal sensation intact", "Continent of urine")."""
    reading = desk.words.read(f"{sense.label.rstrip('?:. ')}? no")
    stated = tuple(mention for mention in reading.mentions if not mention.negated)
    file_mentions(desk, replace(reading, mentions=stated, asides=()), f"{sense.label}: no", story)
    return frozenset(mention.concept for mention in stated)


def _file(desk: Desk, saying: Saying, label: str, story: Story, titles: Mapping[str, str] = _NO_TITLES) -> None:
    sets, side, sites = saying.sets, saying.side, saying.alone
    modifiers, own = saying.modifiers, saying.own
    if story.is_placed:
        side, sites = _placed(desk, saying, story)
        if more := sites - saying.sites - saying.default:
            sets = derived(desk.words, sets, more)
        modifiers, own = modifiers | story.modifiers | story.aside.modifiers, own | story.settled
    if own and story.note and not desk.words.text.is_steady(story.note):
        own = frozenset()
    finding = Finding(
        desk.ref,
        label,
        sets,
        "past" if saying.is_past or _is_over(desk, sets, story) else story.status,
        story.onset,
        story.recorded,
        story.ended,
        side,
        sites,
        modifiers,
        story.weak or saying.is_weak,
        saying.is_text,
        saying.is_suspected,
        source_of(desk.found.resource),
        story.of_visit,
        titles,
        story.weak,
        own,
    )
    if saying.is_family or story.under is Heading.FAMILY:
        desk.file_family(finding)
    elif story.under is Heading.DENIED:
        desk.file_denied(finding)
    elif story.is_own:
        desk.file(finding)
        story.filed.append(finding)


def _is_over(desk: Desk, sets: tuple[str, ...], story: Story) -> bool:
    """Whether a heading says that it is past, and it is none of the diseases that last."""
    return story.under is Heading.PAST and desk.words.terminology.lexicon.lasting.isdisjoint(sets)


def _placed(desk: Desk, saying: Saying, story: Story) -> tuple[Side, frozenset[str]]:
    """Words and bodySite together; then what the code itself names; a note only where nothing else speaks."""
    is_lower, aside = desk.words.is_lower, story.aside
    sites = saying.sites | story.place.sites
    if saying.default:
        # The code names the foot; its note may say where on the foot.
        more = frozenset(site for site in aside.sites if is_lower([site]))
        sites = (sites if is_lower(sites) else sites | saying.default) | more
    side = whole_side(saying.side, story.place.side)
    return aside.side if side is Side.UNKNOWN else side, sites or aside.sites


# --- what words tell of the time ---


def words_of(code: wire.Concept) -> str:
    """The words of a concept, whole: text, else a display."""
    return code.text or next((c.display for c in code.coding or () if c.display), None) or ""


def told_onset(desk: Desk, words: str, recorded: Span) -> Span:
    """When an entry that tells one thing says that it began ("CVA 2018"); open when it does not."""
    named, span = began(words, recorded, desk.today, partial(_tells_one, desk))
    span = desk.span(named) if named else span
    # never after the entry: that is no onset
    last = desk.today if recorded.latest is None else min(recorded.latest, desk.today)
    return OPEN if span.earliest is not None and span.earliest > last else span


def _tells_one(desk: Desk, words: str) -> bool:
    """Whether no two parts of an entry tell different things: "back pain saddle numbness" does."""
    parts = words.split()
    for at in range(1, len(parts)):
        first, second = ({m.concept for m in desk.words.read(" ".join(p)).mentions} for p in (parts[:at], parts[at:]))
        if first and second and first != second:
            return False
    return True


# --- notes ---


def note_text(note: wire.Notes, *others: str | None) -> str:
    """All notes of a resource as one text, a sentence each."""
    if isinstance(note, str):
        parts: list[str | None] = [note]
    elif isinstance(note, list):
        parts = [one.text for one in note]
    else:
        parts = [note.text] if note is not None else []
    return ". ".join(part for part in (*parts, *others) if part)


def has_note(observation: wire.Observation) -> bool:
    """Whether anybody remarked anything under an observation, in the words of any release."""
    return observation.note is not None or observation.comment is not None or observation.comments is not None


def file_note(desk: Desk, notes: Reading, text: str, story: Story) -> None:
    """What a note mentions beside the finding itself, under the note's own words."""
    if notes is EMPTY or not (notes.mentions or notes.asides):
        return
    known = desk.words.spoken([name for finding in story.filed for name in finding.sets])
    file_mentions(desk, notes, text, story, known, is_note=True)
