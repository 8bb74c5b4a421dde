"""Every check of `cds check` fails when it should: the small rulebook is broken in one place for each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from cds.knowledge import checks
from tests.unit.knowledge import small_rules
from tests.unit.knowledge.conftest import RunCheck, read_with

Edit = Callable[[str, str, str], None]
CAUSE, FLAG, TEST = "causes/metronidazole_neuropathy.yaml", "red_flags/retention.yaml", "tests/ncs.yaml"
GATE, PATTERN, SHARED = "gate/symptom_present.yaml", "patterns/both_feet.yaml", "definitions/small_definitions.yaml"
ACTION, CARD, WORDING = "orders/emergency_department.yaml", "medication/metronidazole_card.yaml", "wording.yaml"

BROKEN = [
    # file, what stands there, what is put there, check, part of the sentence
    (CAUSE, "id: metronidazole-neuropathy", "id: metronidazole", "id", "as the file name says"),
    (CAUSE, "purpose: For the tests.\n", "", "schema", "purpose"),
    (CAUSE, "purpose:", "porpoise:", "schema", "porpoise: Unknown field"),
    (FLAG, "indicator: critical", "indicator: severe", "schema", "indicator"),
    (CAUSE, "asks:", "indicator: critical\nasks:", "schema", "indicator: Unknown field"),
    (CAUSE, "in: metronidazole,", "in: metronidazol,", "value-sets", "'metronidazol'"),
    (CAUSE, "exposed, shared", "exposd, shared", "names", "'exposd'"),
    (CAUSE, "diabetes_on_record", "diabetes_on_file", "names", "'diabetes_on_file'"),
    # names
    ("causes/low_b12.yaml", "cause.low-b12", "cause.metronidazole", "names", "already that of"),
    (ACTION, "action: action.emergency-department", "action: action.ed", "names", "must be action.emergency"),
    (FLAG, "actions: [action.emergency", "actions: [action.amergency", "names", "no action is called"),
    (FLAG, "[test.ncs]", "[test.emg]", "names", "no test is called 'test.emg'"),
    (FLAG, "ask: ask.side", "ask: ask.sides", "names", "no question is called 'ask.sides'"),
    (CAUSE, "asks: [ask.side]", "asks: [ask.sides]", "names", "no question is called 'ask.sides'"),
    (CAUSE, "fits: [both-feet]", "fits: [both-legs]", "names", "no pattern is called 'both-legs'"),
    (TEST, "offered: order", "offered: order\nrides_with: test.emg", "names", "no test is called 'test.emg'"),
    (CARD, "cause: cause.metronidazole", "cause: cause.metro", "names", "no cause is called 'cause.metro'"),
    (CARD, "line:", "action: action.call\nline:", "names", "no action is called 'action.call'"),
    (TEST, "{pattern: [both-feet]}", "{pattern: [both-legs]}", "names", "no pattern is called 'both-legs'"),
    (TEST, "tier: [supp", "tier: [possible], id: cause.x, tier: [supp", "yaml", "stands twice"),
    (TEST, "id: cause.metronidazole, tier: [", "id: cause.x, tier: [", "names", "no cause is called 'cause.x'"),
    (TEST, "{pattern: [both-feet]}", "{red_flag: redflag.x}", "names", "no red_flag is called 'redflag.x'"),
    (PATTERN, "sides: both", "sides: both, modifier: mod.slow", "names", "no modifier is called 'mod.slow'"),
    ("causes/low_b12.yaml", "below: [180 pg/mL, 133 pmol/L]", "coded: lowish", "names", "no answer is called 'lowish'"),
    (PATTERN, "when: both", "when: {not_supplied: lab}", "names", "no prefetch key is called 'lab'"),
    (PATTERN, "sides: both", "sides: both, site: knee", "names", "no site is called 'knee'"),
    (GATE, "source: Condition", "source: Condition, needs: condition", "names", "no prefetch key is called"),
    ("questions.yaml", "standing: true", "settled_when: {pattern: p}", "names", "no pattern is called 'p'"),
    (CAUSE, "{began_before}", "{began}", "names", "no criterion is called 'began'"),
    (CAUSE, "criteria:", "criteria:\n  idle: {age: {at_least: 18}}", "unused", "'idle' is not used"),
    (SHARED, "criteria:", "criteria:\n  idle: {age: {at_least: 18}}", "unused", "'idle' is not used"),
    # sources
    (CAUSE, "sources: [policy]", "sources: [policy, nice]", "sources", "'nice' is not in sources.yaml"),
    (CAUSE, "sources: [policy]", 'sources: [policy, "seed:005 L1"]', "sources", "must look like"),
    (CAUSE, "sources: [policy]", 'sources: [policy, "seed:000 L0"]', "sources", "must look like"),
    (CAUSE, "cite: policy", "cite: nice", "sources", "'nice' is not among the rule's sources"),
    ("drugs.yaml", "[policy]", "[nice]", "sources", "'nice' is not in sources.yaml"),
    ("settled.yaml", "[policy]", "[nice]", "sources", "'nice' is not in sources.yaml"),
    (
        "sources.yaml", "policy:", "idle: {label: a, citation: b, verified: S}\npolicy:",
        "sources", "no rule uses 'idle'",
    ),
    ("sources.yaml", "verified: policy", "verified: K", "sources", "'policy' is not verified"),
    (CAUSE, "cause: cause", "unverified: [policy]\ncause: cause", "sources", "no unverified source"),
    # strata and may
    (GATE, "when: on_record", "when: {symptom: {sides: both}}", "strata", "a gate rule is judged before any symptom"),
    (GATE, "when: on_record", "when: {all: [on_record, {pattern: both-feet}]}", "strata", "before any pattern"),
    (PATTERN, "when: both", "when: {all: [both, {red_flag: critical}]}", "strata", "before any red_flag"),
    (PATTERN, "when: both", "when: {all: [both, {pattern: both-feet}]}", "strata", "both-feet is judged only later"),
    (FLAG, "when: new_retention", "when: {cause: {tier: possible}}", "strata", "before any cause is known"),
    (FLAG, "when: new_retention", "when: {red_flag: redflag.retention}", "strata", "is judged only later"),
    (CAUSE, "possible_when: exposed", "possible_when: {cause: {tier: possible}}", "strata", "of stage 1"),
    (
        CAUSE, "possible_when: exposed",
        "stage: 2\npossible_when: {cause: {id: cause.metronidazole, tier: possible}}", "strata", "only later",
    ),
    (SHARED, "{finding: {in: diabetes}}", "{cause: {tier: possible}}", "strata", "(through shared.diabetes_on_record)"),
    (
        CAUSE, "supported_when: {all: [exposed", "supported_when: {all: [{may: exposed}",
        "may", "not under supported_when",
    ),
    (CAUSE, "when: began_before", "when: {may: began_before}", "may", "not under set_aside_when"),
    (TEST, "when: drug_named", "when: {may: drug_named}", "may", "not under note_when"),
    (FLAG, "asks:", "unless: {not: {not: {may: old_retention}}}\nasks:", "may", "not under unless"),
    (FLAG, "asks:", "unless: {may: old_retention}\nasks:", "may", "not under unless"),
    (
        TEST, "{in: order-ncs}}", "{in: order-ncs}}\ndone_when: {finding: {in: diabetes, may: {new_within: 1 day}}}",
        "may", "done_when",
    ),
    ("questions.yaml", "standing: true", "settled_when: {may: {sex: male}}", "may", "not under ask.side"),
    # codes
    (
        "value_sets/diabetes.json", "44054006", "44054007",
        "check-digit", "44054007 (Diabetes mellitus type 2) is mistyped",
    ),
    ("value_sets/vitamin_b12_total.json", "2132-9", "2132-8", "check-digit", "2132-8"),
    ("value_sets/diabetes.json", '"id": "diabetes"', '"id": "diabetis"', "value-sets", "id must be 'diabetes'"),
    ("value_sets/diabetes.json", '"display": "Diabetes mellitus type 2"', '"display": ""', "value-sets", "no display"),
    ("value_sets/diabetes.json", '"concept": [', '"x": [', "value-sets", "the value set is empty"),
    (TEST, "29755-6", "24627-2", "order-codes", "is in no value set with the tag emit"),
    (TEST, "code: 29755-6, display: Nerve", "code: 29755-6, display: A nerve", "order-codes", "the display of 29755-6"),
    ("value_sets/order_ncs.json", '"emit"', '"other"', "order-codes", ""),
    # wording
    (WORDING, "forbidden:", "forbiden:", "wording", "the list 'forbidden' is missing"),
    (WORDING, "spelling:", "speling:", "wording", "the list 'spelling' is missing"),
    (WORDING, "why: no instruction and no reassurance", "because: no", "wording", "an entry has words, why"),
    (WORDING, "why: no", 'allow: ["never stops"], why: no', "wording", "nothing needs leave to say"),
    (WORDING, "label: Small", "label: Never stops", "wording", "'Never stops' says 'stop*'"),
    (WORDING, "label: Small", "label: Ischaemic", "spelling", "write 'ischemi...'"),
    (CAUSE, "Metronidazole fits.", "Stopping metronidazole helps.", "wording", "says 'stop*'"),
    (CAUSE, "started after the", "Stop: started after the", "wording", "says 'stop*'"),
    (FLAG, "line: Refer at once.", "line: Not ruled out.", "wording", "says 'ruled out'"),
    (TEST, "name: nerve", "name: stop nerve", "wording", "says 'stop*'"),
    ("questions.yaml", "One foot", "Stop one foot", "wording", "says 'stop*'"),
    (FLAG, "Numbness with new", "Ischaemia, new", "spelling", "write 'ischemi...' for 'ischaemi*'"),
    (FLAG, "Numbness with new", "N" * 125, "schema", "Length must be between 1 and 139"),
    (FLAG, "Numbness with new", "\U0001f9b6" * 60, "summary", "units, at most 139 are shown"),
    # review
    (CAUSE, "next_review: 2027-05-20", "next_review: 2026-11-19", "review", "overdue: was due on 2026-11-19"),
    (CAUSE, "next_review: 2027-05-20", "next_review: soon", "schema", "next_review"),
    (CAUSE, "reviewed: null", "reviewed: 2026-10-01", "review", "reviewed, but by nobody"),
    (
        CAUSE, "clinical_reviewer: unassigned, reviewed: null", "clinical_reviewer: B, reviewed: 2027-01-01",
        "review", "lies in the future",
    ),
    (
        CAUSE, "clinical_reviewer: unassigned, reviewed: null", "clinical_reviewer: B, reviewed: lately",
        "review", "no date",
    ),
    (
        CAUSE, "author: unassigned, clinical_reviewer: unassigned", "author: B, clinical_reviewer: B",
        "review", "is the author",
    ),
    # files
    ("drugs.yaml", "metronidazole:", "metro:", "value-sets", "no drug is called 'metro'"),
    ("lexicon/words.yaml", "sides:", "sidez:", "lexicon", "sidez"),
    ("code_systems/aliases.yaml", "[LOINC]", "[LOINC", "yaml", "bad YAML"),
    (SHARED, "first_line_complete_and_normal:", "first_line:", "names", "'first_line_complete_and_normal' is missing"),
]  # fmt: skip


# What is missing has no line of its own.
WITHOUT_LINE = ("purpose", "is missing", "is mistyped")


@pytest.mark.parametrize(
    ("name", "old", "new", "check", "sentence"), BROKEN, ids=[f"{b[3]}: {b[4] or b[2]}" for b in BROKEN]
)
def test_a_fault_is_named_with_its_line(
    run_check: RunCheck, edit: Edit, rules: Path, name: str, old: str, new: str, check: str, sentence: str
) -> None:
    edit(name, old, new)
    problems = run_check().problems
    found = [p for p in problems if p.check == check and sentence in p.sentence]
    assert found, [str(p) for p in problems]
    here = [p.line for p in found if p.path == str(rules / name)]
    if here and not any(words in found[0].sentence for words in WITHOUT_LINE):
        text = (rules / name).read_text(encoding="utf-8")
        first = text[: text.index(new)].count("\n") + 1
        assert set(here) & set(range(first, first + new.count("\n") + 1)), [str(p) for p in found]


def test_a_fault_in_the_words_is_told_alone(run_check: RunCheck, edit: Edit) -> None:
    """One mistyped phrase left a whole section unread: 2,000 rules and cases were told to be wrong as well."""
    edit("lexicon/words.yaml", "findings:", "findngs:")
    report = run_check()
    assert {p.check for p in report.problems} == {"lexicon"}
    assert "were not looked at" in report.render()


def test_the_small_rulebook_has_no_problem_and_no_survivor(run_check: RunCheck) -> None:
    report = run_check(mutants=True)
    assert [str(p) for p in report.problems] == []
    assert report.counts["slips tried"] == report.counts["noticed"] > 50
    assert report.render().endswith("no problems")


def test_what_lifts_the_holding_back_of_a_red_flag_may_be_unknown(run_check: RunCheck, edit: Edit) -> None:
    edit(FLAG, "asks:", "unless: {all: [old_retention, {not: {may: new_retention}}]}\nasks:")
    assert [p for p in run_check().problems if p.check == "may"] == []


def test_a_missing_case_file_is_a_problem(run_check: RunCheck, rules: Path) -> None:
    (rules / "causes/low_b12.test.yaml").unlink()
    assert any("low_b12.test.yaml is missing" in p.sentence for p in run_check().problems)


@pytest.mark.parametrize(
    ("name", "old", "sentence"),
    [
        ("tests/ncs.test.yaml", "  - name: one foot\n    expect: none\n", "no case without"),
        (
            "definitions/small_definitions.test.yaml",
            ", diabetes_on_record: not-met",
            "no case in which diabetes_on_record",
        ),
    ],
)
def test_cases_of_one_kind_only_are_a_problem(
    run_check: RunCheck, edit: Edit, name: str, old: str, sentence: str
) -> None:
    edit(name, old, "")
    found = [p.sentence for p in run_check().problems if p.check == "coverage"]
    assert any(sentence in s for s in found)


def test_a_case_file_in_which_the_rule_never_speaks_is_a_problem(run_check: RunCheck, rules: Path) -> None:
    text = "rule: low-b12\nday: 2026-11-20\ncases:\n  - {name: nobody, expect: none}\n"
    (rules / "causes/low_b12.test.yaml").write_text(text, encoding="utf-8")
    assert any("the rule concludes something" in p.sentence for p in run_check().problems)


def test_what_is_no_rule_has_a_review_record_too(run_check: RunCheck, edit: Edit) -> None:
    edit("rulebook.yaml", "next_review: 2027-05-20", "next_review: 2026-11-19")
    assert [p.sentence for p in run_check().problems if p.check == "review"] == ["overdue: was due on 2026-11-19"]


@pytest.mark.parametrize(("old", "new"), [("review:", "revue:"), ("author: unassigned, ", ""), ("{author", "{writer")])
def test_a_review_record_of_the_rest_that_is_not_whole_is_a_problem(
    run_check: RunCheck, edit: Edit, old: str, new: str
) -> None:
    edit("rulebook.yaml", old, new)
    assert any(p.sentence.startswith(("review.", "review:")) for p in run_check().problems if p.check == "schema")


def test_a_review_due_soon_is_a_warning(run_check: RunCheck) -> None:
    assert run_check(today=date(2027, 3, 20)).warnings == []
    report = run_check(today=date(2027, 3, 21))
    assert {w.sentence for w in report.warnings} == {"is due on 2027-05-20"}
    assert "warning  " in report.render()
    assert [p for p in report.problems if p.check == "review"] == []


def test_a_sentence_may_be_allowed_word_by_word(run_check: RunCheck, edit: Edit) -> None:
    edit(CAUSE, "Metronidazole fits.", "Stopping metronidazole helps.")
    edit(WORDING, "why: no", "allow: [Stopping metronidazole helps.], why: no")
    assert [p for p in run_check().problems if p.check == "wording"] == []


def test_value_sets_that_no_rule_and_no_case_uses_are_noted(run_check: RunCheck, rules: Path) -> None:
    assert run_check().notes == []
    text = small_rules.value_set("idle_set", "http://loinc.org", "4548-4", "HbA1c")
    (rules / "value_sets/idle_set.json").write_text(text, encoding="utf-8")
    assert run_check().notes == ["1 value sets are asked for by no rule and kept for no reason: idle-set"]
    (rules / "unread.yaml").write_text("idle-set: Kept for another day.\n", encoding="utf-8")
    assert run_check().notes == []


def test_words_that_no_rule_asks_for_are_noted(run_check: RunCheck, rules: Path) -> None:
    (rules / "lexicon/idle.yaml").write_text("findings:\n  idle-finding: {words: [idleness]}\n", encoding="utf-8")
    what = "concepts of the lexicon are asked for by no rule and kept for no reason"
    assert run_check().notes == [f"1 {what}: idle-finding"]
    (rules / "unread.yaml").write_text("idle-finding: Heard for another day.\n", encoding="utf-8")
    assert run_check().notes == []


def test_a_reason_for_a_value_set_that_a_rule_asks_for_is_noted(run_check: RunCheck, rules: Path) -> None:
    (rules / "unread.yaml").write_text("diabetes: Nobody asks.\n", encoding="utf-8")
    assert run_check().notes == ["1 reasons of unread.yaml are out of date: diabetes"]


def test_a_value_set_without_a_firing_case_is_noted(run_check: RunCheck, rules: Path, edit: Edit) -> None:
    text = small_rules.value_set("idle_set", "http://snomed.info/sct", "73211009", "Diabetes mellitus")
    (rules / "value_sets/idle_set.json").write_text(text, encoding="utf-8")
    edit(SHARED, "{in: diabetes}", "{in: [diabetes, idle-set]}")
    assert run_check().notes == ["1 value sets or concepts that rules ask for occur in no case: idle-set"]


def test_all_problems_come_in_one_run_in_order_of_files_and_lines(run_check: RunCheck, edit: Edit) -> None:
    edit(CAUSE, "cite: policy", "cite: nice")
    edit(CAUSE, "fits: [both-feet]", "fits: [both-legs]")
    edit(TEST, "29755-6", "24627-2")
    edit("causes/low_b12.test.yaml", "{tier: supported, points: 4}", "{tier: possible, points: 4}")
    lines = [line for line in run_check().render().splitlines() if "/rules/" in line and "  lock  " not in line]
    found = {line.split("  ")[1] for line in lines}
    assert found == {"case", "sources", "names", "order-codes"}
    assert lines == sorted(lines, key=lambda line: (line.split(":")[0], int(line.split(":")[1].split()[0])))


def test_a_folder_that_is_no_rulebook_is_reported_and_not_raised(tmp_path: Path) -> None:
    """What has no words is told so; what has words and no rules, what is missing."""
    told = checks.check(tmp_path, read_with(tmp_path), date(2026, 11, 20)).problems
    assert any("no lexicon file" in problem.sentence for problem in told)
    (tmp_path / "lexicon").mkdir()
    (tmp_path / "lexicon" / "words.yaml").write_text("sides: {}\n", encoding="utf-8")
    (tmp_path / "units.yaml").write_text("units: {}\n", encoding="utf-8")
    report = checks.check(tmp_path, read_with(tmp_path), date(2026, 11, 20))
    assert {p.check for p in report.problems} >= {"yaml", "names"}
