"""Sealed packets beside the database, or on a stick: files that are whole or not there."""

from __future__ import annotations

import errno
import json
import os
import re
import secrets
import stat
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from kiosk.errors import ErrorCode, StoreError
from kiosk.ids import AttachmentId, EventId
from kiosk.packets import receipts, sealed
from kiosk.ports.sync import OutboxEntry
from kiosk.store.database import Database
from kiosk.store.files import durable_directory, replace_durably, storage_errors
from kiosk.store.outbox import SqliteOutbox
from kiosk.store.watermark import Watermark

FOLDER = "packets"
"""The terminal's own, within its data folder."""
INDEX = "index.json"
_INDEX_MAX = 64 << 20
_DRAFT = ".part"
_NAME = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


class FilePackets:
    """Packets and receipts in a folder, named by their event.

    Of a stick only files with such a name are looked at, and no links followed.
    """

    def __init__(self, folder: Path, *, stick: bool = False) -> None:
        """Take a folder; it is made when the first packet comes."""
        self._folder = folder
        self._stick = stick

    def event_ids(self) -> list[EventId]:
        """List the packets, the oldest first: UUIDv7 begins with the time."""
        return self._names(sealed.SUFFIX)

    def has(self, event_id: EventId) -> bool:
        """Tell whether an event's packet is there."""
        with self._errors():
            return (self._folder / f"{event_id}{sealed.SUFFIX}").exists()

    def add(self, event_id: EventId, write: Callable[[BinaryIO], None]) -> None:
        """Write beside, then move into place, both durably.

        Raises:
            StoreError: STORE_FULL, STORE_IO, RELAY_FOLDER; or as `write`. Nothing is left of it then.
        """
        draft = self._folder / f"{event_id}.{secrets.token_hex(4)}{_DRAFT}"
        with self._errors():
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            try:
                with draft.open("xb") as file:
                    write(file)
                    file.flush()
                    os.fsync(file.fileno())
                draft.replace(self._folder / f"{event_id}{sealed.SUFFIX}")
            except BaseException:
                draft.unlink(missing_ok=True)
                raise
            durable_directory(self._folder)

    @contextmanager
    def open(self, event_id: EventId) -> Iterator[BinaryIO]:
        """Open a packet for reading."""
        with self._errors():
            file = self._open(f"{event_id}{sealed.SUFFIX}")
        with file:
            yield file

    def remove(self, event_id: EventId) -> None:
        """Remove a packet and its receipt, if they are there."""
        with self._errors():
            for suffix in (sealed.SUFFIX, receipts.SUFFIX):
                (self._folder / f"{event_id}{suffix}").unlink(missing_ok=True)

    def receipts(self) -> list[EventId]:
        """List the events that a receipt lies there for."""
        return self._names(receipts.SUFFIX)

    def read_receipt(self, event_id: EventId) -> bytes:
        """Give a receipt's file, as far as a receipt can reach."""
        with self._errors(), self._open(f"{event_id}{receipts.SUFFIX}") as file:
            return file.read(receipts.RECEIPT_MAX)

    def keep_receipt(self, event_id: EventId, receipt: bytes) -> None:
        """Put a receipt beside its packet; durable when this returns."""
        with self._errors():
            replace_durably(self._folder / f"{event_id}{receipts.SUFFIX}", receipt)

    def read_index(self) -> bytes | None:
        """Give the list of what was put there, None without one."""
        if not (self._folder / INDEX).exists():
            return None
        with self._errors(), self._open(INDEX) as file:
            return file.read(_INDEX_MAX)

    def keep_index(self, index: bytes) -> None:
        """Write that list."""
        with self._errors():
            replace_durably(self._folder / INDEX, index)

    def sweep(self) -> None:
        """Remove what a write left that was cut off; only while nobody writes here."""
        with self._errors():
            for draft in self._folder.glob(f"*{_DRAFT}"):
                draft.unlink(missing_ok=True)

    def _names(self, suffix: str) -> list[EventId]:
        with self._errors():
            names = [path.name for path in self._folder.iterdir()] if self._folder.is_dir() else []
        ids = (name.removesuffix(suffix) for name in names if name.endswith(suffix))
        return sorted(EventId(name) for name in ids if _NAME.fullmatch(name))

    def _open(self, name: str) -> BinaryIO:
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        handle = os.open(self._folder / name, flags)
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            os.close(handle)
            raise OSError(errno.EIO, name)
        return os.fdopen(handle, "rb")

    @contextmanager
    def _errors(self) -> Iterator[None]:
        if not self._stick:
            with storage_errors():
                yield
            return
        try:
            yield
        except OSError as exc:  # whatever a stick has: it was pulled, is full, worn out or locked
            raise StoreError(ErrorCode.RELAY_FOLDER) from exc


