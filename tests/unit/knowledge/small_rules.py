"""A whole rulebook in small: every kind of rule once, with cases that notice every slip.

Long because it is a folder of files, kept as one text each.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml

from cds.knowledge.wording import TEXTS

HEAD = """\
version: 0.1.0
title: {title}
purpose: For the tests.
sources: [policy]
review: {{author: unassigned, clinical_reviewer: unassigned, reviewed: null, next_review: 2027-05-20}}
"""


def head(id_: str, kind: str, title: str) -> str:
    return f"id: {id_}\nkind: {kind}\n" + HEAD.format(title=title)


SYMPTOM = 'symptom: {code: "SNOMED#309538000 Numbness of foot", side: both, onset: 2026-06-01, recorded: 2026-07-01}\n'


def texts() -> dict[str, Any]:
    """Every text that must be there, each named by itself."""
    data: dict[str, Any] = {}
    for text in TEXTS:
        part = data
        for key in text.keys[:-1]:
            part = part.setdefault(key, {})
        part[text.keys[-1]] = f"Text {text.keys[-1]}"
    return data


WORDING = (
    yaml.safe_dump(texts() | {"label": "Small"}, sort_keys=False)
    + """\
forbidden:
  - {words: ["stop*", "ruled out"], why: no instruction and no reassurance}
spelling: {ischaemi*: ischemi...}
"""
)

SETS = {
    "numbness_foot": ("http://snomed.info/sct", "309538000", "Numbness of foot", ""),
    "diabetes": ("http://snomed.info/sct", "44054006", "Diabetes mellitus type 2", ""),
    "urinary_retention": ("http://snomed.info/sct", "267064002", "Retention of urine", ""),
    "vitamin_b12_total": ("http://loinc.org", "2132-9", "Cobalamin (Vitamin B12) [Mass/volume] in Serum or Plasma", ""),
    "metronidazole": ("http://www.nlm.nih.gov/research/umls/rxnorm", "6922", "metronidazole", ""),
    "order_ncs": ("http://loinc.org", "29755-6", "Nerve conduction study", "emit"),
}

FILES = {
    "code_systems/aliases.yaml": """\
snomed: {uri: "http://snomed.info/sct", aliases: [SNOMED]}
loinc: {uri: "http://loinc.org", aliases: [LOINC]}
rxnorm: {uri: "http://www.nlm.nih.gov/research/umls/rxnorm", aliases: [RXNORM]}
""",
    "code_systems/icd10cm_sides.yaml": "[]\n",
    "code_systems/override.json": '{"concept": [{"code": "disagree", "display": "Other"}]}\n',
    "code_systems/card_topic.json": '{"concept": [{"code": "work-up", "display": "Work-up"}]}\n',
    "lexicon/words.yaml": """\
sites:
  foot: {group: lower, words: [foot], plural: [feet]}
sides:
  left: [left]
  right: [right]
  both: [bilateral]
modifiers:
  mod.sudden-onset: [sudden|suddenly]
findings:
  urinary-retention: {words: ["retention of urine"]}
cues:
  - {effect: suspected, reach: list, words: [suspected]}
routes:
  systemic: [oral]
  local: [topical]
""",
    "units.yaml": """\
units:
  pg/mL: {dimension: mass-concentration, factor: 1.0e-9, aliases: [ng/L]}
  pmol/L: {dimension: molar-concentration, factor: 1.0e-12, aliases: []}
""",
    "sources.yaml": 'policy: {label: service policy, citation: "a choice of this service", verified: policy}\n',
    "drugs.yaml": "metronidazole: {look_back: 30 days, cite: [policy]}\n",
    "settled.yaml": """\
cite: [policy]
merge_within: 14 days
add_within: 12 months
attributed_within: 12 months
same_numbness: 28 days
visits: 30 days
remarks: 90 days
results: 12 months
points: {diagnostic: 4, strong_risk: 2, weak_risk: 1, pattern: 2, timing: 2, harm: 1, treated: -1}
""",
    "questions.yaml": 'ask.side: {text: "One foot or both?", rank: 2, standing: true}\n',
    "services.yaml": "cds_hooks_version: 3.0.0\nservices: []\n",
    "rulebook.yaml": """\
