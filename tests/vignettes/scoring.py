"""The numbers of the whole set, as `make accuracy` prints them and README quotes them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tests.vignettes.comparing import SHORT_LIST, differences
from tests.vignettes.invariants import broken
from tests.vignettes.reading import HERE, INDICATORS, TRAPS, Vignette, known_misses, vignettes
from tests.vignettes.running import Answer, answer_to

README = HERE.parents[1] / "README.md"
CHANGES = HERE / "CHANGES.md"
BEGIN, END = "<!-- accuracy:begin -->", "<!-- accuracy:end -->"


@dataclass(frozen=True, slots=True)
class Outcome:
    """A vignette with its answer and every difference from what it expects."""

    vignette: Vignette
    answer: Answer
    differences: tuple[str, ...]

    @property
    def fits(self) -> bool:
        """Whether the answer is as expected, and holds what every answer must hold."""
        return not self.differences


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    hits: int
    of: int

    @classmethod
    def counted(cls, answers: Iterable[bool]) -> Share:
        """Count what is so."""
        found = list(answers)
        return cls(sum(found), len(found))

    def __str__(self) -> str:
        percent = f", {100 * self.hits / self.of:.1f} %" if self.of else ""
        return f"{self.hits} of {self.of}{percent}"


def outcome_of(vignette: Vignette) -> Outcome:
    """Run one vignette."""
    answer = answer_to(vignette)
    found = differences(vignette, answer) + broken(vignette, answer)
    return Outcome(vignette, answer, tuple(found))


def outcomes() -> list[Outcome]:
    """Run the whole set."""
    return [outcome_of(vignette) for vignette in vignettes()]


def table(found: list[Outcome]) -> str:
    """The numbers as a Markdown table."""
    lines = [f"| {what} | {value} |" for what, value in rows(found)]
    return "\n".join(["| | |", "| --- | --: |", *lines]) + "\n"


def rows(found: list[Outcome]) -> list[tuple[str, str]]:
    """What is counted, and the count."""
    ranked = [o for o in found if "first" in o.vignette.expect]
    due = [(o, flag, word) for o in found for flag, word in o.vignette.flags.items()]
    calm = [o for o in found if not o.vignette.flags]
    traps = [o for o in found if o.vignette.trap]
    alarms = sum(len(unexpected_flags(o)) for o in calm)
    beside = sum(len(unexpected_flags(o)) for o in found if o.vignette.flags)
    return [
        ("vignettes", str(len(found))),
        ("as expected in every point", str(Share.counted(o.fits for o in found))),
        ("leading cause first (top-1)", str(Share.counted(_is_within(o, 1) for o in ranked))),
        (f"leading cause within the first {SHORT_LIST} (top-3)",
         str(Share.counted(_is_within(o, SHORT_LIST) for o in ranked))),
        ("red flags found, at least as urgent as expected (recall)",
         str(Share.counted(_is_as_urgent(o, flag, word) for o, flag, word in due))),
        ("false alarms: red flags on charts that have none", f"{alarms} on {len(calm)}"),
        ("red flags beside those expected", str(beside)),
        ("silent charts silent",
         str(Share.counted(not o.answer.cards for o in found if o.vignette.expect.get("silent")))),
        ("traps passed", str(Share.counted(o.fits for o in traps))),
    ]  # fmt: skip


def unexpected_flags(outcome: Outcome) -> list[str]:
    """Alarms that the vignette neither expects nor allows."""
    expect = outcome.vignette.expect
    allowed = {*expect.get("red_flags", ()), *expect.get("may_flag", ())}
    return [flag for flag in outcome.answer.flags if flag not in allowed]


def _is_within(outcome: Outcome, most: int) -> bool:
    return any(outcome.vignette.expect["first"] in ids for ids in outcome.answer.ranking[:most])


def _is_as_urgent(outcome: Outcome, flag: str, word: str) -> bool:
    seen = outcome.answer.flags.get(flag)
    return seen is not None and INDICATORS.index(seen) >= INDICATORS.index(word)


def traps(found: list[Outcome]) -> list[tuple[str, Share]]:
    """Each kind of trap with how many were passed."""
    return [(kind, Share.counted(o.fits for o in found if o.vignette.trap == kind)) for kind in TRAPS]


def report(found: list[Outcome]) -> str:
    """Everything that `make accuracy` prints."""
    kinds = "\n".join(f"  {kind:<13}{share}" for kind, share in traps(found))
    edits = CHANGES.read_text(encoding="utf-8")
    return f"{_plain(found)}\n\nTraps passed, by kind\n{kinds}\n\n{_misses(found)}\n\n{edits}"


def _plain(found: list[Outcome]) -> str:
    return "\n".join(f"{what:<62}{value}" for what, value in rows(found))


def _misses(found: list[Outcome]) -> str:
    known = known_misses()
    missed = [o for o in found if not o.fits]
    lines = [f"Misses: {len(missed)}"]
    for outcome in missed:
        vignette = outcome.vignette
        lines.append(f"  {vignette.place} {vignette.id}: {'; '.join(outcome.differences)}")
        lines.append(f"    known: {known[vignette.id]}" if vignette.id in known else "    NOT in misses.yaml")
    return "\n".join(lines)


def quoted(found: list[Outcome]) -> str:
    """The block of README, between its markers."""
    return f"{BEGIN}\n{table(found)}{END}"


def block_in(page: str) -> str:
    """The block as it stands in a page."""
    _, begin, rest = page.partition(BEGIN)
    inside, end, _ = rest.partition(END)
    return f"{begin}{inside}{end}"
