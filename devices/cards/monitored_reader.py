"""The thread that every reader has of its own, and what it promises to those who listen."""

from __future__ import annotations

import logging
import threading
import traceback
from abc import ABC, abstractmethod
from collections.abc import Callable

from kiosk.errors import ErrorCode
from kiosk.ports.cards import CardEvent, ReaderChanged, ReaderStatus

_log = logging.getLogger(__name__)

_BAD = frozenset({ReaderStatus.ABSENT, ReaderStatus.SERVICE_DOWN, ReaderStatus.FAULT})
_STOP_TRIES, _STOP_TRY_S = 50, 0.1
_RESTART_S = 1.0


class MonitoredReader(ABC):
    """A `CardReader` that watches on one thread of its own.

    `start`, `stop` and `status` may be called from any thread, `stop` also from within a callback. Events are given
    one after the other on the reader's thread. A listener that raises, or a bug here, is logged without its message
    (it could hold a name) and the watch begins anew after a second; nothing but `stop` ends it.
    """

    def __init__(self, name: str) -> None:
        """Keep the name; nothing is opened yet."""
        self._name = name
        self._status = ReaderStatus.STARTING
        self._gate = threading.RLock()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._on_event: Callable[[CardEvent], None] | None = None

    @property
    def name(self) -> str:
        """Give the reader's name for people."""
        return self._name

    def status(self) -> ReaderStatus:
        """Give the state now, without waiting for the device."""
        return self._status

    def start(self, on_event: Callable[[CardEvent], None]) -> None:
        """Begin to watch; a second call while watching changes nothing."""
        if self._thread is not None:
            return
        self._stopping.clear()
        self._on_event = on_event
        self._status = ReaderStatus.STARTING
        self._thread = threading.Thread(target=self._run, name=f"card-reader-{self._name}", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the watch and free the device. May be called twice."""
        with self._gate:
            self._stopping.set()
        thread, self._thread = self._thread, None
        if thread is None or thread is threading.current_thread():
            return
        for _ in range(_STOP_TRIES):
            # An interruption that comes just before a wait begins is lost, so it is repeated. A driver that never
            # comes back keeps its daemon thread; the gate keeps it silent.
            self._wake()
            thread.join(_STOP_TRY_S)
            if not thread.is_alive():
                return

    @abstractmethod
    def _reset(self) -> None:
        """Forget every card that an earlier watch saw."""

    @abstractmethod
    def _watch(self) -> None:
        """Watch while `_going` is true; called again whenever it returns before that."""

    def _wake(self) -> None:  # noqa: B027 - few devices can be interrupted
        """Interrupt a wait for the device, where the device allows it."""

    def _run(self) -> None:
        self._reset()
        while self._going():
            try:
                self._watch()
            except Exception as exc:  # noqa: BLE001 - the device monitor's loop: a bug must not end it for the day
                place = "".join(traceback.format_tb(exc.__traceback__))
                _log.error("reader %s: %s\n%s", self._name, type(exc).__name__, place)
                self._become(ReaderStatus.FAULT, ErrorCode.UNEXPECTED)
                self._pause(_RESTART_S)

    def _going(self) -> bool:
        return not self._stopping.is_set()

    def _pause(self, seconds: float) -> bool:
        """Wait; false when the watch is to end."""
        return not self._stopping.wait(seconds)

    def _emit(self, event: CardEvent) -> None:
        with self._gate:
            if self._going() and self._on_event is not None:
                self._on_event(event)

    def _become(self, status: ReaderStatus, code: ErrorCode | None = None) -> None:
        """Change the state, tell it, and log once when the reader goes bad and once when it recovers."""
        before, self._status = self._status, status
        if before is status or not self._going():
            return
        if status in _BAD:
            _log.warning("reader %s is %s (%s)", self._name, status.value, code)
        elif before in _BAD:
            _log.info("reader %s is back", self._name)
        self._emit(ReaderChanged(self._name, status, code))
