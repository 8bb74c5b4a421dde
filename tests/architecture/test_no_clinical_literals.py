"""No code and no unit in Python: what a clinician would have to check stands in rules/, where it can be read."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.architecture.sources import sources, strings

EDGE_BEFORE, EDGE_AFTER = r"(?<![\w.-])", r"(?![\w.-])"
SNOMED = re.compile(rf"{EDGE_BEFORE}[1-9]\d{{5,17}}{EDGE_AFTER}")
# From three digits on: the codes in use have them, and ranges such as 1-8 do not.
LOINC = re.compile(rf"{EDGE_BEFORE}\d{{3,5}}-\d{EDGE_AFTER}")
ICD_10 = re.compile(rf"{EDGE_BEFORE}[A-TV-Z]\d[\dAB]\.[\dA-Z]{{1,4}}{EDGE_AFTER}")
# RxNorm has no check digit: any text that is nothing but such a number.
RXNORM = re.compile(r"\d{4,7}")
NOT_RXNORM = {"8080", "86400"}  # the default port, the seconds of a day
UNIT = re.compile(
    r"(?<![\w/])(?:[munpk]?g|[munp]?mol|[munk]?U|m?IU|[mu]?Eq|mm|cells|10\*\d)/(?:[dmunf]?L|kg|m2|min|d|h|g)(?!\w)"
    r"|(?<!\w)mm ?\[?Hg\]?(?!\w)"
)


def test_no_string_in_the_code_is_a_clinical_code_or_a_unit() -> None:
    found = [
        f"{source.name}:{constant.lineno} {kind} {word}"
        for source in sources()
        for constant in strings(source.tree)
        for kind, word in clinical(str(constant.value))
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "text",
    [
        "309538000",
        "code 309538000",
        "2132-9",
        "http://loinc.org|2132-9",
        "E11.42",
        "11289",
        "150 pg/mL",
        "mm[Hg]",
        "mg/dL",
    ],
)
def test_a_code_or_a_unit_is_seen(text: str) -> None:
    assert list(clinical(text))


@pytest.mark.parametrize(
    "text",
    [
        "309538001",
        "2132-8",
        "200-299",
        "2026-11-20",
        "1-8",
        "8080",
        "3.11",
        "application/json",
        "/g/d",
        "cds-services",
        "",
    ],
)
def test_a_number_a_range_a_date_or_a_path_is_none(text: str) -> None:
    assert not list(clinical(text))


def clinical(text: str) -> Iterator[tuple[str, str]]:
    """What in a string looks like a code or a unit, and of which kind."""
    yield from (("SNOMED CT", word) for word in SNOMED.findall(text) if has_verhoeff_digit(word))
    yield from (("LOINC", word) for word in LOINC.findall(text) if has_mod_10_digit(word))
    yield from (("ICD-10", word) for word in ICD_10.findall(text))
    yield from (("unit", word) for word in UNIT.findall(text))
    if RXNORM.fullmatch(text) and text not in NOT_RXNORM:
        yield "RxNorm", text


def has_verhoeff_digit(code: str) -> bool:
    """Verhoeff's check: multiply the permuted digits in the dihedral group of ten; the product of a code is 0."""
    permuted, product = list(range(10)), 0
    for digit in reversed(code):
        product = dihedral(product, permuted[int(digit)])
        permuted = [(1, 5, 7, 6, 2, 8, 3, 0, 9, 4)[value] for value in permuted]
    return product == 0


def dihedral(a: int, b: int) -> int:
    if a < 5:
        return (a + b) % 5 + (0 if b < 5 else 5)
    return 5 + (a - b) % 5 if b < 5 else (a - b) % 5


def has_mod_10_digit(code: str) -> bool:
    """LOINC's check: double every other digit from the right, add the digits up."""
    body, check = code.split("-")
    doubled = [int(digit) * (2 - place % 2) for place, digit in enumerate(reversed(body))]
    return -sum(number // 10 + number % 10 for number in doubled) % 10 == int(check)
