"""Loading the lexicon and the units: what a file may say, and how every slip is named with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from cds.domain.lexicon import GAP, Channel, Cue, Effect, Lexicon, Phrase, SiteGroup
from cds.knowledge.lexicon import LexiconError, load_lexicon, load_units

RULES = Path(__file__).resolve().parents[3] / "rules"
OURS = load_lexicon(RULES / "lexicon")


def lexicon(folder: Path, text: str) -> Lexicon:
    """A lexicon of one file."""
    (folder / "words.yaml").write_text(text, encoding="utf-8")
    return load_lexicon(folder)


def phrase(lexicon: Lexicon, concept: str) -> Phrase:
    """The only phrase of a concept."""
    (found,) = [p for p in lexicon.phrases if p.concept == concept]
    return found


# --- the project's own files ---


def test_the_projects_lexicon_loads() -> None:
    loaded = OURS
    assert loaded.groups["heel"] is SiteGroup.LOWER
    assert "metronidazole" in loaded.local_forms
    assert loaded.answers["not detected"] == "negative"
    assert {"pain", "weak", "ulcer"} <= loaded.inner
    assert not loaded.ids(Channel.SAY) & loaded.inner


WANTED = {
    Channel.SAY: {
        "sensory-symptom", "saddle-anesthesia", "urinary-retention", "urinary-incontinence", "fecal-incontinence",
        "stress-or-urge-incontinence", "drug-induced-urinary-retention", "sexual-dysfunction", "bilateral-sciatica",
        "reduced-reflexes", "brisk-reflexes", "sensory-level", "leg-paralysis", "rest-pain", "exertional-leg-pain",
        "absent-pulses", "cold-limb", "pale-limb", "gangrene", "sepsis", "fever", "immunosuppression",
        "injection-drug-use", "spinal-metastasis", "bone-metastasis", "pain-out-of-proportion",
        "pain-on-passive-stretch", "tense-leg", "tight-cast", "crush-injury", "leg-fracture", "leg-surgery",
        "reperfusion", "tinel-tarsal-tunnel", "medial-heel-tenderness", "facial-numbness", "arm-numbness",
        "facial-weakness", "dysphagia-or-bulbar", "dyspnea", "gastroenteritis", "respiratory-infection",
        "warm-swollen-foot", "foot-deformity", "foot-discoloration-swelling", "comfort-care", "hemoglobinopathy",
        "transfusion", "atrial-fibrillation", "anticoagulant-therapy", "monofilament-abnormal", "vibration-reduced",
        "atherosclerosis-elsewhere", "nitrous-oxide-use", "gastric-or-ileal-surgery", "claustrophobia",
    },
    Channel.DRUG: {
        "metronidazole", "vincristine", "cisplatin", "ciprofloxacin", "isoniazid", "vitamin-b12-supplement",
        "hydroxocobalamin", "pyridoxine", "nitrous-oxide", "insulin", "sulfonylurea", "meglitinide", "pioglitazone",
        "glp1-agonist", "sglt2-inhibitor", "levothyroxine", "lithium", "warfarin", "anticoagulant", "itraconazole",
    },
    Channel.ANALYTE: {
        "vitamin-b12-total", "vitamin-b12-active", "methylmalonic-acid", "homocysteine", "hba1c", "glucose-fasting",
        "glucose-random", "ogtt-2h", "tsh", "ft4", "creatinine", "egfr", "hemoglobin", "esr", "crp", "alt",
        "audit-c-score", "abi", "tbi", "toe-pressure", "vitamin-b6-level", "thiamine-level", "spep",
    },
    Channel.TEST: {
        "order-ncs", "order-emg", "order-abi", "order-mri-lumbar", "order-mri-spine", "order-mri-ankle-foot",
        "order-xray-foot", "order-us-foot", "order-b12", "order-mma", "order-hba1c", "order-glucose", "order-tsh",
        "order-cmp", "order-cbc", "order-esr-crp", "order-lft", "order-spep", "order-referral-neurology",
        "order-referral-podiatry", "order-vascular", "order-tbi", "order-monofilament",
    },
    Channel.MODIFIER: {
        "mod.bilateral-symmetric", "mod.unilateral", "mod.stocking-glove", "mod.ascending-gradual",
        "mod.ascending-rapid", "mod.rapid-spread-up-leg", "mod.sudden-onset", "mod.persistent-progressive",
        "mod.improving", "mod.stable", "mod.chronic", "mod.transient-resolves", "mod.immediate-after-injury",
        "mod.after-injury", "mod.bend-twist-lift", "mod.repetitive-activity", "mod.prolonged-standing-high-impact",
        "mod.tight-shoes", "mod.crossed-legs-kneeling", "mod.cold", "mod.hands-also", "mod.whole-lower-leg",
        "mod.dermatomal", "mod.follows-nerve-path", "mod.back-of-leg-outer-foot", "mod.medial-heel",
        "mod.posterior-heel", "mod.heel-and-sole", "mod.sole-radiation", "mod.after-new-drug", "mod.during-chemo",
        "mod.night", "mod.exertional", "mod.other-body-parts", "mod.longest-nerves-first", "mod.gradual-after-scar",
        "mod.persists-after-chemo", "mod.refractory-to-rest-ice", "sym.numbness", "sym.tingling",
        "sym.pins-and-needles", "sym.burning", "sym.loss-of-sensation-complete",
    },
}  # fmt: skip


@pytest.mark.parametrize("channel", WANTED, ids=lambda channel: channel.name.lower())
def test_the_projects_lexicon_names_what_the_rules_may_ask_for(channel: Channel) -> None:
    assert WANTED[channel] - OURS.ids(channel) == set()


def test_every_site_of_the_clinical_list_is_known() -> None:
    groups = OURS.groups
    lower = "heel inner-heel back-of-heel sole foot toes ankle lower-leg leg lower-limb".split()
    elsewhere = (
        "hand fingers arm upper-limb face head tongue neck trunk chest abdomen back buttock hip thigh knee groin"
    ).split()
    assert {groups[site] for site in lower} == {SiteGroup.LOWER}
    assert {groups[site] for site in elsewhere} == {SiteGroup.ELSEWHERE}
    assert groups["saddle"] is SiteGroup.SADDLE
    assert groups["limb"] is SiteGroup.UNKNOWN


def test_every_analyte_with_dimensions_is_named_by_the_lexicon() -> None:
    assert set(load_units(RULES / "units.yaml").allowed) - OURS.ids(Channel.ANALYTE) == set()


# --- how phrases are spelled ---


def test_words_choices_stems_numbers_gaps_and_classes(tmp_path: Path) -> None:
    text = """
