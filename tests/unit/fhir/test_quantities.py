"""Numbers with units: what is read, what is shown, and what stays unreadable."""

from __future__ import annotations

from math import inf, isfinite
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cds.domain.quantity import Unit, exact, in_unit, is_below
from cds.domain.truth import Truth
from cds.fhir import quantities as q
from cds.fhir.quantities import Measured, Part
from cds.knowledge.lexicon import load_units

UNITS = load_units(Path(__file__).resolve().parents[3] / "rules" / "units.yaml")


def unit(symbol: str) -> Unit:
    """A unit by its symbol."""
    return UNITS.exact[symbol]


# --- units ---

SPELLINGS = [
    ("pg/mL", "pg/ml"),
    ("pg/mL", "picogram per milliliter"),
    ("ng/L", "nanogram per liter"),
    ("ng/mL", "nanogram per millliiter"),
    ("ug/L", "µg/L"),
    ("ug/L", "μg/L"),
    ("ug/L", "mcg/L"),
    ("ug/dL", "mcg/dL"),
    ("mg/dL", "milligram per deciliter"),
    ("mg/dL", "MG/DL"),
    ("mmol/L", "millimole per liter"),
    ("umol/L", "micromol/l"),
    ("umol/L", "µmol / L"),
    ("%", "percent"),
    ("%", "% of total Hgb"),
    ("%", "%{HemoglobinA1C}"),
    ("mmol/mol", "mmol/mol{Hb}"),
    ("m[IU]/L", "mIU/L"),
    ("m[IU]/L", "mUI/L"),
    ("m[IU]/L", "mIE/l"),
    ("u[IU]/mL", "µUI/mL"),
    ("m[IU]/L", "mU/L"),
    ("m[IU]/L", "milli enzyme unit per liter"),
    ("u[IU]/mL", "uIU/mL"),
    ("u[IU]/mL", "u[IU]/mL"),
    ("u[IU]/mL", "mcU/mL"),
    ("mL/min/{1.73_m2}", "mL/min/1.73m2"),
    ("mL/min/{1.73_m2}", "mL/min/1.73m²"),
    ("mL/min/{1.73_m2}", "mL/min/1.73.m2"),
    ("mL/min/{1.73_m2}", "mL/min/1.73/m2"),
    ("mL/min/{1.73_m2}", "ml/min/1,73m2"),
    ("mL/min", "mL/min"),
    ("{ratio}", "1"),
    ("{ratio}", "{}"),
    ("{score}", "{score}"),
    ("mm/h", "mm/hr"),
    ("mm[Hg]", "mmHg"),
    ("g/dL", "gm/dL"),
    ("g/mL", "grams per milliliter"),
    ("fL", "femtoliter"),
    ("ug", "mcg"),
    ("g", "grams"),
    ("mg/dL", "mg/dL{calc}"),
]


@pytest.mark.parametrize(("symbol", "spelling"), SPELLINGS)
def test_a_unit_is_known_in_the_spellings_that_occur(symbol: str, spelling: str) -> None:
    found = UNITS.named(spelling)
    assert found is not None
    assert found.symbol == symbol


def test_case_is_kept_where_it_matters() -> None:
    assert UNITS.named("mM") == unit("mmol/L")
    assert UNITS.named("uM") == unit("umol/L")
    assert UNITS.named("MM") is None


@pytest.mark.parametrize("text", ["", "furlong", "{abc}", "mg/dL/dL", "x" * 500, "umol/mCr"])
def test_an_unknown_unit_is_none(text: str) -> None:
    assert UNITS.named(text) is None


FOUND = [
    ("pg/mL", None, "pg/mL"),
    (None, "pg/mL", "pg/mL"),
    ("pg/mL", "picogram per milliliter", "pg/mL"),
    ("ng/L", "pg/mL", "ng/L"),
    ("258", "pmol/L", "pmol/L"),
    ("pmol/L", "see report", "pmol/L"),
    ("pmol/L", "pg/mL", None),
    ("mg/dL", "g/dL", None),
    ("258", "see report", None),
    (None, None, None),
]


@pytest.mark.parametrize(("code", "text", "symbol"), FOUND)
def test_a_known_code_comes_first_and_a_contradiction_is_unreadable(
    code: str | None, text: str | None, symbol: str | None
) -> None:
    found = UNITS.find(code, text)
    assert (found.symbol if found else None) == symbol


