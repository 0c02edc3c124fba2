"""送达回证: which papers were handed over, to whom, how; the rest is written by hand when it happens."""

from __future__ import annotations

from kiosk.domain.contents.dossier import (
    Dossier,
    by_hand,
    closing,
    day_of,
    not_issuable,
    numbered_heading,
    opening,
    paper_number,
    paper_of,
    table_of,
)
from kiosk.domain.masks import mask_address
from kiosk.domain.paper import PaperKind
from kiosk.domain.sections import Fact, Facts, Paragraph, SectionedPaper
from kiosk.messages import text


def delivery_receipt_of(dossier: Dossier) -> SectionedPaper:
    """Write the receipt for the papers issued so far.

    Raises:
        PaperError: no paper was issued yet (PAPER_NOT_ISSUABLE).
    """
    papers = [paper for paper in dossier.issued if paper.kind is not PaperKind.DELIVERY_RECEIPT]
    if not papers:
        raise not_issuable()
    number = dossier.case.case_number
    rows = [
        (
            text(f"papers.names.{paper.kind.value}"),
            paper_number(number, paper.kind, paper.copies),
            text("papers.delivery.copies_of", count=paper.copies),
            day_of(paper.last_at, dossier.today),
        )
        for paper in papers
    ]
    titles = ("papers.delivery.paper", "papers.number", "papers.delivery.copies", "papers.delivery.day")
    return paper_of(
        dossier,
        PaperKind.DELIVERY_RECEIPT,
        "papers.delivery",
        Paragraph(text("papers.delivery.purpose"), strong=True),
        opening(dossier, PaperKind.DELIVERY_RECEIPT),
        numbered_heading(1, text("papers.delivery.papers"), text("papers.delivery.count", count=len(rows))),
        table_of(rows, titles),
        numbered_heading(2, text("papers.delivery.how")),
        Facts(_how(dossier)),
        Paragraph(text("papers.delivery.note"), small=True),
        closing(
            dossier,
            signatures=(
                by_hand("papers.delivery.received_by"),
                by_hand("papers.delivery.instead"),
                by_hand("papers.delivery.delivered_by"),
            ),
            seal="papers.delivery.seal",
        ),
    )


def _how(dossier: Dossier) -> tuple[Fact, ...]:
    application = dossier.application
    blank = text("papers.blank")
    facts = [(text("papers.delivery.way"), text(f"papers.delivery.ways.{application.delivery_way}"))]
    if application.delivery_way == "post":
        facts.append((text("papers.delivery.address"), mask_address(application.postal_address or "") or blank))
    return (
        *facts,
        (text("papers.delivery.place"), blank),
        (text("papers.delivery.time"), text("papers.delivery.time_blank")),
        (text("papers.delivery.refused"), blank),
    )
