"""Day ends: what was counted, and what the hub counted when it had them."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.clock import Clock, iso
from kiosk.domain.day_end import DayClose, DayCount
from kiosk.errors import ErrorCode, InputError
from kiosk.ids import CaseId, EventId, OperatorId, uuid7
from kiosk.journal import JournalKind
from kiosk.packets.canonical import range_digest
from kiosk.packets.events import EventKind
from kiosk.ports.store import JournalLine
from kiosk.store.case_rows import queue_event
from kiosk.store.database import Database
from kiosk.store.journal import SqliteJournal

_CASES = f"kind = '{EventKind.CASE_TAKEN_IN}'"
_SENT = "state not in ('superseded', 'withdrawn')"
"""What the hub has or will have; a day end that it never gets leaves its range to the next one."""

DAY_ENDS = """
    create table day_ends (
        event_id text primary key references outbox (event_id),
        closed_at text not null,
        operator text not null,
        first_seq integer not null,
        last_seq integer not null unique,
        cases integer not null,
        events integer not null,
        digest text not null check (length(digest) = 64),
        signature text not null,
        hub_cases integer,
        hub_events integer,
        hub_digest text,
        hub_at text,
        hub_signature text not null default ''
    ) strict;
    create trigger day_ends_keeps before update
        of event_id, closed_at, operator, first_seq, last_seq, cases, events, digest, signature on day_ends
        begin select raise(abort, 'day_ends: immutable'); end;
    create trigger day_ends_stay before delete on day_ends begin select raise(abort, 'day_ends: kept'); end;
    """


class SqliteDayEnds:
    """Day ends in the database. A range begins behind the one before it, so that no event is counted twice."""

    def __init__(self, database: Database, journal: SqliteJournal, clock: Clock) -> None:
        """Count in this database."""
        self._database = database
        self._journal = journal
        self._clock = clock

    def count(self) -> DayCount:
        """Count what stands here since the last day end."""
        with self._database.read():
            return self._count()

    def close(self, write: Callable[[DayCount, str, str], tuple[bytes, str]], operator: OperatorId) -> DayClose:
        """Close what `count` gives, queue it for the hub and write the journal line, in one transaction.

        Raises:
            InputError: NOTHING_TO_CLOSE.
        """
        now, event_id = iso(self._clock.now()), EventId(uuid7())
        with self._database.write():
            count = self._count()
            if not count.news or count.last_case is None:
                raise InputError(ErrorCode.NOTHING_TO_CLOSE)
            digest = self._digest(count)
            payload, signature = write(count, digest, now)
            case_id, _ = count.last_case
            rev = self._database.value("update cases set rev = rev + 1 where case_id = ? returning rev", (case_id,))
            queue_event(self._database, event_id, EventKind.DAY_CLOSED, case_id, int(rev), now, payload)
            self._database.insert(
                "day_ends",
                {
                    "event_id": event_id,
                    "closed_at": now,
                    "operator": operator,
                    "first_seq": count.first_seq,
                    "last_seq": count.last_seq,
                    "cases": count.cases,
                    "events": count.events,
                    "digest": digest,
                    "signature": signature,
                },
            )
            detail = (("first_seq", count.first_seq), ("last_seq", count.last_seq), ("cases", count.cases))
            self._journal.append_within(JournalLine(JournalKind.DAY_CLOSED, operator, event_id, detail), now)
        return self.closes(limit=1)[0]

    def closes(self, *, limit: int = 31) -> list[DayClose]:
        """List the day ends, newest first."""
        rows = self._database.rows(
            "select d.*, (select count(*) from outbox o where o.seq between d.first_seq and d.last_seq"
            f" and o.{_CASES} and o.state = 'delivered') as delivered"
            " from day_ends d order by d.last_seq desc limit ?",
            (limit,),
        )
        return [DayClose(**row) for row in rows]

    def _count(self) -> DayCount:
        before = self._database.row(
            f"select d.last_seq, d.closed_at from day_ends d join outbox using (event_id) where {_SENT}"
            " order by d.last_seq desc limit 1"
        )
        after = before["last_seq"] if before else 0
        figures = self._database.rows(
            f"select count(*) filter (where {_CASES} and {_SENT}) as cases,"
            f" count(*) filter (where {_CASES} and state = 'delivered') as delivered,"
            f" count(*) filter (where {_SENT}) as events,"
            f" count(*) filter (where kind <> :day_closed and {_SENT}) as news, coalesce(max(seq), :after) as last_seq"
            " from outbox where seq > :after",
            {"day_closed": EventKind.DAY_CLOSED, "after": after},
        )[0]
        # One that the hub has refused would hold the day end up, too.
        waits = "(select 1 from outbox s where s.case_id = o.case_id and s.state = '{}')"
        kept = f"not exists {waits.format('withdrawn')}"
        newest = self._newest(after, f"{kept} and not exists {waits.format('needs_attention')}")
        return DayCount(
            first_seq=after + 1,
            since=before["closed_at"] if before else None,
            last_case=newest or self._newest(after, kept),
            **figures,
        )

    def _newest(self, after: int, condition: str) -> tuple[CaseId, str] | None:
        row = self._database.row(
            "select case_id, case_number from outbox o join cases using (case_id)"
            f" where o.seq > ? and {condition} order by o.seq desc limit 1",
            (after,),
        )
        return (CaseId(row["case_id"]), row["case_number"]) if row else None

    def _digest(self, count: DayCount) -> str:
        rows = self._database.rows(
            f"select event_id, payload_sha256 from outbox where seq between ? and ? and {_SENT} order by seq",
            (count.first_seq, count.last_seq),
        )
        return range_digest((row["event_id"], row["payload_sha256"]) for row in rows)
