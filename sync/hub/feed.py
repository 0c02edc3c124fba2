"""The change feed: what a terminal is told about its cases, numbered without gaps per terminal.

The number is drawn by updating the terminal's row, which locks it until the transaction ends: numbers appear in the
order in which they were drawn, so a cursor never steps over one that is still to come.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from msgspec import Raw, Struct
from sqlalchemy import Connection, select, update

from sync.hub.bulk import insert_rows
from sync.hub.database import CHANGES, TERMINALS, HubDatabase
from sync.hub.problems import Problem
from sync.messages import ChangeLine, ChangesAnswer

PAGE = 200


def tell(connection: Connection, terminal_id: str, kind: str, case_id: str, body: Struct, now: str) -> None:
    """Add a line to a terminal's feed, within the transaction that makes it true."""
    tell_all(connection, terminal_id, [(kind, case_id, body)], now)


def tell_all(connection: Connection, terminal_id: str, lines: Sequence[tuple[str, str, Struct]], now: str) -> None:
    """Add lines (kind, case, body) to a terminal's feed, within the transaction that makes them true."""
    last = connection.execute(
        update(TERMINALS)
        .where(TERMINALS.c.terminal_id == terminal_id)
        .values(feed_seq=TERMINALS.c.feed_seq + len(lines))
        .returning(TERMINALS.c.feed_seq)
    ).scalar_one()
    rows = [
        {
            "terminal_id": terminal_id,
            "seq": seq,
            "kind": kind,
            "case_id": case_id,
            "body": msgspec.json.encode(body).decode(),
            "at": now,
        }
        for seq, (kind, case_id, body) in enumerate(lines, last - len(lines) + 1)
    ]
    insert_rows(connection, CHANGES, rows)


def read_feed(database: HubDatabase, terminal_id: str, cursor: str) -> ChangesAnswer:
    """Give the lines after a cursor and keep it as what the terminal has applied.

    Raises:
        Problem: 410 for a cursor that this feed never gave out.
    """
    if cursor and not (cursor.isascii() and cursor.isdigit() and len(cursor) < 16):
        raise Problem(410, "cursor_unknown")
    after = int(cursor or 0)
    with database.write() as connection:
        head = connection.execute(
            update(TERMINALS)
            .where(TERMINALS.c.terminal_id == terminal_id)
            .values(cursor=cursor)
            .returning(TERMINALS.c.feed_seq)
        ).scalar_one()
        if after > head:
            raise Problem(410, "cursor_unknown")
        rows = connection.execute(
            select(CHANGES)
            .where(CHANGES.c.terminal_id == terminal_id, CHANGES.c.seq > after)
            .order_by(CHANGES.c.seq)
            .limit(PAGE)
        ).all()
    lines = tuple(
        ChangeLine(seq=row.seq, kind=row.kind, case_id=row.case_id, body=Raw(row.body.encode())) for row in rows
    )
    last = lines[-1].seq if lines else after
    return ChangesAnswer(changes=lines, next_cursor=str(last) if last else cursor, has_more=last < head)
