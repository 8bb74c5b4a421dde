"""Everything a reader of records needs to know of codes, words and units, as pure data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from cds.domain.coding import CodeIndex
from cds.domain.lexicon import Lexicon, Units
from cds.domain.settled import Settled


@dataclass(frozen=True, slots=True)
class Terminology:
    """`systems` maps a code system's URI or alias to its short key; `titles` a value set id to a printable title."""

    settled: Settled
    index: CodeIndex = field(default_factory=CodeIndex)
    systems: Mapping[str, str] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)
    lexicon: Lexicon = field(default_factory=lambda: Lexicon(()))
    units: Units = field(default_factory=Units)
