"""Golden responses: made by the real engine on the fixed day, with their random ids made equal.

`python -m tests.examples.goldens` writes them anew; read the diff before it is committed.
"""

from __future__ import annotations

import json
import re
import sys
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from cds.hooks.call_service import Engine, build_engine

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "fhir_examples"
DAY = date(2026, 11, 20)
SERVICE = "heel-numbness-patient-view"
_UUID = re.compile(r'"uuid": "[0-9a-f-]{36}"')
_DIGEST = re.compile(r'"digest": "sha256:[0-9a-f]{64}"')


@cache
def engine() -> Engine:
    """The real engine with the real rules."""
    return build_engine(rules_path=ROOT / "rules")


def names() -> list[str]:
    """Every example."""
    return sorted(path.stem for path in (EXAMPLES / "requests").glob("*.json"))


def answer(name: str) -> Any:
    """What the service answers to an example's request."""
    body = (EXAMPLES / "requests" / f"{name}.json").read_bytes()
    return json.loads(engine().call(SERVICE, body, DAY).body)


def golden(response: Any) -> str:
    """A response as it is kept: without what differs from call to call or with every change of the rules."""
    text = json.dumps(response, indent=2, ensure_ascii=False) + "\n"
    text = _UUID.sub('"uuid": "00000000-0000-8000-8000-000000000000"', text)
    return _DIGEST.sub('"digest": "sha256:…"', text)


def main() -> None:
    """Write all of them."""
    for name in names():
        (EXAMPLES / "responses" / f"{name}.json").write_text(golden(answer(name)), encoding="utf-8")
    sys.stdout.write(f"{len(names())} golden responses\n")


if __name__ == "__main__":
    main()
