"""The worker's thread: when it talks, when it rests, and that nothing stops it for good."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hub_rigs import (
    QUICK,
    Fault,
    FaultyLink,
    RunningHub,
    Terminal,
    identity,
    problem_answer,
    raw_answer,
    running_hub,
)
from store_rigs import file_of, store_in

from kiosk.clock import SystemClock
from kiosk.domain.case import Delivery
from kiosk.errors import ErrorCode, StoreError
from kiosk.ports.sync import HubReach, Outbox, SyncReport
from sync.client import HubClient
from sync.hub.desk import HubTerms
from sync.messages import Pacing
from sync.worker import SyncUpdate, SyncWorker


class Station:
    """A worker over a terminal's store, what it told, and a switch in its cable."""

    def __init__(self, folder: Path, url: str) -> None:
        """Build it with the cable in and training's probe."""
        self.folder = folder
        self.cable = True
        self.updates: list[SyncUpdate] = []
        self.failing = 0
        clock = SystemClock()
        client = HubClient(url, identity(), "0.1.0", clock, link_up=lambda: self.cable, timeouts=QUICK)
        self.worker = SyncWorker(client, self.open_outbox, clock, probe_s=2.0, listener=self.updates.append)

    @contextmanager
    def open_outbox(self) -> Iterator[Outbox]:
        """Open the store, unless a fault is wished."""
        if self.failing:
            self.failing -= 1
            raise StoreError(ErrorCode.STORE_IO)
        store = store_in(self.folder)
        try:
            store.outbox.recover()
            yield store.outbox
        finally:
            store.close()

    def last(self) -> SyncReport:
        """Give the newest report."""
        return self.updates[-1].report

    def delivered(self) -> bool:
        """Tell whether nothing waits."""
        counts = self.updates[-1].counts if self.updates else None
        return counts is not None and counts.delivered > 0 and counts.pending == counts.in_flight == 0


def until(met: Callable[[], bool], within_s: float = 15.0) -> float:
    """Wait for a condition; gives the seconds it took."""
    began = time.monotonic()
    while not met():
        assert time.monotonic() - began < within_s, "did not happen in time"
        time.sleep(0.01)
    return time.monotonic() - began


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[RunningHub]:
    """Run a hub that need not be asked again soon."""
    with running_hub(tmp_path / "hub", terms=HubTerms(pacing=Pacing(next_poll_s=300))) as running:
        yield running


@pytest.fixture
def station(counter: Terminal, link: FaultyLink) -> Iterator[Station]:
    """Build the worker, not started; at the end it has ended."""
    built = Station(counter.folder, link.url)
    yield built
    assert built.worker.stop()


def test_a_new_case_is_delivered_without_a_touch(counter: Terminal, station: Station, hub: RunningHub) -> None:
    """The event itself wakes the worker, long before the planned poll."""
    station.worker.start()
    until(lambda: bool(station.updates))
    counter.take_in(file_of(30_000))
    station.worker.notice_event()
    assert until(station.delivered) < 5
    assert hub.contents()["counts"]["verified_attachments"] == 1


def test_a_cut_cable_only_delays(counter: Terminal, station: Station, hub: RunningHub) -> None:
    """Taken in without a network: pending, said so, and delivered within 10 s of its return with no touch."""
    station.cable = False
    station.worker.start()
    counter.take_in(file_of(30_000))
    station.worker.notice_event()
    until(lambda: bool(station.updates) and station.last().reach is HubReach.UNREACHABLE)
    assert station.last().code == ErrorCode.HUB_UNREACHABLE.value
    assert counter.states() == [(Delivery.PENDING, "")]
    station.cable = True
    assert until(station.delivered) < 10
    assert hub.contents()["counts"]["complete_cases"] == 1


