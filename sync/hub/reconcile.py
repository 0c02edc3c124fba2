"""Comparing what a terminal believes to be here with what is."""

from __future__ import annotations

import msgspec
from sqlalchemy import select

from kiosk.packets.canonical import range_digest
from sync.hub.database import HubDatabase
from sync.hub.problems import Problem
from sync.hub.tables import EVENTS
from sync.hub.terminals import hold, note_seq
from sync.messages import RECONCILE_NAMED, Reconcile, ReconcileAnswer


def reconcile(database: HubDatabase, terminal_id: str, body: bytes, now: str) -> ReconcileAnswer:
    """Compare a range of a terminal's events, whatever their epoch; where both hold the same, its epoch is known here.

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
        select(EVENTS.c.event_id, EVENTS.c.payload_sha256)
        .where(EVENTS.c.terminal_id == terminal_id, EVENTS.c.seq.between(asked.first_seq, asked.last_seq))
        .order_by(EVENTS.c.seq, EVENTS.c.event_id)
    )
    with database.write() as connection:
        hold(connection, [terminal_id])
        here = [(row.event_id, row.payload_sha256) for row in connection.execute(wanted)]
        ok = len(here) == asked.count and range_digest(here) == asked.digest
        if ok or asked.events is not None:
            note_seq(connection, terminal_id, asked.epoch, asked.last_seq, asked.app, now)
    if ok or asked.events is None:
        return ReconcileAnswer(ok=ok)
    held, named = {event_id for event_id, _ in here}, set(asked.events)
    return ReconcileAnswer(
        ok=False,
        missing=tuple(event_id for event_id in asked.events if event_id not in held),
        unknown=tuple(event_id for event_id, _ in here if event_id not in named)[:RECONCILE_NAMED],
    )
