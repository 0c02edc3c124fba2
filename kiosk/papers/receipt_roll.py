"""收件凭证 on an 80 mm roll."""

from __future__ import annotations

from reportlab.pdfgen.canvas import Canvas

from kiosk.domain.paper import ReceiptOfMaterials
from kiosk.messages import text
from kiosk.papers import blocks_roll as blocks
from kiosk.papers.fonts import Face, Fonts
from kiosk.papers.page_roll import LARGE, NORMAL, set_roll
from kiosk.papers.sheet import Sheet


def draw_receipt_roll(canvas: Canvas, fonts: Fonts, paper: ReceiptOfMaterials, *, large_print: bool) -> None:
    """Draw a receipt as one long page."""
    scale = LARGE if large_print else NORMAL
    set_roll(canvas, fonts, paper.head, paper.copy, scale, lambda sheet: _fill(sheet, paper))


def _fill(sheet: Sheet, paper: ReceiptOfMaterials) -> None:
    sheet.paragraph(paper.not_acceptance, face=Face.SEMIBOLD)
    blocks.people(
        sheet,
        paper.people,
        (
            (text("receipt.phone"), paper.phone),
            (text("receipt.taken_in_at"), paper.taken_in_at),
            (text("receipt.taken_in_by"), paper.taken_in_by),
            (text("receipt.fee"), paper.fee),
        ),
    )
    sheet.heading(text("receipt.matters"), text("receipt.matters_count", count=len(paper.matters)))
    blocks.matters(sheet, paper.matters, "receipt.due_words")
    if paper.awaiting:
        sheet.paragraph(paper.awaiting, size=sheet.scale.note, before=sheet.scale.body * 0.5)
    if paper.materials:
        sheet.heading(paper.materials_title, paper.materials_count)
        blocks.materials(sheet, paper.materials)
    sheet.framed(text("receipt.remember"), paper.remember, stacked=True)
    blocks.closing(sheet, (paper.promise, *paper.ask), (paper.signature,), text("receipt.seal"))
