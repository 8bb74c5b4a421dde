"""The envelope of a call: split by msgspec, its small members checked by marshmallow, the prefetch left raw."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import Any, NoReturn
from urllib.parse import urlsplit

import msgspec
from marshmallow import EXCLUDE, Schema, ValidationError, fields

from cds.hooks.errors import (
    BodyEmpty,
    FieldInvalid,
    FieldMissing,
    HookError,
    NotAnObject,
    NotJson,
    SeveralProblems,
)
from cds.hooks.repeated import ONCE, repeated_in

_BOM = b"\xef\xbb\xbf"
_AT_BYTE = re.compile(r"\(byte (\d+)\)")
_AT_MEMBER = re.compile(r"`\$\.(\w+)")
_LONGEST_ID = 255
_ABSENT = msgspec.Raw(b"null")


@dataclass(frozen=True, slots=True)
class HookRequest:
    """One call, as far as it is read before its data: ids are bare, absent and null are the same.

    What an answer does not depend on (hookInstance, fhirServer, fhirAuthorization) is checked and not kept.
    """

    hook: str
    patient_id: str
    user_id: str | None
    encounter_id: str | None
    prefetch: dict[str, msgspec.Raw]


class _Envelope(msgspec.Struct, rename="camel"):
    """The members of a call that are read; others are passed over, as the standard asks."""

    hook: Any = None
    hook_instance: Any = None
    fhir_server: Any = None
    context: msgspec.Raw = _ABSENT
    fhir_authorization: msgspec.Raw = _ABSENT
    prefetch: dict[str, msgspec.Raw] | None = None


class _Context(msgspec.Struct, rename="camel"):
    """The ids of a context; draft orders and selections stay raw."""

    patient_id: Any = None
    user_id: Any = None
    encounter_id: Any = None


_ENVELOPE = msgspec.json.Decoder(_Envelope)
_CONTEXT = msgspec.json.Decoder(_Context)


def parse_call(body: bytes) -> HookRequest:
    """Split the body of a call.

    Unknown members are ignored; null is the same as absent; no prefetch is an empty one.

    Raises:
        BodyEmpty, NotJson, NotAnObject: when there is no JSON object.
        FieldMissing, FieldInvalid, SeveralProblems: when members are absent, of the wrong kind, or stand twice.
    """
    text = _text_of(body)
    envelope = _decode_envelope(text)
    repeated = repeated_in(text, (envelope.prefetch or {}).values())
    if repeated is not None:
        raise FieldInvalid(repeated, ONCE)
    context = _decode_context(envelope.context)
    small = _check(_small_members(envelope, context), has_authorization=_is_given(envelope.fhir_authorization))
    return HookRequest(
        hook=small["hook"],
        patient_id=small["patientId"],
        user_id=small.get("userId"),
        encounter_id=small.get("encounterId"),
        prefetch=envelope.prefetch or {},
    )


# --- JSON ---


def _text_of(body: bytes) -> bytes:
    """The body without a byte order mark, known to be UTF-8 throughout: msgspec does not look into what it skips."""
    body = body.removeprefix(_BOM)
    if not body.strip():
        raise BodyEmpty
    if not body.isascii():
        _require_utf8(body)
    return body


def _require_utf8(body: bytes) -> None:
    try:
        body.decode()
    except UnicodeDecodeError as error:
        raise NotJson(error.start) from None


def _decode_envelope(body: bytes) -> _Envelope:
    try:
        return _ENVELOPE.decode(body)
    except msgspec.ValidationError as error:
        member = _member_named_in(error)
        raise (FieldInvalid(member, _EXPECTED[member]) if member in _EXPECTED else NotAnObject()) from None
    except (msgspec.DecodeError, RecursionError) as error:
        raise NotJson(position_in(error)) from None


def _decode_context(raw: msgspec.Raw) -> _Context:
    if not _is_given(raw):
        raise FieldMissing("context")
    try:
        return _CONTEXT.decode(raw)
    except msgspec.ValidationError as error:
        member = f"context.{_member_named_in(error)}"
        name = member if member in _EXPECTED else "context"
        raise FieldInvalid(name, _EXPECTED[name]) from None


def _member_named_in(error: msgspec.ValidationError) -> str:
    found = _AT_MEMBER.search(str(error))
    return found.group(1) if found else ""


def position_in(error: Exception) -> int | None:
    """The byte that msgspec names; nothing else of its message is passed on."""
    found = _AT_BYTE.search(str(error))
    return int(found.group(1)) if found else None


def _is_given(raw: msgspec.Raw) -> bool:
    return bytes(raw).strip() != b"null"


# --- the small members ---

_EXPECTED = {
    "hook": "a string",
    "hookInstance": "a string",
    "fhirServer": "an absolute http or https URL outside the link-local range",
    "context": "an object",
    "context.patientId": "the id of a Patient",
    "context.userId": "a string",
    "context.encounterId": "the id of an Encounter",
    "prefetch": "an object",
    "fhirAuthorization": "an object",
}


def _missing() -> NoReturn:
    raise ValidationError("missing")


def _invalid() -> NoReturn:
    raise ValidationError("invalid")


class _Text(fields.Field[str | None]):
    """A string; blank counts as absent."""

    default_error_messages = {"required": "missing", "null": "missing"}  # noqa: RUF012 - marshmallow's attribute

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str | None:
        if not isinstance(value, str):
            _invalid()
        if not value.strip():
            _missing() if self.required else None
            return None
        return self._read(value)

    def _read(self, text: str) -> str | None:
        return text


class _BareId(_Text):
    """The id of a resource; `Type/id`, versioned or absolute, is read as `id`."""

    def __init__(self, kind: str, *, required: bool = False) -> None:
        super().__init__(required=required)
        self._kind = f"{kind}/"

    def _read(self, text: str) -> str | None:
        before, slash, after = text.strip().rpartition(self._kind)
        if slash and (not before or before.endswith("/")):
            text = after
        bare = text.strip().partition("/_history/")[0]
        if not 0 < len(bare) <= _LONGEST_ID or "/" in bare or " " in bare or not bare.isprintable():
            _invalid()
        return bare


class _LooseId(_BareId):
    """The same, when the call can be answered without it: a number is read as text, anything odd as absent."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str | None:
        text = str(value) if type(value) is int else value
        try:
            return super()._deserialize(text, attr, data, **kwargs)
        except ValidationError:
            return None


