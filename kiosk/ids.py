"""Identifiers: one NewType each, so that they cannot be mixed up."""

from __future__ import annotations

import os
import time
from typing import NewType

CaseId = NewType("CaseId", str)
CaseNumberText = NewType("CaseNumberText", str)
EventId = NewType("EventId", str)
AttachmentId = NewType("AttachmentId", str)
MatterId = NewType("MatterId", str)
MaterialId = NewType("MaterialId", str)
OperatorId = NewType("OperatorId", str)
PaperId = NewType("PaperId", str)
JobId = NewType("JobId", str)


def uuid7() -> str:
    """Make a UUIDv7 (RFC 9562 §5.7): 48 bits of Unix milliseconds, then random bits.

    A wrong clock only affects its sort order, never its uniqueness (74 random bits).
    """
    value = (time.time_ns() // 1_000_000 & 0xFFFF_FFFF_FFFF) << 80 | int.from_bytes(os.urandom(10), "big")
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    digits = f"{value:032x}"
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def new_epoch() -> str:
    """Make the 128 random bits that name one life of a database, as hex."""
    return os.urandom(16).hex()
