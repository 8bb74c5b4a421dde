"""What every test can count on: nothing skipped in CI, the shared corpus where there is one, profiles for hypothesis.

CDS_REQUIRE_ALL=1 turns each skip into a failure. CDS_CORPUS names another folder with the corpus.
CDS_HYPOTHESIS_PROFILE is `ci` (the default) or `fuzz`.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import settings

from cds.hooks import call_service
from cds.knowledge.rulebook import inspect
from tests.rulebook import RULES, knowledge

ROOT = Path(__file__).resolve().parents[1]
_Report = TypeVar("_Report", pytest.TestReport, pytest.CollectReport)


def _take(name: str, default: str = "") -> str:
    """Read a variable and remove it: the service, which tests start, refuses a CDS_ variable that is no setting."""
    return os.environ.pop(name, "") or default


REQUIRE_ALL = _take("CDS_REQUIRE_ALL") == "1"
CORPUS = Path(_take("CDS_CORPUS", str(ROOT.parent / "shared" / "data" / "corpus")))
PROFILE = _take("CDS_HYPOTHESIS_PROFILE", "ci")
# For @settings(max_examples=FUZZ_EXAMPLES) on a test that is worth more than the profile's usual number.
FUZZ_EXAMPLES = {"ci": 2_000, "fuzz": 100_000}[PROFILE]

# The same examples in every run: a failure in CI is the change's own. The long run looks for new ones.
settings.register_profile("ci", derandomize=True, deadline=None, print_blob=True)
settings.register_profile("fuzz", deadline=None, print_blob=True, max_examples=FUZZ_EXAMPLES)
settings.load_profile(PROFILE)


@pytest.fixture(scope="session", autouse=True)
def _rules_read_once() -> Iterator[None]:
    """Every engine and app of the session is made of the same rules; those of any other folder are read anew."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(call_service, "inspect", lambda path: knowledge() if path == RULES else inspect(path))
        yield


@pytest.fixture(scope="session")
def shared_corpus() -> Path:
    """The folder of real payloads. A test that asks for it is collected only where the folder exists."""
    return CORPUS


def pytest_report_header() -> str:
    """Say what is not collected, so that nobody takes a smaller suite for the whole."""
    return "shared corpus: found" if CORPUS.is_dir() else "shared corpus: not here, tests that read it are left out"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the tests on the corpus where there is none: they are not part of the project then, not skipped."""
    if CORPUS.is_dir():
        return
    left_out = [item for item in items if "shared_corpus" in getattr(item, "fixturenames", ())]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test that skipped itself."""
    report = yield
    return report if hasattr(report, "wasxfail") else _as_required(report)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """A module that skipped itself while it was imported."""
    return _as_required((yield))


def _as_required(report: _Report) -> _Report:
    if REQUIRE_ALL and report.skipped:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome, report.longrepr = "failed", f"CDS_REQUIRE_ALL=1, and this was skipped: {reason}"
    return report
