"""What the hub says of this station: operators, notices, the wish to begin anew, the pack of rules in force."""

from __future__ import annotations

from dataclasses import asdict
from typing import Final

from kiosk.journal import JournalKind
from kiosk.ports.store import JournalLine
from kiosk.ports.sync import HubOperator, PackStanding, StationState
from kiosk.store.database import Database
from kiosk.store.journal import SqliteJournal

STATION: Final = """
    alter table operators add column from_hub integer not null default 0 check (from_hub in (0, 1));
    alter table terminal add column station_version text not null default '';
    alter table terminal add column resync integer not null default 0;
    create table hub_notices (id integer primary key, words text not null, since text not null) strict;
"""
PACKS: Final = """
    alter table terminal add column pack integer not null default 0;
    alter table terminal add column pack_refused integer not null default 0;
    alter table terminal add column pack_code text not null default '';
"""
_NO_PASSWORD: Final = ""
"""A hash that no password fits."""


def note_station(database: Database, journal: SqliteJournal, state: StationState, now: str) -> None:
    """Make what the hub says hold here, all of it in one transaction."""
    with database.write():
        for operator in state.operators:
            _keep(database, journal, operator, now)
        named = {operator.operator_id for operator in state.operators}
        known = database.rows("select operator_id from operators where from_hub = 1 and password_hash <> ''")
        for row in known:
            if row["operator_id"] not in named:
                database.run(
                    "update operators set password_hash = ? where operator_id = ?", (_NO_PASSWORD, row["operator_id"])
                )
                journal.append_within(JournalLine(JournalKind.OPERATOR_REMOVED, "hub", row["operator_id"]), now)
        database.run("delete from hub_notices")
        for notice in state.notices:
            database.insert("hub_notices", asdict(notice))
        if state.resync > database.value("select resync from terminal where id = 1"):
            database.run(
                "update terminal set resync = ?, cursor = '', digests_after = 0, reconciled_at = null where id = 1",
                (state.resync,),
            )
        database.run("update terminal set station_version = ? where id = 1", (state.version,))


def note_pack(database: Database, journal: SqliteJournal, standing: PackStanding, now: str) -> None:
    """Keep which pack is in force and which was refused, with a line in the journal for each that is new."""
    with database.write():
        (before,) = database.rows("select pack, pack_refused from terminal where id = 1")
        database.run(
            "update terminal set pack = ?, pack_refused = ?, pack_code = ? where id = 1",
            (standing.version, standing.refused, standing.code),
        )
        if standing.version != before["pack"]:
            journal.append_within(JournalLine(JournalKind.RULES_CHANGED, "hub", str(standing.version)), now)
        if standing.refused and standing.refused != before["pack_refused"]:
            line = JournalLine(JournalKind.RULES_REFUSED, "hub", str(standing.refused), (("code", standing.code),))
            journal.append_within(line, now)


def _keep(database: Database, journal: SqliteJournal, operator: HubOperator, now: str) -> None:
    changed = database.run(
        "insert into operators (operator_id, name, role, password_hash, from_hub)"
        " values (:operator_id, :name, :role, :password_hash, 1)"
        " on conflict (operator_id) do update"
        " set name = excluded.name, role = excluded.role, password_hash = excluded.password_hash, from_hub = 1"
        " where (name, role, password_hash, from_hub)"
        " is not (excluded.name, excluded.role, excluded.password_hash, 1)",
        asdict(operator),
    )
    if changed:
        line = JournalLine(JournalKind.OPERATOR_KEPT, "hub", operator.operator_id, (("role", operator.role),))
        journal.append_within(line, now)
