"""The A4 page of every paper: head with number and QR code, foot with page, copy and verification, edge marks."""

from __future__ import annotations

from collections.abc import Callable

from reportlab.pdfgen.canvas import Canvas

from kiosk.domain.paper import CopyMark, Letterhead
from kiosk.messages import text
from kiosk.papers.fonts import Face, Fonts
from kiosk.papers.lines import wrap
from kiosk.papers.pen import HAIRLINE, Pen
from kiosk.papers.sheet import Placed, Scale, Sheet, paginate

MILLIMETRE = 72 / 25.4
PAGE = (210 * MILLIMETRE, 297 * MILLIMETRE)
MARGIN = 16 * MILLIMETRE
WIDTH = PAGE[0] - 2 * MARGIN

NORMAL = Scale(body=10.5, note=9.0, heading=14.0, title=29.0, number=15.0)
LARGE = Scale(body=14.0, note=12.0, heading=18.0, title=33.0, number=18.0)
_AIRS = (1.0, 0.85, 0.7, 0.55)
"""Shares of the usual padding, tried in turn when that saves the family a sheet."""

_TOP = 14 * MILLIMETRE
_FOOT = PAGE[1] - 13 * MILLIMETRE
"""Baseline of the foot."""
_QR = 25 * MILLIMETRE
_OFFICE_LEADING = 1.25


def sheet(fonts: Fonts, scale: Scale) -> Sheet:
    """Start a sheet between the margins of this page."""
    return Sheet(fonts, MARGIN, WIDTH, scale)


def set_pages(
    canvas: Canvas, fonts: Fonts, head: Letterhead, copy: CopyMark, scale: Scale, fill: Callable[[Sheet], None]
) -> None:
    """Lay out and draw a whole paper; `fill` puts its pieces on a sheet."""
    frame = _Frame(fonts, head, copy, scale)
    pages: list[list[Placed]] = []
    for air in _AIRS:
        body = sheet(fonts, Scale(scale.body, scale.note, scale.heading, scale.title, scale.number, air))
        fill(body)
        attempt = paginate(body.pieces, frame.first_top, frame.next_top, frame.bottom)
        if not pages or len(attempt) < len(pages):
            pages = attempt
        if len(pages) == 1:
            break
    pen = Pen(canvas, fonts, PAGE[1])
    for number, placed in enumerate(pages, start=1):
        frame.draw(pen, number, len(pages))
        for item in placed:
            item.piece.draw(pen, item.y)
        canvas.showPage()


