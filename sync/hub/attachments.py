"""Bytes of attachments: in chunks, at the offset that the hub says, whole only when the hash of the whole is right.

The rows of the chunks say which there are. The bytes stand in them, or outside when the hub has a store of objects;
what was taken in before it had one stays readable in the database.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

import msgspec
from sqlalchemy import Connection, Row, delete, func, insert, select, update

from sync.hub.bulk import among, insert_rows
from sync.hub.database import HubDatabase
from sync.hub.departments import take_up
from sync.hub.problems import Problem
from sync.hub.storage import ObjectStore
from sync.hub.tables import ATTACHMENTS, CASES, CHUNKS, CLERK_STEPS
from sync.hub.terminals import hold, note_files
from sync.messages import UPLOAD_COMPLETE, UPLOAD_OFFSET, Uuid


@dataclass(frozen=True)
class Progress:
    """How far an attachment is."""

    offset: int
    complete: bool


def progress(database: HubDatabase, terminal_id: str, attachment_id: str) -> Progress:
    """Say how far an attachment is.

    Raises:
        Problem: 404, this terminal announced no such attachment.
    """
    with database.read() as connection:
        return _progress(_find(connection, terminal_id, attachment_id))


def take_chunk(
    database: HubDatabase, terminal_id: str, attachment_id: str, offset: int, data: bytes, now: str
) -> Progress:
    """Take a chunk at its offset; offset check, bytes and new offset are one transaction.

    Raises:
        Problem: 404 unknown, 409 another offset is due, 413 beyond the announced size, 422 the whole is not what was
            announced (its offset is 0 again).
    """
    with database.write() as connection:
        hold(connection, [terminal_id])
        row = _find(connection, terminal_id, attachment_id)
        if offset != row.received or row.complete:
            raise Problem(409, "offset_differs", headers(_progress(row)))
        if offset + len(data) > row.size:
            raise Problem(413, "beyond_size", headers(_progress(row)))
        _keep(connection, database.objects, attachment_id, offset, data)
        received = offset + len(data)
        whole = received == row.size
        right = not whole or held_sha256(connection, database.objects, attachment_id) == row.sha256
        if not right:
            _drop(connection, database.objects, attachment_id)
            received = 0
        complete = whole and right
        connection.execute(
            update(ATTACHMENTS)
            .where(ATTACHMENTS.c.attachment_id == attachment_id)
            .values(received=received, complete=complete, verified_at=now if complete else None)
        )
        if complete:
            note_files(connection, terminal_id, 1)
            complete_whole_cases(connection, [row.case_id], now)
            take_up(connection, row.case_id, now)
    if not right:
        raise Problem(422, "attachment_hash", headers(Progress(0, complete=False)))
    return Progress(received, complete)


def headers(state: Progress) -> dict[str, str]:
    """Write where an upload stands."""
    return {UPLOAD_OFFSET: str(state.offset), UPLOAD_COMPLETE: "?1" if state.complete else "?0"}


def missing_of(connection: Connection, event_ids: Sequence[str]) -> dict[str, list[str]]:
    """List the attachments of events that are not whole yet, the smallest first."""
    missing: dict[str, list[str]] = {}
    rows = connection.execute(
        select(ATTACHMENTS.c.event_id, ATTACHMENTS.c.attachment_id)
        .where(among(connection, ATTACHMENTS.c.event_id, event_ids), ATTACHMENTS.c.complete.is_(False))
        .order_by(ATTACHMENTS.c.size)
    )
    for row in rows:
        missing.setdefault(row.event_id, []).append(row.attachment_id)
    return missing


def complete_whole_cases(connection: Connection, case_ids: Sequence[str], now: str) -> None:
    """Note which of the cases are here with all their attachments, and lay them on the clerk's desk."""
    waiting = select(ATTACHMENTS.c.case_id).where(
        among(connection, ATTACHMENTS.c.case_id, case_ids), ATTACHMENTS.c.complete.is_(False)
    )
    done = connection.execute(
        update(CASES)
        .where(
            among(connection, CASES.c.case_id, case_ids), CASES.c.complete_at.is_(None), CASES.c.case_id.not_in(waiting)
        )
        .values(complete_at=now)
        .returning(CASES.c.case_id)
    )
    lay_on_desk(connection, done.scalars().all(), now)


