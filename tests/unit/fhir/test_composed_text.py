"""What is heard alone is heard among others: statements put together in the ways in which notes put them together.

Every way of putting together names what must come out: who is heard, who is denied, who is silent. Long because the
statements and the ways stand here side by side; adding a line of either multiplies by the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

import pytest

from cds.domain.record import Side
from cds.fhir.reading import Mention
from cds.fhir.text import TextReader
from cds.knowledge.lexicon import load_lexicon

RULES = Path(__file__).resolve().parents[3] / "rules"
LEXICON = load_lexicon(RULES / "lexicon")
READER = TextReader(LEXICON)


@dataclass(frozen=True)
class Statement:
    """Words that say one thing; a clause ("cannot pass urine") stands where a noun cannot."""

    text: str
    concept: str
    is_clause: bool = False

    @property
    def side(self) -> Side:
        """The side that it names alone."""
        return next((m.side for m in READER.read(self.text).mentions if m.concept == self.concept), Side.UNKNOWN)

    @property
    def concepts(self) -> frozenset[str]:
        """All that it says alone."""
        return frozenset(mention.concept for mention in READER.read(self.text).mentions)


def _statements(concept: str, *texts: str, is_clause: bool = False) -> list[Statement]:
    return [Statement(text, concept, is_clause) for text in texts]


NUMB = "sensory-symptom"
# What may stand after "reports", "no" and "risk of".
FLAGS = [
    *_statements("urinary-retention", "urinary retention", "acute retention of urine", "difficulty passing urine"),
    *_statements("urinary-retention", "inability to void", "loss of bladder sensation", "lost sensation of voiding"),
    *_statements("urinary-retention", "urinary hesitancy", "painless retention", "loss of urge to void"),
    *_statements("urinary-incontinence", "urinary incontinence", "incontinence of urine", "loss of bladder control"),
    *_statements("urinary-incontinence", "overflow incontinence", "leakage of urine", "leaking urine"),
    *_statements("fecal-incontinence", "faecal incontinence", "bowel incontinence", "loss of bowel control"),
    *_statements("saddle-anesthesia", "saddle numbness", "saddle anaesthesia", "perianal numbness", "numb buttocks"),
    *_statements("saddle-anesthesia", "loss of feeling between the legs", "reduced perianal sensation"),
    *_statements("saddle-anesthesia", "numbness around the genitals"),
    *_statements("reduced-anal-tone", "reduced anal tone", "lax anal tone"),
    *_statements("sexual-dysfunction", "erectile dysfunction"),
    *_statements("bilateral-sciatica", "bilateral sciatica"),
    *_statements("weakness", "bilateral leg weakness", "weakness of both legs", "progressive leg weakness"),
    *_statements("weakness", "rapidly progressive weakness", "ascending weakness", "weakness of the left leg"),
    *_statements("foot-drop", "foot drop", "left foot drop", "right-sided foot drop"),
    *_statements("dyspnea", "shortness of breath", "breathlessness"),
    *_statements("dysphagia-or-bulbar", "difficulty swallowing"),
    *_statements("facial-weakness", "facial droop", "facial weakness"),
    *_statements("stroke-tia", "stroke"),
    *_statements("reduced-reflexes", "absent ankle reflexes", "areflexia"),
    *_statements("brisk-reflexes", "brisk reflexes", "upgoing plantars"),
    *_statements("sensory-level", "sensory level at T10"),
    *_statements("cold-limb", "cold pulseless foot", "cold left foot", "cold pale leg"),
    *_statements("absent-pulses", "absent pedal pulses", "pulseless leg"),
    *_statements("pale-limb", "mottled toes", "pale right foot"),
    *_statements("rest-pain", "rest pain in the right foot"),
    *_statements("gangrene", "gangrene of the toe", "black toe"),
    *_statements("tense-leg", "tense painful calf", "tense calf"),
    *_statements("pain-out-of-proportion", "calf pain out of proportion"),
    *_statements("pain-on-passive-stretch", "pain on passive stretch of the toes"),
    *_statements("foot-ulcer", "foot ulcer", "non-healing ulcer on the left heel"),
    *_statements("foot-infection", "foot cellulitis"),
    *_statements("fever", "fever"),
    *_statements("warm-swollen-foot", "hot swollen left foot"),
    *_statements("back-pain", "low back pain", "severe back pain"),
]
NUMBNESS = [
    *_statements(NUMB, "numb left heel", "numbness of the left foot", "numb feet", "tingling in both feet"),
    *_statements(NUMB, "pins and needles in the right sole", "numbness of the right heel", "burning feet"),
    *_statements(NUMB, "sudden numbness of the left foot", "numb R heel", "numb heel R", "numbness (R) foot"),
    *_statements(NUMB, "numbness of both feet for 3 weeks", "numb right heel since yesterday"),
    *_statements(NUMB, "numb heel R since yesterday", "reduced sensation over the left sole", "numb toes"),
]
DISEASES = [
    *_statements("diabetes-t2", "type 2 diabetes", "T2DM"),
    *_statements("diabetes", "diabetes"),
    *_statements("diabetes-t1", "type 1 diabetes"),
    *_statements("alcohol-use-disorder", "alcohol dependence"),
    *_statements("b12-deficiency", "vitamin B12 deficiency", "pernicious anaemia"),
    *_statements("gastric-or-ileal-surgery", "gastric bypass"),
    *_statements("malignancy", "breast cancer", "metastatic prostate cancer"),
    *_statements("chemotherapy-neuropathy", "chemotherapy-induced peripheral neuropathy"),
    *_statements("ckd", "CKD stage 3"),
    *_statements("hypothyroidism", "hypothyroidism"),
    *_statements("pad", "peripheral arterial disease"),
    *_statements("amyloidosis", "amyloidosis"),
    *_statements("ms", "multiple sclerosis"),
    *_statements("lumbar-disc", "lumbar disc herniation"),
]
NOUNS = FLAGS + NUMBNESS + DISEASES
CLAUSES = [
    *_statements("urinary-retention", "cannot pass urine", "unable to urinate", "has not passed urine", is_clause=True),
    *_statements("urinary-retention", "bladder is not emptying", is_clause=True),
    *_statements("urinary-incontinence", "cannot hold urine", is_clause=True),
    *_statements("fecal-incontinence", "cannot control his bowels", "is soiling himself", is_clause=True),
    *_statements("saddle-anesthesia", "cannot feel wiping", "no feeling when wiping", is_clause=True),
    *_statements("weakness", "cannot stand on tiptoes", "left leg is getting weaker", "EHL 2/5", is_clause=True),
    *_statements("weakness", "power 4/5 both legs", "legs are giving way", is_clause=True),
    *_statements(NUMB, "left foot is numb", "L foot numb", "cannot feel her feet", is_clause=True),
    *_statements(NUMB, "left foot went dead", is_clause=True),
    *_statements("cold-limb", "right foot is cold", "right foot is cold and white", is_clause=True),
    *_statements("absent-pulses", "pulses absent in the left foot", is_clause=True),
]
ALL = NOUNS + CLAUSES
FINDINGS = FLAGS + NUMBNESS + CLAUSES
# What is over when a text says so: not what lasts, and not what is only said in a clause.
PASSING = [s for s in FLAGS + NUMBNESS if not s.concepts & LEXICON.lasting and not {"since", "for"} & {*s.text.split()}]

Outcome = Callable[[str, Statement], bool]


def mentions(text: str, statement: Statement) -> list[Mention]:
    """All that a text says of what a statement says."""
    return [mention for mention in READER.read(text).mentions if mention.concept == statement.concept]


def is_heard(text: str, statement: Statement) -> bool:
    """Stated, nowhere denied, and of the side that it names alone."""
    found = mentions(text, statement)
    sides = {mention.side for mention in found if mention.is_stated}
    is_sided = statement.side is Side.UNKNOWN or statement.side in sides
    return bool(sides) and is_sided and not any(mention.negated for mention in found)


def is_denied(text: str, statement: Statement) -> bool:
    """Said not to be there."""
    found = mentions(text, statement)
    is_told = bool(found) or not mentions(f"no {statement.text}", statement)  # some denials say nothing even alone
    return is_told and all(mention.negated for mention in found)


def is_silent(text: str, statement: Statement) -> bool:
    """Not stated as the patient's own of now."""
    return not any(mention.is_stated for mention in mentions(text, statement))


