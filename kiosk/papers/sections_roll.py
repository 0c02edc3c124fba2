"""Papers made of sections, on an 80 mm roll."""

from __future__ import annotations

from functools import partial
from typing import assert_never

from reportlab.pdfgen.canvas import Canvas

from kiosk.domain.sections import Closing, Facts, Framed, Heading, Paragraph, Persons, Section, SectionedPaper, Table
from kiosk.papers import blocks_roll
from kiosk.papers.fonts import Face, Fonts
from kiosk.papers.page_roll import LARGE, MARGIN, NORMAL, WIDTH, set_roll
from kiosk.papers.pen import Pen
from kiosk.papers.sheet import Piece, Sheet, block_height, set_lines


def draw_sections_roll(canvas: Canvas, fonts: Fonts, paper: SectionedPaper, *, large_print: bool) -> None:
    """Draw a paper as one long page."""
    scale = LARGE if large_print else NORMAL
    set_roll(canvas, fonts, paper.head, paper.copy, scale, partial(_fill, paper=paper))


def _fill(sheet: Sheet, paper: SectionedPaper) -> None:
    for section in paper.sections:
        _set(sheet, section)


def _set(sheet: Sheet, section: Section) -> None:
    body = sheet.scale.body
    match section:
        case Heading():
            sheet.heading(section.words, section.remark)
        case Paragraph():
            face = Face.SEMIBOLD if section.strong else Face.REGULAR
            sheet.paragraph(
                section.words, face=face, size=sheet.scale.note if section.small else body, before=body * 0.3
            )
        case Persons():
            blocks_roll.people(sheet, section.people, section.facts)
        case Facts():
            _facts(sheet, section)
        case Table():
            for place, row in enumerate(section.rows):
                _entry(sheet, section, place, row)
        case Framed():
            sheet.framed(section.label, section.words, stacked=True)
        case Closing():
            blocks_roll.closing(sheet, section.notes, section.signatures, section.seal)
        case _:
            assert_never(section)


def _facts(sheet: Sheet, section: Facts) -> None:
    """Set a list's facts beside their labels, others, whose labels may be long, below them."""
    body = sheet.scale.body
    if not section.abreast:
        widest = max(sheet.fonts.width(label, Face.REGULAR, body) for label, _ in section.facts)
        sheet.facts([(fact,) for fact in section.facts], label_width=widest + body * 0.5, split=1.0)
        return
    for label, value in section.facts:
        sheet.paragraph(label, size=sheet.scale.note, before=body * 0.3)
        sheet.paragraph(value, face=Face.SEMIBOLD)


def _entry(sheet: Sheet, table: Table, place: int, row: tuple[str, ...]) -> None:
    """Set a row of a table: its first cell, below it the others with the heads of their columns."""
    size, note = sheet.scale.body, sheet.scale.note
    indent = size * 1.9
    names = sheet.wrap(row[0], Face.SEMIBOLD, size, WIDTH - indent)
    lines: list[tuple[str, Face]] = []
    for column, words in zip(table.columns[1:], row[1:], strict=True):
        face = Face.SEMIBOLD if column.strong or place in table.emphasised else Face.REGULAR
        label = f"{column.title}　" if column.title else ""
        lines += [(line, face) for line in sheet.wrap(label + words, face, note, WIDTH - indent)]
    top = block_height(names, size)

    def draw(pen: Pen, y: float) -> None:
        set_lines(pen, MARGIN, y, (str(place + 1),), Face.REGULAR, size)
        set_lines(pen, MARGIN + indent, y, names, Face.SEMIBOLD, size)
        for index, (line, face) in enumerate(lines):
            set_lines(pen, MARGIN + indent, y + top + block_height(("",) * index, note), (line,), face, note)

    sheet.add(Piece(top + block_height(("",) * len(lines), note) + size * 0.45, draw, before=size * 0.1))
