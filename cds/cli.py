"""The command line: cds serve, evaluate, check, explain, prefetch. One sentence on bad input, never a traceback.

Long because each sub-command keeps its arguments, its reading and its printing together.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any

from cds import __version__, settings
from cds.hooks.call_service import Engine, build_engine, case_reader
from cds.hooks.errors import HookError
from cds.knowledge.approvals import Policy
from cds.knowledge.rulebook import RulebookError
from cds.records import InputError, Question, answers

BAD_INPUT = 2
PROBLEMS = 1
_EXIT = "Exit status: 0 for cards or for rightly none, 2 for bad usage or input that cannot be read."
_EXAMPLE = (
    """curl -s http://{host}:{port}/cds-services/heel-numbness-consult -H 'Content-Type: application/json' -d """
    """'{{"hook":"patient-view","hookInstance":"1","context":{{"patientId":"1","userId":"Practitioner/1"}},"prefetch":{{"conditions":null}}}}'"""
)
Json = dict[str, Any]


def main(argv: Sequence[str] | None = None) -> int:
    """Run a sub-command. Returns the exit status: 0 fine, 1 problems found, 2 bad usage or unreadable input."""
    arguments = _parser().parse_args(argv)
    try:
        _require_output(arguments)
        status = int(arguments.run(arguments))
        sys.stdout.flush()
        return status
    except (InputError, HookError) as error:
        print(f"cds: {getattr(error, 'text', None) or error}", file=sys.stderr)
    except (settings.SettingsError, RulebookError) as error:
        print(f"cds: {error}", file=sys.stderr)
    except OSError as error:
        print(f"cds: {error.filename or 'the output'} cannot be used: {error.strerror}", file=sys.stderr)
        if not error.filename:
            _give_up_output()
    return BAD_INPUT


def _require_output(arguments: argparse.Namespace) -> None:
    """What prints needs an output; the service does not."""
    if sys.stdout is None and arguments.run is not _serve:
        raise InputError("the output cannot be used: it is closed")


def _give_up_output() -> None:
    """Lead what is left nowhere, lest Python fail on it once more at its end."""
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="cds",
        description="Decision support for a numb heel or foot, for professionals. Not reviewed by a clinician.",
    )
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_serve(commands)
    _add_evaluate(commands)
    _add_explain(commands)
    _add_check(commands)
    prefetch = commands.add_parser("prefetch", help="print the prefetch templates", description=_prefetch.__doc__)
    prefetch.set_defaults(run=_prefetch)
    return parser


def _add_serve(commands: Any) -> None:
    serve = commands.add_parser(
        "serve", help="start the service", formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Start the CDS Hooks service under gunicorn.",
        epilog="Settings (environment):\n" + settings.help_text(),
    )  # fmt: skip
    serve.set_defaults(run=_serve)


def _add_record_arguments(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "files",
        nargs="*",
        default=["-"],
        metavar="FILE",
        help="hook request, Bundle, resource or NDJSON; - is standard input",
    )
    command.add_argument("--as-of", type=_day, metavar="DATE", help="take this day as today (YYYY-MM-DD)")
    command.add_argument(
        "--symptom",
        choices=("recorded", "assumed"),
        default="recorded",
        help="assumed: take a numb foot for granted when none is recorded (default: recorded)",
    )
    command.add_argument("--patient", metavar="ID", help="which of several patients")


def _add_evaluate(commands: Any) -> None:
    evaluate = commands.add_parser(
        "evaluate", help="evaluate records and print the cards", description=_evaluate.__doc__, epilog=_EXIT
    )
    _add_record_arguments(evaluate)
    evaluate.add_argument(
        "--format", choices=("text", "json", "markdown", "html"), help="default: text on a terminal, else json"
    )
    evaluate.set_defaults(run=_evaluate)


def _add_explain(commands: Any) -> None:
    explain = commands.add_parser(
        "explain", help="say what was read and how every rule came out", description=_explain.__doc__, epilog=_EXIT
    )
    _add_record_arguments(explain)
    explain.set_defaults(run=_explain)


def _add_check(commands: Any) -> None:
    check = commands.add_parser("check", help="check the rules, their cases and mutants", description=_check.__doc__)
    check.add_argument("--no-mutants", action="store_true", help="leave the mutants out")
    check.add_argument("--update-lock", action="store_true", help="write rules.lock.json")
    check.add_argument(
        "--coverage",
        action="store_true",
        help="only print each id of the catalogue with what carries and proves it; exit 1: one has neither",
    )
    check.add_argument("--as-of", type=_day, metavar="DATE", help="the day for review dates")
    check.set_defaults(run=_check)


def _day(text: str) -> date:
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no time zone
    except ValueError:
        raise argparse.ArgumentTypeError("not a day: use YYYY-MM-DD") from None


def _engine_and_day(arguments: argparse.Namespace) -> tuple[Engine, date]:
    """The engine that a server with these settings would have; a day given by argument is a fixed one too."""
    chosen = settings.load(os.environ)
    engine = build_engine(
        rules_path=chosen.rules,
        public_url=chosen.public_url,
        is_day_fixed=(arguments.as_of or chosen.as_of) is not None,
        zone=chosen.timezone,
        policy=Policy(chosen.approvals, chosen.unapproved, _this_day(chosen)),
    )
    return engine, _today(arguments, chosen)


