"""The shape of a rule file by kind, in marshmallow: strict, so that a misspelt key is an error and not silence.

Long because every kind of file has its schema.
"""

from __future__ import annotations

import re
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from cds.knowledge.vocabulary import Strict, WindowField, Words

_TIERS = ("supported", "possible", "to-exclude")
_INDICATORS = ("critical", "warning", "info")
_SIDES = ("left", "right", "bilateral")
VERSION = validate.Regexp(r"\d+\.\d+\.\d+$")
_SENTENCE = validate.Regexp(r"\S", error="is blank")
_HOOK = validate.Regexp(r"[a-z0-9-]+(\.[a-z0-9-]+)*$", error="is not a hook name")
_ID = validate.Regexp(r"[a-z0-9]+(-[a-z0-9]+)*$")
# Plain addresses only: marshmallow's own field knows every kind, and takes a fiftieth of the start to get ready.
_LABEL = "[a-z0-9]([a-z0-9-]*[a-z0-9])?"
_ADDRESS = validate.Regexp(
    rf"https?://{_LABEL}(\.{_LABEL})+(:\d{{1,5}})?([/?#]\S*)?\Z", re.IGNORECASE, error="Not a valid URL."
)


class ReviewSchema(Strict):
    """Who wrote it, who checked it, and when it must be looked at again."""

    author = fields.String(required=True)
    clinical_reviewer = fields.String(required=True)
    reviewed = fields.String(required=True, allow_none=True)
    next_review = fields.Date(required=True)


class RuleSchema(Strict):
    """What every rule file has."""

    id = fields.String(required=True, validate=_ID)
    kind = fields.String(required=True)
    version = fields.String(required=True, validate=VERSION)
    title = fields.String(required=True)
    purpose = fields.String(required=True)
    sources = fields.List(fields.String(), required=True, validate=validate.Length(min=1))
    review = fields.Nested(ReviewSchema, required=True)
    unverified = fields.List(fields.String())
    criteria = fields.Dict(keys=fields.String(validate=validate.Regexp(r"[a-z][a-z0-9_]*$")), values=fields.Raw())


class BecauseSchema(Strict):
    """A condition and the reason that is printed."""

    when = fields.Raw(required=True)
    because = fields.String(required=True)


class AskingSchema(BecauseSchema):
    """Why a test is due: `unless` holds it back only when it is known, `confirms` the result that is there already."""

    unless = fields.Raw()
    confirms = fields.Boolean()


class GateSchema(RuleSchema):
    """kind: gate."""

    effect = fields.String(required=True, validate=validate.OneOf(["open", "silence", "child", "comfort"]))
    when = fields.Raw(required=True)


class PatternSchema(RuleSchema):
    """kind: pattern."""

    pattern = fields.String(required=True)
    order = fields.Integer(required=True)
    when = fields.Raw(required=True)


class LevelSchema(Strict):
    """One level of a red flag."""

    flag = fields.String(required=True)
    title = fields.String(validate=validate.Length(1))
    indicator = fields.String(required=True, validate=validate.OneOf(_INDICATORS))
    when = fields.Raw(required=True)
    summary = fields.String(required=True, validate=validate.Length(1, 139))
    line = fields.String(required=True)
    actions = fields.List(fields.String())
    tests = fields.List(fields.String())
    order = fields.Integer()


class AskSchema(Strict):
    """A question that a red flag puts first when its condition is met."""

    ask = fields.String(required=True)
    when = fields.Raw(required=True)


class RedFlagSchema(RuleSchema):
    """kind: red_flag."""

    order = fields.Integer(required=True)
    levels = fields.List(fields.Nested(LevelSchema), required=True, validate=validate.Length(min=1))
    unless = fields.Raw()
    asks = fields.List(fields.Nested(AskSchema))


class SubcauseSchema(Strict):
    """A more specific cause, shown with its parent."""

    cause = fields.String(required=True)
    when = fields.Raw(required=True)


class LineWhenSchema(Strict):
    """A card line that replaces the tier's own while its condition is met."""

    when = fields.Raw(required=True)
    line = fields.String(required=True)


class LinesSchema(Strict):
    """The card line of each tier."""

    supported = fields.String()
    possible = fields.String()
    to_exclude = fields.String(data_key="to-exclude")
    lowered = fields.String()
    unassessed = fields.String()
    unsettled = fields.String()


class CauseSchema(RuleSchema):
    """kind: cause."""

    cause = fields.String(required=True)
    stage = fields.Integer(validate=validate.OneOf([1, 2]))
    supported_when = fields.Raw()
    possible_when = fields.Raw()
    to_exclude_when = fields.Raw()
    assessed_when = fields.Raw()
    set_aside_when = fields.List(fields.Nested(BecauseSchema))
    against = fields.List(fields.Nested(BecauseSchema))
    subcauses = fields.List(fields.Nested(SubcauseSchema))
    fits = Words()
    misfits = Words()
    no_misfit_when = fields.Raw()
    timing = fields.Raw()
    treated = fields.Raw()
    conflict = fields.Raw()
    harm = fields.Boolean()
    harm_when = fields.Raw()
    dangerous = fields.Boolean()
    line = fields.Nested(LinesSchema, required=True)
    line_when = fields.List(fields.Nested(LineWhenSchema))
    warning = Words(_TIERS)
    warning_when = fields.Raw()
    past_exposure_when = fields.Raw()
    asks = fields.List(fields.String())


class CodingSchema(Strict):
    """A coding of a draft order; `value_set` says where it is verified."""

    system = fields.String(required=True)
    code = fields.String(required=True)
    display = fields.String(required=True)


