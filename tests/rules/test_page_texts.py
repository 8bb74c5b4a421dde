"""Every management item, tip, fact and caveat of the clinical catalogue (§7 to §10) is on a page, or says why not."""

from __future__ import annotations

from functools import cache

import pytest

from cds.knowledge.pages import Pages, load_pages
from tests.rulebook import RULES

CATALOGUE = """
mgmt.orthotics mgmt.physical-therapy mgmt.activity-modification mgmt.steroid-injection mgmt.surgical-release-tts
mgmt.stretching mgmt.anti-inflammatory mgmt.sol-observe-or-excise mgmt.pad-lifestyle-drugs-revascularise
mgmt.venous-compression-elevation-surgery mgmt.vasculitis-immunosuppression mgmt.warm-and-avoid-cold
mgmt.glycemic-control mgmt.b12-supplement-supervised mgmt.dietary-correction mgmt.idiopathic-supportive
mgmt.drug-stop-or-dose-adjust mgmt.nerve-repair mgmt.immobilise-or-fix-fracture mgmt.fasciotomy
mgmt.scar-therapy-release mgmt.charcot-early-management mgmt.massage mgmt.warm-soak-compress mgmt.cold-pack mgmt.rest
mgmt.footwear-change mgmt.acupuncture mgmt.gabapentin mgmt.antidepressant mgmt.change-position mgmt.spine-referral
mgmt.muscle-relaxant-nerve-pain-drugs mgmt.ergonomics-lifting mgmt.treat-root-cause

tip.1-glycemic-control tip.3-medication-review tip.4-footwear tip.5-exercise tip.6-self-exam tip.7-diet
tip.breaks-posture tip.early-intervention

fact.faq-tight-shoes fact.faq-always-serious fact.faq-tests fact.faq-balance fact.faq-home-remedies
fact.faq-when-to-consult fact.faq-causes-general fact.faq-one-heel fact.faq-left-heel-serious fact.faq-back-of-heel
fact.idf-prevalence fact.dm-neuropathy-lifetime fact.dpn-most-common fact.tts-most-frequent-mechanical
fact.anatomy-tibial fact.anatomy-tunnel fact.anatomy-sciatic fact.mechanism-dpn fact.mechanism-b12-myelin
fact.mechanism-ischaemia fact.mechanism-drug fact.mechanism-paresthesia fact.coexistence fact.misdiagnosis-pf
fact.disclaimer

caveat.baxter caveat.ncs-first caveat.heat caveat.compression caveat.nsaid caveat.pallor caveat.sfn-subtype
caveat.paresthesia-def caveat.stop-drug caveat.cauda-equina-unnamed caveat.missing-thresholds caveat.hydration
caveat.left-heel caveat.gbs-tempo
""".split()


@cache
def pages() -> Pages:
    return load_pages(RULES)


@pytest.mark.parametrize("id_", CATALOGUE)
def test_it_is_shown_on_a_page(id_: str) -> None:
    assert pages().where().get(id_)


def test_nothing_is_shown_that_the_catalogue_does_not_have() -> None:
    assert sorted(set(pages().where()) - set(CATALOGUE)) == []


def test_drinking_more_is_advised_nowhere_and_the_reason_is_given() -> None:
    assert set(pages().not_shown) == {"tip.2-hydration"}
    assert "heart failure" in pages().not_shown["tip.2-hydration"]["because"]


@pytest.mark.parametrize("item", ["mgmt.warm-soak-compress", "mgmt.cold-pack", "mgmt.warm-and-avoid-cold"])
def test_warmth_and_cold_never_stand_without_the_danger_to_a_foot_that_does_not_feel(item: str) -> None:
    assert [caveat.id for caveat in pages().beside(item)] == ["caveat.heat"]


@pytest.mark.parametrize(
    "rule", ["diabetic-peripheral-neuropathy", "peripheral-artery-disease", "small-fiber-neuropathy",
             "vitamin-b12-deficiency", "idiopathic-peripheral-neuropathy", "alcohol-related-neuropathy"],
)  # fmt: skip
def test_no_page_of_a_neuropathy_or_of_arterial_disease_mentions_warmth_or_cold_as_management(rule: str) -> None:
    assert not {i.id for i in pages().of_rules[rule].items} & set(pages().caveats["caveat.heat"].beside)


@pytest.mark.parametrize(
    ("item", "caveat"),
    [
        ("mgmt.venous-compression-elevation-surgery", "caveat.compression"),
        ("mgmt.anti-inflammatory", "caveat.nsaid"),
        ("mgmt.drug-stop-or-dose-adjust", "caveat.stop-drug"),
        ("mgmt.fasciotomy", "caveat.pallor"),
        ("fact.faq-tests", "caveat.ncs-first"),
        ("fact.faq-left-heel-serious", "caveat.left-heel"),
    ],
)
def test_a_hazardous_item_never_stands_without_its_caveat(item: str, caveat: str) -> None:
    assert caveat in [c.id for c in pages().beside(item)]


@pytest.mark.parametrize(
    ("caveat", "rule"),
    [
        ("caveat.baxter", "medial-calcaneal-nerve-entrapment"),
        ("caveat.ncs-first", "ncs"),
        ("caveat.pallor", "compartment-syndrome"),
        ("caveat.gbs-tempo", "guillain-barre"),
        ("caveat.gbs-tempo", "guillain-barre-syndrome"),
        ("caveat.pallor", "limb-compartment-syndrome"),
        ("caveat.compression", "chronic-venous-insufficiency"),
        ("caveat.stop-drug", "chemotherapy"),
    ],
)
def test_a_caveat_stands_on_the_page_that_it_concerns(caveat: str, rule: str) -> None:
    assert rule in pages().where()[caveat]
