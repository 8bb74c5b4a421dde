"""GET /health/live and /health/ready, for whoever runs the service."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response

from cds.web.runtime import Runtime

_LIVE = b'{"status":"live"}'


def health_routes(runtime: Runtime) -> Blueprint:
    """Alive: the process answers. Ready: calls are answered; nothing answers before the rules are loaded."""
    routes = Blueprint("health", __name__)

    @routes.get("/health/live")
    def live() -> Response:
        return Response(_LIVE, content_type="application/json")

    @routes.get("/health/ready")
    def ready() -> Response:
        return Response(json.dumps(_readiness(runtime)), content_type="application/json")

    return routes


def _readiness(runtime: Runtime) -> dict[str, Any]:
    engine = runtime.engine
    fixed = {} if runtime.fixed_day is None else {"asOf": runtime.fixed_day.isoformat()}
    return {
        "status": "ready",
        "rulebook": {"version": engine.rulebook_version, "digest": engine.digest},
        "approvals": engine.governance,
        **fixed,
    }
