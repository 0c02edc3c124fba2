"""What families brought at another station, at either of the two; one step of the schema.

At the counter that takes it an offer is an event of the outbox under an id of its own in the place of a case's. At the
case's own it is named by the change feed, and its files come as documents of departments do.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, Final

import msgspec
from msgspec import Meta, Struct

from kiosk.clock import Clock, iso
from kiosk.domain.case import Attachment, MatterState
from kiosk.errors import ErrorCode, InputError
from kiosk.ids import CaseId, EventId, MatterId, OperatorId, uuid7
from kiosk.journal import JournalKind
from kiosk.packets.events import EventKind
from kiosk.ports.offers import BroughtOffer, MadeOffer, OfferState
from kiosk.ports.pages import CleanFile, MediaType
from kiosk.ports.results import RESULT_BYTES_MAX
from kiosk.ports.store import JournalLine
from kiosk.store.attachments import AttachmentRows
from kiosk.store.case_rows import compact, queue_event
from kiosk.store.database import Database, Row
from kiosk.store.journal import SqliteJournal
from kiosk.store.refused import SUPERSEDABLE
from kiosk.store.results import SqliteResults, forget_offered, name_offered

if TYPE_CHECKING:
    from kiosk.store.driver import sqlite_utils

_OFFERED = f"outbox.kind = '{EventKind.CORRECTION_OFFERED}'"
_TABLES: Final = f"""
    create table offers (
        offer_id text primary key references content_keys,
        event_id text not null unique references outbox (event_id) deferrable initially deferred,
        case_number text not null,
        made_at text not null,
        outcome text not null default '' check (outcome in ('', 'settled', 'lapsed')),
        words text not null default ''
    ) strict;
    create index offers_by_age on offers (made_at);
    create table brought_offers (
        offer_id text primary key,
        case_id text not null references cases,
        state text not null default 'open' check (state in ('open', 'put_in', 'overtaken')),
        aside text not null default '',
        body blob not null
    ) strict;
    create index brought_offers_open on brought_offers (case_id) where state = 'open';
    alter table results add column offer_id text;
    create index results_of_offer on results (offer_id) where offer_id is not null;
    drop view queue;
    -- The list of the sync centre and its badge are both made from this.
    create view queue as
        select outbox.seq, outbox.event_id, outbox.case_id,
            coalesce((select case_number from cases where cases.case_id = outbox.case_id),
                (select case_number from offers where offers.offer_id = outbox.case_id)) as case_number,
            outbox.kind, outbox.state,
            outbox.attempts, outbox.next_attempt_at, outbox.occurred_at, outbox.error_code, outbox.error_words,
            coalesce((select sum(size) from attachments where attachments.event_id = outbox.event_id), 0)
                as bytes_total,
            coalesce((select sum(iif(hub_state = 'held', size, hub_offset)) from attachments
                where attachments.event_id = outbox.event_id), 0) as bytes_sent,
            {SUPERSEDABLE.format(entry="outbox")} and not {_OFFERED} as correctable, outbox.rev
        from outbox
        where outbox.state in ('pending', 'in_flight', 'needs_attention');
    drop view attention;
    -- Cases that need a person.
    create view attention as
        select case_id from outbox where state = 'needs_attention' and not {_OFFERED}
        union select case_id from cases where state = 'correction_requested'
        union select case_id from case_matters where state = 'correction_requested';
