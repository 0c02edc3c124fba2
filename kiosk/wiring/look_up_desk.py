"""Asking the hub for a case of another station, as the screen asks for it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING

from kiosk.errors import ErrorCode, HubError, KioskError
from kiosk.wiring.errands import Errands
from kiosk.wiring.foundation import Foundation

if TYPE_CHECKING:
    from kiosk.ports.elsewhere import LookedUp, LookUp
    from sync.client import HubClient


class LookUpDesk:
    """Asks on a connection of its own, so that a person does not wait for what is being delivered. Any thread may call.

    `hub_url` gives the hub's address, empty while none is known; `link_up` says whether the network is there.
    """

    def __init__(self, foundation: Foundation, hub_url: Callable[[], str], link_up: Callable[[], bool]) -> None:
        """Ask for this terminal."""
        self._foundation = foundation
        self._hub_url = hub_url
        self._link_up = link_up
        self._errands = Errands("look-up")
        self._client: HubClient | None = None

    def ask(self, question: LookUp, done: Callable[[LookedUp | KioskError], None]) -> None:
        """Ask; `done` hears how the case stands, or why that is not known."""
        self._errands.begin(lambda: self._asked(question), done)

    def stop(self) -> None:
        """Cut a question that is under way."""
        if self._client is not None:
            self._client.abort()
        self._errands.stop()

    def _asked(self, question: LookUp) -> LookedUp:
        from kiosk.wiring.counter import make_client

        url = self._hub_url()
        if not url:
            raise HubError(ErrorCode.HUB_UNREACHABLE)
        with closing(make_client(self._foundation, url, self._link_up)) as self._client:
            return self._client.look_up(question)
