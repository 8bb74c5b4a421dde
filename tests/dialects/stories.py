"""The stories, neutral of any format, each with what must be concluded from it.

The expectations were written from the decision rules and thresholds before anything was run; `source` says from where.
They use the words of the accuracy set (tests/vignettes/README.md).
Long because it is one list of stories, each with its facts and its expectation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.dialects import words as w
from tests.dialects.words import Word

DAY = "2026-11-20"


@dataclass(frozen=True, slots=True)
class Problem:
    """A symptom or diagnosis."""

    word: Word
    side: str = ""
    onset: str = ""
    recorded: str = ""
    ended: str = ""
    clinical: str = "active"
    verified: str = "confirmed"


@dataclass(frozen=True, slots=True)
class Result:
    """A measured value; `si` is the same value as laboratories with SI units print it."""

    word: Word
    value: float
    unit: str
    on: str
    side: str = ""
    si: tuple[float, str] | None = None

    @property
    def said(self) -> str:
        """Its name with the side in words: "Left ankle-brachial index"."""
        name = self.word.said()
        return f"{self.side.capitalize()} {name[0].lower()}{name[1:]}" if self.side else name


@dataclass(frozen=True, slots=True)
class Sign:
    """An examination and its outcome in words: there is no code for it."""

    word: Word
    found: str
    on: str


@dataclass(frozen=True, slots=True)
class Drug:
    """A course: so many milligrams so often a day; `given` in hospital, `reported` by the patient, else prescribed."""

    word: Word
    start: str
    end: str = ""
    mg: int = 0
    times: int = 1
    given: bool = False
    reported: bool = False


@dataclass(frozen=True, slots=True)
class Order:
    """An open order."""

    word: Word
    on: str


@dataclass(frozen=True, slots=True)
class Report:
    """A test that was done."""

    word: Word
    on: str
    conclusion: str


@dataclass(frozen=True, slots=True)
class Implant:
    """A device in the body."""

    word: Word


@dataclass(frozen=True, slots=True)
class Relative:
    """What the father has."""

    word: Word


@dataclass(frozen=True, slots=True)
class Visit:
    """The reason of today's visit, in words."""

    word: Word


Fact = Problem | Result | Sign | Drug | Order | Report | Implant | Relative | Visit


@dataclass(frozen=True, slots=True)
class Story:
    """What happened, and what must follow; the patient is a woman of 62."""

    id: str
    source: str
    facts: tuple[Fact, ...]
    expect: dict[str, Any]


def numb(side: str, onset: str, recorded: str = "") -> Problem:
    return Problem(w.NUMB, side, onset, recorded or onset)


BOTH_FEET = numb("both", "2026-05-10", "2026-06-01")
DIABETIC = Problem(w.DIABETES, onset="2015-04-01", recorded="2015-04-01")
SADDLE = (
    numb("both", "2026-11-17"),
    Problem(w.SADDLE, onset="2026-11-18", recorded="2026-11-19"),
    Problem(w.RETENTION, onset="2026-11-18", recorded="2026-11-19"),
)
CIPN = "cause.chemotherapy-induced-peripheral-neuropathy"

