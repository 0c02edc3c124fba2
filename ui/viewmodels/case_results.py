"""Documents that departments gave: fetched when a person asks, shown page by page, printed."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from kiosk.domain.case import Case
from kiosk.errors import InputError, KioskError
from kiosk.messages import describe
from kiosk.ports.results import ResultFile, ResultState
from ui.desk import Desk
from ui.qml_element import qml_element
from ui.rows import Rows
from ui.typed_property import Property
from ui.viewmodels.words import explain

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.services.bundle import Services
    from kiosk.services.results import ShownResult

_LARGE = 1600
_DIFFERS = "result_differs"


@dataclass(frozen=True)
class ResultLine:
    """A document: what it is, how it stands, what can be done with it."""

    resultId: str
    name: str
    words: str
    needsPerson: bool
    fetchText: str
    here: bool


@qml_element
class CaseResultsViewModel(QObject):
    """The documents of the case that is open. GUI thread only.

    A document is fetched by the sync thread: what is asked for here comes with one of its next exchanges, and the page
    is refreshed then. Pictures of pages are made on the worker; one is held while it shows.
    """

    changed = Signal()

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._case: Case | None = None
        self._files: dict[str, ResultFile] = {}
        self._rows: Rows[ResultLine] = Rows(ResultLine, self)
        self._viewing = ""
        self._shown: ShownResult | None = None
        self._at = 0
        self._picture = ""
        self._notice = ""
        self._busy = False

    def show(self, case: Case | None) -> None:
        """Show the documents of a case as they stand now; None shows nothing."""
        if case is None or (self._case is not None and case.case_id != self._case.case_id):
            self._files = {}
            self._notice = ""
            self._rows.show([])
            self.closeView()
        self._case = case
        if case is not None:
            self._read(lambda services: services.results.of_case(case.case_number), case)

    # ---- what a person does
    @Slot(str)
    def fetch(self, result_id: str) -> None:
        """Ask for a document that is not here; returns at once."""
        case, operator = self._case, self._desk.operator_id
        if case is None or result_id not in self._files:
            return

        def ask(services: Services) -> list[ResultFile]:
            services.results.ask(result_id, operator)
            self._desk.parts.sync_now()
            return services.results.of_case(case.case_number)

        self._read(ask, case)

    @Slot(str)
    def view(self, result_id: str) -> None:
        """Show a document that is here from its first page."""
        result, operator = self._files.get(result_id), self._desk.operator_id
        if result is None or self._busy:
            return
        self._start()
        self._desk.tasks.run(
            lambda services: services.results.open(result, operator),
            lambda shown: self._opened(result_id, shown),
            self._failed,
        )

    @Slot(int)
    def turn(self, steps: int) -> None:
        """Show a page further on, or further back."""
        self._at += steps
        self._ask_picture()

    @Slot(str)
    def printOut(self, result_id: str) -> None:
        """Print a copy; it is counted."""
        case, result, operator = self._case, self._files.get(result_id), self._desk.operator_id
        if case is None or result is None or self._busy:
            return

        def print_out(services: Services) -> tuple[int, list[ResultFile]]:
            copy = services.results.print(result, operator)
            return copy, services.results.of_case(case.case_number)

        def printed(done: tuple[int, list[ResultFile]]) -> None:
            copy, files = done
            self._busy = False
            self._notice = self._desk.say("screen.case.result.printed", name=result.name, copy=copy)
            self._take(case, files)

        self._start()
        self._desk.tasks.run(print_out, printed, self._failed)

    @Slot()
    def closeView(self) -> None:
        """Show no document any more; nothing of it stays in memory."""
        held = self._shown is not None
        self._viewing = self._picture = ""
        self._shown = None
        self.changed.emit()
        if held:
            self._desk.tasks.run(lambda services: services.results.close(), lambda _: None)

    # ---- what the page shows
    @Property(QObject, constant=True)
    def rows(self) -> QObject:
        """The documents."""
        return self._rows

    @Property(bool, notify=changed)
    def any(self) -> bool:
        """Whether a department has given one."""
        return bool(self._files)

    @Property(bool, notify=changed)
    def busy(self) -> bool:
        """Whether one is being opened or printed."""
        return self._busy

    @Property(str, notify=changed)
    def notice(self) -> str:
        """What came of the last thing that was asked."""
        return self._notice

    @Property(str, notify=changed)
    def viewing(self) -> str:
        """Id of the document that is shown, empty when none is."""
        return self._viewing

    @Property(str, notify=changed)
    def title(self) -> str:
        """Its name."""
        return self._files[self._viewing].name if self._viewing in self._files else ""

    @Property(str, notify=changed)
    def position(self) -> str:
        """Which page of it is shown."""
        pages = self._shown.pages if self._shown else 0
        return self._desk.say("screen.case.result.position", page=self._at + 1, pages=pages) if pages else ""

    @Property(str, notify=changed)
    def picture(self) -> str:
        """That page, empty while it is being made."""
        return self._picture

    @Property(bool, notify=changed)
    def hasPrevious(self) -> bool:
        """Whether there is a page before it."""
        return self._at > 0

    @Property(bool, notify=changed)
    def hasNext(self) -> bool:
        """Whether there is a page after it."""
        return self._shown is not None and self._at + 1 < self._shown.pages

    # ---- inside
    def _start(self) -> None:
        self._busy = True
        self._notice = ""
        self.changed.emit()

    def _read(self, read: Callable[[Services], list[ResultFile]], case: Case) -> None:
        self._desk.tasks.run(read, lambda files: self._take(case, files))

    def _take(self, case: Case, files: Sequence[ResultFile]) -> None:
        if self._case is None or self._case.case_id != case.case_id:
            return
        self._files = {file.result_id: file for file in files}
        self._rows.show([self._line(case, file) for file in files])
        self.changed.emit()

    def _line(self, case: Case, file: ResultFile) -> ResultLine:
        matter = next((matter for matter in case.matters if matter.matter_id == file.matter_id), None)
        department = matter.department if matter else self._desk.say("screen.case.result.department")
        refused = file.state is ResultState.REFUSED
        key = ("differs" if file.code == _DIFFERS else "refused") if refused else file.state.value
        words = self._desk.say(f"screen.case.result.{key}", department=department, code=file.code, count=file.copies)
        open_to_ask = file.state in (ResultState.NAMED, ResultState.REFUSED)
        return ResultLine(
            resultId=file.result_id,
            name=file.name,
            words=words,
            needsPerson=refused,
            fetchText=self._desk.say(f"screen.case.result.fetch{'_again' if refused else ''}") if open_to_ask else "",
            here=file.state is ResultState.HERE,
        )

    def _opened(self, result_id: str, shown: ShownResult) -> None:
        self._busy = False
        if result_id not in self._files:
            return
        self._viewing, self._shown, self._at = result_id, shown, 0
        self._ask_picture()

    def _ask_picture(self) -> None:
        shown = self._shown
        if shown is None:
            return
        self._at = page = max(0, min(self._at, shown.pages - 1))
        self._picture = ""
        self.changed.emit()
        self._desk.tasks.run(
            lambda services: services.results.picture(shown, page, _LARGE),
            lambda jpeg: self._drawn(shown, page, jpeg),
            self._failed,
        )

    def _drawn(self, shown: ShownResult, page: int, jpeg: bytes) -> None:
        if shown is self._shown and page == self._at:
            self._picture = "data:image/jpeg;base64," + b64encode(jpeg).decode()
            self.changed.emit()

    def _failed(self, error: KioskError) -> None:
        self._busy = False
        if isinstance(error, InputError):
            code = describe(error, self._desk.parts.screen.language).code
            self._notice = self._desk.say("screen.case.result.unreadable", code=code)
        else:
            self._notice = explain(error, self._desk)
        self.changed.emit()
