"""Cases of other terminals, known by the digests that the hub gives out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from kiosk.packets.deceased import person_digest, shared_digest
from kiosk.ports.sync import KnownCase
from kiosk.store.database import Database

KNOWN_CASES = """
    alter table terminal add column digest_key text not null default '';
    alter table terminal add column digests_after integer not null default 0;

    create table known_cases (
        case_number text primary key,
        digest text not null check (length(digest) = 64),
        service text not null,
        station text not null,
        taken_in_at text not null
    ) strict, without rowid;
    create index known_cases_digest on known_cases (digest, service);
"""
"""The step of the schema."""


def note_known(database: Database, key: str, known: Sequence[KnownCase], next_after: int) -> int:
    """Keep a page of the hub's list; see the port."""
    with database.write():
        row = database.rows("select digest_key, digests_after from terminal where id = 1")[0]
        other_list = row["digest_key"] != key
        if other_list:
            database.run("delete from known_cases")
        if other_list and row["digests_after"]:
            next_after = 0
        else:
            for case in known:
                database.run("delete from known_cases where case_number = ?", (case.case_number,))
                database.insert("known_cases", asdict(case))
        database.run("update terminal set digest_key = ?, digests_after = ? where id = 1", (key, next_after))
    return next_after


def known_of(database: Database, service: str, document_type: str, document_number: str) -> list[KnownCase]:
    """List a service's cases of other terminals about the person of a document, newest first."""
    key = database.value("select digest_key from terminal where id = 1")
    if not key:
        return []
    digest = shared_digest(key, person_digest(document_type, document_number))
    rows = database.rows(
        "select digest, service, station, case_number, taken_in_at from known_cases"
        " where digest = ? and service = ? order by taken_in_at desc",
        (digest, service),
    )
    return [KnownCase(**row) for row in rows]
