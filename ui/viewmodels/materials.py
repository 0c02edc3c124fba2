"""Step d, 材料: what is there, what others share, what is promised, what comes later."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from PySide6.QtCore import QObject, Signal, Slot

from kiosk.clock import local
from kiosk.domain import fill
from kiosk.domain.application import MaterialChoice
from kiosk.domain.assessment import MaterialNeed
from kiosk.domain.case import MaterialStatus
from kiosk.domain.consent import standing_of
from kiosk.ids import MaterialId
from ui.desk import Desk
from ui.qml_element import qml_element
from ui.rows import Rows
from ui.typed_property import Property
from ui.viewmodels.calendar_page import CalendarPage
from ui.viewmodels.captured_pages import CapturedPages
from ui.viewmodels.dates import day_of, short_date
from ui.viewmodels.working_case import WorkingCase

_LONGEST_DEFERRAL = timedelta(days=60)
_TONES = {
    MaterialStatus.SUPPLIED: "green",
    MaterialStatus.CARD: "green",
    MaterialStatus.SHARED: "green",
    MaterialStatus.PROMISED: "slate",
    MaterialStatus.DEFERRED: "amber",
    MaterialStatus.MISSING: "open",
}
_ICONS = {
    "deceased_id": "card",
    "applicant_id": "card",
    "household_register": "book",
    "death_certificate": "document",
    "cremation_certificate": "document",
    "social_card": "card",
    "bank_account": "bank",
}


@dataclass(frozen=True)
class MaterialRow:
    """A tile."""

    materialId: str
    name: str
    icon: str
    badge: str
    tone: str
    fact: str
    pages: int
    thumbnails: list[str]
    """The first pages as `data:` addresses; an empty one is still being made."""
    missing: bool
    first: bool
    """The first one that is missing: the one panel that waits."""
    canCapture: bool
    canShare: bool
    canPromise: bool
    canDefer: bool
    follows: str
    """By when it would follow, in words; empty when it cannot or was decided about."""
    canUndo: bool
    conditional: bool
    settled: bool
    """Whether a card gave it, so that there is nothing to do."""


@qml_element
class MaterialsViewModel(QObject):
    """Materials, at most seven and the conditional ones."""

    changed = Signal()

    def __init__(self, case: WorkingCase, desk: Desk) -> None:
        super().__init__()
        self._case = case
        self._desk = desk
        self._say = case.say
        self._rows: Rows[MaterialRow] = Rows(MaterialRow, self)
        self._pages = CapturedPages(case, desk)
        self._deferring: MaterialId | None = None
        self._calendar = CalendarPage(case.say, self._bounds, self._defer_until)
        case.changed.connect(self._refresh)
        self._pages.changed.connect(self._refresh)
        self._refresh()

    # ---- what the wizard asks
    @property
    def missing(self) -> tuple[str, str]:
        """The first material that is missing and holds the case, and the sentence."""
        lacking = [need for need in self._case.assessment.materials if need.status is MaterialStatus.MISSING]
        if self._pages.busy:
            return self._pages.busy, self._say("new_case.materials.busy")
        if not lacking:
            return "", ""
        need = lacking[0]
        ways = (
            "promise_or_defer"
            if need.may_promise and need.may_defer
            else "promise"
            if need.may_promise
            else "defer"
            if need.may_defer
            else "only"
        )
        return need.material_id, self._say(f"new_case.materials.missing_{ways}", name=need.name)

    @property
    def ready_words(self) -> str:
        """What the bottom bar says when the step is complete."""
        return self._say("new_case.materials.ready")

    def material_rows(self) -> tuple[MaterialRow, ...]:
        """Give the tiles as they are shown."""
        return self._rows.rows()

    # ---- what a person does
    @Slot(str, str)
    def decide(self, material_id: str, status: str) -> None:
        """Note that a material is `shared`, `promised`, or `deferred` until the day that is proposed."""
        if status == "shared":
            self._choose(material_id, MaterialChoice(status="shared"))
        elif status == "promised":
            self._choose(material_id, MaterialChoice(status="promised"))
        elif status == "deferred":
            due = self._due_of(MaterialId(material_id))
            self._choose(material_id, MaterialChoice(status="deferred", due=due))

    @Slot(str)
    def openDeferral(self, material_id: str) -> None:
        """Ask until when a material is to follow; a date is proposed. An empty id closes the question."""
        self._deferring = MaterialId(material_id) if material_id else None
        if self._deferring:
            self._calendar.show(self._due_of(self._deferring))
        self._refresh()

    @Slot()
    def defer(self) -> None:
        """Let the material follow until the day shown."""
        if self._deferring:
            material, due = self._deferring, self._due_of(self._deferring)
            self._deferring = None
            self._choose(material, MaterialChoice(status="deferred", due=due))

    @Slot(str)
    def undo(self, material_id: str) -> None:
        """Take back what was decided."""
        self._case.change(fill.choose_material(self._case.application, MaterialId(material_id), None))

    # ---- what is shown
    @Property(QObject, constant=True)
    def rows(self) -> QObject:
        """The tiles."""
        return self._rows

    @Property(CapturedPages, constant=True)
    def pages(self) -> CapturedPages:
        """Captured and imported files."""
        return self._pages

    @Property(CalendarPage, constant=True)
    def calendar(self) -> CalendarPage:
        """Days a material may follow by."""
        return self._calendar

    @Property(str, notify=changed)
    def deferring(self) -> str:
        """Name of the material that is to follow, empty when none is asked about."""
        return self._name(self._deferring)

    @Property(str, notify=changed)
    def title(self) -> str:
        """How many are missing."""
        lacking = sum(need.status is MaterialStatus.MISSING for need in self._case.assessment.materials)
        return (
            self._say("new_case.materials.title", count=lacking)
            if lacking
            else self._say("new_case.materials.title_done")
        )

    @Property(str, notify=changed)
    def subtitle(self) -> str:
        """How the others stand."""
        needs = self._case.assessment.materials
        standings = Counter(standing_of(need.material_id, need.status) for need in needs)
        standings["have"] = standings[MaterialStatus.SUPPLIED] + standings[MaterialStatus.CARD]
        parts = [
            self._say(f"new_case.materials.count_{key}", count=standings[key])
            for key in ("have", "shared", "promised", "signed", "deferred")
            if standings[key]
        ]
        lead = self._say("new_case.materials.count_all", count=len(needs))
        return lead + self._say("new_case.comma").join(parts)

    @Property(str, notify=changed)
    def byCard(self) -> str:
        """What the cards gave, in brackets; empty when they gave nothing."""
        names = [need.name for need in self._case.assessment.materials if need.status is MaterialStatus.CARD]
        return self._say("new_case.materials.by_card", names=self._say("new_case.list").join(names)) if names else ""

    # ---- inside
    def _name(self, material: MaterialId | None) -> str:
        return next((need.name for need in self._case.assessment.materials if need.material_id == material), "")

    def _bounds(self) -> tuple[date, date, date]:
        today = local(self._case.clock.now()).date()
        return today + timedelta(days=1), today + _LONGEST_DEFERRAL, today

    def _due_of(self, material: MaterialId) -> str:
        need = next((need for need in self._case.assessment.materials if need.material_id == material), None)
        return (need and (need.due or need.defer_by)) or ""

    def _defer_until(self, iso: str) -> None:
        if self._deferring:
            self._choose(self._deferring, MaterialChoice(status="deferred", due=iso))
            self._deferring = None
            self._refresh()

    def _choose(self, material_id: str, choice: MaterialChoice) -> None:
        self._case.change(fill.choose_material(self._case.application, MaterialId(material_id), choice))
        self._refresh()

    @Slot()
    def _refresh(self) -> None:
        first = next((need for need in self._case.assessment.materials if need.status is MaterialStatus.MISSING), None)
        self._rows.show([self._row(need, need is first) for need in self._case.assessment.materials])
        self._calendar.show(self._due_of(self._deferring) if self._deferring else None)
        self.changed.emit()

    def _row(self, need: MaterialNeed, first: bool) -> MaterialRow:
        busy = need.material_id == self._pages.busy
        if busy:
            badge = self._say("new_case.materials.badge_busy")
        elif need.status is MaterialStatus.SUPPLIED:
            badge = self._say("new_case.materials.badge_pages", count=need.pages)
        else:
            badge = self._say(f"new_case.materials.badge_{standing_of(need.material_id, need.status)}")
        fact = need.fact
        due, proposed = day_of(need.due), day_of(need.defer_by)
        if need.status is MaterialStatus.DEFERRED and due:
            fact = self._say("new_case.materials.due", date=short_date(due, self._say))
        by_card = need.status is MaterialStatus.CARD
        decided = need.material_id in self._case.application.material_choices
        return MaterialRow(
            need.material_id,
            need.name,
            _ICONS.get(need.material_id, "document"),
            badge,
            _TONES[need.status],
            fact or self._say(f"new_case.materials.fact_{need.status.value}"),
            need.pages,
            self._pages.thumbnails(need.material_id),
            need.status is MaterialStatus.MISSING,
            first,
            self._desk.parts.frames is not None and not by_card,
            need.may_share and need.status is MaterialStatus.MISSING,
            need.may_promise and need.status is MaterialStatus.MISSING,
            need.may_defer and need.status in (MaterialStatus.MISSING, MaterialStatus.DEFERRED),
            self._say("new_case.materials.due", date=short_date(proposed, self._say)) if proposed else "",
            decided and need.status is not MaterialStatus.SUPPLIED,
            need.conditional,
            by_card,
        )
