"""Emergencies in the words of forms, examinations and problem lists, and the words that only look like them."""

from __future__ import annotations

from typing import Any

import pytest

from cds.domain.record import Side
from cds.domain.when import show
from tests.builders import condition, encounter, form, observation
from tests.unit.fhir.conftest import Read, facts
from tests.unit.fhir.test_text import READER

STATED = [
    ("new saddle numbness and urinary retention, would need urgent MRI", "urinary-retention"),
    ("She would need a scan today because she cannot pass urine", "urinary-retention"),
    ("Leg cold and pulseless, would require urgent vascular review", "absent-pulses"),
    ("said incontinence would be an emergency", "urinary-incontinence"),
    ("Numb saddle, told incontinence would be an emergency", "saddle-anesthesia"),
    ("tight cast, pain getting worse", "pain-out-of-proportion"),
    ("left facial droop would be worrying", "facial-weakness"),
    ("black toes would need amputation", "gangrene"),
    ("Numb saddle and incontinent: this would be an emergency", "saddle-anesthesia"),
    ("Numb saddle and incontinent: this would be an emergency", "urinary-incontinence"),
    ("Progressive ascending weakness would be concerning for GBS", "weakness"),
    ("light touch and power reduced in both legs", "leg-or-unplaced-weakness"),
    ("two point discrimination and power reduced in both legs", "leg-or-unplaced-weakness"),
    ("light touch and reflexes absent in both legs", "reduced-reflexes"),
    ("pinprick and reflexes reduced in both legs", "reduced-reflexes"),
    ("light touch and pulses absent (left foot)", "absent-pulses"),
    ("pinprick and DP pulse absent left foot", "absent-pulses"),
    ("light touch symmetrical pulses absent", "absent-pulses"),
    ("light touch S2-4 reduced", "saddle-anesthesia"),
    ("light touch S2-4 absent", "saddle-anesthesia"),
    ("pin prick reduced S2-4", "saddle-anesthesia"),
    ("light touch noted power reduced", "weakness"),
    ("light touch equal ankle jerks absent", "reduced-reflexes"),
    ("light touch ok foot pulses absent", "absent-pulses"),
    ("light touch and vibration reduced", "vibration-reduced"),
    ("light touch and proprioception reduced", "proprioception-reduced"),
    ("foot go white and then red", "pale-limb"),
    ("toes go white then red with gangrene", "pale-limb"),
    ("shivering with the cold foot", "cold-limb"),
    ("shivering with cold pulseless leg", "cold-limb"),
    ("wet her pants in the shower, did not feel it", "urinary-incontinence"),
    ("wet my pants by the pool without feeling it", "urinary-incontinence"),
    ("Q: weakness? A: no, Q: incontinence? A: yes", "urinary-incontinence"),
    ("Q: weakness? A: no Q: incontinence? A: yes", "urinary-incontinence"),
    ("foot cold fizzy", "cold-limb"),
    ("leg cold gave way", "cold-limb"),
    ("leg cold weak buzzing", "cold-limb"),
    ("leg cold weak buzzing", "weakness"),
    ("foot infected fizzing", "foot-infection"),
    ("leg tense buzzing", "tense-leg"),
    ("leg numb gave way", "sensory-symptom"),
    ("given leaflets about diabetes, numb saddle", "saddle-anesthesia"),
    ("pain with passive dorsiflexion", "pain-on-passive-stretch"),
    ("pain with passive extension of toes", "pain-on-passive-stretch"),
    ("pain on passive ROM of toes", "pain-on-passive-stretch"),
    ("wet her trousers in the rain and did not notice", "urinary-incontinence"),
    ("wet her trousers in the rain and she could not feel it", "urinary-incontinence"),
    ("wet my pants in the snow and couldn't feel it", "urinary-incontinence"),
    ("bladder keeps emptying itself", "urinary-incontinence"),
    ("bladder emptied without warning", "urinary-incontinence"),
    ("my water just trickles out", "urinary-incontinence"),
    ("had an accident in bed, numb bottom", "urinary-incontinence"),
    ("urine is not coming", "urinary-retention"),
    ("his gooch is numb", "saddle-anesthesia"),
    ("my balls are numb", "saddle-anesthesia"),
    ("had shivering, foot ulcer", "fever"),
    ("left leg gave way", "weakness"),
    ("trips over his foot", "foot-drop"),
    ("foot feels like ice", "cold-limb"),
    ("face dropped on the left side", "facial-weakness"),
    ("sudden loss of vision", "stroke-tia"),
    ("found on the floor after a long lie", "crush-injury"),
    ("a sore from my new boots", "foot-ulcer"),
    ("leg feels like after a dentist's injection", "sensory-symptom"),
    ("pinprick in the left foot reduced", "sensory-symptom"),
    ("neuropathy symptoms", "peripheral-neuropathy"),
    ("light touch reduced left heel", "sensory-symptom"),
    ("Light touch left heel reduced", "sensory-symptom"),
    ("pin prick decreased left foot", "sensory-symptom"),
    ("decreased pin prick left foot", "sensory-symptom"),
    ("pinprick left foot absent", "sensory-symptom"),
    ("insensible heel", "sensory-symptom"),
    ("my heel feels funny", "sensory-symptom"),
    ("Neuropathic symptoms in feet", "sensory-symptom"),
    ("two point discrimination reduced at the heel", "sensory-symptom"),
    ("leg strength absent", "leg-or-unplaced-weakness"),
    ("power of legs: absent", "leg-or-unplaced-weakness"),
    ("no power in her legs", "leg-or-unplaced-weakness"),
    ("power absent left foot", "leg-or-unplaced-weakness"),
    ("leg is pale with cold foot", "cold-limb"),
    ("knee reflexes brisk, symmetric, plantars downgoing on right and upgoing on left", "brisk-reflexes"),
    ("worried it was a stroke but it turned worse", "stroke-tia"),
    ("worried stroke but fast negative, now cannot speak", "stroke-tia"),
    ("delivered newborn with forceps now incontinent of urine", "urinary-incontinence"),
    ("on IV hep (acute limb ischemia left leg)", "acute-limb-ischemia"),
    ("stroke 2 days residual", "stroke-tia"),
    ("Difficulty when you try to stop or control your flow of urine", "urinary-retention"),
    ("any change in your ability to start passing urine", "urinary-retention"),
    ("Not knowing when your bladder is either full or empty", "urinary-retention"),
    ("Loss of sensation when you pass urine", "urinary-retention"),
    ("straining to pass urine", "urinary-retention"),
    ("went into retention", "urinary-retention"),
    ("Retaining urine since this morning", "urinary-retention"),
    ("hasn't passed urine for 14 hours", "urinary-retention"),
    ("won't pass urine since last night", "urinary-retention"),
    ("has not had a wee since midnight", "urinary-retention"),
    ("bladder won't empty", "urinary-retention"),
    ("bladder isn't fully emptying", "urinary-retention"),
    ("struggling to start his stream", "urinary-retention"),
    ("bladder sensation gone", "urinary-retention"),
    ("dribbling urine", "urinary-incontinence"),
    ("PR lax tone", "reduced-anal-tone"),
    ("perianal pinprick reduced", "saddle-anesthesia"),
    ("reduced perineal touch", "saddle-anesthesia"),
    ("doesn't feel the toilet paper", "saddle-anesthesia"),
    ("cannot feel toilet paper", "saddle-anesthesia"),
    ("no feeling down below", "saddle-anesthesia"),
    ("decreased sensation down there when wiping", "saddle-anesthesia"),
    ("altered sensation when opening bowels", "saddle-anesthesia"),
    ("numb undercarriage", "saddle-anesthesia"),
    ("vagina feels numb", "saddle-anesthesia"),
    ("numbness spreading from feet to buttocks and groin", "saddle-anesthesia"),
    ("pain has moved to both legs", "bilateral-sciatica"),
    ("pain on stretching toes", "pain-on-passive-stretch"),
    ("tight calf", "tense-leg"),
    ("POD1 tibial nail", "leg-surgery"),
    ("no headache and left face drooping with numb left leg since 10am", "facial-weakness"),
    ("Total knee replacement, left", "leg-surgery"),
    ("TKR left", "leg-surgery"),
    ("Right TKA 2 days ago", "leg-operated-this-week"),
    ("my saddle area has gone completely numb", "saddle-anesthesia"),
    ("it has gone dead between my legs", "saddle-anesthesia"),
    ("vagina has gone numb", "saddle-anesthesia"),
    ("numb when wiping", "saddle-anesthesia"),
    ("sex feels numb", "saddle-anesthesia"),
    ("left leg has now gone weak", "weakness"),
    ("power has gone in left foot", "weakness"),
    ("legs have stopped working", "weakness"),
    ("my left foot is floppy", "weakness"),
    ("foot has gone cold and white", "cold-limb"),
    ("toe has gone black", "gangrene"),
    ("bladder control has gone", "urinary-incontinence"),
    ("had an accident and didn't feel it", "urinary-incontinence"),
    ("bowel control has gone", "fecal-incontinence"),
    ("stopped being able to pee", "urinary-retention"),
    ("bladder has stopped working", "urinary-retention"),
    ("I have stopped being able to feel my feet", "sensory-symptom"),
    ("never had such numbness", "sensory-symptom"),
    ("the foot won't stop being numb", "sensory-symptom"),
    ("gone off her legs", "cannot-walk"),
    ("now I can hardly walk", "cannot-walk"),
    ("leg still numb and can't move it", "weakness"),
    ("cast on leg too tight, toes numb and agony", "pain-out-of-proportion"),
    ("tests requested: MRI for foot drop", "foot-drop"),
    ("can't feel anything below my waist", "sensory-level"),
    ("from the waist down I am completely numb", "sensory-level"),
    ("tingling from the chest down", "sensory-level"),
    ("black smelly toe", "gangrene"),
    ("Epidural anesthesia", "neuraxial-procedure"),
    ("Recreational drug use: nitrous oxide weekly", "nitrous-oxide-use"),
    ("spinal anaesthetic", "neuraxial-procedure"),
    ("lumbar puncture", "neuraxial-procedure"),
    ("L1 compression fracture", "vertebral-fracture"),
    ("fracture of thoracic vertebra", "vertebral-fracture"),
    ("dissection of aorta", "aortic-emergency"),
    ("ruptured AAA", "aortic-emergency"),
    ("fractured neck of femur", "upper-leg-injury"),
    ("dislocated knee", "upper-leg-injury"),
    ("Wernicke's encephalopathy", "wernicke"),
    ("Wernicke's encephalopathy", "thiamine-deficiency"),
    ("acute confusion", "confusion-or-eye-sign"),
    ("SHE HAS LOST CONTROL OF HER\nBOWELS.", "fecal-incontinence"),
    ("no chest pain  /  no weakness  /  new saddle numbness", "saddle-anesthesia"),
    ("unable to work because of saddle numbness", "saddle-anesthesia"),
    ("not driving any more due to foot drop", "foot-drop"),
    ("cannot sleep with burning feet", "sensory-symptom"),
    ("history of 2 days of urinary retention", "urinary-retention"),
    ("three day h/o foot drop", "foot-drop"),
    ("Quadriparesis", "leg-paralysis"),
    ("PR: tone lax", "reduced-anal-tone"),
    ("red flags reviewed: saddle numbness present", "saddle-anesthesia"),
    ("red flags discussed: saddle numbness since yesterday", "saddle-anesthesia"),
    ("red flags reviewed: saddle numbness since Monday, urinary retention since this morning", "urinary-retention"),
    ("new thoracic pain worse lying flat", "back-pain"),
    ("in a backslab", "leg-cast"),
    ("Rutherford IIb left leg", "acute-limb-ischemia"),
    ("Unable to feel toilet paper", "saddle-anesthesia"),
    ("Inability to stop a bowel movement", "fecal-incontinence"),
    ("Loss of sensation when you pass a bowel motion", "fecal-incontinence"),
    ("can't tell when needing to open bowels", "fecal-incontinence"),
    ("New or changed bladder or bowel function", "sphincter-disturbance"),
    ("lax anal sphincter", "reduced-anal-tone"),
    ("vaginal numbness", "saddle-anesthesia"),
    ("numb buttocks", "saddle-anesthesia"),
    ("Numbness of the inner thighs", "saddle-anesthesia"),
    ("lost the feeling between your legs", "saddle-anesthesia"),
    ("no sensation when wiping after toilet", "saddle-anesthesia"),
    ("Altered feeling when using toilet paper", "saddle-anesthesia"),
    ("anaesthesia over S2-4 dermatomes", "saddle-anesthesia"),
    ("S3-5 sensory loss", "saddle-anesthesia"),
    ("Change in ability to achieve an erection", "sexual-dysfunction"),
    ("any change in sexual function", "sexual-dysfunction"),
    ("Loss of sensation in genitals during sexual intercourse", "sexual-dysfunction"),
    ("cervical myelopathy", "spinal-cord"),
    ("loss of sensation below the umbilicus", "sensory-level"),
    ("progressive ascending weakness", "leg-paralysis"),
    ("can no longer walk unaided", "weakness"),
    ("EHL weakness 2/5", "weakness"),
    ("unable to stand on tiptoes", "weakness"),
    ("acute ischaemic leg", "acute-limb-ischemia"),
    ("embolus femoral artery", "acute-limb-ischemia"),
    ("FAST positive", "stroke-tia"),
    ("sudden hemisensory loss", "stroke-tia"),
    ("slurred speech and left sided weakness", "stroke-tia"),
    ("open sore on sole", "foot-ulcer"),
    ("Wagner 2 ulcer", "foot-ulcer"),
    ("ingrown toenail with infection", "foot-infection"),
    ("Lisfranc injury", "foot-injury"),
    ("dropped heavy box on foot", "foot-injury"),
    ("foot run over by car", "foot-injury"),
    ("burn to foot", "foot-injury"),
    ("Bladder cancer", "malignancy"),
    ("bladder carcinoma", "malignancy"),
    ("problems with bladder cancer", "malignancy"),
    ("hasn't been able to wee since this morning", "urinary-retention"),
    ("bladder not emptying", "urinary-retention"),
    ("no urine output, bladder distended", "urinary-retention"),
    ("lost sensation of voiding", "urinary-retention"),
    ("catheter inserted in ED for retention", "urinary-retention"),
    ("lost the feeling of needing to pee", "urinary-retention"),
    ("doesn't know when she needs to go", "urinary-retention"),
    ("can't go to the toilet", "sphincter-disturbance"),
    ("peed herself", "urinary-incontinence"),
    ("peed all over himself", "urinary-incontinence"),
    ("urinated without noticing", "urinary-incontinence"),
    ("no control over waterworks", "urinary-incontinence"),
    ("unable to stand since yesterday", "leg-paralysis"),
    ("can no longer walk", "leg-paralysis"),
    ("rapidly progressive weakness", "leg-paralysis"),
    ("numb from nipple line down", "sensory-level"),
    ("sudden left sided weakness", "arm-weakness"),
    ("woke up with left side numb", "arm-numbness"),
    ("numbness down the left half of his body", "arm-numbness"),
    ("mouth drooping on the left", "facial-weakness"),
    ("sudden slurring of speech", "stroke-tia"),
    ("slurred speech at breakfast and left arm drifting", "stroke-tia"),
    ("Sudden weakness on the left side", "arm-weakness"),
    ("sudden numbness down one side", "arm-numbness"),
    ("not able to PU since 6pm", "urinary-retention"),
    ("hasn't PU'd", "urinary-retention"),
    ("has yet to pass urine", "urinary-retention"),
    ("bladder - hesitancy", "urinary-retention"),
    ("back pain, retention", "urinary-retention"),
    ("in retention since yesterday", "urinary-retention"),
    ("wet the bed without knowing, legs heavy", "weakness"),
    ("PR: no squeeze", "reduced-anal-tone"),
    ("PR tone reduced", "reduced-anal-tone"),
    ("saddle area altered to LT", "saddle-anesthesia"),
    ("sensation to pinprick absent S3-5", "saddle-anesthesia"),
    ("S2-4 sensation dec to PP", "saddle-anesthesia"),
    ("can't feel when she wipes", "saddle-anesthesia"),
    ("can feel neither wiping nor passing urine", "saddle-anesthesia"),
    ("doesn't feel right down below - numb", "saddle-anesthesia"),
    ("KJ/AJ absent b/l", "reduced-reflexes"),
    ("quads 3/5", "weakness"),
    ("can't dorsiflex L foot", "foot-drop"),
    ("absent popliteal + pedal pulses", "absent-pulses"),
    ("# L tib/fib", "leg-fracture"),
    ("# lat malleolus", "ankle-fracture"),
    ("ankle ORIF", "ankle-fracture"),
    ("wife has MS, numb feet", "sensory-symptom"),
    ("foot drop has not yet resolved", "foot-drop"),
    ("hasn't yet passed urine", "urinary-retention"),
    ("no urge to pass urine, numb vagina", "saddle-anesthesia"),
    ("can't feel his bottom", "saddle-anesthesia"),
    ("son drove her: legs weak", "weakness"),
    ("clinic letter re foot drop", "foot-drop"),
    ("asking if numb genitals is a side effect", "saddle-anesthesia"),
    ("googled symptoms: saddle numbness", "saddle-anesthesia"),
    ("advice given: attend ED as saddle numb", "saddle-anesthesia"),
    ("advice given, saddle numbness", "saddle-anesthesia"),
    ("CES leaflet given last week; today saddle numbness", "saddle-anesthesia"),
    ("consented to PR exam: anal tone reduced", "reduced-anal-tone"),
    ("consented for MRI (saddle anaesthesia)", "saddle-anesthesia"),
    ("consented for discectomy: has foot drop", "foot-drop"),
    ("MRI negative (saddle numbness, incontinence)", "saddle-anesthesia"),
    ("Red flags positive: saddle numbness", "saddle-anesthesia"),
    ("symptoms clear: saddle numbness", "saddle-anesthesia"),
    ("Discussed red flags: saddle numbness present", "saddle-anesthesia"),
    ("consented for decompression: CES with retention", "cauda-equina"),
    ("had physio for a stroke", "stroke-tia"),
    ("BE FAST +: face, arm, speech", "stroke-tia"),
    ("sudden LSW", "arm-weakness"),
    ("saddle +ve, bladder -ve", "saddle-anesthesia"),
    ("B&B dysfunction 2/7", "sphincter-disturbance"),
    ("leaking wee", "urinary-incontinence"),
    ("can't push up on toes R", "weakness"),
    ("R DF 0/5", "weakness"),
    ("fell off ladder, heel bruised", "foot-injury"),
    ("nil back pain, nil fever, foot slapping on floor", "foot-drop"),
    ("slurred speech began an hour ago", "stroke-tia"),
    ("exposed bone in toe", "foot-deep-infection"),
    ("stepped on a nail", "foot-injury"),
    ("Spastic neurogenic bladder", "neurogenic-bladder-bowel"),
    ("Incomplete defecation", "fecal-incontinence"),
    ("Embolism and thrombosis of iliac artery", "acute-limb-ischemia"),
    ("Tuberculosis of spine", "spinal-cord"),
    ("Pott's disease", "spinal-cord"),
    ("has to push on her tummy to wee", "urinary-retention"),
    ("voids by straining only", "urinary-retention"),
    ("Erectile function: new impairment", "sexual-dysfunction"),
    ("can't get hard anymore", "sexual-dysfunction"),
    ("Ability to walk: lost", "cannot-walk"),
    ("Anal tone (absent)", "reduced-anal-tone"),
    ("Pedal pulses (not palpable)", "absent-pulses"),
    ("L ankle dorsiflexion (2/5)", "weakness"),
    ("bladder (retention since yesterday)", "urinary-retention"),
    ("straight leg raise positive bilaterally", "bilateral-sciatica"),
    ("bilat +ve SLR", "bilateral-sciatica"),
    ("slapping gait L foot since Friday", "foot-drop"),
    ("wrist drop", "arm-weakness"),
    ("it feels weird when I wipe", "saddle-anesthesia"),
    ("bowels not opened 4 days and can't feel the urge", "sphincter-disturbance"),
    ("no back pain and cannot pass urine", "urinary-retention"),
    ("denies back pain and unable to pass urine", "urinary-retention"),
    ("no fever and unable to walk", "cannot-walk"),
    ("10 minute spell of slurred speech and right hand numbness", "stroke-tia"),
    ("amaurosis fugax", "stroke-tia"),
    ("worried it was a stroke but it went after 10 minutes", "stroke-tia"),
    ("tight band round tummy, can't feel below it", "sensory-level"),
    ("weeping sore under big toe", "foot-ulcer"),
    ("sore on L heel that isn't healing", "foot-ulcer"),
    ("stood on a nail 3 days ago, pus coming out", "foot-injury"),
    ("catheter inserted for retention after operation", "urinary-retention"),
    ("reflexes brisk but symmetrical, plantars up", "brisk-reflexes"),
    ("foot drop now 3/5", "foot-drop"),
    ("no anal squeeze on PR", "reduced-anal-tone"),
    ("catheter tug not felt", "urinary-retention"),
    ("pain down back of both thighs to calves", "bilateral-sciatica"),
    ("leg tight like a drum", "tense-leg"),
    ("No fever, no trauma, no cancer hx and now incontinent of urine", "urinary-incontinence"),
    ("no back pain and both legs getting weaker over 5 days", "weakness"),
    ("no pain and the foot just hangs", "foot-drop"),
    ("Hx prostate ca. Says cannot feel himself go to toilet", "saddle-anesthesia"),
    ("she denies pain but can't feel the seat when she sits", "saddle-anesthesia"),
    ("bilateral buttock numbness and reduced stream", "saddle-anesthesia"),
    ("cannot feel himself go", "urinary-retention"),
    ("since this morning no control of water", "urinary-incontinence"),
    ("couldn't speak for 5 min, R leg numb", "stroke-tia"),
    ("PR: tone \u2193", "reduced-anal-tone"),
    ("\u2193 perineal sensation", "saddle-anesthesia"),
    ("power \u2193 R foot", "weakness"),
    ("plantars \u2191\u2191", "brisk-reflexes"),
    ("stroke yesterday", "stroke-tia"),
    ("B&B: new urgency & hesitancy. Saddle: intact", "urinary-retention"),
    ("Saddle: altered L side", "saddle-anesthesia"),
    ("Power R ankle dorsiflexion reduced", "weakness"),
    ("Face: asymmetry L. Arms: drift L. Speech: slurred", "arm-weakness"),
    ("Face: asymmetry L. Arms: drift L. Speech: slurred", "facial-weakness"),
    ("I can't feel it when I go for a wee", "urinary-retention"),
    ("I don't get the feeling that I need to go anymore", "urinary-retention"),
    ("I have to strain really hard to get any pee out", "urinary-retention"),
    ("pee just comes out without warning since yesterday", "urinary-incontinence"),
    ("now I keep having little accidents", "urinary-incontinence"),
    ("poo falls out without me knowing", "fecal-incontinence"),
    ("sex feels like nothing now", "sexual-dysfunction"),
    ("my bottom has pins and needles", "saddle-anesthesia"),
    ("pins and needles in my bum", "saddle-anesthesia"),
    ("my leg just gives up on me", "weakness"),
    ("foot flaps when I walk", "foot-drop"),
    ("my left arm wouldn't work for a bit", "arm-weakness"),
    ("my words came out funny", "stroke-tia"),
    ("stepped on a piece of glass", "foot-injury"),
    ("stood on a rusty nail, pus coming out", "foot-infection"),
    ("R foot drop, L ankle now 5/5", "foot-drop"),
    ("left hemi-paresis this morning", "stroke-tia"),
    ("L facial drop", "facial-weakness"),
    ("I soiled my pants twice today without feeling it", "fecal-incontinence"),
    ("wet his trousers", "urinary-incontinence"),
    ("now has to self catheterise since Tuesday", "urinary-retention"),
    ("legs stiff, ext plantars", "brisk-reflexes"),
    ("CT head: acute left MCA infarct", "stroke-tia"),
    ("face feels droopy both sides", "facial-weakness"),
    ("my foot is red and there's a hole weeping yellow stuff", "foot-ulcer"),
    ("baby is well, numb saddle since forceps", "saddle-anesthesia"),
    ("baby is fine, right leg cold and pulseless since this morning", "absent-pulses"),
    ("no weakness and numb saddle and retention", "saddle-anesthesia"),
    ("no weakness and numb saddle and retention", "urinary-retention"),
    ("no fever and foot cold and pale", "cold-limb"),
    ("not painful and foul smelling ulcer", "foot-ulcer"),
    ("had an accident in bed, poo, didn't know", "fecal-incontinence"),
    ("husband reports wife soiled herself in her sleep and had no idea", "fecal-incontinence"),
    ("wife says husband cannot pass urine", "urinary-retention"),
    ("bowels opened without her realising", "fecal-incontinence"),
    ("my passing urine is not coming since yesterday", "urinary-retention"),
    ("urine not coming since this morning", "urinary-retention"),
    ("bloke with crook back can't piss", "urinary-retention"),
    ("pissed myself twice", "urinary-incontinence"),
    ("urine just dribbles out, I don't feel it", "urinary-incontinence"),
    ("me toilet parts are numb", "saddle-anesthesia"),
    ("my downstairs is numb", "saddle-anesthesia"),
    ("like I've had the dentist's needle in my backside", "saddle-anesthesia"),
    ("can feel nothing when partner touches me down there", "saddle-anesthesia"),
    ("soaked my trousers, didn't feel it coming", "urinary-incontinence"),
    ("it feels funny when I wipe after the toilet", "saddle-anesthesia"),
    ("power 5/5 saddle sensation absent", "saddle-anesthesia"),
    ("power 5/5 ankle jerks absent", "reduced-reflexes"),
    ("sensation intact pulses absent", "absent-pulses"),
    ("stepped on glass didn't feel it now it's infected", "foot-infection"),
    ("the hole in my heel is weeping green stuff", "foot-ulcer"),
    ("the hole in my heel is weeping green stuff", "foot-infection"),
    ("blister from new boots has burst", "foot-ulcer"),
    ("feeling rotten with chills", "fever"),
    ("off legs since yesterday", "cannot-walk"),
    ("left leg dead and can't lift it", "weakness"),
    ("leg has no strength in it", "weakness"),
    ("left leg won't do what I tell it", "weakness"),
    ("unable to SLR against gravity", "weakness"),
    ("foot keeps slapping the ground", "foot-drop"),
    ("both knees keep buckling", "weakness"),
    ("face drooped on one side", "facial-weakness"),
    ("my speech went funny", "stroke-tia"),
    ("L hemisensory loss", "stroke-tia"),
    ("sudden loss of vision with a numb leg", "stroke-tia"),
    ("can't see out of one eye suddenly", "stroke-tia"),
    ("foot is like ice", "cold-limb"),
    ("tib plateau ORIF, pain on passive DF of hallux", "pain-on-passive-stretch"),
    ("calf as tight as a drum", "tense-leg"),
    ("leg in plaster, pain killers not touching it", "pain-out-of-proportion"),
    ("fem-pop bypass this am", "leg-operated-this-week"),
    ("backslab feels too tight", "tight-cast"),
    ("new band-like pain round the chest", "back-pain"),
    ("Q: numb feet? A: no. Q: incontinence? A: yes", "urinary-incontinence"),
    ("had cold feet about surgery, then foot went cold", "cold-limb"),
    ("numb saddle, I'm incontinent", "urinary-incontinence"),
    ("no back pain, I'm incontinent", "urinary-incontinence"),
    ("cnt feel wiping since yday", "saddle-anesthesia"),
    ("cannae pee", "urinary-retention"),
    ("she must bear down to void", "urinary-retention"),
    ("urine goes alone", "urinary-incontinence"),
    ("leaking without knowing", "urinary-incontinence"),
    ("no awareness of passing urine", "urinary-retention"),
    ("no awareness of passing stool", "fecal-incontinence"),
    ("can no longer hold my motions", "fecal-incontinence"),
    ("cannot hold my motions", "fecal-incontinence"),
    ("rectal tone 1/5", "reduced-anal-tone"),
    ("loss of anal wink", "reduced-anal-tone"),
    ("sexual function gone since Sunday", "sexual-dysfunction"),
    ("feet numb and no feeling on the toilet", "saddle-anesthesia"),
    ("numb on the toilet", "saddle-anesthesia"),
    ("wobbly legs", "weakness"),
    ("can't get off the potty", "weakness"),
    ("calf solid and very painful", "tense-leg"),
    ("left leg cooler than right", "cold-limb"),
    ("graft occluded on duplex", "acute-limb-ischemia"),
    ("his big toe is rotting", "gangrene"),
    ("raw patch on heel", "foot-ulcer"),
    ("trod on a drawing pin 3 days ago, never felt it", "unnoticed-injury"),
    ("wound probes to bone", "foot-deep-infection"),
    ("foot cellulitis spreading past marker", "foot-infection"),
    ("black toe nail polish and black toe", "gangrene"),
    ("I went blind in my left eye for 10 minutes", "stroke-tia"),
    ("saddle numbness, would need MRI today", "saddle-anesthesia"),
    ("numb saddle, which would be an emergency", "saddle-anesthesia"),
    ("no feeling sitting on the toilet and legs weak", "saddle-anesthesia"),
    ("numb sitting on the toilet and my legs too", "saddle-anesthesia"),
    ("history of CES and now it's back", "cauda-equina"),
    ("hx urinary retention and now it's happening again", "urinary-retention"),
    ("previous saddle numbness has recurred", "saddle-anesthesia"),
    ("no incontinence and now I'm leaking", "urinary-incontinence"),
    ("wet my pants in the rain and didn't notice I was peeing", "urinary-incontinence"),
    ("wet my pants in the shop", "urinary-incontinence"),
    ("anal tone normal squeeze absent", "reduced-anal-tone"),
    ("saddle sensation intact anal tone lax", "reduced-anal-tone"),
    ("power 5/5 arms 3/5 legs", "weakness"),
    ("my foot went white then blue", "pale-limb"),
    ("my bits feel like they belong to somebody else", "saddle-anesthesia"),
    ("my tail end is numb", "saddle-anesthesia"),
    ("can't feel the tampon", "saddle-anesthesia"),
    ("no control down there for two days", "sphincter-disturbance"),
    ("my waterworks have packed up", "urinary-retention"),
    ("my legs won't carry me", "weakness"),
    ("legs feel like they're made of concrete", "weakness"),
    ("can't do up buttons or climb the stairs", "weakness"),
    ("whole leg gone limp", "weakness"),
    ("big toe just hangs", "foot-drop"),
    ("lost use of right arm and leg", "arm-weakness"),
    ("cast feels like a vice", "tight-cast"),
    ("leg in cast and the pain is unreal", "pain-out-of-proportion"),
    ("pain medicine does nothing, leg throbbing in cast", "pain-out-of-proportion"),
    ("shin is bulging and rock hard after a kick", "tense-leg"),
    ("shin is rock hard after a kick", "leg-injury"),
    ("red lines going up from the cut on my foot", "foot-infection"),
    ("my ulcer has gone green", "foot-ulcer"),
    ("slurring and numb right leg since 10", "stroke-tia"),
    ("couldn't speak properly and hand went dead", "stroke-tia"),
]


