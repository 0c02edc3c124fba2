"""Manual entry of a person (手工录入): the kind of document, the name, the number, judged after a pause."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from kiosk.domain.application import Source
from kiosk.domain.fill import Role
from ui.qml_element import qml_element
from ui.rows import Rows
from ui.typed_property import Property
from ui.viewmodels.choice import Choice
from ui.viewmodels.person_tile import PersonTile, entry_of
from ui.viewmodels.working_case import WorkingCase

PAUSE_MS = 600
"""A message about what is typed comes after this pause, or on leaving the field."""

DOCUMENT_TYPES = ("111", "X01", "516", "511", "414", "553", "114", "990")
_CARD_ONLY = (("sex", None), ("birth", None), ("age", None), ("warnings", ()))
"""What only a card tells; it does not outlive typing over the card."""


@qml_element
class ManualEntryViewModel(QObject):
    """One person at a time is typed; what is typed is in the case at once."""

    changed = Signal()
    focusWanted = Signal(str)

    def __init__(self, case: WorkingCase, tiles: Mapping[Role, PersonTile]) -> None:
        super().__init__()
        self._case = case
        self._say = case.say
        self._tiles = tiles
        self._document_types: Rows[Choice] = Rows(Choice, self)
        self._role: Role | None = None
        self._judged: set[str] = set()
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._show_messages)
        case.changed.connect(self._refresh)
        self._refresh()

    # ---- what the step asks
    @property
    def editing(self) -> Role | None:
        """Who is being typed."""
        return self._role

    def open(self, role: Role) -> None:
        """Begin with a person."""
        self._role = role
        self._judged.clear()
        self._refresh()
        self.focusWanted.emit(f"entry.{role}.name")

    def close(self) -> None:
        """End; what was typed stays."""
        self._role = None
        self._refresh()

    # ---- what a person does
    @Slot()
    def finish(self) -> None:
        """Close manual entry; with something wrong in it the words show and it stays open."""
        if self._role is None:
            return
        tile = self._tiles[self._role]
        self._show_messages()
        if not tile.name:
            self.focusWanted.emit(f"entry.{self._role}.name")
        elif not tile.complete:
            self.focusWanted.emit(f"entry.{self._role}.number")
        else:
            self._role = None
        self._refresh()

    @Slot(str)
    def chooseType(self, key: str) -> None:
        """Say what kind of document is typed."""
        self._edit(document_type=key)

    @Slot(str)
    def typeName(self, text: str) -> None:
        """Take the name as typed so far."""
        self._edit(name=text.strip() or None)

    @Slot(str)
    def typeNumber(self, text: str) -> None:
        """Take the number as typed so far; spaces do not count, x is X."""
        self._edit(document_number=text.replace(" ", "").upper() or None)

    @Slot(str)
    def leave(self, field: str) -> None:
        """Judge a field (`name`, `document_number`) that was left."""
        self._judged.add(field)
        self.changed.emit()

    # ---- what is shown
    @Property(QObject, constant=True)
    def documentTypes(self) -> QObject:
        """Kinds of document that can be typed."""
        return self._document_types

    @Property(str, notify=changed)
    def type(self) -> str:
        """The kind of document being typed, in words."""
        return self._tiles[self._role].documentType if self._role else ""

    @Property(str, notify=changed)
    def name(self) -> str:
        """The typed name."""
        return self._tiles[self._role].name if self._role else ""

    @Property(str, notify=changed)
    def number(self) -> str:
        """The number while it is being typed; the person typing it has it before them."""
        person = entry_of(self._case.application, self._role) if self._role else None
        return (person.document_number if person else None) or ""

    @Property(str, notify=changed)
    def nameMessage(self) -> str:
        """What is to be mended about the name."""
        return self._message("name")

    @Property(str, notify=changed)
    def numberMessage(self) -> str:
        """What is to be mended about the number."""
        return self._message("document_number")

    @Property(bool, notify=changed)
    def complete(self) -> bool:
        """Whether manual entry can be closed."""
        return self._role is not None and self._tiles[self._role].complete

    @Property(bool, notify=changed)
    def citizen(self) -> bool:
        """Whether the number has digits and X only."""
        person = entry_of(self._case.application, self._role) if self._role else None
        return person is None or person.document_type in ("111", "X01")

    # ---- inside
    def _edit(self, **values: str | None) -> None:
        role = self._role
        person = entry_of(self._case.application, role) if role else None
        if role is None or person is None:
            return
        known: dict[str, Any] = dict(values, source=Source.TYPED)
        known |= {name: empty for name, empty in _CARD_ONLY if hasattr(person, name)}
        edited = msgspec.structs.replace(person, **known)
        self._case.change(msgspec.structs.replace(self._case.application, **{role: edited}))
        self._judged.clear()
        self._pause.start()

    @Slot()
    def _show_messages(self) -> None:
        self._pause.stop()
        tile = self._tiles[self._role] if self._role else None
        if tile is not None:
            self._judged |= {"name", "document_number"} if tile.name else {"document_number"}
        self.changed.emit()

    def _message(self, field: str) -> str:
        if self._role is None or field not in self._judged:
            return ""
        path = f"{self._role}.{field}"
        return next((problem.words for problem in self._case.assessment.problems if problem.path == path), "")

    @Slot()
    def _refresh(self) -> None:
        person = entry_of(self._case.application, self._role) if self._role else None
        kind = person.document_type if person else None
        self._document_types.show(
            [Choice(key, self._say(f"new_case.document_types.{key}"), key == kind) for key in DOCUMENT_TYPES]
        )
        self.changed.emit()
