"""受理通知书 on A4 and on the roll."""

from __future__ import annotations

from reportlab.pdfgen.canvas import Canvas

from kiosk.domain.paper import AcceptanceNotice
from kiosk.messages import text
from kiosk.papers import blocks_a4, blocks_roll, page_a4, page_roll
from kiosk.papers.fonts import Face, Fonts
from kiosk.papers.sheet import Sheet


def draw_acceptance_a4(canvas: Canvas, fonts: Fonts, paper: AcceptanceNotice, *, large_print: bool) -> None:
    """Draw all A4 pages of a notice."""
    scale = page_a4.LARGE if large_print else page_a4.NORMAL
    page_a4.set_pages(canvas, fonts, paper.head, paper.copy, scale, lambda sheet: _fill_a4(sheet, paper))


def draw_acceptance_roll(canvas: Canvas, fonts: Fonts, paper: AcceptanceNotice, *, large_print: bool) -> None:
    """Draw a notice as one long page."""
    scale = page_roll.LARGE if large_print else page_roll.NORMAL
    page_roll.set_roll(canvas, fonts, paper.head, paper.copy, scale, lambda sheet: _fill_roll(sheet, paper))


def _fill_a4(sheet: Sheet, paper: AcceptanceNotice) -> None:
    sheet.paragraph(paper.accepted, face=Face.SEMIBOLD)
    blocks_a4.people(
        sheet,
        paper.people,
        (
            ((text("acceptance.accepted_at"), paper.accepted_at), (text("receipt.phone"), paper.phone)),
            ((text("acceptance.case_number"), paper.case_number), (text("receipt.fee"), paper.fee)),
        ),
    )
    ordinals = text("receipt.ordinals")
    count = text("receipt.matters_count", count=len(paper.matters))
    sheet.heading(f"{ordinals[0]}、{text('acceptance.matters')}", count)
    blocks_a4.matters(sheet, paper.matters, text("acceptance.due"))
    if paper.materials:
        sheet.heading(f"{ordinals[1]}、{paper.materials_title}", paper.materials_count)
        blocks_a4.materials(sheet, paper.materials)
    sheet.framed(text("receipt.remember"), paper.remember)
    blocks_a4.closing(sheet, paper.ask, (paper.signature,), text("acceptance.seal"))


def _fill_roll(sheet: Sheet, paper: AcceptanceNotice) -> None:
    sheet.paragraph(paper.accepted, face=Face.SEMIBOLD)
    blocks_roll.people(
        sheet,
        paper.people,
        (
            (text("receipt.phone"), paper.phone),
            (text("acceptance.accepted_at"), paper.accepted_at),
            (text("acceptance.case_number"), paper.case_number),
            (text("receipt.fee"), paper.fee),
        ),
    )
    sheet.heading(text("acceptance.matters"), text("receipt.matters_count", count=len(paper.matters)))
    blocks_roll.matters(sheet, paper.matters, "receipt.due_words")
    if paper.materials:
        sheet.heading(paper.materials_title, paper.materials_count)
        blocks_roll.materials(sheet, paper.materials)
    sheet.framed(text("receipt.remember"), paper.remember, stacked=True)
    blocks_roll.closing(sheet, paper.ask, (paper.signature,), text("acceptance.seal"))
