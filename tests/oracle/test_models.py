"""The service and the second models agree on drawn patients: gate, red flags and actions; causes; the work-up.

`python -m tests.oracle workup 20000` compares that many.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any

import pytest

from tests.examples import goldens
from tests.oracle import flags
from tests.oracle.causes import HARM, judged
from tests.oracle.emergencies import draw_chart
from tests.oracle.evidence import ASIDE, POSSIBLE, SUPPORTED, TO_EXCLUDE, Case
from tests.oracle.patients import CAUSES, DAY, Patient, draw_patient
from tests.oracle.visits import draw_visit
from tests.oracle.workup import critical, has_implant, workup
from tests.oracle.writing import call

Json = dict[str, Any]
Said = dict[str, object]
DATA = "org.heel-numbness-cds"
TIERS = (SUPPORTED, POSSIBLE, TO_EXCLUDE)
# Judged as a red flag; asked for by facts that are not drawn.
LEFT_OUT = {
    "cause.spinal-cord-lesion", "test.ogtt", "test.diagnostic-nerve-block", "test.tissue-biopsy", "test.skin-biopsy",
    "test.ct",
}  # fmt: skip


@pytest.mark.parametrize("model", ["flags", "causes", "workup"])
def test_the_service_and_the_second_model_agree(model: str) -> None:
    assert list(differences(model, range(400))) == []


def differences(model: str, seeds: Iterable[int]) -> Iterator[str]:
    """A line for each difference: seed, what about, what the model and what the service says."""
    draw, judge, hear = MODELS[model]
    for seed in seeds:
        who = draw(seed)
        answer: Json = goldens.engine().evaluate_data(json.dumps(call(who)).encode(), today=DAY, symptom="recorded")
        mine, its = judge(who), hear(answer)
        for about in sorted((mine.keys() | its.keys()) - LEFT_OUT):
            here, there = mine.get(about), its.get(about)
            if here != there and not (isinstance(here, range) and there in here):
                yield f"{seed} {about}: {here}, the service {there}"


def judged_flags(who: Patient) -> Said:
    if flags.gate(who) != "open":
        return {"gate": "closed"}
    return {"gate": "open"} | flags.flags(who) | dict.fromkeys(flags.actions(who), "asked for")


def heard_flags(answer: Json) -> Said:
    """A child and comfort care get no orders."""
    opened, found = answer["explain"]["gate"], answer["explain"]["conclusions"]
    if opened["answer"] != "met" or opened["deceased"]:
        return {"gate": "closed"}
    said = {"gate": "open"} | {f["id"]: f["indicator"] for f in found["redFlags"] if f["indicator"] != "info"}
    return said if opened["child"] or opened["comfortCare"] else said | _all(found["actions"], "action", "asked for")


def _all(items: list[Json], key: str, said: object) -> Said:
    return {item[key]: said for item in items}


def judged_causes(who: Patient) -> Said:
    """Tier and adjustments, what diagnostic evidence is worth, and that the order is that of section 4."""
    cases = judged(who)
    ranked = {cause: case for cause, case in cases.items() if case.tier != ASIDE}
    worth = {f"worth of {cause}": range(4 * case.establishes, 5) for cause, case in ranked.items()}
    return {cause: _told(case, cause) for cause, case in cases.items()} | worth | {"order": True}


def _told(case: Case, cause: str) -> object:
    """Section 0: pattern, timing, harm and treatment."""
    if case.tier == ASIDE:
        return ASIDE
    parts = {
        "pattern": 2 * case.fits - 2 * case.misfits, "timing": 2 * case.timing, "harm": int(cause in HARM),
        "treated": -int(case.treated),
    }  # fmt: skip
    return case.tier, {name: points for name, points in parts.items() if points}


def heard_causes(answer: Json) -> Said:
    card = next(data for data in _cards(answer) if data["card"] == "differential")
    ranked = [item for item in card["differential"] if item["cause"] not in LEFT_OUT]
    told = next(c["detail"] for c in answer["cards"] if c["extension"][DATA] is card)
    numb = re.findall(r"\((\w+/[\w.-]+)\)", told.partition("\n")[0])  # "Recorded: Numbness of foot (Condition/a)"
    places = [
        (TIERS.index(r["tier"]), _is_bare(r, numb), -r["points"], r["cause"] not in HARM, r["cause"]) for r in ranked
    ]
    said = {item["cause"]: (item["tier"], _parts(item)) for item in ranked} | {"order": places == sorted(places)}
    return (
        said
        | _all(card["setAside"], "cause", ASIDE)
        | {f"worth of {r['cause']}": r["points"] - sum(_parts(r).values()) for r in ranked}
    )


def _is_bare(item: Json, numb: Collection[str]) -> bool:
    """Decided: what is possible by the age or the side alone stands below what has data of its own.

    Where the pattern does not fit, data of its own count so only if delay does harm.
    """
    points_elsewhere = _parts(item).get("pattern", 0) < 0 and item["cause"] not in HARM
    worth = {e["resource"] for e in item["evidence"] if e["points"] > 0 or e["resource"] not in numb}
    return item["tier"] == POSSIBLE and (points_elsewhere or worth <= {"Patient/p"})


def _parts(item: Json) -> dict[str, int]:
    return {part["for"]: part["points"] for part in item["adjustments"]}


def _cards(answer: Json) -> list[Json]:
    return [card["extension"][DATA] for card in answer["cards"]]


def judged_workup(who: Patient) -> Said:
    """The emergency rule: no card with routine tests. The device rule: MRI is text."""
    routine = {"routine": "withheld"} if critical(who) else {}
    as_text = {test: f"{state}, text" for test, state in workup(who).items() if test.startswith("test.mri")}
    is_due = ("emergency", "now", "if-unexplained")
    barred = {test: said for test, said in as_text.items() if has_implant(who) and said.startswith(is_due)}
    return workup(who) | barred | routine


def heard_workup(answer: Json) -> Said:
    found, opened = answer["explain"]["conclusions"], answer["explain"]["gate"]
    if opened["child"] or opened["comfortCare"]:
        return {}
    is_critical = any(flag["indicator"] == "critical" for flag in found["redFlags"])
    said = {t["test"]: t["state"] for key in ("alreadyDone", "notIndicated") for t in found[key]}
    for t in found["tests"]:
        said[t["test"]] = f"{t['when']}, text" if t["test"][:8] == "test.mri" and t["offered"] == "text" else t["when"]
    if is_critical and all(data["card"] != "work-up" for data in _cards(answer)):
        said["routine"] = "withheld"
    return said


Model = tuple[Callable[[int], Patient], Callable[[Patient], Said], Callable[[Json], Said]]
MODELS: dict[str, Model] = {
    "flags": (draw_chart, judged_flags, heard_flags),
    "causes": (lambda seed: draw_patient(seed, CAUSES), judged_causes, heard_causes),
    "workup": (draw_visit, judged_workup, heard_workup),
}
