"""Gate and red flags, as rules.md (sections 0, 1 and 6A) words them. `critical` and `warning` are the indicators."""

from __future__ import annotations

from tests.oracle.evidence import Finding, ever, levels, may_be, now, recorded, since, systemic, weight
from tests.oracle.patients import DAY, Patient, Problem, Result, before, months_before

SPHINCTER = ("urinary retention", "urinary incontinence", "fecal incontinence")
BACK = ("low back pain", "lumbar stenosis", "neurogenic claudication", "lumbar disc prolapse")
BACK_PAIN = (*BACK, "sciatica", "bilateral sciatica")
WEAK_LEG = ("foot drop", "weakness of leg", "weakness of both legs")
INJURY = ("laceration of foot", "tibial nerve injury", "ankle fracture", "calcaneal fracture", "ankle dislocation")
UPPER_NEURON = ("Babinski sign", "brisk reflexes", "sensory level")
COLD_LIMB = ("cold foot", "pulseless foot")
ULCER = ("foot ulcer", "diabetic foot ulcer")
DIABETES = ("type 1 diabetes", "type 2 diabetes")
IMPLANTS = ("pacemaker", "neurostimulator", "cochlear implant", "metal fragment")
WORSE, SUDDEN = ("worsening", "progressive"), "sudden onset"
ALWAYS = "2000 mo"
LEVELS = ("warning", "critical")
Flags = dict[str, str]


def opens(f: Finding) -> bool:
    """On the list of problems 24 months, observed 90 days; an entry without a date opens."""
    if isinstance(f, Problem):
        return f.recorded is None or f.recorded >= before(DAY, "24 mo")
    return f.on >= before(DAY, "90 d")


def symptoms(p: Patient) -> list[Finding]:
    """What opens the gate (section 1, and "Gate" in section 0). Record: a sensory level too, all below is numb."""
    return [f for f in (*p.numb, *ever(p, "saddle numbness", "sensory level")) if weight(f) and opens(f)]


def gate(p: Patient) -> str:
    """open or silent."""
    return "open" if symptoms(p) else "silent"


def sides(p: Patient) -> set[str]:
    """The feet known to be numb."""
    found = ["both" if f.what == "burning feet" else f.side for f in symptoms(p)]
    return {one for side in found if side for one in (("left", "right") if side == "both" else (side,))}


def is_one_sided(p: Patient) -> bool:
    return len(sides(p)) == 1


def is_same_side(p: Patient, f: Finding | Result) -> bool:
    """Nothing known says that they are of different sides."""
    return not sides(p) or f.side in ("", "both") or f.side in sides(p)


def is_new(p: Patient, span: str) -> bool:
    """One entry may be new; a doubted one is as old as it says."""
    return any(may_be(f, span) for f in symptoms(p))


def described(p: Patient, span: str, *said: str) -> list[Problem]:
    """Numbness that its own words call so and that may be new."""
    return [f for f in symptoms(p) if isinstance(f, Problem) and f.words in said and may_be(f, span)]


def flags(p: Patient) -> Flags:
    """Every red flag that is on, with its indicator."""
    if gate(p) != "open":
        return {}
    found: Flags = {}
    for rule in (
        cauda_equina,
        spinal_cord,
        guillain_barre,
        compartment,
        limb,
        wound,
        other_leg,
        charcot,
        sudden,
        stroke,
        injury,
    ):
        for flag, level in rule(p).items():
            found[flag] = max(level, found.get(flag, "warning"), key=LEVELS.index)
    return dict.fromkeys(found, "warning") if in_comfort_care(p) else found


def in_comfort_care(p: Patient) -> bool:
    """Record: an entry of more than two years lowers no alarm."""
    return any(may_be(f, "24 mo") for f in now(p, "hospice"))


def graded(f: Finding) -> str | None:
    """Up to 14 days, worsening or undated; up to 6 months; older."""
    if may_be(f, "14 d") or is_worse(f):
        return "critical"
    return "warning" if may_be(f, "6 mo") else None


