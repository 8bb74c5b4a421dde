"""What a test asks of the browser: open a page in some light and width, wait, and read what the browser noticed."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait

PHONE, DESKTOP = 360, 1280
AUDIT = (Path(__file__).parent / "audit.js").read_text(encoding="utf-8")
_SECONDS = 10
_T = TypeVar("_T")


@dataclass
class Screen:
    """The browser on one service."""

    chrome: Chrome
    site: str

    def reset(self) -> None:
        """A desktop in a light room with scripts, an empty page, and nothing in the logs."""
        self.width(DESKTOP)
        self.media()
        self.scripts(allowed=True)
        self.chrome.get("about:blank")
        self.console()
        self.requests()

    def open(self, path: str) -> None:
        """Open a page of the service and wait until it is there."""
        self.chrome.get(self.site + path)

    def width(self, pixels: int) -> None:
        """How wide the window is, in CSS pixels; the page is laid out anew."""
        size = {"width": pixels, "height": 800, "deviceScaleFactor": 1, "mobile": pixels == PHONE}
        self.chrome.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)

    def media(self, medium: str = "", scheme: str = "light") -> None:
        """Paper or screen, light or dark."""
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.chrome.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": medium, "features": features})

    def scripts(self, *, allowed: bool) -> None:
        """Let pages run scripts, or not."""
        self.chrome.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": not allowed})

    def find(self, selector: str) -> WebElement:
        """The first element of a CSS selector."""
        return self.chrome.find_element(By.CSS_SELECTOR, selector)

    def all(self, selector: str) -> list[WebElement]:
        """All elements of a CSS selector."""
        return self.chrome.find_elements(By.CSS_SELECTOR, selector)

    def wait(self, condition: Callable[[Chrome], _T | bool]) -> _T:
        """Wait until a condition holds."""
        found: _T = WebDriverWait(self.chrome, _SECONDS, poll_frequency=0.05).until(condition)
        return found

    def run(self, script: str, *arguments: object) -> Any:
        """What a script says in the page."""
        return self.chrome.execute_script(script, *arguments)

    def audit(self) -> list[str]:
        """What is wrong with the page as it is shown now, in sentences."""
        found: list[str] = self.run(AUDIT)
        return found

    def links(self) -> set[str]:
        """The addresses of this service that the page links to, without the place in the page."""
        hrefs: list[str] = self.run("return [...document.querySelectorAll('a[href]')].map((a) => a.href)")
        return {href.partition("#")[0] for href in hrefs if href.startswith(self.site)}

    def console(self) -> list[str]:
        """What the browser complained of since it was last asked: errors, warnings, breaches of the content policy."""
        return [entry["message"] for entry in self.chrome.get_log("browser")]  # type: ignore[no-untyped-call]

    def requests(self) -> list[str]:
        """The addresses that pages asked for since this was last asked."""
        entries = self.chrome.get_log("performance")  # type: ignore[no-untyped-call]
        messages = (json.loads(entry["message"])["message"] for entry in entries)
        return [m["params"]["request"]["url"] for m in messages if m["method"] == "Network.requestWillBeSent"]
