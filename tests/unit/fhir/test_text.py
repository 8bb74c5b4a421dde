"""What the reader understands of a display or a note, with the project's own words."""

from __future__ import annotations

import json
from cProfile import Profile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cds.domain.lexicon import Channel, SiteGroup
from cds.domain.record import Route, Side
from cds.fhir.text import EMPTY, Mention, Reading, TextReader
from cds.knowledge.lexicon import load_lexicon

RULES = Path(__file__).resolve().parents[3] / "rules"
LEXICON = load_lexicon(RULES / "lexicon")
READER = TextReader(LEXICON)
LEFT, RIGHT, BOTH, UNKNOWN = Side.LEFT, Side.RIGHT, Side.BOTH, Side.UNKNOWN
NUMB = "sensory-symptom"


def found(text: str, concept: str) -> list[Mention]:
    """Every mention of a concept in a text."""
    return [mention for mention in READER.read(text).mentions if mention.concept == concept]


def only(text: str, concept: str) -> Mention:
    """The one mention of a concept."""
    mentions = found(text, concept)
    assert len(mentions) == 1, READER.read(text).mentions
    return mentions[0]


# --- findings ---

STATED = [
    ("Numbness of left foot", NUMB),
    ("Numb heel", NUMB),
    ("NUMBNESS, FOOT", NUMB),
    ("Numbness/tingling of toes", NUMB),
    ("pins and needles in the soles", NUMB),
    ("pins & needles", NUMB),
    ("Paraesthesia of foot", NUMB),
    ("Paresthesia of foot (finding)", NUMB),
    ("Hypoaesthesia of skin", NUMB),
    ("Hypoesthesia", NUMB),
    ("Dysæsthesia", NUMB),
    ("Burning feet", NUMB),
    ("burning pain in the soles", NUMB),
    ("burning sensation of toes", NUMB),
    ("Disturbance of skin sensation", NUMB),
    ("Anaesthesia of skin", NUMB),
    ("loss of feeling in both feet", NUMB),
    ("dead feet", NUMB),
    ("P+N in toes", NUMB),
    ("sensation gone from toes", NUMB),
    ("feels as if wearing socks", NUMB),
    ("heel feels like it's been anaesthetised", NUMB),
    ("reduced sensation over left sole", NUMB),
    ("Sensation: reduced over the heel", NUMB),
    ("no feeling in right heel", NUMB),
    ("No sensation in the foot", NUMB),
    ("unable to feel the floor", NUMB),
    ("No longer able to feel her feet", NUMB),
    ("cannot feel his toes", NUMB),
    ("can't feel my feet", NUMB),
    ("left foot falls asleep", NUMB),
    ("his foot goes to sleep", NUMB),
    ("foot went dead", NUMB),
    ("like walking on cotton wool", NUMB),
    ("sensory deficit of the foot", NUMB),
    ("Loss of protective sensation right foot", "monofilament-abnormal"),
    ("10g monofilament sensation L foot abnormal (finding)", "monofilament-abnormal"),
    ("vibration sense left foot reduced", "vibration-reduced"),
    ("absent ankle reflexes", "reduced-reflexes"),
    ("Reflexes: absent", "reduced-reflexes"),
    ("ankle jerks diminished", "reduced-reflexes"),
    ("areflexia", "reduced-reflexes"),
    ("brisk knee jerks", "brisk-reflexes"),
    ("upgoing plantars", "brisk-reflexes"),
    ("Babinski positive", "brisk-reflexes"),
    ("Tinel's sign positive at the ankle", "tinel-tarsal-tunnel"),
    ("Power 4/5 in left ankle", "weakness"),
    ("weakness of the left leg", "weakness"),
    ("progressive weakness", "weakness"),
    ("cannot stand on tiptoes", "weakness"),
    ("foot drop left", "foot-drop"),
    ("foot drop left", "weakness"),
    ("paraplegia", "leg-paralysis"),
    ("paralysis of both legs", "leg-paralysis"),
    ("facial droop", "facial-weakness"),
    ("facial numbness", "facial-numbness"),
    ("numbness of the left hand", "arm-numbness"),
    ("saddle anaesthesia", "saddle-anesthesia"),
    ("perineal numbness", "saddle-anesthesia"),
    ("numbness around the genitals", "saddle-anesthesia"),
    ("Pain in right foot", "foot-pain"),
    ("painful left heel", "heel-pain"),
    ("Low back pain", "back-pain"),
    ("shooting pain down both legs", "radiating-leg-pain"),
    ("Low back pain radiating down the left leg", "radiating-leg-pain"),
    ("unsteady gait", "gait-balance"),
    ("urinary incontinence", "urinary-incontinence"),
    ("Bowel and bladder incontinence", "urinary-incontinence"),
    ("Bowel and bladder incontinence", "fecal-incontinence"),
    ("faecal incontinence", "fecal-incontinence"),
    ("unable to pass urine", "urinary-retention"),
    ("Retention of urine", "urinary-retention"),
    ("bladder or bowel trouble", "sphincter-disturbance"),
    ("lax anal tone", "reduced-anal-tone"),
    ("erectile dysfunction", "sexual-dysfunction"),
    ("bilateral sciatica", "bilateral-sciatica"),
    ("Cauda equina syndrome", "cauda-equina"),
    ("malignant spinal cord compression", "spinal-cord"),
    ("sensory level at T10", "sensory-level"),
    ("cold left foot", "cold-limb"),
    ("pulseless leg", "absent-pulses"),
    ("pedal pulses not palpable", "absent-pulses"),
    ("mottled, dusky toes", "pale-limb"),
    ("necrotic toe", "gangrene"),
    ("wet gangrene", "gangrene"),
    ("rest pain in the right foot", "rest-pain"),
    ("calf pain on walking", "exertional-leg-pain"),
    ("Intermittent claudication", "pad"),
    ("severe pain in the leg, out of proportion", "pain-out-of-proportion"),
    ("pain on passive stretch of the toes", "pain-on-passive-stretch"),
    ("tense calf", "tense-leg"),
    ("tight plaster cast", "tight-cast"),
    ("fracture of the tibia", "leg-fracture"),
    ("Closed fracture of calcaneus, right", "calcaneal-fracture"),
    ("fractured ankle", "ankle-fracture"),
    ("Sprain of ankle", "ankle-sprain"),
    ("Laceration of foot", "foot-injury"),
    ("ankle surgery", "foot-surgery"),
    ("non-healing ulcer on left heel", "foot-ulcer"),
    ("Type 2 diabetes mellitus with foot ulcer", "foot-ulcer"),
    ("Cellulitis of foot", "foot-infection"),
    ("red, hot, swollen left foot", "warm-swollen-foot"),
    ("rocker-bottom foot", "foot-deformity"),
    ("Charcot arthropathy", "charcot-foot"),
    ("mass of the ankle", "foot-mass"),
    ("Calcaneal spur", "bone-spur"),
    ("fallen arches", "flat-foot"),
    ("Tarsal tunnel syndrome", "tarsal-tunnel"),
    ("Baxter's nerve entrapment", "heel-branch-entrapment"),
    ("Plantar fasciitis", "plantar-fasciitis"),
    ("Lumbar radiculopathy", "lumbar-radiculopathy"),
    ("left S1 radiculopathy", "lumbar-radiculopathy"),
    ("L5-S1 disc herniation", "lumbar-disc"),
    ("slipped disc", "lumbar-disc"),
    ("Spinal stenosis of lumbar region", "lumbar-stenosis"),
    ("neurogenic claudication", "lumbar-stenosis"),
    ("Guillain-Barré syndrome", "gbs"),
    ("CIDP", "cidp"),
    ("T2DM", "diabetes-t2"),
    ("T2DM", "diabetes"),
    ("Diabetes mellitus, type 2", "diabetes-t2"),
    ("Type 1 diabetes", "diabetes-t1"),
    ("Diabetic peripheral neuropathy", "diabetic-neuropathy"),
    ("Diabetic peripheral neuropathy", "diabetes"),
    ("Polyneuropathy due to type 2 diabetes mellitus (disorder)", "diabetic-polyneuropathy"),
    ("Type 2 diabetes mellitus with diabetic autonomic (poly)neuropathy", "diabetic-autonomic"),
    ("Impaired glucose tolerance", "prediabetes"),
    ("Gestational diabetes", "diabetes-gestational"),
    ("Peripheral neuropathy", "peripheral-neuropathy"),
    ("Chemotherapy-induced peripheral neuropathy", "chemotherapy-neuropathy"),
    ("Alcoholic polyneuropathy", "alcoholic-neuropathy"),
    ("Vitamin B12 deficiency", "b12-deficiency"),
    ("Pernicious anaemia", "b12-deficiency"),
    ("Hashimoto's thyroiditis", "hypothyroidism"),
    ("CKD stage 3", "ckd"),
    ("ESRD on haemodialysis", "dialysis"),
    ("Alcohol dependence", "alcohol-use-disorder"),
    ("PVD", "pad"),
    ("Peripheral arterial disease", "pad"),
    ("Raynaud's phenomenon", "raynaud"),
    ("Frostbite of toes", "cold-injury"),
    ("Current every day smoker", "smoking-current"),
    ("Ex-smoker", "smoking-former"),
    ("Coronary artery disease", "atherosclerosis-elsewhere"),
    ("Ischaemic stroke", "stroke-tia"),
    ("metastatic prostate cancer", "malignancy"),
    ("spinal mets", "spinal-metastasis"),
    ("bone metastases", "bone-metastasis"),
    ("IV drug user", "injection-drug-use"),
    ("immunosuppressed", "immunosuppression"),
    ("gastroenteritis last week", "gastroenteritis"),
    ("upper respiratory tract infection", "respiratory-infection"),
    ("difficulty swallowing", "dysphagia-or-bulbar"),
    ("shortness of breath", "dyspnea"),
    ("hospice care", "comfort-care"),
    ("pacemaker in situ", "cardiac-device"),
    ("cochlear implant", "neuro-implant"),
    ("aneurysm clip", "neuro-implant"),
    ("metal fragment in eye", "metal-fragment"),
    ("claustrophobic", "claustrophobia"),
    ("Gastric sleeve 2019", "gastric-or-ileal-surgery"),
    ("recreational nitrous oxide", "nitrous-oxide-use"),
    ("vegan diet", "vegan-diet"),
    ("Thalassaemia trait", "hemoglobinopathy"),
    ("AF on warfarin", "atrial-fibrillation"),
]


