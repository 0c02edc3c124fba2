"""The one order of locks at the hub: whoever waits for a terminal's row holds nothing that is the terminal's."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import msgspec
import pytest
from department_rigs import full
from hub_postgres import PostgresServer
from hub_rigs import HUB_KEY, TERMINAL, enrol
from hub_talk import EPOCH, LIMITS, batch_of, case, event
from sqlalchemy import insert, select, text, update
from store_rigs import SetClock, file_of

from kiosk.domain.case import MatterState
from kiosk.packets.canonical import canonical_json, range_digest
from kiosk.packets.deceased import person_digest
from kiosk.packets.events import rating_given_payload
from kiosk.ports.elsewhere import LookUp
from kiosk.ports.sync import OutboxEntry
from sync import batches
from sync.hub.attachments import take_chunk
from sync.hub.clerk import ClerkScript, TrainingClerk
from sync.hub.database import HubDatabase, open_database
from sync.hub.deadlines import note_overdue
from sync.hub.departments import Said, answer_rating, say
from sync.hub.digests import read_digests
from sync.hub.enrolment import begin_use
from sync.hub.intake import take_batch, take_carried
from sync.hub.look_ups import look_up
from sync.hub.opening import Sender
from sync.hub.reconcile import reconcile
from sync.hub.tables import ATTACHMENTS, CASES, EPOCHS, EVENTS, KEYS, MATTERS, RATINGS
from sync.hub.terminals import hold
from sync.messages import BatchItem

NOW = "2026-11-18T02:00:00.000Z"
CLOCK = SetClock()
OWN = (CASES, MATTERS, EVENTS, ATTACHMENTS, EPOCHS, RATINGS, KEYS)
"""What may be changed only by who holds the terminal's row."""


@pytest.fixture
def database(postgres: PostgresServer) -> Iterator[HubDatabase]:
    """Open a hub's database on PostgreSQL; on SQLite whoever writes is alone anyway."""
    with closing(open_database(postgres.new_database())) as opened:
        enrol(opened, TERMINAL)
        yield opened


def item_of(entry: OutboxEntry) -> BatchItem:
    """Write an event as it travels."""
    return batches.batch_of(TERMINAL, "0.1.0", EPOCH, [entry]).items[0]


def carry(database: HubDatabase, entry: OutboxEntry) -> str:
    """Take an event from a packet; gives its status."""
    return take_carried(database, Sender(TERMINAL, EPOCH, NOW, HUB_KEY.sign), "0.1.0", item_of(entry), LIMITS).status


def accepted(database: HubDatabase) -> OutboxEntry:
    """Have a case here that the clerk has accepted."""
    entry = full(case())
    assert carry(database, entry) == "received"
    TrainingClerk(database, CLOCK, ClerkScript(accept_s=0, step_s=600), others=["公安", "人社"]).work()
    return entry


def _batch(database: HubDatabase) -> Callable[[], object]:
    entry = accepted(database)
    number = "SHS370100T01A202611180001X"
    rating = event("rating_given", entry.case_id, 2, rating_given_payload(number, 1, "慢", NOW))
    return lambda: take_batch(database, TERMINAL, batch_of(rating, case()), LIMITS, NOW, HUB_KEY.sign)


def _packet(database: HubDatabase) -> Callable[[], object]:
    entry = case(file_of(10))
    return lambda: carry(database, entry)


def _last_chunk(database: HubDatabase) -> Callable[[], object]:
    file = file_of(10)
    carry(database, case(file))
    return lambda: take_chunk(database, TERMINAL, file[0].attachment_id, 0, file[1], NOW)


def _comparing(database: HubDatabase) -> Callable[[], object]:
    accepted(database)
    asked = {"terminal_id": TERMINAL, "epoch": EPOCH, "first_seq": 1 << 40, "last_seq": 1 << 40, "count": 0}
    body = canonical_json(asked | {"digest": range_digest([]), "app": "0.1.0", "events": []})
    return lambda: reconcile(database, TERMINAL, body, NOW)


def _word(database: HubDatabase) -> Callable[[], object]:
    entry = accepted(database)

    def work() -> None:
        with database.write() as connection:
            say(connection, entry.case_id, "04", Said(MatterState.ACCEPTED, "已受理"), NOW)

    return work


