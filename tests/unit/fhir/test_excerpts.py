"""A datum from a long text is quoted by the words that tell it, not by however the text begins."""

from __future__ import annotations

from typing import Any

from tests.builders import condition, observation
from tests.unit.fhir.conftest import Read

IDLE = "Seen with his wife, who drove him in because of the snow. All medicines were gone through one by one. "


def labels(record: Any, name: str) -> list[str]:
    return [fact.label for fact in record.findings.get(name, ())]


def noted(text: str) -> dict[str, Any]:
    return condition("Numb left foot", recordedDate="2026-11-10", note=[{"text": text}])


def test_the_sentence_that_tells_a_finding_is_quoted(read: Read) -> None:
    record = read(noted(f"{IDLE}Cannot pass urine since yesterday. Right sciatica. Cauda equina ruled out last year."))
    assert labels(record, "urinary-retention") == ["Cannot pass urine since yesterday"]
    assert labels(record, "sciatica") == ["Right sciatica"]


def test_of_a_long_sentence_the_clauses_that_tell_it(read: Read) -> None:
    text = "Walked in slowly after a long drive through rain, looks tired and pale, urinary retention since Monday"
    assert labels(read(noted(text)), "urinary-retention") == ["urinary retention since Monday"]


def test_a_short_text_is_quoted_whole(read: Read) -> None:
    assert labels(read(noted("Urinary retention. Tired.")), "urinary-retention") == ["Urinary retention. Tired."]


def test_an_answer_in_words_is_quoted_likewise(read: Read) -> None:
    record = read(observation("Physical exam", valueString=f"{IDLE}Saddle anaesthesia on the left."))
    assert labels(record, "saddle-anesthesia") == ["Saddle anaesthesia on the left"]


def test_the_end_of_a_long_note_is_read_too(read: Read) -> None:
    told = f"{IDLE * 9}Cannot pass urine since yesterday."
    assert len(told) > 900
    assert labels(read(noted(told)), "urinary-retention") == ["Cannot pass urine since yesterday"]