IN_SHORT = [
    ("compression of the cauda equina", "cauda-equina"),
    ("Cauda equina compression. Vertebral bodies are normal", "cauda-equina"),
    ("Ganglion cyst in the left tarsal tunnel", "ganglion-foot"),
    ("L4-5 with severe canal stenosis", "lumbar-stenosis"),
    ("Cauda equina compression with normal cord", "cauda-equina"),
    ("Compression of the cauda equina. Conus is normal", "cauda-equina"),
    ("Cauda equina is compressed, conus normal", "cauda-equina"),
    ("Conus medullaris syndrome", "cauda-equina"),
    ("compression of the conus", "cauda-equina"),
    ("N/T bilat feet", NUMB),
    ("N&T B feet x 3 mos", NUMB),
    ("SKIN SENSATION DISTURB", NUMB),
    ("B12 def.", "b12-deficiency"),
    ("Vit B12 defic anemia", "b12-deficiency"),
    ("Pre-DM", "prediabetes"),
    ("DM (diabetes mellitus), type 2", "diabetes-t2"),
    ("ETOH use d/o", "alcohol-use-disorder"),
    ("L5 radic LLE", "lumbar-radiculopathy"),
    ("Sensation not intact in the left foot", NUMB),
    ("light touch: not intact on left sole", NUMB),
    ("My feet feel like blocks of wood", NUMB),
    ("feels like wearing a sock when barefoot", NUMB),
    ("CKD3a", "ckd"),
    ("CKD5", "ckd-stage-5"),
    ("no longer able to control his bowels", "fecal-incontinence"),
    ("cannot hold urine", "urinary-incontinence"),
    ("wet the bed twice", "urinary-incontinence"),
    ("O/E - R.dorsalis pedis absent", "absent-pulses"),
    ("[x] numb feet [ ] leg weakness", NUMB),
    ("Numb feet [x] leg weakness [ ]", NUMB),
    ("Saddle numbness: [x] Yes [ ] No", "saddle-anesthesia"),
    ("☒ Numbness in feet ☐ Saddle numbness", NUMB),
    ("Saddle numbness - N, numb feet - Y", NUMB),
    ("Numbness (Y) Weakness (N)", NUMB),
    ("Numbness is not due to diabetes", NUMB),
    ("Pt reports decreased sensation in feet", NUMB),
    ("Pulses palpable and reduced sensation in feet", NUMB),
    ("ants crawling over my feet", NUMB),
    ("Stocking anaesthesia", NUMB),
    ("electric shocks in feet", NUMB),
    ("socks feel bunched up under toes", NUMB),
    ("DP/PT absent", "absent-pulses"),
    ("Has had two accidents with stool this week", "fecal-incontinence"),
    ("No sensation when he opens his bowels", "saddle-anesthesia"),
    ("numb buttocks", "saddle-anesthesia"),
    ("tingling inner thighs", "saddle-anesthesia"),
    ("Numbness of the buttocks and perineum", "saddle-anesthesia"),
]


@pytest.mark.parametrize(("text", "concept"), STATED + IN_SHORT)
def test_a_finding_is_read_as_stated(text: str, concept: str) -> None:
    assert [m for m in found(text, concept) if m.is_stated], READER.read(text).mentions


