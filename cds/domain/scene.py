"""What a criterion may look at: the record, the day, the symptom, and outcomes of earlier strata."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from cds.domain.courses import Course, courses_of
from cds.domain.onsets import Onsets
from cds.domain.record import Exposure, Finding, PatientRecord, Side
from cds.domain.settled import Settled
from cds.domain.truth import NOT_MET, Evidence, Truth, Unknown, Verdict, unknown
from cds.domain.when import Span, Window, add_months

NO_WINDOW = Window()


@dataclass(frozen=True, slots=True)
class Drug:
    """What the rules know of one drug: how long after the last dose an onset is still attributed to it."""

    id: str
    name: str
    look_back: Window
    cite: tuple[str, ...] = ()


class Symptom(NamedTuple):
    """What the symptom facts, so many of them, say together."""

    facts: int
    side: Side
    onsets: Onsets


@dataclass(slots=True)
class Scene:
    """One evaluation in progress. `symptoms` are the facts that opened the gate; empty when assumed."""

    record: PatientRecord
    today: int
    settled: Settled
    drugs: Mapping[str, Drug] = field(default_factory=dict)
    lower_sites: frozenset[str] = frozenset()
    other_sites: frozenset[str] = frozenset()
    symptoms: list[Finding] = field(default_factory=list)
    patterns: dict[str, Verdict] = field(default_factory=dict)
    flags: dict[str, Verdict] = field(default_factory=dict)
    tiers: dict[str, str] = field(default_factory=dict)
    memo: dict[int, Verdict] = field(default_factory=dict)
    # Answers that follow from what was supplied alone; shared by all scenes of the same supply.
    blanks: dict[int, tuple[object, Verdict]] = field(default_factory=dict)
    names: frozenset[str] = frozenset()
    absences: dict[tuple[str, ...], Verdict] = field(default_factory=dict)
    # Flags and causes of rules that are not in use: whether they hold here is unknown.
    unused_flags: frozenset[str] = frozenset()
    unused_causes: frozenset[str] = frozenset()
    _person: Finding | None = None
    _told: Symptom | None = None
    _courses: dict[str, list[Course]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.names = self.record.names()

    def shows(self, pattern: str) -> bool:
        """Whether a pattern is known to hold."""
        return self.patterns.get(pattern, NOT_MET).truth is Truth.MET

    def blank(self, criterion: object, judge: Callable[[Scene], Verdict]) -> Verdict:
        """The answer of a criterion of whose facts the record has none: the same for every such record.

        The criterion is kept beside its answer, so that no other object can come to have its identity.
        """
        key = id(criterion)
        found = self.blanks.get(key)
        if found is None:
            found = self.blanks[key] = (criterion, judge(self))
        return found[1]

    def absent(self, needs: tuple[str, ...]) -> Verdict:
        """No matching fact: "not met" when the lists came whole, else unknown."""
        found = self.absences.get(needs)
        if found is None:
            whole = self.record.has_whole(needs)
            found = self.absences[needs] = NOT_MET if whole else unknown(Unknown.MISSING)
        return found

    def raise_flag(self, flag: str, indicator: str, evidence: tuple[Evidence, ...]) -> None:
        """Note a red flag: criteria may ask for it by its id, and for any flag of its indicator."""
        verdict = Verdict(Truth.MET, evidence)
        self.flags[flag] = verdict
        self.flags.setdefault(indicator, verdict)

    def courses(self, drug_set: str) -> list[Course]:
        """The merged systemic courses of every drug in a value set, one drug at a time."""
        if drug_set not in self._courses:
            by_drug: dict[str, list[Exposure]] = {}
            for exposure in self.record.exposures.get(drug_set, ()):
                by_drug.setdefault(exposure.drug, []).append(exposure)
            gap = self.settled.merge_within
            self._courses[drug_set] = [c for group in by_drug.values() for c in courses_of(group, self.today, gap)]
        return self._courses[drug_set]

    @property
    def person_fact(self) -> Finding:
        """The patient's age as a fact, so that a criterion about age can name its datum."""
        if self._person is None:
            person = self.record.person
            years = completed_years(person.birth, self.today)
            self._person = Finding(f"Patient/{person.id}", f"age {years}", (), source="Patient")
        return self._person

    def is_elsewhere(self, sites: frozenset[str]) -> bool:
        """Whether sites are named and every one of them is known to be another part of the body."""
        return bool(sites) and sites <= self.other_sites

    def look_back(self, drug: str) -> Window:
        """The drug's own look-back; nothing when the drug table does not list it."""
        found = self.drugs.get(drug)
        return found.look_back if found else NO_WINDOW

    @property
    def side(self) -> Side:
        """The side of the symptom: both when several facts say so together."""
        return self._symptom().side

    @property
    def onsets(self) -> Onsets:
        """When the symptom began, by all its facts."""
        return self._symptom().onsets

    def _symptom(self) -> Symptom:
        """What the symptom facts say together: worked out when one was added, not for every fact held against it."""
        if self._told is None or self._told.facts != len(self.symptoms):
            onsets = Onsets(tuple(dict.fromkeys((f.began, f.recorded) for f in self.symptoms)))
            side = side_of_symptoms(self.symptoms, self.settled.same_numbness)
            self._told = Symptom(len(self.symptoms), side, onsets)
        return self._told


def side_of_symptoms(symptoms: Iterable[Finding], same_within: Window) -> Side:
    """The side of the numbness: both when several entries say so together.

    Unknown where one without a side is known to have begun later than `same_within` after all that name a side: the
    new numbness may be of the other foot.
    """
    symptoms = list(symptoms)
    told = [fact for fact in symptoms if fact.side is not Side.UNKNOWN]
    side = joined_side(fact.side for fact in told)
    days = [fact.since.latest for fact in told]
    known = [day for day in days if day is not None]
    if side in (Side.BOTH, Side.UNKNOWN) or len(known) < len(days):
        return side
    edge = same_within.after(max(known))
    is_another = any(fact.side is Side.UNKNOWN and (fact.onset.earliest or 0) > edge for fact in symptoms)
    return Side.UNKNOWN if is_another else side


def completed_years(birth: Span, today: int) -> int:
    """Completed years at the latest possible birthday."""
    latest = birth.latest if birth.latest is not None else today
    years = date.fromordinal(today).year - date.fromordinal(latest).year
    return max(0, years - (add_months(latest, 12 * years) > today))


def joined_side(sides: Iterable[Side]) -> Side:
    """Left and right together are both; unknown ones add nothing."""
    known = {side for side in sides if side is not Side.UNKNOWN}
    if Side.BOTH in known or {Side.LEFT, Side.RIGHT} <= known:
        return Side.BOTH
    return known.pop() if known else Side.UNKNOWN


def is_opposite(fact_side: Side, symptom_side: Side) -> bool:
    """Whether a fact is known to lie on the other side than the symptom."""
    return {fact_side, symptom_side} == {Side.LEFT, Side.RIGHT}
