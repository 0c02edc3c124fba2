"""Python's collection of cyclic garbage, kept to the GUI thread."""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer, Slot

_LOOK_MS = 1000


class GarbageCollection(QObject):
    """Collects on the thread that the pages' objects live on.

    Left to itself Python collects on whatever thread allocates next, and a view model in a cycle would be destroyed by
    the worker while the GUI thread uses what belongs to it. Made, started and stopped on the GUI thread.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._look_again = QTimer(self, interval=_LOOK_MS)
        self._look_again.timeout.connect(self._look)

    def start(self) -> None:
        """Take the collection over."""
        gc.disable()
        self._look_again.start()

    def stop(self) -> None:
        """Collect what is left and give the collection back."""
        self._look_again.stop()
        gc.collect()
        gc.enable()

    @Slot()
    def _look(self) -> None:
        """Collect the oldest generation that Python itself would collect by now."""
        full = (age for age in (2, 1, 0) if gc.get_count()[age] > gc.get_threshold()[age])
        if (age := next(full, None)) is not None:
            gc.collect(age)
