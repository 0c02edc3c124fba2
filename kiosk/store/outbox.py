"""The outbox: events as captured, until the hub has them whole."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence

from kiosk.domain.case import Delivery
from kiosk.domain.recount import Recount
from kiosk.errors import ErrorCode, StoreError
from kiosk.ids import CaseId, EventId
from kiosk.journal import JournalKind
from kiosk.packets.events import EventKind
from kiosk.ports.store import JournalLine
from kiosk.ports.sync import (
    ATTACHMENT_DAMAGED,
    AttachmentManifest,
    DeliveryOutcome,
    HeldRange,
    OutboxEntry,
    OutcomeStatus,
    QueueLine,
    SyncCounts,
)
from kiosk.store.attachments import AttachmentRows
from kiosk.store.database import Database, Row, Value
from kiosk.store.inbox import SqliteInbox
from kiosk.store.journal import SqliteJournal
from kiosk.store.refused import found_at_hub
from kiosk.store.results import SqliteResults
from kiosk.store.uploads import WAITS, SqliteUploads
from kiosk.store.watermark import Watermark

_BEFORE = """
    (select p.event_id from outbox p where p.seq = o.seq - 1) as previous,
    (select p.event_id from outbox p where p.seq < o.seq
        and (p.received_at is not null or p.state in ('pending', 'in_flight')) order by p.seq desc limit 1) as follows
"""
_DUE = f"""
    select event_id, seq, kind, case_id, rev, occurred_at, clock_offset_ms, schema, payload, payload_sha256, attempts,
        {_BEFORE}
    from outbox o join event_payloads using (event_id)
    where state = 'pending' and seq <= :covered and not ({WAITS.format(entry="o")})
        and (received_at is null or not exists (
            select 1 from attachments a where a.event_id = o.event_id and a.hub_state = 'missing'))
        -- The hub takes the events of a case in the order of their rev: one that waits holds up those behind it.
        and not exists (select 1 from outbox p where p.case_id = o.case_id and p.rev < o.rev
            and p.state not in ('delivered', 'superseded') and p.received_at is null
            and (p.state <> 'pending' or {WAITS.format(entry="p")}))
    order by seq limit :limit
"""

_NAMED = "event_id in (select value from json_each(:named))"
_OPEN = "state in ('pending', 'in_flight', 'needs_attention')"
_TAKEN = frozenset({OutcomeStatus.RECEIVED, OutcomeStatus.DUPLICATE})

_BYTES_LEFT = """
    select (select coalesce(sum(size - hub_offset), 0) from attachments
            where event_id is not null and hub_state <> 'held')
        - (select coalesce(sum(size - hub_offset), 0) from outbox join attachments using (event_id)
            where outbox.state in ('needs_attention', 'withdrawn') and hub_state <> 'held')
