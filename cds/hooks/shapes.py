"""What kind of body a tester sent: a hook request, or something to be read as FHIR."""

from __future__ import annotations

import msgspec

from cds.hooks import errors
from cds.hooks.request import position_in

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
        raise errors.NotAnObject from None
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise errors.NotJson(position_in(error)) from None
    return not bytes(shape.resource_type) and bool(bytes(shape.hook) or bytes(shape.prefetch))