def test_an_analyte_is_read_only_in_its_own_dimensions() -> None:
    assert UNITS.allows("hba1c", unit("%"))
    assert UNITS.allows("hba1c", unit("mmol/mol"))
    assert not UNITS.allows("hba1c", unit("mg/dL"))
    assert not UNITS.allows("vitamin-b12-active", unit("pg/mL"))
    assert UNITS.allows("an analyte without a list", unit("mg/dL"))
    assert unit("%").dimension != unit("mmol/mol").dimension


@pytest.mark.parametrize(
    ("value", "source", "target", "result"),
    [
        (1.5, "ng/mL", "pg/mL", 1500.0),
        (0.28, "umol/L", "nmol/L", 280.0),
        (90.0, "g/L", "g/dL", 9.0),
        (4.2, "u[IU]/mL", "m[IU]/L", 4.2),
        (0.5, "g", "mg", 500.0),
    ],
)
def test_conversion_inside_a_dimension_is_exact(value: float, source: str, target: str, result: float) -> None:
    converted = in_unit(exact(value, unit(source)), unit(target))
    assert converted is not None
    assert converted.low == pytest.approx(result, rel=1e-12)


# --- numbers ---

NUMBERS = [
    (150, 150.0),
    (6.5, 6.5),
    ("150", 150.0),
    (" 1.2 ", 1.2),
    ("150,5", 150.5),
    ("0,25", 0.25),
    ("1,234", None),  # a thousand, or one and a bit
    ("1,234.5", 1234.5),
    ("1.234,5", 1234.5),
    ("1.234", 1.234),
    ("1e3", 1000.0),
    ("-3", -3.0),
    ("", None),
    (".", None),
    ("abc", None),
    ("1.2.3", None),
    ("NaN", None),
    ("inf", None),
    (float("nan"), None),
    (inf, None),
    (True, None),
    (None, None),
    ("9" * 100, None),
    (10**400, None),
]


@pytest.mark.parametrize(("value", "number"), NUMBERS)
def test_a_number_is_finite_and_unambiguous_or_none(value: q.Number, number: float | None) -> None:
    assert q.number_of(value) == number


# --- quantities from pieces ---


def test_a_value_with_its_unit() -> None:
    measured = q.from_part(UNITS, Part(150, None, "pg/mL", "pg/mL"))
    assert measured == Measured(exact(150.0, unit("pg/mL")), "150 pg/mL", "")


def test_the_shown_text_keeps_number_and_unit_as_reported() -> None:
    assert (
        q.from_part(UNITS, Part(150.0, "<", "picogram per milliliter", "pg/mL")).shown == "<150 picogram per milliliter"
    )
    assert q.from_part(UNITS, Part(6.5, None, "%", None)).shown == "6.5 %"
    assert q.from_part(UNITS, Part("6.50", None, "%", None)).shown == "6.50 %"
    assert q.from_part(UNITS, Part(5.2402021389405, None, "%", None)).shown == "5.2402 %"
    assert q.from_part(UNITS, Part(48, None, None, "mmol/mol")).shown == "48 mmol/mol"


@pytest.mark.parametrize(
    ("comparator", "low", "high", "low_open", "high_open"),
    [
        ("<", -inf, 150.0, True, True),
        ("<=", -inf, 150.0, True, False),
        (">", 150.0, inf, True, True),
        (">=", 150.0, inf, False, True),
        ("ad", 150.0, 150.0, False, False),
        (None, 150.0, 150.0, False, False),
    ],
)
def test_a_comparator_makes_an_interval(
    comparator: str | None, low: float, high: float, low_open: bool, high_open: bool
) -> None:
    quantity = q.from_part(UNITS, Part(150, comparator, "pg/mL")).quantity
    assert quantity is not None
    assert (quantity.low, quantity.high, quantity.low_open, quantity.high_open) == (low, high, low_open, high_open)


def test_below_the_limit_decides_only_when_the_whole_interval_is_below() -> None:
    under = q.from_part(UNITS, Part(150, "<", "pg/mL")).quantity
    over = q.from_part(UNITS, Part(150, ">", "pg/mL")).quantity
    assert under is not None
    assert over is not None
    assert is_below(under, 180) is Truth.MET
    assert is_below(over, 180) is Truth.UNKNOWN