class _Frame:
    """Everything of a page that is not the paper's own content."""

    def __init__(self, fonts: Fonts, head: Letterhead, copy: CopyMark, scale: Scale) -> None:
        self._fonts = fonts
        self._head = head
        self._copy = copy
        self._scale = scale
        self._office_size = scale.body * 1.1
        self._office = wrap(fonts, head.office, Face.REGULAR, self._office_size, WIDTH - _QR - 18)
        words = self._office_size * _OFFICE_LEADING * len(self._office) + scale.title * 1.3 + scale.number * 2 + 8
        self._rule = _TOP + max(words, _QR + scale.note * 2 if head.qr_text else 0.0) + 4
        self.first_top = self._rule + scale.body * 0.9
        self._next_rule = _TOP + scale.body * 2.4
        self.next_top = self._next_rule + scale.body * 0.9
        self.bottom = _FOOT - scale.note * 2.6

    def draw(self, pen: Pen, page: int, pages: int) -> None:
        """Draw the frame of one page."""
        if self._copy.training:
            pen.outline(PAGE[0] / 2, PAGE[1] / 2, text("receipt.training"), 190, 38)
        if page == 1:
            self._first_head(pen)
        else:
            self._next_head(pen, page, pages)
        self._foot(pen, page, pages)
        mark = self._copy.watermark
        size = min(9.0, (PAGE[1] - 2 * MARGIN) / max(self._fonts.width(mark, Face.REGULAR, 1.0), 1.0))
        pen.text_upwards(PAGE[0] - 7 * MILLIMETRE, PAGE[1] - MARGIN, mark, Face.REGULAR, size)

    def _first_head(self, pen: Pen) -> None:
        head, scale = self._head, self._scale
        y = _TOP + scale.body
        for index, line in enumerate(self._office):
            y += self._office_size * _OFFICE_LEADING if index else 0.0
            pen.text(MARGIN, y, line, Face.REGULAR, self._office_size)
        y += scale.title * 1.32
        spacing = scale.title * 0.09
        end = pen.text(MARGIN, y, head.title, Face.SERIF, scale.title, spacing)
        if self._copy.training:
            self._training_tag(pen, end + scale.body, y)
        y += scale.number * 1.95
        end = pen.text(MARGIN, y, head.number_label, Face.REGULAR, scale.body)
        pen.text(end + scale.body * 0.9, y, head.number_grouped, Face.SEMIBOLD, scale.number)
        right = MARGIN + WIDTH
        if head.qr_text:
            pen.qr(right - _QR, _TOP, head.qr_text, _QR)
            caption = _TOP + _QR + scale.note * 1.45
            pen.text_centred(right - _QR / 2, caption, head.qr_caption, Face.REGULAR, scale.note)
        pen.rule(MARGIN, right, self._rule, 1.5)

    def _training_tag(self, pen: Pen, x: float, baseline: float) -> None:
        scale = self._scale
        words = text("receipt.training_note")
        height = scale.body * 1.9
        top = baseline - scale.title * 0.38 - height / 2
        width = self._fonts.width(words, Face.SEMIBOLD, scale.body) + scale.body * 1.2
        pen.frame(x, top, width, height, HAIRLINE * 2, 3)
        pen.text(x + scale.body * 0.6, top + height / 2 + scale.body * 0.37, words, Face.SEMIBOLD, scale.body)

    def _next_head(self, pen: Pen, page: int, pages: int) -> None:
        head, scale = self._head, self._scale
        y = self._next_rule - scale.body * 0.85
        end = pen.text(MARGIN, y, head.title + text("receipt.continuation"), Face.SERIF, scale.heading)
        end = pen.text(end + scale.body, y, head.number_grouped, Face.SEMIBOLD, scale.body)
        words = text("receipt.page", page=page, pages=pages)
        # A long title leaves no room for it; the foot says it on every page.
        if end + scale.body + self._fonts.width(words, Face.REGULAR, scale.body) <= MARGIN + WIDTH:
            pen.text_right(MARGIN + WIDTH, y, words, Face.REGULAR, scale.body)
        pen.rule(MARGIN, MARGIN + WIDTH, self._next_rule, 1.5)

    def _foot(self, pen: Pen, page: int, pages: int) -> None:
        scale, copy, width = self._scale, self._copy, self._fonts.width
        page_words = text("receipt.page", page=page, pages=pages)
        for printed in _printed(copy):
            words = f"{page_words}　{printed}"
            if width(words, Face.REGULAR, scale.note) < WIDTH * 0.6:
                break
        pen.rule(MARGIN, MARGIN + WIDTH, _FOOT - scale.note * 1.75)
        if page == pages:
            size, room = scale.note * 1.25, WIDTH - width(words, Face.REGULAR, scale.note) - scale.body
            while width(copy.parting, Face.SERIF, size) > room:  # in large print it would touch the words at the right
                size -= 0.5
            pen.text(MARGIN, _FOOT, copy.parting, Face.SERIF, size)
        else:
            pen.text(MARGIN, _FOOT, text("receipt.continued"), Face.REGULAR, scale.note)
        pen.text_right(MARGIN + WIDTH, _FOOT, words, Face.REGULAR, scale.note)


def _printed(copy: CopyMark) -> tuple[str, ...]:
    """Say which copy this is, at length and in short; of a sheet that nobody counts only when it was printed."""
    if not copy.copy_no:
        return (text("sheets.printed", at=copy.printed_at),)
    code = text("receipt.verification", code=copy.verification)
    return (
        text("receipt.printed", copy=copy.copy_no, at=copy.printed_at) + f"　{code}",
        text("receipt.printed_short", copy=copy.copy_no) + f"　{code}",
    )
