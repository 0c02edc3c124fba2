"""The hub's schema on both databases: made by numbered steps, by one of several workers, never behind its back."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
from sqlalchemy import Engine, Inspector, Table, UniqueConstraint, create_engine, inspect, text

from sync.hub import migrations
from sync.hub.database import HubDatabaseError, open_database
from sync.hub.tables import META


@pytest.fixture
def engine(hub_database: str) -> Engine:
    """Look at the database without the hub."""
    with closing(open_database(hub_database)):
        return create_engine(hub_database)


def _keys(inspector: Inspector, name: str) -> set[tuple[str, ...]]:
    unique = {tuple(one["column_names"]) for one in inspector.get_unique_constraints(name)}
    foreign = {(*one["constrained_columns"], one["referred_table"]) for one in inspector.get_foreign_keys(name)}
    return unique | foreign | {("primary", *inspector.get_pk_constraint(name)["constrained_columns"])}


def _declared(table: Table) -> set[tuple[str, ...]]:
    unique = {
        tuple(column.name for column in one.columns) for one in table.constraints if isinstance(one, UniqueConstraint)
    }
    foreign = {(key.parent.name, key.column.table.name) for key in table.foreign_keys}
    return unique | foreign | {("primary", *(column.name for column in table.primary_key))}


def test_the_steps_make_what_the_tables_say(engine: Engine) -> None:
    """Tables, columns, what may be empty, keys and indexes are the same in both writings."""
    inspector = inspect(engine)
    tables = META.metadata.tables
    assert set(inspector.get_table_names()) == set(tables)
    for name, table in tables.items():
        found = {column["name"]: bool(column["nullable"]) for column in inspector.get_columns(name)}
        assert found == {column.name: bool(column.nullable) for column in table.columns}, name
        assert _keys(inspector, name) == _declared(table), name
        indexes = {
            (index["name"], bool(index["unique"]), tuple(index["column_names"]))
            for index in inspector.get_indexes(name)
            if not index.get("duplicates_constraint")
        }
        assert indexes == {
            (one.name, one.unique, tuple(column.name for column in one.columns)) for one in table.indexes
        }
    engine.dispose()


@pytest.fixture
def fresh_database(hub_database: str, request: pytest.FixtureRequest) -> str:
    """Give the address of a database without anything."""
    if hub_database.startswith("sqlite"):
        return f"sqlite:///{request.getfixturevalue('tmp_path')}/fresh.sqlite3"
    return str(request.getfixturevalue("postgres").new_database())


def test_workers_that_start_together_make_one_schema(fresh_database: str) -> None:
    """One makes it, the others find it made."""
    with ThreadPoolExecutor(4) as workers:
        for database in workers.map(lambda _: open_database(fresh_database), range(4)):
            database.close()
    engine = create_engine(fresh_database)
    with engine.connect() as connection:
        kept = connection.execute(text("SELECT value FROM hub_meta WHERE key = 'schema_version'")).scalars().all()
    engine.dispose()
    assert kept == [str(len(migrations.STEPS))]


def test_the_first_schema_becomes_the_newest_with_what_it_holds(
    fresh_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hub's data outlives its updates."""
    with monkeypatch.context() as old:
        old.setattr("sync.hub.migrations.STEPS", migrations.STEPS[:1])
        old.setattr("sync.hub.database.STEPS", migrations.STEPS[:1])
        open_database(fresh_database).close()
    engine = create_engine(fresh_database)
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO terminals VALUES ('T-1', '', 7, '', '', 0, 'then', 'then')"))
        connection.execute(
            text(
                "INSERT INTO cases (case_id, case_number, terminal_id, service, station, state, rev, taken_in_at,"
                " received_at) VALUES ('c', 'n', 'T-1', 's', 's', 'taken_in', 1, 'then', 'then')"
            )
        )
        connection.execute(
            text("INSERT INTO case_matters VALUES ('c', '04', 0, 'matter', 'department', 'taken_in', '', 'then')")
        )
        connection.execute(text("INSERT INTO changes VALUES ('T-1', 1, 'case_state', 'c', '{}', 'then')"))
    open_database(fresh_database).close()
    with engine.connect() as connection:
        assert connection.execute(text("SELECT last_seq FROM terminals")).scalar_one() == 7
        assert connection.execute(text("SELECT case_number FROM cases")).scalar_one() == "n"
        matter = connection.execute(text("SELECT matter_id, department, updated_at, due FROM case_matters")).one()
        assert tuple(matter) == ("04", "department", "then", None)
        assert connection.execute(text("SELECT seq, case_id, body FROM changes")).one() == (1, "c", "{}")
    engine.dispose()


def test_a_newer_schema_is_left_alone(fresh_database: str) -> None:
    """An older program refuses it."""
    open_database(fresh_database).close()
    engine = create_engine(fresh_database)
    with engine.begin() as connection:
        connection.execute(text("UPDATE hub_meta SET value = '99' WHERE key = 'schema_version'"))
    engine.dispose()
    with pytest.raises(HubDatabaseError):
        open_database(fresh_database)
