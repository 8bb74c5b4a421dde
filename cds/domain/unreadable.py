"""Results that could not be read although a rule asks for them, and that nothing newer replaces."""

from __future__ import annotations

from cds.domain.record import PatientRecord, Result
from cds.domain.truth import Truth
from cds.domain.when import Window, within


def unreadable_results(record: PatientRecord, asked: frozenset[str], today: int, look_back: Window) -> list[Result]:
    """The newest result of each analyte among `asked`, where its value or unit cannot be read; each once.

    Older ones than `look_back` decide nothing any more.
    """
    found: dict[int, Result] = {}
    for name in sorted(asked & record.results.keys()):
        newest = record.results[name][0]
        if not newest.is_readable and within(newest.when, look_back, today) is not Truth.NOT_MET:
            found.setdefault(id(newest), newest)
    return list(found.values())
