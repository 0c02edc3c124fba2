"""Making view models known to QML."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

from PySide6 import QtQml
from PySide6.QtCore import QObject

QML_IMPORT_NAME = "Yizhan.ViewModels"
QML_IMPORT_MAJOR_VERSION = 1
# Read by PySide from the module that calls its decorators, which is this one.

Model = TypeVar("Model", bound=QObject)

STRINGS = cast("type", "QStringList")
"""The type of a property that is a list of texts; PySide takes the C++ name, its stubs know only classes."""


def qml_element(cls: type[Model]) -> type[Model]:
    """Make a view model a type of QML under its own name; only Python makes one."""
    uncreatable = cast("Callable[[str], Callable[[type[Model]], type[Model]]]", QtQml.QmlUncreatable)
    return QtQml.QmlElement(uncreatable("made by the program")(cls))
