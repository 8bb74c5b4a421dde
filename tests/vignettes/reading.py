"""Reads the vignettes: strict YAML, strict schemas, every fault with its file and line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from cds.knowledge import case_schema as shorthand
from cds.knowledge import strict_yaml
from cds.knowledge.case_builder import CaseBuilder, UnknownSystem
from cds.knowledge.problems import flatten
from cds.knowledge.strict_yaml import Document, Keys
from cds.knowledge.vocabulary import Strict, Words, made
from tests.rulebook import knowledge

HERE = Path(__file__).resolve().parent
MISSES = "misses.yaml"
DAY = "2026-11-20"
TRAPS = (
    "wrong-status", "wrong-side", "wrong-unit", "wrong-person", "wrong-time", "draft", "refuted", "family", "topical",
    "old-result", "conflict", "child", "pregnancy", "implant", "dialysis", "hospice", "deceased", "look-alike",
)  # fmt: skip
CARDS = ("red-flag", "differential", "work-up", "medication", "scope", "data-gap")
TIERS = ("to-exclude", "possible", "supported")
INDICATORS = ("info", "warning", "critical")
TEST_STATES = ("emergency", "now", "if-unexplained", "done", "not-indicated")
# The prefetch key under which each type is sent; what no template asks for travels with the observations.
KEYS = {
    "Patient": "patient", "Encounter": "encounter", "Condition": "conditions", "Observation": "observations",
    "MedicationStatement": "medicationStatements", "MedicationRequest": "medicationRequests",
    "MedicationAdministration": "medicationAdministrations", "Procedure": "procedures",
    "ServiceRequest": "serviceRequests", "Device": "devices", "DiagnosticReport": "diagnosticReports",
    "QuestionnaireResponse": "observations", "FamilyMemberHistory": "observations",
    "AllergyIntolerance": "observations",
}  # fmt: skip
_ID = validate.Regexp(r"[a-z0-9]+(-[a-z0-9]+)*$", error="must be kebab-case")
_CAUSE = validate.Regexp(r"(ext\.)?cause\.[a-z0-9-]+$", error="must be the id of a cause")
_FLAG = validate.Regexp(r"(ext\.)?redflag\.[a-z0-9-]+$", error="must be the id of a red flag")
_TEST = validate.Regexp(r"test\.[a-z0-9-]+$", error="must be the id of a test")
_ORDER = validate.Regexp(r"(test|action)\.[a-z0-9-]+$", error="must be the id of a test or an action")
_ABSENT = validate.Regexp(
    r"((ext\.)?cause\.[a-z0-9-]+|test\.[a-z0-9-]+|order:(test|action)\.[a-z0-9-]+|medication:[a-z0-9 -]+)$",
    error="must be cause.…, test.…, order:test.…, order:action.… or medication:…",
)


class ExpectSchema(Strict):
    """What the answer must hold, and what it must not."""

    silent = fields.Boolean()
    cards = fields.List(fields.String(validate=validate.OneOf(CARDS)))
    indicators = fields.Dict(
        fields.String(validate=validate.OneOf(CARDS)), fields.String(validate=validate.OneOf(INDICATORS))
    )
    red_flags = fields.Dict(fields.String(validate=_FLAG), fields.String(validate=validate.OneOf(INDICATORS)))
    may_flag = fields.List(fields.String(validate=_FLAG))
    first = fields.String(validate=_CAUSE)
    among = fields.List(fields.String(validate=_CAUSE))
    tiers = fields.Dict(fields.String(validate=_CAUSE), fields.String(validate=validate.OneOf(TIERS)))
    at_most = fields.Dict(fields.String(validate=_CAUSE), fields.String(validate=validate.OneOf(TIERS)))
    set_aside = fields.List(fields.String(validate=_CAUSE))
    absent = fields.List(fields.String(validate=_ABSENT))
    tests = fields.Dict(fields.String(validate=_TEST), fields.String(validate=validate.OneOf(TEST_STATES)))
    orders = fields.List(fields.String(validate=_ORDER))
    medications = fields.List(fields.String())
    asks = fields.List(fields.String(validate=validate.Regexp(r"ask\.[a-z0-9-]+$")))
    told_missing = fields.List(fields.String())


class VignetteSchema(Strict):
    """One story."""

    id = fields.String(required=True, validate=_ID)
    story = fields.String(required=True, validate=validate.Length(min=1))
    source = fields.List(fields.String(), required=True, validate=validate.Length(min=1), data_key="from")
    trap = fields.String(validate=validate.OneOf(TRAPS))
    day = shorthand.DayField(load_default=date.fromisoformat(DAY).toordinal())
    person = fields.Raw(required=True)
    symptom = fields.Raw(required=True, allow_none=True)
    record = fields.List(fields.Dict(), load_default=list)
    of_another = fields.List(fields.Dict(), load_default=list)
    sent = fields.List(fields.Dict(), load_default=list)
    missing = Words(shorthand.PREFETCH_KEYS, load_default=())
    service = fields.String(validate=validate.OneOf(["patient-view", "consult"]), load_default="patient-view")
    expect = fields.Nested(ExpectSchema, required=True)


class MissSchema(Strict):
    """A vignette that is known to fail, and why."""

    id = fields.String(required=True)
    because = fields.String(required=True, validate=validate.Length(min=1))


class BadVignette(Exception):
    """Every fault of the set, one line each."""


@dataclass(frozen=True, slots=True, eq=False)
class Vignette:
    """A story as it is sent, and what is expected of the answer."""

    id: str
    story: str
    trap: str | None
    day: date
    service: str
    prefetch: Mapping[str, Any]
    expect: Mapping[str, Any]
    place: str

    @property
    def flags(self) -> dict[str, str]:
        """The alarms that must ring: flags of indicator warning or critical."""
        expected: Mapping[str, str] = self.expect.get("red_flags", {})
        return {flag: word for flag, word in expected.items() if word != "info"}


@cache
def vignettes() -> tuple[Vignette, ...]:
    """The whole set, in the order of files and lines.

    Raises:
        BadVignette: naming every fault.
    """
    faults: list[str] = []
    found = [v for path in sorted(HERE.glob("*.yaml")) if path.name != MISSES for v in read(path, faults)]
    seen: set[str] = set()
    faults += [f"{v.place}  another vignette is called {v.id}" for v in found if v.id in seen or seen.add(v.id)]
    if faults:
        raise BadVignette("\n".join(faults))
    return tuple(found)


@cache
def known_misses() -> dict[str, str]:
    """Vignettes that are known to fail, with the reason."""
    data = strict_yaml.load(HERE / MISSES).data or []
    loaded = [made(MissSchema).load(entry) for entry in data]
    unknown = {miss["id"] for miss in loaded} - {v.id for v in vignettes()}
    if unknown:
        raise BadVignette(f"{MISSES}: no vignette is called {', '.join(sorted(unknown))}")
    return {miss["id"]: miss["because"] for miss in loaded}


def read(path: Path, faults: list[str]) -> list[Vignette]:
    """The vignettes of one file; what is wrong with it is added to `faults`."""
    try:
        document = strict_yaml.load(path)
    except strict_yaml.YamlError as error:
        faults.append(f"{error.path.name}:{error.line}  {error.message}")
        return []
    if not isinstance(document.data, list):
        faults.append(f"{path.name}:1  must be a list of vignettes")
        return []
    made_ = [_Maker(document, number, faults).make() for number in range(len(document.data))]
    return [vignette for vignette in made_ if vignette is not None]


class _Maker:
    """Makes one vignette; collects faults instead of stopping at the first."""

    def __init__(self, document: Document, number: int, faults: list[str]) -> None:
        self.document, self.number, self.faults = document, number, faults

    def make(self) -> Vignette | None:
        before = len(self.faults)
        said = self._load(VignetteSchema, self.document.data[self.number], ())
        if said is None:
            return None
        self._check_expectation(said["expect"])
        prefetch = self._prefetch(said)
        if len(self.faults) > before:
            return None
        return Vignette(
            id=said["id"], story=said["story"], trap=said.get("trap"), day=date.fromordinal(said["day"]),
            service=said["service"], prefetch=prefetch, expect=said["expect"], place=self._place(()),
        )  # fmt: skip

    def _check_expectation(self, expect: Mapping[str, Any]) -> None:
        if expect.get("silent"):
            if len(expect) > 1:
                self._report(("expect",), "a silent chart expects nothing else")
        elif "red_flags" not in expect:
            self._report(("expect",), "red_flags must be given, {} for none")

    def _prefetch(self, said: Mapping[str, Any]) -> dict[str, Any]:
        person = self._load(shorthand.PersonSchema, said["person"], ("person",)) or {}
        own: list[tuple[str, Mapping[str, Any]]] = []
        if said["symptom"] is not None:
            own.append(("symptom", self._load(shorthand.SymptomSchema, said["symptom"], ("symptom",)) or {}))
        own += self._facts(said["record"], "record")
        others = self._facts(said["of_another"], "of_another")
        builder = CaseBuilder(knowledge().terminology.systems, said["day"])
        if len(own) - (said["symptom"] is not None) < len(said["record"]) or len(others) < len(said["of_another"]):
            return {}
        try:
            sent = builder.prefetch(person, own)
            _add(sent, builder.prefetch(None, others))
            _add_as_sent(sent, said["sent"])
        except UnknownSystem as error:
            self._report((), str(error))
            return {}
        return {key: value for key, value in sent.items() if key not in said["missing"]}

    def _facts(self, entries: Iterable[Mapping[str, Any]], key: str) -> list[tuple[str, Mapping[str, Any]]]:
        found = []
        for number, entry in enumerate(entries):
            kinds = [kind for kind in entry if kind in shorthand.RECORD_SCHEMAS]
            if len(kinds) != 1:
                self._report((key, number), f"an entry has one of: {', '.join(shorthand.RECORD_SCHEMAS)}")
                continue
            fact = self._load(shorthand.RECORD_SCHEMAS[kinds[0]], entry, (key, number))
            if fact is not None:
                found.append((kinds[0], fact))
        return found

    def _load(self, schema: type[Schema], said: Any, keys: Keys) -> dict[str, Any] | None:
        try:
            loaded: dict[str, Any] = made(schema).load(said)
            return loaded
        except ValidationError as error:
            for path, sentence in flatten(error.messages):
                name = ".".join(str(part) for part in path if part not in ("_schema", "key", "value"))
                self._report((*keys, *path), f"{name or 'entry'}: {sentence}")
            return None

    def _place(self, keys: Keys) -> str:
        return f"{self.document.path.name}:{self.document.line((self.number, *keys))}"

    def _report(self, keys: Keys, sentence: str) -> None:
        self.faults.append(f"{self._place(keys)}  {sentence}")


def _add(sent: dict[str, Any], others: Mapping[str, Any]) -> None:
    """Put another patient's resources into the bundles, as a system that mixes charts up would send them."""
    for key, bundle in others.items():
        entries = (bundle or {}).get("entry", ())
        for entry in json.loads(json.dumps(entries)):
            resource = entry["resource"]
            resource["id"] = f"other-{resource['id']}"
            resource["patient" if "patient" in resource else "subject"] = {"reference": "Patient/other"}
            target = sent.setdefault(key, {"resourceType": "Bundle", "type": "searchset", "total": 0})
            target.setdefault("entry", []).append(entry)
            target["total"] += 1


def _add_as_sent(sent: dict[str, Any], resources: Iterable[Mapping[str, Any]]) -> None:
    """Put resources in as a system spelled them: each under its own key, the patient and the encounter bare."""
    for resource in resources:
        key = KEYS[resource["resourceType"]]
        if key in ("patient", "encounter"):
            sent[key] = resource
            continue
        target = sent.get(key) or {"resourceType": "Bundle", "type": "searchset", "total": 0}
        sent[key] = target
        target.setdefault("entry", []).append({"resource": resource})
        target["total"] += 1
