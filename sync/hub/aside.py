"""Setting aside what cannot be worked on: one case's fault is written down for the staff and stops no other case."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, delete, exc, func, insert, select

from sync.hub.database import HubDatabase
from sync.hub.tables import SET_ASIDE

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
    """Forget what was set aside: a hub that starts, perhaps a mended one, tries all of it once more."""
    with database.write() as connection:
        connection.execute(delete(SET_ASIDE))
