"""Payloads of events, apart from the rows that change while they are delivered; one step of the schema.

SQLite writes a row anew, whole, when a value in it gets longer. With its payload there, an event that went out was
written and encrypted three times; without, its state is a few bytes.
"""

from __future__ import annotations

from kiosk.store.driver import sqlite_utils
from kiosk.store.refused import OUTBOX, OUTBOX_COLUMNS

_PAYLOAD = "(select payload from event_payloads where event_id = new.event_id)"
_COLUMNS = OUTBOX_COLUMNS.removesuffix(", payload") + ", hub_rev, superseded_by"
_OUTBOX = OUTBOX.replace("    payload blob not null,\n", "").replace(
    "event_id text not null unique", "event_id text not null unique references event_payloads"
)


def set_payloads_apart(db: sqlite_utils.Database) -> None:
    """Move payloads to a table of their own; what counts ratings reads them there.

    The outbox is made anew, whatever refers to its rows waits: to drop a column, SQLite reads every trigger of the
    database, and takes the alias in an update of some of ours for a mistake.
    """
    kept = db.execute(
        "select sql from sqlite_master where tbl_name = 'outbox' and type in ('index', 'trigger') and sql is not null"
        " order by rowid"
    ).fetchall()
    for statement in (
        "pragma defer_foreign_keys = on",
        "create table event_payloads (event_id text primary key, payload blob not null) strict",
        "insert into event_payloads select event_id, payload from outbox order by seq",
        f"create table outbox_before as select {_COLUMNS} from outbox",
        "drop table outbox",
        _OUTBOX,
        f"insert into outbox ({_COLUMNS}) select {_COLUMNS} from outbox_before order by seq",
        "drop table outbox_before",
        *(sql.replace(" payload,", "").replace("new.payload", _PAYLOAD) for (sql,) in kept),
        """create trigger event_payloads_keeps before update on event_payloads
            begin select raise(abort, 'event_payloads: immutable'); end""",
        """create trigger event_payloads_stay before delete on event_payloads
            begin select raise(abort, 'event_payloads: kept'); end""",
    ):
        db.execute(statement)
