"""What a tester asks, and what kind of body was sent: a hook request, or something to be read as FHIR."""

from __future__ import annotations

from datetime import date
from typing import NotRequired, TypedDict

import msgspec

from cds.hooks import errors
from cds.hooks.request import position_in


class Asked(TypedDict):
    """What a tester asks of a record. `is_day_fixed`: the day was chosen, and every card says so."""

    today: date
    symptom: str
    patient: NotRequired[str | None]
    validate: NotRequired[bool]
    is_day_fixed: NotRequired[bool]


_EXPECTED = (
    "A CDS Hooks request, a FHIR Bundle or a single resource is expected. Put several resources into a Bundle, or send"
    " them as NDJSON, one a line."
)
_ABSENT = msgspec.Raw(b"")


class _Shape(msgspec.Struct, rename="camel"):
    """Just enough of a body to tell a hook request from a resource."""

    resource_type: msgspec.Raw = _ABSENT
    hook: msgspec.Raw = _ABSENT
    prefetch: msgspec.Raw = _ABSENT


_SHAPE = msgspec.json.Decoder(_Shape)


def is_hook_request(body: bytes) -> bool:
    """A JSON object without a resourceType that has a hook, or a context and a prefetch.

    Raises NotJson, NotAnObject, BodyEmpty: what is no JSON object at all is told apart here.
    """
    if not body.strip():
        raise errors.BodyEmpty
    try:
        shape = _SHAPE.decode(body.removeprefix(b"\xef\xbb\xbf"))
    except msgspec.ValidationError:
        raise errors.NotAnObject(_EXPECTED) from None
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise errors.NotJson(position_in(error)) from None
    return not bytes(shape.resource_type) and bool(bytes(shape.hook) or bytes(shape.prefetch))
