"""Printing a sheet of the station from a page, and what became of it in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from kiosk.domain.contents.sheet import SheetFrame
from kiosk.domain.sections import SectionedPaper
from kiosk.errors import KioskError
from ui.desk import Desk
from ui.qml_element import qml_element
from ui.typed_property import Property
from ui.viewmodels.words import explain

if TYPE_CHECKING:
    from kiosk.services.bundle import Services


@qml_element
class SheetPrinting(QObject):
    """One button and its answer: on the way to the printer, handed over, or refused with the reason.

    Without a parent: an answer that comes after its page has gone still finds it.
    """

    changed = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._words = ""
        self._refused = False
        self._busy = False

    def print(self, write: Callable[[Services, SheetFrame], SectionedPaper]) -> None:
        """Print what `write` writes; it is called on the worker. Pressed again meanwhile, nothing more happens."""
        if self._busy:
            return
        operator, large = self._desk.operator_id, self._desk.parts.screen.large_text
        self._tell("screen.sheet.printing", busy=True)

        def work(services: Services) -> None:
            services.sheets.print(lambda frame: write(services, frame), operator, large_print=large)

        self._desk.tasks.run(work, lambda _: self._tell("screen.sheet.printed"), self._refuse)

    def clear(self) -> None:
        """Say nothing any more."""
        self._words, self._refused = "", False
        self.changed.emit()

    @Property(str, notify=changed)
    def words(self) -> str:
        """What became of it; empty before."""
        return self._words

    @Property(bool, notify=changed)
    def refused(self) -> bool:
        """Whether it was not printed."""
        return self._refused

    @Property(bool, notify=changed)
    def busy(self) -> bool:
        """Whether it is on its way to the printer."""
        return self._busy

    def _tell(self, key: str, *, busy: bool = False) -> None:
        self._words, self._refused, self._busy = self._desk.say(key), False, busy
        self.changed.emit()

    def _refuse(self, error: KioskError) -> None:
        self._words, self._refused, self._busy = explain(error, self._desk), True, False
        self.changed.emit()
