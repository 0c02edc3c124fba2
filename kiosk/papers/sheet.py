"""Building blocks of every paper: paragraphs, headings, facts, tables, the framed box; and where pages end.

A paper is a list of pieces. Each knows its height and draws itself at a y; pages are filled with whole pieces, so that
nothing is ever cut in two.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from kiosk.papers.fonts import Face, Fonts
from kiosk.papers.lines import wrap
from kiosk.papers.pen import HAIRLINE, Pen

LEADING = 1.4
_MIDDLE = 0.37
"""Height of the optical middle of a Chinese character above its baseline, in ems."""

_LINES_TOGETHER = 6
"""Lines of a paragraph that stay on one page."""


@dataclass(frozen=True)
class Scale:
    """Sizes of type in points, and `air`, the share of the usual padding that rows have."""

    body: float
    note: float
    heading: float
    title: float
    number: float
    air: float = 1.0


@dataclass(frozen=True)
class Piece:
    """What stays in one piece on a page.

    `draw` takes the pen and the y of the top; `before` is white space above, dropped at the top of a page; `head` is
    drawn again when this piece opens a page; `sinks` lets it rest at the foot of a single page.
    """

    height: float
    draw: Callable[[Pen, float], None]
    before: float = 0.0
    keep_with_next: bool = False
    head: Piece | None = None
    sinks: bool = False


@dataclass(frozen=True)
class Column:
    """A column of a table: where it starts and how wide it is, in points, its head, its face."""

    x: float
    width: float
    title: str
    face: Face = Face.REGULAR


@dataclass(frozen=True)
class Cell:
    """A cell that is not in its column's face."""

    words: str
    face: Face


Row = Sequence[str | Cell]


class Sheet:
    """Collects the pieces of one paper, set between x and x + width."""

    def __init__(self, fonts: Fonts, x: float, width: float, scale: Scale) -> None:
        """Start an empty sheet."""
        self.fonts = fonts
        self.x = x
        self.width = width
        self.scale = scale
        self.pieces: list[Piece] = []

    def add(self, piece: Piece) -> None:
        """Put a piece at the end."""
        self.pieces.append(piece)

    def wrap(self, words: str, face: Face, size: float, width: float) -> tuple[str, ...]:
        """Break words into lines for this sheet's fonts."""
        return wrap(self.fonts, words, face, size, width)

    def paragraph(
        self, words: str, *, face: Face = Face.REGULAR, size: float | None = None, before: float = 0.0
    ) -> None:
        """Set a paragraph over the whole width; a long one may go on over the end of a page."""
        size = size or self.scale.body
        lines = self.wrap(words, face, size, self.width)
        for start in range(0, len(lines), _LINES_TOGETHER):
            part = lines[start : start + _LINES_TOGETHER]

            def draw(pen: Pen, y: float, part: tuple[str, ...] = part) -> None:
                set_lines(pen, self.x, y, part, face, size)

            self.add(Piece(block_height(part, size), draw, 0.0 if start else before))

    def heading(self, words: str, remark: str = "") -> None:
        """Set a section heading in the serif; a remark with numbers follows it in the sans, below if it must."""
        scale = self.scale
        lines = self.wrap(words, Face.SERIF, scale.heading, self.width)
        end = self.fonts.width(lines[-1], Face.SERIF, scale.heading) + scale.body * 0.8
        beside = end + self.fonts.width(remark, Face.REGULAR, scale.body) <= self.width
        top = block_height(lines, scale.heading)
        height = top if beside else top + scale.body * LEADING

        def draw(pen: Pen, y: float) -> None:
            set_lines(pen, self.x, y, lines, Face.SERIF, scale.heading)
            if beside:
                baseline = y + top - scale.heading * (LEADING / 2 - _MIDDLE)
                pen.text(self.x + end, baseline, remark, Face.REGULAR, scale.body)
            else:
                set_lines(pen, self.x, y + top, (remark,), Face.REGULAR, scale.body)

        self.add(Piece(height, draw, before=scale.body * 1.15 * scale.air, keep_with_next=True))

    def facts(self, rows: Sequence[Sequence[tuple[str, str]]], *, label_width: float, split: float) -> None:
        """Set labelled values, one or two to a row; the second starts at `split` of the width."""
        scale = self.scale
        starts = (self.x, self.x + self.width * split)
        leading = scale.body * LEADING
        for row in rows:
            ends = (starts[1] - scale.body, self.x + self.width) if len(row) > 1 else (self.x + self.width,)
            cells = [
                (
                    x,
                    self.wrap(label, Face.REGULAR, scale.body, label_width - scale.body * 0.2),
                    self.wrap(value, Face.SEMIBOLD, scale.body, end - x - label_width),
                )
                for (label, value), x, end in zip(row, starts, ends, strict=False)
            ]

            def draw(pen: Pen, y: float, cells: list[tuple[float, tuple[str, ...], tuple[str, ...]]] = cells) -> None:
                for x, label, lines in cells:
                    set_lines(pen, x, y, label, Face.REGULAR, scale.body)
                    set_lines(pen, x + label_width, y, lines, Face.SEMIBOLD, scale.body)

            height = (
                max(len(lines) for _, label, value in cells for lines in (label, value)) * leading
                + scale.body * 0.24 * scale.air
            )
            self.add(Piece(height, draw))

    def table(self, columns: Sequence[Column], rows: Sequence[Row], *, leads_on: bool = False) -> None:
        """Set a table with numbered rows; its head is repeated on every page and never stands alone.

        `leads_on` keeps the last rows with what follows the table. Without rows there is no table.
        """
        if not rows:
            return
        head = self._table_head(columns)
        self.add(replace(head, keep_with_next=True))
        for index, row in enumerate(rows):
            last = index == len(rows) - 1
            piece = self._table_row(columns, (str(index + 1), *row), ruled=not last)
            opens_or_ends = index == 0 or index == len(rows) - 2
            keep = leads_on if last else opens_or_ends
            self.add(replace(piece, keep_with_next=keep, head=head if index else None))

    def _table_head(self, columns: Sequence[Column]) -> Piece:
        size = self.scale.body
        height = size * LEADING + size * 0.5

        def draw(pen: Pen, y: float) -> None:
            for column in columns:
                set_lines(pen, column.x, y + size * 0.15, (column.title,), Face.REGULAR, size)
            pen.rule(self.x, self.x + self.width, y + height, HAIRLINE * 2)

        return Piece(height, draw)

    def _table_row(self, columns: Sequence[Column], row: Row, *, ruled: bool) -> Piece:
        size = self.scale.body
        padding = size * 0.25 * self.scale.air
        cells = []
        for column, value in zip(columns, row, strict=True):
            cell = value if isinstance(value, Cell) else Cell(value, column.face)
            cells.append((column.x, cell.face, self.wrap(cell.words, cell.face, size, column.width)))
        height = max(block_height(lines, size) for _, _, lines in cells) + padding * 2

        def draw(pen: Pen, y: float) -> None:
            for x, face, lines in cells:
                set_lines(pen, x, y + padding, lines, face, size)
            if ruled:
                pen.rule(columns[1].x, self.x + self.width, y + height)

        return Piece(height, draw)

    def framed(self, label: str, words: str, *, stacked: bool = False) -> None:
        """Set the one framed box of a paper; `stacked` puts the label above the words."""
        size = self.scale.body * 1.1
        inset = self.scale.body * 1.2
        label_width = 0.0 if stacked else self.fonts.width(label, Face.SEMIBOLD, size) + size * 1.6
        lines = self.wrap(words, Face.REGULAR, size, self.width - inset * 2 - label_width)
        top = block_height((label,), size) if stacked else 0.0
        height = top + block_height(lines, size) + inset * (1.3 if self.scale.air >= 1 else 1.0)

        def draw(pen: Pen, y: float) -> None:
            pen.frame(self.x, y, self.width, height, HAIRLINE * 2, 3)
            start = y + (height - top - block_height(lines, size)) / 2
            set_lines(pen, self.x + inset, start, (label,), Face.SEMIBOLD, size)
            set_lines(pen, self.x + inset + label_width, start + top, lines, Face.REGULAR, size)

        self.add(Piece(height, draw, before=self.scale.body * 1.1 * self.scale.air, keep_with_next=True))


