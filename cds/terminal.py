"""Cards as people read them in a terminal: wrapped, coloured by indicator, readable without colour."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeVar

from rich.console import Console, Group, RenderableType
from rich.markdown import Markdown
from rich.panel import Panel
from rich.progress import track
from rich.text import Text

_STYLES = {"critical": "bold red", "warning": "yellow", "info": "cyan"}
_WORDS = {"critical": "CRITICAL", "warning": "WARNING", "info": "INFO"}
_MOST_TROUBLES = 5
Json = Mapping[str, Any]
T = TypeVar("T")


def print_answer(console: Console, answer: Json, name: str = "") -> None:
    """Print the cards of one answer, or why there are none, and what could not be read, under its name if given."""
    if name:
        console.rule(Text(name, style="bold"), align="left", style="dim")
    for card in answer["cards"]:
        console.print(card_panel(card))
    if answer.get("silence"):
        console.print(Text(answer["silence"]))
    for trouble in _troubles(answer):
        console.print(Text(trouble, style="yellow"))


def _troubles(answer: Json) -> list[str]:
    """What could not be read, by type and position; the first few, the rest counted."""
    issues = [i for i in answer["issues"]["issue"] if i["severity"] in ("warning", "error")]
    lines = [f"Not read: {' '.join(i.get('expression', ()))}: {i['diagnostics']}" for i in issues[:_MOST_TROUBLES]]
    more = len(issues) - _MOST_TROUBLES
    return [*lines, f"Not read: {more} more"] if more > 0 else lines


def card_panel(card: Json) -> Panel:
    """One card as a box whose border says how urgent it is, in colour and in words."""
    indicator = card["indicator"]
    parts: list[RenderableType] = [Text(card["summary"], style="bold"), Text(""), _detail(card["detail"])]
    if card["detail"].startswith("- "):
        del parts[1]  # a list brings its own blank line
    labels = [s["label"] for s in card.get("suggestions", ())]
    if labels:
        parts += [Text(""), Text("  ".join(f"[{label}]" for label in labels), style="dim")]
    style = _STYLES[indicator]
    return Panel(
        Group(*parts), title=f"{_WORDS[indicator]} · {card['source']['label']}", title_align="left", border_style=style
    )


def _detail(detail: str) -> Markdown:
    """Every line of a detail is one line of thought, so soft breaks are kept."""
    return Markdown(re.sub(r"(?<!  )\n(?=[^\s-])", "  \n", detail))


def as_markdown(answer: Json, name: str) -> str:
    """The cards as one Markdown text, or why there are none, and what could not be read."""
    head = [f"# {name}\n"] if name else []
    cards = [_markdown(card) for card in answer["cards"]] or [f"{answer['silence']}\n"]
    return "\n".join([*head, *cards, *(f"- {trouble}" for trouble in _troubles(answer))])


def _markdown(card: Json) -> str:
    labels = "".join(f"\n- [ ] {s['label']}" for s in card.get("suggestions", ()))
    return f"## {_WORDS[card['indicator']]}: {card['summary']}\n\n{card['detail']}\n{labels}\n"


def as_html(answers: Iterable[tuple[str, Json]]) -> str:
    """The cards of named answers as a self-contained page: no script, no outside asset."""
    return _PAGE.format(body="\n".join(part for name, answer in answers for part in _html_answer(name, answer)))


def _html_answer(name: str, answer: Json) -> list[str]:
    head = [f"<h1>{html.escape(name)}</h1>"] if name else []
    cards = [_html_card(card) for card in answer["cards"]] or [f"<p>{html.escape(answer['silence'])}</p>"]
    return [*head, *cards, *(f"<p>{html.escape(trouble)}</p>" for trouble in _troubles(answer))]


def _html_card(card: Json) -> str:
    lines = "".join(_html_line(line) for line in card["detail"].splitlines() if line)
    buttons = "".join(f"<span class=order>{html.escape(s['label'])}</span>" for s in card.get("suggestions", ()))
    return (
        f'<section class="{card["indicator"]}"><small>{_WORDS[card["indicator"]]}</small>'
        f"<h2>{html.escape(card['summary'])}</h2><ul>{lines}</ul>{buttons}</section>"
    )


def _html_line(line: str) -> str:
    """A line of the detail as an item: a point, one under a cause, or a title, the symptom or a cause without a dot."""
    kind = "under" if line.startswith(" ") else "point" if line.startswith("- ") else "plain"
    text = re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", html.escape(re.sub(r"^\s*- ", "", line)))
    return f"<li class={kind}>{text}</li>"


_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Heel Numbness CDS</title>
<style>
body{{font:16px/1.45 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;
color:#1b1f24;background:#fff}}
section{{border-left:.4rem solid #1769aa;padding:.4rem 1rem;margin:1rem 0;background:#f4f7fa}}
section.warning{{border-color:#b26a00;background:#fff8e6}} section.critical{{border-color:#b3261e;background:#fdecea}}
h1{{font-size:1.2rem;margin:2rem 0 0}} h2{{font-size:1.1rem;margin:.2rem 0}} ul{{padding-left:1.1rem}}
.plain{{list-style:none;margin:.4rem 0 0 -1.1rem}} .under{{margin-left:1.1rem}}
.order{{display:inline-block;border:1px solid;border-radius:.3rem;padding:0 .5rem;margin:.1rem}}
</style>
{body}
</html>
"""


def with_progress(answers: Iterator[T], total: int, *, is_waiting: bool) -> Iterator[T]:
    """A progress bar on standard error while answers are made; with `is_waiting` they come when all are there.

    Cards for the same terminal must wait, or the bar would run through them.
    """
    bar = track(answers, description="patients", total=total, console=Console(stderr=True), transient=True)
    yield from list(bar) if is_waiting else bar
