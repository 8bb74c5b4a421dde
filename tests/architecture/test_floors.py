"""Which room may import what. The graph is import-linter's; what it cannot express is read off the syntax tree."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.sources import ROOT, Source, imports, sources

BELOW_WEB = {"domain", "knowledge", "fhir", "hooks"}
TELLS_THE_DAY = {"now", "today", "utcnow"}
NOT_PURE = set(
    "asyncio http io json logging os pathlib random secrets shutil socket sqlite3 ssl subprocess tempfile threading"
    " time urllib uuid".split()
)
IMPORT_NAMES = {"fhir-resources": "fhir", "prometheus-client": "prometheus_client", "pyyaml": "yaml"}


def test_every_floor_imports_only_what_lies_below_it() -> None:
    command = Path(sys.executable).with_name("lint-imports")
    run = subprocess.run([command, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


def test_the_domain_imports_the_standard_library_and_itself() -> None:
    allowed = sys.stdlib_module_names - NOT_PURE
    strangers = [
        f"{source.name}:{line} imports {name}"
        for source in in_rooms({"domain"})
        for line, name in imports(source.tree)
        if not is_within(name, "cds.domain") and top(name) not in allowed
    ]
    assert not strangers, "\n".join(strangers)


def test_nothing_below_web_knows_http_or_logs() -> None:
    found = [
        f"{source.name}:{line} imports {name}"
        for source in in_rooms(BELOW_WEB)
        for line, name in imports(source.tree)
        if top(name) in {"http", "logging", "structlog", "wsgiref"}
    ]
    assert not found, "\n".join(found)


def test_nothing_below_web_reads_the_clock() -> None:
    found = [
        f"{source.name}:{node.lineno} calls {node.func.attr}()"
        for source in in_rooms(BELOW_WEB)
        for node in calls(source)
        if isinstance(node.func, ast.Attribute) and node.func.attr in TELLS_THE_DAY
    ]
    assert not found, "\n".join(found)


def test_only_the_entry_points_read_the_environment() -> None:
    found = [
        f"{source.name}:{node.lineno}"
        for source in sources()
        if source.room not in {"cli", "wsgi"}
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"} and is_name(node.value, "os")
    ]
    assert not found, "\n".join(found)


def test_no_relative_import_hides_where_a_name_comes_from() -> None:
    found = [
        f"{source.name}:{node.lineno}"
        for source in sources()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ImportFrom) and node.level
    ]
    assert not found, "\n".join(found)


def test_every_library_that_is_imported_is_a_declared_dependency() -> None:
    known = sys.stdlib_module_names | {"cds", "_typeshed"} | declared()
    found = [
        f"{source.name}:{line} imports {name}"
        for source in sources()
        for line, name in imports(source.tree)
        if top(name) not in known
    ]
    assert not found, "\n".join(found)


def declared() -> set[str]:
    """The import names of the dependencies, and of the two that are part of another's interface."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names = {re.split(r"[^\w.-]", line)[0].lower().replace(".", "-") for line in project["dependencies"]}
    return {IMPORT_NAMES.get(name, name) for name in names} | {"pydantic", "werkzeug"}


def in_rooms(rooms: set[str]) -> Iterator[Source]:
    return (source for source in sources() if source.room in rooms)


def calls(source: Source) -> Iterator[ast.Call]:
    return (node for node in ast.walk(source.tree) if isinstance(node, ast.Call))


def is_name(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def is_within(name: str, package: str) -> bool:
    return name == package or name.startswith(package + ".")


def top(name: str) -> str:
    return name.partition(".")[0]
