"""Whatever comes: no exception but the documented ones, and the same facts however a chart is packed."""

from __future__ import annotations

import contextlib
import copy
import random
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cds.domain.record import PatientRecord, Supply
from cds.domain.when import show
from cds.fhir.decode import Reader
from cds.fhir.errors import DataError
from cds.fhir.ndjson import group_ndjson
from tests.builders import (
    Json,
    bundle,
    concept,
    condition,
    device,
    encounter,
    family,
    form,
    medication_administration,
    medication_dispense,
    medication_request,
    medication_statement,
    observation,
    order,
    patient,
    procedure,
    quantity,
    raw,
    report,
    resource,
)
from tests.unit.fhir.conftest import TODAY, facts

NUMB = "SNOMED#309538000 Numbness of foot"


def chart() -> list[Json]:
    """One resource of every kind, each saying something."""
    dosage = [
        {
            "text": "500 mg TID for 7 days",
            "route": concept("oral"),
            "timing": {"repeat": {"boundsDuration": quantity("7 d")}},
        }
    ]
    return [
        patient(deceasedBoolean=False),
        condition(
            NUMB, id="c1", onsetDateTime="2026-09", recordedDate="2026-10-01", note=[{"text": "sudden, both feet"}]
        ),
        condition(
            "Back pain", id="c2", onsetAge={"value": 60, "code": "a"}, abatementDateTime="2026-10", site="left foot"
        ),
        condition("Foot ulcer", id="c3", onsetString="3 weeks ago", recordedDate="2026-10-01"),
        observation("LOINC#2132-9 B12", "<150 pg/mL", id="o1", interpretation=[concept("Low")]),
        observation(NUMB, True, id="o2", effectiveDateTime=None, effectivePeriod={"start": "2026-10-01"}),
        observation("Chief complaint", {"valueString": "numb left heel"}, id="o3"),
        observation("LOINC#3016-3 TSH", "7 m[IU]/L", id="o4", referenceRange=[{"high": quantity("4 m[IU]/L")}]),
        observation(
            "Panel", None, id="o5", component=[{"code": concept("LOINC#2132-9"), "valueQuantity": quantity("1 pg/mL")}]
        ),
        medication_statement(
            "metronidazole gel", id="m1", effectivePeriod={"start": "2026-01-01", "end": "2026-02-01"}
        ),
        medication_request(
            None,
            id="m2",
            medicationReference={"reference": "Medication/m"},
            authoredOn="2026-01-01",
            dosageInstruction=dosage,
        ),
        medication_administration(
            "cisplatin", id="m3", effectiveDateTime="2026-01-01", dosage={"dose": quantity("100 mg")}
        ),
        medication_dispense("ATC#J01XD01", id="m4", whenHandedOver="2026-02-01", daysSupply=quantity("7 d")),
        resource("Medication", id="m", subject=None, code=concept("RXNORM#311681 metronidazole 500 MG Oral Tablet")),
        procedure(
            "LOINC#24968-0 MR Lumbar spine", id="p1", performedPeriod={"start": "2026-01-01", "end": "2026-01-02"}
        ),
        report("LOINC#24968-0 MR Lumbar spine", id="r1", conclusion="Spinal stenosis. No cauda equina compression."),
        order("LOINC#2132-9 B12", id="s1"),
        device("SNOMED#14106009 Cardiac pacemaker", id="d1"),
        family("SNOMED#73211009 Diabetes mellitus", id="f1"),
        form(("Do you have numbness in your feet?", True), ("AUDIT-C total score", 5), id="q1"),
        encounter("Numb feet", id="e1", reasonReference=[{"reference": "Condition/c1"}]),
    ]


def content(record: PatientRecord) -> Counter[str]:
    """All facts as text, so that two records can be compared."""
    shelves = (record.findings, record.results, record.exposures, record.procedures, record.orders, record.family)
    return Counter(ordered_sets(fact) for shelf in shelves for fact in facts(shelf))


def ordered_sets(fact: Any) -> str:
    """A fact as text that does not depend on the order in sets."""
    values = {name: getattr(fact, name) for name in fact.__slots__}
    return str({k: sorted(v) if isinstance(v, frozenset) else v for k, v in values.items()})


# --- the same chart, packed otherwise ---


