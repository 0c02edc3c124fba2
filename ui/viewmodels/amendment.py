"""What is changed in the open case: a correction, a withdrawal, going on after all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from kiosk.clock import local
from kiosk.domain.application import AgentEntry, Application, decode
from kiosk.domain.authorization import standing
from kiosk.domain.case import Case, MatterState
from kiosk.domain.consent import standing_of
from kiosk.domain.lifecycle import MatterEvent, counter_may
from kiosk.domain.masks import mask_name
from kiosk.errors import KioskError
from kiosk.ids import MaterialId
from kiosk.ports.pages import CleanFile, ImportFile
from kiosk.services.amendments import Correction, CorrectionForm
from ui.desk import Desk
from ui.qml_element import qml_element
from ui.rows import Rows
from ui.typed_property import Property
from ui.viewmodels.captured_pages import FileRow
from ui.viewmodels.case_delivery import refused_words
from ui.viewmodels.choice import Choice
from ui.viewmodels.information import InformationViewModel
from ui.viewmodels.staff_words import day_words, due_day
from ui.viewmodels.words import explain
from ui.viewmodels.working_case import Enquiry

if TYPE_CHECKING:
    from kiosk.services.bundle import Services

_MOVES = {"correct": None, "withdraw": MatterEvent.WITHDRAWN, "reopen": MatterEvent.REOPENED, "revoke": None}
_REASONS = {
    "withdraw": ("other_plans", "another_counter", "wrong_case", "not_needed"),
    "reopen": ("goes_on", "by_mistake"),
    "revoke": ("comes_in_person", "another_agent", "other_plans"),
}
_MOST_FILES = 40
Bring = Callable[["Services", Correction], None]
"""Takes what was brought for a case of another station."""


@dataclass(frozen=True)
class CorrectionMaterial:
    """A material that can be brought."""

    materialId: str
    name: str
    words: str
    pages: int


@qml_element
class AmendmentViewModel(QObject):
    """The sheet over a case's page. Files stay here until they are sent, and go when the sheet is closed."""

    changed = Signal()
    amended = Signal()

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._case: Case | None = None
        self._asking = ""
        self._bring: Bring | None = None
        self._form: CorrectionForm | None = None
        self._copy = Enquiry(desk)  # the case itself changes only when the correction is sent
        self._entry = InformationViewModel(self._copy)
        self._taken: list[tuple[MaterialId, CleanFile]] = []
        self._remark = ""
        self._reason = ""
        self._choosing: MaterialId | None = None
        self._busy = False
        self._notice = ""
        self._materials: Rows[CorrectionMaterial] = Rows(CorrectionMaterial, self)
        self._files: Rows[FileRow] = Rows(FileRow, self)
        self._reasons: Rows[Choice] = Rows(Choice, self)
        self._copy.changed.connect(self._entered)

    def show(self, case: Case | None) -> None:
        """Take the case that is open; another one closes the sheet."""
        if case is None or self._case is None or case.case_number != self._case.case_number:
            self._clear()
        self._case = case
        self.changed.emit()

    # ---- what a person does
    @Slot(str)
    def open(self, kind: str) -> None:
        """Open the sheet: `correct`, `withdraw`, `reopen`, `revoke`; an empty kind closes it and forgets all."""
        self._clear()
        if kind in _MOVES and self._case:
            number = self._case.case_number
            self._asking = kind

            def take(form: CorrectionForm) -> None:
                if self._case and self._case.case_number == number:
                    self._take_form(form)

            if kind == "correct":
                self._desk.tasks.run(lambda services: services.amendments.form(number), take, self._failed)
        self._refresh()

    def bring(self, form: CorrectionForm, keep: Bring) -> None:
        """Open the sheet for a case of another station; `keep` takes what was brought."""
        self._clear()
        self._asking = "correct"
        self._bring = keep
        self._take_form(form)

    @Slot(str)
    def write(self, text: str) -> None:
        """Take the remark to the department."""
        self._remark = text
        self.changed.emit()

    @Slot(str)
    def capture(self, material_id: str) -> None:
        """Photograph one page of a material."""
        frames = self._desk.parts.frames
        if frames is not None:
            self._take(MaterialId(material_id), frames.capture)

    @Slot(str)
    def openFiles(self, material_id: str) -> None:
        """List the files that can be chosen for a material; an empty id closes the list."""
        self._choosing = MaterialId(material_id) if material_id else None
        self._files.show(())
        if material_id:
            self._desk.tasks.run(lambda _services: self._desk.parts.imports.list(), self._listed, self._failed)
        self.changed.emit()

    @Slot(str)
    def chooseFile(self, file_id: str) -> None:
        """Take a file of the list."""
        material = self._choosing
        if material:
            self.openFiles("")
            self._take(material, lambda: self._desk.parts.imports.read(file_id))

    @Slot(str)
    def undo(self, material_id: str) -> None:
        """Put the last file of a material away."""
        places = [place for place, (material, _) in enumerate(self._taken) if material == material_id]
        if places:
            del self._taken[places[-1]]
            self._refresh()

    @Slot(str)
    def chooseReason(self, key: str) -> None:
        """Give the reason for a withdrawal, or for going on."""
        if key in _REASONS.get(self._asking, ()):
            self._reason = key
            self._refresh()

    @Slot()
    def send(self) -> None:
        """Keep what was entered; it goes to the hub by itself."""
        case, bring = self._case, self._bring
        if self._busy or not self._asking or (case is None and bring is None):
            return
        number, kind, actor = case.case_number if case else "", self._asking, self._desk.operator_id
        correction = Correction(self._entry.values(), tuple(self._taken), self._remark)
        reason = self._desk.say(f"screen.amend.reason.{self._reason}") if self._reason else ""
        self._busy = True
        self._notice = ""

        def keep(services: Services) -> object:
            match kind:
                case "correct" if bring:
                    return bring(services, correction)
                case "correct":
                    return services.amendments.correct(number, correction, actor)
                case "withdraw":
                    return services.amendments.withdraw(number, reason, actor)
                case "revoke":
                    return services.authorizations.revoke(number, reason, actor)
                case _:
                    return services.amendments.reopen(number, reason, actor)

        self._desk.tasks.run(keep, self._kept, self._failed)
        self.changed.emit()

    # ---- what is shown
    @Property(str, notify=changed)
    def asking(self) -> str:
        """Which sheet is open: `correct`, `withdraw`, `reopen`, `revoke`, or none."""
        return self._asking

    @Property(bool, notify=changed)
    def mayWithdraw(self) -> bool:
        """Whether a matter can be taken back."""
        return self._may(MatterEvent.WITHDRAWN)

    @Property(bool, notify=changed)
    def mayReopen(self) -> bool:
        """Whether a matter that was taken back can go on."""
        return self._may(MatterEvent.REOPENED)

    @Property(str, notify=changed)
    def authorization(self) -> str:
        """How the agent's authorisation stands; empty when nobody acts for the applicant."""
        agent = self._agent
        if agent is None:
            return ""
        standing_now = standing(agent, local(self._desk.clock.now()).date())
        return self._desk.say(f"screen.amend.agent_{standing_now}", name=mask_name(agent.name or ""))

    @Property(bool, notify=changed)
    def mayRevoke(self) -> bool:
        """Whether there is an authorisation to end."""
        return self._agent is not None and self._agent.revoked_at is None

    @Property(bool, notify=changed)
    def reasonGiven(self) -> bool:
        """Whether a reason was chosen."""
        return bool(self._reason)

    @Property(bool, notify=changed)
    def mayCapture(self) -> bool:
        """Whether there is a camera."""
        return self._desk.parts.frames is not None

    @Property(str, notify=changed)
    def title(self) -> str:
        """What the sheet is about."""
        return self._desk.say(f"screen.amend.{self._asking}") if self._asking else ""

    @Property(str, notify=changed)
    def words(self) -> str:
        """What a department said and by when it is wanted, or what will happen."""
        refused = refused_words(self._case, self._asking, self._desk)
        if self._asking != "correct":
            said = self._desk.say(f"screen.amend.{self._asking}_words", count=self._moving) if self._asking else ""
            return refused or said
        asking = self._form.matters if self._form else ()
        if not asking:
            return refused or self._desk.say("screen.amend.correct_words")
        wanted: dict[str, list[str]] = {}
        for matter in asking:
            wanted.setdefault(matter.words, []).append(matter.name)
        said = "\n".join(f"{'、'.join(names)}：{words}" for words, names in wanted.items())
        day = due_day(self._form.due) if self._form else None
        today = local(self._desk.clock.now()).date()
        due = self._desk.say("screen.amend.due", day=day_words(day, today, self._desk.say)) if day else ""
        return f"{said}\n{due}" if due else said

    @Property(str, notify=changed)
    def doText(self) -> str:
        """The button's words."""
        asking = "bring" if self._bring else self._asking
        return self._desk.say(f"screen.amend.{asking}_do") if asking else ""

    @Property(str, notify=changed)
    def notice(self) -> str:
        """Why it was not kept."""
        return self._notice

    @Property(bool, notify=changed)
    def busy(self) -> bool:
        """Whether something is being kept."""
        return self._busy

    @Property(str, notify=changed)
    def remark(self) -> str:
        """The remark to the department."""
        return self._remark

    @Property(str, notify=changed)
    def choosingFile(self) -> str:
        """Name of the material a file is chosen for, empty when none is."""
        rows = self._materials.rows()
        return next((row.name for row in rows if row.materialId == self._choosing), "")

    @Property(InformationViewModel, constant=True)
    def entry(self) -> InformationViewModel:
        """Values that can be put right, entered as in a new case."""
        return self._entry

    @Property(bool, constant=True)
    def keysOnTouch(self) -> bool:
        """Whether keys are shown on the screen for a field that was touched."""
        return self._desk.keys_on_touch

    @Property(bool, constant=True)
    def textKeys(self) -> bool:
        """Whether the on-screen letters are there."""
        return self._desk.text_keys

    @Property(QObject, constant=True)
    def materials(self) -> QObject:
        """Materials that can be brought."""
        return self._materials

    @Property(QObject, constant=True)
    def files(self) -> QObject:
        """Files that can be chosen."""
        return self._files

    @Property(QObject, constant=True)
    def reasons(self) -> QObject:
        """Reasons to choose from."""
        return self._reasons

    # ---- inside
    @property
    def _agent(self) -> AgentEntry | None:
        return decode(self._case.application).agent if self._case else None

    @property
    def _moving(self) -> int:
        move = _MOVES.get(self._asking)
        states: list[MatterState] = [matter.state for matter in self._case.matters] if self._case else []
        return sum(counter_may(state, move) for state in states) if move else 0

    def _may(self, move: MatterEvent) -> bool:
        return self._case is not None and any(counter_may(matter.state, move) for matter in self._case.matters)

    def _take(self, material: MaterialId, fetch: Callable[[], bytes]) -> None:
        if self._busy:
            return
        self._busy = True
        self._notice = ""
        self._desk.tasks.run(lambda services: (material, services.pages.clean(fetch())), self._keep_file, self._failed)
        self.changed.emit()

    def _keep_file(self, taken: tuple[MaterialId, CleanFile]) -> None:
        self._busy = False
        if self._asking == "correct":
            self._taken.append(taken)
        self._refresh()

    def _listed(self, files: Sequence[ImportFile]) -> None:
        rows = [FileRow(file.id, file.name, f"{max(1, file.size // 1024)} KB") for file in files[:_MOST_FILES]]
        self._files.show(rows if self._choosing else [])
        self._notice = "" if rows else self._desk.say("new_case.materials.no_files")
        self.changed.emit()

    def _take_form(self, form: CorrectionForm) -> None:
        if self._asking == "correct":
            self._form = form
            self._copy.change(form.application)
            self._entry.ask_for(form.fields, all_needed=form.named)
            self._refresh()

    def _kept(self, _: object) -> None:
        self._clear()
        self.changed.emit()
        self.amended.emit()

    @Slot()
    def _entered(self) -> None:
        self._notice = ""
        self.changed.emit()

    def _failed(self, error: KioskError) -> None:
        self._busy = False
        self._notice = explain(error, self._desk)
        self.changed.emit()

    def _clear(self) -> None:
        self._asking = ""
        self._bring = None
        self._form = None
        self._entry.ask_for((), all_needed=False)
        self._copy.change(Application())
        self._taken = []
        self._remark = ""
        self._reason = ""
        self._choosing = None
        self._busy = False
        self._notice = ""
        for rows in (self._materials, self._files, self._reasons):
            rows.show(())

    def _refresh(self) -> None:
        form = self._form
        rows = []
        for material in form.materials if form else ():
            pages = sum(file.pages for material_id, file in self._taken if material_id == material.material_id)
            key = "pages_taken" if pages else f"badge_{standing_of(material.material_id, material.status)}"
            words = self._desk.say(f"screen.amend.{key}", count=pages or material.pages)
            rows.append(CorrectionMaterial(material.material_id, material.name, words, pages))
        self._materials.show(rows)
        self._reasons.show(
            [
                Choice(key, self._desk.say(f"screen.amend.reason.{key}"), key == self._reason)
                for key in _REASONS.get(self._asking, ())
            ]
        )
        self.changed.emit()
