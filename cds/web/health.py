"""GET /health/live and /health/ready, for whoever runs the service."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response

from cds.web.runtime import Runtime

_LIVE = b'{"status":"live"}'


def health_routes(runtime: Runtime) -> Blueprint:
    """Alive: the process answers. Ready: the rules are loaded and calls can be answered."""
    routes = Blueprint("health", __name__)

    @routes.get("/health/live")
    def live() -> Response:
        return Response(_LIVE, content_type="application/json")

    @routes.get("/health/ready")
    def ready() -> Response:
        status = 503 if runtime.engine.unready else 200
        return Response(json.dumps(_readiness(runtime)), status, content_type="application/json")

    return routes


def _readiness(runtime: Runtime) -> dict[str, Any]:
    engine = runtime.engine
    fixed = {} if runtime.fixed_day is None else {"asOf": runtime.fixed_day.isoformat()}
    reasons = {"because": list(engine.unready)} if engine.unready else {}
    return {
        "status": "unready" if reasons else "ready",
        "rulebook": {"version": engine.rulebook_version, "digest": engine.digest},
        "approvals": engine.governance,
        **fixed,
        **reasons,
    }
