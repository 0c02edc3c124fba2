"""New cases, many at once: few statements for a whole batch, and still each case on its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from sqlalchemy import Connection, select
from sqlalchemy.exc import DataError, IntegrityError

from kiosk.domain.case import Attachment, CaseState
from kiosk.domain.numbering import parse_case_number
from kiosk.errors import InputError
from kiosk.packets.canonical import sha256_hex
from kiosk.packets.deceased import person_digest
from kiosk.packets.events import CaseTakenIn
from kiosk.ports.sync import OutcomeStatus
from sync.feed_bodies import CaseMoved
from sync.hub.attachments import lay_on_desk
from sync.hub.bulk import among, fits, insert_rows
from sync.hub.enrolment import number_frames
from sync.hub.feed import tell_all
from sync.hub.problems import words
from sync.hub.tables import ATTACHMENTS, CASES, DUPLICATES, EVENTS, MATTERS
from sync.hub.terminals import note_files
from sync.messages import BatchItem, Limits

_ID_MAX = 64
"""Characters of a matter's id, as its column has them."""
_FLAGGED = 5
"""How many earlier cases of a deceased a new one is laid beside."""


@dataclass(frozen=True)
class Sender:
    """Who sends a batch, under which epoch, when it is taken, and with what the hub signs its own counts."""

    terminal_id: str
    epoch: str
    now: str
    sign: Callable[[bytes], bytes]


class NotTaken(Exception):  # noqa: N818 - an answer, not an error
    """One item is not taken; undoes what its savepoint holds."""

    def __init__(self, status: OutcomeStatus, code: str, hub_rev: int | None = None) -> None:
        """Say why."""
        super().__init__(code)
        self.status = status
        self.code = code
        self.hub_rev = hub_rev


@dataclass(frozen=True)
class Reading:
    """An item whose payload was read: the bytes that its hash was made of, and what they say."""

    item: BatchItem
    payload: bytes
    event: CaseTakenIn


def open_cases(
    connection: Connection, sender: Sender, readings: Sequence[Reading], limits: Limits
) -> dict[str, NotTaken | None]:
    """Open cases, all in one savepoint; should one of them clash with something, each in a savepoint of its own.

    Returns:
        Event id → why it is not taken, None when it is.
    """
    if not readings:
        return {}
    try:
        with connection.begin_nested():
            return _open(connection, sender, readings, limits)
    except (IntegrityError, DataError):
        if len(readings) > 1:
            alone = [open_cases(connection, sender, [reading], limits) for reading in readings]
            return {event_id: answer for one in alone for event_id, answer in one.items()}
        # Another worker took something of the same name at the same moment; asked again, it will be found there.
        return {readings[0].item.event_id: NotTaken(OutcomeStatus.RETRY, "concurrent")}


def require_next(item: BatchItem, terminal_id: str, held: tuple[str, int] | None) -> None:
    """Check that an item is the next of its case; `held` is whose the case is and its highest rev, None for no case.

    Raises:
        NotTaken: it is another terminal's, its place is taken, or one before it is missing.
    """
    owner, highest = held or (terminal_id, 0)
    if owner != terminal_id:
        raise NotTaken(OutcomeStatus.REJECTED, "case_of_another")
    if item.rev <= highest:
        raise NotTaken(OutcomeStatus.CONFLICT, "rev_taken", highest)
    if item.rev > highest + 1:
        raise NotTaken(OutcomeStatus.RETRY, "rev_ahead", highest)


def require_same_files(item: BatchItem, named: Sequence[Attachment]) -> None:
    """Check that an item announces the files that its payload names.

    Raises:
        NotTaken: it does not.
    """
    announced = {(a.attachment_id, a.sha256, a.size) for a in item.attachments}
    if announced != {(a.attachment_id, a.sha256, a.size) for a in named}:
        raise NotTaken(OutcomeStatus.REJECTED, "manifest_differs")


