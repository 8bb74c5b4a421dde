"""Facts as words and as data: "Vitamin B12 150 pg/mL, 2026-08-12, 3 mo ago (Observation/b12-1)"."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

from cds.domain.judging import PLACEHOLDER
from cds.domain.record import Exposure, Fact, Finding, Procedure, Result, Side
from cds.domain.rule import Rule, Rulebook
from cds.domain.truth import Evidence
from cds.domain.when import Span, show, whole_months
from cds.hooks.markdown import LONGEST, plain, reference

_EMPTY_BRACKETS = re.compile(r" ?\(\)")
# The long name of a LOINC code tells the property and what it is a part of, which the unit says again, and blood as
# the usual specimen. Any other specimen, a challenge or a method changes what a value means and stays.
_USUAL_BLOOD = r" in (?:Serum|Plasma|Blood)(?:(?:, | or |, or |/)(?:Serum|Plasma|Blood))*(?= by | --|$)"
_PROPERTY = re.compile(
    rf" ?[\[(][A-Za-z# ]+/(?:volume|time|mass|area)[\])](?:{_USUAL_BLOOD})?|{_USUAL_BLOOD}"
    r"|/[A-Za-z]+\.total\b|/[\d.]+ sq M\.predicted\b",
    re.IGNORECASE,
)
# So many pieces of evidence of one criterion stand in the data (a glucose sensor gives thousands that say the same),
# and so many in one line.
MOST_OF_ONE_CRITERION, MOST_FACTS = 20, 4
_Item = TypeVar("_Item")
_LONGEST_REF, _LONGEST_REPORT, _SHORTEST_LABEL = 40, 120, 30
# Ages are told in days up to two months, in months up to two years, then in years.
_IN_DAYS, _IN_MONTHS = 60, 24
_LONGEST_MONTH = 31
_POLICY, _REMISSION = "policy", "remission"
# Of these whoever reads a line expects a day.
_DATED = frozenset({"Condition", "Observation", "DiagnosticReport", "QuestionnaireResponse"})
_OF_RELATIVES = "FamilyMemberHistory"
# longer ones were divided: no tablet has a strength of more figures ("0.125", "1500")
_LONGEST_DOSE = 5


@dataclass(frozen=True, slots=True)
class Phrases:
    """Turns facts into card text in the rulebook's words, for one day."""

    book: Rulebook
    today: int

    @property
    def wording(self) -> Mapping[str, Any]:
        """rules/wording.yaml."""
        return self.book.wording

    def fact(self, fact: Fact, by: str = "") -> str:
        """Value with unit, side or daily dose, date, age and resource of one fact, which the value set `by` found."""
        parts = [self._words(fact, by)]
        if isinstance(fact, Exposure) and fact.mg_per_day is not None:
            # an infusion of one day is no daily dose, whatever it adds to the sum
            key = "one_dose" if fact.is_one_dose else "daily_dose"
            parts.append(self.wording[key].format(mg=self._milligrams(fact.mg_per_day)))
        elif isinstance(fact, Exposure) and fact.mg_at_once is not None and not _names_dose(parts[0], fact.mg_at_once):
            parts.append(self.wording["dose_at_once"].format(mg=self._milligrams(fact.mg_at_once)))
        if fact.side is not Side.UNKNOWN and not _tells_side(parts[0].lower(), fact.side):
            parts.append(self.wording["sides"][fact.side.value])
        date = fact.date or self._undated(fact)
        parts += [part for part in (date, self._age(fact)) if part]
        parts += [self.wording["text_only"]] if fact.text_only else [self.wording["weak"]] if fact.weak else []
        return f"{', '.join(parts)} ({self._ref(fact)})"

    def _undated(self, fact: Fact) -> str:
        """That nobody wrote when: a value without a date must not read as one of today."""
        if isinstance(fact, Exposure):
            return str(self.wording["drug_undated"])
        is_dated = isinstance(fact, Result) or (isinstance(fact, Finding) and fact.source in _DATED)
        return str(self.wording["undated"]) if is_dated else ""

    def _words(self, fact: Fact, by: str) -> str:
        """What a fact says, with whose it is where it is a relative's, and that it is in remission."""
        said = words_of(fact, by)
        if isinstance(fact, Finding) and fact.source == _OF_RELATIVES:
            return str(self.wording["of_family"].format(words=said))
        remission = self.wording["remission"]
        is_untold = isinstance(fact, Finding) and fact.status == _REMISSION and _REMISSION not in said.lower()
        return f"{said} {remission}" if is_untold else said

    def _milligrams(self, dose: float) -> str:
        """A dose as written; one that was worked out ("10 mg a week" is 1.42857 a day) rounded, and called so."""
        exact, rounded = f"{dose:g}", f"{float(f'{dose:.2g}'):g}"
        return exact if len(exact) <= _LONGEST_DOSE else self.wording["about"].format(mg=rounded)

    def facts(self, evidence: Iterable[Evidence], most: int = MOST_FACTS) -> str:
        """The facts of some evidence, each once; at most so many, the rest counted."""
        groups = _told_once(evidence)
        return self._few([self._group(group) for group in groups[:most]], len(groups))

    def _group(self, group: Sequence[Evidence]) -> str:
        """One fact, or the doses of one drug from the first to the last."""
        if len(group) == 1:
            return self.fact(group[0].fact, group[0].by)
        doses = sorted((item.fact for item in group), key=lambda fact: fact.start.earliest or 0)
        amounts = {dose.mg_per_day for dose in doses}
        key = "doses" if len(amounts) > 1 or None in amounts else "doses_of"
        parts = [
            words_of(doses[0]),
            self.wording[key].format(n=len(doses), mg=self._milligrams(doses[0].mg_per_day or 0)),
        ]
        parts.append(self.wording["from_to"].format(first=doses[0].date, last=doses[-1].date))
        more = self.wording["differential"]["more"].format(n=len(doses) - 1)
        return f"{', '.join(parts)} ({self._ref(doses[0])} {more})"

    def short(self, fact: Fact, by: str = "", *, is_inside: bool = False) -> str:
        """What a fact says with its date and resource, for lists in which its age would only take room.

        `is_inside`: for a place inside brackets, so without brackets of its own.
        """
        told, ref = ", ".join(filter(None, (self._words(fact, by), fact.date))), self._ref(fact)
        return ", ".join(filter(None, (told, ref))) if is_inside else f"{told} ({ref})"

    def data(self, evidence: Iterable[Evidence], most: int = 2) -> str:
        """Short facts for a place inside brackets; each once, at most so many, the rest counted."""
        told: dict[str, str] = {}
        for item in evidence:
            told.setdefault(words_of(item.fact, item.by), self.short(item.fact, item.by, is_inside=True))
        return self._few(list(told.values())[:most], len(told))

    def few(self, facts: Sequence[Fact], most: int) -> str:
        """At most so many facts, the rest counted."""
        return self._few([self.fact(fact) for fact in facts[:most]], len(facts))

    def _few(self, told: Sequence[str], count: int) -> str:
        extra = count - len(told)
        text = "; ".join(told)
        return f"{text}; {self.wording['differential']['more'].format(n=extra)}" if extra > 0 else text

    def _age(self, fact: Fact) -> str:
        span: Span = fact.when
        if isinstance(fact, Exposure) or span.latest is None or span.earliest is None:
            return ""
        if span.latest - span.earliest > _LONGEST_MONTH:
            # a year alone tells its age as well as can be known
            return ""
        days, words = self.today - span.latest, self.wording["ages"]
        if days <= 0:
            return str(words["today"]) if days == 0 else ""
        if days < _IN_DAYS:
            return str(words["days"].format(n=days))
        months = whole_months(span.latest, self.today)
        if months < _IN_MONTHS:
            return str(words["months"].format(n=months))
        return str(words["years"].format(n=months // 12))

    @staticmethod
    def _ref(fact: Fact) -> str:
        return reference(fact.ref if len(fact.ref) <= _LONGEST_REF else fact.ref.split("/", 1)[0])

    def fill(self, template: str, evidence: Iterable[Evidence]) -> str:
        """Put the fact of each named criterion into its placeholder; one without a fact is left out with its brackets.

        Never another fact instead: a wrong datum is worse than none.
        """
        by_name: dict[str, Evidence] = {}
        for item in evidence:
            by_name.setdefault(item.criterion, item)

        def word(match: re.Match[str]) -> str:
            item = by_name.get(match[1])
            return self.fact(item.fact, item.by) if item is not None else ""

        return _EMPTY_BRACKETS.sub("", PLACEHOLDER.sub(word, template)).rstrip(" :")

    def labels(self, ids: Iterable[str], most: int = 2) -> str:
        """The printed labels of the first sources, a choice of this service after the others."""
        named = list(dict.fromkeys(self.book.sources[i] for i in ids if i in self.book.sources))[:most]
        chosen = [source.label for source in sorted(named, key=lambda source: source.verified == _POLICY)]
        return f" [{', '.join(chosen)}]" if chosen else ""


def _names_dose(words: str, milligrams: float) -> bool:
    """Whether the name of a medicine tells its strength, in milligrams or in micrograms."""
    return f"{milligrams:g}" in words or f"{milligrams * 1000:g}" in words


def _tells_side(words: str, side: Side) -> bool:
    return side.value in words or (side is Side.BOTH and "bilat" in words)


def facts_told(evidence: Iterable[Evidence]) -> Iterator[Fact]:
    """The facts that a line about some evidence names."""
    return (item.fact for group in _told_once(evidence)[:MOST_FACTS] for item in group)


def _told_once(evidence: Iterable[Evidence]) -> list[list[Evidence]]:
    """What a line tells one by one: each fact once, the doses of a course together, what repeats another last."""
    items: dict[tuple[str, str, object], Evidence] = {}
    for item in evidence:
        # a resource may hold two facts in the same words: one of its code, one of what the words say beside it; a
        # procedure tells what was done and, by its name, the injury that it treated, of one day
        items.setdefault((item.fact.ref, words_of(item.fact, item.by), item.fact.when.latest or item.fact.date), item)
    return _repeats_last(_grouped(items.values()))


def _grouped(items: Iterable[Evidence]) -> list[list[Evidence]]:
    """Each by itself, but the single doses of one drug together: many infusions are one course."""
    groups: dict[object, list[Evidence]] = {}
    for item in items:
        fact = item.fact
        is_dose = isinstance(fact, Exposure) and fact.is_one_dose and bool(fact.date)
        key = (words_of(fact), fact.drug, fact.weak, fact.text_only) if is_dose else id(item)
        groups.setdefault(key, []).append(item)
    return list(groups.values())


def _repeats_last(groups: Iterable[list[Evidence]]) -> list[list[Evidence]]:
    """What says the same again, as a second entry of one disease does, after what has not been said."""
    seen: set[tuple[str, Side]] = set()
    told: tuple[list[list[Evidence]], list[list[Evidence]]] = ([], [])
    for group in groups:
        said = (words_of(group[0].fact, group[0].by).casefold(), group[0].fact.side)
        told[said in seen].append(group)
        seen.add(said)
    return [*told[False], *told[True]]


def words_of(fact: Fact, by: str = "") -> str:
    """What a fact says, as one short line. The name of a long-named test is cut, never its value.

    A bare code is called by the title of the value set that found it.
    """
    if isinstance(fact, Finding) and by in fact.titles:
        return plain(fact.titles[by])
    if isinstance(fact, Result):
        return _result_words(name_of_test(fact.label), fact.shown)
    if isinstance(fact, Procedure) and fact.told:
        return plain(f"{fact.words}: {fact.told}", _LONGEST_REPORT)
    return plain(fact.words)


def _result_words(name: str, shown: str) -> str:
    if len(name) + len(shown) < LONGEST or not shown:
        return plain(f"{name} {shown}".strip())
    value = plain(shown, LONGEST - _SHORTEST_LABEL)
    return f"{plain(name, LONGEST - 1 - len(value))} {value}"


def name_of_test(label: str) -> str:
    """A test as people call it: "Cobalamin (Vitamin B12) [Mass/volume] in Serum or Plasma" without its tail."""
    return _name_of_test(label) if len(label) <= 2 * LONGEST else label


@lru_cache(maxsize=2048)
def _name_of_test(label: str) -> str:
    return _PROPERTY.sub("", label).strip() or label


def sources_of(rule: Rule, criterion: str) -> tuple[str, ...]:
    """What supports a criterion: its own citations, or the rule's sources."""
    named = rule.criteria.get(criterion)
    return (named.cite if named is not None else ()) or rule.sources


def evidence_json(rule: Rule, item: Evidence, points: int | None = None) -> dict[str, Any]:
    """One piece of evidence as the contract's data (contract §3)."""
    fact = item.fact
    data: dict[str, Any] = {
        "rule": rule.id,
        "criterion": item.criterion,
        "resource": reference(fact.ref),
        "text": words_of(fact, item.by),
    }
    date = _date(fact)
    if date:
        data["date"] = date
    if points is not None:
        data["points"] = points
    data["sources"] = list(sources_of(rule, item.criterion))
    return data


def _date(fact: Fact) -> str:
    span = fact.start if isinstance(fact, Exposure) else fact.when
    return show(span) if span.earliest is not None and span.latest is not None else ""


def evidences_json(rule: Rule, evidence: Iterable[Evidence]) -> list[dict[str, Any]]:
    """Several pieces, each fact once, of each criterion the first ones."""
    unique: dict[int, Evidence] = {}
    for item in evidence:
        unique.setdefault(id(item.fact), item)
    return [evidence_json(rule, e) for e in first_of_each(unique.values(), lambda e: e.criterion)]


def first_of_each(items: Iterable[_Item], criterion: Callable[[_Item], str]) -> Iterator[_Item]:
    """At most so many of each criterion, in their order; `/explain` tells all facts."""
    told: Counter[str] = Counter()
    for item in items:
        told[criterion(item)] += 1
        if told[criterion(item)] <= MOST_OF_ONE_CRITERION:
            yield item
