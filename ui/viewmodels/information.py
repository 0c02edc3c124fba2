"""Step c, 信息: only the fields that the chosen matters need and that nothing has filled; or those to be put right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from kiosk.clock import local
from kiosk.domain import fill
from kiosk.domain.assessment import FieldAnswer, FieldState
from ui.qml_element import qml_element
from ui.rows import Rows
from ui.typed_property import Property
from ui.viewmodels.calendar_page import CalendarPage
from ui.viewmodels.choice import Choice
from ui.viewmodels.field_lists import WRITTEN, by_day, fits, offered, toggled, with_day
from ui.viewmodels.field_rows import (
    CERTIFICATE,
    PADS,
    FieldRow,
    KnownRow,
    belongs_here,
    field_row,
    is_counted,
    is_known,
    is_open,
    problem_of,
    shown_value,
)
from ui.viewmodels.manual_entry import PAUSE_MS
from ui.viewmodels.working_case import WorkingCase

_KNOWN_AT_FIRST = 8
_LONG_AGO = timedelta(days=366 * 130)


@qml_element
class InformationViewModel(QObject):
    """Fields to fill, fields already known, and what is to be mended, in words.

    A field that was asked stays where it is when it has been filled: the set only grows while the step is open. Once
    it was told what is to be put right, it asks for that alone, filled or not.
    """

    changed = Signal()
    focusWanted = Signal(str)

    def __init__(self, case: WorkingCase) -> None:
        super().__init__()
        self._case = case
        self._say = case.say
        self._rows: Rows[FieldRow] = Rows(FieldRow, self)
        self._known: Rows[KnownRow] = Rows(KnownRow, self)
        self._choices: Rows[Choice] = Rows(Choice, self)
        self._shown: list[str] = []
        self._judged: set[str] = set()
        self._typing = ""
        self._choosing = ""
        self._written_wrong = ""
        self._all_known = False
        self._wanted: tuple[FieldAnswer, ...] | None = None
        self._all_needed = False
        self._calendar = CalendarPage(case.say, self._bounds, self._pick)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._judge_typing)
        case.changed.connect(self._refresh)
        self._refresh()

    # ---- what the wizard asks
    def enter(self) -> None:
        """Lay the step out afresh: what was filled before is judged at once."""
        self._shown.clear()
        self._refresh()
        self._judged = {field.path for field in self._asked() if field.value}
        self._refresh()

    def ask_for(self, fields: Sequence[FieldAnswer], *, all_needed: bool) -> None:
        """Ask for these fields alone, whatever fills them; `all_needed` when none of them may stay empty."""
        self._wanted, self._all_needed = tuple(fields), all_needed
        self._judged.clear()
        self._choosing = ""
        self._refresh()

    def values(self) -> dict[str, str]:
        """Give the fields that are asked for as they stand, by path."""
        return {field.path: field.value for field in self._asked()}

    @property
    def missing(self) -> tuple[str, str]:
        """The first field that holds the case, and the sentence."""
        fields = self._asked()
        for field in fields:
            problem = problem_of(self._case, field)
            if problem and problem.holds and field.value:
                return field.path, self._say("new_case.information.mend", label=field.label, words=problem.words)
        empty = [field for field in fields if field.required and not field.value]
        if len(empty) == 1:
            return empty[0].path, self._say("new_case.information.missing_one", label=empty[0].label)
        if empty:
            return empty[0].path, self._say("new_case.information.missing", label=empty[0].label, count=len(empty))
        return "", ""

    @property
    def ready_words(self) -> str:
        """What the bottom bar says when the step is complete."""
        return self._say("new_case.information.ready")

    def field_rows(self) -> tuple[FieldRow, ...]:
        """Give the fields as they are shown."""
        return self._rows.rows()

    # ---- what a person does
    @Slot(str, str)
    def edit(self, path: str, text: str) -> None:
        """Take a field as typed so far; it is judged after a pause."""
        field = self._field(path)
        if field is None:
            return
        value = text.replace(" ", "") if field.kind in PADS else text
        if value == field.value:
            return
        self._typing = path
        self._judged.discard(path)
        self._pause.start()
        self._case.change(fill.set_field(self._case.application, path, value))
        self._refresh()

    @Slot(str)
    def leave(self, path: str) -> None:
        """Judge a field that was left, if anything stands in it."""
        field = self._field(path)
        if field and field.value:
            self._judged.add(path)
            self._typing = ""
            self._refresh()

    @Slot(str)
    def openChoices(self, path: str) -> None:
        """Show the answers of a field that is chosen, not typed; a certificate number is written anew."""
        self._written_wrong = ""
        if path == CERTIFICATE:
            self._judged.discard(path)
            self._case.change(fill.set_field(self._case.application, path, ""))
            self.focusWanted.emit(path)
        else:
            self._choosing = path
        self._refresh()

    @Slot(str)
    def choose(self, key: str) -> None:
        """Take an answer of the list that is open, or what was written instead; one of several is taken or put back."""
        path = self._choosing
        field = self._field(path)
        if field and key:
            if field.kind == "multi_choice":
                self._case.change(fill.set_field(self._case.application, path, toggled(field.value, key)))
            elif path in WRITTEN and not fits(self._case, path, key):
                self._written_wrong = self._say(f"new_case.information.wrong_{_last(path)}")
            else:
                self._choosing = ""
                self._written_wrong = ""
                self._case.change(fill.set_field(self._case.application, path, key))
                self._judged.add(path)
        self._refresh()

    @Slot()
    def closeChoices(self) -> None:
        """Close the list without an answer."""
        self._choosing = ""
        self._refresh()

    @Slot()
    def toggleKnown(self) -> None:
        """Show all that is known, or only the first few."""
        self._all_known = not self._all_known
        self._refresh()

    # ---- what is shown
    @Property(QObject, constant=True)
    def rows(self) -> QObject:
        """Fields to fill."""
        return self._rows

    @Property(QObject, constant=True)
    def known(self) -> QObject:
        """What is known already."""
        return self._known

    @Property(QObject, constant=True)
    def choices(self) -> QObject:
        """Answers of the list that is open."""
        return self._choices

    @Property(str, notify=changed)
    def choosing(self) -> str:
        """Label of the field whose list is open, empty when none is."""
        field = self._field(self._choosing)
        return field.label if field and not by_day(field) else ""

    @Property(bool, notify=changed)
    def several(self) -> bool:
        """Whether more than one answer of the open list may hold."""
        field = self._field(self._choosing)
        return field is not None and field.kind == "multi_choice"

    @Property(str, notify=changed)
    def picking(self) -> str:
        """Label of the field whose day is picked, empty when none is."""
        field = self._field(self._choosing)
        return field.label if field and by_day(field) else ""

    @Property(CalendarPage, constant=True)
    def calendar(self) -> CalendarPage:
        """The days for it, up to today."""
        return self._calendar

    @Property(str, notify=changed)
    def writing(self) -> str:
        """Label of the box for an answer that the open list lacks, empty when there is no such box."""
        path = self._choosing
        return self._say(f"new_case.information.write_{_last(path)}") if path in WRITTEN else ""

    @Property(str, notify=changed)
    def writingPad(self) -> str:
        """Which keys come up for it."""
        return WRITTEN.get(self._choosing, "text")

    @Property(str, notify=changed)
    def writingMessage(self) -> str:
        """What is to be mended about what was written."""
        return self._written_wrong

    @Property(str, notify=changed)
    def title(self) -> str:
        """How much is to be filled in."""
        count = sum(is_counted(field) for field in self._asked())
        return (
            self._say("new_case.information.title", count=count)
            if count
            else self._say("new_case.information.title_none")
        )

    @Property(str, notify=changed)
    def subtitle(self) -> str:
        """How much is not."""
        return self._say("new_case.information.subtitle", count=len(self._known_fields()))

    @Property(str, notify=changed)
    def knownToggle(self) -> str:
        """Words of the button under the known values."""
        if self._all_known:
            return self._say("new_case.information.fewer")
        return self._say("new_case.information.all_known", count=len(self._known_fields()))

    @Property(bool, notify=changed)
    def allKnown(self) -> bool:
        """Whether all known values are shown."""
        return self._all_known

    # ---- inside
    def _bounds(self) -> tuple[date, date, date]:
        today = local(self._case.clock.now()).date()
        return today - _LONG_AGO, today, today

    def _pick(self, iso: str) -> None:
        path, self._choosing = self._choosing, ""
        self._judged.add(path)
        self._case.change(with_day(self._case, path, iso))
        self._refresh()

    def _put_right(self, wanted: Sequence[FieldAnswer]) -> list[FieldAnswer]:
        """Give these fields with what the case holds now; of one that is not needed the assessment says why instead."""
        known = {field.path: field for field in self._case.assessment.fields}
        fields = [known.get(field.path, field) for field in wanted]
        return [
            replace(
                field,
                required=field.required or self._all_needed,
                value="" if field.state is FieldState.NOT_NEEDED else field.value,
            )
            for field in fields
        ]

    def _asked(self) -> list[FieldAnswer]:
        if self._wanted is not None:
            return self._put_right(self._wanted)
        fields = [field for field in self._case.assessment.fields if belongs_here(field)]
        for field in fields:
            if field.path not in self._shown and is_open(self._case, field):
                self._shown.append(field.path)
        shown = [field for field in fields if field.path in self._shown and field.state is not FieldState.NOT_NEEDED]
        return sorted(shown, key=lambda field: not field.required)

    def _known_fields(self) -> list[FieldAnswer]:
        asked = {field.path for field in self._asked()}
        known = [field for field in self._case.assessment.fields if field.path not in asked and is_known(field)]
        return sorted(known, key=lambda field: field.state is not FieldState.DERIVED)

    def _field(self, path: str) -> FieldAnswer | None:
        fields = self._case.assessment.fields if self._wanted is None else self._asked()
        return next((field for field in fields if field.path == path), None)

    @Slot()
    def _judge_typing(self) -> None:
        self._judged.add(self._typing)
        self._refresh()

    def _row(self, field: FieldAnswer) -> FieldRow:
        judged = field.path in self._judged
        done = field.path == CERTIFICATE and judged and bool(field.value) and self._typing != field.path
        return field_row(self._case, field, judged=judged, kept=done and problem_of(self._case, field) is None)

    @Slot()
    def _refresh(self) -> None:
        self._rows.show([self._row(field) for field in self._asked()])
        known = self._known_fields()
        self._known.show(
            [
                KnownRow(field.label, shown_value(self._case, field))
                for field in (known if self._all_known else known[:_KNOWN_AT_FIRST])
            ]
        )
        field = self._field(self._choosing)
        chosen = set(field.value.split("、") if self.several else [field.value]) if field else set()
        self._choices.show(
            [Choice(key, text, key in chosen) for key, text in offered(self._case, field)] if field else []
        )
        self._calendar.show(field.value if field and by_day(field) else None)
        self.changed.emit()


def _last(path: str) -> str:
    return path.rpartition(".")[2]
