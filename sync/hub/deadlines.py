"""Watching the days that were promised: what is past its day is noted once, told to its terminal and to the family."""

from __future__ import annotations

from sqlalchemy import and_, func, or_, select, update

from kiosk.clock import Clock, iso, local
from kiosk.domain.case import MatterState
from kiosk.domain.lifecycle import ENDED
from sync.hub.aside import Work, apart, not_aside
from sync.hub.database import HubDatabase
from sync.hub.departments import Said, repeat
from sync.hub.notices import lay_notice
from sync.hub.problems import words
from sync.hub.tables import CASES, MATTERS
from sync.hub.terminals import hold_of_case

_AT_ONCE = 100
_NOT_RUNNING = tuple(state.value for state in (*ENDED, MatterState.CORRECTION_REQUESTED))
"""Ended, or waiting for the family: the department's time does not run."""


def note_overdue(database: HubDatabase, clock: Clock) -> int:
    """Note matters of accepted cases that are past their day; gives how many.

    A day has passed when the next one has begun in China, an hour (`YYYY-MM-DDTHH:MM`) when it has.
    """
    here = local(clock.now())
    today, minute = here.date().isoformat(), here.strftime("%Y-%m-%dT%H:%M")
    past = or_(MATTERS.c.due < today, and_(func.length(MATTERS.c.due) > len(today), MATTERS.c.due < minute))
    running = and_(
        MATTERS.c.due.is_not(None), past, MATTERS.c.overdue_at.is_(None), MATTERS.c.state.not_in(_NOT_RUNNING)
    )
    found = (
        select(MATTERS.c.case_id, MATTERS.c.matter_id)
        .join(CASES, CASES.c.case_id == MATTERS.c.case_id)
        .where(running, CASES.c.official_number.is_not(None), not_aside(Work.DAYS, CASES.c.case_id))
        .order_by(MATTERS.c.due)
        .limit(_AT_ONCE)
    )
    with database.read() as connection:
        late = connection.execute(found).all()
    noted = 0
    for row in late:
        now = iso(clock.now())
        with database.write() as connection, apart(connection, Work.DAYS, row.case_id, now):
            hold_of_case(connection, row.case_id)
            this = and_(MATTERS.c.case_id == row.case_id, MATTERS.c.matter_id == row.matter_id, running)
            matter = connection.execute(
                update(MATTERS)
                .where(this)
                .values(overdue_at=now)
                .returning(MATTERS.c.state, MATTERS.c.words, MATTERS.c.due)
            ).one_or_none()
            if matter is None:  # it has moved meanwhile, or another worker noted it
                continue
            said = words("matter_overdue").format(due=matter.due, words=matter.words)
            repeat(connection, row.case_id, row.matter_id, Said(MatterState(matter.state), said), now)
            lay_notice(connection, row.case_id, "overdue", now)
            noted += 1
    return noted
