"""Short jobs on the services, off the GUI thread."""

from __future__ import annotations

import logging
import os
import threading
import traceback
from collections.abc import Callable
from queue import SimpleQueue
from typing import TYPE_CHECKING, TypeVar

from kiosk.errors import ErrorCode, KioskError
from ui.bridge import Bridge

if TYPE_CHECKING:
    from kiosk.services.bundle import Services

log = logging.getLogger(__name__)

Result = TypeVar("Result")
Failed = Callable[[KioskError], None]
_Job = Callable[["Services"], None]


class Tasks:
    """Owns the services and runs jobs on them, one after the other, on one thread.

    On success `on_done` gets the job's result; on a known failure `on_error` gets it; on anything else the stack is
    logged without its values and `on_error` gets UNEXPECTED. Both run on the GUI thread, exactly one of them per job.
    When the services cannot be opened every job fails with that reason. `run` may be called from any thread; jobs
    handed in after `stop` are dropped.
    """

    def __init__(
        self,
        open_services: Callable[[], Services],
        close_services: Callable[[Services], None],
        bridge: Bridge,
        on_error: Failed,
    ) -> None:
        self._open = open_services
        self._close = close_services
        self._bridge = bridge
        self._on_error = on_error
        self._jobs: SimpleQueue[tuple[_Job, Failed] | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="services", daemon=True)

    def start(self) -> None:
        """Start the thread; it opens the services."""
        self._thread.start()

    def stop(self, timeout_s: float = 10.0) -> None:
        """Finish the jobs already handed in, close the services, end the thread."""
        if self._thread.is_alive():
            self._jobs.put(None)
            self._thread.join(timeout_s)

    def run(
        self, job: Callable[[Services], Result], on_done: Callable[[Result], None], on_error: Failed | None = None
    ) -> None:
        """Hand in a job. Without `on_error` a failure goes to the place for all failures."""

        def call(services: Services) -> None:
            self._bridge.post(on_done, job(services))

        self._jobs.put((call, on_error or self._on_error))

    def _work(self) -> None:
        services: Services | None = None
        refusal = KioskError(ErrorCode.UNEXPECTED)
        try:
            services = self._open()
        except Exception as exc:  # noqa: BLE001  the UI task runner: one of the three places
            refusal = _known(exc)
            self._bridge.post(self._on_error, refusal)
        while (entry := self._jobs.get()) is not None:
            job, on_error = entry
            if services is None:
                self._bridge.post(on_error, refusal)
                continue
            try:
                job(services)
            except Exception as exc:  # noqa: BLE001  the UI task runner: one of the three places
                self._bridge.post(on_error, _known(exc))
        if services is not None:
            self._close(services)


def _known(exc: Exception) -> KioskError:
    """Give the failure itself when the program knows it, else log where it happened, without values, and name it so."""
    if isinstance(exc, KioskError):
        return exc
    frames = "".join(traceback.format_tb(exc.__traceback__))
    log.error("a job failed with %s\n%s", type(exc).__name__, frames)
    return unexpected(log)


def unexpected(to: logging.Logger) -> KioskError:
    """Make the failure for a bug, under a ticket that log and screen both show."""
    ticket = os.urandom(3).hex().upper()
    to.error("shown to the person as ticket %s", ticket)
    return KioskError(ErrorCode.UNEXPECTED, ticket=ticket)
