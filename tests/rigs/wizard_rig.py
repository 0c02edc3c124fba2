"""A counter for the pages: real rules, store, services and samples; jobs run when they are asked for or held back."""

from __future__ import annotations

import atexit
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, cast

import msgspec

from devices.cards.samples import sample_cards
from devices.frames.cleaner import ChildPageCleaner
from devices.frames.folder import ImportFolder
from devices.frames.sample import SampleFrames
from devices.printers.mock import MockPrinter
from kiosk.errors import KioskError
from kiosk.ids import OperatorId
from kiosk.paths import own_command
from kiosk.ports.cards import CardPresented, CardRead, CardReadout, CardRemoved
from kiosk.ports.printers import PaperSize
from kiosk.ports.store import Draft, OperatorRecord
from kiosk.ports.sync import HubReach, SyncReport
from kiosk.services.bundle import Services
from kiosk.wiring.counter import make_services
from kiosk.wiring.devices import Devices
from kiosk.wiring.foundation import Foundation, lay_foundation
from ui.desk import Desk, Page
from ui.parts import UiParts
from ui.tasks import Tasks
from ui.viewmodels.new_case import NewCaseViewModel
from ui.viewmodels.taken_in import TakenInViewModel

NOW = datetime(2026, 11, 18, 6, 6, tzinfo=UTC)
"""14:06 on a Wednesday in China."""


@dataclass
class HandClock:
    """A clock that a test moves by hand."""

    moment: datetime = NOW

    def now(self) -> datetime:
        """Give the time."""
        return self.moment

    def monotonic(self) -> float:
        """Give the same in seconds."""
        return self.moment.timestamp()

    def pass_by(self, **span: float) -> None:
        """Let time pass."""
        self.moment += timedelta(**span)


