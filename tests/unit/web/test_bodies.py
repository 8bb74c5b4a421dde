"""Reading bodies: media types, limits and gzip."""

from __future__ import annotations

import gzip
import io
import json
import tracemalloc
import zlib
from typing import Any

import pytest
from flask.testing import FlaskClient

from cds.hooks.errors import BodyNotDecodable, BodyTooLarge
from cds.web.body import unpack

URL = "/cds-services/spoken-service"
LIMIT = 1000


@pytest.fixture
def small_client(make_app: Any) -> FlaskClient:
    """A client of an app that reads very little."""
    client: FlaskClient = make_app(CDS_MAX_BODY=str(LIMIT)).test_client()
    return client


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        ("application/json", 200),
        ("APPLICATION/JSON", 200),
        ("application/json; charset=UTF-8", 200),
        ("application/fhir+json", 200),
        ("application/vnd.example+json", 200),
        (None, 200),
        ("text/xml", 415),
        ("text/plain", 415),
        ("application/x-www-form-urlencoded", 415),
        ("multipart/form-data; boundary=x", 415),
        ("nonsense", 415),
    ],
)
def test_a_body_is_read_when_its_media_type_says_json(
    client: FlaskClient, call: dict[str, Any], content_type: str | None, status: int
) -> None:
    answer = client.post(URL, data=json.dumps(call).encode(), content_type=content_type)
    assert answer.status_code == status


def test_a_body_above_the_limit_is_refused_by_its_stated_length(small_client: FlaskClient) -> None:
    answer = small_client.post(URL, data=b"x" * (LIMIT + 1), content_type="application/json")
    assert answer.status_code == 413
    assert answer.get_json()["issue"][0]["code"] == "too-long"


def test_a_body_above_the_limit_is_refused_when_it_states_no_length(small_client: FlaskClient) -> None:
    answer = small_client.post(
        URL,
        input_stream=io.BytesIO(b"x" * (LIMIT + 1)),
        content_type="application/json",
        environ_overrides={"wsgi.input_terminated": True},
    )
    assert answer.status_code == 413


def test_a_body_of_exactly_the_limit_is_read(small_client: FlaskClient, call: dict[str, Any]) -> None:
    body = json.dumps(call).encode().ljust(LIMIT)
    assert small_client.post(URL, data=body, content_type="application/json").status_code == 200


def test_what_is_left_of_a_body_above_the_limit_is_read_and_thrown_away(small_client: FlaskClient) -> None:
    stream = io.BytesIO(b"x" * (3 * LIMIT))
    small_client.post(
        URL,
        input_stream=stream,
        content_type="application/json",
        content_length=3 * LIMIT,
    )
    assert stream.read() == b""


@pytest.mark.parametrize("encoding", ["gzip", "x-gzip", "GZIP", " gzip "])
def test_a_gzip_body_is_unpacked(client: FlaskClient, call: dict[str, Any], engine: Any, encoding: str) -> None:
    packed = gzip.compress(json.dumps(call).encode())
    answer = client.post(URL, data=packed, content_type="application/json", headers={"Content-Encoding": encoding})
    assert answer.status_code == 200
    assert json.loads(engine.asked[0]["body"]) == call


@pytest.mark.parametrize("encoding", ["br", "deflate", "gzip, gzip", "zstd"])
def test_another_encoding_is_refused_and_the_answer_says_which_one_is_read(client: FlaskClient, encoding: str) -> None:
    answer = client.post(URL, data=b"{}", content_type="application/json", headers={"Content-Encoding": encoding})
    assert answer.status_code == 415
    assert answer.headers["Accept-Encoding"] == "gzip"


def test_an_encoding_of_identity_is_no_encoding(client: FlaskClient, call: dict[str, Any]) -> None:
    answer = client.post(URL, json=call, headers={"Content-Encoding": "identity"})
    assert answer.status_code == 200


def test_plain_json_marked_as_gzip_is_refused(client: FlaskClient, call: dict[str, Any]) -> None:
    answer = client.post(URL, json=call, headers={"Content-Encoding": "gzip"})
    assert answer.status_code == 400


def test_a_zip_bomb_is_refused_and_never_unpacked_whole() -> None:
    bomb = zlib.compressobj(9, wbits=31)
    packed = b"".join(bomb.compress(bytes(1_000_000)) for _ in range(100)) + bomb.flush()
    tracemalloc.start()
    with pytest.raises(BodyTooLarge):
        unpack(packed, 1_000_000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4_000_000


def test_what_unpacks_to_exactly_the_limit_is_read() -> None:
    assert unpack(gzip.compress(b"x" * 70_000), 70_000) == b"x" * 70_000


@pytest.mark.parametrize(
    "packed",
    [b"", b"\x1f\x8b", gzip.compress(b"{}")[:-3], gzip.compress(b"{}") + b"tail", gzip.compress(b"{}") * 2],
    ids=["nothing", "header only", "cut short", "with a tail", "two members"],
)
def test_what_is_not_one_whole_gzip_member_is_refused(packed: bytes) -> None:
    with pytest.raises(BodyNotDecodable):
        unpack(packed, 1000)