def give_up(connection: Connection, terminal_id: str, case_id: str, attachment_ids: Collection[str], now: str) -> None:
    """Wait no longer for those of a case's files that never came whole: the terminal lost them and sends others.

    They count among those that the hub needs nothing more of, as they do at the terminal. Bytes outside the database
    stay: the object of a file that nobody asks for.
    """
    named = (ATTACHMENTS.c.case_id == case_id) & among(connection, ATTACHMENTS.c.attachment_id, attachment_ids)
    lost = select(ATTACHMENTS.c.attachment_id).where(named, ATTACHMENTS.c.complete.is_(False))
    connection.execute(delete(CHUNKS).where(CHUNKS.c.attachment_id.in_(lost)))
    given_up = connection.execute(delete(ATTACHMENTS).where(named, ATTACHMENTS.c.complete.is_(False))).rowcount
    if given_up:
        note_files(connection, terminal_id, given_up)
        complete_whole_cases(connection, [case_id], now)


def lay_on_desk(connection: Connection, case_ids: Iterable[str], now: str) -> None:
    """Give whole cases to the clerk."""
    insert_rows(connection, CLERK_STEPS, [{"case_id": case_id, "step": 0, "due_at": now} for case_id in case_ids])


def held_sha256(connection: Connection, objects: ObjectStore | None, attachment_id: str) -> str:
    """Hash the bytes as they lie there now, one chunk in memory at a time; empty when one of them is gone."""
    digest = hashlib.sha256()
    for data in _held_chunks(connection, objects, attachment_id):
        if not data:
            return ""
        digest.update(data)
    return digest.hexdigest()


def held_bytes(connection: Connection, objects: ObjectStore | None, attachment_id: str) -> bytes:
    """Read a whole attachment; a chunk that is gone leaves it short, which its hash shows."""
    return b"".join(_held_chunks(connection, objects, attachment_id))


def held_part(
    connection: Connection, objects: ObjectStore | None, attachment_id: str, offset: int, length: int | None
) -> bytes:
    """Read an attachment from `offset` on, at most `length` bytes; only the chunks that hold them are looked at."""
    first = select(func.max(CHUNKS.c.start)).where(CHUNKS.c.attachment_id == attachment_id, CHUNKS.c.start <= offset)
    start = connection.execute(first).scalar_one() or 0
    end = None if length is None else offset + length
    data = b"".join(_held_chunks(connection, objects, attachment_id, start, end))
    return data[offset - start : None if end is None else end - start]


def _held_chunks(
    connection: Connection, objects: ObjectStore | None, attachment_id: str, first: int = 0, end: int | None = None
) -> Iterator[bytes]:
    """Read chunk after chunk, of those that begin from `first` on and before `end`; empty for one that is gone."""
    of_it = CHUNKS.c.attachment_id == attachment_id
    wanted = of_it & (CHUNKS.c.start >= first)
    if end is not None:
        wanted &= CHUNKS.c.start < end
    for start in connection.execute(select(CHUNKS.c.start).where(wanted).order_by(CHUNKS.c.start)).scalars().all():
        data: bytes | None = connection.execute(
            select(CHUNKS.c.data).where(of_it, CHUNKS.c.start == start)
        ).scalar_one()
        if not data and objects is not None:
            data = objects.get(attachment_id, start)
        yield data or b""


def _keep(connection: Connection, objects: ObjectStore | None, attachment_id: str, start: int, data: bytes) -> None:
    """Keep a chunk; should the transaction be undone after that, its object is written over when it comes again."""
    if objects is not None:
        objects.put(attachment_id, start, data)
        data = b""  # no chunk is empty, so this says that its bytes are outside
    connection.execute(insert(CHUNKS).values(attachment_id=attachment_id, start=start, data=data))


def _drop(connection: Connection, objects: ObjectStore | None, attachment_id: str) -> None:
    """Forget the chunks; should the transaction be undone after that, the whole is found wrong again."""
    connection.execute(delete(CHUNKS).where(CHUNKS.c.attachment_id == attachment_id))
    if objects is not None:
        objects.delete(attachment_id)


def _find(connection: Connection, terminal_id: str, attachment_id: str) -> Row[str, str, int, int, bool]:
    try:
        msgspec.convert(attachment_id, Uuid)
    except msgspec.ValidationError as exc:
        raise Problem(404, "attachment_unknown") from exc
    row = connection.execute(
        select(
            ATTACHMENTS.c.case_id,
            ATTACHMENTS.c.sha256,
            ATTACHMENTS.c.size,
            ATTACHMENTS.c.received,
            ATTACHMENTS.c.complete,
        ).where(ATTACHMENTS.c.attachment_id == attachment_id, ATTACHMENTS.c.terminal_id == terminal_id)
    ).one_or_none()
    if row is None:
        raise Problem(404, "attachment_unknown")
    return row


def _progress(row: Row[str, str, int, int, bool]) -> Progress:
    return Progress(row.received, row.complete)
