"""The package's source files, as the tests of this folder read them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "cds"

_DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


class Source(NamedTuple):
    """One Python file: its path from the repository's root, its lines, its syntax tree."""

    name: str
    lines: list[str]
    tree: ast.Module

    @property
    def room(self) -> str:
        """The package's part it belongs to: domain, web, … or app, cli, …"""
        return Path(self.name).parts[1].removesuffix(".py")


@cache
def sources() -> tuple[Source, ...]:
    """Every Python file of the package."""
    return tuple(_read(path) for path in sorted(PACKAGE.rglob("*.py")))


def _read(path: Path) -> Source:
    text = path.read_text(encoding="utf-8")
    return Source(path.relative_to(ROOT).as_posix(), text.splitlines(), ast.parse(text))


def strings(tree: ast.AST) -> Iterator[ast.Constant]:
    """The string constants of a file, docstrings aside; pieces of f-strings included."""
    described = {id(text) for node in ast.walk(tree) if (text := _docstring(node))}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in described:
            yield node


def _docstring(node: ast.AST) -> ast.expr | None:
    """Also the string below an attribute, which documents it."""
    if isinstance(node, _DOCUMENTED) and node.body and isinstance(node.body[0], ast.Expr):
        return node.body[0].value
    return None


def imports(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and dotted name of everything a file imports, wherever in the file it does so."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.lineno, node.module or ""
