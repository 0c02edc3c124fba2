"""A counter runs all day: its signals must not wear the interpreter out."""

from __future__ import annotations

import sys
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from ui.rows import Rows

_DAY = 20_000


class _Sender(QObject):
    plain = Signal()
    number = Signal(int)


@dataclass(frozen=True)
class _Row:
    """One row of a list."""

    words: str


def test_a_day_of_signals_leaves_the_constants_alone() -> None:
    """No emit gives back a reference that it never took."""
    sender, rows = _Sender(), Rows(_Row, None)
    sender.plain.connect(lambda: None)
    sender.number.connect(lambda _: None)
    constants = (True, False, None, 0, 1, "", ())
    before = [sys.getrefcount(constant) for constant in constants]
    for turn in range(_DAY):
        sender.plain.emit()
        sender.number.emit(1)
        rows.show([_Row(str(turn % 2))])
    after = [sys.getrefcount(constant) for constant in constants]
    lost = {repr(c): b - a for c, b, a in zip(constants, before, after, strict=True) if b - a > _DAY // 10}
    assert not lost
