"""Where day ends are counted and kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from kiosk.domain.day_end import DayClose, DayCount
from kiosk.ids import OperatorId


class DayEndStore(Protocol):
    """Day ends of this terminal; each follows the newest event there is and is one itself."""

    def count(self) -> DayCount:
        """Count what stands here since the last day end."""

    def close(self, write: Callable[[DayCount, str, str], tuple[bytes, str]], operator: OperatorId) -> DayClose:
        """Close what `count` gives, queue it for the hub and write the journal line, in one transaction.

        `write(count, digest, now)` gives the event's canonical JSON and the terminal's signature in it.

        Raises:
            InputError: NOTHING_TO_CLOSE.
        """

    def closes(self, *, limit: int = 31) -> list[DayClose]:
        """List the day ends, newest first."""
