"""Step b, 情形: how and when, what is wished, what the person had; the matters follow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import msgspec
from PySide6.QtCore import QObject, Signal, Slot

from kiosk.clock import local
from kiosk.domain import fill
from kiosk.domain.application import Application, Circumstance, DeceasedEntry, Disposition, Insurance
from kiosk.domain.assessment import Question
from kiosk.domain.form import time_of
from ui.qml_element import qml_element
from ui.rows import Rows
from ui.typed_property import Property
from ui.viewmodels.calendar_page import CalendarPage, QuickDay
from ui.viewmodels.matter_list import MatterListViewModel
from ui.viewmodels.person_tile import birth_of
from ui.viewmodels.working_case import WorkingCase

CIRCUMSTANCES: tuple[Circumstance, ...] = ("hospital", "outside", "abnormal")
RARE_CIRCUMSTANCES: tuple[Circumstance, ...] = ("abroad", "declared", "executed")
DISPOSITIONS: tuple[Disposition, ...] = ("cremation", "sea_burial", "tree_burial", "burial", "donation")
INSURANCES: tuple[Insurance, ...] = (
    "enterprise_pension",
    "public_pension",
    "resident_pension",
    "employee_medical",
    "resident_medical",
)
_APART: tuple[frozenset[str], ...] = (frozenset(INSURANCES[:3]), frozenset(INSURANCES[3:]))
"""Within each of these, one insurance takes the other's place: nobody is in two at once."""

_ICONS = {
    "hospital": "hospital",
    "outside": "house",
    "abnormal": "shield",
}
_LONGEST_LIFE = timedelta(days=366 * 130)
STEP = 1
_OWN_QUESTION = frozenset({"certificate_in_hand", *INSURANCES})
"""Facts that have a question of their own here."""


@dataclass(frozen=True)
class AnswerTile:
    """An answer to touch."""

    key: str
    text: str
    hint: str
    picture: str
    chosen: bool


