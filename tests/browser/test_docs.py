"""/docs in Chromium: its forms send what they say, to this service only, and show what came back as text."""

from __future__ import annotations

import json
import shlex
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.select import Select

from tests.browser.screen import Screen

DATA = "org.heel-numbness-cds"
MARKUP = "<img src=x onerror=\"document.title='caught'\">"


@pytest.fixture
def docs(screen: Screen) -> Screen:
    """The page, open."""
    screen.open("/docs")
    return screen


def form(screen: Screen, path: str, method: str = "POST") -> WebElement:
    return screen.find(f'form[data-path="{path}"][data-method="{method}"]')


def send(screen: Screen, of: WebElement) -> tuple[str, str, str]:
    """Send a form; the state, the line about it and the answer that the page then shows."""
    screen.run("delete arguments[0].querySelector('output').dataset.state", of)
    of.find_element(By.CSS_SELECTOR, "button[type=submit]").click()
    output = of.find_element(By.TAG_NAME, "output")
    state = screen.wait(lambda _: output.get_attribute("data-state"))
    shown = [output.find_element(By.CSS_SELECTOR, part).text for part in ("[data-status]", "pre")]
    return state, shown[0], shown[1]


def fill(screen: Screen, of: WebElement, text: str) -> None:
    """Put a text into the body, as pasting does."""
    screen.run("arguments[0].elements.body.value = arguments[1]", of, text)


def test_the_example_of_evaluate_is_answered_with_cards(docs: Screen) -> None:
    state, status, answer = send(docs, form(docs, "/evaluate"))
    assert state == "answered"
    assert status.startswith("200 OK, application/json, ")
    cards = json.loads(answer)["cards"]
    assert cards
    assert all(card["summary"] and card["detail"] for card in cards)


def test_broken_json_shows_what_the_operation_outcome_says(docs: Screen) -> None:
    evaluate = form(docs, "/evaluate")
    fill(docs, evaluate, '{"resourceType": ')
    state, status, answer = send(docs, evaluate)
    assert state == "error"
    assert status.startswith("400 BAD REQUEST, application/json, ")
    outcome = json.loads(answer)
    assert outcome["resourceType"] == "OperationOutcome"
    assert outcome["issue"][0]["diagnostics"].endswith(".")
    docs.console()  # the browser notes an answer of 400, as it should


def test_every_form_as_it_stands_is_answered_by_this_service(docs: Screen) -> None:
    forms = docs.all("form")
    assert len(forms) > 10
    told = {f"{f.get_attribute('data-method')} {f.get_attribute('data-path')}": send(docs, f)[:2] for f in forms}
    assert {name: status for name, (state, status) in told.items() if state != "answered"} == {}
    assert docs.console() == []
    assert {f"http://{urlsplit(url).netloc}" for url in docs.requests() if not url.startswith("about:")} == {docs.site}


def test_what_is_chosen_and_typed_is_sent(docs: Screen) -> None:
    evaluate = form(docs, "/evaluate")
    fill(docs, evaluate, json.dumps({"resourceType": "Patient", "id": "made-up", "birthDate": "1961-05-04"}))
    assert kinds(send(docs, evaluate)[2]) == ["data-gap"]
    Select(evaluate.find_element(By.NAME, "symptom")).select_by_visible_text("assumed")
    evaluate.find_element(By.NAME, "asOf").send_keys("2026-11-02")
    answer = send(docs, evaluate)[2]
    assert "data-gap" not in kinds(answer)
    assert {card["extension"][DATA]["asOf"] for card in json.loads(answer)["cards"]} == {"2026-11-02"}


def kinds(answer: str) -> list[str]:
    """Of the cards of an answer."""
    return [card["extension"][DATA]["card"] for card in json.loads(answer)["cards"]]


def test_another_media_type_brings_its_own_example(docs: Screen) -> None:
    evaluate = form(docs, "/evaluate")
    Select(evaluate.find_element(By.NAME, "type")).select_by_visible_text("application/fhir+ndjson")
    state, status, answer = send(docs, evaluate)
    assert (state, status.split(", ")[1]) == ("answered", "application/x-ndjson")
    assert [json.loads(line)["cards"] for line in answer.splitlines()]


