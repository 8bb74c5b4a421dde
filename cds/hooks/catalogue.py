"""The services there are: what discovery lists, and which hooks each service answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from cds.hooks.errors import UnknownService


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
    """Make the catalogue from the content of `services.yaml` and the prefetch templates, which all services share."""
    services = tuple(_service(entry) for entry in data["services"])
    entries = [_entry(service, dict(templates), data["cds_hooks_version"]) for service in services]
    return Catalogue(services, msgspec.json.encode({"services": entries}))


def _service(entry: Mapping[str, Any]) -> Service:
    return Service(**{**entry, "also_answers": tuple(entry.get("also_answers", ()))})


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
