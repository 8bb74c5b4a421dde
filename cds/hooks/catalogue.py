"""The services there are: what discovery lists, and which hooks each service answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from marshmallow import RAISE, Schema, ValidationError, fields, validate

from cds.hooks.errors import UnknownService


class CatalogueInvalid(Exception):
    """The list of services cannot be used; `problems` holds every reason, each with its place in the data."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Service:
    """One service. `symptom` is "recorded" or "assumed": what holds when the record has no current symptom."""

    id: str
    hook: str
    symptom: str
    title: str
    description: str
    usage_requirements: str
    also_answers: tuple[str, ...] = ()

    @property
    def hooks(self) -> tuple[str, ...]:
        """Every hook the service answers; the one it is listed under comes first."""
        return (self.hook, *self.also_answers)

    def accepts(self, hook: str) -> bool:
        """Whether a call with this hook is answered."""
        return hook in self.hooks


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All services. Immutable; the discovery document is written once, when the catalogue is built."""

    services: tuple[Service, ...]
    document: bytes

    def discovery(self) -> bytes:
        """The discovery document as JSON, with the templates in the order they were given."""
        return self.document

    def service(self, service_id: str) -> Service:
        """The service with this id. Raises UnknownService when there is none."""
        for service in self.services:
            if service.id == service_id:
                return service
        raise UnknownService


def build_catalogue(data: Mapping[str, Any], templates: Mapping[str, str]) -> Catalogue:
    """Make the catalogue from the content of `services.yaml` and the prefetch templates, which all services share.

    Raises:
        CatalogueInvalid: when the data have another shape, or two services share an id.
    """
    loaded = _load(data)
    services = tuple(_service(entry) for entry in loaded["services"])
    _require_unique_ids(services)
    entries = [_entry(service, dict(templates), loaded["cds_hooks_version"]) for service in services]
    return Catalogue(services, msgspec.json.encode({"services": entries}))


# --- the file's shape ---

_SENTENCE = validate.Regexp(r"\S", error="is blank")
_KEBAB = validate.Regexp(r"^[a-z0-9]+(-[a-z0-9]+)*$", error="is not a kebab-case id")
_HOOK = validate.Regexp(r"^[a-z0-9-]+(\.[a-z0-9-]+)*$", error="is not a hook name")
_SEMVER = validate.Regexp(r"^\d+\.\d+\.\d+$", error="is not a version such as 3.0.0")

_ServiceSchema = Schema.from_dict(
    {
        "id": fields.String(required=True, validate=_KEBAB),
        "hook": fields.String(required=True, validate=_HOOK),
        "also_answers": fields.List(fields.String(validate=_HOOK), load_default=list),
        "symptom": fields.String(required=True, validate=validate.OneOf(("recorded", "assumed"))),
        "title": fields.String(required=True, validate=_SENTENCE),
        "description": fields.String(required=True, validate=_SENTENCE),
        "usage_requirements": fields.String(required=True, validate=_SENTENCE),
    },
    name="ServiceSchema",
)
_CatalogueSchema = Schema.from_dict(
    {
        "cds_hooks_version": fields.String(required=True, validate=_SEMVER),
        "services": fields.List(fields.Nested(_ServiceSchema(unknown=RAISE)), required=True),
    },
    name="CatalogueSchema",
)


def _load(data: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return dict(_CatalogueSchema(unknown=RAISE).load(data))
    except ValidationError as error:
        raise CatalogueInvalid(_flat(error.messages_dict)) from None


def _flat(messages: Any, path: str = "") -> list[str]:
    """The nested messages of marshmallow, one line for each, with the path in front."""
    if not isinstance(messages, Mapping):
        return [f"{path} {message}" for message in messages]
    return [line for key, inner in messages.items() for line in _flat(inner, f"{path}.{key}" if path else str(key))]


def _require_unique_ids(services: tuple[Service, ...]) -> None:
    ids = [service.id for service in services]
    twice = sorted({f"id {one} stands twice" for one in ids if ids.count(one) > 1})
    if twice:
        raise CatalogueInvalid(twice)


def _service(entry: Mapping[str, Any]) -> Service:
    return Service(**{**entry, "also_answers": tuple(entry["also_answers"])})


def _entry(service: Service, templates: dict[str, str], version: str) -> dict[str, Any]:
    """One member of `services`; a service without templates has no `prefetch` at all."""
    prefetch = {"prefetch": templates} if templates else {}
    return {
        "hook": service.hook,
        "title": service.title,
        "description": service.description,
        "id": service.id,
        **prefetch,
        "usageRequirements": service.usage_requirements,
        "version": version,
    }
