"""不予受理（办理）通知书: which matters a department refused, why, and what one can do about it."""

from __future__ import annotations

from dataclasses import replace

from kiosk.domain.case import CaseMatter, CaseState, MatterState
from kiosk.domain.contents.dossier import (
    Dossier,
    closing,
    count_words,
    day_of,
    family_signature,
    not_issuable,
    numbered_heading,
    opening,
    paper_of,
    said,
    table_of,
)
from kiosk.domain.paper import PaperKind
from kiosk.domain.sections import Fact, Facts, Framed, Paragraph, Section, SectionedPaper
from kiosk.messages import text


def refusal_of(dossier: Dossier) -> SectionedPaper:
    """Write the notice; after acceptance it is one of 不予办理.

    Raises:
        PaperError: nothing was refused, or the reason is not told: a refusal without one is none (PAPER_NOT_ISSUABLE).
    """
    case = dossier.case
    whole = said(case.words) if case.state is CaseState.REFUSED else ""
    refused = [
        (matter, said(matter.words) or whole)
        for matter in case.matters
        if matter.state is MatterState.REFUSED or (case.state is CaseState.REFUSED and matter.state in _OPEN)
    ]
    refused = [(matter, reason) for matter, reason in refused if reason]
    if not refused:
        raise not_issuable()
    table = "papers.refusal" if case.accepted_at is None else "papers.refusal_later"
    paper = paper_of(
        dossier,
        PaperKind.REFUSAL_NOTICE,
        table,
        Paragraph(text(f"{table}.purpose"), strong=True),
        opening(dossier, PaperKind.REFUSAL_NOTICE, *_official(dossier)),
        numbered_heading(1, text("papers.refusal.matters"), count_words(len(refused))),
        *_matters(dossier, refused),
        numbered_heading(2, text("papers.refusal.rights")),
        *(Paragraph(text(f"papers.refusal.right_{place}")) for place in range(1, 4)),
        Framed(text("receipt.remember"), text("papers.refusal.remember")),
        closing(
            dossier,
            *([text("papers.refusal.others")] if len(refused) < len(case.matters) else []),
            text("papers.refusal.seal_note"),
            text("papers.copies"),
            signatures=(family_signature(dossier),),
            seal="papers.refusal.seal",
        ),
    )
    return replace(paper, head=replace(paper.head, title=text(f"{table}.title")))


_OPEN = (MatterState.TAKEN_IN, MatterState.AWAITING_VERIFICATION)
"""States of matters that a refusal of the whole case takes with it."""


def _matters(dossier: Dossier, refused: list[tuple[CaseMatter, str]]) -> tuple[Section, ...]:
    """List the matters with their reasons and days; one reason for all of them is said once, with an open day."""
    reasons = {reason for _, reason in refused}
    if len(refused) > 1 and len(reasons) == 1:
        rows = [(matter.name, matter.department) for matter, _ in refused]
        facts = (
            (text("papers.refusal.reason"), reasons.pop()),
            (text("papers.refusal.day"), text("acceptance.sign_date")),
        )
        return table_of(rows, ("receipt.matter", "receipt.department")), Facts(facts)
    blank = text("acceptance.sign_date")
    rows_with_reason = [
        (matter.name, matter.department, reason, day_of(matter.updated_at, dossier.today) or blank)
        for matter, reason in refused
    ]
    titles = ("receipt.matter", "receipt.department", "papers.refusal.reason", "papers.refusal.day")
    return (table_of(rows_with_reason, titles, strong=2),)


def _official(dossier: Dossier) -> tuple[Fact, ...]:
    number = dossier.case.official_number
    return ((text("acceptance.number"), number),) if number else ()
