"""Logs: one JSON line for each request. Route rules, never paths; counts and times, never what was sent."""

from __future__ import annotations

import logging
import sys
import traceback
from typing import Any, TextIO

import structlog

_METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"})
_MOST_FRAMES = 30
_FAILURE = 500


class RequestLog:
    """Writes the lines. Made for one app, so that nothing is configured globally."""

    def __init__(self, level: str, stream: TextIO | None = None) -> None:
        threshold: int = logging.getLevelNamesMapping()[level.upper()]
        self._is_quiet = threshold > logging.INFO
        self._log: Any = structlog.wrap_logger(
            structlog.WriteLogger(stream or sys.stdout),
            processors=[
                structlog.processors.add_log_level,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
                structlog.processors.JSONRenderer(),
            ],
            wrapper_class=structlog.make_filtering_bound_logger(threshold),
        ).bind()

    def answered(self, *, method: str, route: str, status: int, seconds: float, **counts: Any) -> None:
        """One request and its answer. `counts` are sizes and the engine's counters."""
        is_failure = status >= _FAILURE
        if self._is_quiet and not is_failure:
            return
        line = self._log.error if is_failure else self._log.info
        line("request", method=known_method(method), route=route, status=status, ms=round(seconds * 1000, 2), **counts)

    def failed(self, error: Exception) -> None:
        """A failure of ours: its class and where it happened. Messages may quote a record, so they are left out."""
        self._log.error("failure", error=type(error).__name__, where=_frames(error))


def known_method(method: str) -> str:
    """The method, or "other": a client may send any word as one."""
    return method if method in _METHODS else "other"


def _frames(error: BaseException | None) -> list[str]:
    """File, line and function of every frame, the causes first."""
    if error is None:
        return []
    frames = traceback.extract_tb(error.__traceback__)[-_MOST_FRAMES:]
    own = [f"{type(error).__name__}: {frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    return [*_frames(error.__cause__ or error.__context__), *own]
