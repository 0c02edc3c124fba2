"""The day's end: taken in here, at the hub, the difference; signed by both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from kiosk.domain.contents.sheet import SheetFrame
from kiosk.domain.day_end import DayClose
from kiosk.domain.sections import SectionedPaper
from kiosk.errors import KioskError
from ui.desk import Desk
from ui.qml_element import qml_element
from ui.rows import Rows
from ui.typed_property import Property
from ui.viewmodels.sheet_printing import SheetPrinting
from ui.viewmodels.staff_words import moment_words
from ui.viewmodels.worklist import CountLine

if TYPE_CHECKING:
    from kiosk.services.bundle import Services
    from kiosk.services.day_end import DayView


@dataclass(frozen=True)
class CloseRow:
    """One day end."""

    eventId: str
    count: str
    words: str
    hubWords: str
    standing: str
    tone: str
    last: bool


@qml_element
class DayEndViewModel(QObject):
    """What stands open since the last day end, and the day ends before; read again with every round of the hub."""

    changed = Signal()

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._printing = SheetPrinting(desk)
        self._view: DayView | None = None
        self._closing = False
        self._counts: Rows[CountLine] = Rows(CountLine, self)
        self._rows: Rows[CloseRow] = Rows(CloseRow, self)

    def refresh(self) -> None:
        """Count again."""

        def look(services: Services) -> DayView:
            return services.day_end.look()

        self._desk.tasks.run(look, self._take)

    # ---- what a person does
    @Slot()
    def closeDay(self) -> None:
        """Close the day and let the hub be told."""
        if self._closing or not self.closable:
            return
        operator = self._desk.operator_id
        self._closing = True
        self.changed.emit()

        def close(services: Services) -> DayView:
            services.day_end.close(operator)
            return services.day_end.look()

        def closed(view: DayView) -> None:
            self._closing = False
            self._take(view)
            self._desk.parts.sync_now()

        def refused(error: KioskError) -> None:
            self._closing = False
            self.changed.emit()
            self._desk.fail(error)

        self._desk.tasks.run(close, closed, refused)

    @Slot(str)
    def printClose(self, event_id: str) -> None:
        """Print a day end."""
        closes = self._view.closes if self._view else ()
        chosen = next((close for close in closes if close.event_id == event_id), None)
        if chosen is None:
            return

        def write(services: Services, frame: SheetFrame) -> SectionedPaper:
            return services.day_end.sheet(chosen, frame)

        self._printing.print(write)

    # ---- what the page shows
    @Property(SheetPrinting, constant=True)
    def printing(self) -> SheetPrinting:
        """What became of the printing."""
        return self._printing

    @Property(bool, notify=changed)
    def closable(self) -> bool:
        """Whether anything has happened since the last day end."""
        return self._view is not None and self._view.open.news > 0

    @Property(bool, notify=changed)
    def closing(self) -> bool:
        """Whether the day is being closed."""
        return self._closing

    @Property(str, notify=changed)
    def title(self) -> str:
        """The one sentence at the top."""
        if self._view is None:
            return ""
        if not self.closable:
            return self._desk.say("screen.day_end.title_none")
        key = "title" if self._view.open.since else "title_first"
        return self._desk.say(f"screen.day_end.{key}", count=self._view.open.cases)

    @Property(str, notify=changed)
    def since(self) -> str:
        """When the last day end was."""
        if self._view is None or self._view.open.since is None:
            return ""
        return self._desk.say("screen.day_end.since", when=self._when(self._view.open.since))

    @Property(str, notify=changed)
    def words(self) -> str:
        """What closing does, or why there is nothing to close."""
        return self._desk.say(f"screen.day_end.{'close_words' if self.closable else 'nothing_words'}")

    @Property(str, notify=changed)
    def listTitle(self) -> str:
        """Said in place of an empty list, unless the title says it already."""
        return "" if self._rows.rowCount() or self.closable else self._desk.say("screen.day_end.none")

    @Property(QObject, constant=True)
    def counts(self) -> Rows[CountLine]:
        """What stands open."""
        return self._counts

    @Property(QObject, constant=True)
    def closes(self) -> Rows[CloseRow]:
        """The day ends, newest first."""
        return self._rows

    # ---- inside
    def _take(self, view: DayView) -> None:
        self._view = view
        say, now = self._desk.say, view.open
        numbers = (("taken_in", now.cases), ("delivered", now.delivered), ("missing", now.cases - now.delivered))
        self._counts.show(
            [CountLine(say(f"screen.day_end.{key}"), say("screen.cases", count=count)) for key, count in numbers]
        )
        last = len(view.closes) - 1
        self._rows.show([self._row(close, last=place == last) for place, close in enumerate(view.closes)])
        self.changed.emit()

    def _row(self, close: DayClose, *, last: bool) -> CloseRow:
        say = self._desk.say
        if close.difference is None:
            standing, tone = "waiting", "slate"
        elif close.difference:
            standing, tone = "differs", "amber"
        else:
            standing, tone = ("agrees", "green") if close.agrees else ("events_differ", "slate")
        hub = (
            say("screen.day_end.counted", count=close.hub_cases or 0, when=self._when(close.hub_at))
            if close.hub_at
            else say("screen.day_end.not_counted")
        )
        operator = (self._view.names.get(close.operator) if self._view else None) or close.operator
        return CloseRow(
            eventId=close.event_id,
            count=say("screen.day_end.row", count=close.cases),
            words=say("screen.day_end.row_words", operator=operator, when=self._when(close.closed_at)),
            hubWords=hub,
            standing=say(f"screen.day_end.{standing}", count=close.difference or 0),
            tone=tone,
            last=last,
        )

    def _when(self, moment: str) -> str:
        return moment_words(moment, self._desk.clock.now(), self._desk.say)
