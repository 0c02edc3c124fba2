"""What the status words of an uninterruptible power supply mean (Network UPS Tools, `ups.status`)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PowerReport:
    """State of the power supply.

    Attributes:
        on_mains: None when the supply does not say.
        shutdown: the battery is at its end, or the supply is about to switch off: save and shut down now.
        replace_battery: a notice that stops nothing.
    """

    on_mains: bool | None
    shutdown: bool
    replace_battery: bool


def read_status(words: str) -> PowerReport:
    """Read the words of `ups.status`; when it claims mains and battery at once, battery counts."""
    found = set(words.upper().split())
    on_battery = "OB" in found
    on_mains = False if on_battery else True if "OL" in found else None
    return PowerReport(on_mains, "FSD" in found or (on_battery and "LB" in found), "RB" in found)