version: 0.1.0
unreleased: true
review: {author: unassigned, clinical_reviewer: unassigned, reviewed: null, next_review: 2027-05-20}
""",
    "wording.yaml": WORDING,
    "gate/symptom_present.yaml": head("symptom-present", "gate", "A symptom is there")
    + """\
effect: open
criteria:
  on_record: {finding: {in: numbness-foot, source: Condition, may: {recorded_within: 24 months}}}
when: on_record
""",
    "gate/symptom_present.test.yaml": """\
rule: symptom-present
day: 2026-11-20
symptom: {code: "SNOMED#309538000 Numbness of foot", recorded: 2024-12-15}
cases:
  - {name: a numb foot opens the gate, expect: {truth: met}}
  - name: an old one does not
    symptom: {code: "SNOMED#309538000 Numbness of foot", recorded: 2024-11-15}
    expect: none
  - name: a sign does not
    symptom: none
    record: [{observation: "SNOMED#309538000 Numbness of foot", value: true}]
    expect: none
  - {name: without conditions nobody knows, symptom: none, missing: conditions, expect: {truth: unknown}}
""",
    "patterns/both_feet.yaml": head("both-feet", "pattern", "Both feet")
    + "pattern: both-feet\norder: 1\ncriteria:\n  both: {symptom: {sides: both}}\nwhen: both\n",
    "patterns/both_feet.test.yaml": "rule: both-feet\nday: 2026-11-20\n"
    + SYMPTOM
    + """\
cases:
  - {name: both feet, expect: {truth: met}}
  - {name: one foot, symptom: {code: "SNOMED#309538000 Numbness of foot", side: left}, expect: none}
""",
    "definitions/small_definitions.yaml": head("small-definitions", "definitions", "Shared")
    + """\
criteria:
  first_line_complete_and_normal: {done: {in: vitamin-b12-total, within: 12 months}}
  diabetes_on_record: {finding: {in: diabetes}}
""",
    "definitions/small_definitions.test.yaml": """\
rule: small-definitions
day: 2026-11-20
cases:
  - name: all there
    record:
      - {condition: "SNOMED#44054006 Diabetes mellitus type 2"}
      - {result: "LOINC#2132-9 Vitamin B12", value: 400 pg/mL, dated: 2025-12-01}
    expect: {first_line_complete_and_normal: met, diabetes_on_record: met}
  - name: a result too old
    record: [{result: "LOINC#2132-9 Vitamin B12", value: 400 pg/mL, dated: 2025-11-01}]
    expect: {first_line_complete_and_normal: not-met, diabetes_on_record: not-met}
  - name: a recent result
    record: [{result: "LOINC#2132-9 Vitamin B12", value: 400 pg/mL, dated: 2026-11-01}]
    expect: {first_line_complete_and_normal: met}
  - name: an old result
    record: [{result: "LOINC#2132-9 Vitamin B12", value: 400 pg/mL, dated: 2025-10-25}]
    expect: {first_line_complete_and_normal: not-met}
""",
    "red_flags/retention.yaml": head("retention", "red_flag", "Retention of urine")
    + """\
order: 1
criteria:
  new_retention: {finding: {in: urinary-retention, suspected: true, new_within: 14 days}}
  old_retention: {finding: {in: urinary-retention, older_than: 14 days}}
levels:
  - flag: redflag.retention
    indicator: critical
    when: new_retention
    summary: Numbness with new retention of urine.
    line: Refer at once.
    actions: [action.emergency-department]
    tests: [test.ncs]
asks:
  - {ask: ask.side, when: old_retention}
""",
    "red_flags/retention.test.yaml": "rule: retention\nday: 2026-11-20\n"
    + SYMPTOM
    + """\
cases:
  - name: new retention
    record: [{condition: "SNOMED#267064002 Retention of urine", onset: 2026-11-06}]
    expect: {flag: redflag.retention, indicator: critical, actions: [action.emergency-department], tests: [test.ncs]}
  - name: suspected only
    record: [{condition: "SNOMED#267064002 Suspected retention of urine", onset: 2026-11-10}]
    expect: {flag: redflag.retention, indicator: critical}
  - name: one day older
    record: [{condition: "SNOMED#267064002 Retention of urine", onset: 2026-11-05}]
    expect: {asks: ask.side}
  - name: none
    expect: none
