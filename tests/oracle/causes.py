"""The causes, judged a second time: decision rules (sections 0, 3, 4 and 6B), thresholds and catalogue as functions.

Written from these documents and not from the rules of this project, so that a slip in either shows as a difference.
Where they are silent, what `rules/CHANGELOG.md` has decided is followed; such a place says "decided". Long because all
that is ranked stands here.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from tests.oracle.evidence import (
    POSSIBLE,
    SUPPORTED,
    Case,
    Level,
    Pair,
    apart,
    are_sure,
    decisive,
    doubted,
    drug_weight,
    ever,
    first_seen,
    focal,
    having,
    history,
    in_remission,
    levels,
    newest,
    now,
    on_side,
    opposite,
    poly,
    recent,
    since,
    systemic,
    weight,
    whole,
)  # fmt: skip
from tests.oracle.patients import DAY, Act, Drug, Patient, before

Judge = Callable[[Patient], Case]

# --- diabetes ---

DIABETES = ("type 1 diabetes", "type 2 diabetes", "diabetic neuropathy")
GLYCEMIA = {
    ("HbA1c", "%"): (5.7, 6.5), ("HbA1c", "mmol/mol"): (39, 48),
    ("fasting glucose", "mg/dL"): (100, 126), ("fasting glucose", "mmol/L"): (5.6, 7.0),
}  # fmt: skip
ANALYTES = ("HbA1c", "fasting glucose")


def is_diabetic(x: Level) -> bool | None:
    below = x.below(GLYCEMIA[x.result.what, x.result.unit][1])
    return None if below is None else not below


def is_normal(x: Level) -> bool | None:
    return x.below(GLYCEMIA[x.result.what, x.result.unit][0])


def two_agree(p: Patient) -> bool:
    """Two results in the range of diabetes: of one analyte at any time, or of two within the year (decided)."""
    days = [{x.result.on for x in levels(p, what, "240 mo") if x.is_full and is_diabetic(x)} for what in ANALYTES]
    return any(len(found) > 1 for found in days) or all(any(map(is_diabetic, decisive(p, a))) for a in ANALYTES)


def opposite_glycemia(p: Patient) -> list[Pair]:
    """One in the range of diabetes and one normal within 30 days."""
    return [pair for what in ANALYTES for pair in opposite(levels(p, what), is_diabetic, is_normal)]


def is_recent_type_1(p: Patient) -> bool:
    """Type 1 of less than five years is the only diabetes."""
    found = [d for d in p.problems if d.what in DIABETES[:2] and weight(d) == 2]
    return bool(found) and all(d.what == DIABETES[0] and d.began and d.began > before(DAY, "60 mo") for d in found)


def hba1c_misleads(p: Patient) -> bool:
    """In pregnancy (10 months: decided) or on dialysis; unknown procedures may hide a transfusion."""
    expecting = any(d.began and d.began >= before(DAY, "10 mo") for d in history(p, "pregnancy") if weight(d))
    return bool(expecting or having(p, "dialysis") or p.missing & {"procedures", "diagnosticReports"})


def diabetic_neuropathy(p: Patient) -> Case:
    on_record, agreed = having(p, *DIABETES), two_agree(p)
    conflict = [] if on_record else opposite_glycemia(p)
    known = on_record == 2 or (agreed and not are_sure(conflict))
    case = Case(having(p, "diabetic neuropathy") == 2 or (known and not is_recent_type_1(p)))
    raised = any(is_diabetic(x) is not False for what in ANALYTES for x in recent(p, what))
    case.raises = bool(on_record or agreed or conflict or raised or in_remission(p, *DIABETES))
    trusted = [what for what in ANALYTES if decisive(p, what) and not doubted(levels(p, what))]
    assessed = "fasting glucose" in trusted or ("HbA1c" in trusted and not hba1c_misleads(p))
    case.against = assessed and not unread(p) and not case.raises and whole(p)
    case.to_exclude = not focal(p) and not assessed
    return case


def lately(p: Patient, what: str) -> list[Level]:
    """The newest levels of any age."""
    return recent(p, what, "240 mo")


def unread(p: Patient) -> bool:
    """An analyte of which nothing can be read: it may be in the range of diabetes."""
    return any(levels(p, what) and not recent(p, what) for what in ANALYTES)


def prediabetes(p: Patient) -> Case:
    found = [x for what in ANALYTES for x in recent(p, what)]
    known = having(p, *DIABETES) or in_remission(p, *DIABETES) or any(map(is_diabetic, found)) or unread(p)
    between = any(is_diabetic(x) is is_normal(x) is False for x in found)
    told = having(p, "prediabetes") > 0 and "observations" not in p.missing
    return Case(raises=not (known or focal(p)) and (between or told))


# --- vitamin B12 ---

B12 = {"pg/mL": (180, 350), "ng/L": (180, 350), "pmol/L": (133, 258)}
DEFICIENT = ("B12 deficiency", "pernicious anemia")  # decided: the codes of the latter say deficiency
POOR_SUPPLY = ("celiac disease", "Crohn disease", "vegan", "Sjogren syndrome", "type 1 diabetes")
RISKY_MONTHS = {"metformin": 4, "omeprazole": 12, "famotidine": 12, "colchicine": 0}


def total_class(x: Level) -> str:
    return x.place(*B12[x.result.unit])


def active_class(x: Level) -> str:
    return x.place(25, 70)


def graded(p: Patient) -> list[tuple[Level, str]]:
    """The newest levels, total and active, and what each says."""
    found = [(x, total_class(x)) for x in recent(p, "B12")]
    return found + [(x, active_class(x)) for x in recent(p, "active B12")]


def has_operation(p: Patient) -> bool:
    done = any(a.what == "gastric bypass" and a.status == "completed" for a in p.acts)
    return done and "procedures" not in p.missing


def at_b12_risk(p: Patient) -> bool:
    drugs = [(d, RISKY_MONTHS[d.what]) for d in systemic(p, *RISKY_MONTHS, within="12 mo")]
    long = any(not m or (d.began and before(d.ended or DAY, f"{m} mo") >= d.began) for d, m in drugs)
    return bool(long or having(p, *POOR_SUPPLY) or has_operation(p) or p.age > 75)


def low_at_the_last_look(p: Patient) -> bool:
    """The newest level of any age is deficient (decided: without treatment it does not pass)."""
    return any(total_class(x) == "low" for x in lately(p, "B12"))


def opposite_b12(p: Patient) -> list[Pair]:
    """One deficient and one above the range within 30 days, and no replacement begun between."""
    pairs = opposite(levels(p, "B12"), lambda x: total_class(x) == "low", lambda x: total_class(x) == "high")
    for pair in pairs[:1]:
        first, last = sorted(x.result.on for x in pair)
        if any(d.began and first <= d.began <= last for d in systemic(p, "cyanocobalamin")):
            return []
    return pairs


def trusted(p: Patient) -> date:
    """Since when a normal level is trusted: less long at risk, or where nobody knows."""
    risky = systemic(p, "metformin", "omeprazole", "famotidine", within="12 mo") or has_operation(p)
    return before(DAY, "6 mo" if risky or not whole(p, "procedures", "diagnosticReports") else "12 mo")


def in_question(p: Patient) -> list[date]:
    """The days of levels that are not normal."""
    found = [x.result.on for x in levels(p, "B12") if x.is_readable and x.above(B12[x.result.unit][1]) is False]
    return found + [x.result.on for x in levels(p, "active B12") if x.is_readable and x.above(70) is False]


def kidneys_fail(p: Patient) -> bool:
    """Known not to clear methylmalonic acid (decided: without an eGFR a raised one may be either)."""
    return any(x.below(60) for x in decisive(p, "eGFR")) or having(p, "CKD stage 5", "dialysis") == 2


def vitamin_b12(p: Patient) -> Case:
    total, active, acid = levels(p, "B12"), levels(p, "active B12"), levels(p, "MMA")
    (firm, weak), (firm_active, weak_active) = newest(total), newest(active)
    classes, active_classes = {*map(total_class, firm)}, {*map(active_class, firm_active)}
    since = trusted(p)
    normal = [x for x in firm if total_class(x) == "high" and x.result.on >= since]
    normal_active = [x for x in firm_active if active_class(x) == "high" and x.result.on >= since]
    replaced = systemic(p, "cyanocobalamin")
    masked = any(covers(d, x.result.on) for d in replaced for x in normal + normal_active)
    weakly_masked = any(covers(d, x.result.on) for d in replaced for x in weak if total_class(x) == "high")
    treated = any((d.ended or DAY) >= before(DAY, "6 mo") for d in replaced)
    conflict, on_record = opposite_b12(p), having(p, *DEFICIENT)
    works = any(x.below(60) is False for x in decisive(p, "eGFR"))
    firm_acid, weak_acid = newest(acid)
    lacking = any(x.above(280) for x in firm_acid + weak_acid) and not kidneys_fail(p)
    sure_lack = works and any(x.above(280) for x in firm_acid)
    between = "between" in classes | active_classes
    settled = bool((normal and not doubted(total)) or (normal_active and not doubted(active)))
    unsure = {"low", "between", "unclear"}

    case = Case(to_exclude=not focal(p) and not settled, treated=on_record > 0 and treated)
    case.establishes = "low" in classes | active_classes or (between and sure_lack)
    case.establishes |= on_record == 2 and not treated and whole(p)
    case.establishes &= not are_sure(conflict)
    seen = classes | active_classes | {*map(total_class, weak), *map(active_class, weak_active)}
    case.raises = bool(
        seen & unsure or lacking or conflict or on_record or masked or weakly_masked or (at_b12_risk(p) and not settled)
    )
    case.raises |= low_at_the_last_look(p)
    open_acid = any(x.above(280) is not False for x in firm_acid + weak_acid) and not kidneys_fail(p)
    plain = whole(p) and not (masked or conflict or between or open_acid)
    vague = {*map(active_class, firm_active + weak_active)} & {"between", "unclear"}
    vague |= {"unreadable" for x in active if not x.is_readable and not firm_active}
    by_total = bool(normal) and plain and not doubted(total) and not vague
    by_active = bool(normal_active) and plain and not doubted(active) and not classes & {"low", "unclear"}
    late = [x for x in acid if x.result.on >= max(in_question(p), default=x.result.on)]  # it settles what came before
    by_acid = any(x.above(280) is False for x in newest(late)[0]) and not doubted(late)
    by_acid &= not on_record or (whole(p) and not treated)
    by_acid &= not low_at_the_last_look(p) or "low" in classes | active_classes  # decided: the level of old is due anew
    case.against = by_total or by_active or by_acid
    return case


def covers(d: Drug, day: date) -> bool:
    """A course overlaps a sample, give or take six months."""
    return (d.began is None or before(d.began, "6 mo") <= day) and before(day, "6 mo") <= (d.ended or DAY)


# --- other systemic causes ---


def hypothyroidism(p: Patient) -> Case:
    found, upset = levels(p, "TSH"), systemic(p, "amiodarone", within="12 mo")
    firm, weak = newest(found)
    since = before(DAY, "6 mo" if upset else "12 mo")
    normal = any(x.place(0.4, 4.0) == "between" and x.result.on >= since for x in firm)
    high, may_be_high = ([x for x in part if x.above(4.0) is not False] for part in (firm, weak))
    conflict = opposite(found, lambda x: x.above(4.0) is False, lambda x: x.above(10))
    return Case(
        establishes=any(x.above(10) for x in firm) and not are_sure(conflict),
        raises=bool(high or may_be_high or conflict or having(p, "hypothyroidism") or (upset and not normal)),
        to_exclude=any(x.above(10) for x in lately(p, "TSH")),  # decided: of any age
        against=normal and not (high or conflict or doubted(found)) and whole(p),
    )


def kidney(p: Patient) -> Case:
    found, firm = levels(p, "eGFR"), decisive(p, "eGFR")
    low = [x for x in found if x.is_full and x.below(15)]
    lasting = any(x.below(15) for x in firm) and any(apart(a, b) >= 90 for a in low for b in low)
    failing, better = having(p, "CKD stage 5", "dialysis"), any(x.below(30) is False for x in firm)
    told = having(p, "CKD stage 4") and not (better and not doubted(found))
    raised = any(x.below(30) is not False for x in recent(p, "eGFR"))
    return Case(establishes=(failing == 2 or lasting) and not better, raises=bool(failing or told or raised))


def alcohol(p: Patient) -> Case:
    used = having(p, "alcohol dependence")
    positive = any(x.below(3 if p.sex == "female" else 4) is False for x in recent(p, "AUDIT-C"))
    # both feet establish; on one side the misfit costs the tier, as with diabetes
    raises = bool(used or positive or in_remission(p, "alcohol dependence"))
    return Case(establishes=used == 2 and (poly(p) or focal(p)), raises=raises)


def thiamine(p: Patient) -> Case:
    raises = having(p, "thiamine deficiency", "alcohol dependence") or has_operation(p)
    return Case(establishes=having(p, "thiamine deficiency") == 2, raises=bool(raises))


def b6_deficiency(p: Patient) -> Case:
    raises = having(p, "B6 deficiency", "dialysis", "alcohol dependence") or systemic(p, "isoniazid", within="6 mo")
    return Case(establishes=having(p, "B6 deficiency") == 2, raises=bool(raises))


def paraprotein(p: Patient) -> Case:
    return Case(raises=bool(having(p, "MGUS") or any(a.outcome.startswith("IgM") for a in electrophoresis(p))))


def electrophoresis(p: Patient) -> list[Act]:
    return [a for a in p.acts if a.what == "serum electrophoresis"]


def coded(*what: str, side: bool = False, establish: bool = False) -> Judge:
    """A cause that is known from its own code."""

    def judge(p: Patient) -> Case:
        found = having(p, *what, side=side)
        return Case(establishes=establish and found == 2, raises=found > 0)

    return judge


# --- circulation ---


def at_pad_risk(p: Patient) -> bool:
    """thresholds.md, section 5."""
    factors = bool(having(p, "hypertension", "hyperlipidemia") or ever(p, "smoker"))  # decided: former smokers count
    sugar = having(p, *DIABETES) > 0
    narrow = any(x.above(0.9) is False for x in levels(p, "ABI", "240 mo"))  # decided: of any age
    # decided: disease that is over tells as well
    if p.age >= 65 or ever(p, "PAD", "claudication", "rest pain") or narrow:
        return True
    return sugar or factors if p.age >= 50 else sugar and factors


def arteries(p: Patient) -> Case:
    found, mine = levels(p, "ABI"), p.numb[0].side
    here = [x for x in found if on_side(p, x.result.side)]
    disease = having(p, "PAD", "claudication", "rest pain", side=True)
    signs = disease > 0 or any(x.place(1.0, 1.4) != "between" for x in here)
    case = Case(establishes=disease == 2 or any(x.is_full and x.above(0.9) is False for x in here))
    case.to_exclude = at_pad_risk(p)
    case.raises, case.never_more = signs or case.to_exclude, poly(p) and not signs
    stiff = having(p, *DIABETES, "CKD stage 3", "CKD stage 4", "CKD stage 5", "dialysis") or in_remission(p, *DIABETES)
    latest = {side: newest([x for x in found if x.result.side in (side, "both")])[0] for side in ("left", "right")}
    normal = {side for side, of in latest.items() if any(x.place(1.0, 1.4) == "between" for x in of)}
    covered = normal >= ({mine} if focal(p) else {"left", "right"})
    # decided: what was narrow years ago is not undone by a normal value of now
    old = levels(p, "ABI", "240 mo")
    narrow = any(x.above(0.9) is False and on_side(p, x.result.side) for x in old if x not in found)
    case.against = not stiff and covered and (case.establishes or not narrow)  # nor does a value without a side do it
    return case


def cold(p: Patient) -> Case:
    onset = p.numb[0].began
    hurt = [d for d in history(p, "frostbite") if onset and d.began and before(DAY, "90 d") <= d.began <= onset]
    raises = bool(hurt or having(p, "frostbite", side=True) or having(p, "Raynaud"))
    return Case(establishes=any(weight(d, ever=True) == 2 for d in hurt), raises=raises)


def vasculitis(p: Patient) -> Case:
    disease, patchy = having(p, "vasculitis"), having(p, "mononeuritis multiplex")
    return Case(establishes=disease == patchy == 2, raises=bool(disease or patchy))


# --- drugs ---

LOOK_BACK = {
    "metronidazole": "30 d", "ciprofloxacin": "180 d", "levofloxacin": "180 d", "vincristine": "6 mo",
    "cisplatin": "6 mo", "oxaliplatin": "6 mo", "carboplatin": "6 mo", "paclitaxel": "3 mo", "docetaxel": "3 mo",
    "bortezomib": "3 mo", "thalidomide": "6 mo", "nitrofurantoin": "60 d", "isoniazid": "60 d", "phenytoin": "90 d",
    "amiodarone": "6 mo", "hydralazine": "90 d", "linezolid": "90 d", "leflunomide": "90 d", "adalimumab": "90 d",
    "colchicine": "90 d", "pyridoxine": "6 mo",
}  # fmt: skip
CHEMO = (
    "vincristine", "cisplatin", "oxaliplatin", "carboplatin", "paclitaxel", "docetaxel", "bortezomib",
    "thalidomide",
)  # fmt: skip
OTHERS = ("nitrofurantoin", "isoniazid", "linezolid", "leflunomide", "adalimumab", "colchicine")


def timing(p: Patient, d: Drug) -> str:
    """How a course fits the onset: fits, late (within a year), unclear, past, before (it began later), too late."""
    onset, end = p.numb[0].began, d.ended or DAY
    if d.began is None and (d.ended is None or (onset and onset < end)):
        return "unclear"
    if d.began and (onset or first_seen(p)) < d.began:
        return "before"
    if onset is None:
        year, years = before(first_seen(p), "12 mo"), before(first_seen(p), "36 mo")
        return "unclear" if end >= (years if d.what in CHEMO else before(year, LOOK_BACK[d.what])) else "past"
    if before(onset, LOOK_BACK[d.what]) <= end:
        return "fits"
    return "late" if before(onset, "12 mo") <= end else "too late"


def drug(p: Patient, *agents: str) -> Case:
    """A listed drug that can be the cause: possible when its timing fits or may fit."""
    times = {d: timing(p, d) for d in systemic(p, *agents)}
    good = {d for d, time in times.items() if time in ("fits", "late", "unclear")}
    local = any(d.what in agents and d.route == "topical" and drug_weight(p, d) for d in p.drugs)
    wrong = any(time in ("before", "too late") and drug_weight(p, d) == 2 for d, time in times.items())
    against = (wrong or local) and not good and whole(p)
    return Case(raises=bool(good), against=against, timing="fits" in times.values())


def fitting(p: Patient, *agents: str) -> list[Drug]:
    """Courses that fit and count fully."""
    return [d for d in systemic(p, *agents) if timing(p, d) == "fits" and drug_weight(p, d) == 2]


def chemotherapy(p: Patient) -> Case:
    case, on_record = drug(p, *CHEMO), having(p, "CIPN")
    # decided: carboplatin alone is possible, no record tells the dose
    case.timing = any(d.what != "carboplatin" for d in fitting(p, *CHEMO))
    case.establishes, case.raises = on_record == 2 or case.timing, case.raises or on_record > 0
    return case


def metronidazole(p: Patient) -> Case:
    case = drug(p, "metronidazole")
    for d in fitting(p, "metronidazole"):
        days = ((d.ended or DAY) - (d.began or d.ended or DAY)).days + 1
        case.establishes |= days >= 28 or days * d.daily >= 42_000
    return case


def fluoroquinolone(p: Patient, rivals: dict[str, Case]) -> Case:
    case, onset = drug(p, *QUINOLONES), p.numb[0].began
    soon = [d for d in fitting(p, *QUINOLONES) if onset and d.began and before(onset, "30 d") <= d.began]
    case.establishes = bool(soon) and not any(rival.tier == SUPPORTED for rival in rivals.values())
    return case


QUINOLONES = ("ciprofloxacin", "levofloxacin")


def b6_excess(p: Patient) -> Case:
    """50 mg a day; or above 12 for six months with an onset that fits, and no isoniazid beside it (decided)."""
    case, courses = drug(p, "pyridoxine"), systemic(p, "pyridoxine")
    long = [d for d in courses if d.daily > 12 and d.began and d.began <= before(d.ended or DAY, "6 mo")]
    small = any(timing(p, d) == "fits" for d in long) and not systemic(p, "isoniazid", within="6 mo") and whole(p)
    large = [timing(p, d) for d in courses if d.daily >= 50]
    case.raises = small or any(time in ("fits", "late", "unclear") for time in large)
    case.against = not case.raises and whole(p) and any(time in ("before", "too late") for time in large)
    case.timing = "fits" in large
    return case


# --- foot, spine and injury ---

FRACTURES = ("calcaneal fracture", "ankle fracture")
SCARRING = (*FRACTURES, "laceration of foot", "tibial nerve injury")


def tarsal_tunnel(p: Patient) -> Case:
    found = having(p, "tarsal tunnel syndrome", side=True)
    local = having(p, "ganglion of foot", "calcaneal spur", "flat foot", side=True)
    raises = bool(found or local or focal(p) or ever(p, "ankle sprain", *FRACTURES))
    return Case(establishes=found == 2, raises=raises, to_exclude=not p.numb[0].side)


def heel_branch(p: Patient) -> Case:
    return Case(raises=focal(p) and having(p, "plantar fasciitis", "flat foot", "scar", side=True) > 0)


BACK_PAIN = ("low back pain", "lumbar stenosis", "neurogenic claudication", "lumbar disc prolapse")  # decided


def root(p: Patient) -> Case:
    found = having(p, "sciatica", "lumbar radiculopathy", "lumbar disc prolapse", side=True)
    return Case(establishes=found == 2, raises=bool(found) or follows_root(p), to_exclude=focal(p))


def stenosis(p: Patient) -> Case:
    found = having(p, "lumbar stenosis", "neurogenic claudication")
    on_walking = having(p, "neurogenic claudication") == 2  # exertion is in its name (decided)
    return Case(establishes=found == 2 and p.age >= 50 and (poly(p) or on_walking), raises=found > 0)


def injury(*what: str, within: str = "84 d") -> Judge:
    """An injury of the same side, before the numbness; a sprain never establishes, a cut only within days (decided)."""

    def judge(p: Patient) -> Case:
        case, onset = Case(), p.numb[0].began
        for d in history(p, *what):
            sure, on = weight(d, ever=True) == 2, d.began or DAY
            if first_seen(p) < on:
                case.against |= sure and d.what in FRACTURES  # decided: only these are told
            elif onset is None:
                case.raises |= d.what in (*FRACTURES, "tibial nerve injury")
            elif on >= before(onset, within):
                near = d.what != "laceration of foot" or on >= before(onset, "7 d")
                case.establishes |= sure and near and d.what != "ankle sprain"
                case.raises = case.timing = True
        case.against &= not case.raises
        return case

    return judge


def scar(p: Patient) -> Case:
    """A scar of that foot, or an old injury with none in the six weeks before the onset (decided)."""
    onset, words = p.numb[0].began, p.numb[0].words
    hurt = {d: d.began for d in history(p, *SCARRING, "ankle sprain") if d.began and onset and d.began <= onset}
    fresh = {d for d, on in hurt.items() if on >= before(onset or DAY, "42 d")}
    if "gradual" in words:
        told = any(on < before(DAY, "42 d") for on in hurt.values())
    else:
        told = any(d.what in SCARRING for d in hurt) and not fresh and "sudden" not in words
        told &= not p.missing & {"observations", "procedures"}
    scars = [d for d in now(p, "scar", side=True) if (since(d) or DAY) <= (onset or first_seen(p))]
    return Case(raises=bool(scars) or told)


RULES: dict[str, Judge] = {
    "cause.diabetic-peripheral-neuropathy": diabetic_neuropathy,
    "ext.cause.prediabetes-neuropathy": prediabetes,
    "cause.small-fiber-neuropathy": coded("small fiber neuropathy"),
    "cause.vitamin-b12-deficiency": vitamin_b12,
    "cause.thiamine-deficiency": thiamine,
    "cause.vitamin-b6-deficiency": b6_deficiency,
    "cause.vitamin-b6-excess": b6_excess,
    "cause.chemotherapy-induced-peripheral-neuropathy": chemotherapy,
    "cause.drug-metronidazole": metronidazole,
    "cause.drug-anticonvulsant": lambda p: drug(p, "phenytoin"),
    "cause.drug-cardiovascular": lambda p: drug(p, "amiodarone", "hydralazine"),
    "ext.cause.drug-other": lambda p: drug(p, *OTHERS),
    "cause.alcohol-related-neuropathy": alcohol,
    "cause.hypothyroidism": hypothyroidism,
    "cause.chronic-kidney-disease": kidney,
    "cause.chronic-liver-disease": coded("cirrhosis"),
    "cause.autoimmune-neuropathy": coded("Sjogren syndrome", "lupus", "rheumatoid arthritis"),
    "cause.vasculitis": vasculitis,
    "cause.peripheral-artery-disease": arteries,
    "cause.chronic-venous-insufficiency": coded("venous insufficiency", side=True),
    "cause.cold-exposure": cold,
    "cause.tarsal-tunnel-syndrome": tarsal_tunnel,
    "cause.medial-calcaneal-nerve-entrapment": heel_branch,
    "cause.plantar-fasciitis-nerve-irritation": coded("plantar fasciitis", side=True),
    "cause.space-occupying-lesion": coded("ganglion of foot", "mass of foot", side=True, establish=True),
    "cause.lumbosacral-radiculopathy": root,
    "cause.sacroiliac-joint-dysfunction": coded("sacroiliac disorder", side=True),
    "cause.lumbar-spinal-stenosis": stenosis,
    "cause.direct-nerve-injury": injury("laceration of foot", "tibial nerve injury"),
    "cause.fracture-dislocation": injury(*FRACTURES),
    "cause.soft-tissue-injury-sprain": injury("ankle sprain"),
    "cause.scar-tissue-entrapment": scar,
    "ext.cause.hiv-neuropathy": coded("HIV"),
    "ext.cause.cidp": coded("CIDP"),
    "ext.cause.amyloid-neuropathy": coded("amyloidosis"),
    "ext.cause.paraproteinemic-neuropathy": paraprotein,
    "ext.cause.hereditary-neuropathy": coded("hereditary neuropathy"),
    "ext.cause.celiac-neuropathy": coded("celiac disease"),
}
# Decided: these can be of one foot too, so that one side is no misfit.
ALSO_FOCAL = {
    "ext.cause.prediabetes-neuropathy", "cause.small-fiber-neuropathy", "cause.hypothyroidism", "ext.cause.cidp",
    "cause.autoimmune-neuropathy", "ext.cause.amyloid-neuropathy", "ext.cause.hereditary-neuropathy",
    "cause.idiopathic-peripheral-neuropathy",
}  # fmt: skip
OF_ONE_FOOT = {
    "cause.tarsal-tunnel-syndrome", "cause.medial-calcaneal-nerve-entrapment", "cause.direct-nerve-injury",
    "cause.plantar-fasciitis-nerve-irritation", "cause.space-occupying-lesion", "cause.fracture-dislocation",
    "cause.soft-tissue-injury-sprain", "cause.scar-tissue-entrapment",
}  # fmt: skip
ALSO_OF_A_ROOT = {"cause.lumbar-spinal-stenosis", "cause.sacroiliac-joint-dysfunction"}
NO_PATTERN = {"cause.vasculitis", "cause.chronic-venous-insufficiency", "cause.cold-exposure"}
HARM = {
    "cause.vitamin-b12-deficiency", "cause.peripheral-artery-disease", "cause.vasculitis", "cause.thiamine-deficiency",
    "cause.chemotherapy-induced-peripheral-neuropathy", "cause.drug-metronidazole", "cause.drug-fluoroquinolone",
    "cause.drug-anticonvulsant", "cause.drug-cardiovascular", "ext.cause.drug-other", "cause.vitamin-b6-excess",
}  # fmt: skip


def follows_root(p: Patient) -> bool:
    """P-RAD: one side, with pain of back or leg, or a root disease of that side."""
    side = having(p, "sciatica", "lumbar radiculopathy", "lumbar disc prolapse", side=True)
    return focal(p) and bool(side or having(p, *BACK_PAIN))


def with_pattern(p: Patient, cause: str, case: Case) -> Case:
    """Section 3: the groups promoted; those that contradict cost a tier."""
    if cause in OF_ONE_FOOT:
        case.fits, case.misfits = focal(p), poly(p)
    elif cause == "cause.lumbosacral-radiculopathy":
        case.fits = focal(p)
        # decided: both feet are a misfit only without pain in back or leg
        case.misfits = poly(p) and not having(p, "sciatica", "low back pain")
    elif cause == "cause.peripheral-artery-disease":
        case.fits = focal(p)
    elif cause in ALSO_OF_A_ROOT:
        case.fits = follows_root(p) or (poly(p) and cause == "cause.lumbar-spinal-stenosis")
    elif cause not in NO_PATTERN:
        case.fits, case.misfits = poly(p), focal(p) and cause not in ALSO_FOCAL
    return case


def first_line_normal(p: Patient) -> bool:
    """Glucose, vitamin B12, thyroid, kidney and blood count are there, normal and of the last twelve months."""
    limits = {"HbA1c": (0, 5.69), "TSH": (0.4, 4.0), "eGFR": (60, 1e9), "hemoglobin": (12, 1e9)}
    done = all(any(x.place(*ends) == "between" for x in decisive(p, what)) for what, ends in limits.items())
    done &= all(map(is_normal, recent(p, "fasting glucose"))) and not hba1c_misleads(p)
    done &= not any(doubted(levels(p, what)) for what in limits)
    kinds = {"B12": total_class, "active B12": active_class}
    sure = [(x, kind) for what, kind in kinds.items() if not doubted(levels(p, what)) for x in decisive(p, what)]
    return done and any(kind(x) == "high" and x.result.on >= trusted(p) for x, kind in sure)


def idiopathic(p: Patient, others: dict[str, Case]) -> Case:
    """Both feet, the first-line set complete and normal, nothing else left, and the drugs known."""
    done = first_line_normal(p) and whole(p)
    done &= any(not a.outcome.startswith("IgM") and a.on >= before(DAY, "24 mo") for a in electrophoresis(p))
    rivals = any(case.tier in (SUPPORTED, POSSIBLE) for case in others.values())
    return Case(raises=done and poly(p) and not rivals and others["cause.vitamin-b12-deficiency"].against)


def judged(p: Patient) -> dict[str, Case]:
    """Every cause of which there is something to say."""
    cases = {cause: with_pattern(p, cause, rule(p)) for cause, rule in RULES.items()}
    last: dict[str, Callable[[Patient, dict[str, Case]], Case]] = {
        "cause.drug-fluoroquinolone": fluoroquinolone, "cause.idiopathic-peripheral-neuropathy": idiopathic,
    }  # fmt: skip
    for cause, rule in last.items():
        cases[cause] = with_pattern(p, cause, rule(p, cases))
    return {cause: case for cause, case in cases.items() if case.tier}
