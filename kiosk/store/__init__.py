"""The encrypted database: the only place that imports sqlite_utils and the SQLite driver."""

from kiosk.store.store import SqliteStore, open_store

__all__ = ["SqliteStore", "open_store"]
