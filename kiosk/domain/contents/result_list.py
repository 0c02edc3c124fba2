"""结果反馈清单: all matters of the case on one list, how each ended or where it stands."""

from __future__ import annotations

from kiosk import clock
from kiosk.domain.case import CaseMatter, CaseState, MatterState
from kiosk.domain.contents.dossier import (
    Dossier,
    closing,
    day_of,
    family_signature,
    not_issuable,
    numbered_heading,
    opening,
    paper_of,
    said,
    table_of,
)
from kiosk.domain.lifecycle import ENDED
from kiosk.domain.paper import PaperKind
from kiosk.domain.receipt import minute_words
from kiosk.domain.sections import Fact, Framed, Paragraph, SectionedPaper
from kiosk.messages import text


def result_list_of(dossier: Dossier) -> SectionedPaper:
    """Write the list; while matters are open it says so, and as of when.

    Raises:
        PaperError: the case has no matters, or no department has said anything yet (PAPER_NOT_ISSUABLE).
    """
    case = dossier.case
    if not case.matters or (case.state is CaseState.TAKEN_IN and not any(m.updated_at for m in case.matters)):
        raise not_issuable()
    still = [matter for matter in case.matters if matter.state not in ENDED]
    finished = sum(matter.state is MatterState.FINISHED for matter in case.matters)
    purpose = text(
        "papers.result_list.open" if still else "papers.result_list.ended",
        at=minute_words(clock.local(dossier.issue.printed_at)),
        open=len(still),
    )
    rows = [_row(dossier, matter) for matter in case.matters]
    titles = (
        "receipt.matter",
        "receipt.department",
        "papers.result_list.result",
        "papers.result_list.day",
        "papers.result_list.words",
    )
    attention = [p for p, m in enumerate(case.matters) if m.state is MatterState.CORRECTION_REQUESTED]
    count = text("papers.result_list.count", count=len(case.matters), finished=finished)
    return paper_of(
        dossier,
        PaperKind.RESULT_LIST,
        "papers.result_list",
        Paragraph(purpose, strong=True),
        opening(dossier, PaperKind.RESULT_LIST, *_official(dossier)),
        numbered_heading(1, text("papers.result_list.matters"), count),
        table_of(rows, titles, strong=2, emphasised=attention),
        Framed(text("receipt.remember"), _remember(case.matters, bool(still))),
        closing(
            dossier,
            text("papers.result_list.money"),
            text("papers.result_list.rate"),
            signatures=(family_signature(dossier),),
            seal="papers.result_list.seal",
        ),
    )


def _row(dossier: Dossier, matter: CaseMatter) -> tuple[str, ...]:
    """Say how a matter stands, since when, in the department's words, and which paper it gives when it is done."""
    state = text(f"papers.matter_states.{matter.state.value}")
    words = said(matter.words)
    parts = [words] if words not in ("", state) else []
    row = dossier.service.matters.get(matter.matter_id)
    if row is not None and row.result and matter.state is MatterState.FINISHED:
        parts.append(text("papers.result_list.paper", paper=row.result))
    day = day_of(matter.updated_at, dossier.today) or text("papers.dash")
    return matter.name, matter.department, state, day, "；".join(parts) or text("papers.dash")


def _remember(matters: tuple[CaseMatter, ...], still: bool) -> str:
    states = {matter.state for matter in matters}
    if MatterState.CORRECTION_REQUESTED in states:
        return text("papers.result_list.remember_correction")
    if MatterState.MOVED_OFFLINE in states:
        return text("papers.result_list.remember_offline")
    return text("papers.result_list.remember_open" if still else "papers.result_list.remember_keep")


def _official(dossier: Dossier) -> tuple[Fact, ...]:
    number = dossier.case.official_number
    return ((text("acceptance.number"), number),) if number else ()
