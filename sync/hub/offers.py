"""补正通办: what a family brought at another station for a case that waits for it, until its own terminal has it.

An offer is an event of the terminal where it was brought, under an id of its own in the place of the case's. Here it is
kept with the case that it is for, at a rev below 1: it has no place among the case's own events, which only its own
terminal numbers. Files travel as ever.
"""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection, Row, exists, func, insert, or_, select, update

from kiosk.clock import Clock, iso, parse
from kiosk.domain.case import MatterState
from kiosk.packets.events import CorrectionOffered
from kiosk.ports.elsewhere import LookUp
from kiosk.ports.sync import OutcomeStatus
from sync.feed_bodies import CorrectionWaits, OfferEnded
from sync.hub.attachments import held_part
from sync.hub.bulk import insert_rows
from sync.hub.database import HubDatabase
from sync.hub.departments import Asked
from sync.hub.enrolment import station_of
from sync.hub.feed import read_result, tell
from sync.hub.look_ups import Opened, open_case, takes_offers
from sync.hub.opening import NotTaken, Sender, event_row, new_attachments, require_same_files
from sync.hub.problems import Problem, words
from sync.hub.tables import ATTACHMENTS, CASES, EVENTS, MATTERS, OFFERS
from sync.hub.terminals import hold, note_files
from sync.messages import BatchItem, Limits

_PAGE = 100
_WHOLE = ~exists().where(ATTACHMENTS.c.event_id == OFFERS.c.event_id, ATTACHMENTS.c.complete.is_(False))


def opened_for(connection: Connection, sender: Sender, event: CorrectionOffered) -> Opened:
    """Open the case that something was brought for, by the right that was shown; the question is kept and counted.

    Raises:
        NotTaken: there is no such case or this proof does not open it; or the terminal has asked too often.
    """
    question = LookUp(case_number=event.case_number, operator=event.operator, reason=event.reason, proof=event.proof)
    try:
        opened = open_case(connection, sender.terminal_id, question, parse(sender.now))
    except Problem as problem:
        if problem.status == 429:
            raise NotTaken(OutcomeStatus.RETRY, "look_ups_too_many") from problem
        raise NotTaken(OutcomeStatus.REJECTED, "payload_invalid") from problem
    if opened is None:
        raise NotTaken(OutcomeStatus.REJECTED, "case_not_shown")
    return opened


def keep_offer(
    connection: Connection,
    sender: Sender,
    item: BatchItem,
    payload: bytes,
    event: CorrectionOffered,
    opened: Opened,
    limits: Limits,
) -> None:
    """Keep an offer with the case that it opened.

    Raises:
        NotTaken: its id stands for something else; another one is open; nobody asked for this.
    """
    known = select(CASES.c.case_id).where(CASES.c.case_id == item.case_id)
    used = select(OFFERS.c.offer_id).where(OFFERS.c.offer_id == item.case_id)
    if item.rev != 1 or any(connection.execute(one).first() for one in (known, used)):
        raise NotTaken(OutcomeStatus.REJECTED, "id_reused")
    require_same_files(item, event.attachments)
    _require_wanted(connection, sender, event, opened)
    case_id = opened.row.case_id
    earlier = connection.execute(select(func.count()).where(OFFERS.c.case_id == case_id)).scalar_one()
    placed = msgspec.structs.replace(item, case_id=case_id, rev=-earlier)
    insert_rows(connection, EVENTS, [event_row(sender, placed, payload)])
    announced = new_attachments(connection, sender, placed, limits)
    insert_rows(connection, ATTACHMENTS, announced)
    note_files(connection, sender.terminal_id, sum(bool(row["complete"]) for row in announced))
    connection.execute(
        insert(OFFERS).values(
            offer_id=item.case_id,
            event_id=item.event_id,
            case_id=case_id,
            terminal_id=sender.terminal_id,
            received_at=sender.now,
            outcome="",
        )
    )


