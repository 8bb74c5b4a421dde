"""Headers that every response carries: CORS, caching and what a browser may do with it."""

from __future__ import annotations

import base64
import hashlib

from flask import Request, Response

ANY_ORIGIN = "*"
CONTENT_POLICY = "Content-Security-Policy"
_COMMON = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
)
NOTHING_ALLOWED = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
_REQUEST_HEADERS = "Accept, Authorization, Content-Encoding, Content-Type, CDS-Patient"
_ONE_DAY = "86400"


def style_only(style: str) -> str:
    """The content policy of a page that uses this one style of its own, and nothing else."""
    return f"style-src '{source_hash(style)}'; {NOTHING_ALLOWED}"


def own_script(style: str, script: str) -> str:
    """The content policy of a page with one style and one script of its own, which may call this service only."""
    return f"script-src '{source_hash(script)}'; connect-src 'self'; {style_only(style)}"


def source_hash(text: str) -> str:
    """How a content policy names a style or script that stands in the page."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


class Headers:
    """Adds the headers. Credentials are never allowed, so any origin may be."""

    def __init__(self, origins: tuple[str, ...]) -> None:
        self._origins = frozenset(origins)

    def finish(self, request: Request, response: Response) -> None:
        """Complete the headers of a response; those that a route has set stay."""
        headers = response.headers
        headers.extend(_COMMON)
        headers.setdefault(CONTENT_POLICY, NOTHING_ALLOWED)
        headers.setdefault("Cache-Control", "no-store")
        if request.method == "OPTIONS" and not response.calculate_content_length():
            headers.remove("Content-Type")  # Flask would call it HTML
        if self._origins:
            self._add_cors(request, response)

    def _add_cors(self, request: Request, response: Response) -> None:
        origin = request.headers.get("Origin")
        if ANY_ORIGIN in self._origins:
            response.headers["Access-Control-Allow-Origin"] = ANY_ORIGIN
        else:
            response.vary.add("Origin")
            if origin not in self._origins:
                return
            response.headers["Access-Control-Allow-Origin"] = origin
        if request.method == "OPTIONS":
            _answer_preflight(request, response)


def _answer_preflight(request: Request, response: Response) -> None:
    """Say what may be sent. Some browsers ask separately whether a public page may reach a private address."""
    headers = response.headers
    headers["Access-Control-Allow-Methods"] = headers.get("Allow", "GET, HEAD, OPTIONS, POST")
    headers["Access-Control-Allow-Headers"] = _REQUEST_HEADERS
    headers["Access-Control-Max-Age"] = _ONE_DAY
    if request.headers.get("Access-Control-Request-Private-Network") == "true":
        headers["Access-Control-Allow-Private-Network"] = "true"
