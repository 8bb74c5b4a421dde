"""Words and units as data: what a phrase means, and which unit a text names. Filled by `knowledge`, read by `fhir`.

Long because every list of words has its name and its sentence here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto

from cds.domain.quantity import Quantity, Unit, in_unit

_ANNOTATION = re.compile(r"\{[^{}]*\}")
_LONGEST_UNIT = 60


class Channel(Enum):
    """Phrases of one channel compete (the longest wins); phrases of different channels may overlap."""

    SAY = auto()  # findings and the cues around them
    SITE = auto()
    SIDE = auto()
    MODIFIER = auto()
    DRUG = auto()
    ROUTE = auto()
    ANALYTE = auto()
    TEST = auto()
    CIRCUMSTANCE = auto()  # what brings a symptom on or eases it, said with or without the symptom
    HEADING = auto()  # what a heading says of all below it; in no other text


class Heading(Enum):
    """What a heading says of all that stands below it."""

    DENIED = "denied"
    ADVISED = "advised"
    FAMILY = "family"
    OTHERS = "others"
    PAST = "past"
    EVER = "ever"  # past, unless other words of a question speak of now


class Effect(Enum):
    """What a cue does to the findings around it."""

    NEGATED = "negated"
    FAMILY = "family"
    HISTORY = "history"
    BACKGROUND = "background"  # "history of": over, unless it is one of the diseases that last
    SUSPECTED = "suspected"
    DROPPED = "dropped"  # hypothetical or advice: the finding is not stated at all
    NOT_TAKEN = "not-taken"  # for drugs: allergy, intolerance
    AFFIRMED = "affirmed"  # ends what stood before
    STOP = "stop"  # ends the clause
    EXCEPT = "except"  # ends the clause; a bare site after it takes up the finding before it
    JOIN = "join"
    OR = "or"
    WITH = "with"


class SiteGroup(Enum):
    """Where a body site lies, as far as the rules care."""

    LOWER = "lower"
    ELSEWHERE = "elsewhere"
    SADDLE = "saddle"
    UNKNOWN = "unknown"


# A phrase is a row of word patterns: each is a set of alternatives, a trailing "*" is a stem, "#" any number.
# An empty part is a gap of a few words.
Part = tuple[str, ...]
GAP: Part = ()


@dataclass(frozen=True, slots=True)
class Cue:
    """A cue's effect, whether it acts on what stands before it, and whether it runs on through a list.

    With both it acts on what stands before it and on what follows. A near one never acts across a comma. `under` is
    what it does to what stands in the bracket or behind the colon after it ("screen negative (numbness, retention)").
    """

    effect: Effect
    is_after: bool = False
    is_far: bool = False
    is_near: bool = False
    under: Effect | None = None


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase and what it says; with neither `concept` nor `cue` it only keeps shorter phrases from matching.

    `concept` is an id of the phrase's channel (a finding, a site, a drug ...). `adds` are modifiers that it brings.
    `is_denial` marks a phrase that states the finding's absence ("sensation intact"). `is_plural` marks "feet".
    """

    channel: Channel
    parts: tuple[Part, ...]
    concept: str = ""
    cue: Cue | None = None
    adds: frozenset[str] = frozenset()
    is_denial: bool = False
    is_plural: bool = False