def is_worse(f: Finding) -> bool:
    return isinstance(f, Problem) and f.words in WORSE


def diagnosed(p: Patient, *what: str) -> list[Finding]:
    """First recorded within 14 days. Record: and not known to have begun more than six months ago."""
    return [
        f for f in now(p, *what) if may_be(f, "6 mo") and (recorded(f) is None or recorded(f) >= before(DAY, "14 d"))
    ]


def cord_disease(p: Patient) -> list[Finding]:
    return now(p, "multiple sclerosis", "cord injury", "cord compression")


def cord_signs(p: Patient) -> list[Finding]:
    """Record: they count for six months."""
    return [f for f in now(p, *UPPER_NEURON) if may_be(f, "6 mo")]


def firm_cord_signs(p: Patient) -> list[Finding]:
    return [f for f in cord_signs(p) if weight(f) == 2]


def new_sphincter(p: Patient) -> list[Finding]:
    return [f for f in now(p, *SPHINCTER) if graded(f) == "critical"]


def cauda_equina(p: Patient) -> Flags:
    """R-RF-01. Record: both legs weak only beside back or leg pain, and not what the cord rule names.

    Record: the diagnosis of more than 14 days is asked about for six months.
    """
    months = now(p, *SPHINCTER, "saddle numbness")
    if all(weight(f) == 1 for f in cord_disease(p)):
        months += now(p, "neurogenic bladder")
    legs = [f for f in now(p, "bilateral sciatica") if graded(f) == "critical"]
    if now(p, *BACK_PAIN, "bilateral sciatica") and not firm_cord_signs(p) and not is_firmly_cancer(p):
        legs += [f for f in now(p, "weakness of both legs") if graded(f) == "critical"]
    levels = [level for f in months if (level := graded(f))]
    levels += ["warning" for f in now(p, "cauda equina") if may_be(f, "6 mo")]
    levels += ["critical"] if legs or diagnosed(p, "cauda equina") else []
    return {"redflag.cauda-equina": max(levels, key=LEVELS.index)} if levels else {}


def weak_leg(p: Patient) -> list[Finding]:
    """Record: weakness known to be older than eight weeks raises nothing."""
    return [f for f in now(p, *WEAK_LEG) if may_be(f, "56 d")]


def is_new_both(p: Patient) -> bool:
    """Both feet, or side unknown, new within 28 days."""
    return not is_one_sided(p) and is_new(p, "28 d")


def cancer_near(p: Patient) -> list[Finding]:
    """Record: metastasis of bone stands in for back pain."""
    return now(p, "bone metastases") or (now(p, *BACK) if now(p, "cancer") else [])


def cancer(p: Patient) -> str:
    """Record: what chemotherapy may explain alone is a warning."""
    ill = now(p, "cancer", "bone metastases")
    near = cancer_near(p)
    if (ill and new_sphincter(p)) or (near and weak_leg(p)):
        return "critical"
    if near and is_new_both(p):
        pain_is_new = any(may_be(f, "28 d") for f in now(p, *BACK))
        return "warning" if began_in_chemotherapy(p) and not pain_is_new else "critical"
    return ""


def is_firmly_cancer(p: Patient) -> bool:
    """Record: only sure facts leave weak legs to the cord rule alone; weakness in words is none."""
    drop = [f for f in now(p, "foot drop", least=2) if may_be(f, "56 d")]
    numb = is_new_both(p) and not all(weight(f) == 1 for f in symptoms(p)) and cancer(p) == "critical"
    return bool(now(p, "cancer", least=2) and now(p, *BACK, least=2) and (drop or numb))


def began_in_chemotherapy(p: Patient) -> bool:
    onset = min((f.began for f in p.numb if f.began), default=None)
    return onset is not None and any(
        d.began and d.began <= onset and onset <= (months_before(d.ended, -6) if d.ended else DAY)
        for d in systemic(p, "vincristine")
    )


