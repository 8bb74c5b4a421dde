"""Sizes beyond which code is split, or says why not."""

from __future__ import annotations

import ast

from tests.architecture.sources import Source, sources

MOST_LINES_OF_A_FUNCTION = 50
MOST_LINES_OF_A_FILE = 300
EXCUSE = "Long because"


def test_no_function_is_longer_than_fifty_lines() -> None:
    too_long = [
        f"{source.name}:{node.lineno} {node.name} has {size(node)} lines"
        for source in sources()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and size(node) > MOST_LINES_OF_A_FUNCTION
    ]
    assert not too_long, "\n".join(too_long)


def test_a_file_of_more_than_three_hundred_lines_says_why() -> None:
    unexplained = [
        f"{source.name} has {len(source.lines)} lines"
        for source in sources()
        if len(source.lines) > MOST_LINES_OF_A_FILE and not is_explained(source)
    ]
    assert not unexplained, "\n".join(unexplained)


def size(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from `def` to the end, so that decorators do not count."""
    return (function.end_lineno or function.lineno) - function.lineno + 1


def is_explained(source: Source) -> bool:
    """Whether a sentence of the module's docstring begins with the excuse."""
    text = " ".join((ast.get_docstring(source.tree) or "").split())
    return any(sentence.startswith(EXCUSE) for sentence in text.replace(". ", ".\n").splitlines())