def test_an_unreachable_hub_is_probed_with_hello_alone(counter: Terminal, station: Station, link: FaultyLink) -> None:
    """While the hub is away no batch is tried."""
    counter.take_in()
    link.instead = lambda _method, _path: b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nlogin"
    station.worker.start()
    until(lambda: len(link.seen) >= 2)
    assert {path for _, path in link.seen} == {"/v1/hello"}
    assert station.last().reach is HubReach.NOT_A_HUB
    link.instead = lambda _method, _path: None
    until(station.delivered)


def test_a_refusal_pauses_until_a_person_asks(
    counter: Terminal, station: Station, link: FaultyLink, expect_log: Callable[[str], None]
) -> None:
    """After 403 new events wait too; a person's wish starts a round at once."""
    expect_log("yizhan.sync")
    link.instead = lambda _method, _path: problem_answer(403)
    station.worker.start()
    until(lambda: bool(station.updates))
    assert (station.last().reach, station.last().code) == (HubReach.REFUSED, ErrorCode.HUB_REFUSED.value)
    asked = len(link.seen)
    counter.take_in()
    station.worker.notice_event()
    time.sleep(0.3)  # nothing may happen in this time
    assert len(link.seen) == asked
    link.instead = lambda _method, _path: None
    station.worker.retry_now()
    assert until(station.delivered) < 5


def test_a_busy_hub_is_left_alone_as_long_as_it_asks(counter: Terminal, station: Station, link: FaultyLink) -> None:
    """503 with Retry-After: not before, and then without a touch."""
    counter.take_in()
    busy = [True]
    link.instead = lambda method, _path: (
        problem_answer(503, Retry_After="1") if method == "POST" and busy and busy.pop() else None
    )
    station.worker.start()
    until(lambda: not busy)
    assert until(station.delivered) >= 0.8


def test_a_portals_page_does_not_silence_the_counter(counter: Terminal, station: Station, link: FaultyLink) -> None:
    """503 with `Retry-After: 3600` from somebody else: a link fault, and a new event asks again at once."""
    link.instead = lambda _method, _path: raw_answer("503 Busy", vouch=False, Retry_After="3600")
    station.worker._probe_s = 60
    station.worker.start()
    until(lambda: bool(station.updates))
    assert (station.last().reach, station.last().retry_after_s) == (HubReach.NOT_A_HUB, None)
    link.instead = lambda _method, _path: None
    counter.take_in()
    station.worker.notice_event()
    assert until(station.delivered) < 10


def test_a_busy_hub_is_left_alone_by_a_program_started_anew(counter: Terminal, link: FaultyLink) -> None:
    """The wish outlives the program; a person need not wait."""
    counter.take_in()
    link.instead = lambda _method, _path: problem_answer(503, Retry_After="60")
    first = Station(counter.folder, link.url)
    first.worker.run_round()
    asked = len(link.seen)
    link.instead = lambda _method, _path: None
    second = Station(counter.folder, link.url)
    second.worker.start()
    time.sleep(0.3)  # nothing may happen in this time
    assert len(link.seen) == asked
    second.worker.retry_now()
    until(second.delivered)
    until(lambda: counter.store.outbox.state().rests_until is None)  # the round goes on after the last delivery
    assert second.worker.stop()


def test_a_hub_that_asks_for_silence_gets_it(counter: Terminal, link: FaultyLink, tmp_path: Path) -> None:
    """`paused` in hello: nothing is sent, sync says that the hub is busy."""
    counter.take_in()
    terms = HubTerms(pacing=Pacing(next_poll_s=60, paused=True))
    with running_hub(tmp_path / "silent", terms=terms) as silent:
        link.upstream = silent.port
        station = Station(counter.folder, link.url)
        report = station.worker.run_round().report
    assert (report.code, report.retry_after_s) == (ErrorCode.HUB_BUSY.value, 60)
    assert {path for _, path in link.seen} == {"/v1/hello"}


