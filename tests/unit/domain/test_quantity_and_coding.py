"""Numbers in units, and codes in value sets."""

from __future__ import annotations

import pytest

from cds.domain import quantity as q
from cds.domain.coding import MISS, CodeIndex, Concept, ValueSet, build_index
from cds.domain.truth import Truth

PG_ML = q.Unit("pg/mL", "mass", 1e-9)
NG_L = q.Unit("ng/L", "mass", 1e-9)
PMOL_L = q.Unit("pmol/L", "molar", 1e-12)
UG_L = q.Unit("ug/L", "mass", 1e-6)


@pytest.mark.parametrize(
    ("value", "comparator", "below", "at_least"),
    [
        (179, "", Truth.MET, Truth.NOT_MET),
        (180, "", Truth.NOT_MET, Truth.MET),
        (180, "<", Truth.MET, Truth.NOT_MET),
        (180, "<=", Truth.UNKNOWN, Truth.UNKNOWN),
        (200, "<", Truth.UNKNOWN, Truth.UNKNOWN),
        (180, ">=", Truth.NOT_MET, Truth.MET),
        (150, ">", Truth.UNKNOWN, Truth.UNKNOWN),
    ],
)
def test_a_comparator_decides_only_when_the_whole_interval_is_on_one_side(
    value: float, comparator: str, below: Truth, at_least: Truth
) -> None:
    quantity = q.compared(value, comparator, PG_ML)
    assert q.is_below(quantity, 180) is below
    assert q.is_at_least(quantity, 180) is at_least


def test_above_and_at_most_are_each_other_s_contrary() -> None:
    assert q.is_above(q.exact(350, PG_ML), 350) is Truth.NOT_MET
    assert q.is_at_most(q.exact(350, PG_ML), 350) is Truth.MET
    assert q.is_above(q.compared(350, ">", PG_ML), 350) is Truth.MET


def test_conversion_stays_inside_one_dimension() -> None:
    assert q.in_unit(q.exact(150, NG_L), PG_ML) == q.exact(150, NG_L)
    converted = q.in_unit(q.exact(0.15, UG_L), PG_ML)
    assert converted is not None
    assert converted.low == pytest.approx(150)
    assert q.in_unit(q.exact(150, PMOL_L), PG_ML) is None
    assert q.in_unit(q.exact(150, None), PG_ML) is None


def _index() -> CodeIndex:
    return build_index(
        [
            ValueSet(
                "diabetes",
                "Diabetes",
                (
                    Concept("icd10cm", "E11", "", is_prefix=True),
                    Concept("icd10", "E14", "", is_prefix=True),
                    Concept("snomed", "44054006", "Type 2 diabetes", frozenset({"emit"})),
                ),
                (Concept("icd10cm", "E11.A", ""),),
            ),
            ValueSet("tarsal", "Tarsal", (Concept("icd10cm", "G57.51", "right", frozenset({"right"})),)),
        ]
    )


@pytest.mark.parametrize("code", ["E11", "E11.9", "e11.9", "E119", "E11.42"])
def test_an_icd_code_matches_by_prefix_with_and_without_the_dot(code: str) -> None:
    assert _index().look_up("icd10cm", code).sets == ("diabetes",)


def test_an_excluded_code_is_taken_out_of_its_set() -> None:
    assert _index().look_up("icd10cm", "E11.A").sets == ()


def test_the_world_edition_shares_three_and_four_characters_only() -> None:
    index = _index()
    assert index.look_up("icd10", "E11.4").sets == ("diabetes",)
    assert index.look_up("icd10", "G57.51").sets == ()
    assert index.look_up("icd10cm", "E14.9") is MISS
    assert index.look_up("icd10", "E14.9").sets == ("diabetes",)


def test_a_code_is_looked_up_in_its_own_system() -> None:
    index = _index()
    assert index.look_up("snomed", "44054006").tags == {"emit"}
    assert index.look_up("loinc", "44054006") is MISS
