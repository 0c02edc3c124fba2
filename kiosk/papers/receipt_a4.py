"""收件凭证 on A4."""

from __future__ import annotations

from reportlab.pdfgen.canvas import Canvas

from kiosk.domain.paper import ReceiptOfMaterials
from kiosk.messages import text
from kiosk.papers import blocks_a4 as blocks
from kiosk.papers.fonts import Face, Fonts
from kiosk.papers.page_a4 import LARGE, NORMAL, set_pages
from kiosk.papers.sheet import Sheet


def draw_receipt_a4(canvas: Canvas, fonts: Fonts, paper: ReceiptOfMaterials, *, large_print: bool) -> None:
    """Draw all pages of a receipt."""
    scale = LARGE if large_print else NORMAL
    set_pages(canvas, fonts, paper.head, paper.copy, scale, lambda sheet: _fill(sheet, paper))


def _fill(sheet: Sheet, paper: ReceiptOfMaterials) -> None:
    sheet.paragraph(paper.not_acceptance, face=Face.SEMIBOLD)
    blocks.people(
        sheet,
        paper.people,
        (
            ((text("receipt.taken_in_at"), paper.taken_in_at), (text("receipt.phone"), paper.phone)),
            ((text("receipt.taken_in_by"), paper.taken_in_by), (text("receipt.fee"), paper.fee)),
        ),
    )
    ordinals = text("receipt.ordinals")
    count = text("receipt.matters_count", count=len(paper.matters))
    sheet.heading(f"{ordinals[0]}、{text('receipt.matters')}", count)
    blocks.matters(sheet, paper.matters, text("receipt.due"))
    if paper.awaiting:
        sheet.paragraph(paper.awaiting, size=sheet.scale.note, before=sheet.scale.body * 0.5)
    if paper.materials:
        sheet.heading(f"{ordinals[1]}、{paper.materials_title}", paper.materials_count)
        blocks.materials(sheet, paper.materials)
    sheet.framed(text("receipt.remember"), paper.remember)
    blocks.closing(sheet, (paper.promise, *paper.ask), (paper.signature,), text("receipt.seal"))
