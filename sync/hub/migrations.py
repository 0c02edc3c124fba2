"""The hub's schema as numbered steps: the same SQL for SQLite and PostgreSQL, each step run once, in order.

A step is never changed once it has been released; a change of the schema is a new step at the end, and the tables in
`sync.hub.tables` then say the same (a test compares them on both databases). `$bytes` is the one type whose name the
two do not share.
"""

from __future__ import annotations

from string import Template

from sqlalchemy import Connection, text

STEPS: tuple[str, ...] = (
    """
CREATE TABLE hub_meta (
    key VARCHAR(40) NOT NULL, value TEXT NOT NULL, PRIMARY KEY (key)
);
CREATE TABLE terminals (
    terminal_id VARCHAR(64) NOT NULL, epoch VARCHAR(32) NOT NULL, last_seq BIGINT NOT NULL,
    app VARCHAR(40) NOT NULL, cursor VARCHAR(200) NOT NULL, feed_seq BIGINT NOT NULL,
    first_seen_at VARCHAR(32) NOT NULL, last_seen_at VARCHAR(32) NOT NULL, PRIMARY KEY (terminal_id)
);
CREATE TABLE cases (
    case_id VARCHAR(36) NOT NULL, case_number VARCHAR(64) NOT NULL, terminal_id VARCHAR(64) NOT NULL,
    service VARCHAR(64) NOT NULL, station VARCHAR(64) NOT NULL, state VARCHAR(32) NOT NULL,
    rev INTEGER NOT NULL, official_number VARCHAR(64), taken_in_at VARCHAR(40) NOT NULL,
    received_at VARCHAR(32) NOT NULL, complete_at VARCHAR(32), PRIMARY KEY (case_id),
    UNIQUE (case_number), FOREIGN KEY(terminal_id) REFERENCES terminals (terminal_id),
    UNIQUE (official_number)
);
CREATE TABLE terminal_epochs (
    terminal_id VARCHAR(64) NOT NULL, epoch VARCHAR(32) NOT NULL, last_seq BIGINT NOT NULL,
    last_seen_at VARCHAR(32) NOT NULL, PRIMARY KEY (terminal_id, epoch),
    FOREIGN KEY(terminal_id) REFERENCES terminals (terminal_id)
);
CREATE TABLE case_matters (
    case_id VARCHAR(36) NOT NULL, matter_id VARCHAR(64) NOT NULL, place INTEGER NOT NULL,
    name TEXT NOT NULL, department TEXT NOT NULL, state VARCHAR(32) NOT NULL, words TEXT NOT NULL,
    updated_at VARCHAR(32) NOT NULL, PRIMARY KEY (case_id, matter_id),
    FOREIGN KEY(case_id) REFERENCES cases (case_id)
);
CREATE TABLE changes (
    terminal_id VARCHAR(64) NOT NULL, seq BIGINT NOT NULL, kind VARCHAR(64) NOT NULL,
    case_id VARCHAR(36) NOT NULL, body TEXT NOT NULL, at VARCHAR(32) NOT NULL,
    PRIMARY KEY (terminal_id, seq), FOREIGN KEY(terminal_id) REFERENCES terminals (terminal_id),
    FOREIGN KEY(case_id) REFERENCES cases (case_id)
);
CREATE TABLE clerk_steps (
    case_id VARCHAR(36) NOT NULL, step INTEGER NOT NULL, due_at VARCHAR(32) NOT NULL,
    PRIMARY KEY (case_id), FOREIGN KEY(case_id) REFERENCES cases (case_id)
);
CREATE INDEX clerk_steps_by_due ON clerk_steps (due_at);
CREATE TABLE events (
    event_id VARCHAR(36) NOT NULL, terminal_id VARCHAR(64) NOT NULL, epoch VARCHAR(32) NOT NULL,
    seq BIGINT NOT NULL, kind VARCHAR(64) NOT NULL, schema INTEGER NOT NULL,
    case_id VARCHAR(36) NOT NULL, rev INTEGER NOT NULL, occurred_at VARCHAR(40) NOT NULL,
    clock_offset_ms BIGINT, payload $bytes NOT NULL, payload_sha256 VARCHAR(64) NOT NULL,
    received_at VARCHAR(32) NOT NULL, PRIMARY KEY (event_id), UNIQUE (case_id, rev),
    FOREIGN KEY(terminal_id) REFERENCES terminals (terminal_id),
    FOREIGN KEY(case_id) REFERENCES cases (case_id)
);
CREATE TABLE attachments (
    attachment_id VARCHAR(36) NOT NULL, event_id VARCHAR(36) NOT NULL, case_id VARCHAR(36) NOT NULL,
    terminal_id VARCHAR(64) NOT NULL, sha256 VARCHAR(64) NOT NULL, size BIGINT NOT NULL,
    media_type VARCHAR(80) NOT NULL, pages INTEGER NOT NULL, received BIGINT NOT NULL,
    complete BOOLEAN NOT NULL, verified_at VARCHAR(32), PRIMARY KEY (attachment_id),
    FOREIGN KEY(event_id) REFERENCES events (event_id), FOREIGN KEY(case_id) REFERENCES cases (case_id),
    FOREIGN KEY(terminal_id) REFERENCES terminals (terminal_id)
);
CREATE INDEX attachments_by_case ON attachments (case_id, complete);
CREATE INDEX attachments_by_event ON attachments (event_id);
CREATE TABLE attachment_chunks (
    attachment_id VARCHAR(36) NOT NULL, start BIGINT NOT NULL, data $bytes NOT NULL,
    PRIMARY KEY (attachment_id, start),
    FOREIGN KEY(attachment_id) REFERENCES attachments (attachment_id)
);
""",
    """
ALTER TABLE cases ADD COLUMN deceased_digest VARCHAR(64);
CREATE INDEX cases_by_deceased ON cases (deceased_digest);
CREATE TABLE possible_duplicates (
    case_id VARCHAR(36) NOT NULL, other_case_id VARCHAR(36) NOT NULL, found_at VARCHAR(32) NOT NULL,
    decision VARCHAR(16), decided_at VARCHAR(32), PRIMARY KEY (case_id, other_case_id),
    FOREIGN KEY(case_id) REFERENCES cases (case_id),
    FOREIGN KEY(other_case_id) REFERENCES cases (case_id)
);
CREATE INDEX possible_duplicates_open ON possible_duplicates (decision, found_at);
""",
    """
CREATE TABLE terminal_keys (
    key_id VARCHAR(43) NOT NULL, terminal_id VARCHAR(64) NOT NULL, public_key VARCHAR(44) NOT NULL,
    device VARCHAR(200) NOT NULL, app VARCHAR(40) NOT NULL, enrolled_at VARCHAR(32) NOT NULL,
    revoked_at VARCHAR(32), PRIMARY KEY (key_id),
    FOREIGN KEY(terminal_id) REFERENCES terminals (terminal_id)
);
CREATE INDEX terminal_keys_by_terminal ON terminal_keys (terminal_id);
CREATE TABLE enrolment_codes (
    code_sha256 VARCHAR(64) NOT NULL, station TEXT NOT NULL, expires_at VARCHAR(32) NOT NULL,
    key_id VARCHAR(43), used_at VARCHAR(32), PRIMARY KEY (code_sha256)
);
CREATE TABLE nonces (
    key_id VARCHAR(43) NOT NULL, nonce VARCHAR(64) NOT NULL, at VARCHAR(32) NOT NULL,
    PRIMARY KEY (key_id, nonce)
);
CREATE INDEX nonces_by_age ON nonces (at);
""",
    """
ALTER TABLE cases ADD COLUMN digest_seq BIGINT;
CREATE INDEX cases_by_digest_seq ON cases (digest_seq);
CREATE TABLE case_ratings (
    case_id VARCHAR(36) NOT NULL, level INTEGER NOT NULL, given_at VARCHAR(32) NOT NULL,
    due VARCHAR(10) NOT NULL, answered_at VARCHAR(32), PRIMARY KEY (case_id),
    FOREIGN KEY(case_id) REFERENCES cases (case_id)
);
CREATE INDEX case_ratings_open ON case_ratings (answered_at, given_at);
""",
    "CREATE INDEX cases_by_arrival ON cases (received_at, case_id)",
    """
ALTER TABLE case_matters ADD COLUMN due VARCHAR(40);
ALTER TABLE case_matters ADD COLUMN overdue_at VARCHAR(32);
CREATE INDEX case_matters_by_due ON case_matters (due);
CREATE TABLE hand_overs (
    case_id VARCHAR(36) NOT NULL, matter_id VARCHAR(64) NOT NULL, rev INTEGER NOT NULL,
    kind VARCHAR(16) NOT NULL, department TEXT NOT NULL, due_at VARCHAR(32) NOT NULL,
    attempts INTEGER NOT NULL, trouble VARCHAR(100) NOT NULL, handed_at VARCHAR(32),
    PRIMARY KEY (case_id, matter_id, rev), FOREIGN KEY(case_id) REFERENCES cases (case_id)
);
CREATE INDEX hand_overs_open ON hand_overs (handed_at, due_at);
CREATE TABLE department_feeds (
    department VARCHAR(64) NOT NULL, cursor VARCHAR(200) NOT NULL, due_at VARCHAR(32) NOT NULL,
    trouble VARCHAR(100) NOT NULL, PRIMARY KEY (department)
);
CREATE TABLE clerk_matters (
    case_id VARCHAR(36) NOT NULL, matter_id VARCHAR(64) NOT NULL, due_at VARCHAR(32) NOT NULL,
    PRIMARY KEY (case_id, matter_id), FOREIGN KEY(case_id) REFERENCES cases (case_id)
);
CREATE INDEX clerk_matters_by_due ON clerk_matters (due_at);
CREATE TABLE result_documents (
    result_id VARCHAR(36) NOT NULL, case_id VARCHAR(36) NOT NULL, matter_id VARCHAR(64) NOT NULL,
    name TEXT NOT NULL, media_type VARCHAR(80) NOT NULL, sha256 VARCHAR(64) NOT NULL,
    data $bytes NOT NULL, received_at VARCHAR(32) NOT NULL, PRIMARY KEY (result_id),
    FOREIGN KEY(case_id) REFERENCES cases (case_id)
);
CREATE INDEX result_documents_by_case ON result_documents (case_id);
CREATE TABLE notices (
    notice_id VARCHAR(36) NOT NULL, case_id VARCHAR(36) NOT NULL, kind VARCHAR(32) NOT NULL,
    words TEXT NOT NULL, due_at VARCHAR(32) NOT NULL, attempts INTEGER NOT NULL,
    ended_at VARCHAR(32), outcome VARCHAR(16) NOT NULL, PRIMARY KEY (notice_id),
    FOREIGN KEY(case_id) REFERENCES cases (case_id)
);
CREATE INDEX notices_open ON notices (ended_at, due_at);
CREATE TABLE deaths (
    person_digest VARCHAR(64) NOT NULL, case_id VARCHAR(36), registered_at VARCHAR(32) NOT NULL,
    PRIMARY KEY (person_digest), FOREIGN KEY(case_id) REFERENCES cases (case_id)
);
""",
    """
ALTER TABLE terminals ADD COLUMN station TEXT NOT NULL DEFAULT '';
ALTER TABLE terminals ADD COLUMN notice TEXT NOT NULL DEFAULT '';
ALTER TABLE terminals ADD COLUMN notice_at VARCHAR(32) NOT NULL DEFAULT '';
ALTER TABLE terminals ADD COLUMN resync BIGINT NOT NULL DEFAULT 0;
ALTER TABLE terminals ADD COLUMN cloned_at VARCHAR(32);
ALTER TABLE terminal_keys ADD COLUMN waiting BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX events_by_terminal ON events (terminal_id, seq);
CREATE TABLE operators (
    station VARCHAR(200) NOT NULL, operator_id VARCHAR(64) NOT NULL, name TEXT NOT NULL,
    role VARCHAR(16) NOT NULL, password_hash TEXT NOT NULL, PRIMARY KEY (station, operator_id)
);
""",
    """
CREATE TABLE packs (
    version BIGINT NOT NULL, files TEXT NOT NULL, made_at VARCHAR(32) NOT NULL, PRIMARY KEY (version)
)
""",
    """
DROP INDEX case_matters_by_due;
CREATE INDEX case_matters_by_due ON case_matters (due) WHERE due IS NOT NULL
""",
    """
CREATE TABLE set_aside (
    work VARCHAR(40) NOT NULL, case_id VARCHAR(64) NOT NULL, reason VARCHAR(100) NOT NULL,
    at VARCHAR(32) NOT NULL, PRIMARY KEY (work, case_id)
);
DROP INDEX cases_by_deceased;
CREATE INDEX cases_by_deceased ON cases (deceased_digest, received_at, case_id);
CREATE INDEX enrolment_codes_by_key ON enrolment_codes (key_id)
""",
    """
ALTER TABLE terminals ADD COLUMN files BIGINT NOT NULL DEFAULT 0;
UPDATE terminals SET files = (SELECT count(*) FROM attachments
    WHERE attachments.terminal_id = terminals.terminal_id AND attachments.complete)
""",
    # Without foreign keys; SQLite cannot take them from a table that is there.
    """
CREATE TABLE matters_of_cases (
    case_id VARCHAR(36) NOT NULL, matter_id VARCHAR(64) NOT NULL, place INTEGER NOT NULL, name TEXT NOT NULL,
    department TEXT NOT NULL, state VARCHAR(32) NOT NULL, words TEXT NOT NULL, updated_at VARCHAR(32) NOT NULL,
    due VARCHAR(40), overdue_at VARCHAR(32), PRIMARY KEY (case_id, matter_id)
);
INSERT INTO matters_of_cases
    SELECT case_id, matter_id, place, name, department, state, words, updated_at, due, overdue_at FROM case_matters;
DROP TABLE case_matters;
ALTER TABLE matters_of_cases RENAME TO case_matters;
CREATE INDEX case_matters_by_due ON case_matters (due) WHERE due IS NOT NULL;
CREATE TABLE lines_of_feeds (
    terminal_id VARCHAR(64) NOT NULL, seq BIGINT NOT NULL, kind VARCHAR(64) NOT NULL, case_id VARCHAR(36) NOT NULL,
    body TEXT NOT NULL, at VARCHAR(32) NOT NULL, PRIMARY KEY (terminal_id, seq)
);
INSERT INTO lines_of_feeds SELECT terminal_id, seq, kind, case_id, body, at FROM changes;
DROP TABLE changes;
ALTER TABLE lines_of_feeds RENAME TO changes
""",
    """
ALTER TABLE case_matters ADD COLUMN asked TEXT NOT NULL DEFAULT '';
CREATE TABLE look_ups (
    look_up_id VARCHAR(36) NOT NULL, terminal_id VARCHAR(64) NOT NULL REFERENCES terminals (terminal_id),
    operator VARCHAR(64) NOT NULL, supervisor VARCHAR(64) NOT NULL, at VARCHAR(32) NOT NULL,
    case_id VARCHAR(36) REFERENCES cases (case_id), reason VARCHAR(16) NOT NULL, answered BOOLEAN NOT NULL,
    PRIMARY KEY (look_up_id)
);
CREATE INDEX look_ups_by_terminal ON look_ups (terminal_id, at);
CREATE INDEX look_ups_by_case ON look_ups (case_id)
""",
    """
CREATE TABLE offers (
    offer_id VARCHAR(36) NOT NULL, event_id VARCHAR(36) NOT NULL REFERENCES events (event_id),
    case_id VARCHAR(36) NOT NULL REFERENCES cases (case_id),
    terminal_id VARCHAR(64) NOT NULL REFERENCES terminals (terminal_id),
    received_at VARCHAR(32) NOT NULL, told_at VARCHAR(32), outcome VARCHAR(16) NOT NULL,
    outcome_told_at VARCHAR(32), PRIMARY KEY (offer_id), UNIQUE (event_id)
);
CREATE INDEX offers_by_case ON offers (case_id);
CREATE UNIQUE INDEX offers_open ON offers (case_id) WHERE outcome = '';
CREATE INDEX offers_untold ON offers (received_at) WHERE outcome_told_at IS NULL
""",
)


def migrate(connection: Connection, version: int) -> None:
    """Bring the schema from a version (the number of steps that it has seen) to the newest."""
    names = {"bytes": "BYTEA" if connection.dialect.name == "postgresql" else "BLOB"}
    for step in STEPS[version:]:
        for statement in Template(step).substitute(names).split(";"):
            if statement.strip():
                connection.execute(text(statement))
