"""What the receipt of materials (收件凭证) says of a case: every word decided, every personal value masked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime

from kiosk import clock
from kiosk.domain.application import Application, ServiceWords
from kiosk.domain.case import Case, CaseMaterial, CaseMatter, MaterialStatus, MatterState
from kiosk.domain.codes import SELF
from kiosk.domain.consent import LETTERS
from kiosk.domain.masks import Place, mask_account, mask_name, mask_number, mask_phone
from kiosk.domain.numbering import grouped
from kiosk.domain.paper import (
    CopyMark,
    Issue,
    Letterhead,
    MaterialLine,
    MatterLine,
    PersonLine,
    ReceiptOfMaterials,
    Signature,
    StationFacts,
)
from kiosk.messages import text

_STATE = re.compile(r"\s*[（(](?:预计|暂定)[）)]$")
_STILL_TO_BRING = (MaterialStatus.DEFERRED, MaterialStatus.MISSING)
_NAMED_AT_MOST = 3


def _awaiting_words(names: Sequence[str], exclusive: Sequence[tuple[str, str]]) -> str:
    words = text("receipt.awaiting", count=len(names), names="；".join(names)) if names else ""
    return words + "".join(text("receipt.one_of", one=one, other=other) for one, other in exclusive)


def receipt_of(
    case: Case,
    application: Application,
    station: StationFacts,
    issue: Issue,
    exclusive: Sequence[tuple[str, str]] = (),
) -> ReceiptOfMaterials:
    """Write the receipt of a taken-in case; `exclusive` names pairs of its matters of which only one is granted."""
    taken_in = clock.local(clock.parse(case.taken_in_at))
    agent = application.agent is not None
    materials_title, materials_count = materials_words(case)
    awaiting = [matter for matter in case.matters if matter.state is MatterState.AWAITING_VERIFICATION]
    return ReceiptOfMaterials(
        head=letterhead(case, station, "receipt", case.case_number),
        copy=copy_mark(issue, station, application.service_words),
        people=people_of(application),
        taken_in_at=minute_words(taken_in),
        taken_in_by=text("receipt.by_operator", operator=operator_words(issue), window=station.window),
        phone=mask_phone(application.applicant.phone or "") or text("receipt.none"),
        fee=text("receipt.free"),
        matters=tuple(matter_line(matter, taken_in.date()) for matter in case.matters if matter not in awaiting),
        awaiting=_awaiting_words([matter.name for matter in awaiting], exclusive),
        materials_title=materials_title,
        materials_count=materials_count,
        materials=tuple(material_line(material, application, taken_in.date()) for material in case.materials),
        remember=remember_words(case, taken_in.date(), "receipt"),
        not_acceptance=text("receipt.not_acceptance"),
        promise=_promise(case, application, station, taken_in.date()),
        ask=ask_lines(application, station, text("receipt.this_paper")),
        signature=Signature(
            label=text("receipt.signed_by_agent" if agent else "receipt.signed_by_applicant"),
            strokes=application.signature,
            date=day_words(taken_in.date()),
        ),
    )


def letterhead(case: Case, station: StationFacts, table: str, number: str) -> Letterhead:
    """Write the head of a paper whose title and number label stand in the given table of sentences."""
    return Letterhead(
        office=station.title,
        title=text(f"{table}.title"),
        number_label=text(f"{table}.number"),
        number=number,
        number_grouped=grouped(number),
        qr_text=station.inquiry_url + case.case_number,
        qr_caption=text("receipt.qr_inquiry" if station.inquiry_url else "receipt.qr_window"),
    )


def copy_mark(issue: Issue, station: StationFacts, words: ServiceWords | None = None) -> CopyMark:
    """Name the copy: who printed it, where, when, which one; and part from the person in the service's words."""
    at = minute_words(clock.local(issue.printed_at))
    return CopyMark(
        copy_no=issue.copy_no,
        printed_at=at,
        verification=issue.verification,
        watermark=text(
            "receipt.watermark",
            operator=operator_words(issue),
            window=station.window,
            at=at,
            copy=issue.copy_no,
            code=issue.verification,
        ),
        training=issue.training,
        parting=text("receipt.condolence") if words is None else words.parting,
    )


def operator_words(issue: Issue) -> str:
    """Name who issued the paper, or the terminal when nobody stood at it."""
    return issue.operator_name or text("receipt.self_service")


def day_words(day: date, within: int | None = None) -> str:
    """Write a day as people read it; the year is left out when it is `within`."""
    words = f"{day.month} 月 {day.day} 日"
    return words if day.year == within else f"{day.year} 年 {words}"


def minute_words(moment: datetime) -> str:
    """Write a moment of China Standard Time to the minute."""
    return f"{day_words(moment.date())} {moment:%H:%M}"


def people_of(application: Application) -> tuple[PersonLine, ...]:
    """Name the deceased, the applicant and the agent, masked as on every paper."""
    deceased, applicant, agent = application.deceased, application.applicant, application.agent
    words = application.service_words
    subject = words.subject if words else text("receipt.deceased")
    relation = _relation(applicant.relation, subject)
    if words and applicant.relation == SELF:
        relation = text("receipt.oneself")
    people = [
        _person(subject, deceased.name, deceased.document_number, ""),
        _person(text("receipt.applicant"), applicant.name, applicant.document_number, relation),
    ]
    if agent is not None:
        people.append(_person(text("receipt.agent"), agent.name, agent.document_number, text("receipt.agent_remark")))
    return tuple(people)