def _acceptance(database: HubDatabase) -> Callable[[], object]:
    carry(database, full(case()))
    return TrainingClerk(database, CLOCK, ClerkScript(accept_s=0), others=["公安", "人社"]).work


def _overdue(database: HubDatabase) -> Callable[[], object]:
    entry = accepted(database)
    with database.write() as connection:
        connection.execute(update(MATTERS).where(MATTERS.c.case_id == entry.case_id).values(due="2020-01-01"))
    return lambda: note_overdue(database, CLOCK)


def _put_right(database: HubDatabase) -> Callable[[], object]:
    entry = accepted(database)
    with database.write() as connection:
        connection.execute(insert(RATINGS).values(case_id=entry.case_id, level=1, given_at=NOW, due="2026-12-09"))

    def work() -> None:
        with database.write() as connection:
            answer_rating(connection, entry.case_id, "已改正", NOW)

    return work


def _new_key(database: HubDatabase) -> Callable[[], object]:
    with database.read() as connection:
        key_id = connection.execute(select(KEYS.c.key_id)).scalar_one()

    def work() -> None:
        with database.write() as connection:
            begin_use(connection, key_id, TERMINAL, CLOCK.now())

    return work


def _look_up(database: HubDatabase) -> Callable[[], object]:
    entry = accepted(database)
    number = str(json.loads(entry.payload)["case_number"])
    question = LookUp(case_number=number, operator="", reason="card", proof=person_digest("111", "91156019800101999X"))
    return lambda: look_up(database, TERMINAL, msgspec.json.encode(question), CLOCK.now())


def waits(database: HubDatabase) -> bool:
    """Tell whether somebody waits for a lock in this database."""
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    with database.read() as connection:  # within one transaction the answer would stay the same
        return bool(connection.execute(text(waiting)).scalar_one())


@pytest.mark.parametrize(
    "prepare",
    [_batch, _packet, _last_chunk, _comparing, _word, _acceptance, _overdue, _put_right, _new_key, _look_up],
    ids=lambda prepare: prepare.__name__.strip("_"),
)
def test_who_waits_for_the_terminals_row_holds_nothing_of_the_terminals(
    database: HubDatabase, prepare: Callable[[HubDatabase], Callable[[], object]]
) -> None:
    """While one holds the row, another act on its cases waits for it and can itself be waited for by nobody."""
    act = prepare(database)
    with ThreadPoolExecutor(1) as other:
        with database.write() as connection:
            hold(connection, [TERMINAL])
            working = other.submit(act)
            end = time.monotonic() + 20
            while not waits(database):
                assert not working.done(), "it did not wait for the terminal's row"
                assert time.monotonic() < end
                time.sleep(0.01)
            for table in OWN:
                connection.execute(select(table).with_for_update(nowait=True)).all()
        working.result(20)


def test_the_last_two_files_at_the_same_moment_make_the_case_whole(database: HubDatabase) -> None:
    """Line and stick end two files of a case at once: one of them sees both, and the case goes on."""
    files = [file_of(10), file_of(20)]
    entry = case(*files)
    carry(database, entry)
    with ThreadPoolExecutor(2) as both:
        with database.write() as connection:
            hold(connection, [TERMINAL])
            ended = [both.submit(take_chunk, database, TERMINAL, a.attachment_id, 0, data, NOW) for a, data in files]
        assert all(one.result(20).complete for one in ended)
    with database.read() as connection:
        assert connection.execute(select(CASES.c.complete_at)).scalar_one() == NOW


def test_the_list_of_the_deceased_waits_for_nobody(database: HubDatabase) -> None:
    """A case that is being changed gets its place the next time, after those that were free."""
    carry(database, busy := case())
    with database.write() as connection:
        connection.execute(update(CASES).where(CASES.c.case_id == busy.case_id).values(rev=1))
        carry(database, case())
        with ThreadPoolExecutor(1) as other:
            assert len(other.submit(read_digests, database, "T-9", 0).result(20).lines) == 1
    page = read_digests(database, "T-9", 1)
    assert (len(page.lines), page.next_after) == (1, 2)
