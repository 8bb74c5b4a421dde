"""What can be wrong with the data of a call as a whole. Plain data; the floors above turn them into answers."""

from __future__ import annotations


class DataError(Exception):
    """The data cannot be evaluated at all."""


class WrongPatient(DataError):
    """A prefetched Patient is not the patient of the call."""


class SeveralPatients(DataError):
    """The data are about several patients and none was chosen."""

    def __init__(self, count: int) -> None:
        super().__init__(f"{count} patients")
        self.count = count


class PatientNotFound(DataError):
    """The chosen patient is not in the data."""


class NothingReadable(DataError):
    """No resource of a known type could be read."""
