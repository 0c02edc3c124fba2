"""Carrying by stick, as the screen asks for it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from devices.frames.folder import plugged_sticks
from kiosk.errors import KioskError
from kiosk.wiring.foundation import Foundation

if TYPE_CHECKING:
    from kiosk.ports.relay import BroughtIn, Exported

_LOG = logging.getLogger("yizhan.relay")
_T = TypeVar("_T")


class RelayDesk:
    """Carries for the screen, one job at a time, each in a thread of its own with its own store.

    Any thread may call. `hub_url` gives the hub's address, empty while none is known.
    """

    def __init__(self, foundation: Foundation, hub_url: Callable[[], str]) -> None:
        """Work for this terminal."""
        self._foundation = foundation
        self._hub_url = hub_url
        self._one = threading.Lock()
        self._threads: list[threading.Thread] = []

    def sticks(self) -> Sequence[Path]:
        """Give the sticks that are plugged in."""
        return plugged_sticks()

    def export(self, stick: Path, done: Callable[[Exported | str], None]) -> None:
        """Write what is not delivered; `done` hears what was, or a support code."""

        def work() -> Exported:
            from kiosk.wiring.relay import export

            return export(self._foundation, stick)

        self._begin(work, done)

    def bring_in(self, stick: Path, done: Callable[[BroughtIn | str], None]) -> None:
        """Hand others' packets to the hub and take our receipts."""

        def work() -> BroughtIn:
            from kiosk.wiring.relay import bring_in

            return bring_in(self._foundation, self._hub_url(), stick)

        self._begin(work, done)

    def stop(self) -> None:
        """Wait for what is under way."""
        for thread in self._threads:
            thread.join()

    def _begin(self, work: Callable[[], _T], done: Callable[[_T | str], None]) -> None:
        def run() -> None:
            with self._one:
                try:
                    result: _T | str = work()
                except KioskError as error:
                    _LOG.error("the stick could not be used: %s", error)
                    result = error.code.value
            done(result)

        self._threads = [thread for thread in self._threads if thread.is_alive()]
        thread = threading.Thread(target=run, name="relay", daemon=True)
        self._threads.append(thread)
        thread.start()
