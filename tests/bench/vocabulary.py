"""What the generated charts are made of: everyday entries of an adult's record, with codes as systems send them."""

from __future__ import annotations

from typing import NamedTuple


class Diagnosis(NamedTuple):
    """A line of the problem list."""

    snomed: str
    icd: str
    display: str


class Test(NamedTuple):
    """A measurement with its unit and the range in which values are drawn."""

    loinc: str
    display: str
    unit: str
    low: float
    high: float
    category: str = "laboratory"


class Drug(NamedTuple):
    """A drug as it is prescribed."""

    rxnorm: str
    display: str
    sig: str


class Act(NamedTuple):
    """Something done to or for the patient."""

    snomed: str
    display: str


DIAGNOSES = (
    Diagnosis("38341003", "I10", "Essential (primary) hypertension"),
    Diagnosis("55822004", "E78.5", "Hyperlipidemia, unspecified"),
    Diagnosis("414916001", "E66.9", "Obesity, unspecified"),
    Diagnosis("235595009", "K21.9", "Gastro-esophageal reflux disease without esophagitis"),
    Diagnosis("239873007", "M17.9", "Osteoarthritis of knee, unspecified"),
    Diagnosis("444814009", "J01.90", "Acute sinusitis, unspecified"),
    Diagnosis("10509002", "J20.9", "Acute bronchitis, unspecified"),
    Diagnosis("271737000", "D64.9", "Anemia, unspecified"),
    Diagnosis("195967001", "J45.909", "Unspecified asthma, uncomplicated"),
    Diagnosis("61582004", "J30.9", "Allergic rhinitis, unspecified"),
    Diagnosis("35489007", "F32.A", "Depression, unspecified"),
    Diagnosis("37796009", "G43.909", "Migraine, unspecified, not intractable, without status migrainosus"),
    Diagnosis("68566005", "N39.0", "Urinary tract infection, site not specified"),
    Diagnosis("193570009", "H26.9", "Unspecified cataract"),
    Diagnosis("15188001", "H91.90", "Unspecified hearing loss, unspecified ear"),
)

TESTS = (
    Test("718-7", "Hemoglobin [Mass/volume] in Blood", "g/dL", 11.5, 16.5),
    Test("4544-3", "Hematocrit [Volume Fraction] of Blood by Automated count", "%", 34, 50),
    Test("6690-2", "Leukocytes [#/volume] in Blood by Automated count", "10*3/uL", 3.5, 11),
    Test("777-3", "Platelets [#/volume] in Blood by Automated count", "10*3/uL", 140, 420),
    Test("2951-2", "Sodium [Moles/volume] in Serum or Plasma", "mmol/L", 134, 146),
    Test("2823-3", "Potassium [Moles/volume] in Serum or Plasma", "mmol/L", 3.4, 5.2),
    Test("2075-0", "Chloride [Moles/volume] in Serum or Plasma", "mmol/L", 97, 108),
    Test("2028-9", "Carbon dioxide, total [Moles/volume] in Serum or Plasma", "mmol/L", 20, 30),
    Test("3094-0", "Urea nitrogen [Mass/volume] in Serum or Plasma", "mg/dL", 7, 24),
    Test("17861-6", "Calcium [Mass/volume] in Serum or Plasma", "mg/dL", 8.5, 10.4),
    Test("2885-2", "Protein [Mass/volume] in Serum or Plasma", "g/dL", 6, 8.4),
    Test("2093-3", "Cholesterol [Mass/volume] in Serum or Plasma", "mg/dL", 140, 260),
    Test("2571-8", "Triglyceride [Mass/volume] in Serum or Plasma", "mg/dL", 70, 280),
    Test("2085-9", "Cholesterol in HDL [Mass/volume] in Serum or Plasma", "mg/dL", 35, 75),
    Test("13457-7", "Cholesterol in LDL [Mass/volume] in Serum or Plasma by calculation", "mg/dL", 60, 170),
    Test("4548-4", "Hemoglobin A1c/Hemoglobin.total in Blood", "%", 6.6, 8.9),
    Test("2345-7", "Glucose [Mass/volume] in Serum or Plasma", "mg/dL", 90, 240),
    Test("8302-2", "Body height", "cm", 164, 166, "vital-signs"),
    Test("29463-7", "Body weight", "kg", 68, 98, "vital-signs"),
    Test("39156-5", "Body mass index (BMI) [Ratio]", "kg/m2", 25, 36, "vital-signs"),
    Test("8867-4", "Heart rate", "/min", 56, 98, "vital-signs"),
    Test("9279-1", "Respiratory rate", "/min", 12, 18, "vital-signs"),
    Test("8310-5", "Body temperature", "Cel", 36.2, 37.4, "vital-signs"),
    Test("2708-6", "Oxygen saturation in Arterial blood", "%", 94, 99, "vital-signs"),
)

DRUGS = (
    Drug("314076", "lisinopril 10 MG Oral Tablet", "Take 1 tablet by mouth once daily"),
    Drug("617310", "atorvastatin 20 MG Oral Tablet", "Take 1 tablet by mouth at bedtime"),
    Drug("197361", "amlodipine 5 MG Oral Tablet", "Take 1 tablet by mouth once daily in the morning"),
    Drug("310798", "hydrochlorothiazide 25 MG Oral Tablet", "Take 1 tablet by mouth once daily"),
    Drug("313782", "acetaminophen 325 MG Oral Tablet", "Take 2 tablets by mouth every 6 hours as needed for pain"),
    Drug("310965", "ibuprofen 200 MG Oral Tablet", "Take 1 to 2 tablets by mouth every 8 hours as needed with food"),
    Drug("311372", "loratadine 10 MG Oral Tablet", "Take 1 tablet by mouth once daily as needed for allergies"),
    Drug("308191", "amoxicillin 500 MG Oral Capsule", "Take 1 capsule by mouth three times daily for 7 days"),
    Drug("312941", "sertraline 50 MG Oral Tablet", "Take 1 tablet by mouth once daily"),
)

ACTS = (
    Act("73761001", "Colonoscopy"),
    Act("430193006", "Medication reconciliation"),
    Act("710824005", "Assessment of health and social care needs"),
    Act("171207006", "Depression screening"),
    Act("76601001", "Intramuscular injection"),
    Act("399208008", "Plain X-ray of chest"),
    Act("29303009", "Electrocardiographic procedure"),
    Act("40701008", "Echocardiography"),
    Act("54550000", "Visual field examination"),
)

# Who can say what is in such a note: nothing that a rule looks for, in the words of a visit.
NOTES = (
    "Seen in clinic, doing well overall. No chest pain or shortness of breath. Continue current management.",
    "Reviewed at annual visit with the patient. Advised on diet, exercise and weight. Recheck at the next visit.",
    "Specimen received in good condition. Result verified by repeat analysis on a second instrument.",
    "Patient reports good adherence and no side effects. Refill sent to the pharmacy on file.",
    "Discussed risks and benefits, all questions answered. Follow up in three months or sooner if needed.",
    "Entered from outside records brought by the patient. Date approximate, original report not available.",
)

NUMBNESS = Diagnosis("309538000", "R20.0", "Numbness of foot")
DIABETES = Diagnosis("44054006", "E11.9", "Type 2 diabetes mellitus without complications")
METFORMIN = Drug("861007", "metformin hydrochloride 500 MG Oral Tablet", "Take 1 tablet by mouth twice a day")
