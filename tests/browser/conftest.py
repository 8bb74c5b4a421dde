"""Chromium without a screen, and the real app on a free loopback port with a fixed day.

Needs Chromium and its driver on the path (Debian: `chromium` and `chromium-driver`). Where one is missing, all tests
of this folder are skipped, and with CDS_REQUIRE_ALL=1 that is a failure. Nothing is downloaded.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service

from tests.browser.screen import Screen
from tests.browser.serving import served

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
DRIVER = shutil.which("chromedriver")
_ARGUMENTS = (
    "--headless=new",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-dev-shm-usage",  # containers have little shared memory
    "--disable-extensions",
    "--disable-sync",
    "--no-default-browser-check",
    "--no-first-run",
    "--no-proxy-server",
)


@pytest.fixture(scope="session")
def site() -> Iterator[str]:
    """The address of the running service."""
    with served() as address:
        yield address


@pytest.fixture(scope="session")
def chrome(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    """One browser for all tests, with a profile of its own that nobody keeps."""
    if CHROMIUM is None or DRIVER is None:
        pytest.skip("the pages are tested in Chromium, and `chromium` or `chromedriver` is not on the path here")
    options = ChromeOptions()
    options.binary_location = CHROMIUM
    as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
    for argument in [*_ARGUMENTS, *as_root, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"]:
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = Chrome(options, Service(executable_path=DRIVER))
    yield driver
    driver.quit()


@pytest.fixture
def screen(chrome: Chrome, site: str) -> Screen:
    """The browser as a reader meets it: a desktop, light, scripts allowed."""
    screen = Screen(chrome, site)
    screen.reset()
    return screen
