"""GET /cds-services: which services there are."""

from __future__ import annotations

from flask import Blueprint, Response

from cds.hooks.catalogue import Catalogue


def discovery_routes(catalogue: Catalogue) -> Blueprint:
    """The discovery route; its answer is the same bytes every time."""
    routes = Blueprint("discovery", __name__)
    document = catalogue.discovery()

    @routes.get("/cds-services")
    def discover() -> Response:
        return Response(document, mimetype="application/json", headers={"Cache-Control": "no-cache"})

    return routes
