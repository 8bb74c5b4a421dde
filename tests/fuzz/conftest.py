"""One app for all property tests."""

from __future__ import annotations

import pytest

from tests.fuzz.service import Service


@pytest.fixture(scope="session")
def service() -> Service:
    """The app with the real rules."""
    return Service()