"""
_OWNED = "references cases deferrable initially deferred"


def make_offers(db: sqlite_utils.Database) -> None:
    """Make the tables, and let the outbox hold events that are of no case of this terminal.

    The outbox is made anew, whatever refers to its rows waits: SQLite changes no constraint of a table.
    """
    kept = db.execute(
        "select type, sql from sqlite_master where tbl_name = 'outbox' and sql is not null"
        " order by type <> 'table', rowid"
    ).fetchall()
    (_, table), *others = kept
    columns = ", ".join(row[1] for row in db.execute("pragma table_info(outbox)").fetchall())
    for statement in (
        "pragma defer_foreign_keys = on",
        "create table outbox_before as select * from outbox",
        "drop table outbox",
        table.replace(_OWNED, _OWNED.replace("cases", "content_keys")),
        f"insert into outbox ({columns}) select {columns} from outbox_before order by seq",
        "drop table outbox_before",
        *(sql for _, sql in others),
        *(statement for statement in _TABLES.split(";") if statement.strip()),
    ):
        db.execute(statement)


class CorrectionWaits(Struct, frozen=True):
    """An offer for a case of this terminal, as the change feed tells it."""

    offer_id: Annotated[str, Meta(min_length=1, max_length=36)]
    station: str
    terminal_id: str
    operator: str
    at: str
    matters: Annotated[tuple[MatterId, ...], Meta(min_length=1)]
    fields: dict[str, str]
    files: tuple[Attachment, ...]
    words: str = ""


class OfferEnded(Struct, frozen=True):
    """How an offer of this counter ended, as the change feed tells it."""

    outcome: OfferState
    words: str = ""


def note_brought(database: Database, case_id: CaseId, brought: CorrectionWaits, now: str) -> str:
    """Keep an offer for a case and ask for its files, within a transaction; gives why that cannot be done."""
    if any(not 0 <= file.size <= RESULT_BYTES_MAX for file in brought.files):
        return "bad_body"
    row = {"offer_id": brought.offer_id, "case_id": case_id, "body": msgspec.json.encode(brought)}
    if database.value("select 1 from brought_offers where offer_id = ?", (brought.offer_id,)) is None:
        database.insert("brought_offers", row)
        name_offered(database, case_id, brought.offer_id, brought.files, now)
    return ""


def note_ended(database: Database, offer_id: str, ended: OfferEnded) -> str:
    """Keep how an offer of this counter ended, within a transaction; gives why that cannot be done."""
    if ended.outcome not in {OfferState.SETTLED, OfferState.LAPSED}:
        return "bad_body"
    row = (ended.outcome.value, ended.words, offer_id)
    return "" if database.run("update offers set outcome = ?, words = ? where offer_id = ?", row) else "unknown_offer"


def note_put_in(database: Database, offer_id: str, case_id: CaseId) -> None:
    """Note that an offer is put in, once, within the transaction that does it; its files are attachments now.

    Raises:
        InputError: OFFER_GONE, it was put in or overtaken before.
    """
    sql = "update brought_offers set state = 'put_in' where offer_id = ? and case_id = ? and state = 'open'"
    if not database.run(sql, (offer_id, case_id)):
        raise InputError(ErrorCode.OFFER_GONE)
    forget_offered(database, offer_id)


class SqliteOffers:
    """Offers in the database."""

    def __init__(
        self,
        database: Database,
        attachments: AttachmentRows,
        results: SqliteResults,
        journal: SqliteJournal,
        clock: Clock,
    ) -> None:
        """Keep them in this database."""
        self._database = database
        self._attachments = attachments
        self._results = results
        self._journal = journal
        self._clock = clock

    def make(
        self, case_number: str, actor: OperatorId, payload: bytes, files: Sequence[tuple[Attachment, bytes]]
    ) -> EventId:
        """Queue an offer in one transaction: files, outbox entry, journal line."""
        now, offer_id, event_id = iso(self._clock.now()), CaseId(uuid7()), EventId(uuid7())
        number = compact(case_number)
        with self._database.write():
            cipher = self._attachments.cipher_of(offer_id)
            row = {"offer_id": offer_id, "event_id": event_id, "case_number": number, "made_at": now}
            self._database.insert("offers", row)
            queue_event(self._database, event_id, EventKind.CORRECTION_OFFERED, offer_id, 1, now, payload)
            for attachment, data in files:
                self._attachments.put(cipher, offer_id, attachment, data, event_id)
            line = JournalLine(JournalKind.CORRECTION_OFFERED, actor, number, (("attachments", len(files)),))
            self._journal.append_within(line, now)
        return event_id

    def made(self, *, limit: int = 50) -> list[MadeOffer]:
        """List the offers that were taken here, newest first."""
        rows = self._database.rows(
            "select offer_id, case_number, made_at, outcome, words, state, error_words"
            " from offers join outbox using (event_id) order by made_at desc, offer_id desc limit ?",
            (limit,),
        )
        return [
            MadeOffer(
                CaseId(row["offer_id"]),
                row["case_number"],
                row["made_at"],
                _state(row),
                row["words"] or row["error_words"],
            )
            for row in rows
        ]

    def put_away(self, case_number: str, actor: OperatorId) -> None:
        """Send what the hub refused of the offers for a case no more."""
        now, number = iso(self._clock.now()), compact(case_number)
        with self._database.write():
            changed = self._database.run(
                "update outbox set state = 'withdrawn' where state = 'needs_attention' and received_at is null"
                " and event_id in (select event_id from offers where case_number = ?)",
                (number,),
            )
            if changed:
                self._journal.append_within(JournalLine(JournalKind.OFFER_PUT_AWAY, actor, number), now)

    def brought(self) -> list[BroughtOffer]:
        """List the offers that wait to be put in, oldest first; see the port."""
        rows = self._database.rows(
            "select o.offer_id, case_number, o.case_id, aside, body, not exists"
            " (select 1 from results r where r.offer_id = o.offer_id and r.state <> 'here') as here, exists"
            " (select 1 from results r where r.offer_id = o.offer_id and r.state = 'refused') as lost"
            " from brought_offers o join cases using (case_id) where o.state = 'open' order by o.rowid"
        )
        return [_brought(row) for row in rows if not self._overtaken(row)]

    def files_of(self, offer: BroughtOffer) -> tuple[CleanFile, ...]:
        """Give the bytes of an offer's files, in their order; see the port."""
        kinds: dict[str, MediaType] = {"image/jpeg": "image/jpeg", "application/pdf": "application/pdf"}
        if any(file.media_type not in kinds for file in offer.files):
            raise InputError(ErrorCode.ATTACHMENT_KIND)
        return tuple(
            CleanFile(kinds[file.media_type], file.pages, self._results.data(file.attachment_id))
            for file in offer.files
        )

    def set_aside(self, offer_id: str, words: str) -> None:
        """Keep why an offer is not put in by itself."""
        with self._database.write():
            self._database.run("update brought_offers set aside = ? where offer_id = ?", (words, offer_id))

    def take_up(self, offer_id: str) -> None:
        """Have an offer tried again; see the port."""
        with self._database.write():
            self._database.run("update brought_offers set aside = '' where offer_id = ?", (offer_id,))
            self._database.run(
                "update results set state = 'wanted', code = '' where offer_id = ? and state = 'refused'", (offer_id,)
            )

    def _overtaken(self, row: Row) -> bool:
        """Forget an offer of which nothing is waited for any more."""
        matters = msgspec.json.decode(row["body"], type=CorrectionWaits).matters
        waits = self._database.value(
            "select 1 from case_matters where case_id = ? and state = ?"
            " and matter_id in (select value from json_each(?))",
            (row["case_id"], MatterState.CORRECTION_REQUESTED.value, msgspec.json.encode(matters).decode()),
        )
        if waits is not None:
            return False
        with self._database.write():
            self._database.run(
                "update brought_offers set state = 'overtaken' where offer_id = ? and state = 'open'",
                (row["offer_id"],),
            )
            forget_offered(self._database, row["offer_id"])
        return True


def _state(row: Row) -> OfferState:
    if row["outcome"]:
        return OfferState(row["outcome"])
    named = {
        "delivered": OfferState.DELIVERED,
        "needs_attention": OfferState.REFUSED,
        "withdrawn": OfferState.PUT_AWAY,
    }
    return named.get(row["state"], OfferState.WAITING)


def _brought(row: Row) -> BroughtOffer:
    told = msgspec.json.decode(row["body"], type=CorrectionWaits)
    told_of: dict[str, Any] = msgspec.structs.asdict(told)
    here, lost = bool(row["here"]), bool(row["lost"])
    return BroughtOffer(case_number=row["case_number"], here=here, lost=lost, aside=row["aside"], **told_of)


_READY = msgspec.json.Decoder(tuple[CorrectionWaits, OfferEnded])  # decision 28
