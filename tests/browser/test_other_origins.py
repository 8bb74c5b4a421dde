"""A client in a browser, as a page of another origin: checklist §9 H, judged by the browser itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.browser.screen import Screen
from tests.browser.serving import listening, served
from tests.contract.records import SPEAKS_WHEN_ASKED, call

CALL = f"/cds-services/{SPEAKS_WHEN_ASKED}"
# Every such call is preflighted, for its media type and for its Authorization.
FETCH = """
const [url, body, done] = arguments;
const headers = {"Content-Type": "application/json", Authorization: "Bearer none"};
const options = body === null ? { headers } : { method: "POST", headers, body: JSON.stringify(body) };
fetch(url, options)
  .then(async (answer) => done([answer.status, await answer.json()]))
  .catch((error) => done([0, error.name]));
"""


@pytest.fixture
def elsewhere(screen: Screen) -> Iterator[Screen]:
    """The browser on an empty page of another origin."""
    with listening() as server:
        screen.chrome.get(f"http://127.0.0.1:{server.port}/")
        yield screen


def fetched(screen: Screen, url: str, body: Any = None) -> tuple[int, Any]:
    """Status and body as the page gets to see them; 0 when the browser keeps them from it."""
    status, told = screen.chrome.execute_async_script(FETCH, url, body)
    return status, told


def test_a_client_in_a_browser_finds_the_services_and_gets_cards(elsewhere: Screen) -> None:
    status, told = fetched(elsewhere, f"{elsewhere.site}/cds-services")
    assert (status, {service["id"] for service in told["services"]} >= {SPEAKS_WHEN_ASKED}) == (200, True)
    status, told = fetched(elsewhere, elsewhere.site + CALL, call())
    assert (status, len(told["cards"]) > 0) == (200, True)
    assert elsewhere.console() == []


def test_a_client_in_a_browser_gets_to_read_what_was_wrong(elsewhere: Screen) -> None:
    for path, body, expected in ((CALL, {}, 400), (CALL, call(prefetch={}), 412), ("/cds-services/none", call(), 404)):
        status, told = fetched(elsewhere, elsewhere.site + path, body)
        assert (path, status, told["resourceType"]) == (path, expected, "OperationOutcome")


def test_a_page_that_the_site_has_not_named_gets_nothing(elsewhere: Screen) -> None:
    with served(CDS_CORS_ORIGINS="https://ehr.example.org") as address:
        assert fetched(elsewhere, f"{address}/cds-services") == (0, "TypeError")
        assert fetched(elsewhere, address + CALL, call()) == (0, "TypeError")