def pairs(way: str, firsts: list[Statement], seconds: list[Statement]) -> Iterator[tuple[Statement, Statement]]:
    """Every other first with one of the seconds that says something else altogether: other ones in every way."""
    turn = crc32(way.encode())
    for at, first in enumerate(firsts[turn % 2 :: 2]):
        others = [second for second in seconds if not _is_near(first, second)]
        yield first, others[(turn + at * 7) % len(others)]


# Findings that share their words, or of which one says the other.
_KIN = (
    {"weakness", "foot-drop", "leg-paralysis", "reduced-reflexes", "lower-limb-weakness", "facial-weakness"},
    {"diabetes", "diabetes-t1", "diabetes-t2"},
    {NUMB, "saddle-anesthesia", "sensory-level", "monofilament-abnormal", "peripheral-neuropathy"},
    {"pain-out-of-proportion", "pain-on-passive-stretch", "rest-pain", "back-pain", "bilateral-sciatica", "tense-leg"},
    {"cold-limb", "pale-limb", "absent-pulses", "tense-leg", "rest-pain"},
    {"urinary-incontinence", "fecal-incontinence"},
    {"reduced-reflexes", "brisk-reflexes"},
)


def _is_near(one: Statement, other: Statement) -> bool:
    if one.concepts & other.concepts:
        return True
    return any(one.concepts & kin and other.concepts & kin for kin in _KIN)


