"""One case: each matter's way, what needs a person, delivery, papers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Property, QObject, QTimer, Signal, Slot

from kiosk.clock import local
from kiosk.domain.application import Application, decode
from kiosk.domain.case import Case, CaseMatter, Delivery, MatterState
from kiosk.domain.masks import Place, mask_name, mask_number, mask_phone
from kiosk.domain.paper import PaperKind
from kiosk.errors import KioskError
from kiosk.ports.printers import PrinterStatus, PrintJobState
from kiosk.ports.store import PrintedPaper, PrintJob
from ui.desk import Desk, Page
from ui.qml_element import STRINGS, qml_element
from ui.rows import Rows
from ui.viewmodels.staff_words import REVEAL_MS, grouped_number, moment_words

if TYPE_CHECKING:
    from kiosk.services.bundle import Services

STAGES = 4
_STAGE = {
    MatterState.TAKEN_IN: 1,
    MatterState.AWAITING_VERIFICATION: 1,
    MatterState.ACCEPTED: 2,
    MatterState.IN_PROGRESS: 2,
    MatterState.CORRECTION_REQUESTED: 2,
    MatterState.MOVED_OFFLINE: 2,
    MatterState.REFUSED: 2,
    MatterState.WITHDRAWN: 2,
    MatterState.FINISHED: STAGES,
}
"""How many of the four stages a matter has behind it once the hub has the case."""
_STOPPED = {MatterState.CORRECTION_REQUESTED, MatterState.REFUSED}
_ENDED = {MatterState.FINISHED, MatterState.WITHDRAWN}
_OFFERED = (PaperKind.RECEIPT_OF_MATERIALS,)
_JOB_TONE = {PrintJobState.DONE: "green", PrintJobState.PRINTING: "slate", PrintJobState.QUEUED: "neutral"}


@dataclass(frozen=True)
class MatterLine:
    """A matter's way."""

    name: str
    department: str
    stage: int
    stopped: bool
    standing: str
    tone: str
    date: str
    last: bool


@dataclass(frozen=True)
class PaperLine:
    """A paper: how often it was printed and how the last copy fares."""

    kind: str
    name: str
    printed: str
    job: str
    tone: str
    verb: str
    last: bool


@dataclass(frozen=True)
class _Read:
    case: Case
    printed: list[PrintedPaper]
    jobs: list[PrintJob]