"""


class SqliteOutbox(SqliteUploads, SqliteInbox):
    """The outbox in the database.

    An entry is `pending`, `in_flight` while a request with it is under way, `delivered` once the hub has it with every
    attachment, or `needs_attention`. One that the hub received but misses attachments of is pending with `received_at`.
    A delivered entry only changes again when the hub says that it lost it; one that is `superseded` or `withdrawn` is
    not sent, unless the hub proves to have it. Used by the thread that opened the store; the other threads and programs
    have their own. Trouble with the store raises and changes nothing.
    """

    def __init__(
        self,
        database: Database,
        attachments: AttachmentRows,
        watermark: Watermark,
        journal: SqliteJournal,
        terminal: str,
        recount: Recount,
    ) -> None:
        """Queue in this database for this terminal."""
        SqliteUploads.__init__(self, database, attachments)
        SqliteInbox.__init__(self, database, journal, terminal, recount)
        self.results = SqliteResults(database, attachments, journal)
        self._database = database
        self._watermark = watermark
        self._journal = journal

    def recover(self) -> None:
        """Make entries that were in flight when the last worker ended pending again.

        Only for the one worker, when it starts: another program that looks at the store must not disturb it.
        """
        with self._database.write():
            self._database.run("update outbox set state = 'pending' where state = 'in_flight'")

    def due(self, now: str, *, max_items: int, max_bytes: int) -> list[OutboxEntry]:
        """Give entries to announce, in order; see the port. Covers the number watermark first.

        Raises:
            StoreError: the watermark cannot be written; nothing is sent then.
        """
        newest = self._database.value("select max(seq) from outbox where state = 'pending'") or 0
        if newest > self._watermark.covered:
            self._watermark.cover()
        entries: list[Row] = []
        total = 0
        parameters: dict[str, Value] = {"now": now, "covered": self._watermark.covered, "limit": max_items}
        with self._database.read():
            for row in self._database.rows(_DUE, parameters):
                total += len(row["payload"])
                if entries and total > max_bytes:
                    break
                entries.append(row)
            manifests = self._manifests([row["event_id"] for row in entries])
        return _in_turn([OutboxEntry(**row, attachments=manifests[row["event_id"]]) for row in entries])

    def entry(self, event_id: EventId) -> OutboxEntry:
        """Give an event as captured.

        Raises:
            StoreError: CASE_NOT_FOUND.
        """
        row = self._database.row(
            "select event_id, seq, kind, case_id, rev, occurred_at, clock_offset_ms, schema, payload, payload_sha256,"
            f" attempts, {_BEFORE} from outbox o join event_payloads using (event_id) where event_id = ?",
            (event_id,),
        )
        if row is None:
            raise StoreError(ErrorCode.CASE_NOT_FOUND)
        return OutboxEntry(**row, attachments=self._manifests([event_id])[event_id])

    def next_due_at(self) -> str | None:
        """Give when the earliest waiting entry comes due, None when nothing waits."""
        row = self._database.row(
            "select next_attempt_at, occurred_at from outbox o where state = 'pending'"
            " and (received_at is null or not exists"
            " (select 1 from attachments a where a.event_id = o.event_id and a.hub_state = 'missing'))"
            " order by next_attempt_at limit 1"  # null, which is due at once, comes first
        )
        return None if row is None else row["next_attempt_at"] or row["occurred_at"]

    def mark_in_flight(self, event_ids: Sequence[EventId], now: str) -> None:
        """Note that these are being sent; each counts as an attempt, made at `now`."""
        sql = "update outbox set state = 'in_flight', attempts = attempts + 1, next_attempt_at = :now"
        with self._database.write():
            self._database.run(
                f"{sql} where {_NAMED} and state = 'pending'", {"now": now, "named": json.dumps(event_ids)}
            )

    def record(self, outcomes: Iterable[DeliveryOutcome], now: str, *, retry_at: Callable[[int], str]) -> None:
        """Keep the hub's answers in one transaction; see the port. Those for delivered events are ignored, too."""
        with self._database.write():
            whole: list[tuple[Row, DeliveryOutcome]] = []
            for outcome in outcomes:
                entry = self._answered(outcome.event_id)
                if outcome.status in _TAKEN and (entry is None or entry["state"] != "in_flight"):
                    found_at_hub(self._database, self._journal, outcome.event_id, now)
                    entry = self._answered(outcome.event_id)
                if entry is None:
                    continue
                if outcome.status in _TAKEN and not outcome.missing:
                    whole.append((entry, outcome))
                elif outcome.status in _TAKEN:
                    self._receive(entry, outcome, now, retry_at)
                elif outcome.status in {OutcomeStatus.REJECTED, OutcomeStatus.CONFLICT}:
                    self._shelve(entry, now, outcome.code or outcome.status.value, outcome.words, outcome.hub_rev)
                else:
                    self._wait(entry, retry_at(entry["attempts"]), outcome.code, outcome.words)
            if whole:
                self._deliver(whole, now)

    def release(
        self, event_ids: Sequence[EventId], now: str, *, code: str, words: str, retry_at: Callable[[int], str]
    ) -> None:
        """Put entries that got no answer back to pending, with the reason; they are announced again from the start."""
        del now
        with self._database.write():
            for event_id in event_ids:
                entry = self._database.row(
                    "select * from outbox where event_id = ? and state in ('pending', 'in_flight')", (event_id,)
                )
                if entry is not None:
                    self._wait(entry, retry_at(entry["attempts"]), code, words)

    def shelve(self, event_id: EventId, now: str, *, code: str, words: str) -> None:
        """Put an entry on the needs-attention shelf."""
        with self._database.write():
            entry = self._database.row(f"select * from outbox where event_id = ? and {_OPEN}", (event_id,))
            if entry is not None:
                self._shelve(entry, now, code, words)

    def retry_now(self, now: str) -> None:
        """Make every pending entry due at once."""
        with self._database.write():
            self._database.run(
                "update outbox set next_attempt_at = ? where state = 'pending' and next_attempt_at > ?", (now, now)
            )

    def send_again(self, event_id: EventId, now: str) -> None:
        """Take an entry off the needs-attention shelf: it is due at once, and announced from the start."""
        with self._database.write():
            self._database.run(
                "update outbox set state = 'pending', received_at = null, next_attempt_at = ?"
                " where event_id = ? and state = 'needs_attention'",
                (now, event_id),
            )

    def held(self, first_seq: int, last_seq: int) -> HeldRange:
        """Give what the hub has of a range, as far as we know."""
        rows = self._database.rows(
            "select event_id, payload_sha256, state from outbox where seq between ? and ? and received_at is not null"
            " order by seq",
            (first_seq, last_seq),
        )
        delivered = (row for row in rows if row["state"] == Delivery.DELIVERED)
        events = tuple((EventId(row["event_id"]), row["payload_sha256"]) for row in delivered)
        return HeldRange(first_seq, last_seq, len(rows), events)

    def requeue(self, event_ids: Sequence[EventId], now: str) -> None:
        """Make events that the hub has lost pending again, with their attachments; noted in the journal."""
        with self._database.write():
            for event_id in event_ids:
                entry = self._database.row(
                    "select seq, event_id, kind from outbox where event_id = ? and received_at is not null", (event_id,)
                )
                if entry is None:
                    continue
                self._database.run(
                    "update outbox set state = 'pending', received_at = null, delivered_at = null, next_attempt_at = ?,"
                    " error_code = 'lost_at_hub', error_words = '' where event_id = ?",
                    (now, event_id),
                )
                self._database.run(
                    "update attachments set hub_state = 'unknown', hub_offset = 0 where event_id = ?", (event_id,)
                )
                self._journal.append_within(_line(JournalKind.DELIVERY_UNDONE, entry, "lost_at_hub"), now)

    def note_reconciled(self, hub_only: Sequence[str], now: str) -> None:
        """Keep when hub and terminal were last compared whole, and the hub's events that are not here."""
        with self._database.write():
            self._database.run("delete from hub_only")
            for event_id in hub_only:
                found_at_hub(self._database, self._journal, EventId(event_id), now)
                self._database.run(
                    "insert into hub_only select :event_id, :now"
                    " where not exists (select 1 from outbox where event_id = :event_id)",
                    {"event_id": event_id, "now": now},
                )
            self._database.run("update terminal set reconciled_at = ? where id = 1", (now,))

    def counts(self) -> SyncCounts:
        """Count cases by the worst state that one of their entries is in, from the rows of `queue`."""
        with self._database.read():
            row = self._database.rows(
                "select count(*) filter (where worst = 1) as pending, count(*) filter (where worst = 0) as in_flight,"
                " count(*) filter (where worst = 2) as needs_attention, count(*) as undelivered"
                " from (select max(case state when 'needs_attention' then 2 when 'pending' then 1 else 0 end) as worst"
                " from queue group by case_id)"
            )[0]
            cases = self._database.value("select count(*) from cases")
            offers = self._database.value(f"select count(*) from offers join outbox using (event_id) where {_OPEN}")
            hub_only = self._database.value("select count(*) from hub_only")
            withdrawn = self._database.value(
                "select count(distinct case_id) from outbox join cases using (case_id) where outbox.state = 'withdrawn'"
            )
            bytes_left = self._database.value(_BYTES_LEFT)
            acknowledged = self._database.value("select acknowledged_at from terminal where id = 1")
            oldest = self._database.value(
                "select occurred_at from queue"
                " where seq = (select min(seq) from queue where state in ('pending', 'in_flight'))"
            )
        return SyncCounts(
            pending=row["pending"],
            in_flight=row["in_flight"],
            delivered=cases - (row["undelivered"] - offers) - withdrawn,
            needs_attention=row["needs_attention"],
            last_acknowledged_at=acknowledged,
            oldest_pending_at=oldest,
            hub_only=hub_only,
            withdrawn=withdrawn,
            bytes_left=bytes_left,
        )

    def queue(self, *, limit: int = 200) -> list[QueueLine]:
        """List what is not delivered, needs-attention first, then in order."""
        rows = self._database.rows(
            "select event_id, case_number, kind, state, attempts, next_attempt_at, error_code, error_words,"
            " bytes_total, bytes_sent, correctable, correctable and rev = 1 as withdrawable"
            " from queue order by state <> 'needs_attention', seq limit ?",
            (limit,),
        )
        kinds = {"state": Delivery, "correctable": bool, "withdrawable": bool}
        return [QueueLine(**row | {name: kind(row[name]) for name, kind in kinds.items()}) for row in rows]

    def _answered(self, event_id: EventId) -> Row | None:
        return self._database.row(
            f"select seq, event_id, kind, case_id, rev, state, attempts from outbox where event_id = ? and {_OPEN}",
            (event_id,),
        )

    def _deliver(self, whole: Sequence[tuple[Row, DeliveryOutcome]], now: str) -> None:
        """Keep that the hub has these with every attachment."""
        entries = [entry for entry, _ in whole]
        named = json.dumps([entry["event_id"] for entry in entries])
        self._database.run(f"update attachments set hub_state = 'held' where {_NAMED}", {"named": named})
        self._database.run(
            "update outbox set state = 'delivered', received_at = coalesce(received_at, :now), delivered_at = :now,"
            f" next_attempt_at = null, error_code = '', error_words = '' where {_NAMED}",
            {"now": now, "named": named},
        )
        self._database.run(
            "update terminal set acknowledged_at = ? where id = 1", (whole[-1][1].acknowledged_at or now,)
        )
        for entry, outcome in whole:
            self._take_number(entry, outcome)
            if entry["kind"] == EventKind.CASE_CORRECTED:  # does the hub still miss what was lost before it?
                self._database.run(
                    "update outbox set state = 'pending', received_at = null, error_code = '', error_words = ''"
                    " where case_id = ? and rev < ? and state = 'needs_attention' and error_code = ?",
                    (entry["case_id"], entry["rev"], ATTACHMENT_DAMAGED),
                )
        self._journal.append_all_within((_line(JournalKind.CASE_DELIVERED, entry, "") for entry in entries), now)

    def _receive(self, entry: Row, outcome: DeliveryOutcome, now: str, retry_at: Callable[[int], str]) -> None:
        """Keep that the hub has an event and misses some of its attachments."""
        self._take_number(entry, outcome)
        event_id = entry["event_id"]
        self._database.run("update attachments set hub_state = 'held' where event_id = ?", (event_id,))
        missing = sum(
            self._database.run(
                "update attachments set hub_state = 'missing', hub_offset = iif(hub_offset < size, hub_offset, 0)"
                " where attachment_id = ? and event_id = ?",
                (attachment_id, event_id),
            )
            for attachment_id in outcome.missing
        )
        if missing:
            self._database.run(
                "update outbox set state = 'pending', received_at = :now, next_attempt_at = null, error_code = '',"
                " error_words = '' where event_id = :event_id",
                {"now": now, "event_id": event_id},
            )
        else:  # it misses something that is not ours to send: not whole there, and asking at once again is no use
            self._wait(entry, retry_at(entry["attempts"]), outcome.code, outcome.words)

    def _take_number(self, entry: Row, outcome: DeliveryOutcome) -> None:
        if outcome.hub_case_number:
            self._database.run(
                "update cases set official_number = coalesce(official_number, ?) where case_id = ?",
                (outcome.hub_case_number, entry["case_id"]),
            )

    def _wait(self, entry: Row, until: str, code: str, words: str) -> None:
        self._database.run(
            "update outbox set state = 'pending', received_at = null, next_attempt_at = ?, error_code = ?,"
            " error_words = ? where event_id = ?",
            (until, code, words, entry["event_id"]),
        )

    def _shelve(self, entry: Row, now: str, code: str, words: str, hub_rev: int | None = None) -> None:
        self._database.run(
            "update outbox set state = 'needs_attention', next_attempt_at = null, error_code = ?, error_words = ?,"
            " hub_rev = ? where event_id = ?",
            (code, words, hub_rev, entry["event_id"]),
        )
        if hub_rev is not None:  # is it an earlier writing of the same that the hub has? The next round compares
            self._database.run(
                "update terminal set reconciled_at = null where exists"
                " (select 1 from outbox where case_id = ? and rev = ? and state = 'superseded')",
                (entry["case_id"], entry["rev"]),
            )
        self._journal.append_within(_line(JournalKind.DELIVERY_REFUSED, entry, code), now)

    def _manifests(self, event_ids: Sequence[EventId]) -> dict[EventId, tuple[AttachmentManifest, ...]]:
        found: dict[EventId, list[AttachmentManifest]] = {event_id: [] for event_id in event_ids}
        for row in self._database.rows(
            "select event_id, attachment_id, sha256, size, media_type, pages from attachments"
            f" where {_NAMED} order by rowid",
            {"named": json.dumps(event_ids)},
        ):
            found[row.pop("event_id")].append(AttachmentManifest(**row))
        return {event_id: tuple(manifests) for event_id, manifests in found.items()}


def _line(kind: JournalKind, entry: Row, code: str) -> JournalLine:
    return JournalLine(kind, "", entry["event_id"], (("seq", entry["seq"]), ("kind", entry["kind"]), ("code", code)))


def _in_turn(entries: Sequence[OutboxEntry]) -> list[OutboxEntry]:
    """Let the events of each case go by rev: one that was written anew has a later seq than those behind it."""
    latest: dict[CaseId, int] = {}
    turns: dict[EventId, tuple[int, int]] = {}
    for entry in sorted(entries, key=lambda entry: entry.rev):
        latest[entry.case_id] = max(latest.get(entry.case_id, 0), entry.seq)
        turns[entry.event_id] = (latest[entry.case_id], entry.rev)
    return sorted(entries, key=lambda entry: turns[entry.event_id])
