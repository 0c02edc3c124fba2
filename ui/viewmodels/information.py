"""Step c, 信息: only the fields that the chosen matters need and that nothing has filled."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from kiosk.domain import fill
from kiosk.domain.application import Source
from kiosk.domain.assessment import FieldAnswer, FieldState, Problem
from kiosk.domain.masks import Place, mask_account, mask_number
from ui.qml_element import qml_element
from ui.rows import Rows
from ui.typed_property import Property
from ui.viewmodels.dates import day_of, full_date
from ui.viewmodels.identity import PAUSE_MS, Choice
from ui.viewmodels.person_tile import ROLES, entry_of
from ui.viewmodels.working_case import WorkingCase

_ELSEWHERE = (
    "deceased.insurance",
    "deceased.facts",
    "deceased.circumstance",
    "deceased.death_at",
    "deceased.disposition",
)
"""Answered in the step before; never asked here."""
_PEOPLE = frozenset({"name", "document_type", "document_number", "relation", "sex", "birth"})
_PADS = {"digits": "digits", "phone": "digits", "account": "digits", "document_number": "document"}
_NUMBERS = ("document_number", "certificate_number", "phone")
_KNOWN_AT_FIRST = 8
_FOUR_DIGITS = frozenset({"account"})


@dataclass(frozen=True)
class FieldRow:
    """A field to fill in."""

    path: str
    label: str
    kind: str
    pad: str
    """`digits`, `document` or `text`: which keys come up."""
    value: str
    hint: str
    message: str
    tone: str
    """`green`, `amber` or empty."""
    required: bool


@dataclass(frozen=True)
class KnownRow:
    """A value that nobody has to fill in."""

    label: str
    value: str


@qml_element
class InformationViewModel(QObject):
    """Fields to fill, fields already known, and what is to be mended, in words.

    A field that was asked stays where it is when it has been filled: the set only grows while the step is open.
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
        self._all_known = False
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

    @property
    def missing(self) -> tuple[str, str]:
        """The first field that holds the case, and the sentence."""
        fields = self._asked()
        for field in fields:
            problem = self._problem(field)
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
        value = text.replace(" ", "") if field.kind in _PADS else text
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
            self._refresh()

    @Slot(str)
    def openChoices(self, path: str) -> None:
        """Show the answers of a field that is chosen, not typed."""
        self._choosing = path
        self._refresh()

    @Slot(str)
    def choose(self, key: str) -> None:
        """Take an answer of the list that is open."""
        if self._choosing and key:
            path = self._choosing
            self._choosing = ""
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
        return field.label if field else ""

    @Property(bool, notify=changed)
    def choosingBank(self) -> bool:
        """Whether the list is of banks, which may lack one."""
        field = self._field(self._choosing)
        return field is not None and field.kind == "bank"

    @Property(str, notify=changed)
    def title(self) -> str:
        """How much is to be filled in."""
        count = len([field for field in self._asked() if field.required])
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
    def _asked(self) -> list[FieldAnswer]:
        fields = [field for field in self._case.assessment.fields if _belongs_here(field)]
        for field in fields:
            typed = field.state is FieldState.FILLED and field.value and not self._off_card(field)
            if field.path not in self._shown and (field.state is FieldState.ASKED or typed):
                self._shown.append(field.path)
        return [field for field in fields if field.path in self._shown]

    def _known_fields(self) -> list[FieldAnswer]:
        asked = {field.path for field in self._asked()}
        known = [f for f in self._case.assessment.fields if f.path not in asked and f.value and f.kind != "structured"]
        return sorted(known, key=lambda field: field.state is not FieldState.DERIVED)

    def _off_card(self, field: FieldAnswer) -> bool:
        role, _, name = field.path.partition(".")
        person = entry_of(self._case.application, role) if role in ROLES else None
        return name == "address" and person is not None and person.source is Source.CARD

    def _shown_value(self, field: FieldAnswer) -> str:
        """Put a known value into words, masked where it names a person's number."""
        words = dict(field.choices)
        day = day_of(field.value) if field.kind in ("date", "datetime") else None
        if day:
            return full_date(day, self._say)
        if field.path.endswith(_NUMBERS):
            return mask_number(field.value, Place.STAFF_SCREEN)
        if field.kind in ("choice", "multi_choice"):
            return self._say("new_case.list").join(words.get(part, part) for part in field.value.split("、"))
        if field.kind == "account":
            return mask_account(field.value)
        return field.value

    def _field(self, path: str) -> FieldAnswer | None:
        return next((field for field in self._case.assessment.fields if field.path == path), None)

    def _problem(self, field: FieldAnswer) -> Problem | None:
        problems = [p for p in self._case.assessment.problems if p.path == field.path and p.code != "missing"]
        return next((p for p in problems if p.holds), problems[0] if problems else None)

    @Slot()
    def _judge_typing(self) -> None:
        self._judged.add(self._typing)
        self._refresh()

    def _row(self, field: FieldAnswer) -> FieldRow:
        problem = self._problem(field)
        message, tone = "", ""
        if field.value and field.path in self._judged:
            if problem:
                message, tone = problem.words, "amber"
            else:
                tone = "green"
                if field.kind in _PADS:
                    message = self._say(f"new_case.information.fits_{field.kind}", count=len(field.value))
        value = " ".join(_groups(field.value, field.kind))
        if field.kind in ("choice", "bank"):
            value = next((text for key, text in field.choices if key == field.value), field.value)
        return FieldRow(
            field.path,
            field.label,
            field.kind,
            _PADS.get(field.kind, "text"),
            value,
            field.hint if field.required else field.hint or self._say("new_case.information.optional"),
            message,
            tone,
            field.required,
        )

    @Slot()
    def _refresh(self) -> None:
        self._rows.show([self._row(field) for field in self._asked()])
        known = self._known_fields()
        self._known.show(
            [
                KnownRow(field.label, self._shown_value(field))
                for field in (known if self._all_known else known[:_KNOWN_AT_FIRST])
            ]
        )
        open_field = self._field(self._choosing)
        self._choices.show(
            [Choice(key, text, key == open_field.value) for key, text in open_field.choices] if open_field else []
        )
        self.changed.emit()


def _belongs_here(field: FieldAnswer) -> bool:
    role, _, name = field.path.partition(".")
    if role in ("deceased", "applicant", "agent") and name in _PEOPLE:
        return False
    return field.path not in _ELSEWHERE and field.kind not in ("structured", "multi_choice") and bool(field.path)


def _groups(value: str, kind: str) -> list[str]:
    """Cut digits as people read them out: 138 0000 0021, 6222 0000 0000."""
    if kind == "phone" and value[:1] == "1":
        return [part for part in (value[:3], value[3:7], value[7:]) if part]
    if kind in _FOUR_DIGITS:
        return [value[start : start + 4] for start in range(0, len(value), 4)]
    return [value]
