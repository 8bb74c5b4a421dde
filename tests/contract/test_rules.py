"""/rules and /rules/{id} of the real app: every rule has a page that holds what its files say."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from functools import cache
from html import unescape
from typing import Any

import pytest
from flask import Flask
from jsonschema import Draft202012Validator
from werkzeug.test import TestResponse

from tests.contract.test_openapi import CONTRACT, FILE
from tests.rulebook import knowledge

RULES = [*sorted(knowledge().documents), "general"]
Get = Callable[[str], TestResponse]
_TAG = re.compile(r"<[^>]+>")


@cache
def validator(schema: str) -> Draft202012Validator:
    return Draft202012Validator({"$ref": f"#/components/schemas/{schema}", **CONTRACT})


def words(page: str) -> str:
    """A page without its markup, white space as one blank."""
    return " ".join(unescape(_TAG.sub(" ", page.partition("</style>")[2])).split())


@pytest.fixture(scope="module")
def get(app: Flask) -> Get:
    """Reads an address once, whichever test asks for it."""
    return cache(app.test_client().get)


def data(get: Get, id_: str) -> dict[str, Any]:
    view: dict[str, Any] = get(f"/rules/{id_}?format=json").get_json()
    return view


def test_the_index_lists_every_rule_once_with_its_version_and_that_nobody_reviewed_it(get: Get) -> None:
    index = get("/rules?format=json").get_json()
    assert [e.message for e in validator("RuleIndex").iter_errors(index)] == []
    rules = [rule for group in index["groups"] for rule in group["rules"]]
    assert sorted(rule["id"] for rule in rules) == sorted(RULES)
    page = words(get("/rules").text)
    for rule in rules:
        assert rule["title"] in page
        assert rule["status"] == {"state": "not-reviewed", "text": "not clinically reviewed", "inUse": True}
    assert page.count("not clinically reviewed") == len(rules)
    assert "have not been reviewed by a clinician" in page


@pytest.mark.parametrize("id_", RULES)
def test_every_rule_has_a_view_as_the_contract_says_and_a_page_with_the_same_content(get: Get, id_: str) -> None:
    view = data(get, id_)
    assert [f"{e.json_path} {e.message[:200]}" for e in validator("RuleView").iter_errors(view)] == []
    page = words(get(f"/rules/{id_}").text)
    told = [view["title"], view["version"], view["status"]["text"], *(s["citation"] for s in view["sources"])]
    told += [text["text"] for name in ("management", "tips", "facts", "caveats") for text in view[name]]
    told += [c["text"] for name in ("management", "tips", "facts") for text in view[name] for c in text["caveats"]]
    told += [line["text"] for line in view.get("lines", ())] + [q["text"] for q in view.get("questions", ())]
    told += [c["title"] for c in view.get("criteria", ())] + view.get("cases", []) + view.get("notices", [])
    told += [code["code"] for value_set in view.get("valueSets", ()) for code in value_set["codes"]]
    assert [text for text in told if " ".join(text.split()) not in page] == []


@pytest.mark.parametrize("id_", RULES)
def test_every_link_of_a_page_leads_somewhere(get: Get, id_: str) -> None:
    page = get(f"/rules/{id_}").text
    own = set(re.findall(r'\bid="([^"]+)"', page))
    assert len(own) == len(re.findall(r'\bid="([^"]+)"', page)), "an id stands twice"
    for link in set(re.findall(r'href="([^"]+)"', page)):
        path, _, anchor = unescape(link).partition("#")
        if path.startswith("http"):
            continue
        target = get(path).text if path else page
        assert not path or get(path).status_code == 200, link
        assert not anchor or f'id="{anchor}"' in target, link


@pytest.mark.parametrize(
    "id_", ["cause.vitamin-b12-deficiency", "test.abi", "redflag.cauda-equina", "action.emergency-department"]
)
def test_a_rule_is_also_found_by_what_it_concludes(get: Get, id_: str) -> None:
    assert id_ in data(get, id_)["concludes"]


def test_every_cause_test_flag_and_action_on_a_card_has_a_page(get: Get) -> None:
    named: set[str] = set()
    for file in sorted((FILE.parent / "fhir_examples" / "responses").rglob("*.json")):
        named |= set(re.findall(r'"((?:ext\.)?(?:cause|test|redflag|action)\.[a-z0-9-]+)"', file.read_text("utf-8")))
    assert len(named) > 20
    assert [id_ for id_ in sorted(named) if get(f"/rules/{id_}").status_code != 200] == []


@pytest.mark.parametrize("id_", RULES)
def test_no_page_speaks_in_numbers_of_documents_that_its_reader_does_not_have(get: Get, id_: str) -> None:
    assert re.findall(r"\bR-[A-Z]+-\d+", words(get(f"/rules/{id_}").text)) == []


def test_a_fact_that_nobody_verified_is_said_to_be_so(get: Get) -> None:
    unverified = [id_ for id_, d in knowledge().documents.items() if d.data.get("unverified")]
    assert unverified
    for id_ in unverified:
        page = words(get(f"/rules/{id_}").text)
        assert "Rests in part on facts that nobody has verified:" in page
        grades = {source["id"]: source["grade"] for source in data(get, id_)["sources"]}
        assert {grades[source] for source in knowledge().documents[id_].data["unverified"]} == {"K"}


def test_codes_stand_with_the_notices_of_their_owners(get: Get) -> None:
    view = data(get, "vitamin-b12-deficiency")
    systems = {code["system"] for value_set in view["valueSets"] for code in value_set["codes"]}
    assert {"http://loinc.org", "http://snomed.info/sct"} <= systems
    assert any("LOINC is copyright" in notice for notice in view["notices"])
    assert any("SNOMED CT Global Patient Set" in notice for notice in view["notices"])


def test_codes_outside_the_global_patient_set_are_marked(get: Get) -> None:
    folder = FILE.parent / "rules" / "value_sets"
    for id_ in ("sacroiliac-joint-dysfunction", "tarsal-tunnel-syndrome"):
        for value_set in data(get, id_)["valueSets"]:
            path = folder / "snomed_affiliate" / f"{value_set['id'].replace('-', '_')}.json"
            parts = json.loads(path.read_text("utf-8"))["compose"]["include"] if path.is_file() else []
            apart = {c["code"] for part in parts for c in part["concept"]}
            assert {c["code"] for c in value_set["codes"] if c.get("license")} == apart


def test_what_a_named_criterion_asks_stands_beside_its_name(get: Get) -> None:
    page = words(get("/rules/chronic-venous-insufficiency").text)
    assert "on record : Venous insufficiency on record, not known to be of the other side" in page
    listed = [c["when"] for c in data(get, "vitamin-b12-deficiency")["criteria"]]
    assert [node for node in listed if "ref" in node and "of" in node] == []


def combined(told: Any) -> dict[str, str]:
    """The criteria of a view that combine others: the name of each -> its words."""
    if isinstance(told, list):
        return {name: text for one in told for name, text in combined(one).items()}
    if not isinstance(told, dict):
        return {}
    own = {told["ref"]: told["text"]} if "ref" in told and "of" in told else {}
    return own | combined(list(told.values()))


@pytest.mark.parametrize("id_", RULES)
def test_a_clause_says_in_full_what_it_asks_and_says_it_once(get: Get, id_: str) -> None:
    """The name of a long list alone would tell a reader nothing; the list told twice would tell less."""
    page = get(f"/rules/{id_}").text
    view = data(get, id_)
    names = Counter(combined([view.get(part) for part in ("clauses", "lines", "questions")]).values())
    in_full = Counter(re.findall(r"<summary><b>(.*?)</b>", page))
    again = re.findall(r">([^<]+)</a> <span class=\"means\">\(as above\)", page)
    assert in_full <= names
    assert set(again) <= set(in_full)


def test_the_first_level_of_a_red_flag_is_said_in_full(get: Get) -> None:
    page = words(get("/rules/cauda-equina").text)
    assert "Bladder or bowel change" in page.partition("Level 1:")[2].partition("Level 2:")[0]
    assert "(as above)" in page


def test_the_lines_of_a_cause_say_where_each_is_printed(get: Get) -> None:
    page = words(get("/rules/vitamin-b12-deficiency").text)
    assert "Supported by data, but the pattern does not fit Low vitamin B12 needs care in itself" in page
    assert page.index("Instead of these, the first that holds") < page.index("Vitamin B12 results conflict")


@pytest.mark.parametrize("id_", RULES)
def test_no_clause_ends_at_a_name(get: Get, id_: str) -> None:
    def bare(told: Any) -> list[str]:
        if isinstance(told, list):
            return [name for one in told for name in bare(one)]
        if not isinstance(told, dict):
            return []
        own = [told["ref"]] if "ref" in told and "means" not in told else []
        return own + [name for one in told.values() for name in bare(one)]

    view = data(get, id_)
    assert bare([view.get("clauses"), view.get("lines"), view.get("questions")]) == []


def test_the_file_of_a_rule_stands_in_its_data(get: Get) -> None:
    assert data(get, "abi")["definition"] == knowledge().documents["abi"].data


def test_context_is_never_told_on_a_card(get: Get) -> None:
    texts = [t["text"] for id_ in RULES for n in ("management", "tips", "facts") for t in data(get, id_)[n]]
    cards = "".join(p.read_text("utf-8") for p in (FILE.parent / "fhir_examples" / "responses").rglob("*.json"))
    assert len(texts) > 100
    assert [text for text in texts if text in cards] == []


def test_warmth_is_never_told_without_its_danger(get: Get) -> None:
    page = words(get("/rules/general").text)
    after = page.partition("warm soaks or compresses")[2]
    assert "Heat burns a foot that does not feel it" in after[:400]


def test_what_is_not_shown_is_named_with_the_reason(get: Get) -> None:
    page = words(get("/rules/general").text)
    assert "Deliberately not shown" in page
    assert "tip.2-hydration" in page
    assert "tip.2-hydration" not in {t["id"] for id_ in RULES for t in data(get, id_)["tips"]}


@pytest.mark.parametrize(
    ("id_", "source", "url"),
    [
        ("vitamin-b12-deficiency", "nice-ng239", "https://www.nice.org.uk/guidance/ng239"),
        ("peripheral-artery-disease", "aha-2016-pad", "https://www.ncbi.nlm.nih.gov/pmc/articles/PMC5477786/"),
    ],
)
def test_a_source_with_a_known_address_shows_it(get: Get, id_: str, source: str, url: str) -> None:
    assert {told["id"]: told.get("url") for told in data(get, id_)["sources"]}[source] == url
    assert f'href="{url}"' in get(f"/rules/{id_}").text
