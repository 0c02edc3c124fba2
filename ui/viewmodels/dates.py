"""Dates and ages in words, as they are read aloud."""

from __future__ import annotations

from datetime import date

from ui.viewmodels.words import Say


def day_of(text: str | None) -> date | None:
    """Give the day of an ISO date or time, None if it is none."""
    try:
        return date.fromisoformat((text or "")[:10])
    except ValueError:
        return None


def full_date(day: date, say: Say) -> str:
    """Write a date with its year: `2026 年 11 月 16 日`."""
    return say("new_case.dates.full", year=day.year, month=day.month, day=day.day, month_name=_month(day, say))


def short_date(day: date, say: Say) -> str:
    """Write a date without its year: `11 月 16 日`."""
    return say("new_case.dates.short", month=day.month, day=day.day, month_name=_month(day, say))


def month_title(day: date, say: Say) -> str:
    """Write a month: `2026 年 11 月`."""
    return say("new_case.dates.month", year=day.year, month=day.month, month_name=_month(day, say))


def weekday(day: date, say: Say) -> str:
    """Name the day of the week."""
    return say("new_case.dates.weekdays").split(" ")[day.weekday()]


def bare_due(due_text: str) -> str:
    """Take the mark of a provisional date away where the heading says it for all."""
    return due_text.removesuffix("（预计）").strip()


def age_at(birth: date, day: date) -> int:
    """Count full years."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def _month(day: date, say: Say) -> str:
    return say("new_case.dates.months").split(" ")[day.month - 1]