def event_row(sender: Sender, item: BatchItem, payload: bytes) -> dict[str, object]:
    """Write an event's row."""
    return {
        "event_id": item.event_id,
        "terminal_id": sender.terminal_id,
        "epoch": sender.epoch,
        "seq": item.seq,
        "kind": item.kind,
        "schema": item.schema,
        "case_id": item.case_id,
        "rev": item.rev,
        "occurred_at": item.occurred_at,
        "clock_offset_ms": item.clock_offset_ms,
        "payload": payload,
        "payload_sha256": item.payload_sha256,
        "received_at": sender.now,
    }


def new_attachments(connection: Connection, sender: Sender, item: BatchItem, limits: Limits) -> list[dict[str, object]]:
    """Write the rows of those of an item's attachments that are not announced yet.

    Raises:
        NotTaken: one is too large, is another file under a known id, or is empty and has not the hash of nothing.
    """
    ids = [entry.attachment_id for entry in item.attachments]
    if not ids:
        return []
    found = select(ATTACHMENTS.c.attachment_id, ATTACHMENTS.c.case_id, ATTACHMENTS.c.sha256, ATTACHMENTS.c.size)
    known = {
        row.attachment_id: row
        for row in connection.execute(found.where(among(connection, ATTACHMENTS.c.attachment_id, ids)))
    }
    rows = []
    for entry in item.attachments:
        if entry.size > limits.attachment_bytes:
            raise NotTaken(OutcomeStatus.REJECTED, "attachment_too_large")
        if (row := known.get(entry.attachment_id)) is not None:
            if tuple(row)[1:] != (item.case_id, entry.sha256, entry.size):
                raise NotTaken(OutcomeStatus.REJECTED, "attachment_id_reused")
            continue
        empty = entry.size == 0
        if empty and entry.sha256 != sha256_hex(b""):
            raise NotTaken(OutcomeStatus.REJECTED, "attachment_hash")
        rows.append(
            {
                "attachment_id": entry.attachment_id,
                "event_id": item.event_id,
                "case_id": item.case_id,
                "terminal_id": sender.terminal_id,
                "sha256": entry.sha256,
                "size": entry.size,
                "media_type": entry.media_type,
                "pages": entry.pages,
                "received": 0,
                "complete": empty,
                "verified_at": sender.now if empty else None,
            }
        )
    if not all(fits(ATTACHMENTS, row) for row in rows):
        raise NotTaken(OutcomeStatus.REJECTED, "item_invalid")
    return rows


def _open(
    connection: Connection, sender: Sender, readings: Sequence[Reading], limits: Limits
) -> dict[str, NotTaken | None]:
    ids = [reading.item.case_id for reading in readings]
    numbers = [
        reading.event.case_number for reading in readings if fits(CASES, {"case_number": reading.event.case_number})
    ]
    same = among(connection, CASES.c.case_id, ids) | among(connection, CASES.c.case_number, numbers)
    found = connection.execute(
        select(CASES.c.case_id, CASES.c.case_number, CASES.c.terminal_id, CASES.c.rev).where(same)
    )
    held, taken = {}, set()
    for row in found:
        held[row.case_id] = row.terminal_id, row.rev
        taken.add(row.case_number)
    frames = number_frames(connection, sender.terminal_id)
    answers: dict[str, NotTaken | None] = {}
    cases, matters, events, attachments = [], [], [], []
    for reading in readings:
        item, event = reading.item, reading.event
        try:
            require_next(item, sender.terminal_id, held.get(item.case_id))
            _require_own_number(event.case_number, frames)
            rows = _rows(sender, reading, event.case_number in taken)
            announced = new_attachments(connection, sender, item, limits)
        except NotTaken as refusal:
            answers[item.event_id] = refusal
            continue
        whole = all(row["complete"] for row in announced)
        cases.append(rows[0] | {"complete_at": sender.now if whole else None})
        matters += rows[1]
        events.append(event_row(sender, item, reading.payload))
        attachments += announced
        answers[item.event_id] = None
    people = {str(row["case_id"]): str(row["deceased_digest"]) for row in cases if row["deceased_digest"]}
    met = _met(connection, list(people.values()))
    for table, rows_of in ((CASES, cases), (MATTERS, matters), (EVENTS, events), (ATTACHMENTS, attachments)):
        insert_rows(connection, table, rows_of)
    note_files(connection, sender.terminal_id, sum(bool(row["complete"]) for row in attachments))
    opened = [str(row["case_id"]) for row in cases]
    moved = CaseMoved(state=CaseState.TAKEN_IN.value, words=words("case_received"), at=sender.now)
    tell_all(connection, sender.terminal_id, [("case_state", case_id, moved) for case_id in opened], sender.now)
    _flag_duplicates(connection, people, met, sender.now)
    lay_on_desk(connection, [str(row["case_id"]) for row in cases if row["complete_at"]], sender.now)
    return answers


