"""The list of matters that builds itself beside the questions."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal, Slot

from kiosk.domain import fill
from kiosk.domain.assessment import Applicability, MatterAnswer, Mode
from kiosk.ids import MatterId
from ui.qml_element import qml_element
from ui.rows import Rows
from ui.typed_property import Property
from ui.viewmodels.dates import bare_due, day_of, short_date
from ui.viewmodels.working_case import WorkingCase

REASONS = ("not_now", "done_already", "not_our_case", "elsewhere")


@dataclass(frozen=True)
class MatterRow:
    """One matter as the list shows it."""

    matterId: str
    name: str
    department: str
    reason: str
    badge: str
    tone: str
    due: str
    ticked: bool


@dataclass(frozen=True)
class ReasonRow:
    """A reason for leaving a matter out."""

    key: str
    text: str


@qml_element
class MatterListViewModel(QObject):
    """Matters that apply, each with its reason; those not decided yet stand in the foot line."""

    changed = Signal()

    def __init__(self, case: WorkingCase) -> None:
        super().__init__()
        self._case = case
        self._say = case.say
        self._rows: Rows[MatterRow] = Rows(MatterRow, self)
        self._pending: Rows[MatterRow] = Rows(MatterRow, self)
        self._reasons: Rows[ReasonRow] = Rows(ReasonRow, self)
        self._reasons.show([ReasonRow(key, self._say(f"new_case.decline.{key}")) for key in REASONS])
        self._asking: MatterId | None = None
        case.changed.connect(self._refresh)
        self._refresh()

    @property
    def ticked(self) -> list[MatterAnswer]:
        """The matters that will be taken in for certain."""
        declined = self._case.application.declined
        return [matter for matter in self._applying() if matter.matter_id not in declined]

    @property
    def clash(self) -> str:
        """The words for two chosen matters that exclude each other; empty when none do."""
        names = {matter.matter_id: matter.short_name for matter in self.ticked}
        for matter in self.ticked:
            for other in matter.alternative_to:
                if other in names:
                    return self._say("new_case.matters.clash", one=matter.short_name, other=names[other])
        return ""

    @Slot(str)
    def toggle(self, matter_id: str) -> None:
        """Tick a matter again, or ask why it is to be left out."""
        matter = MatterId(matter_id)
        if matter in self._case.application.declined:
            self._case.change(fill.decline_matter(self._case.application, matter, None))
        else:
            self._asking = matter
            self.changed.emit()

    @Slot(str)
    def decline(self, reason: str) -> None:
        """Leave the matter out that was asked about, for this reason."""
        if self._asking is None or reason not in REASONS:
            return
        matter, self._asking = self._asking, None
        words = self._say(f"new_case.decline.{reason}")
        self._case.change(fill.decline_matter(self._case.application, matter, words))
        self.changed.emit()

    @Slot()
    def keep(self) -> None:
        """Leave the matter in the list after all."""
        self._asking = None
        self.changed.emit()

    @Property(QObject, constant=True)
    def rows(self) -> QObject:
        """The matters that apply."""
        return self._rows

    @Property(QObject, constant=True)
    def pendingRows(self) -> QObject:
        """The matters a department decides on first."""
        return self._pending

    @Property(QObject, constant=True)
    def reasons(self) -> QObject:
        """Reasons for leaving a matter out."""
        return self._reasons

    @Property(str, notify=changed)
    def asking(self) -> str:
        """Name of the matter that is to be left out, empty when none is."""
        return next((matter.name for matter in self._case.assessment.matters if matter.matter_id == self._asking), "")

    @Property(str, notify=changed)
    def title(self) -> str:
        """How many there are."""
        count = len(self.ticked)
        return self._say("new_case.matters.title", count=count) if count else self._say("new_case.matters.title_none")

    @Property(str, notify=changed)
    def subtitle(self) -> str:
        """How many of which kind."""
        counts = Counter(matter.mode for matter in self.ticked)
        parts = [
            self._say(f"new_case.matters.count_{mode.value}", count=counts[mode])
            for mode in (Mode.AUTOMATIC, Mode.APPLICATION, Mode.BOOKING, Mode.INQUIRY)
            if counts[mode]
        ]
        left_out = len(self._applying()) - len(self.ticked)
        if left_out:
            parts.append(self._say("new_case.matters.count_declined", count=left_out))
        return self._say("new_case.comma").join(parts) if parts else self._say("new_case.matters.subtitle_none")

    @Property(str, notify=changed)
    def latest(self) -> str:
        """The last day of them all in words."""
        days = [day for matter in self.ticked if (day := day_of(matter.due))]
        return short_date(max(days), self._say) if days else ""

    @Property(str, notify=changed)
    def foot(self) -> str:
        """What waits for a department."""
        pending = self._waiting()
        if not pending:
            return ""
        if len(pending) == 1:
            return self._say(
                "new_case.matters.pending_one", name=pending[0].short_name, department=pending[0].department
            )
        return self._say("new_case.matters.pending", count=len(pending), name=pending[0].short_name)

    def _applying(self) -> list[MatterAnswer]:
        return [matter for matter in self._case.assessment.matters if matter.state is Applicability.APPLIES]

    def _waiting(self) -> list[MatterAnswer]:
        return [matter for matter in self._case.assessment.matters if matter.state is Applicability.PENDING]

    @Slot()
    def _refresh(self) -> None:
        self._rows.show([self._row(matter) for matter in self._applying()])
        self._pending.show([self._row(matter) for matter in self._waiting()])
        self.changed.emit()

    def _because(self, matter: MatterAnswer) -> str:
        """Say why a matter applies, what holds for its day and its order, and that its basis is weak."""
        weak = self._say("new_case.matters.weak") if matter.weak else ""
        return self._say("new_case.matters.and").join(words for words in (matter.reason, matter.note, weak) if words)

    def _row(self, matter: MatterAnswer) -> MatterRow:
        tones = {Mode.APPLICATION: "slate", Mode.AUTOMATIC: "green", Mode.BOOKING: "amber", Mode.INQUIRY: "slate"}
        declined = self._case.application.declined.get(matter.matter_id)
        return MatterRow(
            matter.matter_id,
            matter.short_name,
            matter.department,
            self._because(matter) if declined is None else self._say("new_case.matters.declined", reason=declined),
            self._say(f"new_case.modes.{matter.mode.value}"),
            tones[matter.mode],
            bare_due(matter.due_text),
            declined is None,
        )