def failures(texts: Iterable[tuple[str, list[tuple[Outcome, Statement]]]]) -> list[str]:
    """The texts of which something else came out."""
    return [
        f"{text!r}: {statement.text!r} is not {outcome.__name__[3:]}: {mentions(text, statement)}"
        for text, wanted in texts
        for outcome, statement in wanted
        if not outcome(text, statement)
    ]


def _none(found: list[str]) -> None:
    assert not found, f"{len(found)} of them\n" + "\n".join(found[:40])


def test_every_statement_is_heard_alone() -> None:
    assert len(ALL) > 120
    _none(failures((s.text, [(is_heard, s)]) for s in ALL))


# --- one statement in a frame ---

FRAMES = [
    "{}.", "{}!", "{} .", "({})", '"{}"', "{}...", "  {}  ", "{};", "\u2022 {}", "- {}", "* {}", "1. {}", "1) {}",
    "CC: {}", "C/C {}", "PC - {}", "Presenting complaint: {}", "HPI: 54M. {}. Lives with his wife.", "Symptoms: {}",
    "Reason for visit: {}", "Assessment: {}", "Dx: {}", "Problem list:\n1. {}\n", "Red flags: {}", "O/E: {}",
    "{} since yesterday", "{} since 3 days", "{} x 3 days", "{} for 2 weeks", "{}, worse today", "{} since Monday",
    "{}\nPlan: MRI", "{}. Plan: MRI.", "{}: yes", "{} - yes", "{} (yes)", "{} ++", "{}? Yes.", "[x] {}", "\u2612 {}",
    "<div>{}</div>", '<div xmlns="http://www.w3.org/1999/xhtml"><p>{}</p></div>', "<ul><li>{}</li></ul>",
    "wife reports: {}", "Daughter says: {}", "pt states '{}'", "pt states \u201c{}\u201d", "Patient: \u2018{}\u2019",
    "New: {}", "Today {}", "Now {}", "Update: {}", "{}, please see", "Urgent: {}", "{} - seen by Dr Smith",
    "Lorem ipsum. Slept well. Lives alone. {}. Walks the dog daily. Plan to review.",
    "Was well until Tuesday, when he went to work as usual and came home late; {}; he then called his doctor. ",
    "{} (not seen before)", "{}, not seen before", "{}, never had this before", "{}, no previous episodes",
    "{}, no relief from rest", "{}, no better", "{}, not improving", "{}, nil else", "{}, nil of note", "{} only",
]  # fmt: skip
# Beside what is no finding of anybody's: headings with their answers, people, requests.
ASIDES = [
    "{}, allergies nil", "{}, allergies: none", "{} (allergies nil)", "{}, FH nil", "{}, family history negative",
    "{}, PMH: none", "{}, past history nil", "{}, previous surgery: no", "{}, MRI negative", "{}, xray negative",
    "{}, UTI excluded", "{}, dip neg", "{}, next of kin: none", "{}, treatment: none", "{}, sick contacts: no",
    "{}, injuries: no", "{}, any injury? no", "{}. Any injury? No.", "{}, contact with TB denied", "PMH nil, {}",
    "no PMH, {}", "no past medical history, {}", "no family history, {}", "no allergies, {}", "no meds, {}",
    "FH nil, {}", "MRI negative, {}", "UTI excluded, {}", "lives with wife, {}", "lives alone, no carers, {}",
    "brought by son, {}", "daughter called, {}", "here with mother, {}", "GP unable to help, {}",
    "speaks no English, {}", "?cause {}",
    "{} ?cause", "{}, ? cause", "wants advice regarding {}", "if possible review, {}", "usually well, {}",
    "asthma as a child, {}", "COVID resolved, {}", "no longer pregnant, {}", "not on treatment, {}",
    "did not attend, {}", "no concerns, {}", "nil of note, {}", "nil acute, {}", "no other issues, {}",
    "{}, ROS negative", "{} (ROS negative)", "{}. Red flags negative.", "{}, consent obtained", "{} - advice given",
    "advice re {} please",
]  # fmt: skip
NOUN_FRAMES = [
    "c/o {}", "Patient complains of {}", "pt reports {}", "presents with {}", "presented to ED with {} yesterday",
    "She has {}", "has had {} since Monday", "There is {}", "Noted {}", "new {}", "New onset {}", "persistent {}",
    "still has {}", "ongoing {}", "worsening {}", "{} persists", "{} noted", "{} present", "{} has not resolved",
    "{} not improving", "{} despite treatment", "{} is worse", "{} continues", "wife reports {}",
    "Husband noticed {}", "Per daughter, {}", "mother states she has {}", "Son says he has {}", "Admitted with {}",
    "Referred by GP for {}", "Known {}", "confirmed {}", "{} confirmed", "Examination shows {}", "Positive for {}",
    "a 54 year old man with {}", "I have {}", "My {}", "started with {}", "woke with {}", "developed {} last night",
    "not only {}", "no change in {}", "No improvement in {}", "{} has not improved", "no doubt about {}",
]  # fmt: skip


