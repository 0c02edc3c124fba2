"""How each material that the chosen matters need stands: supplied, off a card, shared, promised, deferred, missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from kiosk.clock import local
from kiosk.domain.application import Application, MaterialChoice, Source
from kiosk.domain.assessment import MaterialNeed
from kiosk.domain.authorization import LETTER, can_sign_here, signed_here
from kiosk.domain.calendar import WorkCalendar
from kiosk.domain.case import MaterialStatus
from kiosk.domain.catalog import MaterialRow, MatterRow, ServiceCatalog
from kiosk.domain.facts import day_of
from kiosk.domain.rules import Facts, holds
from kiosk.ids import MaterialId, MatterId
from kiosk.messages import text


def needed_materials(service: ServiceCatalog, matter: MatterRow, facts: Facts) -> tuple[MaterialId, ...]:
    """List the materials a matter needs on these facts.

    One of the seven is needed unless its rule is known not to hold, a conditional one only if it is known to hold.
    """
    return tuple(
        material_id for material_id in service.materials_of(matter) if _is_needed(service.materials[material_id], facts)
    )


def _is_needed(row: MaterialRow, facts: Facts) -> bool:
    if not row.when:
        return True
    answer = holds(row.when, facts)
    return answer is True if row.conditional else answer is not False


def material_needs(
    service: ServiceCatalog,
    needed_by: Mapping[MaterialId, Sequence[MatterId]],
    application: Application,
    facts: Facts,
    calendar: WorkCalendar,
    taken_in: datetime,
) -> tuple[MaterialNeed, ...]:
    """Say how each needed material stands, in the catalogue's order and by the name that it has on these facts."""
    return tuple(
        _need(_as_called(row, facts), tuple(needed_by[material_id]), application, calendar, taken_in)
        for material_id, row in service.materials.items()
        if material_id in needed_by
    )


def _as_called(row: MaterialRow, facts: Facts) -> MaterialRow:
    for other in row.named:
        if holds(other.when, facts) is True:
            return replace(
                row, name=other.name, form=other.form, issuer=other.issuer, missing_words=other.missing_words
            )
    return row


def _need(
    row: MaterialRow,
    matters: tuple[MatterId, ...],
    application: Application,
    calendar: WorkCalendar,
    taken_in: datetime,
) -> MaterialNeed:
    files = [entry for entry in application.attachments if entry.material == row.material_id]
    pages = sum(entry.pages for entry in files)
    choice = application.material_choices.get(row.material_id)
    due: str | None = None
    if files:
        status, fact = MaterialStatus.SUPPLIED, text("assess.material.pages", pages=pages)
    elif row.signed_here:
        status, fact = MaterialStatus.PROMISED, row.missing_words
    elif row.material_id == LETTER and choice is None and can_sign_here(application):
        key = "signed" if signed_here(application) else "sign"
        status, fact = MaterialStatus.PROMISED, text(f"assess.material.letter_{key}")
    elif choice is not None and _allowed(row, choice, local(taken_in).date()):
        status = MaterialStatus(choice.status)
        if status is MaterialStatus.DEFERRED:
            day = day_of(choice.due)
            due = day.isoformat() if day else _defer_by(row, calendar, taken_in)
        fact = _choice_fact(row, status, due, local(taken_in).date())
    elif row.card_of and _read_off_card(row.card_of, application):
        status, fact = MaterialStatus.CARD, text("assess.material.card")
    else:
        status, fact = MaterialStatus.MISSING, row.missing_words
    return MaterialNeed(
        material_id=row.material_id,
        name=row.name,
        status=status,
        needed_by=matters,
        conditional=row.conditional,
        may_share=row.may_share,
        may_promise=row.may_promise,
        may_defer=row.may_defer,
        fact=fact,
        pages=pages,
        due=due,
        defer_by=_defer_by(row, calendar, taken_in) if row.may_defer and status is MaterialStatus.MISSING else None,
        form=row.form,
        issuer=row.issuer,
    )


def _allowed(row: MaterialRow, choice: MaterialChoice, today: date) -> bool:
    """Tell whether the catalogue allows it; what was to follow until a day that has passed is missing again."""
    match choice.status:
        case "card":
            return bool(row.card_of) or row.material_id == "social_card"
        case "shared":
            return row.may_share
        case "promised":
            return row.may_promise
        case "deferred":
            return row.may_defer and (day_of(choice.due) or today) >= today


def _read_off_card(role: str, application: Application) -> bool:
    person = application.deceased if role == "subject" else application.applicant
    return person.source is Source.CARD


def _defer_by(row: MaterialRow, calendar: WorkCalendar, taken_in: datetime) -> str:
    """Give the day by which a deferred material is to be brought."""
    return calendar.due(taken_in, row.defer_working_days, "working_day").text


def _choice_fact(row: MaterialRow, status: MaterialStatus, due: str | None, today: date) -> str:
    if status is not MaterialStatus.DEFERRED or due is None:
        return text(f"assess.material.{status.value}")
    try:
        day = date.fromisoformat(due[:10])
    except ValueError:
        return row.defer_words
    year = "" if day.year == today.year else f"{day.year} 年 "
    return text("assess.material.deferred", how=row.defer_words, day=f"{year}{day.month} 月 {day.day} 日")
