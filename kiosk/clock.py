"""Time, injected everywhere: tests move it, nothing sleeps on it."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta, timezone
from typing import Protocol

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
"""China Standard Time; mainland China has had no daylight saving since 1991."""


class Clock(Protocol):
    """What the program asks time of."""

    def now(self) -> datetime:
        """Give the wall clock as an aware UTC time."""

    def monotonic(self) -> float:
        """Give seconds that never go backwards."""


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Give the wall clock as an aware UTC time."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Give seconds that never go backwards."""
        return time.monotonic()


def iso(moment: datetime) -> str:
    """Write a moment as ISO 8601 in UTC with milliseconds and `Z`, the form of the store and the protocol."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parse(text: str) -> datetime:
    """Read an ISO 8601 time; one without a zone is Asia/Shanghai.

    Raises:
        ValueError: the text is not a time.
    """
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)


def local(moment: datetime) -> datetime:
    """Give the same moment in China Standard Time."""
    return moment.astimezone(SHANGHAI)
