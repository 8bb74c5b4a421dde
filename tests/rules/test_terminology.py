"""The codes of the rules: check digits, licenses, codes that are taken for others, and drugs in all their codings."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from cds.domain.coding import Concept
from cds.domain.lexicon import Channel
from cds.domain.record import Exposure, PatientRecord, Route
from cds.fhir.decode import Reader
from cds.knowledge.checks.codes import is_mod_10, is_verhoeff
from tests.builders import (
    Json,
    bundle,
    condition,
    medication_statement,
    observation,
    patient,
    procedure,
    raw,
    resource,
)
from tests.builders import concept as coded
from tests.rulebook import RULES, knowledge

ROOT = RULES.parent
TODAY = 739940  # 2026-11-20
SNOMED, LOINC, RXNORM = "http://snomed.info/sct", "http://loinc.org", "http://www.nlm.nih.gov/research/umls/rxnorm"
VALUE_SETS = sorted((RULES / "value_sets").rglob("*.json"))


@cache
def reader() -> Reader:
    return Reader(knowledge().terminology)


def read(*resources: Json) -> PatientRecord:
    return reader().read_document(raw(bundle(patient(), *resources, kind="collection")), TODAY)


def loaded(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


# --- check digits ---


def codings(data: Any) -> Iterator[tuple[str, str]]:
    """Every system and code in JSON: codings, and the concepts of value sets."""
    if isinstance(data, dict):
        system = data.get("system")
        if isinstance(system, str):
            codes = [data.get("code"), *(c.get("code") for c in data.get("concept", ())), *filtered(data)]
            yield from ((system, code) for code in codes if isinstance(code, str))
        for value in data.values():
            yield from codings(value)
    elif isinstance(data, list):
        for value in data:
            yield from codings(value)


def filtered(include: Any) -> Iterator[str]:
    yield from (f["value"] for f in include.get("filter", ()) if isinstance(f, dict))


def wrong(pairs: Iterable[tuple[str, str]]) -> list[str]:
    """Codes whose check digit does not add up. That of LOINC answers (LA) is made otherwise and is left alone."""
    seen = set(pairs)
    bad = {f"SNOMED {code}" for system, code in seen if system == SNOMED and not is_verhoeff(code)}
    bad |= {f"LOINC {code}" for system, code in seen if system == LOINC and not (code[:2] == "LA" or is_mod_10(code))}
    return sorted(bad)


@pytest.mark.parametrize("folder", ["rules", "fhir_examples"])
def test_every_code_in_json_has_its_check_digit(folder: str) -> None:
    paths = sorted((ROOT / folder).rglob("*.json"))
    pairs = [pair for path in paths for pair in codings(loaded(path))]
    assert len(pairs) > 500
    assert wrong(pairs) == []


def test_every_code_of_rules_and_cases_has_its_check_digit() -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in sorted(RULES.rglob("*.yaml")))
    pairs = [({"SNOMED": SNOMED, "LOINC": LOINC}[s], c) for s, c in re.findall(r"\b(SNOMED|LOINC)#([\w-]+)", text)]
    ordered = re.findall(r'system: "?(http://[\w./]+)"?, code: "?([\w-]+)"?', text)
    assert len(pairs) > 1000
    assert len(ordered) > 20
    assert wrong(pairs + ordered) == []


@pytest.mark.parametrize("folder", ["lexicon", "code_systems"])
def test_every_long_number_among_words_and_aliases_is_a_snomed_code(folder: str) -> None:
    """Words and aliases hold no other numbers but routes of EDQM: a module or edition in a URI is a SNOMED identifier."""
    for path in sorted((RULES / folder).glob("*.yaml")):
        text = re.sub(r"[\d.]+\.[\d.]+|EDQM#\d+", "", path.read_text(encoding="utf-8"))  # OIDs, routes
        assert [number for number in re.findall(r"\d{6,18}", text) if not is_verhoeff(number)] == [], path.name


# --- licenses ---

NOTICES = {
    SNOMED: ("SNOMED CT is", "trademark"),
    LOINC: ("LOINC is copyright © Regenstrief Institute", "http://loinc.org/license"),
    RXNORM: ("courtesy of the U.S. National Library of Medicine", "does not endorse or recommend this"),
    "http://www.whocc.no/atc": ("WHO Collaborating Centre for Drug Statistics Methodology", "state of", "permission"),
    "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets": (
        "Centers for Medicare & Medicaid Services",
        "public domain",
    ),
    "http://hl7.org/fhir/sid/icd-10-cm": ("United States government", "release of"),
    "http://hl7.org/fhir/sid/icd-10": ("World Health Organization", "without titles"),
    "http://fhir.de/CodeSystem/bfarm/icd-10-gm": ("Bundesinstitut für Arzneimittel und Medizinprodukte", "without"),
}


@pytest.mark.parametrize("path", VALUE_SETS, ids=lambda path: str(path.relative_to(RULES / "value_sets")))
def test_a_value_set_names_the_source_and_license_of_each_of_its_code_systems(path: Path) -> None:
    value_set = loaded(path)
    systems = {part["system"] for part in value_set["compose"].get("include", ()) if "system" in part}
    assert systems <= set(NOTICES)
    for system in systems:
        for words in NOTICES[system]:
            assert words in value_set["copyright"], system


def test_codes_outside_the_global_patient_set_stand_apart() -> None:
    apart = [path for path in VALUE_SETS if path.parent.name == "snomed_affiliate"]
    ours = [path for path in VALUE_SETS if path not in apart]
    assert all("requires a SNOMED CT Affiliate License" in loaded(path)["copyright"] for path in apart)
    assert all({system for system, _ in codings(loaded(path))} == {SNOMED} for path in apart)
    with_snomed = [path for path in ours if SNOMED in dict(codings(loaded(path)))]
    assert all("Attribution 4.0" in loaded(path)["copyright"] for path in with_snomed)
    codes = [{code for path in paths for _, code in codings(loaded(path)) if _ == SNOMED} for paths in (ours, apart)]
    assert min(map(len, codes)) > 100
    assert sorted(codes[0] & codes[1]) == []


def test_the_who_classification_is_listed_without_titles() -> None:
    parts = [part for path in VALUE_SETS for part in loaded(path)["compose"].get("include", ())]
    who = [part for part in parts if part.get("system") == "http://hl7.org/fhir/sid/icd-10"]
    assert who
    assert [part for part in who if part.get("concept")] == []


# --- traps ---

TRAPS: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "traps.yaml").read_text(encoding="utf-8"))


def record_of(trap: dict[str, Any], code: str = "") -> PatientRecord:
    """The code alone, without the words that it is taken for."""
    said, kind = code or trap["code"], trap.get("as", "condition")
    if kind == "result":
        return read(observation(said, "5 mg/dL", effectiveDateTime="2026-10-01"))
    if kind == "drug":
        return read(medication_statement(said, effectiveDateTime="2026-10-01"))
    if kind == "procedure":
        return read(procedure(said, performedDateTime="2026-10-01"))
    if kind == "order":
        return read(resource("ServiceRequest", status="active", intent="order", code=coded(said)))
    return read(condition(said, recordedDate="2026-10-01"))


@pytest.mark.parametrize("trap", TRAPS, ids=[f"{trap['code']} is not {trap['seems']}" for trap in TRAPS])
def test_a_code_is_not_what_it_seems(trap: dict[str, Any]) -> None:
    record, number = record_of(trap), trap["code"].partition("#")[2]
    assert sorted(record.names() & set(trap.get("not", ()))) == []
    assert set(trap.get("is", ())) <= record.names()
    for name in trap.get("is", ()):
        facts = [*record.findings.get(name, ()), *record.exposures.get(name, ())]
        assert {fact.side.value for fact in facts} == {trap.get("side", "unknown")}
    if "same_as" in trap:
        assert record.names() == record_of(trap, trap["same_as"]).names()
    if trap.get("mistyped"):
        assert not is_verhoeff(number)


@pytest.mark.parametrize("trap", [t for t in TRAPS if "route" in t], ids=lambda trap: trap["code"])
def test_a_code_without_a_form_tells_no_dose_and_no_route_of_a_drug_with_local_forms(trap: dict[str, Any]) -> None:
    (name,) = trap["is"]
    (fact,) = record_of(trap).exposures[name]
    assert (fact.route, fact.mg_per_day) == (Route(trap["route"]), None)


@pytest.mark.parametrize("trap", [t for t in TRAPS if t.get("never_sent")], ids=lambda trap: trap["code"])
def test_a_withdrawn_code_is_never_sent(trap: dict[str, Any]) -> None:
    number = trap["code"].partition("#")[2]
    found = [c for s in knowledge().library.sets.values() for c in s.concepts if c.code == number]
    assert found
    assert not any("emit" in concept.tags for concept in found)


def test_the_traps_name_value_sets_that_are_there() -> None:
    named = {name for trap in TRAPS for name in (*trap.get("not", ()), *trap.get("is", ()))}
    lexicon = set(knowledge().lexicon.ids(Channel.ANALYTE))
    assert sorted(named - set(knowledge().library.sets) - lexicon) == []


# --- codes without words ---

BARE: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "bare_codes.yaml").read_text(encoding="utf-8"))


def sides(record: PatientRecord, name: str) -> set[str]:
    """The sides of all facts that are filed under a name."""
    shelves = (record.findings, record.results, record.exposures, record.procedures)
    return {fact.side.value for shelf in shelves for fact in shelf.get(name, ())}


@pytest.mark.parametrize("bare", BARE, ids=[bare["code"] for bare in BARE])
def test_a_code_needs_no_words(bare: dict[str, Any]) -> None:
    record = record_of(bare)
    assert set(bare.get("is", ())) <= record.names()
    assert sorted(record.names() & set(bare.get("not", ()))) == []
    for name in bare.get("is", ()):
        assert sides(record, name) == {bare.get("side", "unknown")}


def test_bare_codes_name_value_sets_that_have_codes() -> None:
    assert len(BARE) > 150
    named = {name for bare in BARE for name in (*bare.get("is", ()), *bare.get("not", ()))}
    assert sorted(named - set(knowledge().library.sets)) == []
    assert all("is" in bare or "not" in bare for bare in BARE)


@pytest.mark.parametrize(
    ("site", "sites", "side"),
    [
        ("SNOMED#85562004", {"hand"}, "unknown"),
        ("SNOMED#7569003", {"fingers"}, "unknown"),
        ("SNOMED#53120007", {"upper-limb"}, "unknown"),
        ("SNOMED#89545001", {"face"}, "unknown"),
        ("SNOMED#22943007", {"trunk"}, "unknown"),
        ("SNOMED#38864007", {"saddle"}, "unknown"),
        ("SNOMED#29707007", {"toes"}, "unknown"),
        ("SNOMED#53840002", {"lower-leg"}, "unknown"),
        ("SNOMED#22335008", {"foot"}, "left"),
        ("SNOMED#7769000", {"foot"}, "right"),
        ("SNOMED#8580001", {"foot"}, "both"),
        ("SNOMED#85151006", {"hand"}, "left"),
        ("SNOMED#32696007", {"lower-leg"}, "right"),
    ],
)
def test_a_site_needs_no_words(site: str, sites: set[str], side: str) -> None:
    (fact,) = read(condition("SNOMED#44077006", site=site)).findings["numbness-foot"]
    assert (fact.sites, fact.side.value) == (sites, side)


NUMB_FOOT = {"system": SNOMED, "code": "309538000"}


@pytest.mark.parametrize(
    ("coding", "name"),
    [
        (NUMB_FOOT | {"system": "HTTP://SNOMED.INFO/SCT"}, "numbness-foot"),
        (NUMB_FOOT | {"system": "http://snomed.info/sct|http://snomed.info/sct/731000124108"}, "numbness-foot"),
        (NUMB_FOOT | {"system": "URN:OID:2.16.840.1.113883.6.96"}, "numbness-foot"),
        (NUMB_FOOT | {"system": " snomed-ct "}, "numbness-foot"),
        ({"system": "icd-10-cm", "code": "g5751 "}, "tarsal-tunnel"),
        ({"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "e1142"}, "diabetic-polyneuropathy"),
        ({"system": "urn:oid:2.16.840.1.113883.6.3", "code": "E14.9"}, "diabetes"),
        # without a system: only what can be of one system alone
        ({"code": "309538000"}, "numbness-foot"),
        ({"system": "  ", "code": "309538000"}, "numbness-foot"),
        ({"code": "G83.4"}, "cauda-equina"),
        ({"code": "e11.42"}, "diabetic-neuropathy"),
    ],
)
def test_a_code_system_may_be_written_in_other_ways_or_left_out(coding: Json, name: str) -> None:
    assert name in read(condition({"coding": [coding]})).names()


@pytest.mark.parametrize(
    "coding",
    [
        {"code": "2132"},  # a number may be of any system
        {"code": "6809"},
        {"code": "3900008"},  # short numbers are RxNorm's as well
        {"code": "G834"},
        {"code": "E11"},
        {"system": "http://example.org/local", "code": "309538000"},
        {"system": "http://example.org/local", "code": "G83.4"},
    ],
)
def test_a_code_that_may_be_of_another_system_says_nothing(coding: Json) -> None:
    assert read(condition({"coding": [coding]})).names() == set()


def test_a_code_without_a_system_tells_what_all_editions_share() -> None:
    """The fifth character of E11.42 differs between the American and the German edition."""
    names = read(condition({"coding": [{"code": "E11.42"}]})).names()
    assert ("diabetic-neuropathy" in names, "diabetic-polyneuropathy" in names) == (True, False)


def test_a_result_without_a_system_is_known_by_its_check_digit() -> None:
    unnamed = {"coding": [{"code": "2132-9"}]}
    assert "vitamin-b12-total" in read(observation(unnamed, "150 pg/mL", effectiveDateTime="2026-10-01")).names()


# --- drugs ---


def drug_sets() -> list[str]:
    """Every value set of one ingredient."""
    library = knowledge().library
    return sorted(
        name for name, found in library.sets.items()
        if name not in library.groups and any(concept.system == "rxnorm" for concept in found.concepts)
    )  # fmt: skip


DRUGS = drug_sets()
# Sets that hold several substances, so no word is that of the set.
SEVERAL = frozenset(
    {"vitamin-b12-supplement", "anticoagulant", "corticosteroid", "immunosuppressant", "meglitinide", "sulfonylurea"}
)
# Of these no SNOMED product, or no SNOMED code at all, could be verified.
WITHOUT_SNOMED_PRODUCT = frozenset({"delafloxacin", "dexlansoprazole", "gemifloxacin"})
WITHOUT_SNOMED = frozenset({"enfortumab", "ixabepilone", "polatuzumab"})
STRENGTH = re.compile(r"\d (?:MG|ML|MCG|UNT|MEQ|%)|not verified")
SYSTEMS = {
    "rxnorm": RXNORM,
    "atc": "http://www.whocc.no/atc",
    "snomed": SNOMED,
    "hcpcs": "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets",
}


def exposures(record: PatientRecord) -> list[Exposure]:
    return list({id(fact): fact for found in record.exposures.values() for fact in found}.values())


def only(record: PatientRecord) -> Exposure:
    (fact,) = exposures(record)
    return fact


def by_code(concept: Concept, display: str = "") -> list[Exposure]:
    """What a code brings: one exposure, or several when it combines drugs."""
    codeable = {
        "coding": [
            {"system": SYSTEMS[concept.system], "code": concept.code} | ({"display": display} if display else {})
        ]
    }
    return exposures(read(medication_statement(codeable, effectiveDateTime="2026-10-01")))


@pytest.mark.parametrize("name", DRUGS)
def test_a_drug_is_known_by_every_one_of_its_codes_without_any_words(name: str) -> None:
    concepts = knowledge().library.sets[name].concepts
    read_as = {concept.code: by_code(concept) for concept in concepts}
    assert [code for code, facts in read_as.items() if name not in {fact.drug for fact in facts}] == []
    assert not any(fact.text_only for facts in read_as.values() for fact in facts)


def test_a_code_of_one_drug_brings_no_other() -> None:
    shared = {c.code: set[str]() for name in DRUGS for c in knowledge().library.sets[name].concepts}
    for name in DRUGS:
        for concept in knowledge().library.sets[name].concepts:
            shared[concept.code].add(name)
    combined = {code: names for code, names in shared.items() if len(names) > 1}
    displays = {c.code: c.display for name in DRUGS for c in knowledge().library.sets[name].concepts}
    assert len(combined) > 20
    assert [displays[code] for code in combined if not re.search(r" / | and |, ", displays[code])] == []


@pytest.mark.parametrize("name", DRUGS)
def test_a_drug_has_ingredients_products_and_substances_of_every_system(name: str) -> None:
    concepts = knowledge().library.sets[name].concepts
    displays = {system: [c.display for c in concepts if c.system == system] for system in SYSTEMS}
    assert any(not STRENGTH.search(display) for display in displays["rxnorm"]), "no ingredient"
    assert any(STRENGTH.search(display) for display in displays["rxnorm"]), "no product"
    assert displays["atc"]
    has_substance, has_product = (any(w in d for d in displays["snomed"]) for w in ("substance", "product"))
    assert has_substance is (name not in WITHOUT_SNOMED)
    assert has_product is (name not in WITHOUT_SNOMED | WITHOUT_SNOMED_PRODUCT)


@pytest.mark.parametrize("name", [name for name in DRUGS if name not in SEVERAL])
def test_a_drug_is_known_by_its_word_and_the_form_tells_systemic_from_local(name: str) -> None:
    title = knowledge().library.sets[name].title
    tablet, gel = (
        only(read(medication_statement(f"{title} 100 mg tablet"))),
        only(read(medication_statement(f"{title} gel"))),
    )
    assert (tablet.drug, tablet.text_only, tablet.route) == (name, True, Route.SYSTEMIC)
    assert (gel.drug, gel.route) == (name, Route.LOCAL)
    spray = only(read(medication_statement(f"{title} nasal spray")))
    is_absorbed = name in knowledge().terminology.lexicon.nasal
    assert (spray.drug, spray.route) == (name, Route.SYSTEMIC if is_absorbed else Route.LOCAL)


@pytest.mark.parametrize("name", DRUGS)
def test_the_form_in_a_code_tells_systemic_from_local(name: str) -> None:
    for concept in knowledge().library.sets[name].concepts:
        fact = next(fact for fact in by_code(concept) if fact.drug == name)
        if "topical" in concept.tags:
            assert fact.route is Route.LOCAL, concept
        elif "route-unknown" in concept.tags:
            assert fact.route is Route.UNKNOWN, concept
        elif re.search(r"Oral (?:Tablet|Capsule|Solution)|Injection", concept.display):
            told = next(fact for fact in by_code(concept, concept.display) if fact.drug == name)
            assert told.route is Route.SYSTEMIC, concept


def test_drugs_with_local_forms_have_codes_for_them() -> None:
    local = {name for name in DRUGS if any("topical" in c.tags for c in knowledge().library.sets[name].concepts)}
    assert {"metronidazole", "ciprofloxacin", "ofloxacin", "moxifloxacin", "levofloxacin"} <= local
