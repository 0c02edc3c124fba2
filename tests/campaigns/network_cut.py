"""The network is cut before a case is taken in, and comes back: the case reaches the hub with no touch."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Event

from command_rigs import hub_process
from intake_look import SubmittedCase, look_at_hub, look_at_store

from kiosk.domain.case import Delivery as DeliveryState
from kiosk.domain.paper import PaperKind
from kiosk.ports.printers import PrintJobState
from kiosk.ports.sync import HubReach, SyncReport
from kiosk.wiring.counter import Counter, open_counter
from kiosk.wiring.delivery import Delivery
from kiosk.wiring.foundation import lay_foundation

LIMIT_S = 10.0
"""From the first probe that gets through to the hub holding the case."""
_PATIENCE_S = 30.0


class Link:
    """A network cable that can be pulled. Any thread may ask."""

    def __init__(self) -> None:
        """Begin plugged in."""
        self._up = Event()
        self._up.set()
        self.let_through_at: float | None = None
        """Monotonic time of the first request since it was plugged in."""

    def is_up(self) -> bool:
        """Tell a request whether it gets through."""
        up = self._up.is_set()
        if up and self.let_through_at is None:
            self.let_through_at = time.monotonic()
        return up

    def pull(self) -> None:
        """Cut the network."""
        self._up.clear()

    def plug(self) -> None:
        """Bring it back."""
        self.let_through_at = None
        self._up.set()


def prove(folder: Path, case: SubmittedCase) -> dict[str, int | float]:
    """Take in and print a case without a network, bring the network back, and wait; give the figures.

    Raises:
        AssertionError: a promise was broken.
    """
    data, hub, link = folder / "counter", folder / "hub", Link()
    reports = SimpleQueue[SyncReport]()
    with hub_process(hub) as url, open_counter(data) as counter, delivering(data, url, link, reports) as delivery:
        wait_for(reports, HubReach.REACHABLE)
        link.pull()
        number = counter.submit_file(case.file)
        delivery.notice_event()
        wait_for(reports, HubReach.UNREACHABLE)
        print_receipt(counter, number)
        assert counter.store.cases.get(number).delivery is DeliveryState.PENDING
        link.plug()
        until = time.monotonic() + _PATIENCE_S
        while counter.store.cases.get(number).delivery is not DeliveryState.DELIVERED:
            assert time.monotonic() < until, "not delivered"
            time.sleep(0.02)
        assert link.let_through_at is not None
        took = time.monotonic() - link.let_through_at
    assert took <= LIMIT_S
    look_at_hub(hub, case, {number})
    assert look_at_store(data, case, {number}) == {number}
    return {"cut_cases_at_the_hub": 1, "cut_delivered_after_s": round(took, 2)}


@contextmanager
def delivering(data: Path, url: str, link: Link, reports: SimpleQueue[SyncReport]) -> Iterator[Delivery]:
    """Deliver in the background as the program does."""
    delivery = Delivery(lay_foundation(data), url, link.is_up)
    delivery.watch(reports.put)
    delivery.start()
    try:
        yield delivery
    finally:
        delivery.stop()


def wait_for(reports: SimpleQueue[SyncReport], reach: HubReach) -> None:
    """Wait until the delivery reports how the hub is reached."""
    until = time.monotonic() + _PATIENCE_S
    try:
        while reports.get(timeout=max(0, until - time.monotonic())).reach is not reach:
            pass
    except Empty:
        message = f"the hub never was {reach.value}"
        raise AssertionError(message) from None


def print_receipt(counter: Counter, number: str) -> None:
    """Print the receipt of materials, to the end."""
    papers = counter.services.papers
    papers.issue(number, PaperKind.RECEIPT_OF_MATERIALS, counter.technician)
    until = time.monotonic() + _PATIENCE_S
    while papers.work():
        assert time.monotonic() < until, "not printed"
        time.sleep(0.02)
    assert [job.state for job in papers.jobs(number)] == [PrintJobState.DONE]
