"""Opening the encrypted database, writing to it, and the border where the driver's errors become ours.

SQLCipher through `sqlcipher3`, under sqlite-utils. The file is encrypted with a raw 32-byte key; its first 16 bytes are
SQLCipher's salt. `store.json` beside it keeps that salt and a check of the key, so that a wrong key can be told from a
damaged file (the driver's answer to both is the same).
"""

from __future__ import annotations

import hmac
import json
import secrets
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kiosk.crypto.derivation import derive_key
from kiosk.errors import ErrorCode, StoreError
from kiosk.store.driver import dbapi2, sqlite_utils
from kiosk.store.files import durable_directory, replace_durably, storage_errors

Value = str | int | bytes | float | None
Row = dict[str, Any]
Parameters = Sequence[Value] | dict[str, Value]

IDENTITY_FILE = "store.json"
PAGE_BYTES = 8192
"""Part of the file format: never changes for an existing file."""
_SALT_BYTES = 16
_PLAIN_HEADER = b"SQLite format 3\0"

_PRAGMAS: tuple[tuple[str, str, Value], ...] = (
    ("cipher_page_size", str(PAGE_BYTES), str(PAGE_BYTES)),
    ("cipher_memory_security", "OFF", "0"),  # docs/decisions/0011
    ("journal_mode", "WAL", "wal"),
    ("synchronous", "FULL", 2),
    ("foreign_keys", "ON", 1),
    ("busy_timeout", "5000", 5000),
    ("secure_delete", "ON", 1),
    ("wal_autocheckpoint", "200", 200),
    ("journal_size_limit", "8388608", 8388608),
)
"""Name, setting, and what reading it back must give; in the order in which they must be set."""

_NOTADB = 26
_CODES = {
    3: ErrorCode.STORE_IO,  # SQLITE_PERM
    5: ErrorCode.STORE_BUSY,  # SQLITE_BUSY
    6: ErrorCode.STORE_BUSY,  # SQLITE_LOCKED
    8: ErrorCode.STORE_IO,  # SQLITE_READONLY
    10: ErrorCode.STORE_IO,  # SQLITE_IOERR
    11: ErrorCode.STORE_DAMAGED,  # SQLITE_CORRUPT
    13: ErrorCode.STORE_FULL,  # SQLITE_FULL
    14: ErrorCode.STORE_IO,  # SQLITE_CANTOPEN
    _NOTADB: ErrorCode.STORE_DAMAGED,  # SQLITE_NOTADB, once the key is known to be right
}
"""SQLite's primary result codes that are conditions of the world; any other is a bug and is not caught."""


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except dbapi2.Error as exc:
        result = getattr(exc, "sqlite_errorcode", None)
        code = _CODES.get(result & 0xFF) if isinstance(result, int) else None
        if code is None:
            raise
        raise StoreError(code, sqlite=getattr(exc, "sqlite_errorname", "")) from exc


class Database:
    """One connection, used and closed by the thread that opened it.

    Statements that change something must stand inside `write`: they are durable when it ends, or undone. Trouble with
    the disk, a lock or a damaged file is a `StoreError`; any other error of the driver is a bug and passes through.
    """

    def __init__(self, connection: dbapi2.Connection) -> None:
        """Take over an open connection."""
        self._connection = connection
        self.tables = sqlite_utils.Database(connection, recursive_triggers=False, execute_plugins=False)

    @contextmanager
    def write(self) -> Iterator[None]:
        """Run one `BEGIN IMMEDIATE … COMMIT`; an exception inside rolls back.

        IMMEDIATE takes the write lock at once, so that a busy database is waited for. A deferred transaction that reads
        first would fail without waiting when another connection has written (SQLITE_BUSY_SNAPSHOT).
        """
        if self._connection.in_transaction:
            message = "a transaction within a transaction"
            raise RuntimeError(message)
        with _translated():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                self._undo()
                raise

    @contextmanager
    def read(self) -> Iterator[None]:
        """Let several queries see one state of the database."""
        with _translated():
            self._connection.execute("BEGIN")
            try:
                yield
            finally:
                self._undo()

    def rows(self, sql: str, parameters: Parameters = ()) -> list[Row]:
        """Give all rows of a query."""
        with _translated():  # not the library's `query`: it makes a savepoint for each, which takes as long again
            cursor = self._connection.execute(sql, parameters)
            names = [column[0] for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor]

    def row(self, sql: str, parameters: Parameters = ()) -> Row | None:
        """Give the first row of a query."""
        found = self.rows(sql, parameters)
        return found[0] if found else None

    def value(self, sql: str, parameters: Parameters = ()) -> Any:  # noqa: ANN401  a column's value
        """Give the first column of the first row, None when there is no row."""
        with _translated():
            found = self._connection.execute(sql, parameters).fetchone()
        return found[0] if found else None

    def run(self, sql: str, parameters: Parameters = ()) -> int:
        """Run a statement that changes rows, inside `write`; give how many it changed."""
        self._expect_write()
        with _translated():
            return int(self._connection.execute(sql, parameters).rowcount)

    def run_all(self, sql: str, parameters: Iterable[Sequence[Value]]) -> None:
        """Run a statement that changes rows once for each, inside `write`."""
        self._expect_write()
        with _translated():
            self._connection.executemany(sql, parameters)

    def insert(self, table: str, row: Row) -> None:
        """Insert a row, inside `write`."""
        columns = ", ".join(row)
        self.run(f"insert into {table} ({columns}) values ({', '.join('?' * len(row))})", list(row.values()))

    def insert_all(self, table: str, rows: Sequence[Row]) -> None:
        """Insert rows of one shape, inside `write`."""
        self._expect_write()
        with _translated():
            self.tables.table(table).insert_all(rows)

    def close(self) -> None:
        """Close the connection; the last one writes the log back into the file."""
        with _translated():
            self._connection.close()

    def _expect_write(self) -> None:
        if not self._connection.in_transaction:
            message = "a change outside a transaction"
            raise RuntimeError(message)

    def _undo(self) -> None:
        # After a failed write SQLite may have rolled back by itself.
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")


