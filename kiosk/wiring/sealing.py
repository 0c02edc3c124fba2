"""Sealing in the background while the program runs, and at once after a command."""

from __future__ import annotations

import logging
import threading

from kiosk import __version__
from kiosk.errors import KioskError
from kiosk.packets.sealed import PacketOrigin
from kiosk.services.sealing import Sealer
from kiosk.store.packets import FOLDER, FilePackets
from kiosk.store.store import SqliteStore
from kiosk.wiring.foundation import Foundation
from kiosk.wiring.hub_keys import find_hub_keys

_LOG = logging.getLogger("yizhan.sealing")
_LOOK_S = 5.0
_TROUBLE_WAIT_S = 60.0
_PRUNE_EVERY_S = 86_400.0


def own_packets(foundation: Foundation) -> FilePackets:
    """Give the terminal's own packets."""
    return FilePackets(foundation.data_dir / FOLDER)


def make_sealer(foundation: Foundation, store: SqliteStore) -> Sealer | None:
    """Make the sealer for the thread that owns the store; None before the terminal has the hub's keys.

    Raises:
        KioskError: the keys or the store cannot be read.
    """
    keys = find_hub_keys(foundation.data_dir)
    if keys is None:
        return None
    terminal_id = foundation.config.station.terminal_id
    origin = PacketOrigin(terminal_id, foundation.signing_key, __version__, keys.sealing_bytes)
    return Sealer(store.packets, own_packets(foundation), origin, store.outbox.state().epoch, foundation.clock)


class Sealing:
    """Seals in a thread of its own, with its own store. `notice_event` may be called by any thread.

    When the disk or the store fails it says so in the log and begins anew a minute later; cases are kept and delivered
    as if nothing were.
    """

    def __init__(self, foundation: Foundation) -> None:
        """Prepare."""
        self._foundation = foundation
        self._wake = threading.Event()
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sealing", daemon=True)

    def start(self) -> None:
        """Begin; started once."""
        self._thread.start()

    def stop(self) -> None:
        """End after the packet that is being written."""
        self._ending.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join()

    def notice_event(self) -> None:
        """Take note that a new event was kept."""
        self._wake.set()

    def _run(self) -> None:
        while not self._ending.is_set():
            try:
                with self._foundation.store() as store:
                    own_packets(self._foundation).sweep()
                    self._seal(store)
            except KioskError as error:
                _LOG.error("packets could not be sealed: %s", error)
                self._ending.wait(_TROUBLE_WAIT_S)

    def _seal(self, store: SqliteStore) -> None:
        sealer: Sealer | None = None
        lost = 0
        monotonic = self._foundation.clock.monotonic
        prune_at = monotonic()
        while not self._ending.is_set():
            sealer = sealer or make_sealer(self._foundation, store)
            if sealer is not None:
                while not self._ending.is_set() and sealer.seal_some():
                    pass
                if len(sealer.lost) > lost:
                    lost = len(sealer.lost)
                    _LOG.error("%d events cannot be sealed: they or their attachments cannot be read", lost)
                if monotonic() >= prune_at:
                    sealer.prune()
                    prune_at = monotonic() + _PRUNE_EVERY_S
            self._wake.wait(_LOOK_S)
            self._wake.clear()