@qml_element
class CaseViewModel(QObject):
    """The page of one case."""

    changed = Signal()

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._case: Case | None = None
        self._application = Application()
        self._revealed = False
        self._matters: Rows[MatterLine] = Rows(MatterLine, self)
        self._papers: Rows[PaperLine] = Rows(PaperLine, self)
        self._conceal = QTimer(self, singleShot=True, interval=REVEAL_MS)
        self._conceal.timeout.connect(self._mask)

    def show(self, number: str) -> None:
        """Open a case; who looked is noted."""
        self.leave()
        self._read(number)

    def refresh(self) -> None:
        """Read the open case again."""
        if self._case:
            self._read(self._case.case_number)

    def refresh_papers(self) -> None:
        """Ask how the papers fare."""
        if self._case is None:
            return
        number = self._case.case_number

        def read(services: Services) -> tuple[list[PrintedPaper], list[PrintJob]]:
            return services.papers.printed(number), services.papers.jobs(number)

        self._desk.tasks.run(read, self._take_papers)

    def leave(self) -> None:
        """Show nothing of the case any more."""
        self._case = None
        self._application = Application()
        self._revealed = False
        self._conceal.stop()
        self._matters.show([])
        self._papers.show([])
        self.changed.emit()

    # ---- what a person does
    @Slot()
    def back(self) -> None:
        """Go back to the work list."""
        self._desk.go(Page.WORK_LIST, "")

    @Slot()
    def openSync(self) -> None:
        """Go to the sync centre."""
        self._desk.go(Page.SYNC, "")

    @Slot()
    def reveal(self) -> None:
        """Show names and numbers for five seconds."""
        self._revealed = True
        self._conceal.start()
        self.changed.emit()

    @Slot(str)
    def printPaper(self, kind: str) -> None:
        """Print a copy; it is counted."""
        if self._case is None:
            return
        number, operator = self._case.case_number, self._desk.operator_id

        def issue(services: Services) -> tuple[list[PrintedPaper], list[PrintJob]]:
            services.papers.issue(number, PaperKind(kind), operator)
            return services.papers.printed(number), services.papers.jobs(number)

        self._desk.tasks.run(issue, self._take_papers)

    # ---- what the page shows
    @Property(bool, notify=changed)
    def open(self) -> bool:
        """Whether a case is shown."""
        return self._case is not None

    @Property(str, notify=changed)
    def person(self) -> str:
        """The deceased's name."""
        return self._name(self._application.deceased.name)

    @Property(str, notify=changed)
    def number(self) -> str:
        """The case number in groups."""
        return grouped_number(self._case.case_number) if self._case else ""

    @Property(str, notify=changed)
    def info(self) -> str:
        """Who applied, when and where it was taken in."""
        if self._case is None:
            return ""
        when = moment_words(self._case.taken_in_at, self._desk.clock.now(), self._desk.say)
        name = self._name(self._application.applicant.name)
        return self._desk.say("screen.case.info", name=name, date=f"{when} ", window=self._desk.parts.station.window)

    @Property(bool, notify=changed)
    def revealed(self) -> bool:
        """Whether names and numbers are being shown."""
        return self._revealed

    @Property(str, notify=changed)
    def deceasedNumber(self) -> str:
        """The deceased's document number."""
        return self._number(self._application.deceased.document_number)

    @Property(str, notify=changed)
    def applicant(self) -> str:
        """The applicant's name."""
        return self._name(self._application.applicant.name)

    @Property(str, notify=changed)
    def applicantNumber(self) -> str:
        """The applicant's document number."""
        return self._number(self._application.applicant.document_number)

    @Property(str, notify=changed)
    def phone(self) -> str:
        """The applicant's telephone number."""
        phone = self._application.applicant.phone or ""
        return phone if self._revealed else mask_phone(phone) if phone else ""

    @Property(str, notify=changed)
    def finishedWords(self) -> str:
        """How many matters are finished; empty when none is."""
        return self._count("finished", sum(m.state in _ENDED for m in self._case_matters))

    @Property(str, notify=changed)
    def goingWords(self) -> str:
        """How many go on."""
        return self._count("going", sum(m.state not in _STOPPED | _ENDED for m in self._case_matters))

    @Property(str, notify=changed)
    def stoppedWords(self) -> str:
        """How many need a person."""
        return self._count("stopped", len(self._stopped))

    @Property(STRINGS, constant=True)
    def stages(self) -> list[str]:
        """The four stages."""
        return self._desk.say("screen.case.stages").split(" ")

    @Property(bool, notify=changed)
    def attention(self) -> bool:
        """Whether a department waits for something."""
        return bool(self._stopped)

    @Property(str, notify=changed)
    def attentionTitle(self) -> str:
        """Which department, and what it is about."""
        if not self._stopped:
            return ""
        matter = self._stopped[0]
        key = "correction_title" if matter.state is MatterState.CORRECTION_REQUESTED else "refused_title"
        return self._desk.say(f"screen.case.{key}", department=matter.department)

    @Property(str, notify=changed)
    def attentionMatter(self) -> str:
        """The matter, and when the department said so."""
        if not self._stopped:
            return ""
        matter = self._stopped[0]
        when = matter.updated_at
        said = moment_words(when, self._desk.clock.now(), self._desk.say) if when else ""
        return f"{matter.name}　{said}" if said else matter.name

    @Property(str, notify=changed)
    def attentionWords(self) -> str:
        """The department's own words."""
        return self._stopped[0].words if self._stopped else ""

    @Property(str, notify=changed)
    def othersWords(self) -> str:
        """That the others go on."""
        others = len(self._case_matters) - len(self._stopped)
        return self._desk.say("screen.case.others_go_on", count=others) if others > 0 else ""

    @Property(str, notify=changed)
    def deliveryState(self) -> str:
        """Delivery in a word."""
        return self._desk.say(f"screen.sync.{self._case.delivery.value}") if self._case else ""

    @Property(str, notify=changed)
    def deliveryTone(self) -> str:
        """`green`, `amber`, `slate` or `neutral`."""
        tones = {Delivery.DELIVERED: "green", Delivery.NEEDS_ATTENTION: "amber", Delivery.IN_FLIGHT: "slate"}
        return tones.get(self._case.delivery, "neutral") if self._case else "neutral"

    @Property(str, notify=changed)
    def deliveryWords(self) -> str:
        """Delivery in a sentence."""
        if self._case is None:
            return ""
        at = self._case.delivered_at
        when = moment_words(at, self._desk.clock.now(), self._desk.say) if at else ""
        return self._desk.say(f"screen.case.delivery_{self._case.delivery.value}", when=when)

    @Property(bool, notify=changed)
    def deliveryNeedsPerson(self) -> bool:
        """Whether the hub refused something."""
        return self._case is not None and self._case.delivery is Delivery.NEEDS_ATTENTION

    @Property(str, notify=changed)
    def official(self) -> str:
        """The hub's number, empty until it gave one."""
        number = self._case.official_number if self._case else None
        return self._desk.say("screen.case.official", number=number) if number else ""

    @Property(QObject, constant=True)
    def matters(self) -> QObject:
        """The matters, stopped ones on top."""
        return self._matters

    @Property(QObject, constant=True)
    def papers(self) -> QObject:
        """The papers."""
        return self._papers

    @property
    def _case_matters(self) -> tuple[CaseMatter, ...]:
        return self._case.matters if self._case else ()

    @property
    def _stopped(self) -> list[CaseMatter]:
        return [matter for matter in self._case_matters if matter.state in _STOPPED]

    def _name(self, name: str | None) -> str:
        return (name if self._revealed else mask_name(name)) if name else ""

    def _number(self, number: str | None) -> str:
        return (number if self._revealed else mask_number(number, Place.STAFF_SCREEN)) if number else ""

    def _count(self, key: str, count: int) -> str:
        return self._desk.say(f"screen.case.{key}", count=count) if count else ""

    def _mask(self) -> None:
        self._revealed = False
        self.changed.emit()

    def _read(self, number: str) -> None:
        operator = self._desk.operator_id

        def read(services: Services) -> _Read:
            case = services.cases.open(number, operator)
            return _Read(case, services.papers.printed(number), services.papers.jobs(number))

        self._desk.tasks.run(read, self._take, self._failed)

    def _failed(self, error: KioskError) -> None:
        self._desk.go(Page.WORK_LIST, "")
        self._desk.fail(error)

    def _take(self, read: _Read) -> None:
        self._case = read.case
        self._application = decode(read.case.application)
        self._matters.show(self._matter_lines(read.case))
        self._take_papers((read.printed, read.jobs))

    def _take_papers(self, news: tuple[list[PrintedPaper], list[PrintJob]]) -> None:
        printed, jobs = news
        self._papers.show(paper_lines(printed, jobs, self._desk))
        self.changed.emit()

    def _matter_lines(self, case: Case) -> list[MatterLine]:
        matters = sorted(case.matters, key=lambda m: (m.state not in _STOPPED, m.state in _ENDED))
        return [self._matter_line(case, matter, last=place == len(matters) - 1) for place, matter in enumerate(matters)]

    def _matter_line(self, case: Case, matter: CaseMatter, *, last: bool) -> MatterLine:
        delivered = case.delivery is Delivery.DELIVERED
        ended = matter.state in _ENDED
        stopped = matter.state in _STOPPED
        date = matter.due_text
        if ended and matter.updated_at:
            day = local(self._desk.clock.now())
            date = moment_words(matter.updated_at, day, self._desk.say)
        return MatterLine(
            name=matter.name,
            department=matter.department,
            stage=_STAGE[matter.state] if delivered else 0,
            stopped=stopped,
            standing=self._desk.say(f"screen.case.state.{matter.state.value}"),
            tone="amber" if stopped else "green" if ended else "slate",
            date=date,
            last=last,
        )