@pytest.mark.parametrize("frame", FRAMES)
def test_a_frame_leaves_a_statement_heard(frame: str) -> None:
    _none(failures((frame.format(s.text), [(is_heard, s)]) for s in ALL))


@pytest.mark.parametrize("frame", ASIDES)
def test_what_is_no_finding_leaves_a_statement_heard(frame: str) -> None:
    kept = [s for s in FLAGS + NUMBNESS[:4] if not frame.startswith("{}") or "since" not in s.text]
    _none(failures((frame.format(s.text), [(is_heard, s)]) for s in kept))


@pytest.mark.parametrize("frame", NOUN_FRAMES)
def test_a_frame_leaves_a_noun_heard(frame: str) -> None:
    _none(failures((frame.format(s.text), [(is_heard, s)]) for s in FLAGS + NUMBNESS))


@pytest.mark.parametrize(
    "dress",
    [
        str.upper, str.title, str.capitalize, lambda text: text.replace(" ", "\xa0"),
        lambda text: text.replace(" ", "\u202f"), lambda text: text.replace(" ", "  "),
        lambda text: text.replace("-", "\u2011"), lambda text: text.replace(" ", " \u200b"),
    ],
)  # fmt: skip
def test_letters_and_spaces_of_another_kind_change_nothing(dress: Callable[[str], str]) -> None:
    _none(failures((dress(s.text), [(is_heard, s)]) for s in ALL))


# --- two statements, both heard ---

JOINED = [
    "{} and {}", "{}, {}", "{}; {}", "{}. {}.", "{}\n{}", "{}\r\n{}", "- {}\n- {}", "* {}\n* {}",
    "\u2022 {}\n\u2022 {}", "1. {}\n2. {}", "1) {}\n2) {}", "1. {} 2. {}", "(1) {} (2) {}", "a) {}; b) {}", "{} + {}",
    "{} & {}", "{} plus {}", "{} as well as {}", "{} / {}", "{}/{}", "{} - {}", "{} \u2013 {}", "{} \u2014 {}",
    "{}, and {}", "{}, also {}", "{}, now {}", "{}. Also {}.", "{} - also {}", "{} (and {})", "{}, then {}",
    "{} and now {}", "CC: {}. HPI: {}.", "PC: {}\nHPC: {}", "Problems: {}; {}", "Symptoms:\n{}\n{}",
    "{}. In addition, {}.", "{}, in addition {}", "<p>{}</p><p>{}</p>", "<li>{}</li><li>{}</li>", "{}<br/>{}",
    "{} | {}", "{} and also {}", "{}. Furthermore {}", "Main problem {}, further problem {}", "{} \u2192 {}",
    "{} => {}", "{}, headache, {}", "{}, tired, {}", "{}... {}", "- {}\n\n- {}", "{}\n\n\n{}", "{} -- {}",
    "{} but also {}", "{}, however {}", "Last week {}, today {}", "{} for 3 days and {} since yesterday",
    "{} since 3 days, {} since 2 days",
]  # fmt: skip
JOINED_NOUNS = [
    "presents with {} and {} since 3 days", "complains of {}, {} and fatigue", "c/o {} and {}", "Pt reports {}, {}.",
    "{} with {}", "{} associated with {}", "{} followed by {}", "{} accompanied by {}", "new {} and {}",
    "There is {}. There is also {}.", "On examination {} and {}", "admitted with {} and {}", "{} w/ {}",
    "{} along with {}", "has {} and has {}", "Reports {} and reports {}", "{} then {}", "new onset of {}, {}",
    "woke up with {} and {}",
]  # fmt: skip


@pytest.mark.parametrize("way", JOINED)
def test_of_two_statements_both_are_heard_in_either_order(way: str) -> None:
    two = [pair for a, b in pairs(way, FINDINGS, ALL) for pair in ((a, b), (b, a))]
    _none(failures((way.format(a.text, b.text), [(is_heard, a), (is_heard, b)]) for a, b in two))


@pytest.mark.parametrize("way", JOINED_NOUNS)
def test_of_two_nouns_both_are_heard_in_either_order(way: str) -> None:
    two = [pair for a, b in pairs(way, FLAGS + NUMBNESS, NOUNS) for pair in ((a, b), (b, a))]
    _none(failures((way.format(a.text, b.text), [(is_heard, a), (is_heard, b)]) for a, b in two))


# --- one heard, another denied: {c} and {d} are denied ---

