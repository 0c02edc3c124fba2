"""Qt's `Property`, with the type of what it reads: the stubs know only that it is a `Property`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from PySide6.QtCore import Signal

    Value = TypeVar("Value")

    class Read(Generic[Value]):
        """A property that is read."""

        def __get__(self, instance: object, owner: type | None = None) -> Value:
            """Give the value."""

    def Property(
        kind: type | str, *, notify: Signal | None = None, constant: bool = False
    ) -> Callable[[Callable[[Any], Value]], Read[Value]]:
        """Declare a property that QML can read."""
else:
    from PySide6.QtCore import Property

__all__ = ["Property"]
