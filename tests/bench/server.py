"""Starting an app under the project's gunicorn configuration, calling it, and ending it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Self

from tests.bench.accounting import Memory, children, cpu_seconds, memory
from tests.bench.charts import DAY

ROOT = Path(__file__).resolve().parents[2]
HOST = "127.0.0.1"
WORKERS = 2
SERVICE = "cds.wsgi:application"
READING_ONLY = "tests.bench.reading_only:application"
_PATIENCE = 60.0


class Server:
    """One app under gunicorn with two workers, on a free port of this machine."""

    def __init__(self, app: str, rules: Path | None = None) -> None:
        """`rules`: a folder of rules instead of the project's own."""
        self._app = app
        self._rules = {"CDS_RULES": str(rules)} if rules else {}
        self._port = _free_port()
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - closed in __exit__, like the server
        self.start_seconds = 0.0
        self._workers: list[int] = []

    def __enter__(self) -> Self:
        began = time.perf_counter()
        command = [sys.executable, "-m", "gunicorn", self._app, "--config", "deploy/gunicorn.conf.py"]
        self._master = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment() | self._rules | {"CDS_PORT": str(self._port)},
            stdout=subprocess.DEVNULL,
            stderr=self._log,
        )
        try:
            self._await_ready()
        except BaseException:
            self.__exit__()
            raise
        self.start_seconds = time.perf_counter() - began
        self._workers = children(self._master.pid)
        return self

    def __exit__(self, *_: object) -> None:
        self._master.terminate()
        self._master.wait()
        self._log.close()

    def call(self, body: bytes) -> bytes:
        """Post a hook request and give back the body of the answer, which must be a 200."""
        head = (
            f"POST /cds-services/heel-numbness-patient-view HTTP/1.1\r\nHost: {HOST}\r\nContent-Type: application/json"
        )
        answer = self._exchange(f"{head}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
        assert answer.startswith(b"HTTP/1.1 200"), answer[:300]
        return answer.partition(b"\r\n\r\n")[2]

    def cpu_per_call(self, bodies: Sequence[bytes], calls: int) -> float:
        """The workers' CPU seconds for each of so many calls, made by two clients at a time."""
        before = cpu_seconds(self._workers)
        self.call_often(bodies, calls)
        return (cpu_seconds(self._workers) - before) / calls

    def call_often(self, bodies: Sequence[bytes], calls: int) -> None:
        """Send the bodies in turn."""
        with ThreadPoolExecutor(WORKERS) as clients:
            for _ in clients.map(self.call, (bodies[n % len(bodies)] for n in range(calls))):
                pass
        assert children(self._master.pid) == self._workers, "a worker ended during the measurement"

    def memory(self) -> Memory:
        """What the larger of the workers holds."""
        return max(memory(worker) for worker in self._workers)

    def _exchange(self, request: bytes) -> bytes:
        with socket.create_connection((HOST, self._port), timeout=_PATIENCE) as connection:
            connection.sendall(request)
            connection.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: connection.recv(65536), b""))

    def _await_ready(self) -> None:
        deadline = time.monotonic() + _PATIENCE
        while len(children(self._master.pid)) < WORKERS or not self._is_ready():
            if self._master.poll() is not None or time.monotonic() > deadline:
                self._log.seek(0)
                raise RuntimeError(f"{self._app} did not start:\n{self._log.read().decode()}")
            time.sleep(0.005)

    def _is_ready(self) -> bool:
        request = f"GET /health/ready HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode()
        try:
            return self._exchange(request).startswith(b"HTTP/1.1 200")
        except OSError:
            return False


def environment() -> dict[str, str]:
    """The caller's environment without settings of the service or of bytecode, and with ours.

    An installed service has its bytecode on disk; a shell that forbids writing it would have every start compile it.
    """
    others = ("CDS_", "PROMETHEUS_", "PYTHONDONTWRITEBYTECODE")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(others)}
    ours = {"CDS_HOST": HOST, "CDS_WORKERS": str(WORKERS), "CDS_AS_OF": DAY.isoformat()}
    return kept | ours | {"PYTHONPATH": str(ROOT)}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
