"""Earlier cases of the same person, at this station and elsewhere, and what is decided about them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QObject, Signal, Slot

from kiosk.clock import local, parse
from kiosk.domain.numbering import grouped
from kiosk.ids import CaseId
from kiosk.ports.sync import KnownCase
from kiosk.services.duplicates import Duplicate, Way
from ui.desk import Desk, Page
from ui.qml_element import qml_element
from ui.rows import Rows
from ui.typed_property import Property
from ui.viewmodels.choice import Choice
from ui.viewmodels.dates import short_date
from ui.viewmodels.words import explain
from ui.viewmodels.working_case import WorkingCase

if TYPE_CHECKING:
    from kiosk.errors import KioskError
    from kiosk.services.bundle import Services

_SHORTEST_NUMBER = 6
_REASONS = ("other_heir", "other_matters", "earlier_wrong", "other_person")


@dataclass(frozen=True)
class EarlierLine:
    """An earlier case; `way` is what can be done with it here: `join`, `correct`, or nothing."""

    number: str
    words: str
    shown: str
    """The number in groups."""
    way: str


class _Found(msgspec.Struct, frozen=True):
    here: tuple[Duplicate, ...] = ()
    elsewhere: tuple[KnownCase, ...] = ()


@qml_element
class EarlierCasesViewModel(QObject):
    """Looks for earlier cases whenever the person changes, without a network.

    Nobody is turned away: a person decides whether to go on with the earlier case or to file apart with a reason, which
    travels with the case. Until then the case is not taken in.
    """

    changed = Signal()

    def __init__(self, case: WorkingCase, desk: Desk) -> None:
        super().__init__()
        self._case = case
        self._desk = desk
        self._say = desk.say
        self._person: tuple[str | None, ...] = ()
        self._found = _Found()
        self._open = False
        self._hidden = False
        self._notice = ""
        self._lines: Rows[EarlierLine] = Rows(EarlierLine, self)
        self._reasons: Rows[Choice] = Rows(Choice, self)
        case.changed.connect(self._look)
        self._look()

    # ---- what the wizard asks
    @property
    def undecided(self) -> bool:
        """Whether there is an earlier case and nobody has said why another one is filed."""
        return self._any and not self._case.application.file_apart_reason

    @property
    def missing_words(self) -> str:
        """What the wizard says as long as it is undecided."""
        return self._say("new_case.earlier.missing")

    def remind(self) -> None:
        """Say it again, even if it was put away."""
        self._hidden = False
        self.changed.emit()

    # ---- what a person does
    @Slot()
    def ask(self) -> None:
        """Show the earlier cases and the ways on."""
        self._open = self._any
        self.changed.emit()

    @Slot()
    def close(self) -> None:
        """Put them away without a decision."""
        self._open = False
        self.changed.emit()

    @Slot()
    def hide(self) -> None:
        """Say no more of it until the last step is opened."""
        self._hidden = True
        self.changed.emit()

    @Slot(str)
    def goOn(self, number: str) -> None:
        """Go to the earlier case and open what adds to it and puts it right; the draft stays."""
        if any(line.number == number and line.way for line in self._lines.rows()):
            self._open = False
            self._desk.go(Page.CASE, f"{number} correct")

    @Slot(str)
    def fileApart(self, key: str) -> None:
        """File another case, for this reason."""
        if key in _REASONS:
            self._open = False
            reason = self._say(f"new_case.earlier.reason.{key}")
            self._case.change(msgspec.structs.replace(self._case.application, file_apart_reason=reason))
            self._refresh()

    # ---- what is shown
    @Property(bool, notify=changed)
    def open(self) -> bool:
        """Whether the earlier cases are shown."""
        return self._open

    @Property(bool, notify=changed)
    def hidden(self) -> bool:
        """Whether a person has put the banner away."""
        return self._hidden

    @Property(str, notify=changed)
    def banner(self) -> str:
        """That there are earlier cases; empty when there are none, or it was decided."""
        if self._notice:
            return self._notice
        count = len(self._found.here) + len(self._found.elsewhere)
        return self._say("new_case.earlier.banner", count=count) if self.undecided else ""

    @Property(QObject, constant=True)
    def lines(self) -> QObject:
        """The earlier cases."""
        return self._lines

    @Property(QObject, constant=True)
    def reasons(self) -> QObject:
        """Reasons for filing apart."""
        return self._reasons

    # ---- inside
    @property
    def _any(self) -> bool:
        return bool(self._found.here or self._found.elsewhere)

    @Slot()
    def _look(self) -> None:
        application = self._case.application
        deceased = application.deceased
        person = (application.service, deceased.document_type, deceased.document_number, deceased.death_at)
        if person == self._person:
            return
        self._person = person
        if len(deceased.document_number or "") < _SHORTEST_NUMBER:
            self._take(_Found())
            return
        case_id = CaseId(self._case.draft.case_id)

        def find(services: Services) -> tuple[tuple[str | None, ...], _Found]:
            here = services.intake.earlier(application, case_id)
            return person, _Found(here, services.intake.earlier_elsewhere(application))

        self._desk.tasks.run(find, self._take_if_same, self._failed)

    def _take_if_same(self, answer: tuple[tuple[str | None, ...], _Found]) -> None:
        person, found = answer
        if person == self._person:
            self._take(found)

    def _take(self, found: _Found) -> None:
        self._found = found
        self._hidden = False
        self._notice = ""
        self._refresh()
        if not self._any and self._case.application.file_apart_reason:
            self._case.change(msgspec.structs.replace(self._case.application, file_apart_reason=None))

    def _failed(self, error: KioskError) -> None:
        self._notice = explain(error, self._desk)
        self.changed.emit()

    def _refresh(self) -> None:
        self._lines.show([*map(self._line, self._found.here), *map(self._line_elsewhere, self._found.elsewhere)])
        reason = self._case.application.file_apart_reason
        words = [(key, self._say(f"new_case.earlier.reason.{key}")) for key in _REASONS]
        self._reasons.show([Choice(key, text, text == reason) for key, text in words])
        self.changed.emit()

    def _line(self, duplicate: Duplicate) -> EarlierLine:
        case = duplicate.case
        words = self._say(
            "new_case.earlier.here",
            day=self._day(case.taken_in_at),
            total=case.matters_total,
            finished=case.matters_finished,
        )
        way = Way.JOIN if Way.JOIN in duplicate.ways else Way.CORRECT
        return EarlierLine(case.case_number, words, grouped(case.case_number), way)

    def _line_elsewhere(self, case: KnownCase) -> EarlierLine:
        words = self._say("new_case.earlier.elsewhere", day=self._day(case.taken_in_at), station=case.station)
        return EarlierLine(case.case_number, words, grouped(case.case_number), "")

    def _day(self, moment: str) -> str:
        return short_date(local(parse(moment)).date(), self._say)
