"""What the counter changes in a case after it was taken in."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.clock import Clock, iso
from kiosk.domain.application import decode
from kiosk.domain.case import Attachment, MatterState
from kiosk.domain.lifecycle import MatterEvent, advance, counter_may
from kiosk.errors import ErrorCode, InputError, StoreError
from kiosk.ids import CaseId, EventId, uuid7
from kiosk.packets.anew import written_anew
from kiosk.packets.events import EventKind
from kiosk.ports.store import Amendment, JournalLine
from kiosk.ports.sync import ATTACHMENT_DAMAGED
from kiosk.store.attachments import AttachmentRows
from kiosk.store.case_rows import follow_matters, lookup_form, queue_event
from kiosk.store.database import Database
from kiosk.store.journal import SqliteJournal
from kiosk.store.offers import note_put_in
from kiosk.store.refused import (
    Refused,
    behind,
    carry_files_over,
    keep_back,
    let_go,
    refused_of,
    supersede,
)


class SqliteAmendments:
    """Corrections, withdrawals and re-openings in the database."""

    def __init__(
        self, database: Database, attachments: AttachmentRows, journal: SqliteJournal, clock: Clock, terminal: str
    ) -> None:
        """Amend the cases of this database, for this terminal."""
        self._database = database
        self._attachments = attachments
        self._journal = journal
        self._clock = clock
        self._terminal = terminal

    def amend(self, amendment: Amendment, payload_of: Callable[[int], bytes]) -> EventId:
        """Amend a case in one transaction; see the port.

        Raises:
            StoreError: CASE_NOT_FOUND.
            InputError: CASE_MOVE_NOT_ALLOWED, MATTER_UNKNOWN, OFFER_GONE; INPUT_INVALID, what was refused cannot be
                read. Nothing has changed then.
        """
        now = iso(self._clock.now())
        event_id = EventId(uuid7())
        case_id = amendment.case_id
        with self._database.write():
            number = self._database.value("select case_number from cases where case_id = ?", (case_id,))
            if number is None:
                raise StoreError(ErrorCode.CASE_NOT_FOUND)
            for matter_id in amendment.matters:
                self._move(case_id, matter_id, amendment.move, amendment.words, now)
            if amendment.offer_id:
                note_put_in(self._database, amendment.offer_id, case_id)
            if amendment.application is not None:
                self._rewrite(case_id, amendment.application)
            self._queue(amendment, event_id, payload_of, now)
            self._add_materials(amendment, event_id)
            follow_matters(self._database, case_id)
            detail = (("matters", len(amendment.matters)), ("attachments", len(amendment.files)))
            line = JournalLine(amendment.kind, amendment.actor, number, detail)
            self._journal.append_within(line, now)
        return event_id

    def lost_files(self, case_id: CaseId) -> tuple[Attachment, ...]:
        """Give the damaged ones of the attachments that the hub still misses of a case."""
        with self._database.read():
            missed = self._database.rows(
                "select attachment_id, material_id, media_type, size, sha256, pages"
                " from attachments join outbox using (event_id, case_id) where case_id = ? and hub_state = 'missing'"
                " and outbox.state = 'needs_attention' and error_code = ? order by attachments.rowid",
                (case_id, ATTACHMENT_DAMAGED),
            )
            return tuple(file for row in missed if self._attachments.is_damaged(file := Attachment(**row)))

    def _queue(self, amendment: Amendment, event_id: EventId, payload_of: Callable[[int], bytes], now: str) -> None:
        """Queue the event, behind what the hub had refused of the case, which is written anew."""
        case_id = amendment.case_id
        refused = refused_of(self._database, case_id)
        withdraws = amendment.kind is EventKind.CASE_WITHDRAWN and refused is not None and refused.rev == 1
        if amendment.kind is EventKind.CASE_REOPENED:
            let_go(self._database, self._journal, case_id, amendment.actor, now)
        last = int(self._database.value("select rev from cases where case_id = ?", (case_id,)))
        rev = last + 1
        if refused is not None and not withdraws:
            rev = self._write_anew(refused, case_id, last, amendment.actor, now)
        self._database.run("update cases set rev = ? where case_id = ?", (max(rev, last), case_id))
        queue_event(self._database, event_id, amendment.kind, case_id, rev, now, payload_of(rev))
        if withdraws:
            keep_back(self._database, case_id)

    def _write_anew(self, refused: Refused, case_id: CaseId, last: int, actor: str, now: str) -> int:
        """Put an event in the stead of a refused one; gives the rev of the next event of the case.

        It has the place of the refused one. Where the hub has another event there, it goes behind all that the hub has.
        What stands behind it in the case is written anew, too, where it was refused or says what is no longer so.
        """
        application = decode(self._database.value("select application from cases where case_id = ?", (case_id,)))
        for old in (refused, *behind(self._database, case_id, refused)):
            payload = written_anew(old.kind, old.payload, application, self._terminal)
            if old is not refused and (payload is None or (old.waits and payload == old.payload)):
                continue
            rev = old.rev if old.hub_rev is None else max(last, old.hub_rev) + 1
            last = max(last, rev)
            supersede(self._database, self._journal, old, actor, now)
            if payload is None:
                return rev
            event_id = EventId(uuid7())
            queue_event(self._database, event_id, old.kind, case_id, rev, now, payload)
            carry_files_over(self._database, old.event_id, event_id)
        return last + 1

    def _move(self, case_id: CaseId, matter_id: str, move: MatterEvent, words: str, now: str) -> None:
        found = self._database.value(
            "select state from case_matters where case_id = ? and matter_id = ?", (case_id, matter_id)
        )
        if found is None:
            raise InputError(ErrorCode.MATTER_UNKNOWN, matter=matter_id)
        state = MatterState(found)
        if not counter_may(state, move):
            raise InputError(ErrorCode.CASE_MOVE_NOT_ALLOWED, state=state.value)
        self._database.run(
            "update case_matters set state = ?, words = ?, updated_at = ?, correction_due = null,"
            " wanted_fields = '[]', wanted_materials = '[]' where case_id = ? and matter_id = ?",
            (advance(state, move).value, words, now, case_id, matter_id),
        )

    def _rewrite(self, case_id: CaseId, application: bytes) -> None:
        """Keep the application as it is now, and find the case by what it says."""
        entry = decode(application)
        self._database.run(
            "update cases set application = ?, deceased_name = ?, deceased_document = ?, applicant_name = ?,"
            " applicant_document = ? where case_id = ?",
            (
                application,
                (entry.deceased.name or "").strip(),
                lookup_form(entry.deceased.document_number or ""),
                (entry.applicant.name or "").strip(),
                lookup_form(entry.applicant.document_number or ""),
                case_id,
            ),
        )

    def _add_materials(self, amendment: Amendment, event_id: EventId) -> None:
        case_id = amendment.case_id
        for material in amendment.materials:
            self._database.run(
                "insert into case_materials (case_id, position, material_id, name, status, pages, due) values"
                " (?, (select coalesce(max(position) + 1, 0) from case_materials where case_id = ?), ?, ?, ?, ?, ?)"
                " on conflict do update set status = excluded.status, pages = excluded.pages, due = excluded.due",
                (
                    case_id,
                    case_id,
                    material.material_id,
                    material.name,
                    material.status.value,
                    material.pages,
                    material.due,
                ),
            )
        cipher = self._attachments.cipher_of(case_id)
        for attachment, data in amendment.files:
            self._attachments.put(cipher, case_id, attachment, data, event_id)
