"""Delivery in the background while the program shows a screen."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextlib import ExitStack
from typing import TYPE_CHECKING

from kiosk.errors import KioskError
from kiosk.wiring.foundation import Foundation

if TYPE_CHECKING:
    from kiosk.ports.sync import SyncReport
    from sync.worker import SyncUpdate, SyncWorker

_LOG = logging.getLogger("yizhan.delivery")


class Delivery:
    """Runs the sync worker; in training without a configured hub it also runs the reference hub as a child.

    `start` returns at once: the screen does not wait for the hub. Every method may be called by any thread. Watchers
    are called in the worker's thread.
    """

    def __init__(self, foundation: Foundation, hub_url: str, link_up: Callable[[], bool]) -> None:
        """Deliver from this data folder, while `link_up` says that the network is there."""
        self._foundation = foundation
        self._hub_url = hub_url
        self.hub_address = ""
        """The hub's, once it is known."""
        self._link_up = link_up
        self._watchers: list[Callable[[SyncReport], None]] = []
        self._worker: SyncWorker | None = None
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="delivery", daemon=True)
        self._contact: SyncReport | None = None

    def start(self) -> None:
        """Begin; started once."""
        self._thread.start()

    def stop(self) -> None:
        """End the worker, and the child hub if there is one."""
        self._ending.set()
        if self._thread.is_alive():
            self._thread.join()

    def contact(self) -> SyncReport:
        """Tell how the last exchange with the hub's address ended."""
        from kiosk.ports.sync import HubReach, SyncReport

        return self._contact or SyncReport(HubReach.UNKNOWN)

    def watch(self, watcher: Callable[[SyncReport], None]) -> None:
        """Have a callback called after each step of a round."""
        self._watchers.append(watcher)

    def notice_event(self) -> None:
        """Take note that a new event waits."""
        if self._worker is not None:
            self._worker.notice_event()

    def retry_now(self) -> None:
        """Start a round now: a person asks."""
        if self._worker is not None:
            self._worker.retry_now()

    def _run(self) -> None:
        from kiosk.ports.sync import HubReach, SyncReport
        from kiosk.wiring.counter import make_client, open_outbox, packs_of
        from kiosk.wiring.hub_child import hub_address
        from sync.worker import SyncWorker

        with ExitStack() as stack:
            try:
                url = stack.enter_context(hub_address(self._foundation, self._hub_url))
                client = make_client(self._foundation, url, self._link_up)
                packs = packs_of(self._foundation)
            except KioskError as error:
                _LOG.error("delivery could not start: %s", error)
                self._tell(SyncReport(HubReach.UNREACHABLE, code=error.code.value))
                return
            stack.callback(client.close)
            self.hub_address = url
            worker = SyncWorker(
                client,
                lambda: open_outbox(self._foundation),
                self._foundation.clock,
                probe_s=self._foundation.config.hub.probe_s,
                listener=self._heard,
                packs=packs,
            )
            stack.callback(worker.stop)
            worker.start()
            self._worker = worker
            self._ending.wait()

    def _heard(self, update: SyncUpdate) -> None:
        self._tell(update.report)

    def _tell(self, report: SyncReport) -> None:
        self._contact = report
        for watcher in self._watchers:
            watcher(report)
