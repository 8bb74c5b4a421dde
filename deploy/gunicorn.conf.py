"""How gunicorn runs the service. The settings come from CDS_* variables, read and checked by cds.settings.

Limits of bodies, logs of requests and the garbage collector are the application's: it also runs under other servers.
"""

from __future__ import annotations

import atexit
import json
import os
import select
import shutil
import socket as sockets
import tempfile
from collections.abc import Iterable, Iterator
from http import HTTPStatus
from logging import LogRecord
from pathlib import Path
from socket import socket
from time import monotonic
from typing import Any

from gunicorn import util
from gunicorn.http import errors
from gunicorn.workers.sync import SyncWorker

from cds.settings import SettingsError, load

_METRICS = "PROMETHEUS_MULTIPROC_DIR"
_SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - gunicorn makes an unnamed file there
# The first that fits decides. A header that the application could not send is the application's failure.
_FAILED = (BaseException, HTTPStatus.INTERNAL_SERVER_ERROR, "exception", "The service failed. Nothing was decided.")
_REFUSALS = (
    ((errors.InvalidResponseHeader, errors.InvalidResponseHeaderName), *_FAILED[1:]),
    (errors.LimitRequestLine, HTTPStatus.REQUEST_URI_TOO_LONG, "too-long", "The address is too long."),
    (errors.LimitRequestHeaders, HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "too-long", "The headers are too large."),
    (errors.ExpectationFailed, HTTPStatus.EXPECTATION_FAILED, "not-supported", "That expectation is not supported."),
    (errors.UnsupportedTransferCoding, HTTPStatus.NOT_IMPLEMENTED, "not-supported", "That coding is not supported."),
    (errors.ForbiddenProxyRequest, HTTPStatus.FORBIDDEN, "forbidden", "The request is forbidden."),
    (errors.ParseException, HTTPStatus.BAD_REQUEST, "invalid", "The request could not be read."),
    _FAILED,
)


class DiscreetWorker(SyncWorker):
    """Gunicorn's own way with a bad request is to quote it, in its log and in its answer. This one names the kind.

    Nor does it wait for ever: a client that falls silent within a request would hold it until gunicorn kills it.
    """

    patience = 10.0  # seconds without a byte, well below `timeout`
    first_byte = 1.0  # seconds; most silent connections never come this far, see below
    slowest_reader = 20.0  # seconds that a client may take of one answer before waiting for it is no sign of life

    def init_process(self) -> None:
        """Serve, with a log that holds no message of an exception: such a message may quote a record."""
        self.log.error_log.addFilter(_kind_only)
        super().init_process()

    def load_wsgi(self) -> None:
        """Let each piece of an answer be a sign of life: an answer for many patients may take longer than `timeout`.

        No single piece may, and a client that is slow to take them is waited for only so long: then `timeout` ends it.
        """
        super().load_wsgi()
        application = self.wsgi
        self.wsgi = lambda environ, start_response: self._watched(application(environ, start_response))

    def _watched(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        waited = 0.0
        try:
            for piece in pieces:
                if waited < self.slowest_reader:
                    self.notify()
                given = monotonic()
                yield piece
                waited += monotonic() - given
        finally:
            if (close := getattr(pieces, "close", None)) is not None:
                close()

    def handle(self, listener: object, client: socket, addr: object) -> None:
        """Serve one connection. A body that does not arrive is a 408; a head that does not arrive has no answer."""
        if not select.select([client], [], [], self.first_byte)[0]:
            client.close()
            return
        client.settimeout(self.patience)
        super().handle(listener, client, addr)

    def handle_error(self, req: object, client: socket, addr: object, exc: BaseException) -> None:
        """Answer what gunicorn refuses, or what escaped the application, as JSON like every other error."""
        self.log.warning("Refused or failed: %s", type(exc).__name__)
        answer = next(answer for kind, *answer in _REFUSALS if isinstance(exc, kind))
        try:
            util.write_nonblock(client, _response(*answer))
        except OSError:
            self.log.debug("The client had gone.")


def _kind_only(record: LogRecord) -> bool:
    if record.exc_info and record.exc_info[0]:
        record.msg, record.args, record.exc_info = f"{record.msg} ({record.exc_info[0].__name__})", (), None
    return True


def _response(status: HTTPStatus, code: str, text: str) -> bytes:
    issue = {"severity": "error", "code": code, "diagnostics": text}
    body = json.dumps({"resourceType": "OperationOutcome", "issue": [issue]})
    head = f"HTTP/1.1 {status} {status.phrase}\r\nConnection: close\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode()


def _share_counters() -> None:
    """Have the workers count into one folder, which goes when the master does; alone, each would report its own."""
    folder, master = tempfile.mkdtemp(prefix="cds-metrics-"), os.getpid()
    os.environ[_METRICS] = folder
    # Workers inherit this; only the master may act on it.
    atexit.register(lambda: os.getpid() == master and shutil.rmtree(folder, ignore_errors=True))


try:
    _settings = load(os.environ)
except SettingsError as error:
    raise SystemExit(f"cds: {error}") from None


def when_ready(server: Any) -> None:
    """Tell where the service is: the rules are loaded and the port is open, so the address works."""
    from cds.cli import greeting

    for listener in server.LISTENERS:
        _leave_silent_callers_waiting(listener.sock)
    print(greeting(_settings), flush=True)  # noqa: T201 - for whoever started it


def _leave_silent_callers_waiting(listener: socket) -> None:
    """Take a connection when its first byte is there: browsers open spare ones, and each would occupy a worker."""
    option = getattr(sockets, "TCP_DEFER_ACCEPT", None)  # Linux has it
    if option is not None:
        listener.setsockopt(sockets.IPPROTO_TCP, option, int(DiscreetWorker.patience))


# Here, before the application is loaded and its counters are made.
if not os.environ.get(_METRICS):
    _share_counters()

wsgi_app = "cds.wsgi:application"
bind = f"[{_settings.host}]:{_settings.port}" if ":" in _settings.host else f"{_settings.host}:{_settings.port}"
workers = _settings.workers
worker_class = DiscreetWorker
preload_app = True  # the rules are read once, and the workers share their memory
max_requests = 0  # nothing leaks that a restart would mend
timeout = 30
graceful_timeout = 30
accesslog = None  # the application logs one line for each request, without anything of a patient
control_socket_disable = True  # needs a writable home, and is a way in that nobody asked for
# The heartbeat file: a disk that blocks would let a healthy worker look dead, and the root may be read-only.
worker_tmp_dir = str(_SHARED_MEMORY) if os.access(_SHARED_MEMORY, os.W_OK) else None
