"""What the hub refused, and what takes its place; one step of the schema.

A refused event leaves nothing at the hub, so its place in the case (its rev) is free there. What is made in its stead
has an id and a seq of its own; the refused event stays as it is, `superseded`, and is never sent again. A case that
never arrived is taken back here alone: its events are `withdrawn` then, and go on only when the family does, or when it
turns out that the hub has the case after all (a stick with it was carried there).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kiosk.ids import CaseId, EventId
from kiosk.journal import JournalKind
from kiosk.packets.events import EventKind
from kiosk.ports.store import JournalLine
from kiosk.store.database import Database
from kiosk.store.journal import SqliteJournal

if TYPE_CHECKING:
    from kiosk.store.driver import sqlite_utils

OUTBOX_COLUMNS = (
    "seq, event_id, kind, case_id, rev, occurred_at, clock_offset_ms, schema, payload_sha256, state, attempts,"
    " next_attempt_at, received_at, delivered_at, error_code, error_words, payload"
)
OUTBOX = """
-- Long values stand last: to reach a column behind one, SQLite walks through it.
create table outbox (
    seq integer primary key autoincrement,
    event_id text not null unique,
    kind text not null,
    case_id text not null references cases deferrable initially deferred,
    rev integer not null check (rev >= 1),
    occurred_at text not null,
    clock_offset_ms integer,
    schema integer not null,
    payload_sha256 text not null check (length(payload_sha256) = 64),
    state text not null check (state in ('pending','in_flight','delivered','needs_attention','superseded','withdrawn')),
    attempts integer not null default 0,
    next_attempt_at text,
    received_at text,
    delivered_at text,
    error_code text not null default '',
    error_words text not null default '',
    hub_rev integer,
    superseded_by integer not null default 0,
    payload blob not null,
    unique (case_id, rev, superseded_by),
    check ((state = 'delivered') = (delivered_at is not null)),
    check ((state = 'superseded') = (superseded_by > seq)),
    check (state not in ('superseded', 'withdrawn') or received_at is null)
) strict
"""

SUPERSEDABLE = """{entry}.state = 'needs_attention' and {entry}.received_at is null
    and ({entry}.rev > 1 or {entry}.hub_rev is null)"""
"""Whether another event can be made in the stead of an `{entry}` of the outbox.

When the hub has another event in the first place of a case, then what is there has to be found out first.
The view of the queue holds this too: changing it takes a further step, which makes the view anew.
"""

_QUEUE = f"""
    -- The list of the sync centre and its badge are both made from this.
    create view queue as
        select outbox.seq, outbox.event_id, outbox.case_id,
            (select case_number from cases where cases.case_id = outbox.case_id) as case_number,
            outbox.kind, outbox.state,
            outbox.attempts, outbox.next_attempt_at, outbox.occurred_at, outbox.error_code, outbox.error_words,
            coalesce((select sum(size) from attachments where attachments.event_id = outbox.event_id), 0)
                as bytes_total,
            coalesce((select sum(iif(hub_state = 'held', size, hub_offset)) from attachments
                where attachments.event_id = outbox.event_id), 0) as bytes_sent,
            {SUPERSEDABLE.format(entry="outbox")} as correctable, outbox.rev
        from outbox
        where outbox.state in ('pending', 'in_flight', 'needs_attention')
"""


def remake_outbox(db: sqlite_utils.Database) -> None:
    """Make the outbox anew with what was added: SQLite changes no constraint of a table.

    The rows leave and come back, and whatever refers to them waits for that.
    """
    kept = db.execute(
        "select sql from sqlite_master where tbl_name = 'outbox' and type in ('index', 'trigger') and sql is not null"
        " order by rowid"
    ).fetchall()
    for statement in (
        "pragma defer_foreign_keys = on",
        "create table outbox_before as select * from outbox",
        "drop table outbox",
        OUTBOX,
        f"insert into outbox ({OUTBOX_COLUMNS}) select {OUTBOX_COLUMNS} from outbox_before order by seq",
        "drop table outbox_before",
        *(sql for (sql,) in kept),
        "drop view queue",
        _QUEUE,
    ):
        db.execute(statement)


@dataclass(frozen=True)
class Refused:
    """An event that may be written anew; `hub_rev` is the hub's highest of its case, when its place there is taken."""

    event_id: EventId
    seq: int
    kind: EventKind
    rev: int
    hub_rev: int | None
    waits: bool
    """It was not refused, and only waits for one that was."""
    payload: bytes = field(repr=False)


def refused_of(database: Database, case_id: CaseId) -> Refused | None:
    """Give the first event of a case that the hub refused and that another can be made in the stead of."""
    found = _found(database, SUPERSEDABLE.format(entry="o"), case_id, 0)
    return found[0] if found else None


