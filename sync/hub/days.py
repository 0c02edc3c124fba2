"""Counting a terminal's day again: what it closed, compared with what is here."""

from __future__ import annotations

import base64

import msgspec
from sqlalchemy import Connection, select

from kiosk.packets.canonical import canonical_json, range_digest
from kiosk.packets.events import DayClosed, EventKind
from sync.feed_bodies import DayCounted
from sync.hub.feed import tell
from sync.hub.opening import Sender
from sync.hub.tables import EVENTS
from sync.messages import BatchItem

PURPOSE = b"yizhan/day_counted\n"
"""Goes before what is signed: the key also signs other things, and none may pass for another."""


def count_day(connection: Connection, sender: Sender, item: BatchItem, closed: DayClosed) -> None:
    """Tell the terminal what is here of the range it closed, whatever the epoch of the events."""
    events = connection.execute(
        select(EVENTS.c.event_id, EVENTS.c.payload_sha256, EVENTS.c.kind)
        .where(EVENTS.c.terminal_id == sender.terminal_id, EVENTS.c.seq.between(closed.first_seq, closed.last_seq))
        .order_by(EVENTS.c.seq, EVENTS.c.event_id)
    ).all()
    counted = DayCounted(
        event_id=item.event_id,
        cases=sum(event.kind == EventKind.CASE_TAKEN_IN for event in events),
        events=len(events),
        digest=range_digest((event.event_id, event.payload_sha256) for event in events),
        at=sender.now,
    )
    signature = base64.b64encode(sender.sign(PURPOSE + canonical_json(counted))).decode()
    signed = msgspec.structs.replace(counted, signature=signature)
    tell(connection, sender.terminal_id, "day_counted", item.case_id, signed, sender.now)
