"""How far the hub has the attachments."""

from __future__ import annotations

from kiosk.ids import AttachmentId
from kiosk.ports.sync import Upload
from kiosk.store.attachments import AttachmentRows
from kiosk.store.database import Database

WAITS = (
    "coalesce({entry}.next_attempt_at, '') > :now"
    " and {entry}.next_attempt_at <= strftime('%Y-%m-%dT%H:%M:%fZ', :now, '+2 hours')"
)
"""Whether the time of an `{entry}` of the outbox is still to come at `:now`.

No wait is longer than two hours: a later time was set while the clock was ahead, and would never come.
"""


class SqliteUploads:
    """Attachments on their way. What the hub was never asked about is `unknown`, then `missing`, then `held`."""

    def __init__(self, database: Database, attachments: AttachmentRows) -> None:
        """Read attachments from this database."""
        self._database = database
        self._attachments = attachments

    def uploads(self, now: str, *, limit: int) -> list[Upload]:
        """Give attachments that the hub misses of entries that it has received, small ones first."""
        rows = self._database.rows(
            "select attachment_id, event_id, size, sha256, hub_offset as offset"
            " from attachments cross join outbox using (event_id)"
            " where outbox.state = 'pending' and received_at is not null and hub_state = 'missing'"
            f" and not ({WAITS.format(entry='outbox')}) order by size, attachments.rowid limit :limit",
            {"now": now, "limit": limit},
        )
        return [Upload(**row) for row in rows]

    def note_upload(self, attachment_id: AttachmentId, offset: int, *, complete: bool) -> None:
        """Keep how far the hub confirmed an attachment."""
        with self._database.write():
            self._database.run(
                "update attachments set hub_offset = ?, hub_state = ? where attachment_id = ?",
                (offset, "held" if complete else "missing", attachment_id),
            )

    def read_chunk(self, attachment_id: AttachmentId, offset: int, length: int) -> bytes:
        """Give bytes of an attachment, fewer at its end.

        Raises:
            StoreError: CASE_NOT_FOUND, STORE_DAMAGED.
        """
        with self._database.read():
            return self._attachments.read(attachment_id, offset, length)