DENIED = [
    ("Cauda equina nerve roots are normal", "cauda-equina"),
    ("Conus and cauda equina appear unremarkable", "cauda-equina"),
    ("Normal appearance of the conus medullaris and cauda equina", "cauda-equina"),
    ("Babinski: downgoing bilaterally", "brisk-reflexes"),
    ("Numbness is not due to diabetes", "diabetes"),
    ("[x] numb feet [ ] leg weakness", "weakness"),
    ("Numb feet [x] leg weakness [ ]", "weakness"),
    ("Saddle numbness: [ ] Yes [x] No", "saddle-anesthesia"),
    ("☒ Numbness in feet ☐ Saddle numbness", "saddle-anesthesia"),
    ("Saddle numbness - N, numb feet - Y", "saddle-anesthesia"),
    ("Numbness (Y) Weakness (N)", "weakness"),
    ("Pt deneis numbness in saddle area", "saddle-anesthesia"),
    ("Exclusion of a symptom: numbness", NUMB),
    ("kein Diabetes bekannt", "diabetes"),
    ("geen diabetes", "diabetes"),
    ("Niega diabetes", "diabetes"),
    ("pas de paresthésies", NUMB),
    ("No numbness", NUMB),
    ("Denies numbness, tingling or weakness in legs.", "weakness"),
    ("Denies weakness, bladder or bowel trouble", "sphincter-disturbance"),
    ("Negative for numbness, tingling, weakness", "weakness"),
    ("No fever, chills, or weakness", "weakness"),
    ("There is no evidence of peripheral neuropathy", "peripheral-neuropathy"),
    ("no history of diabetes", "diabetes"),
    ("Numbness: no", NUMB),
    ("tingling: none", NUMB),
    ("Numbness (-)", NUMB),
    ("ROS: (+) numbness, (-) weakness", "weakness"),
    ("Weakness absent", "weakness"),
    ("Babinski negative", "brisk-reflexes"),
    ("Tinel sign negative", "tinel-tarsal-tunnel"),
    ("DVT ruled out", "dvt"),
    ("fracture has been excluded, ankle", "ankle-fracture"),
    ("clonus not present", "brisk-reflexes"),
    ("Do you have numbness? No", NUMB),
    ("no longer numb", NUMB),
    ("No sensory deficit", NUMB),
    ("no loss of sensation", NUMB),
    ("denies any feeling of pins and needles", NUMB),
    ("Sensation intact", NUMB),
    ("Sensation: intact to light touch bilaterally", NUMB),
    ("Strength 5/5 throughout", "weakness"),
    ("Reflexes 2+ and symmetric", "reduced-reflexes"),
    ("plantars downgoing", "brisk-reflexes"),
    ("No clonus, plantars downgoing, no sensory level", "brisk-reflexes"),
    ("denies weakness, bladder function normal", "sphincter-disturbance"),
    ("pedal pulses palpable", "absent-pulses"),
    ("foot warm and well perfused", "cold-limb"),
    ("perianal sensation intact", "saddle-anesthesia"),
    ("anal tone normal", "reduced-anal-tone"),
    ("monofilament normal", "monofilament-abnormal"),
    ("afebrile", "fever"),
    ("non-diabetic", "diabetes"),
    ("Teetotal", "alcohol-use-disorder"),
    ("Type 2 diabetes mellitus without gangrene", "gangrene"),
    ("Not pregnant", "pregnancy"),
    ("does not smoke", "smoking-current"),
    ("neither numbness nor weakness", "weakness"),
    ("Positive: numbness. Negative: fever, weakness.", "weakness"),
    ("weakness - denies; numbness - present", "weakness"),
    ("O/E - No left foot deformity", "foot-deformity"),
]


@pytest.mark.parametrize(("text", "concept"), DENIED)
def test_a_finding_is_read_as_denied(text: str, concept: str) -> None:
    mentions = found(text, concept)
    assert mentions, READER.read(text).mentions
    assert all(mention.negated for mention in mentions)


# Each text holds a word of denial that denies something else, or nothing.
STATED_IN_SPITE_OF_A_NO = [
    ("Not due to stroke: leg weakness", "weakness"),
    ("Foot is not normal: cold and pale", "cold-limb"),
    ("no improvement in numbness of the left foot", NUMB),
    ("No change in numbness", NUMB),
    ("no relief of heel pain", "heel-pain"),
    ("Not only numb but painful heel", NUMB),
    ("Numbness not resolved", NUMB),
    ("numbness has not improved", NUMB),
    ("unresolved numbness", NUMB),
    ("no known cause of numbness", NUMB),
    ("Denies numbness but has tingling in both soles", NUMB),
    ("No fever, reports numbness of the heel", NUMB),
    ("No back pain. Numb heel.", NUMB),
    ("denies back pain, numbness for 3 weeks in left heel", NUMB),
    ("no acute distress, numb right foot", NUMB),
    ("No known drug allergies, numb feet", NUMB),
    ("no weakness with numbness of the sole", NUMB),
    ("numbness, no weakness", NUMB),
    ("numbness in stocking distribution without weakness", NUMB),
    ("numb feet, not on treatment", NUMB),
    ("Not sleeping well, numb feet", NUMB),
    ("no numbness, weakness present", "weakness"),
    ("no longer able to walk, leg weakness", "weakness"),
    ("no back pain, power normal, urinary retention", "urinary-retention"),
    ("Overflow incontinence", "urinary-incontinence"),
]


@pytest.mark.parametrize(("text", "concept"), STATED_IN_SPITE_OF_A_NO)
def test_a_denial_of_something_else_leaves_the_finding_stated(text: str, concept: str) -> None:
    assert [m for m in found(text, concept) if m.is_stated], READER.read(text).mentions


def test_an_exception_takes_up_the_denied_finding_at_its_site() -> None:
    denied, stated = found("No numbness except in the left heel", NUMB)
    assert denied.negated
    assert (stated.negated, stated.side, stated.sites) == (False, LEFT, {"heel"})


SUSPECTED = [
    ("Rule out tarsal tunnel syndrome", "tarsal-tunnel"),
    ("R/O tarsal tunnel syndrome vs radiculopathy", "tarsal-tunnel"),
    ("R/O tarsal tunnel syndrome vs radiculopathy", "lumbar-radiculopathy"),
    ("plantar fasciitis versus tarsal tunnel", "plantar-fasciitis"),
    ("?B12 deficiency", "b12-deficiency"),
    ("? cauda equina", "cauda-equina"),
    ("neuropathy?", "peripheral-neuropathy"),
    ("query neuropathy", "peripheral-neuropathy"),
    ("Suspected lung cancer (situation)", "malignancy"),
    ("Cauda equina syndrome suspected", "cauda-equina"),
    ("Possible diabetic neuropathy", "diabetic-neuropathy"),
    ("probable stroke", "stroke-tia"),
    ("likely PAD", "pad"),
    ("neuropathy likely", "peripheral-neuropathy"),
    ("concern for compartment syndrome", "compartment-syndrome"),
    ("cannot rule out cauda equina syndrome", "cauda-equina"),
    ("Radiculopathy not ruled out", "lumbar-radiculopathy"),
    ("fracture cannot be excluded, calcaneus", "calcaneal-fracture"),
    ("Differential: neuropathy, radiculopathy", "lumbar-radiculopathy"),
    ("Screening for diabetes", "diabetes"),
    ("diabetes screening", "diabetes"),
    ("evaluate for vasculitis", "vasculitis"),
]


@pytest.mark.parametrize(("text", "concept"), SUSPECTED)
def test_a_doubted_finding_is_suspected_and_not_denied(text: str, concept: str) -> None:
    mentions = found(text, concept)
    assert mentions, READER.read(text).mentions
    assert all(m.suspected and not m.negated for m in mentions)


FAMILY = [
    ("Family history of diabetes mellitus type 2", "diabetes-t2"),
    ("FH: Diabetes mellitus", "diabetes"),
    ("Family hx: mother with diabetes and neuropathy", "peripheral-neuropathy"),
    ("father had stroke", "stroke-tia"),
    ("diabetes in mother", "diabetes"),
    ("No family history of diabetes", "diabetes"),
    ("Family History:\n- diabetes\n- stroke\n", "stroke-tia"),
]


@pytest.mark.parametrize(("text", "concept"), FAMILY)
def test_a_relatives_finding_is_of_the_family(text: str, concept: str) -> None:
    assert all(mention.family for mention in found(text, concept))
    assert found(text, concept)


NOT_OF_THE_FAMILY = [
    "Father had diabetes. Patient has numb toes.",
    "Family history of diabetes, patient reports numbness",
    "Family History:\n- stroke\n\nAssessment:\n- numb heel",
    "mother reports numbness in patient's feet",
    "lives with mother, numb left foot",
    "Mother of three, numbness in left heel",
]


@pytest.mark.parametrize("text", NOT_OF_THE_FAMILY)
def test_the_patients_own_finding_is_not_of_the_family(text: str) -> None:
    assert only(text, NUMB).is_stated


HISTORY = [
    ("History of stroke", "stroke-tia"),
    ("h/o alcohol abuse", "alcohol-use-disorder"),
    ("Hx of breast cancer", "malignancy"),
    ("prior stroke", "stroke-tia"),
    ("previous ankle fracture", "ankle-fracture"),
    ("Status post gastric bypass", "gastric-or-ileal-surgery"),
    ("s/p CABG", "atherosclerosis-elsewhere"),
    ("Numbness resolved", NUMB),
    ("Numbness has resolved completely", NUMB),
    ("O/E - left healed foot ulcer", "foot-ulcer"),
    ("Epilepsy and sciatica in remission (disorder)", "sciatica"),
    ("History of urinary retention 2 years ago", "urinary-retention"),
]


