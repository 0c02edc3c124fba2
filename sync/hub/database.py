"""The hub's own database: its tables, how it is opened, and its transactions.

Plain SQL that SQLite and PostgreSQL both know. Every act of the hub is one transaction that begins by locking: on
SQLite `BEGIN IMMEDIATE`, on PostgreSQL `FOR UPDATE` on the row that the act hangs on.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Engine,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    create_engine,
    event,
    exc,
    false,
    insert,
    inspect,
    make_url,
    select,
    text,
    update,
)

from sync.hub.migrations import STEPS, migrate
from sync.hub.storage import ObjectStore

_MIGRATION_LOCK = 0x59495A48414E
"""The number of the advisory lock under which PostgreSQL lets one of several starting workers change the schema."""
_tables = MetaData()

META = Table("hub_meta", _tables, Column("key", String(40), primary_key=True), Column("value", Text, nullable=False))

TERMINALS = Table(
    "terminals",
    _tables,
    Column("terminal_id", String(64), primary_key=True),
    Column("epoch", String(32), nullable=False),
    Column("last_seq", BigInteger, nullable=False),
    Column("app", String(40), nullable=False),
    Column("cursor", String(200), nullable=False),
    Column("feed_seq", BigInteger, nullable=False),  # the highest number of its change feed
    Column("first_seen_at", String(32), nullable=False),
    Column("last_seen_at", String(32), nullable=False),
    Column("station", Text, nullable=False, server_default=""),  # its station's id, from its code
    Column("notice", Text, nullable=False, server_default=""),  # what the staff say to its counter
    Column("notice_at", String(32), nullable=False, server_default=""),
    Column("resync", BigInteger, nullable=False, server_default="0"),  # how often it was asked to begin anew
    Column("cloned_at", String(32)),  # when two holders of its disk were first seen, until a new code
)

OPERATORS = Table(
    "operators",
    _tables,
    Column("station", String(200), primary_key=True),
    Column("operator_id", String(64), primary_key=True),
    Column("name", Text, nullable=False),
    Column("role", String(16), nullable=False),
    Column("password_hash", Text, nullable=False),
)

PACKS = Table(
    "packs",
    _tables,
    Column("version", BigInteger, primary_key=True, autoincrement=False),
    Column("files", Text, nullable=False),  # JSON: path → TOML
    Column("made_at", String(32), nullable=False),
)

EPOCHS = Table(
    "terminal_epochs",
    _tables,
    Column("terminal_id", ForeignKey("terminals.terminal_id"), primary_key=True),
    Column("epoch", String(32), primary_key=True),
    Column("last_seq", BigInteger, nullable=False),
    Column("last_seen_at", String(32), nullable=False),
)

CASES = Table(
    "cases",
    _tables,
    Column("case_id", String(36), primary_key=True),
    Column("case_number", String(64), nullable=False, unique=True),
    Column("terminal_id", ForeignKey("terminals.terminal_id"), nullable=False),
    Column("service", String(64), nullable=False),
    Column("station", String(64), nullable=False),
    Column("state", String(32), nullable=False),
    Column("rev", Integer, nullable=False),
    Column("official_number", String(64), unique=True),
    Column("taken_in_at", String(40), nullable=False),
    Column("received_at", String(32), nullable=False),
    Column("complete_at", String(32)),
    Column("deceased_digest", String(64)),
    Column("digest_seq", BigInteger),  # its place in the list of the deceased, None until the list is next asked for
    Index("cases_by_deceased", "deceased_digest"),
    Index("cases_by_arrival", "received_at", "case_id"),
    Index("cases_by_digest_seq", "digest_seq"),
)

DUPLICATES = Table(
    "possible_duplicates",
    _tables,
    Column("case_id", ForeignKey("cases.case_id"), primary_key=True),
    Column("other_case_id", ForeignKey("cases.case_id"), primary_key=True),  # the one that was here before
    Column("found_at", String(32), nullable=False),
    Column("decision", String(16)),
    Column("decided_at", String(32)),
    Index("possible_duplicates_open", "decision", "found_at"),
)

MATTERS = Table(
    "case_matters",
    _tables,
    Column("case_id", ForeignKey("cases.case_id"), primary_key=True),
    Column("matter_id", String(64), primary_key=True),
    Column("place", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("department", Text, nullable=False),
    Column("state", String(32), nullable=False),
    Column("words", Text, nullable=False),
    Column("updated_at", String(32), nullable=False),
    Column("due", String(40)),  # the day to watch, from when the matter was handed over
    Column("overdue_at", String(32)),
    Index("case_matters_by_due", "due"),
)

EVENTS = Table(
    "events",
    _tables,
    Column("event_id", String(36), primary_key=True),
    Column("terminal_id", ForeignKey("terminals.terminal_id"), nullable=False),
    Column("epoch", String(32), nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("kind", String(64), nullable=False),
    Column("schema", Integer, nullable=False),
    Column("case_id", ForeignKey("cases.case_id"), nullable=False),
    Column("rev", Integer, nullable=False),
    Column("occurred_at", String(40), nullable=False),
    Column("clock_offset_ms", BigInteger),
    Column("payload", LargeBinary, nullable=False),
    Column("payload_sha256", String(64), nullable=False),
    Column("received_at", String(32), nullable=False),
    UniqueConstraint("case_id", "rev"),
    Index("events_by_terminal", "terminal_id", "seq"),
)

ATTACHMENTS = Table(
    "attachments",
    _tables,
    Column("attachment_id", String(36), primary_key=True),
    Column("event_id", ForeignKey("events.event_id"), nullable=False),
    Column("case_id", ForeignKey("cases.case_id"), nullable=False),
    Column("terminal_id", ForeignKey("terminals.terminal_id"), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("media_type", String(80), nullable=False),
    Column("pages", Integer, nullable=False),
    Column("received", BigInteger, nullable=False),
    Column("complete", Boolean, nullable=False),
    Column("verified_at", String(32)),
    Index("attachments_by_event", "event_id"),
    Index("attachments_by_case", "case_id", "complete"),
)

CHUNKS = Table(
    "attachment_chunks",
    _tables,
    Column("attachment_id", ForeignKey("attachments.attachment_id"), primary_key=True),
    Column("start", BigInteger, primary_key=True),
    Column("data", LargeBinary, nullable=False),
)

CHANGES = Table(
    "changes",
    _tables,
    Column("terminal_id", ForeignKey("terminals.terminal_id"), primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", String(64), nullable=False),
    Column("case_id", ForeignKey("cases.case_id"), nullable=False),
    Column("body", Text, nullable=False),
    Column("at", String(32), nullable=False),
)

CLERK_STEPS = Table(
    "clerk_steps",
    _tables,
    Column("case_id", ForeignKey("cases.case_id"), primary_key=True),
    Column("step", Integer, nullable=False),
    Column("due_at", String(32), nullable=False),
    Index("clerk_steps_by_due", "due_at"),
)

KEYS = Table(
    "terminal_keys",
    _tables,
    Column("key_id", String(43), primary_key=True),  # RFC 7638 thumbprint
    Column("terminal_id", ForeignKey("terminals.terminal_id"), nullable=False),
    Column("public_key", String(44), nullable=False),
    Column("device", String(200), nullable=False),
    Column("app", String(40), nullable=False),
    Column("enrolled_at", String(32), nullable=False),
    Column("revoked_at", String(32)),
    Column("waiting", Boolean, nullable=False, server_default=false()),  # until its first use, which ends the others
    Index("terminal_keys_by_terminal", "terminal_id"),
)

CODES = Table(
    "enrolment_codes",
    _tables,
    Column("code_sha256", String(64), primary_key=True),
    Column("station", Text, nullable=False),
    Column("expires_at", String(32), nullable=False),
    Column("key_id", String(43)),  # who redeemed it
    Column("used_at", String(32)),
)

NONCES = Table(
    "nonces",
    _tables,
    Column("key_id", String(43), primary_key=True),
    Column("nonce", String(64), primary_key=True),
    Column("at", String(32), nullable=False),
    Index("nonces_by_age", "at"),
)


RATINGS = Table(
    "case_ratings",
    _tables,
    Column("case_id", ForeignKey("cases.case_id"), primary_key=True),
    Column("level", Integer, nullable=False),
    Column("given_at", String(32), nullable=False),
    Column("due", String(10), nullable=False),  # by when it is put right
    Column("answered_at", String(32)),
    Index("case_ratings_open", "answered_at", "given_at"),
)

HAND_OVERS = Table(
    "hand_overs",
    _tables,
    Column("case_id", ForeignKey("cases.case_id"), primary_key=True),
    Column("matter_id", String(64), primary_key=True),
    Column("rev", Integer, primary_key=True, autoincrement=False),  # the event that it follows
    Column("kind", String(16), nullable=False),
    Column("department", Text, nullable=False),
    Column("due_at", String(32), nullable=False),  # when it may be tried next
    Column("attempts", Integer, nullable=False),
    Column("trouble", String(100), nullable=False),
    Column("handed_at", String(32)),
    Index("hand_overs_open", "handed_at", "due_at"),
)

DEPARTMENT_FEEDS = Table(
    "department_feeds",
    _tables,
    Column("department", String(64), primary_key=True),
    Column("cursor", String(200), nullable=False),
    Column("due_at", String(32), nullable=False),
    Column("trouble", String(100), nullable=False),
)

CLERK_MATTERS = Table(
    "clerk_matters",
    _tables,
    Column("case_id", ForeignKey("cases.case_id"), primary_key=True),
    Column("matter_id", String(64), primary_key=True),
    Column("due_at", String(32), nullable=False),
    Index("clerk_matters_by_due", "due_at"),
)

RESULTS = Table(
    "result_documents",
    _tables,
    Column("result_id", String(36), primary_key=True),
    Column("case_id", ForeignKey("cases.case_id"), nullable=False),
    Column("matter_id", String(64), nullable=False),
    Column("name", Text, nullable=False),
    Column("media_type", String(80), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("data", LargeBinary, nullable=False),
    Column("received_at", String(32), nullable=False),
    Index("result_documents_by_case", "case_id"),
)

NOTICES = Table(
    "notices",
    _tables,
    Column("notice_id", String(36), primary_key=True),
    Column("case_id", ForeignKey("cases.case_id"), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("words", Text, nullable=False),
    Column("due_at", String(32), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("ended_at", String(32)),
    Column("outcome", String(16), nullable=False),
    Index("notices_open", "ended_at", "due_at"),
)

DEATHS = Table(
    "deaths",
    _tables,
    Column("person_digest", String(64), primary_key=True),
    Column("case_id", ForeignKey("cases.case_id")),  # the matters that it triggered, None: it triggered none
    Column("registered_at", String(32), nullable=False),
)


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
