"""The service as a Flask app. Wiring only: what is built here is handed to the routes as arguments."""

from __future__ import annotations

from typing import TextIO

from flask import Flask

from cds.hooks.call_service import Engine, build_engine
from cds.knowledge.approvals import Policy
from cds.settings import Settings
from cds.web.discovery import discovery_routes
from cds.web.docs import docs_routes
from cds.web.errors import register_errors
from cds.web.evaluate import evaluate_routes
from cds.web.explain import explain_routes
from cds.web.headers import Headers
from cds.web.health import health_routes
from cds.web.lifecycle import register_lifecycle
from cds.web.logs import RequestLog
from cds.web.metrics import Metrics, metrics_routes
from cds.web.openapi import openapi_routes
from cds.web.page import page_routes
from cds.web.rules import rules_routes
from cds.web.runtime import Runtime
from cds.web.services import service_routes
from cds.web.slashes import SingleSlashes


def create_app(settings: Settings, log_stream: TextIO | None = None) -> Flask:
    """The app with the real engine. Logs go to `log_stream`, by default to standard output."""
    engine = build_engine(
        rules_path=settings.rules,
        public_url=settings.public_url,
        is_day_fixed=settings.as_of is not None,
        zone=settings.timezone,
        policy=Policy(settings.approvals, settings.unapproved, settings.today()),
    )
    return assemble(settings, engine, log_stream)


def assemble(settings: Settings, engine: Engine, log_stream: TextIO | None = None) -> Flask:
    """The app around a given engine."""
    log = RequestLog(settings.log_level, log_stream)
    runtime = _runtime(settings, engine)
    app = _bare_app()
    register_errors(app, log.failed)
    register_lifecycle(app, Headers(settings.cors_origins), runtime.metrics, log)
    _register_routes(app, runtime, is_tester=settings.is_tester)
    return app


def _bare_app() -> Flask:
    """Flask without its static folder and without redirects, which would lose the body of a POST."""
    app = Flask("cds", static_folder=None)
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False
    app.wsgi_app = SingleSlashes(app.wsgi_app)  # type: ignore[method-assign]
    return app


def _runtime(settings: Settings, engine: Engine) -> Runtime:
    return Runtime(
        engine=engine,
        metrics=Metrics(settings.metrics_folder),
        clock=settings.today,
        max_body=settings.max_body,
        fixed_day=settings.as_of,
        base_url=settings.public_url or f"http://{_in_url(settings.host)}:{settings.port}",
    )


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _register_routes(app: Flask, runtime: Runtime, *, is_tester: bool) -> None:
    always = (
        discovery_routes(runtime.engine.catalogue),
        service_routes(runtime),
        health_routes(runtime),
        metrics_routes(runtime.metrics),
        openapi_routes(),
        rules_routes(runtime, is_tester=is_tester),
        docs_routes(runtime, is_tester=is_tester),
    )
    for_testers = (evaluate_routes(runtime), explain_routes(runtime), page_routes(runtime))
    for routes in always + (for_testers if is_tester else ()):
        app.register_blueprint(routes)
