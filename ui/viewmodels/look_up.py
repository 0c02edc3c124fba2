"""Look-up: by card, number or its end, document number, name, or a paper's code, which is checked as well."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Property, QObject, QTimer, Signal, Slot

from kiosk.domain.numbering import grouped, parse_case_number
from kiosk.domain.paper_seal import SealCheck, Verdict, looks_sealed
from kiosk.errors import InputError, KioskError
from kiosk.messages import describe
from kiosk.ports.cards import CardEvent, CardFailed, CardPresented, CardRead, CardRemoved, ReaderChanged
from kiosk.ports.store import CaseSummary
from ui.desk import Desk, Page
from ui.qml_element import qml_element
from ui.rows import Rows
from ui.viewmodels.staff_words import REVEAL_MS
from ui.viewmodels.work_lines import CaseLine, CaseLines

if TYPE_CHECKING:
    from kiosk.services.bundle import Services

LEAST_DIGITS = 4
LEAST_CHARACTERS = 2
_TONES = {Verdict.GENUINE: "green", Verdict.FORGED: "amber"}


@qml_element
class LookUpViewModel(QObject):
    """What was asked, and the cases found. What a card said is asked for and forgotten."""

    changed = Signal()

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._lines = CaseLines(desk)
        self._text = ""
        self._found: tuple[CaseSummary, ...] | None = None
        self._check: SealCheck | None = None
        self._foreign = ""
        """The number that was asked for, when it is a whole one and not of this station."""
        self._reading = False
        self._message = ""
        self._rows: Rows[CaseLine] = Rows(CaseLine, self)
        self._conceal = QTimer(self, singleShot=True, interval=REVEAL_MS)
        self._conceal.timeout.connect(self._mask)

    def leave(self) -> None:
        """Forget what was asked and found."""
        self._text = ""
        self._found = None
        self._check = None
        self._foreign = ""
        self._message = ""
        self._lines.revealed = False
        self._conceal.stop()
        self._write()

    def on_card(self, event: CardEvent) -> None:
        """Take the reader's news: a card asks for its number."""
        match event:
            case CardPresented():
                self._reading = True
                self._message = ""
            case CardRead(readout=readout):
                self._reading = False
                self._text = ""
                self._ask(readout.document_number)
            case CardFailed(code=code):
                self._reading = False
                words = describe(KioskError(code), self._desk.parts.screen.language)
                self._message = f"{words.what}。{words.do}（{code.value}）"
            case CardRemoved():
                self._reading = False
            case ReaderChanged():
                return
        self.changed.emit()

    # ---- what a person does
    @Slot(str)
    def type(self, text: str) -> None:
        """Take what is typed."""
        self._text = text
        self._message = ""
        self.changed.emit()

    @Slot()
    def search(self) -> None:
        """Look for what is typed; a paper's code is checked as well."""
        if looks_sealed(self._text):
            self._verify(self._text)
            return
        text = "".join(self._text.split()) if any(letter.isdigit() for letter in self._text) else self._text.strip()
        least = LEAST_DIGITS if any(letter.isdigit() for letter in text) else LEAST_CHARACTERS
        if len(text) < least:
            self._message = self._desk.say("screen.lookup.too_short")
            self.changed.emit()
            return
        self._ask(text)

    @Slot()
    def reveal(self) -> None:
        """Show the names for five seconds."""
        self._lines.revealed = True
        self._conceal.start()
        self._write()

    @Slot(str)
    def openCase(self, number: str) -> None:
        """Open a case."""
        self._desk.go(Page.CASE, number)

    @Slot()
    def lookElsewhere(self) -> None:
        """Ask the province for the case of the number that is not here."""
        self._desk.go(Page.ELSEWHERE, self._foreign)

    # ---- what the page shows
    @Property(bool, constant=True)
    def keysOnTouch(self) -> bool:
        """Whether keys are shown on the screen for a field that was touched."""
        return self._desk.keys_on_touch

    @Property(bool, constant=True)
    def textKeys(self) -> bool:
        """Whether the on-screen letters are there."""
        return self._desk.text_keys

    @Property(str, notify=changed)
    def text(self) -> str:
        """What is typed."""
        return self._text

    @Property(str, notify=changed)
    def message(self) -> str:
        """What is wrong with the card or the text."""
        return self._message

    @Property(bool, notify=changed)
    def reading(self) -> bool:
        """Whether a card is being read."""
        return self._reading

    @Property(bool, notify=changed)
    def asked(self) -> bool:
        """Whether an answer is shown."""
        return self._found is not None

    @Property(bool, notify=changed)
    def any(self) -> bool:
        """Whether something was found."""
        return bool(self._found)

    @Property(bool, notify=changed)
    def foreign(self) -> bool:
        """Whether the number is a case's that is not here: the province may know it."""
        return bool(self._foreign)

    @Property(str, notify=changed)
    def resultTitle(self) -> str:
        """How many were found."""
        if self._found is None:
            return ""
        key = "found" if self._found else "nothing"
        return self._desk.say(f"screen.lookup.{key}", count=len(self._found))

    @Property(str, notify=changed)
    def verdict(self) -> str:
        """Whether the scanned paper is genuine, in a word; empty when none was scanned."""
        return self._desk.say(f"screen.lookup.{self._check.verdict.value}") if self._check else ""

    @Property(str, notify=changed)
    def verdictTone(self) -> str:
        """The badge's tone."""
        return _TONES.get(self._check.verdict, "neutral") if self._check else "neutral"

    @Property(str, notify=changed)
    def verdictWords(self) -> str:
        """Which copy it says it is, and what to do now."""
        if self._check is None:
            return ""
        key, seal = f"screen.lookup.{self._check.verdict.value}_words", self._check.seal
        if seal is None:
            return self._desk.say(key)
        return self._desk.say(
            key,
            kind=self._desk.say(f"new_case.papers.{seal.kind.value}"),
            copy=seal.copy_no,
            code=seal.code,
            day=seal.day.isoformat(),
            terminal=seal.terminal_id,
        )

    @Property(bool, notify=changed)
    def revealed(self) -> bool:
        """Whether the names are being shown."""
        return self._lines.revealed

    @Property(QObject, constant=True)
    def cases(self) -> QObject:
        """The cases found."""
        return self._rows

    def _ask(self, text: str) -> None:
        def find(services: Services) -> list[CaseSummary]:
            return services.cases.find(text)

        number = _whole_number(text)
        self._desk.tasks.run(find, lambda found: self._take(found, number))

    def _take(self, found: list[CaseSummary], number: str) -> None:
        self._found = tuple(found)
        self._check = None
        self._foreign = "" if found else number
        self._write()

    def _verify(self, scanned: str) -> None:
        def check(services: Services) -> tuple[SealCheck, list[CaseSummary]]:
            made = services.papers.check(scanned)
            return made, services.cases.find(made.seal.case_number) if made.seal else []

        self._desk.tasks.run(check, self._judge)

    def _judge(self, answer: tuple[SealCheck, list[CaseSummary]]) -> None:
        self._check, found = answer
        self._text = grouped(self._check.seal.case_number) if self._check.seal else ""
        self._found = tuple(found) or None  # a paper of another counter is no failed look-up
        is_good = self._check.seal is not None and self._check.verdict is not Verdict.FORGED
        self._foreign = self._check.seal.case_number if self._check.seal and is_good and not found else ""
        self._write()

    @Slot()
    def _mask(self) -> None:
        self._lines.revealed = False
        self._write()

    def _write(self) -> None:
        self._rows.show(self._lines.quiet(self._found or ()))
        self.changed.emit()


def _whole_number(text: str) -> str:
    """Give a case number as it is stored; empty for what is none."""
    try:
        return str(parse_case_number(text))
    except InputError:
        return ""
