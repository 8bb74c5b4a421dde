"""Criteria in readable words: what a rule file asks, as sentences and lists for people who do not read YAML.

Nothing is left out: an option without words of its own is told by its name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from cds.knowledge.links import words
from cds.knowledge.vocabulary import ASIDES

# {"text": str}, with "ref" where it is a named criterion, "means" where that is told as well, and "of" where it
# combines others.
Node = dict[str, Any]
Titles = Callable[[str], str]

SHARED = "shared."
_WHOLE_ANNOTATION = re.compile(r" \{[^{}]*\}$")
_ANNOTATION = re.compile(r"\{([^{}]*)\}")
_BRACKETED = re.compile(r"\[[a-z0-9 ]+\]")
_SMALL_WORD = re.compile(r"[a-z0-9]+")
_COMBINED = {
    "all": "all of these",
    "any": "any of these",
    "not": "not",
    "may": "met or undecided",
}
# Met or undecided whether not: it blocks only once it is known.
_MAY_NOT = "not known to hold"
_TIERS = {"supported": "supported by data", "possible": "possible", "to-exclude": "to exclude"}
_NEEDS = {"needs": "unknown unless these lists came whole: {}"}
_SIDE = {"same": "not known to be of the other side", "every": "on each numb side"}

# How each option of a criterion reads, in the order in which they are told.
FINDING: Mapping[str, str] = {
    "denied": "as denied", "family": "in the family", "reported": "as a report concludes", "status": "status {}",
    "suspected": "suspected or queried counts too",
    "site": "place: {}", "sides": "side: {}", "side": "{}", "modifier": "described as {}",
    "not_modifier": "not itself called {}", "new_within": "began within {}", "older_than": "began more than {} ago",
    "recorded_within": "recorded within {}", "dated_only": "only when it has a date",
    "onset_known": "only when its onset is recorded",
    "then_symptom_within": "the numbness began within {} after it", "after_onset": "more than {} after the onset",
    "of_visit": "as a reason of this visit",
    "source": "only from: {}", "may": "{}", **_NEEDS,
}  # fmt: skip
RESULT: Mapping[str, str] = {
    "below": "below {}", "at_most": "at most {}", "above": "above {}", "at_least": "at least {}",
    "coded": "answered: {}", "flag": "flagged {} by the laboratory",
    "lab_first": "by the laboratory's own judgement ({}); a limit holds only where it gives none",
    "within": "within {}", "count": "{} such results at least", "apart": "at least {} apart",
    "not_before": "not older than: {}", "side": "{}", **_NEEDS,
}  # fmt: skip
EXPOSURE: Mapping[str, str] = {
    "taken": "{}", "route": "{} forms", "current": "taken now", "within": "within {}",
    "lasting": "for at least {}", "days_at_least": "at least {} days in all",
    "grams_at_least": "at least {} grams in all", "mg_per_day_at_least": "at least {} mg a day",
    "mg_at_once_at_least": "at least {} mg at a time, how often not recorded",
    "timing": "{}", "look_back": "look-back {}", "plus": "and {} more",
    "started_within": "the numbness began within {} of the first dose", "around": "overlapping: {}",
    "margin": "give or take {}", "started_between": "begun between: {}", **_NEEDS,
}  # fmt: skip
DONE: Mapping[str, str] = {
    "within": "within {}", "older_than": "more than {} ago", "after_onset": "more than {} after the onset",
    "then_symptom_within": "the numbness began within {} after it",
    "coded": "with the outcome {}", "site": "{}", "not_of": "its conclusion not of {} alone",
    "denied": "an examination that found none counts too", "side": "{}", **_NEEDS,
}  # fmt: skip
ORDERED: Mapping[str, str] = {
    "within": "within {}", "site": "{}", "side": "{}", "completed": "and the order is completed", **_NEEDS,
}  # fmt: skip
SYMPTOM: Mapping[str, str] = {
    "site": "place: {}", "sides": "side: {}", "modifier": "described as {}", "new_within": "began within {}",
    "older_than": "began more than {} ago", "onset_known": "with a date of onset",
}  # fmt: skip
_VALUES: Mapping[str, Mapping[str, str]] = {
    "side": _SIDE,
    "site": {"lower": "foot or leg", "not-elsewhere": "not known to be elsewhere"},
    "taken": {"taken": "taken", "not-taken": "recorded as not taken", "planned": "planned, not taken"},
    "timing": {
        "fits": "the numbness began after the start and within the drug's own look-back",
        "may-fit": "no date of onset that contradicts",
        "before-start": "the numbness began before the drug",
    },
}
OPTIONS: Mapping[str, Mapping[str, str]] = {
    "finding": FINDING, "result": RESULT, "exposure": EXPOSURE, "done": DONE, "ordered": ORDERED, "symptom": SYMPTOM,
}  # fmt: skip
_LEADS = {
    "finding": "{} on record", "result": "latest {}", "exposure": "drug: {}", "done": "{} done",
    "ordered": "{} on order", "symptom": "the numbness",
}  # fmt: skip


def read(raw: Any, titles: Titles) -> Node:
    """One criterion as a node; `titles` gives the title of a value set or lexicon concept."""
    if isinstance(raw, str):
        return {"text": named(raw), "ref": raw}
    if not isinstance(raw, dict):
        return {"text": str(raw)}
    body: dict[str, Any] = {key: value for key, value in raw.items() if key not in ASIDES}
    if not body:
        return {"text": ""}
    kind, options = next(iter(body.items()))
    if kind in _COMBINED or kind == "n_of":
        return _combined(kind, options, titles)
    if kind == "conflict":
        sides = [{"text": _told("result", options[side], titles)} for side in ("first", "second")]
        return {"text": f"both of these, within {options['together']} of each other", "of": sides}
    return {"text": _told(kind, options, titles) if kind in OPTIONS else _plain(kind, options)}


def _combined(kind: str, options: Any, titles: Titles) -> Node:
    if kind == "n_of":
        return {"text": f"at least {options['at_least']} of these", "of": [read(m, titles) for m in options["of"]]}
    members = options if isinstance(options, list) else [options]
    if kind in ("all", "any") and len(members) == 1:
        return read(members[0], titles)
    if kind == "may" and isinstance(members[0], dict) and set(members[0]) == {"not"}:
        return {"text": _MAY_NOT, "of": [read(members[0]["not"], titles)]}
    return {"text": _COMBINED[kind], "of": [read(member, titles) for member in members]}


def explained(told: Any, meanings: Mapping[str, Node], *, whole: bool = False) -> Any:
    """The same with `means` beside each reference to a criterion that is one question.

    With `whole`, a reference to one that combines others says so too, with these in `of`.
    """
    if isinstance(told, list):
        return [explained(one, meanings, whole=whole) for one in told]
    if not isinstance(told, dict):
        return told
    meant = _meaning(told.get("ref"), meanings)
    if meant is not None and (whole or "of" not in meant):
        told = told | {"means": meant["text"]} | ({"of": meant["of"]} if "of" in meant else {})
    return {key: explained(value, meanings, whole=whole) for key, value in told.items()}


def _meaning(name: str | None, meanings: Mapping[str, Node]) -> Node | None:
    """What a name stands for; a name that stands for another name alone means what that one does."""
    while name is not None and (node := meanings.get(name)):
        if "ref" not in node:
            return node
        name = node["ref"]
    return None


def renamed(told: Node, prefix: str) -> Node:
    """The same as read from elsewhere: the criteria of its own file are called by their full names."""
    ref = told.get("ref")
    own = {"ref": prefix + ref.removeprefix(prefix)} if ref else {}
    of = {"of": [renamed(member, prefix) for member in told["of"]]} if "of" in told else {}
    return told | own | of


def refs(told: Any) -> Iterator[str]:
    """The names of all criteria that something told refers to."""
    if isinstance(told, dict) and "ref" in told:
        yield told["ref"]
    inner = told.values() if isinstance(told, dict) else told if isinstance(told, list) else ()
    for one in inner:
        yield from refs(one)


def named(name: str) -> str:
    """The name of a criterion as words."""
    return name.removeprefix(SHARED).replace("_", " ")


def spelled(told: Any, capitals: Mapping[str, str]) -> Any:
    """The same with the names of criteria as people write them: "mri implant" is "MRI implant".

    A name is the text of a reference, the title of a criterion, or stands in the brackets of a sentence.
    """
    if isinstance(told, str):
        return _BRACKETED.sub(lambda match: _spelled(match[0], capitals), told)
    if isinstance(told, list):
        return [spelled(one, capitals) for one in told]
    if not isinstance(told, dict):
        return told
    name = "text" if "ref" in told else "title" if "cites" in told else ""
    return {k: _spelled(value, capitals) if k == name else spelled(value, capitals) for k, value in told.items()}


def _spelled(name: str, capitals: Mapping[str, str]) -> str:
    return _SMALL_WORD.sub(lambda match: capitals.get(match[0], match[0]), name)


def amount(text: str) -> str:
    """A number with its unit, without the brackets of UCUM."""
    return _ANNOTATION.sub(lambda match: match[1].replace("_", " "), _WHOLE_ANNOTATION.sub("", text))


def _told(kind: str, options: Mapping[str, Any], titles: Titles) -> str:
    lead = _LEADS[kind]
    if kind == "result" and (options.get("pick") == "any" or "count" in options):
        lead = "any {}"
    subject = lead.format(_list(map(titles, words(options.get("in", ())))))
    known = OPTIONS[kind]
    parts = [known[key].format(_value(key, options[key], titles)) for key in known if _says(options.get(key))]
    parts += [f"not {known[key].format('')}".strip() for key in known if options.get(key) is False]
    others = [f"{k}: {v}" for k, v in options.items() if k not in known and k not in ("in", "pick")]
    return ", ".join([subject, *parts, *others])


def _says(value: Any) -> bool:
    return value is not None and value is not False


def _value(key: str, value: Any, titles: Titles) -> str:
    if key == "may":
        return "; ".join(_may(name, length) for name, length in value.items())
    if key == "within" and isinstance(value, dict):
        when = read(value["when"], titles)["text"]
        return f"{value['default']} ({value['shorter']} when {when})"
    table = _VALUES.get(key, {})
    return _list(table.get(word, _word(key, word)) for word in words(value)) if _is_text(value) else str(value)


def _may(name: str, length: str) -> str:
    began = {"new_within": "begun", "recorded_within": "been recorded"}.get(name, name)
    return f"not known to have {began} more than {length} ago"


def _is_text(value: Any) -> bool:
    return isinstance(value, str | list)


def _word(key: str, word: str) -> str:
    if key in ("modifier", "not_modifier", "not_of"):
        return word.partition(".")[2].replace("-", " ") or word
    if key in ("around", "started_between", "not_before"):
        return named(word)
    return amount(word) if key in ("below", "at_most", "above", "at_least") else word.replace("-", " ")


def _plain(kind: str, options: Any) -> str:
    """The kinds that are told in one go; one without words is told as it stands."""
    tell = _PLAIN.get(kind)
    return tell(options) if tell is not None else f"{kind}: {options}"


def _age(options: Mapping[str, Any]) -> str:
    limits = {"at_least": "at least {} years", "below": "below {} years"}
    return "age " + " and ".join(limits[key].format(value) for key, value in options.items())


def _cause(options: Mapping[str, Any]) -> str:
    which = _list(words(options["id"])) if "id" in options else "any cause"
    tiers = _list(_TIERS[tier] for tier in words(options["tier"]))
    return f"{which} is {tiers}"


def _list(items: Any) -> str:
    found = list(items)
    return found[0] if len(found) == 1 else ", ".join(found[:-1]) + " or " + found[-1] if found else ""


_PLAIN: Mapping[str, Callable[[Any], str]] = {
    "age": _age,
    "sex": "sex {}".format,
    "deceased": lambda is_so: "recorded as deceased" if is_so else "not recorded as deceased",
    "not_supplied": lambda lists: f"these lists did not come whole: {_list(words(lists))}",
    "pattern": lambda names: f"pattern: {_list(name.replace('-', ' ') for name in words(names))}",
    "red_flag": lambda flags: f"red flag raised: {_list(words(flags))}",
    "cause": _cause,
}