classes: {part: [foot, heel]}
findings:
  numb: {words: ["numb|tingl* .. <part>|toe for # days"]}
"""
    parts = phrase(lexicon(tmp_path, text), "numb").parts
    assert parts == (("numb", "tingl*"), GAP, ("foot", "heel", "toe"), ("for",), ("#",), ("days",))


def test_an_optional_word_makes_two_phrases(tmp_path: Path) -> None:
    loaded = lexicon(tmp_path, 'findings: {numb: {words: ["loss of? feeling"]}}')
    assert {p.parts for p in loaded.phrases} == {
        (("loss",), ("of",), ("feeling",)),
        (("loss",), ("feeling",)),
    }


def test_sections_of_several_files_add_up(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text('findings: {numb: {words: ["numb <part>"]}}', encoding="utf-8")
    (tmp_path / "b.yaml").write_text("classes: {part: [foot]}\ntags: [finding]", encoding="utf-8")
    (tmp_path / "c.yaml").write_text("tags: [disorder]", encoding="utf-8")
    loaded = load_lexicon(tmp_path)
    assert phrase(loaded, "numb").parts == (("numb",), ("foot",))
    assert loaded.tags == {"finding", "disorder"}


def test_a_cue_says_what_it_does_and_how_far(tmp_path: Path) -> None:
    text = """
cues:
  - {effect: negated, reach: list, words: ["no"]}
  - {effect: suspected, words: ["likely"]}
  - {effect: history, reach: back, words: ["resolved"]}
  - {effect: suspected, reach: around, words: ["vs"]}
