"""One handle for every kind of card reader: lay a card, lift it, pull the reader's plug."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol, TypeVar

from pcsc_service import PERSON, SLOT_NAME, PcscService, VirtualCard
from samv_simulator import PtyPort, SamvPort, SimulatedSamv, TcpPort

from devices.cards.mock import MockCardReader
from devices.cards.pcsc import PcscCardReader
from devices.cards.samv_frame import Status
from devices.cards.samv_reader import SamvCardReader, SamvTiming
from devices.cards.samv_transports import SerialTransport, TcpTransport
from devices.cards.simulated_social_card import SimulatedSocialCard
from kiosk.ports.cards import CardEvent, CardReader, ReaderChanged, ReaderStatus

QUICK = SamvTiming(find_every_s=0.02, answer_limit_s=0.6, reconnect_s=0.2)

E = TypeVar("E", bound=CardEvent)


class EventLog:
    """Keeps the events of a reader and waits for them."""

    def __init__(self) -> None:
        """Begin empty."""
        self._events: list[CardEvent] = []
        self._changed = threading.Condition()

    def __call__(self, event: CardEvent) -> None:
        """Take an event."""
        with self._changed:
            self._events.append(event)
            self._changed.notify_all()

    def all(self) -> list[CardEvent]:
        """Give what has come."""
        with self._changed:
            return list(self._events)

    def wait(self, kind: type[E], *, count: int = 1, limit_s: float = 10.0) -> E:
        """Give the n-th event of a kind, waiting for it."""
        return self.wait_for(lambda event: isinstance(event, kind), kind, count=count, limit_s=limit_s)

    def wait_for(
        self, holds: Callable[[CardEvent], bool], kind: type[E], *, count: int = 1, limit_s: float = 10.0
    ) -> E:
        """Give the n-th event of a kind for which something holds, waiting for it."""
        deadline = time.monotonic() + limit_s
        with self._changed:
            while True:
                found = [event for event in self._events if isinstance(event, kind) and holds(event)]
                if len(found) >= count:
                    return found[count - 1]
                if not self._changed.wait(deadline - time.monotonic()):
                    raise TimeoutError([type(event).__name__ for event in self._events])

    def wait_status(self, status: ReaderStatus, *, count: int = 1, limit_s: float = 10.0) -> ReaderChanged:
        """Give the n-th event by which the reader became this, waiting for it."""

        def holds(event: CardEvent) -> bool:
            return isinstance(event, ReaderChanged) and event.status is status

        return self.wait_for(holds, ReaderChanged, count=count, limit_s=limit_s)


class CardRig(Protocol):
    """A reader that a test can act on. It is plugged in at first, without a card."""

    @property
    def reader(self) -> CardReader:
        """The reader."""

    def lay(self) -> None:
        """Lay a good card of 测试甲 on the reader."""

    def lay_bad(self) -> None:
        """Lay a card that cannot be read."""

    def lift(self) -> None:
        """Take the card away."""

    def unplug(self) -> None:
        """Pull the reader's plug, or end its service."""

    def plug_in(self) -> None:
        """Put it back."""

    def close(self) -> None:
        """Take everything away."""


R = TypeVar("R", bound=CardRig)


@contextmanager
def served(rig: R) -> Iterator[R]:
    """Stop its reader at the end, and take everything away."""
    try:
        yield rig
    finally:
        rig.reader.stop()
        rig.close()


def started(rig: CardRig) -> EventLog:
    """Start its reader; give the events once it is ready."""
    log = EventLog()
    rig.reader.start(log)
    log.wait_status(ReaderStatus.READY)
    return log


class MockRig:
    """The shipped mock."""

    def __init__(self, folder: Path) -> None:
        """Use a folder."""
        self.reader = MockCardReader("mock", folder, reading_s=0)

    def lay(self) -> None:
        """Lay a good card."""
        self.reader.insert("elder")

    def lay_bad(self) -> None:
        """Lay a card that cannot be read."""
        self.reader.insert("unreadable")

    def lift(self) -> None:
        """Take the card away."""
        self.reader.remove()

    def unplug(self) -> None:
        """Pull the plug."""
        self.reader.set_plugged(False)

    def plug_in(self) -> None:
        """Put it back."""
        self.reader.set_plugged(True)

    def close(self) -> None:
        """Nothing is left behind."""


class SamvRig:
    """A simulated SAM_V reader on some wire."""

    def __init__(self, module: SimulatedSamv, port: SamvPort, reader: SamvCardReader) -> None:
        """Put the plug in."""
        self.module = module
        self.reader = reader
        self._port = port
        port.plug_in()

    def lay(self) -> None:
        """Lay a good card."""
        self.module.refuses = None
        self.module.lay()

    def lay_bad(self) -> None:
        """Lay a card that cannot be read."""
        self.module.refuses = Status.READ_FAILED
        self.module.lay()

    def lift(self) -> None:
        """Take the card away."""
        self.module.lift()

    def unplug(self) -> None:
        """Pull the plug."""
        self._port.unplug()
        self.module.lift()

    def plug_in(self) -> None:
        """Put it back."""
        self._port.plug_in()

    def close(self) -> None:
        """Pull the plug for good."""
        self._port.unplug()


def serial_rig(folder: Path) -> SamvRig:
    """Make a reader on a pseudo terminal."""
    module = SimulatedSamv()
    port = PtyPort(module, folder / "tty")
    return SamvRig(module, port, SamvCardReader("serial", SerialTransport(str(port.path)), QUICK))


def tcp_rig() -> SamvRig:
    """Make a reader on TCP."""
    module = SimulatedSamv()
    port = TcpPort(module)
    return SamvRig(module, port, SamvCardReader("tcp", TcpTransport("127.0.0.1", port.port), QUICK))


class PcscRig:
    """A virtual social security card in a real PC/SC service that the test owns."""

    def __init__(self, service: PcscService) -> None:
        """Use a running service."""
        self.reader = PcscCardReader("pcsc", SLOT_NAME)
        self._service = service
        self._card: VirtualCard | None = None

    def lay(self) -> None:
        """Lay a good card."""
        self.lay_card(VirtualCard(SimulatedSocialCard(PERSON)))

    def lay_bad(self) -> None:
        """Lay a card that cannot be read by this terminal."""
        self.lay_card(VirtualCard(SimulatedSocialCard({**PERSON, "version": "3.00"}, guarded=True)))

    def lay_card(self, card: VirtualCard) -> None:
        """Lay some card."""
        card.lay()
        self._card = card

    def lift(self) -> None:
        """Take the card away."""
        if self._card is not None:
            self._card.lift()
            self._card = None

    def unplug(self) -> None:
        """Kill the service, which takes the card away too."""
        self.unplug_service()
        self.lift()

    def unplug_service(self) -> None:
        """Kill the service and leave the card's side as it is."""
        self._service.kill()

    def plug_in(self) -> None:
        """Start it again."""
        self._service.start()

    def close(self) -> None:
        """Take the card away and leave the service to the next test."""
        self.lift()
        self._service.kill()
