"""A paper in, PDF bytes out."""

from __future__ import annotations

from io import BytesIO
from threading import Lock

from reportlab.pdfgen.canvas import Canvas

from kiosk.domain.paper import AcceptanceNotice, CasePaper, ReceiptOfMaterials, words_of
from kiosk.domain.sections import SectionedPaper
from kiosk.papers.acceptance import draw_acceptance_a4, draw_acceptance_roll
from kiosk.papers.fonts import Face, Fonts, load_fonts
from kiosk.papers.receipt_a4 import draw_receipt_a4
from kiosk.papers.receipt_roll import draw_receipt_roll
from kiosk.papers.sections_a4 import draw_sections_a4
from kiosk.papers.sections_roll import draw_sections_roll
from kiosk.ports.printers import PaperSize

one_at_a_time = Lock()
"""A reportlab font serves one document at a time."""


def render(
    paper: CasePaper | SectionedPaper,
    size: PaperSize,
    *,
    large_print: bool = False,
    compressed: bool = True,
    fonts: Fonts | None = None,
) -> bytes:
    """Make the PDF of a paper; the same paper always gives the same bytes.

    `large_print` sets the body in 14 pt. `compressed=False` leaves the streams readable, for comparing papers as bytes.
    May be called from any thread.

    Raises:
        PaperError: a character is in none of the fonts (`CHARACTER_NOT_IN_FONTS`); nothing has been drawn.
    """
    with one_at_a_time:
        fonts = fonts or load_fonts()
        fonts.require("".join(words_of(paper)))
        out = BytesIO()
        canvas = new_canvas(out, compressed=compressed)
        draw(canvas, fonts, paper, size, large_print=large_print)
        canvas.save()
        return out.getvalue()


def new_canvas(out: BytesIO, *, compressed: bool = True) -> Canvas:
    """Make a canvas that gives the same bytes for the same drawing."""
    return Canvas(
        out,
        invariant=1,
        pageCompression=int(compressed),
        initialFontName=Face.REGULAR.value,  # type: ignore[arg-type]  # the stub wants a number; it is a name
        lang="zh-CN",
    )


def draw(
    canvas: Canvas, fonts: Fonts, paper: CasePaper | SectionedPaper, size: PaperSize, *, large_print: bool = False
) -> None:
    """Draw all pages of a paper."""
    canvas.setTitle(f"{paper.head.title} {paper.head.number}")
    canvas.setAuthor(paper.head.office)
    match paper, size:
        case ReceiptOfMaterials(), PaperSize.A4:
            draw_receipt_a4(canvas, fonts, paper, large_print=large_print)
        case ReceiptOfMaterials(), PaperSize.ROLL_80:
            draw_receipt_roll(canvas, fonts, paper, large_print=large_print)
        case AcceptanceNotice(), PaperSize.A4:
            draw_acceptance_a4(canvas, fonts, paper, large_print=large_print)
        case AcceptanceNotice(), PaperSize.ROLL_80:
            draw_acceptance_roll(canvas, fonts, paper, large_print=large_print)
        case SectionedPaper(), PaperSize.A4:
            draw_sections_a4(canvas, fonts, paper, large_print=large_print)
        case SectionedPaper(), PaperSize.ROLL_80:
            draw_sections_roll(canvas, fonts, paper, large_print=large_print)