@pytest.mark.parametrize(("text", "concept"), HISTORY)
def test_a_finding_of_the_past_is_history(text: str, concept: str) -> None:
    assert only(text, concept).history


CURRENT = [
    "History of numbness for 3 weeks",
    "3 month history of numbness",
    "Presents with a history of numbness",
    "History of diabetes, presents with numbness",
    "numbness for the past 6 months",
    "HPI: history of present illness: numbness",
    "60 year old with numbness",
    "s/p L4-5 laminectomy w/ persistent L foot numbness",
    "h/o discectomy with residual numbness",
]


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("PMH: HTN, T2DM, CKD3", "diabetes-t2"),
        ("PMH: HTN, T2DM, CKD3", "ckd"),
        ("History of diabetes", "diabetes"),
        ("h/o PAD", "pad"),
    ],
)
def test_a_history_of_a_disease_that_lasts_does_not_end_it(text: str, concept: str) -> None:
    assert only(text, concept).is_stated


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("T2DM, now resolved", "diabetes-t2"),
        ("Former diabetic", "diabetes"),
        ("h/o GDM", "diabetes-gestational"),
    ],
)
def test_a_lasting_disease_said_to_be_over_is_history(text: str, concept: str) -> None:
    assert only(text, concept).history


@pytest.mark.parametrize("text", CURRENT)
def test_a_history_that_tells_of_now_is_no_past(text: str) -> None:
    assert only(text, NUMB).is_stated


NOT_STATED_AT_ALL = [
    "If numbness, weakness or incontinence develops, return to ED",
    "Return if numbness or weakness",
    "Advised about saddle numbness and bladder symptoms",
    "Safety net: saddle numbness, incontinence",
    "should numbness occur, stop",
    "risk of stroke",
    "at risk for diabetes",
    "stroke prevention",
    "may cause neuropathy",
    "watch for weakness",
    "Side effects such as neuropathy",
    "Wife has diabetes",
    "Partner with diabetes",
    "husband with stroke",
    "carer for husband (stroke 2020)",
    "consent form 1: foot drop, incontinence",
    "worsening advice given (saddle numbness, incontinence, foot drop)",
    "googled cauda equina",
    "CES leaflet given: saddle numbness, retention of urine",
    "works in stroke rehab",
    "Letter re back class: covers sciatica, foot drop",
]


@pytest.mark.parametrize("text", NOT_STATED_AT_ALL)
def test_advice_and_conditions_state_nothing(text: str) -> None:
    assert READER.read(text).mentions == ()


def test_a_question_is_no_doubt_and_its_answer_counts() -> None:
    assert only("Any numbness in your feet?", NUMB).is_stated
    assert only("Is there numbness? yes", NUMB).is_stated
    assert only("Do you have numbness? No.", NUMB).negated


BLOCKED = [
    ("Conus medullaris terminates normally at L1", "cauda-equina"),
    ("The conus medullaris ends at L1-2", "cauda-equina"),
    ("Tinel's sign positive at the left wrist", "tinel-tarsal-tunnel"),
    ("Palliative care consultation declined", "comfort-care"),
    ("declined hospice", "comfort-care"),
    ("Tinel negative at R tarsal tunnel", "tarsal-tunnel"),
    ("Tinel sign over the tarsal tunnel", "tarsal-tunnel"),
    ("Pre-DM", "diabetes"),
    ("GBS positive in pregnancy", "gbs"),
    ("Group B streptococcus (GBS) carrier", "gbs"),
    ("Diabetes insipidus", "diabetes"),
    ("Neurogenic bladder due to multiple sclerosis", "neurogenic-bladder-bowel"),
    ("Erectile dysfunction due to type 2 diabetes mellitus", "sexual-dysfunction"),
    ("Monoplegia of upper limb", "leg-paralysis"),
    ("Spastic neurogenic bladder", "brisk-reflexes"),
    ("Pt has reduced sensation in both feet", "absent-pulses"),
    ("Pt weak in both legs", "absent-pulses"),
    ("Nephrogenic diabetes insipidus", "diabetes"),
    ("saddle embolus", "saddle-anesthesia"),
    ("number of feet", NUMB),
    ("numbing cream", NUMB),
    ("plantar fibromatosis", "plantar-fasciitis"),
    ("Patient falls asleep easily", NUMB),
    ("burning on urination", NUMB),
    ("General anaesthesia", NUMB),
    ("generalised weakness", "weakness"),
    ("Stress incontinence", "urinary-incontinence"),
    ("urge incontinence", "urinary-incontinence"),
    ("Drug induced retention of urine", "urinary-retention"),
    ("jaw claudication", "pad"),
    ("neurogenic claudication", "pad"),
    ("avascular necrosis of the talus", "gangrene"),
    ("TNF - tumor necrosis factor", "gangrene"),
    ("peptic ulcer", "foot-ulcer"),
    ("cold pack applied to foot", "cold-limb"),
    ("common cold", "cold-limb"),
    ("white male with foot pain", "pale-limb"),
    ("hay fever", "fever"),
    ("heat stroke", "stroke-tia"),
    ("stroke volume", "stroke-tia"),
    ("pulmonary hypertension", "hypertension"),
    ("ulnar neuropathy", "peripheral-neuropathy"),
    ("optic neuritis", "peripheral-neuropathy"),
    ("body mass index", "foot-mass"),
    ("Basal cell carcinoma of skin of foot", "malignancy"),
    ("Acute renal failure", "ckd"),
    ("eGFR (CKD-EPI)", "ckd"),
    ("influenza vaccination", "respiratory-infection"),
    ("Alcohol intake", "alcohol-use-disorder"),
    ("Diabetic foot examination", "diabetes"),
    ("Non-pressure ulcer", "foot-ulcer"),
    ("Ms. Jones", "ms"),
    ("pain management clinic", "foot-pain"),
    ("Pregnancy test", "pregnancy"),
]


@pytest.mark.parametrize(("text", "concept"), BLOCKED)
def test_a_longer_phrase_keeps_a_shorter_one_from_matching(text: str, concept: str) -> None:
    assert not found(text, concept)


def test_a_denied_type_does_not_deny_the_whole_disease() -> None:
    assert [m.concept for m in READER.read("no type 2 diabetes").mentions] == ["diabetes-t2"]


# --- sites and sides ---

