"""Figures in words, and tables of them as pages, sheets and files show them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

Say = Callable[..., str]
"""A dotted key of the sentences and its facts, in some language."""

_HOUR_S = 3600
_DAY_H = 24


@dataclass(frozen=True)
class FigureTable:
    """A table in words: its title, its columns, its rows."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def share_words(part: int, whole: int, say: Say) -> str:
    """Say a share: `96 %（48/50）`; nothing of nothing is a dash."""
    return say("figures.share", percent=round(100 * part / whole), part=part, whole=whole) if whole else "—"


def duration_words(seconds: int, count: int, say: Say) -> str:
    """Say a mean duration: hours below two days, then days, with one decimal; a dash when nothing has ended."""
    if not count:
        return "—"
    hours = seconds / count / _HOUR_S
    if hours < 1:
        return say("figures.under_an_hour")
    if hours < 2 * _DAY_H:
        return say("figures.hours", count=f"{hours:.1f}")
    return say("figures.days", count=f"{hours / _DAY_H:.1f}")


def rating_words(levels: tuple[int, ...], say: Say) -> str:
    """Say the mean of the levels 1 to 5 and of how many; a dash when nobody rated."""
    rated = sum(levels)
    if not rated:
        return "—"
    mean = sum(level * count for level, count in enumerate(levels, start=1)) / rated
    return say("figures.rating", mean=f"{mean:.1f}", count=rated)
