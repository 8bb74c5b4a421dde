"""What the checks look at, and what they find."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from cds.knowledge.case_files import CaseFile
from cds.knowledge.pages import Pages
from cds.knowledge.problems import Problem
from cds.knowledge.rulebook import Knowledge
from cds.knowledge.strict_yaml import Document


@dataclass(slots=True)
class Subject:
    """The rules as one run of the checks sees them. `data` holds the files that are no rules, by name."""

    folder: Path
    knowledge: Knowledge
    files: list[CaseFile]
    today: date
    data: dict[str, Document]
    pages: Pages

    def rules(self, *kinds: str) -> Iterator[tuple[str, Document]]:
        """The id and document of every rule (of these kinds, when some are named)."""
        for id_, document in self.knowledge.documents.items():
            if not kinds or document.data["kind"] in kinds:
                yield id_, document

    def entries(self, name: str) -> dict[str, Any]:
        """The content of one of the files that are no rules."""
        document = self.data.get(name)
        return document.data if document is not None and isinstance(document.data, dict) else {}


@dataclass(slots=True)
class Report:
    """All findings of one run: problems fail it, warnings and notes do not."""

    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    def render(self) -> str:
        """One line for each finding, the counts, and the number of problems."""
        lines = [str(p) for p in sorted(set(self.problems), key=lambda p: (p.path, p.line, p.check, p.sentence))]
        lines += [f"warning  {w}" for w in self.warnings]
        lines += [f"note  {note}" for note in self.notes]
        lines.append(", ".join(f"{count} {what}" for what, count in self.counts.items()))
        number = len(set(self.problems))
        lines.append("no problems" if not number else f"{number} problem{'s' if number > 1 else ''}")
        return "\n".join(line for line in lines if line)


Check = Callable[[Subject], Iterator[Problem]]
