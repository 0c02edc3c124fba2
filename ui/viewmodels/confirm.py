"""Step e, 确认: one page to read together, consents by purpose, signatures, and taking in."""

from __future__ import annotations

import msgspec
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from kiosk.clock import iso
from kiosk.domain import consent
from kiosk.errors import KioskError
from kiosk.ports.printers import PrinterReport, PrinterStatus
from kiosk.ports.store import TakenIn
from ui.desk import Desk
from ui.qml_element import qml_element
from ui.rows import Rows
from ui.typed_property import Property
from ui.viewmodels.confirm_lines import (
    ConsentLine,
    FactLine,
    MatterLine,
    PersonLine,
    consent_lines,
    fact_lines,
    letter_words,
    matter_lines,
    matters_words,
    person_lines,
)
from ui.viewmodels.person_tile import REVEAL_MS
from ui.viewmodels.signing import SigningViewModel
from ui.viewmodels.words import explain
from ui.viewmodels.working_case import WorkingCase

_LETTER = "letter"
"""The text that is read before the letter of authorisation is signed; no consent of its own."""


@qml_element
class ConfirmViewModel(QObject):
    """What was collected, in order; a case is taken in once, however often the button is touched."""

    changed = Signal()
    takenIn = Signal(str)

    def __init__(self, case: WorkingCase, desk: Desk) -> None:
        super().__init__()
        self._case = case
        self._desk = desk
        self._say = case.say
        self._people: Rows[PersonLine] = Rows(PersonLine, self)
        self._matters: Rows[MatterLine] = Rows(MatterLine, self)
        self._facts: Rows[FactLine] = Rows(FactLine, self)
        self._consents: Rows[ConsentLine] = Rows(ConsentLine, self)
        self._busy = False
        self._signing = SigningViewModel(case, lambda: self._busy)
        self._notice = ""
        self._printer: PrinterReport | None = None
        self._reading = ""
        self._revealed = False
        self._reveal = QTimer(self)
        self._reveal.setSingleShot(True)
        self._reveal.setInterval(REVEAL_MS)
        self._reveal.timeout.connect(self._conceal)
        case.changed.connect(self._refresh)
        self._refresh()

    # ---- what the wizard asks
    @property
    def missing(self) -> tuple[str, str]:
        """The first thing that keeps the case from being taken in, and the sentence."""
        if self._busy:
            return "", self._say("new_case.confirm.busy")
        held = next((problem for problem in self._case.assessment.problems if problem.holds), None)
        if held:
            return "facts", held.words
        lacking = consent.lacking(self._case.application, self._case.assessment.materials)
        if lacking:
            return f"consent.{lacking[0]}", self._say("new_case.confirm.missing_consent", count=len(lacking))
        if self._signing.missing:
            return "signature", self._signing.missing
        return "", ""

    @property
    def busy(self) -> bool:
        """Whether the case is being taken in."""
        return self._busy

    @property
    def ready_words(self) -> str:
        """What the bottom bar says when all is there: what will be printed, or why it cannot be now."""
        return self.printerWords or self._say("new_case.confirm.ready")

    def enter(self) -> None:
        """Ask the printer: its state is said before taking in and never hinders it."""
        self._desk.tasks.run(lambda services: services.papers.printer_report(), self._note_printer)

    def take_in(self) -> None:
        """Take the case in; while that is under way nothing more happens."""
        if self._busy or self.missing[0]:
            return
        self._busy = True
        self._notice = ""
        self._case.close()
        draft, operator_id = self._case.draft, self._desk.operator_id
        self._desk.tasks.run(lambda services: services.intake.take_in(draft, operator_id), self._done, self._failed)
        self.changed.emit()

    # ---- what a person does
    @Slot(str)
    def toggleConsent(self, key: str) -> None:
        """Give or take back a consent."""
        needs = self._case.assessment.materials
        purpose = next((one for one in consent.purposes(self._case.application, needs) if one == key), None)
        if purpose is None or self._busy:
            return
        application, keys = self._case.application, consent.keys_of(purpose, needs)
        kept = {name: at for name, at in application.consents.items() if name not in keys}
        if not consent.is_given(application, purpose, needs):
            kept |= dict.fromkeys(keys, iso(self._case.clock.now()))
        self._case.change(msgspec.structs.replace(application, consents=kept))

    @Slot(str)
    def read(self, key: str) -> None:
        """Show the whole text of a consent, or the `letter`; an empty key closes it."""
        self._reading = key
        self.changed.emit()

    @Slot()
    def quiet(self) -> None:
        """Put the words about a failure away."""
        self._notice = ""
        self.changed.emit()

    @Slot()
    def reveal(self) -> None:
        """Show names and numbers for five seconds."""
        self._revealed = True
        self._reveal.start()
        self._refresh()

    # ---- what is shown
    @Property(QObject, constant=True)
    def people(self) -> QObject:
        """Deceased, applicant, agent."""
        return self._people

    @Property(QObject, constant=True)
    def matters(self) -> QObject:
        """The matters."""
        return self._matters

    @Property(QObject, constant=True)
    def facts(self) -> QObject:
        """Materials, payee, authorisation, notice: one line each."""
        return self._facts

    @Property(QObject, constant=True)
    def consents(self) -> QObject:
        """The consents, one for each purpose."""
        return self._consents

    @Property(SigningViewModel, constant=True)
    def signing(self) -> SigningViewModel:
        """The place to sign."""
        return self._signing

    @Property(bool, notify=changed)
    def revealed(self) -> bool:
        """Whether names and numbers are shown."""
        return self._revealed

    @Property(str, notify=changed)
    def mattersTitle(self) -> str:
        """How many matters."""
        return self._say("new_case.confirm.matters", count=len(self._matters.rows()))

    @Property(str, notify=changed)
    def mattersLine(self) -> str:
        """The last day, and how many a department decides on first."""
        return matters_words(self._case)

    @Property(str, notify=changed)
    def readingTitle(self) -> str:
        """Short text of the consent being read, empty when none is."""
        if self._reading == _LETTER:
            return self._say("new_case.signing.letter_title")
        return next((line.text for line in self._consents.rows() if line.key == self._reading), "")

    @Property(str, notify=changed)
    def readingText(self) -> str:
        """Its whole text."""
        if self._reading == _LETTER:
            return letter_words(self._case)
        return next((line.full for line in self._consents.rows() if line.key == self._reading), "")

    @Property(str, notify=changed)
    def notice(self) -> str:
        """Why the case was not taken in."""
        return self._notice

    @Property(str, notify=changed)
    def printerWords(self) -> str:
        """What hinders the printer now, and that the case does not wait for it."""
        if self._printer is None or self._printer.status is PrinterStatus.READY:
            return ""
        return self._say(f"new_case.printer.{self._printer.status.value}") + self._say("new_case.printer.later")

    # ---- inside
    def _done(self, taken: TakenIn) -> None:
        self._conceal()
        self.takenIn.emit(taken.case_number)

    def _note_printer(self, report: PrinterReport) -> None:
        self._printer = report
        self.changed.emit()

    def _failed(self, error: KioskError) -> None:
        self._busy = False
        self._case.open()
        self._notice = explain(error, self._desk)
        self.changed.emit()

    @Slot()
    def _conceal(self) -> None:
        self._reveal.stop()
        self._revealed = False
        self._refresh()

    @Slot()
    def _refresh(self) -> None:
        self._people.show(person_lines(self._case, revealed=self._revealed))
        self._matters.show(matter_lines(self._case))
        self._facts.show(fact_lines(self._case, revealed=self._revealed))
        departments = len({matter.department for matter in self._case.chosen})
        self._consents.show(consent_lines(self._case, departments))
        self.changed.emit()
