"""The command line, called as a user would call it."""

from __future__ import annotations

import io
import json
import os
import re
import shlex
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from cds.cli import greeting, main
from cds.settings import load
from cds.terminal import with_progress
from tests.examples.goldens import EXAMPLES
from tests.unit.knowledge import small_rules

CHART = EXAMPLES / "patients" / "vitamin_b12_deficiency.json"
REQUEST = EXAMPLES / "requests" / "vitamin_b12_deficiency.json"
SILENT = EXAMPLES / "patients" / "silent.json"
DAY = ["--as-of", "2026-11-20"]


def _json(capsys: pytest.CaptureFixture[str]) -> Any:
    return json.loads(capsys.readouterr().out)


def _two_patients(tmp_path: Path) -> Path:
    lines = []
    for name in ("metronidazole", "silent"):
        chart = json.loads((EXAMPLES / "patients" / f"{name}.json").read_text(encoding="utf-8"))
        lines += [json.dumps(entry["resource"]) for entry in chart["entry"]]
    path = tmp_path / "export.ndjson"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


@pytest.mark.parametrize("path", [CHART, REQUEST])
def test_a_chart_and_a_hook_request_get_the_same_cards(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", *DAY, "--format", "json", str(path)]) == 0
    answer = _json(capsys)
    assert set(answer) == {"cards", "silence", "explain", "issues"}
    assert [c["extension"]["org.heel-numbness-cds"]["card"] for c in answer["cards"]] == ["differential", "work-up"]


def test_a_record_is_read_from_standard_input(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(CHART.read_bytes())))
    assert main(["evaluate", *DAY, "--format", "json"]) == 0
    assert _json(capsys)["cards"]


