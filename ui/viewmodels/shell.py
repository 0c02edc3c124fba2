"""The frame of all pages: which page shows, the head and foot, cards to the page that waits, locking."""

from __future__ import annotations

from enum import IntEnum
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import Property, QEnum, QObject, QTimer, Signal, Slot

from kiosk.errors import ErrorCode, KioskError
from kiosk.messages import Description, describe
from kiosk.ports.cards import CardEvent, CardRead, ReaderChanged
from ui.desk import PAGE_FILES, UNDER, Desk, Page
from ui.parts import UiParts
from ui.qml_element import STRINGS, qml_element
from ui.tasks import Tasks
from ui.viewmodels.dock import DockViewModel
from ui.viewmodels.sign_in import SignInViewModel
from ui.viewmodels.visit import Visit

if TYPE_CHECKING:
    from kiosk.ports.store import OperatorRecord
    from kiosk.ports.sync import SyncReport
    from ui.viewmodels.guide import GuideViewModel
    from ui.viewmodels.pages import Pages
    from ui.viewmodels.status import StatusViewModel

_PLACES = (Page.WORK_LIST, Page.LOOK_UP, Page.SYNC, Page.DEVICES)


@qml_element
class ShellViewModel(QObject):
    """Decides which page shows and what it is about. GUI thread only.

    A known failure that no page took shows as a banner; an unknown one as a calm page with its support code. Locking
    keeps the page that was open for the same operator; another one gets the work list and the draft stays in the store.
    """

    class Place(IntEnum):
        """Pages for QML; the same numbers as `ui.desk.Page`."""

        SignIn = Page.SIGN_IN
        WorkList = Page.WORK_LIST
        LookUp = Page.LOOK_UP
        Sync = Page.SYNC
        Devices = Page.DEVICES
        Case = Page.CASE
        NewCase = Page.NEW_CASE
        TakenIn = Page.TAKEN_IN
        Trouble = Page.TROUBLE
        Guide = Page.GUIDE
        Statistics = Page.STATISTICS
        DayEnd = Page.DAY_END
        Elsewhere = Page.ELSEWHERE

    QEnum(Place)

    changed = Signal()
    pageChanged = Signal()
    clockChanged = Signal()

    def __init__(self, parts: UiParts, tasks: Tasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = Desk(parts, tasks, self.go, self.fail)
        self._page = Page.SIGN_IN
        self._locked_from: Page | None = None
        self._last_operator: OperatorRecord | None = None
        self._trouble: Description | None = None
        self._facts: tuple[str, ...] = ()
        self._started = False
        self._sign_in = SignInViewModel(self._desk, self)
        self._guide: GuideViewModel | None = None
        self._dock = DockViewModel(self._desk, parts.training, self)
        self._visit = Visit(self._desk, self, self._show)
        self._sign_in.signedIn.connect(self._signed_in)
        self._idle = QTimer(self, singleShot=True, interval=parts.screen.lock_after_s * 1000)
        self._idle.timeout.connect(self.lock)

    # ---- what the program does
    def start(self) -> None:
        """Begin to look at the clock, the queue and the devices."""
        self._started = True
        self._status.start()

    def stop(self) -> None:
        """Look no more."""
        if self._started:
            self._status.stop()
        self._idle.stop()
        self._visit.close_taken_in()

    def go(self, page: Page, subject: str) -> None:
        """Show a page. Its subject is a case number (and a sheet), or a draft's case id; none begins a new draft."""
        match page:
            case Page.NEW_CASE:
                self._visit.open_draft(subject)
                return
            case Page.CASE:
                self._pages.case.show(subject)
            case Page.ELSEWHERE:
                self._pages.elsewhere.show(subject)
            case Page.TAKEN_IN:
                self._visit.open_taken_in(subject)
            case Page.GUIDE:
                from ui.viewmodels.guide import GuideViewModel  # noqa: PLC0415  the first page does not wait for it

                self._guide = GuideViewModel(self._desk)
            case _:
                pass
        self._show(page)

    def fail(self, error: KioskError) -> None:
        """Say a failure that no page took."""
        self._trouble = describe(error, self._desk.parts.screen.language)
        if error.code is ErrorCode.UNEXPECTED:
            self._show(Page.TROUBLE)
        self.changed.emit()

    def touched(self) -> None:
        """Somebody is there: wait anew before locking."""
        if self._desk.operator is not None:
            self._idle.start()

    def on_card(self, event: CardEvent) -> None:
        """Take a reader's news to the page that waits for cards."""
        if isinstance(event, ReaderChanged):
            self._status.on_reader(event)
            return
        self.touched()
        match self._page:
            case Page.NEW_CASE if self._visit.new_case:
                self._visit.new_case.on_card(event)
            case Page.LOOK_UP:
                self._pages.look_up.on_card(event)
            case Page.ELSEWHERE:
                self._pages.elsewhere.on_card(event)
            case Page.DEVICES:
                self._pages.devices.on_card(event)
            case Page.WORK_LIST if isinstance(event, CardRead):
                self._visit.open_draft("", event)
            case _:
                pass

    def on_sync(self, report: SyncReport) -> None:
        """Take what a round with the hub told."""
        self._status.on_sync(report)
        if report.changes or report.results:
            self._refresh()
        if self.chrome and self._desk.parts.facts() != self._facts:
            self._look_at_facts()
            self.changed.emit()

    # ---- what a person does
    @Slot(int)
    def openPlace(self, place: int) -> None:
        """Go to one of the places in the head."""
        self.go(_PLACES[place], "")

    @Slot()
    def newCase(self) -> None:
        """Begin a case (F2)."""
        if self._desk.operator is not None and self.chrome:
            self.go(Page.NEW_CASE, "")

    @Slot()
    def lock(self) -> None:
        """Lock the screen; what is open stays for the same operator."""
        if self._desk.operator is None:
            return
        self._last_operator = self._desk.operator
        self._desk.operator = None
        self._locked_from = None if self._page in {Page.TROUBLE, Page.ELSEWHERE} else self._page
        self._idle.stop()
        self._desk.tasks.run(lambda services: services.session.sign_out(), lambda _: None)
        self._sign_in.wait(locked=True)
        self._show(Page.SIGN_IN)

    @Slot()
    def dismiss(self) -> None:
        """Put the banner away."""
        self._trouble = None
        self.changed.emit()

    @Slot()
    def restart(self) -> None:
        """Go back to the sign-in after trouble."""
        self._trouble = None
        self._locked_from = None
        self._desk.operator = None
        self._sign_in.wait(locked=False)
        self._show(Page.SIGN_IN)
        self._visit.close()

    # ---- what is shown
    @Property(int, notify=pageChanged)
    def page(self) -> int:
        """The page that shows, a `Place`."""
        return int(self._page)

    @Property(str, notify=pageChanged)
    def pageFile(self) -> str:
        """The page's file."""
        return f"pages/{PAGE_FILES[self._page]}.qml"

    @Property(QObject, notify=pageChanged)
    def pageModel(self) -> QObject:
        """The page's view model."""
        if self._page is Page.SIGN_IN:
            return self._sign_in
        models: dict[Page, QObject | None] = {
            Page.WORK_LIST: self._pages.worklist,
            Page.LOOK_UP: self._pages.look_up,
            Page.SYNC: self._pages.sync,
            Page.DEVICES: self._pages.devices,
            Page.CASE: self._pages.case,
            Page.GUIDE: self._guide,
            Page.STATISTICS: self._pages.statistics,
            Page.DAY_END: self._pages.day_end,
            Page.ELSEWHERE: self._pages.elsewhere,
            Page.NEW_CASE: self._visit.new_case,
            Page.TAKEN_IN: self._visit.taken_in,
        }
        return models.get(self._page) or self

    @Property(bool, notify=pageChanged)
    def chrome(self) -> bool:
        """Whether the head with the places shows."""
        return self._page in {*_PLACES, *UNDER}

    @Property(int, notify=pageChanged)
    def place(self) -> int:
        """Which of the places is open."""
        return _PLACES.index(UNDER.get(self._page, self._page)) if self.chrome else 0

    @Property(str, constant=True)
    def mode(self) -> str:
        """`window`, `helper` or `self-service`."""
        return self._desk.parts.screen.mode

    @Property(bool, constant=True)
    def largeText(self) -> bool:
        """Whether everything is drawn larger (大字)."""
        return self._desk.parts.screen.large_text

    @Property(STRINGS, constant=True)
    def places(self) -> list[str]:
        """The places in words."""
        return self._desk.say("screen.places").split(" ")

    @Property(str, constant=True)
    def product(self) -> str:
        """The product's name."""
        return self._desk.say("screen.product")

    @Property(str, notify=pageChanged)
    def who(self) -> str:
        """The window and who works there."""
        operator = self._desk.operator
        if operator is None:
            return ""
        return self._desk.say("screen.who", window=self._desk.parts.station.window, name=operator.name)

    @Property(str, notify=changed)
    def facts(self) -> str:
        """Short words for the foot, where it shows."""
        return "　".join(self._facts)

    @Property(QObject, constant=True)
    def status(self) -> QObject:
        """What head and foot say."""
        return self._status

    @Property(DockViewModel, constant=True)
    def dock(self) -> DockViewModel:
        """The training dock."""
        return self._dock

    @Property(str, constant=True)
    def trainingWords(self) -> str:
        """The mark of training on every page."""
        return self._desk.say("screen.training")

    @Property(str, constant=True)
    def dockWords(self) -> str:
        """The button that opens the dock."""
        return self._desk.say("screen.dock_button")

    @Property(str, notify=changed)
    def troubleWhat(self) -> str:
        """What happened, empty when nothing did."""
        return self._trouble.what if self._trouble else ""

    @Property(str, notify=changed)
    def troubleDo(self) -> str:
        """What to do now."""
        return self._trouble.do if self._trouble else ""

    @Property(str, notify=changed)
    def troubleCode(self) -> str:
        """The support code."""
        return self._trouble.code if self._trouble else ""

    # ---- inside
    @cached_property
    def _status(self) -> StatusViewModel:
        from ui.viewmodels.status import StatusViewModel  # noqa: PLC0415  the first page does not wait for it

        status = StatusViewModel(self._desk, self)
        status.queueMoved.connect(self._refresh)
        status.papersMoved.connect(self._papers_moved)
        status.failed.connect(self._missed)
        return status

    @cached_property
    def _pages(self) -> Pages:
        from ui.viewmodels.pages import Pages  # noqa: PLC0415  the first page does not wait for them

        return Pages(self._desk, self._status, self)

    def _show(self, page: Page) -> None:
        before = self._page
        self._page = page
        self._look_at_facts()
        self.pageChanged.emit()
        if before is not page:
            self._leave(before, page)
        self._refresh()
        self.changed.emit()

    def _look_at_facts(self) -> None:
        self._facts = self._desk.parts.facts() if self.chrome else ()

    def _leave(self, before: Page, page: Page) -> None:
        match before:
            case Page.LOOK_UP if page is not Page.CASE:
                self._pages.look_up.leave()
            case Page.ELSEWHERE:
                self._pages.elsewhere.leave()
            case Page.DEVICES:
                self._pages.devices.leave()
            case Page.GUIDE if page is not Page.SIGN_IN:
                self._guide = None  # the next person asks anew; answers still on their way keep it alive
            case Page.STATISTICS if page not in (Page.SIGN_IN, Page.CASE):
                self._pages.statistics.leave()
            case Page.CASE if page is not Page.SIGN_IN:
                self._pages.case.leave()
            case Page.NEW_CASE if page is not Page.SIGN_IN:
                self._visit.close_new_case()
            case Page.TAKEN_IN if page is not Page.SIGN_IN:
                self._visit.close_taken_in()
            case _:
                pass

    @Slot()
    def _refresh(self) -> None:
        match self._page:
            case Page.WORK_LIST:
                self._pages.worklist.refresh()
            case Page.SYNC:
                self._pages.sync.refresh()
            case Page.CASE:
                self._pages.case.refresh()
            case Page.DEVICES:
                self._pages.devices.refresh()
            case Page.STATISTICS:
                self._pages.statistics.refresh()
            case Page.DAY_END:
                self._pages.day_end.refresh()
            case _:
                pass

    @Slot(object)
    def _signed_in(self, operator: OperatorRecord) -> None:
        self._desk.operator = operator
        back = self._locked_from
        self._locked_from = None
        self._idle.start()
        if back is not None and self._last_operator and self._last_operator.operator_id == operator.operator_id:
            self._show(back)
            return
        self._visit.close()
        self._guide = None
        self._pages.case.leave()
        self._pages.look_up.leave()
        self._pages.worklist.leave()
        self._show(Page.WORK_LIST)

    @Slot()
    def _papers_moved(self) -> None:
        if self._page is Page.CASE:
            self._pages.case.refresh_papers()

    @Slot(object)
    def _missed(self, error: KioskError) -> None:
        if error.code is ErrorCode.UNEXPECTED or self._trouble is None:
            self.fail(error)