""",
    "causes/metronidazole_neuropathy.yaml": head("metronidazole-neuropathy", "cause", "Metronidazole neuropathy")
    + """\
cause: cause.metronidazole
criteria:
  exposed: {exposure: {in: metronidazole, timing: fits}, points: strong_risk, cite: policy}
  began_before: {exposure: {in: metronidazole, timing: before-start}}
supported_when: {all: [exposed, shared.diabetes_on_record]}
possible_when: exposed
set_aside_when:
  - {when: began_before, because: "started after the numbness began: {began_before}"}
fits: [both-feet]
line: {supported: Metronidazole fits., possible: Metronidazole may fit.}
asks: [ask.side]
""",
    "causes/metronidazole_neuropathy.test.yaml": "rule: metronidazole-neuropathy\nday: 2026-11-20\n"
    + SYMPTOM
    + """\
cases:
  - name: a course before the onset
    record: [{drug: "RXNORM#6922 metronidazole", from: 2026-05-01, to: 2026-05-20, route: oral}]
    expect: {tier: possible, points: 4, line: may fit}
  - name: with diabetes
    record:
      - {drug: "RXNORM#6922 metronidazole", from: 2026-05-01, to: 2026-05-20, route: oral, as: MedicationRequest}
      - {condition: "SNOMED#44054006 Diabetes mellitus type 2"}
    expect: {tier: supported, points: 4}
  - name: a course after the onset
    record: [{drug: "RXNORM#6922 metronidazole", from: 2026-08-01, to: 2026-08-20, route: oral, as: MedicationDispense}]
    expect: {set_aside: started after}
  - name: a course long before the onset
    record: [{drug: "RXNORM#6922 metronidazole", from: 2026-03-01, to: 2026-03-20, route: oral}]
    expect: none
  - name: no drug, with diabetes
    record: [{condition: "SNOMED#44054006 Diabetes mellitus type 2"}]
    expect: none
""",
    "causes/diabetic_neuropathy.yaml": head("diabetic-neuropathy", "cause", "Diabetic neuropathy")
    + """\
cause: cause.diabetic-neuropathy
supported_when: shared.diabetes_on_record
line: {supported: Diabetes is known.}
""",
    "causes/diabetic_neuropathy.test.yaml": "rule: diabetic-neuropathy\nday: 2026-11-20\n"
    + SYMPTOM
    + """\
cases:
  - name: known diabetes
    record: [{condition: "SNOMED#44054006 Diabetes mellitus type 2"}]
    expect: {tier: supported, points: 0}
  - {name: none, expect: none}
""",
    "causes/low_b12.yaml": head("low-b12", "cause", "Low vitamin B12")
    + """\
cause: cause.low-b12
criteria:
  low: {result: {in: vitamin-b12-total, below: [180 pg/mL, 133 pmol/L]}, points: diagnostic}
supported_when: low
line: {supported: Vitamin B12 is low.}
""",
    "causes/low_b12.test.yaml": "rule: low-b12\nday: 2026-11-20\n"
    + SYMPTOM
    + """\
cases:
  - name: low
    record: [{result: "LOINC#2132-9 B12", value: 179 pg/mL, dated: 2026-11-01}]
    expect: {tier: supported, points: 4}
  - name: the limit
    record: [{result: "LOINC#2132-9 B12", value: 180 pg/mL, dated: 2026-11-01}]
    expect: none
  - name: low in mol
    record: [{result: "LOINC#2132-9 B12", value: 132 pmol/L, dated: 2026-11-01}]
    expect: {tier: supported, points: 4}
  - name: the limit in mol
    record: [{result: "LOINC#2132-9 B12", value: 133 pmol/L, dated: 2026-11-01}]
    expect: none
""",
    "tests/ncs.yaml": head("ncs", "test", "Nerve conduction study")
    + """\