@given(st.randoms(use_true_random=False))
def test_order_keys_and_duplicates_change_nothing(reader: Reader, rng: random.Random) -> None:
    plain = chart()
    expected = reader.read_prefetch({"all": raw(bundle(*plain))}, "p", None, TODAY)
    mixed = [one for one in plain for _ in range(rng.randint(1, 3))]
    rng.shuffle(mixed)
    parts: dict[str, list[Json]] = {}
    for one in mixed:
        parts.setdefault(rng.choice(["conditions", "observations", "x", "y"]), []).append(one)
    packed = {
        key: bundle(*members, kind=rng.choice(["searchset", "collection", "batch"])) for key, members in parts.items()
    }
    if rng.random() < 0.5:
        packed = {"nested": bundle(*packed.values())}
    record = reader.read_prefetch({key: raw(value) for key, value in packed.items()}, "p", None, TODAY)
    assert content(record) == content(expected)
    assert record.counts["resources"] == expected.counts["resources"]


def test_lines_tell_the_same_as_a_bundle(reader: Reader) -> None:
    expected = reader.read_document(raw(bundle(*chart(), kind="collection")), TODAY)
    lines = [raw(one) for one in chart()]
    (group,) = group_ndjson(lines)
    assert content(reader.read_resources(group.lines, TODAY, group.patient)) == content(expected)


# --- anything at all ---

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=20),
    st.sampled_from(
        "0000-00-00|9999-12-31|0001-01-01|2026-13-45|0001-01-01T00:00:00+14:00|9999-12-31T23:59:59-14:00|#|/|urn:uuid:|"
        "Patient/q|<|999999 years ago|for 99999999999 days|q0h|1e999|-5|entered-in-error|10000 weeks ago".split("|")
    ),
)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of every member."""
    found = [path] if path else []
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in members:
        found += places(inner, (*path, key))
    return found


PLACES = places(bundle(*chart()))


def mutated(path: tuple[Any, ...], new: Any, drop: bool) -> Json:
    whole = copy.deepcopy(bundle(*chart()))
    at: Any = whole
    for key in path[:-1]:
        at = at[key]
    if drop and isinstance(at, dict):
        del at[path[-1]]
    else:
        at[path[-1]] = new
    return whole


def check_printable(record: PatientRecord) -> None:
    """Every fact can be printed: dates within the calendar, labels on one short line."""
    for shelf in (record.findings, record.results, record.exposures, record.procedures, record.orders, record.family):
        for fact in facts(shelf):
            assert isinstance(fact.date, str)
            assert isinstance(show(fact.when), str)
            assert len(fact.label) <= 80
            assert fact.label.isprintable()


@given(st.sampled_from(PLACES), ANYTHING | st.sampled_from([None]), st.booleans())
def test_a_slip_anywhere_raises_nothing_but_the_documented_errors(
    reader: Reader, path: tuple[Any, ...], new: Any, drop: bool
) -> None:
    body = raw(mutated(path, new, drop))
    try:
        record = reader.read_prefetch({"conditions": body, "x": b"null"}, "p", None, TODAY)
    except DataError:
        return
    check_printable(record)


@given(
    st.sampled_from(PLACES),
    st.sampled_from(SCALARS_LIST := ["9999-12-31", "0001-01-01", "2026-11-20", "1", 10**15, -1, 0.0, "x"]),
)
def test_odd_dates_and_numbers_stay_within_the_calendar(reader: Reader, path: tuple[Any, ...], new: Any) -> None:
    try:
        record = reader.read_document(raw(mutated(path, new, drop=False)), TODAY, "p")
    except DataError:
        return
    check_printable(record)


@given(ANYTHING)
def test_anything_at_all_is_a_documented_error_or_a_record(reader: Reader, value: Any) -> None:
    for body in (raw(value), raw(bundle() | {"entry": value}), raw({"resourceType": "Observation", "code": value})):
        assert isinstance(reader.read_prefetch({"conditions": body}, "p", None, TODAY), PatientRecord)
        with contextlib.suppress(DataError):
            reader.read_document(body, TODAY)


@given(st.binary(max_size=200))
def test_any_bytes_are_unreadable_at_worst(reader: Reader, body: bytes) -> None:
    record = reader.read_prefetch({"conditions": body}, "p", None, TODAY)
    assert record.supply["conditions"] in (Supply.UNREADABLE, Supply.NONE)


@pytest.mark.parametrize("cut", range(0, 6000, 97))
def test_a_body_cut_off_anywhere_is_unreadable(reader: Reader, cut: int) -> None:
    body = raw(bundle(*chart()))[:cut]
    assert reader.read_prefetch({"conditions": body}, "p", None, TODAY).supply["conditions"] is Supply.UNREADABLE
