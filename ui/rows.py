"""List models made of frozen rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from PySide6.QtCore import (
    Property,
    QAbstractListModel,
    QByteArray,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    Row = TypeVar("Row", bound=DataclassInstance)
else:
    Row = TypeVar("Row")

_FIRST_ROLE = Qt.ItemDataRole.UserRole + 1


class Rows(QAbstractListModel, Generic[Row]):
    """A list of equal frozen dataclasses; each field is a role of the same name.

    `show` changes only what differs: a row that stays keeps its delegate, its focus and its place under the finger.
    """

    countChanged: ClassVar[Signal] = Signal()

    def __init__(self, row_type: type[Row], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._names = tuple(field.name for field in fields(row_type))
        self._rows: list[Row] = []

    def show(self, rows: Sequence[Row]) -> None:
        """Show these rows instead of the present ones."""
        before = len(self._rows)
        common = min(before, len(rows))
        for index in range(common):
            if self._rows[index] != rows[index]:
                self._rows[index] = rows[index]
                place = self.index(index, 0)
                self.dataChanged.emit(place, place)
        if len(rows) > common:
            self.beginInsertRows(QModelIndex(), common, len(rows) - 1)
            self._rows.extend(rows[common:])
            self.endInsertRows()
        elif before > common:
            self.beginRemoveRows(QModelIndex(), common, before - 1)
            del self._rows[common:]
            self.endRemoveRows()
        if before != len(rows):
            self.countChanged.emit()

    def rows(self) -> tuple[Row, ...]:
        """Give the rows as they are shown."""
        return tuple(self._rows)

    @Property(int, notify=countChanged)
    def count(self) -> int:
        """Number of rows."""
        return len(self._rows)

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008  Qt's own default
        """Give the number of rows."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401  Qt's signature
        """Give one field of one row."""
        if not index.isValid() or not 0 <= role - _FIRST_ROLE < len(self._names):
            return None
        return getattr(self._rows[index.row()], self._names[role - _FIRST_ROLE])

    def roleNames(self) -> dict[int, QByteArray]:
        """Name the roles after the fields."""
        return {_FIRST_ROLE + place: QByteArray(name.encode()) for place, name in enumerate(self._names)}