class OrderSchema(Strict):
    """What a draft order says. Without a verified code the text stands alone."""

    resource = fields.String(validate=validate.OneOf(["ServiceRequest", "Task"]))
    text = fields.String(required=True)
    coding = fields.List(fields.Nested(CodingSchema))


class TestSchema(RuleSchema):
    """kind: test."""

    test = fields.String(required=True)
    name = fields.String(required=True)
    rank = fields.Integer(required=True)
    offered = fields.String(required=True, validate=validate.OneOf(["order", "referral", "text"]))
    offered_in_emergency = fields.String(validate=validate.OneOf(["order", "referral", "text"]))
    now_when = fields.List(fields.Nested(AskingSchema))
    unexplained_when = fields.List(fields.Nested(AskingSchema))
    not_indicated_when = fields.List(fields.Nested(BecauseSchema))
    contraindicated_when = fields.List(fields.Nested(BecauseSchema))
    withheld_when = fields.List(fields.Nested(BecauseSchema))
    done_when = fields.Raw()
    ordered_when = fields.Raw()
    repeat_when = fields.Raw()
    rides_with = fields.String()
    note_when = fields.List(fields.Nested(BecauseSchema))
    order = fields.Nested(OrderSchema)


class ActionSchema(RuleSchema):
    """kind: action."""

    action = fields.String(required=True)
    name = fields.String(required=True)
    rank = fields.Integer(required=True)
    replaced_by = fields.List(fields.String())
    order = fields.Nested(OrderSchema, required=True)


class MedicationSchema(RuleSchema):
    """kind: medication."""

    cause = fields.String(required=True)
    line = fields.String(required=True)
    action = fields.String()
    interactions = fields.List(fields.Nested(BecauseSchema))


class DefinitionsSchema(RuleSchema):
    """kind: definitions: named criteria that many rules share."""


SCHEMAS: dict[str, type[Schema]] = {
    "gate": GateSchema, "pattern": PatternSchema, "red_flag": RedFlagSchema, "cause": CauseSchema, "test": TestSchema,
    "action": ActionSchema, "medication": MedicationSchema, "definitions": DefinitionsSchema,
}  # fmt: skip


class SourceSchema(Strict):
    """One source of sources.yaml. `label` is what a card prints; `verified` is P, S or K (thresholds page)."""

    label = fields.String(required=True, validate=validate.Length(1, 40))
    citation = fields.String(required=True)
    url = fields.String(validate=_ADDRESS)
    verified = fields.String(required=True, validate=validate.OneOf(["P", "S", "K", "seed", "policy"]))


# The kinds of evidence and adjustments that make up the points of a cause.
POINTS = ("diagnostic", "strong_risk", "weak_risk", "pattern", "timing", "harm", "treated")


class SettledSchema(Strict):
    """settled.yaml: what holds for all rules."""

    cite = fields.List(fields.String(), required=True)
    merge_within = WindowField(required=True)
    add_within = WindowField(required=True)
    attributed_within = WindowField(required=True)
    same_numbness = WindowField(required=True)
    visits = WindowField(required=True)
    remarks = WindowField(required=True)
    results = WindowField(required=True)
    points = fields.Nested(Strict.from_dict({kind: fields.Integer(required=True) for kind in POINTS}), required=True)


class RulebookSchema(Strict):
    """rulebook.yaml. `review` is the record of what is no rule: value sets, words, units, drugs, questions, wording."""

    version = fields.String(required=True, validate=VERSION)
    unreleased = fields.Boolean()
    review = fields.Nested(ReviewSchema, required=True)


def _no_id_twice(services: list[dict[str, Any]]) -> None:
    ids = [service["id"] for service in services]
    twice = sorted({id_ for id_ in ids if ids.count(id_) > 1})
    if twice:
        raise ValidationError(f"id {twice[0]} stands twice")


class ServiceSchema(Strict):
    """One service of services.yaml."""

    id = fields.String(required=True, validate=_ID)
    hook = fields.String(required=True, validate=_HOOK)
    also_answers = fields.List(fields.String(validate=_HOOK), load_default=list)
    symptom = fields.String(required=True, validate=validate.OneOf(["recorded", "assumed"]))
    title = fields.String(required=True, validate=_SENTENCE)
    description = fields.String(required=True, validate=_SENTENCE)
    usage_requirements = fields.String(required=True, validate=_SENTENCE)


class ServicesSchema(Strict):
    """services.yaml."""

    cds_hooks_version = fields.String(required=True, validate=VERSION)
    services = fields.List(fields.Nested(ServiceSchema), required=True, validate=_no_id_twice)


class AliasSchema(Strict):
    """One code system of aliases.yaml: its canonical URI, and what else records call it."""

    uri = fields.String(required=True)
    aliases = fields.List(fields.String(), load_default=list)


class SideSchema(Strict):
    """One entry of icd10cm_sides.yaml: families of codes, and which of their characters tells the side."""

    character = fields.Integer(required=True)
    sides = fields.Dict(fields.String(), fields.String(validate=validate.OneOf(_SIDES)), required=True)
    codes = fields.List(fields.String(), required=True)


class DrugSchema(Strict):
    """One drug of drugs.yaml: its own look-back, and what says so."""

    look_back = WindowField(required=True)
    cite = fields.List(fields.String(), required=True)


CLAUSES_OF_QUESTIONS = ("settled_when", "first_when", "standing_when")


class QuestionSchema(Strict):
    """One question of questions.yaml."""

    text = fields.String(required=True)
    rank = fields.Integer(required=True)
    standing = fields.Boolean()
    settled_when = fields.Raw()
    first_when = fields.Raw()
    standing_when = fields.Raw()