@qml_element
class CircumstanceViewModel(QObject):
    """The questions of the step.

    "Not decided" and "not clear" are answers, too: they leave the value absent in the application, and this object
    remembers that they were given.
    """

    changed = Signal()

    def __init__(self, case: WorkingCase) -> None:
        super().__init__()
        self._case = case
        self._say = case.say
        self._answered: set[str] = (
            {"disposition", "insurance", "certificate", "tags"} if case.draft.step > STEP else set()
        )
        self._matters = MatterListViewModel(case)
        self._calendar = CalendarPage(case.say, self._bounds, self.chooseDay)
        self._tiles = {
            name: Rows(AnswerTile, self)
            for name in ("circumstances", "rare", "dispositions", "certificate", "insurances", "tags")
        }
        self._quick: Rows[QuickDay] = Rows(QuickDay, self)
        self._tags: dict[str, Question] = {}
        self._touching_tags = False
        case.changed.connect(self._refresh)
        self._refresh()

    # ---- what the wizard asks
    @property
    def missing(self) -> tuple[str, str]:
        """The first question without an answer and the sentence for it."""
        open_questions = self._open()
        if open_questions:
            first = open_questions[0]
            if len(open_questions) == 1:
                return first, self._say(f"new_case.circumstance.missing_{first}")
            return first, self._say(
                "new_case.circumstance.missing_more",
                first=self._say(f"new_case.circumstance.name_{first}"),
                count=len(open_questions),
            )
        problem = next(
            (
                problem
                for problem in self._case.assessment.problems
                if problem.holds
                and problem.code != "missing"
                and problem.path in ("deceased.death_at", "deceased.circumstance")
            ),
            None,
        )
        if problem:
            return "day", problem.words
        if self._matters.clash:
            return "matters", self._matters.clash
        if not self._matters.ticked:
            return "matters", self._say("new_case.circumstance.no_matters")
        return "", ""

    @property
    def ready_words(self) -> str:
        """What the bottom bar says when the step is complete."""
        return self._say("new_case.circumstance.ready", count=len(self._matters.ticked))

    @property
    def matter_list(self) -> MatterListViewModel:
        """The list at the side."""
        return self._matters

    def forget(self) -> None:
        """Take all answers back, those that left a value absent too."""
        self._answered.clear()
        application = self._case.application
        self._case.change(Application(service=application.service, pack=application.pack))
        self._refresh()

    # ---- what a person does
    @Slot(str)
    def chooseCircumstance(self, key: str) -> None:
        """Say where and how the person died."""
        if key in CIRCUMSTANCES + RARE_CIRCUMSTANCES:
            self._deceased(circumstance=key)

    @Slot(str)
    def chooseDay(self, iso: str) -> None:
        """Say on which day the person died; the hour stays as it was."""
        self._deceased(death_at=fill.moment_at(iso, time_of(self._case.application.deceased.death_at)))

    @Slot(str)
    def chooseDisposition(self, key: str) -> None:
        """Say what is wished; `undecided` is an answer."""
        self._answered.add("disposition")
        self._deceased(disposition=key if key in DISPOSITIONS else None)

    @Slot(str)
    def chooseCertificate(self, key: str) -> None:
        """Say whether the proof of death is in hand."""
        self._answered.add("certificate")
        self._deceased(certificate_in_hand={"yes": True, "no": False}.get(key))

    @Slot(str)
    def chooseInsurance(self, key: str) -> None:
        """Tick or untick an insurance; `none` and `unknown` are answers."""
        self._answered.add("insurance")
        have = list(self._case.application.deceased.insurance or ())
        if key in ("none", "unknown"):
            self._deceased(insurance=() if key == "none" else None)
            return
        kept: list[Insurance] = []
        for name in INSURANCES:
            if name == key:
                if name not in have:
                    kept.append(name)
            elif name in have and not any({name, key} <= group for group in _APART):
                kept.append(name)
        if not kept:
            self._answered.discard("insurance")
        self._deceased(insurance=tuple(kept) or None)

    @Slot(str)
    def toggleTag(self, fact: str) -> None:
        """Say that an identity tag holds, or take that back."""
        facts = dict(self._case.application.deceased.facts)
        if facts.get(fact):
            del facts[fact]
        else:
            facts[fact] = True
        self._answer_tags(facts)

    @Slot()
    def restNo(self) -> None:
        """Say that none of the other tags holds."""
        facts = dict(self._case.application.deceased.facts)
        for tile in self._tiles["tags"].rows():
            facts.setdefault(tile.key, False)
        self._answered.add("tags")
        self._answer_tags(facts)

    @Slot()
    def restUnknown(self) -> None:
        """Say that it is not clear about the other tags: the departments will check."""
        shown = {tile.key for tile in self._tiles["tags"].rows()}
        facts = self._case.application.deceased.facts
        self._answered.add("tags")
        self._answer_tags({fact: value for fact, value in facts.items() if value or fact not in shown})

    # ---- what is shown
    @Property(MatterListViewModel, constant=True)
    def matters(self) -> MatterListViewModel:
        """The list at the side."""
        return self._matters

    @Property(CalendarPage, constant=True)
    def calendar(self) -> CalendarPage:
        """The days to choose from."""
        return self._calendar

    @Property(QObject, constant=True)
    def quickDays(self) -> QObject:
        """Today, yesterday, the day before."""
        return self._quick

    @Property(QObject, constant=True)
    def circumstances(self) -> QObject:
        """The three usual circumstances."""
        return self._tiles["circumstances"]

    @Property(QObject, constant=True)
    def rareCircumstances(self) -> QObject:
        """The rare ones."""
        return self._tiles["rare"]

    @Property(bool, notify=changed)
    def rareChosen(self) -> bool:
        """Whether a rare one holds."""
        return self._case.application.deceased.circumstance in RARE_CIRCUMSTANCES

    @Property(QObject, constant=True)
    def dispositions(self) -> QObject:
        """What can be wished."""
        return self._tiles["dispositions"]

    @Property(QObject, constant=True)
    def certificate(self) -> QObject:
        """Whether the proof of death is in hand."""
        return self._tiles["certificate"]

    @Property(QObject, constant=True)
    def insurances(self) -> QObject:
        """The insurances."""
        return self._tiles["insurances"]

    @Property(QObject, constant=True)
    def tags(self) -> QObject:
        """The identity tags that no data source answers."""
        return self._tiles["tags"]

    @Property(bool, notify=changed)
    def restIsNo(self) -> bool:
        """Whether none of the other tags holds."""
        return "tags" in self._answered and not self._rest_open() and bool(self._tiles["tags"].rows())

    @Property(bool, notify=changed)
    def restIsUnknown(self) -> bool:
        """Whether the departments will check the other tags."""
        return "tags" in self._answered and self._rest_open()

    @Property(str, notify=changed)
    def person(self) -> str:
        """Who died, and at what age."""
        deceased = self._case.application.deceased
        birth = birth_of(deceased)
        if not deceased.name:
            return ""
        weekday = self._calendar.chosenWeekday
        on = (
            self._say("new_case.circumstance.died_on", date=self._calendar.chosenText, weekday=weekday)
            if weekday
            else ""
        )
        if birth is None:
            return self._say("new_case.circumstance.person", name=deceased.name) + on
        day = date.fromisoformat(deceased.death_at[:10]) if deceased.death_at else self._today()
        years = day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))
        return self._say("new_case.circumstance.person_age", name=deceased.name, years=years) + on

    @Property(str, notify=changed)
    def dayText(self) -> str:
        """The day of death in words, empty when not chosen."""
        return self._calendar.chosenText

    @Property(bool, notify=changed)
    def dayElsewhere(self) -> bool:
        """Whether the day is none of the quick ones."""
        return bool(self.dayText) and not any(day.chosen for day in self._quick.rows())

    @Property(str, notify=changed)
    def dayMessage(self) -> str:
        """What does not fit about the day."""
        problems = self._case.assessment.problems
        return next((p.words for p in problems if p.path == "deceased.death_at" and p.code != "missing"), "")

    @Property(str, notify=changed)
    def next(self) -> str:
        """The first question without an answer, which the page marks."""
        return next(iter(self._open()), "")

    # ---- inside
    def _today(self) -> date:
        return local(self._case.clock.now()).date()

    def _bounds(self) -> tuple[date, date, date]:
        today = self._today()
        return birth_of(self._case.application.deceased) or today - _LONGEST_LIFE, today, today

    def _deceased(self, **values: object) -> None:
        application = self._case.application
        deceased: DeceasedEntry = msgspec.structs.replace(application.deceased, **values)
        self._case.change(msgspec.structs.replace(application, deceased=deceased))
        self._refresh()

    def _answer_tags(self, facts: dict[str, bool]) -> None:
        self._touching_tags = True
        self._deceased(facts=facts)
        self._touching_tags = False

    def _open(self) -> list[str]:
        deceased = self._case.application.deceased
        answers = {
            "circumstance": deceased.circumstance is not None,
            "day": bool(deceased.death_at),
            "disposition": deceased.disposition is not None or "disposition" in self._answered,
            "certificate": deceased.certificate_in_hand is not None or "certificate" in self._answered,
            "insurance": deceased.insurance is not None or "insurance" in self._answered,
            "tags": "tags" in self._answered or not self._rest_open(),
        }
        return [name for name, answered in answers.items() if not answered]

    def _rest_open(self) -> bool:
        facts = self._case.application.deceased.facts
        return any(tile.key not in facts for tile in self._tiles["tags"].rows())

    @Slot()
    def _refresh(self) -> None:
        deceased = self._case.application.deceased
        self._show("circumstances", CIRCUMSTANCES, {deceased.circumstance})
        self._show("rare", RARE_CIRCUMSTANCES, {deceased.circumstance})
        undecided = "undecided" if deceased.disposition is None and "disposition" in self._answered else None
        self._show("dispositions", (*DISPOSITIONS, "undecided"), {deceased.disposition, undecided})
        in_hand = (
            {True: "yes", False: "no"}.get(deceased.certificate_in_hand)
            if deceased.certificate_in_hand is not None
            else None
        )
        self._show("certificate", ("yes", "no"), {in_hand})
        insured: set[str | None] = set(deceased.insurance or ())
        if not insured and (deceased.insurance is not None or "insurance" in self._answered):
            insured = {"unknown" if deceased.insurance is None else "none"}
        self._show("insurances", (*INSURANCES, "none", "unknown"), insured)
        self._show_tags(keep=self._touching_tags)
        self._calendar.show(deceased.death_at)
        self._quick.show(
            self._calendar.quick(
                ("new_case.dates.today", 0), ("new_case.dates.yesterday", -1), ("new_case.dates.before", -2)
            )
        )
        self.changed.emit()

    def _show(self, group: str, keys: Sequence[str], chosen: set[str | None]) -> None:
        self._tiles[group].show(
            [
                AnswerTile(
                    key,
                    self._say(f"new_case.{group}.{key}.text"),
                    self._say(f"new_case.{group}.{key}.hint"),
                    _ICONS.get(key, ""),
                    key in chosen,
                )
                for key in keys
            ]
        )

    def _show_tags(self, *, keep: bool) -> None:
        """Show the tags the case hangs on, answered ones too; a touch on one of them takes none away."""
        facts = self._case.application.deceased.facts
        tiles = {
            question.fact: question for question in self._case.assessment.tiles if question.fact not in _OWN_QUESTION
        }
        shown = {fact: question for fact, question in self._tags.items() if keep} | tiles
        self._tags = dict(sorted(shown.items(), key=lambda item: item[1].order))
        self._tiles["tags"].show(
            [AnswerTile(fact, tag.text, tag.hint, "", facts.get(fact) is True) for fact, tag in self._tags.items()]
        )