@pytest.mark.parametrize(("text", "concept"), STATED)
def test_an_emergency_is_read_in_other_words(text: str, concept: str) -> None:
    assert [m for m in READER.read(text).mentions if m.concept == concept and m.is_stated]


NOT_STATED = [
    ("fracture of left tibia, pain getting worse", "pain-out-of-proportion"),
    ("tight cast, pain no worse", "pain-out-of-proportion"),
    ("advised to return if saddle numbness, said incontinence would be an emergency", "urinary-incontinence"),
    ("bladder emptying without difficulty", "urinary-incontinence"),
    ("bladder emptied by catheter", "urinary-incontinence"),
    ("bladder empties without straining", "urinary-incontinence"),
    ("RTA accident, bowels and bladder normal", "fecal-incontinence"),
    ("traffic accident, urine dip clear", "urinary-incontinence"),
    ("car accident in the night, ankle numb", "urinary-incontinence"),
    ("feels like water trickling down my leg", "urinary-incontinence"),
    ("urine has not come back from lab", "urinary-retention"),
    ("would like lidocaine ointment for anal fissure", "saddle-anesthesia"),
    ("would like lidocaine ointment for perineal tear", "saddle-anesthesia"),
    ("Mr Gooch has a numb heel", "saddle-anesthesia"),
    ("Yoni has numb feet", "saddle-anesthesia"),
    ("my balls of my feet are numb", "saddle-anesthesia"),
    ("numb foot when vacuuming my downstairs", "saddle-anesthesia"),
    ("No saddle anesthesia and reduced anal tone", "reduced-anal-tone"),
    ("mother has dementia and now shes incontinent of stool", "fecal-incontinence"),
    ("wife has MS, shes numb below the waist", "sensory-level"),
    ("back pain and a temp of 36.5", "fever"),
    ("back pain, shivers down my spine", "fever"),
    ("works as a temp", "fever"),
    ("foot clinic gave out leaflets", "weakness"),
    ("ankle gave way on stairs and sprained", "weakness"),
    ("tripped over my foot stool", "foot-drop"),
    ("no evidence of cord compression and reduced reflexes", "reduced-reflexes"),
    ("heel pain, conservative measures like ice", "cold-limb"),
    ("heel pain, did things like ice and stretching", "cold-limb"),
    ("no pallor and cold limb", "cold-limb"),
    ("his face dropped when told the diagnosis", "facial-weakness"),
    ("face twisted in pain", "facial-weakness"),
    ("speech was funny at the wedding", "stroke-tia"),
    ("sudden loss of vision due to migraine 1999", "stroke-tia"),
    ("fracture of left tibia 3 days ago, pain gets worse when walking", "pain-out-of-proportion"),
    ("TKR 2 days ago, pain, passive ROM 0-90", "pain-on-passive-stretch"),
    ("no gangrene and black toes", "gangrene"),
    ("feet sore from new shoes", "foot-ulcer"),
    ("heavy boxes, cannot lift them", "weakness"),
    ("long lie on Sunday morning", "crush-injury"),
    ("Neuropathy symptom score 0", "sensory-symptom"),
    ("Would like to see a dentist", "sensory-symptom"),
    ("Felt nothing at first", "sensory-symptom"),
    ("Heel prick test abnormal", "sensory-symptom"),
    ("Finger prick glucose testing reduced", "sensory-symptom"),
    ("the sore heals slowly", "heel-pain"),
    ("big hole in his shoe sole", "foot-ulcer"),
    ("visited Da Nang", "nitrous-oxide-use"),
    ("abdomen hard as a board", "tense-leg"),
    ("ski boot was tighter", "tight-cast"),
    ("thick fluid collection at the heel", "foot-infection"),
    ("no reduced power and reduced sensation", "sensory-symptom"),
    ("No limb weakness and altered sensation reported", "sensory-symptom"),
    ("no incontinence and progressive weakness", "weakness"),
    ("no foot drop and weak ankle on either side", "weakness"),
    ("no symptoms of weakness and numb feet", "sensory-symptom"),
    ("absent ankle jerk with normal light touch in the feet", "sensory-symptom"),
    ("pinprick left foot normal, reflexes reduced", "sensory-symptom"),
    ("light touch left foot fine and power reduced", "sensory-symptom"),
    ("no neuropathic symptoms in feet", "sensory-symptom"),
    ("foot feels fine", "sensory-symptom"),
    ("Mother has dementia and has urinary incontinence", "urinary-incontinence"),
    ("Sister is 50 and has cauda equina syndrome", "cauda-equina"),
    ("If unwell and has urinary retention go to A&E", "urinary-retention"),
    ("Son was seen by GP and has foot drop", "foot-drop"),
    ("hyporreflexia", "brisk-reflexes"),
    ("common perneal nerve numbness", "saddle-anesthesia"),
    ("renal cortical infarct", "stroke-tia"),
    ("fell in bathroom accident", "urinary-incontinence"),
    ("dont get the feeling that I need glasses", "urinary-retention"),
    ("do not feel urge to cough", "sphincter-disturbance"),
    ("pins and needles in groin", "saddle-anesthesia"),
    ("numb belly", "sensory-level"),
    ("no loss of power in legs", "leg-or-unplaced-weakness"),
    ("numb foot since left TKR", "foot-surgery"),
    ("pain from the waist down", "sensory-level"),
    ("sensation normal below the waist", "sensory-level"),
    ("Test request : HIV Investigation", "hiv"),
    ("Test request : Lupus anticoagulant", "sle"),
    ("nitrous oxide given during labor", "nitrous-oxide-use"),
    ("Back pain +, incontinence -, weakness -.", "weakness"),
    ("epidural hematoma", "neuraxial-procedure"),
    ("brain aneurysm rupture", "aortic-emergency"),
    ("total hip replacement", "upper-leg-injury"),
    ("not confused", "confusion-or-eye-sign"),
    ("does not walk with a limp or weakness", "weakness"),
    ("not due to cauda equina syndrome", "cauda-equina"),
    ("not incontinent because of retention", "urinary-retention"),
    ("heel goes numb while sitting", "saddle-anesthesia"),
    ("heel numb when I sit", "saddle-anesthesia"),
    ("foot cream isn't working", "weakness"),
    ("stopped working as a nurse", "weakness"),
    ("unable to walk far", "cannot-walk"),
    ("cannot stand the heat", "cannot-walk"),
    ("removal of urinary catheter", "urinary-catheter"),
    ("change of long-term suprapubic catheter", "urinary-catheter"),
    ("urinary catheter changed", "urinary-catheter"),
    ("Return precautions given: new weakness, incontinence, saddle anesthesia", "saddle-anesthesia"),
    ("Informed about chemo side effects: neuropathy, urinary retention", "urinary-retention"),
    ("Risks of epidural injection discussed incl. epidural abscess, paralysis", "spinal-cord"),
    ("Worried about having a stroke", "stroke-tia"),
    ("Saddle numbness Y/N", "saddle-anesthesia"),
    ("Saddle anaesthesia: *** Retention: ***", "saddle-anesthesia"),
    ("Saddle anaesthesia: *** Retention: ***", "urinary-retention"),
    ("Saddle numbness? ___", "saddle-anesthesia"),
    ("Change in bowel habit", "sphincter-disturbance"),
    ("Low suspicion for cauda equina", "cauda-equina"),
    ("CES screen: bladder N, bowel N, saddle N", "cauda-equina"),
    ("MRI lumbar spine excludes cauda equina syndrome", "cauda-equina"),
    ("imaging excludes cord compression", "spinal-cord"),
    ("Denied: saddle numbness since yesterday", "saddle-anesthesia"),
    ("Family history: stroke since Monday", "stroke-tia"),
    ("Discussed red flags: difficulty passing urine, loss of bowel control", "urinary-retention"),
    ("discussed CES red flags including saddle numbness", "saddle-anesthesia"),
    ("CES warning signs explained: saddle numbness, retention, incontinence", "saddle-anesthesia"),
    ("Breast cancer 2009 cured", "malignancy"),
    ("Mother's stroke in 2020 upset her", "stroke-tia"),
    ("Old CVA, no residual", "stroke-tia"),
    ("able to walk on heels and toes", "weakness"),
    ("skin of feet intact", "foot-ulcer"),
    ("can feel when wiping", "saddle-anesthesia"),
    ("normal control of bladder and bowels", "urinary-incontinence"),
    ("can no longer walk far", "leg-paralysis"),
    ("can no longer walk 100 meters", "leg-paralysis"),
    ("slurred speech when drunk", "stroke-tia"),
    ("right sided numbness of the heel", "arm-numbness"),
    ("numbness of the left side of the foot", "arm-numbness"),
    ("nocturnal enuresis as a child", "urinary-incontinence"),
    ("amputation of left 2nd toe 2018 for gangrene", "gangrene"),
    ("# Foot pain", "foot-injury"),
    ("fluid retention, swollen ankles", "urinary-retention"),
    ("retention of fluid", "urinary-retention"),
    ("retention cyst", "urinary-retention"),
    ("CES screen negative: saddle sensation normal", "saddle-anesthesia"),
    ("red flags negative: anal tone normal, no retention", "reduced-anal-tone"),
    ("friend recently had stroke", "stroke-tia"),
    ("bladder accident free", "urinary-incontinence"),
    ("unsure if needs to go to hospital", "urinary-retention"),
    ("numb bottom of both feet", "saddle-anesthesia"),
    ("acute back pain, numbness on the left side", "arm-numbness"),
    ("sudden numbness on the left side of the foot", "arm-numbness"),
    ("R hemiparesis from birth", "stroke-tia"),
    ("PU'ing normally", "urinary-retention"),
    ("not yet incontinent", "urinary-incontinence"),
    ("prev ?CES 2021", "cauda-equina"),
    ("MRI NAD for CES", "cauda-equina"),
    ("Stress incont since 2nd child", "urinary-incontinence"),
    ("wife has MS, diabetes", "diabetes"),
    ("return if foot drop please", "foot-drop"),
    ("GBS 1998, full recovery", "gbs"),
    ("post-op instructions: numb saddle, inability to pass urine", "saddle-anesthesia"),
    ("Discussed red flags: weakness, saddle numbness - none present", "saddle-anesthesia"),
    ("long-term catheter for neurogenic bladder", "neurogenic-bladder-bowel"),
    ("foot drop now 5/5", "foot-drop"),
    ("HEP: foot slaps", "foot-drop"),
    ("saddle numbness (absent)", "saddle-anesthesia"),
    ("pulses (palpable)", "absent-pulses"),
    ("SLR negative bilaterally", "bilateral-sciatica"),
    ("no back pain and no retention", "urinary-retention"),
    ("reflexes brisk but symmetrical, plantars both downgoing", "brisk-reflexes"),
    ("physiologically brisk reflexes", "brisk-reflexes"),
    ("worried it was a stroke but it was migraine", "stroke-tia"),
    ("worried this might be a stroke but FAST negative", "stroke-tia"),
    ("urinary catheter placed for knee replacement", "urinary-catheter"),
    ("urinary catheter inserted for operation yesterday", "urinary-catheter"),
    ("feels weird when walking in new shoes", "saddle-anesthesia"),
    ("blister healing well", "foot-infection"),
    ("spastic bladder", "brisk-reflexes"),
    ("catheter tug felt", "urinary-retention"),
    ("pain down back of both hands", "bilateral-sciatica"),
    ("plantars \u2193\u2193, power 5/5", "brisk-reflexes"),
    ("urinary catheter post hip op", "urinary-catheter"),
    ("Stroke 2011 L sided weakness residual, unchanged", "stroke-tia"),
    ("leg hangs out of bed", "foot-drop"),
    ("no incontinence and no saddle numbness and no weakness", "saddle-anesthesia"),
    ("no loss of control of bladder and bowels", "fecal-incontinence"),
    ("never lost control of bladder or bowels and has no numbness in the saddle", "saddle-anesthesia"),
    ("GP said no CES", "cauda-equina"),
    ("Face: symmetrical. Arms: no drift. Speech: normal", "arm-weakness"),
    ("Face: symmetrical. Arms: no drift. Speech: normal", "facial-weakness"),
    ("power full in ankle, sensation reduced", "weakness"),
    ("no urgency or hesitancy", "urinary-retention"),
    ("I don't have the urge to go out", "urinary-retention"),
    ("had a little accident with the car", "urinary-incontinence"),
    ("water comes out by itself", "urinary-incontinence"),
    ("my gran had a stroke", "stroke-tia"),
    ("toes go white in the cold then red", "pale-limb"),
    ("pins and needles in the bottom of my foot", "saddle-anesthesia"),
    ("I can feel it when I go for a wee", "urinary-retention"),
    ("I have no trouble peeing or pooing", "urinary-retention"),
    ("Patient aware of CES symptoms and will call if they occur", "cauda-equina"),
    ("Baby has wet the bed, mum tired", "urinary-incontinence"),
    ("wet clothes removed", "urinary-incontinence"),
    ("CT head: no acute MCA infarct", "stroke-tia"),
    ("old MCA infarct 2015", "stroke-tia"),
    ("no back pain or numb saddle", "saddle-anesthesia"),
    ("denies weakness and numb saddle", "saddle-anesthesia"),
    ("no weakness, tingling and loss of balance", "gait-balance"),
    ("not weak and numb", "sensory-symptom"),
    ("wet my trousers in the rain", "urinary-incontinence"),
    ("funny when wiping the heel", "saddle-anesthesia"),
    ("numb when going downstairs", "saddle-anesthesia"),
    ("balls of my feet are numb", "saddle-anesthesia"),
    ("power of legs 5/5 clonus absent", "weakness"),
    ("power of legs 5/5 clonus absent", "brisk-reflexes"),
    ("gave out leaflets about cauda equina", "cauda-equina"),
    ("cold feet about the operation", "cold-limb"),
    ("feel nothing abnormal in the foot", "sensory-symptom"),
    ("green discharge from vagina, numb foot", "foot-infection"),
    ("stay off her legs", "cannot-walk"),
    ("long lie in at weekends", "crush-injury"),
    ("foot numb on the toilet", "saddle-anesthesia"),
    ("numb foot after sitting on the loo", "saddle-anesthesia"),
    ("legs go dead when I sit on the toilet", "saddle-anesthesia"),
    ("wound leaking without warning", "urinary-incontinence"),
    ("waiting for urine test to come back", "urinary-retention"),
    ("rectal tone 5/5", "reduced-anal-tone"),
    ("stroke play at golf makes my foot numb", "stroke-tia"),
    ("breast stroke makes my foot numb", "stroke-tia"),
    ("black toe nail polish", "gangrene"),
    ("history of CES, is back at work", "cauda-equina"),
    ("history of foot drop, has come back from holiday", "foot-drop"),
    ("tail end of last week foot went numb", "saddle-anesthesia"),
    ("walks with a limp, heel numb", "weakness"),
    ("legs won't fit in the boots", "weakness"),
    ("foot hangs out of bed at night", "foot-drop"),
    ("cannot speak English properly, numb foot", "stroke-tia"),
    ("cannot climb the stairs due to heel pain", "leg-paralysis"),
]