@dataclass(frozen=True, slots=True)
class Derivation:
    """A finding that follows from another finding at one of these sites ("pain" at the heel is heel pain).

    `without_site` also lets it follow when no site at all is named; with no sites it follows everywhere, though not
    from a denial ("no type 2 diabetes"). `needs` names modifiers of the same sentence that must stand there too.
    """

    concept: str
    source: str
    sites: frozenset[str]
    without_site: bool = False
    needs: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All words.

    `folds` unify spellings inside words; `tags` are the bracketed semantic tags of terminologies, which say nothing;
    `dotted` are abbreviations whose dot ends no sentence. `sited` findings take their site from neighbouring words;
    `inner` findings are only building blocks of derivations. `full` ones are exam findings without a code, which count
    fully when they are written out. `answers` maps short whole texts to answer ids, `answer_codes` codes with their
    system ("loinc|LA33-6"), `route_codes` such codes to routes; drugs of `nasal` act in the whole body from a
    nasal spray.
    `own_sites` are never lent to a neighbouring finding ("back pain, numbness"). `asking` are first words of
    questions. `others` name somebody who is not the patient. `lasting` are diseases that a "history of" does not
    end; what is `treated` was there when a procedure was done that names it beside a word of
    `treating` ("reduction of a tibial fracture").
    `linking` words may stand between a finding and what is said of it; `trailing` ones begin what is said after it;
    a word of `changing` anywhere in a text, unless right behind one of `denying` ("nothing new"), means that nothing
    in it is settled. Words of `referring` lead a denial after a comma back to what stands before it, unless the piece
    begins with one of `subjects` ("MRI negative").
    What begins with a word of `breaking` after a comma is no member of the list before it; with one of
    `freshening`, when it stands last. What is there since (`dating`) one of `days` is not even a relative's. News
    end lists of risks and advice too, unless a word of `conditional` stands before them. After a comma a piece with
    one of `stating`, though not behind one of `relating`, or a finding that ends in one of `outcomes`, is a clause
    and no member of a list. A word of `undoing` inside a phrase of health turns it round; words of `passing` may
    stand inside any phrase. An answer that begins with a word of `beginning` ("since Monday") or of `affirming`
    ("yes, a little") states, unless a word of `ending` says that it is over. A number near a word of `comparing` is
    an older one or a limit; measurements of
    `narrated` count wherever a text tells them. A sentence that begins with a word of `conceding` says
    the main thing after its comma; one that ends in a word of `requesting` ("please") asks about what the patient has.
    What has a word of `becoming` right before it has begun ("has gone numb") and is not over.
    A denial of nothing but `vacant` words ("no concerns") ends there. A word of `parting` stands between two places of
    their own side each ("after"), one of `succeeding` between two findings. A copied text with a word of `resuming` is
    not only of its own day. `complaints` behind the clause of somebody who is no relative are the patient's. Words of
    `placing` beside an answer only tell where ("absent
    bilaterally"); a question of words of `locating` asks for the place alone. `outranks` says which analyte name
    voids which others ("*" is all).
    Beside the code of one analyte, the name of another is more exact (`refines`), or leaves it open what was
    measured (`unlike`). `headings` are phrases of headings, beside which words of `framing` say nothing
    more; with a word of `bounding` a question whether something was ever there asks of now. A component
    of a word of `presence` asks whether what stands beside it is there, one of `excluding` says that it is not.
    What begins with two words of `ailing` behind the "and" of a bare "no" is told ("no fever and numb saddle").
    Titles are printed without what is `unprinted`. `numbers` are numbers in words. Words of
    `misspelt` are known with one wrong letter, too.
    """

    phrases: tuple[Phrase, ...]
    headings: tuple[Phrase, ...] = ()
    groups: Mapping[str, SiteGroup] = field(default_factory=dict)
    derivations: tuple[Derivation, ...] = ()
    sited: frozenset[str] = frozenset()
    inner: frozenset[str] = frozenset()
    full: frozenset[str] = frozenset()
    answers: Mapping[str, str] = field(default_factory=dict)
    answer_codes: Mapping[str, str] = field(default_factory=dict)
    route_codes: Mapping[str, str] = field(default_factory=dict)
    folds: tuple[tuple[str, str], ...] = ()
    tags: frozenset[str] = frozenset()
    dotted: frozenset[str] = frozenset()
    asking: frozenset[str] = frozenset()
    outranks: Mapping[str, frozenset[str]] = field(default_factory=dict)
    refines: Mapping[str, frozenset[str]] = field(default_factory=dict)
    unlike: Mapping[str, frozenset[str]] = field(default_factory=dict)
    local_forms: frozenset[str] = frozenset()
    nasal: frozenset[str] = frozenset()
    own_sites: frozenset[str] = frozenset()
    linking: frozenset[str] = frozenset()
    changing: frozenset[str] = frozenset()
    trailing: frozenset[str] = frozenset()
    becoming: frozenset[str] = frozenset()
    referring: frozenset[str] = frozenset()
    breaking: frozenset[str] = frozenset()
    freshening: frozenset[str] = frozenset()
    dating: frozenset[str] = frozenset()
    conditional: frozenset[str] = frozenset()
    stating: frozenset[str] = frozenset()
    relating: frozenset[str] = frozenset()
    outcomes: frozenset[str] = frozenset()
    narrated: frozenset[str] = frozenset()
    subjects: frozenset[str] = frozenset()
    undoing: frozenset[str] = frozenset()
    passing: frozenset[str] = frozenset()
    denying: frozenset[str] = frozenset()
    resuming: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()
    misspelt: frozenset[str] = frozenset()
    ailing: frozenset[str] = frozenset()
    succeeding: frozenset[str] = frozenset()
    beginning: frozenset[str] = frozenset()
    affirming: frozenset[str] = frozenset()
    ending: frozenset[str] = frozenset()
    days: frozenset[str] = frozenset()
    comparing: frozenset[str] = frozenset()
    placing: frozenset[str] = frozenset()
    conceding: frozenset[str] = frozenset()
    vacant: frozenset[str] = frozenset()
    parting: frozenset[str] = frozenset()
    complaints: frozenset[str] = frozenset()
    requesting: frozenset[str] = frozenset()
    locating: frozenset[str] = frozenset()
    lasting: frozenset[str] = frozenset()
    treated: frozenset[str] = frozenset()
    treating: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()
    framing: frozenset[str] = frozenset()
    bounding: frozenset[str] = frozenset()
    unprinted: frozenset[str] = frozenset()
    presence: frozenset[str] = frozenset()
    excluding: frozenset[str] = frozenset()

    def ids(self, channel: Channel) -> frozenset[str]:
        """Every concept id that a channel can yield, derived ones included."""
        named = {p.concept for p in self.phrases if p.channel is channel and p.concept}
        if channel is Channel.SAY:
            named |= {d.concept for d in self.derivations}
        if channel is Channel.MODIFIER:
            named |= {added for p in self.phrases for added in p.adds}
        return frozenset(named) - self.inner


@dataclass(frozen=True, slots=True)
class Units:
    """The units that occur, by spelling. `exact` keeps case where it matters; `folded` does not.

    `allowed` names the dimensions in which an analyte may be reported, `plausible` between which values,
    `sums` the single answers that add up to a score, `by_value` the analytes of which a flag alone settles nothing.
    """

    exact: Mapping[str, Unit] = field(default_factory=dict)
    folded: Mapping[str, Unit] = field(default_factory=dict)
    allowed: Mapping[str, frozenset[str]] = field(default_factory=dict)
    plausible: Mapping[str, tuple[Quantity, ...]] = field(default_factory=dict)
    sums: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    by_value: frozenset[str] = frozenset()

    def named(self, text: str) -> Unit | None:
        """The unit that a text names, or None."""
        found = self.exact.get(text)
        if found is not None or len(text) > _LONGEST_UNIT:
            return found
        return self._look_up(squeezed_unit(text))

    def find(self, code: str | None, text: str | None) -> Unit | None:
        """The unit of a code and a unit text: the code decides when known; when the two contradict, none."""
        by_code = self.named(code) if code else None
        by_text = self.named(text) if text else None
        if by_code is None or by_text is None:
            return by_code or by_text
        return by_code if _agree(by_code, by_text) else None

    def allows(self, analyte: str, unit: Unit) -> bool:
        """Whether an analyte may be reported in a unit; an analyte without a list may be in any."""
        dimensions = self.allowed.get(analyte)
        return dimensions is None or unit.dimension in dimensions

    def believes(self, analyte: str, value: Quantity) -> bool:
        """Whether a value can be one of this analyte; an analyte without limits in its dimension can have any."""
        limits = [(limit, plain) for limit in self.plausible.get(analyte, ()) if (plain := _like(value, limit))]
        return all(plain.high >= limit.low and plain.low <= limit.high for limit, plain in limits)

    def _look_up(self, squeezed: str) -> Unit | None:
        found = self.exact.get(squeezed) or self.folded.get(squeezed.lower())
        if found is None and "{" in squeezed and not squeezed.startswith("{"):
            bare = _ANNOTATION.sub("", squeezed)
            return self.folded.get(bare.lower()) if bare != squeezed else None
        return found


def squeezed_unit(text: str) -> str:
    """A unit text in one spelling of micro sign, small digits and minus, without any space."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).replace("\u200b", "").replace("\u2212", "-")
    return "".join(text.split())


def _like(value: Quantity, limit: Quantity) -> Quantity | None:
    return in_unit(value, limit.unit) if limit.unit is not None else None


def _agree(first: Unit, second: Unit) -> bool:
    return first.dimension == second.dimension and first.factor == second.factor
