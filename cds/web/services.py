"""POST /cds-services/{id}: calling a service. Bytes in, bytes out."""

from __future__ import annotations

from flask import Blueprint, Response, g

from cds.web.body import read_json_body
from cds.web.runtime import Runtime


def service_routes(runtime: Runtime) -> Blueprint:
    """The route of all services."""
    routes = Blueprint("services", __name__)

    @routes.post("/cds-services/<service_id>")
    def call(service_id: str) -> Response:
        answer = runtime.engine.call(service_id, read_json_body(runtime.max_body), runtime.clock())
        g.counters = answer.counters
        return Response(answer.body, content_type="application/json")

    return routes