def _person(role: str, name: str | None, number: str | None, remark: str) -> PersonLine:
    return PersonLine(
        role=role,
        name=mask_name(name) if name else text("receipt.none"),
        number=mask_number(number, Place.PUBLIC) if number else text("receipt.none"),
        remark=remark,
    )


def _relation(code: str | None, subject: str) -> str:
    """Say how the applicant stands to whom it is about; a code that says nothing (户主, unknown) stays unsaid."""
    for key in (code, (code or "")[:1]):
        if key:
            try:
                return text("receipt.relation", subject=subject, relation=text(f"receipt.relations.{key}"))
            except KeyError:
                continue
    return ""


def matter_line(matter: CaseMatter, taken_in: date) -> MatterLine:
    """Word one matter; its date is bare, its reservation apart."""
    due = _STATE.sub("", matter.due_text)
    if not due and matter.due:
        due = day_words(date.fromisoformat(matter.due[:10]), taken_in.year) + "前"
    state = ""
    if matter.due:
        state = text("receipt.provisional" if matter.due_provisional else "receipt.estimated")
    return MatterLine(matter.name, matter.department, text(f"receipt.modes.{matter.mode}"), due, state)


def materials_words(case: Case) -> tuple[str, str]:
    """Give the heading of the materials and their count; what is still to come is not called received."""
    owed = sum(material.status in _STILL_TO_BRING for material in case.materials)
    count = len(case.materials)
    if owed:
        return text("receipt.materials_owed"), text("receipt.materials_count_owed", count=count, owed=owed)
    return text("receipt.materials"), text("receipt.materials_count", count=count)


def material_line(material: CaseMaterial, application: Application, taken_in: date) -> MaterialLine:
    """Word one material: how it came, or by when it is still to come."""
    form: str = material.status.value
    source, due = form, ""
    pages = 0
    if material.status is MaterialStatus.SUPPLIED:
        kinds = [a.media_type for a in application.attachments if a.material == material.material_id]
        pages = material.pages or len(kinds)
        form = "file" if "application/pdf" in kinds else "photo" if pages else "number"
        source = "photo" if form == "photo" else "file"
    elif material.status is MaterialStatus.PROMISED and material.material_id in LETTERS:
        form = source = "signed"
    elif material.status is MaterialStatus.DEFERRED:
        due = day_words(date.fromisoformat(material.due[:10]), taken_in.year) if material.due else ""
        source = "deferred" if due else "deferred_open"
    who = text("receipt.agent" if application.agent else "receipt.applicant")
    words = text(f"receipt.sources.{source}", who=who, due=due)
    payee = application.payee
    if material.material_id == "bank_account" and material.status is MaterialStatus.SUPPLIED and payee is not None:
        account, name = mask_account(payee.account or ""), mask_name(payee.name or "")
        words = text("receipt.sources.account", account=account, name=name)
    emphasised = material.status in _STILL_TO_BRING
    return MaterialLine(material.name, text(f"receipt.forms.{form}", pages=pages), words, emphasised=emphasised)


def remember_words(case: Case, taken_in: date, table: str) -> str:
    """Choose the one thing: what is still to bring, else the booking call, else keeping the paper."""
    owed = sorted((m for m in case.materials if m.status in _STILL_TO_BRING), key=lambda m: m.due or "9999")
    if owed:
        first = [material for material in owed if material.due == owed[0].due]
        listed = "、".join(material.name for material in first[:_NAMED_AT_MOST])
        if len(first) > _NAMED_AT_MOST:
            listed = text("receipt.remember_listed", materials=listed, count=len(first))
        due = owed[0].due
        key = "receipt.remember_materials_by" if due else "receipt.remember_materials"
        day = day_words(date.fromisoformat(due[:10]), taken_in.year) if due else ""
        more = len(owed) - len(first)
        return text(key, due=day, materials=listed) + (text("receipt.remember_more", count=more) if more else "")
    if any(matter.mode == "booking" for matter in case.matters):
        return text("receipt.remember_booking")
    return text(f"{table}.remember_keep")


def _promise(case: Case, application: Application, station: StationFacts, taken_in: date) -> str:
    words = application.service_words
    days = words.promise_working_days if words else station.promise_working_days
    if not case.promise_due:
        return text("receipt.promise_open", days=days)
    key = "receipt.promise_provisional" if case.promise_provisional else "receipt.promise"
    promise = text(key, days=days, due=day_words(date.fromisoformat(case.promise_due[:10]), taken_in.year))
    if any(matter.due and matter.due[:10] > case.promise_due[:10] for matter in case.matters):
        promise += text("receipt.promise_longer")
    return promise


def ask_lines(application: Application, station: StationFacts, this_paper: str) -> tuple[str, ...]:
    """Say how the result comes, how to ask and to complain, and where."""
    asking = "receipt.ask_scan" if station.inquiry_url else "receipt.ask_window"
    progress = text(asking, phone=station.phone, paper=this_paper)
    if station.complaint_phone in ("", "12345"):
        complain = text("receipt.complain")
    else:
        complain = text("receipt.complain_station", phone=station.complaint_phone)
    return (
        text(f"receipt.result_{application.delivery_way}", paper=this_paper),
        progress + complain,
        text("receipt.address", address=station.address, window=station.window),
    )
