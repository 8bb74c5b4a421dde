"""Spoiling a JSON document in one small way after another, by plain `random`: thousands a second, repeatable by seed.

Some things cannot stand in a Python object (NaN, a number of thousands of digits, the same member twice). They are
put in as marks, which `encoded` replaces in the text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from copy import deepcopy
from random import Random
from typing import Any, NamedTuple

_ODD_DATES = """
2026 2026-11 2026-11-20 2026-11-21 2026-11-20T23:59:59+14:00 2026-11-20T00:00:00-12:00 2026-11-20T10:00
2026-11-20T10:00Z 2026-02-29 2024-02-29 2026-13-45 0000-00-00 0001-01-01 9999-12-31
9999-12-31T23:59:59-12:00 0001-01-01T00:00:00+14:00 10000-01-01 -2026-01-01 2026-W47 20261120 11/20/2026 1980-06-31
2026-11-20T24:00:00Z 2026-11-20T10:00:60Z 2026-11-20Z 2026-11-20T10:00:00.123456789012345Z 2026-00 1969 P3D today
٢٠٢٦-١١-٢٠
""".split()
_ODD_UNITS = """
% mg/dL mg/dl MG/DL mg/dL/ /mg/dL pg/mL ng/L pmol/L mmol/L mmol/mol {ratio} 1 10*3/uL [degF] m[IU]/L µg/L μg/L ug ug/L/L
mg/24.h mg/d % % % [iU] kg m/s
""".split()
_ODD_STATUSES = """
final unknown entered-in-error cancelled registered preliminary amended active completed stopped on-hold draft resolved
inactive refuted provisional unconfirmed not-done not-taken intended ACTIVE Final in_progress in-progress
""".split()
_ODD_REFERENCES = """
# #x / // Patient Patient/ /Patient/x Patient/x/_history/1 Patient/x/_history/ urn:uuid: urn:oid:1.2 urn:uuid:not-one
https://example.org/fhir/Patient/x?y=1 Medication/x Condition/x Patient?identifier=x http:// :// Bundle/x ../Patient/x
""".split()
_ODD_CODES = """
E11.9 E119 e11.9 E11.- E11.9.9 309538000 309538000.0 0309538000 2132-9 2132 2132- -9 I70.2 R20.0 R200 G57.50 L03BA01
http://snomed.info/sct SNOMED 2.16.840.1.113883.6.96 urn:oid: final active Y N true
""".split()
_ODD_TEXTS = (
    "", " ", "\t\r\n", "\0", "\x07\x1b[31m", "\u200b", "\u202e\u2066", "\ufeff", "\ud800", "\udfff\ud800",
    "Füße kribbeln, taub", "足の感覚がない", "خدر القدم", "e\u0301" * 40, "\U0001f9b6", "½", "٣", "²",
    "<script>alert(1)</script>", "](http://x.example) **x**", "| a | b |\n|---|---|\n# x",
    "{{context.patientId}}", "%s %d {0} {x}", "../../etc/passwd", "null", "None", "NaN", "-0", "1e400", "1,5", "1/0",
    "no numb feet; denies numbness but numb since 2 weeks", "not not not numb", "numb " * 300, "(" * 300, "-" * 300,
    "≥ 5 <= 3", "< 5", "5 - 7 mg/dL", "1" * 400, "0x1F", "1_000", "+5", "5.", ".5", "5e3", "5E+400", "--5",
)  # fmt: skip
_ODD_NUMBERS = (
    0, -1, 1, -0.0, 0.1, 3.0, 99999, 1e-300, 1e300, -1e300, 2**31, 2**53 + 1, 2**63, -(2**63) - 1, 2**64, 10**30,
)  # fmt: skip
_ODD_VALUES: tuple[Any, ...] = (
    None, True, False, [], {}, [None], [[]], [{}], {"": ""}, {"value": None}, "", *_ODD_NUMBERS,
)  # fmt: skip
_TYPES = """
Patient Condition Observation MedicationStatement MedicationRequest Medication Procedure ServiceRequest Device Encounter
DiagnosticReport FamilyMemberHistory QuestionnaireResponse Bundle Parameters OperationOutcome AllergyIntolerance
Immunization MedicationDispense MedicationAdministration ImagingStudy DeviceUseStatement Nothing patient condition
""".split()
_NAMES = """
resourceType id meta code coding text display system value valueQuantity valueString valueCodeableConcept valueBoolean
valueInteger valueRange valueRatio valueCoding component interpretation referenceRange note bodySite subject patient
reference status clinicalStatus verificationStatus category onsetDateTime onsetPeriod onsetAge onsetString
abatementDateTime recordedDate effectiveDateTime effectivePeriod issued authoredOn occurrenceDateTime period start end
contained extension modifierExtension url valueDateTime medicationCodeableConcept medicationReference dosage
dosageInstruction timing repeat boundsPeriod boundsDuration route doseAndRate dispenseRequest reasonCode reasonReference
partOf basedOn entry resource link total type fullUrl search request parameter issue item answer birthDate gender
deceasedBoolean deceasedDateTime identifier conclusion conclusionCode class hook context prefetch patientId
_id __proto__
""".split()

Slot = tuple[Any, Any]
_MARK = re.compile(r'"@raw (\w+)@"')
_TWICE = re.compile(r'"@twice (\w+)@')
_DEPTH = 3_000
_RAW = {
    "nan": "NaN",
    "infinity": "-Infinity",
    "huge": "1e999",
    "digits": "9" * 5_000,
    "fraction": "0." + "3" * 5_000,
    "zeros": "-0E-400",
    "lists": "[" * _DEPTH + "]" * _DEPTH,
    "objects": '{"a":' * _DEPTH + "1" + "}" * _DEPTH,
    "extensions": '{"extension":[' * 400 + "]}" * 400,
    "items": '{"text":"x","item":[' * 400 + "]}" * 400,
    "bundles": '{"resourceType":"Bundle","entry":[{"resource":' * 200 + "null" + "}]}" * 200,
    "contained": '{"resourceType":"Condition","contained":[' * 200 + "]}" * 200,
    "surrogate": r'"\ud800"',
    "escape": r'"\x"',
    "control": '"a\x01b"',
    "comment": "1 /* one */",
    "comma": "[1,]",
    "single": "'x'",
    "bare": "undefined",
}


class Pool(NamedTuple):
    """What stands under each name anywhere in the examples."""

    by_name: dict[str, list[Any]]
    all: list[Any]


def pool_of(documents: Iterable[Any]) -> Pool:
    """Gather the values of all documents."""
    by_name: dict[str, list[Any]] = {}
    everything: list[Any] = []
    for document in documents:
        for container, key in _slots(document):
            everything.append(container[key])
            if isinstance(key, str):
                by_name.setdefault(key, []).append(container[key])
    return Pool(by_name, everything)


def _slots(value: Any) -> Iterator[Slot]:
    """Every place in a document: a container with a key or an index."""
    todo = [value]
    while todo:
        container = todo.pop()
        keys: Iterable[Any] = container if isinstance(container, dict) else range(len(container))
        for key in keys:
            yield container, key
            if isinstance(container[key], (dict, list)):
                todo.append(container[key])


class Spoiler:
    """Spoils documents, each spoiling at a place and of a kind drawn from one source of chance."""

    def __init__(self, random: Random, pool: Pool) -> None:
        self._random = random
        self._pool = pool

    def spoil(self, document: Any) -> Any:
        """The document after one more spoiling; it may be changed in place."""
        places = list(_slots(document))
        if not places:
            return document
        container, key = self._random.choice(places)
        self._random.choices(_KINDS, _WEIGHTS)[0](self, container, key)
        return document

    # --- structure ---

    def drop(self, container: Any, key: Any) -> None:
        del container[key]

    def duplicate(self, container: Any, key: Any) -> None:
        """An item once more, or a member under another name or once more under its own."""
        copy = deepcopy(container[key])
        if isinstance(container, list):
            container.insert(self._random.randrange(len(container) + 1), copy)
        elif self._random.random() < 0.5:
            container[self._random.choice(_NAMES)] = copy
        elif re.fullmatch(r"\w+", key):
            container[f"@twice {key}@"] = copy

    def retype(self, container: Any, key: Any) -> None:
        """A value of another type, made of this one where that can be."""
        value = container[key]
        made = (str(value)[:200], [value], {"value": value}, {"text": str(value)[:50]}, None, True, 7)
        container[key] = self._random.choice((*made, deepcopy(self._random.choice(_ODD_VALUES))))

    def rename(self, container: Any, key: Any) -> None:
        if isinstance(container, dict):
            other = (self._random.choice(_NAMES), key.swapcase(), f"_{key}", f"{key} ", f"{key}x", "")
            container[self._random.choice(other)] = container.pop(key)

    def nest(self, container: Any, key: Any) -> None:
        """Deeper by a level or a few."""
        for _ in range(self._random.choice((1, 1, 2, 30))):
            container[key] = [container[key]] if self._random.random() < 0.5 else {str(key): container[key]}

    def lift(self, container: Any, key: Any) -> None:
        """A part in the place of the whole."""
        value = container[key]
        parts = list(value.values()) if isinstance(value, dict) else value
        if isinstance(parts, list) and parts:
            container[key] = self._random.choice(parts)

    def shorten(self, container: Any, key: Any) -> None:
        value = container[key]
        if isinstance(value, (str, list)):
            container[key] = value[: self._random.randrange(len(value) + 1)]
        elif isinstance(value, dict):
            container[key] = dict(list(value.items())[: self._random.randrange(len(value) + 1)])

    def insert(self, container: Any, key: Any) -> None:
        """A member or item that nobody expects there."""
        value = deepcopy(self._random.choice((self._random.choice(_ODD_VALUES), self._random.choice(self._pool.all))))
        if isinstance(container, list):
            container.insert(key, value)
        else:
            container[self._random.choice((self._random.choice(_NAMES), "unknownMember"))] = value

    def reorder(self, container: Any, key: Any) -> None:
        if isinstance(container[key], list):
            self._random.shuffle(container[key])

    # --- values ---

    def swap(self, container: Any, key: Any) -> None:
        """What stands under the same name elsewhere."""
        found = self._pool.by_name.get(key) if isinstance(key, str) else None
        container[key] = deepcopy(self._random.choice(found or self._pool.all))

    def graft(self, container: Any, key: Any) -> None:
        """Anything from anywhere."""
        container[key] = deepcopy(self._random.choice(self._pool.all))

    def reword(self, container: Any, key: Any) -> None:
        """An odd value of the kind that belongs there."""
        value = container[key]
        if isinstance(value, bool) or value is None or isinstance(value, (dict, list)):
            container[key] = deepcopy(self._random.choice(_ODD_VALUES))
        elif isinstance(value, str):
            container[key] = self._random.choice(self._odd_texts(str(key), value))
        else:
            container[key] = self._random.choice((*_ODD_NUMBERS, str(value), f"{value} mg/dL", f"<{value}", -value))

    def _odd_texts(self, name: str, value: str) -> list[str] | tuple[str, ...]:
        if value[:4].isdigit() or name.endswith(("Date", "DateTime", "start", "end")):
            return _ODD_DATES
        lists = {"unit": _ODD_UNITS, "status": _ODD_STATUSES, "reference": _ODD_REFERENCES, "resourceType": _TYPES}
        return lists.get(name) or (_ODD_CODES if name in ("code", "system") else self._odd_words(value))

    def _odd_words(self, value: str) -> tuple[str, ...]:
        cut = self._random.randrange(len(value) + 1)
        odd = self._random.choice(_ODD_TEXTS)
        return odd, value[:cut] + odd + value[cut:], value.upper(), value[::-1], f"no {value}", f"{value}?"

    def enlarge(self, container: Any, key: Any) -> None:
        value = container[key]
        if isinstance(value, str):
            container[key] = (value or "x") * self._random.choice((3, 50, 2_000))
        elif isinstance(value, list) and len(json.dumps(value)) < 5_000:
            container[key] = value * self._random.choice((2, 20))
        else:
            container[key] = "x y, " * self._random.choice((100, 40_000))

    def roughen(self, container: Any, key: Any) -> None:
        """What no JSON library would write."""
        container[key] = f"@raw {self._random.choice(tuple(_RAW))}@"


_Kind = Callable[[Spoiler, Any, Any], None]
_WEIGHED: dict[_Kind, int] = {
    Spoiler.drop: 3, Spoiler.duplicate: 3, Spoiler.retype: 5, Spoiler.rename: 2, Spoiler.nest: 2, Spoiler.lift: 2,
    Spoiler.shorten: 2, Spoiler.insert: 2, Spoiler.reorder: 1, Spoiler.swap: 6, Spoiler.graft: 3, Spoiler.reword: 8,
    Spoiler.enlarge: 1, Spoiler.roughen: 1,
}  # fmt: skip
_KINDS, _WEIGHTS = tuple(_WEIGHED), tuple(_WEIGHED.values())


# --- as bytes ---


def encoded(document: Any) -> bytes:
    """The document as JSON, with its marks replaced."""
    text = json.dumps(document)
    if "@raw " in text:
        text = _MARK.sub(lambda mark: _RAW.get(mark[1], "null"), text)
    return (_TWICE.sub(r'"\1', text) if "@twice " in text else text).encode()


def garbled(body: bytes, random: Random) -> bytes:
    """The bytes, spoiled as a broken transport or client would."""
    at = random.randrange(len(body) + 1)
    ways = (
        lambda: body[:at],
        lambda: body[:at] + bytes([random.randrange(256)]) + body[at + 1 :],
        lambda: body[:at] + random.randbytes(3) + body[at:],
        lambda: b"\xef\xbb\xbf" + body,
        lambda: body.decode("utf-8", "replace").encode("utf-16"),
        lambda: body + body,
        lambda: body + b"\0",
        lambda: b"[" + body + b"]",
        lambda: json.dumps(body.decode("utf-8", "replace")).encode(),
        lambda: b"",
    )
    return random.choice(ways)()
