"""Documents that departments give: named by the change feed, fetched when asked for, sealed under their case's key."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Annotated, Final

from msgspec import Meta, Struct

from kiosk.crypto.content import ContentAlteredError, ContentCipher
from kiosk.domain.case import Attachment
from kiosk.errors import ErrorCode, StoreError
from kiosk.ids import CaseId
from kiosk.journal import JournalKind
from kiosk.ports.results import RESULT_BYTES_MAX, RESULTS_KEPT_BYTES, ResultFile, ResultState, WantedResult
from kiosk.ports.store import JournalLine
from kiosk.store.attachments import AttachmentRows
from kiosk.store.case_rows import compact
from kiosk.store.database import Database, Row
from kiosk.store.journal import SqliteJournal

RESULTS: Final = """
    create table results (
        result_id text primary key,
        case_id text not null references cases,
        matter_id text not null,
        name text not null,
        media_type text not null,
        size integer not null check (size >= 0),
        sha256 text not null check (length(sha256) = 64),
        state text not null default 'named' check (state in ('named', 'wanted', 'here', 'refused')),
        received integer not null default 0 check (received between 0 and size),
        code text not null default '',
        copies integer not null default 0,
        asked_at text not null default '',
        used_at text not null default ''
    ) strict;
    create index results_of_case on results (case_id);
    create index results_by_state on results (state, asked_at);
    create table result_parts (
        result_id text not null references results,
        start integer not null,
        sealed blob not null,
        primary key (result_id, start)
    ) strict, without rowid;