STORIES = (
    Story(
        "diabetes-with-hba1c", "R-DX-DPN, 6C hba1c, ncs, monofilament; thresholds 11",
        (BOTH_FEET, DIABETIC, Result(w.A1C, 7.9, "%", "2026-10-05", si=(63, "mmol/mol"))),
        {
            "red_flags": {}, "first": "cause.diabetic-peripheral-neuropathy",
            "tiers": {"cause.diabetic-peripheral-neuropathy": "supported"},
            "tests": {"test.hba1c": "done", "test.vitamin-b12": "now", "test.monofilament-exam": "now"},
            "absent": ["order:test.ncs", "order:test.mri-lumbar-spine"],
        },
    ),
    Story(
        "diabetes-without-hba1c", "R-DX-DPN, 6C hba1c: DM with none in 90 days", (BOTH_FEET, DIABETIC),
        {
            "red_flags": {}, "first": "cause.diabetic-peripheral-neuropathy",
            "tiers": {"cause.diabetic-peripheral-neuropathy": "supported"}, "tests": {"test.hba1c": "now"},
        },
    ),
    Story(
        "b12-low", "thresholds 1: below 180 pg/mL; rules 0: deficient, no repeat",
        (BOTH_FEET, Result(w.B12, 150, "pg/mL", "2026-08-12", si=(150, "ng/L"))),
        {
            "red_flags": {}, "first": "cause.vitamin-b12-deficiency", "indicators": {"differential": "warning"},
            "tiers": {"cause.vitamin-b12-deficiency": "supported"}, "absent": ["order:test.vitamin-b12"],
        },
    ),
    Story(
        "b12-borderline", "thresholds 1: 180 to 350 pg/mL, then methylmalonic acid",
        (BOTH_FEET, Result(w.B12, 250, "pg/mL", "2026-08-12", si=(250, "ng/L"))),
        {
            "red_flags": {}, "tiers": {"cause.vitamin-b12-deficiency": "possible"}, "tests": {"test.mma": "now"},
            "absent": ["order:test.vitamin-b12"],
        },
    ),
    Story(
        "b12-molar", "thresholds 1: 140 pmol/L is indeterminate, 140 pg/mL would be deficient",
        (BOTH_FEET, Result(w.B12_MOLAR, 140, "pmol/L", "2026-08-12")),
        {"red_flags": {}, "tiers": {"cause.vitamin-b12-deficiency": "possible"}, "tests": {"test.mma": "now"}},
    ),
    Story(
        "vincristine-during", "R-DX-CIPN: onset during treatment",
        (numb("both", "2026-06-10"), Drug(w.VINCRISTINE, "2026-05-04", "2026-06-22", mg=2, given=True)),
        {"red_flags": {}, "first": CIPN, "tiers": {CIPN: "supported"}, "medications": ["vincristine"]},
    ),
    Story(
        "cisplatin-coasting", "R-DX-CIPN, thresholds 9: within six months of the last dose",
        (numb("both", "2026-05-01"), Drug(w.CISPLATIN, "2025-12-01", "2026-02-10", mg=100, given=True)),
        {"red_flags": {}, "first": CIPN, "tiers": {CIPN: "supported"}, "medications": ["cisplatin"]},
    ),
    Story(
        "metronidazole-long", "R-DX-METRO: 28 days or more, onset in the course",
        (numb("both", "2026-09-10"), Drug(w.METRONIDAZOLE, "2026-08-01", "2026-09-20", mg=400, times=3)),
        {
            "red_flags": {}, "first": "cause.drug-metronidazole",
            "tiers": {"cause.drug-metronidazole": "supported"}, "medications": ["metronidazole"],
        },
    ),
    Story(
        "metronidazole-short", "R-DX-METRO: timing fits, a week is less than four",
        (numb("both", "2026-09-05"), Drug(w.METRONIDAZOLE, "2026-09-01", "2026-09-07", mg=400, times=3)),
        {"red_flags": {}, "tiers": {"cause.drug-metronidazole": "possible"}, "medications": ["metronidazole"]},
    ),
    Story(
        "ciprofloxacin", "R-DX-FQ: onset within 30 days of the start, no rival",
        (numb("both", "2026-09-12"), Drug(w.CIPROFLOXACIN, "2026-09-01", "2026-09-14", mg=500, times=2)),
        {
            "red_flags": {}, "first": "cause.drug-fluoroquinolone",
            "tiers": {"cause.drug-fluoroquinolone": "supported"}, "medications": ["ciprofloxacin"],
        },
    ),
    Story(
        "isoniazid-without-pyridoxine", "catalogue 2: B6 deficiency; thresholds 9: timing alone is tier 2",
        (numb("both", "2026-08-20"), Drug(w.ISONIAZID, "2026-06-15", mg=300)),
        {
            "red_flags": {}, "medications": ["isoniazid"],
            "tiers": {"cause.vitamin-b6-deficiency": "possible", "ext.cause.drug-other": "possible"},
        },
    ),
    Story(
        "pyridoxine-bought-by-herself", "R-DX-B6X, thresholds 9: 50 mg a day or more",
        (numb("both", "2026-08-20"), Drug(w.PYRIDOXINE, "2025-11-01", mg=200, reported=True)),
        {
            "red_flags": {}, "tiers": {"cause.vitamin-b6-excess": "possible"}, "medications": ["pyridoxine"],
            "indicators": {"medication": "warning"},
        },
    ),
    Story(
        "low-abi", "R-DX-PAD: 0.90 or less on the numb side",
        (numb("left", "2026-03-01"), Result(w.ABI, 0.62, "{ratio}", "2026-10-12", side="left")),
        {
            "red_flags": {}, "tiers": {"cause.peripheral-artery-disease": "supported"}, "tests": {"test.abi": "done"},
            "absent": ["cause.diabetic-peripheral-neuropathy"],
        },
    ),
    Story(
        "cauda-equina", "R-RF-01", SADDLE,
        {
            "red_flags": {"redflag.cauda-equina": "critical"}, "may_flag": ["redflag.spinal-cord"],
            "orders": ["action.emergency-department", "test.mri-lumbar-spine"], "absent": ["order:test.tsh"],
        },
    ),
    Story(
        "incontinence-of-years", "R-RF-01, rules 0: older than six months is the first question and no alarm",
        (BOTH_FEET, Problem(w.INCONTINENCE, recorded="2019-03-04")),
        {"red_flags": {}, "asks": ["ask.bladder-bowel"]},
    ),
    Story(
        "cauda-equina-in-words", "R-RF-01; rules 0: words ring", (Visit(w.CANNOT_PASS_URINE),),
        {
            "red_flags": {"redflag.cauda-equina": "critical"}, "may_flag": ["redflag.spinal-cord"],
            "orders": ["action.emergency-department", "test.mri-lumbar-spine"],
        },
    ),
    Story(
        "guillain-barre", "R-RF-03: both sides, ten days, weak legs, no reflexes",
        (
            numb("both", "2026-11-10"), Problem(w.WEAK, "both", "2026-11-14", "2026-11-19"),
            Sign(w.REFLEXES, "absent", "2026-11-19"),
        ),
        {
            "red_flags": {"redflag.guillain-barre": "critical"},
            "may_flag": ["redflag.muscle-weakness", "redflag.spinal-cord"], "orders": ["action.emergency-department"],
        },
    ),
    Story(
        "limb-ischemia", "R-RF-05: recorded within 14 days",
        (numb("left", "2026-11-19"), Problem(w.ISCHEMIA, "left", "2026-11-19", "2026-11-19")),
        {"red_flags": {"ext.redflag.acute-limb-ischemia": "critical"}, "orders": ["action.vascular-urgent"]},
    ),
    Story(
        "compartment-syndrome", "R-RF-04: suspected after a fracture",
        (
            numb("right", "2026-11-19"), Problem(w.TIBIA, "right", "2026-11-18", "2026-11-18"),
            Problem(w.COMPARTMENT, "right", "2026-11-19", "2026-11-19", verified="provisional"),
        ),
        {
            "red_flags": {"redflag.compartment-syndrome": "critical"}, "may_flag": ["redflag.numbness-after-injury"],
            "orders": ["action.surgical-emergency"],
        },
    ),
    Story(
        "ulcer-and-infection", "R-RF-06: ulcer and cellulitis, no gangrene",
        (
            numb("right", "2026-02-01"), DIABETIC, Problem(w.ULCER, "right", "2026-10-20", "2026-10-21"),
            Problem(w.CELLULITIS, "right", "2026-11-12", "2026-11-12"),
        ),
        {"red_flags": {"redflag.nonhealing-ulcer": "warning"}, "orders": ["action.podiatry-urgent"]},
    ),
    Story(
        "pacemaker", "6C device rule: no MRI one click away", (*SADDLE, Implant(w.PACEMAKER)),
        {
            "red_flags": {"redflag.cauda-equina": "critical"}, "may_flag": ["redflag.spinal-cord"],
            "orders": ["action.emergency-department", "action.radiology-discussion"],
            "absent": ["order:test.mri-lumbar-spine"],
        },
    ),
    Story(
        "done-and-ordered", "6C, thresholds 11: what is done or ordered is not offered again",
        (
            BOTH_FEET, Result(w.TSH, 2.1, "m[IU]/L", "2026-10-01"),
            Result(w.B12, 420, "pg/mL", "2026-10-01", si=(420, "ng/L")), Order(w.A1C, "2026-11-10"),
            Report(w.CONDUCTION, "2026-09-15", "Normal nerve conduction study."),
        ),
        {
            "red_flags": {}, "set_aside": ["cause.vitamin-b12-deficiency"],
            "tests": {"test.tsh": "done", "test.vitamin-b12": "done", "test.hba1c": "done"},
            "absent": ["order:test.tsh", "order:test.vitamin-b12", "order:test.hba1c", "order:test.ncs"],
        },
    ),
    Story(
        "kidney-failure", "rules 0: two eGFR below 15, 90 days apart",
        (
            BOTH_FEET, Result(w.EGFR, 13, "mL/min/{1.73_m2}", "2026-05-04"),
            Result(w.EGFR, 12, "mL/min/{1.73_m2}", "2026-10-01"),
        ),
        {
            "red_flags": {}, "first": "cause.chronic-kidney-disease",
            "tiers": {"cause.chronic-kidney-disease": "supported"},
        },
    ),
    Story(
        "refuted-resolved-in-error", "rules 2: none of these counts",
        (
            BOTH_FEET, Problem(w.DIABETES, recorded="2025-02-01", verified="refuted"),
            Problem(w.B12_DEFICIENCY, recorded="2025-02-01", clinical="", verified="entered-in-error"),
            Problem(w.HYPOTHYROID, onset="2019-01-01", recorded="2019-01-01", ended="2023-06-01", clinical="resolved"),
        ),
        {
            "red_flags": {},
            "at_most": {
                "cause.diabetic-peripheral-neuropathy": "to-exclude", "cause.vitamin-b12-deficiency": "to-exclude",
                "cause.hypothyroidism": "to-exclude",
            },
        },
    ),
    Story(
        "symptom-over", "R-GATE-03: resolved",
        (Problem(w.NUMB, "both", "2026-01-10", "2026-01-10", "2026-06-01", "resolved"), DIABETIC), {"silent": True},
    ),
    Story(
        "diabetes-of-the-father", "rules 2: family history establishes nothing", (BOTH_FEET, Relative(w.DIABETES)),
        {"red_flags": {}, "at_most": {"cause.diabetic-peripheral-neuropathy": "to-exclude"}},
    ),
    Story(
        "foot-drop", "R-RF-08: new weakness that is not rapid",
        (numb("left", "2026-10-20"), Problem(w.DROP, "left", "2026-11-05", "2026-11-06")),
        {"red_flags": {"redflag.muscle-weakness": "warning"}},
    ),
    Story(
        "tarsal-tunnel", "R-DX-TTS: diagnosis of the same side",
        (numb("right", "2026-06-01"), Problem(w.TARSAL, "right", "2026-09-01", "2026-09-01")),
        {
            "red_flags": {}, "first": "cause.tarsal-tunnel-syndrome",
            "tiers": {"cause.tarsal-tunnel-syndrome": "supported"},
        },
    ),
    Story(
        "tarsal-tunnel-of-the-other-foot", "rules 2: laterality",
        (numb("right", "2026-06-01"), Problem(w.TARSAL, "left", "2026-09-01", "2026-09-01")),
        {"red_flags": {}, "at_most": {"cause.tarsal-tunnel-syndrome": "possible"}},
    ),
    Story(
        "high-tsh", "R-DX-HYPO: above 10", (BOTH_FEET, Result(w.TSH, 15, "m[IU]/L", "2026-10-01")),
        {"red_flags": {}, "tiers": {"cause.hypothyroidism": "supported"}, "absent": ["order:test.tsh"]},
    ),
)  # fmt: skip
