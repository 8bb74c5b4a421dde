"""The words of the stories: each concept in the code systems that one dialect or another sends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]

URIS = {
    "snomed": "http://snomed.info/sct",
    "icd": "http://hl7.org/fhir/sid/icd-10-cm",
    "gm": "http://fhir.de/CodeSystem/bfarm/icd-10-gm",
    "loinc": "http://loinc.org",
    "rxnorm": "http://www.nlm.nih.gov/research/umls/rxnorm",
    "atc": "http://www.whocc.no/atc",
}
PLURALS = {"foot": "feet", "leg": "legs"}


@dataclass(frozen=True, slots=True)
class Word:
    """A concept. `{}` in the text stands for the part of the body; `icd` has one code, or one for each side."""

    text: str
    snomed: str = ""
    icd: str | Mapping[str, str] = ""
    gm: str = ""
    loinc: str = ""
    uk: str = ""  # SNOMED CT UK, where laboratories use codes of their own
    rxnorm: str = ""
    atc: str = ""
    german: str = ""
    part: str = ""

    def said(self, side: str = "") -> str:
        """What a clinician writes: "Numbness of left foot"."""
        if not side:
            return self.text.removesuffix(", {}").format(self.part)
        part = PLURALS.get(self.part, "") if side == "both" else self.part
        return self.text.format(f"{side} {part}")

    def code(self, system: str, side: str = "") -> str:
        """The code in a system; empty when there is none."""
        code: str | Mapping[str, str] = getattr(self, system)
        return code if isinstance(code, str) else code.get(side) or code.get("", "")

    def codings(self, systems: tuple[str, ...], side: str = "", display: str = "") -> list[Json]:
        """A coding in each of the systems that has one."""
        words = display or self.said()
        made = ((URIS[system], self.code(system, side)) for system in systems)
        return [{"system": uri, "code": code, "display": words} for uri, code in made if code]


# --- symptoms, signs and diagnoses ---

NUMB = Word("Numbness of {}", "309538000", "R20.0", "R20.0", german="Taubheitsgefühl", part="foot")
DIABETES = Word("Type 2 diabetes mellitus", "44054006", "E11.9", "E11.90", german="Diabetes mellitus, Typ 2")
HYPOTHYROID = Word("Hypothyroidism", "40930008", "E03.9", "E03.9", german="Hypothyreose")
B12_DEFICIENCY = Word("Vitamin B12 deficiency", "190634004", "E53.8", "E53.8", german="Vitamin-B12-Mangel")
SADDLE = Word("Saddle numbness", "449813001", german="Reithosenanästhesie")
RETENTION = Word("Retention of urine", "267064002", "R33.9", "R33", german="Harnverhalt")
INCONTINENCE = Word("Urinary incontinence", "165232002", "R32", "R32", german="Harninkontinenz")
WEAK = Word("Weakness of {}", "26544005", german="Muskelschwäche", part="leg")
DROP = Word(
    "Foot drop, {}",
    "6077001",
    {"left": "M21.372", "right": "M21.371"},
    "M21.37",
    german="Fußheberschwäche",
    part="foot",
)
ISCHEMIA = Word("Acute ischemia of {}", "1230182004", "I74.3", "I74.3", german="Akute Beinischämie", part="leg")
COMPARTMENT = Word(
    "Compartment syndrome of {}", "212385001", {"left": "T79.A22A", "right": "T79.A21A"},
    german="Kompartmentsyndrom des Unterschenkels", part="leg",
)  # fmt: skip
TIBIA = Word(
    "Fracture of tibia, {}", "31978002", {"left": "S82.202A", "right": "S82.201A"}, "S82.28", german="Tibiafraktur",
    part="leg",
)  # fmt: skip
ULCER = Word(
    "Ulcer of {}", "95345008", {"left": "L97.529", "right": "L97.519"}, german="Fußulkus", part="foot"
)  # fmt: skip
CELLULITIS = Word(
    "Cellulitis of {}", "128276007", {"left": "L03.116", "right": "L03.115"}, "L03.11",
    german="Phlegmone am Fuß", part="foot",
)  # fmt: skip
TARSAL = Word(
    "Tarsal tunnel syndrome, {}", "47374004", {"left": "G57.52", "right": "G57.51"}, "G57.5",
    german="Tarsaltunnelsyndrom", part="foot",
)  # fmt: skip
REFLEXES = Word("Ankle reflexes")
CANNOT_PASS_URINE = Word("Numb foot and numb saddle area, cannot pass urine since yesterday")

# --- tests ---

A1C = Word("Hemoglobin A1c", "43396009", loinc="4548-4", uk="999791000000106", german="HbA1c")
B12 = Word("Vitamin B12", "271216009", loinc="2132-9", uk="993391000000108", german="Vitamin B12")
B12_MOLAR = Word("Vitamin B12", "271216009", loinc="14685-2", uk="993391000000108", german="Vitamin B12")
TSH = Word("TSH", "61167004", loinc="3016-3", uk="1022791000000101", german="TSH")
EGFR = Word("eGFR (CKD-EPI 2021)", loinc="98979-8", uk="1011481000000105", german="eGFR (CKD-EPI)")
ABI = Word("Ankle-brachial index", "446841001", loinc="77194-9", uk="446841001", german="Knöchel-Arm-Index")
CONDUCTION = Word("Nerve conduction study", loinc="29755-6", german="Elektroneurographie")

# --- drugs and devices ---

VINCRISTINE = Word("vincristine sulfate 1 MG/ML Injectable Solution", "387126006", rxnorm="11202", atc="L01CA02")
CISPLATIN = Word("cisplatin 1 MG/ML Injectable Solution", "387318005", rxnorm="309311", atc="L01XA01")
METRONIDAZOLE = Word("metronidazole 400 MG Oral Tablet", "1222004", rxnorm="199327", atc="P01AB01")
CIPROFLOXACIN = Word("ciprofloxacin 500 MG Oral Tablet", "7577004", rxnorm="309309", atc="J01MA02")
ISONIAZID = Word("isoniazid 300 MG Oral Tablet", "81335000", rxnorm="197832", atc="J04AC01")
PYRIDOXINE = Word("pyridoxine 100 MG Oral Tablet", "36944009", rxnorm="684879", atc="A11HA02")
PACEMAKER = Word("Cardiac pacemaker", "14106009", "Z95.0", "Z95.0", german="Herzschrittmacher")