def _require_own_number(case_number: str, frames: AbstractSet[tuple[str, str]]) -> None:
    """Check that a case number is one that the terminal itself may give, where its codes say which those are.

    A training terminal has no code: nobody else's numbers are at a hub that enrols such.

    Raises:
        NotTaken: it is not of the form, a character is wrong, or it is another terminal's.
    """
    if not frames:
        return
    try:
        own = parse_case_number(case_number)
    except InputError:
        own = None
    if own is None or str(own) != case_number or (own.division, own.terminal_code) not in frames:
        raise NotTaken(OutcomeStatus.REJECTED, "case_number_foreign")


def _rows(sender: Sender, reading: Reading, taken: bool) -> tuple[dict[str, object], list[dict[str, object]]]:
    """Write the rows of a case and of its matters."""
    item, event, deceased = reading.item, reading.event, reading.event.deceased
    if item.rev != 1:
        raise NotTaken(OutcomeStatus.CONFLICT, "rev_taken", item.rev - 1)
    if event.terminal != sender.terminal_id:
        raise NotTaken(OutcomeStatus.REJECTED, "case_of_another")
    require_same_files(item, event.attachments)
    if taken:
        raise NotTaken(OutcomeStatus.REJECTED, "case_number_taken")
    case: dict[str, object] = {
        "case_id": item.case_id,
        "case_number": event.case_number,
        "terminal_id": sender.terminal_id,
        "service": event.service,
        "station": event.station,
        "state": CaseState.TAKEN_IN.value,
        "rev": item.rev,
        "taken_in_at": event.taken_in_at,
        "received_at": sender.now,
        # Nobody is told apart by having no number: an infant that was never registered, a person found dead.
        "deceased_digest": person_digest(deceased.document_type, deceased.document_number)
        if deceased.document_number.strip()
        else None,
    }
    matters: list[dict[str, object]] = [
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
    single = len({row["matter_id"] for row in matters}) == len(matters)
    # A quick look for the many: without this escape no text of the payload holds a NUL.
    plain = b"\\u0000" not in reading.payload and all(len(matter.matter_id) <= _ID_MAX for matter in event.matters)
    if not (single and fits(CASES, case) and (plain or all(fits(MATTERS, row) for row in matters))):
        raise NotTaken(OutcomeStatus.REJECTED, "payload_invalid")
    return case, matters


def _met(connection: Connection, digests: Sequence[str]) -> set[str]:
    """Give those of new cases' deceased who are here already, or twice among them."""
    known = select(CASES.c.deceased_digest).where(among(connection, CASES.c.deceased_digest, digests)).distinct()
    twice = {digest for digest, count in Counter(digests).items() if count > 1}
    return twice.union(connection.execute(known).scalars())


def _flag_duplicates(connection: Connection, opened: Mapping[str, str], met: AbstractSet[str], now: str) -> None:
    """Note the newest earlier cases of the same deceased beside new ones (id → digest), for a person to decide.

    However many cases a deceased has, only the newest few are looked at, from the end of an index.
    """
    pairs: list[dict[str, object]] = []
    for digest in sorted(met):
        new = {case_id for case_id, own in opened.items() if own == digest}
        newest = (
            select(CASES.c.case_id)
            .where(CASES.c.deceased_digest == digest)
            .order_by(CASES.c.deceased_digest.desc(), CASES.c.received_at.desc(), CASES.c.case_id.desc())
            .limit(_FLAGGED + len(new))
        )
        found = connection.execute(newest).scalars().all()
        for case_id in new:
            earlier = [other for other in found if other not in new or other < case_id]
            pairs += [{"case_id": case_id, "other_case_id": one, "found_at": now} for one in earlier[:_FLAGGED]]
    insert_rows(connection, DUPLICATES, pairs)
