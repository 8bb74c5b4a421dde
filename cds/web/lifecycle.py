"""What happens around every request: it is timed, its headers are completed, it is counted and logged."""

from __future__ import annotations

from time import perf_counter

from flask import Flask, Response, g, request

from cds.web.headers import Headers
from cds.web.logs import RequestLog, known_method
from cds.web.metrics import Metrics

_NO_ROUTE = "none"
# What some address or other answers.
_METHODS = "GET, HEAD, OPTIONS, POST"


def register_lifecycle(app: Flask, headers: Headers, metrics: Metrics, log: RequestLog) -> None:
    """Time, complete, count and log every request of the app."""

    @app.before_request
    def begin() -> Response | None:
        g.began = perf_counter()
        return Response(status=204, headers={"Allow": _METHODS}) if _is_about_server() else None

    @app.after_request
    def finish(response: Response) -> Response:
        headers.finish(request, response)
        seconds = perf_counter() - g.began
        route = request.url_rule.rule if request.url_rule else _NO_ROUTE
        metrics.count_request(route, known_method(request.method), response.status_code, seconds)
        _log(log, route, response, seconds)
        _count(metrics)
        return response


def _is_about_server() -> bool:
    """Whether this is OPTIONS *, which asks the server as a whole what it can do (RFC 9110, section 9.3.7)."""
    return request.method == "OPTIONS" and request.environ.get("PATH_INFO") == "*"


def _count(metrics: Metrics) -> None:
    counters = g.get("counters")
    if counters:
        metrics.count_answer(counters)


def _log(log: RequestLog, route: str, response: Response, seconds: float) -> None:
    counters = g.get("counters")
    more = {"counters": dict(counters)} if counters else {}
    log.answered(
        method=request.method,
        route=route,
        status=response.status_code,
        seconds=seconds,
        bytes_in=request.content_length,
        bytes_out=response.content_length,
        **more,
    )
