"""The shape of a case file in marshmallow: strict, so that a misspelt key is an error with its line."""

from __future__ import annotations

from datetime import date
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from cds.knowledge.vocabulary import Strict, Words


class Said(fields.Field[str]):
    """Text, or a number or truth value that is kept as text: YAML reads `2015` as a number."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, (str, int, float)):
            return str(value)
        raise ValidationError("must be text or a number")


class Concepts(Words):
    """One concept, or several codings of the same one: "SNOMED#44054006 Type 2 diabetes mellitus"."""


class DayField(fields.Field[int]):
    """A full date, as an ordinal."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        try:
            return date.fromisoformat(str(value)).toordinal()
        except ValueError as error:
            raise ValidationError("must be a date, such as 2026-11-20") from error


# A word means the same in every entry: which kind of value stands under it.
_MEMBERS: dict[str, fields.Field[Any]] = {
    **dict.fromkeys(
        "text onset_text status verification absent intent reason_not_taken outcome conclusion relation note".split(),
        fields.String(),
    ),
    **dict.fromkeys("onset recorded abated value dated flag range dose route born".split(), Said()),
    **dict.fromkeys("site evidence coded reason".split(), Concepts()),
    "side": fields.String(validate=validate.OneOf(["left", "right", "both"])),
    "sex": fields.String(validate=validate.OneOf(["female", "male", "other", "unknown", "none"])),
    "deceased": fields.Boolean(),
    "days": fields.Integer(),
}
MEDICATION_TYPES = ("MedicationStatement", "MedicationRequest", "MedicationAdministration", "MedicationDispense")


def _entry(words: str, **own: fields.Field[Any]) -> type[Schema]:
    return Strict.from_dict({word: _MEMBERS[word] for word in words.split()} | own)


_FINDING = "text onset onset_text recorded abated status verification side site note"
_OBSERVED = "text value coded absent dated status flag range side site note"
_CODED = {
    "condition": f"{_FINDING} evidence",  # a problem or diagnosis
    "result": _OBSERVED,  # a measured or coded value
    "observation": _OBSERVED,  # a sign or symptom that an Observation records
    "procedure": "dated status side site reason outcome note",
    "report": "dated status side conclusion coded",  # a DiagnosticReport
    "order": "dated status intent side reason note",  # a ServiceRequest
    "device": "status",
    "family": "status relation",  # what a relative has
    "visit": "dated status",  # the reason of the current encounter
    "impression": "dated status",  # a ClinicalImpression with its summary, or with one finding
    "alert": "dated status",  # a Flag on the chart; `flag` is what a laboratory says of a result
}
# Who the case is about, and the Condition that opens the gate.
PersonSchema = _entry("born sex deceased")
SymptomSchema = _entry(_FINDING, code=Concepts(required=True))
RECORD_SCHEMAS: dict[str, type[Schema]] = {
    **{kind: _entry(words, **{kind: Concepts(required=True)}) for kind, words in _CODED.items()},
    "drug": _entry(
        "days dose route status intent reason_not_taken",
        drug=Concepts(required=True),
        type=fields.String(data_key="as", validate=validate.OneOf(MEDICATION_TYPES)),
        start=Said(data_key="from"),
        end=Said(data_key="to"),
    ),
    # a question of a filled-in form
    "answer": _entry(
        "dated", answer=fields.String(required=True), value=fields.Raw(required=True), code=fields.String()
    ),
}

PREFETCH_KEYS = (
    "patient", "conditions", "observations", "medicationStatements", "medicationRequests",
    "medicationAdministrations", "procedures", "serviceRequests", "devices", "diagnosticReports", "encounter",
)  # fmt: skip


class CaseSchema(Strict):
    """One person, and everything that the rule concludes about them."""

    name = fields.String(required=True)
    person = fields.Raw()
    symptom = fields.Raw()
    record = fields.List(fields.Dict(), load_default=list)
    missing = Words(PREFETCH_KEYS)
    assumed = fields.Boolean()
    expect = fields.Raw(required=True)


class Equivalent(Strict):
    """Slips that change nothing: all whose place begins with `at`, and whose words begin with `slip` if given."""

    at = fields.String(required=True)
    slip = fields.String()
    why = fields.String(required=True, validate=validate.Length(min=1))


class CaseFileSchema(Strict):
    """A `.test.yaml` file."""

    rule = fields.String(required=True)
    day = DayField(required=True)
    symptom = fields.Raw()
    person = fields.Raw()
    cases = fields.List(fields.Nested(CaseSchema), required=True, validate=validate.Length(min=1))
    equivalent = fields.List(fields.Nested(Equivalent))


# --- what may be expected, by the rule's kind ---

_TRUTHS = validate.OneOf(["met", "not-met", "unknown"])


class TruthExpected(Strict):
    """Of a gate or pattern rule; not listed is not met."""

    truth = fields.String(validate=_TRUTHS, load_default="not-met")


class RedFlagExpected(Strict):
    """Of a red flag; `actions`, `tests` and words of the `summary` are compared when listed."""

    flag = fields.String()
    indicator = fields.String(validate=validate.OneOf(["critical", "warning", "info"]))
    asks = Words()
    actions = fields.List(fields.String())
    tests = fields.List(fields.String())
    summary = fields.String()


class CauseExpected(Strict):
    """Of a cause; `line` is compared when listed."""

    tier = fields.String(validate=validate.OneOf(["supported", "possible", "to-exclude"]))
    points = fields.Integer()
    set_aside = fields.Raw()
    conflicting = fields.Boolean()
    warning = fields.Boolean()
    subcauses = Words()
    against = Words()
    past_exposure = fields.Boolean()
    line = fields.String()


class TestExpected(Strict):
    """Of a test; `because` is compared when listed, `offered` defaults to what the rule offers."""

    when = fields.String(validate=validate.OneOf(["emergency", "now", "if-unexplained"]))
    offered = fields.String(validate=validate.OneOf(["order", "referral", "text"]))
    state = fields.String(validate=validate.OneOf(["resulted", "ordered", "not-indicated"]))
    because = fields.String()
    notes = Words()


class MedicationExpected(Strict):
    """Of a medication rule."""

    drugs = Words()
    warning = fields.Boolean()
    interactions = fields.Integer()


EXPECT_SCHEMAS: dict[str, type[Schema]] = {
    "gate": TruthExpected, "pattern": TruthExpected, "red_flag": RedFlagExpected, "cause": CauseExpected,
    "test": TestExpected, "medication": MedicationExpected,
}  # fmt: skip
TRUTH_WORDS = ("not-met", "unknown", "met")
