"""Drafts: cases being taken in, and the files captured for them so far."""

from __future__ import annotations

from kiosk.clock import Clock, iso
from kiosk.domain.application import decode
from kiosk.domain.case import Attachment
from kiosk.errors import ErrorCode, StoreError
from kiosk.ids import AttachmentId, CaseId, OperatorId
from kiosk.journal import JournalKind
from kiosk.ports.store import Draft, DraftSummary, JournalLine
from kiosk.store.attachments import AttachmentRows
from kiosk.store.database import Database
from kiosk.store.journal import SqliteJournal


class SqliteDrafts:
    """Drafts in the database. A case that was taken in takes no more drafts, however late one is saved."""

    def __init__(self, database: Database, attachments: AttachmentRows, journal: SqliteJournal, clock: Clock) -> None:
        """Keep drafts in this database."""
        self._database = database
        self._attachments = attachments
        self._journal = journal
        self._clock = clock

    def save(self, draft: Draft) -> None:
        """Keep a draft, replacing the earlier one of the same case; the first one is noted in the journal.

        Raises:
            StoreError: DRAFT_NOT_FOUND, the case was taken in meanwhile.
        """
        now = iso(self._clock.now())
        with self._database.write():
            self._expect_open(draft.case_id)
            self._attachments.cipher_of(draft.case_id)
            if self._database.value("select 1 from drafts where case_id = ?", (draft.case_id,)) is None:
                line = JournalLine(JournalKind.DRAFT_BEGUN, draft.operator_id, draft.case_id)
                self._journal.append_within(line, now)
            self._database.run(
                "insert into drafts (case_id, operator_id, step, application, updated_at) values (?, ?, ?, ?, ?)"
                " on conflict (case_id) do update set operator_id = excluded.operator_id, step = excluded.step,"
                " application = excluded.application, updated_at = excluded.updated_at",
                (draft.case_id, draft.operator_id, draft.step, draft.application, draft.updated_at or now),
            )

    def get(self, case_id: CaseId) -> Draft:
        """Give a draft.

        Raises:
            StoreError: DRAFT_NOT_FOUND.
        """
        row = self._database.row("select * from drafts where case_id = ?", (case_id,))
        if row is None:
            raise StoreError(ErrorCode.DRAFT_NOT_FOUND)
        return Draft(**row)

    def of_operator(self, operator_id: OperatorId) -> list[DraftSummary]:
        """List an operator's drafts, newest first, under the deceased's name."""
        rows = self._database.rows(
            "select * from drafts where operator_id = ? order by updated_at desc, rowid desc", (operator_id,)
        )
        return [
            DraftSummary(
                case_id=row["case_id"],
                operator_id=row["operator_id"],
                step=row["step"],
                updated_at=row["updated_at"],
                title=decode(row["application"]).deceased.name or "",
            )
            for row in rows
        ]

    def discard(self, case_id: CaseId) -> None:
        """Delete a draft, its attachments and their key; nothing happens when it is gone already.

        Raises:
            StoreError: DRAFT_NOT_FOUND, the case was taken in meanwhile.
        """
        with self._database.write():
            self._expect_open(case_id)
            row = self._database.row("select operator_id from drafts where case_id = ?", (case_id,))
            self._database.run("delete from drafts where case_id = ?", (case_id,))
            self._database.run("delete from attachments where case_id = ?", (case_id,))
            self._database.run("delete from content_keys where case_id = ?", (case_id,))
            if row is not None:
                line = JournalLine(JournalKind.DRAFT_DISCARDED, row["operator_id"], case_id)
                self._journal.append_within(line, iso(self._clock.now()))

    def add_attachment(self, case_id: CaseId, attachment: Attachment, data: bytes) -> None:
        """Keep a file of a draft, encrypted under the case's own content key.

        Raises:
            StoreError: DRAFT_NOT_FOUND, the case was taken in meanwhile.
        """
        with self._database.write():
            self._expect_open(case_id)
            self._attachments.put(self._attachments.cipher_of(case_id), case_id, attachment, data)

    def attachments(self, case_id: CaseId) -> tuple[Attachment, ...]:
        """List the files of a draft, in the order they were added."""
        return self._attachments.of_case(case_id, taken_in=False)

    def remove_attachment(self, attachment_id: AttachmentId) -> None:
        """Delete a file of a draft; a file of a case stays."""
        with self._database.write():
            self._database.run("delete from attachments where attachment_id = ? and event_id is null", (attachment_id,))

    def _expect_open(self, case_id: CaseId) -> None:
        if self._database.value("select 1 from cases where case_id = ?", (case_id,)) is not None:
            raise StoreError(ErrorCode.DRAFT_NOT_FOUND)
