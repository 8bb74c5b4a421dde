"""Which texts wording.yaml must hold, and what each may hold in braces: a slip fails the start, not the first print."""

from __future__ import annotations

from collections.abc import Iterator
from string import Formatter
from typing import Any, NamedTuple

from cds.knowledge.problems import Problem, at
from cds.knowledge.strict_yaml import Document

# The texts of each part, by its place in the file, with the placeholders that whoever prints one fills in. A new text
# is named here as well.
_TEXTS = {
    "": (
        "label weak text_only of_family{words} remission drug_undated undated daily_dose{mg} about{mg} "
        "dose_at_once{mg} one_dose{mg} doses{n} doses_of{n,mg} from_to{first,last}"
    ),
    "tiers": "supported possible to-exclude",
    "sides": "left right both unknown",
    "ages": "today days{n} months{n} years{n}",
    "differential": (
        "summary_supported{causes} summary_possible{causes} summary_none summary_none_unused{n,total} unchecked "
        "summary_emergency{causes} summary_emergency_possible summary_emergency_none "
        "summary_emergency_none_unused{n,total} more{n} symptom{symptoms} assumed cause{n,title,tier,line} "
        "cause_short{n,title,tier,line,for} as_above with_drugs{title,drugs} for_short{evidence} for{evidence,sources} "
        "against{evidence} conflicting more_causes{n,causes} possible_later{n,causes} none none_unused{n,total} "
        "to_exclude{causes} remark{line,data} set_aside{causes} aside{cause,because} past{drugs} info{lines} "
        "ask{questions} checklist"
    ),
    "red_flag": (
        "flag{title} data{evidence,sources} advice{line} tests{tests} on_order{tests} ordered{test,date} "
        "lesser{title,evidence} actions{actions} verify also{flags} comfort_summary{titles} comfort"
    ),
    "work_up": (
        "summary_now{tests} summary_later{tests} summary_none{tests} now{tests,because} emergency{tests,because} "
        "if-unexplained{tests,because} because{because} text{test,because} by_specialist{tests} done{tests} "
        "resulted{test,evidence} ordered{test,date} not_indicated{tests} not_indicated_group{tests,because} "
        "not_offered{tests} reason{because,data} reason_in_brackets{because,data}"
    ),
    "medication": (
        "summary{drug,line} summary_more{drug,n,line} more{n,drugs} drug{drug,evidence,onset} line{line} "
        "rivals{causes} discuss interaction{line} onset_known{date} onset_unknown"
    ),
    "scope": "summary detail",
    "data_gap": "summary detail{missing}",
    "notices": (
        "missing{missing} unreadable{results} long_text{most} weak review{version,as_of} approved{version,as_of} "
        "as_of{day}"
    ),
    "notices.unused": "rules{n,total,red_flags} red_flags{n,titles} more{n}",
    "notices.needs": (
        "patient conditions observations medicationStatements medicationRequests medicationAdministrations procedures "
        "serviceRequests devices diagnosticReports encounter age"
    ),
    "orders": "description{name} refer{name} contact{name} reason{because} reason_plain",
    "pages": "notice capitals",
    "pages.status": "not-reviewed reviewed{reviewer,day} approved{by,on} not-in-use",
    "pages.grades": "P S K policy seed",
    "silence": "no_symptom not_known deceased patient_user",
    "silence.unused": "rules{n,total,red_flags} red_flags{n,titles} more{n}",
}


class Text(NamedTuple):
    """A text by its keys in the file, and the placeholders that it may have."""

    keys: tuple[str, ...]
    placeholders: frozenset[str]

    @property
    def name(self) -> str:
        """The keys as one word."""
        return ".".join(self.keys)


def _named(place: str, entry: str) -> Text:
    name, _, filled = entry.partition("{")
    return Text((*filter(None, place.split(".")), name), frozenset(filled.removesuffix("}").split(",")) - {""})


TEXTS = tuple(_named(place, entry) for place, entries in _TEXTS.items() for entry in entries.split())


def check_texts(document: Document) -> Iterator[Problem]:
    """Each text that is not there, is no text, or that could not be printed, with the file and its key."""
    for wanted in TEXTS:
        text = _part(document.data, wanted.keys)
        if not (isinstance(text, str) and text.strip()):
            yield at(document, wanted.keys[:-1], "wording", f"the text {wanted.name!r} is missing")
        elif wrong := list(_unfilled(text, wanted.placeholders)):
            yield at(document, wanted.keys, "wording", f"nothing fills {', '.join(wrong)} in the text {wanted.name!r}")


def _unfilled(text: str, known: frozenset[str]) -> Iterator[str]:
    """What stands in braces, or as a brace, and is no placeholder that somebody fills in as it is."""
    try:
        for _, name, shape, conversion in Formatter().parse(text):
            if name is not None and (name not in known or shape or conversion):
                yield repr(name)
    except ValueError:
        yield "a single brace"


def _part(data: Any, keys: tuple[str, ...]) -> Any:
    for key in keys:
        data = data.get(key) if isinstance(data, dict) else None
    return data
