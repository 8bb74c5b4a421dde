"""An application that fails, streams and fails, or answers, for the test of how gunicorn is configured."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

SECRET = "Jane-Doe-1970"


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    if environ["PATH_INFO"] == "/fails":
        raise ValueError(SECRET)
    start_response("200 OK", [("Content-Type", "text/plain")])
    return _broken_stream() if environ["PATH_INFO"] == "/breaks-off" else [environ["wsgi.input"].read(10)]


def _broken_stream() -> Iterator[bytes]:
    yield b"one line\n"
    raise ValueError(SECRET)
