"""An application that fails, streams and fails, takes long, or answers: for the test of how gunicorn is configured."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from typing import Any

SECRET = "Jane-Doe-1970"
PIECES = 10
SECONDS_BETWEEN = 0.5


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    path = environ["PATH_INFO"]
    if path == "/fails":
        raise ValueError(SECRET)
    start_response("200 OK", [("Content-Type", "text/plain")])
    streams = {"/breaks-off": _broken_stream, "/takes-long": _long_stream}
    return streams[path]() if path in streams else [environ["wsgi.input"].read(10)]


def _broken_stream() -> Iterator[bytes]:
    yield b"one line\n"
    raise ValueError(SECRET)


def _long_stream() -> Iterator[bytes]:
    for _ in range(PIECES):
        time.sleep(SECONDS_BETWEEN)
        yield b"."
