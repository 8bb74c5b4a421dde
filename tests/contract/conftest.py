"""The real app, as `gunicorn` would get it, with a fixed day."""

from __future__ import annotations

import io

import pytest
from flask import Flask
from flask.testing import FlaskClient

from cds.app import create_app
from cds.settings import load
from tests.contract.records import TODAY


@pytest.fixture(scope="session")
def log() -> io.StringIO:
    """Everything that the app logs during the session."""
    return io.StringIO()


@pytest.fixture(scope="session")
def app(log: io.StringIO) -> Flask:
    """The app with the real rules."""
    return create_app(load({"CDS_AS_OF": TODAY}), log_stream=log)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A client of the app."""
    return app.test_client()


@pytest.fixture(scope="session")
def site_without_fixed_day(log: io.StringIO) -> FlaskClient:
    """A client of the app with the day of the clock."""
    return create_app(load({}), log_stream=log).test_client()
