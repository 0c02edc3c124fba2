"""The tour: one case from sign-in to delivered, on the real pages, with a picture of every step."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QEventLoop, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QKeyEvent

from kiosk.domain.case import Case, Delivery
from kiosk.errors import ErrorCode, KioskError
from kiosk.ids import OperatorId
from kiosk.ports.training import TrainingControls
from ui.desk import Page
from ui.program import Program

_LIMIT_S = 30.0
_SETTLE_MS = 250
"""Longer than the longest animation of the theme."""
_ANSWERS = {"payee.bank": "中国工商银行", "payee.account": "6222020000000005561", "applicant.phone": "13800000021"}
_SIGNATURE = (
    "0.1 0.3 0.14 0.36",
    "0.08 0.52 0.13 0.58",
    "0.07 0.86 0.12 0.7 0.15 0.62",
    "0.2 0.24 0.2 0.7",
    "0.2 0.24 0.29 0.22 0.29 0.68",
    "0.245 0.34 0.24 0.6 0.19 0.84",
    "0.25 0.66 0.3 0.8",
    "0.34 0.26 0.34 0.66",
    "0.39 0.16 0.39 0.84 0.36 0.8",
    "0.46 0.26 0.49 0.32",
    "0.45 0.46 0.5 0.44 0.5 0.8 0.53 0.72",
    "0.54 0.38 0.66 0.34",
    "0.55 0.54 0.63 0.52",
    "0.59 0.54 0.59 0.72",
    "0.54 0.76 0.64 0.72",
    "0.62 0.18 0.65 0.6 0.71 0.84 0.72 0.74",
    "0.78 0.32 0.9 0.28 0.84 0.46 0.79 0.66 0.82 0.8 0.92 0.8 0.94 0.7",
)
"""Strokes of a written 测试乙: x y x y … as fractions of the signing area."""


@dataclass
class Visit:
    """What the tour leaves: the case's number, pictures in order, seconds by step."""

    case_number: str = ""
    pictures: list[str] = field(default_factory=list)
    timings: dict[str, float] = field(default_factory=dict)
    case: Case | None = None


