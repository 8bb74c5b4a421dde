"""`python -m tests.bench.picture` draws fhir_examples/cards.svg for the README: the output of `make demo`."""

from __future__ import annotations

import io
import re
from datetime import date

from rich.console import Console

from cds.hooks.call_service import build_engine
from cds.settings import default_rules
from cds.terminal import print_answer
from tests.bench.server import ROOT

_CHART = ROOT / "fhir_examples" / "patients" / "vitamin_b12_deficiency.json"
_PICTURE = ROOT / "fhir_examples" / "cards.svg"
_WIDTH = 100


def main() -> None:
    """Evaluate the example and write what the terminal shows."""
    engine = build_engine(rules_path=default_rules(), is_day_fixed=True)
    answer = engine.evaluate_data(_CHART.read_bytes(), today=date(2026, 11, 20), symptom="recorded", patient=None)
    console = Console(record=True, width=_WIDTH, file=io.StringIO(), force_terminal=True, color_system="truecolor")
    print_answer(console, answer)
    _PICTURE.write_text(_without_downloads(console.export_svg(title="make demo")), encoding="utf-8")


def _without_downloads(svg: str) -> str:
    """The picture with the fonts of the machine that shows it: rich would have it fetch one from elsewhere."""
    plain = re.sub(r"@font-face \{.*?\}|<!--.*?-->", "", svg, flags=re.DOTALL)
    lines = (line.rstrip() for line in plain.replace("Fira Code", "ui-monospace, Menlo, Consolas").splitlines())
    return "\n".join(line for line in lines if line) + "\n"


if __name__ == "__main__":
    main()
