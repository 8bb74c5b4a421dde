"""GET /openapi.yaml: the HTTP contract."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response

_PACKAGE = Path(__file__).resolve().parents[1]


def contract_file() -> Path:
    """The file inside an installed package, else the one beside it in a source tree."""
    inside = _PACKAGE / "_openapi.yaml"
    return inside if inside.is_file() else _PACKAGE.parent / "openapi.yaml"


def openapi_routes() -> Blueprint:
    """The contract as it stands in the file, read once."""
    routes = Blueprint("openapi", __name__)
    text = contract_file().read_bytes()

    @routes.get("/openapi.yaml")
    def contract() -> Response:
        return Response(text, content_type="application/yaml", headers={"Cache-Control": "no-cache"})

    return routes
