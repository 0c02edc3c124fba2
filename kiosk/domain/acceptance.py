"""What the acceptance notice (受理通知书) says of a case that the authority has accepted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from kiosk import clock
from kiosk.domain.application import Application
from kiosk.domain.case import Case, CaseMatter, CaseState, MatterState
from kiosk.domain.masks import mask_phone
from kiosk.domain.numbering import grouped
from kiosk.domain.paper import AcceptanceNotice, Issue, MatterLine, Signature, StationFacts
from kiosk.domain.receipt import (
    ask_lines,
    copy_mark,
    letterhead,
    material_line,
    materials_words,
    matter_line,
    minute_words,
    people_of,
    remember_words,
)
from kiosk.errors import ErrorCode, PaperError
from kiosk.messages import text

_ACCEPTED_CASES = (CaseState.ACCEPTED, CaseState.CORRECTION_REQUESTED, CaseState.IN_PROGRESS, CaseState.FINISHED)
_ACCEPTED_MATTERS = (MatterState.ACCEPTED, MatterState.IN_PROGRESS, MatterState.FINISHED)
_CHECKED_MATTERS = (MatterState.TAKEN_IN, MatterState.AWAITING_VERIFICATION)
"""Those nobody has said anything of yet; what is to be corrected or was refused has a paper of its own."""


def acceptance_of(
    case: Case, application: Application, station: StationFacts, issue: Issue, accepted_at: datetime
) -> AcceptanceNotice:
    """Write the notice of an accepted case.

    Raises:
        PaperError: the case is not accepted or has no official number yet (PAPER_NOT_ISSUABLE).
    """
    matters = [matter for matter in case.matters if matter.state in _ACCEPTED_MATTERS]
    if not case.official_number or case.state not in _ACCEPTED_CASES or not matters:
        raise PaperError(ErrorCode.PAPER_NOT_ISSUABLE)
    accepted = clock.local(accepted_at)
    open_count = sum(matter.state in _CHECKED_MATTERS for matter in case.matters)
    materials_title, materials_count = materials_words(case)
    this_paper = text("acceptance.this_paper")
    return AcceptanceNotice(
        head=letterhead(case, station, "acceptance", case.official_number),
        copy=copy_mark(issue, station, application.service_words),
        people=people_of(application),
        case_number=grouped(case.case_number),
        accepted_at=minute_words(accepted),
        phone=mask_phone(application.applicant.phone or "") or text("receipt.none"),
        fee=text("receipt.free"),
        accepted=text("acceptance.accepted") + (text("acceptance.others_open", count=open_count) if open_count else ""),
        matters=tuple(_line(matter, accepted.date()) for matter in matters),
        materials_title=materials_title,
        materials_count=materials_count,
        materials=tuple(material_line(material, application, accepted.date()) for material in case.materials),
        remember=remember_words(case, accepted.date(), "acceptance"),
        ask=(*ask_lines(application, station, this_paper), text("acceptance.copies")),
        signature=Signature(
            label=text("receipt.signed_by_agent" if application.agent else "receipt.signed_by_applicant"),
            strokes=(),
            date=text("acceptance.sign_date"),
        ),
    )


def _line(matter: CaseMatter, accepted: date) -> MatterLine:
    """Word one matter: from acceptance on its date binds, unless the holidays of its year are not announced."""
    line = matter_line(matter, accepted)
    return line if matter.due_provisional else replace(line, due_state="")