DENYING = [
    "{a}, {c}: no", "{a}, {c}: denied", "{a} - {c}: no",
    "no {c} but {a}", "no {c}, but {a}", "{a} but no {c}", "{a}, no {c}", "{a}. No {c}.", "{a}; no {c}",
    "{a}\nNo {c}", "{a}, denies {c}", "{a} and no {c}", "no {c}. {a}.", "no {c}; {a}", "no {c}\n{a}",
    "no {c} or {d}; {a}", "No {c}, {d} or headache. {a}.", "No {c}. No {d}. {a}.", "{a}. No {c}. No {d}.",
    "No {c}, no {d}, {a} since yesterday", "{a}, no {c}, no {d}", "{a}, no {c} or {d}",
    "{a}, no {c}, {d} or headache", "{a} - no {c} - no {d}", "{a} - yes, {c} - no", "{c} - no, {a} - yes",
    "{c}: negative. {a}: positive.", "{a}: positive. {c}: negative.", "{c}: no\n{a}: yes", "{a}: yes\n{c}: no",
    "{c}: absent; {a}: present", "{c}: N, {a}: Y", "{a} (Y), {c} (N)", "Negative: {c}, {d}. Positive: {a}.",
    "Positive: {a}. Negative: {c}, {d}.", "- no {c}\n- {a}", "- {a}\n- no {c}", "* Denies {c}\n* {a}",
    "1. No {c}\n2. {a}", "1. {a}\n2. No {c}\n3. No {d}", "no {c}, however {a}", "no {c} - {a}", "{a} (no {c})",
    "(no {c}) {a}", "neither {c} nor {d}, but {a}", "No {c} and now {a}", "no {c}, now {a}", "no {c} or {d}, now {a}",
    "no {c}, {a} since yesterday", "{c} denied. {a}.", "{c} denied; {a}", "[x] {a}\n[ ] {c}", "[ ] {c}\n[x] {a}",
    "\u2610 {c} \u2612 {a}", "{c}? No. {a}? Yes.", "{a}? Yes. {c}? No.", "{c} (-), {a} (+)",
    "Denies: {c}, {d}\nReports: {a}", "Denies {c}, {d}.\nReports: {a}", "<p>No {c}</p><p>{a}</p>",
    "<li>No {c}</li><li>{a}</li>", "<p>{a}</p><p>No {c}</p>", "No {c}<br>{a}", "{a}; otherwise no {c}",
    "{a}, otherwise no {c}", "{a} without {c}", "{a} without {c} or {d}", "{a}, nil {c}", "{a}, {c} absent",
    "{c} absent, {a} present", "{a}, {c} negative", "{c} nil. {a}.", "{a}. Nil {c}.", "No {c} yesterday, today {a}",
    "Was without {c} last week, now {a}", "{a}. Denies {c} / {d}.", "Denies {c}/{d}. {a}",
    "ROS: denies {c}, {d}. CC: {a}.", "CC: {a}. ROS: denies {c}, {d}.", "No h/o {c}. {a}.", "{a}. There is no {c}.",
    "{a}, there is no {c}", "{a} while there is no {c}", "no {c}, though {a}", "no {c}, only {a}", "no {c}, just {a}",
    "{a}; denies {c}; denies {d}", "{a}, with no {c}", "{c} not present. {a}.", "{c} not present, {a}",
    "no {c} | {a}", "{a} | no {c}", "no {c} at all, but {a}", "no {c} so far; {a}", "no {c} \u2013 {a}",
    "no {c} \u2014 {a}", "no {c} \u2022 {a}", "{a} \u2022 no {c}", "Apart from {a}, no {c}", "Except for {a}, no {c}",
    "no {c} or other symptoms apart from {a}", "no {c} yet {a}", "No {c}, no {d}, {a}",
    "{a}. CES screen negative ({c}, {d})", "{a}. Red flags negative: {c}, {d}.", "{a}. \u2205 {c} \u2205 {d}",
]  # fmt: skip
DENYING_NOUNS = [
    "denies {c} but reports {a}", "denies {c} but has {a}", "reports {a}, denies {c} and {d}",
    "reports {a} and denies {c}", "denies {c}, reports {a}", "denies {c} and {d} but reports {a}",
    "denies {c}, {d}; reports {a}", "{a} with no {c}", "no {c}, has {a}", "No {c}, patient reports {a}",
    "No {c}, c/o {a}", "no {c}, but new {a}", "no {c}, new {a}", "no {c}, sudden {a}", "{c} denied, {a} reported",
    "{a} reported, {c} denied", "{a} in the absence of {c}", "has {a}, but no {c}",
    "presents with {a}. He has no {c}.", "She has no {c}, she has {a}", "does not have {c}. Does have {a}.",
    "does not have {c} but does have {a}", "without {c}; with {a}", "no {c}, {a} present",
    "positive for {a}, negative for {c}", "negative for {c} and {d}, positive for {a}",
    "negative for {c}; positive for {a}", "No {c} or {d} but there is {a}", "No {c}, there is {a}",
    "complains of {a} without {c}", "no {c}, persistent {a}", "no {c}. Has {a}", "denied {c}, admitted to {a}",
    "denies {c} except for {a}", "Neither {c} nor {d}. Has {a}.", "{c} ruled out; {a}", "{c} ruled out, {a} persists",
    "{c} excluded. {a}.", "no {c} with {a}", "no {c}, complaining of {a}", "no {c}, presents with {a}",
    "no {c}, noticed {a}", "no {c}, but did notice {a}", "no {c}, worsening {a}",
]  # fmt: skip