def paper_lines(printed: list[PrintedPaper], jobs: list[PrintJob], desk: Desk) -> list[PaperLine]:
    """Write the papers that can be printed here, with their counts and the newest copy's real state."""
    counts = {paper.kind: paper.copies for paper in printed}
    newest = {job.kind: job for job in jobs}
    kinds = list(dict.fromkeys([*(kind.value for kind in _OFFERED), *counts]))
    rows = []
    for place, kind in enumerate(kinds):
        job = newest.get(kind)
        copies = counts.get(kind, 0)
        state, tone = job_words(job, desk) if job else ("", "neutral")
        rows.append(
            PaperLine(
                kind=kind,
                name=desk.say(f"screen.case.paper.{kind}"),
                printed=desk.say("screen.case.printed" if copies else "screen.case.never_printed", count=copies),
                job=state,
                tone=tone,
                verb=desk.say("screen.case.reprint" if copies else "screen.case.print"),
                last=place == len(kinds) - 1,
            )
        )
    return rows


def job_words(job: PrintJob, desk: Desk) -> tuple[str, str]:
    """Write how a copy fares, and its tone: a printer's trouble is said as such."""
    if job.state in {PrintJobState.QUEUED, PrintJobState.PRINTING, PrintJobState.HELD} and job.problem:
        if job.problem == PrinterStatus.PAPER_OUT:
            return desk.say("screen.case.job.paper_out"), "amber"
        known = job.problem in set(PrinterStatus)
        return desk.say(f"printer_status.{job.problem}") if known else desk.say("screen.case.job.held"), "amber"
    return desk.say(f"screen.case.job.{job.state.value}"), _JOB_TONE.get(job.state, "amber")
