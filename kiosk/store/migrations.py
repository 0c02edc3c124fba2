"""The schema, in numbered steps that are never edited once released.

A step runs in the same transaction as the record that it ran. Tables are STRICT; CHECKs guard the states, triggers what
must never change (numbers, payloads, journal lines).
"""

from __future__ import annotations

from kiosk.errors import ErrorCode, StoreError
from kiosk.store.database import Database
from kiosk.store.day_ends import DAY_ENDS
from kiosk.store.driver import sqlite_utils
from kiosk.store.figures import FIGURES
from kiosk.store.first_tables import FIRST
from kiosk.store.known_cases import KNOWN_CASES
from kiosk.store.offers import make_offers
from kiosk.store.payloads import set_payloads_apart
from kiosk.store.ratings import RATINGS
from kiosk.store.refused import remake_outbox
from kiosk.store.results import RESULTS
from kiosk.store.station import PACKS, STATION

MIGRATIONS = sqlite_utils.Migrations("kiosk")


def schema_version(database: Database) -> str:
    """Give the name of the newest step that has run, empty for none."""
    applied = [migration.name for migration in MIGRATIONS.applied(database.tables)]
    return max(applied, default="")


def refuse_newer(database: Database) -> None:
    """Refuse a database that a newer program has changed.

    Raises:
        StoreError: STORE_NEWER_THAN_PROGRAM.
    """
    known = {migration.name for migration in MIGRATIONS._migrations}  # noqa: SLF001  it has no public list
    if not {migration.name for migration in MIGRATIONS.applied(database.tables)} <= known:
        raise StoreError(ErrorCode.STORE_NEWER_THAN_PROGRAM)


def migrate(database: Database, *, stop_before: str | None = None) -> None:
    """Bring a database to this program's schema, all steps in one transaction; nothing happens when it is there.

    Raises:
        StoreError: STORE_NEWER_THAN_PROGRAM; STORE_DAMAGED and the like when the list of steps cannot be read.
    """
    with database.read():
        refuse_newer(database)
        pending = MIGRATIONS.pending(database.tables)
    if not pending:
        return
    with database.write():
        MIGRATIONS.apply(database.tables, stop_before=stop_before)


@MIGRATIONS()
def m0001_first(db: sqlite_utils.Database) -> None:
    """Make the tables of the first release."""
    db.executescript(FIRST)


@MIGRATIONS()
def m0002_papers(db: sqlite_utils.Database) -> None:
    """Tell a matter's own limit from the day of its correction, and know of each copy who printed it and how large."""
    db.execute("alter table case_matters add column correction_due text")
    db.execute("alter table print_jobs add column actor text not null default ''")
    db.execute("alter table print_jobs add column large_print integer not null default 0 check (large_print in (0, 1))")


@MIGRATIONS()
def m0003_figures(db: sqlite_utils.Database) -> None:
    """Count cases, matters and ratings as they happen, and keep what applied and was not filed."""
    db.executescript(FIGURES)


@MIGRATIONS()
def m0004_reconciliation(db: sqlite_utils.Database) -> None:
    """Keep when the terminal was last compared with the hub, and what only the hub has."""
    db.execute("alter table terminal add column reconciled_at text")
    db.execute("create table hub_only (event_id text primary key, noticed_at text not null) strict, without rowid")


@MIGRATIONS()
def m0005_corrections(db: sqlite_utils.Database) -> None:
    """Know what a department wants put right: JSON lists of field paths and of material ids."""
    db.execute("alter table case_matters add column wanted_fields text not null default '[]'")
    db.execute("alter table case_matters add column wanted_materials text not null default '[]'")


@MIGRATIONS()
def m0006_day_ends(db: sqlite_utils.Database) -> None:
    """Keep each day end with the hub's own count."""
    db.executescript(DAY_ENDS)


@MIGRATIONS()
def m0007_known_cases(db: sqlite_utils.Database) -> None:
    """Know cases of other terminals by digest, and of each rating what became of it."""
    db.executescript(KNOWN_CASES)
    db.executescript(RATINGS)


@MIGRATIONS()
def m0008_low_ratings(db: sqlite_utils.Database) -> None:
    """Find the few low ratings among all."""
    db.execute("create index ratings_low on ratings (level) where level <= 2")


@MIGRATIONS()
def m0009_station(db: sqlite_utils.Database) -> None:
    """Keep what the hub says of this station."""
    db.executescript(STATION)


@MIGRATIONS()
def m0010_bytes_left(db: sqlite_utils.Database) -> None:
    """Sum what the hub does not have yet without reading what it has."""
    db.execute(
        "create index attachments_left on attachments (event_id, size, hub_offset)"
        " where event_id is not null and hub_state <> 'held'"
    )


@MIGRATIONS()
def m0011_packs(db: sqlite_utils.Database) -> None:
    """Know which of the hub's packs was last noted."""
    db.executescript(PACKS)


@MIGRATIONS()
def m0012_superseded(db: sqlite_utils.Database) -> None:
    """Let an event take a refused one's place, and a case that never arrived be taken back."""
    remake_outbox(db)


@MIGRATIONS()
def m0013_results(db: sqlite_utils.Database) -> None:
    """Keep the documents that departments give."""
    db.executescript(RESULTS)


@MIGRATIONS()
def m0014_acknowledged(db: sqlite_utils.Database) -> None:
    """Keep when the hub last acknowledged something, by its own time."""
    db.execute("alter table terminal add column acknowledged_at text")
    db.execute("update terminal set acknowledged_at = (select max(delivered_at) from outbox)")


@MIGRATIONS()
def m0015_rest(db: sqlite_utils.Database) -> None:
    """Keep until when the hub wishes to be left alone: a program that was started anew asks no sooner."""
    db.execute("alter table terminal add column rests_until text")


@MIGRATIONS()
def m0016_payloads(db: sqlite_utils.Database) -> None:
    """Keep payloads apart from what changes while events are delivered."""
    set_payloads_apart(db)


@MIGRATIONS()
def m0017_undated_matters(db: sqlite_utils.Database) -> None:
    """Find the open matters without a day among all."""
    db.execute(
        "create index case_matters_undated on case_matters (case_id, position) where due is null"
        " and state not in ('finished', 'refused', 'withdrawn', 'moved_offline')"
    )


@MIGRATIONS()
def m0018_offers(db: sqlite_utils.Database) -> None:
    """Take corrections of cases of other stations, and those that others took of ours."""
    make_offers(db)