test: test.ncs
name: nerve conduction study
rank: 1
offered: order
criteria:
  both_feet: {pattern: [both-feet]}
  drug_cause: {cause: {id: cause.metronidazole, tier: [supported, possible]}}
  drug_named: {cause: {id: cause.metronidazole, tier: supported}}
now_when:
  - {when: {any: [both_feet, drug_cause]}, because: both feet or a drug}
not_indicated_when:
  - {when: shared.diabetes_on_record, because: known diabetes}
note_when:
  - {when: drug_named, because: a drug explains it}
ordered_when: {ordered: {in: order-ncs}}
order:
  text: Nerve conduction study
  coding: [{system: "http://loinc.org", code: 29755-6, display: Nerve conduction study}]
""",
    "tests/ncs.test.yaml": """\
rule: ncs
day: 2026-11-20
symptom: {code: "SNOMED#309538000 Numbness of foot", side: left, onset: 2026-06-01, recorded: 2026-07-01}
cases:
  - name: both feet
    symptom: {code: "SNOMED#309538000 Numbness of foot", side: both}
    expect: {when: now, because: both feet}
  - name: one foot and a drug that may have done it
    record: [{drug: "RXNORM#6922 metronidazole", from: 2026-05-01, to: 2026-05-20, route: oral}]
    expect: {when: now}
  - name: a drug that has done it
    record:
      - {drug: "RXNORM#6922 metronidazole", from: 2026-05-01, to: 2026-05-20, route: oral}
      - {condition: "SNOMED#44054006 Diabetes mellitus type 2"}
    expect: {when: now, notes: a drug}
  - name: ordered
    symptom: {code: "SNOMED#309538000 Numbness of foot", side: both}
    record: [{order: "LOINC#29755-6 Nerve conduction study", dated: 2026-11-01}]
    expect: {state: ordered}
  - name: known diabetes
    record: [{condition: "SNOMED#44054006 Diabetes mellitus type 2"}]
    expect: {state: not-indicated, because: known diabetes}
  - name: a drug that may have done it, and another cause
    record:
      - {drug: "RXNORM#6922 metronidazole", from: 2026-05-01, to: 2026-05-20, route: oral}
      - {result: "LOINC#2132-9 B12", value: 150 pg/mL, dated: 2026-11-01}
    expect: {when: now}
  - name: one foot
    expect: none
""",
    "orders/emergency_department.yaml": head("emergency-department", "action", "Emergency department")
    + "action: action.emergency-department\nname: emergency department\nrank: 1\norder: {text: Emergency assessment}\n",
    "medication/metronidazole_card.yaml": head("metronidazole-card", "medication", "Metronidazole")
    + """\
cause: cause.metronidazole
line: Metronidazole can cause numbness.
interactions:
  - {when: shared.diabetes_on_record, because: diabetes adds to it}
""",
    "medication/metronidazole_card.test.yaml": "rule: metronidazole-card\nday: 2026-11-20\n"
    + SYMPTOM
    + """\
cases:
  - name: a drug cause
    record: [{drug: "RXNORM#6922 metronidazole", from: 2026-05-01, route: oral}]
    expect: {drugs: metronidazole, warning: true}
  - name: with diabetes
    record:
      - {drug: "RXNORM#6922 metronidazole", from: 2026-05-01, to: 2026-05-20, route: oral}
      - {condition: "SNOMED#44054006 Diabetes mellitus type 2"}
    expect: {drugs: metronidazole, interactions: 1}
  - {name: none, expect: none}
""",
}


def value_set(name: str, system: str, code: str, display: str, tag: str = "") -> str:
    concept: dict[str, object] = {"code": code, "display": display}
    if tag:
        concept["extension"] = [{"url": "tag", "valueCode": tag}]
    id_ = name.replace("_", "-")
    include = [{"system": system, "concept": [concept]}]
    return json.dumps({"resourceType": "ValueSet", "id": id_, "title": id_, "compose": {"include": include}})


def write(folder: Path) -> None:
    """Write the whole rulebook below a folder, but for the units and the lock."""
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    for name, parts in SETS.items():
        path = folder / "value_sets" / f"{name}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(value_set(name, *parts), encoding="utf-8")
