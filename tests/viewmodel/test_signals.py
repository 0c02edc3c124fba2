"""What the screen needs of Qt for Python itself."""

from __future__ import annotations

import sys

from PySide6.QtCore import QObject, Signal

import ui


class _Bell(QObject):
    rung = Signal()


def test_a_day_of_signals_does_not_end_the_interpreter() -> None:
    """A hundred thousand signals leave True far from being freed."""
    assert ui.__doc__
    bell = _Bell()
    for _ in range(100_000):
        bell.rung.emit()
    true = bool(1)
    assert sys.getrefcount(true) > 1_000_000
