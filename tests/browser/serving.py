"""The real app on a free loopback port, with a fixed day."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server
from werkzeug.wrappers import Response

from cds.app import create_app
from cds.settings import load
from tests.contract.records import TODAY


class Quiet(WSGIRequestHandler):
    """The app keeps its own log."""

    def log(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def served(**settings: str) -> Iterator[str]:
    """The address of a running service, as its own pages print it."""
    with listening() as server:
        environ = {"CDS_AS_OF": TODAY, "CDS_PORT": str(server.port), **settings}
        server.app = create_app(load(environ), log_stream=io.StringIO())
        yield f"http://127.0.0.1:{server.port}"


@contextmanager
def listening() -> Iterator[BaseWSGIServer]:
    """A server that answers with its `app`, an empty page at first."""
    server = make_server("127.0.0.1", 0, Response(content_type="text/html"), threaded=True, request_handler=Quiet)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