@pytest.mark.parametrize("part", ["my left foot", "the heel", "the saddle area", "my perineum", "both feet"])
@pytest.mark.parametrize(
    "gone", ["has gone", "has now gone", "had gone completely", "has all gone", "is going", "went"]
)
def test_what_has_gone_numb_is_numb_now(part: str, gone: str) -> None:
    told = READER.read(f"{part} {gone} numb").mentions
    assert told
    assert not any(mention.history or mention.negated for mention in told)
    assert all(mention.history for mention in READER.read(f"numbness of {part} has gone").mentions)


@pytest.mark.parametrize(("text", "concept"), NOT_STATED)
def test_what_only_looks_like_one_is_not_stated(text: str, concept: str) -> None:
    assert not [m for m in READER.read(text).mentions if m.concept == concept and m.is_stated]


def test_marks_for_stress_are_no_blank_field() -> None:
    assert [m.concept for m in READER.read("Note: ***saddle numbness***").mentions] == ["saddle-anesthesia"]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Perianal sensation intact", "saddle-anesthesia"),
        ("Anal tone normal", "reduced-anal-tone"),
        ("Do you have normal control of your bladder and bowels?", "fecal-incontinence"),
        ("Can you feel toilet paper when wiping?", "saddle-anesthesia"),
        ("Continent of urine", "urinary-incontinence"),
        ("Pedal pulses palpable", "absent-pulses"),
        ("Reflexes normal", "reduced-reflexes"),
        ("Skin of feet intact", "foot-ulcer"),
    ],
)
def test_health_answered_with_no_is_a_finding(read: Read, question: str, expected: str) -> None:
    for no in (form((question, {"valueBoolean": False})), observation(question, False)):
        [fact] = read(no).findings[expected]
        assert fact.label == f"{question}: no"
        assert expected not in {name for denied in facts(read(no).denied) for name in denied.sets}
    for yes in (form((question, {"valueBoolean": True})), observation(question, True)):
        assert expected not in read(yes).findings


