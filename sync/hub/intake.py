"""Taking batches: each event once, for ever, and each on its own."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from kiosk.domain.case import CaseState
from kiosk.errors import InputError
from kiosk.packets.canonical import recanonical, sha256_hex
from kiosk.packets.events import CaseTakenIn, EventKind, PaperIssued, RatingGiven
from kiosk.ports.sync import OutcomeStatus
from sync.hub.attachments import complete_case_if_whole, missing_of
from sync.hub.database import ATTACHMENTS, CASES, EVENTS, MATTERS, TERMINALS, HubDatabase
from sync.hub.feed import tell
from sync.hub.problems import Problem, words
from sync.hub.terminals import note_seq
from sync.messages import BatchAnswer, BatchEnvelope, BatchItem, CaseMoved, ItemName, ItemResult, Limits

READS: dict[str, dict[int, type[CaseTakenIn | PaperIssued | RatingGiven]]] = {
    EventKind.CASE_TAKEN_IN: {1: CaseTakenIn},
    EventKind.PAPER_ISSUED: {1: PaperIssued},
    EventKind.RATING_GIVEN: {1: RatingGiven},
}
"""Kind → schema number → shape: what this hub reads. An older schema stays for as long as a terminal may hold one."""


@dataclass(frozen=True)
class _Sender:
    terminal_id: str
    epoch: str
    now: str


class _NotTaken(Exception):  # noqa: N818 - an answer, not an error
    """One item is not taken; undoes what its savepoint holds."""

    def __init__(self, status: OutcomeStatus, code: str, hub_rev: int | None = None) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.hub_rev = hub_rev


def take_batch(database: HubDatabase, terminal_id: str, body: bytes, limits: Limits, now: str) -> BatchAnswer:
    """Take a batch in one transaction, each item in a savepoint of its own.

    Raises:
        Problem: 422 for a body that is no batch, 413 for too many items, 403 for another terminal's.
    """
    try:
        envelope = msgspec.json.decode(body, type=BatchEnvelope)
        names = [msgspec.json.decode(raw, type=ItemName).event_id for raw in envelope.items]
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as exc:
        raise Problem(422, "batch_invalid") from exc
    if len(envelope.items) > limits.batch_items:
        raise Problem(413, "batch_too_long")
    if envelope.terminal_id != terminal_id:
        raise Problem(403, "terminal_differs")
    sender = _Sender(terminal_id, envelope.epoch, now)
    results: list[ItemResult] = []
    highest = 0
    with database.write() as connection:
        # The lock comes first: batches of one terminal follow each other, those of others do not wait.
        lock = select(TERMINALS.c.terminal_id).where(TERMINALS.c.terminal_id == terminal_id).with_for_update()
        connection.execute(lock).one()
        for name, raw in zip(names, envelope.items, strict=True):
            try:
                item = msgspec.json.decode(raw, type=BatchItem)
            except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
                results.append(_refused(name, _NotTaken(OutcomeStatus.REJECTED, "item_invalid")))
                continue
            result = _take_item(connection, sender, item, limits)
            results.append(result)
            if result.status in {OutcomeStatus.RECEIVED, OutcomeStatus.DUPLICATE}:
                highest = max(highest, item.seq)
        if highest:
            note_seq(connection, terminal_id, envelope.epoch, highest, envelope.app, now)
    return BatchAnswer(server_time=now, results=tuple(results))


def _take_item(connection: Connection, sender: _Sender, item: BatchItem, limits: Limits) -> ItemResult:
    try:
        with connection.begin_nested():
            known = _known(connection, sender, item)
            if not known:
                _receive(connection, sender, item, limits)
    except _NotTaken as refusal:
        return _refused(item.event_id, refusal)
    except IntegrityError:
        # Another worker took something of the same name at the same moment; asked again, it is a duplicate or refused.
        return _refused(item.event_id, _NotTaken(OutcomeStatus.RETRY, "concurrent"))
    status = OutcomeStatus.DUPLICATE if known else OutcomeStatus.RECEIVED
    official = select(CASES.c.official_number).where(CASES.c.case_id == item.case_id)
    return ItemResult(
        event_id=item.event_id,
        status=status.value,
        missing=missing_of(connection, item.event_id),
        hub_case_number=connection.execute(official).scalar_one(),
    )


def _known(connection: Connection, sender: _Sender, item: BatchItem) -> bool:
    row = connection.execute(
        select(EVENTS.c.payload_sha256, EVENTS.c.terminal_id, EVENTS.c.case_id, EVENTS.c.rev).where(
            EVENTS.c.event_id == item.event_id
        )
    ).one_or_none()
    if row is None:
        return False
    same = (item.payload_sha256, sender.terminal_id, item.case_id, item.rev)
    if tuple(row) != same:
        raise _NotTaken(OutcomeStatus.REJECTED, "id_reused")
    return True


def _receive(connection: Connection, sender: _Sender, item: BatchItem, limits: Limits) -> None:
    shapes = READS.get(item.kind)
    if shapes is None or item.schema not in shapes:
        raise _NotTaken(OutcomeStatus.REJECTED, "schema_unknown")
    payload = _payload(item)
    try:
        event = msgspec.json.decode(payload, type=shapes[item.schema])
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as exc:
        raise _NotTaken(OutcomeStatus.REJECTED, "payload_invalid") from exc
    case = connection.execute(
        select(CASES.c.terminal_id, CASES.c.rev).where(CASES.c.case_id == item.case_id).with_for_update()
    ).one_or_none()
    if case is not None and case.terminal_id != sender.terminal_id:
        raise _NotTaken(OutcomeStatus.REJECTED, "case_of_another")
    highest = case.rev if case is not None else 0
    if item.rev <= highest:
        raise _NotTaken(OutcomeStatus.CONFLICT, "rev_taken", highest)
    if item.rev > highest + 1:
        raise _NotTaken(OutcomeStatus.RETRY, "rev_ahead", highest)
    if isinstance(event, CaseTakenIn):
        _open_case(connection, sender, item, event)
    elif case is None:
        raise _NotTaken(OutcomeStatus.REJECTED, "case_unknown")
    else:
        connection.execute(update(CASES).where(CASES.c.case_id == item.case_id).values(rev=item.rev))
    connection.execute(
        insert(EVENTS).values(
            event_id=item.event_id,
            terminal_id=sender.terminal_id,
            epoch=sender.epoch,
            seq=item.seq,
            kind=item.kind,
            schema=item.schema,
            case_id=item.case_id,
            rev=item.rev,
            occurred_at=item.occurred_at,
            clock_offset_ms=item.clock_offset_ms,
            payload=payload,
            payload_sha256=item.payload_sha256,
            received_at=sender.now,
        )
    )
    _expect_attachments(connection, sender, item, limits)
    if isinstance(event, CaseTakenIn):
        moved = CaseMoved(state=CaseState.TAKEN_IN.value, words=words("case_received"), at=sender.now)
        tell(connection, sender.terminal_id, "case_state", item.case_id, moved, sender.now)
        complete_case_if_whole(connection, item.case_id, sender.now)


def _payload(item: BatchItem) -> bytes:
    """Give the payload in the spelling that its hash was made of; a gateway may have spelled it anew on its way."""
    payload = bytes(item.payload)
    if sha256_hex(payload) == item.payload_sha256:
        return payload
    try:
        payload = recanonical(payload)
    except InputError as exc:
        raise _NotTaken(OutcomeStatus.REJECTED, "payload_invalid") from exc
    if sha256_hex(payload) != item.payload_sha256:
        raise _NotTaken(OutcomeStatus.REJECTED, "payload_hash")
    return payload


def _open_case(connection: Connection, sender: _Sender, item: BatchItem, event: CaseTakenIn) -> None:
    if item.rev != 1:
        raise _NotTaken(OutcomeStatus.CONFLICT, "rev_taken", item.rev - 1)
    if event.terminal != sender.terminal_id:
        raise _NotTaken(OutcomeStatus.REJECTED, "case_of_another")
    announced = {(a.attachment_id, a.sha256, a.size) for a in item.attachments}
    if announced != {(a.attachment_id, a.sha256, a.size) for a in event.attachments}:
        raise _NotTaken(OutcomeStatus.REJECTED, "manifest_differs")
    number = connection.execute(select(CASES.c.case_id).where(CASES.c.case_number == event.case_number))
    if number.one_or_none() is not None:
        raise _NotTaken(OutcomeStatus.REJECTED, "case_number_taken")
    connection.execute(
        insert(CASES).values(
            case_id=item.case_id,
            case_number=event.case_number,
            terminal_id=sender.terminal_id,
            service=event.service,
            station=event.station,
            state=CaseState.TAKEN_IN.value,
            rev=item.rev,
            taken_in_at=event.taken_in_at,
            received_at=sender.now,
        )
    )
    rows = [
        {
            "case_id": item.case_id,
            "matter_id": matter.matter_id,
            "place": place,
            "name": matter.name,
            "department": matter.department,
            "state": matter.state.value,
            "words": "",
            "updated_at": sender.now,
        }
        for place, matter in enumerate(event.matters)
    ]
    if len({row["matter_id"] for row in rows}) != len(rows):
        raise _NotTaken(OutcomeStatus.REJECTED, "payload_invalid")
    if rows:
        connection.execute(insert(MATTERS), rows)


def _expect_attachments(connection: Connection, sender: _Sender, item: BatchItem, limits: Limits) -> None:
    for entry in item.attachments:
        if entry.size > limits.attachment_bytes:
            raise _NotTaken(OutcomeStatus.REJECTED, "attachment_too_large")
        row = connection.execute(
            select(ATTACHMENTS.c.case_id, ATTACHMENTS.c.sha256, ATTACHMENTS.c.size).where(
                ATTACHMENTS.c.attachment_id == entry.attachment_id
            )
        ).one_or_none()
        if row is not None:
            if tuple(row) != (item.case_id, entry.sha256, entry.size):
                raise _NotTaken(OutcomeStatus.REJECTED, "attachment_id_reused")
            continue
        empty = entry.size == 0
        if empty and entry.sha256 != sha256_hex(b""):
            raise _NotTaken(OutcomeStatus.REJECTED, "attachment_hash")
        connection.execute(
            insert(ATTACHMENTS).values(
                attachment_id=entry.attachment_id,
                event_id=item.event_id,
                case_id=item.case_id,
                terminal_id=sender.terminal_id,
                sha256=entry.sha256,
                size=entry.size,
                media_type=entry.media_type,
                pages=entry.pages,
                received=0,
                complete=empty,
                verified_at=sender.now if empty else None,
            )
        )


def _refused(event_id: str, refusal: _NotTaken) -> ItemResult:
    return ItemResult(
        event_id=event_id,
        status=refusal.status.value,
        code=refusal.code,
        words=words(refusal.code),
        hub_rev=refusal.hub_rev,
    )
