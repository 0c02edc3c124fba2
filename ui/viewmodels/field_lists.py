"""Answers of the information step that are touched in a list, or written where the list lacks them."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

from kiosk.clock import local
from kiosk.domain import fill
from kiosk.domain.application import Application
from kiosk.domain.assessment import FieldAnswer
from kiosk.domain.form import read_path, time_of
from ui.viewmodels.dates import day_of, full_date
from ui.viewmodels.working_case import WorkingCase

PAYEE, BANK, UNTIL, TIME = "payee.name", "payee.bank", "agent.valid_until", "deceased.death_time"
BIRTH = "deceased.birth"
"""Too long ago for a month to be turned to."""
WRITTEN = {PAYEE: "text", BANK: "text", UNTIL: "digits", TIME: "digits", BIRTH: "digits"}
"""Fields whose list may lack the answer, and the keys for writing it."""
_MONTHS = (1, 3, 6)
"""Periods of an authorisation that are offered."""


def offered(case: WorkingCase, field: FieldAnswer) -> tuple[tuple[str, str], ...]:
    """List the answers of a field, each with its words."""
    match field.path:
        case str() if field.path == PAYEE:
            return _payees(case)
        case str() if field.path == UNTIL:
            today = local(case.clock.now()).date()
            days = [(count, _months_on(today, count)) for count in _MONTHS]
            return tuple(
                (
                    day.isoformat(),
                    case.say("new_case.information.months", count=count, date=full_date(day, case.say)),
                )
                for count, day in days
            )
        case _:
            return field.choices


def fits(case: WorkingCase, path: str, words: str) -> bool:
    """Say whether what was written can be an answer."""
    after = read_path(fill.set_field(case.application, path, words), path)
    if path == TIME:
        return after.replace(":", "") == words.replace(":", "").replace("：", "")
    return day_of(after) is not None if path in (UNTIL, BIRTH) else bool(after)


def by_day(field: FieldAnswer) -> bool:
    """Say whether a field is answered on the page of a month."""
    return field.kind in ("date", "datetime") and field.path not in WRITTEN


def with_day(case: WorkingCase, path: str, iso: str) -> Application:
    """Put a day at a field's path; a moment keeps its time of day."""
    application = case.application
    moment = fill.moment_at(iso, time_of(read_path(application, path))) if path == "deceased.death_at" else iso
    return fill.set_field(application, path, moment or "")


def toggled(value: str, key: str) -> str:
    """Take one of several answers in, or out again."""
    have = [part for part in value.split("、") if part]
    return "、".join([part for part in have if part != key] if key in have else [*have, key])


def _payees(case: WorkingCase) -> tuple[tuple[str, str], ...]:
    application = case.application
    agent = application.agent
    people = {
        "applicant": application.applicant.name,
        "deceased": application.deceased.name,
        "agent": agent.name if agent else None,
    }
    return tuple(
        (name, case.say(f"new_case.information.payee_{role}", name=name)) for role, name in people.items() if name
    )


def _months_on(day: date, count: int) -> date:
    """Give the same day some months later, the last one of a shorter month."""
    years, month = divmod(day.month - 1 + count, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
