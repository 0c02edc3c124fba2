"""New case (新办一件): five steps, a draft kept at every change, one sentence that says what is missing."""

from __future__ import annotations

from enum import IntEnum

from PySide6.QtCore import QEnum, QObject, Signal, Slot

from kiosk.ports.cards import CardEvent
from kiosk.ports.store import Draft
from ui.desk import Desk, Page
from ui.qml_element import STRINGS, qml_element
from ui.typed_property import Property
from ui.viewmodels.circumstance import CircumstanceViewModel
from ui.viewmodels.confirm import ConfirmViewModel
from ui.viewmodels.earlier_cases import EarlierCasesViewModel
from ui.viewmodels.identity import IdentityViewModel
from ui.viewmodels.information import InformationViewModel
from ui.viewmodels.materials import MaterialsViewModel
from ui.viewmodels.working_case import WorkingCase

StepViewModel = IdentityViewModel | CircumstanceViewModel | InformationViewModel | MaterialsViewModel | ConfirmViewModel


_EARLIER = "earlier"
"""The place that the wizard names when earlier cases have to be decided about."""


class Step(IntEnum):
    """The steps, as a draft counts them."""

    IDENTITY = 0
    CIRCUMSTANCE = 1
    INFORMATION = 2
    MATERIALS = 3
    CONFIRM = 4


