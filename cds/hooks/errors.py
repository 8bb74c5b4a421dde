"""What can go wrong with a call: one class each, carrying fixed text and a position, never a value of the input."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar


class HookError(Exception):
    """A call that cannot be answered.

    `issue_code` is a FHIR IssueType, `text` a fixed sentence, `expression` the positions it is about, such as
    `context.patientId`. Names and numbers of our own may stand in the text; what the caller sent may not. A class whose
    text is the same each time has it as its `sentence`.
    """

    issue_code: ClassVar[str] = "processing"
    sentence: ClassVar[str] = ""

    def __init__(self, text: str = "", expression: Iterable[str] = ()) -> None:
        self.text = text or self.sentence
        super().__init__(self.text)
        self.expression = tuple(expression)

    @property
    def problems(self) -> tuple[HookError, ...]:
        """The single problems; only `SeveralProblems` has more than one."""
        return (self,)


class SeveralProblems(HookError):
    """More than one thing is wrong with the envelope; all are told at once."""

    issue_code = "invalid"

    def __init__(self, problems: Iterable[HookError]) -> None:
        self._problems = tuple(problems)
        super().__init__(" ".join(p.text for p in self._problems), [e for p in self._problems for e in p.expression])

    @property
    def problems(self) -> tuple[HookError, ...]:
        """Every problem, in the order of the envelope's members."""
        return self._problems


# --- the body as a whole ---


class BodyEmpty(HookError):
    """There is no body, or only white space."""

    issue_code = "required"
    sentence = "The body is empty. A JSON object is expected."


class BodyTooLarge(HookError):
    """The body, or what it unpacks to, is above the limit."""

    issue_code = "too-long"

    def __init__(self, limit: int) -> None:
        super().__init__(f"The body, or what it unpacks to, is larger than the {limit} bytes this service reads.")


class BodyNotDecodable(HookError):
    """The body says that it is compressed and cannot be unpacked."""

    issue_code = "structure"
    sentence = "The body is marked as gzip and cannot be unpacked."


class UnsupportedMediaType(HookError):
    """The body is of a kind this service does not read."""

    issue_code = "not-supported"
    sentence = "This kind of body is not read here. JSON in UTF-8 is, as it is or compressed with gzip."


class NotJson(HookError):
    """The body is not JSON in UTF-8; `position` is the byte at which reading stopped, if known."""

    issue_code = "structure"

    def __init__(self, position: int | None = None) -> None:
        at = "" if position is None else f" Reading stopped at byte {position}."
        super().__init__(f"The body is not JSON in UTF-8.{at}")


class NotAnObject(HookError):
    """The body is JSON, but not an object; `expected` says what is read here."""

    issue_code = "structure"

    def __init__(self, expected: str = "A CDS Hooks request is expected.") -> None:
        super().__init__(f"The body is JSON, but not an object. {expected}")


# --- members of the envelope ---


class FieldMissing(HookError):
    """A member that the call needs is absent, null or blank; `name` is its path."""

    issue_code = "required"

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is missing or empty.", (name,))


class FieldInvalid(HookError):
    """A member has a value of the wrong kind; `expected` says the right one in our own words."""

    issue_code = "value"

    def __init__(self, name: str, expected: str) -> None:
        super().__init__(f"{name} is not {expected}.", (name,))


class WrongHook(HookError):
    """The service does not answer the hook named in the body."""

    issue_code = "not-supported"

    def __init__(self, answered: Iterable[str]) -> None:
        super().__init__(f"This service does not answer that hook. It answers {' and '.join(answered)}.", ("hook",))


class UnknownService(HookError):
    """No service has the id that was called."""

    issue_code = "not-found"
    sentence = "There is no service with this id. GET /cds-services lists them."


class UnknownRule(HookError):
    """No rule, and nothing that a rule concludes, has the id that was asked for."""

    issue_code = "not-found"
    sentence = "There is no rule with this id. GET /rules lists them."


class QueryInvalid(HookError):
    """A parameter of the call has a value that it cannot have."""

    issue_code = "value"

    def __init__(self, name: str, expected: str) -> None:
        super().__init__(f"The parameter {name} is not {expected}.", (name,))


# --- the record ---


class PatientMismatch(HookError):
    """The Patient that was sent is not the one the context names."""

    issue_code = "conflict"

    def __init__(self, expression: Iterable[str] = ("prefetch.patient",)) -> None:
        super().__init__("The Patient that was sent is not the patient of the context.", expression)


class SeveralPatients(HookError):
    """The record holds several patients and none was chosen."""

    issue_code = "multiple-matches"

    def __init__(self, count: int) -> None:
        how = "Name one in the header CDS-Patient, or with --patient on the command line."
        super().__init__(f"The record holds {count} patients and none was chosen. {how}")
        self.count = count


class PatientNotFound(HookError):
    """The patient that was chosen is not in the record."""

    issue_code = "not-found"
    sentence = "The chosen patient is not in the record."


class NothingReadable(HookError):
    """The body is JSON, but nothing in it is FHIR that this service reads."""

    issue_code = "processing"
    sentence = "Nothing in the body could be read as FHIR resources."


class RequiredDataMissing(HookError):
    """Data without which no answer may be given were not supplied; `keys` are the prefetch keys."""

    issue_code = "incomplete"

    def __init__(self, keys: Iterable[str]) -> None:
        self.keys = tuple(keys)
        names = ", ".join(self.keys)
        text = (
            f"Required data could not be had: {names}. Send this prefetch key; null means that there is none."
            " Nothing was decided: this is not a finding that there is no symptom."
        )
        super().__init__(text, [f"prefetch.{key}" for key in self.keys])
