"""The figures of a period, what was left out and why, and the officer's working list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from kiosk.clock import local
from kiosk.domain.contents.sheet import SheetFrame
from kiosk.domain.masks import mask_name
from kiosk.domain.sections import SectionedPaper
from kiosk.errors import KioskError
from kiosk.ports.statistics import CaseFigures, WorkLine
from kiosk.services.figure_tables import matter_tables, name_of
from kiosk.services.reporting import total_facts
from ui.desk import Desk, Page
from ui.qml_element import STRINGS, qml_element
from ui.rows import Rows
from ui.typed_property import Property
from ui.viewmodels.dates import full_date, short_date
from ui.viewmodels.sheet_printing import SheetPrinting
from ui.viewmodels.staff_words import TAIL, day_words, due_day, left_words
from ui.viewmodels.words import explain
from ui.viewmodels.worklist import CountLine

if TYPE_CHECKING:
    from kiosk.services.bundle import Services
    from kiosk.services.statistics import Report

OVERVIEW, MATTERS, NOT_FILED, WORKING, LOW_RATINGS = range(5)
_DAYS_AT_MOST = 31
_LISTED_AT_MOST = 200
"""Lines that the store gives of the working list."""


@dataclass(frozen=True)
class BarRow:
    """A number with its length: `share` of the longest one in the same chart, 0 to 1."""

    label: str
    value: str
    share: float


@dataclass(frozen=True)
class TableRow:
    """A line of the table of matters; a `head` names the columns of those below it."""

    head: bool
    name: str
    cells: list[str]
    labels: list[str]


@dataclass(frozen=True)
class ListRow:
    """A matter to follow up, or one that is under way."""

    number: str
    when: str
    whenWords: str
    urgent: bool
    matter: str
    words: str
    person: str
    last: bool


@qml_element
class StatisticsViewModel(QObject):
    """Counts that the store keeps, read when the page opens and when another period is chosen."""

    changed = Signal()

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._printing = SheetPrinting(desk)
        self._report: Report | None = None
        self._open: list[WorkLine] = []
        self._span = 3
        self._view = OVERVIEW
        self._exported = ""
        self._export_failed = False
        self._facts: Rows[CountLine] = Rows(CountLine, self)
        self._bars: Rows[BarRow] = Rows(BarRow, self)
        self._ratings: Rows[BarRow] = Rows(BarRow, self)
        self._channels: Rows[BarRow] = Rows(BarRow, self)
        self._table: Rows[TableRow] = Rows(TableRow, self)
        self._list: Rows[ListRow] = Rows(ListRow, self)

    def refresh(self) -> None:
        """Read the figures of the chosen period again."""
        since, until = (day.isoformat() for day in self._days())
        span = self._span

        def read(services: Services) -> tuple[Report, list[WorkLine]]:
            statistics = services.statistics
            return statistics.report(statistics.period(since, until)), statistics.working_list()

        def take(answer: tuple[Report, list[WorkLine]]) -> None:
            if span == self._span:
                self._report, self._open = answer
                self._write()

        self._desk.tasks.run(read, take)

    def leave(self) -> None:
        """Show nothing any more."""
        self._report, self._open, self._view, self._exported = None, [], OVERVIEW, ""
        self._printing.clear()
        self._write()

    # ---- what a person does
    @Slot(int)
    def chooseSpan(self, span: int) -> None:
        """Count today, this week, this month or this year."""
        self._span = span
        self._say("")
        self.refresh()

    @Slot(int)
    def chooseView(self, view: int) -> None:
        """Show the overview, the matters, what was not filed, what is open, or the low ratings."""
        self._view = view
        self._say("")
        self._write()

    @Slot()
    def printSheet(self) -> None:
        """Print the figures; in the working list, that list."""
        report, lines, working = self._report, list(self._open), self._view == WORKING
        if report is None:
            return

        def write(services: Services, frame: SheetFrame) -> SectionedPaper:
            return (
                services.reporting.working_sheet(lines, frame) if working else services.reporting.sheet(report, frame)
            )

        self._say("")
        self._printing.print(write)

    @Slot()
    def export(self) -> None:
        """Write the figures to a file for a spreadsheet."""
        report = self._report
        if report is None:
            return

        def write(services: Services) -> Path:
            return services.reporting.export(report)

        def refused(error: KioskError) -> None:
            self._say(explain(error, self._desk), failed=True)

        self._printing.clear()
        self._desk.tasks.run(
            write, lambda path: self._say(self._desk.say("screen.statistics.exported", path=str(path))), refused
        )

    @Slot(str)
    def openCase(self, number: str) -> None:
        """Open the case of a line."""
        self._desk.go(Page.CASE, number)

    # ---- what the page shows
    @Property(SheetPrinting, constant=True)
    def printing(self) -> SheetPrinting:
        """What became of the printing."""
        return self._printing

    @Property(str, notify=changed)
    def exported(self) -> str:
        """Where the file lies, or why there is none."""
        return self._exported

    @Property(bool, notify=changed)
    def exportFailed(self) -> bool:
        """Whether the file could not be written."""
        return self._export_failed

    @Property(STRINGS, constant=True)
    def spans(self) -> list[str]:
        """The periods."""
        return self._desk.say("screen.statistics.spans").split(" ")

    @Property(int, notify=changed)
    def span(self) -> int:
        """The chosen period."""
        return self._span

    @Property(STRINGS, constant=True)
    def views(self) -> list[str]:
        """The views."""
        return self._desk.say("screen.statistics.views").split(" ")

    @Property(int, notify=changed)
    def view(self) -> int:
        """0 overview, 1 matters, 2 not filed, 3 working list, 4 low ratings."""
        return self._view

    @Property(str, notify=changed)
    def title(self) -> str:
        """The one sentence at the top."""
        if self._report is None:
            return ""
        total, span = self._report.total, self.spans[self._span]
        if not total.taken_in:
            return self._desk.say("screen.statistics.title_none", span=span)
        return self._desk.say("screen.statistics.title", span=span, taken_in=total.taken_in, finished=total.finished)

    @Property(str, notify=changed)
    def words(self) -> str:
        """The days of the period; the year is said once."""
        since, until = self._days()
        say = self._desk.say
        if since == until:
            return full_date(since, say)
        last = short_date(until, say) if until.year == since.year else full_date(until, say)
        return say("screen.statistics.period", since=full_date(since, say), until=last)

    @Property(str, notify=changed)
    def listTitle(self) -> str:
        """What the list below holds."""
        say, count = self._desk.say, self._list.rowCount()
        if self._view == WORKING:
            overdue = sum(line.overdue for line in self._open)
            key = "working_first" if count >= _LISTED_AT_MOST else "working" if count else "no_working"
            return say(f"screen.statistics.{key}", count=count, overdue=overdue)
        if self._view == LOW_RATINGS:
            ratings = self._report.low_ratings if self._report else ()
            waiting = sum(line.answered_at is None for line in ratings)
            key = "low_ratings" if waiting else "low_ratings_handled" if count else "no_low_ratings"
            return say(f"screen.statistics.{key}", count=count, open=waiting)
        return say(f"screen.statistics.{'not_filed' if count else 'no_not_filed'}", count=count)

    @Property(str, notify=changed)
    def barsTitle(self) -> str:
        """What the bars are by."""
        return self._desk.say(f"screen.statistics.{'by_month' if self._span == len(self.spans) - 1 else 'by_day'}")

    @Property(QObject, constant=True)
    def facts(self) -> Rows[CountLine]:
        """The whole period in labelled values."""
        return self._facts

    @Property(QObject, constant=True)
    def bars(self) -> Rows[BarRow]:
        """Cases by day, or by month."""
        return self._bars

    @Property(QObject, constant=True)
    def ratings(self) -> Rows[BarRow]:
        """Ratings by level."""
        return self._ratings

    @Property(QObject, constant=True)
    def channels(self) -> Rows[BarRow]:
        """Cases by channel."""
        return self._channels

    @Property(QObject, constant=True)
    def table(self) -> Rows[TableRow]:
        """Matters, departments and modes."""
        return self._table

    @Property(QObject, constant=True)
    def lines(self) -> Rows[ListRow]:
        """What was not filed, what is open, or the low ratings."""
        return self._list

    # ---- inside
    def _days(self) -> tuple[date, date]:
        today = local(self._desk.clock.now()).date()
        first = (today, today - timedelta(days=today.weekday()), today.replace(day=1), today.replace(month=1, day=1))
        return first[self._span], today

    def _say(self, words: str, *, failed: bool = False) -> None:
        self._exported, self._export_failed = words, failed
        self.changed.emit()

    def _write(self) -> None:
        report, say = self._report, self._desk.say
        if report is None:
            for rows in (self._facts, self._bars, self._ratings, self._channels, self._table, self._list):
                rows.show([])
            self.changed.emit()
            return
        self._facts.show([CountLine(label, value) for label, value in total_facts(report, say)])
        self._bars.show(_bars(self._by_time(report.by_day)))
        *levels, declined = report.total.ratings
        labels = say("screen.statistics.ratings").split(" ")
        self._ratings.show(_bars(list(zip(labels, [*reversed(levels), declined], strict=True))))
        self._channels.show(_bars([(name_of(line.key, "channel", say), line.taken_in) for line in report.by_channel]))
        table_rows: list[TableRow] = []
        for table in matter_tables(report, say):
            labels = list(table.columns[1:])
            table_rows.append(TableRow(head=True, name=table.title, cells=labels, labels=labels))
            table_rows += [TableRow(head=False, name=row[0], cells=list(row[1:]), labels=labels) for row in table.rows]
        self._table.show(table_rows)
        lists = {WORKING: lambda _: self._working(), LOW_RATINGS: self._low_ratings}
        self._list.show(lists.get(self._view, self._not_filed)(report))
        self.changed.emit()

    def _by_time(self, days: Sequence[CaseFigures]) -> list[tuple[str, int]]:
        """Count by month for a year, else by day; what had no case is left out."""
        if self._span < len(self.spans) - 1:
            return [
                (self._desk.say("screen.statistics.day", month=int(day.key[5:7]), day=int(day.key[8:])), day.taken_in)
                for day in days[-_DAYS_AT_MOST:]
            ]
        months: dict[int, int] = {}
        for day in days:
            months[int(day.key[5:7])] = months.get(int(day.key[5:7]), 0) + day.taken_in
        return [(self._desk.say("screen.statistics.month", month=month), count) for month, count in months.items()]

    def _not_filed(self, report: Report) -> list[ListRow]:
        say, today = self._desk.say, local(self._desk.clock.now()).date()
        return [
            ListRow(
                number=line.case_number,
                when=day_words(date.fromisoformat(line.day), today, say),
                whenWords="",
                urgent=False,
                matter=line.name,
                words=f"{line.department}，{line.reason}",
                person=self._person("applicant", line.applicant_name, line.case_number),
                last=place == len(report.not_filed) - 1,
            )
            for place, line in enumerate(report.not_filed)
        ]

    def _working(self) -> list[ListRow]:
        say, today = self._desk.say, local(self._desk.clock.now()).date()
        rows = []
        for place, line in enumerate(self._open):
            day = due_day(line.due)
            rows.append(
                ListRow(
                    number=line.case_number,
                    when=day_words(day, today, say) if day else line.due_text,
                    whenWords=left_words(day, today, say) if day else "",
                    urgent=line.overdue,
                    matter=line.name,
                    words=f"{line.department}，{say(f'papers.matter_states.{line.state}')}",
                    person=self._person("deceased", line.deceased_name, line.case_number),
                    last=place == len(self._open) - 1,
                )
            )
        return rows

    def _low_ratings(self, report: Report) -> list[ListRow]:
        say, today = self._desk.say, local(self._desk.clock.now()).date()
        rows = []
        for place, line in enumerate(report.low_ratings):
            day, done = due_day(line.due), line.answered_at is not None
            rows.append(
                ListRow(
                    number=line.case_number,
                    when=day_words(day, today, say) if day else say("figures.standing.no_day"),
                    whenWords="" if done or not day else left_words(day, today, say),
                    urgent=not done and day is not None and day < today,
                    matter=say(
                        "screen.statistics.low_rating",
                        level=say(f"figures.numbers.rated_{line.level}"),
                        reason=line.reason,
                    ),
                    words=say("screen.statistics.handled", answer=line.answer)
                    if done
                    else say("figures.standing.open"),
                    person=say("screen.tail", tail=line.case_number[-TAIL:]),
                    last=place == len(report.low_ratings) - 1,
                )
            )
        return rows

    def _person(self, role: str, name: str, number: str) -> str:
        say = self._desk.say
        tail = say("screen.tail", tail=number[-TAIL:])
        return say("screen.statistics.person", role=say(f"figures.keys.{role}"), name=mask_name(name), tail=tail)


def _bars(counts: Sequence[tuple[str, int]]) -> list[BarRow]:
    longest = max((count for _, count in counts), default=0)
    return [BarRow(label, str(count), count / longest if longest else 0.0) for label, count in counts]
