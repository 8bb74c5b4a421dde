"""What the benchmark sends and writes; what it measures is no test."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cds.hooks.call_service import build_engine
from tests.bench.charts import DAY, hook_request
from tests.bench.many_rules import write_ten_times
from tests.bench.report import BEGIN, END, quote
from tests.bench.server import ROOT
from tests.bench.validating import by_resource, resources
from tests.examples.goldens import SERVICE, golden


@pytest.mark.parametrize(("size", "kilobytes"), [(20, 25), (150, 180), (2000, 2400)])
def test_a_request_has_the_size_that_is_said(size: int, kilobytes: int) -> None:
    body = hook_request(size, 0)
    assert len(list(resources(json.loads(body)["prefetch"]))) == size
    assert len(body) / 1000 == pytest.approx(kilobytes, rel=0.1)


def test_a_request_is_the_same_every_time_and_another_for_another_seed() -> None:
    assert hook_request(20, 1) == hook_request(20, 1) != hook_request(20, 2)


def test_a_request_holds_valid_resources() -> None:
    by_resource(json.loads(hook_request(150, 3))["prefetch"])


def test_the_tables_go_between_the_markers(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n", encoding="utf-8")
    quote(page, "| new |\n")
    assert page.read_text(encoding="utf-8") == f"before\n{BEGIN}\n| new |\n{END}\nafter\n"


def test_a_rulebook_many_times_as_large_loads_and_answers_the_same(tmp_path: Path) -> None:
    write_ten_times(ROOT / "rules", tmp_path / "rules", copies=1)
    large, small = build_engine(rules_path=tmp_path / "rules"), build_engine(rules_path=ROOT / "rules")
    assert len(large.knowledge.documents) > 1.8 * len(small.knowledge.documents)
    body = hook_request(150, 1)
    answers = [golden(json.loads(engine.call(SERVICE, body, DAY).body)) for engine in (small, large)]
    assert answers[0] == answers[1]


def test_the_readme_has_the_markers() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert text.count(BEGIN) == text.count(END) == 1
