"""What intake, amendments and the hub's changes write alike: an event in the queue, the state of a case."""

from __future__ import annotations

import hashlib
import unicodedata

from kiosk.domain.case import CaseState, Delivery, MatterState
from kiosk.domain.lifecycle import case_state
from kiosk.ids import CaseId, EventId
from kiosk.packets.events import SCHEMAS, EventKind
from kiosk.store.database import Database


def compact(case_number: str) -> str:
    """Give a case number as stored: no spaces, capital letters."""
    return "".join(case_number.split()).upper()


def lookup_form(text: str) -> str:
    """Give a document number as it is looked for: NFKC, no spaces, capital letters."""
    return compact(unicodedata.normalize("NFKC", text))


def queue_event(
    database: Database, event_id: EventId, kind: str, case_id: CaseId, rev: int, at: str, payload: bytes
) -> int:
    """Put an event into the outbox, within a transaction; give its `seq`.

    One of a case that was taken back before it arrived is kept back with it.
    """
    kept_back = database.value("select 1 from outbox where state = 'withdrawn' and case_id = ? limit 1", (case_id,))
    database.insert("event_payloads", {"event_id": event_id, "payload": payload})
    database.insert(
        "outbox",
        {
            "event_id": event_id,
            "kind": str(kind),
            "case_id": case_id,
            "rev": rev,
            "occurred_at": at,
            "clock_offset_ms": database.value("select clock_offset_ms from terminal where id = 1"),
            "schema": SCHEMAS[EventKind(kind)],
            "payload_sha256": hashlib.sha256(payload).hexdigest(),
            "state": Delivery.WITHDRAWN if kept_back else Delivery.PENDING,
        },
    )
    return int(database.value("select seq from outbox where event_id = ?", (event_id,)))


def set_case(database: Database, case_id: CaseId, state: CaseState, words: str) -> None:
    """Keep the state of a case and the authority's words about it."""
    database.run("update cases set state = ?, words = ? where case_id = ?", (state.value, words, case_id))


def follow_matters(database: Database, case_id: CaseId) -> None:
    """Let the case's own state follow from its matters; one that was accepted stays at least that."""
    rows = database.rows("select state from case_matters where case_id = ?", (case_id,))
    state = case_state(MatterState(row["state"]) for row in rows)
    accepted = database.value("select accepted_at from cases where case_id = ?", (case_id,))
    if state is CaseState.TAKEN_IN and accepted is not None:
        state = CaseState.ACCEPTED
    set_case(database, case_id, state, "")