def _require_wanted(connection: Connection, sender: Sender, event: CorrectionOffered, opened: Opened) -> None:
    """Check that departments wait for what was brought, and that whoever brought it may.

    Raises:
        NotTaken: they do not, or an earlier offer of the case is open.
    """
    takes = takes_offers(connection, opened.row, sender.terminal_id)
    if takes == "open":
        raise NotTaken(OutcomeStatus.REJECTED, "offer_open")
    waiting = connection.execute(
        select(MATTERS.c.matter_id, MATTERS.c.asked).where(
            MATTERS.c.case_id == opened.row.case_id,
            MATTERS.c.matter_id.in_(event.matters),
            MATTERS.c.state == MatterState.CORRECTION_REQUESTED.value,
        )
    ).all()
    asked = [msgspec.json.decode(row.asked, type=Asked) for row in waiting if row.asked]
    fields = {path for one in asked for path in one.fields}
    materials = {material for one in asked for material in one.materials}
    brought = {file.material_id for file in event.attachments}
    matters = {row.matter_id for row in waiting}
    if (
        takes == "none"
        or matters != set(event.matters)
        or not (opened.scope is None or matters <= opened.scope)
        or not (event.fields.keys() <= fields and brought <= materials)
        or not (event.fields or brought)
    ):
        raise NotTaken(OutcomeStatus.REJECTED, "offer_not_wanted")


def read_document(
    database: HubDatabase, terminal_id: str, document_id: str, offset: int, length: int | None
) -> tuple[str, bytes]:
    """Give media type and bytes, from `offset` on and at most `length`: of a result, or of a file of an offer.

    Raises:
        Problem: 404, there is none of this name for a case of this terminal's, or it was not told of it.
    """
    try:
        return read_result(database, terminal_id, document_id, offset, length)
    except Problem:
        if "\0" in document_id:
            raise
    brought = (
        select(ATTACHMENTS.c.media_type)
        .join(OFFERS, OFFERS.c.event_id == ATTACHMENTS.c.event_id)
        .join(CASES, CASES.c.case_id == OFFERS.c.case_id)
        .where(ATTACHMENTS.c.attachment_id == document_id, ATTACHMENTS.c.complete, OFFERS.c.told_at.is_not(None))
        .where(CASES.c.terminal_id == terminal_id)
    )
    with database.read() as connection:
        media_type = connection.execute(brought).scalar_one_or_none()
        if media_type is None:
            raise Problem(404, "result_unknown")
        return media_type, held_part(connection, database.objects, document_id, offset, length)


def tell_offers(database: HubDatabase, clock: Clock) -> None:
    """Tell the terminals concerned of offers that are here whole, and of those that have ended; each in a transaction.

    Not where they come and end: whoever takes a batch holds its sender's row, and must not wait for another's.
    """
    waiting = select(OFFERS.c.offer_id).where(
        OFFERS.c.outcome_told_at.is_(None), or_(OFFERS.c.outcome != "", OFFERS.c.told_at.is_(None) & _WHOLE)
    )
    with database.read() as connection:
        ids = connection.execute(waiting.order_by(OFFERS.c.received_at).limit(_PAGE)).scalars().all()
    for offer_id in ids:
        with database.write() as connection:
            _tell(connection, offer_id, iso(clock.now()))


def _tell(connection: Connection, offer_id: str, now: str) -> None:
    this = OFFERS.c.offer_id == offer_id
    found = select(OFFERS, CASES.c.terminal_id.label("owner")).join(CASES, CASES.c.case_id == OFFERS.c.case_id)
    row = connection.execute(found.where(this)).one()
    untold = this & (OFFERS.c.outcome == row.outcome) & OFFERS.c.outcome_told_at.is_(None)
    if row.outcome:
        hold(connection, [row.terminal_id])
        if connection.execute(update(OFFERS).where(untold).values(outcome_told_at=now)).rowcount:
            ended = OfferEnded(outcome=row.outcome, words=words(f"offer_{row.outcome}"), at=now)
            tell(connection, row.terminal_id, "offer_ended", offer_id, ended, now)
        return
    hold(connection, [row.owner])
    fresh = untold & OFFERS.c.told_at.is_(None)
    if connection.execute(update(OFFERS).where(fresh).values(told_at=now)).rowcount:
        tell(connection, row.owner, "correction_offered", row.case_id, _waits(connection, row), now)


def _waits(connection: Connection, row: Row[tuple[object, ...]]) -> CorrectionWaits:
    payload = connection.execute(select(EVENTS.c.payload).where(EVENTS.c.event_id == row.event_id)).scalar_one()
    event = msgspec.json.decode(payload, type=CorrectionOffered)
    station = station_of(connection, row.terminal_id)
    return CorrectionWaits(
        offer_id=row.offer_id,
        terminal_id=row.terminal_id,
        station=station.title if station and station.title else row.terminal_id,
        operator=event.operator,
        at=row.received_at,
        matters=event.matters,
        fields=event.fields,
        files=event.attachments,
        words=event.words,
    )