class SqlitePackets:
    """The events of the outbox, as they are sealed; used by the thread that opened the store."""

    def __init__(self, database: Database, outbox: SqliteOutbox, watermark: Watermark) -> None:
        """Read from this database."""
        self._database = database
        self._outbox = outbox
        self._watermark = watermark

    def to_seal(self, after_seq: int, since: str, *, limit: int) -> list[tuple[int, EventId]]:
        """Give events behind a seq that are not delivered, or were not before `since`; covers the watermark first.

        Raises:
            StoreError: the watermark cannot be written; nothing is given then.
        """
        rows = self._database.rows(
            "select seq, event_id from outbox where seq > ? and coalesce(delivered_at, '~') >= ?"
            " and state <> 'superseded' order by seq limit ?",
            (after_seq, since, limit),
        )
        if rows and rows[-1]["seq"] > self._watermark.covered:
            self._watermark.cover()
        return [(row["seq"], EventId(row["event_id"])) for row in rows]

    def entry(self, event_id: EventId) -> OutboxEntry:
        """Give an event as captured.

        Raises:
            StoreError: CASE_NOT_FOUND.
        """
        return self._outbox.entry(event_id)

    def read_chunk(self, attachment_id: AttachmentId, offset: int, length: int) -> bytes:
        """Give bytes of an attachment.

        Raises:
            StoreError: CASE_NOT_FOUND, STORE_DAMAGED.
        """
        return self._outbox.read_chunk(attachment_id, offset, length)

    def delivered(self, event_ids: Collection[EventId], before: str) -> set[EventId]:
        """Give those that the hub has acknowledged whole before a time."""
        return self._among(event_ids, "delivered_at < ?", before)

    def settled(self, event_ids: Collection[EventId]) -> set[EventId]:
        """Give those that nothing is to be sent of: acknowledged whole, superseded, or taken back here."""
        return self._among(event_ids, "state in ('delivered', 'superseded', 'withdrawn')")

    def case_numbers(self, event_ids: Collection[EventId]) -> list[str]:
        """Give the numbers of the cases that these belong to, each once, in order."""
        rows = self._database.rows(
            "select distinct coalesce(cases.case_number, offers.case_number) as case_number from outbox"
            " left join cases using (case_id) left join offers using (event_id)"
            " where outbox.event_id in (select value from json_each(?)) order by case_number",
            (json.dumps(list(event_ids)),),
        )
        return [row["case_number"] for row in rows]

    def _among(self, event_ids: Collection[EventId], condition: str, *parameters: str) -> set[EventId]:
        rows = self._database.rows(
            f"select event_id from outbox where {condition} and event_id in (select value from json_each(?))",
            (*parameters, json.dumps(list(event_ids))),
        )
        return {EventId(row["event_id"]) for row in rows}

    def payload_sha256(self, event_id: EventId) -> str | None:
        """Give the hash of an event's payload, None when it is not here."""
        found: str | None = self._database.value("select payload_sha256 from outbox where event_id = ?", (event_id,))
        return found