@pytest.mark.parametrize(
    ("part", "problem"),
    [
        (Part(150), q.NO_UNIT),
        (Part(150, unit="  "), q.NO_UNIT),
        (Part(150, unit="furlong"), q.OTHER_UNIT),
        (Part(10.7, unit="g/dL", code="mg/dL"), q.CONTRADICTION),
    ],
)
def test_a_number_without_a_readable_unit_keeps_the_number_and_says_why(part: Part, problem: str) -> None:
    measured = q.from_part(UNITS, part)
    assert measured.quantity is not None
    assert measured.quantity.unit is None
    assert measured.problem == problem


def test_no_number_is_no_quantity() -> None:
    assert q.from_part(UNITS, Part()).problem == q.NO_NUMBER
    assert q.from_part(UNITS, Part(float("nan"), unit="mg/dL")).quantity is None


def test_a_value_sent_as_text_may_bring_comparator_and_unit() -> None:
    assert q.from_part(UNITS, Part("<150", unit="pg/mL")).quantity == q.from_text(UNITS, "<150 pg/mL").quantity
    assert q.from_part(UNITS, Part("7.2 %")).quantity == exact(7.2, unit("%"))


# --- written out ---

WRITTEN = [
    ("150 pg/mL", 150.0, 150.0, "pg/mL"),
    ("150pg/mL", 150.0, 150.0, "pg/mL"),
    ("> 2000 pg/mL", 2000.0, inf, "pg/mL"),
    ("≥2000 pg/mL", 2000.0, inf, "pg/mL"),
    ("<150 ng/L", -inf, 150.0, "ng/L"),
    ("7.2 %", 7.2, 7.2, "%"),
    ("7,2%", 7.2, 7.2, "%"),
    ("150,5 pg/mL", 150.5, 150.5, "pg/mL"),
    ("48 mmol/mol", 48.0, 48.0, "mmol/mol"),
    ("  4.1  mIU/L ", 4.1, 4.1, "m[IU]/L"),
    ("55 mL/min/1.73m2", 55.0, 55.0, "mL/min/{1.73_m2}"),
    ("163 pg/mL L", 163.0, 163.0, "pg/mL"),
    ("163 pg/mL (L)", 163.0, 163.0, "pg/mL"),
    ("9.9 % H", 9.9, 9.9, "%"),
    ("L 163 pg/mL", 163.0, 163.0, "pg/mL"),
    ("(L) 163 pg/mL", 163.0, 163.0, "pg/mL"),
    ("*163 pg/mL", 163.0, 163.0, "pg/mL"),
    ("163* pg/mL", 163.0, 163.0, "pg/mL"),
    ("163 pg/mL [211-911]", 163.0, 163.0, "pg/mL"),
    ("163 pg/mL L (ref 211 - 911)", 163.0, 163.0, "pg/mL"),
    ("5,1 mg/L (<5)", 5.1, 5.1, "mg/L"),
    ("less than 150 pg/mL", -inf, 150.0, "pg/mL"),
    ("Greater than 2000 pg/mL", 2000.0, inf, "pg/mL"),
    ("163 pg/mL.", 163.0, 163.0, "pg/mL"),
    ("163 pg/mL L [211-911].\n", 163.0, 163.0, "pg/mL"),
]


@pytest.mark.parametrize(("text", "low", "high", "symbol"), WRITTEN)
def test_a_written_value_is_read(text: str, low: float, high: float, symbol: str) -> None:
    measured = q.from_text(UNITS, text)
    assert measured.quantity is not None
    assert (measured.quantity.low, measured.quantity.high) == (low, high)
    assert measured.quantity.unit == unit(symbol)
    assert measured.shown == " ".join(text.split())


@pytest.mark.parametrize("text", ["1.2", "<150", "> 20"])
def test_a_written_number_without_a_unit_has_none(text: str) -> None:
    measured = q.from_text(UNITS, text)
    assert measured.quantity is not None
    assert measured.quantity.unit is None
    assert measured.problem == q.NO_UNIT


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        ("180 pg/mL (L)", "low"), ("180 pg/mL L", "low"), ("L 180 pg/mL", "low"), ("180(LL)", "low"),
        ("7.2 % H", "high"), ("163 pg/mL L [211-911]", "low"), ("4.5 mmol/L", ""), ("4.5 mmol / L", ""),
        ("7.2 % (H).", "high"), ("163 pg/mL [211-911]", ""), ("Specimen hemolyzed L", ""), ("180* pg/mL", ""),
    ],
)  # fmt: skip
def test_the_flag_printed_with_a_number(text: str, flag: str) -> None:
    assert q.flag_in(text) == flag


