"""What rules/settled.yaml says, for tests of the domain alone."""

from __future__ import annotations

from cds.domain.settled import Settled
from cds.domain.when import parse_window

YEAR = parse_window("12 months")
POINTS = {"diagnostic": 4, "strong_risk": 2, "weak_risk": 1, "pattern": 2, "timing": 2, "harm": 1, "treated": -1}
SETTLED = Settled(
    parse_window("14 days"),
    YEAR,
    YEAR,
    parse_window("30 days"),
    parse_window("90 days"),
    YEAR,
    parse_window("28 days"),
    POINTS,
)
