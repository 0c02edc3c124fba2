"""How the hub stands and what to do about it, in words; the same for the screen, the checks and the commands."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.clock import local, parse
from kiosk.errors import ErrorCode, KioskError
from kiosk.messages import Description, describe, text
from kiosk.ports.sync import HubReach, SyncCounts, SyncReport

CLOCK_OFF_MS = 5 * 60_000
"""From here on a wrong clock is told: people read dates and times from it."""
_UNITS = (("days", 86_400_000, 2), ("hours", 3_600_000, 2), ("minutes", 60_000, 1))
"""Units in ms, each used from so many of it on."""


def trouble(report: SyncReport, language: str = "zh") -> Description | None:
    """Say what keeps a round from going through and what to do; None when nothing does, or the line is just away."""
    if report.code in {"", ErrorCode.HUB_UNREACHABLE.value}:
        return None
    return describe(KioskError(ErrorCode(report.code)), language)


def contact_words(report: SyncReport, counts: SyncCounts) -> str:
    """Say how the hub stands, with what to do and the support code; of one that rests, when something last arrived."""
    words = text(f"hub_reach.{report.reach.value}")
    if said := trouble(report):
        words = f"{said.what}。{said.do}（{said.code}）"
    if report.reach is not HubReach.RESTING or counts.last_acknowledged_at is None:
        return words
    at = local(parse(counts.last_acknowledged_at))
    return text("health.last_delivered", words=words, at=f"{at:%Y-%m-%d %H:%M}")


def clock_words(offset_ms: int | None, say: Callable[..., str]) -> str:
    """Say which way and how far this machine's clock is off; empty within five minutes, or while nobody knows.

    Args:
        offset_ms: the hub's time minus ours.
        say: gives the sentence of a dotted key with its facts.
    """
    if offset_ms is None or abs(offset_ms) <= CLOCK_OFF_MS:
        return ""
    unit, size = next((unit, size) for unit, size, least in _UNITS if abs(offset_ms) >= least * size)
    amount = say(f"clock.{unit}", count=abs(offset_ms) // size)
    return say(f"clock.{'slow' if offset_ms > 0 else 'fast'}", amount=amount)
