"""Dossiers whose papers are compared: a case judged by the shipped rules; people and numbers are constructed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import cache

import msgspec
import paper_cases

from kiosk.clock import parse
from kiosk.domain import fill
from kiosk.domain.application import (
    AgentEntry,
    ApplicantEntry,
    Application,
    DeceasedEntry,
    MaterialChoice,
    PayeeEntry,
)
from kiosk.domain.authorization import sign_letter
from kiosk.domain.case import CaseMaterial, CaseMatter, CaseState, MaterialStatus, MatterState
from kiosk.domain.contents.builders import BUILDERS
from kiosk.domain.contents.dossier import Dossier, IssuedPaper
from kiosk.domain.lifecycle import case_state
from kiosk.domain.paper import Issue, PaperKind, StationFacts
from kiosk.domain.sections import SectionedPaper
from kiosk.ids import MaterialId, MatterId
from kiosk.services.rules import shipped_rules

TAKEN_IN = "2026-11-18T06:19:00.000Z"
PRINTED_AT = datetime.fromisoformat("2026-11-25T01:30:00+00:00")
ADDRESS = "测试市测试区测试路 9 号 3 单元"
MATTERS = tuple(MatterId(number) for number in ("04", "05", "08", "09", "12", "17", "18", "19", "28", "29"))
ISSUED = (
    IssuedPaper(PaperKind.RECEIPT_OF_MATERIALS, 2, TAKEN_IN),
    IssuedPaper(PaperKind.ACCEPTANCE_NOTICE, 1, "2026-11-19T01:00:00.000Z"),
    IssuedPaper(PaperKind.CORRECTION_NOTICE, 1, "2026-11-24T01:00:00.000Z"),
)
WORDS: Mapping[str, tuple[MatterState, str]] = {
    "04": (MatterState.FINISHED, "户口已注销，证明随户口簿交还"),
    "05": (MatterState.FINISHED, "已办结"),
    "08": (MatterState.FINISHED, "已接运"),
    "09": (MatterState.FINISHED, "火化证明已开具"),
    "12": (MatterState.FINISHED, "从 12 月起停发"),
    "17": (MatterState.IN_PROGRESS, "正在核算"),
    "18": (MatterState.IN_PROGRESS, "正在核算"),
    "19": (MatterState.CORRECTION_REQUESTED, "请补交视同缴费年限认定表，并写明缴费单位"),
    "28": (MatterState.REFUSED, "没有查到参保登记，请向参保地的医保经办机构申请"),
    "29": (MatterState.MOVED_OFFLINE, "账户在外市，请带本清单到参保地办理"),
}
"""What the departments said of each matter a week later."""


def application_of(*, agent: bool = False, deceased: str = "测试甲", applicant: str = "测试乙") -> Application:
    """Make what the counter collected."""
    return Application(
        taken_in_at=TAKEN_IN,
        deceased=DeceasedEntry(
            name=deceased,
            document_number=paper_cases.DECEASED_NUMBER,
            address=ADDRESS,
            sex="1",
            birth="1940-01-01",
            certificate_number=paper_cases.DECEASED_NUMBER,
            death_at="2026-11-16T21:10:00.000Z",
            circumstance="hospital",
            certificate_in_hand=True,
            disposition="cremation",
            household_division="370102",
            insurance=("enterprise_pension", "employee_medical"),
            facts={
                "household_head": True,
                "married": True,
                "old_age_allowance": True,
                "pension_account_balance": True,
                "medical_account_balance": True,
                "work_death": False,
            },
        ),
        applicant=ApplicantEntry(
            name=applicant, document_number=paper_cases.APPLICANT_NUMBER, phone=paper_cases.PHONE, relation="30"
        ),
        agent=AgentEntry(
            name="测试丙",
            document_number=paper_cases.AGENT_NUMBER,
            phone=paper_cases.PHONE,
            scope=MATTERS[:8],
            valid_until="2027-03-31",
        )
        if agent
        else None,
        payee=PayeeEntry(name=applicant, bank="测试银行", account=paper_cases.ACCOUNT),
        material_choices={
            MaterialId("deceased_id"): MaterialChoice(status="card"),
            MaterialId("applicant_id"): MaterialChoice(status="card"),
            MaterialId("death_certificate"): MaterialChoice(status="shared"),
            MaterialId("social_card"): MaterialChoice(status="promised"),
            MaterialId("cremation_certificate"): MaterialChoice(status="deferred", due="2026-12-02"),
        },
        matters=MATTERS,
        declined={MatterId("30"): "没有公积金账户"},
        consents={"truth": TAKEN_IN, "share": TAKEN_IN, "signed": TAKEN_IN},
        signature=paper_cases.STROKES,
        delivery_way="post",
        postal_address=ADDRESS,
    )


@cache
def dossier_of(*, agent: bool = False, heirs: bool = False) -> Dossier:
    """Judge the case as it was taken in, where wanted with an agent or with several heirs."""
    application = application_of(agent=agent)
    if heirs:
        application = fill.answer_fact(application, "several_heirs", answer=True)
        later = MaterialChoice(status="deferred", due="2026-12-18")
        application = fill.choose_material(application, MaterialId("inheritance_proof"), later)
    return judged(application)


def signed_letter() -> Dossier:
    """Judge a case whose letter of authorisation was signed on the screen, by the principal and the agent."""
    application = application_of(agent=True)
    return judged(sign_letter(application, paper_cases.STROKES, MATTERS[:8], TAKEN_IN))


def judged(application: Application, station: StationFacts = paper_cases.STATION) -> Dossier:
    """Judge an application and put its case together."""
    rules = shipped_rules()
    assessment = rules.assess(application, parse(TAKEN_IN))
    chosen = [row for row in assessment.chosen(frozenset(application.declined)) if row.matter_id in MATTERS]
    matters = tuple(
        CaseMatter(
            matter_id=row.matter_id,
            name=row.name,
            department=row.department,
            mode=row.mode.value,
            state=MatterState.TAKEN_IN,
            reason=row.reason,
            due=row.due,
            due_text=row.due_text,
            due_provisional=row.due_provisional,
        )
        for row in chosen
    )
    materials = tuple(
        CaseMaterial(material_id=need.material_id, name=need.name, status=need.status, pages=need.pages, due=need.due)
        for need in assessment.materials
    )
    return Dossier(
        case=paper_cases.case_of(application, matters, materials),
        application=application,
        station=station,
        issue=Issue("测试己", 1, PRINTED_AT, "7Q4M9XK2BD", training=True),
        service=rules.services[application.service],
        codes=rules.codes,
        assessment=assessment,
        issued=ISSUED,
    )


def with_case(dossier: Dossier, **changes: object) -> Dossier:
    """Give the dossier of a case that has changed."""
    return _replace(dossier, case=msgspec.structs.replace(dossier.case, **changes))


def with_matters(dossier: Dossier, matters: tuple[CaseMatter, ...], **changes: object) -> Dossier:
    """Give the dossier of a case whose matters have moved; its own state follows."""
    return with_case(dossier, matters=matters, state=case_state(m.state for m in matters), **changes)


def answered(dossier: Dossier) -> Dossier:
    """Give the dossier of a week later: accepted, most matters ended, one to be corrected, one refused."""
    matters = tuple(
        msgspec.structs.replace(
            matter,
            state=WORDS[matter.matter_id][0],
            words=WORDS[matter.matter_id][1],
            updated_at="2026-11-24T02:00:00.000Z",
            correction_due="2026-12-08" if matter.matter_id == "19" else None,
        )
        for matter in dossier.case.matters
    )
    return with_matters(
        dossier, matters, official_number="37010020261118000042", accepted_at="2026-11-19T01:00:00.000Z"
    )


def ended(dossier: Dossier) -> Dossier:
    """Give the dossier of a case that has ended."""
    matters = tuple(
        msgspec.structs.replace(m, state=MatterState.FINISHED, words="已办结", updated_at="2026-11-25T00:00:00.000Z")
        for m in answered(dossier).case.matters
    )
    return with_matters(answered(dossier), matters)


def refused(dossier: Dossier) -> Dossier:
    """Give the dossier of a case that the authority did not accept."""
    words = "逝者的户籍不在本市，应向户籍所在地申请"
    return with_case(dossier, state=CaseState.REFUSED, words=words)


def many(dossier: Dossier) -> Dossier:
    """Give the dossier of forty matters with long names, many materials, and long words of the departments."""
    rows = answered(dossier).case.matters * 4
    matters = tuple(
        msgspec.structs.replace(
            row,
            name=f"{row.name}（第 {place + 1} 笔）" + "测试" * (place % 7),
            words=row.words + "，具体以部门出具的文书为准" * (place % 3),
        )
        for place, row in enumerate(rows)
    )
    materials = tuple(
        msgspec.structs.replace(line, name=line.name + "测试" * place, status=MaterialStatus.DEFERRED, due="2027-01-05")
        for place, line in enumerate(dossier.case.materials)
    )
    return with_matters(dossier, matters, materials=materials, accepted_at=TAKEN_IN, official_number="3701")


def longest() -> Dossier:
    """Give the dossier of people with names of sixty characters and rare ones wherever a mask leaves them."""
    application = application_of(
        agent=True, deceased="𬱖" + "测" * 58 + "䶮", applicant="测试" * 14 + "·" + "㛃𠅤" + "测" * 29
    )
    return many(judged(application, paper_cases.LONG_STATION))


def paper(kind: PaperKind, dossier: Dossier) -> SectionedPaper:
    """Write a paper."""
    return BUILDERS[kind](dossier)


def _replace(dossier: Dossier, **changes: object) -> Dossier:
    return replace(dossier, **changes)  # type: ignore[arg-type]  # any field of it
