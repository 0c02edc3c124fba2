"""What a terminal is told of its station: who may sign in, what the staff say, whether to begin anew."""

from __future__ import annotations

import hashlib

import msgspec
from sqlalchemy import Connection, delete, insert, select, update

from kiosk.errors import ErrorCode, InputError
from sync.hub.database import HubDatabase
from sync.hub.problems import words
from sync.hub.tables import OPERATORS, TERMINALS
from sync.messages import NoticeLine, OperatorLine, StationAnswer


def state_of(connection: Connection, terminal_id: str) -> StationAnswer:
    """Give all that holds for a terminal's station; the version is a hash of the rest, empty while that is nothing."""
    row = connection.execute(select(TERMINALS).where(TERMINALS.c.terminal_id == terminal_id)).one()
    operators = connection.execute(
        select(OPERATORS).where(OPERATORS.c.station == row.station).order_by(OPERATORS.c.operator_id)
    )
    notices = [NoticeLine(words=words("clone_notice"), since=row.cloned_at)] if row.cloned_at else []
    notices += [NoticeLine(words=row.notice, since=row.notice_at)] if row.notice else []
    state = StationAnswer(
        version="",
        operators=tuple(msgspec.convert(one, OperatorLine, from_attributes=True) for one in operators),
        notices=tuple(notices),
        resync=row.resync,
    )
    if state == StationAnswer(version=""):
        return state
    return msgspec.structs.replace(state, version=hashlib.sha256(msgspec.json.encode(state)).hexdigest())


def keep_operator(database: HubDatabase, station: str, operator: OperatorLine) -> None:
    """Let somebody sign in at a station, or change how."""
    with database.write() as connection:
        _forget(connection, station, operator.operator_id)
        connection.execute(insert(OPERATORS).values(station=station, **msgspec.structs.asdict(operator)))


def remove_operator(database: HubDatabase, station: str, operator_id: str) -> None:
    """Let somebody not sign in at a station any more.

    Raises:
        InputError: INPUT_INVALID, there is no such operator there.
    """
    with database.write() as connection:
        if not _forget(connection, station, operator_id):
            raise InputError(ErrorCode.INPUT_INVALID, place=operator_id)


def tell_terminal(database: HubDatabase, terminal_id: str, notice: str, now: str) -> None:
    """Say something to a terminal's counter; nothing takes back what was said.

    Raises:
        InputError: INPUT_INVALID, there is no such terminal.
    """
    _set(database, terminal_id, notice=notice, notice_at=now if notice else "")


def ask_anew(database: HubDatabase, terminal_id: str) -> None:
    """Have a terminal read all feeds from their beginning and compare all its events.

    Raises:
        InputError: INPUT_INVALID, there is no such terminal.
    """
    _set(database, terminal_id, resync=TERMINALS.c.resync + 1)


def _forget(connection: Connection, station: str, operator_id: str) -> int:
    gone = delete(OPERATORS).where(OPERATORS.c.station == station, OPERATORS.c.operator_id == operator_id)
    return connection.execute(gone).rowcount


def _set(database: HubDatabase, terminal_id: str, **values: object) -> None:
    with database.write() as connection:
        if not connection.execute(
            update(TERMINALS).where(TERMINALS.c.terminal_id == terminal_id).values(**values)
        ).rowcount:
            raise InputError(ErrorCode.INPUT_INVALID, place=terminal_id)
