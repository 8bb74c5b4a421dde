"""Patients as plain facts, and a seeded generator of them that likes boundaries.

The models beside this file (`causes.py`, `flags.py`) judge these facts from the clinical documents alone, and
`writing.py` turns them into the FHIR that the service reads. To draw one: `draw_patient(seed, CAUSES)`.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random

DAY = date(2026, 11, 20)
YEAR = ("2 mo", "12 mo")


@dataclass(frozen=True, slots=True)
class Problem:
    """A Condition. `words` are said in its text: tempo, character, circumstances."""

    what: str
    side: str = ""  # left, right, both, or not known
    began: date | None = None
    recorded: date | None = None
    ended: date | None = None
    clinical: str = "active"
    verification: str = "confirmed"
    words: str = ""


@dataclass(frozen=True, slots=True)
class Sign:
    """An Observation that something is there, or is not."""

    what: str
    on: date
    present: bool = True
    side: str = ""
    status: str = "final"


@dataclass(frozen=True, slots=True)
class Result:
    """A measured value in its unit, or one without a unit."""

    what: str
    value: float
    unit: str
    on: date
    status: str = "final"
    comparator: str = ""
    side: str = ""


@dataclass(frozen=True, slots=True)
class Drug:
    """A course of a drug: `form` is statement, request or administration, `daily` milligrams."""

    what: str
    began: date | None
    ended: date | None = None
    status: str = "active"
    form: str = "statement"
    route: str = "oral"
    daily: int = 0


@dataclass(frozen=True, slots=True)
class Act:
    """What was done, reported, ordered or implanted: `kind` is procedure, report, order or device."""

    what: str
    on: date
    kind: str = "procedure"
    status: str = "completed"
    side: str = ""
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class Patient:
    """A person with numb feet: `numb` opens the gate; `missing` names prefetch keys that were not supplied."""

    born: date
    sex: str
    numb: tuple[Problem, ...]
    problems: tuple[Problem, ...] = ()
    signs: tuple[Sign, ...] = ()
    results: tuple[Result, ...] = ()
    drugs: tuple[Drug, ...] = ()
    acts: tuple[Act, ...] = ()
    relatives: tuple[str, ...] = ()
    missing: frozenset[str] = field(default_factory=frozenset)
    dead: bool = False

    @property
    def age(self) -> int:
        """In whole years, today."""
        return DAY.year - self.born.year - ((DAY.month, DAY.day) < (self.born.month, self.born.day))


def months_before(day: date, count: int) -> date:
    """The same day of the month that many months earlier, or the month's last."""
    year, month = divmod(day.year * 12 + day.month - 1 - count, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def before(day: date, span: str) -> date:
    """The day that lies "28 d" or "6 mo" before another."""
    number, unit = span.split()
    return months_before(day, int(number)) if unit == "mo" else day - timedelta(days=int(number))


Fact = Problem | Sign | Result | Drug | Act
Topic = Callable[["Drawing"], list[Fact]]


# Drugs that also come as gel or drops.
LOCAL = ("metronidazole", "ciprofloxacin", "levofloxacin")


class Drawing:
    """Draws the facts of one patient: mostly plain, often on a boundary, now and then weak or wrong."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.one, self.chance = random.choice, lambda odds: random.random() < odds
        self.onset: date | None = None

    def near(self, *spans: str, to: date = DAY) -> date:
        """A day at the end of a span, or one day to either side; never after today."""
        return min(DAY, before(to, self.one(spans)) + timedelta(days=self.one((-1, 0, 0, 1))))

    def value(self, *limits: float, step: float) -> float:
        """A value on a limit, or a step or many to either side."""
        return max(step, round(self.one(limits) + step * self.one((-10, -1, 0, 0, 1, 10)), 3))

    def side(self) -> str:
        return self.one(("left", "left", "right", "both", ""))

    def problem(self, *what: str, sided: bool = False, span: Sequence[str] = ("2 mo", "12 mo", "60 mo")) -> Problem:
        """A diagnosis: as a rule active and confirmed."""
        on = self.near(*span)
        return Problem(
            self.one(what), self.side() if sided else "", on, max(on, self.near("1 mo")),
            clinical=self.one(("active",) * 8 + ("recurrence", "remission", "inactive", "resolved")),
            verification=self.one(("confirmed",) * 8 + ("", "provisional", "refuted", "entered-in-error")),
        )  # fmt: skip

    def result(self, what: str, unit: str, step: float, *limits: float, span: Sequence[str] = YEAR) -> Result:
        """A result: as a rule final, in its unit, exact."""
        return Result(
            what, self.value(*limits, step=step), unit if not self.chance(0.03) else "", self.near(*span),
            status=self.one(("final",) * 10 + ("preliminary", "unknown", "cancelled", "entered-in-error")),
            comparator=self.one(("",) * 30 + ("<", ">")) if what != "AUDIT-C" else "",
        )  # fmt: skip

    def drug(
        self, *what: str, span: Sequence[str] = ("1 mo", "4 mo", "12 mo"), route: str = "oral", daily: int = 0
    ) -> Drug:
        """A course that begins or ends near a boundary, seen from the day or from the onset."""
        origin = self.one((DAY, self.onset or DAY))
        ended = self.near(*span, to=origin) if self.chance(0.5) else None
        began = before(ended or self.near(*span, to=origin), self.one(("5 d", "27 d", "28 d", "29 d", "4 mo", "12 mo")))
        form = self.one(("statement", "statement", "request"))
        status = self.one(("completed", "stopped", "on-hold") if ended else ("active",) * 9 + ("entered-in-error",))
        name = self.one(what)
        if self.chance(0.1):
            route = self.one(("topical", "")) if name in LOCAL else ""
        return Drug(name, None if self.chance(0.06) else began, ended, status, form, route, daily)


def numbness(draw: Drawing) -> Problem:
    """The symptom that the patient comes with, current and on the problem list."""
    began = draw.near("7 d", "14 d", "28 d", "3 mo", "8 mo", "30 mo") if draw.chance(0.75) else None
    recorded = max(began or DAY, draw.near("7 d", "2 mo", "20 mo")) if began else draw.near("7 d", "2 mo", "20 mo")
    what = draw.one(("numb foot", "numb foot", "numb heel", "paresthesia of foot", "burning of foot"))
    words = draw.one(("",) * 6 + ("gradual onset", "progressive", "sudden onset"))
    return Problem(what, draw.one(("both", "both", "left", "right", "")), began, recorded, words=words)


# A test with its unit, its two limits and the smallest step in which it is reported.
GLYCEMIA = (
    ("HbA1c", "%", 0.1, 5.7, 6.5), ("HbA1c", "mmol/mol", 1, 39, 48),
    ("fasting glucose", "mg/dL", 1, 100, 126), ("fasting glucose", "mmol/L", 0.1, 5.6, 7.0),
)  # fmt: skip


def glucose(draw: Drawing) -> list[Fact]:
    made: list[Fact] = []
    if draw.chance(0.6):
        kinds = ("type 2 diabetes",) * 4 + ("type 1 diabetes", "type 1 diabetes", "gestational diabetes", "prediabetes")
        made.append(draw.problem(*kinds, "diabetic neuropathy", span=("12 mo", "60 mo", "120 mo")))
    return made + [
        draw.result(*draw.one(GLYCEMIA), span=("90 d", "12 mo", "24 mo")) for _ in range(draw.one((0, 0, 1, 2)))
    ]


def vitamin_b12(draw: Drawing) -> list[Fact]:
    made: list[Fact] = []
    for _ in range(draw.one((0, 1, 1, 2))):
        unit, low, high = draw.one((("pg/mL", 180, 350), ("ng/L", 180, 350), ("pmol/L", 133, 258)))
        made.append(draw.result("B12", unit, 1, low, high, span=("1 mo", "6 mo", "12 mo")))
    if draw.chance(0.15):
        made.append(draw.result("active B12", "pmol/L", 1, 25, 70, span=("1 mo", "12 mo")))
    if draw.chance(0.3):
        made.append(draw.result("MMA", "nmol/L", 1, 280, span=("1 mo", "12 mo")))
    if draw.chance(0.4):
        made.append(
            draw.drug(
                "metformin", "omeprazole", "famotidine", "colchicine", "cyanocobalamin", span=("1 mo", "6 mo", "12 mo")
            )
        )
    if draw.chance(0.3):
        made.append(
            draw.problem(
                "B12 deficiency", "pernicious anemia", "celiac disease", "Crohn disease", "vegan", "Sjogren syndrome"
            )
        )
    if draw.chance(0.1):
        made.append(
            Act("gastric bypass", draw.near("24 mo", "90 mo"), status=draw.one(("completed", "completed", "not-done")))
        )
    return made


def thyroid(draw: Drawing) -> list[Fact]:
    made: list[Fact] = [draw.result("TSH", "m[IU]/L", 0.1, 0.4, 4.0, 4.5, 10)] if draw.chance(0.7) else []
    return made + ([draw.problem("hypothyroidism")] if draw.chance(0.5) or not made else [])


def kidney(draw: Drawing) -> list[Fact]:
    made: list[Fact] = [
        draw.result("eGFR", "mL/min/{1.73_m2}", 1, 15, 30, 60, span=("1 mo", "90 d", "6 mo", "12 mo"))
        for _ in range(draw.one((0, 1, 2)))
    ]
    return made + ([draw.problem("CKD stage 3", "CKD stage 4", "CKD stage 5", "dialysis")] if draw.chance(0.5) else [])


def circulation(draw: Drawing) -> list[Fact]:
    made: list[Fact] = []
    if draw.chance(0.5):
        abi = draw.result("ABI", "{ratio}", 0.01, 0.5, 0.9, 0.99, 1.0, 1.4)
        made.append(replace(abi, side=draw.side()))
    if draw.chance(0.6):
        made.append(draw.problem("smoker", "hypertension", "hyperlipidemia"))
    if draw.chance(0.3):
        made.append(draw.problem("PAD", "venous insufficiency", sided=True))
    return made + ([draw.problem("frostbite", sided=True, span=("30 d", "90 d"))] if draw.chance(0.1) else [])


# Each neurotoxic agent with the windows of its own look-back, so that both sides of each are drawn.
AGENTS = {
    "metronidazole": ("30 d", "12 mo"), "ciprofloxacin": ("30 d", "180 d", "12 mo"),
    "levofloxacin": ("30 d", "180 d"), "vincristine": ("6 mo", "12 mo", "36 mo"),
    "cisplatin": ("6 mo", "12 mo", "36 mo"), "oxaliplatin": ("6 mo", "12 mo", "48 mo"),
    "carboplatin": ("6 mo", "12 mo"), "paclitaxel": ("3 mo", "12 mo"), "docetaxel": ("3 mo", "12 mo"),
    "bortezomib": ("3 mo", "12 mo"), "thalidomide": ("6 mo", "12 mo"), "nitrofurantoin": ("60 d", "12 mo"),
    "isoniazid": ("60 d", "12 mo"), "phenytoin": ("90 d", "12 mo"), "amiodarone": ("6 mo", "12 mo"),
    "hydralazine": ("60 d", "90 d"), "linezolid": ("60 d", "90 d"), "leflunomide": ("60 d", "90 d"),
    "adalimumab": ("60 d", "90 d"), "colchicine": ("60 d", "90 d"),
}  # fmt: skip
INFUSED = {"vincristine", "cisplatin", "oxaliplatin", "carboplatin", "paclitaxel", "docetaxel", "bortezomib"}


def neurotoxic_drug(draw: Drawing) -> list[Fact]:
    agent = draw.one(tuple(AGENTS))
    daily = draw.one((0, 1500, 1499, 2000)) if agent == "metronidazole" else 0
    course = draw.drug(agent, span=AGENTS[agent], route="intravenous" if agent in INFUSED else "oral", daily=daily)
    return [course, *([draw.problem("CIPN")] if agent in INFUSED and draw.chance(0.15) else [])]


def pyridoxine(draw: Drawing) -> list[Fact]:
    return [draw.drug("pyridoxine", span=("1 mo", "6 mo"), daily=draw.one((0, 12, 13, 25, 49, 50, 100)))]


def alcohol(draw: Drawing) -> list[Fact]:
    made: list[Fact] = [draw.result("AUDIT-C", "{score}", 1, 3, 4)] if draw.chance(0.5) else []
    return made + (
        [draw.problem("alcohol dependence", "cirrhosis", "thiamine deficiency", "B6 deficiency")]
        if draw.chance(0.7)
        else []
    )


def foot(draw: Drawing) -> list[Fact]:
    kinds = (
        "tarsal tunnel syndrome", "plantar fasciitis", "ganglion of foot", "mass of foot", "calcaneal spur",
        "flat foot",
    )  # fmt: skip
    return [draw.problem(*kinds, sided=True) for _ in range(draw.one((1, 1, 2)))]


def back(draw: Drawing) -> list[Fact]:
    kinds = ("sciatica", "lumbar radiculopathy", "lumbar disc prolapse", "lumbar stenosis", "sacroiliac disorder")
    return [
        draw.problem(*kinds, "low back pain", "neurogenic claudication", sided=draw.chance(0.5))
        for _ in range(draw.one((1, 2)))
    ]


def injury(draw: Drawing) -> list[Fact]:
    kinds = (
        "ankle sprain", "calcaneal fracture", "ankle fracture", "laceration of foot", "tibial nerve injury", "scar",
    )  # fmt: skip
    made = draw.problem(*kinds, sided=True)
    on = draw.near("3 d", "14 d", "42 d", "84 d", "13 mo", to=draw.one((DAY, draw.onset or DAY)))
    return [replace(made, began=on, recorded=on, clinical=draw.one(("active", "active", "resolved")))]


def systemic(draw: Drawing) -> list[Fact]:
    kinds = ("Sjogren syndrome", "lupus", "rheumatoid arthritis", "vasculitis", "mononeuritis multiplex", "HIV", "CIDP")
    return [
        draw.problem(*kinds, "amyloidosis", "MGUS", "hereditary neuropathy", "celiac disease", "small fiber neuropathy")
    ]


def first_line(draw: Drawing) -> list[Fact]:
    """The first-line set, complete and normal but for what chance takes away."""
    normal = (
        ("HbA1c", 5.2, "%"), ("B12", 450, "pg/mL"), ("TSH", 2.0, "m[IU]/L"), ("eGFR", 90, "mL/min/{1.73_m2}"),
        ("creatinine", 0.8, "mg/dL"), ("hemoglobin", 14, "g/dL"),
    )  # fmt: skip
    made: list[Fact] = [
        Result(what, value, unit, draw.near("2 mo", "6 mo", "12 mo"))
        for what, value, unit in normal
        if draw.chance(0.95)
    ]
    outcome = draw.one(("No monoclonal protein detected",) * 4 + ("IgM kappa monoclonal protein detected", ""))
    return [*made, Act("serum electrophoresis", draw.near("2 mo", "24 mo"), kind="report", outcome=outcome)]


def distractor(draw: Drawing) -> list[Fact]:
    return (
        [draw.drug("simvastatin", "gabapentin")]
        if draw.chance(0.5)
        else [draw.problem("pregnancy", "hypertension", span=("3 mo", "10 mo"))]
    )


CAUSES: tuple[Topic, ...] = (
    glucose, vitamin_b12, thyroid, kidney, circulation, neurotoxic_drug, neurotoxic_drug, pyridoxine, alcohol, foot,
    back, injury, systemic, first_line, distractor,
)  # fmt: skip


def draw_patient(seed: int, topics: Sequence[Topic]) -> Patient:
    """The patient of a seed: numb feet, one to four of the topics, now and then a list that was not supplied."""
    random = Random(seed)
    draw = Drawing(random)
    numb = numbness(draw)
    draw.onset = numb.began
    drawn = [fact for topic in random.choices(topics, k=random.randint(1, 4)) for fact in topic(draw)]
    # one course of each drug: what several add up to is tested elsewhere
    facts = list({(type(fact), fact.what) if isinstance(fact, Drug) else id(fact): fact for fact in drawn}.values())
    return Patient(
        born=draw.near("420 mo", "600 mo", "780 mo", "900 mo"), sex=draw.one(("male", "female")), numb=(numb,),
        missing=frozenset((draw.one(MAY_BE_MISSING),) if draw.chance(0.05) else ()),
        **{name: tuple(f for f in facts if isinstance(f, kind)) for name, kind in LISTS.items()},
    )  # fmt: skip


MAY_BE_MISSING = ("observations", "medicationStatements", "medicationRequests", "procedures")
LISTS = {"problems": Problem, "signs": Sign, "results": Result, "drugs": Drug, "acts": Act}
