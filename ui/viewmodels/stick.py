"""Carrying by stick: two buttons, and what came of it in words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import Property, QObject, Signal, Slot

from kiosk.errors import ErrorCode, KioskError
from kiosk.messages import describe
from kiosk.ports.relay import BroughtIn, Exported
from ui.desk import Desk
from ui.qml_element import qml_element
from ui.viewmodels.staff_words import size_words

_T = TypeVar("_T")


@qml_element
class StickViewModel(QObject):
    """Exports to and imports from the one stick that is plugged in. One job at a time."""

    changed = Signal()

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._relay = desk.parts.relay
        self._busy = False
        self._said: tuple[str, ...] = ()
        self._good = True

    @Slot()
    def exportCases(self) -> None:
        """Write what is not delivered on the stick."""
        stick = self._find()
        if stick is not None and self._relay is not None:
            self._begin()
            self._relay.export(stick, self._hear(lambda result: self._exported(result, _name(stick))))

    @Slot()
    def importCases(self) -> None:
        """Hand to the hub what lies on the stick, and take the receipts."""
        stick = self._find()
        if stick is not None and self._relay is not None:
            self._begin()
            self._relay.bring_in(stick, self._hear(lambda result: self._brought_in(result, _name(stick))))

    @Property(bool, notify=changed)
    def busy(self) -> bool:
        """Whether a job is under way."""
        return self._busy

    @Property(bool, notify=changed)
    def good(self) -> bool:
        """Whether all went as wished."""
        return self._good

    @Property(str, notify=changed)
    def words(self) -> str:
        """What came of it, and what to do next."""
        return "。".join(words.rstrip("。") for words in self._said) + "。" if self._said else ""

    def _find(self) -> Path | None:
        """Give the one stick; says why there is none."""
        sticks = self._relay.sticks() if self._relay is not None and not self._busy else ()
        if len(sticks) == 1:
            return sticks[0]
        if not self._busy:
            key = "screen.stick.many" if sticks else "screen.stick.none"
            self._tell([self._desk.say(key, count=len(sticks))], good=False)
        return None

    def _begin(self) -> None:
        self._busy = True
        self._said = ()
        self.changed.emit()

    def _hear(self, take: Callable[[_T], None]) -> Callable[[_T | str], None]:
        """Bring what a job's thread tells to the screen."""

        def on_screen(result: _T | str) -> None:
            self._busy = False
            if isinstance(result, str):
                words = describe(KioskError(ErrorCode(result)), self._desk.parts.screen.language)
                self._tell([words.what, words.do], good=False)
            else:
                take(result)

        return lambda result: self._desk.tasks.run(lambda _: result, on_screen)

    def _exported(self, result: Exported, stick: str) -> None:
        say = self._desk.say
        lines = []
        if result.packets:
            size = size_words(result.size)
            lines = [say("screen.stick.exported", count=result.cases, stick=stick, size=size)]
            lines.append(say("screen.stick.exported_next"))
        if result.damaged:
            numbers = "、".join(result.left) or say("screen.stick.unknown")
            lines.append(say("screen.stick.damaged", count=result.damaged, numbers=numbers))
        self._tell(lines or [say("screen.stick.nothing")], good=not result.damaged)

    def _brought_in(self, result: BroughtIn, stick: str) -> None:
        say, carried, closed = self._desk.say, result.carried, result.closed
        lines = []
        if closed.cases:
            lines.append(say("screen.stick.closed", count=closed.cases))
        if carried.packets:
            lines.append(say("screen.stick.carried", count=carried.cases, stick=stick))
            if not closed.cases:
                lines.append(say("screen.stick.carried_next"))
        bad = []
        if carried.code:
            bad.append(describe(KioskError(ErrorCode(carried.code)), self._desk.parts.screen.language).what)
            bad.append(say("screen.stick.kept"))
        elif carried.waiting:
            bad.append(say("screen.stick.waiting", count=carried.waiting))
        if carried.refused:
            bad.append(say("screen.stick.refused", count=carried.refused, words="；".join(carried.words)))
        for key, count in (("missing", carried.missing + carried.damaged), ("unproven", closed.unproven)):
            if count:
                bad.append(say(f"screen.stick.{key}", count=count))
        self._tell([*lines, *bad] or [say("screen.stick.untouched")], good=not bad)

    def _tell(self, lines: list[str], *, good: bool) -> None:
        self._said = tuple(lines)
        self._good = good
        self.changed.emit()


def _name(stick: Path) -> str:
    return stick.name or str(stick)
