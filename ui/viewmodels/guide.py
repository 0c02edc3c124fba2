"""The guide: what has to be done, what to bring and how long it takes, asked before there is a case."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QObject, Signal, Slot

from kiosk.domain.application import Application
from kiosk.domain.contents.sheet import SheetFrame
from kiosk.domain.guide import GuideEntry
from kiosk.domain.guide_plan import GuidePlan, PlanMatter
from kiosk.domain.sections import SectionedPaper
from ui.desk import Desk
from ui.qml_element import STRINGS, qml_element
from ui.rows import Rows
from ui.typed_property import Property
from ui.viewmodels.circumstance import AnswerTile, CircumstanceViewModel
from ui.viewmodels.sheet_printing import SheetPrinting
from ui.viewmodels.working_case import Enquiry

if TYPE_CHECKING:
    from kiosk.services.bundle import Services

HOUSEHOLDS = ("local", "elsewhere", "none")
_TONES = {"application": "slate", "automatic": "green", "booking": "amber", "inquiry": "slate"}


@dataclass(frozen=True)
class PlanRow:
    """A matter of the plan."""

    name: str
    department: str
    phone: str
    reason: str
    badge: str
    tone: str
    howLong: str
    last: bool


@dataclass(frozen=True)
class BringRow:
    """A material to bring."""

    name: str
    words: str
    last: bool


@dataclass(frozen=True)
class FoundRow:
    """A matter that was asked about."""

    name: str
    department: str
    phone: str
    badge: str
    tone: str
    how: str
    bring: str
    perhaps: str
    howLong: str
    basis: str


@qml_element
class GuideViewModel(QObject):
    """A few taps and what follows from them; or words, and the matters that they mean. Made anew for each visit."""

    changed = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._enquiry = Enquiry(desk)
        self._circumstance = CircumstanceViewModel(self._enquiry)
        self._printing = SheetPrinting(desk)
        self._plan: GuidePlan | None = None
        self._text = ""
        self._asked = ""
        self._found: list[GuideEntry] = []
        self._households: Rows[AnswerTile] = Rows(AnswerTile, self)
        self._matters: Rows[PlanRow] = Rows(PlanRow, self)
        self._perhaps: Rows[PlanRow] = Rows(PlanRow, self)
        self._bring: Rows[BringRow] = Rows(BringRow, self)
        self._answers: Rows[FoundRow] = Rows(FoundRow, self)
        self._enquiry.changed.connect(self._ask_plan)
        self._write()

    # ---- what a person does
    @Slot(str)
    def chooseHousehold(self, key: str) -> None:
        """Say where the household register is: at this place, elsewhere in the mainland, or nowhere."""
        division = {"local": self._desk.parts.station.division, "elsewhere": "", "none": None}[key]
        application = self._enquiry.application
        deceased = msgspec.structs.replace(application.deceased, household_division=division)
        self._enquiry.change(msgspec.structs.replace(application, deceased=deceased))

    @Slot()
    def begin(self) -> None:
        """Take all answers back."""
        self._circumstance.forget()

    @Slot(str)
    def type(self, words: str) -> None:
        """Take what is typed."""
        self._text = words
        self.changed.emit()

    @Slot()
    def search(self) -> None:
        """Look for what is typed."""
        self.ask(self._text)

    @Slot(str)
    def ask(self, words: str) -> None:
        """Look for words, pinyin or an everyday name."""
        words = words.strip()
        self._text = words
        if not words:
            self.forgetWords()
            return

        def find(services: Services) -> list[GuideEntry]:
            return services.guide.search(words)

        def take(found: list[GuideEntry]) -> None:
            self._asked, self._found = words, found
            self._write()

        self._printing.clear()
        self._desk.tasks.run(find, take)

    @Slot()
    def forgetWords(self) -> None:
        """Go back from the answers to the questions."""
        self._text = self._asked = ""
        self._found = []
        self._write()

    @Slot()
    def printSheet(self) -> None:
        """Print what is shown: the answers, or the plan."""
        application, words, found = self._enquiry.application, self._asked, list(self._found)

        def write(services: Services, frame: SheetFrame) -> SectionedPaper:
            if words:
                return services.guide.answers_sheet(words, found, frame)
            return services.guide.plan_sheet(application, frame)

        self._printing.print(write)

    # ---- what the page shows
    @Property(CircumstanceViewModel, constant=True)
    def circumstance(self) -> CircumstanceViewModel:
        """The questions that a case asks as well."""
        return self._circumstance

    @Property(SheetPrinting, constant=True)
    def printing(self) -> SheetPrinting:
        """What became of the printing."""
        return self._printing

    @Property(QObject, constant=True)
    def households(self) -> Rows[AnswerTile]:
        """Where the household register may be."""
        return self._households

    @Property(bool, constant=True)
    def keysOnTouch(self) -> bool:
        """Whether keys are shown on the screen for a field that was touched."""
        return self._desk.keys_on_touch

    @Property(bool, constant=True)
    def textKeys(self) -> bool:
        """Whether the on-screen letters are there."""
        return self._desk.text_keys

    @Property(str, notify=changed)
    def text(self) -> str:
        """What is typed."""
        return self._text

    @Property(STRINGS, constant=True)
    def everyday(self) -> list[str]:
        """What people ask for most, to touch."""
        return self._desk.say("screen.guide.everyday").split(" ")

    @Property(bool, notify=changed)
    def printable(self) -> bool:
        """Whether what is shown is worth a sheet: a plan, or answers that were found."""
        return bool(self._found) if self._asked else self._plan is not None

    @Property(bool, notify=changed)
    def asked(self) -> bool:
        """Whether answers to words are shown instead of the questions."""
        return bool(self._asked)

    @Property(str, notify=changed)
    def foundTitle(self) -> str:
        """How many were found."""
        key = "found" if self._found else "nothing"
        return self._desk.say(f"screen.guide.{key}", words=self._asked, count=len(self._found))

    @Property(QObject, constant=True)
    def answers(self) -> Rows[FoundRow]:
        """The matters found."""
        return self._answers

    @Property(bool, notify=changed)
    def planned(self) -> bool:
        """Whether enough was answered for a plan."""
        return self._plan is not None

    @Property(str, notify=changed)
    def planTitle(self) -> str:
        """How much there is to do."""
        if self._plan is None:
            return self._desk.say("screen.guide.plan_empty")
        return self._desk.say("screen.guide.plan", count=len(self._plan.matters))

    @Property(str, notify=changed)
    def planWords(self) -> str:
        """How long the whole takes, or what to do first."""
        if self._plan is None:
            return self._desk.say("screen.guide.plan_empty_words")
        return self._desk.say("screen.guide.plan_words", days=self._plan.promise_working_days)

    @Property(str, notify=changed)
    def bringTitle(self) -> str:
        """How many materials there are to bring."""
        return self._desk.say("screen.guide.bring", count=self._bring.rowCount())

    @Property(str, notify=changed)
    def perhapsTitle(self) -> str:
        """How many matters a department decides on."""
        return self._desk.say("screen.guide.perhaps", count=self._perhaps.rowCount())

    @Property(QObject, constant=True)
    def bring(self) -> Rows[BringRow]:
        """The materials to bring."""
        return self._bring

    @Property(QObject, constant=True)
    def matters(self) -> Rows[PlanRow]:
        """The matters that apply."""
        return self._matters

    @Property(QObject, constant=True)
    def perhaps(self) -> Rows[PlanRow]:
        """The matters that a department decides on."""
        return self._perhaps

    # ---- inside
    @Slot()
    @Slot()
    def _ask_plan(self) -> None:
        application = self._enquiry.application

        def plan(services: Services) -> GuidePlan:
            return services.guide.plan(application)

        def take(planned: GuidePlan) -> None:
            if application is self._enquiry.application:
                self._plan = planned if application != Application() else None
                self._write()

        self._printing.clear()
        self._desk.tasks.run(plan, take)

    def _write(self) -> None:
        say, plan = self._desk.say, self._plan
        division = self._enquiry.application.deceased.household_division
        local = self._desk.parts.station.division
        chosen = {local: "local", "": "elsewhere", None: "none"}.get(division) if division is not msgspec.UNSET else ""
        self._households.show(
            [AnswerTile(key, say(f"screen.guide.households.{key}"), "", "", key == chosen) for key in HOUSEHOLDS]
        )
        self._matters.show(self._plan_rows(plan.matters) if plan else [])
        self._perhaps.show(self._plan_rows(plan.perhaps) if plan else [])
        materials = plan.materials if plan else ()
        self._bring.show(
            [
                BringRow(
                    material.name,
                    say("screen.guide.material", form=material.form, issuer=material.issuer),
                    place == len(materials) - 1,
                )
                for place, material in enumerate(materials)
            ]
        )
        self._answers.show([self._found_row(entry) for entry in self._found])
        self.changed.emit()

    def _plan_rows(self, matters: tuple[PlanMatter, ...]) -> list[PlanRow]:
        return [
            PlanRow(
                name=matter.name,
                department=matter.department,
                phone=matter.phone,
                reason=matter.reason,
                badge=self._desk.say(f"new_case.modes.{matter.mode}"),
                tone=_TONES[matter.mode],
                howLong=matter.how_long,
                last=place == len(matters) - 1,
            )
            for place, matter in enumerate(matters)
        ]

    def _found_row(self, entry: GuideEntry) -> FoundRow:
        comma = self._desk.say("screen.guide.comma")
        return FoundRow(
            name=entry.name,
            department=entry.department,
            phone=entry.phone,
            badge=entry.mode,
            tone=_TONES[entry.mode_key],
            how=entry.follow_up,
            bring=comma.join(entry.bring) or self._desk.say("guide.nothing"),
            perhaps=comma.join(entry.perhaps),
            howLong=entry.how_long,
            basis=entry.basis if not entry.weak else self._desk.say("screen.guide.weak", basis=entry.basis),
        )
