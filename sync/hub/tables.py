"""The tables of the hub's database; `sync.hub.migrations` makes them, a test holds the two together."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

TABLES = MetaData()

META = Table("hub_meta", TABLES, Column("key", String(40), primary_key=True), Column("value", Text, nullable=False))

TERMINALS = Table(
    "terminals",
    TABLES,
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
    Column("files", BigInteger, nullable=False, server_default="0"),  # how many of its files are whole
)

OPERATORS = Table(
    "operators",
    TABLES,
    Column("station", String(200), primary_key=True),
    Column("operator_id", String(64), primary_key=True),
    Column("name", Text, nullable=False),
    Column("role", String(16), nullable=False),
    Column("password_hash", Text, nullable=False),
)

PACKS = Table(
    "packs",
    TABLES,
    Column("version", BigInteger, primary_key=True, autoincrement=False),
    Column("files", Text, nullable=False),  # JSON: path → TOML
    Column("made_at", String(32), nullable=False),
)

EPOCHS = Table(
    "terminal_epochs",
    TABLES,
    Column("terminal_id", ForeignKey("terminals.terminal_id"), primary_key=True),
    Column("epoch", String(32), primary_key=True),
    Column("last_seq", BigInteger, nullable=False),
    Column("last_seen_at", String(32), nullable=False),
)

CASES = Table(
    "cases",
    TABLES,
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
    Index("cases_by_deceased", "deceased_digest", "received_at", "case_id"),
    Index("cases_by_arrival", "received_at", "case_id"),
    Index("cases_by_digest_seq", "digest_seq"),
)

DUPLICATES = Table(
    "possible_duplicates",
    TABLES,
    Column("case_id", ForeignKey("cases.case_id"), primary_key=True),
    Column("other_case_id", ForeignKey("cases.case_id"), primary_key=True),  # the one that was here before
    Column("found_at", String(32), nullable=False),
    Column("decision", String(16)),
    Column("decided_at", String(32)),
    Index("possible_duplicates_open", "decision", "found_at"),
)

MATTERS = Table(
    "case_matters",
    TABLES,
    # No foreign key: nine look-ups for each case, to find what the same transaction has just written.
    Column("case_id", String(36), primary_key=True),
    Column("matter_id", String(64), primary_key=True),
    Column("place", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("department", Text, nullable=False),
    Column("state", String(32), nullable=False),
    Column("words", Text, nullable=False),
    Column("updated_at", String(32), nullable=False),
    Column("due", String(40)),  # the day to watch, from when the matter was handed over
    Column("overdue_at", String(32)),
    Column("asked", Text, nullable=False, server_default=""),  # JSON: what its department wants brought, and until when
    # Without those that are not handed over: each new matter would cost a place in the index.
    Index("case_matters_by_due", "due", sqlite_where=text("due IS NOT NULL"), postgresql_where=text("due IS NOT NULL")),
)

EVENTS = Table(
    "events",
    TABLES,
    Column("event_id", String(36), primary_key=True),
    Column("terminal_id", ForeignKey("terminals.terminal_id"), nullable=False),
    Column("epoch", String(32), nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("kind", String(64), nullable=False),
    Column("schema", Integer, nullable=False),
    Column("case_id", ForeignKey("cases.case_id"), nullable=False),
    Column("rev", Integer, nullable=False),  # below 1: of no place in the case, an offer of another terminal
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
    TABLES,
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
    TABLES,
    Column("attachment_id", ForeignKey("attachments.attachment_id"), primary_key=True),
    Column("start", BigInteger, primary_key=True),
    Column("data", LargeBinary, nullable=False),
)

CHANGES = Table(
    "changes",
    TABLES,
    # No foreign keys: whoever writes a line holds the terminal's row, and the case is there.
    Column("terminal_id", String(64), primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", String(64), nullable=False),
    Column("case_id", String(36), nullable=False),
    Column("body", Text, nullable=False),
    Column("at", String(32), nullable=False),
)

CLERK_STEPS = Table(
    "clerk_steps",
    TABLES,
    Column("case_id", ForeignKey("cases.case_id"), primary_key=True),
    Column("step", Integer, nullable=False),
    Column("due_at", String(32), nullable=False),
    Index("clerk_steps_by_due", "due_at"),
)

KEYS = Table(
    "terminal_keys",
    TABLES,
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
    TABLES,
    Column("code_sha256", String(64), primary_key=True),
    Column("station", Text, nullable=False),
    Column("expires_at", String(32), nullable=False),
    Column("key_id", String(43)),  # who redeemed it
    Column("used_at", String(32)),
    Index("enrolment_codes_by_key", "key_id"),
)

NONCES = Table(
    "nonces",
    TABLES,
    Column("key_id", String(43), primary_key=True),
    Column("nonce", String(64), primary_key=True),
    Column("at", String(32), nullable=False),
    Index("nonces_by_age", "at"),
)


RATINGS = Table(
    "case_ratings",
    TABLES,
    Column("case_id", ForeignKey("cases.case_id"), primary_key=True),
    Column("level", Integer, nullable=False),
    Column("given_at", String(32), nullable=False),
    Column("due", String(10), nullable=False),  # by when it is put right
    Column("answered_at", String(32)),
    Index("case_ratings_open", "answered_at", "given_at"),
)

HAND_OVERS = Table(
    "hand_overs",
    TABLES,
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
    TABLES,
    Column("department", String(64), primary_key=True),
    Column("cursor", String(200), nullable=False),
    Column("due_at", String(32), nullable=False),
    Column("trouble", String(100), nullable=False),
)

CLERK_MATTERS = Table(
    "clerk_matters",
    TABLES,
    Column("case_id", ForeignKey("cases.case_id"), primary_key=True),
    Column("matter_id", String(64), primary_key=True),
    Column("due_at", String(32), nullable=False),
    Index("clerk_matters_by_due", "due_at"),
)

RESULTS = Table(
    "result_documents",
    TABLES,
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

SET_ASIDE = Table(
    "set_aside",
    TABLES,
    Column("work", String(40), primary_key=True),
    Column("case_id", String(64), primary_key=True),  # or which line of a department's news it was
    Column("reason", String(100), nullable=False),
    Column("at", String(32), nullable=False),
)

LOOK_UPS = Table(
    "look_ups",
    TABLES,
    Column("look_up_id", String(36), primary_key=True),
    Column("terminal_id", ForeignKey("terminals.terminal_id"), nullable=False),  # who asked
    Column("operator", String(64), nullable=False),
    Column("supervisor", String(64), nullable=False),  # who stood for it, or was said to; empty with a card
    Column("at", String(32), nullable=False),
    Column("case_id", ForeignKey("cases.case_id")),  # None: there is none of the number
    Column("reason", String(16), nullable=False),  # whose right opened it; `card` or `supervisor` when none did
    Column("answered", Boolean, nullable=False),
    Index("look_ups_by_terminal", "terminal_id", "at"),
    Index("look_ups_by_case", "case_id"),
)

OFFERS = Table(
    "offers",
    TABLES,
    Column("offer_id", String(36), primary_key=True),  # what its terminal calls the case of the event
    Column("event_id", ForeignKey("events.event_id"), nullable=False, unique=True),
    Column("case_id", ForeignKey("cases.case_id"), nullable=False),
    Column("terminal_id", ForeignKey("terminals.terminal_id"), nullable=False),  # where it was brought
    Column("received_at", String(32), nullable=False),
    Column("told_at", String(32)),  # when the case's own terminal heard of it
    Column("outcome", String(16), nullable=False),  # empty while it is open, then settled or lapsed
    Column("outcome_told_at", String(32)),  # when the terminal where it was brought heard of that
    Index("offers_by_case", "case_id"),
    Index(
        "offers_open",
        "case_id",
        unique=True,
        sqlite_where=text("outcome = ''"),
        postgresql_where=text("outcome = ''"),
    ),
    Index(
        "offers_untold",
        "received_at",
        sqlite_where=text("outcome_told_at IS NULL"),
        postgresql_where=text("outcome_told_at IS NULL"),
    ),
)

NOTICES = Table(
    "notices",
    TABLES,
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
    TABLES,
    Column("person_digest", String(64), primary_key=True),
    Column("case_id", ForeignKey("cases.case_id")),  # the matters that it triggered, None: it triggered none
    Column("registered_at", String(32), nullable=False),
)
