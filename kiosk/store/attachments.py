"""The bytes of attachments: encrypted chunks under one content key per case.

Nothing here opens a transaction of its own.
"""

from __future__ import annotations

import hashlib

from kiosk.crypto.content import ContentAlteredError, ContentCipher, new_content_key
from kiosk.domain.case import Attachment
from kiosk.errors import ErrorCode, StoreError
from kiosk.ids import CaseId
from kiosk.store.database import Database

CHUNK_BYTES = 256 * 1024
"""Plain bytes per row: an upload on a slow link asks for 16 KiB at a time, and each read decrypts a whole row."""


class AttachmentRows:
    """Attachments of drafts and cases."""

    def __init__(self, database: Database) -> None:
        """Keep them in this database."""
        self._database = database

    def cipher_of(self, case_id: CaseId) -> ContentCipher:
        """Give the cipher of a case, with a new content key for a new one; within a transaction.

        Raises:
            StoreError: DRAFT_NOT_FOUND, the key was destroyed.
        """
        row = self._database.row("select content_key from content_keys where case_id = ?", (case_id,))
        if row is None:
            key = new_content_key()
            self._database.insert("content_keys", {"case_id": case_id, "content_key": key})
            return ContentCipher(key)
        if row["content_key"] is None:
            raise StoreError(ErrorCode.DRAFT_NOT_FOUND)
        return ContentCipher(row["content_key"])

    def put(
        self, cipher: ContentCipher, case_id: CaseId, attachment: Attachment, data: bytes, event_id: str | None = None
    ) -> None:
        """Write an attachment and its chunks, within a transaction.

        Raises:
            ValueError: the bytes are not those that the attachment names (a bug).
        """
        if len(data) != attachment.size or hashlib.sha256(data).hexdigest() != attachment.sha256:
            message = "attachment and bytes differ"
            raise ValueError(message)
        self._database.insert(
            "attachments",
            {
                "attachment_id": attachment.attachment_id,
                "case_id": case_id,
                "material_id": attachment.material_id,
                "media_type": attachment.media_type,
                "size": attachment.size,
                "sha256": attachment.sha256,
                "pages": attachment.pages,
                "event_id": event_id,
                "hub_state": "unknown",
            },
        )
        view = memoryview(data)
        for index, start in enumerate(range(0, len(data), CHUNK_BYTES)):
            self._database.run(
                "insert into attachment_chunks (attachment_id, idx, sealed) values (?, ?, ?)",
                (
                    attachment.attachment_id,
                    index,
                    cipher.seal(attachment.attachment_id, index, view[start : start + CHUNK_BYTES]),
                ),
            )

    def of_case(self, case_id: CaseId, *, taken_in: bool) -> tuple[Attachment, ...]:
        """List a case's attachments, those of the case or those of its draft, in the order they were added."""
        rows = self._database.rows(
            "select attachment_id, material_id, media_type, size, sha256, pages from attachments"
            " where case_id = ? and (event_id is not null) = ? order by rowid",
            (case_id, int(taken_in)),
        )
        return tuple(Attachment(**row) for row in rows)

    def read(self, attachment_id: str, offset: int = 0, length: int | None = None) -> bytes:
        """Give the plain bytes from `offset`, at most `length` and never beyond the end.

        Raises:
            StoreError: CASE_NOT_FOUND for an unknown one or one whose key was destroyed; STORE_DAMAGED when the bytes
                are not those that were kept.
        """
        found = self._database.row(
            "select size, content_key from attachments join content_keys using (case_id) where attachment_id = ?",
            (attachment_id,),
        )
        if found is None or found["content_key"] is None:
            raise StoreError(ErrorCode.CASE_NOT_FOUND)
        end = found["size"] if length is None else min(found["size"], offset + length)
        if offset >= end:
            return b""
        first, last = offset // CHUNK_BYTES, (end - 1) // CHUNK_BYTES
        rows = self._database.rows(
            "select idx, sealed from attachment_chunks where attachment_id = ? and idx between ? and ? order by idx",
            (attachment_id, first, last),
        )
        cipher = ContentCipher(found["content_key"])
        try:
            plain = b"".join(cipher.open(attachment_id, row["idx"], row["sealed"]) for row in rows)
        except ContentAlteredError as exc:
            raise StoreError(ErrorCode.STORE_DAMAGED, found="attachment") from exc
        begin = offset - first * CHUNK_BYTES
        wanted = plain[begin : begin + end - offset]
        if len(wanted) != end - offset:
            raise StoreError(ErrorCode.STORE_DAMAGED, found="attachment")
        return wanted

    def is_damaged(self, attachment: Attachment) -> bool:
        """Tell whether any of an attachment's bytes, or the key to them, are not there any more; reads all of it."""
        try:
            for offset in range(0, attachment.size, CHUNK_BYTES):
                self.read(attachment.attachment_id, offset, CHUNK_BYTES)
        except StoreError as exc:
            if exc.code not in {ErrorCode.STORE_DAMAGED, ErrorCode.CASE_NOT_FOUND}:
                raise
            return True
        return False
