"""The store: all its parts over one connection."""

from __future__ import annotations

from pathlib import Path

from kiosk.clock import Clock
from kiosk.crypto.derivation import derive_key
from kiosk.domain.recount import Recount
from kiosk.errors import ErrorCode, StoreError
from kiosk.paths import DATABASE_FILE
from kiosk.store.amendments import SqliteAmendments
from kiosk.store.attachments import AttachmentRows
from kiosk.store.cases import SqliteCases
from kiosk.store.database import Database, new_database, open_database
from kiosk.store.day_ends import SqliteDayEnds
from kiosk.store.drafts import SqliteDrafts
from kiosk.store.files import storage_errors
from kiosk.store.journal import SqliteJournal
from kiosk.store.migrations import migrate, schema_version
from kiosk.store.offers import SqliteOffers
from kiosk.store.operators import SqliteOperators
from kiosk.store.outbox import SqliteOutbox
from kiosk.store.packets import SqlitePackets
from kiosk.store.papers import SqlitePapers
from kiosk.store.statistics import SqliteStatistics
from kiosk.store.watermark import Watermark


def _as_they_are(_application: bytes, _accepted_at: str) -> None:
    return None


class SqliteStore:
    """The encrypted local store; one instance per thread, closed by that thread.

    Every method of its parts is one transaction that is durable when it returns (`synchronous=FULL`), or it raises
    `StoreError` and has changed nothing.
    """

    def __init__(
        self, folder: Path, database: Database, key: bytes, clock: Clock, terminal_id: str, recount: Recount
    ) -> None:
        """Build the parts; `open_store` is the way here."""
        self._folder = folder
        self._database = database
        self.journal = SqliteJournal(database, derive_key(key, "journal"))
        self._watermark = Watermark(folder, database, self.journal, clock)
        self._watermark.settle()
        attachments = AttachmentRows(database)
        self.operators = SqliteOperators(database, self.journal, clock)
        self.drafts = SqliteDrafts(database, attachments, self.journal, clock)
        self.cases = SqliteCases(database, attachments, self._watermark, self.journal, clock)
        self.amendments = SqliteAmendments(database, attachments, self.journal, clock, terminal_id)
        self.papers = SqlitePapers(database, self.journal)
        self.statistics = SqliteStatistics(database)
        self.day_ends = SqliteDayEnds(database, self.journal, clock)
        self.outbox = SqliteOutbox(database, attachments, self._watermark, self.journal, terminal_id, recount)
        self.results = self.outbox.results
        self.offers = SqliteOffers(database, attachments, self.results, self.journal, clock)
        self.packets = SqlitePackets(database, self.outbox, self._watermark)

    def check(self) -> dict[str, str]:
        """Say what state the database is in: versions, pragmas, checks, sizes, series and epoch.

        `quick_check` and `cipher_integrity_check` are `ok` or the first thing that is wrong.
        """
        pragmas = ("cipher_version", "journal_mode", "synchronous", "foreign_keys", "secure_delete", "page_count")
        report = {name: str(self._database.value(f"pragma {name}")) for name in pragmas}
        report["sqlite_version"] = str(self._database.value("select sqlite_version()"))
        report["schema"] = schema_version(self._database)
        report["quick_check"] = str(self._database.value("pragma quick_check"))
        report["cipher_integrity_check"] = str(self._database.value("pragma cipher_integrity_check") or "ok")
        report |= {
            name: str(value) for name, value in self._database.rows("select epoch, series from terminal")[0].items()
        }
        report["covered_seq"] = str(self._watermark.covered)
        with storage_errors():
            for name in (DATABASE_FILE, f"{DATABASE_FILE}-wal"):
                path = self._folder / name
                report[f"bytes {name}"] = str(path.stat().st_size if path.exists() else 0)
        return report

    def close(self) -> None:
        """Close the database."""
        self._database.close()


def open_store(
    data_dir: Path, key: bytes, clock: Clock, *, terminal_id: str = "", recount: Recount = _as_they_are
) -> SqliteStore:
    """Open the store of a data folder with its raw 32-byte key, making one only where no database is.

    `recount` counts the dates of a case anew when its acceptance arrives; without it they stay as they are.

    Raises:
        StoreError: STORE_KEY_REJECTED, STORE_NEWER_THAN_PROGRAM, STORE_DAMAGED, STORE_PRAGMA, STORE_FULL, STORE_IO,
            STORE_BUSY; an existing database is left as it was.
    """
    path = data_dir / DATABASE_FILE
    with storage_errors():
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            _create(path, key)
    database = open_database(path, key)
    try:
        migrate(database)
        return SqliteStore(data_dir, database, key, clock, terminal_id, recount)
    except BaseException:
        database.close()
        raise


def _create(path: Path, key: bytes) -> None:
    if path.with_name(f"{path.name}-wal").exists():
        # Its database has gone missing. SQLite would play this log into a new one and ruin both.
        raise StoreError(ErrorCode.STORE_DAMAGED, found="log_without_database")
    with new_database(path, key) as database:
        migrate(database)
