"""What a response must look like, in marshmallow: every rule of the standard's §3 that can be checked by machine.

Checking costs 0.4 ms a call, so it is done in tests and not in service.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from marshmallow import RAISE, Schema, ValidationError, fields, validate, validates_schema

from cds.hooks.composing import EXTENSION, MOST_LINES, MOST_SUGGESTIONS
from cds.hooks.markdown import LONGEST_SUMMARY, utf16_length

_WEB = fields.Url(schemes={"https", "http"}, require_tld=False)


def _bare_uuid(text: str) -> None:
    try:
        bare = str(UUID(text)) == text
    except ValueError:
        bare = False
    if not bare:
        raise ValidationError("is not a bare lower-case UUID")


def _summary(text: str) -> None:
    if not 1 <= utf16_length(text) <= LONGEST_SUMMARY or "\n" in text:
        raise ValidationError("must be one line of 1 to 139 UTF-16 units")


def _detail(text: str) -> None:
    if len(text.splitlines()) > MOST_LINES:
        raise ValidationError(f"has more than {MOST_LINES} lines")
    if "<" in text or ">" in text:
        raise ValidationError("holds an angle bracket, so perhaps HTML")


class _Strict(Schema):
    class Meta:
        unknown = RAISE


class CodingSchema(_Strict):
    """A Coding; `display` is required in override reasons."""

    code = fields.String(required=True, validate=validate.Length(1))
    system = fields.Url(required=True, schemes={"https", "http"})
    display = fields.String(validate=validate.Length(1))


class SourceSchema(_Strict):
    """card.source."""

    label = fields.String(required=True, validate=validate.Length(1))
    url = _WEB
    icon = _WEB
    topic = fields.Nested(CodingSchema, required=True)


class ActionSchema(_Strict):
    """One action: create only, with a resource."""

    type = fields.String(required=True, validate=validate.Equal("create"))
    description = fields.String(required=True, validate=validate.Length(1))
    resource = fields.Dict(required=True)

    @validates_schema
    def check_resource(self, data: Mapping[str, Any], **_: Any) -> None:
        """A draft order of an allowed type."""
        resource = data.get("resource", {})
        if resource.get("resourceType") not in ("ServiceRequest", "Task") or resource.get("status") != "draft":
            raise ValidationError("must be a draft ServiceRequest or Task", "resource")


class SuggestionSchema(_Strict):
    """One button with exactly one action."""

    label = fields.String(required=True, validate=validate.Length(1))
    uuid = fields.String(required=True, validate=_bare_uuid)
    actions = fields.List(fields.Nested(ActionSchema), required=True, validate=validate.Length(equal=1))
    extension = fields.Dict(required=True)


class CardSchema(_Strict):
    """A card."""

    uuid = fields.String(required=True, validate=_bare_uuid)
    summary = fields.String(required=True, validate=_summary)
    indicator = fields.String(required=True, validate=validate.OneOf(["info", "warning", "critical"]))
    source = fields.Nested(SourceSchema, required=True)
    detail = fields.String(required=True, validate=[validate.Length(1), _detail])
    overrideReasons = fields.List(fields.Nested(CodingSchema), required=True, validate=validate.Length(1))  # noqa: N815 - the standard's name
    suggestions = fields.List(fields.Nested(SuggestionSchema), validate=validate.Length(1, MOST_SUGGESTIONS))
    selectionBehavior = fields.String(validate=validate.Equal("any"))  # noqa: N815 - the standard's name
    extension = fields.Dict(required=True)

    @validates_schema
    def check_together(self, data: Mapping[str, Any], **_: Any) -> None:
        """Suggestions and selectionBehavior go together; the extension carries our half; reasons are complete."""
        if ("suggestions" in data) != ("selectionBehavior" in data):
            raise ValidationError("suggestions and selectionBehavior go together", "suggestions")
        if set(data.get("extension", {})) != {EXTENSION}:
            raise ValidationError("must hold exactly our own key", "extension")
        reasons = [r.get("code") for r in data.get("overrideReasons", ())]
        if len(reasons) != len(set(reasons)) or not all(r.get("display") for r in data.get("overrideReasons", ())):
            raise ValidationError("need a display and no duplicates", "overrideReasons")


class ResponseSchema(_Strict):
    """The envelope: at most four cards, every uuid once, nothing empty where the standard forbids it."""

    cards = fields.List(fields.Nested(CardSchema), required=True, validate=validate.Length(max=4))

    @validates_schema
    def check_whole(self, data: Mapping[str, Any], **_: Any) -> None:
        """What no single member can tell."""
        cards = data.get("cards", [])
        uuids = [u for card in cards for u in (card["uuid"], *(s["uuid"] for s in card.get("suggestions", ())))]
        if len(uuids) != len(set(uuids)):
            raise ValidationError("a uuid stands twice", "cards")
        for path in _empties({"cards": [_without_extension(card) for card in cards]}):
            raise ValidationError(f"{path} is null or empty", "cards")


def _without_extension(card: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in card.items() if key != "extension"}


def _empties(value: Any, path: str = "") -> Iterator[str]:
    if path and path != ".cards" and (value is None or value in ("", [], {})):
        yield path
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        yield from _empties(child, f"{path}.{key}")


def check_response(response: Any) -> dict[str, list[str]]:
    """Everything wrong with a response, by place; empty when nothing is."""
    return ResponseSchema().validate(response)