def _denials(way: str, stated: list[Statement]) -> Iterator[tuple[str, list[tuple[Outcome, Statement]]]]:
    """The texts of one way: the second denied is one that is said by words of its own."""
    for a, c in pairs(way, stated, FLAGS + NUMBNESS[:5]):
        d = next(s for s in (FLAGS[3], FLAGS[-4], FLAGS[0], FLAGS[26]) if not _is_near(s, a) and not _is_near(s, c))
        wanted: list[tuple[Outcome, Statement]] = [(is_heard, a), (is_denied, c)]
        yield way.format(a=a.text, c=c.text, d=d.text), wanted + ([(is_denied, d)] if "{d}" in way else [])


@pytest.mark.parametrize("way", DENYING)
def test_a_neighbours_denial_denies_its_own_and_nothing_else(way: str) -> None:
    _none(failures(_denials(way, [s for s in FINDINGS if not ("since yesterday" in way and "since" in s.text)])))


@pytest.mark.parametrize("way", DENYING_NOUNS)
def test_a_neighbours_denial_leaves_a_noun_heard(way: str) -> None:
    _none(failures(_denials(way, FLAGS + NUMBNESS)))


@pytest.mark.parametrize("way", ["no {c}, {a}", "denies {c}, {a}", "No {c} or {d}, {a}", "without {c}, {a}"])
def test_a_clause_is_no_member_of_a_list_of_denials(way: str) -> None:
    _none(failures(_denials(way, CLAUSES)))


# --- somebody else's ---

OF_OTHERS = [
    "mother had {}", "father has {}", "Family history of {}", "FH: {}", "her sister with {}", "{} in father",
    "FHx {}", "maternal grandmother had {}", "Brother diagnosed with {}", "{} in his mother", "family history: {}",
    "Mother: {}", "Her mother has {}", "his dad suffers from {}", "wife has {}", "cares for his mother with {}",
    "cares for her mother who has {}", "worried because his father had {}", "father died of {}", "mother's {}",
]  # fmt: skip
AFTER_OTHERS = [
    "mother had {b}. {a}.", "Father had {b}; {a}", "FH: {b}. PC: {a}.", "FH: {b}\nPC: {a}", "FH: {b}\n{a}",
    "{a}. FH: {b}.", "{a}, mother had {b}", "{a}; father has {b}", "Family history of {b}. {a}.",
    "Wife has {b}. {a}.", "{a} (father had {b})", "Mother had {b}, patient now has {a}", "Father had {b}, but {a}",
    "Mother had {b}. Now {a}.", "{a} since yesterday. FH: {b}", "Mother had {b}, he has {a}", "- FH: {b}\n- {a}",
    "<p>FH: {b}</p><p>{a}</p>", "message from daughter: mum has {a}",
]  # fmt: skip


@pytest.mark.parametrize("way", OF_OTHERS)
def test_what_somebody_else_has_is_not_the_patients(way: str) -> None:
    _none(failures((way.format(s.text), [(is_silent, s)]) for s in FLAGS + DISEASES))


@pytest.mark.parametrize("way", AFTER_OTHERS)
def test_beside_somebody_elses_the_patients_own_is_heard(way: str) -> None:
    two = pairs(way, [s for s in FINDINGS if "since" not in s.text], FLAGS + DISEASES)
    _none(failures((way.format(a=a.text, b=b.text), [(is_heard, a), (is_silent, b)]) for a, b in two))


# --- what may come, and what is doubted ---