PLACED = [
    ("Numbness, heel, R", RIGHT, {"heel"}),
    ("numb foot L", LEFT, {"foot"}),
    ("numb feet, L>R", BOTH, {"foot"}),
    ("N/T L>>R legs", BOTH, {"leg"}),
    ("numbness L midfoot", LEFT, {"foot"}),
    ("numbness, left foot is normal", UNKNOWN, set()),
    ("Numbness of left foot", LEFT, {"foot"}),
    ("Numbness, left heel", LEFT, {"heel"}),
    ("Numbness (left foot)", LEFT, {"foot"}),
    ("left foot: numb and cold", LEFT, {"foot"}),
    ("Lt. foot numbness", LEFT, {"foot"}),
    ("(L) heel numbness", LEFT, {"heel"}),
    ("numbness of L foot", LEFT, {"foot"}),
    ("R foot numb", RIGHT, {"foot"}),
    ("rt heel numb", RIGHT, {"heel"}),
    ("heel numbness, right", RIGHT, {"heel"}),
    ("numbness RLE", RIGHT, {"lower-limb"}),
    ("Numb feet", BOTH, {"foot"}),
    ("numbness of both heels", BOTH, {"heel"}),
    ("bilateral foot numbness", BOTH, {"foot"}),
    ("B/L foot numbness", BOTH, {"foot"}),
    ("numbness of each foot", BOTH, {"foot"}),
    ("left and right feet numb", BOTH, {"foot"}),
    ("numb feet, left worse than right", BOTH, {"foot"}),
    ("numbness in stocking distribution", BOTH, set()),
    ("numbness of the foot", UNKNOWN, {"foot"}),
    ("unilateral numbness", UNKNOWN, set()),
    ("left foot and ankle numb", LEFT, {"foot", "ankle"}),
    ("left arm and leg numbness", LEFT, {"arm", "leg"}),
    ("numb left foot and weak right arm", LEFT, {"foot"}),
    ("numb left heel and right knee pain", LEFT, {"heel"}),
    ("numbness in the left foot, not the right foot", LEFT, {"foot"}),
    ("numb medial heel", UNKNOWN, {"inner-heel"}),
    ("numbness of the back of the heel", UNKNOWN, {"back-of-heel"}),
    ("numbness of sole and toes", UNKNOWN, {"sole", "toes"}),
    ("numb ball of the left foot", LEFT, {"sole"}),
    ("numbness of the right calf", RIGHT, {"lower-leg"}),
    ("numbness of the left hand", LEFT, {"hand"}),
    ("Low back pain, numbness and tingling", UNKNOWN, set()),
    ("right-handed man with numb left heel", LEFT, {"heel"}),
    ("left the clinic, numb right foot", RIGHT, {"foot"}),
    ("5 feet tall, numb heel", UNKNOWN, {"heel"}),
    ("numbness right away in the left foot", LEFT, {"foot"}),
    ("left foot numb after right knee replacement", LEFT, {"foot"}),
    ("numb left heel following right ankle fracture", LEFT, {"heel"}),
    ("numb after fracture of the left ankle", LEFT, {"ankle"}),
    ("numb feet after left knee fracture", BOTH, {"foot"}),
    ("both left leg and left foot numb", LEFT, {"leg", "foot"}),
    ("both left and right feet numb", BOTH, {"foot"}),
    ("s/p left total knee replacement, presents with bilateral foot numbness", BOTH, {"foot"}),
]


@pytest.mark.parametrize(("text", "side", "sites"), PLACED)
def test_a_finding_takes_side_and_sites_of_its_clause(text: str, side: Side, sites: set[str]) -> None:
    mention = found(text, NUMB)[0]
    assert (mention.side, mention.sites) == (side, sites)


def test_findings_in_one_list_share_the_site_and_other_clauses_keep_theirs() -> None:
    reading = READER.read("Numbness and tingling in left foot; weakness of right leg")
    places = {(m.concept, m.side) for m in reading.mentions}
    assert places == {(NUMB, LEFT), ("weakness", RIGHT), ("leg-or-unplaced-weakness", RIGHT)}


@pytest.mark.parametrize(
    ("text", "side", "sites"),
    [
        ("Left heel", LEFT, {"heel"}),
        ("Heel structure (body structure)", UNKNOWN, {"heel"}),
        ("Structure of sole of foot", UNKNOWN, {"sole"}),
        ("Both feet", BOTH, {"foot"}),
        ("Right", RIGHT, set()),
        ("bilateral", BOTH, set()),
        ("Structure of left great toe", LEFT, {"toes"}),
        ("left ventricular hypertrophy", UNKNOWN, set()),
        ("back to work", UNKNOWN, set()),
        ("carpal tunnel", UNKNOWN, set()),
    ],
)
def test_a_body_site_text_gives_side_and_sites(text: str, side: Side, sites: set[str]) -> None:
    reading = READER.read(text)
    assert (reading.side, reading.sites) == (side, sites)


@pytest.mark.parametrize(
    ("text", "side", "site"),
    [
        ("linker Fuß", LEFT, "foot"),
        ("Fuß rechts", RIGHT, "foot"),
        ("beide Füße", BOTH, "foot"),
        ("Ferse links", LEFT, "heel"),
        ("linkervoet", LEFT, "foot"),
        ("rechter hiel", RIGHT, "heel"),
        ("pied gauche", LEFT, "foot"),
        ("talon droit", RIGHT, "heel"),
        ("pie izquierdo", LEFT, "foot"),
        ("talón derecho", RIGHT, "heel"),
        ("piede sinistro", LEFT, "foot"),
        ("pé direito", RIGHT, "foot"),
    ],
)
def test_a_body_site_in_another_language(text: str, side: Side, site: str) -> None:
    reading = READER.read(text)
    assert (reading.side, reading.sites) == (side, {site})


@pytest.mark.parametrize("text", ["links to website", "apple pie", "gauche remark", "oxygen 2 L", "glucose 5 mmol/L"])
def test_words_of_other_languages_and_units_name_no_side(text: str) -> None:
    reading = READER.read(text)
    assert (reading.side, reading.sites) == (UNKNOWN, frozenset())


def test_a_foot_said_to_be_well_is_no_place() -> None:
    for text in ("Right foot only. Left foot is fine.", "Right foot. Sensation intact in the left foot."):
        assert READER.read(text).side is RIGHT
    assert READER.read("Sensation not intact in the left foot").side is LEFT


def test_a_partners_word_on_the_patient_counts() -> None:
    assert only("Husband has noticed that she drags her foot, numb heel", NUMB).is_stated


def test_sites_know_their_group() -> None:
    assert READER.site_group("heel") is SiteGroup.LOWER
    assert READER.site_group("saddle") is SiteGroup.SADDLE
    assert READER.site_group("hand") is SiteGroup.ELSEWHERE
    assert READER.site_group("limb") is SiteGroup.UNKNOWN
    assert READER.site_group("nowhere") is SiteGroup.UNKNOWN
    assert READER.is_lower({"hand", "foot"})


# --- modifiers ---

MODIFIED = [
    ("numbness worse at night", "mod.night"),
    ("Sudden numbness of the foot", "mod.sudden-onset"),
    ("numb suddenly", "mod.sudden-onset"),
    ("getting worse every week", "mod.persistent-progressive"),
    ("progressive numbness", "mod.persistent-progressive"),
    ("incontinence for two years, back pain worsening", "mod.persistent-progressive"),
    ("urinary incontinence and leg pain getting worse", "mod.persistent-progressive"),
    ("Numb feet and pain getting worse, legs weak", "mod.persistent-progressive"),
    ("stable numbness, unchanged", "mod.stable"),
    ("numbness is improving", "mod.improving"),
    ("chronic numbness", "mod.chronic"),
    ("stocking-glove numbness", "mod.stocking-glove"),
    ("stocking distribution", "mod.stocking-glove"),
    ("numb hands and feet", "mod.hands-also"),
    ("gradually ascending numbness", "mod.ascending-gradual"),
    ("rapidly ascending numbness", "mod.ascending-rapid"),
    ("spreading up the leg over 2 days", "mod.rapid-spread-up-leg"),
    ("transient tingling that resolves on moving", "mod.transient-resolves"),
    ("numb after a fall", "mod.after-injury"),
    ("numb immediately after the injury", "mod.immediate-after-injury"),
    ("numbness after starting metronidazole", "mod.after-new-drug"),
    ("tingling during chemotherapy", "mod.during-chemo"),
    ("worse when bending and lifting", "mod.bend-twist-lift"),
    ("after running a marathon", "mod.repetitive-activity"),
    ("worse on standing", "mod.prolonged-standing-high-impact"),
    ("tight shoes", "mod.tight-shoes"),
    ("sitting with legs crossed", "mod.crossed-legs-kneeling"),
    ("exposure to cold", "mod.cold"),
    ("worse on walking, relieved by rest", "mod.exertional"),
    ("in an S1 distribution", "mod.dermatomal"),
    ("radiating down the leg", "mod.follows-nerve-path"),
    ("outer side of the foot", "mod.back-of-leg-outer-foot"),
    ("whole lower leg", "mod.whole-lower-leg"),
    ("medial heel", "mod.medial-heel"),
    ("back of heel", "mod.posterior-heel"),
    ("heel and sole", "mod.heel-and-sole"),
    ("unilateral", "mod.unilateral"),
    ("symmetrical", "mod.bilateral-symmetric"),
    ("asymmetric", "mod.asymmetric"),
    ("Numb feet", "sym.numbness"),
    ("Tingling", "sym.tingling"),
    ("pins and needles", "sym.pins-and-needles"),
    ("burning feet", "sym.burning"),
    ("no feeling in the foot", "sym.loss-of-sensation-complete"),
    ("stabbing pain in the foot", "sym.sharp-stabbing-pain"),
]


