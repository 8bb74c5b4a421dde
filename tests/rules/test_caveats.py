"""The caveats of the clinical catalogue (§10): where the articles are wrong, what the service does. A test each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from cds.knowledge.checks.names import sentences
from cds.knowledge.pages import load_pages
from tests.builders import bundle, condition, medication_statement, observation, patient, raw, report
from tests.examples import goldens
from tests.rulebook import RULES, knowledge

DATA = "org.heel-numbness-cds"
NUMB = "SNOMED#309538000 Numbness of foot"
LEFT, RIGHT, BOTH = "SNOMED#7771000 Left", "SNOMED#24028007 Right", "both feet"
DIABETES = condition("SNOMED#44054006 Diabetes mellitus type 2", recordedDate="2015-01-01")


def numb(words: str, onset: str = "2026-06-01", **members: Any) -> Any:
    """The symptom: coded as numbness of the foot, in these words."""
    return condition([NUMB, words], **{"onsetDateTime": onset, "recordedDate": onset} | members)


def cards(*resources: Any) -> dict[str, Any]:
    """The cards of a patient, by kind."""
    chart = raw(bundle(patient(birthDate="1980-01-01"), *resources, kind="collection"))
    answer = goldens.engine().evaluate_data(chart, today=goldens.DAY, symptom="recorded", patient=None)
    return {card["extension"][DATA]["card"]: card for card in answer["cards"]}


def causes(found: dict[str, Any]) -> dict[str, Any]:
    """The ranked causes by id."""
    return {c["cause"]: c for c in found["differential"]["extension"][DATA]["differential"]}


def flags(found: dict[str, Any]) -> dict[str, str]:
    """The red flags and how urgent they are."""
    data = found["red-flag"]["extension"][DATA]["redFlags"] if "red-flag" in found else []
    return {flag["id"]: flag["indicator"] for flag in data}


def due(found: dict[str, Any]) -> dict[str, str]:
    """The tests asked for, and when."""
    listed = [t for card in found.values() for t in card["extension"][DATA].get("tests", ())]
    return {t["test"]: t["when"] for t in listed}


@cache
def all_cards() -> tuple[Any, ...]:
    """Every card of every example."""
    return tuple(card for name in goldens.names() for card in goldens.answer(name)["cards"])


def printed() -> Iterator[str]:
    """Everything that a card can say: the cards of all examples, and every sentence of every rule and question."""
    for card in all_cards():
        yield f"{card['summary']}\n{card['detail']}"
        yield from (suggestion["label"] for suggestion in card.get("suggestions", ()))
    for compiler in knowledge().compilers.values():
        yield from (text for keys, text in sentences(compiler.document.data) if keys[-1] not in ("title", "purpose"))
    yield from (question.text for question in knowledge().rulebook.questions.values())


@cache
def pages() -> Any:
    return load_pages(RULES)


def never_printed(pattern: str) -> None:
    """No sentence that a card can print matches."""
    assert [text for text in printed() if re.search(pattern, text, re.IGNORECASE)] == []


def test_caveat_baxter() -> None:
    """Two nerves keep two ids and stand on the card as one line, heel-branch entrapment."""
    lesion = condition("ICD10CM#G57.62 Lesion of plantar nerve, left lower limb", recordedDate="2026-08-01")
    found = cards(numb("numb left heel"), lesion)
    branch = causes(found)["cause.medial-calcaneal-nerve-entrapment"]
    assert branch["subcauses"] == ["cause.baxter-nerve-entrapment"]
    assert "cause.baxter-nerve-entrapment" not in causes(found)
    assert len(re.findall(r"\*\*Heel-branch entrapment\*\*", found["differential"]["detail"])) == 1
    inner = causes(cards(numb("numb left inner heel")))["cause.medial-calcaneal-nerve-entrapment"]
    assert inner["subcauses"] == []


def test_caveat_ncs_first() -> None:
    """A typical diabetic neuropathy gets no conduction study by reflex; a focal numbness of months does."""
    typical = cards(numb("numb feet"), DIABETES)
    assert "test.ncs" not in due(typical)
    refused = typical["work-up"]["extension"][DATA]["notIndicated"]
    assert "test.ncs" in [t["test"] for t in refused]
    assert due(cards(numb("numb left heel")))["test.ncs"] == "now"


def test_caveat_heat() -> None:
    """No card speaks of warmth or cold as a remedy; on pages they never stand without the danger."""
    never_printed(
        r"\b(soaks?|heat(ing)? (pad|pack)s?|hot packs?|cold packs?|ice packs?|warm (soak|compress|bath)\w*)\b"
    )
    for item in ("mgmt.warm-soak-compress", "mgmt.cold-pack", "mgmt.warm-and-avoid-cold", "fact.faq-home-remedies"):
        assert "caveat.heat" in [caveat.id for caveat in pages().beside(item)], item
    for rule in ("diabetic-peripheral-neuropathy", "peripheral-artery-disease", "vitamin-b12-deficiency"):
        shown = {item.id for item in pages().of_rules[rule].items}
        assert not shown & {"mgmt.warm-soak-compress", "mgmt.cold-pack", "mgmt.warm-and-avoid-cold"}, rule


def test_caveat_compression() -> None:
    """Beside venous disease the arterial check comes first, on the card, in the work-up and on the page."""
    veins = condition("ICD10CM#I87.2 Venous insufficiency (chronic) (peripheral)", recordedDate="2020-01-01")
    found = cards(numb("numb left foot"), veins)
    assert "ABI before any compression" in found["differential"]["detail"]
    assert due(found)["test.abi"] == "now"
    assert "test.abi" not in due(cards(numb("numb left foot")))
    assert "caveat.compression" in [c.id for c in pages().beside("mgmt.venous-compression-elevation-surgery")]
    never_printed(r"(?<!before any )\bcompression (stockings?|hosiery|bandag\w+|therapy)\b")


def test_caveat_nsaid() -> None:
    """No card names or orders an anti-inflammatory drug; the page carries every caution."""
    never_printed(r"\b(NSAIDs?|anti-?inflammator\w+|ibuprofen|naproxen|diclofenac)\b")
    text = next(c.text for c in pages().beside("mgmt.anti-inflammatory") if c.id == "caveat.nsaid")
    for caution in ("kidney function", "pregnancy", "anticoagulant", "bleeding", "heart failure"):
        assert caution in text, caution


def test_caveat_pallor() -> None:
    """Compartment syndrome is raised with pink skin and felt pulses, and never by pallor alone."""
    broken = condition(
        "SNOMED#16114001 Fracture of ankle", site=LEFT, onsetDateTime="2026-11-18", recordedDate="2026-11-18"
    )
    fresh = numb("numb left foot", "2026-11-19")
    pain = observation("Severe pain of left lower leg, out of proportion", True, effectiveDateTime="2026-11-19")
    felt = observation("Pedal pulses", "palpable", effectiveDateTime="2026-11-19")
    pink = observation("Pallor of left foot", False, effectiveDateTime="2026-11-19")
    assert flags(cards(fresh, broken, pain, felt, pink))["redflag.compartment-syndrome"] == "critical"
    pale = observation("Pallor of left foot", True, effectiveDateTime="2026-11-19")
    assert "redflag.compartment-syndrome" not in flags(cards(fresh, broken, pale))


def test_caveat_sfn_subtype() -> None:
    """Small fiber neuropathy is a cause of its own: without diabetes it stands, and diabetes is not blamed for it."""
    biopsy = report(
        "Skin biopsy", conclusion="Small fiber neuropathy", conclusionCode=[{"text": "Small fiber neuropathy"}],
        effectiveDateTime="2026-09-01",
    )  # fmt: skip
    glucose = observation("LOINC#4548-4 HbA1c", "5.2 %", effectiveDateTime="2026-10-01")
    found = causes(cards(numb("burning numb feet"), biopsy, glucose))
    assert "cause.small-fiber-neuropathy" in found
    assert "cause.diabetic-peripheral-neuropathy" not in found
    assert all("cause.small-fiber-neuropathy" not in cause["subcauses"] for cause in found.values())


@pytest.mark.parametrize(
    "code",
    [
        "SNOMED#309538000", "SNOMED#44077006", "SNOMED#397974008", "SNOMED#33653009", "ICD10CM#R20.0", "ICD10CM#R20.1",
        "SNOMED#309087008", "SNOMED#91019004", "SNOMED#62507009", "SNOMED#279079003", "ICD10CM#R20.2",
    ],
)  # fmt: skip
def test_caveat_paresthesia_def(code: str) -> None:
    """Numbness and paresthesia are two things; bare codes of both families open the gate."""
    assert "differential" in cards(condition(code, recordedDate="2026-10-01"))


def test_caveat_stop_drug() -> None:
    """A neurotoxic drug is discussed with its prescriber: no card ends, alters or cancels it."""
    taken = medication_statement("RXNORM#6922 metronidazole", effectivePeriod={"start": "2026-05-01"})
    found = cards(numb("numb feet"), taken)
    assert "discuss with the prescriber" in found["medication"]["detail"]
    actions = [a for card in (*found.values(), *all_cards()) for s in card.get("suggestions", ()) for a in s["actions"]]
    assert {a["type"] for a in actions} == {"create"}
    assert {a["resource"]["resourceType"] for a in actions} <= {"ServiceRequest", "Task"}
    never_printed(
        r"\b(stop|stopping|discontinu\w+|cease|withdraw) (the|this|taking|treatment|metronidazole|chemo\w*)\b"
    )
    assert "caveat.stop-drug" in [c.id for c in pages().beside("mgmt.drug-stop-or-dose-adjust")]


def test_caveat_cauda_equina_unnamed() -> None:
    """The flag names the syndrome, knows saddle numbness, counts days, and rests on guidelines."""
    saddle = condition("Saddle anesthesia", onsetDateTime="2026-11-15", recordedDate="2026-11-15")
    found = cards(numb("numb left foot"), saddle)
    assert flags(found)["redflag.cauda-equina"] == "critical"
    assert "cauda equina" in found["red-flag"]["summary"].lower()
    flag = next(f for f in found["red-flag"]["extension"][DATA]["redFlags"] if f["id"] == "redflag.cauda-equina")
    assert any(not source.startswith("seed:") for item in flag["evidence"] for source in item["sources"])
    months = condition("Saddle anesthesia", onsetDateTime="2026-08-01", recordedDate="2026-08-01")
    assert flags(cards(numb("numb left foot"), months))["redflag.cauda-equina"] == "warning"


def _limits(raw_: Any) -> bool:
    """Whether a criterion compares a number."""
    if isinstance(raw_, list):
        return any(map(_limits, raw_))
    if not isinstance(raw_, dict):
        return False
    compared = {"below", "at_most", "above", "at_least"} & set(raw_.get("result") or {})
    return bool(compared) or any(map(_limits, raw_.values()))


def test_caveat_missing_thresholds() -> None:
    """The articles give no cut-off: every criterion with one cites a guideline, a study or a choice of this service."""
    found = 0
    for id_, compiler in knowledge().compilers.items():
        data = compiler.document.data
        for name, criterion in data.get("criteria", {}).items():
            if not _limits(criterion):
                continue
            found += 1
            cited = criterion.get("cite", data["sources"])
            sources = [cited] if isinstance(cited, str) else cited
            assert any(not source.startswith("seed:") for source in sources), f"{id_}: {name}"
    assert found > 30


def test_caveat_hydration() -> None:
    """To drink more is advised nowhere."""
    never_printed(r"\b(hydrat\w+|drink (more|enough|plenty)|fluid intake)\b")
    shown = [item.text for page in pages().pages() for item in page.items]
    assert not [text for text in shown if re.search(r"\b(hydrat\w+|drink (more|enough|plenty))\b", text, re.IGNORECASE)]
    assert "tip.2-hydration" in pages().not_shown


def test_caveat_left_heel() -> None:
    """The left heel means what the right one means."""

    def told(side: str) -> Any:
        found = cards(numb(f"numb {side} heel"), condition(f"Plantar fasciitis, {side}", recordedDate="2026-09-01"))
        ranked = [(c["cause"], c["tier"], c["points"], c["subcauses"]) for c in causes(found).values()]
        questions = found["differential"]["extension"][DATA]["questions"]
        return ranked, questions, flags(found), due(found), found["differential"]["indicator"]

    assert told("left") == told("right")
    assert told("left")[0]


@pytest.mark.parametrize(("onset", "raised"), [("2026-11-18", True), ("2026-10-23", True), ("2026-08-01", False)])
def test_caveat_gbs_tempo(onset: str, raised: bool) -> None:
    """Not sudden: it develops over days to four weeks, and a weakness of months is something else."""
    weak = observation("Weakness of both legs", True, effectiveDateTime=onset)
    lost = observation("Ankle reflexes", "absent", effectiveDateTime=onset)
    assert (flags(cards(numb("numb feet", onset), weak, lost)).get("redflag.guillain-barre") == "critical") is raised


def test_every_caveat_of_the_pages_is_held_by_a_test() -> None:
    """A caveat that is added to the pages needs a test here."""
    held = {
        name.removeprefix("test_caveat_").replace("_", "-") for name in globals() if name.startswith("test_caveat_")
    }
    assert {f"caveat.{name}" for name in held} == set(pages().caveats)
