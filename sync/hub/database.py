"""The hub's own database: how it is opened, and its transactions.

Plain SQL that SQLite and PostgreSQL both know. Every act of the hub is one transaction that begins by locking: on
SQLite `BEGIN IMMEDIATE`, on PostgreSQL `FOR UPDATE` on the row that the act hangs on.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Connection,
    Engine,
    create_engine,
    event,
    exc,
    insert,
    inspect,
    make_url,
    select,
    text,
    update,
)

from sync.hub.migrations import STEPS, migrate
from sync.hub.storage import ObjectStore
from sync.hub.tables import META

_MIGRATION_LOCK = 0x59495A48414E
"""The number of the advisory lock under which PostgreSQL lets one of several starting workers change the schema."""


class HubDatabaseError(Exception):
    """The hub's database cannot be used as it is; the text says why, in English, for the hub's staff."""


class HubDatabase:
    """The hub's database. Any thread may use it; each transaction is one thread's.

    Attributes:
        objects: where new attachments' bytes go; None: into the database itself.
    """

    def __init__(self, engine: Engine, objects: ObjectStore | None) -> None:
        """Take an engine whose tables are there."""
        self._engine = engine
        self.objects = objects

    @contextmanager
    def write(self, *, durable: bool = True) -> Iterator[Connection]:
        """Open a transaction that changes something; it is durable when the block has ended, or a moment later."""
        with self._engine.begin() as connection:
            if not durable and connection.dialect.name == "postgresql":
                connection.execute(text("SET LOCAL synchronous_commit TO OFF"))
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Open a transaction that only reads one state of things."""
        with self._engine.connect().execution_options(hub_read=True) as connection, connection.begin():
            yield connection

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()


def default_path(data_dir: Path) -> Path:
    """Give where the embedded database lies in a data folder."""
    return data_dir / "hub" / "hub.sqlite3"


def default_url(data_dir: Path) -> str:
    """Give the address of the embedded database in a data folder."""
    return f"sqlite:///{default_path(data_dir).as_posix()}"


def open_database(url: str, objects: ObjectStore | None = None) -> HubDatabase:
    """Open the hub's database; what is missing of folder and schema is made.

    Raises:
        HubDatabaseError: it cannot be opened, or was made by a newer hub.
    """
    try:
        address = make_url(url)
        sqlite = address.get_backend_name() == "sqlite"
        if sqlite and address.database:
            Path(address.database).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # A plan that PostgreSQL prepared while a table was small must not stay when it has grown.
        plans = {} if sqlite else {"prepare_threshold": None}
        engine = create_engine(address, pool_pre_ping=not sqlite, hide_parameters=True, connect_args=plans)
        if sqlite:
            _prepare_sqlite(engine)
        else:
            _prepare_postgresql(engine)
        try:
            _prepare_tables(engine)
        except (exc.SQLAlchemyError, HubDatabaseError):
            engine.dispose()
            raise
    except (exc.SQLAlchemyError, OSError, ImportError) as error:
        message = f"the hub's database cannot be opened ({type(error).__name__})"
        raise HubDatabaseError(message) from error
    return HubDatabase(engine, objects)


def _prepare_sqlite(engine: Engine) -> None:
    """Make pysqlite leave transactions to us and write durably."""

    @event.listens_for(engine, "connect")
    def connected(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own object
        connection.isolation_level = None
        for pragma in ("busy_timeout=10000", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        reads = connection.get_execution_options().get("hub_read", False)
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def _prepare_postgresql(engine: Engine) -> None:
    """Make PostgreSQL look names up by index: at its price of a turning disk it reads tables of 10,000 rows whole."""

    @event.listens_for(engine, "connect")
    def connected(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own object
        connection.autocommit = True  # in a transaction the setting would end with it
        connection.execute("SET random_page_cost = 1.1").close()
        connection.autocommit = False


def _prepare_tables(engine: Engine) -> None:
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":  # SQLite's transactions follow each other anyway
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _MIGRATION_LOCK})
        kept = select(META.c.value).where(META.c.key == "schema_version")
        version = int(connection.execute(kept).scalar_one()) if inspect(connection).has_table(META.name) else 0
        if version > len(STEPS):
            message = f"the hub's database has schema {version}, this hub reads {len(STEPS)}"
            raise HubDatabaseError(message)
        if version == len(STEPS):
            return
        migrate(connection, version)
        newest = str(len(STEPS))
        if version:
            connection.execute(update(META).where(META.c.key == "schema_version").values(value=newest))
        else:
            connection.execute(insert(META).values(key="schema_version", value=newest))
