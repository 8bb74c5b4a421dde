"""Nothing is kept from one patient to the next: a service that has seen many answers like one that has seen none."""

from __future__ import annotations

from random import Random

from tests.fuzz import examples
from tests.fuzz import rewriting as rw
from tests.fuzz.content import clinical_content
from tests.fuzz.service import CONSULT, Service

_EARLIER = 100


def test_who_came_before_does_not_matter(service: Service) -> None:
    random = Random(0)
    for _ in range(_EARLIER):
        chart = examples.draw_chart(random)
        service.post(f"/explain/{CONSULT}", rw.request(chart[0]["id"], rw.dealt_out(chart, random)))
        service.post("/evaluate?symptom=assumed", rw.bundle(chart[: random.randrange(1, len(chart) + 1)]))
    fresh = Service()
    for body in examples.bundles():
        assert clinical_content(service.evaluate(body)) == clinical_content(fresh.evaluate(body))
