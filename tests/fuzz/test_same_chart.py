"""However a chart is written down, and whatever is added that does not count, the clinical content is the same."""

from __future__ import annotations

from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import FUZZ_EXAMPLES
from tests.fuzz import rewriting as rw
from tests.fuzz.content import clinical_content, facts, without_uuids
from tests.fuzz.examples import Resource, draw_chart
from tests.fuzz.service import PATIENT_VIEW, SERVICES, Service, read

seeds = st.integers(0, 2**64 - 1)
often = settings(max_examples=FUZZ_EXAMPLES // 20)


def assert_same(service: Service, chart: list[Resource], other: Any) -> None:
    """Another body says the same as the chart; the header names the patient where other patients are in it."""
    expected = service.evaluate(rw.bundle(chart))
    answer = service.evaluate(other, **{"CDS-Patient": chart[0]["id"]})
    assert clinical_content(answer) == clinical_content(expected)


def with_copies(chart: list[Resource], copies: list[Resource], random: Random) -> rw.Body:
    return rw.bundle(rw.shuffled([*chart, *copies], random))


def explained(service: Service, chart: list[Resource], prefetch: rw.Body) -> Any:
    return read(service.post(f"/explain/{PATIENT_VIEW}", rw.request(chart[0]["id"], prefetch)))


@often
@given(seeds)
def test_the_order_of_the_resources_does_not_matter(service: Service, seed: int) -> None:
    random = Random(seed)
    chart = draw_chart(random)
    assert_same(service, chart, rw.bundle(rw.shuffled(chart, random)))


@often
@given(seeds)
def test_the_kind_of_bundle_and_its_nesting_do_not_matter(service: Service, seed: int) -> None:
    random = Random(seed)
    chart = draw_chart(random)
    assert_same(service, chart, rw.bundled_anew(chart, random))


@often
@given(seeds)
def test_a_resource_that_comes_several_times_counts_once(service: Service, seed: int) -> None:
    random = Random(seed)
    chart = draw_chart(random)
    assert_same(service, chart, rw.bundle(rw.shuffled(rw.repeated(chart, random), random)))


@often
@given(seeds)
def test_the_keys_under_which_resources_come_do_not_matter(service: Service, seed: int) -> None:
    random = Random(seed)
    chart = draw_chart(random)
    calls = [rw.request(chart[0]["id"], prefetch) for prefetch in (rw.prefetched(chart), rw.dealt_out(chart, random))]
    for name in SERVICES:
        expected, answer = (read(service.post(f"/cds-services/{name}", call)) for call in calls)
        assert without_uuids(answer) == without_uuids(expected)


@often
@given(seeds)
def test_resources_under_unadvertised_keys_are_read_all_the_same(service: Service, seed: int) -> None:
    random = Random(seed)
    chart = draw_chart(random)
    prefetch = rw.prefetched(chart)
    expected = explained(service, chart, prefetch)
    answer = explained(service, chart, rw.under_other_keys(prefetch, random))
    assert facts(answer) == facts(expected)


@often
@given(seeds)
def test_an_unrelated_resource_changes_nothing(service: Service, seed: int) -> None:
    random = Random(seed)
    chart = draw_chart(random)
    assert_same(service, chart, with_copies(chart, [rw.body_weight(chart[0]["id"])], random))


@often
@given(seeds)
def test_what_was_entered_in_error_changes_nothing(service: Service, seed: int) -> None:
    random = Random(seed)
    chart = draw_chart(random)
    assert_same(service, chart, with_copies(chart, [rw.in_error(resource) for resource in chart[1:]], random))


@often
@given(seeds)
def test_what_lies_in_the_future_changes_nothing(service: Service, seed: int) -> None:
    random = Random(seed)
    chart = draw_chart(random)
    copies = [copy for resource in chart[1:] if (copy := rw.in_the_future(resource))]
    assert_same(service, chart, with_copies(chart, copies, random))


@often
@given(seeds)
def test_resources_of_another_patient_change_nothing(service: Service, seed: int) -> None:
    random = Random(seed)
    chart = draw_chart(random)
    other = [r for r in draw_chart(random) if r["id"] not in {own["id"] for own in chart}]
    assert_same(service, chart, with_copies(chart, _of_somebody_else(other), random))


def _of_somebody_else(chart: list[Resource]) -> list[Resource]:
    for resource in chart:
        if "subject" in resource or "patient" in resource:
            resource["patient" if "patient" in resource else "subject"] = {"reference": "Patient/somebody-else"}
    return [{"resourceType": "Patient", "id": "somebody-else"}, *(r for r in chart if r["resourceType"] != "Patient")]


@often
@given(seeds)
def test_code_systems_may_be_named_by_their_oids(service: Service, seed: int) -> None:
    chart = draw_chart(Random(seed))
    assert_same(service, chart, rw.with_oids(rw.bundle(chart)))