class Tour:
    """Takes one case in, cuts the network meanwhile, and waits until it is delivered. GUI thread only."""

    def __init__(
        self,
        program: Program,
        training: TrainingControls,
        operator: tuple[str, str],
        out: Path,
        say: Callable[[str], None],
    ) -> None:
        """Drive this program; `operator` signs in; pictures go to `out`, progress to `say`."""
        self._program = program
        self._shell: Any = program.shell  # Qt properties are opaque to the type checker
        self._training = training
        self._operator = operator
        self._operator_id = OperatorId(operator[0])
        self._out = out
        self._say = say
        self._visit = Visit()

    def take(self) -> Visit:
        """Go through the whole visit.

        Raises:
            KioskError: UNEXPECTED with the step as ticket, a page did not get where it should in time.
        """
        for step in (
            self._sign_in,
            self._look_at_the_empty_list,
            self._read_two_cards,
            self._tell_the_circumstances,
            self._fill_in_the_rest,
            self._hand_over_materials,
            self._read_and_sign,
            self._take_in_without_a_network,
            self._rate,
            self._see_it_wait,
            self._bring_the_network_back,
            self._look_it_up,
            self._look_at_the_devices,
            self._lock,
        ):
            started = time.monotonic()
            step()
            name = step.__name__.strip("_")
            self._visit.timings[name] = round(time.monotonic() - started, 3)
            self._say(f"{name}: {self._visit.timings[name]:.1f} s")
        return self._visit

    # ---- the steps
    def _sign_in(self) -> None:
        self._until(self._program.window.isExposed, "window")
        self._program.window.requestActivate()
        self._picture("sign_in")
        page = self._page("SignInViewModel")
        page.typeOperator(self._operator[0])
        page.enter(self._operator[1])
        self._until(lambda: self._shell.page == Page.WORK_LIST, "work list")

    def _look_at_the_empty_list(self) -> None:
        self._settle()
        self._picture("work_list")

    def _read_two_cards(self) -> None:
        self._shell.newCase()
        self._until(lambda: self._shell.page == Page.NEW_CASE, "new case")
        identity = self._wizard.identity
        self._picture("identity_waiting")
        for card, tile in (("elder", identity.deceased), ("applicant", identity.applicant)):
            self._training.insert_card(card)
            self._until(lambda tile=tile: bool(tile.name), "card")  # type: ignore[misc]  # mypy infers no lambda with a default
            self._training.remove_card()
            self._settle()
            self._picture(f"identity_{card}")
        identity.chooseRelation("30")
        self._picture("identity_complete")
        self._go_on(1)

    def _tell_the_circumstances(self) -> None:
        step = self._wizard.circumstance
        self._picture("circumstance_empty")
        step.chooseCircumstance("hospital")
        step.chooseDay(step.quickDays.rows()[1].iso)
        step.chooseDisposition("cremation")
        step.chooseCertificate("yes")
        step.chooseInsurance("enterprise_pension")
        step.chooseInsurance("employee_medical")
        step.toggleTag("household_head")
        step.toggleTag("married")
        self._picture("circumstance_half")
        step.restNo()
        self._picture("circumstance")
        self._go_on(2)

    def _fill_in_the_rest(self) -> None:
        step = self._wizard.information
        self._picture("information_empty")
        for row in step.field_rows():
            answer = _ANSWERS.get(row.path)
            if answer:
                step.edit(row.path, answer)
                step.leave(row.path)
        self._picture("information")
        self._wizard.focusWanted.emit("payee.account")
        self._picture("information_keys")
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            key = QKeyEvent(kind, Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier)
            QGuiApplication.sendEvent(self._program.window, key)
        self._go_on(3)

    def _hand_over_materials(self) -> None:
        step = self._wizard.materials
        self._picture("materials_missing")
        while (missing := next((row for row in step.material_rows() if row.missing), None)) is not None:
            before = missing.materialId
            if missing.canCapture:
                step.pages.capture(before)
            elif missing.canPromise:
                step.decide(before, "promised")
            else:
                step.openDeferral(before)
                step.defer()
            self._until(partial(self._is_met, before), f"material {before}")
        self._picture("materials")
        self._go_on(4)

    def _read_and_sign(self) -> None:
        step = self._wizard.confirm
        self._picture("confirm_empty")
        for row in step.consents.rows():
            step.toggleConsent(row.key)
        for stroke in _SIGNATURE:
            step.signing.addStroke(stroke)
        self._picture("confirm")

    def _take_in_without_a_network(self) -> None:
        self._training.set_network(up=False)
        self._wizard.goOn()
        self._until(lambda: self._shell.page == Page.TAKEN_IN, "taken in")
        page = self._taken_in
        self._visit.case_number = page.number.replace(" ", "")
        self._until(lambda: all(job.tone == "green" for job in page.papers.rows()) and page.papers.rows(), "papers")
        self._settle()
        self._picture("taken_in")

    def _rate(self) -> None:
        page = self._taken_in
        page.chooseLevel(4)
        self._until(lambda: bool(page.rated), "rating")
        self._picture("rated")
        page.finish()
        self._until(lambda: self._shell.page == Page.WORK_LIST, "work list")

    def _see_it_wait(self) -> None:
        self._until(lambda: "1" in self._shell.status.syncWords, "waiting case")
        self._settle()
        self._picture("work_list_waiting")
        self._shell.openPlace(2)
        self._settle()
        self._picture("sync_waiting")

    def _bring_the_network_back(self) -> None:
        self._training.set_network(up=True)
        self._until(lambda: self._delivery() is Delivery.DELIVERED, "delivery")
        self._settle()
        self._picture("sync_delivered")

    def _look_it_up(self) -> None:
        self._shell.openPlace(1)
        self._picture("look_up")
        self._shell.go(Page.CASE, self._visit.case_number)
        self._until(lambda: bool(self._shell.pageModel.property("number")), "case page")
        self._settle()
        self._picture("case")

    def _look_at_the_devices(self) -> None:
        self._shell.openPlace(3)
        self._settle(1000)
        self._picture("devices")
        self._shell.dock.toggle()
        self._picture("training_dock")
        self._shell.dock.toggle()

    def _lock(self) -> None:
        self._shell.lock()
        self._picture("locked")

    # ---- how it is done
    @property
    def _wizard(self) -> Any:  # noqa: ANN401  its Qt properties are opaque to the type checker
        return self._page("NewCaseViewModel")

    @property
    def _taken_in(self) -> Any:  # noqa: ANN401  its Qt properties are opaque to the type checker
        return self._page("TakenInViewModel")

    def _page(self, kind: str) -> Any:  # noqa: ANN401  its Qt properties are opaque to the type checker
        model = self._shell.pageModel
        if type(model).__name__ != kind:
            raise KioskError(ErrorCode.UNEXPECTED, ticket=f"{kind} is not open")
        return model

    def _go_on(self, step: int) -> None:
        wizard = self._wizard
        self._until(lambda: bool(wizard.ready), f"step {step}: {wizard.hint}")
        wizard.goOn()
        self._until(lambda: wizard.step == step, f"step {step}")

    def _is_met(self, material_id: str) -> bool:
        return any(row.materialId == material_id and not row.missing for row in self._wizard.materials.material_rows())

    def _delivery(self) -> Delivery:
        number = self._visit.case_number

        answers: list[Case] = []
        self._program.tasks.run(lambda services: services.cases.look_again(number), answers.append)
        self._until(lambda: answers, "answer of the services")
        self._visit.case = answers[0]
        return answers[0].delivery

    def _picture(self, name: str) -> None:
        self._settle()
        file = f"{len(self._visit.pictures) + 1:02d}_{name}.png"
        self._program.window.grabWindow().save(str(self._out / file))
        self._visit.pictures.append(file)

    def _settle(self, milliseconds: int = _SETTLE_MS) -> None:
        loop = QEventLoop()
        QTimer.singleShot(milliseconds, loop.quit)
        loop.exec()

    def _until(self, holds: Callable[[], object], what: str) -> None:
        until = time.monotonic() + _LIMIT_S
        while not holds():
            if time.monotonic() > until:
                raise KioskError(ErrorCode.UNEXPECTED, ticket=what)
            QGuiApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
            self._settle(20)
