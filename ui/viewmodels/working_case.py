"""The case on the counter: the application, what follows from it, and the draft that is kept at every change."""

from __future__ import annotations

from msgspec.structs import replace
from PySide6.QtCore import QObject, Signal

from kiosk.clock import local, parse
from kiosk.domain import consent, fill
from kiosk.domain.application import AgentEntry, Application, decode, encode
from kiosk.domain.assessment import Assessment, MatterAnswer
from kiosk.errors import KioskError
from kiosk.ids import CaseId, OperatorId
from kiosk.messages import describe
from kiosk.ports.store import Draft
from ui.desk import Desk
from ui.viewmodels.words import explain

_BLANK = (Application(), Application(agent=AgentEntry()))


class WorkingCase(QObject):
    """One application under work.

    Lives on the GUI thread. Every `change` is judged at once and saved in the background: one save is under way at a
    time, changes made meanwhile go with the next one, a failed save is said and tried again with the next change.
    """

    changed = Signal()
    saveStateChanged = Signal()

    def __init__(self, draft: Draft, desk: Desk) -> None:
        super().__init__()
        self._draft = draft
        self._desk = desk
        self.say = desk.say
        self.clock = desk.clock
        self.application: Application = decode(draft.application)
        self.assessment: Assessment = desk.parts.assess(self.application)
        self._saving = False
        self._unsaved = False
        self._closed = False
        self._trouble: KioskError | None = None

    @property
    def draft(self) -> Draft:
        """The draft as it would be saved now."""
        return Draft(
            case_id=self._draft.case_id,
            operator_id=self._draft.operator_id,
            step=self._draft.step,
            application=encode(self.application),
            updated_at=self._draft.updated_at,
        )

    @property
    def blank(self) -> bool:
        """Whether nothing was entered: no value typed, read or photographed."""
        return replace(self.application, pack=None) in _BLANK

    @property
    def saved(self) -> bool:
        """Whether the store has everything."""
        return not (self._saving or self._unsaved or self._trouble)

    @property
    def saved_words(self) -> str:
        """When the draft was last saved, or why it was not."""
        if self._trouble:
            return self.say(
                "new_case.draft.failed", what=describe(self._trouble, self._desk.parts.screen.language).what
            )
        if not self._draft.updated_at:
            return ""
        return self.say("new_case.draft.saved", time=local(parse(self._draft.updated_at)).strftime("%H:%M"))

    def explain(self, error: KioskError) -> str:
        """Put a failure into one line of words."""
        return explain(error, self._desk)

    @property
    def chosen(self) -> tuple[MatterAnswer, ...]:
        """The matters that go into the case."""
        return self.assessment.chosen(frozenset(self.application.declined))

    def change(self, application: Application) -> None:
        """Put another application in place of the present one; a change of the content voids the signatures."""
        if application == self.application:
            return
        self.application = application = consent.voided(self.application, application)
        self.assessment = self._desk.parts.assess(application)
        self._save()
        self.changed.emit()

    def recall_phone(self) -> None:
        """Ask what telephone the applicant gave at this station before; it fills an empty place, nothing else."""
        number = self.application.applicant.document_number
        if number and not self.application.applicant.phone:
            operator_id = self._desk.operator_id
            self._desk.tasks.run(
                lambda services: services.intake.phone_of(number, operator_id),
                lambda phone: self._recalled(number, phone),
                lambda _error: None,  # nothing is lost by asking the person
            )

    def judge_again(self) -> None:
        """Judge the same application anew, because time has gone on."""
        self.assessment = self._desk.parts.assess(self.application)
        self.changed.emit()

    def move_to(self, step: int) -> None:
        """Note the step the draft stands at."""
        if step != self._draft.step:
            self._draft = Draft(
                self._draft.case_id, self._draft.operator_id, step, self._draft.application, self._draft.updated_at
            )
            self._save()

    def close(self) -> None:
        """Save no more: the case was taken in or discarded."""
        self._closed = True

    def open(self) -> None:
        """Save again: the case was not taken in after all."""
        self._closed = False

    def _recalled(self, number: str, phone: str) -> None:
        applicant = self.application.applicant
        if phone and applicant.document_number == number and not applicant.phone:
            self.change(fill.set_field(self.application, "applicant.phone", phone))

    def _save(self) -> None:
        self._unsaved = True
        if self._saving or self._closed:
            return
        self._saving = True
        self._unsaved = False
        draft = self.draft
        self._desk.tasks.run(lambda services: services.intake.save(draft), self._kept, self._not_kept)

    def _kept(self, draft: Draft) -> None:
        self._saving = False
        self._trouble = None
        self._draft = Draft(
            self._draft.case_id, self._draft.operator_id, self._draft.step, draft.application, draft.updated_at
        )
        if self._unsaved:
            self._save()
        self.saveStateChanged.emit()

    def _not_kept(self, error: KioskError) -> None:
        self._saving = False
        self._trouble = error
        self._unsaved = True
        self.saveStateChanged.emit()


class Enquiry(WorkingCase):
    """Answers that are judged like a case's and kept nowhere."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(Draft(CaseId(""), OperatorId(""), 0, encode(Application()), ""), desk)

    def _save(self) -> None:
        """Nothing is kept: there is no case, or what is tried is not yet part of it."""
