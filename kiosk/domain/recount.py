"""Counts the dates of a case anew from the moment it was accepted: until then they are only expected."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from kiosk.domain.application import Application
from kiosk.domain.calendar import WorkCalendar
from kiosk.domain.catalog import ServiceCatalog
from kiosk.domain.due import DueAnswer, matter_due, promise_due
from kiosk.domain.facts import day_of
from kiosk.ids import MatterId


@dataclass(frozen=True)
class Recounted:
    """The case's own promise, and each matter that has a day."""

    promise: DueAnswer
    matters: Mapping[MatterId, DueAnswer]


Recount = Callable[[bytes, str], Recounted | None]
"""Counts for an application as kept and a moment as the hub wrote it; None where that cannot be done."""


def recount(
    service: ServiceCatalog, application: Application, accepted_at: datetime, calendar: WorkCalendar, promise_days: int
) -> Recounted:
    """Count all dates of a service's matters from the acceptance."""
    died_on = day_of(application.deceased.death_at)
    dates = {
        matter_id: matter_due(row, calendar, accepted_at, died_on, accepted=True)
        for matter_id, row in service.matters.items()
    }
    return Recounted(
        promise_due(promise_days, calendar, accepted_at),
        {matter_id: date for matter_id, date in dates.items() if date.due is not None},
    )
