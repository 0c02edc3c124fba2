"""Cases whose papers are compared; people and numbers are constructed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import msgspec

from kiosk.crypto.signing import SigningKey
from kiosk.domain import application as intake
from kiosk.domain.acceptance import acceptance_of
from kiosk.domain.application import AgentEntry, ApplicantEntry, Application, DeceasedEntry, PayeeEntry
from kiosk.domain.case import Case, CaseMaterial, CaseMatter, CaseState, Delivery, MaterialStatus, MatterState
from kiosk.domain.paper import AcceptanceNotice, CasePaper, Issue, PaperKind, ReceiptOfMaterials, StationFacts
from kiosk.domain.paper_seal import PaperSeals
from kiosk.domain.receipt import receipt_of
from kiosk.domain.sections import SectionedPaper
from kiosk.ids import CaseId, MaterialId, MatterId

STATION = StationFacts(
    title="测试市居民身后一件事综合窗口",
    window="3 号窗口",
    phone="0531 0000 0000",
    complaint_phone="12345",
    address="测试市测试区测试路 1 号政务服务大厅一层",
)
LONG_STATION = StationFacts(
    title="测试回族自治县㛃湾镇居民身后一件事联合办理综合服务窗口（第二分中心）",
    window="东厅二层 13 号窗口",
    phone="0531 0000 0000",
    complaint_phone="0531 0000 0001",
    address="测试回族自治县" * 8 + "䶮𬱖路 100 号院 3 号楼 2 单元 101 室",
    inquiry_url="https://example.invalid/q/",
)
SEALS = PaperSeals("370102-TEST-W03", SigningKey(bytes(range(32))))
NUMBER = "SHS370102W03A202611180012H"
DECEASED_NUMBER = "370100194001019991"
APPLICANT_NUMBER = "370100197001019992"
AGENT_NUMBER = "370100198001019993"
PHONE = "13800000021"
ACCOUNT = "6222000000000005566"
PRINTED_AT = datetime(2026, 11, 18, 6, 19, tzinfo=UTC)
STROKES = (
    (0.10, 0.30, 0.14, 0.36),
    (0.08, 0.52, 0.13, 0.58),
    (0.07, 0.86, 0.12, 0.70, 0.15, 0.62),
    (0.20, 0.24, 0.20, 0.70),
    (0.20, 0.24, 0.29, 0.22, 0.29, 0.68),
    (0.245, 0.34, 0.24, 0.60, 0.19, 0.84),
    (0.25, 0.66, 0.30, 0.80),
    (0.34, 0.26, 0.34, 0.66),
    (0.39, 0.16, 0.39, 0.84, 0.36, 0.80),
    (0.46, 0.26, 0.49, 0.32),
    (0.45, 0.46, 0.50, 0.44, 0.50, 0.80, 0.53, 0.72),
    (0.54, 0.38, 0.66, 0.34),
    (0.55, 0.54, 0.63, 0.52),
    (0.59, 0.54, 0.59, 0.72),
    (0.54, 0.76, 0.64, 0.72),
    (0.62, 0.18, 0.65, 0.60, 0.71, 0.84, 0.72, 0.74),
    (0.78, 0.32, 0.90, 0.28, 0.84, 0.46, 0.79, 0.66, 0.82, 0.80, 0.92, 0.80, 0.94, 0.70),
)


def sealed(paper: CasePaper | SectionedPaper) -> CasePaper | SectionedPaper:
    """Put the seal on a paper as it is put on what is printed."""
    issue = Issue("测试己", paper.copy.copy_no, PRINTED_AT, paper.copy.verification, paper.copy.training)
    url = paper.head.qr_text.removesuffix(NUMBER)
    code = SEALS.seal(NUMBER, PaperKind(paper.kind), issue, paper, url)
    return replace(paper, head=replace(paper.head, qr_text=code))


_MATTERS = (
    ("户口注销（含居民身份证缴销）", "公安", "application", "2026-11-20", "11 月 20 日前（预计）"),
    ("殡仪服务预约", "民政、殡仪馆", "booking", None, "今天联系"),
    ("开具火化证明", "民政、殡仪馆", "application", None, "火化当天"),
    ("高龄津贴停发", "民政", "automatic", "2026-12-01", "12 月起停发（预计）"),
    ("企业职工基本养老保险待遇终止", "人社", "automatic", "2026-12-01", "12 月起停发（预计）"),
    ("企业职工养老保险个人账户一次性待遇申领", "人社", "application", "2026-12-09", "12 月 9 日前（预计）"),
    ("企业职工丧葬补助金、抚恤金申领", "人社", "application", "2026-12-09", "12 月 9 日前（预计）"),
    ("基本医疗保险关系终止", "医保", "automatic", "2026-12-01", "12 月起终止（预计）"),
    ("职工医保个人账户一次性支取", "医保", "application", "2026-11-20", "11 月 20 日前（预计）"),
)
_MATERIALS = (
    ("deceased_id", "逝者居民身份证", MaterialStatus.CARD, 0, None),
    ("applicant_id", "申请人居民身份证", MaterialStatus.CARD, 0, None),
    ("household_register", "户口簿", MaterialStatus.SUPPLIED, 3, None),
    ("death_certificate", "居民死亡医学证明", MaterialStatus.SHARED, 0, None),
    ("cremation_certificate", "火化证明", MaterialStatus.DEFERRED, 0, "2026-12-02"),
    ("social_card", "逝者社会保障卡", MaterialStatus.PROMISED, 0, None),
    ("bank_account", "收款银行卡", MaterialStatus.SUPPLIED, 1, None),
)


def matter(name: str, department: str, mode: str, due: str | None, words: str, **more: bool) -> CaseMatter:
    """Make one matter of a case."""
    return CaseMatter(
        matter_id=MatterId("04"),
        name=name,
        department=department,
        mode=mode,
        state=MatterState.TAKEN_IN,
        reason="",
        due=due,
        due_text=words,
        due_provisional=more.get("provisional", False),
    )


def material(material_id: str, name: str, status: MaterialStatus, pages: int, due: str | None) -> CaseMaterial:
    """Make one material of a case."""
    return CaseMaterial(material_id=MaterialId(material_id), name=name, status=status, pages=pages, due=due)


def application_of(
    deceased: str = "测试甲", applicant: str = "测试乙", agent: str | None = None, phone: str = PHONE
) -> Application:
    """Make what the counter collected."""
    return Application(
        deceased=DeceasedEntry(name=deceased, document_number=DECEASED_NUMBER, address="测试市测试区测试路 9 号"),
        applicant=ApplicantEntry(name=applicant, document_number=APPLICANT_NUMBER, phone=phone, relation="30"),
        agent=AgentEntry(name=agent, document_number=AGENT_NUMBER) if agent else None,
        payee=PayeeEntry(name=applicant, bank="测试银行", account=ACCOUNT),
        signature=STROKES,
    )


def case_of(
    application: Application,
    matters: tuple[CaseMatter, ...] | None = None,
    materials: tuple[CaseMaterial, ...] | None = None,
) -> Case:
    """Make the case as it was taken in."""
    return Case(
        case_id=CaseId("0"),
        case_number=NUMBER,
        service="after_death",
        state=CaseState.TAKEN_IN,
        rev=1,
        delivery=Delivery.PENDING,
        taken_in_at="2026-11-18T06:19:00.000Z",
        operator="training",
        station="TRAIN",
        promise_due="2026-11-27",
        promise_provisional=False,
        official_number=None,
        delivered_at=None,
        catalog_version="1",
        application=intake.encode(application),
        matters=tuple(matter(*row) for row in _MATTERS) if matters is None else matters,
        materials=tuple(material(*row) for row in _MATERIALS) if materials is None else materials,
        attachments=(),
    )


def receipt(
    case: Case,
    application: Application,
    *,
    station: StationFacts = STATION,
    copy_no: int = 1,
    training: bool = True,
    operator: str = "测试己",
) -> ReceiptOfMaterials:
    """Write the receipt as the counter would."""
    return receipt_of(
        case,
        application,
        station,
        Issue(operator, copy_no, PRINTED_AT, "7Q4M", training),
    )


def standard(*, training: bool = True) -> ReceiptOfMaterials:
    """Give nine matters, seven materials, one of them deferred."""
    application = application_of()
    return receipt(case_of(application), application, training=training)


def accepted_case(application: Application, official_number: str | None = "37010020261118000042") -> Case:
    """Give the standard case after the authority accepted all but one matter."""
    case = case_of(application)
    matters = tuple(msgspec.structs.replace(matter, state=MatterState.ACCEPTED) for matter in case.matters[:-1])
    return msgspec.structs.replace(
        case, state=CaseState.ACCEPTED, official_number=official_number, matters=(*matters, case.matters[-1])
    )


def acceptance() -> AcceptanceNotice:
    """Give the notice of the accepted case."""
    application = application_of()
    issue = Issue("测试己", 1, PRINTED_AT, "7Q4M", training=True)
    return acceptance_of(accepted_case(application), application, STATION, issue, PRINTED_AT)


def forty_matters() -> ReceiptOfMaterials:
    """Give a case of forty matters, brought by an agent, some dates beyond the calendar."""
    application = application_of(agent="测试丙")
    matters = tuple(
        matter(f"{name}（第 {index + 1} 笔）", department, mode, due, words, provisional=index % 7 == 3)
        for index, (name, department, mode, due, words) in enumerate((_MATTERS * 5)[:40])
    )
    return receipt(case_of(application, matters), application, copy_no=2, training=False)


def longest_and_rare() -> ReceiptOfMaterials:
    """Give names of sixty characters, rare characters wherever a mask leaves them, long places and many materials."""
    application = application_of(
        deceased="𬱖" + "测" * 58 + "䶮", applicant="测试" * 14 + "·" + "㛃𠅤" + "测" * 29, agent="测𠅤"
    )
    matters = (
        *(
            msgspec.structs.replace(row, state=MatterState.AWAITING_VERIFICATION)
            for row in case_of(application).matters[5:]
        ),
        matter(
            "测试" * 24 + "待遇申领",
            "民政、殡仪馆、街道办事处和社区",
            "application",
            "2027-01-05",
            "2027 年 1 月 5 日前（暂定）",
            provisional=True,
        ),
        *case_of(application).matters[:5],
    )
    materials = (
        *case_of(application).materials,
        material("relation_proof", "关系证明" * 9, MaterialStatus.SUPPLIED, 12, None),
        material("authorization_letter", "授权委托书", MaterialStatus.SUPPLIED, 2, None),
        material("inheritance_proof", "继承公证书或者全体继承人签名的协议", MaterialStatus.DEFERRED, 0, "2027-01-05"),
        material("eco_burial_proof", "节地生态安葬证明", MaterialStatus.MISSING, 0, None),
    )
    return receipt(case_of(application, matters, materials), application, station=LONG_STATION, training=False)
