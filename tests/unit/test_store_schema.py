"""The schema: what it refuses, and how a database comes to it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from enum import StrEnum
from pathlib import Path

import pytest
from store_rigs import KEY, NOW, file_of, store_in, take_in

from kiosk.domain.case import CaseState, Delivery, MaterialStatus, MatterState
from kiosk.errors import ErrorCode, StoreError
from kiosk.ports.printers import PrintJobState
from kiosk.ports.store import JournalLine
from kiosk.store import SqliteStore
from kiosk.store.database import Database, new_database, open_database
from kiosk.store.driver import dbapi2
from kiosk.store.migrations import MIGRATIONS, migrate, schema_version

STEPS = [migration.name for migration in MIGRATIONS._migrations]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """The database of a store with one case, a file and a journal."""
    store: SqliteStore = store_in(tmp_path)
    take_in(store, file_of())
    store.journal.append(JournalLine("signed_in", "op", "op"), NOW)
    store.close()
    opened = open_database(tmp_path / "kiosk.db", KEY)
    yield opened
    opened.close()


@pytest.mark.parametrize(
    "statement",
    [
        "update cases set case_number = 'SHS'",
        "update cases set seq = 9",
        "delete from cases",
        "update event_payloads set payload = x'00'",
        "delete from event_payloads",
        "update outbox set seq = 9",
        "update outbox set event_id = 'x'",
        "update outbox set state = 'lost'",
        "update outbox set state = 'delivered'",
        "delete from outbox",
        "update journal set actor = 'x'",
        "delete from journal",
        "delete from journal where seq = 2",
        "update attachments set sha256 = sha256",
        "update cases set state = 'eaten'",
        "update cases set rev = 'two'",
        "update case_matters set state = 'eaten'",
        "insert into case_materials values ('nobody', 0, 'm', 'm', 'card', 0, null)",
        "insert into number_counters values ('A', '2026-11-18', 10000) on conflict do update set last = 10000",
        "insert into terminal (id, epoch, series) values (2, 'x', 'A')",
    ],
)
def test_statement_that_the_schema_refuses(database: Database, statement: str) -> None:
    """Numbers, payloads and journal lines cannot be changed, states and references cannot be wrong, by any program."""
    with pytest.raises(dbapi2.IntegrityError), database.write():
        database.run(statement)


def test_states_of_the_program_and_of_the_schema(database: Database) -> None:
    """Every state that the program knows can be kept."""
    places: dict[str, Sequence[StrEnum]] = {
        "cases.state": [state for state in CaseState if state is not CaseState.DRAFT],
        "case_matters.state": list(MatterState),
        "case_materials.status": list(MaterialStatus),
        "print_jobs.state": list(PrintJobState),
        "outbox.state": list(Delivery),
    }
    for place, known in places.items():
        table, column = place.split(".")
        sql = database.value("select sql from sqlite_master where name = ?", (table,))
        line = next(line for line in sql.splitlines() if line.strip().startswith(f"{column} text not null check"))
        assert all(f"'{state.value}'" in line for state in known), place


def test_change_outside_a_transaction(database: Database) -> None:
    """There is one way to write; a transaction within a transaction is a bug."""
    with pytest.raises(RuntimeError):
        database.run("update operators set name = name")
    with database.write(), pytest.raises(RuntimeError):
        store_write(database)


def store_write(database: Database) -> None:
    """Begin a transaction."""
    with database.write():
        pass


def test_failure_inside_a_transaction(database: Database) -> None:
    """Whatever fails inside, nothing of it stays, and the next write goes through."""
    row = {"operator_id": "x", "name": "x", "role": "clerk", "password_hash": "x"}
    with pytest.raises(dbapi2.IntegrityError), database.write():
        database.insert_all("operators", [row, row])
    assert database.rows("select * from operators") == []
    with database.write():
        database.insert("operators", row)
    assert len(database.rows("select * from operators")) == 1


def test_bug_in_a_statement(database: Database) -> None:
    """An error of the driver that is no condition of the world is not dressed up as one."""
    with pytest.raises(dbapi2.OperationalError):
        database.rows("select * from nowhere")


def test_ways_of_looking_up_have_an_index(database: Database) -> None:
    """Look-ups by number, its end, documents, names, state and promise never walk through all cases."""
    for condition in (
        "case_number = 'x'",
        "number_reversed >= 'x' and number_reversed < 'y'",
        "official_number = 'x'",
        "deceased_document = 'x'",
        "applicant_document = 'x'",
        "deceased_name >= 'x' and deceased_name < 'y'",
        "applicant_name >= 'x' and applicant_name < 'y'",
        "state = 'taken_in'",
        "promise_due < '2026'",
    ):
        plan = database.rows(f"explain query plan select case_id from cases where {condition}")  # noqa: S608  from the list above
        assert all("SEARCH" in step["detail"] for step in plan), condition


@pytest.mark.parametrize("start", ["", *STEPS])
def test_migration_from_each_earlier_schema(tmp_path: Path, start: str) -> None:
    """A database of any earlier schema comes to the present one, equal to one made new, and holds together."""
    later = STEPS[STEPS.index(start) + 1 :] if start else STEPS
    with new_database(tmp_path / "old.db", KEY) as old:
        if start:
            migrate(old, stop_before=later[0] if later else None)
            assert schema_version(old) == start
        _fill(old, start)
    with new_database(tmp_path / "new.db", KEY) as new:
        migrate(new)
        expected = _shape(new)
    opened = open_database(tmp_path / "old.db", KEY)
    migrate(opened)
    migrate(opened)
    assert _shape(opened) == expected
    assert opened.rows("pragma foreign_key_check") == []
    assert opened.value("pragma integrity_check") == "ok"
    opened.close()


def _fill(database: Database, schema: str) -> None:
    """Put rows of an earlier schema in; a new step adds its own branch here."""
    if schema >= "m0001_first":
        with database.write():
            database.insert("terminal", {"id": 1, "epoch": "e", "series": "A"})
            database.insert("content_keys", {"case_id": "c", "content_key": bytes(32)})


def test_rows_of_the_first_schema_keep_their_meaning(tmp_path: Path) -> None:
    """A limit stays the matter's own, and a copy printed before has nobody's name and the usual size."""
    with new_database(tmp_path / "kiosk.db", KEY) as old:
        migrate(old, stop_before="m0002_papers")
        _fill(old, "m0001_first")
        with old.write():
            for table, row in _OLD_CASE.items():
                old.insert(table, row)
    opened = open_database(tmp_path / "kiosk.db", KEY)
    migrate(opened)
    assert opened.rows("select due, correction_due from case_matters") == [
        {"due": "2026-11-20", "correction_due": None}
    ]
    assert opened.rows("select actor, large_print from print_jobs") == [{"actor": "", "large_print": 0}]
    assert opened.rows("pragma foreign_key_check") == []
    opened.close()


def test_events_of_an_earlier_schema_are_the_same_afterwards(tmp_path: Path) -> None:
    """The outbox is made anew around them: order, ids, payloads and what refers to them stay, and the numbers go on."""
    with new_database(tmp_path / "kiosk.db", KEY) as old:
        migrate(old, stop_before="m0012_superseded")
        _fill(old, "m0011_packs")
        with old.write():
            for table in ("outbox", "cases"):
                old.insert(table, _OLD_CASE[table])
            for seq in (2, 7):
                row = {"seq": seq, "event_id": f"e{seq}", "rev": seq, "kind": "rating_given", "payload": b'{"level":1}'}
                old.insert("outbox", _OLD_CASE["outbox"] | row)
        before = old.rows("select * from outbox order by seq")
        figures = old.rows("select rated_1 from case_figures")
    opened = open_database(tmp_path / "kiosk.db", KEY)
    migrate(opened)
    after = opened.rows("select * from outbox join event_payloads using (event_id) order by seq")
    assert [{**row, "hub_rev": None, "superseded_by": 0} for row in before] == after
    assert opened.rows("select rated_1 from case_figures") == figures
    kept = {name: value for name, value in _OLD_CASE["outbox"].items() if name not in {"seq", "payload"}} | {"rev": 8}
    with opened.write():
        opened.insert("event_payloads", {"event_id": "new", "payload": b"{}"})
        opened.insert("outbox", kept | {"event_id": "new"})
    assert opened.value("select max(seq) from outbox") == 8
    assert opened.rows("pragma foreign_key_check") == []
    with opened.write():
        opened.insert("event_payloads", {"event_id": "twin", "payload": b"{}"})
    with pytest.raises(dbapi2.IntegrityError), opened.write():
        opened.insert("outbox", kept | {"event_id": "twin"})
    with pytest.raises(dbapi2.IntegrityError), opened.write():
        opened.insert("outbox", kept | {"event_id": "bare", "rev": 9})
    opened.close()


_OLD_CASE: dict[str, dict[str, str | int | bytes]] = {
    "outbox": {
        "seq": 1,
        "event_id": "e",
        "kind": "case_taken_in",
        "case_id": "c",
        "rev": 1,
        "occurred_at": NOW,
        "schema": 1,
        "payload": b"{}",
        "payload_sha256": "0" * 64,
        "state": "pending",
    },
    "cases": {
        "case_id": "c",
        "case_number": "SHS1",
        "number_reversed": "1SHS",
        "seq": 1,
        "service": "after_death",
        "state": "taken_in",
        "rev": 1,
        "operator": "op",
        "station": "S",
        "taken_in_at": NOW,
        "promise_provisional": 0,
        "catalog_version": "1",
        "application": b"{}",
        "deceased_name": "",
        "deceased_document": "",
        "applicant_name": "",
        "applicant_document": "",
    },
    "case_matters": {
        "case_id": "c",
        "position": 0,
        "matter_id": "04",
        "name": "",
        "department": "",
        "mode": "application",
        "state": "correction_requested",
        "reason": "",
        "due": "2026-11-20",
        "due_text": "",
        "due_provisional": 0,
        "words": "",
    },
    "papers": {"paper_id": "p", "case_id": "c", "kind": "receipt_of_materials", "copies": 1, "last_at": NOW},
    "print_jobs": {
        "job_id": "j",
        "paper_id": "p",
        "copy": 1,
        "printer": "p",
        "state": "done",
        "created_at": NOW,
        "updated_at": NOW,
        "verification": "V",
    },
}


def _shape(database: Database) -> list[tuple[str, str]]:
    rows = database.rows("select name, sql from sqlite_master where sql is not null order by name")
    return [(row["name"], " ".join(row["sql"].split())) for row in rows]


def test_step_that_fails_half_way(tmp_path: Path) -> None:
    """A failing step leaves the schema before it, whole."""
    path = tmp_path / "kiosk.db"
    with new_database(path, KEY) as database:
        migrate(database)
    opened = open_database(path, KEY)
    before = _shape(opened)

    @MIGRATIONS()
    def m9999_broken(db: object) -> None:
        with_tables = opened.tables
        assert db is with_tables
        with_tables.execute("create table half (x integer)")
        with_tables.execute("create table cases (x integer)")

    try:
        with pytest.raises(dbapi2.OperationalError):
            migrate(opened)
        assert _shape(opened) == before
    finally:
        MIGRATIONS._migrations.pop()
        opened.close()


def test_database_of_a_newer_program(tmp_path: Path) -> None:
    """A database with a step that this program does not know is refused and left as it is."""
    store_in(tmp_path).close()
    database = open_database(tmp_path / "kiosk.db", KEY)
    with database.write():
        database.run(
            "insert into _sqlite_migrations (migration_set, name, applied_at) values ('kiosk', 'm9000_later', 'x')"
        )
    database.close()
    before = (tmp_path / "kiosk.db").read_bytes()
    with pytest.raises(StoreError) as caught:
        store_in(tmp_path)
    assert caught.value.code is ErrorCode.STORE_NEWER_THAN_PROGRAM
    assert (tmp_path / "kiosk.db").read_bytes() == before


def test_file_cannot_be_read_without_the_key(tmp_path: Path) -> None:
    """Nothing of a case stands in the files in clear, and plain SQLite cannot open them."""
    store = store_in(tmp_path)
    attachment, data = file_of(100_000)
    number = take_in(store, (attachment, data)).case_number
    clear = [number.encode(), "测试逝者".encode(), b"370100194001019991", data[:64], b"CREATE TABLE", b"create table"]
    for path in tmp_path.iterdir():
        content = path.read_bytes()
        assert not any(part in content for part in clear), path.name
    store.close()
    with closing(sqlite3.connect(tmp_path / "kiosk.db")) as plain, pytest.raises(sqlite3.DatabaseError):
        plain.execute("select * from sqlite_master")
