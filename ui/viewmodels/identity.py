"""Step a, 身份: who died, who applies, who comes in their place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import msgspec
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from kiosk.domain import fill
from kiosk.domain.application import AgentEntry, Application, Source
from kiosk.domain.fill import Role
from kiosk.errors import KioskError
from kiosk.ports.cards import CardEvent, CardFailed, CardPresented, CardRead, CardReadout, CardRemoved, ReaderChanged
from ui.qml_element import qml_element
from ui.rows import Rows
from ui.typed_property import Property
from ui.viewmodels.person_tile import ROLES, PersonTile, entry_of, sex_of
from ui.viewmodels.working_case import WorkingCase

PAUSE_MS = 600
"""A message about what is typed comes after this pause, or on leaving the field."""

RELATIONS = ("10", "20", "30", "50", "70", "40", "in_law", "97")
"""The eight buttons, GB/T 4761-2008; a child's spouse is 28 or 38 by the applicant's sex."""

DOCUMENT_TYPES = ("111", "X01", "516", "511", "414", "553", "114", "990")
_CARD_ONLY = (("sex", None), ("birth", None), ("age", None), ("warnings", ()))
"""What only a card tells; it does not outlive typing over the card."""


@dataclass(frozen=True)
class Choice:
    """A button of a group."""

    key: str
    text: str
    chosen: bool


@qml_element
class IdentityViewModel(QObject):
    """The tiles, which of them waits, and the reader's news in words."""

    changed = Signal()
    focusWanted = Signal(str)

    def __init__(self, case: WorkingCase) -> None:
        super().__init__()
        self._case = case
        self._say = case.say
        self._tiles = {role: PersonTile(role, case) for role in ROLES}
        self._relations: Rows[Choice] = Rows(Choice, self)
        self._document_types: Rows[Choice] = Rows(Choice, self)
        self._wanted: Role | None = None
        self._editing: Role | None = None
        self._reading = False
        self._notice = ""
        self._judged: set[str] = set()
        self._readouts: dict[str, CardReadout] = {}
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._show_messages)
        case.changed.connect(self._refresh)
        self._refresh()

    # ---- what the wizard asks
    @property
    def missing(self) -> tuple[str, str]:
        """The first thing that is missing: where to go and the sentence; both empty when nothing is."""
        for role in self._roles:
            tile = self._tiles[role]
            if self._editing == role:
                return f"entry.{role}.name", self._say("new_case.identity.finish_entry", who=self._who(role))
            if not tile.complete:
                return f"tile.{role}", tile.held_by() or self._say(
                    "new_case.identity.missing_person", who=self._who(role)
                )
        if not self._case.application.applicant.relation:
            return "relation", self._say("new_case.identity.missing_relation")
        return "", ""

    @property
    def ready_words(self) -> str:
        """What the bottom bar says when the step is complete."""
        return self._say("new_case.identity.ready")

    def on_card(self, event: CardEvent) -> None:
        """Take the reader's news; a card fills the tile that waits and nothing else."""
        match event:
            case CardPresented():
                self._reading = self._waiting() is not None
                self._notice = ""
            case CardRead(readout=readout):
                self._reading = False
                self._take(readout)
            case CardFailed(code=code):
                self._reading = False
                self._notice = self._case.explain(KioskError(code))
            case CardRemoved():
                self._reading = False
            case ReaderChanged():
                return
        self._refresh()

    # ---- what a person does
    @Slot()
    def swap(self) -> None:
        """Exchange deceased and applicant: the persons, not what belongs to the roles."""
        self._notice = ""
        swapped = fill.swap_persons(self._case.application)
        for role in ROLES[:2]:
            person = entry_of(swapped, role)
            readout = self._readouts.get((person.document_number if person else None) or "")
            if readout and person and person.source is Source.CARD:
                swapped = _from_card(swapped, role, readout)
        self._case.change(swapped)

    @Slot(str)
    def readAgain(self, role: Role) -> None:
        """Let this tile wait for a card; what it holds stays until the card is read."""
        self._wanted = role
        self._editing = None
        self._notice = ""
        self._refresh()

    @Slot(str)
    def clear(self, role: Role) -> None:
        """Empty a tile; an agent's tile goes away."""
        self._editing = None
        self._wanted = None if role == "agent" else role
        self._notice = ""
        self._case.change(fill.clear_person(self._case.application, role))
        self._refresh()

    @Slot(str)
    def typeIn(self, role: Role | Literal[""]) -> None:
        """Open manual entry; an empty role is the one that waits."""
        self._editing = role or self._waiting() or "deceased"
        self._wanted = None
        self._notice = ""
        self._judged.clear()
        self._refresh()
        self.focusWanted.emit(f"entry.{self._editing}.name")

    @Slot()
    def finishEntry(self) -> None:
        """Close manual entry; with something wrong in it the words show and it stays open."""
        if self._editing is None:
            return
        tile = self._tiles[self._editing]
        self._show_messages()
        if not tile.name:
            self.focusWanted.emit(f"entry.{self._editing}.name")
        elif not tile.complete:
            self.focusWanted.emit(f"entry.{self._editing}.number")
        else:
            self._editing = None
        self._refresh()

    @Slot()
    def addAgent(self) -> None:
        """Add 代办人: the third tile, which waits at once if the others are filled."""
        if self._case.application.agent is None:
            self._case.change(msgspec.structs.replace(self._case.application, agent=AgentEntry()))

    @Slot()
    def quiet(self) -> None:
        """Put the reader's news away."""
        self._notice = ""
        self.changed.emit()

    @Slot(str)
    def chooseRelation(self, key: str) -> None:
        """Say what the applicant is to the deceased."""
        applicant = self._case.application.applicant
        code = ("38" if sex_of(applicant) == "2" else "28") if key == "in_law" else key
        self._case.change(
            msgspec.structs.replace(self._case.application, applicant=msgspec.structs.replace(applicant, relation=code))
        )

    @Slot(str)
    def chooseDocumentType(self, key: str) -> None:
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
    @Property(PersonTile, constant=True)
    def deceased(self) -> PersonTile:
        """Tile of the deceased."""
        return self._tiles["deceased"]

    @Property(PersonTile, constant=True)
    def applicant(self) -> PersonTile:
        """Tile of the applicant."""
        return self._tiles["applicant"]

    @Property(PersonTile, constant=True)
    def agent(self) -> PersonTile:
        """Tile of the agent."""
        return self._tiles["agent"]

    @Property(bool, notify=changed)
    def agentShown(self) -> bool:
        """Whether someone comes in the applicant's place."""
        return self._case.application.agent is not None

    @Property(bool, notify=changed)
    def canSwap(self) -> bool:
        """Whether there is anything to exchange."""
        return bool(self._tiles["deceased"].name or self._tiles["applicant"].name)

    @Property(QObject, constant=True)
    def relations(self) -> QObject:
        """The eight relations."""
        return self._relations

    @Property(QObject, constant=True)
    def documentTypes(self) -> QObject:
        """Kinds of document that can be typed."""
        return self._document_types

    @Property(str, notify=changed)
    def notice(self) -> str:
        """What the reader or the card has to say."""
        return self._notice

    @Property(str, notify=changed)
    def editing(self) -> str:
        """The role being typed, empty when none is."""
        return self._editing or ""

    @Property(str, notify=changed)
    def entryType(self) -> str:
        """The kind of document being typed, in words."""
        return self._tiles[self._editing].documentType if self._editing else ""

    @Property(str, notify=changed)
    def entryName(self) -> str:
        """The typed name."""
        return self._tiles[self._editing].name if self._editing else ""

    @Property(str, notify=changed)
    def entryNumber(self) -> str:
        """The number while it is being typed; the person typing it has it before them."""
        person = entry_of(self._case.application, self._editing) if self._editing else None
        return (person.document_number if person else None) or ""

    @Property(str, notify=changed)
    def entryNameMessage(self) -> str:
        """What is to be mended about the name."""
        return self._message("name")

    @Property(str, notify=changed)
    def entryNumberMessage(self) -> str:
        """What is to be mended about the number."""
        return self._message("document_number")

    @Property(bool, notify=changed)
    def entryComplete(self) -> bool:
        """Whether manual entry can be closed."""
        return self._editing is not None and self._tiles[self._editing].complete

    @Property(bool, notify=changed)
    def entryCitizen(self) -> bool:
        """Whether the number has digits and X only."""
        person = entry_of(self._case.application, self._editing) if self._editing else None
        return person is None or person.document_type in ("111", "X01")

    @Property(str, notify=changed)
    def title(self) -> str:
        """Where this step stands, in one sentence."""
        if self._editing:
            return self._say("new_case.identity.title_typing", who=self._who(self._editing))
        lacking = [role for role in self._roles if not self._tiles[role].complete]
        if len(lacking) >= 2:
            return self._say("new_case.identity.title_none")
        if lacking:
            return self._say("new_case.identity.title_one", who=self._who(lacking[0]))
        return self._say("new_case.identity.title_done")

    @Property(str, notify=changed)
    def subtitle(self) -> str:
        """One line of help under the title."""
        lacking = any(not self._tiles[role].complete for role in self._roles)
        return self._say("new_case.identity.subtitle" if lacking else "new_case.identity.subtitle_done")

    # ---- inside
    @property
    def _roles(self) -> tuple[Role, ...]:
        return ROLES if self.agentShown else ROLES[:2]

    def _who(self, role: str) -> str:
        return self._say(f"new_case.roles.{role}")

    def _waiting(self) -> Role | None:
        if self._editing:
            return None
        if self._wanted:
            return self._wanted
        for role in self._roles:
            person = entry_of(self._case.application, role)
            if person is None or not (person.name and person.document_number):
                return role
        return None

    def _take(self, readout: CardReadout) -> None:
        waiting = self._waiting()
        held = {
            role: person.document_number
            for role in ROLES
            if (person := entry_of(self._case.application, role)) and person.document_number
        }
        twice = next((role for role, number in held.items() if number == readout.document_number), None)
        if twice and twice != waiting:
            rest = self._say("new_case.identity.lay_other", who=self._who(waiting)) if waiting else ""
            self._notice = self._say("new_case.identity.same_card", who=self._who(twice)) + rest
        elif waiting is None:
            self._notice = self._say("new_case.identity.nobody_waits")
        else:
            self._wanted = None
            self._notice = ""
            self._readouts[readout.document_number] = readout
            self._tiles[waiting].note_validity(readout.valid_until)
            self._case.change(_from_card(self._case.application, waiting, readout))

    def _edit(self, **values: str | None) -> None:
        role = self._editing
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
        tile = self._tiles[self._editing] if self._editing else None
        if tile is not None:
            self._judged |= {"name", "document_number"} if tile.name else {"document_number"}
        self.changed.emit()

    def _message(self, field: str) -> str:
        if self._editing is None or field not in self._judged:
            return ""
        path = f"{self._editing}.{field}"
        return next((problem.words for problem in self._case.assessment.problems if problem.path == path), "")

    @Slot()
    def _refresh(self) -> None:
        waiting = self._waiting()
        for role, tile in self._tiles.items():
            person = entry_of(self._case.application, role)
            if role == self._editing:
                tile.stand("editing")
            elif role == waiting:
                tile.stand("reading" if self._reading else "waiting")
            else:
                tile.stand("filled" if person and (person.name or person.document_number) else "empty")
        relation = self._case.application.applicant.relation or ""
        self._relations.show(
            [Choice(key, self._say(f"new_case.relations.{key}"), _same_relation(key, relation)) for key in RELATIONS]
        )
        person = entry_of(self._case.application, self._editing) if self._editing else None
        self._document_types.show(
            [
                Choice(
                    key, self._say(f"new_case.document_types.{key}"), person is not None and person.document_type == key
                )
                for key in DOCUMENT_TYPES
            ]
        )
        self.changed.emit()


def _same_relation(key: str, code: str) -> bool:
    if not code or code in ("28", "38"):
        return bool(code) and key == "in_law"
    return key[0] == code[0] or (key == "97" and code[0] in "08")


def _from_card(application: Application, role: Role, readout: CardReadout) -> Application:
    return fill.from_card(
        application,
        role,
        name=readout.name,
        document_type=readout.document_type,
        document_number=readout.document_number,
        sex=readout.sex,
        birth=readout.birth,
        nation=readout.nation,
        address=readout.address,
        warnings=readout.warnings,
    )
