"""Every story in every dialect: what is concluded is what the documents say, and what the plain telling says."""

from __future__ import annotations

import io
import json
from collections.abc import Collection, Mapping
from datetime import date
from functools import cache
from typing import Any

import pytest
from flask.testing import FlaskClient

from cds.app import create_app
from cds.settings import load
from tests.dialects.america import Ccda, CcdaInWords, Epic, Mimic, Oracle, Synthea
from tests.dialects.elsewhere import Australian, Ips, OpenMrs
from tests.dialects.envelopes import Bulk, Hapi, Laboratory, LaboratoryInWords, Prefetch, Reports, Transaction
from tests.dialects.europe import Dutch, German, GpConnect, UkCore
from tests.dialects.plain import Plain
from tests.dialects.releases import R5, Dstu2, Stu3
from tests.dialects.stories import DAY, STORIES, Story
from tests.vignettes.comparing import differences
from tests.vignettes.reading import Vignette
from tests.vignettes.running import Answer, data_of

PLAIN = Plain()
DIALECTS: list[Plain] = [
    kind()
    for kind in (
        Synthea, Epic, Oracle, Ccda, CcdaInWords, Mimic, UkCore, GpConnect, German, Dutch, Australian, Ips, OpenMrs,
        Dstu2, Stu3, R5, Hapi, Transaction, Bulk, Prefetch, Laboratory, LaboratoryInWords, Reports,
    )
]  # fmt: skip

of_dialects = pytest.mark.parametrize("dialect", DIALECTS, ids=lambda d: d.name)


@pytest.mark.parametrize("story", STORIES, ids=lambda s: s.id)
def test_the_plain_telling_is_answered_as_the_documents_say(story: Story) -> None:
    assert differences(expected(story, PLAIN), told(story, PLAIN)) == []


@pytest.mark.parametrize("story", STORIES, ids=lambda s: s.id)
@of_dialects
def test_a_dialect_is_answered_as_the_documents_say_and_as_the_plain_telling(story: Story, dialect: Plain) -> None:
    assert differences(expected(story, dialect), told(story, dialect)) == []
    own, plain = content(story, dialect), content(story, PLAIN, dialect.apart)
    if story.id in dialect.less:
        assert own != plain, f"{dialect.name} says all of {story.id}: take it out of what it says less of"
    else:
        assert own == plain


# --- the comparison can fail ---


@of_dialects
def test_a_dialect_sends_something_else_than_the_plain_telling(dialect: Plain) -> None:
    """Of at least one story: some dialects write only one kind of resource in their own way."""
    assert any(dialect.sent(story) != PLAIN.sent(story) for story in STORIES)


def test_what_a_dialect_says_less_of_are_stories_and_parts_that_there_are() -> None:
    ids, parts = {story.id for story in STORIES}, set(content(STORIES[0], PLAIN))
    for dialect in DIALECTS:
        assert set(dialect.less) <= ids
        assert set(dialect.apart) <= parts


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("b12-low", "b12-borderline"),
        ("metronidazole-long", "metronidazole-short"),
        ("tarsal-tunnel", "tarsal-tunnel-of-the-other-foot"),
        ("diabetes-with-hba1c", "diabetes-without-hba1c"),
        ("cauda-equina", "pacemaker"),
    ],
)
def test_stories_that_differ_in_one_fact_are_told_apart(one: str, other: str) -> None:
    by_id = {story.id: story for story in STORIES}
    assert content(by_id[one], PLAIN) != content(by_id[other], PLAIN)


# --- telling and comparing ---


def expected(story: Story, dialect: Plain) -> Vignette:
    """The expectation; where the dialect says less, with what it allows instead."""
    less = dialect.less.get(story.id)
    expect = {**story.expect, **(less.expect if less is not None else {})}
    return Vignette(
        id=story.id, story=story.source, trap=None, day=date.fromisoformat(DAY), service="patient-view", prefetch={},
        expect={key: value for key, value in expect.items() if value is not None}, place=dialect.name,
    )  # fmt: skip


@cache
def client() -> FlaskClient:
    return create_app(load({"CDS_AS_OF": DAY}), log_stream=io.StringIO()).test_client()


_answers: dict[tuple[str, str], Answer] = {}


def told(story: Story, dialect: Plain) -> Answer:
    """The answer to one telling, asked once."""
    key = story.id, dialect.name
    if key not in _answers:
        sent = dialect.sent(story)
        answer = client().post(sent.path, data=sent.body, content_type=sent.content_type)
        cards = json.loads(answer.data)["cards"] if answer.status_code == 200 else ()
        _answers[key] = Answer(answer.status_code, tuple(cards))
    return _answers[key]


def content(story: Story, dialect: Plain, apart: Collection[str] = ()) -> Mapping[str, Any]:
    """What is concluded, without the words in which the data are told, and without what the dialect cannot settle."""
    apart = {*apart, *dialect.apart}
    answer = told(story, dialect)
    parts = {
        "status": answer.status,
        "cards": [(data_of(card)["card"], card["indicator"], card["summary"]) for card in answer.cards],
        "flags": answer.flags,
        "causes": [(item["cause"], item["subcauses"], item["tier"]) for item in answer.items("differential")],
        "set aside": sorted(item["cause"] for item in answer.items("setAside")),
        "tests": sorted((item["test"], item["when"]) for item in answer.items("tests")),
        "done": sorted(item["test"] for item in answer.items("alreadyDone")),
        "not indicated": sorted(item["test"] for item in answer.items("notIndicated")),
        "drugs": sorted(item["drug"] for item in answer.items("medications")),
        "offered": sorted(answer.orders),
        "asked": sorted(item["id"] for item in answer.items("questions")),
    }
    return {name: part for name, part in parts.items() if name not in apart}
