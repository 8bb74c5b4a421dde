"""What an operator can set: environment variables that start with CDS_, read once at the start.

Long because each variable, its help and its reader stand in one place.
"""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

PREFIX = "CDS_"
ANY_ORIGIN = "*"
# Not ours: the name by which the library of the metrics knows the folder.
_METRICS = "PROMETHEUS_MULTIPROC_DIR"
_PACKAGE = Path(__file__).resolve().parent
_MEBIBYTE = 1024 * 1024


class Setting(NamedTuple):
    """One variable: its name, its default as text, and one line of help."""

    name: str
    default: str
    help: str


SETTINGS = (
    Setting("CDS_HOST", "127.0.0.1", "Address to listen on. Others than loopback need CDS_TRUST."),
    Setting("CDS_PORT", "8080", "Port to listen on."),
    Setting("CDS_WORKERS", "2", "Number of worker processes."),
    Setting("CDS_AS_OF", "", "YYYY-MM-DD: take this day as today, for replays and tests. Every card then says so."),
    Setting(
        "CDS_TIMEZONE",
        "",
        "Time zone in which a day begins, such as Europe/Berlin. Empty: UTC, and a date without a time that is one day"
        " ahead counts as today, because the site may lie east of UTC. Set UTC where it does not.",
    ),
    Setting("CDS_RULES", "", "Folder with the rules. Empty: the rules that come with the package."),
    Setting(
        "CDS_APPROVALS",
        "",
        "YAML file with the rules that this site's committee has approved: a list of rule, version, approved_by, on.",
    ),
    Setting(
        "CDS_UNAPPROVED",
        "",
        "What rules that are not approved do. show: they speak, and cards say that no clinician has reviewed them;"
        " shadow: they are judged and counted in the metrics, and on no card; off: they are left out. Empty: show when"
        " listening on loopback; elsewhere it must be chosen.",
    ),
    Setting("CDS_MAX_BODY", str(10 * _MEBIBYTE), "Largest body in bytes, before and after unpacking gzip."),
    Setting("CDS_PUBLIC_URL", "", "Base URL under which clients reach the service; cards then link to it."),
    Setting("CDS_TESTER", "", "on or off: /evaluate, /explain and /. Empty: on when listening on loopback."),
    Setting("CDS_TRUST", "", "File that says whom to trust. Not built yet: setting it is refused."),
    Setting(
        "CDS_CORS_ORIGINS",
        "",
        "Web origins that may call, separated by commas; * for any; none for none. Empty: any when listening on"
        " loopback, so that a sandbox in a browser works, else none. Credentials are never allowed.",
    ),
    Setting("CDS_LOG_LEVEL", "info", "debug, info, warning or error. At info, one JSON line for each request."),
)


class SettingsError(Exception):
    """Settings with which the service does not start; `problems` names every one."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n  ".join(["these settings are wrong:", *problems]))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings as values. `as_of` None means the current day; `metrics_folder` is where workers share counters.

    `timezone` None: nobody said where the site lies, and the day is that of UTC.
    `approvals` is the site's file of approved rules, if it has one; `unapproved` what the others do.
    """

    host: str
    port: int
    workers: int
    as_of: date | None
    timezone: tzinfo | None
    rules: Path
    approvals: Path | None
    unapproved: str
    max_body: int
    public_url: str | None
    is_tester: bool
    cors_origins: tuple[str, ...]
    log_level: str
    metrics_folder: str | None = None

    def today(self) -> date:
        """The day: the fixed one, else that of the clock in the site's zone, else in UTC."""
        return self.as_of or datetime.now(self.timezone or UTC).date()

    @property
    def is_loopback(self) -> bool:
        """Whether only programs on this machine can reach the service."""
        return _is_loopback(self.host)


def load(environ: Mapping[str, str]) -> Settings:
    """Read the settings from the environment, given as a mapping.

    Raises:
        SettingsError: naming every variable that is unknown or has a wrong value.
    """
    problems = _unknown(environ)
    given = {name: environ.get(name, "").strip() or default for name, default, _ in SETTINGS}
    values = {name: _read(name, text, problems) for name, text in given.items()}
    problems += _undecided(given)
    metrics_folder = environ.get(_METRICS, "")
    problems += _unwritable(metrics_folder)
    if problems:
        raise SettingsError(problems)
    return _settings(values, metrics_folder or None)


def help_text() -> str:
    """Every variable with its help and its default, for `cds serve --help`."""
    return "\n".join(_help_line(setting) for setting in SETTINGS)


def _help_line(setting: Setting) -> str:
    default = f" Default: {setting.default}." if setting.default else ""
    return f"  {setting.name:<18}{setting.help}{default}"


def _unknown(environ: Mapping[str, str]) -> list[str]:
    known = {setting.name for setting in SETTINGS}
    names = sorted(name for name in environ if name.startswith(PREFIX) and name not in known)
    return [f"{name} is not a setting; `cds serve --help` lists them." for name in names]


