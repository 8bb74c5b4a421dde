"""The measure of the service: the same server and Flask, with the same collector settings, only reading the body."""

from __future__ import annotations

import gc

from flask import Flask, Response, request

application = Flask("reading-only", static_folder=None)


@application.get("/health/ready")
def ready() -> Response:
    """Say that it runs."""
    return Response(b"{}", content_type="application/json")


@application.post("/cds-services/<_>")
def read(_: str) -> Response:
    """Read, and answer nothing."""
    request.get_data()
    return Response(b'{"cards":[]}', content_type="application/json")


gc.collect()
gc.freeze()
gc.set_threshold(50_000, *gc.get_threshold()[1:])
