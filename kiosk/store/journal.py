"""The journal's table."""

from __future__ import annotations

from collections.abc import Iterable

from kiosk import journal
from kiosk.journal import ChainedLine
from kiosk.ports.store import JournalLine
from kiosk.store.database import Database

_COLUMNS = "seq, at, kind, actor, subject, detail, mac"


class SqliteJournal:
    """The hash-chained journal in the database; rows can only be added."""

    def __init__(self, database: Database, key: bytes) -> None:
        """Chain with this key."""
        self._database = database
        self._key = key

    def append(self, line: JournalLine, now: str) -> None:
        """Append a line to the chain."""
        with self._database.write():
            self.append_within(line, now)

    def append_within(self, line: JournalLine, now: str) -> None:
        """Append a line in the transaction of the act that it tells of."""
        self.append_all_within([line], now)

    def append_all_within(self, lines: Iterable[JournalLine], now: str) -> None:
        """Append lines in the transaction of the acts that they tell of."""
        last = self._database.row("select seq, mac from journal order by seq desc limit 1")
        seq, mac = (last["seq"], last["mac"]) if last else (0, journal.GENESIS)
        rows = []
        for line in lines:
            seq += 1
            detail = journal.detail_text(line.detail)
            chained = ChainedLine(seq, now, str(line.kind), line.actor, line.subject, detail)
            mac = journal.seal(self._key, mac, chained)
            rows.append((seq, now, chained.kind, chained.actor, chained.subject, detail, mac))
        self._database.run_all(f"insert into journal ({_COLUMNS}) values (?, ?, ?, ?, ?, ?, ?)", rows)

    def lines(self, *, limit: int = 200) -> list[dict[str, str | int]]:
        """List the newest lines, newest first; `detail` is JSON."""
        return self._database.rows(
            f"select {_COLUMNS} from journal order by seq desc limit ?",
            (limit,),
        )

    def verify(self) -> int:
        """Check the chain and give its length.

        Raises:
            StoreError: JOURNAL_BROKEN.
        """
        rows = self._database.rows(f"select {_COLUMNS} from journal order by seq")
        return journal.verify(self._key, (ChainedLine(**row) for row in rows))
