"""Carrying by stick, as the screen asks for it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from devices.frames.folder import plugged_sticks
from kiosk.errors import KioskError
from kiosk.wiring.errands import Errands
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
        self._errands = Errands("relay")

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
        self._errands.stop()

    def _begin(self, work: Callable[[], _T], done: Callable[[_T | str], None]) -> None:
        def tell(result: _T | KioskError) -> None:
            if isinstance(result, KioskError):
                _LOG.error("the stick could not be used: %s", result)
                done(result.code.value)
            else:
                done(result)

        self._errands.begin(work, tell)
