"""What every route is given: the engine, the catalogue, the clock and the limits. Made once, never changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol, Unpack

from cds.hooks.catalogue import Catalogue
from cds.hooks.shapes import Asked
from cds.web.metrics import Metrics


class Answer(Protocol):
    """What a service says: the response as JSON, and counts without patient data."""

    @property
    def body(self) -> bytes:
        """The response, ready to send."""

    @property
    def counters(self) -> Mapping[str, int]:
        """Counts for metrics and log, by name."""


class Views(Protocol):
    """The rules as people and programs read them."""

    def index(self) -> dict[str, Any]:
        """All rules, by kind."""

    def view(self, id_: str) -> dict[str, Any] | None:
        """Everything about one rule, by its id or by that of what it concludes; None when there is none."""


class Engine(Protocol):
    """What the routes need of the floor below. Every method raises HookError when there is no answer."""

    @property
    def rulebook_version(self) -> str:
        """Version of the rules in use."""

    @property
    def digest(self) -> str:
        """Digest of the rules in use."""

    @property
    def governance(self) -> Mapping[str, object]:
        """How far the rules are approved and what is not in use: counts and rule ids."""

    @property
    def unready(self) -> Sequence[str]:
        """Why no call can be answered; empty when calls can be."""

    @property
    def views(self) -> Views:
        """The rules in use, to be read."""

    def call(self, service_id: str, body: bytes, today: date) -> Answer:
        """Answer a service call."""

    def explain(self, service_id: str, body: bytes, today: date) -> bytes:
        """Say what a service call read and how every rule came out."""

    def evaluate(self, body: bytes, **asked: Unpack[Asked]) -> bytes:
        """Evaluate one patient's record of any shape."""

    def evaluate_ndjson(self, body: bytes, **asked: Unpack[Asked]) -> Iterator[bytes]:
        """Evaluate Bulk Data: one line for each patient."""


@dataclass(frozen=True, slots=True)
class Runtime:
    """The parts that routes share. `fixed_day` is the day of CDS_AS_OF, if the clock is fixed."""

    engine: Engine
    catalogue: Catalogue
    metrics: Metrics
    clock: Callable[[], date]
    max_body: int
    fixed_day: date | None
    base_url: str
