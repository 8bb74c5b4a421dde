"""The shape of page texts in marshmallow: what a rule's page tells beside the rule itself. Strict, as rules are."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from cds.knowledge.rule_schema import VERSION, ReviewSchema
from cds.knowledge.vocabulary import Strict

# The lists of a page, each with what its ids begin with.
LISTS = {"management": "mgmt.", "tips": "tip.", "facts": "fact."}


def _sources() -> fields.List[Any]:
    return fields.List(fields.String(), required=True, validate=validate.Length(min=1))


def _id(prefix: str) -> validate.Regexp:
    return validate.Regexp(
        rf"{prefix.replace('.', '[.]')}[a-z0-9]+(-[a-z0-9]+)*$", error=f"must look like {prefix}some-words"
    )


def _items(prefix: str) -> fields.List[Any]:
    """A list of items whose ids begin so."""
    item = type("ItemSchema", (Strict,), {
        "id": fields.String(required=True, validate=_id(prefix)),
        "text": fields.String(required=True, validate=validate.Length(1, 400)),
        "sources": _sources(),
    })  # fmt: skip
    return fields.List(fields.Nested(item), validate=validate.Length(min=1))


class PageSchema(Strict):
    """`<rule>.page.yaml`, beside its rule."""

    rule = fields.String(required=True)
    management = _items(LISTS["management"])
    tips = _items(LISTS["tips"])
    facts = _items(LISTS["facts"])


class GeneralSchema(PageSchema):
    """pages/general.yaml: what belongs to no single rule. `rule` is the id under which the page stands."""

    title = fields.String(required=True)
    version = fields.String(required=True, validate=VERSION)
    review = fields.Nested(ReviewSchema, required=True)


class CaveatSchema(Strict):
    """One caveat of pages/caveats.yaml.

    `beside` names items that never stand without it, `only_on` the pages on which alone these may stand, `on` pages
    that it heads whatever their items.
    """

    text = fields.String(required=True, validate=validate.Length(1, 500))
    sources = _sources()
    beside = fields.List(fields.String(), validate=validate.Length(min=1))
    only_on = fields.List(fields.String(), validate=validate.Length(min=1))
    on = fields.List(fields.String(), validate=validate.Length(min=1))


class NotShownSchema(Strict):
    """One item of pages/not_shown.yaml that no page shows, and why."""

    because = fields.String(required=True)
    sources = _sources()


class ArticleSchema(Strict):
    """One article of the seed set, as pages/articles.yaml cites it."""

    citation = fields.String(required=True)


# The files of pages/ that map ids to entries.
ENTRIES: dict[str, type[Schema]] = {
    "caveats.yaml": CaveatSchema, "not_shown.yaml": NotShownSchema, "articles.yaml": ArticleSchema,
}  # fmt: skip