def _today(arguments: argparse.Namespace, chosen: settings.Settings) -> date:
    return arguments.as_of or _this_day(chosen)


def _this_day(chosen: settings.Settings) -> date:
    """The day for approvals: a replay of an old day by --as-of does not undo them."""
    return chosen.today()


# --- serve ---


def _serve(_: argparse.Namespace) -> int:
    """Start the service under gunicorn, which prints the address once the rules are loaded and the port is open."""
    settings.load(os.environ)
    command = [sys.executable, "-m", "gunicorn", "cds.wsgi:application", "--config", str(_gunicorn_config())]
    os.execv(sys.executable, command)


def greeting(chosen: settings.Settings) -> str:
    """Where the service is, and a line that returns cards. For when it can be called, not before."""
    host = f"[{chosen.host}]" if ":" in chosen.host else chosen.host
    where = f"Heel Numbness CDS {__version__} on http://{host}:{chosen.port} (open: loopback only, no trust file)"
    return f"{where}\nTry it:\n  {_EXAMPLE.format(host=host, port=chosen.port)}"


def _gunicorn_config() -> Path:
    package = Path(__file__).resolve().parent
    installed = package / "_gunicorn.conf.py"
    return installed if installed.exists() else package.parent / "deploy" / "gunicorn.conf.py"


# --- evaluate and explain ---


def _evaluate(arguments: argparse.Namespace) -> int:
    """Evaluate hook requests, Bundles, resources or Bulk Data and print the cards. Exit 0: cards, or rightly silent."""
    engine, day = _engine_and_day(arguments)
    form = arguments.format or ("text" if sys.stdout.isatty() else "json")
    _print(_answers(engine, arguments, day), form)
    return 0


def _explain(arguments: argparse.Namespace) -> int:
    """Print the facts read and every rule with its three-valued answer, as JSON."""
    engine, day = _engine_and_day(arguments)
    for _, answer in _answers(engine, arguments, day):
        whose = {"patient": answer["patient"]} if "patient" in answer else {}
        print(json.dumps(whose | answer["explain"], indent=2, ensure_ascii=False))
    return 0


def _answers(engine: Engine, arguments: argparse.Namespace, day: date) -> Iterator[tuple[str, Json]]:
    question = Question(day, arguments.symptom, arguments.patient)
    return answers(engine, arguments.files, question, _with_progress if sys.stderr.isatty() else None)


def _with_progress(found: Iterator[Json], patients: int) -> Iterator[Json]:
    from cds.terminal import with_progress  # brings rich, which costs time

    return with_progress(found, patients, is_waiting=sys.stdout.isatty())


def _print(answers: Iterator[tuple[str, Json]], form: str) -> None:
    if form == "html":
        from cds.terminal import as_html

        print(as_html(list(answers)))
        return
    for name, answer in answers:
        _print_one(name, answer, form)


def _print_one(name: str, answer: Json, form: str) -> None:
    if form == "json":
        print(json.dumps(answer, ensure_ascii=False))
        return
    from rich.console import Console

    from cds.terminal import as_markdown, print_answer

    if form == "markdown":
        print(as_markdown(answer, name))
    else:
        print_answer(Console(), answer, name)


# --- check and prefetch ---


def _check(arguments: argparse.Namespace) -> int:
    """Check the rules: files, sources, value sets, cases, and mutants that the cases must notice. Exit 1: problems."""
    from cds.knowledge.checks import check

    chosen = settings.load(os.environ)
    if arguments.coverage:
        return _coverage(chosen.rules)
    report = check(
        chosen.rules,
        case_reader(chosen.rules),
        _today(arguments, chosen),
        update_lock=arguments.update_lock,
        mutants=not arguments.no_mutants,
        approvals=chosen.approvals,
    )
    print(report.render())
    return PROBLEMS if report.problems else 0


def _coverage(rules: Path) -> int:
    from cds.knowledge.trace import trace

    coverage = trace(rules, case_reader(rules))
    print(coverage.render())
    return 0 if coverage.is_complete else PROBLEMS


def _prefetch(_: argparse.Namespace) -> int:
    """Print the prefetch templates, as discovery lists them: an analyst can copy them."""
    from cds.fhir.prefetch import templates

    print(json.dumps(templates(), indent=2))
    return 0


def run() -> None:
    """The console script. A reader that goes away (`cds evaluate … | head`) ends it quietly, as other tools end."""
    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    if sys.stderr is None:  # closed by the caller: the exit status still tells how it went
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - open until the process ends
    _choose_encoding()
    sys.exit(main())


def _choose_encoding() -> None:
    """Files and pipes get UTF-8 whatever the locale; a terminal without it shows a question mark where it must."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and stream.encoding.lower() not in ("utf-8", "utf8"):
            if stream.isatty():
                stream.reconfigure(errors="replace")
            else:
                stream.reconfigure(encoding="utf-8")


if __name__ == "__main__":
    run()
