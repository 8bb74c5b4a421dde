"""Criteria about findings and drugs.

Long because both kinds share their reading of dates, doubt and evidence.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from cds.domain import courses as c
from cds.domain import truth as t
from cds.domain.criteria import Criterion, OverSets
from cds.domain.record import Exposure, Fact, Finding, Route, Side, Taken
from cds.domain.scene import Scene, is_opposite
from cds.domain.truth import NOT_MET, Evidence, Truth, Unknown, Verdict, unknown
from cds.domain.when import Span, Window, dated, within

# What comes from there is the conclusion of whoever examined, and not a problem list's words.
_REPORTING = frozenset({"DiagnosticReport", "Observation"})


def answered(truth: Truth, fact: Fact, weak: bool, by: str = "") -> Verdict:
    """A verdict on one fact, with the fact as evidence unless it is not met; `by` is the value set that found it."""
    if truth is Truth.NOT_MET:
        return NOT_MET
    evidence = (Evidence("", fact, by),)
    return Verdict(Truth.MET, evidence, weak) if truth is Truth.MET else unknown(Unknown.DATE, evidence)


@dataclass(frozen=True, slots=True)
class HasFinding(OverSets):
    """A finding of one of these value sets, on record with the given status, dates, side and site.

    Qualifiers under `may` block only when they are known to contradict. `site` "lower" wants a foot or leg site,
    "not-elsewhere" refuses what lies elsewhere in all its sites. `not_modifiers` refuse only what has no recorded onset
    and is called so itself, while any word of the text may meet `modifiers`. `onset_known`: not a record
    date alone. `family` asks the family history instead, `denied` what the record says is not there. `reported`: from
    the conclusion of a report or examination only, where plain words count fully.
    """

    sets: tuple[str, ...]
    status: str = "active"
    suspected: bool = False
    new_within: Window | None = None
    older_than: Window | None = None
    recorded_within: Window | None = None
    may_new_within: Window | None = None
    may_recorded_within: Window | None = None
    same_side: bool = False
    sides: frozenset[str] = frozenset()
    site: str = ""
    modifiers: frozenset[str] = frozenset()
    not_modifiers: frozenset[str] = frozenset()
    sources: frozenset[str] = frozenset()
    of_visit: bool | None = None
    dated_only: bool = False
    onset_known: bool = False
    then_symptom_within: Window | None = None
    after_onset: Window | None = None
    family: bool = False
    denied: bool = False
    reported: bool = False
    needs: tuple[str, ...] = ("conditions",)

    def judge(self, scene: Scene) -> Verdict:
        """Any fact that answers; "not met" only when the lists that would show it came whole."""
        record = scene.record
        shelf = record.denied if self.denied else record.family if self.family else record.findings
        verdicts = [
            v
            for name in self.sets
            for fact in shelf.get(name, ())
            if (v := self.judge_one(fact, scene, name)) is not NOT_MET
        ]
        if not verdicts and "both" in self.sides and "one" not in self.sides:
            return self._left_and_right([f for name in self.sets for f in shelf.get(name, ())], scene)
        return t.any_of(verdicts) if verdicts else scene.absent(self.needs)

    def _left_and_right(self, facts: list[Finding], scene: Scene) -> Verdict:
        """One finding on the left and one on the right are both sides: many codes exist for one side only."""
        one_side = replace(self, sides=frozenset({"one"}))
        by_side = [
            [v for f in facts if f.side is side and (v := one_side.judge_one(f, scene)) is not NOT_MET]
            for side in (Side.LEFT, Side.RIGHT)
        ]
        return t.all_of(map(t.any_of, by_side)) if all(by_side) else scene.absent(self.needs)

    def judge_one(self, fact: Finding, scene: Scene, by: str = "") -> Verdict:
        """Answer for one fact, which the value set `by` found."""
        if not self._is_candidate(fact, scene):
            return NOT_MET
        truth = min(
            dated(fact.since, self.new_within, self.older_than, scene.today),
            within(fact.recorded, self.recorded_within, scene.today) if self.recorded_within else Truth.MET,
            self._may(fact, scene.today),
            self._precedes(fact, scene),
        )
        return answered(truth, fact, fact.preliminary if self.reported else fact.weak, by)

    def _is_candidate(self, fact: Finding, scene: Scene) -> bool:
        if not self._is_asked_status(fact.status) or (fact.suspected and not self.suspected):
            return False
        if (self.sources and fact.source not in self.sources) or (self.reported and fact.source not in _REPORTING):
            return False
        if self.of_visit is not None and fact.of_visit is not self.of_visit:
            return False
        if self.modifiers and not self.modifiers & fact.modifiers:
            return False
        if self.not_modifiers and fact.onset.is_open and self.not_modifiers & fact.own_modifiers:
            return False  # words stand in for a date; where there is one, it decides
        return self._is_dated(fact) and self._is_placed(fact, scene)

    def _is_dated(self, fact: Finding) -> bool:
        return not (self.dated_only and fact.is_undated) and not (self.onset_known and fact.onset.is_open)

    def _is_asked_status(self, status: str) -> bool:
        """What is in remission is past as well."""
        return self.status in (status, "any") or (self.status == "past" and status == "remission")

    def _is_placed(self, fact: Finding, scene: Scene) -> bool:
        if self.same_side and is_opposite(fact.side, scene.side):
            return False
        if self.sides and fact.side.extent not in self.sides:
            return False
        if self.site == "lower":
            return bool(fact.sites & scene.lower_sites)
        if self.site == "not-elsewhere":
            return not scene.is_elsewhere(fact.sites)
        return not self.site or self.site in fact.sites

    def _may(self, fact: Finding, today: int) -> Truth:
        """Only a known contradiction counts."""
        blocks = self.may_new_within and within(fact.since, self.may_new_within, today) is Truth.NOT_MET
        stale = self.may_recorded_within and within(fact.recorded, self.may_recorded_within, today) is Truth.NOT_MET
        return Truth.NOT_MET if blocks or stale else Truth.MET

    def _precedes(self, fact: Finding, scene: Scene) -> Truth:
        """The symptom began with the finding or no later than the window after it; or the finding came later."""
        first = scene.onsets.followed(fact.since, self.then_symptom_within) if self.then_symptom_within else Truth.MET
        late = scene.onsets.later(fact.since, self.after_onset) if self.after_onset else Truth.MET
        return min(first, late)


@dataclass(frozen=True, slots=True)
class TakesDrug(OverSets):
    """Exposure to a drug of one of these sets; systemic unless `route` says otherwise.

    `timing` relates a course to the symptom's onset: "fits" (within the drug's own look-back plus `plus`), "may-fit"
    (unknown onset), "before-start". `started_within`: the symptom began no later than this after the first dose.
    `lasting` is the shortest course.
    """

    sets: tuple[str, ...]
    route: str = "systemic"
    taken: str = "taken"
    current: bool = False
    lasting: Window | None = None
    within: Window | None = None
    days_at_least: int | None = None
    grams_at_least: float | None = None
    mg_per_day_at_least: float | None = None
    mg_at_once_at_least: float | None = None
    timing: str = ""
    plus: Window = field(default_factory=Window)
    look_back: Window | None = None
    started_within: Window | None = None
    around: Criterion | None = None
    margin: Window = field(default_factory=Window)
    started_between: tuple[Criterion, Criterion] | None = None
    needs: tuple[str, ...] = ("medicationStatements", "medicationRequests")

    def judge(self, scene: Scene) -> Verdict:
        """Any course that answers; local forms and drugs not taken are asked for by name."""
        if self.route == "local" or self.taken != "taken":
            return self._judge_facts(scene)
        courses = [course for name in self.sets for course in scene.courses(name)]
        if self.mg_per_day_at_least is not None:
            courses = c.dosed(courses, self.mg_per_day_at_least, scene.today, scene.settled.merge_within)
        if self.mg_at_once_at_least is not None:
            courses = [course for course in courses if c.taken_at_once(course) >= self.mg_at_once_at_least]
        if not courses:
            return scene.absent(self.needs)
        enough = {drug: self._is_enough(same, scene.settled.add_within) for drug, same in _by_drug(courses).items()}
        judged = (self._judge_course(course, enough[course.drug], scene) for course in courses)
        verdicts = [verdict for verdict in judged if verdict is not NOT_MET]
        return t.any_of(verdicts) if verdicts else scene.absent(self.needs)

    def _judge_facts(self, scene: Scene) -> Verdict:
        facts = [e for name in self.sets for e in scene.record.exposures.get(name, ()) if self._is_asked_for(e)]
        return Verdict(Truth.MET, tuple(Evidence("", e) for e in facts)) if facts else scene.absent(self.needs)

    def _is_asked_for(self, exposure: Exposure) -> bool:
        if self.taken != "taken":
            return exposure.taken is {"not-taken": Taken.NOT_TAKEN, "planned": Taken.PLANNED}[self.taken]
        return exposure.route is Route.LOCAL and exposure.taken is Taken.TAKEN

    def _judge_course(self, course: c.Course, enough: Truth, scene: Scene) -> Verdict:
        if self.current and not course.is_current:
            return NOT_MET
        truth = min(
            self._is_recent(course, scene.today),
            enough,
            Truth.MET if self.mg_per_day_at_least is None or course.mg_per_day() is not None else Truth.UNKNOWN,
            self._is_timed(course, scene),
            self._is_around(course, scene),
        )
        if truth is Truth.NOT_MET:
            return NOT_MET
        evidence = tuple(Evidence("", fact) for fact in _told(course))
        return Verdict(Truth.MET, evidence, course.weak) if truth is Truth.MET else unknown(Unknown.DATE, evidence)

    def _is_recent(self, course: c.Course, today: int) -> Truth:
        recent = within(course.end, self.within, today) if self.within and not course.is_current else Truth.MET
        return min(recent, _lasted(course, self.lasting, today) if self.lasting else Truth.MET)

    def _is_enough(self, courses: list[c.Course], within: Window) -> Truth:
        """Whether the courses of one drug add up to the days and grams that are asked for."""
        truths = [Truth.MET]
        if self.days_at_least is not None:
            truths.append(c.at_least(c.total_days(courses, within), self.days_at_least))
        if self.grams_at_least is not None:
            truths.append(c.at_least(c.total_grams(courses, within), self.grams_at_least))
        return min(truths)

    def _is_timed(self, course: c.Course, scene: Scene) -> Truth:
        if not self.timing:
            return Truth.MET
        window = (self.look_back or scene.look_back(course.drug)) + self.plus
        onsets = scene.onsets.pairs or ((Span(), Span()),)
        decisive = Truth.NOT_MET if self.timing == "before-start" else Truth.MET
        found: set[Truth] = set()
        for began, recorded in onsets:
            found.add(self._relate(course, began, recorded, window, scene))
            if decisive in found:
                return decisive
        return Truth.UNKNOWN if Truth.UNKNOWN in found else Truth(Truth.MET - decisive)

    def _relate(self, course: c.Course, onset: Span, recorded: Span, window: Window, scene: Scene) -> Truth:
        if self.timing == "fits":
            soon = c.began_soon(course, onset, self.started_within) if self.started_within else Truth.MET
            return min(c.onset_fits(course, onset, window), soon)
        if self.timing == "may-fit":
            return c.onset_may_fit(course, onset, recorded, window, scene.settled.attributed_within)
        return c.began_before(course, onset)

    def _is_around(self, course: c.Course, scene: Scene) -> Truth:
        """Whether the course overlaps the fact that another criterion found, give or take the margin."""
        if self.around is None:
            return self._is_started_between(course, scene)
        spans = [e.fact.when for e in self.around.judge(scene).evidence]
        return max((_overlaps(course, span, self.margin) for span in spans), default=Truth.NOT_MET)

    def _is_started_between(self, course: c.Course, scene: Scene) -> Truth:
        if self.started_between is None:
            return Truth.MET
        days = [e.fact.when for criterion in self.started_between for e in criterion.judge(scene).evidence]
        known = [d.latest for d in days if d.latest is not None]
        if not known or course.start.earliest is None or course.start.latest is None:
            return Truth.UNKNOWN
        return Truth.MET if min(known) <= course.start.latest <= max(known) else Truth.NOT_MET


def _by_drug(courses: Iterable[c.Course]) -> dict[str, list[c.Course]]:
    drugs: dict[str, list[c.Course]] = {}
    for course in courses:
        drugs.setdefault(course.drug, []).append(course)
    return drugs


def _told(course: c.Course) -> Iterable[Exposure]:
    """The one fact of a course that says most: dated, current, with a dose."""
    best = max(course.facts, key=lambda f: (f.is_current, not f.start.is_open, not f.end.is_open, f.mg_per_day or 0))
    return (best,)


def _lasted(course: c.Course, window: Window, today: int) -> Truth:
    end = Span(today, today) if course.is_current else course.end
    if course.start.latest is None or end.earliest is None:
        return Truth.UNKNOWN
    if course.start.latest <= window.before(end.earliest):
        return Truth.MET
    sure = course.start.earliest is not None and end.latest is not None
    return Truth.NOT_MET if sure and (course.start.earliest or 0) > window.before(end.latest or 0) else Truth.UNKNOWN


def _overlaps(course: c.Course, day: Span, margin: Window) -> Truth:
    if day.latest is None or day.earliest is None or course.is_undated:
        return Truth.UNKNOWN
    start, end = course.start.earliest, course.end.latest
    if start is not None and start > margin.after(day.latest):
        return Truth.NOT_MET
    if end is not None and margin.after(end) < day.earliest:
        return Truth.NOT_MET
    if start is None and (end is None or day.latest < margin.before(end)):
        return Truth.UNKNOWN  # it may have begun after the day
    return Truth.MET
