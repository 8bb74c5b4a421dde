"""Records as the command line is given them: files and standard input in, an answer for each patient out."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from cds.fhir.bundles import BYTE_ORDER_MARK
from cds.hooks.call_service import Engine
from cds.hooks.errors import HookError

_MANY = 5
_PATIENT = re.compile(rb'"resourceType"\s*:\s*"Patient"')
Json = dict[str, Any]
Progress = Callable[[Iterator[Json], int], Iterator[Json]]


class InputError(Exception):
    """Input that cannot be used; the message is one sentence without patient data."""


class Question(NamedTuple):
    """What is asked of every record: on which day, whether a symptom is assumed, and of which patient, if one."""

    today: date
    symptom: str
    patient: str | None


def answers(
    engine: Engine, names: Iterable[str], question: Question, progress: Progress | None = None
) -> Iterator[tuple[str, Json]]:
    """Every answer with the words that tell it from the others: its file, its patient; empty when it is alone.

    `names` are files, "-" standard input; `progress` shows how far it is once there are more than a few patients.

    Raises:
        InputError: when a file cannot be read or used.
    """
    files = list(names)
    for name in files:
        file = [_shown(name)] if len(files) > 1 else []
        try:
            for answer in _answers_of(engine, _read(name), question, progress):
                patient = [answer["patient"]] if "patient" in answer else []
                yield " · ".join(file + patient), answer
        except HookError as error:
            raise InputError(f"{_shown(name)}: {error.text}") from None


def _answers_of(engine: Engine, body: bytes, question: Question, progress: Progress | None) -> Iterator[Json]:
    lines = [line for line in body.removeprefix(BYTE_ORDER_MARK).splitlines() if line.strip()]
    asked = question._asdict()
    if not _is_ndjson(lines):
        yield engine.evaluate_data(body, **asked)
        return
    found = engine.evaluate_lines(lines, **asked)
    patients = 1 if question.patient else sum(1 for line in lines if _PATIENT.search(line))
    yield from progress(found, patients) if progress is not None and patients > _MANY else found


def _is_ndjson(lines: list[bytes]) -> bool:
    """Several lines of which each is an object of its own."""
    if len(lines) == 1 or not lines:
        return False
    return all(line.lstrip().startswith(b"{") and line.rstrip().endswith(b"}") for line in lines[:3])


def _read(name: str) -> bytes:
    if name == "-" and sys.stdin is None:  # closed by the caller
        raise InputError("standard input cannot be read: it is closed")
    try:
        return sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        raise InputError(f"{_shown(name)} cannot be read: {error.strerror}") from None


def _shown(name: str) -> str:
    return "standard input" if name == "-" else name
