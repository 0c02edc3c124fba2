"""How an offer of another station ends: the case's own terminal puts it in, or the case goes on without it."""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection, case, select, update

from kiosk.domain.case import MatterState
from kiosk.packets.events import CaseCorrected, CorrectionOffered
from sync.hub.tables import EVENTS, MATTERS, OFFERS

SETTLED, LAPSED = "settled", "lapsed"


def settle(connection: Connection, case_id: str, event: CaseCorrected) -> None:
    """End the open offer of a case that was corrected: this was it, or it came too late.

    One that had lapsed before its own terminal could say that it was put in is settled all the same.
    """
    this = OFFERS.c.offer_id == event.offer_id
    ends = update(OFFERS).where(
        OFFERS.c.case_id == case_id, (OFFERS.c.outcome == "") | (this & (OFFERS.c.outcome == LAPSED))
    )
    connection.execute(ends.values(outcome=case((this, SETTLED), else_=LAPSED), outcome_told_at=None))


def lapse(connection: Connection, case_id: str) -> None:
    """End the open offer of a case when none of the matters that it is for waits any more."""
    found = select(OFFERS.c.offer_id, EVENTS.c.payload).join(EVENTS, EVENTS.c.event_id == OFFERS.c.event_id)
    row = connection.execute(found.where(OFFERS.c.case_id == case_id, OFFERS.c.outcome == "")).one_or_none()
    if row is None:
        return
    waits = select(MATTERS.c.matter_id).where(
        MATTERS.c.case_id == case_id,
        MATTERS.c.matter_id.in_(msgspec.json.decode(row.payload, type=CorrectionOffered).matters),
        MATTERS.c.state == MatterState.CORRECTION_REQUESTED.value,
    )
    if connection.execute(waits.limit(1)).first() is None:
        connection.execute(update(OFFERS).where(OFFERS.c.offer_id == row.offer_id).values(outcome=LAPSED))
