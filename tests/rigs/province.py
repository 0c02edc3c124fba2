"""The province as a counter's screen asks it for a case of another station."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from counter_values import matter
from msgspec.structs import replace

from kiosk.domain.case import CaseState, MatterState
from kiosk.domain.numbering import CaseNumber
from kiosk.errors import ErrorCode, HubError, KioskError
from kiosk.ids import MaterialId
from kiosk.ports.elsewhere import GivenResult, LookedUp, LookUp

FOREIGN = str(CaseNumber("370103", "W01", "A", date(2026, 11, 16), 5))
"""A case of another station."""


def case_elsewhere() -> LookedUp:
    """Make a case of another station: one matter waits for the family, one is finished with a document."""
    waits = replace(
        matter(0, MatterState.CORRECTION_REQUESTED, words="户口簿缺首页。请补一张带户号的首页。"),
        correction_due="2026-11-25",
        wanted_materials=(MaterialId("household_register"),),
    )
    return LookedUp(
        case_number=FOREIGN,
        official_number="SL20261116000005",
        service="after_death",
        state=CaseState.CORRECTION_REQUESTED,
        station="测试市第二便民服务中心居民身后一件事综合窗口",
        phone="0531 0000 0002",
        taken_in_at="2026-11-16T02:10:00.000Z",
        promise_due="2026-12-03",
        promise_provisional=False,
        deceased="测*甲 370100********9991",
        applicant="测*乙 370100********9994",
        matters=(matter(1, MatterState.IN_PROGRESS), waits, matter(3, MatterState.FINISHED)),
        partial=True,
        names={"household_register": "户口簿"},
        results=(GivenResult(matter_id=matter(3, MatterState.FINISHED).matter_id, name="殡仪服务预约单（测试）"),),
        rated=False,
    )


def case_to_correct() -> LookedUp:
    """Make the same of a hub that takes corrections; a field is wanted, too."""
    case = case_elsewhere()
    wants = ("deceased.cremation_number", "payee.account")
    matters = tuple(
        replace(one, wanted_fields=wants) if one.state is MatterState.CORRECTION_REQUESTED else one
        for one in case.matters
    )
    return replace(case, matters=matters, offers="free")


@dataclass
class Province:
    """Answers at once, or when `tell` is called while `held`."""

    answer: LookedUp | KioskError = field(default_factory=lambda: HubError(ErrorCode.LOOK_UP_REFUSED))
    held: bool = False
    asked: list[LookUp] = field(default_factory=list)
    waiting: list[Callable[[LookedUp | KioskError], None]] = field(default_factory=list)

    def ask(self, question: LookUp, done: Callable[[LookedUp | KioskError], None]) -> None:
        """Take a question."""
        self.asked.append(question)
        self.waiting.append(done)
        if not self.held:
            self.tell()

    def tell(self) -> None:
        """Answer what was asked."""
        waiting, self.waiting = self.waiting, []
        for done in waiting:
            done(self.answer)
