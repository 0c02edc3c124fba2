"""Many cases at once at the hub: few statements for all of them, and still each on its own."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Literal

import pytest
from hub_rigs import HUB_KEY, TERMINAL
from hub_talk import batch_of, case, event, number, verdict
from sqlalchemy import Engine, select
from sqlalchemy import event as sqlalchemy_event

from kiosk.ids import CaseId, uuid7
from kiosk.packets.canonical import canonical_json
from kiosk.packets.deceased import person_digest
from kiosk.packets.events import paper_issued_payload, rating_given_payload
from kiosk.ports.sync import OutboxEntry
from sync.hub.bulk import insert_rows
from sync.hub.database import HubDatabase, open_database
from sync.hub.intake import take_batch
from sync.hub.show import hub_contents
from sync.hub.tables import CASES, DUPLICATES, EVENTS, RATINGS
from sync.messages import ItemResult, Limits

LIMITS = Limits(batch_items=100)
NOW = "2026-11-18T02:00:00.000Z"


@pytest.fixture(scope="module")
def database(hub_database: str) -> Iterator[HubDatabase]:
    """Open one database of each kind for the module; every test makes cases of its own."""
    opened = open_database(hub_database)
    yield opened
    opened.close()


def taken(database: HubDatabase, *entries: OutboxEntry) -> list[ItemResult]:
    """Hand a batch over."""
    return taken_of(database, TERMINAL, *entries)


def taken_of(database: HubDatabase, terminal_id: str, *entries: OutboxEntry) -> list[ItemResult]:
    """Hand a terminal's batch over."""
    batch = batch_of(*entries).replace(TERMINAL.encode(), terminal_id.encode())
    return list(take_batch(database, terminal_id, batch, LIMITS, NOW, HUB_KEY.sign).results)


def changed(entry: OutboxEntry, **values: object) -> OutboxEntry:
    """Make an event like another, with other values in its payload."""
    return event(entry.kind, CaseId(entry.case_id), 1, canonical_json(json.loads(entry.payload) | values))


def paper(of: OutboxEntry, rev: int = 2) -> OutboxEntry:
    """Make the event of a paper that was issued in a case."""
    case_number = json.loads(of.payload)["case_number"]
    return event("paper_issued", of.case_id, rev, paper_issued_payload(case_number, "acceptance", 1, "1234", NOW))


def rating(of: OutboxEntry, level: Literal[1, 5]) -> OutboxEntry:
    """Make the event of a rating."""
    case_number = json.loads(of.payload)["case_number"]
    return event("rating_given", of.case_id, 2, rating_given_payload(case_number, level, "测试" * (level == 1), NOW))


