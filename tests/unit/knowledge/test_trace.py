"""The coverage: an id is carried when a passing case shows it, and every way of lacking one is named."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cds.knowledge.cases import Read
from cds.knowledge.trace import Coverage, trace

Edit = Callable[[str, str, str], None]
CATALOGUE = """\
cause.metronidazole: {title: Metronidazole, seeds: [000 L2], parent: cause.drugs}
cause.drugs: {title: Drugs, seeds: [000 L2], heading: true}
redflag.retention: {title: Retention, basis: guideline}
test.ncs: {title: Conduction study, seeds: [000 L4]}
risk.diabetes: {title: Diabetes, seeds: [000 L3], sets: diabetes, points_to: [cause.diabetic-neuropathy]}
cause.diabetic-neuropathy: {title: Diabetic neuropathy, seeds: [000 L3]}
sym.numbness: {title: Numbness, seeds: [000 L1], sets: numbness-foot}
mod.unilateral: {title: One side, seeds: [000 L1], asks: ask.side}
mod.bilateral: {title: Both sides, seeds: [000 L1], sides: both}
mgmt.say-twice: {title: Said elsewhere, seeds: [000 L4], as: test.ncs}
tip.shoes: {title: Shoes, seeds: [000 L4]}
tip.water: {title: Water, seeds: [000 L4]}
caveat.own: {title: Held by a test, seeds: [000 L4], tests: tests/test_it.py::test_it_holds}
"""
PAGE = """\
rule: low-b12
tips: [{id: tip.shoes, text: Shoes with room., sources: [policy]}]
"""
SECTIONS = """\
"000":
  sections:
    - {lines: "1", title: Introduction}
    - {lines: "2-4", title: All the rest}
    - {lines: "5-6", title: Advertisement, not_cited: nothing clinical}