class _LooseText(_Text):
    """A string that the call can be answered without: anything else is read as absent."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str | None:
        return value.strip() or None if isinstance(value, str) else None


class _ServerUrl(_Text):
    """The address of a FHIR server. It is checked, lest anything later be led elsewhere, and not called here."""

    def _read(self, text: str) -> str | None:
        try:
            parts = urlsplit(text.strip())
            host = parts.hostname or ""
        except ValueError:
            _invalid()
        if parts.scheme not in ("http", "https") or not host or _is_link_local(host):
            _invalid()
        return text.strip()


def _is_link_local(host: str) -> bool:
    """Link-local addresses are where clouds keep their metadata, never a FHIR server."""
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_link_local
    except ValueError:
        return False


_SmallMembers = Schema.from_dict(
    {
        "hook": _Text(required=True),
        "hookInstance": _Text(required=True),
        "fhirServer": _ServerUrl(),
        "patientId": _BareId("Patient", required=True),
        "userId": _LooseText(),
        "encounterId": _LooseId("Encounter"),
    },
    name="SmallMembers",
)
_SMALL = _SmallMembers(unknown=EXCLUDE)


def _small_members(envelope: _Envelope, context: _Context) -> dict[str, Any]:
    """The members for marshmallow; null is left out, so that it is the same as absent."""
    members = {
        "hook": envelope.hook,
        "hookInstance": envelope.hook_instance,
        "fhirServer": envelope.fhir_server,
        "patientId": context.patient_id,
        "userId": context.user_id,
        "encounterId": context.encounter_id,
    }
    return {name: value for name, value in members.items() if value is not None}


def _check(members: dict[str, Any], *, has_authorization: bool) -> dict[str, Any]:
    """The checked members. Raises one HookError that tells everything that is wrong."""
    try:
        checked, found = _SMALL.load(members), {}
    except ValidationError as error:
        checked, found = error.valid_data, error.messages_dict
    problems = [_problem(_path_of(name), found[name]) for name in _SMALL.fields if name in found]
    if has_authorization and "fhirServer" not in found and not checked.get("fhirServer"):
        problems.append(FieldMissing("fhirServer"))
    if problems:
        raise problems[0] if len(problems) == 1 else SeveralProblems(problems)
    return dict(checked)


def _path_of(name: str) -> str:
    return name if name in _EXPECTED else f"context.{name}"


def _problem(name: str, messages: list[str]) -> HookError:
    return FieldMissing(name) if "missing" in messages else FieldInvalid(name, _EXPECTED[name])
