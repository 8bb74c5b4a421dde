"""The service behind a real gunicorn on a free loopback port: what a test client cannot show."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

import pytest

from tests.contract.records import SPEAKS_WHEN_ASKED, TODAY, call

ROOT = Path(__file__).parents[2]
URL = f"/cds-services/{SPEAKS_WHEN_ASKED}"
LIMIT = 300_000
SECONDS_TO_START = 30
BODY = json.dumps(call()).encode()


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """A running gunicorn with two workers; its port."""
    with server("deploy/gunicorn.conf.py") as number:
        yield number


@pytest.fixture(scope="module")
def impatient_port() -> Iterator[int]:
    """The same with little patience for clients that fall silent."""
    with server("tests/contract/impatient.conf.py") as number:
        yield number


@contextmanager
def server(config: str) -> Iterator[int]:
    free = free_port()
    environ = {name: value for name, value in os.environ.items() if not name.startswith("CDS_")}
    environ |= {
        "CDS_AS_OF": TODAY,
        "CDS_MAX_BODY": str(LIMIT),
        "CDS_PORT": str(free),
    }
    command = [sys.executable, "-m", "gunicorn", "--config", config]
    with subprocess.Popen(command, cwd=ROOT, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        try:
            wait_until_ready(process, free)
            yield free
        finally:
            process.terminate()
            process.communicate(timeout=20)


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
        return number


def wait_until_ready(server: subprocess.Popen[bytes], port: int) -> None:
    for _ in range(SECONDS_TO_START * 10):
        if server.poll() is not None:
            raise AssertionError(f"gunicorn ended: {server.communicate()[0].decode()}")
        try:
            if ask(port, "GET", "/health/ready").status == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("gunicorn did not become ready")


def ask(port: int, method: str, path: str, body: object = None, **headers: str) -> HTTPResponse:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, body, named, encode_chunked="Transfer-Encoding" in named)  # type: ignore[arg-type]
    return connection.getresponse()


def exchange(port: int, *pieces: bytes) -> bytes:
    """Send raw bytes one piece after the other; everything that comes back until the server closes."""
    with closing(socket.create_connection(("127.0.0.1", port), timeout=10)) as connection:
        for piece in pieces:
            connection.sendall(piece)
            time.sleep(0.05)
        received = b""
        while data := connection.recv(65536):
            received += data
        return received


def test_040_a_chunked_body_is_read(port: int) -> None:
    chunks = [BODY[:100], BODY[100:]]
    answer = ask(port, "POST", URL, iter(chunks), Content_Type="application/json", Transfer_Encoding="chunked")
    assert answer.status == 200
    assert json.loads(answer.read())["cards"]


def test_040_a_client_that_waits_for_leave_to_send_gets_it(port: int) -> None:
    head = (
        f"POST {URL} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {len(BODY)}\r\n"
        "Expect: 100-continue\r\nConnection: close\r\n\r\n"
    )
    received = exchange(port, head.encode(), BODY)
    assert received.startswith(b"HTTP/1.1 100")
    assert b"HTTP/1.1 200" in received


def test_041_a_chunked_body_above_the_limit_is_told_so_in_json(port: int) -> None:
    pieces = iter([b" " * 100_000] * 5)
    answer = ask(port, "POST", URL, pieces, Content_Type="application/json", Transfer_Encoding="chunked")
    assert answer.status == 413
    assert json.loads(answer.read())["issue"][0]["code"] == "too-long"


def test_041_a_body_above_the_limit_is_told_so_before_the_connection_closes(port: int) -> None:
    answer = ask(port, "POST", URL, b" " * (5 * LIMIT), Content_Type="application/json")
    assert answer.status == 413
    assert json.loads(answer.read())["resourceType"] == "OperationOutcome"


HEAD = f"POST {URL} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"


@pytest.mark.parametrize(
    ("rest", "status"),
    [
        ("Content-Length: 100\r\n\r\n{", 408),
        ("Transfer-Encoding: chunked\r\n\r\n5\r\nab", 408),
        ("Transfer-Encoding: chunked\r\n\r\n", 408),
        (f"Content-Length: {LIMIT + 1}\r\n\r\n{{", 413),
        ("Content-Length: 99999999999999999999\r\n\r\n{", 413),
    ],
)
def test_a_body_that_stops_halfway_is_told_so_in_json(impatient_port: int, rest: str, status: int) -> None:
    head, _, body = exchange(impatient_port, (HEAD + rest).encode()).partition(b"\r\n\r\n")
    assert head.startswith(f"HTTP/1.1 {status} ".encode())
    assert json.loads(body)["resourceType"] == "OperationOutcome"


@pytest.mark.parametrize("beginning", [b"", b"POST /cds-serv", b"\x16\x03\x01\x02\x00\x01"])
def test_silent_connections_keep_no_caller_waiting(impatient_port: int, beginning: bytes) -> None:
    """More of them than workers: browsers open spare connections, and a TLS client waits for a greeting."""
    with ExitStack() as opened:
        for _ in range(4):
            silent = opened.enter_context(socket.create_connection(("127.0.0.1", impatient_port), timeout=10))
            silent.sendall(beginning)
        assert ask(impatient_port, "GET", "/health/live").status == 200


@pytest.mark.parametrize("path", [f"/{URL}", f"{URL}/", f"/cds-services//{SPEAKS_WHEN_ASKED}"])
def test_029_double_and_trailing_slashes_are_no_redirect(port: int, path: str) -> None:
    answer = ask(port, "POST", path, BODY, Content_Type="application/json")
    assert answer.status == 200


def test_016_head_of_discovery_has_no_body(port: int) -> None:
    answer = ask(port, "HEAD", "/cds-services")
    assert answer.status == 200
    assert int(answer.headers["Content-Length"]) > 0
    assert answer.read() == b""


def test_032_a_call_without_media_type_is_read(port: int) -> None:
    assert ask(port, "POST", URL, BODY).status == 200


def test_the_counts_of_all_workers_are_added_up(port: int) -> None:
    before = counted(port)
    for _ in range(20):
        ask(port, "POST", URL, BODY, Content_Type="application/json").read()
    assert counted(port) == before + 20


def counted(port: int) -> float:
    """How many calls of services with status 200 the metrics have counted."""
    wanted = 'cds_requests_total{method="POST",route="/cds-services/<service_id>",status="200"} '
    lines = ask(port, "GET", "/metrics").read().decode().splitlines()
    return sum(float(line.removeprefix(wanted)) for line in lines if line.startswith(wanted))


def test_the_server_as_a_whole_says_what_it_answers(port: int) -> None:
    """OPTIONS *, as a proxy or a monitor asks it; any other address of that form is still unknown."""
    answer = ask(port, "OPTIONS", "*")
    assert (answer.status, answer.read()) == (204, b"")
    assert {"GET", "POST", "OPTIONS"} <= {method.strip() for method in (answer.getheader("Allow") or "").split(",")}
    assert ask(port, "OPTIONS", "/*").status == 404
    assert ask(port, "GET", "*").status == 400
