"""The work-up, judged a second time: decision rules (sections 0, 6A and 6C) and windows (thresholds, section 11).

A test that there is a reason for is one of "emergency", "ordered", "resulted", "now", "not-indicated" and
"if-unexplained". Where the documents are silent, what `rules/CHANGELOG.md` has decided is followed ("decided"). Long
because every test stands here.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from tests.oracle import causes, flags
from tests.oracle.evidence import (
    POSSIBLE,
    SUPPORTED,
    Finding,
    Level,
    decisive,
    doubted,
    focal,
    having,
    levels,
    may_be,
    newest,
    now,
    on_side,
    poly,
    recent,
    recorded,
    since,
    systemic,
    whole,
)  # fmt: skip
from tests.oracle.patients import DAY, Act, Patient, Problem, before

State = str | None
KEYS = {"order": "serviceRequests", "procedure": "procedures", "report": "diagnosticReports", "device": "devices"}
LISTS = ("observations", "procedures", "diagnosticReports")
ROOT = ("sciatica", "lumbar radiculopathy", "lumbar disc prolapse")
MASS = ("ganglion of foot", "mass of foot")
AUTOIMMUNE = ("vasculitis", "mononeuritis multiplex", "Sjogren syndrome", "lupus", "rheumatoid arthritis")
ISCHEMIC = ("claudication", "rest pain", "cold foot", "pulseless foot", "gangrene", *flags.ULCER)
IMPLANTS = ("pacemaker", "neurostimulator", "cochlear implant", "metal fragment")
GBS = {"redflag.guillain-barre", "redflag.rapid-ascending"}


Judge = Callable[[Patient], State]


def state(
    p: Patient, due: object = False, done: State = None, *, later: object = False, against: object = False,
    blocked: object = False,
) -> State:  # fmt: skip
    """Section 0: contraindicated, done or ordered, now, not indicated, if unexplained; an emergency comes before."""
    if later and not due and causes.first_line_normal(p):
        # what waits for the first-line set is due once that is complete and normal, and explains nothing
        due, later = all(case.tier != SUPPORTED for case in causes.judged(p).values()), False
    if blocked and (due or later):
        return "not-indicated"
    if not (due or later or against):
        return None
    return done or ("now" if due else "not-indicated" if against else "if-unexplained")


def acts(p: Patient, kind: str, *what: str) -> list[Act]:
    return [a for a in p.acts if a.kind == kind and a.what in what and KEYS[kind] not in p.missing]


def ordered(p: Patient, *what: str) -> State:
    """On order for at most six months."""
    found = [a for a in acts(p, "order", *what) if a.status in ("active", "draft") and a.on >= before(DAY, "6 mo")]
    return "ordered" if found else None


def made_on(p: Patient, *what: str) -> list[date]:
    """The days of finished orders, procedures and reports."""
    found = [a for kind in ("order", "procedure", "report") for a in acts(p, kind, *what)]
    return [a.on for a in found if a.status in ("completed", "final")]


def done(p: Patient, span: str, *what: str) -> State:
    """Ordered; or done, or with a full result of this side, within the span."""
    full = [x.result for one in what for x in levels(p, one, span) if x.is_full and on_side(p, x.result.side)]
    days = made_on(p, *what) + [result.on for result in full]
    return ordered(p, *what) or ("resulted" if any(day >= before(DAY, span) for day in days) else None)


def measured(p: Patient, what: str) -> State:
    """On order, or a full result of six months: that it was drawn tells nothing (decided)."""
    return ordered(p, what) or ("resulted" if any(x.is_full for x in levels(p, what, "6 mo")) else None)


def simple(span: str, *what: str, due: Callable[[Patient], object] | None = None, later: bool = False) -> Judge:
    """Due for its own reason (without one where a foot is not known to be the only one), or later for both feet."""
    return lambda p: state(
        p, due(p) if due else not (later or focal(p)), done(p, span, *what), later=later and poly(p)
    )  # fmt: skip


# --- glucose ---


def pregnant(p: Patient, least: int = 1) -> bool:
    """Decided: for ten months from its onset or record."""
    return any(since(f) and may_be(f, "10 mo") for f in now(p, "pregnancy", least=least))


def unreliable(p: Patient, least: int = 1) -> bool:
    """HbA1c is not what to ask for."""
    return pregnant(p, least) or having(p, "dialysis") >= least


def single(p: Patient, what: str) -> bool:
    """In the range of diabetes, neither diagnosed nor confirmed."""
    known = having(p, *causes.DIABETES) == 2 or causes.in_remission(p, *causes.DIABETES) or causes.two_agree(p)
    return not known and any(map(causes.is_diabetic, recent(p, what)))


def wants_glycemia(p: Patient) -> bool:
    """Diabetes to follow, or unknown glycemia beside feet that are not known to be one."""
    return having(p, *causes.DIABETES) > 0 or not focal(p)


def hba1c(p: Patient) -> State:
    """Decided: without diabetes any trustworthy glucose of the year answers the question."""
    made = done(p, "90 d", "HbA1c")
    confirms = single(p, "fasting glucose") and made != "resulted"
    assessed = any(x.is_full for x in levels(p, "fasting glucose"))
    assessed |= any(x.is_full for x in levels(p, "HbA1c")) and not unreliable(p, 2)
    if assessed and not confirms and not having(p, *causes.DIABETES):
        made = made or "resulted"
    return state(p, confirms or wants_glycemia(p), made, blocked=unreliable(p, 2))


def glucose(p: Patient) -> State:
    """Confirms HbA1c; takes its place; and is repeated where HbA1c cannot confirm it (decided)."""
    again = single(p, "fasting glucose") and (done(p, "90 d", "HbA1c") == "resulted" or unreliable(p))
    span = "90 d" if single(p, "HbA1c") or having(p, *causes.DIABETES) else "12 mo"
    made = ordered(p, "fasting glucose") if again else done(p, span, "fasting glucose")
    return state(p, again or single(p, "HbA1c") or (unreliable(p) and wants_glycemia(p)), made)


# --- vitamin B12 ---


def replaced(p: Patient) -> bool:
    return any(d.began is None or d.began <= DAY for d in systemic(p, "cyanocobalamin", within="6 mo"))


def wants_b12(p: Patient) -> bool:
    return not focal(p) or causes.at_b12_risk(p)


def is_known(p: Patient, what: str, kind: Callable[[Level], str], unclear: str) -> bool:
    """A low or indeterminate level is not repeated for a year, a normal one while it is trusted."""
    since = {"high": causes.trusted(p), "unclear": before(DAY, unclear)}
    return any(x.result.on >= since.get(kind(x), date.min) for x in decisive(p, what))


def vitamin_b12(p: Patient) -> State:
    drawn = any(a.status == "completed" and a.on >= before(DAY, "6 mo") for a in acts(p, "order", "B12"))
    drawn &= "observations" in p.missing or not any(x.is_full for x in levels(p, "B12", "6 mo"))  # decided
    known = is_known(p, "B12", causes.total_class, unclear="6 mo") and not doubted(levels(p, "B12"))
    known |= is_known(p, "active B12", causes.active_class, unclear="0 d")  # decided: it tells enough
    made = "ordered" if drawn else ordered(p, "B12") or ("resulted" if known else None)
    due = wants_b12(p) or causes.low_at_the_last_look(p) or (raised_acid(p) and not causes.kidneys_fail(p))
    return state(p, due, made, blocked=replaced(p) or pregnant(p, 2))


def raised_acid(p: Patient) -> bool:
    """Methylmalonic acid for which the kidneys or the vitamin must answer, whichever side is numb (decided)."""
    return any(x.above(280) for x in recent(p, "MMA"))


def mma(p: Patient) -> State:
    between = [x for x, said in causes.graded(p) if said == "between"]
    due = bool(between or causes.opposite_b12(p)) or (replaced(p) and wants_b12(p))
    normal = [x for x in decisive(p, "B12") if causes.total_class(x) == "high" and x.result.on >= causes.trusted(p)]
    due |= any(causes.covers(d, x.result.on) for d in systemic(p, "cyanocobalamin") for x in normal)
    # decided: also where the deficiency is possible and its level does not settle it
    told = [x for one in ("B12", "active B12") for x in levels(p, one, "6 mo") if x.is_readable]
    told += [x for x in recent(p, "B12") if causes.total_class(x) != "high"]
    case = causes.with_pattern(p, "cause.vitamin-b12-deficiency", causes.vitamin_b12(p))
    made, days = measured(p, "MMA"), [x.result.on for x in levels(p, "MMA", "6 mo") if x.is_full]
    if made == "resulted" and any(x.result.on > max(days) for x in between):
        made = None  # it settles what came before it
    return state(p, due or (told and not focal(p) and case.tier == POSSIBLE), made)


# --- other blood tests ---


def renal(p: Patient) -> State:
    """Decided: not on dialysis."""
    due = not focal(p) or (raised_acid(p) and not levels(p, "eGFR"))
    return state(p, due, done(p, "6 mo", "eGFR", "creatinine"), blocked=having(p, "dialysis") == 2)


def celiac(p: Patient) -> State:
    low = any(said == "low" for _, said in causes.graded(p))
    return state(p, low or having(p, "type 1 diabetes"), done(p, "24 mo", "celiac serology"), later=poly(p))


def is_stepwise(p: Patient) -> bool:
    return having(p, *AUTOIMMUNE) > 0 and bool(now(p, "mononeuritis multiplex", *flags.WEAK_LEG))


# --- nerves ---


def critical(p: Patient) -> set[str]:
    return {flag for flag, level in flags.flags(p).items() if level == "critical"}


def studied(p: Patient, what: str) -> State:
    """One of the first three weeks, or before it got worse, suppresses nothing."""
    made = done(p, "12 mo", what)
    if made != "resulted":
        return made
    last, numb = max(made_on(p, what)), p.numb[0]
    worse = numb.words == "progressive" and (recorded(numb) or DAY) > last
    worse |= any((recorded(f) or DAY) > last for f in now(p, *flags.WEAK_LEG))
    return made if last >= before(causes.first_seen(p), "-21 d") and not worse else None


def ncs(p: Patient) -> State:
    """Where the picture is not typical; known diabetes with a typical one does not need it."""
    seen, words = causes.first_seen(p), p.numb[0].words
    due = bool(now(p, "numbness of arm", "mononeuritis multiplex", *flags.WEAK_LEG))
    due |= words in ("progressive", "sudden onset") and seen >= before(DAY, "28 d")
    due |= focal(p) and seen <= before(DAY, "28 d")
    typical, made = poly(p) and having(p, *causes.DIABETES) == 2, studied(p, "nerve conduction study")
    return state(p, due, made, later=poly(p), against=typical, blocked=critical(p))


def emg(p: Patient) -> State:
    """With conduction, where a root is suspected or the leg is weak."""
    root = now(p, "sciatica", "lumbar radiculopathy", side=True) or causes.follows_root(p)
    if not (root or (focal(p) and now(p, *causes.BACK_PAIN)) or now(p, *flags.WEAK_LEG)):
        return None
    beside = "emergency" if critical(p) & GBS else ncs(p)
    return studied(p, "EMG") or (beside if beside in ("now", "if-unexplained", "emergency") else None)


# --- arteries ---


def signs(p: Patient, *what: str) -> list[Finding]:
    return now(p, *(what or ISCHEMIC), side=True)


def indices(p: Patient) -> list[Level]:
    """The newest index of this side."""
    return [x for part in newest([x for x in levels(p, "ABI") if on_side(p, x.result.side)]) for x in part]


def abi(p: Patient) -> State:
    """Decided: also where disease of that side is known, or a low index is not certain."""
    fresh, risk = signs(p), causes.at_pad_risk(p) or bool(now(p, "claudication", "rest pain"))
    due = fresh or signs(p, "venous insufficiency", "PAD") or any(x.below(1.0) for x in indices(p))
    days = [x.result.on for x in levels(p, "ABI") if x.is_full and on_side(p, x.result.side)]
    days += [day for day in made_on(p, "ABI", "exercise ABI") if day >= before(DAY, "12 mo")]
    newer = [f for f in fresh if days and (not recorded(f) or recorded(f) > max(days))]
    made = ordered(p, "ABI", "exercise ABI") or ("resulted" if days and not newer else None)
    limb = "ext.redflag.acute-limb-ischemia" in flags.flags(p) and critical(p)
    none = not risk and not fresh and not p.missing & {*LISTS}
    return state(p, due or (risk and focal(p)), made, later=risk and not focal(p), against=none, blocked=limb)


def tbi(p: Patient) -> State:
    hidden = signs(p) and having(p, *causes.DIABETES, "dialysis")
    stiff = any(x.above(1.4) or (hidden and x.place(1.0, 1.4) == "between") for x in indices(p))
    return state(p, stiff, done(p, "12 mo", "TBI"))


def exercise_abi(p: Patient) -> State:
    fits = any(x.above(0.9) and x.above(1.4) is False for x in indices(p))
    return state(p, fits and signs(p, "claudication"), done(p, "12 mo", "exercise ABI"))


# --- imaging ---


def has_implant(p: Patient) -> bool:
    return bool(flags.ever(p, *IMPLANTS) or acts(p, "device", *IMPLANTS))


def xray(p: Patient) -> State:
    """Also before other images of a mass or of the tarsal tunnel; in pregnancy only for what is urgent (decided)."""
    broken = {*flags.INJURY, "ankle sprain", "crush injury"} - {"tibial nerve injury"}
    urgent = [f for f in now(p, *broken, side=True) if may_be(f, "84 d")]
    flagged = flags.flags(p).keys() & {"redflag.charcot-foot", "redflag.numbness-after-injury"}
    due = urgent or flagged or now(p, "calcaneal spur", *MASS, "tarsal tunnel syndrome", side=True)
    made = done(p, "3 mo", "foot X-ray")
    if made == "resulted" and any((recorded(f) or DAY) > max(made_on(p, "foot X-ray")) for f in urgent):
        made = None
    return state(p, due, made, blocked=pregnant(p, 2) and not urgent and not flagged)


def foot_imaging(what: str) -> Judge:
    """After the X-ray for a mass, beside an implant ultrasound at once; if unexplained for the tarsal tunnel."""

    def judge(p: Patient) -> State:
        filmed = done(p, "12 mo", "foot X-ray") == "resulted" or (what == "ankle ultrasound" and has_implant(p))
        tunnel = now(p, "tarsal tunnel syndrome", side=True)
        return state(p, filmed and now(p, *MASS, side=True), done(p, "6 mo", what), later=tunnel)

    return judge


def is_isolated(p: Patient) -> bool:
    """Both feet, no pain of back or leg, nothing that is more than a neuropathy (decided), no red flag."""
    more = (*flags.WEAK_LEG, *flags.UPPER_NEURON, *flags.SPHINCTER, "cauda equina", "multiple sclerosis", "cancer")
    more = (*more, "neurogenic bladder", "injecting drug use")
    return poly(p) and not now(p, *causes.BACK_PAIN, *ROOT, *more) and not flags.flags(p)


def mri_lumbar(p: Patient) -> State:
    """Now in variants 6 and 7; else not before six weeks of care, of which nothing is drawn."""
    pain, root = now(p, *causes.BACK_PAIN), now(p, *ROOT, side=True)
    hot = [f for f in now(p, "fever") if since(f) and may_be(f, "28 d")]  # an unknown date supports nothing
    weak = flags.weak_defense(p)
    due = ((pain or root) and now(p, "cancer")) or (pain and (hot or weak or now(p, "injecting drug use")))
    danger = flags.flags(p) or weak or now(p, *flags.WEAK_LEG) or flags.ever(p, "cancer", "fever", "injecting drug use")
    worse = [f for f in (p.numb[0], *pain, *root) if isinstance(f, Problem) and f.words in flags.WORSE]
    sure = now(p, *causes.BACK_PAIN, least=2) + now(p, *ROOT, least=2, side=True)
    against = is_isolated(p) or (sure and not danger and not worse and whole(p, *LISTS))
    return state(p, due, done(p, "6 mo", "lumbar MRI"), against=against)


def emergencies(p: Patient) -> set[str]:
    """The tests of section 6A; an implant adds the myelogram."""
    on = critical(p)
    spine = on & {"redflag.cauda-equina", "redflag.spinal-cord"}
    asked = {
        "test.mri-lumbar-spine": "redflag.cauda-equina" in on, "test.post-void-residual": "redflag.cauda-equina" in on,
        "test.mri-spinal-cord": "redflag.spinal-cord" in on, "test.ct-myelogram": spine and has_implant(p),
        "test.fvc": on & GBS, "test.lumbar-puncture": on & GBS, "test.ncs": on & GBS,
        "test.vascular-imaging": on & {"ext.redflag.acute-limb-ischemia", "redflag.tissue-ischemia"},
        "test.compartment-pressure": "redflag.compartment-syndrome" in on,
    }  # fmt: skip
    return {test for test, wanted in asked.items() if wanted}


TESTS: dict[str, Judge] = {
    "test.hba1c": hba1c, "test.glucose": glucose, "test.vitamin-b12": vitamin_b12, "test.mma": mma,
    "test.active-b12": lambda p: state(p, pregnant(p) and wants_b12(p), measured(p, "active B12")),
    "test.tsh": simple("6 mo", "TSH"), "test.renal-function": renal, "test.cbc": simple("3 mo", "hemoglobin"),
    "test.liver-function": simple("3 mo", "ALT"), "test.audit-c": simple("12 mo", "AUDIT-C"),
    "test.esr-crp": simple("3 mo", "ESR", due=lambda p: not focal(p) or having(p, *AUTOIMMUNE)),
    "test.spep-ife": simple("24 mo", "serum electrophoresis", later=True), "test.celiac-serology": celiac,
    "test.ana-anca": simple("6 mo", "ANA", due=is_stepwise),
    "test.thiamine-level":
        simple("6 mo", "thiamine level", due=lambda p: having(p, "alcohol dependence") or causes.has_operation(p)),
    "test.vitamin-b6-level":
        simple("6 mo", "B6 level", due=lambda p: systemic(p, "pyridoxine", "isoniazid", within="6 mo")),
    "test.monofilament-exam": simple("12 mo", "monofilament exam", due=lambda p: having(p, *causes.DIABETES)),
    "test.ncs": ncs, "test.emg": emg, "test.abi": abi, "test.tbi": tbi, "test.exercise-abi": exercise_abi,
    "test.xray": xray, "test.mri-lumbar-spine": mri_lumbar,
    "test.mri-spinal-cord": lambda p: state(p, against=is_isolated(p)),
    "test.ultrasound-ankle-foot": foot_imaging("ankle ultrasound"), "test.mri-ankle-foot": foot_imaging("ankle MRI"),
}  # fmt: skip


def workup(p: Patient) -> dict[str, str]:
    """The state of every test that has one; none for a child or in comfort care."""
    if p.age < 18 or flags.in_comfort_care(p):
        return {}
    found = {test: said for test, rule in TESTS.items() if (said := rule(p))}
    return found | dict.fromkeys(emergencies(p), "emergency")