HYPOTHETICAL = [
    "return if {}", "Return immediately if {} or headache develops", "risk of {}", "at risk of {}", "advised re {}",
    "Advised to attend if {}", "? {}", "?{}", "r/o {}", "rule out {}", "Safety netted re {}",
    "Red flags discussed: {}, {}", "watch for {}", "call if {} occurs", "warned about {} and infection",
    "in case of {}", "possible {}", "to exclude {}", "screening for {}", "leaflet about {} given",
    "Side effects include {}", "may cause {}", "can lead to {}", "worried about developing {}",
    "told to look out for {}", "Counselled on {}, falls and infection", "If {}, go to ED",
    "Should {} occur, call 999", "ED precautions for {}", "Explained risk of {} to patient", "query {}",
    "suspected {}", "{}?", "advised to seek help if {} or {}", "to prevent {}", "watch out for {}, {}",
    "if he gets {} he should call", "Return if:\n- {}\n- {}", "Risks: {}, {}", "knows the signs of {}",
    "seek help with {}", "low risk of {}", "unlikely {}", "Consented for discectomy: infection, {}",
    "worsening advice given ({})", "Risks and benefits explained: infection, {}",
]  # fmt: skip
AFTER_HYPOTHETICAL = [
    "Risk of {b} explained. {a}.", "Advised to return if {b}. Today {a}.", "Return if {b}. {a} since yesterday.",
    "r/o {b}. {a}.", "? {b}. {a}.", "?{b}\n{a}", "{a}. Advised to return if {b}.", "{a}, return if {b}",
    "{a}; risk of {b}", "{a}. Risk of {b} discussed.", "risk of {b}; {a}", "Safety netted re {b}\n{a}",
    "Advised re {b}; {a}", "{a}, r/o {b}", "{a} ?{b}", "{a}, ?{b}", "{a} ? {b}", "{a}; rule out {b}",
    "{a}. Plan: return if {b}.", "Advised re {b}. {a}.", "Worried about developing {b}. {a}.",
    "{a}, worried about developing {b}", "advised about {b}, but {a}", "{a}. ?{b}", "Advice: return if {b}\n{a}",
    "- risk of {b}\n- {a}", "Possible {b}. {a}.", "{a}, possible {b}", "{a} - possible {b}",
    "Leaflet about {b} given. {a}.", "{a}. Watch for {b}.", "Watch for {b}; {a}", "<p>Return if {b}</p><p>{a}</p>",
    "risk of {b}, {a} since yesterday", "risk of {b}, now {a}", "{a} - r/o {b}", "{a} (r/o {b})", "{a} (?{b})",
    "(?{b}) {a}", "risk of {b} (now {a})", "Risks of {b} and infection discussed. {a} today.",
    "{a}. If {b}, go to ED.", "{a} // r/o {b}",
]  # fmt: skip
AFTER_HYPOTHETICAL_NOUNS = [
    "advised about {b}, new {a}", "Risk of {b}, presents with {a}", "Advised re {b} - has {a}",
    "Advised re {b}, has {a}", "risk of {b}, but reports {a}", "return if {b}, reports {a}",
    "risk of {b}, sudden {a}", "known risk of {b}; complains of {a}", "suspected {b} with {a}",
    "new {a}, advised about {b}", "r/o {b}, has {a}", "Warned about {b}. Complains of {a}.",
    "Counselled on {b} and falls, new {a}",
]  # fmt: skip


@pytest.mark.parametrize("way", HYPOTHETICAL)
def test_what_may_come_or_is_doubted_is_not_stated(way: str) -> None:
    two = [(a, b) for a, b in pairs(way, FLAGS, FLAGS)]
    _none(failures((way.format(a.text, b.text), [(is_silent, a)]) for a, b in two))


@pytest.mark.parametrize("way", AFTER_HYPOTHETICAL)
def test_beside_what_may_come_what_is_there_is_heard(way: str) -> None:
    two = pairs(way, [s for s in FINDINGS if "since" not in s.text], FLAGS)
    _none(failures((way.format(a=a.text, b=b.text), [(is_heard, a), (is_silent, b)]) for a, b in two))


@pytest.mark.parametrize("way", AFTER_HYPOTHETICAL_NOUNS)
def test_beside_what_may_come_a_noun_is_heard(way: str) -> None:
    two = pairs(way, FLAGS + NUMBNESS, FLAGS)
    _none(failures((way.format(a=a.text, b=b.text), [(is_heard, a), (is_silent, b)]) for a, b in two))


# --- what is over ---

OVER = [
    "{} as a child", "{} resolved", "{} has resolved", "{} (resolved)", "{} - resolved", "previous {}",
    "history of {}", "{} now resolved", "{}, since resolved", "past {}", "Had {} as a teenager", "Childhood {}",
    "{} in childhood", "h/o {}", "{}: resolved", "resolved {}", "{} completely resolved", "{}, which has resolved",
    "{} went away", "previously had {}", "{} in the past", "{} has settled", "PMH: {}", "{} as a boy", "prior {}",
    "recovered from {}", "{} is gone",
]  # fmt: skip
AFTER_OVER = [
    "{b} has resolved but now {a}", "{b} resolved. Now {a}.", "{b} as a child, now {a}", "{b} resolved. {a}.",
    "previous {b}, now {a}", "previous {b}. {a}.", "PMH: {b}. PC: {a}.", "PMH: {b}\nPC: {a}", "{a}. PMH: {b}.",
    "{a}; {b} resolved", "{a}, {b} has resolved", "{a}. {b} resolved.", "{a}. {b} has resolved.",
    "{b} as a child. {a}.", "{a}. Previous {b}.", "{b} resolved; {a}", "{b} resolved\n{a}", "- {b}: resolved\n- {a}",
    "- {a}\n- {b}: resolved", "{a} but {b} has resolved", "{b} has resolved, {a} since yesterday",
    "History of {b}. {a}.", "{a}. History of {b}.", "h/o {b}, now {a}", "{a}, h/o {b}", "{a} ({b} resolved)",
    "<li>{b}: resolved</li><li>{a}</li>", "previous {b}; {a}", "{a}, {b} resolved", "Past history: {b}. Now: {a}.",
    "{b} (resolved), {a}", "{b} as a child but {a}",
]  # fmt: skip
AFTER_OVER_NOUNS = [
    "{b} resolved, new {a}", "history of {b}, presents with {a}", "{b} has resolved, {a} persists",
    "history of {b}, new {a}", "{a} persists, {b} resolved", "h/o {b} with new {a}",
    "{b} has resolved but {a} persists", "previous {b} with new {a}", "recovered from {b}, now has {a}",
    "{b} as a child, has {a}", "h/o {b} who presents with {a}", "history of {b} and new {a}",
]  # fmt: skip


