"""A month to pick a day from by touch: three quick days, and a page of large days."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from PySide6.QtCore import QObject, Signal, Slot

from ui.qml_element import qml_element
from ui.rows import Rows
from ui.typed_property import Property
from ui.viewmodels.dates import day_of, full_date, month_title, short_date, weekday
from ui.viewmodels.words import Say

_CELLS = 42


@dataclass(frozen=True)
class DayCell:
    """One cell of the page; `iso` is empty outside the month."""

    iso: str
    label: str
    openDay: bool
    chosen: bool
    today: bool


@dataclass(frozen=True)
class QuickDay:
    """A day named by its nearness."""

    iso: str
    name: str
    date: str
    near: str
    """Name and day without the month, for a narrow place."""
    chosen: bool


@qml_element
class CalendarPage(QObject):
    """Days from `first` to `last`; choosing calls `take` with an ISO date."""

    changed = Signal()

    def __init__(self, say: Say, bounds: Callable[[], tuple[date, date, date]], take: Callable[[str], None]) -> None:
        """Keep `bounds`, which gives the first day, the last day and today."""
        super().__init__()
        self._say = say
        self._bounds = bounds
        self._take = take
        self._chosen: date | None = None
        self._month = bounds()[2].replace(day=1)
        self._cells: Rows[DayCell] = Rows(DayCell, self)
        self.refresh()

    def show(self, iso: str | None) -> None:
        """Show this day as chosen, on its own month."""
        chosen = day_of(iso)
        if chosen != self._chosen:
            self._chosen = chosen
            if chosen:
                self._month = chosen.replace(day=1)
        self.refresh()

    def refresh(self) -> None:
        """Draw the page anew."""
        first, last, today = self._bounds()
        cells = []
        start = self._month - timedelta(days=self._month.weekday())
        for offset in range(_CELLS):
            day = start + timedelta(days=offset)
            inside = day.month == self._month.month
            cells.append(
                DayCell(
                    day.isoformat() if inside else "",
                    str(day.day) if inside else "",
                    inside and first <= day <= last,
                    inside and day == self._chosen,
                    inside and day == today,
                )
            )
        self._cells.show(cells)
        self.changed.emit()

    @Slot(str)
    def choose(self, iso: str) -> None:
        """Take a day that is open."""
        first, last, _ = self._bounds()
        day = day_of(iso)
        if day and first <= day <= last:
            self._take(day.isoformat())

    @Slot()
    def back(self) -> None:
        """Turn to the month before."""
        self._turn((self._month - timedelta(days=1)).replace(day=1))

    @Slot()
    def forward(self) -> None:
        """Turn to the month after."""
        self._turn((self._month + timedelta(days=32)).replace(day=1))

    @Property(QObject, constant=True)
    def cells(self) -> QObject:
        """Six weeks from Monday."""
        return self._cells

    @Property(str, notify=changed)
    def title(self) -> str:
        """The month in words."""
        return month_title(self._month, self._say)

    @Property(str, notify=changed)
    def chosenText(self) -> str:
        """The chosen day in words, empty when none is."""
        return full_date(self._chosen, self._say) if self._chosen else ""

    @Property(str, notify=changed)
    def chosenWeekday(self) -> str:
        """Its day of the week."""
        return weekday(self._chosen, self._say) if self._chosen else ""

    @Property(bool, notify=changed)
    def canGoBack(self) -> bool:
        """Whether an earlier month has open days."""
        return self._month > self._bounds()[0].replace(day=1)

    @Property(bool, notify=changed)
    def canGoForward(self) -> bool:
        """Whether a later month has open days."""
        return (self._month + timedelta(days=32)).replace(day=1) <= self._bounds()[1]

    def quick(self, *named: tuple[str, int]) -> list[QuickDay]:
        """Name days by their distance from today."""
        today = self._bounds()[2]
        days = [(name, today + timedelta(days=distance)) for name, distance in named]
        return [
            QuickDay(
                iso=day.isoformat(),
                name=self._say(name),
                date=short_date(day, self._say),
                near=self._say("new_case.dates.near", name=self._say(name), day=day.day),
                chosen=day == self._chosen,
            )
            for name, day in days
        ]

    def _turn(self, month: date) -> None:
        self._month = month
        self.refresh()