"""
DIFFERS: Final = "result_differs"
"""Why a document was refused here: its bytes are not those that the feed named."""


class NamedResult(Struct, frozen=True):
    """A document as the change feed names it."""

    result_id: Annotated[str, Meta(min_length=1, max_length=36)]
    name: Annotated[str, Meta(min_length=1, max_length=200)]
    media_type: Annotated[str, Meta(max_length=80)]
    size: Annotated[int, Meta(ge=0, le=RESULT_BYTES_MAX)]
    sha256: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]


def name_results(database: Database, case_id: CaseId, matter_id: str, named: Iterable[NamedResult]) -> None:
    """Keep which documents there are, within a transaction; one that is known stays as it is."""
    for document in named:
        database.run(
            "insert into results (result_id, case_id, matter_id, name, media_type, size, sha256)"
            " values (?, ?, ?, ?, ?, ?, ?) on conflict (result_id) do nothing",
            (
                document.result_id,
                case_id,
                matter_id,
                document.name,
                document.media_type,
                document.size,
                document.sha256,
            ),
        )


def name_offered(database: Database, case_id: CaseId, offer_id: str, files: Iterable[Attachment], now: str) -> None:
    """Ask for the files of an offer, within a transaction: they come with the next exchanges."""
    for file in files:
        database.run(
            "insert into results"
            " (result_id, case_id, matter_id, name, media_type, size, sha256, state, asked_at, offer_id)"
            " values (?, ?, '', ?, ?, ?, ?, 'wanted', ?, ?) on conflict (result_id) do nothing",
            (file.attachment_id, case_id, file.material_id, file.media_type, file.size, file.sha256, now, offer_id),
        )


def forget_offered(database: Database, offer_id: str) -> None:
    """Forget the files of an offer, within a transaction: the case has them, or nobody waits for them."""
    named = "(select result_id from results where offer_id = ?)"
    database.run(f"delete from result_parts where result_id in {named}", (offer_id,))
    database.run("delete from results where offer_id = ?", (offer_id,))


class SqliteResults:
    """Documents in the database, in parts as they came: a slow line needs them, and no part is read twice."""

    def __init__(self, database: Database, attachments: AttachmentRows, journal: SqliteJournal) -> None:
        """Keep them in this database, under the keys of their cases."""
        self._database = database
        self._attachments = attachments
        self._journal = journal

    def of_case(self, case_number: str) -> list[ResultFile]:
        """List a case's documents, in the order in which they were named."""
        rows = self._database.rows(
            "select result_id, matter_id, name, media_type, size, results.state, received, code, copies"
            " from results join cases using (case_id) where case_number = ? and offer_id is null"
            " order by results.rowid",
            (compact(case_number),),
        )
        return [ResultFile(**row | {"state": ResultState(row["state"])}) for row in rows]

    def want(self, result_id: str, actor: str, now: str) -> None:
        """Ask for a document that is not here.

        Raises:
            StoreError: CASE_NOT_FOUND, there is none of this id.
        """
        with self._database.write():
            row = self._row(result_id)
            if row["state"] in (ResultState.NAMED, ResultState.REFUSED):
                self._set(result_id, state=ResultState.WANTED, code="", asked_at=now)
                self._note(JournalKind.RESULT_WANTED, actor, row, now)

    def read(self, result_id: str, actor: str, now: str) -> bytes:
        """Give a document's bytes; who looked is noted.

        Raises:
            StoreError: CASE_NOT_FOUND when it is not here; STORE_DAMAGED when it is not what was kept.
        """
        with self._database.write():
            row, data = self._held(result_id)
            self._set(result_id, used_at=now)
            self._note(JournalKind.RESULT_OPENED, actor, row, now)
        return data

    def data(self, result_id: str) -> bytes:
        """Give the bytes of a file that the program itself takes further.

        Raises:
            StoreError: CASE_NOT_FOUND when it is not here; STORE_DAMAGED when it is not what was kept.
        """
        with self._database.read():
            return self._held(result_id)[1]

    def note_printed(self, result_id: str, actor: str, now: str) -> int:
        """Count a copy and note in the journal who printed it; gives its number.

        Raises:
            StoreError: CASE_NOT_FOUND, there is none of this id.
        """
        with self._database.write():
            row = self._row(result_id)
            copy: int = row["copies"] + 1
            self._set(result_id, copies=copy, used_at=now)
            self._note(JournalKind.RESULT_PRINTED, actor, row, now, ("copy", copy))
        return copy

    def wanted(self) -> WantedResult | None:
        """Give the document that was asked for first, of those that are not whole."""
        row = self._database.row(
            "select result_id, size, sha256, received from results where state = 'wanted'"
            " order by asked_at, rowid limit 1"
        )
        return None if row is None else WantedResult(**row)

    def keep_part(self, result_id: str, part: bytes, now: str) -> None:
        """Keep the next bytes; with the last ones the whole is checked, and refused when it is another."""
        with self._database.write():
            row = self._row(result_id)
            start, end = row["received"], row["received"] + len(part)
            if end > row["size"]:
                self._refuse(row, DIFFERS, now)
                return
            if part:
                sealed = self._cipher(row).seal(result_id, start, part)
                self._database.insert("result_parts", {"result_id": result_id, "start": start, "sealed": sealed})
                self._set(result_id, received=end)
            if end < row["size"]:
                return
            if hashlib.sha256(self._opened(row)).hexdigest() != row["sha256"]:
                self._refuse(row, DIFFERS, now)
                return
            self._set(result_id, state=ResultState.HERE, used_at=now)
            self._note(JournalKind.RESULT_FETCHED, "hub", row, now)
            self._make_room(result_id)

    def refuse(self, result_id: str, code: str, now: str) -> None:
        """Keep why a document cannot be had; what was fetched of it goes."""
        with self._database.write():
            self._refuse(self._row(result_id), code, now)

    def _refuse(self, row: Row, code: str, now: str) -> None:
        self._forget(row["result_id"], ResultState.REFUSED, code)
        self._note(JournalKind.RESULT_REFUSED, "hub", row, now, ("code", code))

    def _make_room(self, newest: str) -> None:
        while (self._database.value("select sum(received) from results") or 0) > RESULTS_KEPT_BYTES:
            oldest = self._database.value(
                "select result_id from results where state = 'here' and result_id <> ? and offer_id is null"
                " order by used_at limit 1",
                (newest,),
            )
            if oldest is None:
                return
            self._forget(oldest, ResultState.NAMED, "")

    def _forget(self, result_id: str, state: ResultState, code: str) -> None:
        self._database.run("delete from result_parts where result_id = ?", (result_id,))
        self._set(result_id, state=state, code=code, received=0)

    def _held(self, result_id: str) -> tuple[Row, bytes]:
        row = self._row(result_id)
        if row["state"] != ResultState.HERE:
            raise StoreError(ErrorCode.CASE_NOT_FOUND)
        data = self._opened(row)
        if hashlib.sha256(data).hexdigest() != row["sha256"]:
            raise StoreError(ErrorCode.STORE_DAMAGED, found="result")
        return row, data

    def _opened(self, row: Row) -> bytes:
        cipher = self._cipher(row)
        parts = self._database.rows(
            "select start, sealed from result_parts where result_id = ? order by start", (row["result_id"],)
        )
        try:
            return b"".join(cipher.open(row["result_id"], part["start"], part["sealed"]) for part in parts)
        except ContentAlteredError as exc:
            raise StoreError(ErrorCode.STORE_DAMAGED, found="result") from exc

    def _cipher(self, row: Row) -> ContentCipher:
        return self._attachments.cipher_of(row["case_id"])

    def _row(self, result_id: str) -> Row:
        row = self._database.row(
            "select results.*, case_number from results join cases using (case_id) where result_id = ?", (result_id,)
        )
        if row is None:
            raise StoreError(ErrorCode.CASE_NOT_FOUND)
        return row

    def _set(self, result_id: str, **values: str | int) -> None:
        columns = ", ".join(f"{name} = :{name}" for name in values)
        self._database.run(
            f"update results set {columns} where result_id = :result_id",
            {**values, "result_id": result_id},
        )

    def _note(self, kind: JournalKind, actor: str, row: Row, now: str, *more: tuple[str, str | int]) -> None:
        detail = (("result", row["result_id"]), *more)
        self._journal.append_within(JournalLine(kind, actor, row["case_number"], detail), now)
