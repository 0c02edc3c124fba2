"""Drawing in points from the top left corner, in black only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import segno
from reportlab.pdfgen.canvas import Canvas

from kiosk.domain.application import Strokes
from kiosk.papers.fonts import Face, Fonts

HAIRLINE = 0.5
_DOTTED = (0.7, 2.1)
_STROKED: Final = 1
"""Text rendering mode "stroke" (PDF 32000-1:2008 table 106): outlines need no tint on a black-and-white printer."""


class Pen:
    """Draws on one canvas; `dot` is the printer's dot in points to which rules and modules are set, 0 for none."""

    def __init__(self, canvas: Canvas, fonts: Fonts, height: float, dot: float = 0.0) -> None:
        """Start on a canvas whose pages are `height` points high."""
        self._canvas = canvas
        self.fonts = fonts
        self._height = height
        self._dot = dot

    def text(self, x: float, y: float, words: str, face: Face, size: float, spacing: float = 0.0) -> float:
        """Set words with their baseline at y and give the x where they end; `spacing` is added after each character."""
        for name, piece in self.fonts.runs(words, face):
            self._canvas.setFont(name, size)
            self._canvas.drawString(x, self._height - y, piece, charSpace=spacing)
            x += self.fonts.width(piece, face, size) + spacing * len(piece)
        return x

    def text_right(self, x: float, y: float, words: str, face: Face, size: float) -> None:
        """Set words so that they end at x."""
        self.text(x - self.fonts.width(words, face, size), y, words, face, size)

    def text_centred(self, x: float, y: float, words: str, face: Face, size: float) -> None:
        """Set words about x."""
        self.text(x - self.fonts.width(words, face, size) / 2, y, words, face, size)

    def text_upwards(self, x: float, y: float, words: str, face: Face, size: float) -> None:
        """Set words from y upwards, the baseline at x."""
        self._canvas.saveState()
        self._canvas.translate(x, self._height - y)
        self._canvas.rotate(90)
        at = 0.0
        for name, piece in self.fonts.runs(words, face):
            self._canvas.setFont(name, size)
            self._canvas.drawString(at, 0, piece)
            at += self.fonts.width(piece, face, size)
        self._canvas.restoreState()

    def outline(self, x: float, y: float, words: str, size: float, angle: float) -> None:
        """Draw words as dotted outlines about a point, turned by `angle` degrees: a mark that hides nothing."""
        self._canvas.saveState()
        self._canvas.translate(x, self._height - y)
        self._canvas.rotate(angle)
        self._canvas.setLineWidth(max(HAIRLINE, self._dot))
        self._canvas.setDash(*_DOTTED)
        at = -self.fonts.width(words, Face.SEMIBOLD, size) / 2
        for name, piece in self.fonts.runs(words, Face.SEMIBOLD):
            line = self._canvas.beginText(at, -size * 0.36)
            line.setFont(name, size)
            line.setTextRenderMode(_STROKED)
            line.textOut(piece)
            self._canvas.drawText(line)
            at += self.fonts.width(piece, Face.SEMIBOLD, size)
        self._canvas.restoreState()

    def rule(self, x0: float, x1: float, y: float, weight: float = HAIRLINE) -> None:
        """Draw a level line, centred on y."""
        self._canvas.setLineWidth(weight)
        y = self._height - self._snap(y)
        self._canvas.line(x0, y, x1, y)

    def frame(self, x: float, y: float, width: float, height: float, weight: float, radius: float) -> None:
        """Draw a frame whose top left corner is at x, y."""
        self._canvas.setLineWidth(weight)
        self._canvas.roundRect(x, self._height - y - height, width, height, radius)

    def qr(self, x: float, y: float, content: str, side: float, *, centred: bool = False) -> None:
        """Draw a QR code (ISO/IEC 18004, level M) at most `side` points wide, x its left edge, or its middle.

        Whatever lies below is covered in white with a margin of two modules; the paper around it gives the rest of the
        quiet zone.
        """
        matrix = segno.make(content, error="m", micro=False, boost_error=False).matrix
        module = side / len(matrix)
        if self._dot:
            module = max(int(module / self._dot), 1) * self._dot
            x = round((x - (module * len(matrix) / 2 if centred else 0)) / self._dot) * self._dot
        top = self._height - self._snap(y)
        quiet = 2 * module
        extent = module * len(matrix) + 2 * quiet
        self._canvas.setFillGray(1)
        self._canvas.rect(x - quiet, top + quiet - extent, extent, extent, stroke=0, fill=1)
        self._canvas.setFillGray(0)
        path = self._canvas.beginPath()
        for row, cells in enumerate(matrix):
            for start, length in _dark_runs(cells):
                path.rect(x + start * module, top - (row + 1) * module, length * module, module)
        self._canvas.drawPath(path, stroke=0, fill=1)

    def strokes(self, x: float, y: float, width: float, height: float, strokes: Strokes) -> None:
        """Draw a signature into a box, keeping the fractions within it."""
        self._canvas.saveState()
        self._canvas.setLineWidth(1.2)
        self._canvas.setLineCap(1)
        self._canvas.setLineJoin(1)
        path = self._canvas.beginPath()
        for stroke in strokes:
            points = [
                (x + min(max(fx, 0.0), 1.0) * width, self._height - y - min(max(fy, 0.0), 1.0) * height)
                for fx, fy in zip(stroke[::2], stroke[1::2], strict=False)
            ]
            if not points:
                continue
            path.moveTo(*points[0])
            for point in points[1:] or points:
                path.lineTo(*point)
        if strokes:
            self._canvas.drawPath(path)
        self._canvas.restoreState()

    def _snap(self, y: float) -> float:
        return round(y / self._dot) * self._dot if self._dot else y


def _dark_runs(cells: Sequence[int]) -> list[tuple[int, int]]:
    """Give (start, length) of each run of dark modules in a row."""
    runs: list[tuple[int, int]] = []
    for column, cell in enumerate(cells):
        if not cell:
            continue
        if runs and sum(runs[-1]) == column:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        else:
            runs.append((column, 1))
    return runs