def open_database(path: Path, key: bytes) -> Database:
    """Open an existing database with its raw 32-byte key; nothing is ever made anew or repaired here.

    Raises:
        StoreError: STORE_KEY_REJECTED, STORE_DAMAGED (also for something that is no database of ours), STORE_PRAGMA,
            STORE_IO, STORE_BUSY; the files are as they were.
    """
    with storage_errors():
        _refuse_foreign(path)
        identity = _read_identity(path)
    _refuse_other_key(identity, key)
    try:
        database = _connect(path, key, "rw")
    except StoreError as exc:
        if identity is None and exc.facts.get("sqlite") == "SQLITE_NOTADB":
            # Nothing tells a wrong key from a damaged first page now; the wrong key is by far the likelier.
            raise StoreError(ErrorCode.STORE_KEY_REJECTED) from exc
        raise
    if identity is None:
        with storage_errors():
            _write_identity(path, key)
    return database


@contextmanager
def new_database(path: Path, key: bytes) -> Iterator[Database]:
    """Make a database for the caller to fill, and put it in place, whole, once the caller is done.

    A database that stands there by then is left alone and this one thrown away.

    Raises:
        StoreError: STORE_KEY_REJECTED, the database that was here had another key; STORE_FULL, STORE_IO.
    """
    with storage_errors():
        _refuse_other_key(_read_identity(path), key)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}.new")
    try:
        with storage_errors():
            database = _connect(draft, key, "rwc")
            try:
                yield database
            finally:
                database.close()
            if _publish(draft, path):
                _write_identity(path, key)
    finally:
        for name in (draft.name, f"{draft.name}-wal", f"{draft.name}-shm"):
            draft.with_name(name).unlink(missing_ok=True)


def _connect(path: Path, key: bytes, mode: str) -> Database:
    with _translated():
        connection = dbapi2.connect(f"{path.absolute().as_uri()}?mode={mode}", uri=True, isolation_level=None)
    try:
        with _translated():
            set_up(connection, key)
    except BaseException:
        connection.close()
        raise
    return Database(connection)


def set_up(connection: dbapi2.Connection, key: bytes) -> None:
    """Give a new connection its key and its pragmas, and make sure that both are in force.

    Raises:
        StoreError: STORE_PRAGMA.
    """
    connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    connection.execute("PRAGMA cipher_log_level = NONE")  # it would print to standard error on a wrong key
    for name, setting, expected in _PRAGMAS:
        connection.execute(f"PRAGMA {name} = {setting}")
        found = connection.execute(f"PRAGMA {name}").fetchone()
        if found is None or found[0] != expected:
            raise StoreError(ErrorCode.STORE_PRAGMA, pragma=name)
    connection.execute("SELECT count(*) FROM sqlite_master").fetchone()


def _publish(draft: Path, path: Path) -> bool:
    try:
        if sys.platform == "win32":
            draft.rename(path)  # refuses an existing target there
        else:
            path.hardlink_to(draft)  # a rename would replace what another program put there meanwhile
    except FileExistsError:
        return False
    durable_directory(path.parent)
    return True


def _refuse_foreign(path: Path) -> None:
    if not path.is_file():
        raise StoreError(ErrorCode.STORE_DAMAGED, found="not_a_file")
    with path.open("rb") as file:
        head = file.read(_SALT_BYTES)
    if len(head) < _SALT_BYTES:
        raise StoreError(ErrorCode.STORE_DAMAGED, found="too_short")
    if head == _PLAIN_HEADER:
        raise StoreError(ErrorCode.STORE_DAMAGED, found="not_encrypted")


def _read_identity(path: Path) -> tuple[bytes, bytes] | None:
    """Give the salt and the key check, None when the file is missing or unreadable as such (it is written again)."""
    try:
        record = json.loads(path.with_name(IDENTITY_FILE).read_bytes())
        return bytes.fromhex(record["salt"]), bytes.fromhex(record["key_check"])
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


def _write_identity(path: Path, key: bytes) -> None:
    with path.open("rb") as file:
        salt = file.read(_SALT_BYTES)
    record = {"format": 1, "salt": salt.hex(), "key_check": _key_check(key, salt).hex()}
    replace_durably(path.with_name(IDENTITY_FILE), json.dumps(record, indent=1).encode())


def _refuse_other_key(identity: tuple[bytes, bytes] | None, key: bytes) -> None:
    if identity is not None and not hmac.compare_digest(identity[1], _key_check(key, identity[0])):
        raise StoreError(ErrorCode.STORE_KEY_REJECTED)


def _key_check(key: bytes, salt: bytes) -> bytes:
    return derive_key(key, "key check", salt=salt, length=16)
