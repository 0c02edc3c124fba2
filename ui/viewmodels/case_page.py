"""One case: each matter's way, what needs a person, delivery, papers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from kiosk.domain.application import Application, decode
from kiosk.domain.case import Case, CaseMatter, MatterState
from kiosk.domain.lifecycle import ENDED
from kiosk.domain.masks import Place, mask_name, mask_number, mask_phone
from kiosk.domain.numbering import grouped
from kiosk.domain.paper import PaperKind
from kiosk.errors import KioskError
from kiosk.ports.offers import BroughtOffer
from kiosk.ports.paper_store import PrintedPaper, PrintJob
from kiosk.services.amendments import CorrectionForm
from ui.desk import Desk, Page
from ui.qml_element import STRINGS, qml_element
from ui.rows import Rows
from ui.typed_property import Property
from ui.viewmodels.amendment import AmendmentViewModel
from ui.viewmodels.case_delivery import CaseDeliveryViewModel
from ui.viewmodels.case_lines import (
    STOPPED,
    AttentionLine,
    MatterLine,
    PaperLine,
    attention_lines,
    brought_words,
    matter_lines,
    paper_lines,
    rating_words,
    wanted_first,
    wanted_names,
)
from ui.viewmodels.case_results import CaseResultsViewModel
from ui.viewmodels.staff_words import REVEAL_MS, moment_words

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.services.bundle import Services


@dataclass(frozen=True)
class _Read:
    case: Case
    printed: list[PrintedPaper]
    jobs: list[PrintJob]
    issuable: tuple[PaperKind, ...]
    form: CorrectionForm
    brought: list[BroughtOffer]


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
        self._attention: Rows[AttentionLine] = Rows(AttentionLine, self)
        self._papers: Rows[PaperLine] = Rows(PaperLine, self)
        self._brought: list[BroughtOffer] = []
        self._wanted: dict[str, str] = {}
        self._printed: tuple[list[PrintedPaper], list[PrintJob]] = ([], [])
        self._kinds: list[str] = []
        self._all_papers = False
        self._amendment = AmendmentViewModel(desk, self)
        self._amendment.amended.connect(self.refresh)
        self._delivery = CaseDeliveryViewModel(desk, self)
        self._asked = ""
        self._results = CaseResultsViewModel(desk, self)
        self._conceal = QTimer(self, singleShot=True, interval=REVEAL_MS)
        self._conceal.timeout.connect(self._mask)

    def show(self, subject: str) -> None:
        """Open a case, by its number and perhaps, behind a space, a sheet of it; who looked is noted."""
        self.leave()
        number, _, self._asked = subject.partition(" ")
        operator = self._desk.operator_id
        self._read(lambda services: services.cases.open(number, operator))

    @Slot()
    def refresh(self) -> None:
        """Read the open case again."""
        if self._case:
            number = self._case.case_number
            self._read(lambda services: services.cases.look_again(number))

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
        self._all_papers = False
        self._amendment.show(None)
        self._delivery.show(None)
        self._results.show(None)
        self._conceal.stop()
        self._matters.show([])
        self._attention.show([])
        self._papers.show([])
        self._brought = []
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

    @Slot()
    def putIn(self) -> None:
        """Try again to put in what was brought at another station."""
        ids = [offer.offer_id for offer in self._brought if offer.aside]

        def take_up(services: Services) -> None:
            for offer_id in ids:
                services.offers.take_up(offer_id)

        self._desk.tasks.run(take_up, lambda _: self.refresh())

    @Slot()
    def togglePapers(self) -> None:
        """Show all papers that can be printed, or only the first few."""
        self._all_papers = not self._all_papers
        self._show_papers()

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
        return grouped(self._case.case_number) if self._case else ""

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
    def apart(self) -> str:
        """Why the case was filed apart from an earlier one of the same person; empty when it was not."""
        reason = self._application.file_apart_reason
        return self._desk.say("screen.case.apart", reason=reason) if reason else ""

    @Property(str, notify=changed)
    def finishedWords(self) -> str:
        """How many matters are finished; empty when none is."""
        return self._count("finished", sum(m.state is MatterState.FINISHED for m in self._case_matters))

    @Property(str, notify=changed)
    def withdrawnWords(self) -> str:
        """How many were taken back."""
        return self._count("withdrawn", sum(m.state is MatterState.WITHDRAWN for m in self._case_matters))

    @Property(str, notify=changed)
    def goingWords(self) -> str:
        """How many go on."""
        return self._count("going", len(self._going))

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

    @Property(QObject, constant=True)
    def stopped(self) -> QObject:
        """What departments wait for or refused, each with their words and by when."""
        return self._attention

    @Property(str, notify=changed)
    def othersWords(self) -> str:
        """That those which have not ended go on; empty when all the others have."""
        return self._count("others_go_on", len(self._going))

    @Property(bool, notify=changed)
    def correctable(self) -> bool:
        """Whether a department waits for a correction."""
        return any(matter.state is MatterState.CORRECTION_REQUESTED for matter in self._stopped)

    @Property(str, notify=changed)
    def brought(self) -> str:
        """What was brought at another station and is not put in yet, and why; empty without any."""
        revealed = self._revealed
        return "\n".join(brought_words(one, self._wanted, self._desk, revealed=revealed) for one in self._brought)

    @Property(bool, notify=changed)
    def broughtAside(self) -> bool:
        """Whether any of it was not put in by itself."""
        return any(offer.aside for offer in self._brought)

    @Property(str, notify=changed)
    def papersToggle(self) -> str:
        """Words of the button under the papers; empty when all show."""
        if len(self._kinds) <= self._papers.rowCount() and not self._all_papers:
            return ""
        key = "fewer_papers" if self._all_papers else "all_papers"
        return self._desk.say(f"screen.case.{key}", count=len(self._kinds))

    @Property(STRINGS, notify=changed)
    def rating(self) -> list[str]:
        """The rating, what becomes of a low one, and the tone of that; empty texts without a rating."""
        return list(rating_words(self._case.rating if self._case else None, self._desk))

    @Property(AmendmentViewModel, constant=True)
    def amendment(self) -> AmendmentViewModel:
        """What is changed in the case."""
        return self._amendment

    @Property(CaseResultsViewModel, constant=True)
    def results(self) -> CaseResultsViewModel:
        """Documents that departments gave."""
        return self._results

    @Property(CaseDeliveryViewModel, constant=True)
    def delivery(self) -> CaseDeliveryViewModel:
        """Whether the province has the case."""
        return self._delivery

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
        return [matter for matter in self._case_matters if matter.state in STOPPED]

    @property
    def _going(self) -> list[CaseMatter]:
        return [matter for matter in self._case_matters if matter.state not in STOPPED | ENDED]

    def _name(self, name: str | None) -> str:
        return (name if self._revealed else mask_name(name)) if name else ""

    def _number(self, number: str | None) -> str:
        return (number if self._revealed else mask_number(number, Place.STAFF_SCREEN)) if number else ""

    def _count(self, key: str, count: int) -> str:
        return self._desk.say(f"screen.case.{key}", count=count) if count else ""

    @Slot()
    def _mask(self) -> None:
        self._revealed = False
        self.changed.emit()

    def _read(self, fetch: Callable[[Services], Case]) -> None:
        def read(services: Services) -> _Read:
            case = fetch(services)
            number, papers = case.case_number, services.papers
            form, brought = services.amendments.form(number), services.offers.brought(number)
            return _Read(case, papers.printed(number), papers.jobs(number), papers.issuable(number), form, brought)

        self._desk.tasks.run(read, self._take, self._failed)

    def _failed(self, error: KioskError) -> None:
        self._desk.go(Page.WORK_LIST, "")
        self._desk.fail(error)

    def _take(self, read: _Read) -> None:
        self._case = read.case
        self._application = decode(read.case.application)
        self._matters.show(matter_lines(read.case.matters, self._desk, arrived=bool(read.case.delivered_at)))
        self._attention.show(attention_lines(read.case.matters, wanted_names(read.form), self._desk))
        self._kinds = wanted_first(read.issuable, read.case)
        self._brought, self._wanted = read.brought, wanted_names(read.form)
        self._amendment.show(read.case)
        self._delivery.show(read.case)
        if self._asked:
            self._amendment.open(self._asked)
            self._asked = ""
        self._results.show(read.case)
        self._take_papers((read.printed, read.jobs))

    def _take_papers(self, news: tuple[list[PrintedPaper], list[PrintJob]]) -> None:
        self._printed = news
        self._show_papers()

    def _show_papers(self) -> None:
        self._papers.show(paper_lines(self._kinds, *self._printed, self._desk, all_shown=self._all_papers))
        self.changed.emit()