def test_a_rightly_silent_chart_exits_with_zero_and_says_why(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", *DAY, "--format", "text", str(SILENT)]) == 0
    assert "symptom=assumed" in capsys.readouterr().out.replace("\n", " ")


def test_a_symptom_can_be_assumed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", *DAY, "--symptom", "assumed", "--format", "json", str(SILENT)]) == 0
    assert _json(capsys)["cards"]


@pytest.mark.parametrize(
    ("form", "sign"), [("text", "WARNING"), ("markdown", "## WARNING"), ("html", "<section class=")]
)
def test_cards_come_in_every_format(form: str, sign: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", *DAY, "--format", form, str(CHART)]) == 0
    assert sign in capsys.readouterr().out


def test_a_page_escapes_what_came_from_the_record(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    chart = CHART.read_text(encoding="utf-8").replace("Type 2 diabetes mellitus", "<script>alert(1)</script> diabetes")
    path = tmp_path / "chart.json"
    path.write_text(chart, encoding="utf-8")
    assert main(["evaluate", *DAY, "--format", "html", str(path)]) == 0
    assert "<script" not in capsys.readouterr().out


def test_a_page_sets_causes_apart_from_what_speaks_for_them(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", *DAY, "--format", "html", str(CHART)]) == 0
    page = capsys.readouterr().out
    assert re.search(r"<li class=plain>1\. <strong>", page)
    assert "<li class=under>For: " in page
    assert "<li class=point><strong>Ask:</strong>" in page
    assert "<li class=plain></li>" not in page


def test_bulk_data_gives_one_answer_for_each_patient(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", *DAY, "--format", "json", str(_two_patients(tmp_path))]) == 0
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(a["patient"], bool(a["cards"])) for a in answers] == [
        ("Patient/metronidazole", True),
        ("Patient/silent", False),
    ]


def test_one_of_several_patients_can_be_chosen(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(_two_patients(tmp_path))
    assert main(["evaluate", *DAY, "--format", "json", "--patient", "silent", path]) == 0
    assert _json(capsys)["patient"] == "Patient/silent"


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "empty"),
        (b"{", "not JSON"),
        (b"[1]", "not an object"),
        (b'{"resourceType":"Nonsense"}', "Nothing"),
        (b'{"resourceType":"Bundle","type":"collection","entry":[]}', "Nothing"),
    ],
)
def test_unreadable_input_is_one_sentence_and_exit_2(
    content: bytes, word: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "input.json"
    path.write_bytes(content)
    assert main(["evaluate", *DAY, str(path)]) == 2
    error = capsys.readouterr().err
    assert word in error
    assert error.count("\n") == 1
    assert "Traceback" not in error


def test_a_file_that_is_not_there_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", "nowhere.json"]) == 2
    assert "nowhere.json cannot be read" in capsys.readouterr().err


def test_wrong_settings_are_all_named(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("CDS_PORT", "x")
    monkeypatch.setenv("CDS_HOST", "0.0.0.0")
    assert main(["evaluate", str(CHART)]) == 2
    error = capsys.readouterr().err
    assert "CDS_PORT" in error
    assert "CDS_HOST" in error


def test_the_explanation_names_every_rule_with_its_answer(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", *DAY, str(CHART)]) == 0
    explained = _json(capsys)
    rule = next(r for r in explained["rules"] if r["id"] == "vitamin-b12-deficiency")
    answers = {c["criterion"]: c["answer"] for c in rule["criteria"]}
    assert answers["total_b12_deficient"] == "met"
    assert {c["answer"] for r in explained["rules"] for c in r["criteria"]} <= {"met", "not met", "unknown"}


def test_prefetch_prints_the_templates_of_discovery(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["prefetch"]) == 0
    assert _json(capsys)["conditions"] == "Condition?patient={{context.patientId}}"


@pytest.mark.parametrize("command", ["serve", "evaluate", "explain", "check", "prefetch"])
def test_every_command_has_its_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main([command, "--help"])
    assert stop.value.code == 0
    assert len(capsys.readouterr().out) > 80


def test_bad_usage_exits_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["evaluate", "--as-of", "yesterday"])
    assert stop.value.code == 2
    assert "YYYY-MM-DD" in capsys.readouterr().err


def test_coverage_fails_by_name_when_an_id_is_not_carried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rules = tmp_path / "rules"
    small_rules.write(rules)
    (rules / "sections.yaml").write_text('"000": {sections: [{lines: "1", title: All}]}', encoding="utf-8")
    monkeypatch.setenv("CDS_RULES", str(rules))
    (rules / "catalogue.yaml").write_text("cause.low-b12: {title: Low, seeds: [000 L1]}", encoding="utf-8")
    assert main(["check", "--coverage"]) == 0
    assert "1 of 1 ids" in capsys.readouterr().out
    (rules / "catalogue.yaml").write_text("cause.high-b12: {title: High, seeds: [000 L1]}", encoding="utf-8")
    assert main(["check", "--coverage"]) == 1
    assert "missing  cause.high-b12 is carried by no rule" in capsys.readouterr().out


@pytest.mark.parametrize("form", ["text", "markdown", "html"])
def test_cards_of_several_patients_say_whose_they_are(
    form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", *DAY, "--format", form, str(_two_patients(tmp_path))]) == 0
    shown = capsys.readouterr().out
    assert "Patient/metronidazole" in shown
    assert shown.index("Patient/silent") > shown.index("etronidazole")


def test_cards_of_several_files_say_which_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", *DAY, "--format", "markdown", str(CHART), str(SILENT)]) == 0
    shown = capsys.readouterr().out
    assert f"# {CHART}" in shown
    assert f"# {SILENT}" in shown


def test_cards_of_one_record_have_no_heading(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", *DAY, "--format", "markdown", str(CHART)]) == 0
    assert "\n# " not in "\n" + capsys.readouterr().out


def test_a_day_fixed_by_argument_is_told_on_every_card(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", *DAY, "--format", "json", str(CHART)]) == 0
    assert all("Day fixed: 2026-11-20" in card["detail"] for card in _json(capsys)["cards"])


def test_a_day_fixed_by_the_environment_is_told_on_every_card(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CDS_AS_OF", "2026-11-20")
    assert main(["evaluate", "--format", "json", str(CHART)]) == 0
    assert all("Day fixed: 2026-11-20" in card["detail"] for card in _json(capsys)["cards"])


def test_the_public_address_is_on_cards_of_the_command_line_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CDS_PUBLIC_URL", "https://cds.example.org")
    assert main(["evaluate", *DAY, "--format", "json", str(CHART)]) == 0
    assert {card["source"]["url"] for card in _json(capsys)["cards"]} == {"https://cds.example.org"}


@pytest.mark.parametrize("day", ["20261120", "2026-W47-5", "2026-02-30", ""])
def test_a_day_is_written_in_one_way_only(day: str) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["evaluate", "--as-of", day, str(CHART)])


@pytest.mark.parametrize("form", ["text", "markdown", "html"])
def test_what_could_not_be_read_is_named_in_every_format(
    form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    chart = json.loads(SILENT.read_text(encoding="utf-8"))
    chart["entry"].append({"resource": {"resourceType": "Observation", "code": 5}})
    path = tmp_path / "chart.json"
    path.write_text(json.dumps(chart), encoding="utf-8")
    assert main(["evaluate", *DAY, "--format", form, str(path)]) == 0
    assert f"body.entry[{len(chart['entry']) - 1}]" in capsys.readouterr().out


@pytest.mark.parametrize(("is_waiting", "made"), [(True, 8), (False, 1)])
def test_a_bar_does_not_run_through_cards_on_the_same_terminal(is_waiting: bool, made: int) -> None:
    asked: list[int] = []
    answers = ({"patient": str(asked.append(number))} for number in range(8))
    next(with_progress(answers, 8, is_waiting=is_waiting))
    assert len(asked) == made


# --- approvals: the command line obeys the settings of the service ---


def _site(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str, unapproved: str) -> None:
    path = tmp_path / "approvals.yaml"
    path.write_text(text, encoding="utf-8")
    monkeypatch.setenv("CDS_AS_OF", "2026-11-20")
    monkeypatch.setenv("CDS_APPROVALS", str(path))
    monkeypatch.setenv("CDS_UNAPPROVED", unapproved)


@pytest.mark.parametrize("unapproved", ["shadow", "off"])
def test_unapproved_rules_are_on_no_card_of_the_command_line(
    unapproved: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _site(monkeypatch, tmp_path, "[]\n", unapproved)
    assert main(["evaluate", "--format", "json", str(CHART)]) == 0
    answer = _json(capsys)
    assert [c["extension"]["org.heel-numbness-cds"]["differential"] for c in answer["cards"]] == [[]]
    assert {rule["use"] for rule in answer["explain"]["rules"]} == {"in use", unapproved}


def test_wrong_approvals_are_all_named_and_nothing_is_evaluated(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "- {rule: nowhere, version: 0.1.0, approved_by: Board, on: 2026-11-21}\n- {rule: abi}\n"
    _site(monkeypatch, tmp_path, text, "show")
    assert main(["evaluate", str(CHART)]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("cds: the approvals cannot be used:")
    assert captured.err.count("entry 1 (nowhere)") == 2
    assert captured.err.count("entry 2 (abi)") == 3


def test_a_replay_of_an_older_day_keeps_the_approvals(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _site(monkeypatch, tmp_path, "- {rule: abi, version: 0.1.0, approved_by: Board, on: 2026-11-01}\n", "show")
    assert main(["evaluate", "--as-of", "2026-10-01", "--format", "json", str(CHART)]) == 0
    assert _json(capsys)["cards"]


def test_the_check_tells_how_far_approvals_reach_and_which_reviews_are_overdue(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _site(monkeypatch, tmp_path, "- {rule: low-b12, version: 0.1.0, approved_by: Board, on: 2026-11-01}\n", "show")
    small_rules.write(tmp_path / "rules")
    monkeypatch.setenv("CDS_RULES", str(tmp_path / "rules"))
    assert main(["check", "--no-mutants", "--update-lock"]) == 0
    assert "1 of 10 rules are approved" in capsys.readouterr().out
    assert main(["check", "--no-mutants", "--as-of", "2027-05-20"]) == 0
    assert "review  is due on 2027-05-20" in capsys.readouterr().out
    assert main(["check", "--no-mutants", "--as-of", "2027-05-21"]) == 1
    assert "review  overdue: was due on 2027-05-20" in capsys.readouterr().out


# --- as a process: the console script ---

COMMAND = [sys.executable, "-m", "cds.cli"]
ROOT = EXAMPLES.parent


def _environ(**more: str) -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("CDS_")} | more


@pytest.mark.parametrize("form", ["json", "text", "markdown"])
def test_a_reader_that_goes_away_ends_the_command_quietly(form: str) -> None:
    charts = [str(path) for path in sorted((EXAMPLES / "patients").glob("*.json"))] * 2
    command = [*COMMAND, "evaluate", *DAY, "--format", form, *charts]
    with subprocess.Popen(command, cwd=ROOT, env=_environ(), stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        noise = process.stderr.read()
        assert process.wait(timeout=60) == -signal.SIGPIPE
    assert noise == b""


@pytest.mark.parametrize(
    ("edit", "sentence"),
    [
        (None, "holds no rules: there is no rulebook.yaml in it."),
        ("kind: gate", "schema  kind must be one of"),
    ],
)
def test_rules_that_cannot_be_used_end_the_start_before_any_address(
    edit: str | None, sentence: str, tmp_path: Path
) -> None:
    folder = tmp_path / "rules"
    folder.mkdir()
    if edit is not None:
        small_rules.write(folder)
        gate = folder / "gate" / "symptom_present.yaml"
        gate.write_text(gate.read_text(encoding="utf-8").replace(edit, "kind: gait"), encoding="utf-8")
    environ = _environ(CDS_RULES=str(folder), CDS_PORT="1")
    run = subprocess.run(
        [*COMMAND, "serve"], cwd=ROOT, env=environ, capture_output=True, text=True, check=False, timeout=60
    )
    assert run.returncode in (1, 2)
    assert run.stderr.startswith("cds: ")
    assert sentence in run.stderr
    assert "http://" not in run.stdout + run.stderr
    assert "Traceback" not in run.stderr


def test_wrong_approvals_end_the_start_before_any_address(tmp_path: Path) -> None:
    path = tmp_path / "approvals.yaml"
    path.write_text("- {rule: nowhere, version: 0.1.0, approved_by: Board, on: 2026-01-01}\n", encoding="utf-8")
    environ = _environ(CDS_APPROVALS=str(path), CDS_PORT="1")
    run = subprocess.run(
        [*COMMAND, "serve"], cwd=ROOT, env=environ, capture_output=True, text=True, check=False, timeout=60
    )
    assert run.returncode != 0
    assert run.stderr.startswith("cds: the approvals cannot be used:")
    assert "entry 1 (nowhere): no rule has this id" in run.stderr
    assert "http://" not in run.stdout + run.stderr


def test_the_greeting_names_the_address_and_a_line_that_returns_cards() -> None:
    text = greeting(load({"CDS_HOST": "::1", "CDS_PORT": "8099"}))
    assert "on http://[::1]:8099 " in text
    assert "curl -s http://[::1]:8099/cds-services/heel-numbness-consult" in text


@pytest.mark.parametrize(
    ("closed", "file", "sentence"),
    [
        ("<&-", "-", "standard input cannot be read: it is closed"),
        (">&-", str(CHART), "the output cannot be used: it is closed"),
        ("2>&-", "nowhere.json", ""),
    ],
)
def test_a_stream_that_the_caller_has_closed_ends_in_a_sentence(closed: str, file: str, sentence: str) -> None:
    words = shlex.join([*COMMAND, "evaluate", *DAY, file])
    done = subprocess.run(
        ["sh", "-c", f"exec {words} {closed}"], cwd=ROOT, env=_environ(), capture_output=True, check=False
    )
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.decode() == (f"cds: {sentence}\n" if sentence else "")


def test_a_byte_order_mark_costs_bulk_data_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = _two_patients(tmp_path)
    assert main(["evaluate", *DAY, "--format", "json", str(path)]) == 0
    expected = [line["explain"]["counts"] for line in map(json.loads, capsys.readouterr().out.splitlines())]
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert main(["evaluate", *DAY, "--format", "json", str(path)]) == 0
    assert [line["explain"]["counts"] for line in map(json.loads, capsys.readouterr().out.splitlines())] == expected
    assert len(expected) == 2
