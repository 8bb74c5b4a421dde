"""An app whose log is empty when these tests begin."""

from __future__ import annotations

import pytest

from tests.fuzz.service import Service


@pytest.fixture
def service() -> Service:
    """The app with the real rules; it refuses bodies above a megabyte."""
    return Service(CDS_MAX_BODY="1000000")