"""
    assert [p.cue for p in lexicon(tmp_path, text).phrases] == [
        Cue(Effect.NEGATED, is_far=True),
        Cue(Effect.SUSPECTED),
        Cue(Effect.HISTORY, is_after=True),
        Cue(Effect.SUSPECTED, is_after=True, is_far=True),
    ]


def test_findings_bring_denials_modifiers_and_marks(tmp_path: Path) -> None:
    text = """
findings:
  numb:
    sited: true
    adds: {sym.numbness: ["numb"]}
    denials: ["sensation intact"]
  pain: {inner: true, words: ["pain"]}
"""
    loaded = lexicon(tmp_path, text)
    numb, intact, pain = (next(p for p in loaded.phrases if p.parts[0] == (w,)) for w in ("numb", "sensation", "pain"))
    assert numb.adds == {"sym.numbness"}
    assert intact.is_denial
    assert loaded.sited == {"numb"}
    assert pain.concept in loaded.inner
    assert loaded.ids(Channel.SAY) == {"numb"}


def test_a_derived_finding_may_name_a_group_of_sites(tmp_path: Path) -> None:
    text = """
sites:
  heel: {group: lower, words: ["heel"]}
  foot: {group: lower, words: ["foot"], plural: ["feet"]}
  face: {group: elsewhere, words: ["face"]}
