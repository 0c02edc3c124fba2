"""Signing in, and the locked screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Property, QObject, Signal, Slot

from kiosk.errors import KioskError
from kiosk.messages import describe
from ui.desk import Desk
from ui.qml_element import qml_element

if TYPE_CHECKING:
    from kiosk.ports.store import OperatorRecord
    from kiosk.services.bundle import Services


@qml_element
class SignInViewModel(QObject):
    """Operator and password. The password goes from the field to the check and is kept nowhere."""

    changed = Signal()
    signedIn = Signal(object)
    cleared = Signal()

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._operator = ""
        self._locked = False
        self._busy = False
        self._trouble = ""

    def wait(self, *, locked: bool) -> None:
        """Wait for somebody; `locked` keeps the operator's number and says that the draft is safe."""
        self._locked = locked
        self._operator = self._operator if locked else ""
        self._busy = False
        self._trouble = ""
        self.cleared.emit()
        self.changed.emit()

    @Slot(str)
    def typeOperator(self, text: str) -> None:
        """Take the operator's number."""
        self._operator = text
        self._trouble = ""
        self.changed.emit()

    @Slot(str)
    def enter(self, secret: str) -> None:
        """Try to sign in."""
        if self._busy:
            return
        if not self._operator.strip() or not secret:
            key = "need_password" if self._operator.strip() else "need_operator"
            self._trouble = self._desk.say(f"screen.signin.{key}")
            self.changed.emit()
            return
        self._busy = True
        self._trouble = ""
        self.changed.emit()
        operator = self._operator

        def sign_in(services: Services) -> OperatorRecord:
            return services.session.sign_in(operator, secret)

        self._desk.tasks.run(sign_in, self._welcome, self._refused)

    @Property(str, notify=changed)
    def title(self) -> str:
        """The one sentence at the top."""
        return self._desk.say("screen.signin.locked" if self._locked else "screen.signin.title")

    @Property(str, notify=changed)
    def words(self) -> str:
        """What is said below it."""
        return self._desk.say("screen.signin.locked_words" if self._locked else "screen.signin.words")

    @Property(str, constant=True)
    def station(self) -> str:
        """The office."""
        return self._desk.parts.station.title

    @Property(str, constant=True)
    def window(self) -> str:
        """The window."""
        return self._desk.parts.station.window

    @Property(str, constant=True)
    def product(self) -> str:
        """The product's name."""
        return self._desk.say("screen.product")

    @Property(str, notify=changed)
    def operator(self) -> str:
        """The operator's number as typed."""
        return self._operator

    @Property(bool, notify=changed)
    def busy(self) -> bool:
        """Whether the password is being checked."""
        return self._busy

    @Property(str, notify=changed)
    def message(self) -> str:
        """What is wrong, or that it is being checked, or in training who may sign in."""
        if self._busy:
            return self._desk.say("screen.signin.checking")
        return self._trouble or self._desk.parts.sign_in_hint

    @Property(bool, notify=changed)
    def trouble(self) -> bool:
        """Whether something is wrong."""
        return bool(self._trouble)

    def _welcome(self, operator: OperatorRecord) -> None:
        self._busy = False
        self.cleared.emit()
        self.changed.emit()
        self.signedIn.emit(operator)

    def _refused(self, error: KioskError) -> None:
        words = describe(error, self._desk.parts.screen.language)
        self._busy = False
        self._trouble = f"{words.what}。{words.do}"
        self.cleared.emit()
        self.changed.emit()
