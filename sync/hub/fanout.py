"""Handing a case's matters to their departments in parallel, and hearing what they say.

Any number of workers drain one table: each claims rows that no other holds (`FOR UPDATE SKIP LOCKED` on PostgreSQL;
SQLite's writers follow each other), lets go of the database while it speaks with the department, and then writes down
how that went. A claim is a time that passes: a worker that dies leaves nothing locked. What a worker hands over twice
because of that has the same name and content.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Collection, Sequence
from datetime import timedelta
from itertools import groupby

import msgspec
from sqlalchemy import ColumnElement, Connection, exc, insert, select, true, update

from kiosk.clock import Clock, iso
from kiosk.errors import ErrorCode, InputError
from sync import policy
from sync.feed_bodies import ResultDocument
from sync.hub.aside import Work, apart, not_aside, set_aside
from sync.hub.attachments import held_bytes
from sync.hub.connectors import Connector, ConnectorError, HandOver, NewsLine, ResultError, UnreadLine
from sync.hub.database import HubDatabase
from sync.hub.deaths import register_death
from sync.hub.departments import Said, keep_results, say
from sync.hub.permissions import hand_over_of
from sync.hub.tables import DEPARTMENT_FEEDS, HAND_OVERS, MATTERS

_LOG = logging.getLogger("yizhan.hub.fanout")
_LEASE = timedelta(minutes=2)
_FAR = timedelta(hours=2)
_CLAIMED = 20
_LOOK_S = 0.25
_NAME_MAX = 40
_TAKEN_OVER, _SET_ASIDE, _FILES_AWAY = "feed_in_other_hands", "set_aside", "files_away"
CLERK = "*"
"""The line of the training clerk: all departments that have no line of their own."""


class Line:
    """The line between the hub and one department. `work` may be called by any one thread.

    On success a hand-over is done for ever. When the department cannot be reached or does not take it, it is tried
    again with a growing wait or when the department wished, and why stands in its row for the hub's staff. What a
    department says that cannot be (a move that is not in the table, a case that is not its own) is written down and
    passed over. A case that cannot be handed over, or a line or document that cannot be taken, is set aside.
    """

    def __init__(
        self,
        database: HubDatabase,
        clock: Clock,
        department: str,
        connector: Connector,
        *,
        others: Collection[str] = (),
        chance: Callable[[], float] = random.random,
    ) -> None:
        """Stand between them; with `CLERK` as department, for all that are not among `others`."""
        self._database = database
        self._clock = clock
        self._department = department
        self._connector = connector
        self._others = tuple(others)
        self._chance = chance

    def work(self) -> int:
        """Hand over what is due, then listen once; gives how much was done."""
        return self.hand_over_due() + self.listen()

    def hand_over_due(self) -> int:
        """Hand over what is due."""
        done = 0
        while claimed := self._claim():
            outcomes = [self._hand_over(*one) for one in claimed]
            with self._database.write() as connection:
                for (case_id, matter_id, rev, _), outcome in zip(claimed, outcomes, strict=True):
                    _note(connection, case_id, matter_id, rev, **outcome)
            done += sum("handed_at" in outcome for outcome in outcomes)
        return done

    def listen(self) -> int:
        """Hear what the department has said since the last time, if it is time."""
        cursor = self._claim_feed()
        if cursor is None:
            return 0
        heard, more = 0, True
        try:
            while more:
                news = self._connector.news(cursor)
                for _, lines in groupby(news.lines, self._case_of):
                    cursor = self._take(list(lines), cursor)
                heard += len(news.lines)
                more = news.has_more and bool(news.lines)
        except ConnectorError as error:
            self._rest_feed(policy.PROBE_MAX_S if error.retry_after_s is None else error.retry_after_s, error.code)
        except exc.OperationalError:
            self._rest_feed(_LOOK_S, "")  # nobody shall wait for the end of the claim
            raise
        else:
            self._rest_feed(self._connector.poll_s, "")
        return heard

    def _mine(self, department: ColumnElement[str]) -> ColumnElement[bool]:
        if self._department != CLERK:
            return department == self._department
        return department.not_in(self._others) if self._others else true()

    def _claim(self) -> list[tuple[str, str, int, int]]:
        now = self._clock.now()
        before = HAND_OVERS.alias()
        earlier = select(before.c.rev).where(
            before.c.case_id == HAND_OVERS.c.case_id,
            before.c.matter_id == HAND_OVERS.c.matter_id,
            before.c.rev < HAND_OVERS.c.rev,
            before.c.handed_at.is_(None),
        )
        columns = (HAND_OVERS.c.case_id, HAND_OVERS.c.matter_id, HAND_OVERS.c.rev, HAND_OVERS.c.attempts)
        due = (
            select(*columns)
            .where(HAND_OVERS.c.handed_at.is_(None), HAND_OVERS.c.due_at <= iso(now))
            .where(self._mine(HAND_OVERS.c.department), ~earlier.exists())
            .where(not_aside(Work.HAND_OVER, HAND_OVERS.c.case_id))
            .order_by(HAND_OVERS.c.due_at)
            .limit(_CLAIMED)
        )
        with self._database.read() as connection:  # a look costs no lock
            if connection.execute(due.limit(1)).first() is None:
                return []
        with self._database.write() as connection:
            claimed = [tuple(row) for row in connection.execute(due.with_for_update(skip_locked=True, of=HAND_OVERS))]
            for case_id, matter_id, rev, attempts in claimed:
                _note(connection, case_id, matter_id, rev, due_at=iso(now + _LEASE), attempts=attempts + 1)
        return claimed

    def _hand_over(self, case_id: str, matter_id: str, rev: int, attempts: int) -> dict[str, str]:
        """Hand a matter over; gives what its row shall say."""
        readable: list[HandOver] = []
        now = iso(self._clock.now())
        with self._database.write() as connection, apart(connection, Work.HAND_OVER, case_id, now):
            readable.append(hand_over_of(connection, case_id, matter_id, rev))
        if not readable:
            return {"due_at": now, "trouble": _SET_ASIDE}
        try:
            self._connector.hand_over(readable[0], self._bytes_of)
        except (ConnectorError, OSError) as error:
            if isinstance(error, OSError):  # the place where attachments are kept, which may come back
                error = ConnectorError(_FILES_AWAY)
            wish = error.retry_after_s
            wait = policy.backoff(attempts, self._chance()) if wish is None else policy.after(wish, self._chance())
            return {"due_at": iso(self._clock.now() + timedelta(seconds=wait)), "trouble": error.code}
        return {"handed_at": iso(self._clock.now()), "trouble": ""}

    def _bytes_of(self, attachment_id: str) -> bytes:
        with self._database.read() as connection:
            return held_bytes(connection, self._database.objects, attachment_id)

    def _claim_feed(self) -> str | None:
        """Take the feed for a while; None when it is not time or another worker listens."""
        now = self._clock.now()
        feed = DEPARTMENT_FEEDS.c.department == self._department
        with self._database.read() as connection:
            due_at = connection.execute(select(DEPARTMENT_FEEDS.c.due_at).where(feed)).scalar_one_or_none()
        # A time far ahead was written by a clock that has been put right since.
        if due_at is not None and iso(now) < due_at < iso(now + _FAR):
            return None
        with self._database.write() as connection:
            if due_at is None:
                row = {"department": self._department, "cursor": "", "due_at": iso(now + _LEASE), "trouble": ""}
                try:
                    with connection.begin_nested():
                        connection.execute(insert(DEPARTMENT_FEEDS).values(row))
                except exc.IntegrityError:  # another worker began it at this moment
                    return None
                return ""
            taken = update(DEPARTMENT_FEEDS).where(feed, DEPARTMENT_FEEDS.c.due_at == due_at)
            cursor = taken.values(due_at=iso(now + _LEASE)).returning(DEPARTMENT_FEEDS.c.cursor)
            return connection.execute(cursor).scalar_one_or_none()

    def _rest_feed(self, wait_s: float, trouble: str) -> None:
        again = iso(self._clock.now() + timedelta(seconds=wait_s))
        with self._database.write() as connection:
            connection.execute(
                update(DEPARTMENT_FEEDS)
                .where(DEPARTMENT_FEEDS.c.department == self._department)
                .values(due_at=again, trouble=trouble)
            )

    def _take(self, lines: Sequence[NewsLine], cursor: str) -> str:
        """Let lines of one case have their effect and keep the place in one transaction; gives the new place."""
        fetched = [self._fetched(line) for line in lines]
        now, after = iso(self._clock.now()), str(lines[-1].seq)
        with self._database.write() as connection:
            kept = connection.execute(
                update(DEPARTMENT_FEEDS)
                .where(DEPARTMENT_FEEDS.c.department == self._department, DEPARTMENT_FEEDS.c.cursor == cursor)
                .values(cursor=after)
            )
            if not kept.rowcount:
                raise ConnectorError(_TAKEN_OVER)
            for line, results, lacking in fetched:
                if isinstance(line, UnreadLine):
                    set_aside(connection, Work.NEWS, self._case_of(line), line.reason, now)
                    continue
                with apart(connection, Work.NEWS, self._case_of(line), now):
                    self._take_line(connection, line, results, now)
                    if lacking:
                        set_aside(connection, Work.RESULTS, self._case_of(line), lacking, now)
        return after

    def _case_of(self, line: NewsLine) -> str:
        """Tell lines of one case from those before and after; one of no case stands alone, under its number."""
        return line.statement.case_id if line.statement else f"{self._department[:_NAME_MAX]} {line.seq}"

    def _fetched(self, line: NewsLine) -> tuple[NewsLine, list[tuple[ResultDocument, bytes]], str]:
        """Fetch a line's documents; gives the line with those that came, their bytes, and why others did not."""
        results, lacking = [], ""
        for document in line.statement.results if line.statement else ():
            try:
                results.append((document, self._connector.result(document)))
            except ResultError as error:
                lacking = error.code
        if line.statement is not None and lacking:
            there = tuple(document for document, _ in results)
            line = msgspec.structs.replace(line, statement=msgspec.structs.replace(line.statement, results=there))
        return line, results, lacking

    def _take_line(
        self, connection: Connection, line: NewsLine, results: Sequence[tuple[ResultDocument, bytes]], now: str
    ) -> None:
        try:
            with connection.begin_nested():
                self._apply(connection, line, now)
                if line.statement is not None:
                    keep_results(connection, line.statement.case_id, line.statement.matter_id, results, now)
        except (InputError, exc.IntegrityError, exc.DataError) as error:
            _LOG.info("a line of %s was passed over: %s", self._department, type(error).__name__)

    def _apply(self, connection: Connection, line: NewsLine, now: str) -> None:
        if line.death is not None:
            register_death(connection, line.death, now)
        if line.statement is None:
            return
        one = line.statement
        own = select(MATTERS.c.matter_id).where(
            MATTERS.c.case_id == one.case_id, MATTERS.c.matter_id == one.matter_id, self._mine(MATTERS.c.department)
        )
        if connection.execute(own).first() is None:
            raise InputError(ErrorCode.MATTER_UNKNOWN, matter=one.matter_id)
        said = Said(one.state, one.words, one.due, one.fields, one.materials, one.results)
        say(connection, one.case_id, one.matter_id, said, now)


def _note(connection: Connection, case_id: str, matter_id: str, rev: int, **values: object) -> None:
    this = (HAND_OVERS.c.case_id == case_id) & (HAND_OVERS.c.matter_id == matter_id) & (HAND_OVERS.c.rev == rev)
    connection.execute(update(HAND_OVERS).where(this).values(values))