def test_a_finding_answered_with_no_stays_denied(read: Read) -> None:
    for question in ("Saddle numbness", "No saddle numbness"):
        assert "saddle-anesthesia" not in read(form((question, {"valueBoolean": False}))).findings


@pytest.mark.parametrize(
    ("question", "answer", "expected"),
    [
        ("Perianal sensation", {"valueString": "absent"}, "saddle-anesthesia"),
        ("Anal tone", {"valueCoding": {"display": "reduced"}}, "reduced-anal-tone"),
        ("Bladder function", {"valueString": "retention"}, "urinary-retention"),
        ("Plantar response", {"valueString": "extensor"}, "brisk-reflexes"),
        ("Dorsalis pedis pulse", {"valueString": "not palpable"}, "absent-pulses"),
    ],
)
def test_a_form_tells_how_a_part_was_found(read: Read, question: str, answer: Any, expected: str) -> None:
    assert len(read(form((question, answer))).findings[expected]) == 1


@pytest.mark.parametrize("answer", ["intact", "not tested", "yes", "no"])
def test_a_form_that_found_a_part_well_tells_nothing(read: Read, answer: str) -> None:
    assert "saddle-anesthesia" not in read(form(("Perianal sensation", {"valueString": answer}))).findings


@pytest.mark.parametrize(
    ("words", "began"),
    [
        ("Stroke in 2018", "2018"),
        ("Stroke in 2018, no residual deficit", "2018"),
        ("TIA, 12 years ago", ""),
        ("Ankle fracture, plate in situ, stroke in 2018", "2018"),
        ("Hip replacement. Stroke in 2018. Diabetes.", "2018"),
        ("Stroke in 2018, slurred speech again", None),
        ("Stroke in 2018. Now a weak leg.", None),
        ("Stroke in 2018. TIA.", None),
        ("Stroke in 2018, now new weakness", None),
        ("Stroke, recovered from fall in clinic", None),
    ],
)
def test_an_entry_that_ends_in_its_time_is_dated_wherever_it_stands(read: Read, words: str, began: str | None) -> None:
    visit = encounter(reasonCode=[{"text": words}])
    told = (observation("History", {"valueString": words}), form(("History", {"valueString": words})), visit)
    for record in (read(made) for made in (condition(words), *told)):
        facts_ = record.findings.get("stroke-tia", [])
        dates = {show(fact.onset) for fact in facts_ if not fact.onset.is_open}
        assert bool(dates) is (began is not None)
        assert not began or dates == {began}