@qml_element
class NewCaseViewModel(QObject):
    """The wizard.

    Back is open at every step and loses nothing. Forward is open when the step is complete; a forward button that
    waits says what is missing and moves the focus there. Lives on the GUI thread; one draft, one instance.
    """

    QEnum(Step)

    changed = Signal()
    stepChanged = Signal()
    focusWanted = Signal(str)

    def __init__(self, draft: Draft, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._say = desk.say
        self._case = WorkingCase(draft, desk)
        self._identity = IdentityViewModel(self._case)
        self._circumstance = CircumstanceViewModel(self._case)
        self._information = InformationViewModel(self._case)
        self._materials = MaterialsViewModel(self._case, desk)
        self._confirm = ConfirmViewModel(self._case, desk)
        self._earlier = EarlierCasesViewModel(self._case, desk)
        self._steps: tuple[StepViewModel, ...] = (
            self._identity,
            self._circumstance,
            self._information,
            self._materials,
            self._confirm,
        )
        self._step = Step(min(max(draft.step, 0), len(Step) - 1))
        self._reached = self._step
        self._explained = False
        for step in self._steps:
            step.changed.connect(self.changed)
        self._earlier.changed.connect(self.changed)
        self._case.saveStateChanged.connect(self.changed)
        self._case.changed.connect(self._calm)
        self._identity.focusWanted.connect(self.focusWanted)
        self._information.focusWanted.connect(self.focusWanted)
        self._confirm.takenIn.connect(self._taken_in)
        self._enter(self._step)

    def on_card(self, event: CardEvent) -> None:
        """Take the reader's news; cards belong to the first step."""
        if self._step is Step.IDENTITY:
            self._identity.on_card(event)

    def leave(self) -> None:
        """Keep the draft for later; one in which nothing was entered goes."""
        if self._case.blank:
            self._case.close()
            case_id = self._case.draft.case_id
            self._desk.tasks.run(lambda services: services.intake.discard(case_id), lambda _: None)

    # ---- what a person does
    @Slot()
    def goOn(self) -> None:
        """Do what the button at the lower right says, or say why it waits."""
        place, _ = self._missing()
        if place or self._confirm.busy:
            self._explained = True
            if place == _EARLIER:
                self._earlier.ask()
            self.changed.emit()
            if place:
                self.focusWanted.emit(place)
        elif self._step is Step.CONFIRM:
            self._confirm.take_in()
        else:
            self._move(Step(self._step + 1))

    @Slot()
    def goBack(self) -> None:
        """Go one step back; from the first one, to the work list."""
        if self._step is Step.IDENTITY:
            self.later()
        else:
            self.goTo(self._step - 1)

    @Slot(int)
    def goTo(self, step: int) -> None:
        """Go to a step that was reached before."""
        if 0 <= step <= self._reached and not self._confirm.busy:
            self._move(Step(step))

    @Slot()
    def later(self) -> None:
        """Leave the draft for later (稍后再办)."""
        if not self._confirm.busy:
            self._desk.go(Page.WORK_LIST, "")

    # ---- what is shown
    @Property(int, notify=stepChanged)
    def step(self) -> int:
        """The step that is open."""
        return int(self._step)

    @Property(int, notify=changed)
    def reached(self) -> int:
        """The furthest step reached."""
        return int(self._reached)

    @Property(STRINGS, constant=True)
    def steps(self) -> list[str]:
        """The steps in words."""
        return [self._say(f"new_case.steps.{step.name.lower()}") for step in Step]

    @Property(str, notify=changed)
    def savedWords(self) -> str:
        """Where the draft stands."""
        return self._case.saved_words

    @Property(str, constant=True)
    def who(self) -> str:
        """The window and the operator."""
        operator = self._desk.operator
        return self._say("new_case.who", window=self._desk.parts.station.window, name=operator.name if operator else "")

    @Property(str, notify=changed)
    def hint(self) -> str:
        """What is missing, or what comes when nothing is."""
        _, words = self._missing()
        return words or self._steps[self._step].ready_words

    @Property(bool, notify=changed)
    def hintNeedsPerson(self) -> bool:
        """Whether the hint must be read: the button was touched while it waited, or the printer has trouble."""
        return self._explained or (self._step is Step.CONFIRM and bool(self._confirm.printerWords))

    @Property(bool, notify=changed)
    def ready(self) -> bool:
        """Whether the button at the lower right acts."""
        return not self._missing()[0] and not self._confirm.busy

    @Property(str, notify=stepChanged)
    def primaryText(self) -> str:
        """What the button at the lower right says."""
        if self._step is Step.CONFIRM:
            return self._say("new_case.take_in")
        following = Step(self._step + 1)
        return self._say("new_case.next", step=self._say(f"new_case.steps.{following.name.lower()}"))

    @Property(str, notify=stepChanged)
    def backText(self) -> str:
        """What the button at the lower left says; empty on the first step."""
        return "" if self._step is Step.IDENTITY else self._say("new_case.back")

    @Property(bool, constant=True)
    def keysOnTouch(self) -> bool:
        """Whether keys are shown on the screen for a field that was touched."""
        return self._desk.keys_on_touch

    @Property(bool, constant=True)
    def keysAlways(self) -> bool:
        """Whether keys are shown without a touch, too."""
        return self._desk.parts.screen.keyboard == "always"

    @Property(bool, constant=True)
    def textKeys(self) -> bool:
        """Whether the on-screen letters are there: the input method is the virtual keyboard."""
        return self._desk.text_keys

    @Property(IdentityViewModel, constant=True)
    def identity(self) -> IdentityViewModel:
        """Step a."""
        return self._identity

    @Property(CircumstanceViewModel, constant=True)
    def circumstance(self) -> CircumstanceViewModel:
        """Step b."""
        return self._circumstance

    @Property(InformationViewModel, constant=True)
    def information(self) -> InformationViewModel:
        """Step c."""
        return self._information

    @Property(MaterialsViewModel, constant=True)
    def materials(self) -> MaterialsViewModel:
        """Step d."""
        return self._materials

    @Property(ConfirmViewModel, constant=True)
    def confirm(self) -> ConfirmViewModel:
        """Step e."""
        return self._confirm

    @Property(EarlierCasesViewModel, constant=True)
    def earlier(self) -> EarlierCasesViewModel:
        """Earlier cases of the same person."""
        return self._earlier

    @Property(str, notify=changed)
    def earlierBanner(self) -> str:
        """That the person was taken in before: while the people are asked for, and before the case is taken in."""
        shown = self._step in (Step.IDENTITY, Step.CONFIRM) and not self._earlier.hidden
        return self._earlier.banner if shown else ""

    # ---- inside
    def _missing(self) -> tuple[str, str]:
        if self._step is Step.CONFIRM and self._earlier.undecided:
            return _EARLIER, self._earlier.missing_words
        return self._steps[self._step].missing

    @Slot()
    def _calm(self) -> None:
        self._explained = False
        self.changed.emit()

    def _move(self, step: Step) -> None:
        self._step = step
        self._reached = max(self._reached, step)
        self._explained = False
        self._case.move_to(int(self._reached))
        self._enter(step)
        self.stepChanged.emit()
        self.changed.emit()

    def _enter(self, step: Step) -> None:
        if step is Step.INFORMATION:
            self._information.enter()
        elif step is Step.CONFIRM:
            self._confirm.enter()
            self._earlier.remind()

    @Slot(str)
    def _taken_in(self, case_number: str) -> None:
        self._desk.go(Page.TAKEN_IN, case_number)