class HandTasks:
    """Jobs on the services, run at once, or when `work` is called while `held`."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.held = False
        self.trouble: KioskError | None = None
        self.waiting: list[Callable[[], None]] = []

    def run(
        self,
        job: Callable[[Services], Any],
        on_done: Callable[[Any], None],
        on_error: Callable[[KioskError], None] | None = None,
    ) -> None:
        """Take a job."""

        def call() -> None:
            try:
                if self.trouble is not None:
                    raise self.trouble
                result = job(self.services)
            except KioskError as error:
                if on_error is None:
                    raise
                on_error(error)
                return
            on_done(result)

        if self.held:
            self.waiting.append(call)
        else:
            call()

    def work(self) -> int:
        """Run the jobs that were held back; give how many."""
        waiting, self.waiting = self.waiting, []
        for call in waiting:
            call()
        return len(waiting)


@dataclass
class Rig:
    """One counter and where its pages sent one."""

    foundation: Foundation
    services: Services
    tasks: HandTasks
    clock: HandClock
    printer: MockPrinter
    desk: Desk
    import_folder: Path
    went: list[tuple[Page, str]] = field(default_factory=list)
    failures: list[KioskError] = field(default_factory=list)
    rounds: list[datetime] = field(default_factory=list)
    """When an exchange with the hub was asked for."""

    def draft(self) -> Draft:
        """Begin a draft."""
        return self.services.intake.begin(OperatorId("training"))

    def wizard(self, draft: Draft | None = None) -> NewCaseViewModel:
        """Open the wizard on a draft, a new one by default."""
        return NewCaseViewModel(draft or self.draft(), self.desk)

    def taken_in(self, case_number: str) -> TakenInViewModel:
        """Open the page of a case that was taken in."""
        return TakenInViewModel(case_number, self.desk)


@cache
def page_cleaner() -> ChildPageCleaner:
    """Start the one process that reads the files of all rigs; it ends with the tests."""
    cleaner = ChildPageCleaner(own_command("page_child"))
    atexit.register(cleaner.close)
    return cleaner


@contextmanager
def open_rig(folder: Path, *, keyboard: str = "auto", camera: bool = True) -> Iterator[Rig]:
    """Open a counter on a fresh folder."""
    clock = HandClock()
    foundation = lay_foundation(folder / "data", clock)
    imports = folder / "import"
    imports.mkdir(exist_ok=True)
    rounds: list[datetime] = []
    printer = MockPrinter("演示打印机", folder / "papers", PaperSize.A4)
    with foundation.store() as store:
        services = make_services(
            foundation, store, Devices((), printer), page_cleaner(), lambda: SyncReport(HubReach.UNKNOWN), lambda: None
        )
        tasks = HandTasks(services)
        parts = UiParts(
            open_services=lambda: services,
            close_services=lambda _services: None,
            assess=lambda application: foundation.rules.of(application.pack).assess(application, clock.now()),
            readers=(),
            frames=SampleFrames("camera") if camera else None,
            imports=ImportFolder(imports),
            training=None,
            station=foundation.config.station,
            screen=msgspec.structs.replace(foundation.config.screen, keyboard=keyboard),
            clock=clock,
            watch_sync=lambda _watcher: None,
            sync_now=lambda: rounds.append(clock.now()),
        )
        went: list[tuple[Page, str]] = []
        failures: list[KioskError] = []
        desk = Desk(parts, cast("Tasks", tasks), lambda page, subject: went.append((page, subject)), failures.append)
        desk.operator = OperatorRecord(OperatorId("training"), "测试己", "clerk", "")
        yield Rig(foundation, services, tasks, clock, printer, desk, imports, went, failures, rounds)


def sample(card_id: str) -> CardReadout:
    """Give what a sample card says."""
    return sample_cards()[card_id].read()


def lay(wizard: NewCaseViewModel, readout: CardReadout) -> None:
    """Lay a card, have it read, lift it."""
    for event in (CardPresented("mock"), CardRead("mock", readout), CardRemoved("mock")):
        wizard.on_card(event)


def fill_people(wizard: NewCaseViewModel) -> None:
    """Read both cards and choose the relation."""
    lay(wizard, sample("elder"))
    lay(wizard, sample("applicant"))
    wizard.identity.chooseRelation("30")


def fill_circumstance(wizard: NewCaseViewModel) -> None:
    """Answer the second step as in the standard case."""
    step = wizard.circumstance
    step.chooseCircumstance("hospital")
    step.chooseDay("2026-11-16")
    step.chooseDisposition("cremation")
    step.chooseCertificate("yes")
    step.chooseInsurance("enterprise_pension")
    step.chooseInsurance("employee_medical")
    step.restNo()


def fill_information(wizard: NewCaseViewModel) -> None:
    """Type what nobody knows."""
    typed = {"applicant.phone": "13800000021", "payee.account": "6222000000005566", "payee.bank": "中国银行"}
    for row in wizard.information.field_rows():
        if not row.value and row.path in typed:
            wizard.information.edit(row.path, typed[row.path])


def fill_materials(wizard: NewCaseViewModel) -> None:
    """Photograph what can be, let the rest follow."""
    for _ in range(12):
        row = next((row for row in wizard.materials.material_rows() if row.missing), None)
        if row is None:
            return
        if row.materialId == "cremation_certificate" and row.canDefer:
            wizard.materials.openDeferral(row.materialId)
            wizard.materials.defer()
        else:
            wizard.materials.pages.capture(row.materialId)


def fill_confirm(wizard: NewCaseViewModel) -> None:
    """Agree and sign."""
    for row in wizard.confirm._consents.rows():
        wizard.confirm.toggleConsent(row.key)
    for stroke in (
        "0.20 0.35 0.22 0.55 0.26 0.60 0.24 0.40 0.30 0.38",
        "0.34 0.30 0.33 0.62 0.40 0.60 0.42 0.34",
        "0.50 0.32 0.60 0.31 0.55 0.46 0.49 0.60 0.62 0.60 0.64 0.52",
        "0.70 0.30 0.84 0.30 0.72 0.55 0.72 0.64 0.86 0.64 0.87 0.55",
    ):
        wizard.confirm.signing.addStroke(stroke)


FILLERS = (fill_people, fill_circumstance, fill_information, fill_materials, fill_confirm)


def walk_to(wizard: NewCaseViewModel, step: int) -> None:
    """Fill the steps before this one and open it."""
    for filler in FILLERS[:step]:
        filler(wizard)
        wizard.goOn()
    assert wizard.step == step, wizard.hint
