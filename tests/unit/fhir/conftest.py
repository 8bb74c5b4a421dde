"""A reader with the real terminology, and short ways to let it read a few resources."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from cds.domain.record import Exposure, Finding, Order, PatientRecord, Procedure, Result
from cds.domain.terminology import Terminology
from cds.fhir.decode import Reader
from tests.builders import bundle, patient, raw
from tests.rulebook import knowledge

TODAY = date(2026, 11, 20).toordinal()
Read = Callable[..., PatientRecord]


@pytest.fixture(scope="session")
def terminology() -> Terminology:
    """The project's own."""
    return knowledge().terminology


@pytest.fixture(scope="session")
def reader(terminology: Terminology) -> Reader:
    """One reader for all tests, as in the service."""
    return Reader(terminology)


@pytest.fixture(scope="session")
def read(reader: Reader) -> Read:
    """Read resources as one chart of patient p on 2026-11-20."""

    def read_them(*resources: Any) -> PatientRecord:
        return reader.read_document(raw(bundle(patient(), *resources, kind="collection")), TODAY)

    return read_them


def facts(shelf: dict[str, list[Any]]) -> list[Any]:
    """Every fact of a shelf once."""
    return list({id(fact): fact for filed in shelf.values() for fact in filed}.values())


def finding(record: PatientRecord) -> Finding:
    """The only finding."""
    (only,) = facts(record.findings)
    return only  # type: ignore[no-any-return]


def result(record: PatientRecord) -> Result:
    """The only result."""
    (only,) = facts(record.results)
    return only  # type: ignore[no-any-return]


def exposure(record: PatientRecord) -> Exposure:
    """The only exposure."""
    (only,) = facts(record.exposures)
    return only  # type: ignore[no-any-return]


def done(record: PatientRecord) -> Procedure:
    """The only procedure."""
    (only,) = facts(record.procedures)
    return only  # type: ignore[no-any-return]


def ordered(record: PatientRecord) -> Order:
    """The only order."""
    (only,) = facts(record.orders)
    return only  # type: ignore[no-any-return]
