"""How gunicorn is configured: what it refuses by itself is answered as JSON, and neither answer nor log quotes it."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType
from typing import BinaryIO

import pytest
import yaml

from cds.settings import SETTINGS
from tests.architecture.echo import PIECES, SECONDS_BETWEEN, SECRET
from tests.architecture.sources import ROOT

COMMAND = [
    sys.executable,
    "-m",
    "gunicorn",
    "--config",
    "deploy/gunicorn.conf.py",
    "tests.architecture.echo:application",
]
REFUSED = {
    "request line": (400, f"GET {SECRET}\r\n\r\n"),
    "method": (400, f"{SECRET}\t / HTTP/1.1\r\n\r\n"),
    "version": (400, f"GET /{SECRET} HTTP/7.9\r\n\r\n"),
    "header": (400, f"GET / HTTP/1.1\r\n{SECRET}\r\n\r\n"),
    "address": (414, f"GET /{SECRET * 1000} HTTP/1.1\r\n\r\n"),
    "headers": (431, f"GET / HTTP/1.1\r\nCookie: {SECRET * 1000}\r\n\r\n"),
    "coding": (501, f"POST / HTTP/1.1\r\nTransfer-Encoding: {SECRET}\r\n\r\n"),
    "chunk": (400, f"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n{SECRET}\r\n"),
    "failure": (500, f"GET /fails?{SECRET} HTTP/1.1\r\n\r\n"),
}


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the server's output goes."""
    return tmp_path_factory.mktemp("server") / "log"


@pytest.fixture(scope="module")
def port(log: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A server with the configuration that is deployed, and an application of a few lines."""
    number = free_port()
    with log.open("wb") as output, server(output, CDS_PORT=str(number), TMPDIR=str(tmp_path_factory.mktemp("made"))):
        wait_until(lambda: is_open(number))
        yield number


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
        return number


@contextmanager
def server(output: BinaryIO | int, *options: str, **environ: str) -> Iterator[subprocess.Popen[bytes]]:
    line = [*COMMAND[:-1], *options, COMMAND[-1]]
    command = subprocess.Popen(line, cwd=ROOT, env=os.environ | environ, stdout=output, stderr=subprocess.STDOUT)
    try:
        yield command
    finally:
        command.terminate()
        command.communicate(timeout=20)


def wait_until(is_so: Callable[[], bool]) -> None:
    for _ in range(300):
        if is_so():
            return
        time.sleep(0.1)
    raise AssertionError("the server did not start")


def is_open(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def is_answered(port: int) -> bool:
    """Whether a worker is there: until it is, it would not hear that it should end, and the master waits for it."""
    try:
        return exchange(port, "GET / HTTP/1.1\r\n\r\n")[0].startswith("HTTP/1.1 200 ")
    except OSError:
        return False


def exchange(port: int, request: str) -> tuple[str, str]:
    """The head and the body that come back."""
    with closing(socket.create_connection(("127.0.0.1", port), timeout=10)) as connection:
        connection.sendall(request.encode())
        received = b""
        while data := connection.recv(65536):
            received += data
    head, _, body = received.decode().partition("\r\n\r\n")
    return head, body


@pytest.mark.parametrize("what", REFUSED)
def test_what_the_server_refuses_is_answered_as_json_without_quoting_it(port: int, what: str) -> None:
    status, request = REFUSED[what]
    head, body = exchange(port, request)
    assert head.startswith(f"HTTP/1.1 {status} ")
    assert json.loads(body)["resourceType"] == "OperationOutcome"
    assert SECRET not in head + body


def test_the_log_quotes_neither_a_request_nor_a_failure(port: int, log: Path) -> None:
    for _, request in REFUSED.values():
        exchange(port, request)
    exchange(port, f"GET /breaks-off?{SECRET} HTTP/1.1\r\n\r\n")
    written = log.read_text(encoding="utf-8")
    assert "Refused or failed: InvalidHTTPVersion" in written
    assert "Error handling request (ValueError)" in written
    assert SECRET not in written


def test_the_folder_of_counters_goes_with_the_server(tmp_path: Path) -> None:
    number = free_port()
    with server(subprocess.DEVNULL, CDS_PORT=str(number), CDS_WORKERS="1", TMPDIR=str(tmp_path)):
        wait_until(lambda: is_answered(number))
        assert any(tmp_path.glob("cds-metrics-*"))
    assert not list(tmp_path.iterdir())


def test_a_long_answer_in_pieces_is_not_cut_off(tmp_path: Path) -> None:
    """Bulk Data of a thousand patients takes longer than a worker may go without a sign of life."""
    number, longest = free_port(), 2
    assert 2 * longest < PIECES * SECONDS_BETWEEN
    settings = {"CDS_PORT": str(number), "CDS_WORKERS": "1", "TMPDIR": str(tmp_path)}
    with server(subprocess.DEVNULL, "--timeout", str(longest), **settings):
        wait_until(lambda: is_answered(number))
        assert exchange(number, "GET /takes-long HTTP/1.1\r\n\r\n")[1].endswith("0\r\n\r\n")


@pytest.fixture
def configuration(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
    monkeypatch.delenv("CDS_PORT", raising=False)
    loader = SourceFileLoader("deployed", str(ROOT / "deploy" / "gunicorn.conf.py"))
    module = ModuleType(loader.name)
    loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("making", "taking", "signs"), [(25.0, 0.0, 10), (25.0, 1.0, 10), (0.0, 5.0, 4), (0.0, 19.0, 2), (0.0, 20.0, 1)]
)
def test_an_answer_is_a_sign_of_life_while_it_is_made_and_not_while_a_slow_client_takes_it(
    configuration: ModuleType, monkeypatch: pytest.MonkeyPatch, making: float, taking: float, signs: int
) -> None:
    clock, told = [0.0], []
    monkeypatch.setattr(configuration, "monotonic", lambda: clock[0])
    worker = object.__new__(configuration.DiscreetWorker)
    monkeypatch.setattr(worker, "notify", lambda: told.append(clock[0]), raising=False)

    def pieces() -> Iterator[bytes]:
        for _ in range(10):
            clock[0] += making
            yield b"."

    for _ in worker._watched(pieces()):
        clock[0] += taking
    assert len(told) == signs


def test_a_wrong_setting_ends_the_start_with_a_sentence() -> None:
    environ = os.environ | {"CDS_PORT": "none", "CDS_WORKERS": "0"}
    run = subprocess.run(COMMAND, cwd=ROOT, env=environ, capture_output=True, text=True, check=False, timeout=60)
    assert run.returncode != 0
    assert "CDS_PORT" in run.stderr
    assert "CDS_WORKERS" in run.stderr
    assert "Traceback" not in run.stderr


def test_the_deployment_guide_names_every_setting_and_no_other() -> None:
    guide = (ROOT / "deploy" / "README.md").read_text(encoding="utf-8")
    assert sorted(re.findall(r"^\| `(CDS_\w+)`", guide, re.MULTILINE)) == sorted(setting.name for setting in SETTINGS)


def test_the_deployment_chooses_what_unapproved_rules_do() -> None:
    compose = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text(encoding="utf-8"))
    for service in compose["services"].values():
        assert service["environment"]["CDS_UNAPPROVED"] in ("show", "shadow", "off")
