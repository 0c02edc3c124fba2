"""Sealing: each event gets a packet of its own beside the database, right after it was kept there."""

from __future__ import annotations

from datetime import timedelta

from kiosk.clock import Clock, iso
from kiosk.errors import ErrorCode, StoreError
from kiosk.ids import EventId
from kiosk.packets.sealed import CHUNK_BYTES, PacketOrigin, write_packet
from kiosk.ports.relay import PacketFolder, PacketSource

KEPT = timedelta(days=30)
"""How long a packet stays after the hub has acknowledged its event: that long, a hub may be restored from a backup."""
_PAGE = 500
_LOST = {ErrorCode.STORE_DAMAGED, ErrorCode.CASE_NOT_FOUND}
"""What reading an event or its attachments says when they, or the key to them, are not there any more."""


def unsealed(source: PacketSource, folder: PacketFolder, since: str) -> list[EventId]:
    """List the events that are not delivered, or were not before `since`, and have no packet.

    Raises:
        StoreError: store or folder cannot be read.
    """
    there = set(folder.event_ids())
    after = 0
    missing: list[EventId] = []
    while page := source.to_seal(after, since, limit=_PAGE):
        missing += [event_id for _, event_id in page if event_id not in there]
        after = page[-1][0]
    return missing


def is_lost(source: PacketSource, event_id: EventId) -> bool:
    """Tell whether an event, or one of its attachments, cannot be read any more; reads all of it.

    Raises:
        StoreError: the store cannot be read at all.
    """
    try:
        for attachment in source.entry(event_id).attachments:
            for offset in range(0, attachment.size, CHUNK_BYTES):
                source.read_chunk(attachment.attachment_id, offset, CHUNK_BYTES)
    except StoreError as exc:
        if exc.code not in _LOST:
            raise
        return True
    return False


class Sealer:
    """Seals what has no packet yet, and removes packets whose time is over. Used by the thread that owns the source."""

    def __init__(
        self, source: PacketSource, folder: PacketFolder, origin: PacketOrigin, epoch: str, clock: Clock
    ) -> None:
        """Seal from this store into this folder."""
        self._source = source
        self._folder = folder
        self._origin = origin
        self._epoch = epoch
        self._clock = clock
        self._after = 0
        """Up to this seq everything has its packet, but for what is lost."""
        self.lost: list[EventId] = []
        """Events that cannot be sealed, because they or an attachment cannot be read any more."""

    def seal_some(self) -> int:
        """Seal a page of what has no packet; gives how many events were looked at, 0 when all are sealed or lost.

        Raises:
            StoreError: it cannot be read or written; it is tried again with the next call.
        """
        since = iso(self._clock.now() - KEPT)
        page = self._source.to_seal(self._after, since, limit=_PAGE)
        for seq, event_id in page:
            if not self._folder.has(event_id):
                self._seal(event_id)
            self._after = seq
        return len(page)

    def prune(self) -> int:
        """Remove packets of events that were acknowledged long ago; those that the store does not know stay."""
        over = self._source.delivered(self._folder.event_ids(), iso(self._clock.now() - KEPT))
        for event_id in over:
            self._folder.remove(event_id)
        return len(over)

    def _seal(self, event_id: EventId) -> None:
        try:
            entry = self._source.entry(event_id)
            self._folder.add(
                event_id, lambda out: write_packet(out, self._origin, self._epoch, entry, self._source.read_chunk)
            )
        except StoreError as exc:
            if exc.code not in _LOST:
                raise
            self.lost.append(event_id)