def test_a_note_dates_what_one_of_its_sentences_dates(read: Read) -> None:
    made = condition("Numb left heel", onsetDateTime="2026-11-01", note=[{"text": "TIA 2010. Takes a statin."}])
    assert [show(fact.onset) for fact in read(made).findings["stroke-tia"]] == ["2010"]


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("Leg weakness, fall risk", "weakness"),
        ("leg weakness and fall risk", "weakness"),
        ("Leg weakness since Monday, risks discussed", "weakness"),
        ("Urinary retention since yesterday, patient education given", "urinary-retention"),
        ("saddle numbness, leaflet given", "saddle-anesthesia"),
        ("Perianal sensation reduced, anal tone not assessed", "saddle-anesthesia"),
        ("urinary retention since Monday, UTI excluded", "urinary-retention"),
        ("Incontinent of urine, dipstick negative", "urinary-incontinence"),
        ("cannot pass urine, urine culture negative", "urinary-retention"),
        ("Leg weakness, hypokalaemia ruled out", "weakness"),
        ("saddle numbness, headache resolved", "saddle-anesthesia"),
        ("Saddle numbness (headache resolved)", "saddle-anesthesia"),
        ("Leg weakness, rash resolved", "weakness"),
        ("cold pulseless foot, thrombophilia negative", "absent-pulses"),
        ("saddle numbness, malingering unlikely", "saddle-anesthesia"),
        ("No fever, urinary retention since yesterday", "urinary-retention"),
        ("No trauma, foot drop since this morning", "foot-drop"),
        ("No back pain, unable to pass urine since last night", "urinary-retention"),
        ("Denies fever, saddle numbness since Monday", "saddle-anesthesia"),
        ("History of back pain, urinary retention since yesterday", "urinary-retention"),
    ],
)
def test_what_is_said_of_something_else_after_a_comma_denies_nothing(text: str, concept: str) -> None:
    assert [m for m in READER.read(text).mentions if m.concept == concept and m.is_stated]


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("Saddle anesthesia: not assessed", "saddle-anesthesia"),
        ("Saddle anesthesia - not assessed", "saddle-anesthesia"),
        ("stroke or ulcer risk", "stroke-tia"),
        ("stroke risk discussed", "stroke-tia"),
        ("foot ulcer prevention", "foot-ulcer"),
        ("Urinary retention, fully resolved", "urinary-retention"),
        ("Urinary retention, which has since completely resolved", "urinary-retention"),
        ("Leg weakness, both denied", "weakness"),
        ("Cauda equina syndrome, has been ruled out", "cauda-equina"),
        ("Cauda equina syndrome (excluded by MRI)", "cauda-equina"),
        ("Leg weakness, left side, resolved", "weakness"),
        ("numbness, weakness, incontinence: all denied", "urinary-incontinence"),
    ],
)
def test_what_is_said_of_the_same_after_a_mark_counts(text: str, concept: str) -> None:
    assert not [m for m in READER.read(text).mentions if m.concept == concept and m.is_stated]


