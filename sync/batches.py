"""Batches as the terminal writes them."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Raw

from kiosk.ports.sync import OutboxEntry
from sync.messages import Batch, BatchItem, ManifestEntry


def batch_of(terminal_id: str, app: str, epoch: str, entries: Sequence[OutboxEntry]) -> Batch:
    """Write a batch of events."""
    return Batch(terminal_id=terminal_id, epoch=epoch, app=app, items=tuple(_item(entry) for entry in entries))


def _item(entry: OutboxEntry) -> BatchItem:
    return BatchItem(
        event_id=entry.event_id,
        seq=entry.seq,
        kind=entry.kind,
        schema=entry.schema,
        case_id=entry.case_id,
        rev=entry.rev,
        occurred_at=entry.occurred_at,
        clock_offset_ms=entry.clock_offset_ms,
        payload=Raw(entry.payload),
        payload_sha256=entry.payload_sha256,
        attachments=tuple(
            ManifestEntry(
                attachment_id=attachment.attachment_id,
                sha256=attachment.sha256,
                size=attachment.size,
                media_type=attachment.media_type,
                pages=attachment.pages,
            )
            for attachment in entry.attachments
        ),
        previous=entry.previous,
        follows=entry.follows,
    )
