"""What clinicians state beside the problem list: clinical impressions, and flags on the chart. Weak, as words are."""

from __future__ import annotations

from collections.abc import Iterator

from cds.fhir import wire
from cds.fhir.desk import Desk, status_of
from cds.fhir.facts_findings import Story, file_findings, file_mentions, note_text
from cds.fhir.facts_reasons import Conceptual, concepts_in, is_recent, words_of
from cds.fhir.facts_tests import effective

_VOID = frozenset({"entered-in-error", "not-done", "preparation", "draft"})


def read_impression(desk: Desk, impression: wire.ClinicalImpression) -> None:
    """An assessment: what it found, and what its words say. Of one that is long over it is past."""
    if status_of(impression.status) in _VOID:
        return
    when = effective(desk, impression.effective_date_time, impression.effective_period, impression.date)
    if desk.passes_over(when):
        return
    is_past = not when.is_open and not is_recent(desk, when)
    story = Story("past" if is_past else "active", recorded=when, weak=True)
    for concept in _found(desk, impression):
        sense = desk.words.sense(concept)
        if sense is not None:
            file_findings(desk, sense, story)
    for text in (impression.summary, impression.description, note_text(impression.note)):
        if text:
            file_mentions(desk, desk.words.read(text), text, story)


def _found(desk: Desk, impression: wire.ClinicalImpression) -> Iterator[Conceptual]:
    """Findings by concept in the shapes of all releases; what did not come along by its words."""
    for finding in impression.finding or ():
        if finding.item_codeable_concept is not None:
            yield finding.item_codeable_concept
        yield from concepts_in(desk, impression, finding.item)
        yield from words_of(desk, impression, finding.item_reference)
    yield from words_of(desk, impression, impression.problem)


def read_flag(desk: Desk, flag: wire.Flag) -> None:
    """A warning on the chart, as long as it is active."""
    if status_of(flag.status) not in ("", "active"):
        return
    period = flag.period or wire.Period()
    start, end = desk.span(period.start), desk.span(period.end)
    if desk.passes_over(start):
        return
    sense = desk.words.sense(flag.code)
    if sense is not None and not (end.latest is not None and end.latest < desk.today):
        file_findings(desk, sense, Story(recorded=start, weak=True))
