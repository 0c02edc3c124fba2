"""The one way from other threads to the screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot

Value = TypeVar("Value")


class Bridge(QObject):
    """Carries immutable values to the GUI thread through one queued signal.

    Made on the GUI thread. `post` may be called from any thread, never waits and keeps the order of each caller; `take`
    runs later on the GUI thread, never within `post`.
    """

    _arrived = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._arrived.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def post(self, take: Callable[[Value], None], value: Value) -> None:
        """Have `take(value)` called on the GUI thread."""
        self._arrived.emit(take, value)

    @Slot(object, object)
    def _deliver(self, take: Callable[[object], None], value: object) -> None:
        take(value)
