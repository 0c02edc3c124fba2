"""Documents of others on A4: a picture, or plain text, as the PDF that a printer takes."""

from __future__ import annotations

from io import BytesIO

from reportlab.lib.utils import ImageReader

from kiosk.papers.fonts import Face, load_fonts
from kiosk.papers.lines import wrap
from kiosk.papers.page_a4 import MARGIN, PAGE, WIDTH
from kiosk.papers.pen import Pen
from kiosk.papers.render import new_canvas, one_at_a_time

_SIZE = 11.0
_LEADING = 1.6 * _SIZE
_LINES = int((PAGE[1] - 2 * MARGIN) / _LEADING)
"""Of one page."""


def picture_page(jpeg: bytes) -> bytes:
    """Lay a picture on a page, as large as the margins allow."""
    with one_at_a_time:
        load_fonts()  # a canvas begins with one of them
        out = BytesIO()
        canvas = new_canvas(out)
        height = PAGE[1] - 2 * MARGIN
        canvas.drawImage(ImageReader(BytesIO(jpeg)), MARGIN, MARGIN, WIDTH, height, preserveAspectRatio=True)
        canvas.showPage()
        canvas.save()
        return out.getvalue()


def text_pages(words: str) -> tuple[bytes, int]:
    """Set plain text, line by line; gives the PDF and how many pages it has.

    Raises:
        PaperError: CHARACTER_NOT_IN_FONTS.
    """
    with one_at_a_time:
        fonts = load_fonts()
        fonts.require(words.replace("\n", ""))
        lines = [line for row in words.split("\n") for line in wrap(fonts, row, Face.REGULAR, _SIZE, WIDTH)]
        out = BytesIO()
        canvas = new_canvas(out)
        starts = range(0, len(lines), _LINES)
        for start in starts:
            pen = Pen(canvas, fonts, PAGE[1])
            for place, line in enumerate(lines[start : start + _LINES], start=1):
                pen.text(MARGIN, MARGIN + place * _LEADING, line, Face.REGULAR, _SIZE)
            canvas.showPage()
        canvas.save()
        return out.getvalue(), len(starts)
