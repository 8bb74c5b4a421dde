"""Draft orders: a ServiceRequest or Task made from a rule's order, filled in for one call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]
# How the reason of a proposed order begins: once it is accepted it comes back with the record, and is no news then.
BY_THIS_SERVICE = "Heel Numbness CDS: "


@dataclass(frozen=True, slots=True)
class OrderFor:
    """What a call fills in: whom the order is for, in which encounter, who asks, on which day (ISO)."""

    patient_id: str
    encounter_id: str | None
    requester: str | None
    day: str


def draft(order: Mapping[str, Any], call: OrderFor, *, priority: str, reason: str, note: str = "") -> Json:
    """A draft resource that fhir.resources accepts.

    `order` is a rule's `order` block: text, coding, resource. `priority` is routine, urgent or stat.
    """
    if order.get("resource") == "Task":
        return _task(order, call, priority, reason)
    resource: Json = {
        "resourceType": "ServiceRequest", "status": "draft", "intent": "order", "priority": priority,
        "code": _concept(order), "subject": {"reference": f"Patient/{call.patient_id}"},
    }  # fmt: skip
    _add_call(resource, call)
    resource["reasonCode"] = [{"text": f"{BY_THIS_SERVICE}{reason}"}]
    if note:
        resource["note"] = [{"text": note}]
    return resource


def _task(order: Mapping[str, Any], call: OrderFor, priority: str, reason: str) -> Json:
    resource: Json = {
        "resourceType": "Task", "status": "draft", "intent": "order", "priority": priority, "code": _concept(order),
        "description": order["text"], "for": {"reference": f"Patient/{call.patient_id}"},
    }  # fmt: skip
    _add_call(resource, call)
    resource["reasonCode"] = {"text": f"{BY_THIS_SERVICE}{reason}"}
    return resource


def _add_call(resource: Json, call: OrderFor) -> None:
    if call.encounter_id:
        resource["encounter"] = {"reference": f"Encounter/{call.encounter_id}"}
    resource["authoredOn"] = call.day
    if call.requester:
        resource["requester"] = {"reference": call.requester}


def _concept(order: Mapping[str, Any]) -> Json:
    concept: Json = {"text": order["text"]}
    if order.get("coding"):
        concept["coding"] = [dict(coding) for coding in order["coding"]]
    return concept
