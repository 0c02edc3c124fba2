"""A button of a group, as several pages show it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Choice:
    """A button of a group."""

    key: str
    text: str
    chosen: bool
