"""GET /: a plain page that says what this is. Nothing is loaded from elsewhere and no script runs."""

from __future__ import annotations

from html import escape
from pathlib import Path
from string import Template

from flask import Blueprint, Response

from cds.hooks.catalogue import Catalogue, Service
from cds.web.headers import CONTENT_POLICY, style_only
from cds.web.runtime import Runtime

_PAGES = Path(__file__).resolve().parent / "pages"
_COMMAND = "curl -s {url}/cds-services/heel-numbness-consult \\\n  -H 'Content-Type: application/json' -d '{body}'"


def page_routes(runtime: Runtime) -> Blueprint:
    """The page; all of it but the example's day is made once."""
    routes = Blueprint("page", __name__)
    style = (_PAGES / "index.css").read_text(encoding="utf-8")
    page = Template(_filled(runtime, style))
    headers = {CONTENT_POLICY: style_only(style)}

    @routes.get("/")
    def show() -> Response:
        text = page.substitute(today=runtime.clock().isoformat())
        return Response(text, content_type="text/html; charset=utf-8", headers=headers)

    return routes


def _filled(runtime: Runtime, style: str) -> str:
    example = _COMMAND.format(url=runtime.base_url, body=(_PAGES / "example.json").read_text(encoding="utf-8").strip())
    page = Template((_PAGES / "index.html").read_text(encoding="utf-8"))
    return page.substitute(
        style=style,
        version=escape(runtime.engine.rulebook_version),
        services=_services(runtime.engine.catalogue),
        example=escape(example, quote=False),
    )


def _services(catalogue: Catalogue) -> str:
    return "\n".join(_service(service) for service in catalogue.services)


def _service(service: Service) -> str:
    about = f"{escape(service.title)} <code>{escape(service.id)}</code>"
    return f"<div><dt>{about}</dt><dd>{escape(service.description)}</dd></div>"
