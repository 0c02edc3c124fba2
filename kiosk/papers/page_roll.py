"""The 80 mm roll of every paper: one page as long as its content, 576 dots wide, rules set to the printer's dots."""

from __future__ import annotations

import math
from collections.abc import Callable

from reportlab.pdfgen.canvas import Canvas

from kiosk.domain.paper import CopyMark, Letterhead
from kiosk.messages import text
from kiosk.papers.fonts import Face, Fonts
from kiosk.papers.pen import Pen
from kiosk.papers.sheet import LEADING, Piece, Scale, Sheet, block_height, paginate, set_lines

DOT = 72 / 203.2
"""One dot of a thermal head with 8 dots to the millimetre, in points."""
PAGE_WIDTH = 640 * DOT
MARGIN = 32 * DOT
WIDTH = 576 * DOT
RULE = 2 * DOT

NORMAL = Scale(body=10.0, note=9.0, heading=12.0, title=22.0, number=12.5)
LARGE = Scale(body=14.0, note=12.0, heading=16.0, title=26.0, number=15.0)

_QR = 200 * DOT
"""Four dots for each module of a sealed code, 49 on a side."""
_EDGE = 40 * DOT
_MARK_EVERY = 300.0


def set_roll(
    canvas: Canvas, fonts: Fonts, head: Letterhead, copy: CopyMark, scale: Scale, fill: Callable[[Sheet], None]
) -> None:
    """Lay out and draw a whole paper; `fill` puts its pieces between head and foot."""
    sheet = Sheet(fonts, MARGIN, WIDTH, scale)
    _head(sheet, head, training=copy.training)
    fill(sheet)
    _foot(sheet, copy)
    [placed] = paginate(sheet.pieces, _EDGE, _EDGE, math.inf)
    end = placed[-1].y + placed[-1].piece.height + _EDGE
    height = math.ceil(end / DOT) * DOT
    canvas.setPageSize((PAGE_WIDTH, height))
    pen = Pen(canvas, fonts, height, DOT)
    if copy.training:
        _training_marks(pen, height)
    for item in placed:
        item.piece.draw(pen, item.y)
    canvas.showPage()


def centred(sheet: Sheet, words: str, face: Face, size: float, before: float = 0.0) -> None:
    """Set words about the middle of the roll, over as many lines as they need."""
    lines = sheet.wrap(words, face, size, sheet.width)

    def draw(pen: Pen, y: float) -> None:
        for index, line in enumerate(lines):
            set_lines(pen, _centre(pen.fonts, line, face, size), y + index * size * LEADING, (line,), face, size)

    sheet.add(Piece(block_height(lines, size), draw, before))


def ruled(sheet: Sheet, before: float, after: float) -> None:
    """Draw a line across the roll."""
    sheet.add(Piece(after, lambda pen, y: pen.rule(MARGIN, MARGIN + WIDTH, y, RULE), before))


def _centre(fonts: Fonts, line: str, face: Face, size: float) -> float:
    return MARGIN + (WIDTH - fonts.width(line, face, size)) / 2


def _head(sheet: Sheet, head: Letterhead, *, training: bool) -> None:
    scale = sheet.scale
    centred(sheet, head.office, Face.REGULAR, scale.body)
    centred(sheet, head.title, Face.SERIF, scale.title)
    if training:
        centred(sheet, text("receipt.training_note"), Face.SEMIBOLD, scale.body)
    if head.qr_text:
        code = Piece(_QR, lambda pen, y: pen.qr(PAGE_WIDTH / 2, y, head.qr_text, _QR, centred=True), scale.body * 0.8)
        sheet.add(code)
        centred(sheet, head.qr_caption, Face.REGULAR, scale.note, before=2.0)
    centred(sheet, head.number_label, Face.REGULAR, scale.note, before=scale.body * 0.4)
    groups = head.number_grouped.split(" ")
    half = min(len(groups), 3)
    for part in (groups[:half], groups[half:]):
        if part:
            centred(sheet, " ".join(part), Face.SEMIBOLD, scale.number)
    ruled(sheet, scale.body * 0.6, scale.body * 0.6)


def _foot(sheet: Sheet, copy: CopyMark) -> None:
    scale = sheet.scale
    ruled(sheet, scale.body, scale.body * 0.6)
    if copy.parting:
        room = WIDTH / sheet.fonts.width(copy.parting, Face.SERIF, 1.0)
        centred(sheet, copy.parting, Face.SERIF, min(scale.body * 1.1, room))
    if copy.copy_no:
        centred(sheet, text("receipt.printed", copy=copy.copy_no, at=copy.printed_at), Face.REGULAR, scale.note, 6.0)
        centred(sheet, text("receipt.verification", code=copy.verification), Face.REGULAR, scale.note)
    centred(sheet, copy.watermark, Face.REGULAR, scale.note, 4.0)


def _training_marks(pen: Pen, height: float) -> None:
    count = max(int(height / _MARK_EVERY), 1)
    for index in range(count):
        pen.outline(PAGE_WIDTH / 2, height * (index + 0.5) / count, text("receipt.training"), 84, 38)