@contextmanager
def counted(database: HubDatabase) -> Iterator[list[str]]:
    """Collect the statements that are sent."""
    statements: list[str] = []

    def sent(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    engine: Engine = database._engine
    sqlalchemy_event.listen(engine, "before_cursor_execute", sent)
    try:
        yield statements
    finally:
        sqlalchemy_event.remove(engine, "before_cursor_execute", sent)


def test_a_hundred_cases_take_as_many_statements_as_one(database: HubDatabase) -> None:
    """Rows travel together; a batch that comes again takes even fewer."""
    entries = [case() for _ in range(100)]
    taken(database, case())
    with counted(database) as one:
        taken(database, case())
    with counted(database) as hundred:
        assert {result.status for result in taken(database, *entries)} == {"received"}
    with counted(database) as again:
        assert {result.status for result in taken(database, *entries)} == {"duplicate"}
    assert len(one) == len(hundred) <= 25
    assert len(again) < len(hundred) / 2


def test_a_hundred_papers_take_as_many_statements_as_one(database: HubDatabase) -> None:
    """What is only kept is kept together, and stands in its case as the next."""
    entries = [case() for _ in range(100)]
    taken(database, *entries)
    with counted(database) as one:
        taken(database, paper(entries[0]))
    with counted(database) as others:
        results = taken(database, *(paper(entry) for entry in entries[1:50]), *(rating(one, 5) for one in entries[50:]))
    assert {result.status for result in results} == {"received"}
    assert len(one) == len(others) <= 20
    assert {result.status for result in taken(database, *(paper(entry, 3) for entry in entries))} == {"received"}


def of_another(database: HubDatabase) -> OutboxEntry:
    """Have another terminal take a case in, and issue a paper in it here."""
    entry = case(terminal="T-OTHER")
    assert [result.status for result in taken_of(database, "T-OTHER", entry)] == ["received"]
    return paper(entry)


def here(database: HubDatabase, entry: OutboxEntry) -> OutboxEntry:
    """Take a case in."""
    assert [result.status for result in taken(database, entry)] == ["received"]
    return entry


ODD: dict[str, tuple[Callable[[HubDatabase], OutboxEntry], str, str]] = {
    "not due yet": (lambda database: paper(here(database, case()), 3), "retry", "rev_ahead"),
    "taken": (lambda database: paper(here(database, case()), 1), "conflict", "rev_taken"),
    "of another": (of_another, "rejected", "case_of_another"),
    "of no case": (lambda _: paper(case()), "retry", "rev_ahead"),
    "hash": (
        lambda database: replace(paper(here(database, case())), payload_sha256="0" * 64),
        "rejected",
        "payload_hash",
    ),
}


@pytest.mark.parametrize("kind", ODD)
def test_what_is_only_kept_is_refused_alone_where_it_has_no_place(database: HubDatabase, kind: str) -> None:
    """It is told why; its neighbours are kept, and nothing of it is."""
    make, status, code = ODD[kind]
    entries = [here(database, case()) for _ in range(2)]
    odd = make(database)
    results = taken(database, paper(entries[0]), odd, paper(entries[1]))
    assert [verdict(result) for result in results] == [("received", ""), (status, code), ("received", "")]
    with database.read() as connection:
        revs = {row.case_id: row.rev for row in connection.execute(select(CASES.c.case_id, CASES.c.rev))}
        kept = connection.execute(select(EVENTS.c.event_id).where(EVENTS.c.event_id == odd.event_id)).all()
    assert [revs[entry.case_id] for entry in entries] == [2, 2]
    assert revs.get(odd.case_id, 1) == 1
    assert not kept


def test_what_a_copied_disk_sends_is_not_kept(database: HubDatabase) -> None:
    """A paper on a place that another event has is the copy's, though it would be its case's next."""
    entry = case(terminal="T-COPY")
    taken_of(database, "T-COPY", entry)
    (copied,) = taken_of(database, "T-COPY", replace(paper(entry), seq=entry.seq))
    assert verdict(copied) == ("rejected", "terminal_cloned")
    with database.read() as connection:
        assert connection.execute(select(CASES.c.rev).where(CASES.c.case_id == entry.case_id)).scalar_one() == 1


def test_two_papers_of_a_case_and_a_low_rating_are_taken_in_one_batch(database: HubDatabase) -> None:
    """Also right behind the case itself; the rating has its effect."""
    new, low = case(), here(database, case())
    results = taken(database, new, paper(new), paper(new, 3), rating(low, 1))
    assert [result.status for result in results] == ["received"] * 4
    with database.read() as connection:
        assert connection.execute(select(CASES.c.rev).where(CASES.c.case_id == new.case_id)).scalar_one() == 3
        assert connection.execute(select(RATINGS.c.due).where(RATINGS.c.case_id == low.case_id)).scalar_one()


def test_what_only_one_database_can_keep_spoils_nothing_else(database: HubDatabase) -> None:
    """When papers cannot be kept together each is tried alone: PostgreSQL, unlike SQLite, knows no NUL in a text."""
    entries = [here(database, case()) for _ in range(3)]
    odd = replace(paper(entries[1]), occurred_at="2026-11-18T02:00:00\0")
    first, second, third = taken(database, paper(entries[0]), odd, paper(entries[2]))
    assert [first.status, third.status] == ["received", "received"]
    sqlite = database._engine.dialect.name == "sqlite"
    assert verdict(second) == (("received", "") if sqlite else ("rejected", "payload_invalid"))


def test_a_clash_within_a_batch_spoils_only_its_own_case(database: HubDatabase) -> None:
    """When the common insert fails, each case is tried alone, and the answer says what is wrong with which."""
    shared = number()
    first, second, third = case(case_number=shared), case(case_number=shared), case()
    results = taken(database, first, second, third)
    assert [verdict(result) for result in results] == [
        ("received", ""),
        ("rejected", "case_number_taken"),
        ("received", ""),
    ]
    held = {one["case_id"]: one for one in hub_contents(database)["cases"]}
    assert second.case_id not in held
    assert all(len(held[entry.case_id]["matters"]) == 3 for entry in (first, third))


@pytest.mark.parametrize(
    "values",
    [{"service": "s" * 65}, {"station": "a\0b"}, {"taken_in_at": "x" * 41}, {"case_number": "n" * 3000}],
    ids=["too long", "NUL", "no time", "number too long"],
)
def test_what_fits_no_column_is_refused_alone_on_either_database(database: HubDatabase, values: dict[str, str]) -> None:
    """The payload is wrong, not the hub busy; its neighbours are taken."""
    before, after = case(), case()
    results = taken(database, before, changed(case(), **values), after)
    assert [verdict(result) for result in results] == [
        ("received", ""),
        ("rejected", "payload_invalid"),
        ("received", ""),
    ]


def test_people_without_a_number_are_not_taken_for_each_other(database: HubDatabase) -> None:
    """Two infants that were never registered are two; neither is in the list of who was taken in elsewhere."""
    nobody = {"name": "测试婴儿", "document_number": " ", "document_type": "990"}
    entries = [changed(case(), deceased=nobody) for _ in range(2)]
    assert [result.status for result in taken(database, *entries)] == ["received"] * 2
    ids = [entry.case_id for entry in entries]
    with database.read() as connection:
        flagged = connection.execute(select(DUPLICATES.c.case_id).where(DUPLICATES.c.case_id.in_(ids))).all()
        digests = connection.execute(select(CASES.c.deceased_digest).where(CASES.c.case_id.in_(ids))).scalars().all()
    assert not flagged
    assert digests == [None, None]


def test_the_thousandth_case_of_one_deceased_takes_no_longer_than_the_first(database: HubDatabase) -> None:
    """Only the newest few of a person's cases are looked at, however many lie here."""
    known = person_digest("111", "370100195501019998")
    head = {"terminal_id": TERMINAL, "service": "x", "station": "x", "state": "taken_in", "rev": 1}
    head |= {"taken_in_at": NOW, "received_at": "2026-01-01T00:00:00.000Z", "complete_at": NOW}
    ids = [uuid7() for _ in range(5_000)]
    rows = [head | {"case_id": one, "case_number": one, "deceased_digest": known} for one in ids]
    taken(database, case())
    with database.write() as connection:
        insert_rows(connection, CASES, rows)

    def took(number: Callable[[int], str]) -> float:
        """Give the seconds of the quickest of three batches."""
        quickest = 60.0
        for _ in range(3):
            people = [{"document_type": "111", "document_number": number(place)} for place in range(20)]
            entries = [changed(case(), deceased={"name": "测试逝者"} | person) for person in people]
            began = time.perf_counter()
            assert {result.status for result in taken(database, *entries)} == {"received"}
            quickest = min(quickest, time.perf_counter() - began)
        return quickest

    assert took(lambda _: "370100195501019998") < 4 * took(lambda _: uuid7())
    with database.read() as connection:
        newest = select(CASES.c.case_id).where(CASES.c.deceased_digest == known).order_by(CASES.c.received_at.desc())
        last = connection.execute(newest.limit(1)).scalar_one()
        flagged = select(DUPLICATES.c.other_case_id).where(DUPLICATES.c.case_id == last)
        assert len(connection.execute(flagged).all()) == 5


def test_cases_of_one_deceased_are_flagged_in_pairs_and_never_merged(database: HubDatabase) -> None:
    """Whether they come in one batch or in two; each pair once, the earlier one as the other; all stay cases."""
    person = {"name": "测试甲", "document_number": f"37010019400101{number()[-5:-1]}", "document_type": "111"}
    first, second, third = (changed(case(), deceased=person) for _ in range(3))
    assert [result.status for result in taken(database, first, second)] == ["received"] * 2
    assert [result.status for result in taken(database, third, first)] == ["received", "duplicate"]
    ids = {first.case_id, second.case_id, third.case_id}
    with database.read() as connection:
        rows = connection.execute(select(DUPLICATES.c.case_id, DUPLICATES.c.other_case_id)).all()
    pairs = [(row.case_id, row.other_case_id) for row in rows if row.case_id in ids or row.other_case_id in ids]
    assert len(pairs) == len({frozenset(pair) for pair in pairs}) == 3
    assert {frozenset(pair) for pair in pairs} == {
        frozenset((first.case_id, second.case_id)),
        frozenset((first.case_id, third.case_id)),
        frozenset((second.case_id, third.case_id)),
    }
    assert {later for later, _ in pairs} == {third.case_id, max(first.case_id, second.case_id)}
    assert ids <= {one["case_id"] for one in hub_contents(database)["cases"]}
