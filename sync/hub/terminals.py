"""Terminals as the hub knows them: who asks, and what it has seen of them.

A terminal's row is the lock of all that is its own: whoever changes anything of its cases, files, numbers or feed holds
it first. Whoever needs several holds the hub's own before the others. So nobody waits for somebody who waits for him.
"""

from __future__ import annotations

from collections.abc import Collection

import msgspec
from sqlalchemy import Connection, Select, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from sync.hub.database import HubDatabase
from sync.hub.problems import Problem
from sync.hub.tables import CASES, TERMINALS
from sync.messages import Seen, TerminalId

HUB = "hub"
"""The hub's own row: of the cases that it began itself, with a registered death."""
_NOTED_EPOCH = text(
    "INSERT INTO terminal_epochs AS known (terminal_id, epoch, last_seq, last_seen_at)"
    " VALUES (:terminal_id, :epoch, :last_seq, :last_seen_at)"
    " ON CONFLICT (terminal_id, epoch) DO UPDATE SET last_seen_at = excluded.last_seen_at, last_seq ="
    " CASE WHEN excluded.last_seq > known.last_seq THEN excluded.last_seq ELSE known.last_seq END"
    " RETURNING last_seq"
)
"""One statement that both databases know."""


def terminal_of(header: str | None) -> str:
    """Read who asks.

    Raises:
        Problem: 401, the header is missing or no terminal's name.
    """
    try:
        return msgspec.convert(header, TerminalId)
    except msgspec.ValidationError as exc:
        raise Problem(401, "terminal_unknown") from exc


def greet(database: HubDatabase, terminal_id: str, now: str) -> Seen:
    """Note that a terminal is there, a new one too, and give what was seen of it."""
    with database.write() as connection:
        return meet(connection, terminal_id, now)


def meet(connection: Connection, terminal_id: str, now: str) -> Seen:
    """Do the same within a transaction, which holds the terminal's row from then on: its others wait."""
    noted = (
        update(TERMINALS)
        .where(TERMINALS.c.terminal_id == terminal_id)
        .values(last_seen_at=now)
        .returning(TERMINALS.c.epoch, TERMINALS.c.last_seq, TERMINALS.c.cursor, TERMINALS.c.files)
    )
    row = connection.execute(noted).one_or_none()
    if row is None:
        try:
            with connection.begin_nested():
                connection.execute(
                    insert(TERMINALS).values(
                        terminal_id=terminal_id,
                        epoch="",
                        last_seq=0,
                        app="",
                        cursor="",
                        feed_seq=0,
                        first_seen_at=now,
                        last_seen_at=now,
                    )
                )
                return Seen(files=0)
        except IntegrityError:  # another worker met it at the same moment
            row = connection.execute(noted).one()
    return Seen(epoch=row.epoch, last_seq=row.last_seq, cursor=row.cursor, files=row.files)


def hold(connection: Connection, whose: Select[tuple[str]] | Collection[str]) -> None:
    """Wait for terminals' rows and hold them until the transaction ends; rows that only name them may still come."""
    rows = select(TERMINALS.c.terminal_id).where(TERMINALS.c.terminal_id.in_(whose))
    connection.execute(rows.with_for_update(key_share=True)).all()


def hold_of_case(connection: Connection, case_id: str) -> None:
    """Hold the row of the terminal that a case is of."""
    hold(connection, select(CASES.c.terminal_id).where(CASES.c.case_id == case_id))


def note_seq(connection: Connection, terminal_id: str, epoch: str, seq: int, app: str, now: str) -> None:
    """Keep the highest seq of a terminal's epoch, within the batch's transaction."""
    own = {"terminal_id": terminal_id, "epoch": epoch, "last_seq": seq, "last_seen_at": now}
    highest = connection.execute(_NOTED_EPOCH, own).scalar_one()
    connection.execute(
        update(TERMINALS)
        .where(TERMINALS.c.terminal_id == terminal_id)
        .values(epoch=epoch, last_seq=highest, app=app, last_seen_at=now)
    )


def note_files(connection: Connection, terminal_id: str, whole: int) -> None:
    """Count files of a terminal that have become whole, within the transaction that makes them so."""
    if whole:
        more = update(TERMINALS).where(TERMINALS.c.terminal_id == terminal_id)
        connection.execute(more.values(files=TERMINALS.c.files + whole))


def note_carried(connection: Connection, terminal_id: str, epoch: str, seq: int, app: str, now: str) -> None:
    """Keep the highest seq of an epoch from a packet that somebody else brought: it may be of an earlier one."""
    current = connection.execute(select(TERMINALS.c.epoch).where(TERMINALS.c.terminal_id == terminal_id)).scalar_one()
    if current in {"", epoch}:
        note_seq(connection, terminal_id, epoch, seq, app, now)
