"""A counter runs all day: its signals must not wear the interpreter out."""

from __future__ import annotations

import sys

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt, Signal

_DAY = 20_000


class _Sender(QObject):
    plain = Signal()
    number = Signal(int)


class _Rows(QAbstractListModel):
    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008  Qt's signature
        return 0 if parent.isValid() else 1

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> str:
        return f"{index.row()} {role}"


def test_a_day_of_signals_leaves_the_constants_alone() -> None:
    """No emit gives back a reference that it never took."""
    sender, rows = _Sender(), _Rows()
    sender.plain.connect(lambda: None)
    sender.number.connect(lambda _: None)
    constants = (True, False, None, 0, 1, "", ())
    before = [sys.getrefcount(constant) for constant in constants]
    for _ in range(_DAY):
        sender.plain.emit()
        sender.number.emit(1)
        rows.dataChanged.emit(rows.index(0), rows.index(0))
    after = [sys.getrefcount(constant) for constant in constants]
    lost = {repr(c): a - b for c, b, a in zip(constants, before, after, strict=True) if b - a > _DAY // 10}
    assert not lost
