"""Raw traffic with cards, for developers only: it holds names and numbers."""

from __future__ import annotations

import logging
import sys

TRAFFIC = 5
"""Log level of raw bytes, below DEBUG."""

_log = logging.getLogger(__name__)
_RELEASED = bool(getattr(sys, "frozen", False))


def trace(direction: str, data: bytes) -> None:
    """Log raw bytes; a release build has no way to switch this on."""
    if not _RELEASED and _log.isEnabledFor(TRAFFIC):
        _log.log(TRAFFIC, "%s %s", direction, data.hex())