def test_after_an_outage_terminals_come_back_spread(
    counter: Terminal, station: Station, link: FaultyLink, tmp_path: Path
) -> None:
    """With a spread the first round is hello alone and the rest waits for the terminal's place; a person need not."""
    counter.take_in()
    with running_hub(tmp_path / "herd", terms=HubTerms(pacing=Pacing(spread_s=3600))) as herd:
        link.upstream = herd.port
        station.worker.start()
        until(lambda: bool(station.updates))
        station.worker.notice_event()
        time.sleep(0.3)  # nothing may happen in this time
        assert station.last() == SyncReport(reach=HubReach.REACHABLE)
        assert link.seen == [("GET", "/v1/hello")]
        station.worker.retry_now()
        until(station.delivered)
        assert station.worker.stop()


def test_a_store_that_fails_once_does_not_end_the_worker(
    counter: Terminal, station: Station, expect_log: Callable[[str], None]
) -> None:
    """It is said, the outbox is opened anew, and the case goes out."""
    expect_log("yizhan.sync")
    station.failing = 1
    counter.take_in()
    station.worker.start()
    until(lambda: bool(station.updates))
    assert station.last().code == ErrorCode.STORE_IO.value
    assert station.updates[-1].counts is None
    station.worker.retry_now()
    until(station.delivered)


def test_a_bug_in_the_listener_does_not_end_the_worker(
    counter: Terminal, station: Station, expect_log: Callable[[str], None]
) -> None:
    """The loop's last line of defence: logged by kind, and on it goes."""
    expect_log("yizhan.sync")
    seen: list[SyncUpdate] = []

    def listen(update: SyncUpdate) -> None:
        seen.append(update)
        if len(seen) == 1:
            raise LookupError

    station.worker._listener = listen
    counter.take_in()
    station.worker.start()
    until(lambda: len(seen) >= 2)
    assert seen[1].report.code == ErrorCode.UNEXPECTED.value
    station.worker.retry_now()
    until(lambda: len(seen) >= 3)
    assert seen[-1].counts is not None


def test_the_worker_ends_at_once_even_in_the_middle_of_a_request(
    counter: Terminal, station: Station, link: FaultyLink
) -> None:
    """Closing the program cuts a request that hangs; the case stays pending."""
    counter.take_in()
    held, released = threading.Event(), threading.Event()

    def hold(_method: str, _path: str) -> bytes | None:
        held.set()
        released.wait(20)
        return None

    link.instead = hold
    station.worker.start()
    assert held.wait(10)
    began = time.monotonic()
    assert station.worker.stop()
    assert time.monotonic() - began < 2
    released.set()
    assert counter.states() == [(Delivery.PENDING, "")]


def test_a_round_can_be_done_in_the_callers_thread(counter: Terminal, station: Station) -> None:
    """As `kiosk sync once` does."""
    counter.take_in()
    update = station.worker.run_round()
    assert update.report.delivered == 1
    assert update.counts is not None
    assert update.counts.delivered == 1


def test_what_was_in_flight_when_the_program_died_goes_out(counter: Terminal, station: Station) -> None:
    """In flight at the kill is pending at the start; the hub calls it a duplicate or takes it."""
    counter.take_in()
    entry = counter.store.outbox.due("9999", max_items=1, max_bytes=1)[0]
    counter.store.outbox.mark_in_flight([entry.event_id], "2026-11-18T02:00:00.000Z")
    counter.client.announce(counter.client.batch("0" * 32, [entry]))
    assert station.worker.run_round().report.delivered == 1


def test_a_fault_right_after_a_long_outage_costs_seconds(counter: Terminal, station: Station, link: FaultyLink) -> None:
    """Probes that nobody answered do not count towards the backoff of a hub that answers."""
    counter.take_in()
    lost = [Fault.LOSE_ANSWER]
    link.plan = lambda method, _path, _size: lost.pop() if method == "POST" and lost else None
    station.cable = False
    for _ in range(30):
        station.worker.run_round()
    station.cable = True
    station.worker.start()
    assert until(station.delivered) < 10
    assert not lost
