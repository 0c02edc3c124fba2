"""Step a, 身份: who died, who applies, who comes in their place."""

from __future__ import annotations

from typing import Literal

import msgspec
from PySide6.QtCore import QObject, Signal, Slot

from kiosk.domain import fill
from kiosk.domain.application import AgentEntry, Application, Source
from kiosk.domain.fill import Role
from kiosk.errors import KioskError
from kiosk.ports.cards import CardEvent, CardFailed, CardPresented, CardRead, CardReadout, CardRemoved, ReaderChanged
from ui.qml_element import qml_element
from ui.rows import Rows
from ui.typed_property import Property
from ui.viewmodels.choice import Choice
from ui.viewmodels.manual_entry import ManualEntryViewModel
from ui.viewmodels.person_tile import ROLES, PersonTile, entry_of, sex_of
from ui.viewmodels.working_case import WorkingCase

RELATIONS = ("10", "20", "30", "50", "70", "40", "in_law", "97")
"""The eight buttons, GB/T 4761-2008; a child's spouse is 28 or 38 by the applicant's sex."""


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
        self._wanted: Role | None = None
        self._reading = False
        self._notice = ""
        self._readouts: dict[str, CardReadout] = {}
        self._entry = ManualEntryViewModel(case, self._tiles)
        self._entry.changed.connect(self._refresh)
        self._entry.focusWanted.connect(self.focusWanted)
        case.changed.connect(self._refresh)
        self._refresh()

    # ---- what the wizard asks
    @property
    def missing(self) -> tuple[str, str]:
        """The first thing that is missing: where to go and the sentence; both empty when nothing is."""
        for role in self._roles:
            tile = self._tiles[role]
            if self._entry.editing == role:
                return f"entry.{role}.name", self._say("new_case.identity.finish_entry", who=self._who(role))
            if not tile.complete:
                return f"tile.{role}", tile.held_by() or self._say(
                    "new_case.identity.missing_person", who=self._who(role)
                )
        if not self._case.application.applicant.relation:
            return "relation", self._say("new_case.identity.missing_relation")
        held = next((p for p in self._case.assessment.problems if p.holds and p.path == "applicant.relation"), None)
        return ("relation", held.words) if held else ("", "")

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
        self._notice = ""
        self._entry.close()

    @Slot(str)
    def clear(self, role: Role) -> None:
        """Empty a tile; an agent's tile goes away."""
        self._wanted = None if role == "agent" else role
        self._notice = ""
        self._case.change(fill.clear_person(self._case.application, role))
        self._entry.close()

    @Slot(str)
    def typeIn(self, role: Role | Literal[""]) -> None:
        """Open manual entry; an empty role is the one that waits."""
        self._wanted, self._notice, waiting = None, "", self._waiting()
        self._entry.open(role or waiting or "deceased")

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

    @Property(str, notify=changed)
    def notice(self) -> str:
        """What the reader or the card has to say."""
        return self._notice

    @Property(ManualEntryViewModel, constant=True)
    def entry(self) -> ManualEntryViewModel:
        """What is typed instead of read."""
        return self._entry

    @Property(str, notify=changed)
    def relationMessage(self) -> str:
        """What does not fit about the relation, or what a person should look at twice."""
        found = [p for p in self._case.assessment.problems if p.path == "applicant.relation" and p.code != "missing"]
        return next((problem.words for problem in sorted(found, key=lambda p: not p.holds)), "")

    @Property(str, notify=changed)
    def title(self) -> str:
        """Where this step stands, in one sentence."""
        if self._entry.editing:
            return self._say("new_case.identity.title_typing", who=self._who(self._entry.editing))
        lacking = [role for role in self._roles if not self._tiles[role].complete]
        if len(lacking) >= 2:
            return self._say("new_case.identity.title_none")
        if lacking:
            return self._say("new_case.identity.title_one", who=self._who(lacking[0]))
        return self._say("new_case.identity.title_all" if self.agentShown else "new_case.identity.title_done")

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
        if self._entry.editing:
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
            if waiting == "applicant":
                self._case.recall_phone()

    @Slot()
    def _refresh(self) -> None:
        waiting = self._waiting()
        for role, tile in self._tiles.items():
            person = entry_of(self._case.application, role)
            if role == self._entry.editing:
                tile.stand("editing")
            elif role == waiting:
                tile.stand("reading" if self._reading else "waiting")
            else:
                tile.stand("filled" if person and (person.name or person.document_number) else "empty")
        relation = self._case.application.applicant.relation or ""
        self._relations.show(
            [Choice(key, self._say(f"new_case.relations.{key}"), _same_relation(key, relation)) for key in RELATIONS]
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
