"""The change feed: what a terminal is told about its cases, numbered without gaps per terminal.

The number is drawn by updating the terminal's row, which locks it until the transaction ends: numbers appear in the
order in which they were drawn, so a cursor never steps over one that is still to come.

A cursor also says what stood in the line that it follows. A hub that was restored from a backup gives the same numbers
to other lines: the cursors that it gave out before are then unknown, and the feed is read from its beginning.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Raw, Struct
from sqlalchemy import ColumnElement, Connection, LargeBinary, Row, func, select, update

from sync.hub.bulk import insert_rows
from sync.hub.database import HubDatabase
from sync.hub.problems import Problem
from sync.hub.tables import CASES, CHANGES, RESULTS, TERMINALS
from sync.messages import ChangeLine, ChangesAnswer

PAGE = 200
_CURSOR = re.compile(r"([0-9]{1,15})\.([0-9a-f]{16})", re.ASCII)


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
    after, mark = _parsed(cursor)
    of_terminal = CHANGES.c.terminal_id == terminal_id
    with database.write() as connection:
        head = connection.execute(
            update(TERMINALS)
            .where(TERMINALS.c.terminal_id == terminal_id)
            .values(cursor=cursor)
            .returning(TERMINALS.c.feed_seq)
        ).scalar_one()
        if after:
            followed = connection.execute(select(CHANGES).where(of_terminal, CHANGES.c.seq == after)).one_or_none()
            if followed is None or _mark(followed) != mark:
                raise Problem(410, "cursor_unknown")
        rows = connection.execute(
            select(CHANGES).where(of_terminal, CHANGES.c.seq > after).order_by(CHANGES.c.seq).limit(PAGE)
        ).all()
    lines = tuple(
        ChangeLine(seq=row.seq, kind=row.kind, case_id=row.case_id, body=Raw(row.body.encode())) for row in rows
    )
    if not rows:
        return ChangesAnswer(changes=(), next_cursor=cursor, has_more=False)
    last = rows[-1]
    return ChangesAnswer(changes=lines, next_cursor=f"{last.seq}.{_mark(last)}", has_more=last.seq < head)


def _parsed(cursor: str) -> tuple[int, str]:
    if not cursor:
        return 0, ""
    found = _CURSOR.fullmatch(cursor)
    if found is None:
        raise Problem(410, "cursor_unknown")
    return int(found[1]), found[2]


def _mark(line: Row[Any]) -> str:
    """Tell a line from another one of the same number."""
    return hashlib.sha256(f"{line.kind}\0{line.case_id}\0{line.body}".encode()).hexdigest()[:16]


def read_result(
    database: HubDatabase, terminal_id: str, result_id: str, offset: int, length: int | None
) -> tuple[str, bytes]:
    """Give a result's media type and bytes, from `offset` on and at most `length`.

    Raises:
        Problem: 404, there is none of this name in a case of this terminal's.
    """
    wanted = (
        select(RESULTS.c.media_type, _part(offset, length).label("data"))
        .join(CASES, CASES.c.case_id == RESULTS.c.case_id)
        .where(RESULTS.c.result_id == result_id, CASES.c.terminal_id == terminal_id)
    )
    with database.read() as connection:
        row = connection.execute(wanted).one_or_none() if "\0" not in result_id else None
    if row is None:
        raise Problem(404, "result_unknown")
    return row.media_type, bytes(row.data)


def _part(offset: int, length: int | None) -> ColumnElement[bytes]:
    first = offset + 1  # SQL counts from 1
    span = (first,) if length is None else (first, length)
    return func.substr(RESULTS.c.data, *span, type_=LargeBinary)
