"""Taking batches: each event once, for ever, and each on its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet

import msgspec
from sqlalchemy import Connection, select, update
from sqlalchemy.exc import DataError, IntegrityError

from kiosk.errors import InputError
from kiosk.packets.canonical import recanonical, sha256_hex
from kiosk.packets.events import (
    AuthorizationRevoked,
    CaseCorrected,
    CaseReopened,
    CaseTakenIn,
    CaseWithdrawn,
    CorrectionOffered,
    DayClosed,
    EventKind,
    PaperIssued,
    RatingGiven,
)
from kiosk.ports.sync import OutcomeStatus
from sync.hub.attachments import give_up, missing_of
from sync.hub.bulk import among, insert_rows
from sync.hub.clones import forked
from sync.hub.database import HubDatabase
from sync.hub.days import count_day
from sync.hub.departments import has_no_effect, take_event
from sync.hub.offers import keep_offer, opened_for
from sync.hub.opening import (
    NotTaken,
    Reading,
    Sender,
    event_row,
    new_attachments,
    open_cases,
    require_next,
    require_same_files,
)
from sync.hub.problems import Problem, words
from sync.hub.tables import ATTACHMENTS, CASES, EVENTS
from sync.hub.terminals import hold, meet, note_carried, note_files, note_seq
from sync.messages import BatchAnswer, BatchEnvelope, BatchItem, ItemName, ItemResult, Limits

_Event = (
    CaseTakenIn
    | CaseCorrected
    | CaseWithdrawn
    | CaseReopened
    | CorrectionOffered
    | AuthorizationRevoked
    | PaperIssued
    | RatingGiven
    | DayClosed
)

READS: dict[str, dict[int, type[_Event]]] = {
    EventKind.CASE_TAKEN_IN: {1: CaseTakenIn},
    EventKind.CASE_CORRECTED: {1: CaseCorrected},
    EventKind.CASE_WITHDRAWN: {1: CaseWithdrawn},
    EventKind.CASE_REOPENED: {1: CaseReopened},
    EventKind.CORRECTION_OFFERED: {1: CorrectionOffered},
    EventKind.AUTHORIZATION_REVOKED: {1: AuthorizationRevoked},
    EventKind.PAPER_ISSUED: {1: PaperIssued},
    EventKind.RATING_GIVEN: {1: RatingGiven},
    EventKind.DAY_CLOSED: {1: DayClosed},
}
"""Kind → schema number → shape: what this hub reads. An older schema stays for as long as a terminal may hold one."""

_RECORDS = (EventKind.PAPER_ISSUED, EventKind.RATING_GIVEN)
"""Kinds most of which are only kept."""

_Identity = tuple[str, str, str, int]
"""What an event id stands for: payload hash, terminal, case, rev."""
_OFFER = ("", 0)


def take_batch(
    database: HubDatabase, terminal_id: str, body: bytes, limits: Limits, now: str, sign: Callable[[bytes], bytes]
) -> BatchAnswer:
    """Take a batch in one transaction: new cases together, and what is only kept; the others in a savepoint each.

    `sign` is the hub's: it vouches for what it counts itself.

    Raises:
        Problem: 422 for a body that is no batch, 413 for too many items, 403 for another terminal's.
    """
    try:
        envelope = msgspec.json.decode(body, type=BatchEnvelope)
        items = [_decoded(raw) for raw in envelope.items]
        names = [item.event_id if item else _name(raw) for item, raw in zip(items, envelope.items, strict=True)]
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as exc:
        raise Problem(422, "batch_invalid") from exc
    if len(envelope.items) > limits.batch_items:
        raise Problem(413, "batch_too_long")
    if envelope.terminal_id != terminal_id:
        raise Problem(403, "terminal_differs")
    sender = Sender(terminal_id, envelope.epoch, now, sign)
    with database.write() as connection:
        # The lock comes first: batches of one terminal follow each other, those of others do not wait.
        meet(connection, terminal_id, now)
        answers = _take(connection, sender, items, limits)
        here = [item for item, answer in zip(items, answers, strict=True) if item and isinstance(answer, OutcomeStatus)]
        if here:
            note_seq(connection, terminal_id, envelope.epoch, max(item.seq for item in here), envelope.app, now)
        return BatchAnswer(server_time=now, results=_results(connection, names, items, answers))


def take_carried(database: HubDatabase, sender: Sender, app: str, item: BatchItem, limits: Limits) -> ItemResult:
    """Take one event that somebody else brought for its terminal, in one transaction."""
    with database.write() as connection:
        hold(connection, [sender.terminal_id])
        answers = _take(connection, sender, [item], limits)
        if isinstance(answers[0], OutcomeStatus):
            note_carried(connection, sender.terminal_id, sender.epoch, item.seq, app, sender.now)
        return _results(connection, [item.event_id], [item], answers)[0]


def _results(
    connection: Connection,
    names: Sequence[str],
    items: Sequence[BatchItem | None],
    answers: Sequence[OutcomeStatus | NotTaken],
) -> tuple[ItemResult, ...]:
    """Write what became of each event; of a case that has just come without files there is nothing to look up."""
    here = [
        item.event_id
        for item, answer in zip(items, answers, strict=True)
        if item and (answer is OutcomeStatus.DUPLICATE or (answer is OutcomeStatus.RECEIVED and not _is_plain(item)))
    ]
    missing, numbers = (missing_of(connection, here), _official_numbers(connection, here)) if here else ({}, {})
    return tuple(
        _refused(name, answer)
        if isinstance(answer, NotTaken)
        else ItemResult(
            event_id=name,
            status=answer.value,
            missing=tuple(missing.get(name, ())),
            hub_case_number=numbers.get(name),
        )
        for name, answer in zip(names, answers, strict=True)
    )


def _is_plain(item: BatchItem) -> bool:
    return item.kind == EventKind.CASE_TAKEN_IN and not item.attachments


def _name(raw: msgspec.Raw) -> str:
    return msgspec.json.decode(raw, type=ItemName).event_id


def _decoded(raw: msgspec.Raw) -> BatchItem | None:
    try:
        return msgspec.json.decode(raw, type=BatchItem)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return None


def _take(
    connection: Connection, sender: Sender, items: Sequence[BatchItem | None], limits: Limits
) -> list[OutcomeStatus | NotTaken]:
    """Answer each item, in order; an event that stands twice in a batch is a duplicate of itself."""
    known = _known(connection, [item.event_id for item in items if item])
    strange = forked(connection, sender, [item for item in items if item and item.event_id not in known])
    taken = open_cases(connection, sender, _readings(items, known.keys() | strange.keys()), limits)
    taken |= _keep_records(connection, sender, items, known.keys() | strange.keys())
    answers: list[OutcomeStatus | NotTaken] = []
    for item in items:
        if item is None:
            answers.append(NotTaken(OutcomeStatus.REJECTED, "item_invalid"))
        elif (first := known.get(item.event_id)) is not None:
            same = first == _identity(sender.terminal_id, item)
            answers.append(OutcomeStatus.DUPLICATE if same else NotTaken(OutcomeStatus.REJECTED, "id_reused"))
        elif item.event_id in strange:
            answers.append(strange[item.event_id])
        else:
            answer = taken[item.event_id] if item.event_id in taken else _take_item(connection, sender, item, limits)
            if answer is None:
                known[item.event_id] = _identity(sender.terminal_id, item)
            answers.append(answer or OutcomeStatus.RECEIVED)
    return answers


def _readings(items: Sequence[BatchItem | None], settled: AbstractSet[str]) -> list[Reading]:
    """Read the new cases of a batch; what cannot be read is left for its own turn, to be refused."""
    readings: dict[str, Reading] = {}
    for item in items:
        if item and item.kind == EventKind.CASE_TAKEN_IN and item.event_id not in settled | readings.keys():
            try:
                payload, event = _read(item)
            except NotTaken:
                continue
            if isinstance(event, CaseTakenIn):
                readings[item.event_id] = Reading(item, payload, event)
    return list(readings.values())


def _keep_records(
    connection: Connection, sender: Sender, items: Sequence[BatchItem | None], settled: AbstractSet[str]
) -> dict[str, None]:
    """Keep, in few statements, events that have no effect but to stand in their case as the next.

    Whatever may be otherwise is left for its own turn.
    """
    records: dict[str, tuple[BatchItem, bytes]] = {}
    for item in items:
        if item and item.kind in _RECORDS and item.event_id not in settled:
            try:
                payload, event = _read(item)
            except NotTaken:
                continue
            if has_no_effect(event) and not item.attachments:
                records[item.case_id] = item, payload
    own = select(CASES.c.case_id, CASES.c.rev).where(
        CASES.c.terminal_id == sender.terminal_id, among(connection, CASES.c.case_id, records)
    )
    rev = {row.case_id: row.rev for row in connection.execute(own)} if records else {}
    following = [(item, payload) for case_id, (item, payload) in records.items() if item.rev - 1 == rev.get(case_id)]
    if not following:
        return {}
    cases = among(connection, CASES.c.case_id, [item.case_id for item, _ in following])
    try:
        with connection.begin_nested():
            connection.execute(update(CASES).where(cases).values(rev=CASES.c.rev + 1))
            insert_rows(connection, EVENTS, [event_row(sender, item, payload) for item, payload in following])
    except (IntegrityError, DataError):
        return {}  # something clashes; which, shows when each takes its turn
    return dict.fromkeys(item.event_id for item, _ in following)


def _take_item(connection: Connection, sender: Sender, item: BatchItem, limits: Limits) -> NotTaken | None:
    """Take what follows in a case, or an offer for one; gives why not, None when it is taken."""
    if item.kind != EventKind.CORRECTION_OFFERED:
        return _isolated(connection, lambda: _receive(connection, sender, item, limits))
    try:
        payload, event = _read_offer(item)
        opened = opened_for(connection, sender, event)  # outside: that it was asked stays, whatever becomes of the rest
    except NotTaken as refusal:
        return refusal
    return _isolated(connection, lambda: keep_offer(connection, sender, item, payload, event, opened, limits))


def _isolated(connection: Connection, take: Callable[[], None]) -> NotTaken | None:
    """Take something in a savepoint of its own; gives why not, None when it is taken."""
    try:
        with connection.begin_nested():
            take()
    except NotTaken as refusal:
        return refusal
    except IntegrityError:
        # Another worker took something of the same name at the same moment; asked again, it is a duplicate or refused.
        return NotTaken(OutcomeStatus.RETRY, "concurrent")
    except DataError:
        return NotTaken(OutcomeStatus.REJECTED, "payload_invalid")
    return None


def _receive(connection: Connection, sender: Sender, item: BatchItem, limits: Limits) -> None:
    payload, event = _read(item)
    case = connection.execute(
        select(CASES.c.terminal_id, CASES.c.rev).where(CASES.c.case_id == item.case_id)
    ).one_or_none()
    require_next(item, sender.terminal_id, None if case is None else (case.terminal_id, case.rev))
    if case is None:
        raise NotTaken(OutcomeStatus.REJECTED, "case_unknown")
    connection.execute(update(CASES).where(CASES.c.case_id == item.case_id).values(rev=item.rev))
    insert_rows(connection, EVENTS, [event_row(sender, item, payload)])
    announced = new_attachments(connection, sender, item, limits)
    insert_rows(connection, ATTACHMENTS, announced)
    note_files(connection, sender.terminal_id, sum(bool(row["complete"]) for row in announced))
    if isinstance(event, CaseCorrected):
        require_same_files(item, event.attachments)
        lost = set(event.replaces).difference(entry.attachment_id for entry in item.attachments)
        if lost:
            give_up(connection, sender.terminal_id, item.case_id, lost, sender.now)
    take_event(connection, item.case_id, event, sender.now)
    if isinstance(event, DayClosed):
        count_day(connection, sender, item, event)


def _read(item: BatchItem) -> tuple[bytes, _Event]:
    """Read an item's payload.

    Raises:
        NotTaken: the hub does not read this kind in this schema, the payload is not of its shape, or its hash differs.
    """
    shapes = READS.get(item.kind)
    if shapes is None or item.schema not in shapes:
        raise NotTaken(OutcomeStatus.REJECTED, "schema_unknown")
    payload = _payload(item)
    try:
        return payload, msgspec.json.decode(payload, type=shapes[item.schema])
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as exc:
        raise NotTaken(OutcomeStatus.REJECTED, "payload_invalid") from exc


def _read_offer(item: BatchItem) -> tuple[bytes, CorrectionOffered]:
    """Read the payload of an offer.

    Raises:
        NotTaken: as `_read`.
    """
    payload, event = _read(item)
    if not isinstance(event, CorrectionOffered):
        raise NotTaken(OutcomeStatus.REJECTED, "payload_invalid")
    return payload, event


def _payload(item: BatchItem) -> bytes:
    """Give the payload in the spelling that its hash was made of; a gateway may have spelled it anew on its way."""
    payload = bytes(item.payload)
    if sha256_hex(payload) == item.payload_sha256:
        return payload
    try:
        payload = recanonical(payload)
    except InputError as exc:
        raise NotTaken(OutcomeStatus.REJECTED, "payload_invalid") from exc
    if sha256_hex(payload) != item.payload_sha256:
        raise NotTaken(OutcomeStatus.REJECTED, "payload_hash")
    return payload


def _known(connection: Connection, event_ids: Sequence[str]) -> dict[str, _Identity]:
    found = select(EVENTS.c.event_id, EVENTS.c.payload_sha256, EVENTS.c.terminal_id, EVENTS.c.case_id, EVENTS.c.rev)
    rows = connection.execute(found.where(among(connection, EVENTS.c.event_id, event_ids)))
    # An offer stands with the case that it is for, in no place of it; its terminal calls it by an id of its own.
    return {
        row.event_id: (row.payload_sha256, row.terminal_id, *((row.case_id, row.rev) if row.rev > 0 else _OFFER))
        for row in rows
    }


def _identity(terminal_id: str, item: BatchItem) -> _Identity:
    place = _OFFER if item.kind == EventKind.CORRECTION_OFFERED else (item.case_id, item.rev)
    return item.payload_sha256, terminal_id, *place


def _official_numbers(connection: Connection, event_ids: Sequence[str]) -> dict[str, str]:
    """Give the official numbers of those events' cases that have one."""
    rows = connection.execute(
        select(EVENTS.c.event_id, CASES.c.official_number)
        .join(CASES, CASES.c.case_id == EVENTS.c.case_id)
        .where(among(connection, EVENTS.c.event_id, event_ids), CASES.c.official_number.is_not(None))
    )
    return {row.event_id: row.official_number for row in rows}


def _refused(event_id: str, refusal: NotTaken) -> ItemResult:
    return ItemResult(
        event_id=event_id,
        status=refusal.status.value,
        code=refusal.code,
        words=words(refusal.code),
        hub_rev=refusal.hub_rev,
    )
