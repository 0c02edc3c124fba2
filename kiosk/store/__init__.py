"""The encrypted database: the only place that imports sqlite_utils and the SQLite driver."""