def weak_defense(p: Patient) -> bool:
    """Record: HIV, and drugs against the immune system of the last 90 days."""
    drugs = [d for d in systemic(p, "leflunomide", "adalimumab") if d.ended is None or d.ended >= before(DAY, "90 d")]
    return bool(drugs or now(p, "HIV"))


def infected(p: Patient) -> list[Finding]:
    return [f for f in now(p, "fever", "sepsis") if may_be(f, "28 d")] or now(p, "injecting drug use")


def infection(p: Patient) -> bool:
    """Record: with fever or injected drugs and new back pain the deficit may be of one foot."""
    if infected(p) and is_new(p, "28 d") and any(may_be(f, "28 d") for f in now(p, *BACK)):
        return True
    risk = infected(p) or weak_defense(p)
    return bool(risk and now(p, *BACK) and (is_new_both(p) or weak_leg(p) or new_sphincter(p)))


def cord_is_asked_about(p: Patient) -> bool:
    """Record: one new numb foot beside cancer or a weak defense near the spine; the diagnosis for six months."""
    risk = cancer_near(p) or (now(p, *BACK) if infected(p) or weak_defense(p) else [])
    diagnosis = [f for f in now(p, "cord compression", "cord injury") if may_be(f, "6 mo")]
    return bool(diagnosis or (risk and is_new(p, "28 d")))


def spinal_cord(p: Patient) -> Flags:
    """R-RF-02, with what a cancer or an infection adds. Record: a sphincter alone is the cauda equina's."""
    level = "critical" if infection(p) else cancer(p)
    found = {"ext.redflag.spinal-infection-malignancy": level} if level else {}
    both = [f for f in now(p, "weakness of both legs") if may_be(f, "56 d")]
    owned = is_new_both(p) and (lost_reflexes(p) or (all(f.began for f in climbing(p)) and climbing(p)))
    if (both and not owned) or [f for f in now(p, "weakness of both legs") if is_worse(f)] or cord_signs(p):
        level = "critical"
    if diagnosed(p, "cord compression", "cord injury") or (new_sphincter(p) and cord_disease(p)):
        level = "critical"
    level = level or ("warning" if cord_is_asked_about(p) else "")
    return found | ({"redflag.spinal-cord": level} if level else {})


def climbing(p: Patient) -> list[Problem]:
    return described(p, "28 d", "spreading up the leg")


def lost_reflexes(p: Patient) -> list[Finding]:
    return [f for f in now(p, "reduced reflexes") if may_be(f, "56 d")]


def guillain_barre(p: Patient) -> Flags:
    """R-RF-03. Record: weakness of one leg counts four weeks, and weakness with cord signs is the cord's."""
    weak = [
        f for f in now(p, *WEAK_LEG) if may_be(f, "56 d" if f.what == "weakness of both legs" or not f.side else "28 d")
    ]
    picture = is_new_both(p) and (lost_reflexes(p) or (weak and not firm_cord_signs(p)))
    still = (
        described(p, "56 d", *WORSE)
        and not is_one_sided(p)
        and (lost_reflexes(p) or (weak_leg(p) and not firm_cord_signs(p)))
    )
    if picture or still or diagnosed(p, "Guillain-Barre"):
        return {"redflag.guillain-barre": "critical"}
    climbs = climbing(p)
    if not climbs or is_one_sided(p):
        return {}
    return {"redflag.rapid-ascending": "critical" if all(f.began for f in climbs) else "warning"}


def compartment(p: Patient) -> Flags:
    """R-RF-04."""
    cause = here(p, "7 d", "ankle fracture", "calcaneal fracture", "laceration of foot", "crush injury", "cast")
    hurts = here(p, "7 d", "severe pain") and cause
    coded = [f for f in diagnosed(p, "compartment syndrome") if is_same_side(p, f)]
    return {"redflag.compartment-syndrome": "critical"} if coded or hurts else {}