def set_lines(pen: Pen, x: float, y: float, lines: Sequence[str], face: Face, size: float) -> None:
    """Set lines below each other, y the top of the first."""
    for index, line in enumerate(lines):
        pen.text(x, y + size * (LEADING * (index + 0.5) + _MIDDLE), line, face, size)


def block_height(lines: Sequence[str], size: float) -> float:
    """Give the height of lines in points."""
    return len(lines) * size * LEADING


@dataclass(frozen=True)
class Placed:
    """A piece and the y of its top."""

    y: float
    piece: Piece


def paginate(pieces: Sequence[Piece], first_top: float, next_top: float, bottom: float) -> list[list[Placed]]:
    """Fill pages between their tops and `bottom`: groups that keep together move to the next page as a whole.

    On a single page the pieces that sink rest on `bottom`.
    """
    pages: list[list[Placed]] = [[]]
    y = first_top
    for group in _groups(pieces):
        height = sum(piece.before + piece.height for piece in group)
        for piece in group:
            opens = not pages[-1]
            overflows = y + (height if piece is group[0] else piece.before + piece.height) > bottom
            if overflows and not opens:
                pages.append([])
                y = next_top
                opens = True
            if opens and piece.head is not None:
                pages[-1].append(Placed(y, piece.head))
                y += piece.head.height
            if not opens:
                y += piece.before
            pages[-1].append(Placed(y, piece))
            y += piece.height
    slack = max(bottom - y, 0.0) if len(pages) == 1 else 0.0
    pages[-1] = [Placed(p.y + slack, p.piece) if p.piece.sinks else p for p in pages[-1]]
    return pages


def _groups(pieces: Sequence[Piece]) -> list[list[Piece]]:
    groups: list[list[Piece]] = [[]]
    for piece in pieces:
        groups[-1].append(piece)
        if not piece.keep_with_next:
            groups.append([])
    return [group for group in groups if group]
