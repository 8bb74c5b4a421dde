"""POST /explain/{id}: why a service call is answered as it is."""

from __future__ import annotations

from flask import Blueprint, Response

from cds.web.body import read_json_body
from cds.web.runtime import Runtime


def explain_routes(runtime: Runtime) -> Blueprint:
    """The explanation of any service."""
    routes = Blueprint("explain", __name__)

    @routes.post("/explain/<service_id>")
    def explain(service_id: str) -> Response:
        body = runtime.engine.explain(service_id, read_json_body(runtime.max_body), runtime.clock())
        return Response(body, content_type="application/json")

    return routes
