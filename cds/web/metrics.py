"""Metrics for Prometheus: counts and times by route rule, rule id and card kind; never anything of a patient.

With several workers each counts for itself, and a scrape meets any one of them, unless all share a folder: set
PROMETHEUS_MULTIPROC_DIR before the service starts (`cds serve` does) and /metrics adds the workers up.
"""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

_CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
# The engine's counters are named `family` or `family:label`. Family -> (metric, label, help).
_FAMILIES = {
    "card": ("cds_cards", "kind", "Cards shown, by kind."),
    "red_flag": ("cds_red_flags", "id", "Red flags shown, by id."),
    "gate_unknown": ("cds_gate_unknown", None, "Calls for which the record could not say whether to speak."),
    "incomplete": ("cds_incomplete", None, "Calls answered from a record that was not whole."),
    "other_types": ("cds_other_types", None, "Calls with a prefetch key that holds none of the resources it asks for."),
    "shadow": ("cds_shadow_outcomes", "rule", "Calls in which a rule in shadow would have spoken, by rule id."),
    "silent": ("cds_silent", None, "Calls rightly answered without a card."),
}


class Metrics:
    """The counters of one app. `folder` is where workers share their counts, if they do."""

    def __init__(self, folder: str | None = None) -> None:
        self._folder = folder
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "cds_requests",
            "Requests, by route, method and status.",
            ("route", "method", "status"),
            registry=self._registry,
        )
        self._seconds = Histogram(
            "cds_request_seconds",
            "Time from the first byte read to the answer.",
            ("route",),
            registry=self._registry,
            buckets=_SECONDS,
        )
        self._engine = {
            family: Counter(metric, text, (label,) if label else (), registry=self._registry)
            for family, (metric, label, text) in _FAMILIES.items()
        }

    def count_request(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count one request."""
        self._requests.labels(route, method, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def count_answer(self, counters: Mapping[str, int]) -> None:
        """Add the engine's counters; a family that is not known here is left out."""
        for name, amount in counters.items():
            family, _, label = name.partition(":")
            counter = self._engine.get(family)
            if counter is not None and amount > 0:
                (counter.labels(label) if _FAMILIES[family][1] else counter).inc(amount)

    def exposition(self) -> bytes:
        """Everything, in Prometheus' text format."""
        if self._folder is None:
            return generate_latest(self._registry)
        shared = CollectorRegistry()
        MultiProcessCollector(shared, self._folder)  # type: ignore[no-untyped-call]
        return generate_latest(shared)


def metrics_routes(metrics: Metrics) -> Blueprint:
    """GET /metrics."""
    routes = Blueprint("metrics", __name__)

    @routes.get("/metrics")
    def show() -> Response:
        return Response(metrics.exposition(), content_type=_CONTENT_TYPE)

    return routes