@pytest.mark.parametrize(("text", "modifier"), MODIFIED)
def test_a_modifier_is_read(text: str, modifier: str) -> None:
    assert modifier in READER.read(text).modifiers


NOT_MODIFIED = [
    ("no sudden onset", "mod.sudden-onset"),
    ("not worsening", "mod.persistent-progressive"),
    ("numbness, not worse at night", "mod.night"),
    ("not improving", "mod.improving"),
    ("No numbness", "sym.numbness"),
    ("weakness: no", "sym.weakness"),
    ("gradually ascending numbness", "mod.ascending-rapid"),
    ("chronic kidney disease", "mod.chronic"),
    ("acute kidney injury", "mod.sudden-onset"),
    ("good night", "mod.night"),
    ("compression stockings", "mod.stocking-glove"),
]


@pytest.mark.parametrize(("text", "modifier"), NOT_MODIFIED)
def test_a_denied_or_foreign_modifier_is_not_read(text: str, modifier: str) -> None:
    assert modifier not in READER.read(text).modifiers


# --- drugs ---

DRUGS = [
    ("Metronidazole 500 MG Oral Tablet", {"metronidazole"}, Route.SYSTEMIC),
    ("Flagyl 500mg TID PO x 7 days", {"metronidazole"}, Route.SYSTEMIC),
    ("Metronidazole 0.75% vaginal gel", {"metronidazole"}, Route.LOCAL),
    ("Metronidazole 1% topical gel", {"metronidazole"}, Route.LOCAL),
    ("Metronidazole", {"metronidazole"}, Route.UNKNOWN),
    (
        "Ciprofloxacin 3 MG/ML / Dexamethasone 1 MG/ML Otic Suspension [Ciprodex]",
        {"ciprofloxacin", "corticosteroid"},
        Route.LOCAL,
    ),
    ("moxifloxacin 5 MG/ML Ophthalmic Solution [Vigamox]", {"moxifloxacin"}, Route.LOCAL),
    ("levofloxacin 750 mg IV q24h", {"levofloxacin"}, Route.SYSTEMIC),
    ("Ofloxacin ear drops", {"ofloxacin"}, Route.LOCAL),
    ("Isoniazid 75 MG / Rifampin 150 MG", {"isoniazid"}, Route.UNKNOWN),
    ("Rifampicin isoniazid pyrazinamide and ethambutol", {"isoniazid", "ethambutol"}, Route.UNKNOWN),
    ("VinCRIStine sulfate 1 MG/ML Injectable Solution", {"vincristine"}, Route.SYSTEMIC),
    ("FOLFOX", {"oxaliplatin"}, Route.UNKNOWN),
    ("Janumet 50/1000", {"metformin", "dpp4-inhibitor"}, Route.UNKNOWN),
    ("Vitamin B 12 5 MG/ML Injectable Solution", {"vitamin-b12-supplement"}, Route.SYSTEMIC),
    ("B12 1000 mcg IM monthly", {"vitamin-b12-supplement"}, Route.SYSTEMIC),
    ("cyanocobalamin nasal spray", {"vitamin-b12-supplement"}, Route.NASAL),
    ("hydroxycobalamin 1mg/ml solution for injection", {"hydroxocobalamin"}, Route.SYSTEMIC),
    ("Vitamin B6 100 mg tablet", {"pyridoxine"}, Route.SYSTEMIC),
    ("gliclazide 80mg", {"sulfonylurea"}, Route.UNKNOWN),
    ("insulin glargine 100 units/mL subcutaneous", {"insulin"}, Route.SYSTEMIC),
    ("Omeprazole 20mg gastro-resistant capsules", {"omeprazole"}, Route.SYSTEMIC),
    ("tacrolimus 0.1% ointment", {"tacrolimus"}, Route.LOCAL),
    ("apixaban 5 mg", {"anticoagulant"}, Route.UNKNOWN),
    ("Itraconazole capsule", {"itraconazole"}, Route.SYSTEMIC),
    ("not on metformin", set(), Route.UNKNOWN),
    ("Takes metformin? No.", set(), Route.UNKNOWN),
    ("No metformin", set(), Route.UNKNOWN),
    ("Allergic to metronidazole", set(), Route.UNKNOWN),
    ("Metronidazole allergy", set(), Route.UNKNOWN),
    ("Nitrofurantoin [Susceptibility]", set(), Route.UNKNOWN),
    ("Vitamin B12 binding capacity", set(), Route.UNKNOWN),
    ("Oral route", set(), Route.SYSTEMIC),
    ("PO", set(), Route.SYSTEMIC),
    ("eye drops taken by mouth", set(), Route.UNKNOWN),
    ("Per rectum", set(), Route.UNKNOWN),
]


@pytest.mark.parametrize(("text", "drugs", "route"), DRUGS)
def test_drugs_and_route_are_read_by_name(text: str, drugs: set[str], route: Route) -> None:
    reading = READER.read(text)
    assert (reading.drugs, reading.route) == (drugs, route)


def test_drugs_with_local_forms_are_marked() -> None:
    assert READER.has_local_forms("metronidazole")
    assert READER.has_local_forms("ciprofloxacin")
    assert not READER.has_local_forms("vincristine")


# --- names of measurements and tests, answers ---

