"""GET /docs: the HTTP contract as a page to try it on. Made from openapi.yaml; nothing is loaded from elsewhere."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, render_template

from cds.knowledge import strict_yaml
from cds.web.headers import CONTENT_POLICY, own_script
from cds.web.openapi import contract_file
from cds.web.runtime import Runtime

Json = dict[str, Any]
_PAGES = Path(__file__).resolve().parent / "pages"
_METHODS = ("get", "post")
_TESTING = "Testing"
_MARKS = re.compile(r"(`[^`]+`|\*\*[^*]+\*\*)")


def docs_routes(runtime: Runtime, *, is_tester: bool) -> Blueprint:
    """The page, made when it is first asked for. Without `is_tester` the routes for testers are not there to try."""
    routes = Blueprint("docs", __name__, template_folder="pages")
    style = "".join((_PAGES / name).read_text(encoding="utf-8") for name in ("index.css", "rules.css", "docs.css"))
    script = (_PAGES / "docs.js").read_text(encoding="utf-8")
    headers = {CONTENT_POLICY: own_script(style, script), "Cache-Control": "no-cache"}

    @cache
    def page() -> str:
        contract = strict_yaml.load(contract_file()).data
        groups = _groups(contract, runtime.base_url, is_tester=is_tester)
        return render_template(
            "docs.html", style=style, script=script, info=contract["info"], groups=groups, marked=_marked,
            is_tester=is_tester,
        )  # fmt: skip

    @routes.get("/docs")
    def show() -> Response:
        return Response(page(), content_type="text/html; charset=utf-8", headers=headers)

    return routes


def _groups(contract: Json, base_url: str, *, is_tester: bool) -> list[Json]:
    """The tags with their operations, in the order of the file."""
    operations = list(_operations(contract, base_url))
    return [
        {**tag, "operations": [o for o in operations if tag["name"] in o["tags"]]}
        for tag in contract["tags"]
        if is_tester or tag["name"] != _TESTING
    ]


def _operations(contract: Json, base_url: str) -> Iterator[Json]:
    for path, item in contract["paths"].items():
        for method in (m for m in _METHODS if m in item):
            raw = item[method]
            parameters = [_parameter(contract, p) for p in raw.get("parameters", ())]
            body = _body(contract, raw)
            told = {key: raw.get(key, "") for key in ("operationId", "summary", "description", "tags")}
            responses = {status: _resolved(contract, r)["description"] for status, r in raw["responses"].items()}
            yield {
                **told, "method": method.upper(), "path": path, "parameters": parameters, "body": body,
                "responses": responses, "curl": _curl(base_url, path, parameters, body),
            }  # fmt: skip


def _parameter(contract: Json, raw: Json) -> Json:
    """A parameter with the values to choose from and the value to begin with."""
    parameter = _resolved(contract, raw)
    schema = parameter["schema"]
    examples = [example["value"] for example in parameter.get("examples", {}).values()]
    first = parameter.get("example") or (examples[0] if examples else "")
    return {
        "name": parameter["name"], "in": parameter["in"], "description": parameter.get("description", ""),
        "choices": schema.get("enum", []), "value": first if parameter["in"] == "path" else "",
        "placeholder": first or schema.get("format", ""), "required": parameter.get("required", False),
    }  # fmt: skip


def _body(contract: Json, raw: Json) -> Json | None:
    """The media types of the body, and an example for the first."""
    if "requestBody" not in raw:
        return None
    content = _resolved(contract, raw["requestBody"])["content"]
    return {"types": list(content), "examples": {kind: _example(contract, entry) for kind, entry in content.items()}}


def _example(contract: Json, entry: Json) -> str:
    value = _resolved(contract, next(iter(entry["examples"].values())))["value"]
    return str(value) if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False)


def _curl(base_url: str, path: str, parameters: list[Json], body: Json | None) -> str:
    """A command to copy: the values that the form begins with."""
    for parameter in parameters:
        path = path.replace(f"{{{parameter['name']}}}", parameter["value"])
    command = f"curl -s {shlex.quote(base_url + path)}"
    if body is None:
        return command
    kind = body["types"][0]
    flat = json.dumps(json.loads(body["examples"][kind]), ensure_ascii=False)
    return f"{command} \\\n  -H {shlex.quote(f'Content-Type: {kind}')} \\\n  -d {shlex.quote(flat)}"


def _resolved(contract: Json, raw: Json) -> Json:
    """What a reference of the file stands for."""
    if "$ref" not in raw:
        return raw
    found: Any = contract
    for part in raw["$ref"].removeprefix("#/").split("/"):
        found = found[part]
    return _resolved(contract, found)


def _marked(text: str) -> list[list[tuple[str, str]]]:
    """The little Markdown of the contract: paragraphs of pieces, each plain (""), code or strong."""
    paragraphs = [" ".join(part.split()) for part in text.strip().split("\n\n")]
    return [[_piece(piece) for piece in _MARKS.split(p) if piece] for p in paragraphs if p]


def _piece(piece: str) -> tuple[str, str]:
    for mark, tag in (("`", "code"), ("**", "strong")):
        if piece.startswith(mark):
            return tag, piece.removeprefix(mark).removesuffix(mark)
    return "", piece
