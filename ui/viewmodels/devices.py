"""The devices page: every check in words, with what to do, and a test read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Property, QObject, Signal, Slot

from kiosk.clock import local
from kiosk.domain.masks import mask_name
from kiosk.errors import KioskError
from kiosk.messages import describe
from kiosk.ports.cards import CardEvent, CardFailed, CardPresented, CardRead, CardRemoved, ReaderChanged
from ui.desk import Desk
from ui.qml_element import qml_element
from ui.rows import Rows

if TYPE_CHECKING:
    from kiosk.services.bundle import Services
    from kiosk.services.health import Check

_ICONS = {
    "reader": "card",
    "printer": "printer",
    "camera": "camera",
    "hub": "wifi",
    "disk": "disk",
    "database": "database",
    "journal": "list",
    "packets": "lock",
    "catalog": "book",
    "calendar": "clock",
}
_TONES = {"ok": "green", "degraded": "amber", "fault": "amber"}


@dataclass(frozen=True)
class CheckRow:
    """One check."""

    icon: str
    title: str
    words: str
    advice: str
    standing: str
    tone: str
    last: bool


@qml_element
class DevicesViewModel(QObject):
    """The checks as of the last look, and the reader under test."""

    changed = Signal()

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._checks: list[Check] = []
        self._checked_at: datetime | None = None
        self._checking = False
        self._testing = False
        self._read_words = ""
        self._read_tone = "slate"
        self._rows: Rows[CheckRow] = Rows(CheckRow, self)

    def refresh(self) -> None:
        """Look at everything again."""
        if self._checking:
            return
        self._checking = True
        self.changed.emit()

        def look(services: Services) -> list[Check]:
            return services.health.checks()

        self._desk.tasks.run(look, self._take, self._failed)

    def leave(self) -> None:
        """End a test."""
        self._testing = False
        self._read_words = ""
        self.changed.emit()

    def on_card(self, event: CardEvent) -> None:
        """Take the reader's news while it is under test; what the card says is named masked and not kept."""
        if not self._testing:
            return
        say = self._desk.say
        match event:
            case CardPresented():
                self._read_words, self._read_tone = say("screen.devices.test_reading"), "slate"
            case CardRead(readout=readout):
                kind = say(f"screen.devices.{readout.kind}")
                words = say("screen.devices.test_good", kind=kind, name=mask_name(readout.name))
                self._read_words, self._read_tone = words, "green"
            case CardFailed(code=code):
                error = describe(KioskError(code), self._desk.parts.screen.language)
                self._read_words, self._read_tone = f"{error.what}。{error.do}（{code.value}）", "amber"
            case CardRemoved() | ReaderChanged():
                return
        self.changed.emit()

    @Slot()
    def again(self) -> None:
        """Look at everything again."""
        self.refresh()

    @Slot()
    def testRead(self) -> None:
        """Wait for a card."""
        self._testing = True
        self._read_words, self._read_tone = self._desk.say("screen.devices.test_waiting"), "slate"
        self.changed.emit()

    @Property(str, notify=changed)
    def title(self) -> str:
        """The one sentence at the top."""
        if not self._checks:
            return self._desk.say("screen.devices.checking")
        count = sum(check.state.value != "ok" for check in self._checks)
        return self._desk.say("screen.devices.title_degraded" if count else "screen.devices.title_ok", count=count)

    @Property(str, notify=changed)
    def words(self) -> str:
        """When it was looked at."""
        if self._checking:
            return self._desk.say("screen.devices.checking")
        at = self._checked_at
        return self._desk.say("screen.devices.words", time=local(at).strftime("%H:%M")) if at else ""

    @Property(bool, notify=changed)
    def checking(self) -> bool:
        """Whether it is being looked at."""
        return self._checking

    @Property(bool, notify=changed)
    def testing(self) -> bool:
        """Whether the reader is under test."""
        return self._testing

    @Property(str, notify=changed)
    def readWords(self) -> str:
        """How the test goes."""
        return self._read_words

    @Property(str, notify=changed)
    def readTone(self) -> str:
        """`slate`, `green` or `amber`."""
        return self._read_tone

    @Property(QObject, constant=True)
    def checks(self) -> QObject:
        """The checks."""
        return self._rows

    def _take(self, checks: list[Check]) -> None:
        self._checking = False
        self._checks = checks
        self._checked_at = self._desk.clock.now()
        rows = [
            CheckRow(
                icon=_ICONS.get(check.id, "note"),
                title=check.title,
                words=check.words,
                advice=check.advice,
                standing=self._desk.say(f"screen.devices.{check.state.value}"),
                tone=_TONES[check.state.value],
                last=place == len(checks) - 1,
            )
            for place, check in enumerate(checks)
        ]
        self._rows.show(rows)
        self.changed.emit()

    def _failed(self, error: KioskError) -> None:
        self._checking = False
        self.changed.emit()
        self._desk.fail(error)
