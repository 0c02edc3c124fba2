"""The day's end between a real store and the reference hub over real HTTP."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from hub_rigs import HUB_KEY, RunningHub, Terminal, running_hub, terminal
from store_rigs import FRAME, take_in

from kiosk.crypto.signing import SigningKey, is_signed_by
from kiosk.domain.contents.day_end_sheet import result_words
from kiosk.errors import ErrorCode, InputError
from kiosk.ids import OperatorId, uuid7
from kiosk.packets.canonical import canonical_json
from kiosk.packets.events import DayClosed
from kiosk.ports.sync import Change, HubReach, OutboxEntry
from kiosk.services.day_end import PURPOSE, DayEndService
from kiosk.services.intake import Terminal as Station
from kiosk.services.ratings import RatingService
from kiosk.store.driver import dbapi2
from sync.feed_bodies import DayCounted
from sync.hub.days import PURPOSE as HUB_PURPOSE

KEY = SigningKey(bytes(range(32)))
ACTOR = OperatorId("0301")


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[RunningHub]:
    """A hub."""
    with running_hub(tmp_path / "hub") as running:
        yield running


@pytest.fixture
def counter(tmp_path: Path, hub: RunningHub) -> Iterator[Terminal]:
    """A terminal that knows it."""
    with terminal(tmp_path / "t", hub.url) as opened:
        yield opened


def service(counter: Terminal) -> DayEndService:
    """Make the service over the terminal's store."""
    return DayEndService(counter.store.day_ends, counter.store.operators, Station("TEST", "T-1", FRAME), KEY.sign)


def rounds(counter: Terminal, count: int = 2) -> None:
    """Do rounds: one delivers, the next one brings the answers."""
    for _ in range(count):
        assert counter.round().reach is HubReach.REACHABLE


def test_both_count_the_same_when_everything_has_arrived(counter: Terminal) -> None:
    """Cases, events and digest of the hub are those of the terminal, and the sheet says so in words."""
    for _ in range(3):
        counter.take_in()
    days = service(counter)
    closed = days.close(ACTOR)
    assert (closed.cases, closed.events, closed.delivered, closed.difference) == (3, 3, 0, None)
    assert result_words(closed) == "省级平台还没有点数，联网后自动回来，可以再打印。"
    rounds(counter)
    [answered] = days.look().closes
    assert (answered.hub_cases, answered.hub_events, answered.hub_digest) == (3, 3, closed.digest)
    assert answered.agrees
    assert answered.delivered == 3
    assert result_words(answered) == "两边一致，3 件，一条不差。"


def test_a_case_that_the_hub_refused_is_the_difference(counter: Terminal) -> None:
    """The day end does not wait behind it, and the hub counts one less."""
    counter.take_in()
    # Its payload is none that a hub reads.
    take_in(counter.store)
    days = service(counter)
    rounds(counter)
    days.close(ACTOR)
    rounds(counter)
    [answered] = days.look().closes
    assert (answered.cases, answered.hub_cases, answered.difference) == (2, 1, 1)
    assert not answered.agrees
    assert "差 1 件" in result_words(answered)


def test_what_follows_a_day_end_belongs_to_the_next_one(counter: Terminal) -> None:
    """No event is counted twice and none is left out; the second range begins behind the first."""
    counter.take_in()
    days = service(counter)
    first = days.close(ACTOR)
    counter.take_in()
    second = days.close(ACTOR)
    assert second.first_seq == first.last_seq + 1
    assert second.cases == 1
    rounds(counter)
    assert [close.agrees for close in days.look().closes] == [True, True]


def test_a_day_on_which_nothing_happened_cannot_be_closed(counter: Terminal) -> None:
    """An earlier day end is nothing that happened; a rating of an older case is."""
    days = service(counter)
    with pytest.raises(InputError) as caught:
        days.close(ACTOR)
    assert caught.value.code is ErrorCode.NOTHING_TO_CLOSE
    case = counter.take_in()
    days.close(ACTOR)
    with pytest.raises(InputError):
        days.close(ACTOR)
    assert not days.look().open.news
    RatingService(counter.store, counter.clock).rate(case.case_number, 5, "", ACTOR)
    assert days.close(ACTOR).cases == 0


def test_the_terminal_signs_what_it_counted(counter: Terminal) -> None:
    """Whoever holds the public half can check the event; one figure changed and it is no longer signed."""
    counter.take_in()
    closed = service(counter).close(ACTOR)
    [entry] = [entry for entry in _entries(counter) if entry.kind == "day_closed"]
    event = msgspec.json.decode(entry.payload, type=DayClosed)
    signature = base64.b64decode(event.signature)
    bare = msgspec.structs.replace(event, signature="")
    assert event.signature == closed.signature
    assert is_signed_by(KEY.public, PURPOSE + canonical_json(bare), signature)
    assert not is_signed_by(KEY.public, PURPOSE + canonical_json(msgspec.structs.replace(bare, cases=2)), signature)


def test_the_hub_signs_what_it_counted(counter: Terminal) -> None:
    """With the answer the day is signed by both: the hub's key, over its own figures."""
    counter.take_in()
    closed = service(counter).close(ACTOR)
    counter.round()
    [kept] = [close for close in service(counter).look().closes if close.last_seq == closed.last_seq]
    [line] = [line for line in counter.client.changes("").changes if line.kind == "day_counted"]
    counted = msgspec.json.decode(line.body, type=DayCounted)
    assert kept.hub_signature == counted.signature
    signature = base64.b64decode(counted.signature)
    bare = msgspec.structs.replace(counted, signature="")
    assert is_signed_by(HUB_KEY.public, HUB_PURPOSE + canonical_json(bare), signature)
    assert not is_signed_by(
        HUB_KEY.public, HUB_PURPOSE + canonical_json(msgspec.structs.replace(bare, cases=0)), signature
    )


def test_a_day_end_cannot_be_changed_or_taken_back(counter: Terminal) -> None:
    """What was signed stands; only the hub's answer is added."""
    counter.take_in()
    service(counter).close(ACTOR)
    database = counter.store.day_ends._database
    for statement in ("update day_ends set cases = 9", "delete from day_ends"):
        with pytest.raises(dbapi2.IntegrityError), database.write():
            database.run(statement)
    journal = counter.store.journal.lines()
    assert journal[0]["kind"] == "day_closed"


def test_an_answer_to_a_day_end_that_is_not_here_is_set_aside(counter: Terminal) -> None:
    """After a restore the hub may answer what is no longer known; nothing else changes."""
    case = counter.take_in()
    body = {"event_id": uuid7(), "cases": 1, "events": 1, "digest": "0" * 64, "at": "2026-11-18T02:00:00.000Z"}
    change = Change(1, "day_counted", case.case_id, msgspec.json.encode(body))
    assert counter.store.outbox.apply([change], "1", "2026-11-18T02:00:00.000Z") == 0
    assert service(counter).look().closes == ()


def _entries(counter: Terminal) -> list[OutboxEntry]:
    return counter.store.outbox.due("2099-01-01T00:00:00.000Z", max_items=50, max_bytes=1 << 20)