ANALYTES = [
    ("OGTT 2h", "ogtt-2h"),
    ("TSH w/ reflex to FT4", "tsh"),
    ("Right ankle/brachial ratio", "abi"),
    ("Bladder scan residual", "post-void-residual"),
    ("holo-TC", "vitamin-b12-active"),
    ("tHcy", "homocysteine"),
    ("Hemoglobin A1c goal", ""),
    ("Hämoglobin", "hemoglobin"),
    ("Kreatinin i.S.", "creatinine"),
    ("TBI screening", ""),
    ("Glukose nüchtern", "glucose-fasting"),
    ("eGFRcr (CKD-EPI 2021)", "egfr"),
    ("UA Glucose", ""),
    ("Serum vitamin B12", "vitamin-b12-total"),
    ("Cobalamin (Vitamin B12) [Mass/volume] in Serum or Plasma", "vitamin-b12-total"),
    ("Holo-transcobalamin II [Moles/volume] in Serum", "vitamin-b12-active"),
    ("Active B12", "vitamin-b12-active"),
    ("Methylmalonate [Moles/volume] in Serum or Plasma", "methylmalonic-acid"),
    ("Hgb A1c MFr Bld", "hba1c"),
    ("Hemoglobin A1c/Hemoglobin.total in Blood", "hba1c"),
    ("Haemoglobin A1c", "hba1c"),
    ("Glucose [Mass/volume] in Blood", "glucose-random"),
    ("GLUCOSE, FASTING", "glucose-fasting"),
    ("Glucose nuchter", "glucose-fasting"),
    ("Glucose niet nuchter", "glucose-random"),
    ("Glucose [Moles/volume] in Serum or Plasma --2 hours post 75 g glucose PO", "ogtt-2h"),
    ("TSH SerPl-aCnc", "tsh"),
    ("Free T4", "ft4"),
    ("Thyroxine (T4) free [Mass/volume] in Serum or Plasma", "ft4"),
    ("Creatinine measurement, serum", "creatinine"),
    ("GFR/1.73 sq M.predicted [Volume Rate/Area] in Serum by Creatinine-based formula (MDRD)", "egfr"),
    ("Erythrocyte sedimentation rate", "esr"),
    ("C-reactive protein", "crp"),
    ("Ankle-brachial index left", "abi"),
    ("Toe brachial index", "tbi"),
    ("AUDIT-C total score", "audit-c-score"),
    ("Vit B6 SerPl-mCnc", "vitamin-b6-level"),
    ("Vitamin B12 binding capacity", ""),
    ("Intrinsic factor antibody", ""),
    ("B12/FOLATE", ""),
    ("1960 (B12 and folate)", ""),
    ("Creatinine [Mass/volume] in Urine", ""),
    ("Albumin/Creatinine ratio", ""),
    ("Methylmalonate/Creat Ur-sRto", ""),
    ("Glucose CSF-mCnc", ""),
    ("Glucose [Presence] in Urine", ""),
    ("Glucose 30 min Post Challenge", ""),
    ("Glucose [Moles/volume] in Serum or Plasma --pre 75 g glucose PO", ""),
    ("Estimated Average Glucose", ""),
    ("Glucose management indicator", ""),
    ("Mean corpuscular hemoglobin", ""),
    ("Cobalamin (Vitamin B12) [Presence] in Blood", ""),
    ("Deprecated Hemoglobin A1c in Blood", ""),
    ("Hemoglobin A1c [Mass/volume] in Blood", ""),
    ("ALB, D.BIL, ALK, ALT, AMYL, AST EXCEPTION, BHB, B12", ""),
]


@pytest.mark.parametrize(("text", "analyte"), ANALYTES)
def test_a_laboratory_name_names_one_analyte_or_none(text: str, analyte: str) -> None:
    assert READER.read(text).analytes == ({analyte} if analyte else set())


TESTS = [
    ("EMG/NCS bilateral LE", "order-ncs"),
    ("EMG/NCS bilateral LE", "order-emg"),
    ("Nerve conduction study", "order-ncs"),
    ("EMG/NCS lower extremities", "order-ncs"),
    ("Electromyography", "order-emg"),
    ("MRI lumbar spine without contrast", "order-mri-lumbar"),
    ("MR Lumbar spine WO contrast", "order-mri-lumbar"),
    ("MRI whole spine", "order-mri-spine"),
    ("MRI ANKLE LEFT", "order-mri-ankle-foot"),
    ("Plain X-ray of foot", "order-xray-foot"),
    ("XR Calcaneus 2 Views", "order-xray-foot"),
    ("Ultrasonography of ankle", "order-us-foot"),
    ("Ankle-brachial index", "order-abi"),
    ("US Lower extremity artery - bilateral", "order-vascular"),
    ("Serum vitamin B12 measurement", "order-b12"),
    ("Methylmalonic acid", "order-mma"),
    ("HbA1c", "order-hba1c"),
    ("Thyroid function panel - Serum or Plasma", "order-tsh"),
    ("Comprehensive metabolic panel", "order-cmp"),
    ("Full blood count", "order-cbc"),
    ("ESR", "order-esr-crp"),
    ("Liver function tests", "order-lft"),
    ("Serum protein electrophoresis", "order-spep"),
    ("Referral to neurologist", "order-referral-neurology"),
    ("Referral to podiatry", "order-referral-podiatry"),
    ("Diabetic foot examination", "order-monofilament"),
    ("Punch biopsy of skin", "order-skin-biopsy"),
]


@pytest.mark.parametrize(("text", "test"), TESTS)
def test_a_test_is_read_by_name(text: str, test: str) -> None:
    assert test in READER.read(text).tests


@pytest.mark.parametrize(
    ("text", "test"),
    [
        ("Glucose, Urine", "order-glucose"),
        ("Urinalysis with glucose", "order-glucose"),
        ("UA Glucose", "order-glucose"),
        ("Methylmalonic acid, urine", "order-mma"),
        ("Creatinine, random urine", "order-cmp"),
        ("Hemoglobin A1c goal", "order-hba1c"),
        ("Albumin/Creatinine Ratio, Urine", "order-cmp"),
        ("MRI brain", "order-mri-lumbar"),
        ("MRI cervical spine", "order-mri-spine"),
        ("Vitamin B12 deficiency", "order-b12"),
        ("US abdomen", "order-us-foot"),
    ],
)
def test_another_test_is_not_mistaken(text: str, test: str) -> None:
    assert test not in READER.read(text).tests


ANSWERS = [
    ("Moderate", "present"),
    ("Quite a bit", "present"),
    ("Not at all", "absent"),
    ("Grade 0", "absent"),
    ("Yes", "yes"),
    ("No", "no"),
    ("Positive", "positive"),
    ("Negative (qualifier value)", "negative"),
    ("Not detected", "negative"),
    ("Reactive", "positive"),
    ("Non-reactive", "negative"),
    ("Present", "present"),
    ("Detected", "present"),
    ("Absent", "absent"),
    ("None", "absent"),
    ("Normal", "normal"),
    ("Within normal limits", "normal"),
    ("Abnormal", "abnormal"),
    ("reduced", "abnormal"),
    ("Diminished", "abnormal"),
    ("Yes, both feet", "yes"),
    ("No - never", "no"),
    ("Normal gait pattern today", ""),
    ("", ""),
]


@pytest.mark.parametrize(("text", "answer"), ANSWERS)
def test_a_short_answer_is_read(text: str, answer: str) -> None:
    assert READER.read(text).answer == answer


# --- whole notes ---


def test_a_visit_note_is_read_sentence_by_sentence() -> None:
    note = (
        "Pt c/o numbness and tingling in both feet x 6 months, worse at night. Denies weakness, saddle anesthesia,\n"
        "bowel or bladder incontinence. PMH: T2DM, HTN. FH: father had stroke. Sensation reduced to pinprick over\n"
        "both soles; ankle jerks absent. Assessment: peripheral neuropathy, likely diabetic. R/o B12 deficiency.\n"
        "Return if weakness or incontinence."
    )
    told = {(m.concept, m.negated, m.family, m.suspected) for m in READER.read(note).mentions}
    assert (NUMB, False, False, False) in told
    assert ("weakness", True, False, False) in told
    assert ("saddle-anesthesia", True, False, False) in told
    assert ("urinary-incontinence", True, False, False) in told
    assert ("stroke-tia", False, True, False) in told
    assert ("reduced-reflexes", False, False, False) in told
    assert ("b12-deficiency", False, False, True) in told
    assert not [m for m in READER.read(note).mentions if m.concept == "urinary-incontinence" and m.is_stated]


def test_a_list_of_answers_under_each_other_is_read_line_by_line() -> None:
    told = {m.concept: m.negated for m in READER.read("Numbness: yes\nWeakness: no\nIncontinence: no").mentions}
    assert told == {NUMB: False, "weakness": True, "leg-or-unplaced-weakness": True, "urinary-incontinence": True}


# --- every display of the value sets ---


def displays(name: str) -> list[str]:
    """The displays of one value set."""
    data = json.loads((RULES / "value_sets" / f"{name}.json").read_text(encoding="utf-8"))
    includes = data["compose"]["include"]
    return [c["display"] for include in includes for c in include.get("concept", ()) if c.get("display")]