# --- a list of denials, and what is no member of it ---

NEWS = [
    ("No back pain, cannot pass urine", "urinary-retention"),
    ("No weakness, unable to pass urine or stool", "urinary-retention"),
    ("No trauma, sudden foot drop", "foot-drop"),
    ("No trauma, new foot drop", "foot-drop"),
    ("Hx of diabetes, new foot drop", "foot-drop"),
    ("Counselled about diet, urinary retention since Monday", "urinary-retention"),
    ("Father died of MI, saddle numbness since yesterday", "saddle-anesthesia"),
]
STILL_DENIED = [
    "Denies fever, new weakness, incontinence",
    "No fever, new weakness, or urinary retention",
    "Denies back pain, new numbness, bowel or bladder incontinence",
    "Denies any numbness, weakness, or incontinence today",
    "No saddle numbness, urinary retention, foot drop",
]


@pytest.mark.parametrize(("text", "concept"), NEWS)
def test_what_is_new_after_a_comma_is_no_member_of_the_list_before_it(text: str, concept: str) -> None:
    told = {m.concept: m for m in READER.read(text).mentions}[concept]
    assert not any((told.negated, told.family, told.history, told.suspected))


@pytest.mark.parametrize("text", STILL_DENIED)
def test_a_list_of_denials_goes_on(text: str) -> None:
    mentions = READER.read(text).mentions
    assert mentions
    assert all(mention.negated for mention in mentions)


