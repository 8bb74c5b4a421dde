"""Reading a request's body: bytes, of a kind we read, within the limit, unpacked."""

from __future__ import annotations

import zlib
from contextlib import suppress

from flask import request
from werkzeug.exceptions import BadRequest, RequestTimeout

from cds.hooks.errors import BodyNotDecodable, BodyTooLarge, UnsupportedMediaType

_NDJSON = frozenset({"application/fhir+ndjson", "application/ndjson", "application/x-ndjson", "application/jsonl"})
_GZIP = frozenset({"gzip", "x-gzip"})
# zlib's way of saying "gzip header and trailer".
_GZIP_WINDOW = 31
# A body above the limit is read and thrown away up to this many times the limit: closing the connection while the
# client still sends would lose it the answer that says why.
_PATIENCE = 8
_PIECE = 65536


def is_ndjson() -> bool:
    """Whether the body says that it is one resource a line."""
    return request.mimetype in _NDJSON


def read_json_body(limit: int) -> bytes:
    """The body of a JSON request; a missing Content-Type counts as JSON.

    Raises:
        UnsupportedMediaType, BodyTooLarge, BodyNotDecodable.
    """
    media_type = request.mimetype
    if media_type and media_type != "application/json" and not _is_json_dialect(media_type):
        raise UnsupportedMediaType
    return _read(limit)


def read_ndjson_body(limit: int) -> bytes:
    """The body of an NDJSON request. Raises like `read_json_body`."""
    return _read(limit)


def _is_json_dialect(media_type: str) -> bool:
    return media_type.startswith("application/") and media_type.endswith("+json")


def _read(limit: int) -> bytes:
    encoding = request.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding not in _GZIP and encoding not in ("identity", ""):
        raise UnsupportedMediaType
    body = _received(limit)
    return unpack(body, limit) if encoding in _GZIP else body


def _received(limit: int) -> bytes:
    """The bytes as sent, read straight from the server: Flask's own way cuts a chunked body off at its limit."""
    length = request.content_length
    if length is None and not request.environ.get("wsgi.input_terminated"):
        return b""
    if length is not None and length > limit:
        _discard(min(length, _PATIENCE * limit))
        raise BodyTooLarge(limit)
    body = _read_at_most(limit + 1 if length is None else length)
    if length is None and len(body) > limit:
        _discard(_PATIENCE * limit)
        raise BodyTooLarge(limit)
    if length is not None and len(body) < length:
        raise BadRequest
    return body


def _discard(size: int) -> None:
    with suppress(BadRequest, RequestTimeout):  # that it is too large is known, and what is to be told
        while size > 0 and (piece := _read_at_most(min(size, _PIECE))):
            size -= len(piece)


def _read_at_most(size: int) -> bytes:
    """So many bytes, or fewer when the body ends before."""
    read = request.environ["wsgi.input"].read
    try:
        body: bytes = read(size)
        while 0 < len(body) < size and (more := read(size - len(body))):
            body += more
    except TimeoutError as error:
        raise RequestTimeout from error
    except Exception as error:  # each server has its own classes for a body that is broken off
        raise BadRequest from error
    return body


def unpack(packed: bytes, limit: int) -> bytes:
    """Unpack a gzip body, never beyond the limit.

    One gzip member is read: with many, the work would grow with the square of the body.

    Raises:
        BodyTooLarge: when it unpacks to more than `limit` bytes.
        BodyNotDecodable: when it is not one whole gzip member.
    """
    decoder = zlib.decompressobj(wbits=_GZIP_WINDOW)
    try:
        body = decoder.decompress(packed, limit + 1)
    except zlib.error:
        raise BodyNotDecodable from None
    if len(body) > limit:
        raise BodyTooLarge(limit)
    if not decoder.eof or decoder.unused_data.strip(b"\0"):
        raise BodyNotDecodable
    return body