def _undecided(given: Mapping[str, str]) -> list[str]:
    """What a site that others can reach has to choose for itself: whether unreviewed rules may speak there."""
    if given["CDS_UNAPPROVED"] or _is_loopback(given["CDS_HOST"]):
        return []
    problem = (
        "CDS_UNAPPROVED is not set. A service that others can reach must choose what rules that this site has not"
        " approved do: show, shadow or off."
    )
    return [problem]


def _unwritable(metrics_folder: str) -> list[str]:
    if not metrics_folder or (Path(metrics_folder).is_dir() and os.access(metrics_folder, os.W_OK)):
        return []
    return [f"{_METRICS}={metrics_folder!r} is not a folder that can be written to."]


def _settings(values: Mapping[str, Any], metrics_folder: str | None) -> Settings:
    loopback = _is_loopback(values["CDS_HOST"])
    origins = values["CDS_CORS_ORIGINS"]
    return Settings(
        host=values["CDS_HOST"],
        port=values["CDS_PORT"],
        workers=values["CDS_WORKERS"],
        as_of=values["CDS_AS_OF"],
        timezone=values["CDS_TIMEZONE"],
        rules=values["CDS_RULES"],
        approvals=values["CDS_APPROVALS"],
        unapproved=values["CDS_UNAPPROVED"] or "show",
        max_body=values["CDS_MAX_BODY"],
        public_url=values["CDS_PUBLIC_URL"],
        is_tester=loopback if values["CDS_TESTER"] is None else values["CDS_TESTER"],
        cors_origins=((ANY_ORIGIN,) if loopback else ()) if origins is None else origins,
        log_level=values["CDS_LOG_LEVEL"],
        metrics_folder=metrics_folder,
    )


# --- one reader for each kind of value; each raises ValueError with what is expected ---


def _read(name: str, text: str, problems: list[str]) -> Any:
    try:
        return _READERS[name](text)
    except ValueError as error:
        problems.append(f"{name}={text!r} {error}")
        return None


def _host(text: str) -> str:
    if not _is_loopback(text):
        raise ValueError("is not a loopback address. Without a trust file the service listens on loopback only.")
    return text


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _whole_number(most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,12}", text) or not 1 <= int(text) <= most:
            raise ValueError(f"is not a whole number from 1 to {most}.")
        return int(text)

    return read


def _day(text: str) -> date | None:
    if not text:
        return None
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise ValueError("is not a day such as 2026-11-20.")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError("is not a day of the calendar.") from None


def _timezone(text: str) -> tzinfo | None:
    if not text:
        return None
    if text == "UTC":  # needs no time zone database, which a small container may lack
        return UTC
    try:
        return ZoneInfo(text)
    except (KeyError, ValueError, OSError):
        raise ValueError("is not a time zone known on this machine.") from None


def _rules(text: str) -> Path:
    folder = Path(text) if text else default_rules()
    if not folder.is_dir():
        raise ValueError("is not a folder.")
    if not (folder / "rulebook.yaml").is_file():
        raise ValueError("holds no rules: there is no rulebook.yaml in it.")
    return folder


def _approvals(text: str) -> Path | None:
    if not text:
        return None
    path = Path(text)
    if not path.is_file():
        raise ValueError("is not a file.")
    return path


def default_rules() -> Path:
    """The rules inside an installed package, else those beside it in a source tree."""
    inside = _PACKAGE / "_rules"
    return inside if inside.is_dir() else _PACKAGE.parent / "rules"


def _public_url(text: str) -> str | None:
    if not text:
        return None
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("is not an absolute http or https URL without query.")
    return text.rstrip("/")


def _on_or_off(text: str) -> bool | None:
    if text not in ("", "on", "off"):
        raise ValueError("is neither on nor off.")
    return text == "on" if text else None


def _trust(text: str) -> None:
    if text:
        raise ValueError("cannot be used: trust files are not built yet. Leave it empty and listen on loopback.")


def _origins(text: str) -> tuple[str, ...] | None:
    if text in ("", "none"):
        return () if text else None
    origins = tuple(part.strip().rstrip("/") for part in text.split(","))
    if not all(origin == ANY_ORIGIN or re.fullmatch(r"https?://[^/\s?#@]+", origin) for origin in origins):
        raise ValueError("is not a list of origins such as https://ehr.example.org, nor * nor none.")
    return origins


def _one_of(*choices: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text.lower() not in choices:
            raise ValueError(f"is none of {', '.join(filter(None, choices))}.")
        return text.lower()

    return read


_READERS: dict[str, Callable[[str], Any]] = {
    "CDS_HOST": _host,
    "CDS_PORT": _whole_number(65535),
    "CDS_WORKERS": _whole_number(256),
    "CDS_AS_OF": _day,
    "CDS_TIMEZONE": _timezone,
    "CDS_RULES": _rules,
    "CDS_APPROVALS": _approvals,
    "CDS_UNAPPROVED": _one_of("", "show", "shadow", "off"),
    "CDS_MAX_BODY": _whole_number(1024 * _MEBIBYTE),
    "CDS_PUBLIC_URL": _public_url,
    "CDS_TESTER": _on_or_off,
    "CDS_TRUST": _trust,
    "CDS_CORS_ORIGINS": _origins,
    "CDS_LOG_LEVEL": _one_of("debug", "info", "warning", "error"),
}