def test_mother_and_since_when_belong_together_without_a_comma() -> None:
    told = READER.read("Mother has had leg weakness since Monday").mentions
    assert told
    assert all(mention.family for mention in told)


@pytest.mark.parametrize(
    "text", ["Foot ulcer healed 2021", "Healed foot ulcer", "Ulcer on left heel, healed in March 2021"]
)
def test_a_healed_ulcer_is_past(text: str) -> None:
    assert [(m.concept, m.history) for m in READER.read(text).mentions] == [("foot-ulcer", True)]


def test_what_an_illness_of_childhood_left_is_longstanding() -> None:
    assert "mod.longstanding" in READER.read("R foot drop since polio in childhood").modifiers


@pytest.mark.parametrize("answer", ["?", " ?? "])
def test_a_mark_of_question_as_an_answer_is_a_suspicion(read: Read, answer: str) -> None:
    record = read(observation("Saddle anesthesia", answer))
    assert [fact.suspected for fact in record.findings["saddle-anesthesia"]] == [True]
    assert not read(observation("Saddle sensation", answer)).findings


@pytest.mark.parametrize(("answer", "is_there"), [("(positive)", True), ("(negative)", False)])
def test_an_answer_in_brackets_is_the_answer(read: Read, answer: str, is_there: bool) -> None:
    assert ("brisk-reflexes" in read(observation("Babinski", answer)).findings) is is_there


