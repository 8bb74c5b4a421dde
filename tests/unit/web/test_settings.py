"""Settings from the environment."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cds.settings import SETTINGS, SettingsError, help_text, load


def test_without_any_variable_the_service_is_open_on_loopback() -> None:
    settings = load({})
    assert (settings.host, settings.port, settings.workers) == ("127.0.0.1", 8080, 2)
    assert settings.is_loopback
    assert settings.is_tester
    assert settings.cors_origins == ("*",)
    assert settings.as_of is None
    assert settings.timezone is None
    assert settings.today() in (datetime.now(UTC).date(), datetime.now(UTC).date() - timedelta(days=1))
    assert settings.max_body == 10 * 1024 * 1024
    assert (settings.rules / "services.yaml").is_file()


@pytest.mark.parametrize(
    ("name", "text", "member", "value"),
    [
        ("CDS_HOST", "::1", "host", "::1"),
        ("CDS_HOST", "localhost", "host", "localhost"),
        ("CDS_HOST", "127.9.9.9", "host", "127.9.9.9"),
        ("CDS_PORT", "9000", "port", 9000),
        ("CDS_WORKERS", "4", "workers", 4),
        ("CDS_AS_OF", "2026-11-20", "as_of", date(2026, 11, 20)),
        ("CDS_AS_OF", " ", "as_of", None),
        ("CDS_MAX_BODY", "1000", "max_body", 1000),
        ("CDS_PUBLIC_URL", "https://cds.example.org/base/", "public_url", "https://cds.example.org/base"),
        ("CDS_TESTER", "off", "is_tester", False),
        ("CDS_CORS_ORIGINS", "none", "cors_origins", ()),
        (
            "CDS_CORS_ORIGINS",
            "https://a.example, http://b.example:81/",
            "cors_origins",
            ("https://a.example", "http://b.example:81"),
        ),
        ("CDS_UNAPPROVED", "", "unapproved", "show"),
        ("CDS_UNAPPROVED", "Shadow", "unapproved", "shadow"),
        ("CDS_UNAPPROVED", "off", "unapproved", "off"),
        ("CDS_APPROVALS", "", "approvals", None),
        ("CDS_APPROVALS", __file__, "approvals", Path(__file__)),
        ("CDS_LOG_LEVEL", "WARNING", "log_level", "warning"),
    ],
)
def test_a_variable_is_read(name: str, text: str, member: str, value: Any) -> None:
    assert getattr(load({name: text}), member) == value


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("CDS_PORT", "0"),
        ("CDS_PORT", "65536"),
        ("CDS_PORT", "-1"),
        ("CDS_PORT", "1.5"),
        ("CDS_PORT", "٣"),
        ("CDS_WORKERS", "0"),
        ("CDS_AS_OF", "today"),
        ("CDS_AS_OF", "2026-02-30"),
        ("CDS_AS_OF", "20261120"),
        ("CDS_TIMEZONE", "Mars/Olympus"),
        ("CDS_TIMEZONE", "../etc"),
        ("CDS_RULES", "/does/not/exist"),
        ("CDS_MAX_BODY", "ten"),
        ("CDS_PUBLIC_URL", "cds.example.org"),
        ("CDS_PUBLIC_URL", "https://cds.example.org/?x=1"),
        ("CDS_TESTER", "yes"),
        ("CDS_TRUST", "trust.yaml"),
        ("CDS_CORS_ORIGINS", "example.org"),
        ("CDS_CORS_ORIGINS", "https://a.example/path"),
        ("CDS_UNAPPROVED", "hide"),
        ("CDS_APPROVALS", "/does/not/exist.yaml"),
        ("CDS_APPROVALS", "/"),
        ("CDS_LOG_LEVEL", "loud"),
        ("CDS_COLOUR", "red"),
    ],
)
def test_a_wrong_value_or_name_stops_the_start_and_is_named(name: str, text: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load({name: text})
    [problem] = caught.value.problems
    assert problem.startswith(name)


@pytest.mark.parametrize("host", ["0.0.0.0", "cds.example.org"])
@pytest.mark.parametrize("unapproved", ["show", "shadow", "off"])
def test_another_host_than_loopback_is_refused(host: str, unapproved: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load({"CDS_HOST": host, "CDS_UNAPPROVED": unapproved})
    [problem] = caught.value.problems
    assert problem.startswith("CDS_HOST")


@pytest.mark.parametrize("given", [{}, {"CDS_UNAPPROVED": " "}])
def test_a_service_that_others_can_reach_must_choose_what_unapproved_rules_do(given: dict[str, str]) -> None:
    with pytest.raises(SettingsError) as caught:
        load({"CDS_HOST": "0.0.0.0", **given})
    assert any(p.startswith("CDS_UNAPPROVED is not set") for p in caught.value.problems)


def test_every_problem_is_named_at_once() -> None:
    with pytest.raises(SettingsError) as caught:
        load({"CDS_PORT": "x", "CDS_COLOUR": "red", "CDS_AS_OF": "never"})
    assert [problem.partition("=")[0].partition(" ")[0] for problem in caught.value.problems] == [
        "CDS_COLOUR",
        "CDS_PORT",
        "CDS_AS_OF",
    ]


def test_other_variables_are_none_of_our_business() -> None:
    assert load({"PORT": "1", "FLASK_ENV": "x"}).port == 8080


def test_a_time_zone_may_be_any_that_the_machine_knows() -> None:
    assert str(load({"CDS_TIMEZONE": "Europe/Berlin"}).timezone) == "Europe/Berlin"
    assert load({"CDS_TIMEZONE": "UTC"}).timezone is UTC


def test_another_folder_of_rules_may_be_used(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="holds no rules"):
        load({"CDS_RULES": str(tmp_path)})
    (tmp_path / "rulebook.yaml").touch()
    assert load({"CDS_RULES": str(tmp_path)}).rules == tmp_path


def test_the_folder_of_the_workers_counters_is_one_that_can_be_written_to(tmp_path: Path) -> None:
    name = "PROMETHEUS_MULTIPROC_DIR"
    assert load({name: str(tmp_path)}).metrics_folder == str(tmp_path)
    assert load({name: ""}).metrics_folder is None
    (tmp_path / "file").write_text("", encoding="utf-8")
    for wrong in ("none", "file"):
        with pytest.raises(SettingsError, match=f"{name}=.*is not a folder that can be written to"):
            load({name: str(tmp_path / wrong)})


def test_the_help_names_every_variable_and_its_default() -> None:
    text = help_text()
    for setting in SETTINGS:
        assert setting.name in text
        assert setting.help in text
        assert setting.default in text
