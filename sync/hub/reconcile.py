"""Comparing what a terminal believes to be here, with all its files, with what is."""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection, exists, select

from kiosk.packets.canonical import range_digest
from sync.hub.database import HubDatabase
from sync.hub.problems import Problem
from sync.hub.tables import ATTACHMENTS, EVENTS
from sync.hub.terminals import hold, note_seq
from sync.messages import RECONCILE_NAMED, Reconcile, ReconcileAnswer

_HAS_A_HOLE = exists().where(ATTACHMENTS.c.event_id == EVENTS.c.event_id, ATTACHMENTS.c.complete.is_(False))


def reconcile(database: HubDatabase, terminal_id: str, body: bytes, now: str) -> ReconcileAnswer:
    """Compare a range of a terminal's events, whatever their epoch.

    Only where nothing is missing the terminal's epoch is known here from then on: should this answer be lost, hello
    must not look as if all were well.

    Raises:
        Problem: 422 for a body that is no such message, 403 for another terminal's.
    """
    try:
        asked = msgspec.json.decode(body, type=Reconcile)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as exc:
        raise Problem(422, "reconcile_invalid") from exc
    if asked.terminal_id != terminal_id:
        raise Problem(403, "terminal_differs")
    wanted = (
        select(EVENTS.c.event_id, EVENTS.c.payload_sha256, _HAS_A_HOLE.label("has_a_hole"))
        .where(EVENTS.c.terminal_id == terminal_id, EVENTS.c.seq.between(asked.first_seq, asked.last_seq))
        .order_by(EVENTS.c.seq, EVENTS.c.event_id)
    )
    with database.write() as connection:
        hold(connection, [terminal_id])
        here = connection.execute(wanted).all()
        whole = {row.event_id: row.payload_sha256 for row in here if not row.has_a_hole}
        ok = len(here) == asked.count and range_digest(whole.items()) == asked.digest
        named = asked.events or ()
        missing = tuple(event_id for event_id in named if event_id not in whole)
        _note(connection, asked, now, nothing_missing=ok or (asked.events is not None and not missing))
    if ok or asked.events is None:
        return ReconcileAnswer(ok=ok)
    unknown = tuple(row.event_id for row in here if row.event_id not in set(named))
    return ReconcileAnswer(ok=False, missing=missing, unknown=unknown[:RECONCILE_NAMED])


def _note(connection: Connection, asked: Reconcile, now: str, *, nothing_missing: bool) -> None:
    if nothing_missing:
        note_seq(connection, asked.terminal_id, asked.epoch, asked.last_seq, asked.app, now)
