"""The Qt program: window, engine, worker and frame, started in order and stopped in reverse."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QSize, Qt, QTimer, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtQml import QQmlApplicationEngine
from PySide6.QtQuick import QQuickWindow

from kiosk.errors import ErrorCode, KioskError
from ui.bridge import Bridge
from ui.engine import make_engine, page_url
from ui.garbage import GarbageCollection
from ui.parts import UiParts
from ui.tasks import Tasks, unexpected
from ui.viewmodels.shell import ShellViewModel

if TYPE_CHECKING:
    from kiosk.ports.cards import CardEvent
    from kiosk.ports.sync import SyncReport

log = logging.getLogger(__name__)

_TOUCHES = frozenset(
    {
        QEvent.Type.MouseButtonPress,
        QEvent.Type.KeyPress,
        QEvent.Type.TouchBegin,
        QEvent.Type.Wheel,
        QEvent.Type.TabletPress,
    }
)

_LATEST_BEGIN_MS = 500


class Program(QObject):
    """Everything of the screen that lives on the GUI thread.

    `start` shows the window; with its first frame the worker opens the services, and once they are open the readers
    start. `stop` does the reverse and returns when the worker has closed the store. Both are called on the GUI thread,
    `stop` perhaps twice.
    """

    def __init__(self, application: QGuiApplication, parts: UiParts) -> None:
        super().__init__(application)
        self._application = application
        self._parts = parts
        self._bridge = Bridge(self)
        self.tasks = Tasks(parts.open_services, parts.close_services, self._bridge, self._fail)
        self.shell = ShellViewModel(parts, self.tasks, self)
        self._garbage = GarbageCollection(self)
        self._engine: QQmlApplicationEngine | None = None
        self._running = False
        self._begun = False
        self._reading = False

    @property
    def window(self) -> QQuickWindow:
        """The window; it exists between `start` and `stop`."""
        roots = self._engine.rootObjects() if self._engine else []
        if not roots or not isinstance(roots[0], QQuickWindow):
            raise KioskError(ErrorCode.UNEXPECTED)
        return roots[0]

    def start(self, size: QSize | None = None, *, full_screen: bool = False) -> None:
        """Show the window in this size, or as large as the screen; once it shows, start all else."""
        self._running = True
        self._garbage.start()
        self._engine = make_engine()
        self._engine.setInitialProperties({"viewModel": self.shell})
        self._engine.load(page_url("Main.qml"))
        window = self.window
        if full_screen:
            window.showFullScreen()
        elif size is not None:
            window.resize(size)
        window.installEventFilter(self)
        window.frameSwapped.connect(self._shown, Qt.ConnectionType.QueuedConnection)
        QTimer.singleShot(_LATEST_BEGIN_MS, self, self._begin)  # a covered window swaps no frames

    def stop(self) -> None:
        """Stop everything in reverse."""
        if not self._running:
            return
        self._running = False
        self.shell.stop()
        if self._reading:
            for reader in reversed(self._parts.readers):
                reader.stop()
        if self._engine is not None:
            self.window.removeEventFilter(self)
            self.window.close()
            self._engine.deleteLater()
            QCoreApplication.sendPostedEvents(self._engine, QEvent.Type.DeferredDelete)
            self._engine = None
        self.tasks.stop()
        self._garbage.stop()

    @Slot()
    def _shown(self) -> None:
        """Have the worker begin after what waits with the first frame: the two take Python's lock in turns."""
        if self._running and not self._begun:
            QTimer.singleShot(0, self, self._begin)

    @Slot()
    def _begin(self) -> None:
        """Start what the first page does not wait for: the worker, and with it delivery."""
        if self._begun or not self._running:
            return
        self._begun = True
        self.window.frameSwapped.disconnect(self._shown)
        self._parts.watch_sync(self._on_sync)
        self.tasks.run(lambda _services: None, self._go_on, lambda _error: None)  # the failure is said already
        self.tasks.start()

    def _go_on(self, _: None) -> None:
        """Start readers and clock: the services are open, and all is imported that these need."""
        if not self._running:
            return
        self._reading = True
        for reader in self._parts.readers:
            reader.start(self._on_card)
        self.shell.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Note that somebody is there."""
        if event.type() in _TOUCHES:
            self.shell.touched()
        return super().eventFilter(watched, event)

    def crash(self) -> None:
        """Show the calm page after a bug; draft and cases are in the store. May be called from any thread."""
        self._bridge.post(self._fail, unexpected(log))

    def _fail(self, error: KioskError) -> None:
        self.shell.fail(error)

    def _on_card(self, event: CardEvent) -> None:
        self._bridge.post(self.shell.on_card, event)

    def _on_sync(self, report: SyncReport) -> None:
        self._bridge.post(self.shell.on_sync, report)