@pytest.mark.parametrize(
    "text", ["numb left side of body and face since 2pm", "left side of face and body numb since this morning"]
)
def test_half_of_the_body_reaches_down_to_the_foot(text: str) -> None:
    told = [m for m in READER.read(text).mentions if m.concept == "sensory-symptom"]
    assert any("lower-limb" in mention.sites for mention in told)


def test_a_wasted_and_weak_thigh_is_a_weak_leg() -> None:
    told = [m for m in READER.read("R quads wasting and weak 2/5 over 3 weeks").mentions if m.concept == "weakness"]
    assert [(m.side, "leg" in m.sites) for m in told] == [(Side.RIGHT, True)]


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("saddel numbness", "saddle-anesthesia"),
        ("sadle anaesthesia", "saddle-anesthesia"),
        ("parasthesia perineum", "saddle-anesthesia"),
        ("urinary incontinance", "urinary-incontinence"),
        ("retetion of urine", "urinary-retention"),
        ("paraparisis over 2 days", "leg-paralysis"),
        ("compartment sydrome", "compartment-syndrome"),
        ("Guillian barre", "gbs"),
        ("new onset slurrd speach", "stroke-tia"),
    ],
)
def test_an_emergency_with_one_wrong_letter_is_read(text: str, concept: str) -> None:
    assert [m for m in READER.read(text).mentions if m.concept == concept and m.is_stated]
    assert not [m for m in READER.read(f"no {text}").mentions if m.concept == concept and m.is_stated]


@pytest.mark.parametrize(
    "text",
    [
        "detention",
        "numb peroneal nerve",
        "heel strike",
        "rotation of urine bottles",
        "numbers",
        "saddles sold",
        "etention",
    ],
)
def test_another_word_is_no_slip_of_the_pen(text: str) -> None:
    told = {mention.concept for mention in READER.read(text).mentions}
    assert told.isdisjoint({"saddle-anesthesia", "urinary-retention", "stroke-tia", "weakness"})


@pytest.mark.parametrize(("text", "is_there"), [("no feeling when wiping the foot", True), ("numb when wiping", False)])
def test_who_wipes_a_foot_names_the_foot(text: str, is_there: bool) -> None:
    assert ("foot" in READER.read(text).sites) is is_there


def test_right_now_is_no_side() -> None:
    assert READER.read("heel numb right now its worse").side is Side.UNKNOWN


@pytest.mark.parametrize("text", ["back pain and a temp of 36.5", "back pain, water temp 40 C", "bath temp 39 C"])
def test_another_temperature_is_none_of_the_body(read: Read, text: str) -> None:
    record = read(condition(text))
    assert "fever" not in record.findings
    assert {r.shown.partition(" ")[0] for results in record.results.values() for r in results} <= {"36.5"}


@pytest.mark.parametrize("text", ["temp 38.6 C", "his temp was 38.6 C"])
def test_a_temperature_needs_no_body_to_be_named(read: Read, text: str) -> None:
    assert any(
        result.shown.startswith("38.6") for results in read(condition(text)).results.values() for result in results
    )