@pytest.mark.parametrize("way", OVER)
def test_what_is_over_is_not_stated(way: str) -> None:
    _none(failures((way.format(s.text), [(is_silent, s)]) for s in PASSING))


@pytest.mark.parametrize("way", AFTER_OVER)
def test_beside_what_is_over_what_is_there_is_heard(way: str) -> None:
    two = pairs(way, [s for s in FINDINGS if "since" not in s.text], PASSING)
    _none(failures((way.format(a=a.text, b=b.text), [(is_heard, a), (is_silent, b)]) for a, b in two))


@pytest.mark.parametrize("way", AFTER_OVER_NOUNS)
def test_beside_what_is_over_a_noun_is_heard(way: str) -> None:
    two = pairs(way, [s for s in FLAGS + NUMBNESS if s in PASSING], PASSING)
    _none(failures((way.format(a=a.text, b=b.text), [(is_heard, a), (is_silent, b)]) for a, b in two))


# --- lists that deny, warn or ask to the end ---

QUIET = [
    "Denies numbness, tingling, weakness, bowel or bladder incontinence.",
    "No saddle anesthesia, urinary retention, fecal incontinence, or new weakness.",
    "Denies back pain, legs weak, or numbness",
    "denies numbness, his left foot is fine",
    "No cauda equina symptoms: saddle numbness, incontinence",
    "No red flags: saddle numbness, incontinence, weakness",
    "No weakness/numbness/incontinence",
    "no numbness / weakness / incontinence",
    "Return if numbness, new weakness, or incontinence",
    "Return if: numbness, new weakness",
    "Advised to seek help if weakness, left foot is cold, or incontinence",
    "Red flags discussed: saddle numbness, new weakness",
    "Should he develop weakness, cannot pass urine, call 999",
    "Safety net: return if numbness is worse, legs are weak",
    "Consent: risks of bleeding, infection, new foot drop",
    "History of stroke, foot drop, incontinence",
    "mother had stroke, foot drop and incontinence",
    "no weakness then numbness",
    "Denies saddle numbness, weakness,\nincontinence",
    "Denies saddle numbness, fever, chills, weakness of both of his legs and\nincontinence",
    "Weakness | no | Incontinence | no",
    "<table><tr><td>Weakness</td><td>no</td></tr><tr><td>Incontinence</td><td>no</td></tr></table>",
    "Saddle numbness? No. Incontinence? No. Weakness? No",
    "Had numbness, weakness and incontinence in childhood",
    "screening for foot ulcer, numbness, weakness",
    "Asked about saddle numbness, incontinence, weakness: all denied",
    "Pertinent negatives: incontinence, retention, saddle numbness",
    "Negative ROS: incontinence, retention, saddle numbness",
    "Complications may include foot drop, retention, incontinence",
    "Check feet daily for ulcers, redness, black toes",
    "Patient aware to seek help urgently with new weakness, numbness in saddle area, or incontinence",
]


@pytest.mark.parametrize("text", QUIET)
def test_a_list_that_denies_or_warns_does_so_to_its_end(text: str) -> None:
    assert not [mention for mention in READER.read(text).mentions if mention.is_stated]


@pytest.mark.parametrize(
    ("text", "side"),
    [
        ("numb heel R since yesterday", Side.RIGHT), ("numb R heel", Side.RIGHT), ("numb foot L for 3 days", Side.LEFT),
        ("numb heel - right", Side.RIGHT), ("numb heel - right and fever", Side.RIGHT), ("L foot numb", Side.LEFT),
        ("numbness (R) foot without left foot drop", Side.RIGHT), ("has left foot numbness", Side.LEFT),
        ("pain in the right knee - L heel numb", Side.LEFT), ("numb feet R and L", Side.BOTH),
        ("left and right feet numb", Side.BOTH), ("numb heel R ?left sciatica", Side.RIGHT),
    ],
)  # fmt: skip
def test_a_side_stays_with_its_finding(text: str, side: Side) -> None:
    assert {m.side for m in READER.read(text).mentions if m.concept == NUMB} == {side}
