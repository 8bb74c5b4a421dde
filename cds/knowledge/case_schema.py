"""The shape of a case file in marshmallow: strict, so that a misspelt key is an error with its line.

Long because each kind of entry, and of what may be expected, has its schema.
"""

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


_SIDES = validate.OneOf(["left", "right", "both"])


class PersonSchema(Strict):
    """Who the case is about."""

    born = Said()
    sex = fields.String(validate=validate.OneOf(["female", "male", "other", "unknown", "none"]))
    deceased = fields.Boolean()


class _Finding(Strict):
    """What conditions and the symptom share."""

    text = fields.String()
    onset = Said()
    onset_text = fields.String()
    recorded = Said()
    abated = Said()
    status = fields.String()
    verification = fields.String()
    side = fields.String(validate=_SIDES)
    site = Concepts()
    note = fields.String()


class SymptomSchema(_Finding):
    """The symptom that opens the gate: a Condition."""

    code = Concepts(required=True)


class ConditionSchema(_Finding):
    """condition: a problem or diagnosis."""

    condition = Concepts(required=True)
    evidence = Concepts()


class _Observed(Strict):
    text = fields.String()
    value = Said()
    coded = Concepts()
    absent = fields.String()
    dated = Said()
    status = fields.String()
    flag = Said()
    range = Said()
    side = fields.String(validate=_SIDES)
    site = Concepts()
    note = fields.String()


class ResultSchema(_Observed):
    """result: a measured or coded value."""

    result = Concepts(required=True)


class ObservationSchema(_Observed):
    """observation: a sign or symptom that an Observation records."""

    observation = Concepts(required=True)


MEDICATION_TYPES = ("MedicationStatement", "MedicationRequest", "MedicationAdministration", "MedicationDispense")


class DrugSchema(Strict):
    """drug: an exposure."""

    drug = Concepts(required=True)
    type = fields.String(data_key="as", validate=validate.OneOf(MEDICATION_TYPES))
    start = Said(data_key="from")
    end = Said(data_key="to")
    days = fields.Integer()
    dose = Said()
    route = Said()
    status = fields.String()
    intent = fields.String()
    reason_not_taken = fields.String()


class ProcedureSchema(Strict):
    """procedure: something done."""

    procedure = Concepts(required=True)
    dated = Said()
    status = fields.String()
    side = fields.String(validate=_SIDES)
    site = Concepts()
    reason = Concepts()
    outcome = fields.String()
    note = fields.String()


class ReportSchema(Strict):
    """report: a DiagnosticReport."""

    report = Concepts(required=True)
    dated = Said()
    status = fields.String()
    side = fields.String(validate=_SIDES)
    conclusion = fields.String()
    coded = Concepts()


class OrderSchema(Strict):
    """order: a ServiceRequest."""

    order = Concepts(required=True)
    dated = Said()
    status = fields.String()
    intent = fields.String()
    side = fields.String(validate=_SIDES)
    reason = Concepts()
    note = fields.String()


class DeviceSchema(Strict):
    """device: a Device of the patient."""

    device = Concepts(required=True)
    status = fields.String()


class FamilySchema(Strict):
    """family: what a relative has."""

    family = Concepts(required=True)
    status = fields.String()
    relation = fields.String()


class VisitSchema(Strict):
    """visit: the reason of the current encounter."""

    visit = Concepts(required=True)
    dated = Said()
    status = fields.String()


class AnswerSchema(Strict):
    """answer: a question of a filled-in form, and its value."""

    answer = fields.String(required=True)
    value = fields.Raw(required=True)
    code = fields.String()
    dated = Said()


class ImpressionSchema(Strict):
    """impression: a ClinicalImpression with its summary, or with one finding."""

    impression = Concepts(required=True)
    dated = Said()
    status = fields.String()


class AlertSchema(Strict):
    """alert: a Flag on the chart; `flag` is what a laboratory says of a result."""

    alert = Concepts(required=True)
    dated = Said()
    status = fields.String()


RECORD_SCHEMAS: dict[str, type[Schema]] = {
    "condition": ConditionSchema, "result": ResultSchema, "observation": ObservationSchema, "drug": DrugSchema,
    "procedure": ProcedureSchema, "report": ReportSchema, "order": OrderSchema, "device": DeviceSchema,
    "family": FamilySchema, "visit": VisitSchema, "answer": AnswerSchema, "impression": ImpressionSchema,
    "alert": AlertSchema,
}  # fmt: skip

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
