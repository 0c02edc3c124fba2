"""The work list: what waits for this operator, what goes on by itself, drafts, the day in numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import Property, QObject, QTimer, Signal, Slot

from kiosk.clock import local
from kiosk.ids import CaseId
from kiosk.ports.store import DraftSummary
from ui.desk import Desk, Page
from ui.qml_element import STRINGS, qml_element
from ui.rows import Rows
from ui.viewmodels.staff_words import REVEAL_MS, day_words, due_day, moment_words
from ui.viewmodels.sync_words import SyncNews
from ui.viewmodels.work_lines import AttentionLine, CaseLine, CaseLines

if TYPE_CHECKING:
    from kiosk.services.bundle import Services
    from kiosk.services.cases import WorkList

VIEWS = ("open", "drafts", "ended")


@dataclass(frozen=True)
class DraftLine:
    """A draft."""

    caseId: str
    person: str
    words: str
    saved: str
    last: bool


@dataclass(frozen=True)
class CountLine:
    """One number of the day."""

    label: str
    value: str


@qml_element
class WorkListViewModel(QObject):
    """The page a day starts and ends on."""

    changed = Signal()

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._lines = CaseLines(desk)
        self._list: WorkList | None = None
        self._view = 0
        self._sync = SyncNews("", "", "", "", "slate", needs_person=False)
        self._attention: Rows[AttentionLine] = Rows(AttentionLine, self)
        self._quiet: Rows[CaseLine] = Rows(CaseLine, self)
        self._drafts: Rows[DraftLine] = Rows(DraftLine, self)
        self._counts: Rows[CountLine] = Rows(CountLine, self)
        self._conceal = QTimer(self, singleShot=True, interval=REVEAL_MS)
        self._conceal.timeout.connect(self._mask)

    def refresh(self) -> None:
        """Read the list again."""
        operator = self._desk.operator_id

        def read(services: Services) -> WorkList:
            return services.cases.worklist(operator)

        self._desk.tasks.run(read, self._take)

    @Slot(object)
    def show_sync(self, news: SyncNews) -> None:
        """Take the state of the queue."""
        self._sync = news
        self.changed.emit()

    def leave(self) -> None:
        """Show nothing any more: somebody else may sign in."""
        self._list = None
        self._view = 0
        self._lines.revealed = False
        self._conceal.stop()
        self._write()

    # ---- what a person does
    @Slot()
    def newCase(self) -> None:
        """Begin a case."""
        self._desk.go(Page.NEW_CASE, "")

    @Slot()
    def lookUp(self) -> None:
        """Go to the look-up."""
        self._desk.go(Page.LOOK_UP, "")

    @Slot()
    def openGuide(self) -> None:
        """Go to the guide."""
        self._desk.go(Page.GUIDE, "")

    @Slot()
    def openStatistics(self) -> None:
        """Go to the figures."""
        self._desk.go(Page.STATISTICS, "")

    @Slot()
    def openDayEnd(self) -> None:
        """Go to the day's end."""
        self._desk.go(Page.DAY_END, "")

    @Slot()
    def openSync(self) -> None:
        """Go to the sync centre."""
        self._desk.go(Page.SYNC, "")

    @Slot(str)
    def openCase(self, number: str) -> None:
        """Open a case."""
        self._desk.go(Page.CASE, number)

    @Slot(str)
    def openDraft(self, case_id: str) -> None:
        """Go on with a draft."""
        self._desk.go(Page.NEW_CASE, CaseId(case_id))

    @Slot(int)
    def choose(self, view: int) -> None:
        """Show open cases, drafts or finished ones."""
        self._view = view
        self._write()

    @Slot()
    def reveal(self) -> None:
        """Show the names for five seconds."""
        self._lines.revealed = True
        self._conceal.start()
        self._write()

    # ---- what the page shows
    @Property(str, notify=changed)
    def title(self) -> str:
        """The one sentence at the top."""
        if self._list is None:
            return ""
        count = len(self._list.attention)
        if count:
            return self._desk.say("screen.worklist.waiting", count=count)
        key = "nothing_waiting" if self._list.in_progress else "nothing_at_all"
        return self._desk.say(f"screen.worklist.{key}")

    @Property(str, notify=changed)
    def subtitle(self) -> str:
        """How many are open, and the next date."""
        if self._list is None:
            return ""
        cases = self._list.attention + self._list.in_progress
        days = sorted(day for case in cases if (day := due_day(case.promise_due)))
        if not days:
            drafts = len(self._list.drafts)
            return self._desk.say(f"screen.worklist.{'only_drafts' if drafts else 'in_progress_none'}", count=drafts)
        today = local(self._desk.clock.now()).date()
        first = day_words(days[0], today, self._desk.say)
        return self._desk.say("screen.worklist.in_progress", count=len(cases), date=first)

    @Property(int, notify=changed)
    def view(self) -> int:
        """0 open cases, 1 drafts, 2 finished ones."""
        return self._view

    @Property(STRINGS, notify=changed)
    def views(self) -> list[str]:
        """The words of the three views."""
        drafts = len(self._list.drafts) if self._list else 0
        return [self._desk.say(f"screen.worklist.view_{name}", count=drafts) for name in VIEWS]

    @Property(str, notify=changed)
    def listTitle(self) -> str:
        """The head of the list below."""
        return self._desk.say(f"screen.worklist.{('going_on', 'drafts', 'ended')[self._view]}")

    @Property(str, notify=changed)
    def listWords(self) -> str:
        """What is said beside it."""
        key = ("going_on", "drafts", "ended")[self._view]
        return self._desk.say(f"screen.worklist.{key}_words", count=self._quiet.rowCount())

    @Property(bool, notify=changed)
    def empty(self) -> bool:
        """Whether the chosen view has nothing to list."""
        if self._list is None:
            return False
        rows = (self._attention.rowCount() + self._quiet.rowCount(), self._drafts.rowCount(), self._quiet.rowCount())
        return not rows[self._view]

    @Property(str, notify=changed)
    def emptyTitle(self) -> str:
        """Said in place of an empty list."""
        return self._desk.say(f"screen.worklist.no_{VIEWS[self._view]}")

    @Property(str, notify=changed)
    def emptyWords(self) -> str:
        """And what to do."""
        return self._desk.say(f"screen.worklist.no_{VIEWS[self._view]}_words")

    @Property(QObject, constant=True)
    def attention(self) -> QObject:
        """Cases that need a person."""
        return self._attention

    @Property(QObject, constant=True)
    def cases(self) -> QObject:
        """Cases that go on by themselves, or have ended."""
        return self._quiet

    @Property(QObject, constant=True)
    def drafts(self) -> QObject:
        """Drafts."""
        return self._drafts

    @Property(QObject, constant=True)
    def counts(self) -> QObject:
        """The day in numbers."""
        return self._counts

    @Property(str, notify=changed)
    def todayWords(self) -> str:
        """The date."""
        today = local(self._desk.clock.now()).date()
        return day_words(today, date.min, self._desk.say, weekday=True)

    @Property(bool, notify=changed)
    def revealed(self) -> bool:
        """Whether the names are being shown."""
        return self._lines.revealed

    @Property(str, notify=changed)
    def syncHeadline(self) -> str:
        """How many wait to go."""
        return self._sync.headline

    @Property(str, notify=changed)
    def syncWords(self) -> str:
        """The last delivery and what to expect."""
        return self._sync.words

    @Property(str, notify=changed)
    def network(self) -> str:
        """The network in words."""
        return self._sync.network

    @Property(str, notify=changed)
    def networkTone(self) -> str:
        """`slate`, `green` or `amber`."""
        return self._sync.tone

    def _take(self, work: WorkList) -> None:
        self._list = work
        self._write()

    @Slot()
    def _mask(self) -> None:
        self._lines.revealed = False
        self._write()

    def _write(self) -> None:
        work = self._list
        if work is None:
            for rows in (self._attention, self._quiet, self._drafts, self._counts):
                rows.show([])
            self.changed.emit()
            return
        self._attention.show(self._lines.attention(work.attention if self._view == 0 else ()))
        self._quiet.show(self._lines.quiet((work.in_progress, (), work.ended)[self._view]))
        self._drafts.show(self._draft_lines(work.drafts) if self._view == 1 else [])
        today = work.today
        self._counts.show(
            [
                CountLine(
                    self._desk.say(f"screen.worklist.{key}"), self._desk.say("screen.cases", count=getattr(today, key))
                )
                for key in ("taken_in", "delivered", "on_the_way", "finished")
            ]
        )
        self.changed.emit()

    def _draft_lines(self, drafts: tuple[DraftSummary, ...]) -> list[DraftLine]:
        say = self._desk.say
        now = self._desk.clock.now()
        return [
            DraftLine(
                caseId=draft.case_id,
                person=self._lines.name(draft.title) if draft.title else say("screen.worklist.draft_untitled"),
                words=say("screen.worklist.draft_step", step=draft.step + 1),
                saved=say("screen.worklist.draft_saved", when=moment_words(draft.updated_at, now, say)),
                last=place == len(drafts) - 1,
            )
            for place, draft in enumerate(drafts)
        ]
