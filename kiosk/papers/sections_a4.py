"""Papers made of sections, on A4."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import assert_never

from reportlab.pdfgen.canvas import Canvas

from kiosk.domain.sections import (
    Closing,
    Fact,
    Facts,
    Framed,
    Heading,
    Paragraph,
    Persons,
    Section,
    SectionedPaper,
    Table,
)
from kiosk.papers import blocks_a4
from kiosk.papers.columns import column_widths
from kiosk.papers.fonts import Face, Fonts
from kiosk.papers.page_a4 import LARGE, MARGIN, NORMAL, WIDTH, set_pages
from kiosk.papers.sheet import Cell, Column, Piece, Sheet

_GAP = 9.0
_SPLIT = 0.56
_LABEL_AT_MOST = 0.3
"""Share of the width that labels may take."""


def draw_sections_a4(canvas: Canvas, fonts: Fonts, paper: SectionedPaper, *, large_print: bool) -> None:
    """Draw all pages of a paper."""
    scale = LARGE if large_print else NORMAL
    set_pages(canvas, fonts, paper.head, paper.copy, scale, partial(_fill, paper=paper))


def _fill(sheet: Sheet, paper: SectionedPaper) -> None:
    for place, section in enumerate(paper.sections):
        following = paper.sections[place + 1] if place + 1 < len(paper.sections) else None
        _set(sheet, section, leads_on=isinstance(following, Framed | Closing))


def _set(sheet: Sheet, section: Section, *, leads_on: bool) -> None:
    body = sheet.scale.body
    match section:
        case Heading():
            sheet.heading(section.words, section.remark)
        case Paragraph():
            face = Face.SEMIBOLD if section.strong else Face.REGULAR
            size = sheet.scale.note if section.small else body
            sheet.paragraph(section.words, face=face, size=size, before=body * 0.5 * sheet.scale.air)
        case Persons():
            blocks_a4.people(sheet, section.people, ())
            _facts(sheet, section.facts, body * 5.2)
        case Facts():
            sheet.add(Piece(0.0, lambda _pen, _y: None, before=body * 0.2 * sheet.scale.air))
            widest = max(sheet.fonts.width(label, Face.REGULAR, body) for label, _ in section.facts)
            label_width = min(widest + body, sheet.width * _LABEL_AT_MOST)
            if section.abreast:
                _facts(sheet, section.facts, label_width)
            else:
                sheet.facts([(fact,) for fact in section.facts], label_width=label_width, split=_SPLIT)
        case Table():
            _table(sheet, section, leads_on=leads_on)
        case Framed():
            sheet.framed(section.label, section.words)
        case Closing():
            blocks_a4.closing(sheet, section.notes, section.signatures, section.seal)
        case _:
            assert_never(section)


def _facts(sheet: Sheet, facts: Sequence[Fact], label_width: float) -> None:
    """Set two facts to a row where both fit in their halves, else one."""
    halves = (sheet.width * _SPLIT - sheet.scale.body, sheet.width * (1 - _SPLIT))
    rows: list[tuple[Fact, ...]] = []
    waiting: Fact | None = None
    for fact in facts:
        if waiting is not None and _fits(sheet, fact, halves[1] - label_width):
            rows.append((waiting, fact))
            waiting = None
            continue
        if waiting is not None:
            rows.append((waiting,))
        waiting = fact
        if not _fits(sheet, fact, halves[0] - label_width):
            rows.append((fact,))
            waiting = None
    if waiting is not None:
        rows.append((waiting,))
    sheet.facts(rows, label_width=label_width, split=_SPLIT)


def _fits(sheet: Sheet, fact: Fact, room: float) -> bool:
    return sheet.fonts.width(fact[1], Face.SEMIBOLD, sheet.scale.body) <= room


def _table(sheet: Sheet, table: Table, *, leads_on: bool) -> None:
    size = sheet.scale.body
    number = size * 2.0
    faces = [Face.SEMIBOLD if column.strong else Face.REGULAR for column in table.columns]
    cells = [
        [
            (column.title, Face.REGULAR),
            *(
                (words[place], Face.SEMIBOLD if row in table.emphasised else face)
                for row, words in enumerate(table.rows)
            ),
        ]
        for place, (column, face) in enumerate(zip(table.columns, faces, strict=True))
    ]
    widths = column_widths(sheet.fonts, cells, size, WIDTH - number, _GAP)
    columns = [Column(MARGIN, number, "")]
    x = MARGIN + number
    for column, width, face in zip(table.columns, widths, faces, strict=True):
        columns.append(Column(x, width, column.title, face))
        x += width + _GAP
    rows = [
        tuple(Cell(words, Face.SEMIBOLD) for words in row) if place in table.emphasised else row
        for place, row in enumerate(table.rows)
    ]
    sheet.table(columns, rows, leads_on=leads_on)
