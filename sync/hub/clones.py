"""Two holders of one disk: their events diverge at a place that can be held by one alone.

A copied disk has the terminal's key and its epoch, so nothing tells the two apart until both act. Then one of them
brings another event for a seq that is taken, or one whose predecessor is another than the hub has: it is the younger,
and this is refused. From then on what cannot show its place waits. The older goes on, also behind what was refused or
never sent: it names the newest that is here (`follows`), which the other cannot know. Both counters are told.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select, update

from kiosk.ports.sync import OutcomeStatus
from sync.hub.bulk import among
from sync.hub.opening import NotTaken, Sender
from sync.hub.tables import EVENTS, TERMINALS
from sync.messages import BatchItem

_CODE = "terminal_cloned"


def forked(connection: Connection, sender: Sender, items: Sequence[BatchItem]) -> dict[str, NotTaken]:
    """Give those new events that do not follow what the hub has of this terminal; note when the first is seen."""
    holders = _holders(connection, sender, items)
    strange: dict[str, NotTaken] = {}
    loose: dict[str, BatchItem] = {}
    for item in items:
        before = holders.get(item.seq - 1)
        follows = item.previous is None or before in {None, item.previous}
        if not follows or holders.setdefault(item.seq, item.event_id) != item.event_id:
            strange[item.event_id] = NotTaken(OutcomeStatus.REJECTED, _CODE)
        elif before is None or before in loose:
            loose[item.event_id] = item
    if strange:
        _note(connection, sender)
    if loose and (strange or _is_noted(connection, sender)):
        shown: set[str] = set()
        for event_id, item in loose.items():
            if item.follows in shown or _shows_its_place(connection, sender, item):
                shown.add(event_id)
            else:
                strange[event_id] = NotTaken(OutcomeStatus.RETRY, _CODE)
    return strange


def _shows_its_place(connection: Connection, sender: Sender, item: BatchItem) -> bool:
    """Tell whether an event names the newest before its place that the hub has: only its own holder knows that one.

    What lies between is not here: the hub refused it, or it was never sent.
    """
    newest = connection.execute(
        select(EVENTS.c.event_id)
        .where(EVENTS.c.terminal_id == sender.terminal_id, EVENTS.c.epoch == sender.epoch, EVENTS.c.seq < item.seq)
        .order_by(EVENTS.c.seq.desc())
        .limit(1)
    ).scalar_one_or_none()
    return newest is not None and newest == item.follows


def _holders(connection: Connection, sender: Sender, items: Sequence[BatchItem]) -> dict[int, str]:
    """Give seq → event of what the hub has at and before the items' places."""
    if not items:
        return {}
    wanted = {seq for item in items for seq in (item.seq, item.seq - 1)}
    rows = connection.execute(
        select(EVENTS.c.seq, EVENTS.c.event_id).where(
            EVENTS.c.terminal_id == sender.terminal_id,
            EVENTS.c.epoch == sender.epoch,
            # Without these PostgreSQL looks through all events of the terminal.
            EVENTS.c.seq.between(min(wanted), max(wanted)),
            among(connection, EVENTS.c.seq, wanted),
        )
    )
    return {row.seq: row.event_id for row in rows}


def _note(connection: Connection, sender: Sender) -> None:
    first = (TERMINALS.c.terminal_id == sender.terminal_id) & TERMINALS.c.cloned_at.is_(None)
    connection.execute(update(TERMINALS).where(first).values(cloned_at=sender.now))


def _is_noted(connection: Connection, sender: Sender) -> bool:
    noted = select(TERMINALS.c.cloned_at).where(TERMINALS.c.terminal_id == sender.terminal_id)
    return connection.execute(noted).scalar_one() is not None
