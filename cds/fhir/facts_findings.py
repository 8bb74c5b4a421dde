"""What all findings share: sets, side, site, modifiers and doubt, from codes and from words."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from cds.domain.record import Finding, Side
from cds.domain.when import OPEN, Span
from cds.fhir import wire
from cds.fhir.desk import Desk
from cds.fhir.reading import EMPTY, Mention, Reading
from cds.fhir.senses import NOWHERE, Place, Sense, clean, either, wider


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
    """File what words alone mention; such facts are weak, apart from exam findings that have no code.

    What one text says of one place is one fact, whatever sets it belongs to.
    """
    for mention, concepts in _alike(desk, reading, known):
        side = mention.side if mention.side is not Side.UNKNOWN or is_note else reading.side
        place = _placed(desk, side, mention.sites or (frozenset() if is_note else reading.sites), story)
        finding = _finding(desk, label, wider(desk.words.kinds, concepts), place, reading, story)
        finding.text_only = True
        finding.weak = story.weak or not desk.words.kinds.is_full_from_text(mention.concept)
        _qualify(finding, [mention])
        _file(desk, finding, story, is_family=mention.family)


def _alike(desk: Desk, reading: Reading, known: Collection[str]) -> Iterator[tuple[Mention, list[str]]]:
    """The findings of a text that it speaks of in the same way and in the same place."""
    groups: dict[object, tuple[Mention, list[str]]] = {}
    for mention in reading.mentions:
        if mention.negated or mention.concept in known:
            continue
        is_full = desk.words.kinds.is_full_from_text(mention.concept)
        key = (mention.family, mention.history, mention.suspected, mention.side, mention.sites, is_full)
        groups.setdefault(key, (mention, []))[1].append(mention.concept)
    yield from groups.values()


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
    if default:
        # The code names the foot; its note may say where on the foot.
        more = frozenset(site for site in story.aside.sites if desk.words.is_lower([site]))
        sites = (sites if desk.words.is_lower(sites) else sites | default) | more
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


# --- notes ---


def note_text(note: list[wire.Annotation] | wire.Annotation | str | None, *others: str | None) -> str:
    """All notes of a resource as one text, a sentence each."""
    if isinstance(note, str):
        parts: list[str | None] = [note]
    elif isinstance(note, list):
        parts = [one.text for one in note]
    else:
        parts = [note.text] if note is not None else []
    return ". ".join(part for part in (*parts, *others) if part)


def file_note(desk: Desk, notes: Reading, text: str, story: Story) -> None:
    """What a note mentions beside the finding itself, under the note's own words."""
    if notes is EMPTY or not notes.mentions:
        return
    known = desk.words.spoken([name for finding in story.filed for name in finding.sets])
    file_mentions(desk, notes, clean(text), story, known, is_note=True)
