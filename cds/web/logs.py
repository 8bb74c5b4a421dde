"""Logs: one JSON line for each request. Route rules, never paths; counts and times, never what was sent."""

from __future__ import annotations

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from threading import Lock
from typing import Any, TextIO

_METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"})
_MOST_FRAMES = 30
_FAILURE = 500


class RequestLog:
    """Writes the lines. Made for one app, so that nothing is configured globally."""

    def __init__(self, level: str, stream: TextIO | None = None) -> None:
        self._threshold: int = logging.getLevelNamesMapping()[level.upper()]
        self._stream = stream or sys.stdout
        self._lock = Lock()

    def answered(self, *, method: str, route: str, status: int, seconds: float, **counts: Any) -> None:
        """One request and its answer. `counts` are sizes and the engine's counters."""
        level = logging.ERROR if status >= _FAILURE else logging.INFO
        ms = round(seconds * 1000, 2)
        self._write(level, "request", method=known_method(method), route=route, status=status, ms=ms, **counts)

    def failed(self, error: Exception) -> None:
        """A failure of ours: its class and where it happened. Messages may quote a record, so they are left out."""
        self._write(logging.ERROR, "failure", error=type(error).__name__, where=_frames(error))

    def _write(self, level: int, event: str, **said: Any) -> None:
        if level < self._threshold:
            return
        now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
        line = json.dumps({**said, "event": event, "level": logging.getLevelName(level).lower(), "timestamp": now})
        with self._lock:  # threads that answer at once share the stream
            self._stream.write(line + "\n")
            self._stream.flush()


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
