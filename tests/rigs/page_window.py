"""A page in a real (offscreen) window of a given size."""

from __future__ import annotations

import atexit
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from time import monotonic
from typing import cast

import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QRectF, QUrl
from PySide6.QtQml import QQmlApplicationEngine
from PySide6.QtQuick import QQuickItem, QQuickWindow
from PySide6.QtTest import QTest

from ui.engine import load_fonts, make_engine, page_url

LIMIT_S = 5.0
WINDOW = Path(__file__).resolve().parents[1] / "qml" / "PageWindow.qml"


@dataclass
class PageWindow:
    """The window and the page in it."""

    window: QQuickWindow
    page: QQuickItem

    def settle(self, milliseconds: int = 60) -> None:
        """Let layouts and delayed bindings come to rest."""
        until = monotonic() + milliseconds / 1000
        while monotonic() < until:
            QTest.qWait(10)

    def comes_to_rest(self, holds: Callable[[], bool]) -> None:
        """Wait until this holds and goes on to hold; a busy machine may still be laying the page out."""
        until = monotonic() + LIMIT_S
        while True:
            self.settle(200)
            if holds():
                self.settle(100)
                if holds():
                    return
            assert monotonic() < until, "it did not come to rest like this"

    def items(self, under: QQuickItem | None = None) -> Iterator[QQuickItem]:
        """Give every item that is shown."""
        root = under or self.page
        for child in root.childItems():
            if child.isVisible():
                yield child
                yield from self.items(child)

    def place(self, item: QQuickItem) -> QRectF:
        """Give where an item stands in the window."""
        return item.mapRectToScene(QRectF(0, 0, item.width(), item.height()))

    def find(self, name: str) -> QQuickItem:
        """Give the item of this object name."""
        found = next((item for item in self.items() if item.objectName() == name), None)
        assert found is not None, name
        return found


@cache
def _engine() -> QQmlApplicationEngine:
    """Make the one engine and window, as the program has; pages come and go in them, in the shipped faces."""
    load_fonts()
    engine = make_engine()
    engine.load(QUrl.fromLocalFile(str(WINDOW)))
    assert engine.rootObjects(), WINDOW
    atexit.register(shiboken6.delete, engine)
    return engine


@contextmanager
def show_page(
    file: str, model: QObject, size: tuple[int, int], *, large: bool = False, mode: str = "window"
) -> Iterator[PageWindow]:
    """Show a page as a station of this mode shows it."""
    window = cast("QQuickWindow", _engine().rootObjects()[0])
    loader = cast("QQuickItem", window.findChild(QObject, "page"))
    window.setWidth(size[0])
    window.setHeight(size[1])
    window.setProperty("large", large)
    window.setProperty("mode", mode)
    window.setProperty("pageModel", model)
    window.setProperty("pageFile", page_url(file).toString())
    window.show()
    window.requestActivate()
    shown = PageWindow(window, cast("QQuickItem", loader.property("item")))
    shown.settle(120)
    try:
        yield shown
    finally:
        # The page goes before its view model does: what reads a property must not outlive it.
        window.setProperty("pageFile", "")
        shown.settle(30)
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        window.setProperty("pageModel", None)
