"""The rule vocabulary: one marshmallow schema for each kind of criterion, closed and strict.

`rules/README.md` teaches these words; a word that is not here is an error with its line.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from cds.domain.when import Window, parse_window


class WindowField(fields.Field[Window]):
    """A length of time: "12 months"."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Window:
        try:
            return parse_window(str(value))
        except ValueError as error:
            raise ValidationError(
                'must be a whole number and days, weeks, months or years, such as "12 months" or "less than 5 years"'
            ) from error


class Words(fields.Field[tuple[str, ...]]):
    """One word or a list of words."""

    def __init__(self, choices: tuple[str, ...] = (), **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.choices = choices

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> tuple[str, ...]:
        words = value if isinstance(value, list) else [value]
        if not words or not all(isinstance(w, str) and w for w in words):
            raise ValidationError("must be a word or a list of words")
        wrong = [w for w in words if self.choices and w not in self.choices]
        if wrong:
            raise ValidationError(f"{wrong[0]!r} is not one of: {', '.join(self.choices)}")
        return tuple(words)


class Strict(Schema):
    """A schema that refuses keys it does not know."""

    class Meta:
        unknown = RAISE


@cache
def made(schema: type[Schema]) -> Schema:
    """The one instance of a schema: making it costs more than loading with it."""
    return schema()


_SIDES = ("one", "both", "unknown")
_SOURCES = (
    "Condition", "Observation", "Encounter", "QuestionnaireResponse", "Device", "DiagnosticReport", "Procedure",
    "ServiceRequest", "ClinicalImpression", "Flag",
)  # fmt: skip


class MayOptions(Strict):
    """Qualifiers that block only when they are known to contradict."""

    new_within = WindowField()
    recorded_within = WindowField()


class FindingOptions(Strict):
    """finding: a symptom, sign or diagnosis on record."""

    sets = Words(required=True, data_key="in")
    status = fields.String(validate=validate.OneOf(["active", "past", "remission", "any"]))
    suspected = fields.Boolean()
    new_within = WindowField()
    older_than = WindowField()
    recorded_within = WindowField()
    may = fields.Nested(MayOptions)
    side = fields.String(validate=validate.OneOf(["same"]))
    sides = Words(_SIDES)
    site = fields.String()
    modifier = Words()
    not_modifier = Words()
    source = Words(_SOURCES)
    of_visit = fields.Boolean()
    dated_only = fields.Boolean()
    onset_known = fields.Boolean()
    then_symptom_within = WindowField()
    after_onset = WindowField()
    family = fields.Boolean()
    denied = fields.Boolean()
    reported = fields.Boolean()
    needs = Words()


class ResultOptions(Strict):
    """result: a measured or coded value."""

    sets = Words(required=True, data_key="in")
    within = fields.Raw()
    pick = fields.String(validate=validate.OneOf(["latest", "any"]))
    below = Words()
    at_most = Words()
    above = Words()
    at_least = Words()
    flag = fields.String(validate=validate.OneOf(["high", "low", "normal", "abnormal"]))
    lab_first = fields.String(validate=validate.OneOf(["high", "low", "normal", "abnormal"]))
    coded = Words()
    count = fields.Integer(validate=validate.Range(2, 5))
    apart = WindowField()
    not_before = fields.String()
    side = fields.String(validate=validate.OneOf(["same", "every"]))
    needs = Words()


class ConflictOptions(Strict):
    """conflict: two opposite results close in time."""

    first = fields.Nested(ResultOptions, required=True)
    second = fields.Nested(ResultOptions, required=True)
    together = WindowField(required=True)


class ExposureOptions(Strict):
    """exposure: a drug, its course, dose and timing."""

    sets = Words(required=True, data_key="in")
    route = fields.String(validate=validate.OneOf(["systemic", "local"]))
    taken = fields.String(validate=validate.OneOf(["taken", "not-taken", "planned"]))
    current = fields.Boolean()
    lasting = WindowField()
    within = WindowField()
    days_at_least = fields.Integer()
    grams_at_least = fields.Float()
    mg_per_day_at_least = fields.Float()
    mg_at_once_at_least = fields.Float()
    timing = fields.String(validate=validate.OneOf(["fits", "may-fit", "before-start"]))
    plus = WindowField()
    look_back = WindowField()
    started_within = WindowField()
    around = fields.String()
    margin = WindowField()
    started_between = fields.List(fields.String(), validate=validate.Length(equal=2))
    needs = Words()


class DoneOptions(Strict):
    """done: a test with a result, report or procedure on record, before or after the onset as the two options say."""

    sets = Words(required=True, data_key="in")
    within = WindowField()
    older_than = WindowField()
    after_onset = WindowField()
    then_symptom_within = WindowField()
    side = fields.String(validate=validate.OneOf(["same"]))
    coded = Words()
    site = fields.String(validate=validate.OneOf(["not-elsewhere"]))
    not_of = Words()
    denied = fields.Boolean()
    needs = Words()


class OrderedOptions(Strict):
    """ordered: a test or referral on order."""

    sets = Words(required=True, data_key="in")
    within = WindowField()
    side = fields.String(validate=validate.OneOf(["same"]))
    site = fields.String(validate=validate.OneOf(["not-elsewhere"]))
    completed = fields.Boolean()
    needs = Words()


class SymptomOptions(Strict):
    """symptom: the symptom that opened the gate."""

    site = Words()
    sides = Words(_SIDES)
    modifier = Words()
    new_within = WindowField()
    older_than = WindowField()
    onset_known = fields.Boolean()


class AgeOptions(Strict):
    """age in completed years."""

    at_least = fields.Integer()
    below = fields.Integer()


class CauseOptions(Strict):
    """cause: an outcome of the cause stratum. No id means any cause."""

    ids = Words(data_key="id")
    tier = Words(("supported", "possible", "to-exclude"), required=True)


class CountOptions(Strict):
    """n_of: at least so many of these."""

    at_least = fields.Integer(required=True)
    of = fields.List(fields.Raw(), required=True)


LEAF_SCHEMAS: dict[str, type[Schema]] = {
    "finding": FindingOptions, "result": ResultOptions, "conflict": ConflictOptions, "exposure": ExposureOptions,
    "done": DoneOptions, "ordered": OrderedOptions, "symptom": SymptomOptions, "age": AgeOptions, "cause": CauseOptions,
}  # fmt: skip
COMBINERS = ("all", "any", "not", "may", "n_of")
WORDS_ONLY = ("sex", "pattern", "red_flag", "deceased", "not_supplied")
KINDS = (*LEAF_SCHEMAS, *COMBINERS, *WORDS_ONLY)
# What may stand beside the kind in a named criterion.
ASIDES = ("points", "cite", "text", "equivalent")
POINTS = ("diagnostic", "strong_risk", "weak_risk")
