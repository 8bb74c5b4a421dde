"""Which texts wording.yaml must hold: without one the start fails, not the first request that prints it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cds.knowledge.problems import Problem, at
from cds.knowledge.strict_yaml import Document

# The texts of each part, by its place in the file; a new text is named here as well.
TEXTS = {
    "": "label weak text_only drug_undated daily_dose about one_dose doses doses_of from_to",
    "tiers": "supported possible to-exclude",
    "sides": "left right both unknown",
    "ages": "today days months years",
    "differential": (
        "summary_supported summary_possible summary_none summary_none_unused unchecked summary_emergency "
        "summary_emergency_possible summary_emergency_none summary_emergency_none_unused more symptom assumed cause "
        "cause_short as_above with_drugs for_short for against conflicting more_causes possible_later none "
        "none_unused to_exclude remark set_aside aside past info ask checklist"
    ),
    "red_flag": "flag data advice tests on_order ordered lesser actions verify also comfort_summary comfort",
    "work_up": (
        "summary_now summary_later summary_none now emergency if-unexplained because text by_specialist done resulted "
        "ordered not_indicated not_indicated_group not_offered reason "
        "reason_in_brackets"
    ),
    "medication": "summary summary_more more drug line rivals discuss interaction onset_known onset_unknown",
    "scope": "summary detail",
    "data_gap": "summary detail",
    "notices": "missing unreadable weak review approved as_of",
    "notices.unused": "rules red_flags more",
    "notices.needs": (
        "patient conditions observations medicationStatements medicationRequests medicationAdministrations procedures "
        "serviceRequests devices diagnosticReports encounter age"
    ),
    "orders": "description refer contact reason reason_plain",
    "pages": "notice",
    "pages.status": "not-reviewed reviewed approved not-in-use",
    "pages.grades": "P S K policy seed",
    "silence": "no_symptom not_known deceased patient_user",
    "silence.unused": "rules red_flags more",
}


def missing_texts(document: Document) -> Iterator[Problem]:
    """Each text that is not there, or is no text, with the file and its key."""
    for place, names in TEXTS.items():
        keys = tuple(place.split(".")) if place else ()
        part = _part(document.data, keys)
        for name in names.split():
            text = part.get(name) if isinstance(part, dict) else None
            if not (isinstance(text, str) and text.strip()):
                yield at(document, keys, "wording", f"the text {'.'.join((*keys, name))!r} is missing")


def _part(data: Any, keys: tuple[str, ...]) -> Any:
    for key in keys:
        data = data.get(key) if isinstance(data, dict) else None
    return data
