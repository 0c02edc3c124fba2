"""Many cases at once at the hub: few statements for all of them, and still each on its own."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from hub_rigs import HUB_KEY, TERMINAL
from hub_talk import batch_of, case, event, number, verdict
from sqlalchemy import Engine, select
from sqlalchemy import event as sqlalchemy_event

from kiosk.ids import CaseId, uuid7
from kiosk.packets.canonical import canonical_json
from kiosk.packets.deceased import person_digest
from kiosk.ports.sync import OutboxEntry
from sync.hub.bulk import insert_rows
from sync.hub.database import HubDatabase, open_database
from sync.hub.intake import take_batch
from sync.hub.show import hub_contents
from sync.hub.tables import CASES, DUPLICATES
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
    return list(take_batch(database, TERMINAL, batch_of(*entries), LIMITS, NOW, HUB_KEY.sign).results)


def changed(entry: OutboxEntry, **values: object) -> OutboxEntry:
    """Make an event like another, with other values in its payload."""
    return event(entry.kind, CaseId(entry.case_id), 1, canonical_json(json.loads(entry.payload) | values))


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
