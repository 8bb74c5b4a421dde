"""What a tester asks, and what kind of body was sent: a hook request, or something to be read as FHIR."""

from __future__ import annotations

from datetime import date
from typing import NotRequired, TypedDict

import msgspec

from cds.hooks import errors
from cds.hooks.repeated import ONCE, repeated_in
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
_MEMBERS = msgspec.json.Decoder(dict[str, msgspec.Raw])


def is_hook_request(body: bytes) -> bool:
    """A JSON object without a resourceType that has a hook, or a context and a prefetch.

    Raises NotJson, NotAnObject, BodyEmpty: what is no JSON object at all is told apart here; FieldInvalid for one in
    which a member stands twice: of a Bundle's two lists of entries only the last would be read.
    """
    if not body.strip():
        raise errors.BodyEmpty
    try:
        members = _MEMBERS.decode(body.removeprefix(b"\xef\xbb\xbf"))
    except msgspec.ValidationError:
        raise errors.NotAnObject(_EXPECTED) from None
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise errors.NotJson(position_in(error)) from None
    if repeated_in(body.removeprefix(b"\xef\xbb\xbf"), members.values()) == "body":
        raise errors.FieldInvalid("body", ONCE)
    return "resourceType" not in members and ("hook" in members or "prefetch" in members)
