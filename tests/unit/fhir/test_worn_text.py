"""Texts as they arrive after many hands: unseen characters, lost apostrophes, garbled letters, broken lines."""

from __future__ import annotations

import pytest

from tests.unit.fhir.test_text import READER, found

SADDLE = "saddle-anesthesia"


@pytest.mark.parametrize(
    "text",
    [
        "sad\u00addle anes\u00adthesia",  # soft hyphens
        "sad\u200bdle numb\u200bness",
        "sad\u200ddle anesthesia",
        "sad\u200cdle\u2060 anesthesia",
        "\ufeffsaddle anesthesia",
        "\u202bsaddle\u202c \u200eanesthesia",
        "saddle&shy; anesthesia",
        "saddle&#8203; anesthesia",
        "saddle&#xa0;anesthesia",
        "ｓａｄｄｌｅ　ａｎｅｓｔｈｅｓｉａ",
        "𝐬𝐚𝐝𝐝𝐥𝐞 anesthesia",
        "saddleÂ\xa0anesthesia",
        "saddleÂ anesthesia",
    ],
)
def test_what_nobody_sees_parts_no_word(text: str) -> None:
    assert any(mention.is_stated for mention in found(text, SADDLE))


@pytest.mark.parametrize(
    "apostrophe", ["'", "’", "‛", "ʼ", "′", "`", "´", "?", "\ufffd", "â€™", "&#39;", "&rsquo;", "&apos;"]
)
def test_an_apostrophe_is_one_however_it_was_written_or_lost(apostrophe: str) -> None:
    mentions = found(f"can{apostrophe}t pee since this morning", "urinary-retention")
    assert [mention.is_stated for mention in mentions] == [True]


def test_letters_garbled_on_the_way_are_restored() -> None:
    assert found("Guillain-BarrÃ© syndrome", "gbs")
    assert found("SjÃ¶gren syndrome", "sjogren")
    assert not found("no saddle anaesthesia â€“ seen today", SADDLE)[0].is_stated


@pytest.mark.parametrize("text", ["Ångström", "Ã", "à la", "Â", "café É”", "Müller’s"])
def test_letters_that_are_right_stay_as_they_are(text: str) -> None:
    assert READER.read(f"{text} saddle anesthesia").mentions


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("Numb feet. Since yesterday unable to\npass urine.", "urinary-retention"),
        ("She has lost control of her\nbowels.", "fecal-incontinence"),
        ("numbness around\nthe back passage", SADDLE),
    ],
)
def test_a_line_that_breaks_off_before_its_end_goes_on_in_the_next(text: str, concept: str) -> None:
    assert any(mention.is_stated for mention in found(text, concept))


def test_a_denial_goes_on_in_the_next_line_where_its_own_breaks_off() -> None:
    assert not any(mention.is_stated for mention in found("Numb feet. Denies any\nsaddle numbness.", SADDLE))
    assert any(mention.is_stated for mention in found("No fever\nsaddle numbness", SADDLE))
