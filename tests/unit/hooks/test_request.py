"""Splitting the envelope of a call."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest

from cds.hooks.errors import (
    BodyEmpty,
    FieldInvalid,
    FieldMissing,
    HookError,
    NotAnObject,
    NotJson,
    SeveralProblems,
)
from cds.hooks.request import HookRequest, parse_call


def call(**changes: Any) -> dict[str, Any]:
    """A small valid call, with changes; a member set to `...` is left out."""
    body = {
        "hook": "patient-view",
        "hookInstance": "00000000-007b-9f33-e810-e841a57c502c",
        "context": {"patientId": "p1", "userId": "Practitioner/1"},
    }
    return {name: value for name, value in {**body, **changes}.items() if value is not ...}


def parsed(**changes: Any) -> HookRequest:
    return parse_call(json.dumps(call(**changes)).encode())


def parsed_context(**context: Any) -> HookRequest:
    return parsed(context={"patientId": "p1", **context})


def test_a_call_is_split_into_its_members() -> None:
    request = parsed(prefetch={"patient": None}, fhirServer="https://ehr.example.org/fhir")
    assert (request.hook, request.patient_id, request.user_id) == ("patient-view", "p1", "Practitioner/1")
    assert request.encounter_id is None


def test_the_prefetch_is_left_raw() -> None:
    body = b'{"hook":"h","hookInstance":"1","context":{"patientId":"p"},"prefetch":{"a": { "x":1 }, "b":null}}'
    prefetch = parse_call(body).prefetch
    assert {key: bytes(raw) for key, raw in prefetch.items()} == {"a": b'{ "x":1 }', "b": b"null"}


@pytest.mark.parametrize("prefetch", [..., None, {}])
def test_no_prefetch_is_an_empty_one(prefetch: Any) -> None:
    assert parsed(prefetch=prefetch).prefetch == {}


@pytest.mark.parametrize("prefetch", [[], "x", 1, True])
def test_a_prefetch_that_is_no_object_is_refused(prefetch: Any) -> None:
    with pytest.raises(FieldInvalid) as caught:
        parsed(prefetch=prefetch)
    assert caught.value.expression == ("prefetch",)


def test_members_and_context_members_that_nobody_knows_are_ignored() -> None:
    request = parsed(
        context={"patientId": "p1", "foo": [1]}, extension={"x": {}}, redirect="y", user="z", applyCql=True
    )
    assert request.patient_id == "p1"


@pytest.mark.parametrize("extension", ["x", None, {}, 1])
def test_an_extension_of_any_kind_is_ignored(extension: Any) -> None:
    assert parsed(extension=extension).hook == "patient-view"


# --- the body as a whole ---


@pytest.mark.parametrize("body", [b"", b"  \n\t", b"\xef\xbb\xbf", b"\xef\xbb\xbf  "])
def test_an_empty_body_is_refused(body: bytes) -> None:
    with pytest.raises(BodyEmpty):
        parse_call(body)


def test_a_byte_order_mark_is_passed_over() -> None:
    assert parse_call(b"\xef\xbb\xbf" + json.dumps(call()).encode()).patient_id == "p1"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_other_encodings_than_utf8_are_refused(encoding: str) -> None:
    with pytest.raises(NotJson):
        parse_call(json.dumps(call()).encode(encoding))


@pytest.mark.parametrize(
    "prefetch",
    [
        '{"a": NaN}',
        '{"a": Infinity}',
        '{"a": -Infinity}',
        '{"a": [1,]}',
        '{"a": 1,}',
        '{"a": 1 /* b */}',
        '{"a": 1} // b',
        '{"a": 01}',
        "{'a': 1}",
        '{"a": "x\ny"}',
        '{"a": "\\x"}',
        '{"a": ',
        '{"a": tru}',
    ],
)
def test_what_only_resembles_json_is_refused_even_where_it_is_left_raw(prefetch: str) -> None:
    body = '{"hook":"h","hookInstance":"1","context":{"patientId":"p"},"prefetch":' + prefetch + "}"
    with pytest.raises(NotJson):
        parse_call(body.encode())


def test_bytes_that_are_no_utf8_are_refused_even_where_they_are_left_raw() -> None:
    body = json.dumps(call(prefetch={"a": "@"})).encode()
    with pytest.raises(NotJson) as caught:
        parse_call(body.replace(b"@", b"\xff"))
    assert f"byte {body.index(b'@')}" in caught.value.text


def test_the_place_of_a_slip_is_told_and_nothing_of_the_content() -> None:
    with pytest.raises(NotJson) as caught:
        parse_call(b'{"hook":"Mrs-Example", nonsense}')
    assert caught.value.text == "The body is not JSON in UTF-8. Reading stopped at byte 23."


@pytest.mark.parametrize("body", [b"[]", b'"x"', b"1", b"null", b"true"])
def test_json_that_is_no_object_is_refused(body: bytes) -> None:
    with pytest.raises(NotAnObject):
        parse_call(body)


@pytest.mark.parametrize(
    ("body", "where"),
    [
        (b'{"hook":"a","hook":"b","hookInstance":"1","context":{"patientId":"p"}}', "body"),
        (b'{"hook":"a","hookInstance":"1","context":{"patientId":"p"},"context":{"patientId":"q"}}', "body"),
        (b'{"hook":"a","hookInstance":"1","context":{"patientId":"p","patientId":"p"}}', "context"),
        (b'{"hook":"a","hookInstance":"1","context":{"patientId":"p"},"prefetch":{"a":1,"b":2,"a":3}}', "prefetch"),
    ],
)
def test_a_member_that_stands_twice_is_refused(body: bytes, where: str) -> None:
    """The last would count: another patient, or half a record."""
    with pytest.raises(FieldInvalid) as caught:
        parse_call(body)
    assert caught.value.expression == (where,)


@pytest.mark.parametrize("long", ["x" * 100, {"a": "y" * 100, "b": ["y" * 100, "y" * 100]}])
def test_values_that_are_alike_or_hold_members_of_the_same_name_are_no_repetition(long: Any) -> None:
    prefetch = {"a": long, "b": long, "c": [long, {"a": {"prefetch": long}}], "d": None}
    body = json.dumps(call(prefetch=prefetch, extension={"prefetch": {"a": long}})).encode()
    assert list(parse_call(body).prefetch) == ["a", "b", "c", "d"]


def test_two_hundred_levels_of_nesting_are_read() -> None:
    assert parse_call(json.dumps(call(prefetch={"a": 1})).replace("1}", "[" * 200 + "]" * 200 + "}").encode())


def test_bottomless_nesting_is_refused() -> None:
    body = json.dumps(call(prefetch={"a": "@"})).replace('"@"', "[" * 200_000 + "]" * 200_000)
    with pytest.raises(NotJson):
        parse_call(body.encode())


@pytest.mark.parametrize("number", ["1" * 5000, "1e999", "-1e999"])
@pytest.mark.parametrize("place", ["hook", "hookInstance", "fhirServer", "unknown", "prefetch"])
def test_numbers_beyond_all_bounds_do_no_harm(place: str, number: str) -> None:
    body = json.dumps({**call(), place: "@"}).replace('"@"', number)
    with suppress(HookError):
        parse_call(body.encode())


# --- single members ---


@pytest.mark.parametrize("value", [..., None, "", "   "])
@pytest.mark.parametrize("name", ["hook", "hookInstance", "context"])
def test_a_member_that_the_call_needs_may_not_be_absent_null_or_blank(name: str, value: Any) -> None:
    with pytest.raises((FieldMissing, FieldInvalid)) as caught:
        parsed(**{name: value})
    assert caught.value.expression == (name,)


@pytest.mark.parametrize("instance", ["abc", "A1B2C3D4-0000-0000-0000-00000000000F", "urn:uuid:x", "1"])
def test_any_string_that_is_not_blank_is_a_hook_instance(instance: str) -> None:
    assert parsed(hookInstance=instance).patient_id == "p1"


@pytest.mark.parametrize("value", [1, 1.5, True, [], {}])
@pytest.mark.parametrize("name", ["hook", "hookInstance"])
def test_a_hook_or_hook_instance_that_is_no_string_is_refused(name: str, value: Any) -> None:
    with pytest.raises(FieldInvalid) as caught:
        parsed(**{name: value})
    assert caught.value.expression == (name,)


@pytest.mark.parametrize("context", [[], [{"patientId": "p"}], "x", 1])
def test_a_context_that_is_no_object_is_refused(context: Any) -> None:
    with pytest.raises(FieldInvalid) as caught:
        parsed(context=context)
    assert caught.value.expression == ("context",)


@pytest.mark.parametrize("context", [{}, {"patientId": None}, {"patientId": ""}, {"patientId": " "}])
def test_a_context_without_patient_is_refused(context: Any) -> None:
    with pytest.raises(FieldMissing) as caught:
        parsed(context=context)
    assert caught.value.expression == ("context.patientId",)


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("123", "123"),
        ("Patient/123", "123"),
        (" Patient/123 ", "123"),
        ("Patient/123/_history/4", "123"),
        ("https://ehr.example.org/fhir/Patient/123", "123"),
        ("a.b-c" + "x" * 59, "a.b-c" + "x" * 59),
        ("MyPatient", "MyPatient"),
        ("under_score", "under_score"),
    ],
)
def test_a_patient_id_is_read_bare(sent: str, read: str) -> None:
    assert parsed_context(patientId=sent).patient_id == read


@pytest.mark.parametrize("sent", ["Encounter/1", "Patient/", "XPatient/1", "a/b", "a b", "a\0", "x" * 300, 1, [], {}])
def test_what_cannot_be_a_patient_id_is_refused(sent: Any) -> None:
    with pytest.raises(FieldInvalid) as caught:
        parsed_context(patientId=sent)
    assert caught.value.expression == ("context.patientId",)


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        (None, None),
        ("", None),
        ("e1", "e1"),
        ("Encounter/e1", "e1"),
        (12, "12"),
        (True, None),
        ({}, None),
        ([], None),
        ("Patient/1", None),
    ],
)
def test_an_encounter_id_is_read_bare_and_anything_odd_counts_as_absent(sent: Any, read: str | None) -> None:
    assert parsed_context(encounterId=sent).encounter_id == read


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        (None, None),
        ("", None),
        ("PractitionerRole/1", "PractitionerRole/1"),
        ("Patient/1", "Patient/1"),
        ("abc", "abc"),
        ("https://ehr.example.org/Practitioner/1", "https://ehr.example.org/Practitioner/1"),
        (7, None),
        ({}, None),
    ],
)
def test_a_user_id_is_kept_as_sent_and_may_be_missing(sent: Any, read: str | None) -> None:
    assert parsed_context(userId=sent).user_id == read


def test_a_call_without_user_is_answered() -> None:
    assert parsed(context={"patientId": "p"}).user_id is None


@pytest.mark.parametrize(
    "server", ["http://localhost:8080/fhir", "https://ehr.example.org/api/FHIR/R4/", "http://10.0.0.1"]
)
def test_a_fhir_server_is_any_http_address(server: str) -> None:
    assert "://" not in repr(parsed(fhirServer=server))


@pytest.mark.parametrize(
    "server",
    [
        "ehr.example.org/fhir",
        "file:///etc/passwd",
        "ftp://ehr.example.org",
        "https://",
        "http://169.254.169.254/latest",
        "http://[fe80::1]/",
        "http://[bad",
        "{{server}}",
        5,
        {},
    ],
)
def test_a_fhir_server_that_is_no_such_address_is_refused(server: Any) -> None:
    with pytest.raises(FieldInvalid) as caught:
        parsed(fhirServer=server)
    assert caught.value.expression == ("fhirServer",)


@pytest.mark.parametrize("server", [..., None, ""])
def test_an_authorization_without_server_is_refused(server: Any) -> None:
    with pytest.raises(FieldMissing) as caught:
        parsed(fhirAuthorization={"access_token": "x"}, fhirServer=server)
    assert caught.value.expression == ("fhirServer",)


def test_an_authorization_is_not_kept() -> None:
    request = parsed(fhirAuthorization={"access_token": "secret"}, fhirServer="https://ehr.example.org")
    assert "secret" not in repr(request)


@pytest.mark.parametrize("authorization", [None, ...])
def test_a_null_authorization_is_none(authorization: Any) -> None:
    assert parsed(fhirAuthorization=authorization).patient_id == "p1"


def test_everything_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(SeveralProblems) as caught:
        parse_call(b'{"hook": 1, "context": {}, "fhirServer": "x"}')
    told = [(type(problem), problem.expression[0]) for problem in caught.value.problems]
    assert told == [
        (FieldInvalid, "hook"),
        (FieldMissing, "hookInstance"),
        (FieldInvalid, "fhirServer"),
        (FieldMissing, "context.patientId"),
    ]


def test_no_error_repeats_what_was_sent() -> None:
    secret = "Mrs-Example"
    for changes in ({"hook": [secret]}, {"fhirServer": secret}, {"context": {"patientId": f"a/{secret}"}}):
        with pytest.raises(HookError) as caught:
            parsed(**changes)
        assert secret not in f"{caught.value.text} {caught.value.expression}"