UNREADABLE = [
    "12 (3) pg/mL of 4",
    "Test Not Performed",
    "Test Not Performed pmol/L",
    "volgt",
    "pending",
    "Negative mmol/L",
    ". mmol/L",
    "",
    "see note",
    "150-200 pg/mL is normal",
    "1/2",
    "12 Nov 2026",
    "1,234 pg/mL",
    "one hundred pg/mL",
    "150 pg/mL" + " " * 100,
]


@pytest.mark.parametrize("text", UNREADABLE)
def test_other_words_are_no_comparable_quantity(text: str) -> None:
    quantity = q.from_text(UNITS, text).quantity
    assert quantity is None or quantity.unit is None


# --- ranges and ratios ---


def test_a_range_runs_from_end_to_end() -> None:
    measured = q.from_range(UNITS, Part(100, unit="pg/mL"), Part(150, unit="pg/mL"))
    assert measured.quantity is not None
    assert (measured.quantity.low, measured.quantity.high, measured.quantity.unit) == (100, 150, unit("pg/mL"))
    assert measured.shown == "100 pg/mL to 150 pg/mL"


def test_a_range_with_one_end_is_open() -> None:
    measured = q.from_range(UNITS, None, Part(150, unit="pg/mL"))
    assert measured.quantity is not None
    assert (measured.quantity.low, measured.quantity.high) == (-inf, 150)


@pytest.mark.parametrize(
    ("low", "high"),
    [
        (None, None),
        (Part(), Part(150, unit="pg/mL")),
        (Part(100, unit="pg/mL"), Part(150, unit="pmol/L")),
        (Part(200, unit="pg/mL"), Part(150, unit="pg/mL")),
    ],
)
def test_a_range_that_makes_no_sense_is_unreadable(low: Part | None, high: Part | None) -> None:
    assert q.from_range(UNITS, low, high).quantity is None


def test_a_ratio_of_like_units_is_a_plain_number() -> None:
    measured = q.from_ratio(UNITS, Part(108, unit="mmHg"), Part(120, unit="mmHg"))
    assert measured.quantity is not None
    assert measured.quantity.low == pytest.approx(0.9)
    assert measured.quantity.unit == unit("{ratio}")
    assert measured.shown == "108 mmHg : 120 mmHg"


def test_a_ratio_of_unlike_units_is_one_per_the_other() -> None:
    measured = q.from_ratio(UNITS, Part(150, unit="pg"), Part(1, unit="mL"))
    assert measured.quantity == exact(150.0, unit("pg/mL"))


@pytest.mark.parametrize(
    ("above", "below"),
    [(Part(1), Part(0)), (Part(), Part(2)), (Part(1), Part(2, ">")), (Part(1e308), Part(1e-308))],
)
def test_a_ratio_without_a_value_is_unreadable(above: Part, below: Part) -> None:
    assert q.from_ratio(UNITS, above, below).quantity is None


# --- properties ---

ANY_NUMBER = st.one_of(st.none(), st.integers(), st.floats(), st.text(max_size=40), st.booleans())
ANY_TEXT = st.one_of(st.none(), st.text(max_size=80), st.sampled_from(["pg/mL", "%", "<", ">=", "mg/dL", "1"]))
PARTS = st.builds(Part, ANY_NUMBER, ANY_TEXT, ANY_TEXT, ANY_TEXT)


@given(PARTS, PARTS)
def test_nothing_fails_and_nothing_shown_is_long(first: Part, second: Part) -> None:
    results = [
        q.from_part(UNITS, first),
        q.from_range(UNITS, first, second),
        q.from_ratio(UNITS, first, second),
        q.from_text(UNITS, str(first.value)),
    ]
    for measured in results:
        assert len(measured.shown) <= 40
        assert "\n" not in measured.shown
        if measured.quantity is not None:
            ends = [end for end in (measured.quantity.low, measured.quantity.high) if abs(end) != inf]
            assert all(isfinite(end) for end in ends)
            assert (measured.problem == "") == (measured.quantity.unit is not None)
        else:
            assert measured.problem


@given(st.floats(min_value=0.001, max_value=1e6), st.sampled_from(sorted(UNITS.exact)))
def test_a_value_written_out_is_the_value_in_pieces(value: float, symbol: str) -> None:
    written = q.from_text(UNITS, f"{value:.3f} {symbol}")
    pieces = q.from_part(UNITS, Part(f"{value:.3f}", None, symbol))
    assert written.quantity == pieces.quantity