"""


@pytest.fixture
def indexed(rules: Path) -> Path:
    """The small rulebook with an index of what it carries."""
    (rules / "catalogue.yaml").write_text(CATALOGUE, encoding="utf-8")
    (rules / "sections.yaml").write_text(SECTIONS, encoding="utf-8")
    (rules / "causes" / "low_b12.page.yaml").write_text(PAGE, encoding="utf-8")
    (rules / "pages").mkdir()
    not_shown = "tip.water: {because: it may harm, sources: [policy]}"
    (rules / "pages" / "not_shown.yaml").write_text(not_shown, encoding="utf-8")
    (rules.parent / "tests").mkdir()
    (rules.parent / "tests" / "test_it.py").write_text("def test_it_holds() -> None:\n    pass\n", encoding="utf-8")
    return rules


def missing(coverage: Coverage) -> list[str]:
    ids = [f"{traced.entry.id} {sentence}" for traced in coverage.missing for sentence in traced.missing]
    return [*ids, *coverage.section_faults, *(p.sentence for p in coverage.problems)]


def proof_of(coverage: Coverage, id_: str) -> tuple[str, str]:
    (traced,) = [traced for traced in coverage.ids if traced.entry.id == id_]
    return traced.proofs[0].carrier, traced.proofs[0].case


def test_nothing_is_missing_in_the_small_rulebook(indexed: Path, read: Read) -> None:
    coverage = trace(indexed, read)
    assert missing(coverage) == []
    assert coverage.is_complete
    assert coverage.render().startswith("13 of 13 ids of the catalogue are carried and proved\n2 of 3 sections")


@pytest.mark.parametrize(
    ("id_", "carrier", "case"),
    [
        ("cause.metronidazole", "rule metronidazole-neuropathy", "with diabetes"),
        ("cause.drugs", "cause.metronidazole: rule metronidazole-neuropathy", "with diabetes"),
        ("redflag.retention", "rule retention", "new retention"),
        ("test.ncs", "rule ncs", "both feet"),
        ("risk.diabetes", "cause.diabetic-neuropathy: rule diabetic-neuropathy", "known diabetes"),
        ("sym.numbness", "rule symptom-present", "a numb foot opens the gate"),
        ("mod.bilateral", "rule both-feet", "both feet"),
        ("mgmt.say-twice", "test.ncs: rule ncs", "both feet"),
        ("tip.shoes", "page of low-b12", "shown there"),
        ("tip.water", "on no page", "it may harm"),
        ("caveat.own", "test", "test_it_holds"),
    ],
)
def test_each_id_is_shown_with_its_carrier_and_the_case(
    indexed: Path, read: Read, id_: str, carrier: str, case: str
) -> None:
    assert proof_of(trace(indexed, read), id_) == (carrier, case)


def test_a_question_is_proved_by_a_case_in_which_it_is_asked(indexed: Path, read: Read) -> None:
    carrier, _ = proof_of(trace(indexed, read), "mod.unilateral")
    assert carrier == "ask.side: question ask.side"


LACKING = [
    # file, what stands there, what is put there, what is missing then
    ("catalogue.yaml", "redflag.retention:", "redflag.other:", "redflag.other is carried by no rule"),
    # a case that names the id but expects nothing of it, or that fails, proves nothing
    ("red_flags/retention.test.yaml", "flag: redflag.retention, indicator: critical, ", "indicator: critical, ", ""),
    ("causes/diabetic_neuropathy.test.yaml", "points: 0}", "points: 7}", "cause.diabetic-neuropathy is carried by no"),
    ("causes/diabetic_neuropathy.test.yaml", "points: 0}", "points: 7}", "no case shows that it counts for cause.diab"),
    ("catalogue.yaml", "points_to: [cause.diabetic-neuropathy]", "points_to: redflag.retention", "it counts for redfl"),
    # the record holds it, but the rule would conclude the same without it
    ("catalogue.yaml", "sets: diabetes", "sets: vitamin-b12-total", "no case shows that it counts for cause.diabetic"),
    ("catalogue.yaml", "sides: both", "modifiers: mod.sudden-onset", "no case shows that a rule reads mod.sudden"),
    ("catalogue.yaml", "sides: both", "sites: foot", "no case shows that a rule reads foot (sites)"),
    ("catalogue.yaml", "parent: cause.drugs", "parent: cause.diabetic-neuropathy", "is a heading of nothing"),
    ("catalogue.yaml", "as: test.ncs", "as: mgmt.say-twice", "rests on mgmt.say-twice, which nothing proves"),
    ("catalogue.yaml", "test_it_holds", "test_it_folds", "no test is called tests/test_it.py::test_it_folds"),
    ("catalogue.yaml", "tests/test_it.py", "tests/test_other.py", "no test is called tests/test_other.py"),
    ("causes/low_b12.page.yaml", "tip.shoes", "tip.boots", "tip.shoes is carried by no rule, question, page or test"),
    # a text on a page carries no cause
    ("catalogue.yaml", "redflag.retention:", "cause.shoes:", "cause.shoes is carried by no rule"),
    # names
    ("catalogue.yaml", "sets: diabetes", "sets: diabetis", "sets names 'diabetis', which is not there"),
    ("catalogue.yaml", "asks: ask.side", "asks: ask.where", "asks names 'ask.where', which is not there"),
    ("catalogue.yaml", "as: test.ncs", "as: test.emg", "as names 'test.emg', which is not there"),
    ("catalogue.yaml", "parent: cause.drugs", "parent: cause.drag", "parent names 'cause.drag', which is not there"),
    ("catalogue.yaml", "sides: both", "sites: knee", "sites names 'knee', which is not there"),
    ("catalogue.yaml", "basis: guideline", "base: guideline", "redflag.retention.base: Unknown field"),
    ("catalogue.yaml", "000 L4]}", "L4]}", "test.ncs.seeds.0: String does not match"),
    ("catalogue.yaml", "seeds: [000 L4]}", "seeds: [000 L7]}", "test.ncs names 000 L7, which lies in no section"),
    ("catalogue.yaml", "seeds: [000 L4]}", "parent: test.ncs}", "test.ncs names neither a line of an article nor"),
    # sections
    ("sections.yaml", ", not_cited: nothing clinical", "", "000 L5-6 (Advertisement) is cited by no rule"),
    ("sections.yaml", "title: Introduction", "title: Introduction, not_cited: none", "its reason is out of date"),
    ("sections.yaml", 'lines: "5-6"', 'lines: "5 to 6"', "000.sections.2.lines: String does not match"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "old", "new", "sentence"), LACKING, ids=[f"{c[2]} {c[3]}" for c in LACKING])
def test_what_lacks_is_named(
    indexed: Path, read: Read, edit: Edit, name: str, old: str, new: str, sentence: str
) -> None:
    edit(name, old, new)
    coverage = trace(indexed, read)
    if sentence:
        assert any(sentence in line for line in missing(coverage)), missing(coverage)
        assert not coverage.is_complete
        assert sentence in coverage.render()
    else:  # another case still shows it
        assert proof_of(coverage, "redflag.retention")[1] == "suspected only"


def test_a_missing_index_is_reported_and_not_raised(rules: Path, read: Read) -> None:
    coverage = trace(rules, read)
    assert [p.sentence for p in coverage.problems] == ["the file cannot be read"] * 2
    assert not coverage.is_complete


def test_a_symptom_without_which_every_rule_is_silent_is_no_proof_for_each_rule(
    indexed: Path, read: Read, edit: Edit
) -> None:
    edit("catalogue.yaml", "sets: numbness-foot", "sets: numbness-foot, points_to: cause.low-b12")
    edit("catalogue.yaml", "sym.numbness", "cause.low-b12: {title: Low, basis: x}\nsym.numbness")
    assert "sym.numbness no case shows that it counts for cause.low-b12" in missing(trace(indexed, read))
