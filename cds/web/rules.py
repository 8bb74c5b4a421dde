"""GET /rules and /rules/{id}: the knowledge, as pages for people and as data. Nothing of a patient is near."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, render_template, request

from cds.hooks.errors import QueryInvalid, UnknownRule
from cds.web.headers import CONTENT_POLICY, style_only
from cds.web.runtime import Runtime

_PAGES = Path(__file__).resolve().parent / "pages"
_HTML, _JSON = "text/html", "application/json"
_FORMATS = {"html": _HTML, "json": _JSON}


def rules_routes(runtime: Runtime, *, is_tester: bool) -> Blueprint:
    """The index and one page for each rule, made when it is asked for. They link to / where testers have it."""
    routes = Blueprint("rules", __name__, template_folder="pages")
    style = "".join((_PAGES / name).read_text(encoding="utf-8") for name in ("index.css", "rules.css"))
    policy = style_only(style)
    views = runtime.engine.views

    def answer(template: str, data: Mapping[str, Any]) -> Response:
        if _wanted() == _JSON:
            body, headers = json.dumps(data, ensure_ascii=False), {}
        else:
            body, headers = (
                render_template(template, style=style, is_tester=is_tester, **data),
                {CONTENT_POLICY: policy},
            )
        response = Response(body, content_type=_content_type(), headers={**headers, "Cache-Control": "no-cache"})
        response.vary.add("Accept")
        return response

    @routes.get("/rules")
    def index() -> Response:
        return answer("rules.html", views.index())

    @routes.get("/rules/<rule_id>")
    def rule(rule_id: str) -> Response:
        view = views.view(rule_id)
        if view is None:
            raise UnknownRule
        return answer("rule.html", view)

    return routes


def _wanted() -> str:
    """The media type to answer with: the query decides, then the Accept header; a page when neither does."""
    name = request.args.get("format")
    if name is not None and name not in _FORMATS:
        raise QueryInvalid("format", "html or json")
    if name is not None:
        return _FORMATS[name]
    return request.accept_mimetypes.best_match((_HTML, _JSON), _HTML)


def _content_type() -> str:
    return _JSON if _wanted() == _JSON else f"{_HTML}; charset=utf-8"