@pytest.mark.parametrize("typed", ["no-such-rule", "../health/live", "//example.org/x", "a b?c#d"])
def test_what_is_typed_into_a_path_stays_in_its_place(docs: Screen, typed: str) -> None:
    rule = form(docs, "/rules/{id}", "GET")
    docs.run("arguments[0].elements.id.value = arguments[1]", rule, typed)
    state, status, answer = send(docs, rule)
    assert (state, status[:3], json.loads(answer)["resourceType"]) == ("error", "404", "OperationOutcome")
    sent = [url for url in docs.requests() if "/docs" not in url and not url.startswith("about:")]
    assert [urlsplit(url).path.startswith("/rules/") and url.startswith(docs.site) for url in sent] == [True]


def test_markup_in_an_answer_is_shown_and_not_obeyed(docs: Screen) -> None:
    explain = form(docs, "/explain/{id}")
    body = json.loads(docs.run("return arguments[0].elements.body.value", explain))
    symptom = {
        "resourceType": "Condition",
        "id": "c",
        "subject": {"reference": f"Patient/{body['context']['patientId']}"},
    }
    body["prefetch"]["conditions"] = symptom | {"code": {"text": f"Numbness of heel {MARKUP}"}}
    fill(docs, explain, json.dumps(body))
    state, _, answer = send(docs, explain)
    assert state == "answered"
    assert "Numbness of heel" in answer
    assert docs.run("return arguments[0].querySelector('output pre').childElementCount", explain) == 0
    assert docs.chrome.title == "HTTP contract of Heel Numbness CDS"


def command(screen: Screen, operation: str) -> list[str]:
    """The words of the command that the page prints for an operation, as a shell reads them."""
    article = form(screen, operation).find_element(By.XPATH, "./ancestor::article")
    article.find_element(By.XPATH, ".//summary[.='Command']").click()
    text = screen.wait(lambda _: article.find_element(By.CSS_SELECTOR, "pre").text)
    return shlex.split(text.replace("\\\n", " "))


def test_the_command_for_evaluate_gets_the_same_cards(docs: Screen) -> None:
    curl, silent, url, *rest = command(docs, "/evaluate")
    options = dict(zip(rest[::2], rest[1::2], strict=True))
    assert (curl, silent, url, sorted(options)) == ("curl", "-s", f"{docs.site}/evaluate", ["-H", "-d"])
    name, _, kind = options["-H"].partition(": ")
    by_hand = posted(url, options["-d"], {name: kind})
    by_form = json.loads(send(docs, form(docs, "/evaluate"))[2])
    assert [card["summary"] for card in by_hand["cards"]] == [card["summary"] for card in by_form["cards"]]


def posted(url: str, body: str, headers: dict[str, str]) -> dict[str, Any]:
    connection = HTTPConnection(urlsplit(url).netloc, timeout=10)
    connection.request("POST", urlsplit(url).path, body.encode(), headers)
    with connection.getresponse() as answer:
        told: dict[str, Any] = json.loads(answer.read())
    connection.close()
    return told


def test_a_command_is_copied_as_it_is_printed(docs: Screen) -> None:
    docs.chrome.execute_cdp_cmd(
        "Browser.grantPermissions",
        {"origin": docs.site, "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]},
    )
    article = form(docs, "/evaluate").find_element(By.XPATH, "./ancestor::article")
    article.find_element(By.XPATH, ".//summary[.='Command']").click()
    button = article.find_element(By.CSS_SELECTOR, "button.copy")
    button.click()
    docs.wait(lambda _: button.text == "Copied")
    read = "const done = arguments[0]; navigator.clipboard.readText().then(done, (error) => done(String(error)))"
    assert docs.chrome.execute_async_script(read) == article.find_element(By.CSS_SELECTOR, "pre").text


def test_without_scripts_the_contract_and_the_commands_are_there(screen: Screen) -> None:
    screen.scripts(allowed=False)
    screen.open("/docs")
    assert "The forms need JavaScript; the commands do not." in screen.find("main").text
    assert [f for f in screen.all("form, button.copy") if f.is_displayed()] == []
    paths = [article.find_element(By.TAG_NAME, "h3").text for article in screen.all("article")]
    assert "POST /evaluate" in paths
    article = screen.find("article:has(form[data-path='/evaluate'])")
    article.find_element(By.XPATH, ".//summary[.='Command']").click()
    screen.wait(lambda _: article.find_element(By.CSS_SELECTOR, "pre").text.startswith("curl -s "))
