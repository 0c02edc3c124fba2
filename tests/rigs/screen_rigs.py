"""The screen under test: a frame without a window, a window without a display, waiting without sleeping."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import cast

from counter_rigs import OPERATOR, SECRET, Counter
from PySide6.QtCore import QCoreApplication, QEventLoop, QObject, QRectF, QSize
from PySide6.QtGui import QGuiApplication
from PySide6.QtQuick import QQuickItem

from ui.bridge import Bridge
from ui.desk import Page
from ui.engine import make_application
from ui.program import Program
from ui.tasks import Tasks
from ui.viewmodels.dock import DockViewModel
from ui.viewmodels.shell import ShellViewModel
from ui.viewmodels.sign_in import SignInViewModel
from ui.viewmodels.status import StatusViewModel

DEADLINE_S = 10.0


def until(condition: Callable[[], bool]) -> None:
    """Let Qt work until the condition holds; fail after ten seconds."""
    end = time.monotonic() + DEADLINE_S
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)


class Frame(QObject):
    """The frame of all pages over a counter, with a worker and without a window."""

    def __init__(self, counter: Counter) -> None:
        super().__init__()
        self.counter = counter
        self.failures: list[object] = []
        self.bridge = Bridge(self)
        parts = counter.parts()
        self.tasks = Tasks(parts.open_services, parts.close_services, self.bridge, self._fail)
        self.shell = ShellViewModel(parts, self.tasks, self)
        parts.watch_sync(lambda report: self.bridge.post(self.shell.on_sync, report))
        for reader in parts.readers:
            reader.start(lambda event: self.bridge.post(self.shell.on_card, event))

    def _fail(self, error: object) -> None:
        self.failures.append(error)

    @property
    def dock(self) -> DockViewModel:
        """The training dock."""
        return cast("DockViewModel", self.shell.dock)

    @property
    def status(self) -> StatusViewModel:
        """Head and foot."""
        return cast("StatusViewModel", self.shell.status)

    def settle(self) -> None:
        """Let everything that was handed in be done and shown."""
        done: list[bool] = []
        self.tasks.run(lambda _: None, lambda _: done.append(True))
        until(lambda: bool(done))

    def go(self, page: Page, subject: str = "") -> QObject:
        """Go to a page and give its view model, once it shows what it has."""
        self.shell.go(page, subject)
        self.settle()
        return model_of(self.shell)


def model_of(shell: ShellViewModel) -> QObject:
    """Give the view model of the page that shows."""
    model = shell.property("pageModel")
    assert isinstance(model, QObject)
    return model


def sign_in(shell: ShellViewModel) -> None:
    """Sign the operator in."""
    model = model_of(shell)
    assert isinstance(model, SignInViewModel)
    model.typeOperator(OPERATOR.operator_id)
    model.enter(SECRET)
    until(lambda: bool(shell.property("page") == int(Page.WORK_LIST)))


@contextmanager
def framed(counter: Counter) -> Iterator[Frame]:
    """Run a frame over a counter."""
    application_of()
    frame = Frame(counter)
    frame.tasks.start()
    try:
        yield frame
    finally:
        frame.shell.stop()
        frame.tasks.stop()
        frame.deleteLater()
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)


def application_of() -> QGuiApplication:
    """Give the one Qt application."""
    return make_application(["test"])


@contextmanager
def shown(
    counter: Counter, size: tuple[int, int], *, large_text: bool = False, language: str = "zh"
) -> Iterator[Program]:
    """Show the whole screen over a counter, offscreen."""
    program = Program(make_application(["test"], language), counter.parts(large_text=large_text, language=language))
    program.start(QSize(*size))
    try:
        yield program
    finally:
        program.stop()
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
        if language != "zh":
            make_application(["test"])  # there is one for all tests, and it keeps the language of the last


def items_below(item: QQuickItem) -> Iterator[QQuickItem]:
    """Walk the items that can be seen."""
    for child in item.childItems():
        if child.isVisible():
            yield child
            yield from items_below(child)


def area_of(item: QQuickItem) -> QRectF:
    """Give an item's place in its window."""
    return item.mapRectToScene(QRectF(0, 0, item.width(), item.height()))