findings: {pain: {words: ["pain"]}}
derived: [{finding: foot-pain, from: pain, at: [lower], with: [mod.night]}]
"""
    (derivation,) = lexicon(tmp_path, text).derivations
    assert derivation.sites == {"heel", "foot"}
    assert derivation.needs == {"mod.night"}


# --- slips ---

SLIPS = [
    ("finding: {}", 1, "unknown section 'finding'"),
    ("- a list", 1, "the file is no mapping"),
    ('findings:\n  numb: {word: ["numb"]}', 2, "unknown key 'word'"),
    ('findings:\n  Numb!: {words: ["numb"]}', 2, "is no id"),
    ("findings:\n  numb: [numb]", 2, "must be a mapping"),
    ("findings:\n  numb: {words: numb}", 2, "must be a list"),
    ('findings:\n  numb: {words: ["numb"], sited: "yes"}', 2, "must be true or false"),
    ('findings:\n  numb: {adds: {numbness: ["numb"]}}', 2, "begins with mod. or sym. or sign."),
    ('findings:\n  numb:\n    words:\n      - "numb"\n      - "Numb"', 5, "is no word pattern"),
    ('findings: {numb: {words: ["nu*mb"]}}', 1, "is no word pattern"),
    ('findings: {numb: {words: ["numb : foot"]}}', 1, "a phrase holds no ':'"),
    ('findings: {numb: {words: ["numb ,|:? foot"]}}', 1, "a phrase holds no ':'"),
    ('findings: {numb: {words: ["n*"]}}', 1, "is no word pattern"),
    ('findings: {numb: {words: [".. numb"]}}', 1, "must begin and end with a word"),
    ('findings: {numb: {words: ["numb .."]}}', 1, "must begin and end with a word"),
    ('findings: {numb: {words: ["a?"]}}', 1, "must begin and end with a word"),
    ('findings: {numb: {words: ["a? b? c? d? e? numb"]}}', 1, "too many optional words"),
    ('findings: {numb: {words: ["numb <part>"]}}', 1, "unknown word class <part>"),
    ("findings: {numb: {words: [true]}}", 1, "must be text"),
    ("classes: {a: [x]}\nclasses: {b: [y]}", 2, "stands twice"),
    ('folds: {aem: em}\nfindings: {x: {words: ["ischaemia"]}}', 2, "write 'ischemia' wherever 'ischaemia' stands"),
    ('findings:\n  a: {words: ["numb"]}\n  b: {words: ["numb"]}', 3, "two meanings: a and b"),
    ('findings: {a: {words: ["no"]}}\ncues: [{effect: negated, words: ["no"]}]', 1, "two meanings: negated and a"),
    ('cues: [{effect: denied, words: ["no"]}]', 1, "unknown effect 'denied'"),
    ('cues: [{effect: negated, reach: far, words: ["no"]}]', 1, "unknown reach 'far'"),
    ('cues: [{effect: negated, word: ["no"]}]', 1, "unknown key 'word'"),
    ("cues: [{effect: negated}]", 1, "'words' is missing"),
    ('blockers: {verbs: ["a"]}', 1, "unknown kind of blocker 'verbs'"),
    ('sites: {heel: {words: ["heel"]}}', 1, "needs a group"),
    ('sites: {heel: {group: upper, words: ["heel"]}}', 1, "needs a group"),
    ('sides: {middle: ["middle"]}', 1, "unknown side 'middle'"),
    ('routes: {rectal: ["rectal"]}', 1, "unknown route 'rectal'"),
    ('headings: {doubted: ["perhaps"]}', 1, "unknown kind of heading 'doubted'"),
    ('modifiers: {night: ["night"]}', 1, "begins with mod. or sym. or sign."),
    ("derived: [{finding: a, from: b}]", 1, "no finding is called 'b'"),
    ('findings: {b: {words: ["b"]}}\nderived: [{finding: a, from: b, at: [nose]}]', 2, "no site or group is called"),
    ('findings: {b: {words: ["b"]}}\nderived: [{from: b}]', 2, "'finding' is missing"),
    ('answers: {"yes": ["ja"], "no": ["ja"]}', 1, "two meanings"),
    ('analytes: {b: ["b"]}\nunlike: {b: [c]}', 2, "no analyte is called 'c'"),
    ('analytes: {b: ["b"]}\nrefines: {c: [b]}', 2, "no analyte is called 'c'"),
    ('analytes: {b: ["b"]}\noutranks: {b: [c]}', 2, "no analyte is called 'c'"),
    ("answers: {yes: [a]}\nfindings: {a: {words: [b]}}\n  c: d", 3, "bad YAML"),
]


@pytest.mark.parametrize(("text", "line", "sentence"), SLIPS, ids=[sentence for _, _, sentence in SLIPS])
def test_a_slip_is_named_with_file_and_line(tmp_path: Path, text: str, line: int, sentence: str) -> None:
    with pytest.raises(LexiconError) as caught:
        lexicon(tmp_path, text)
    assert [p for p in caught.value.problems if p.line == line and sentence in p.message], str(caught.value)
    assert f"words.yaml:{line}  " in str(caught.value)


def test_all_slips_are_told_in_one_run(tmp_path: Path) -> None:
    with pytest.raises(LexiconError) as caught:
        lexicon(tmp_path, 'findings:\n  a: {words: ["A", "b", "C"]}\n  d: {word: []}\nverbs: []')
    assert len(caught.value.problems) == 4


def test_an_empty_folder_is_a_problem(tmp_path: Path) -> None:
    with pytest.raises(LexiconError, match="no lexicon file"):
        load_lexicon(tmp_path)


# --- units ---

UNIT_SLIPS = [
    ("unit: {}", "unknown key 'unit'"),
    ("units: {mg: {factor: 1}}", "'dimension' is missing"),
    ("units: {mg: {dimension: mass, factor: one}}", "must be a number"),
    ("units: {mg: {dimension: mass, factor: true}}", "must be a number"),
    ("units: {mg: {dimension: mass, factor: 1, alias: [x]}}", "unknown key 'alias'"),
    (
        "units: {mg: {dimension: mass, factor: 1}, g: {dimension: mass, factor: 1000, aliases: [MG]}}",
        "'mg' is a spelling of mg too",
    ),
    ("units: {mg: {dimension: mass, factor: 1}}\nallowed: {dose: [volume]}", "no unit has the dimension volume"),
    ("plausible: {a: [{from: 2, to: 2, unit: mg}]}", "nothing lies between 2 and 2"),
    ("plausible: {a: [{from: 1, to: 2, unit: stone}]}", "unknown unit"),
    ("units: [mg]", "must be a mapping"),
    ("units: {mg: {}}\nunits: {}", "stands twice"),
]


@pytest.mark.parametrize(("text", "sentence"), UNIT_SLIPS, ids=[sentence for _, sentence in UNIT_SLIPS])
def test_a_slip_in_the_units_is_named(tmp_path: Path, text: str, sentence: str) -> None:
    path = tmp_path / "units.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(LexiconError, match=r"units\.yaml:\d+  ") as caught:
        load_units(path)
    assert sentence in str(caught.value)