def here(p: Patient, span: str, *what: str) -> list[Finding]:
    """On the numb side, or of no known side, within a span."""
    return [f for f in now(p, *what) if may_be(f, span) and is_same_side(p, f)]


def still_there(p: Patient, *what: str) -> list[Finding]:
    """Record, of rest pain and gangrene: on the problem list at any age; observed within twelve months."""
    return [f for f in here(p, ALWAYS, *what) if isinstance(f, Problem) or f.on >= before(DAY, "12 mo")]


def is_very_low(p: Patient) -> bool:
    """Record: any result of the year, of this side or of none."""
    return any(x.is_full and x.below(0.4) and is_same_side(p, x.result) for x in levels(p, "ABI"))


def limb(p: Patient) -> Flags:
    """R-RF-05. Record: one sign on both sides or beside older numbness warns; coded gangrene is acute ischemia too."""
    signs = here(p, "14 d", *COLD_LIMB)
    coded = [f for f in diagnosed(p, "acute limb ischemia", "gangrene") if is_same_side(p, f)]
    new = is_new(p, "14 d") and [f for f in signs if f.side != "both"]
    if len({f.what for f in signs}) > 1 or coded or new:
        return {"ext.redflag.acute-limb-ischemia": "critical"}
    if here(p, ALWAYS, "rest pain", "gangrene", *ULCER, "foot infection") and is_very_low(p):
        return {"redflag.tissue-ischemia": "critical"}
    if signs:
        return {"ext.redflag.acute-limb-ischemia": "warning"}
    return {"redflag.tissue-ischemia": "warning"} if is_known_to_threaten(p) else {}


def is_known_to_threaten(p: Patient) -> bool:
    """Record: the diagnosis of up to six months, or rest pain with arterial disease, which its code names.

    Gangrene is critical in a flag of its own.
    """
    told = here(p, "6 mo", "acute limb ischemia") and not still_there(p, "gangrene")
    return bool(told or here(p, ALWAYS, "rest pain"))


def wound(p: Patient) -> Flags:
    """R-RF-06. Record: fever of 14 days counts as sepsis does."""
    sore = here(p, ALWAYS, "gangrene", *ULCER, "foot infection")
    septic = [f for f in now(p, "sepsis") if may_be(f, "28 d")] + [f for f in now(p, "fever") if may_be(f, "14 d")]
    if still_there(p, "gangrene") or (sore and (septic or still_there(p, "rest pain") or is_very_low(p))):
        return {"redflag.nonhealing-ulcer": "critical"}
    return {"redflag.nonhealing-ulcer": "warning"} if sore else {}


def other_leg(p: Patient) -> Flags:
    """Record: a danger of the leg that is not numb, and none like it, as new, of the numb one."""

    def only_there(found: list[Finding], span: str, *what: str) -> bool:
        return bool(found) and not here(p, span, *what)

    hurt = [
        f
        for f in now(p, "ankle fracture", "calcaneal fracture", "laceration of foot", "crush injury", "cast")
        if may_be(f, "7 d")
    ]
    found = (
        only_there(diagnosed(p, "compartment syndrome"), "6 mo", "compartment syndrome")
        or (hurt and only_there([f for f in now(p, "severe pain") if may_be(f, "7 d")], "7 d", "severe pain"))
        or only_there(diagnosed(p, "acute limb ischemia", "gangrene"), "6 mo", "acute limb ischemia", "gangrene")
    )
    return {"ext.redflag.other-leg": "warning"} if found else {}