def behind(database: Database, case_id: CaseId, refused: Refused) -> list[Refused]:
    """Give what stands behind a refused event in its case and is not at the hub; what waits there is due at once."""
    database.run(
        "update outbox set next_attempt_at = null where case_id = ? and rev > ? and state = 'pending'",
        (case_id, refused.rev),
    )
    waits = "(o.state = 'pending' and o.received_at is null)"
    return _found(database, f"({waits} or {SUPERSEDABLE.format(entry='o')})", case_id, refused.rev)


def _found(database: Database, condition: str, case_id: CaseId, after_rev: int) -> list[Refused]:
    rows = database.rows(
        "select event_id, seq, kind, rev, iif(state = 'pending', null, hub_rev) as hub_rev, state = 'pending' as waits,"
        " payload from outbox o join event_payloads using (event_id)"
        f" where case_id = ? and rev > ? and {condition} order by rev",
        (case_id, after_rev),
    )
    return [Refused(**row | {"kind": EventKind(row["kind"]), "waits": bool(row["waits"])}) for row in rows]


def supersede(database: Database, journal: SqliteJournal, refused: Refused, actor: str, now: str) -> None:
    """Let the event that is queued next supersede a refused one, within a transaction."""
    database.run(
        "update outbox set state = 'superseded', superseded_by = (select max(seq) + 1 from outbox) where event_id = ?",
        (refused.event_id,),
    )
    detail = (("seq", refused.seq), ("kind", refused.kind.value))
    journal.append_within(JournalLine(JournalKind.EVENT_SUPERSEDED, actor, refused.event_id, detail), now)


def carry_files_over(database: Database, old: EventId, new: EventId) -> None:
    """Let the files of an event go with the one that stands in its place now."""
    database.run("update attachments set event_id = ? where event_id = ?", (new, old))


def keep_back(database: Database, case_id: CaseId) -> None:
    """Send nothing of a case any more, within a transaction; the hub has received none of it."""
    database.run(
        "update outbox set state = 'withdrawn', next_attempt_at = null"
        " where case_id = ? and state in ('pending', 'in_flight', 'needs_attention') and received_at is null",
        (case_id,),
    )


def let_go(database: Database, journal: SqliteJournal, case_id: CaseId, actor: str, now: str) -> None:
    """Send what was kept back of a case after all, within a transaction; nothing happens when nothing was."""
    released = database.run(
        "update outbox set state = 'pending', error_code = '', error_words = ''"
        " where state = 'withdrawn' and case_id = ?",
        (case_id,),
    )
    if released:
        line = JournalLine(JournalKind.DELIVERY_RESUMED, actor, case_id, (("events", released),))
        journal.append_within(line, now)


def found_at_hub(database: Database, journal: SqliteJournal, event_id: EventId, now: str) -> None:
    """Go by what the hub has, within a transaction, when it proves to have an event that is not sent any more.

    One that it had refused is sent again, to hear that it is there. A case that was taken back here goes there with its
    withdrawal. A superseded event has its place again, and what was written anew there gives it up: the correction that
    follows says what is different.
    """
    row = database.row(
        "select case_id, rev, kind, state, (select max(seq) from outbox) as newest from outbox where event_id = ?",
        (event_id,),
    )
    if row is None:
        return
    database.run(
        "update outbox set state = 'pending', next_attempt_at = null where event_id = ? and state = 'needs_attention'"
        " and received_at is null and error_code <> 'id_reused'",
        (event_id,),
    )
    if row["state"] == "superseded":
        there = database.row(
            "select event_id from outbox o where case_id = :case_id and rev = :rev and kind = :kind"
            " and received_at is null and superseded_by = 0 and seq < :newest and not exists (select 1 from outbox p"
            " where p.case_id = o.case_id and p.rev = o.rev and p.superseded_by = :newest)",
            row,
        )
        if there is None:  # another kind of event has taken the place, or the hub had named another one before
            return
        database.run(
            "update outbox set state = 'superseded', superseded_by = ? where event_id = ?",
            (row["newest"], there["event_id"]),
        )
        database.run(
            "update outbox set state = 'pending', superseded_by = 0, next_attempt_at = null, error_code = '',"
            " error_words = '' where event_id = ?",
            (event_id,),
        )
        carry_files_over(database, there["event_id"], event_id)
        line = JournalLine(JournalKind.DELIVERY_RESUMED, "hub", event_id, (("events", 1),))
        journal.append_within(line, now)
    let_go(database, journal, CaseId(row["case_id"]), "hub", now)
