"""What keeping bytes costs by itself: one table, one transaction, the store's key and pragmas."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from pathlib import Path

from kiosk.store.database import set_up
from kiosk.store.driver import dbapi2


class BareTable:
    """A new encrypted database with one table of bytes, as durable as the store; used by one thread."""

    def __init__(self, path: Path) -> None:
        """Make the database.

        Raises:
            StoreError: STORE_PRAGMA.
        """
        self._connection = dbapi2.connect(str(path), isolation_level=None)
        set_up(self._connection, secrets.token_bytes(32))
        self._connection.execute("CREATE TABLE pages (id INTEGER PRIMARY KEY, data BLOB NOT NULL)")

    def write(self, pages: Sequence[bytes]) -> None:
        """Keep pages in one transaction; durable when this returns."""
        self._connection.execute("BEGIN IMMEDIATE")
        for page in pages:
            self._connection.execute("INSERT INTO pages (data) VALUES (?)", (page,))
        self._connection.execute("COMMIT")

    def close(self) -> None:
        """Close the database."""
        self._connection.close()
