"""The SQLite driver, and sqlite-utils made to use it.

WORKAROUND(sqlite-utils 4.2): it catches the errors of `pysqlite3`, else of `sqlite3`; sqlcipher3's are neither. Under
the first name it finds ours. Remove when it takes its error classes from the connection.
"""

from __future__ import annotations

import sys

import sqlcipher3
from sqlcipher3 import dbapi2

sys.modules["pysqlite3"] = sqlcipher3
sys.modules["pysqlite3.dbapi2"] = dbapi2

import sqlite_utils  # noqa: E402  after the names above

__all__ = ["dbapi2", "sqlite_utils"]
