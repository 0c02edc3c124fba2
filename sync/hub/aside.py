"""Setting aside what cannot be worked on: one case's fault is written down for the staff and stops no other case."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, delete, exc, func, insert, select

from kiosk.clock import Clock, iso
from sync.hub.database import HubDatabase
from sync.hub.tables import SET_ASIDE

AGAIN_EVERY_S = 60.0
_REST = timedelta(minutes=15)
_LOG = logging.getLogger("yizhan.hub.aside")


class Work(StrEnum):
    """What was being done with a case when it was set aside."""

    ACCEPTANCE = "acceptance"
    HAND_OVER = "hand_over"
    CLERK = "clerk"
    NEWS = "news"
    RESULTS = "results"
    RATINGS = "ratings"
    DAYS = "days"
    NOTICES = "notices"


FOR_PEOPLE = frozenset({Work.NEWS, Work.RESULTS})
"""What a department has to say anew: it stays until a person has seen to it. All other work lies where it was."""


@contextmanager
def apart(connection: Connection, work: Work, case_id: str, now: str) -> Iterator[None]:
    """Work on a case in a savepoint of its own; whatever it meets undoes that alone, and the case is set aside.

    Raises:
        OperationalError: the database does not answer, which is no fault of the case.
    """
    try:
        with connection.begin_nested():
            yield
    except exc.OperationalError:
        raise
    except Exception as error:  # noqa: BLE001 - the hub's worker loop: no case may end it, whatever is wrong with it
        set_aside(connection, work, case_id, type(error).__name__, now)


def set_aside(connection: Connection, work: Work, case_id: str, reason: str, now: str) -> None:
    """Write down that something with a case was left undone; `reason` is a code or a kind of error, never its text."""
    _LOG.warning("%s left something undone: %s", work.value, reason)
    this = (SET_ASIDE.c.work == work.value) & (SET_ASIDE.c.case_id == case_id)
    connection.execute(delete(SET_ASIDE).where(this))
    connection.execute(insert(SET_ASIDE).values(work=work.value, case_id=case_id, reason=reason, at=now))


def not_aside(work: Work, case_id: ColumnElement[str]) -> ColumnElement[bool]:
    """Say that a case is not set aside for a work."""
    return case_id.not_in(select(SET_ASIDE.c.case_id).where(SET_ASIDE.c.work == work.value))


def count_aside(connection: Connection) -> dict[str, int]:
    """Count what is set aside, by work."""
    counted = select(SET_ASIDE.c.work, func.count()).group_by(SET_ASIDE.c.work).order_by(SET_ASIDE.c.work)
    return {work: count for work, count in connection.execute(counted)}  # noqa: C416 - a row is no pair to mypy


def try_again(database: HubDatabase) -> None:
    """Take up what was set aside: a hub that starts, perhaps a mended one, tries once more."""
    with database.write() as connection:
        connection.execute(delete(SET_ASIDE).where(SET_ASIDE.c.work.not_in(FOR_PEOPLE)))


def try_rested(database: HubDatabase, clock: Clock) -> None:
    """Take up what was set aside a quarter of an hour ago; what fails again rests as long again."""
    rested = SET_ASIDE.c.work.not_in(FOR_PEOPLE) & (SET_ASIDE.c.at <= iso(clock.now() - _REST))
    with database.read() as connection:  # a look costs no lock
        if connection.execute(select(SET_ASIDE.c.work).where(rested).limit(1)).first() is None:
            return
    with database.write() as connection:
        connection.execute(delete(SET_ASIDE).where(rested))


def take_up(connection: Connection, work: str, case_id: str) -> None:
    """Let a person take up what was set aside, if it still is: `FOR_PEOPLE` is done with then, the rest tried."""
    connection.execute(delete(SET_ASIDE).where(SET_ASIDE.c.work == work, SET_ASIDE.c.case_id == case_id))
