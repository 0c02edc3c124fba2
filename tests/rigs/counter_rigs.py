"""A counter for the screen's tests: services in memory, a day's cases, devices that do what the test says."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from io import BytesIO
from types import SimpleNamespace
from typing import Any, cast

from counter_values import NOW, RECEIPT, check, matter, print_job, queue_line, summary
from offer_rigs import Offers
from PIL import Image
from province import Province
from station_rigs import station_services

from kiosk.config import ScreenConfig, StationConfig
from kiosk.crypto.signing import SigningKey
from kiosk.domain.application import ApplicantEntry, Application, DeceasedEntry, decode, encode
from kiosk.domain.assessment import FieldAnswer, FieldState
from kiosk.domain.case import (
    Case,
    CaseMaterial,
    CaseMatter,
    CaseState,
    Delivery,
    MaterialStatus,
    MatterState,
    Refusal,
)
from kiosk.domain.paper import PaperKind
from kiosk.domain.paper_seal import PaperSeals
from kiosk.errors import AccessError, ErrorCode, StoreError
from kiosk.ids import CaseId, MaterialId, OperatorId
from kiosk.ports.cards import CardEvent, CardReadout, ReaderChanged, ReaderStatus
from kiosk.ports.elsewhere import LookUp
from kiosk.ports.paper_store import PrintedPaper, PrintJob
from kiosk.ports.printers import PrinterReport, PrinterStatus, PrintJobState
from kiosk.ports.relay import Relay
from kiosk.ports.results import ResultFile
from kiosk.ports.store import CaseSummary, Draft, DraftSummary, OperatorRecord
from kiosk.ports.sync import QueueLine, SyncCounts, SyncReport
from kiosk.services.amendments import CorrectionForm
from kiosk.services.results import ShownResult
from kiosk.services.rules import shipped_rules
from ui.parts import UiParts
from ui.viewmodels.sync_words import NOTHING

OPERATOR = OperatorRecord(OperatorId("0301"), "测试己", "clerk", "")
SECRET = "2468"


def blank_page() -> bytes:
    """Make the picture of a page with nothing on it."""
    out = BytesIO()
    Image.new("L", (1130, 1600), "white").save(out, "JPEG")
    return out.getvalue()


@dataclass
class StillClock:
    """Time that moves when told."""

    moment: datetime = NOW

    def now(self) -> datetime:
        """Give the moment."""
        return self.moment

    def monotonic(self) -> float:
        """Give the moment in seconds."""
        return self.moment.timestamp()


@dataclass
class LaidReader:
    """A reader that is always there; the test lays the cards."""

    name: str = "测试读卡器"
    tell: Callable[[CardEvent], None] | None = None

    def status(self) -> ReaderStatus:
        """Give the state."""
        return ReaderStatus.READY

    def start(self, on_event: Callable[[CardEvent], None]) -> None:
        """Watch."""
        self.tell = on_event
        on_event(ReaderChanged(self.name, ReaderStatus.READY))

    def stop(self) -> None:
        """Watch no more."""
        self.tell = None


@dataclass
class Hand:
    """What the training dock was told."""

    said: list[str] = field(default_factory=list)

    def sample_cards(self) -> Sequence[tuple[str, str]]:
        """List the cards."""
        return [("deceased", "测试甲（逝者，85 岁）"), ("applicant", "测试乙（女儿）"), ("broken", "读不出的卡")]

    def insert_card(self, card_id: str) -> None:
        """Note it."""
        self.said.append(f"insert {card_id}")

    def remove_card(self) -> None:
        """Note it."""
        self.said.append("remove")

    def set_network(self, up: bool) -> None:
        """Note it."""
        self.said.append(f"network {up}")

    def set_paper(self, present: bool) -> None:
        """Note it."""
        self.said.append(f"paper {present}")


SEALS = PaperSeals("370100-TEST-W03", SigningKey(bytes(range(32))))
"""Of this counter; no other terminal is known."""


@dataclass
class Counter:
    """The state behind the in-memory services. Tests change it between looks."""

    clock: StillClock = field(default_factory=StillClock)
    reader: LaidReader = field(default_factory=LaidReader)
    hand: Hand = field(default_factory=Hand)
    cases: list[CaseSummary] = field(default_factory=list)
    drafts: list[DraftSummary] = field(default_factory=list)
    queue: list[QueueLine] = field(default_factory=list)
    jobs: list[PrintJob] = field(default_factory=list)
    counts: SyncCounts = NOTHING
    clock_offset_ms: int | None = None
    printer: PrinterReport = field(default_factory=lambda: PrinterReport(PrinterStatus.READY))
    checks: list[Any] = field(default_factory=list)
    matters: tuple[CaseMatter, ...] = ()
    results: list[ResultFile] = field(default_factory=list)
    offers: Offers = field(default_factory=Offers)
    opened: list[str] = field(default_factory=list)
    signed_out: int = 0
    retried: int = 0
    sent_again: list[str] = field(default_factory=list)
    relay: Relay | None = None
    province: Province = field(default_factory=Province)
    facts: tuple[str, ...] = ("目录 2026-11 版", "工作日历到 2026-12-31")
    rounds: threading.Event = field(default_factory=threading.Event)
    tell_sync: Callable[[SyncReport], None] | None = None
    refuse: Exception | None = None
    issuable: tuple[PaperKind, ...] = (PaperKind.RECEIPT_OF_MATERIALS,)

    def parts(self, *, mode: str = "window", large_text: bool = False, language: str = "zh") -> UiParts:
        """Make the parts of the screen around it."""
        return UiParts(
            open_services=self._services,
            close_services=lambda _: None,
            assess=lambda application: shipped_rules().assess(application, self.clock.now()),
            readers=(self.reader,),
            frames=cast("Any", SimpleNamespace(name="测试高拍仪")),
            imports=cast("Any", None),
            training=self.hand,
            station=StationConfig(
                id="TEST",
                title="测试市居民身后一件事综合窗口",
                window="3 号窗口",
                division="370100",
                terminal_code="W03",
                terminal_id="370100-TEST-W03",
                phone="0531 0000 0000",
                complaint_phone="12345",
                address="测试市测试区测试路 1 号",
            ),
            screen=ScreenConfig(
                mode=cast("Any", mode),
                language=cast("Any", language),
                large_text=large_text,
                keyboard="auto",
                lock_after_s=300,
            ),
            clock=self.clock,
            watch_sync=self._watch,
            sync_now=self.rounds.set,
            relay=self.relay,
            elsewhere=self.province,
            facts=lambda: self.facts,
            sign_in_hint="演示工号 0301，密码 2468",
        )

    def _watch(self, tell: Callable[[SyncReport], None]) -> None:
        self.tell_sync = tell

    def _services(self) -> Any:  # noqa: ANN401  stands for kiosk.services.bundle.Services
        return SimpleNamespace(
            session=SimpleNamespace(sign_in=self._sign_in, sign_out=self._sign_out),
            intake=SimpleNamespace(begin=self._begin, resume=self._resume, save=lambda draft: draft),
            cases=SimpleNamespace(
                worklist=self._worklist, find=self._find, open=self._open, look_again=self._look_again
            ),
            papers=SimpleNamespace(
                work=lambda: [job for job in self.jobs if job.state is not PrintJobState.DONE],
                printer_report=lambda: self.printer,
                printed=lambda _: [PrintedPaper("p", RECEIPT, len(self.jobs), "")] if self.jobs else [],
                jobs=lambda _: list(self.jobs),
                issue=self._issue,
                issuable=lambda _: self.issuable,
                check=SEALS.check,
            ),
            results=SimpleNamespace(
                of_case=lambda _: list(self.results),
                open=lambda result, _actor: ShownResult(result.result_id, 3, b""),
                picture=lambda _shown, _page, _long_side: blank_page(),
                close=lambda: None,
            ),
            elsewhere=SimpleNamespace(by_card=self._by_card),
            amendments=SimpleNamespace(form=self._form),
            offers=self.offers,
            queue=SimpleNamespace(
                counts=lambda: self.counts,
                lines=lambda: list(self.queue),
                clock_offset_ms=lambda: self.clock_offset_ms,
                retry_now=self._retry,
                send_again=self.sent_again.append,
            ),
            health=SimpleNamespace(checks=lambda: list(self.checks)),
            **station_services(self.clock),
        )

    def _sign_in(self, operator_id: str, secret: str) -> OperatorRecord:
        if operator_id != OPERATOR.operator_id or secret != SECRET:
            raise AccessError(ErrorCode.SIGN_IN_REFUSED)
        return OPERATOR

    def _by_card(self, number: str, readout: CardReadout, actor: OperatorId) -> LookUp:
        return LookUp(case_number=number, operator=actor, reason="card", proof=readout.document_type)

    def _sign_out(self) -> None:
        self.signed_out += 1

    def _begin(self, operator_id: OperatorId) -> Draft:
        return Draft(CaseId("draft"), operator_id, 0, encode(Application()))

    def _resume(self, case_id: CaseId) -> Draft:
        return Draft(case_id, OPERATOR.operator_id, 1, encode(Application()))

    def _worklist(self, _: OperatorId) -> Any:  # noqa: ANN401  stands for WorkList
        if self.refuse:
            raise self.refuse
        going = [case for case in self.cases if case.state != CaseState.FINISHED]
        return SimpleNamespace(
            attention=tuple(case for case in going if case.attention),
            in_progress=tuple(case for case in going if not case.attention),
            ended=tuple(case for case in self.cases if case.state == CaseState.FINISHED),
            drafts=tuple(self.drafts),
            today=SimpleNamespace(taken_in=6, delivered=5, on_the_way=1, finished=3),
        )

    def _find(self, text: str) -> list[CaseSummary]:
        return [case for case in self.cases if text in case.deceased_name or case.case_number.endswith(text)]

    def _open(self, number: str, _actor: OperatorId) -> Case:
        case = self._look_again(number)
        self.opened.append(number)
        return case

    def _look_again(self, number: str) -> Case:
        summary = next((case for case in self.cases if case.case_number == number), None)
        if summary is None:
            raise StoreError(ErrorCode.CASE_NOT_FOUND)
        return Case(
            case_id=summary.case_id,
            case_number=number,
            service="after_death",
            state=CaseState.IN_PROGRESS,
            rev=1,
            delivery=summary.delivery,
            taken_in_at=summary.taken_in_at,
            operator=OPERATOR.operator_id,
            station="TEST",
            promise_due=summary.promise_due,
            promise_provisional=True,
            official_number="3701002611120000874" if summary.delivery is Delivery.DELIVERED else None,
            delivered_at="2026-11-12T02:20:00.000Z" if summary.delivery is Delivery.DELIVERED else None,
            catalog_version="2026-11",
            application=encode(
                Application(
                    deceased=DeceasedEntry(name=summary.deceased_name, document_number="370100194001019991"),
                    applicant=ApplicantEntry(
                        name=summary.applicant_name, document_number="37010019700101999X", phone="13800000021"
                    ),
                )
            ),
            matters=self.matters,
            materials=(),
            attachments=(),
            refusals=tuple(
                Refusal(
                    kind="case_taken_in",
                    words="身份证号与姓名对不上，请核对",
                    code="NAME_MISMATCH",
                    occurred_at=summary.taken_in_at,
                    superseded=superseded,
                )
                for superseded in (True, False)
                if summary.delivery is Delivery.NEEDS_ATTENTION
            ),
            correctable=summary.delivery is Delivery.NEEDS_ATTENTION,
        )

    def _form(self, number: str) -> CorrectionForm:
        asking = tuple(matter for matter in self.matters if matter.state is MatterState.CORRECTION_REQUESTED)
        register = CaseMaterial(
            material_id=MaterialId("household_register"), name="户口簿", status=MaterialStatus.SUPPLIED, pages=2
        )
        field = FieldAnswer(
            "cremation_number",
            "火化证号",
            FieldState.ASKED,
            "document_number",
            "deceased.cremation_number",
            hint="火化证右上角",
        )
        return CorrectionForm(decode(self._look_again(number).application), asking, (field,), (register,), named=True)

    def _issue(self, _number: str, kind: str, _actor: OperatorId) -> PrintJob:
        job = print_job(len(self.jobs) + 1, PrintJobState.QUEUED)
        self.jobs.append(replace(job, kind=str(kind)))
        return job

    def _retry(self) -> None:
        self.retried += 1


def busy_day() -> Counter:
    """Make a counter in the middle of a day's work."""
    counter = Counter()
    counter.cases = [
        summary(874, "测试寅", "测试卯", 0, finished=6, attention="公安退回补正：户口簿缺首页"),
        summary(871, "测试·阿依古丽·买买提", "测试戊", 1, finished=2, attention="火化证明还没有补交"),
        summary(866, "测试庚", "测试辛", 3, finished=4, attention="人社来电核对：收款账号少一位"),
        summary(15, "测试壬", "测试甲", 2, finished=6, following="医保个人账户支取"),
        summary(858, "测试癸", "测试乙", 6, total=7, finished=3, following="养老保险账户余额支取"),
        summary(3, "测试子", "测试丙", 9, total=11, following="户口注销", delivery=Delivery.PENDING),
        summary(841, "测试丑", "测试丁", 21, total=8, finished=7, following="丧葬补助金和抚恤金"),
        summary(840, "测试丑", "测试丁", None, total=8, finished=8, state=CaseState.FINISHED),
    ]
    counter.drafts = [
        DraftSummary(CaseId("d1"), OPERATOR.operator_id, 1, "2026-11-18T05:41:00.000Z", "测试辰"),
        DraftSummary(CaseId("d2"), OPERATOR.operator_id, 0, "2026-11-17T08:41:00.000Z", ""),
    ]
    counter.counts = SyncCounts(11, 1, 871, 0, "2026-11-18T06:02:00.000Z", "2026-11-18T03:10:00.000Z")
    counter.matters = (
        matter(0, MatterState.CORRECTION_REQUESTED, words="户口簿缺首页。请补一张带户号的首页。"),
        matter(1, MatterState.IN_PROGRESS),
        matter(2, MatterState.ACCEPTED),
        matter(3, MatterState.FINISHED),
        matter(4, MatterState.FINISHED),
        matter(5, MatterState.FINISHED),
        matter(6, MatterState.FINISHED),
        matter(7, MatterState.AWAITING_VERIFICATION),
        matter(8, MatterState.FINISHED),
    )
    counter.jobs = [print_job(1, PrintJobState.DONE), print_job(2, PrintJobState.PRINTING)]
    counter.queue = [
        replace(
            queue_line(874, Delivery.NEEDS_ATTENTION, words="身份证号与姓名对不上，请核对", code="NAME_MISMATCH"),
            correctable=True,
            withdrawable=True,
        ),
        queue_line(3, Delivery.IN_FLIGHT, size=3_200_000, sent=1_400_000),
        queue_line(15, Delivery.PENDING, attempts=3, words="连不上省级平台", code="SYN-01"),
        queue_line(858, Delivery.PENDING),
    ]
    counter.checks = [
        check("database", "ok", "数据库", "完好，871 件，96 MB"),
        check("journal", "ok", "操作日志", "20311 行，前后相符"),
        check("disk", "ok", "磁盘", "还有 182 GB"),
        check("reader", "ok", "测试读卡器", "就绪"),
        check("printer", "degraded", "测试打印机", "缺纸", "可以照常收件，之后补打；请处理打印机"),
        check(
            "catalog",
            "degraded",
            "事项目录",
            "2026.11.1+3 版，含省级第 3 号更新，2026-11-17 10:00 起用；第 4 号更新没有采用（CAT-01）",
            "照原来的目录办理，可以照常收件；请把代码告诉省级平台",
        ),
        check("calendar", "ok", "工作日历", "到 2026-12-31"),
        check("hub", "degraded", "省级平台", "连不上，恢复后自动发出"),
    ]
    return counter
