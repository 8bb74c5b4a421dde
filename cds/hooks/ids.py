"""Card and suggestion ids: UUIDv8 made of the card kind, the rulebook's digest prefix and randomness.

Nothing of the patient goes in, so an id in a log or in feedback says which rules spoke and nothing else.
"""

from __future__ import annotations

import os
from uuid import UUID

KINDS = ("red-flag", "differential", "work-up", "medication", "scope", "data-gap", "suggestion")


def card_uuid(kind: str, digest: str) -> str:
    """A fresh id. `digest` is "sha256:<hex>"; its first eight digits stand in the id."""
    prefix = bytes.fromhex(digest.removeprefix("sha256:")[:8].ljust(8, "0"))
    raw = bytearray(bytes([0, KINDS.index(kind)]) + prefix + os.urandom(10))
    raw[6] = (raw[6] & 0x0F) | 0x80
    raw[8] = (raw[8] & 0x3F) | 0x80
    return str(UUID(bytes=bytes(raw)))
