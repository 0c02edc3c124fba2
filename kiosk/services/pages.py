"""Captured and imported files of a draft."""

from __future__ import annotations

from kiosk.domain.case import Attachment
from kiosk.ids import AttachmentId, CaseId, MaterialId, uuid7
from kiosk.ports.pages import CleanFile, PageCleaner
from kiosk.ports.store import Store


class PageService:
    """Keeps what a person hands over, made anew. Called on the thread that owns the store."""

    def __init__(self, store: Store, cleaner: PageCleaner) -> None:
        """Keep files in this store."""
        self._store = store
        self._cleaner = cleaner

    def prepare(self) -> None:
        """Get ready for a first file without waiting for it."""
        self._cleaner.prepare()

    def add(self, case_id: CaseId, material_id: MaterialId, data: bytes) -> Attachment:
        """Clean a captured or imported file of a material, and keep it with the draft.

        Raises:
            InputError: as `PageCleaner.clean`.
            StoreError: DRAFT_NOT_FOUND, or what the disk says; nothing was kept.
        """
        file = self.clean(data)
        attachment = describe(material_id, file)
        self._store.drafts.add_attachment(case_id, attachment, file.data)
        return attachment

    def clean(self, data: bytes) -> CleanFile:
        """Make a file anew that goes to a case without a draft.

        Raises:
            InputError: as `PageCleaner.clean`.
        """
        return self._cleaner.clean(data)

    def remove(self, attachment_id: AttachmentId) -> None:
        """Delete a file of a draft."""
        self._store.drafts.remove_attachment(attachment_id)

    def picture(self, attachment_id: AttachmentId, page: int, long_side: int) -> bytes:
        """Give a page (counted from 0) as JPEG, its longer side at most `long_side` pixels.

        Raises:
            StoreError: CASE_NOT_FOUND, it was removed; STORE_DAMAGED.
            InputError: as `PageCleaner.picture`.
        """
        return self._cleaner.picture(self._store.cases.read_attachment(attachment_id), page, long_side)


def describe(material_id: MaterialId, file: CleanFile) -> Attachment:
    """Describe a clean file as one of a material, under a new id."""
    return Attachment(
        attachment_id=uuid7(),
        material_id=material_id,
        media_type=file.media_type,
        size=len(file.data),
        sha256=file.sha256,
        pages=file.pages,
    )