DRUG_SETS = sorted(
    drug for drug in LEXICON.ids(Channel.DRUG) if (RULES / "value_sets" / f"{drug.replace('-', '_')}.json").exists()
)


@pytest.mark.parametrize("drug", DRUG_SETS)
def test_every_display_of_a_drug_names_the_drug(drug: str) -> None:
    missed = [text for text in displays(drug.replace("-", "_")) if drug not in READER.read(text).drugs]
    assert missed == []


def test_no_display_of_a_numb_foot_is_missed() -> None:
    sets = ["numbness_foot", "paresthesia_foot", "hypoesthesia", "dysesthesia", "tingling", "burning_feet"]
    missed = [text for name in sets for text in displays(name) if not found(text, NUMB)]
    assert missed == []


# --- properties ---

WORDS = st.lists(
    st.sampled_from(
        "no not denies numbness tingling left right foot feet heel and or , . ; : ( ) / ? - \n father history of "
        "rule out but except with absent weakness diabetes if resolved since 3 weeks metronidazole b12 reflexes "
        "cold pain both the in pulses ulcer ankle positive negative".split(" ")
    ),
    max_size=25,
).map(" ".join)


@given(st.one_of(st.text(max_size=300), WORDS))
def test_reading_never_fails_and_is_repeatable(text: str) -> None:
    first = TextReader.read(READER, text)
    assert isinstance(first, Reading)
    assert READER.read(text) == first
    assert first.mentions == tuple(dict.fromkeys(first.mentions))


SINGLE = st.sampled_from([text for text, _ in STATED[:9]] + ["diabetes", "back pain", "foot ulcer", "cauda equina"])


@given(st.sampled_from(["No", "Denies", "denied", "without", "Negative for", "no evidence of"]), SINGLE)
def test_a_denied_finding_is_never_stated(cue: str, finding: str) -> None:
    assert not [m for m in READER.read(f"{cue} {finding}").mentions if m.is_stated]


@given(SINGLE, st.sampled_from([": no", " absent", ": none", " denied", " ruled out", "? No"]))
def test_a_finding_denied_afterwards_is_never_stated(finding: str, cue: str) -> None:
    assert not [m for m in READER.read(finding + cue).mentions if m.is_stated]


@given(SINGLE, st.sampled_from(["", ".", "\n", "  ", " (disorder)", " (finding)"]))
def test_a_tag_or_a_full_stop_changes_nothing(finding: str, tail: str) -> None:
    assert READER.read(finding + tail).mentions == READER.read(finding).mentions


@given(SINGLE)
def test_case_changes_nothing(finding: str) -> None:
    assert READER.read(finding.upper()) == READER.read(finding.lower())


def test_a_text_without_a_word_of_ours_says_nothing() -> None:
    assert READER.read("Lisinopril given in the garden") is EMPTY
    assert not EMPTY
    assert READER.read("") is EMPTY


def test_short_texts_are_remembered_and_long_ones_are_not() -> None:
    reader = TextReader(LEXICON)
    short, long = "Numb heel", "Numb heel. " * 20
    assert reader.read(short) is reader.read(short)
    assert reader.read(long) is not reader.read(long)


def steps(reader: TextReader, text: str) -> int:
    """Calls made to read a text: what a clock would tell without its noise."""
    profile = Profile()
    profile.runcall(reader.read, text)
    return sum(entry.callcount for entry in profile.getstats())


def test_the_work_for_a_very_long_note_grows_with_its_length() -> None:
    reader = TextReader(LEXICON)
    note = "No numbness, weakness or back pain; left heel cold and pale (since May), not worse. "
    reader.read(note * 10)
    assert steps(reader, note * 160) < 10 * steps(reader, note * 20)


# --- what is said of one finding alone ---

LASTING = [
    ("Urinary incontinence, longstanding", "urinary-incontinence"),
    ("Long-standing severe urinary incontinence", "urinary-incontinence"),
    ("Incontinence (longstanding, unchanged)", "urinary-incontinence"),
    ("Urinary incontinence since childhood", "urinary-incontinence"),
    ("Urinary retention for over 10 years", "urinary-retention"),
]
OPEN_QUESTION = [
    ("Longstanding back pain and incontinence", "urinary-incontinence"),
    ("Longstanding cough, incontinence", "urinary-incontinence"),
    ("Incontinence, longstanding cough", "urinary-incontinence"),
    ("Incontinence, longstanding back pain", "urinary-incontinence"),
    ("Longstanding back pain. Incontinence.", "urinary-incontinence"),
    ("Longstanding incontinence, now total", "urinary-incontinence"),
    ("Longstanding incontinence, worse", "urinary-incontinence"),
    ("Acute on longstanding urinary retention", "urinary-retention"),
    ("Incontinence, not longstanding", "urinary-incontinence"),
    ("Back pain for many years incontinence", "urinary-incontinence"),
    ("Back pain longstanding incontinence", "urinary-incontinence"),
]


@pytest.mark.parametrize(("text", "concept"), LASTING)
def test_a_word_right_beside_a_finding_is_said_of_it(text: str, concept: str) -> None:
    assert "mod.longstanding" in only(text, concept).own


@pytest.mark.parametrize(("text", "concept"), OPEN_QUESTION)
def test_a_word_that_may_speak_of_something_else_is_not(text: str, concept: str) -> None:
    assert "mod.longstanding" not in only(text, concept).own


@pytest.mark.parametrize("text", ["longstanding", "Yes, for many years", "Longstanding, unchanged for years."])
def test_a_text_of_nothing_else_is_said_of_what_it_stands_under(text: str) -> None:
    assert "mod.longstanding" in READER.read(text).own


@pytest.mark.parametrize("text", ["longstanding COPD", "longstanding, now worse", "numb for many years"])
def test_a_text_that_says_more_is_not(text: str) -> None:
    assert not READER.read(text).own


# --- other languages ---


@pytest.mark.parametrize(
    ("words", "how"),
    [
        ("V.a. Diabetes mellitus", "suspected"),
        ("V. a. Diabetes mellitus", "suspected"),
        ("Ausschluss Diabetes mellitus", "suspected"),
        ("Fraglicher Diabetes mellitus", "suspected"),
        ("Sospecha de diabetes mellitus", "suspected"),
        ("Descartar diabetes mellitus", "suspected"),
        ("Suspicion de diabetes", "suspected"),
        ("Verdenking diabetes mellitus", "suspected"),
        ("Diabetes mellitus ausgeschlossen", "negated"),
        ("Diabetes, verneint", "negated"),
        ("Diabetes mellitus nicht bekannt", "negated"),
        ("Sin diabetes", "negated"),
        ("Mutter: Diabetes mellitus", "family"),
        ("Familienanamnese: Diabetes mellitus", "family"),
        ("Antecedentes familiares de diabetes", "family"),
        ("Z.n. Guillain-Barré-Syndrom", "history"),
        ("Zustand nach Guillain-Barré-Syndrom", "history"),
        ("Antecedentes de cauda equina", "history"),
        ("Bekannter Diabetes mellitus", ""),
        ("Diabetes mellitus Typ 2, nicht insulinpflichtig", ""),
        ("Nicht insulinpflichtiger Diabetes mellitus", ""),
    ],
)
def test_a_name_that_all_languages_share_is_read_with_its_doubt(words: str, how: str) -> None:
    said = [m for m in READER.read(words).mentions if m.concept in ("diabetes", "gbs", "cauda-equina")]
    assert said
    for mention in said:
        effects = [name for name in ("suspected", "negated", "family", "history") if getattr(mention, name)]
        assert effects == ([how] if how else [])
