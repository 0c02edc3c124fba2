"""Taken in (已收件): the number, the papers, what comes next and by when, and one voluntary rating."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from kiosk.clock import local, parse
from kiosk.domain.application import decode
from kiosk.domain.case import Case, MatterState
from kiosk.domain.masks import mask_name
from kiosk.domain.numbering import grouped
from kiosk.domain.paper import PaperKind
from kiosk.errors import KioskError
from kiosk.ports.paper_store import PrintJob
from kiosk.ports.printers import PrintJobState
from kiosk.services.ratings import Level
from ui.desk import Desk
from ui.qml_element import STRINGS, qml_element
from ui.qr import draw
from ui.rows import Rows
from ui.typed_property import Property
from ui.viewmodels.choice import Choice
from ui.viewmodels.taken_in_lines import OPEN, NextRow, PaperRow, paper_row, papers_beside, timeline, trouble_words
from ui.viewmodels.words import Say, explain

POLL_MS = 1_000
STEP_NAMES = ("identity", "circumstance", "information", "materials", "confirm")
LEVELS: tuple[Level, ...] = (5, 4, 3, 2, 1)
LOW_REASONS = ("waiting", "words", "manner", "trips", "other")


@qml_element
class TakenInViewModel(QObject):
    """The page after the last step. The case is durable; nothing here can harm it.

    Ratings come 5 to 1 with nothing preselected; the two lowest ask for a reason before they are kept; one rating a
    case.
    """

    changed = Signal()
    finished = Signal()
    opened = Signal(str)

    def __init__(self, case_number: str, desk: Desk) -> None:
        super().__init__()
        self._number = case_number
        self._desk = desk
        self._say = desk.say
        self._qr_side, self._qr_path = draw(case_number)
        self._who = ""
        self._saved = ""
        self._notice_way = ""
        self._papers: Rows[PaperRow] = Rows(PaperRow, self)
        self._next: Rows[NextRow] = Rows(NextRow, self)
        self._levels: Rows[Choice] = Rows(Choice, self)
        self._reasons: Rows[Choice] = Rows(Choice, self)
        self._jobs: tuple[PrintJob, ...] = ()
        self._problem = ""
        self._level: Level | None = None
        self._reason = ""
        self._rated = False
        self._declined = False
        self._rating = False
        self._left = False
        self._poll = QTimer(self)
        self._poll.setInterval(POLL_MS)
        self._poll.timeout.connect(self.look)
        self._refresh()

    def start(self) -> None:
        """Fetch the case, queue its receipt and watch the print job."""
        number, operator_id = self._number, self._desk.operator_id
        self._desk.tasks.run(lambda services: services.cases.open(number, operator_id), self._show_case)
        self.printAgain()

    def stop(self) -> None:
        """Watch no more: the page is left; papers that are still to be queued need nobody to watch them."""
        self._left = True
        self._poll.stop()

    # ---- what a person does
    @Slot()
    def printAgain(self) -> None:
        """Print one more copy of the receipt; copies are counted."""
        self._problem = ""
        self._issue(PaperKind.RECEIPT_OF_MATERIALS)
        self._poll.start()
        self.changed.emit()

    @Slot(int)
    def chooseLevel(self, level: int) -> None:
        """Choose a level; from 3 up it is kept at once, below a reason is asked for."""
        known = next((known for known in LEVELS if known == level), None)
        if self._rated or self._rating or known is None:
            return
        self._level = known
        self._reason = ""
        if level >= 3:
            self._send()
        self._refresh()

    @Slot(str)
    def chooseReason(self, key: str) -> None:
        """Give the reason for a low level."""
        if self.needsReason and key in LOW_REASONS:
            self._reason = self._say(f"new_case.rating.reason_{key}")
            self._send()
            self._refresh()

    @Slot()
    def declineRating(self) -> None:
        """Answer 不评价."""
        if not (self._rated or self._rating):
            self._level = None
            self._reason = ""
            self._declined = True
            self._send()
            self._refresh()

    @Slot()
    def finish(self) -> None:
        """Go on to the next family; papers print on."""
        self.stop()
        self.finished.emit()

    @Slot()
    def openCase(self) -> None:
        """Look at the case."""
        self.stop()
        self.opened.emit(self._number)

    # ---- what is shown
    @Property(str, constant=True)
    def numberHead(self) -> str:
        """The groups of the number that stay the same at this counter."""
        return " ".join(grouped(self._number).split(" ")[:3])

    @Property(str, constant=True)
    def numberTail(self) -> str:
        """The groups that are this case's own."""
        return " ".join(grouped(self._number).split(" ")[3:])

    @Property(str, constant=True)
    def number(self) -> str:
        """The whole number in groups."""
        return grouped(self._number)

    @Property(int, constant=True)
    def qrSide(self) -> int:
        """Modules a side."""
        return self._qr_side

    @Property(str, constant=True)
    def qrPath(self) -> str:
        """The dark modules."""
        return self._qr_path

    @Property(str, constant=True)
    def qrWords(self) -> str:
        """What the code is good for."""
        return self._say("new_case.taken_in.qr_window")

    @Property(str, notify=changed)
    def who(self) -> str:
        """Whose case, how many matters; names masked."""
        return self._who

    @Property(str, notify=changed)
    def savedWords(self) -> str:
        """When it was taken in."""
        return self._saved

    @Property(str, notify=changed)
    def noticeWay(self) -> str:
        """How the family hears of progress."""
        return self._notice_way

    @Property(STRINGS, constant=True)
    def steps(self) -> list[str]:
        """The steps, all done."""
        return [self._say(f"new_case.steps.{name}") for name in STEP_NAMES]

    @Property(str, constant=True)
    def operatorWords(self) -> str:
        """The window and the operator."""
        operator = self._desk.operator
        return self._say("new_case.who", window=self._desk.parts.station.window, name=operator.name if operator else "")

    @Property(str, constant=True)
    def askWords(self) -> str:
        """Whom to ask."""
        return self._say("new_case.taken_in.ask", phone=self._desk.parts.station.phone)

    @Property(QObject, constant=True)
    def papers(self) -> QObject:
        """Copies and their states."""
        return self._papers

    @Property(QObject, constant=True)
    def next(self) -> QObject:
        """What comes next."""
        return self._next

    @Property(QObject, constant=True)
    def levels(self) -> QObject:
        """The five levels."""
        return self._levels

    @Property(QObject, constant=True)
    def reasons(self) -> QObject:
        """Reasons for a low level."""
        return self._reasons

    @Property(bool, notify=changed)
    def needsReason(self) -> bool:
        """Whether a reason is asked for."""
        return self._level is not None and self._level <= 2 and not (self._rated or self._rating)

    @Property(bool, notify=changed)
    def rated(self) -> bool:
        """Whether the answer is kept."""
        return self._rated

    @Property(str, notify=changed)
    def ratingWords(self) -> str:
        """What has become of the rating."""
        if self._rated:
            return self._say("new_case.rating.declined" if self._declined else "new_case.rating.kept")
        return self._say("new_case.rating.reason" if self.needsReason else "new_case.rating.voluntary")

    @Property(str, notify=changed)
    def paperWords(self) -> str:
        """What hinders the papers, or how many there are."""
        if self._problem:
            return self._problem
        troubled = next((job for job in self._jobs if job.state in OPEN and job.problem), None)
        if troubled:
            return trouble_words(troubled.problem, self._say)
        return self._say("new_case.taken_in.copies", count=len(self._jobs))

    @Property(bool, notify=changed)
    def paperTrouble(self) -> bool:
        """Whether a person must see to the printer."""
        return bool(self._problem) or any(
            job.state is PrintJobState.FAILED or (job.state in OPEN and job.problem) for job in self._jobs
        )

    @Property(str, notify=changed)
    def hint(self) -> str:
        """One sentence for the bottom bar."""
        if self.needsReason:
            return self._say("new_case.rating.hint_reason")
        printing = any(job.state in OPEN for job in self._jobs) or not self._jobs
        if self.paperTrouble:
            return self._say("new_case.taken_in.hint_trouble")
        return self._say("new_case.taken_in.hint_printing" if printing else "new_case.taken_in.hint_printed")

    # ---- inside
    def _issue(self, kind: PaperKind) -> None:
        number, operator_id = self._number, self._desk.operator_id
        self._desk.tasks.run(
            lambda services: services.papers.issue(number, kind, operator_id), lambda _: self.look(), self._not_issued
        )

    def _show_case(self, case: Case) -> None:
        application = decode(case.application)
        assessment = self._desk.parts.assess(application)
        taken_in_at = local(parse(case.taken_in_at))
        applying = [matter for matter in case.matters if matter.state is not MatterState.AWAITING_VERIFICATION]
        self._who = self._say(
            "new_case.taken_in.who",
            deceased=mask_name(application.deceased.name or ""),
            applicant=mask_name(application.applicant.name or ""),
            count=len(applying),
        )
        self._saved = self._say("new_case.taken_in.saved", time=taken_in_at.strftime("%H:%M"))
        phone = application.applicant.phone
        by_message = phone and "notify" in application.consents
        self._notice_way = (
            self._say("new_case.taken_in.by_message", tail=(phone or "")[-4:])
            if by_message
            else self._say("new_case.taken_in.by_window")
        )
        self._next.show(timeline(application, assessment, taken_in_at.date(), self._say))
        for kind in papers_beside(case):
            self._issue(kind)
        self.changed.emit()

    @Slot()
    def look(self) -> None:
        """Ask how the papers stand."""
        if self._left:
            return
        number = self._number
        self._desk.tasks.run(lambda services: services.papers.jobs(number), self._show_jobs)

    def _show_jobs(self, jobs: Sequence[PrintJob]) -> None:
        self._jobs = tuple(jobs)
        if jobs and all(job.state not in OPEN for job in jobs):
            self._poll.stop()
        self._refresh()

    def _not_issued(self, error: KioskError) -> None:
        if self._left:
            return
        self._poll.stop()
        self._problem = explain(error, self._desk)
        self._refresh()

    def _send(self) -> None:
        self._rating = True
        number, level, reason, operator_id = self._number, self._level, self._reason, self._desk.operator_id
        self._desk.tasks.run(
            lambda services: services.ratings.rate(number, level, reason, operator_id),
            lambda _: self._kept(),
            self._not_kept,
        )

    def _kept(self) -> None:
        self._rating = False
        self._rated = True
        self._refresh()

    def _not_kept(self, error: KioskError) -> None:
        self._rating = False
        self._level = None
        self._declined = False
        self._problem = explain(error, self._desk)
        self._refresh()

    def _refresh(self) -> None:
        self._papers.show([paper_row(job, self._say) for job in self._jobs])
        self._levels.show(
            [Choice(str(level), self._say(f"new_case.rating.level_{level}"), level == self._level) for level in LEVELS]
        )
        self._reasons.show([Choice(key, text, text == self._reason) for key, text in _reason_words(self._say)])
        self.changed.emit()


def _reason_words(say: Say) -> list[tuple[str, str]]:
    return [(key, say(f"new_case.rating.reason_{key}")) for key in LOW_REASONS]
