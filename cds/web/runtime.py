"""What every route is given: the engine, the clock and the limits. Made once, never changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from cds.hooks.call_service import Engine
from cds.web.metrics import Metrics


@dataclass(frozen=True, slots=True)
class Runtime:
    """The parts that routes share. `fixed_day` is the day of CDS_AS_OF, if the clock is fixed."""

    engine: Engine
    metrics: Metrics
    clock: Callable[[], date]
    max_body: int
    fixed_day: date | None
    base_url: str
