"""When a matter and a case are due, as dates and as people read them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from kiosk.clock import local
from kiosk.domain.assessment import Limit
from kiosk.domain.calendar import Due, WorkCalendar, first_of_month
from kiosk.domain.catalog import MatterRow
from kiosk.messages import text


@dataclass(frozen=True)
class DueAnswer:
    """A due date in both forms; `due` is None when the row has no limit that can be counted yet."""

    due: str | None
    words: str
    provisional: bool = False


def matter_due(
    matter: MatterRow, calendar: WorkCalendar, taken_in: datetime, died_on: date | None, *, accepted: bool = False
) -> DueAnswer:
    """Count a matter's promised limit, or its legal one, from the taking-in or from the death.

    From the acceptance on, `taken_in` is its moment and a date binds. A row with words of its own (`火化当天`) has no
    countable start yet and keeps them.
    """
    limit = matter.promised or matter.legal
    if limit is None or matter.due_words:
        return DueAnswer(None, matter.due_words or text("assess.due.told_later"))
    today = local(taken_in).date()
    if limit.unit == "next_month" and matter.counts_from == "death":
        due = Due(first_of_month(died_on or today, limit.count).isoformat(), provisional=False)
    else:
        due = calendar.due(taken_in, limit.count, limit.unit)
    return DueAnswer(due.text, due_words(due, limit.unit, today, accepted=accepted), due.provisional)


def promise_due(working_days: int, calendar: WorkCalendar, taken_in: datetime) -> DueAnswer:
    """Count the case's own promise."""
    due = calendar.due(taken_in, working_days, "working_day")
    words = due_words(due, "working_day", local(taken_in).date())
    return DueAnswer(due.text, text("assess.due.promise", days=working_days, due=words), due.provisional)


def due_words(due: Due, unit: str, today: date, *, accepted: bool = False) -> str:
    """Say a date to people: `12 月 9 日前（预计）`, once accepted `12 月 9 日前`; the year only when it is another."""
    day = date.fromisoformat(due.text[:10])
    year = "" if day.year == today.year else f"{day.year} 年 "
    if unit == "next_month":
        return f"{year}{day.month} 月起"
    clock = f" {due.text[11:]} " if unit == "hour" else ""
    kind = "" if accepted and not due.provisional else _mark(provisional=due.provisional)
    return f"{year}{day.month} 月 {day.day} 日{clock}前{kind}"


def is_expected(words: str) -> bool:
    """Say whether a date in words still waits for the acceptance or for the holidays of its year."""
    return words.endswith((_mark(provisional=False), _mark(provisional=True)))


def _mark(*, provisional: bool) -> str:
    return f"（{text('assess.due.provisional' if provisional else 'assess.due.expected')}）"


def limit_words(limit: Limit) -> str:
    """Say a limit: `7 个工作日`."""
    return text(f"assess.unit.{limit.unit}", count=limit.count)