def charcot(p: Patient) -> Flags:
    """R-RF-07. Record: swelling of one known foot, six months; the diagnosis 28 days from its record."""
    swollen = [f for f in here(p, "6 mo", "swollen foot") if f.side in ("left", "right")]
    at_risk = now(p, *DIABETES, "diabetic neuropathy", "diabetic foot ulcer")
    coded = [f for f in here(p, "6 mo", "Charcot foot") if recorded(f) is None or recorded(f) >= before(DAY, "28 d")]
    return {"redflag.charcot-foot": "warning"} if coded or (at_risk and swollen) else {}


def sudden(p: Patient) -> Flags:
    """R-RF-08. Record: of both legs for six months."""
    weak = weak_leg(p)
    is_sudden = described(p, "14 d", SUDDEN)
    if is_sudden:
        return {"redflag.sudden-severe-with-weakness": "critical"} if weak else {"redflag.sudden-onset": "warning"}
    of_months = [f for f in now(p, "weakness of both legs") if may_be(f, "6 mo")]
    return {"redflag.muscle-weakness": "warning"} if weak or of_months else {}


def stroke(p: Patient) -> Flags:
    """R-RF-09. Record: the foot alone is R-RF-08."""
    elsewhere = [f for f in now(p, "numbness of face", "numbness of arm") if may_be(f, "14 d")]
    # record: a side that is not written contradicts nothing
    one = described(p, "14 d", SUDDEN) and len(sides(p)) < 2 and elsewhere
    over = [f for f in ever(p, "stroke", "TIA") if not isinstance(f, Problem) or f.began]
    passed = [f for f in over if may_be(f, "14 d")]  # record: one of these days too, by its own onset
    if diagnosed(p, "stroke", "TIA") or passed or one:
        return {"ext.redflag.stroke-tia": "critical"}
    # record: foot and arm or face of one side, both since a day of these weeks
    both = [f for f in elsewhere if f.side in sides(p) and since(f)]
    lately = [f for f in symptoms(p) if f.side in ("left", "right") and since(f) and may_be(f, "14 d")]
    return {"ext.redflag.stroke-tia": "warning"} if both and lately else {}


def injury(p: Patient) -> Flags:
    """R-RF-10. Record: a cast as well, and only when the numbness may be new."""
    hurt = here(p, "14 d", *INJURY, "crush injury", "cast") and is_new(p, "28 d")
    return {"redflag.numbness-after-injury": "warning"} if hurt else {}


# Each action with the flags that ask for it, and whether a warning does.
ACTIONS = {
    "action.emergency-department": (
        {"redflag.cauda-equina", "redflag.spinal-cord", "redflag.guillain-barre", "redflag.rapid-ascending",
         "redflag.sudden-severe-with-weakness", "ext.redflag.stroke-tia", "redflag.nonhealing-ulcer"}, False),
    "action.mscc-coordinator": ({"redflag.spinal-cord"}, False),
    "action.surgical-emergency": ({"redflag.compartment-syndrome"}, False),
    "action.vascular-urgent": ({"ext.redflag.acute-limb-ischemia", "redflag.tissue-ischemia"}, False),
    "action.podiatry-urgent": ({"redflag.nonhealing-ulcer", "redflag.charcot-foot"}, True),
    "action.surgical-review": ({"redflag.numbness-after-injury"}, True),
}  # fmt: skip


def actions(p: Patient) -> set[str]:
    """The actions that the flags ask for; none for a child or in comfort care."""
    if p.age < 18 or in_comfort_care(p):
        return set()
    on = flags(p)
    critical = {flag for flag, level in on.items() if level == "critical"}
    found = {
        action for action, (asking, even_warned) in ACTIONS.items() if asking & (set(on) if even_warned else critical)
    }
    if on.get("redflag.spinal-cord") == "warning" == cancer(p):
        found.add("action.oncology-contact")
    if "action.surgical-emergency" in found:
        found.discard("action.surgical-review")  # the same, sooner
    if critical & {"redflag.cauda-equina", "redflag.spinal-cord"} and ever(p, *IMPLANTS):
        found.add("action.radiology-discussion")  # any entry counts, a past one too: leads may be left behind
    return found
