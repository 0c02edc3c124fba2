"""Step e, 确认: one page to read together, three consents, a signature, and taking in."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from kiosk.clock import iso, local, parse
from kiosk.domain.assessment import Applicability, Mode
from kiosk.domain.case import MaterialStatus
from kiosk.domain.masks import Place, mask_account, mask_name, mask_number
from kiosk.errors import KioskError
from kiosk.ports.printers import PrinterReport, PrinterStatus
from kiosk.ports.store import TakenIn
from ui.desk import Desk
from ui.qml_element import qml_element
from ui.rows import Rows
from ui.typed_property import Property
from ui.viewmodels.dates import age_at, bare_due, day_of, full_date, short_date
from ui.viewmodels.person_tile import REVEAL_MS, ROLES, Entry, birth_of, entry_of, sex_of
from ui.viewmodels.words import explain
from ui.viewmodels.working_case import WorkingCase

CONSENTS = ("truth", "share", "notify")
WITHOUT_WRITING = ("fingerprint", "witness")
"""How a person agrees who cannot write; kept with the consents."""


@dataclass(frozen=True)
class PersonLine:
    """A person, masked unless revealed."""

    role: str
    name: str
    number: str
    line: str


@dataclass(frozen=True)
class MatterLine:
    """A matter, short."""

    name: str
    department: str
    due: str
    automatic: bool


@dataclass(frozen=True)
class FactLine:
    """One block of the page, with the step that mends it."""

    label: str
    value: str
    step: int


@dataclass(frozen=True)
class ConsentLine:
    """A consent to tick."""

    key: str
    text: str
    full: str
    ticked: bool


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
        consents = self._case.application.consents
        lacking = [key for key in CONSENTS[:2] if key not in consents]
        if lacking:
            return f"consent.{lacking[0]}", self._say("new_case.confirm.missing_consent", count=len(lacking))
        if not (self._case.application.signature or self._without_writing()):
            return "signature", self._say("new_case.confirm.missing_signature", name=self._signer())
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
        if key not in CONSENTS or self._busy:
            return
        consents = dict(self._case.application.consents)
        if consents.pop(key, None) is None:
            consents[key] = iso(self._case.clock.now())
        self._case.change(msgspec.structs.replace(self._case.application, consents=consents))

    @Slot(str)
    def read(self, key: str) -> None:
        """Show the whole text of a consent; an empty key closes it."""
        self._reading = key
        self.changed.emit()

    @Slot(str)
    def addStroke(self, fractions: str) -> None:
        """Keep a stroke of the signature: `x0 y0 x1 y1 …`, fractions of the area."""
        if self._busy:
            return
        numbers = tuple(min(max(float(part), 0.0), 1.0) for part in fractions.split())
        if len(numbers) >= 4 and len(numbers) % 2 == 0:
            application = self._case.application
            strokes = (*application.signature, numbers)
            first = {"signed": iso(self._case.clock.now())} | application.consents
            self._case.change(msgspec.structs.replace(application, signature=strokes, consents=first))

    @Slot()
    def signAgain(self) -> None:
        """Wipe the signature, or the answer that there is none."""
        application = self._case.application
        consents = {key: at for key, at in application.consents.items() if key in CONSENTS}
        self._case.change(msgspec.structs.replace(application, signature=(), consents=consents))

    @Slot(str)
    def signWithoutWriting(self, way: str) -> None:
        """Note that the person cannot write: a `fingerprint` on the paper, or a `witness` signs it."""
        if way in WITHOUT_WRITING and not self._busy:
            application = self._case.application
            consents = {key: at for key, at in application.consents.items() if key in CONSENTS}
            consents[way] = iso(self._case.clock.now())
            self._case.change(msgspec.structs.replace(application, signature=(), consents=consents))

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
        """Materials, payee, notice: one line each."""
        return self._facts

    @Property(QObject, constant=True)
    def consents(self) -> QObject:
        """The three consents."""
        return self._consents

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
        chosen = self._case.assessment.chosen(frozenset(self._case.application.declined))
        applying = [matter for matter in chosen if matter.state is Applicability.APPLIES]
        days = [day for matter in applying if (day := day_of(matter.due))]
        parts = [self._say("new_case.confirm.latest", date=short_date(max(days), self._say))] if days else []
        if len(chosen) > len(applying):
            parts.append(self._say("new_case.confirm.pending", count=len(chosen) - len(applying)))
        return self._say("new_case.comma").join(parts)

    @Property(str, notify=changed)
    def signTitle(self) -> str:
        """Who is asked to sign."""
        return self._say("new_case.confirm.sign_here", name=self._signer())

    @Property(str, notify=changed)
    def signature(self) -> str:
        """The signature as a path in units of 1/1000 of the area."""
        return " ".join(_path(stroke) for stroke in self._case.application.signature)

    @Property(str, notify=changed)
    def signedWords(self) -> str:
        """That it is signed and when, or how it will be."""
        consents = self._case.application.consents
        way = self._without_writing()
        if way:
            return self._say(f"new_case.confirm.without_{way}")
        if not self._case.application.signature or "signed" not in consents:
            return ""
        return self._say("new_case.confirm.signed", time=local(parse(consents["signed"])).strftime("%H:%M"))

    @Property(str, notify=changed)
    def readingTitle(self) -> str:
        """Short text of the consent being read, empty when none is."""
        return self._say(f"new_case.consents.{self._reading}.text", count=self._departments()) if self._reading else ""

    @Property(str, notify=changed)
    def readingText(self) -> str:
        """Its whole text."""
        return self._say(f"new_case.consents.{self._reading}.full") if self._reading else ""

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

    def _without_writing(self) -> str:
        return next((way for way in WITHOUT_WRITING if way in self._case.application.consents), "")

    def _signer(self) -> str:
        person = self._case.application.agent or self._case.application.applicant
        return person.name or ""

    def _departments(self) -> int:
        chosen = self._case.assessment.chosen(frozenset(self._case.application.declined))
        return len({matter.department for matter in chosen})

    @Slot()
    def _refresh(self) -> None:
        application = self._case.application
        self._people.show(
            [self._person(role, person) for role in ROLES if (person := entry_of(application, role)) is not None]
        )
        chosen = self._case.assessment.chosen(frozenset(application.declined))
        self._matters.show(
            [
                MatterLine(m.short_name, m.department, bare_due(m.due_text), m.mode is Mode.AUTOMATIC)
                for m in chosen
                if m.state is Applicability.APPLIES
            ]
        )
        self._facts.show([self._materials_line(), *self._payee_line(), self._notice_line()])
        count = self._departments()
        self._consents.show(
            [
                ConsentLine(
                    key,
                    self._say(f"new_case.consents.{key}.text", count=count),
                    self._say(f"new_case.consents.{key}.full"),
                    key in application.consents,
                )
                for key in CONSENTS
            ]
        )
        self.changed.emit()

    def _person(self, role: str, person: Entry) -> PersonLine:
        name, number = person.name or "", person.document_number or ""
        return PersonLine(
            self._say(f"new_case.roles.{role}"),
            name if self._revealed else mask_name(name),
            number if self._revealed else mask_number(number, Place.STAFF_SCREEN),
            self._say("new_case.comma").join(part for part in self._about(role, person) if part),
        )

    def _about(self, role: str, person: Entry) -> list[str]:
        phone = getattr(person, "phone", None)
        tail = self._say("new_case.confirm.phone", tail=phone[-4:]) if phone else ""
        if role != "deceased":
            relation = self._case.application.applicant.relation if role == "applicant" else None
            kin = self._say(f"new_case.kin.{_kin(relation)}") if relation else ""
            return [kin, tail]
        deceased = self._case.application.deceased
        birth, died = birth_of(deceased), day_of(deceased.death_at)
        sex = sex_of(deceased)
        return [
            self._say(f"new_case.sexes.{sex}") if sex else "",
            self._say("new_case.identity.years", years=age_at(birth, died)) if birth and died else "",
            self._say(f"new_case.confirm.died_{deceased.circumstance or 'unknown'}", date=full_date(died, self._say))
            if died
            else "",
        ]

    def _materials_line(self) -> FactLine:
        needs = self._case.assessment.materials
        here = (MaterialStatus.SUPPLIED, MaterialStatus.CARD, MaterialStatus.SHARED)
        parts = [self._say("new_case.confirm.materials_here", count=sum(need.status in here for need in needs))]
        parts += [
            self._say("new_case.confirm.material_promised", name=need.name)
            for need in needs
            if need.status is MaterialStatus.PROMISED
        ]
        for need in needs:
            if need.status is MaterialStatus.DEFERRED:
                due = day_of(need.due)
                date = short_date(due, self._say) if due else ""
                parts.append(self._say("new_case.confirm.material_deferred", name=need.name, date=date))
        return FactLine(self._say("new_case.steps.materials"), self._say("new_case.semicolon").join(parts), 3)

    def _payee_line(self) -> list[FactLine]:
        payee = self._case.application.payee
        if payee is None or not payee.account:
            return []
        name = payee.name or self._case.application.applicant.name or ""
        shown = name if self._revealed else mask_name(name)
        words = self._say("new_case.comma").join(
            part for part in (shown, payee.bank, mask_account(payee.account)) if part
        )
        return [FactLine(self._say("new_case.confirm.payee"), words, 2)]

    def _notice_line(self) -> FactLine:
        by_phone = "notify" in self._case.application.consents
        key = "notice_message" if by_phone else "notice_window"
        return FactLine(self._say("new_case.confirm.notice"), self._say(f"new_case.confirm.{key}"), 2)


def _kin(relation: str) -> str:
    """Name the relation by its group (GB/T 4761: the first digit), a child's spouse apart."""
    if relation in ("28", "38"):
        return relation
    return relation[0] if relation[0] in "1234567" else "9"


def _path(stroke: tuple[float, ...]) -> str:
    points = [f"{x * 1000:.0f} {y * 1000:.0f}" for x, y in zip(stroke[::2], stroke[1::2], strict=True)]
    return "M" + " L".join(points)
