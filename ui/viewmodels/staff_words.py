"""Dates, numbers and names as the staff pages write them."""

from __future__ import annotations

from datetime import date, datetime

from kiosk.clock import local, parse
from ui.viewmodels.words import Say

REVEAL_MS = 5_000
"""How long a press shows what is masked."""

TAIL = 5
"""The end of a case number by which people name it: the day's counter and the check character."""


def day_words(day: date, today: date, say: Say, *, weekday: bool = False) -> str:
    """Write a day: `今天`, `明天`, else `12 月 9 日`, on request with its day of the week."""
    gap = (day - today).days
    if gap in (0, 1):
        return say("screen.tomorrow" if gap else "screen.today")
    names = say("screen.weekdays").split(" ")
    months = say("screen.months").split(" ")
    key = "screen.month_day_weekday" if weekday else "screen.month_day"
    return say(key, month=months[day.month - 1], day=day.day, weekday=names[day.weekday()])


def moment_words(moment: str, now: datetime, say: Say) -> str:
    """Write a moment: `14:02` today, else `11 月 20 日 14:02`."""
    when = local(parse(moment))
    today = local(now).date()
    time = when.strftime("%H:%M")
    return time if when.date() == today else f"{day_words(when.date(), today, say)} {time}"


def due_day(due: str | None) -> date | None:
    """Give the day of a due date, None when there is none."""
    try:
        return date.fromisoformat(due[:10]) if due else None
    except ValueError:
        return None


def left_words(day: date, today: date, say: Say) -> str:
    """Say how many days are left, or how many it is over."""
    gap = (day - today).days
    if gap == 0:
        return say("screen.due_now")
    return say("screen.days_left", count=gap) if gap > 0 else say("screen.overdue", count=-gap)


def size_words(count: int) -> str:
    """Write a number of bytes."""
    return f"{count / 1_000_000:.1f} MB" if count >= 100_000 else f"{-(-count // 1000)} kB"
